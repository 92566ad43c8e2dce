/**
 * Calling elementwise kernels: picks the contiguous, scalar-operand or strided form. Each kernel is called in one place,
 * the first time as when its result is computed again. An operation allocates its output first and comes here last, so the addresses taken stay right.
 */

import type { Compute } from '../memory/recipe.ts';
import { isLarge } from '../memory/storage.ts';
import { bool, type DType, float32, float64, int32, int64, Kind } from '../tensor/dtype.ts';
import { pointerOf, type Tensor, targetOf } from '../tensor/tensor.ts';
import { type Core, core } from '../wasm/core.ts';
import { f32, f64, i32, scalarAddress, u8 } from '../wasm/heap.ts';
import { type Layout, type Strided, stride } from './descriptor.ts';
import { isPacked, sameLayout } from './order.ts';
import { giveRecipe } from './recipe.ts';

/** A kernel of one operand and an output, in its flat and its strided form. */
export interface UnaryKernel {
  flat: Core['unary'];
  nd: Core['unaryNd'];
}

/** `core.unary`. */
export const mapping: UnaryKernel = {
  flat: (op, dtype, n, out, so, a, sa) => core.unary(op, dtype, n, out, so, a, sa),
  nd: (op, dtype, out, a) => core.unaryNd(op, dtype, out, a),
};

/** A kernel of two operands and an output, in its flat and its strided form. */
export interface BinaryKernel {
  flat: Core['binary'];
  nd: Core['binaryNd'];
}

/** `core.binary`. */
export const arithmetic: BinaryKernel = {
  flat: (op, dtype, n, out, so, a, sa, b, sb) => core.binary(op, dtype, n, out, so, a, sa, b, sb),
  nd: (op, dtype, out, a, b) => core.binaryNd(op, dtype, out, a, b),
};

/** `core.compare`. */
export const comparison: BinaryKernel = {
  flat: (op, dtype, n, out, so, a, sa, b, sb) => core.compare(op, dtype, n, out, so, a, sa, b, sb),
  nd: (op, dtype, out, a, b) => core.compareNd(op, dtype, out, a, b),
};

/** Writes a number as `dtype` into the i-th scalar operand and returns its address: its fraction cut off, and modulo. */
export function putScalar(value: number | bigint, dtype: DType, i = 0): number {
  const at = scalarAddress(i);
  if (typeof value === 'bigint') {
    if (dtype !== int64)
      return putScalar(Number(dtype.kind === Kind.Integer ? BigInt.asIntN(32, value) : value), dtype, i);
    i32()[at >> 2] = Number(BigInt.asIntN(32, value));
    i32()[(at >> 2) + 1] = Number(BigInt.asIntN(32, value >> 32n));
  } else if (dtype === float32) f32()[at >> 2] = value;
  else if (dtype === float64) f64()[at >> 3] = value;
  else if (dtype === int64) {
    // `| 0` is modulo 2^32, so it gives the low word of the two's complement; the floor gives the high one.
    const whole = Math.trunc(value);
    i32()[at >> 2] = whole | 0;
    i32()[(at >> 2) + 1] = Math.floor(whole / 4294967296) | 0;
  } else if (dtype === int32) i32()[at >> 2] = value;
  else u8()[at] = dtype === bool ? Number(value !== 0) : value;
  return at;
}

/** Of the scalar operands the first that recipes use: an operation on its way may have set others. */
const SCALARS_AGAIN = 4;

/**
 * Calls the strided form of a kernel over operands that broadcast to out's shape. A number is given to it as an element
 * of `dtype`.
 */
function launchStrided(out: Tensor, operands: readonly (Tensor | number | bigint)[], dtype: DType, nd: Strided): void {
  const { length } = operands;
  const layouts = new Array<Layout>(length + 1);
  const pointers = new Array<number>(length + 1);
  layouts[0] = out;
  pointers[0] = targetOf(out);
  for (let i = 0; i < length; i++) {
    const x = operands[i];
    const plain = typeof x !== 'object';
    layouts[i + 1] = plain ? { dims: [], strides: [], dtype } : x;
    pointers[i + 1] = plain ? putScalar(x, dtype, i) : pointerOf(x);
  }
  stride(layouts, pointers, nd);
  if (isLarge(out.storage)) recipeStrided(out, operands, layouts, dtype, nd);
}

/** The recipe of what the strided form of a kernel computed. */
function recipeStrided(
  out: Tensor,
  operands: readonly (Tensor | number | bigint)[],
  tensors: readonly Layout[],
  dtype: DType,
  nd: Strided,
): void {
  const layouts = tensors.map((x): Layout => ({ dims: x.dims, strides: x.strides, dtype: x.dtype }));
  const numbers = operands.map((x) => (typeof x !== 'object' ? x : null));
  const inputs = operands.filter((x) => typeof x === 'object');
  giveRecipe(out, inputs, (po, addresses) => {
    let next = 0;
    const place = (value: number | bigint | null, i: number): number =>
      value === null ? addresses[next++] : putScalar(value, dtype, SCALARS_AGAIN + i);
    stride(layouts, [po, ...numbers.map(place)], nd);
  });
}

/** The flat form of a kernel of two operands; a stride of 0 repeats an only element. */
function flatBinary(
  { flat }: BinaryKernel,
  op: number,
  code: number,
  n: number,
  out: number,
  a: number,
  sa: number,
  b: number,
  sb: number,
): void {
  flat(op, code, n, out, 1, a, sa, b, sb);
}

/** The recipe of what it computed. */
function recipeBinary(
  kernel: BinaryKernel,
  op: number,
  dtype: DType,
  out: Tensor,
  a: Tensor | number,
  sa: number,
  b: Tensor | number,
  sb: number,
): void {
  const n = out.count;
  // The numbers, and no tensor.
  const [x, y] = [a, b].map((operand) => (typeof operand === 'number' ? operand : null));
  const inputs = [a, b].filter((operand) => typeof operand !== 'number');
  const last = inputs.length - 1;
  giveRecipe(out, inputs, (po, addresses) => {
    const pa = x === null ? addresses[0] : putScalar(x, dtype, SCALARS_AGAIN);
    const pb = y === null ? addresses[last] : putScalar(y, dtype, SCALARS_AGAIN);
    flatBinary(kernel, op, dtype.code, n, po, pa, sa, pb, sb);
  });
}

/** Whether x's elements lie in the order of out's, which must be packed. */
function parallel(out: Tensor, x: Tensor): boolean {
  return x.dense ? out.dense && x.count === out.count : sameLayout(out, x);
}

/** out = op(a, b), both broadcast to out's shape; a and b have one dtype; a number stands in for either. */
export function launchBinary(
  kernel: BinaryKernel,
  op: number,
  dtype: DType,
  out: Tensor,
  a: Tensor | number,
  b: Tensor | number,
): void {
  const n = out.count;
  if (n === 0) return;
  const plainA = typeof a === 'number';
  const plainB = typeof b === 'number';
  const flatA = plainA || a.count === 1 || parallel(out, a);
  const flatB = plainB || b.count === 1 || parallel(out, b);
  if (flatA && flatB && isPacked(out)) {
    const sa = plainA || (a.count === 1 && n > 1) ? 0 : 1;
    const sb = plainB || (b.count === 1 && n > 1) ? 0 : 1;
    const po = targetOf(out);
    const pa = plainA ? putScalar(a, dtype, 0) : pointerOf(a);
    const pb = plainB ? putScalar(b, dtype, 1) : pointerOf(b);
    flatBinary(kernel, op, dtype.code, n, po, pa, sa, pb, sb);
    if (isLarge(out.storage)) recipeBinary(kernel, op, dtype, out, a, sa, b, sb);
    return;
  }
  launchStrided(out, [a, b], dtype, (p) => kernel.nd(op, dtype.code, p[0], p[1], p[2]));
}

/** The flat form of a kernel of one operand. */
function flatUnary({ flat }: UnaryKernel, op: number, code: number, n: number, out: number, a: number): void {
  flat(op, code, n, out, 1, a, 1);
}

/** The recipe of what it computed, in a function of its own, for a closure holds all that its function has. */
function repeatUnary(kernel: UnaryKernel, op: number, code: number, n: number): Compute {
  return (out, [a]) => flatUnary(kernel, op, code, n, out, a);
}

/** out = op(a), equal shapes and dtypes. */
export function launchUnary(kernel: UnaryKernel, op: number, out: Tensor, a: Tensor): void {
  const n = out.count;
  if (n === 0) return;
  const { code } = out.dtype;
  if (parallel(out, a) && isPacked(out)) {
    flatUnary(kernel, op, code, n, targetOf(out), pointerOf(a));
    if (isLarge(out.storage)) giveRecipe(out, [a], repeatUnary(kernel, op, code, n));
    return;
  }
  launchStrided(out, [a], out.dtype, (p) => kernel.nd(op, code, p[0], p[1]));
}

/** The flat form of a copy with a cast; a stride of 0 repeats a number. */
function flatCopy(from: DType, to: DType, n: number, out: number, a: number, sa: number): void {
  core.cast(from.code, to.code, n, out, 1, a, sa);
}

function repeatCopy(from: DType, to: DType, n: number, value: number | bigint | null): Compute {
  return (out, [a]) =>
    value === null
      ? flatCopy(from, to, n, out, a, 1)
      : flatCopy(from, to, n, out, putScalar(value, to, SCALARS_AGAIN), 0);
}

/** Copies a (or a number) into out with a cast, a broadcast to out's shape. */
export function launchCopy(out: Tensor, a: Tensor | number | bigint): void {
  const n = out.count;
  if (n === 0) return;
  const plain = typeof a !== 'object';
  const to = out.dtype;
  const from = plain ? to : a.dtype;
  if ((plain || parallel(out, a)) && isPacked(out)) {
    const po = targetOf(out);
    flatCopy(from, to, n, po, plain ? putScalar(a, to) : pointerOf(a), plain ? 0 : 1);
    if (isLarge(out.storage)) giveRecipe(out, plain ? [] : [a], repeatCopy(from, to, n, plain ? a : null));
    return;
  }
  launchStrided(out, [a], to, (p) => core.castNd(from.code, to.code, p[0], p[1]));
}

/** out = condition ? a : b, all broadcast to out's shape; a and b have out's dtype. */
export function launchWhere(out: Tensor, condition: Tensor, a: Tensor, b: Tensor): void {
  if (out.count === 0) return;
  const { shift } = out.dtype;
  launchStrided(out, [condition, a, b], out.dtype, (p) => core.whereNd(shift, p[0], p[1], p[2], p[3]));
}
