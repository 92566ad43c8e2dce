/** Calling kernels that reduce dimensions: which are kept and which go is written into the descriptor. */
import type { Dims } from '../tensor/shape.ts';
import { pointerOf, type Tensor, targetOf } from '../tensor/tensor.ts';
import { type Core, core } from '../wasm/core.ts';
import { DESCRIPTOR_WORD, i32, MAX_RANK } from '../wasm/heap.ts';
import { merge, merged, sizes, writeDescriptor } from './descriptor.ts';

/** `core.reduce`. */
export const reduction: Core['reduce'] = (op, dtype, out, a, kept) => core.reduce(op, dtype, out, a, kept);

/** `core.argReduce`. */
export const argReduction: Core['argReduce'] = (op, dtype, out, a, kept) => core.argReduce(op, dtype, out, a, kept);

/**
 * Writes the descriptor of a reduction of row-major `a` whose reduced dimensions are neighbours, so that it is
 * [outer, n, inner]; returns how many dimensions are kept, or -1 if they are not neighbours. A training step sums the
 * rows of every layer's gradient: of the 0.31 µs of such a sum this saves 0.12 over the general way below.
 */
function writeBlockDescriptor(dims: Dims, reduced: readonly boolean[]): number {
  let outer = 1;
  let n = 1;
  let inner = 1;
  let within = false;
  for (let d = 0; d < dims.length; d++) {
    const size = dims[d];
    if (size === 1) continue;
    if (!reduced[d]) {
      if (within) inner *= size;
      else outer *= size;
    } else if (inner > 1) return -1;
    else {
      within = true;
      n *= size;
    }
  }
  const words = i32();
  let at = DESCRIPTOR_WORD + 1;
  const put = (size: number, outStride: number, stride: number): void => {
    words[at] = size;
    words[at + MAX_RANK] = outStride;
    words[at + 2 * MAX_RANK] = stride;
    at++;
  };
  if (outer > 1) put(outer, inner, n * inner);
  if (inner > 1) put(inner, 1, 1);
  put(n, 0, inner);
  words[DESCRIPTOR_WORD] = at - DESCRIPTOR_WORD - 1;
  return at - DESCRIPTOR_WORD - 2;
}

/**
 * Calls a reduction over the dimensions that `reduced` marks. `out` is contiguous over the kept ones. A reduction that
 * needs more dimensions than the core walks gets `a` already contiguous (the caller sees to it by `fitsReduction`).
 */
export function launchReduce(
  kernel: Core['reduce'],
  op: number,
  out: Tensor,
  a: Tensor,
  reduced: readonly boolean[],
): void {
  // Before the dimensions are merged: what is computed again to be read merges its own in the same place.
  const po = targetOf(out);
  const pa = pointerOf(a);
  if (a.dense) {
    const kept = writeBlockDescriptor(a.dims, reduced);
    if (kept >= 0) {
      kernel(op, a.dtype.code, po, pa, kept);
      return;
    }
  }
  const keptDims: number[] = [];
  const keptStrides: number[] = [];
  const goneDims: number[] = [];
  const goneStrides: number[] = [];
  a.dims.forEach((size, d) => {
    (reduced[d] ? goneDims : keptDims).push(size);
    (reduced[d] ? goneStrides : keptStrides).push(a.strides[d]);
  });
  const outStrides = new Array<number>(keptDims.length);
  for (let d = keptDims.length - 1, step = 1; d >= 0; d--) {
    outStrides[d] = step;
    step *= keptDims[d];
  }
  const gone = merge(goneDims, [goneDims.map(() => 0), goneStrides]);
  const goneSizes = sizes.slice(0, gone);
  const goneMerged = merged[1].slice(0, gone);
  const kept = keptDims.length === 0 ? 0 : merge(keptDims, [outStrides, keptStrides]);
  for (let d = 0; d < gone; d++) {
    sizes[kept + d] = goneSizes[d];
    merged[0][kept + d] = 0;
    merged[1][kept + d] = goneMerged[d];
  }
  writeDescriptor(0, kept + gone, 2);
  kernel(op, a.dtype.code, po, pa, kept);
}
