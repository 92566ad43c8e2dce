/**
 * The descriptor of a strided kernel: dimensions that all operands walk as one are merged, and what is left is written
 * where the core reads it.
 */
import type { DType } from '../tensor/dtype.ts';
import { broadcastStrides, type Dims } from '../tensor/shape.ts';
import { DESCRIPTOR_WORD, i32, MAX_RANK } from '../wasm/heap.ts';

export /** What `merge` gives: the sizes that are left, and for each operand the strides. */
const sizes = new Array<number>(64);
export const merged: number[][] = [[], [], [], []];

/**
 * Merges dimensions of size 1 and dimensions that every operand walks as one. Fills `sizes` and `merged`; returns the
 * rank, at least 1. The dimensions are taken in `order`, if one is given.
 */
export function merge(dims: Dims, strides: readonly Dims[], order: readonly number[] | null = null): number {
  let rank = 0;
  for (let i = 0; i < dims.length; i++) {
    const d = order === null ? i : order[i];
    const size = dims[d];
    if (size === 1) continue;
    let joins = rank > 0;
    for (let w = 0; joins && w < strides.length; w++) {
      const outer = merged[w][rank - 1];
      joins = outer === strides[w][d] * size;
    }
    if (!joins) rank++;
    sizes[rank - 1] = joins ? sizes[rank - 1] * size : size;
    for (let w = 0; w < strides.length; w++) merged[w][rank - 1] = strides[w][d];
  }
  if (rank === 0) {
    sizes[0] = 1;
    for (let w = 0; w < strides.length; w++) merged[w][0] = 1;
    return 1;
  }
  return rank;
}

/** The dimensions from the one of the largest stride to that of the smallest; null where they stand so already. */
function outermostFirst(strides: Dims): number[] | null {
  let order: number[] | null = null;
  for (let d = 1; d < strides.length; d++) {
    if (order === null) {
      if (strides[d] <= strides[d - 1]) continue;
      order = [];
      for (let i = 0; i < strides.length; i++) order.push(i);
    }
    for (let i = d; i > 0 && strides[order[i]] > strides[order[i - 1]]; i--) {
      const moved = order[i];
      order[i] = order[i - 1];
      order[i - 1] = moved;
    }
  }
  return order;
}

/** Writes dimensions from..rank of the merged operands into the core's descriptor. */
export function writeDescriptor(from: number, rank: number, operands: number): void {
  const words = i32();
  words[DESCRIPTOR_WORD] = rank - from;
  for (let d = from; d < rank; d++) words[DESCRIPTOR_WORD + 1 + d - from] = sizes[d];
  for (let w = 0; w < operands; w++) {
    const at = DESCRIPTOR_WORD + 1 + (w + 1) * MAX_RANK;
    for (let d = from; d < rank; d++) words[at + d - from] = merged[w][d];
  }
}

/** Where an operand's elements are, without its storage; of a number, nothing. */
export interface Layout {
  readonly dims: Dims;
  readonly strides: Dims;
  readonly dtype: DType;
}

/** The strided form of a kernel: what it computes follows from the addresses and the descriptor. */
export type Strided = (pointers: readonly number[]) => void;

/**
 * Calls `nd` with the operands' addresses after writing the descriptor; dimensions beyond what the core walks (8 after
 * merging) are walked here.
 */
function walk(rank: number, pointers: readonly number[], layouts: readonly Layout[], nd: Strided): void {
  if (rank <= MAX_RANK) {
    writeDescriptor(0, rank, pointers.length);
    nd(pointers);
    return;
  }
  const outer = rank - MAX_RANK;
  const visit = (d: number, at: readonly number[]): void => {
    if (d === outer) {
      writeDescriptor(outer, rank, at.length);
      nd(at);
      return;
    }
    for (let i = 0; i < sizes[d]; i++) {
      visit(
        d + 1,
        at.map((p, w) => p + ((i * merged[w][d]) << layouts[w].dtype.shift)),
      );
    }
  };
  visit(0, pointers);
}

/**
 * Calls a kernel over operands that broadcast to the shape of the first, the output; in the output's memory order, so
 * that it writes one row where it can.
 */
export function stride(layouts: readonly Layout[], pointers: readonly number[], nd: Strided): void {
  const { dims } = layouts[0];
  const strides = new Array<Dims>(layouts.length);
  for (let i = 0; i < layouts.length; i++) strides[i] = broadcastStrides(layouts[i].dims, layouts[i].strides, dims);
  walk(merge(dims, strides, outermostFirst(strides[0])), pointers, layouts, nd);
}
