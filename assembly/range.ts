/**
 * Numbers at equal distances, rounded as PyTorch's AVX2 and AVX-512 kernels round them: those multiply and add with one
 * rounding, which float64 does here in two parts, and float32 by computing in float64.
 */
import { DTypeCode } from "./codes";

/** The upper 26 bits of x, so that it times a count below 2^27 is exact. */
// @ts-ignore: decorator
@inline function upper(x: f64): f64 {
  return reinterpret<f64>(reinterpret<u64>(x) & ~0x7ffffff);
}

/** a + (high + low) · i, rounded once. */
// @ts-ignore: decorator
@inline function multiplyAdd(a: f64, high: f64, low: f64, i: f64): f64 {
  const p = high * i;
  const q = low * i;
  const s = p + q;
  const u = a + s;
  const b = u - a;
  return u - u == 0 ? u + (a - (u - b) + (s - b) + (q - (s - p))) : u;
}

function count<T>(out: usize, n: i32, start: f64, step: f64): void {
  if (isInteger<T>()) {
    const by = <i64>step;
    let value = <i64>start;
    for (let i = 0; i < n; i++, out += sizeof<T>(), value += by) store<T>(out, value as T);
    return;
  }
  // PyTorch fills vectors of 32 bytes, two at a time, from their first elements, and what is left one by one.
  const lanes = 32 / <i32>sizeof<T>();
  const whole = n & -(2 * lanes);
  const high = upper(step);
  const low = high == step ? 0 : step - high;
  for (let i = 0; i < n; ) {
    const base = sizeof<T>() == 4 ? start + step * <f64>i : multiplyAdd(start, high, low, <f64>i);
    store<T>(out, base as T);
    out += sizeof<T>();
    i++;
    if (i > whole) continue;
    const first = (base as T) as f64;
    for (let k = 1; k < lanes; k++, i++, out += sizeof<T>()) {
      store<T>(out, (sizeof<T>() == 4 ? first + step * <f64>k : multiplyAdd(first, high, low, <f64>k)) as T);
    }
  }
}

/** out[i] = start + i · step for i < n. Integers count in int64 and wrap. */
export function arange(dtype: i32, out: usize, n: i32, start: f64, step: f64): void {
  switch (dtype) {
    case DTypeCode.Float32: return count<f32>(out, n, start, step);
    case DTypeCode.Float64: return count<f64>(out, n, start, step);
    case DTypeCode.Int64: return count<i64>(out, n, start, step);
    case DTypeCode.Int32: return count<i32>(out, n, start, step);
    default: return count<u8>(out, n, start, step);
  }
}

/** From both ends, so that both are exact. `step` is of T, for integers of float64. */
function divide<T>(out: usize, n: i32, start: f64, end: f64, step: f64): void {
  const half = n >> 1;
  const high = upper(step);
  const low = high == step ? 0 : step - high;
  for (let i = 0; i < n; i++, out += sizeof<T>()) {
    const near = i < half;
    const k = near ? i : i + 1 - n;
    const a = near ? start : end;
    if (isFloat<T>() && sizeof<T>() == 4) store<T>(out, (a + step * <f64>(<f32>k)) as T);
    else store<T>(out, multiplyAdd(a, high, low, <f64>k) as T);
  }
}

/** out = n numbers from start to end, which are of the dtype, `step` apart: float32, float64 or int64. */
export function linspace(dtype: i32, out: usize, n: i32, start: f64, end: f64, step: f64): void {
  switch (dtype) {
    case DTypeCode.Float32: return divide<f32>(out, n, start, end, step);
    case DTypeCode.Float64: return divide<f64>(out, n, start, end, step);
    default: return divide<i64>(out, n, start, end, step);
  }
}
