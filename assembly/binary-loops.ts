/**
 * What elementwise kernels of two operands have in common: one loop serves every operation, dtype and stride. The core and
 * a family (see more/) each bring a class K that switches between their operations.
 */
import { DTypeCode, SCRATCH } from "./codes";
import { shiftOf } from "./dtypes";
import { advance, pointer, rank, rewind, sizeOf, start, strideOf } from "./loops";

/** C's fmod for the dtype. */
// @ts-ignore: decorator
@inline export function fmod<T>(a: T, b: T): T {
  return NativeMath.mod(a as f64, b as f64) as T;
}

/**
 * One row. A stride-0 operand is splatted into a 64-byte block that the vector loop reads without advancing, so one
 * loop serves tensor·tensor, tensor·scalar and scalar·tensor.
 */
// @ts-ignore: decorator
@inline function row<F, T>(n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32): void {
  const f = changetype<F>(0);
  const size = <i32>sizeof<T>();
  if (f.simd<T>()) {
    // Four vectors at a time in float32 alone: the other dtypes are rare, and that is a quarter of the code of each.
    const four = isFloat<T>() && size == 4;
    const bytes = four ? 64 : 16;
    const lanes = bytes / size;
    if (n >= lanes && so == 1 && <u32>sa <= 1 && <u32>sb <= 1) {
      let pa = a;
      let pb = b;
      if (!sa) { pa = SPLAT_A; splat<T>(pa, load<T>(a)); }
      if (!sb) { pb = SPLAT_B; splat<T>(pb, load<T>(b)); }
      const ia: usize = sa * bytes;
      const ib: usize = sb * bytes;
      for (; n >= lanes; n -= lanes) {
        v128.store(out, f.vector<T>(v128.load(pa), v128.load(pb)));
        if (four) {
          v128.store(out, f.vector<T>(v128.load(pa, 16), v128.load(pb, 16)), 16);
          v128.store(out, f.vector<T>(v128.load(pa, 32), v128.load(pb, 32)), 32);
          v128.store(out, f.vector<T>(v128.load(pa, 48), v128.load(pb, 48)), 48);
        }
        out += bytes;
        pa += ia;
        pb += ib;
      }
      if (sa) a = pa;
      if (sb) b = pb;
    }
  }
  const stepOut: usize = so * size;
  const stepA: usize = sa * size;
  const stepB: usize = sb * size;
  for (; n > 0; n--) {
    store<T>(out, f.scalar<T>(load<T>(a), load<T>(b)));
    out += stepOut;
    a += stepA;
    b += stepB;
  }
}

/** Where the two stride-0 operands of the row in hand stand splatted, 64 bytes each. */
const SPLAT_A: usize = SCRATCH + 512;
const SPLAT_B: usize = SPLAT_A + 64;

function splat<T>(at: usize, value: T): void {
  const v = v128.splat<T>(value);
  v128.store(at, v);
  v128.store(at, v, 16);
  v128.store(at, v, 32);
  v128.store(at, v, 48);
}

/** F over every dtype; bool stands in for uint8. */
export function numeric<F>(dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32): void {
  switch (dtype) {
    case DTypeCode.Float32: return row<F, f32>(n, out, so, a, sa, b, sb);
    case DTypeCode.Float64: return row<F, f64>(n, out, so, a, sa, b, sb);
    case DTypeCode.Int64: return row<F, i64>(n, out, so, a, sa, b, sb);
    case DTypeCode.Int32: return row<F, i32>(n, out, so, a, sa, b, sb);
    default: return row<F, u8>(n, out, so, a, sa, b, sb);
  }
}

/** F over the floating-point dtypes. */
export function floating<F>(dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32): void {
  if (dtype == DTypeCode.Float32) row<F, f32>(n, out, so, a, sa, b, sb);
  else row<F, f64>(n, out, so, a, sa, b, sb);
}

/** F in float64 for both floating-point dtypes: one loop, for functions that are rare. */
export function real<F>(dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32): void {
  const f = changetype<F>(0);
  const double = dtype == DTypeCode.Float64;
  const shift: usize = double ? 3 : 2;
  for (; n > 0; n--) {
    const x = double ? load<f64>(a) : <f64>load<f32>(a);
    const y = f.real(x, double ? load<f64>(b) : <f64>load<f32>(b));
    if (double) store<f64>(out, y);
    else store<f32>(out, <f32>y);
    out += <usize>so << shift;
    a += <usize>sa << shift;
    b += <usize>sb << shift;
  }
}

/** An operation of those that K switches between, over the descriptor's dimensions: operand 0 is out, 1 is a, 2 is b. */
export function binaryNdOver<K>(op: i32, dtype: i32, out: usize, a: usize, b: usize): void {
  const k = changetype<K>(0);
  const shift = shiftOf(dtype);
  const last = rank() - 1;
  const n = sizeOf(last);
  const so = strideOf(0, last);
  const sa = strideOf(1, last);
  const sb = strideOf(2, last);
  start(0, out);
  start(1, a);
  start(2, b);
  rewind();
  do {
    k.run(op, dtype, n, pointer(0), so, pointer(1), sa, pointer(2), sb);
  } while (advance(3, shift, shift, shift, 0));
}
