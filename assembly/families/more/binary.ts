/** Elementwise kernels of two operands, as ../binary.ts has those of the core. */
import { binaryNdOver, floating, fmod, numeric, real } from "../../binary-loops";
import { MoreBinaryCode } from "../../codes";
import { elu32, hypot64, logAddExp64 } from "../../math";

@unmanaged class Remainder {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return false; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T {
    if (isFloat<T>()) {
      const r = fmod<T>(a, b);
      return r != 0 && (r < 0) != (b < 0) ? ((r + b) as T) : r;
    }
    if (!b) return 0 as T;
    if (isSigned<T>() && b == (-1 as T)) return 0 as T;
    const r = (a % b) as T;
    return isSigned<T>() && r != 0 && (r < 0) != (b < 0) ? ((r + b) as T) : r;
  }
}

@unmanaged class Fmod {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return false; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T {
    if (isFloat<T>()) return fmod<T>(a, b);
    if (!b || (isSigned<T>() && b == (-1 as T))) return 0 as T;
    return (a % b) as T;
  }
}

@unmanaged class Elu {
  // @ts-ignore: decorator
  @inline simd<T>(): bool { return sizeof<T>() == 4; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T {
    if (sizeof<T>() == 8) return a > (0 as T) ? a : ((b * (NativeMath.expm1(a as f64) as T)) as T);
    return f32x4.extract_lane(elu32(f32x4.splat(a as f32), f32x4.splat(b as f32)), 0) as T;
  }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return elu32(a, b); }
}

@unmanaged class Atan2 {
  // @ts-ignore: decorator
  @inline real(a: f64, b: f64): f64 { return NativeMath.atan2(a, b); }
}

@unmanaged class Hypot {
  // @ts-ignore: decorator
  @inline real(a: f64, b: f64): f64 { return hypot64(a, b); }
}

@unmanaged class Xlogy {
  // @ts-ignore: decorator
  @inline real(a: f64, b: f64): f64 { return b != b ? b : a == 0 ? 0 : a * NativeMath.log(b); }
}

@unmanaged class LogAddExp {
  // @ts-ignore: decorator
  @inline real(a: f64, b: f64): f64 { return logAddExp64(a, b); }
}

@unmanaged class Fmax {
  // @ts-ignore: decorator
  @inline real(a: f64, b: f64): f64 { return a >= b || b != b ? a : b; }
}

@unmanaged class Fmin {
  // @ts-ignore: decorator
  @inline real(a: f64, b: f64): f64 { return a <= b || b != b ? a : b; }
}

/** out[i·so] = op(a[i·sa], b[i·sb]) for i < n, as `binary`. */
export function moreBinary(
  op: i32, dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32,
): void {
  switch (op) {
    case MoreBinaryCode.Remainder: return numeric<Remainder>(dtype, n, out, so, a, sa, b, sb);
    case MoreBinaryCode.Fmod: return numeric<Fmod>(dtype, n, out, so, a, sa, b, sb);
    case MoreBinaryCode.Elu: return floating<Elu>(dtype, n, out, so, a, sa, b, sb);
    case MoreBinaryCode.Atan2: return real<Atan2>(dtype, n, out, so, a, sa, b, sb);
    case MoreBinaryCode.Hypot: return real<Hypot>(dtype, n, out, so, a, sa, b, sb);
    case MoreBinaryCode.Xlogy: return real<Xlogy>(dtype, n, out, so, a, sa, b, sb);
    case MoreBinaryCode.LogAddExp: return real<LogAddExp>(dtype, n, out, so, a, sa, b, sb);
    case MoreBinaryCode.Fmax: return real<Fmax>(dtype, n, out, so, a, sa, b, sb);
    case MoreBinaryCode.Fmin: return real<Fmin>(dtype, n, out, so, a, sa, b, sb);
  }
}

/** What binary-loops.ts runs. */
@unmanaged class Kernels {
  // @ts-ignore: decorator
  @inline run(
    op: i32, dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32,
  ): void { moreBinary(op, dtype, n, out, so, a, sa, b, sb); }
}

/** `moreBinary` over the descriptor's dimensions: operand 0 is out, 1 is a, 2 is b. */
export function moreBinaryNd(op: i32, dtype: i32, out: usize, a: usize, b: usize): void {
  binaryNdOver<Kernels>(op, dtype, out, a, b);
}
