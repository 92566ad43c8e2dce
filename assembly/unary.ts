/**
 * Elementwise kernels of one operand. One functor per operation, one case, and the loops that serve them all: a
 * functor maps a vector of any dtype it serves (`vector`), or is a function that has one form for four float32 lanes
 * (`vector`) and one for a float64 (`scalar`), or the latter alone.
 *
 * Kernels see whole 16-byte vectors only: what is left over, and what is strided, passes through a block of scratch.
 * Hence a value depends on nothing but its operand, and never on where it stands.
 */
import { DTypeCode, SCRATCH, UnaryCode } from "./codes";
import { shiftOf } from "./dtypes";
import { advance, pointer, rank, rewind, sizeOf, start, strideOf } from "./loops";
import {
  cos32, cos64, erf32, erf64, erfc64, exp32, expm1_32, gelu32, gelu64, geluSlope32, geluSlope64, geluTanh32, geluTanh64,
  geluTanhSlope32, geluTanhSlope64, log10_32, log1p_32, log2_32, log32, logSigmoid32, logSigmoid64, sigmoid32,
  sigmoid64, silu32, silu64, siluSlope32, siluSlope64, sin32, sin64, softplus32, softplus64, tan64, tanh32,
} from "./math";

@unmanaged class Neg {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return v128.neg<T>(x); }
}

@unmanaged class Abs {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return isSigned<T>() || isFloat<T>() ? v128.abs<T>(x) : x; }
}

/** Of NaN 0, as in PyTorch. */
@unmanaged class Sign {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 {
    const zero = v128.splat<T>(0 as T);
    const one = v128.splat<T>(1 as T);
    if (!isSigned<T>() && !isFloat<T>()) return v128.min<T>(x, one);
    return v128.sub<T>(v128.and(v128.gt<T>(x, zero), one), v128.and(v128.lt<T>(x, zero), one));
  }
}

/** a · b; of bytes modulo 256, for which there is no instruction. */
// @ts-ignore: decorator
@inline function product<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() > 1) return v128.mul<T>(a, b);
  const byte = i16x8.splat(255);
  const low = v128.and(i16x8.extmul_low_i8x16_u(a, b), byte);
  return i8x16.narrow_i16x8_u(low, v128.and(i16x8.extmul_high_i8x16_u(a, b), byte));
}

@unmanaged class Square {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return product<T>(x, x); }
}

@unmanaged class Cube {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return product<T>(product<T>(x, x), x); }
}

/** Of NaN NaN, of -0 -0, as in PyTorch: pmax keeps its first operand unless the second is greater. */
@unmanaged class Relu {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 {
    const zero = v128.splat<T>(0 as T);
    if (isFloat<T>()) return v128.pmax<T>(x, zero);
    return isSigned<T>() ? v128.and(x, v128.gt<T>(x, zero)) : x;
  }
}

@unmanaged class Sqrt {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return v128.sqrt<T>(x); }
}

@unmanaged class Rsqrt {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return v128.div<T>(v128.splat<T>(1 as T), v128.sqrt<T>(x)); }
}

@unmanaged class Reciprocal {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return v128.div<T>(v128.splat<T>(1 as T), x); }
}

@unmanaged class Floor {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return v128.floor<T>(x); }
}

@unmanaged class Ceil {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return v128.ceil<T>(x); }
}

/** Half to even. */
@unmanaged class Round {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return v128.nearest<T>(x); }
}

@unmanaged class Trunc {
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return v128.trunc<T>(x); }
}

@unmanaged class Exp {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.exp(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return exp32(x); }
}

@unmanaged class Expm1 {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.expm1(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return expm1_32(x); }
}

@unmanaged class Log {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.log(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return log32(x); }
}

@unmanaged class Log1p {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.log1p(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return log1p_32(x); }
}

@unmanaged class Log2 {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.log2(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return log2_32(x); }
}

@unmanaged class Log10 {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.log10(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return log10_32(x); }
}

@unmanaged class Tanh {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.tanh(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return tanh32(x); }
}

@unmanaged class Sigmoid {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return sigmoid64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return sigmoid32(x); }
}

@unmanaged class Sin {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return sin64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return sin32(x); }
}

@unmanaged class Cos {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return cos64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return cos32(x); }
}

@unmanaged class Erf {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return erf64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return erf32(x); }
}

@unmanaged class LogSigmoid {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return logSigmoid64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return logSigmoid32(x); }
}

@unmanaged class Softplus {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return softplus64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return softplus32(x); }
}

@unmanaged class Silu {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return silu64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return silu32(x); }
}

@unmanaged class SiluSlope {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return siluSlope64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return siluSlope32(x); }
}

@unmanaged class Gelu {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return gelu64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return gelu32(x); }
}

@unmanaged class GeluSlope {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return geluSlope64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return geluSlope32(x); }
}

@unmanaged class GeluTanh {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return geluTanh64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return geluTanh32(x); }
}

@unmanaged class GeluTanhSlope {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return geluTanhSlope64(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return geluTanhSlope32(x); }
}

@unmanaged class Tan {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return tan64(x); }
}

@unmanaged class Asin {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.asin(x); }
}

@unmanaged class Acos {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.acos(x); }
}

@unmanaged class Atan {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.atan(x); }
}

@unmanaged class Sinh {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.sinh(x); }
}

@unmanaged class Cosh {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.cosh(x); }
}

@unmanaged class Erfc {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return erfc64(x); }
}

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
function numeric<F>(dtype: i32, vectors: i32, out: usize, a: usize): void {
  switch (dtype) {
    case DTypeCode.Int64: return row<F, i64>(vectors, out, a);
    case DTypeCode.Int32: return row<F, i32>(vectors, out, a);
    case DTypeCode.UInt8:
    case DTypeCode.Bool: return row<F, u8>(vectors, out, a);
    default: return floating<F>(dtype, vectors, out, a);
  }
}

/** An operation that has an instruction for either floating-point dtype. */
function floating<F>(dtype: i32, vectors: i32, out: usize, a: usize): void {
  if (dtype == DTypeCode.Float64) return row<F, f64>(vectors, out, a);
  row<F, f32>(vectors, out, a);
}

/** A function written once for four float32 and once for a float64. */
function transcendental<F>(dtype: i32, vectors: i32, out: usize, a: usize): void {
  if (dtype == DTypeCode.Float64) return doubles<F>(vectors, out, a);
  row<F, f32>(vectors, out, a);
}

/** A function that float32 computes in float64 too: for rare ones, within half an ULP of float32. */
function real<F>(dtype: i32, vectors: i32, out: usize, a: usize): void {
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

function kernel(op: i32, dtype: i32, vectors: i32, out: usize, a: usize): void {
  switch (op) {
    case UnaryCode.Neg: return numeric<Neg>(dtype, vectors, out, a);
    case UnaryCode.Abs: return numeric<Abs>(dtype, vectors, out, a);
    case UnaryCode.Sign: return numeric<Sign>(dtype, vectors, out, a);
    case UnaryCode.Square: return numeric<Square>(dtype, vectors, out, a);
    case UnaryCode.Cube: return numeric<Cube>(dtype, vectors, out, a);
    case UnaryCode.Relu: return numeric<Relu>(dtype, vectors, out, a);
    case UnaryCode.Sqrt: return floating<Sqrt>(dtype, vectors, out, a);
    case UnaryCode.Rsqrt: return floating<Rsqrt>(dtype, vectors, out, a);
    case UnaryCode.Reciprocal: return floating<Reciprocal>(dtype, vectors, out, a);
    case UnaryCode.Floor: return floating<Floor>(dtype, vectors, out, a);
    case UnaryCode.Ceil: return floating<Ceil>(dtype, vectors, out, a);
    case UnaryCode.Round: return floating<Round>(dtype, vectors, out, a);
    case UnaryCode.Trunc: return floating<Trunc>(dtype, vectors, out, a);
    case UnaryCode.Exp: return transcendental<Exp>(dtype, vectors, out, a);
    case UnaryCode.Expm1: return transcendental<Expm1>(dtype, vectors, out, a);
    case UnaryCode.Log: return transcendental<Log>(dtype, vectors, out, a);
    case UnaryCode.Log1p: return transcendental<Log1p>(dtype, vectors, out, a);
    case UnaryCode.Log2: return transcendental<Log2>(dtype, vectors, out, a);
    case UnaryCode.Log10: return transcendental<Log10>(dtype, vectors, out, a);
    case UnaryCode.Tanh: return transcendental<Tanh>(dtype, vectors, out, a);
    case UnaryCode.Sigmoid: return transcendental<Sigmoid>(dtype, vectors, out, a);
    case UnaryCode.Sin: return transcendental<Sin>(dtype, vectors, out, a);
    case UnaryCode.Cos: return transcendental<Cos>(dtype, vectors, out, a);
    case UnaryCode.Erf: return transcendental<Erf>(dtype, vectors, out, a);
    case UnaryCode.LogSigmoid: return transcendental<LogSigmoid>(dtype, vectors, out, a);
    case UnaryCode.Softplus: return transcendental<Softplus>(dtype, vectors, out, a);
    case UnaryCode.Silu: return transcendental<Silu>(dtype, vectors, out, a);
    case UnaryCode.SiluSlope: return transcendental<SiluSlope>(dtype, vectors, out, a);
    case UnaryCode.Gelu: return transcendental<Gelu>(dtype, vectors, out, a);
    case UnaryCode.GeluSlope: return transcendental<GeluSlope>(dtype, vectors, out, a);
    case UnaryCode.GeluTanh: return transcendental<GeluTanh>(dtype, vectors, out, a);
    case UnaryCode.GeluTanhSlope: return transcendental<GeluTanhSlope>(dtype, vectors, out, a);
    case UnaryCode.Tan: return real<Tan>(dtype, vectors, out, a);
    case UnaryCode.Asin: return real<Asin>(dtype, vectors, out, a);
    case UnaryCode.Acos: return real<Acos>(dtype, vectors, out, a);
    case UnaryCode.Atan: return real<Atan>(dtype, vectors, out, a);
    case UnaryCode.Sinh: return real<Sinh>(dtype, vectors, out, a);
    case UnaryCode.Cosh: return real<Cosh>(dtype, vectors, out, a);
    case UnaryCode.Erfc: return real<Erfc>(dtype, vectors, out, a);
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

/** out[i so] = op(a[i sa]) for i < n. Strides in elements; sa may be 0, out may be a. */
export function unary(op: i32, dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32): void {
  const shift = shiftOf(dtype);
  if (so == 1 && sa == 1) {
    const vectors = n >> (4 - shift);
    if (vectors) kernel(op, dtype, vectors, out, a);
    out += <usize>vectors << 4;
    a += <usize>vectors << 4;
    n -= vectors << (4 - shift);
  }
  while (n > 0) {
    const count = min(n, BLOCK_BYTES >> shift);
    copy(shift, count, BLOCK, 1, a, sa);
    kernel(op, dtype, ((count << shift) + 15) >> 4, BLOCK, BLOCK);
    copy(shift, count, out, so, BLOCK, 1);
    out += <usize>(count * so) << shift;
    a += <usize>(count * sa) << shift;
    n -= count;
  }
}

/** The same over the walk in the descriptor: operand 0 is out, operand 1 is a. */
export function unaryNd(op: i32, dtype: i32, out: usize, a: usize): void {
  const shift = shiftOf(dtype);
  const inner = rank() - 1;
  const n = sizeOf(inner);
  const so = strideOf(0, inner);
  const sa = strideOf(1, inner);
  rewind();
  start(0, out);
  start(1, a);
  do unary(op, dtype, n, pointer(0), so, pointer(1), sa);
  while (advance(2, shift, shift, 0, 0));
}
