/**
 * What elementwise kernels of one operand have in common: the loops over functors of each kind, and the walk over flat and
 * strided operands. The core and a family (see more/) each bring a class K that switches between their operations.
 *
 * Kernels see whole 16-byte vectors only: what is left over, and what is strided, passes through a block of scratch.
 * Hence a value depends on nothing but its operand, and never on where it stands.
 */
import { DTypeCode, SCRATCH } from "./codes";
import { shiftOf } from "./dtypes";
import { advance, pointer, rank, rewind, sizeOf, start, strideOf } from "./loops";

/** F over `vectors` contiguous vectors of T. */
// @ts-ignore: decorator
@inline function row<F, T>(vectors: i32, out: usize, a: usize): void {
  const f = changetype<F>(0);
  const end = out + (<usize>vectors << 4);
  for (; out < end; out += 16, a += 16) v128.store(out, f.vector<T>(v128.load(a)));
}

/** F over `vectors` contiguous pairs of float64, one by one. */
// @ts-ignore: decorator
@inline function doubles<F>(vectors: i32, out: usize, a: usize): void {
  const f = changetype<F>(0);
  const end = out + (<usize>vectors << 4);
  for (; out < end; out += 8, a += 8) store<f64>(out, f.scalar(load<f64>(a)));
}

/** An operation on every dtype; bool stands in for uint8. */
export function numeric<F>(dtype: i32, vectors: i32, out: usize, a: usize): void {
  switch (dtype) {
    case DTypeCode.Int64: return row<F, i64>(vectors, out, a);
    case DTypeCode.Int32: return row<F, i32>(vectors, out, a);
    case DTypeCode.UInt8:
    case DTypeCode.Bool: return row<F, u8>(vectors, out, a);
    default: return floating<F>(dtype, vectors, out, a);
  }
}

/** An operation that has an instruction for either floating-point dtype. */
export function floating<F>(dtype: i32, vectors: i32, out: usize, a: usize): void {
  if (dtype == DTypeCode.Float64) return row<F, f64>(vectors, out, a);
  row<F, f32>(vectors, out, a);
}

/** A function written once for four float32 and once for a float64. */
export function transcendental<F>(dtype: i32, vectors: i32, out: usize, a: usize): void {
  if (dtype == DTypeCode.Float64) return doubles<F>(vectors, out, a);
  row<F, f32>(vectors, out, a);
}

/** A function that float32 computes in float64 too: for rare ones, within half an ULP of float32. */
export function real<F>(dtype: i32, vectors: i32, out: usize, a: usize): void {
  const f = changetype<F>(0);
  const double = dtype == DTypeCode.Float64;
  const step: usize = double ? 8 : 4;
  const end = out + (<usize>vectors << 4);
  for (; out < end; out += step, a += step) {
    const y = f.scalar(double ? load<f64>(a) : <f64>load<f32>(a));
    if (double) store<f64>(out, y);
    else store<f32>(out, <f32>y);
  }
}

/** Where strided operands and tails are gathered, worked on in place, and scattered from. */
const BLOCK: usize = SCRATCH + 1024;
const BLOCK_BYTES: i32 = 1024;

// @ts-ignore: decorator
@inline function copyRow<T>(n: i32, out: usize, so: i32, a: usize, sa: i32): void {
  const stepOut: usize = so * <i32>sizeof<T>();
  const stepA: usize = sa * <i32>sizeof<T>();
  for (; n > 0; n--) {
    store<T>(out, load<T>(a));
    out += stepOut;
    a += stepA;
  }
}

function copy(shift: i32, n: i32, out: usize, so: i32, a: usize, sa: i32): void {
  if (shift == 2) return copyRow<u32>(n, out, so, a, sa);
  if (shift == 3) return copyRow<u64>(n, out, so, a, sa);
  copyRow<u8>(n, out, so, a, sa);
}

/**
 * out[i so] = op(a[i sa]) for i < n, op being one of those that K switches between. Strides in elements; sa may be 0, out
 * may be a.
 */
export function unaryOver<K>(op: i32, dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32): void {
  const k = changetype<K>(0);
  const shift = shiftOf(dtype);
  if (so == 1 && sa == 1) {
    const vectors = n >> (4 - shift);
    if (vectors) k.run(op, dtype, vectors, out, a);
    out += <usize>vectors << 4;
    a += <usize>vectors << 4;
    n -= vectors << (4 - shift);
  }
  while (n > 0) {
    const count = min(n, BLOCK_BYTES >> shift);
    copy(shift, count, BLOCK, 1, a, sa);
    k.run(op, dtype, ((count << shift) + 15) >> 4, BLOCK, BLOCK);
    copy(shift, count, out, so, BLOCK, 1);
    out += <usize>(count * so) << shift;
    a += <usize>(count * sa) << shift;
    n -= count;
  }
}

/** The same over the walk in the descriptor: operand 0 is out, operand 1 is a. */
export function unaryNdOver<K>(op: i32, dtype: i32, out: usize, a: usize): void {
  const shift = shiftOf(dtype);
  const inner = rank() - 1;
  const n = sizeOf(inner);
  const so = strideOf(0, inner);
  const sa = strideOf(1, inner);
  rewind();
  start(0, out);
  start(1, a);
  do unaryOver<K>(op, dtype, n, pointer(0), so, pointer(1), sa);
  while (advance(2, shift, shift, 0, 0));
}
