/** Views of a part: ranges and single elements along a dimension. */

import { describe } from '../../tensor/args.ts';
import { Kind } from '../../tensor/dtype.ts';
import { without, wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { partOf } from './view-of.ts';

/**
 * Elements start … start + length - 1 along `dim`, as a view.
 *
 * @param start - An integer, from the end when negative, or a 0-dimensional tensor of one.
 * @throws TypeError for a start or a length that is no integer; RangeError when the elements are not all there.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.arange(5).narrow(0, 1, 3)); // => tensor([1, 2, 3])
 * ```
 */
export const narrow = operation(
  'narrow(input: Tensor, dim: int, start: real, length: int)',
  (input, dim, start, length): Tensor => {
    const first = start instanceof Tensor ? startOf(start) : start;
    for (const value of [first, length]) {
      if (!Number.isInteger(value)) throw new TypeError(`narrow(): expected an integer, got ${describe(value)}`);
    }
    const d = wrapDim(dim, input.dims.length);
    const size = input.dims[d];
    if (size === undefined) throw new RangeError('narrow() cannot be applied to a 0-dim tensor.');
    const from = first < 0 ? first + size : first;
    if (length < 0) throw new RangeError(`narrow(): length must be non-negative, got ${length}`);
    if (from < 0 || from + length > size) {
      throw new RangeError(`start (${first}) + length (${length}) exceeds dimension size (${size}).`);
    }
    return slice(input, d, from, from + length, 1);
  },
);

/** A start that is a tensor. */
function startOf(start: Tensor): number {
  if (start.dims.length > 0 || start.dtype.kind !== Kind.Integer) {
    throw new TypeError(`start must be an 0-dim integral Tensor, got shape [${start.dims}] and ${start.dtype}`);
  }
  return start.item();
}

/** Elements start, start + step … before stop along `dim`, all within bounds already. A view. */
export function slice(x: Tensor, dim: number, start: number, stop: number, step: number): Tensor {
  const dims = [...x.dims];
  const strides = [...x.strides];
  dims[dim] = Math.max(0, Math.ceil((stop - start) / step));
  const stride = strides[dim];
  strides[dim] = stride * step;
  const replay = (y: Tensor): Tensor => slice(y, dim, start, stop, step);
  return partOf(x, 'SliceBackward0', x.offset + start * stride, dims, strides, replay);
}
/**
 * Element `index` along `dim`, which goes away. A view.
 *
 * @throws RangeError when the index is out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4]]).select(1, -1)); // => tensor([2., 4.])
 * ```
 */
export const select = operation('select(input: Tensor, dim: int, index: int)', (input, dim, index): Tensor => {
  const { dims, strides } = input;
  if (dims.length === 0) throw new RangeError('select() cannot be applied to a 0-dim tensor.');
  const d = wrapDim(dim, dims.length);
  const size = dims[d];
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new RangeError(`index ${index} is out of bounds for dimension ${d} with size ${size}`);
  }
  const at = index < 0 ? index + size : index;
  return partOf(input, 'SelectBackward0', input.offset + at * strides[d], without(dims, d), without(strides, d), (x) =>
    select(x, d, at),
  );
});
