/**
 * Elementwise kernels of two operands that nearly every program needs; more/binary.ts has the others. One functor per
 * operation holds its scalar and its vector form; adding an operation is one functor and one case.
 */
import { binaryNdOver, floating, fmod, numeric } from "./binary-loops";
import { cast } from "./cast";
import { BinaryCode, DTypeCode, UnaryCode } from "./codes";
import { unary } from "./unary";

@unmanaged class Add {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return true; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return (a + b) as T; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.add<T>(a, b); }
}

@unmanaged class Sub {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return true; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return (a - b) as T; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.sub<T>(a, b); }
}

@unmanaged class Mul {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return sizeof<T>() > 1; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return (a * b) as T; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.mul<T>(a, b); }
}

@unmanaged class Div {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return isFloat<T>(); }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return (a / b) as T; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.div<T>(a, b); }
}

@unmanaged class Pow {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return false; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T {
    if (isInteger<T>()) return integerPower<T>(a, b);
    // float64 has room for the product of float32's factors: for whole powers as exact, and five times as fast.
    if (sizeof<T>() == 4 && abs<T>(b) <= (WHOLE as T) && trunc<T>(b) == b) return wholePower(a as f64, <i32>b) as T;
    // C's pow, unlike JavaScript's, has 1 for 1 to any power and for -1 to an infinite one.
    if (a == (1 as T) || (a == (-1 as T) && abs<T>(b) == (Infinity as T))) return 1 as T;
    return NativeMath.pow(a as f64, b as f64) as T;
  }
}

@unmanaged class Maximum {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return isFloat<T>() || sizeof<T>() < 8; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return isFloat<T>() ? max<T>(a, b) : a > b ? a : b; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.max<T>(a, b); }
}

@unmanaged class Minimum {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return isFloat<T>() || sizeof<T>() < 8; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return isFloat<T>() ? min<T>(a, b) : a < b ? a : b; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.min<T>(a, b); }
}

@unmanaged class FloorDivide {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return false; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T {
    if (isFloat<T>()) return floorDivideFloat<T>(a, b);
    if (!b) return 0 as T;
    if (isSigned<T>() && b == (-1 as T)) return (0 - a) as T;
    const q = (a / b) as T;
    return isSigned<T>() && (a % b) as T != 0 && (a < 0) != (b < 0) ? ((q - 1) as T) : q;
  }
}

@unmanaged class TruncDivide {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return false; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T {
    if (isFloat<T>()) return trunc<T>((a / b) as T);
    if (!b) return 0 as T;
    if (isSigned<T>() && b == (-1 as T)) return (0 - a) as T;
    return (a / b) as T;
  }
}

@unmanaged class ReluMask {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return isSigned<T>() || isFloat<T>(); }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return a <= (0 as T) ? (0 as T) : b; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.andnot(b, v128.le<T>(a, v128.splat<T>(0 as T))); }
}

@unmanaged class LeakyRelu {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return isFloat<T>(); }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return a > (0 as T) ? a : ((a * b) as T); }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 {
    return v128.bitselect(a, v128.mul<T>(a, b), v128.gt<T>(a, v128.splat<T>(0 as T)));
  }
}

/** Python's float floor division, as PyTorch rounds it: exact where a / b alone would round up to the next integer. */
function floorDivideFloat<T>(a: T, b: T): T {
  if (b == 0) return (a / b) as T;
  const mod = fmod<T>(a, b);
  let div = ((a - mod) / b) as T;
  if (mod != 0 && (b < 0) != (mod < 0)) div = (div - 1) as T;
  if (div == 0) return copysign<T>(0 as T, (a / b) as T);
  const floored = floor<T>(div);
  return div - floored > (0.5 as T) ? ((floored + 1) as T) : floored;
}

/** a to the power b by squaring, wrapping; a negative power is 0 unless a is 1 or -1, as in PyTorch. */
function integerPower<T>(a: T, b: T): T {
  if (isSigned<T>() && b < 0) {
    if (a == 1) return 1 as T;
    if (a == (-1 as T)) return (b & 1) ? (-1 as T) : (1 as T);
    return 0 as T;
  }
  let result: T = 1 as T;
  while (b != 0) {
    if (b & 1) result = (result * a) as T;
    a = (a * a) as T;
    b = (b >> 1) as T;
  }
  return result;
}

/** Up to this power float32 is computed by products in float64: 2^-43 from the exact value there. */
const WHOLE: i32 = 1024;

/** a to the whole power n, by squaring. */
function wholePower(a: f64, n: i32): f64 {
  let result: f64 = 1;
  for (let left = abs(n); left; left >>= 1, a *= a) if (left & 1) result *= a;
  return n < 0 ? 1 / result : result;
}

/** a to the power of the number at b. Those of 0, 1, ±2, 3, -1 and ±0.5 take PyTorch's shorter ways. */
function powerOfNumber(dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize): void {
  let power: f64;
  switch (dtype) {
    case DTypeCode.Float32: power = <f64>load<f32>(b); break;
    case DTypeCode.Float64: power = load<f64>(b); break;
    case DTypeCode.Int64: power = <f64>load<i64>(b); break;
    case DTypeCode.Int32: power = <f64>load<i32>(b); break;
    default: power = <f64>load<u8>(b);
  }
  if (power == 1) return cast(dtype, dtype, n, out, so, a, sa);
  if (power == 2) return unary(UnaryCode.Square, dtype, n, out, so, a, sa);
  if (power == 3) return unary(UnaryCode.Cube, dtype, n, out, so, a, sa);
  if (dtype <= DTypeCode.Float64) {
    if (power == 0.5) return unary(UnaryCode.Sqrt, dtype, n, out, so, a, sa);
    if (power == -0.5) return unary(UnaryCode.Rsqrt, dtype, n, out, so, a, sa);
    if (power == -1) return unary(UnaryCode.Reciprocal, dtype, n, out, so, a, sa);
    if (power == -2) {
      unary(UnaryCode.Square, dtype, n, out, so, a, sa);
      return unary(UnaryCode.Reciprocal, dtype, n, out, so, out, so);
    }
  }
  numeric<Pow>(dtype, n, out, so, a, sa, b, 0);
}

/**
 * out[i·so] = op(a[i·sa], b[i·sb]) for i < n, strides in elements. `out` may be `a` or `b`; a stride of 0 repeats one
 * element.
 */
export function binary(
  op: i32, dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32,
): void {
  if (dtype == DTypeCode.Bool) {
    // Or and and. What else takes bool is the same in uint8, as long as no difference comes here.
    if (op == BinaryCode.Add) op = BinaryCode.Maximum;
    else if (op == BinaryCode.Mul) op = BinaryCode.Minimum;
  }
  switch (op) {
    case BinaryCode.Add: return numeric<Add>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.Sub: return numeric<Sub>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.Mul: return numeric<Mul>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.Div: return floating<Div>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.Pow: return numeric<Pow>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.PowNumber: return powerOfNumber(dtype, n, out, so, a, sa, b);
    case BinaryCode.Maximum: return numeric<Maximum>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.Minimum: return numeric<Minimum>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.FloorDivide: return numeric<FloorDivide>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.TruncDivide: return numeric<TruncDivide>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.ReluMask: return floating<ReluMask>(dtype, n, out, so, a, sa, b, sb);
    case BinaryCode.LeakyRelu: return floating<LeakyRelu>(dtype, n, out, so, a, sa, b, sb);
  }
}

/** What binary-loops.ts runs. */
@unmanaged class Kernels {
  // @ts-ignore: decorator
  @inline run(
    op: i32, dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32,
  ): void { binary(op, dtype, n, out, so, a, sa, b, sb); }
}

/** `binary` over the descriptor's dimensions: operand 0 is out, 1 is a, 2 is b. */
export function binaryNd(op: i32, dtype: i32, out: usize, a: usize, b: usize): void {
  binaryNdOver<Kernels>(op, dtype, out, a, b);
}
