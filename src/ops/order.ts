/**
 * The memory order of results, PyTorch's rule (its TensorIterator): an elementwise operation writes its result in the
 * order in which its operands lie, without the gaps and repetitions that they may have.
 */
import { type Dims, sameDims } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Whether x has the strides of a new row-major tensor: `dense` lets those of dimensions of size 1 be anything. */
export const isRowMajor = (x: Tensor): boolean => x.dense && !x.odd;

/** Whether the elements fill a block of memory, in whatever order, without gap or repetition. */
export const isPacked = (x: Tensor): boolean => x.dense || isPermuted(x.dims, x.strides);

function isPermuted(dims: Dims, strides: Dims): boolean {
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
  for (let i = 0; i < order.length; i++) {
    strides[order[i]] = step;
    step *= dims[order[i]];
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
  const order = new Array<number>(rank);
  for (let i = 0; i < rank; i++) order[i] = rank - 1 - i;
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
  for (let w = 0; w < operands.length; w++) {
    const a = operands[w][i];
    const b = operands[w][j];
    if (a === 0 || b === 0) continue;
    if (a !== b) return a - b;
    if (dims[i] > dims[j]) return 1;
  }
  return 0;
}

/** x's strides under the shape `dims` that it is broadcast to: 0 where it repeats. */
export function stridesUnder(x: Tensor, dims: Dims): Dims {
  const lead = dims.length - x.dims.length;
  return dims.map((size, d) => (d < lead || (x.dims[d - lead] === 1 && size !== 1) ? 0 : x.strides[d - lead]));
}

/**
 * The strides of the result, of shape `dims`, of an elementwise operation; null where they are row-major. A number
 * among the operands counts as a tensor without dimensions.
 */
export function resultStrides(dims: Dims, operands: readonly (Tensor | number)[]): Dims | null {
  // Without closures: most of the time of a small operation would be theirs.
  const strides: Dims[] = [];
  let equal = true;
  let dense = true;
  let last = true;
  for (let i = 0; i < operands.length; i++) {
    const x = operands[i];
    if (typeof x === 'number') {
      equal = false;
      continue;
    }
    const whole = sameDims(x.dims, dims);
    equal &&= whole;
    dense &&= x.dense;
    last &&= whole && dims.length === 4 && isChannelsLast(x);
    strides.push(whole ? x.strides : stridesUnder(x, dims));
  }
  if (equal) {
    if (dense) return null;
    if (last) return blockStrides(dims, CHANNELS_LAST);
    let alike = isPacked(operands[0] as Tensor);
    for (let i = 1; alike && i < strides.length; i++) alike = sameDims(strides[i], strides[0]);
    if (alike) return strides[0];
  }
  return blockOrder(dims, strides);
}

/** The strides of a block of shape `dims` in the order in which operands of these strides lie; null if row-major. */
export function blockOrder(dims: Dims, operands: readonly Dims[]): Dims | null {
  const order = sorted(dims, operands);
  for (let i = 0; i < order.length; i++) if (order[i] !== dims.length - 1 - i) return blockStrides(dims, order);
  return null;
}

/** The strides of a copy that keeps x's memory order (PyTorch's preserve_format). */
export function keptStrides(x: Tensor): Dims {
  return isPacked(x) ? x.strides : blockStrides(x.dims, sorted(x.dims, [x.strides]));
}
