/**
 * Views: the same elements under another shape and other strides. `viewOf` is the machinery: it records, and it notes
 * how to take the same view again, which in-place writes need.
 */

import { describe } from '../../tensor/args.ts';
import { contiguousStrides, countOf, inverse, sameDims, showDims, wrapDim } from '../../tensor/shape.ts';
import { again, operation, signed } from '../../tensor/signature.ts';
import { tell } from '../../tensor/tell.ts';
import { alias, Tensor } from '../../tensor/tensor.ts';
import { cloneRowMajor } from '../create/copy.ts';
import type { UnaryOp } from '../define.ts';
import { type IntsOp, ints, listed } from '../ints.ts';
import { isRowMajor } from '../order.ts';
import { quick } from '../quick.ts';
import { viewOf } from './view-of.ts';

/** Fills in one -1 and checks the count. */
function resolveDims(wanted: readonly number[], count: number, name: string): number[] {
  const dims = [...wanted];
  const unknown = dims.indexOf(-1);
  if (dims.some((size, d) => size < 0 && d !== unknown)) {
    if (dims.filter((size) => size === -1).length > 1)
      throw new RangeError(`only one dimension can be inferred, got ${showDims(dims)}`);
    throw new RangeError(`${name}(): invalid shape dimension ${dims.find((size) => size < 0)}`);
  }
  if (unknown >= 0) {
    const known = dims.reduce((n, size, d) => (d === unknown ? n : n * size), 1);
    if (known === 0) {
      throw new RangeError(
        `cannot reshape tensor of ${count} elements into shape ${showDims(dims)} because the unspecified dimension ` +
          'size -1 can be any value and is ambiguous',
      );
    }
    dims[unknown] = count / known;
  }
  if (!dims.every(Number.isInteger) || countOf(dims) !== count) {
    throw new RangeError(`shape '${showDims(wanted)}' is invalid for input of size ${count}`);
  }
  return dims;
}

/** Strides that read x's elements under `dims` without a copy, or null where there are none. */
function viewStrides(x: Tensor, dims: readonly number[]): number[] | null {
  if (x.count === 0 && sameDims(x.dims, dims)) return [...x.strides];
  if (x.count === 0 || isRowMajor(x)) return contiguousStrides(dims);
  const strides = new Array<number>(dims.length).fill(1);
  let d = dims.length - 1;
  // Chunks of x's dimensions that lie in memory as one, from the last: each must hold whole dimensions of the result.
  let chunkBase = x.strides[x.dims.length - 1];
  let chunk = 1;
  let taken = 1;
  for (let s = x.dims.length - 1; s >= 0; s--) {
    chunk *= x.dims[s];
    const outer = s > 0 ? x.strides[s - 1] : 0;
    if (s > 0 && (x.dims[s - 1] === 1 || outer === chunk * chunkBase)) continue;
    while (d >= 0 && (taken < chunk || dims[d] === 1)) {
      strides[d] = taken * chunkBase;
      taken *= dims[d];
      d--;
    }
    if (taken !== chunk) return null;
    if (s > 0) {
      chunkBase = outer;
      chunk = 1;
      taken = 1;
    }
  }
  return d < 0 ? strides : null;
}

/**
 * The same elements under another shape, without a copy; one size may be -1.
 *
 * @throws RangeError when the count differs, or when the strides do not allow it (use `reshape`).
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.arange(6).view(2, -1).tolist()); // => [ [ 0, 1, 2 ], [ 3, 4, 5 ] ]
 * ```
 */
export const view: IntsOp<'size'> = ints('view', 'size', (x, wanted) => {
  const dims = resolveDims(wanted, x.count, 'view');
  const strides = viewStrides(x, dims);
  if (strides === null) {
    throw new RangeError(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two " +
        'contiguous subspaces). Use .reshape(...) instead.',
    );
  }
  return takeView(x, dims, strides);
});

function takeView(x: Tensor, dims: readonly number[], strides: readonly number[]): Tensor {
  const shape = x.dims;
  return viewOf(
    x,
    'ViewBackward0',
    x.offset,
    dims,
    strides,
    (t) => reshape(t, dims),
    (g) => reshape(g, shape),
  );
}

/**
 * The elements under another shape: a view where the strides allow it, otherwise a copy. One size may be -1.
 *
 * @throws RangeError when the count differs.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.arange(4).reshape(2, 2).tolist()); // => [ [ 0, 1 ], [ 2, 3 ] ]
 * ```
 */
export const reshape: IntsOp<'shape'> = ints('reshape', 'shape', (x, wanted) => {
  const dims = resolveDims(wanted, x.count, 'reshape');
  const strides = viewStrides(x, dims);
  if (strides !== null) return takeView(x, dims, strides);
  const copy = cloneRowMajor(x);
  return takeView(copy, dims, contiguousStrides(dims));
});

/**
 * Dimensions dim0 and dim1 exchanged, as a view.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.zeros(2, 3).transpose(0, 1).shape)); // => torch.Size([3, 2])
 * ```
 */
export const transpose = operation('transpose(input: Tensor, dim0: int, dim1: int)', (input, dim0, dim1): Tensor => {
  const rank = input.dims.length;
  const i = wrapDim(dim0, rank);
  const j = wrapDim(dim1, rank);
  const dims = [...input.dims];
  const strides = [...input.strides];
  if (rank > 0) {
    [dims[i], dims[j]] = [dims[j], dims[i]];
    [strides[i], strides[j]] = [strides[j], strides[i]];
  }
  const same = (x: Tensor): Tensor => transpose(x, i, j);
  return viewOf(input, 'TransposeBackward0', input.offset, dims, strides, same, same);
});

/**
 * The transpose of a matrix, as a view; tensors of fewer dimensions are returned as they are.
 *
 * @throws RangeError for more than two dimensions.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4]]).t().tolist()); // => [ [ 1, 3 ], [ 2, 4 ] ]
 * ```
 */
export const t: UnaryOp = quick('t', (input) => {
  const rank = input.dims.length;
  if (rank > 2) throw new RangeError(`t() expects a tensor with <= 2 dimensions, but self is ${rank}D`);
  if (rank < 2) return viewOf(input, 'TBackward0', input.offset, input.dims, input.strides, t, t);
  const [rows, columns] = input.dims as [number, number];
  const [s0, s1] = input.strides as [number, number];
  return viewOf(input, 'TBackward0', input.offset, [columns, rows], [s1, s0], t, t);
});

/**
 * Dimensions in the order given, as a view.
 *
 * @throws RangeError unless each dimension is named once.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.zeros(2, 3, 4).permute(2, 0, 1).shape)); // => torch.Size([4, 2, 3])
 * ```
 */
export const permute: IntsOp<'dims'> = ints('permute', 'dims', (x, order) => {
  const rank = x.dims.length;
  if (order.length !== rank) {
    throw new RangeError(
      'permute(): number of dimensions in the tensor input does not match the length of the desired ordering of ' +
        `dimensions i.e. input.dim() = ${rank} is not equal to len(dims) = ${order.length}`,
    );
  }
  const dims = order.map((d) => wrapDim(d, rank));
  if (new Set(dims).size !== rank) throw new RangeError('permute(): duplicate dims are not allowed.');
  const back = inverse(dims);
  return viewOf(
    x,
    'PermuteBackward0',
    x.offset,
    dims.map((d) => x.dims[d]),
    dims.map((d) => x.strides[d]),
    (y) => permute(y, dims),
    (g) => permute(g, back),
  );
});

/** `squeeze`. */
export type SqueezeOp = (
  input: Tensor,
  dim?: number | readonly number[] | { dim?: number | readonly number[] },
  ...others: number[]
) => Tensor;

const SQUEEZE = 'squeeze(input: Tensor, dim: dims? = null)';

/**
 * Without the dimensions of size 1, or without those of them that `dim` names. A view.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.zeros(1, 3, 1).squeeze().shape)); // => torch.Size([3])
 * ```
 */
export const squeeze: SqueezeOp = signed(
  SQUEEZE,
  (input: Tensor, dim?: Parameters<SqueezeOp>[1], ...others: number[]): Tensor => {
    const last = others.length > 0;
    const plain = !last && (dim === undefined || typeof dim === 'number');
    if (plain && tell === null && input instanceof Tensor) return squeezed(input, (dim as number | undefined) ?? null);
    return again(squeezed, [input, dim, ...others], last ? 'squeeze(input: Tensor, ...dim: int)' : SQUEEZE);
  },
);

function squeezed(input: Tensor, dim: number | readonly number[] | null): Tensor {
  const rank = input.dims.length;
  const list = dim === null ? null : listed(dim);
  const named = list === null ? null : list.map((d) => wrapDim(d, rank));
  named?.forEach((d, i) => {
    if (named.indexOf(d) !== i) throw new RangeError(`dim ${d} appears multiple times in the list of dims`);
  });
  const kept = input.dims.map((size, d) => !(size === 1 && (named === null || named.includes(d))));
  const shape = input.dims;
  return viewOf(
    input,
    dim === null ? 'SqueezeBackward0' : Array.isArray(dim) ? 'SqueezeBackward2' : 'SqueezeBackward1',
    input.offset,
    input.dims.filter((_, d) => kept[d]),
    input.strides.filter((_, d) => kept[d]),
    (x) => squeezed(x, dim),
    (g) => reshape(g, shape),
  );
}

/**
 * With a new dimension of size 1 before `dim`. A view.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.zeros(3).unsqueeze(-1).shape)); // => torch.Size([3, 1])
 * ```
 */
export const unsqueeze = operation('unsqueeze(input: Tensor, dim: int)', (input, dim): Tensor => {
  const rank = input.dims.length;
  const at = wrapDim(dim, rank + 1);
  const dims = [...input.dims];
  const strides = [...input.strides];
  dims.splice(at, 0, 1);
  strides.splice(at, 0, at < rank ? input.dims[at] * input.strides[at] : 1);
  return viewOf(
    input,
    'UnsqueezeBackward0',
    input.offset,
    dims,
    strides,
    (x) => unsqueeze(x, at),
    (g) => squeeze(g, at),
  );
});

/**
 * Repeated to a larger shape without a copy: sizes of 1 grow, new dimensions come first, -1 keeps a size.
 *
 * @throws RangeError where a size that is not 1 would change.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1], [2]]).expand(2, 2).tolist()); // => [ [ 1, 1 ], [ 2, 2 ] ]
 * ```
 */
export const expand: IntsOp<'size'> = ints('expand', 'size', (x, wanted) => {
  const lead = wanted.length - x.dims.length;
  if (lead < 0) {
    throw new RangeError(
      `expand(${describe(x)}, size=${showDims(wanted)}): the number of sizes provided (${wanted.length}) must be ` +
        `greater or equal to the number of dimensions in the tensor (${x.dims.length})`,
    );
  }
  const strides = new Array<number>(wanted.length).fill(0);
  const dims = wanted.map((size, d) => {
    const own = d >= lead ? x.dims[d - lead] : 1;
    if (size === -1 && d >= lead) {
      strides[d] = x.strides[d - lead];
      return own;
    }
    if (size < 0 || (own !== 1 && size !== own)) {
      throw new RangeError(
        `The expanded size of the tensor (${size}) must match the existing size (${own}) at non-singleton dimension ` +
          `${d}.  Target sizes: ${showDims(wanted)}.  Tensor sizes: ${showDims(x.dims)}`,
      );
    }
    if (d >= lead && own === size) strides[d] = x.strides[d - lead];
    return size;
  });
  // A new dimension of size 1 steps over what follows, as that of unsqueeze does.
  for (let d = x.dims.length > 0 ? lead - 1 : -1; d >= 0; d--)
    if (dims[d] === 1) strides[d] = dims[d + 1] * strides[d + 1];
  // The engine sums the gradient back to x's shape.
  return viewOf(
    x,
    'ExpandBackward0',
    x.offset,
    dims,
    strides,
    (y) => expand(y, dims),
    (g) => g,
  );
});

/**
 * Dimensions startDim to endDim as one: a view where possible.
 *
 * @param startDim - Default 0.
 * @param endDim - Default -1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.zeros(2, 3, 4).flatten(1).shape)); // => torch.Size([2, 12])
 * ```
 */
export const flatten = operation(
  'flatten(input: Tensor, startDim: int = 0, endDim: int = -1)',
  (input, startDim, endDim): Tensor => {
    const rank = input.dims.length;
    const from = wrapDim(startDim, rank);
    const until = wrapDim(endDim, rank);
    if (from > until) throw new RangeError('flatten() has invalid args: start_dim cannot come after end_dim');
    if (rank === 0) return reshape(input, [1]);
    if (from === until) return input;
    const { dims } = input;
    return reshape(input, [...dims.slice(0, from), countOf(dims.slice(from, until + 1)), ...dims.slice(until + 1)]);
  },
);

/** The elements under the other tensor's shape. */
export const viewAs = operation('viewAs(input: Tensor, other: Tensor)', (x, other): Tensor => view(x, other.dims));
/** Broadcast to the other tensor's shape, without a copy. */
export const expandAs = operation(
  'expandAs(input: Tensor, other: Tensor)',
  (x, other): Tensor => expand(x, other.dims),
);

/**
 * The same elements, cut off from the graph: gradients do not flow through it.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.ones(2, { requiresGrad: true });
 * console.log(w.mul(2).detach().requiresGrad); // => false
 * ```
 */
export const detach: UnaryOp = quick('detach', (input) => alias(input, input.offset, input.dims, input.strides));
