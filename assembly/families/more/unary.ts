/** Elementwise kernels of one operand, floating point only, as ../unary.ts has those of the core. */
import { MoreUnaryCode } from "../../codes";
import {
  cos32, cos64, erf32, erf64, erfc64, expm1_32, gelu32, gelu64, geluSlope32, geluSlope64, geluTanh32, geluTanh64,
  geluTanhSlope32, geluTanhSlope64, log10_32, log1p_32, log2_32, logSigmoid32, logSigmoid64, silu32, silu64,
  siluSlope32, siluSlope64, sin32, sin64, softplus32, softplus64, tan64,
} from "../../math";
import { real, transcendental, unaryNdOver, unaryOver } from "../../unary-loops";

@unmanaged class Expm1 {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.expm1(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return expm1_32(x); }
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

function kernel(op: i32, dtype: i32, vectors: i32, out: usize, a: usize): void {
  switch (op) {
    case MoreUnaryCode.Expm1: return transcendental<Expm1>(dtype, vectors, out, a);
    case MoreUnaryCode.Log1p: return transcendental<Log1p>(dtype, vectors, out, a);
    case MoreUnaryCode.Log2: return transcendental<Log2>(dtype, vectors, out, a);
    case MoreUnaryCode.Log10: return transcendental<Log10>(dtype, vectors, out, a);
    case MoreUnaryCode.Sin: return transcendental<Sin>(dtype, vectors, out, a);
    case MoreUnaryCode.Cos: return transcendental<Cos>(dtype, vectors, out, a);
    case MoreUnaryCode.Erf: return transcendental<Erf>(dtype, vectors, out, a);
    case MoreUnaryCode.LogSigmoid: return transcendental<LogSigmoid>(dtype, vectors, out, a);
    case MoreUnaryCode.Softplus: return transcendental<Softplus>(dtype, vectors, out, a);
    case MoreUnaryCode.Silu: return transcendental<Silu>(dtype, vectors, out, a);
    case MoreUnaryCode.SiluSlope: return transcendental<SiluSlope>(dtype, vectors, out, a);
    case MoreUnaryCode.Gelu: return transcendental<Gelu>(dtype, vectors, out, a);
    case MoreUnaryCode.GeluSlope: return transcendental<GeluSlope>(dtype, vectors, out, a);
    case MoreUnaryCode.GeluTanh: return transcendental<GeluTanh>(dtype, vectors, out, a);
    case MoreUnaryCode.GeluTanhSlope: return transcendental<GeluTanhSlope>(dtype, vectors, out, a);
    case MoreUnaryCode.Tan: return real<Tan>(dtype, vectors, out, a);
    case MoreUnaryCode.Asin: return real<Asin>(dtype, vectors, out, a);
    case MoreUnaryCode.Acos: return real<Acos>(dtype, vectors, out, a);
    case MoreUnaryCode.Atan: return real<Atan>(dtype, vectors, out, a);
    case MoreUnaryCode.Sinh: return real<Sinh>(dtype, vectors, out, a);
    case MoreUnaryCode.Cosh: return real<Cosh>(dtype, vectors, out, a);
    case MoreUnaryCode.Erfc: return real<Erfc>(dtype, vectors, out, a);
  }
}

/** What unary-loops.ts runs. */
@unmanaged class Kernels {
  // @ts-ignore: decorator
  @inline run(op: i32, dtype: i32, vectors: i32, out: usize, a: usize): void { kernel(op, dtype, vectors, out, a); }
}

/** out[i so] = op(a[i sa]) for i < n. Strides in elements; sa may be 0, out may be a. */
export function moreUnary(op: i32, dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32): void {
  unaryOver<Kernels>(op, dtype, n, out, so, a, sa);
}

/** The same over the walk in the descriptor: operand 0 is out, operand 1 is a. */
export function moreUnaryNd(op: i32, dtype: i32, out: usize, a: usize): void {
  unaryNdOver<Kernels>(op, dtype, out, a);
}
