/** Joining tensors: cat, stack, hstack and vstack. */

import { record, records } from '../../autograd/node.ts';
import { describe } from '../../tensor/args.ts';
import { promote } from '../../tensor/dtype.ts';
import { sameDims, showDims, withSize, wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { alias, Tensor } from '../../tensor/tensor.ts';
import { unrecorded } from '../composite.ts';
import { launchCopy } from '../launch.ts';
import { empty } from '../make.ts';
import { narrow, select } from './slice.ts';
import { reshape, unsqueeze } from './view.ts';

function checkList(tensors: readonly Tensor[], name: string): void {
  if (!Array.isArray(tensors)) throw new TypeError(`${name}(): expected a list of tensors, got ${describe(tensors)}`);
  if (tensors.length === 0) throw new RangeError(`${name} expects a non-empty TensorList`);
  for (const x of tensors) {
    if (!(x instanceof Tensor)) throw new TypeError(`${name}(): expected a list of tensors, got ${describe(x)} in it`);
  }
}

/**
 * Tensors one after the other along an existing dimension.
 *
 * @param tensors - Equal sizes but for `dim`.
 * @param dim - Default 0.
 * @throws RangeError for an empty list or sizes that differ elsewhere.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.cat([torch.tensor([1, 2]), torch.tensor([3])])); // => tensor([1., 2., 3.])
 * ```
 */
export const cat = operation('cat(tensors: Tensors, dim: int = 0)', (tensors, dim): Tensor => {
  checkList(tensors, 'cat');
  // PyTorch lets empty vectors join anything.
  const parts = tensors.filter((x) => !(x.dims.length === 1 && x.dims[0] === 0));
  const first = parts[0] ?? tensors[0];
  const list = parts.length > 0 ? parts : [first];
  const rank = first.dims.length;
  if (rank === 0) throw new RangeError('zero-dimensional tensor (at position 0) cannot be concatenated');
  // Of empty vectors alone PyTorch does not look at the dimension.
  const d = parts.length === 0 ? 0 : wrapDim(dim, rank);
  let total = 0;
  let { dtype } = tensors[0];
  list.forEach((x, i) => {
    if (x.dims.length !== rank) {
      throw new RangeError(`Tensors must have same number of dimensions: got ${rank} and ${x.dims.length}`);
    }
    x.dims.forEach((size, at) => {
      if (at !== d && size !== first.dims[at]) {
        throw new RangeError(
          `Sizes of tensors must match except in dimension ${d}. Expected size ${first.dims[at]} but got size ` +
            `${size} for tensor number ${i} in the list.`,
        );
      }
    });
    total += x.dims[d];
  });
  for (const x of tensors) dtype = promote(dtype, x.dtype);
  const out = empty(withSize(first.dims, d, total), dtype, 'cat');
  let at = 0;
  for (const x of list) {
    if (x.count > 0) launchCopy(alias(out, at * out.strides[d], x.dims, out.strides), x);
    at += x.dims[d];
  }
  if (list.some((x) => records(x))) {
    const sizes = list.map((x) => x.dims[d]);
    record(out, 'CatBackward0', list, null, (g) => {
      let from = 0;
      return sizes.map((size) => {
        from += size;
        return narrow(g, d, from - size, size);
      });
    });
  }
  return out;
});

/**
 * Tensors of one shape along a new dimension.
 *
 * @param dim - Where the new dimension stands; default 0.
 * @throws RangeError for an empty list or shapes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])]).tolist()); // => [ [ 1, 2 ], [ 3, 4 ] ]
 * ```
 */
export const stack = operation('stack(tensors: Tensors, dim: int = 0)', (tensors, dim): Tensor => {
  checkList(tensors, 'stack');
  const { dims } = tensors[0];
  tensors.forEach((x, i) => {
    if (!sameDims(x.dims, dims)) {
      throw new RangeError(
        `stack expects each tensor to be equal size, but got ${showDims(dims)} at entry 0 and ${showDims(x.dims)} at ` +
          `entry ${i}`,
      );
    }
  });
  const d = wrapDim(dim, dims.length + 1);
  const out = unrecorded(() =>
    cat(
      tensors.map((x) => unsqueeze(x, d)),
      d,
    ),
  );
  if (tensors.some((x) => records(x))) {
    record(out, 'StackBackward0', tensors, null, (g) => tensors.map((_, i) => select(g, d, i)));
  }
  return out;
});

/**
 * Tensors side by side: along the second dimension, vectors and scalars along the first.
 *
 * @throws RangeError for an empty list or sizes that differ elsewhere.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.hstack([torch.tensor([1, 2]), torch.tensor(3)])); // => tensor([1., 2., 3.])
 * ```
 */
export const hstack = operation('hstack(tensors: Tensors)', (tensors): Tensor => {
  checkList(tensors, 'hstack');
  const parts = tensors.map((x) => (x.dims.length === 0 ? unsqueeze(x, 0) : x));
  return cat(parts, Math.min(parts[0].dims.length - 1, 1));
});

/**
 * Tensors one below the other: along the first dimension, vectors and scalars as rows.
 *
 * @throws RangeError for an empty list or sizes that differ elsewhere.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.vstack([torch.tensor([1, 2]), torch.tensor([3, 4])]).tolist()); // => [ [ 1, 2 ], [ 3, 4 ] ]
 * ```
 */
export const vstack = operation('vstack(tensors: Tensors)', (tensors): Tensor => {
  checkList(tensors, 'vstack');
  return cat(tensors.map((x) => (x.dims.length > 1 ? x : reshape(x, [1, x.count]))));
});

export { cat as concat, cat as concatenate };
