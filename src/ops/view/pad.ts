/** Borders around a tensor. */

import { record, records } from '../../autograd/node.ts';
import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { showDims, withSize } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite, flatIn } from '../composite.ts';
import { fullRaw } from '../create/copy.ts';
import { places } from '../create/from-data.ts';
import { launchCopy } from '../launch.ts';
import { zerosOf } from '../make.ts';
import { held } from '../scalar.ts';
import { indexSelect } from '../select/gather.ts';
import { indexAdd } from '../select/index-write.ts';
import { narrow } from './slice.ts';
import { detach } from './view.ts';

/** What stands beyond the border. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Which element of a dimension stands at place i of the padded one; a circle closes over what a cut leaves. */
const SOURCES: Record<
  Exclude<PadMode, 'constant'>,
  (i: number, size: number, before: number, after: number) => number
> = {
  reflect: (i, size, before) => {
    const at = Math.abs(i - before);
    return at >= size ? 2 * (size - 1) - at : at;
  },
  replicate: (i, size, before) => Math.min(size - 1, Math.max(0, i - before)),
  circular: (i, size, before, after) => {
    const first = Math.max(0, -before);
    const kept = size - first - Math.max(0, -after);
    return first + ((i - Math.max(0, before) + kept) % kept);
  },
};

const NODES = { reflect: 'ReflectionPad', replicate: 'ReplicationPad' };

/** Before and after for each dimension that `pad` names, from the last. */
function borders(pad: readonly number[], x: Tensor): [d: number, before: number, after: number][] {
  return Array.from({ length: pad.length / 2 }, (_, i) => [x.dims.length - 1 - i, pad[2 * i], pad[2 * i + 1]]);
}

function constantPad(x: Tensor, pad: readonly number[], value: number | bigint): Tensor {
  const dims = [...x.dims];
  const list = borders(pad, x);
  for (const [d, before, after] of list) {
    const kept = x.dims[d] + Math.min(0, before) + Math.min(0, after);
    dims[d] += before + after;
    if (kept < 0) {
      throw new RangeError(
        `The input size ${x.dims[d]}, plus negative padding ${before} and ${after} resulted in a negative output ` +
          `size, which is invalid. Check dimension ${d} of your input.`,
      );
    }
  }
  const out = fullRaw(dims, x.dtype, value);
  let [from, to] = [detach(x), out];
  for (const [d, before, after] of list) {
    const size = Math.max(0, x.dims[d] + Math.min(0, before) + Math.min(0, after));
    from = narrow(from, d, Math.min(x.dims[d] - size, Math.max(0, -before)), size);
    to = narrow(to, d, Math.min(dims[d] - size, Math.max(0, before)), size);
  }
  launchCopy(to, from);
  if (records(x)) {
    record(out, 'ConstantPadNdBackward0', [x], null, (g) => [
      constantPad(
        g,
        pad.map((n) => -n),
        0,
      ),
    ]);
  }
  return out;
}

function mirroredPad(x: Tensor, pad: readonly number[], mode: Exclude<PadMode, 'constant'>): Tensor {
  const rank = x.dims.length;
  const padded = pad.length / 2;
  if (padded < 1 || padded > 3 || (rank !== padded + 1 && rank !== padded + 2)) {
    throw new RangeError(
      'Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now, of all dimensions but the first ' +
        `one or two: got input ${showDims(x.dims)} and padding ${showDims(pad)}`,
    );
  }
  const list = borders(pad, x);
  for (const [d, before, after] of list) {
    const size = x.dims[d];
    const most = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : Infinity;
    if (size === 0 || Math.max(before, after) > most) {
      throw new RangeError(
        mode === 'circular'
          ? 'Padding value causes wrapping around more than once.'
          : `Padding size should be less than the corresponding input dimension, but got: padding (${before}, ` +
              `${after}) at dimension ${d} of input ${showDims(x.dims)}`,
      );
    }
    if (size + before + after < 1) {
      throw new RangeError(
        `pad(): dimension ${d} of input ${showDims(x.dims)} would have size ${size + before + after}`,
      );
    }
  }
  const indices = list.map(([d, before, after]) => {
    const size = x.dims[d];
    let i = 0;
    return places(size + before + after, 'pad', () => SOURCES[mode](i++, size, before, after));
  });
  const { dims } = x;
  return composite(
    mode === 'circular' ? 'CopySlices' : `${NODES[mode]}${padded}DBackward0`,
    [x],
    () => list.reduce((y, [d], i) => indexSelect(y, d, indices[i]), x),
    () => [mode === 'circular' ? null : x, ...indices] as [Tensor, ...Tensor[]],
    (g, [source, ...at]) => [
      list.reduceRight(
        (part, [d], i) => indexAdd(zerosOf(withSize(part.dims, d, dims[d]), g.dtype), d, at[i], part),
        source === null ? g : flatIn(source, g),
      ),
    ],
  );
}

/**
 * The tensor with borders.
 *
 * @param pad - How much before and after the last dimension, then the one before it, and so on. Negative numbers cut.
 * @param mode - `'constant'` (default), `'reflect'` (without the edge), `'replicate'` (the edge) or `'circular'`.
 * @param value - Of a constant border; default 0.
 * @throws RangeError for a pad that does not fit, or a value that the dtype cannot hold.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.pad(torch.tensor([1, 2]), [1, 2])); // => tensor([0., 1., 2., 0., 0.])
 * ```
 */
export const pad = operation(
  "pad(input: Tensor, pad: list, mode: str = 'constant', value: scalar? = null)",
  (input, by, mode, value): Tensor => {
    if (by.length % 2 !== 0) throw new RangeError('Padding length must be divisible by 2');
    if (by.length > 2 * input.dims.length) {
      throw new RangeError(
        'Padding length should be less than or equal to two times the input dimension but got padding length ' +
          `${by.length} and input of dimension ${input.dims.length}`,
      );
    }
    if (mode === 'constant') {
      return constantPad(input, by, held(input.dtype, value ?? 0, false));
    }
    if (!(mode in SOURCES)) throw new RangeError(`Unrecognised padding mode ${describe(mode)}`);
    if (value !== null) throw new RangeError(`Padding mode "${mode}" doesn't take in value argument`);
    return scope(() => mirroredPad(input, by, mode as keyof typeof SOURCES));
  },
);
