/**
 * Elementwise kernels of one operand that nearly every program needs; more/unary.ts has the others. One functor per
 * operation, one case, and the loops that serve them all: a functor maps a vector of any dtype it serves (`vector`), or is a
 * function that has one form for four float32 lanes (`vector`) and one for a float64 (`scalar`).
 */
import { UnaryCode } from "./codes";
import { exp32, log32, sigmoid32, sigmoid64, tanh32 } from "./math";
import { floating, numeric, transcendental, unaryNdOver, unaryOver } from "./unary-loops";

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

@unmanaged class Log {
  // @ts-ignore: decorator
  @inline scalar(x: f64): f64 { return NativeMath.log(x); }
  // @ts-ignore: decorator
  @inline vector<T>(x: v128): v128 { return log32(x); }
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
    case UnaryCode.Log: return transcendental<Log>(dtype, vectors, out, a);
    case UnaryCode.Tanh: return transcendental<Tanh>(dtype, vectors, out, a);
    case UnaryCode.Sigmoid: return transcendental<Sigmoid>(dtype, vectors, out, a);
  }
}

/** What unary-loops.ts runs. */
@unmanaged class Kernels {
  // @ts-ignore: decorator
  @inline run(op: i32, dtype: i32, vectors: i32, out: usize, a: usize): void { kernel(op, dtype, vectors, out, a); }
}

/** out[i so] = op(a[i sa]) for i < n. Strides in elements; sa may be 0, out may be a. */
export function unary(op: i32, dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32): void {
  unaryOver<Kernels>(op, dtype, n, out, so, a, sa);
}

/** The same over the walk in the descriptor: operand 0 is out, operand 1 is a. */
export function unaryNd(op: i32, dtype: i32, out: usize, a: usize): void {
  unaryNdOver<Kernels>(op, dtype, out, a);
}
