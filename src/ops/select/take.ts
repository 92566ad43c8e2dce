/** Picking elements by position: take, takeAlongDim, maskedSelect; counting those that are not zero. */

import { record, records } from '../../autograd/node.ts';
import { bool, int64 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { broadcastDims, countOf, withSize, wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { cloneRowMajor } from '../create/copy.ts';
import { remainder } from '../elementwise/binary.ts';
import { ne } from '../elementwise/compare.ts';
import { zerosOf } from '../make.ts';
import { sum } from '../reduce/reduce.ts';
import { detach, expand, reshape } from '../view/view.ts';
import { addRows, checkBounds, flatNonzero, gather, takeRows, wholeNumbers } from './gather.ts';

/**
 * Elements of the flattened input, in the shape of `index`.
 *
 * @param index - int64; negative positions count from the end.
 * @throws RangeError for a position out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4]]).take(torch.tensor([0, -1]))); // => tensor([1., 4.])
 * ```
 */
export const take = operation('take(input: Tensor, index: Tensor)', (input, index): Tensor => {
  return scope(() => {
    // Negative positions are rewritten, so the caller's own index is copied.
    const at = cloneRowMajor(wholeNumbers(detach(index), 'take', 'index', []));
    const n = input.count;
    if (n === 0 && at.count > 0) throw new RangeError('take(): tried to take from an empty tensor');
    checkBounds(at, n, true, (bad) => `out of range: tried to access index ${bad} on a tensor of ${n} elements.`);
    const out = takeRows(reshape(detach(input), [n]), at, '');
    if (records(input)) {
      record(out, 'TakeBackward0', [input], [input, index, at], (g, [{ dims }, , places]) => [
        reshape(addRows(g, places, [n]), dims),
      ]);
    }
    return out;
  });
});

/**
 * `gather` whose other dimensions broadcast: picks along `dim` what `argmax` or `argsort` found.
 *
 * @param indices - int64; with dim they are taken modulo the size.
 * @param dim - Without it both are flattened.
 * @throws RangeError for numbers of dimensions that differ, or without dim an index out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([[3, 1, 2]]);
 * console.log(x.takeAlongDim(x.argsort(1), 1).tolist()); // => [ [ 1, 2, 3 ] ]
 * ```
 */
export const takeAlongDim = operation(
  'takeAlongDim(input: Tensor, indices: Tensor, dim: int? = null)',
  (input, indices, dim): Tensor => {
    return scope(() => {
      const at = wholeNumbers(detach(indices), 'takeAlongDim', 'indices', []);
      if (dim === null) return gather(reshape(input, [input.count]), 0, reshape(at, [at.count]));
      const rank = input.dims.length;
      if (at.dims.length !== rank) {
        throw new RangeError(
          'torch.take_along_dim(): input and indices should have the same number of dimensions, but got ' +
            `${rank} dimensions for input, and ${at.dims.length} dimensions for indices`,
        );
      }
      const d = wrapDim(dim, rank);
      if (rank === 0) throw new RangeError(`Dimension specified as ${dim} but tensor has no dimensions`);
      const dims = broadcastDims(withSize(input.dims, d, 1), withSize(at.dims, d, 1));
      // PyTorch takes these indices modulo the size.
      const size = input.dims[d];
      const wrapped = size > 0 ? remainder(at, size) : at;
      return gather(expand(input, withSize(dims, d, size)), d, expand(wrapped, withSize(dims, d, at.dims[d])));
    });
  },
);

/**
 * The elements where a mask is true, in one dimension.
 *
 * @param mask - bool; broadcasts with the input.
 * @throws TypeError when the mask is not bool.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([[1, 2], [3, 4]]);
 * console.log(x.maskedSelect(x.gt(2))); // => tensor([3., 4.])
 * ```
 */
export const maskedSelect = operation('maskedSelect(input: Tensor, mask: Tensor)', (input, mask): Tensor => {
  if (mask.dtype !== bool) throw new TypeError(`masked_select: expected BoolTensor for mask, got ${mask.dtype}`);
  return scope(() => {
    const dims = broadcastDims(input.dims, mask.dims);
    const found = flatNonzero(expand(mask, dims));
    const places = reshape(found, [found.count]);
    const out = takeRows(reshape(expand(detach(input), dims), [-1]), places, '');
    if (records(input)) {
      record(out, 'MaskedSelectBackward0', [input], [input, mask, places], (g, [, , at]) => [
        reshape(addRows(g, at, [countOf(dims)]), dims),
      ]);
    }
    return out;
  });
});

/**
 * How many elements are not zero, int64: of all, or along dimensions.
 *
 * @param dim - A dimension or several; all without it.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 3, 4]).countNonzero()); // => tensor(2)
 * ```
 */
export const countNonzero = operation('countNonzero(input: Tensor, dim: dims? = null)', (input, dim): Tensor => {
  return scope(() => {
    const found = ne(input, 0);
    // A sum over no dimension is a copy.
    if (Array.isArray(dim) && dim.length === 0 && input.dims.length > 0) return sum(found);
    return input.count === 0 && dim === null ? zerosOf([], int64) : sum(found, dim);
  });
});
