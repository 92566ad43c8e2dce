/**
 * Walking a strided operand: the host merges dimensions, writes a descriptor, and the loops here call a flat row
 * kernel for each innermost row.
 *
 *     DESCRIPTOR  i32 rank | i32 size[8] | i32 strides of operand 0 [8] | of operand 1 [8] | of 2 [8] | of 3 [8]
 *     WALK        i32 index[8] | i32 pointer of operand 0 … 3
 *
 * Strides are in elements; operand 0 is the output. `rank` is at least 1 and `size` holds no zero.
 */
import { DESCRIPTOR, MAX_RANK, SCRATCH } from "./codes";

const SIZES: usize = DESCRIPTOR + 4;
const STRIDES: usize = SIZES + 4 * MAX_RANK;
const INDEX: usize = SCRATCH;
const POINTERS: usize = SCRATCH + 4 * MAX_RANK;

/** Number of dimensions in the descriptor. */
// @ts-ignore: decorator
@inline export function rank(): i32 {
  return load<i32>(DESCRIPTOR);
}

/** Size of dimension d. */
// @ts-ignore: decorator
@inline export function sizeOf(d: i32): i32 {
  return load<i32>(SIZES + ((<usize>d) << 2));
}

/** Stride, in elements, of operand `which` along dimension d. */
// @ts-ignore: decorator
@inline export function strideOf(which: i32, d: i32): i32 {
  return load<i32>(STRIDES + ((<usize>(which * MAX_RANK + d)) << 2));
}

/** Where operand `which` stands in the walk. */
// @ts-ignore: decorator
@inline export function pointer(which: i32): usize {
  return <usize>load<i32>(POINTERS + ((<usize>which) << 2));
}

/** Places operand `which` at the start of the walk. */
// @ts-ignore: decorator
@inline export function start(which: i32, ptr: usize): void {
  store<i32>(POINTERS + ((<usize>which) << 2), <i32>ptr);
}

/** Zeroes the walk's counters; call once before the first row. */
export function rewind(): void {
  memory.fill(INDEX, 0, 4 * MAX_RANK);
}

/**
 * Steps to the next row (all dimensions but the innermost, last fastest) and moves operand w by its stride times
 * `1 << shift w`. False after the last row.
 */
export function advance(operands: i32, shift0: i32, shift1: i32, shift2: i32, shift3: i32): bool {
  for (let d = rank() - 2; d >= 0; d--) {
    const at = INDEX + ((<usize>d) << 2);
    const next = load<i32>(at) + 1;
    const wraps = next == sizeOf(d);
    const steps = wraps ? 1 - next : 1;
    store<i32>(at, wraps ? 0 : next);
    for (let w = 0; w < operands; w++) {
      const shift = w == 0 ? shift0 : w == 1 ? shift1 : w == 2 ? shift2 : shift3;
      start(w, pointer(w) + ((<usize>(steps * strideOf(w, d))) << shift));
    }
    if (!wraps) return true;
  }
  return false;
}
