/**
 * The memory order of results, PyTorch's rule (its TensorIterator): an elementwise operation writes its result in the
 * order in which its operands lie, without the gaps and repetitions that they may have.
 */
import { type Dims, sameDims } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Whether x has exactly the strides of a new row-major tensor: `dense` lets those of dimensions of size 1 be anything. */
export function isRowMajor(x: Tensor): boolean {
  if (!x.dense) return false;
  const { dims, strides } = x;
  let step = 1;
  for (let d = dims.length - 1; d >= 0; d--) {
    if (strides[d] !== step) return false;
    if (dims[d] > 1) step *= dims[d];
  }
  return true;
}

/** Whether the elements fill a block of memory, in whatever order, without gap or repetition. */
export function isPacked(x: Tensor): boolean {
  if (x.dense) return true;
  const { dims, strides } = x;
  let left = 0;
  for (let d = 0; d < dims.length; d++) if (dims[d] > 1) left++;
  let step = 1;
  for (; left > 0; left--) {
    let found = -1;
    for (let d = 0; d < dims.length; d++) if (strides[d] === step && dims[d] > 1) found = d;
    if (found < 0) return false;
    step *= dims[found];
  }
  return true;
}

/** Whether two tensors have the same shape and strides. */
export function sameLayout(a: Tensor, b: Tensor): boolean {
  return sameDims(a.dims, b.dims) && sameDims(a.strides, b.strides);
}

/** Dimensions from the innermost of a batch of images whose channels are innermost (PyTorch's channels_last). */
const CHANNELS_LAST = [1, 3, 2, 0];

function isChannelsLast({ dims, strides }: Tensor): boolean {
  let step = 1;
  for (const d of CHANNELS_LAST) {
    if (dims[d] === 1) continue;
    if (strides[d] !== step) return false;
    step *= dims[d];
  }
  return true;
}

/** The strides of a block whose dimensions follow each other in `order`, the innermost first. */
function blockStrides(dims: Dims, order: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let step = 1;
  for (const d of order) {
    strides[d] = step;
    step *= dims[d];
  }
  return strides;
}

/**
 * Dimensions from the innermost to the outermost: by the strides of the first operand that tells two apart. An operand
 * that repeats along one of them does not, nor do equal strides unless the outer dimension is the smaller one.
 *
 * The comparison is not transitive, so the result is that of the insertion sort that PyTorch uses.
 */
function sorted(dims: Dims, operands: readonly Dims[]): number[] {
  const rank = dims.length;
  const order = Array.from(dims, (_, i) => rank - 1 - i);
  for (let i = 1; i < rank; i++) {
    let at = i;
    for (let j = i - 1; j >= 0; j--) {
      const comparison = compare(order[j], order[at], dims, operands);
      if (comparison < 0) break;
      if (comparison > 0) {
        const moved = order[j];
        order[j] = order[at];
        order[at] = moved;
        at = j;
      }
    }
  }
  return order;
}

/** Positive where dimension i belongs outside of j, negative where inside, 0 where nothing tells. */
function compare(i: number, j: number, dims: Dims, operands: readonly Dims[]): number {
  for (const strides of operands) {
    const [a, b] = [strides[i], strides[j]];
    if (a === 0 || b === 0) continue;
    if (a !== b) return a - b;
    if (dims[i] > dims[j]) return 1;
  }
  return 0;
}

/** x's strides under the shape `dims` that it is broadcast to: 0 where it repeats. */
function stridesUnder(x: Tensor, dims: Dims): Dims {
  const lead = dims.length - x.dims.length;
  return dims.map((size, d) => (d < lead || (x.dims[d - lead] === 1 && size !== 1) ? 0 : x.strides[d - lead]));
}

/**
 * The strides of the result, of shape `dims`, of an elementwise operation; null where they are row-major. A number
 * among the operands counts as a tensor without dimensions.
 */
export function resultStrides(dims: Dims, operands: readonly (Tensor | number)[]): Dims | null {
  const tensors = operands.filter((x) => typeof x !== 'number');
  const equal = tensors.length === operands.length && tensors.every((x) => sameDims(x.dims, dims));
  if (equal) {
    if (tensors.every(({ dense }) => dense)) return null;
    if (dims.length === 4 && tensors.every(isChannelsLast)) return blockStrides(dims, CHANNELS_LAST);
    const { strides } = tensors[0];
    if (tensors.every((x) => sameDims(x.strides, strides) && isPacked(x))) return strides;
  }
  const order = sorted(
    dims,
    tensors.map((x) => stridesUnder(x, dims)),
  );
  return order.every((d, i) => d === dims.length - 1 - i) ? null : blockStrides(dims, order);
}

/** The strides of a copy that keeps x's memory order (PyTorch's preserve_format). */
export function keptStrides(x: Tensor): Dims {
  return isPacked(x) ? x.strides : blockStrides(x.dims, sorted(x.dims, [x.strides]));
}

/** The dimensions of what has these strides, in its memory order, from the outermost. */
export function outermostFirst(dims: Dims, strides: Dims): number[] {
  return sorted(dims, [strides]).reverse();
}
