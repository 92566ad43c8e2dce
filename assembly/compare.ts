/** Elementwise kernels of two operands with a bool result. */
import { CompareCode, DTypeCode } from "./codes";
import { shiftOf } from "./dtypes";
import { advance, pointer, rank, rewind, sizeOf, start, strideOf } from "./loops";

@unmanaged class Eq {
  // @ts-ignore: decorator
  @inline holds<T>(a: T, b: T): bool { return a == b; }
}

@unmanaged class Ne {
  // @ts-ignore: decorator
  @inline holds<T>(a: T, b: T): bool { return a != b; }
}

@unmanaged class Lt {
  // @ts-ignore: decorator
  @inline holds<T>(a: T, b: T): bool { return a < b; }
}

@unmanaged class Le {
  // @ts-ignore: decorator
  @inline holds<T>(a: T, b: T): bool { return a <= b; }
}

@unmanaged class LogicalAnd {
  // @ts-ignore: decorator
  @inline holds<T>(a: T, b: T): bool { return a != (0 as T) && b != (0 as T); }
}

@unmanaged class LogicalOr {
  // @ts-ignore: decorator
  @inline holds<T>(a: T, b: T): bool { return a != (0 as T) || b != (0 as T); }
}

@unmanaged class LogicalXor {
  // @ts-ignore: decorator
  @inline holds<T>(a: T, b: T): bool { return (a != (0 as T)) != (b != (0 as T)); }
}

// @ts-ignore: decorator
@inline function row<F, T>(n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32): void {
  const f = changetype<F>(0);
  const stepA: usize = sa * <i32>sizeof<T>();
  const stepB: usize = sb * <i32>sizeof<T>();
  for (; n > 0; n--) {
    store<u8>(out, <u8>f.holds<T>(load<T>(a), load<T>(b)));
    out += so;
    a += stepA;
    b += stepB;
  }
}

function every<F>(dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32): void {
  switch (dtype) {
    case DTypeCode.Float32: return row<F, f32>(n, out, so, a, sa, b, sb);
    case DTypeCode.Float64: return row<F, f64>(n, out, so, a, sa, b, sb);
    case DTypeCode.Int64: return row<F, i64>(n, out, so, a, sa, b, sb);
    case DTypeCode.Int32: return row<F, i32>(n, out, so, a, sa, b, sb);
    default: return row<F, u8>(n, out, so, a, sa, b, sb);
  }
}

/** out[i·so] = a[i·sa] ? b[i·sb], a byte 0 or 1, for i < n; strides in elements. Greater-than swaps the operands. */
export function compare(
  op: i32, dtype: i32, n: i32, out: usize, so: i32, a: usize, sa: i32, b: usize, sb: i32,
): void {
  switch (op) {
    case CompareCode.Eq: return every<Eq>(dtype, n, out, so, a, sa, b, sb);
    case CompareCode.Ne: return every<Ne>(dtype, n, out, so, a, sa, b, sb);
    case CompareCode.Lt: return every<Lt>(dtype, n, out, so, a, sa, b, sb);
    case CompareCode.Le: return every<Le>(dtype, n, out, so, a, sa, b, sb);
    case CompareCode.Gt: return every<Lt>(dtype, n, out, so, b, sb, a, sa);
    case CompareCode.Ge: return every<Le>(dtype, n, out, so, b, sb, a, sa);
    case CompareCode.LogicalAnd: return every<LogicalAnd>(dtype, n, out, so, a, sa, b, sb);
    case CompareCode.LogicalOr: return every<LogicalOr>(dtype, n, out, so, a, sa, b, sb);
    case CompareCode.LogicalXor: return every<LogicalXor>(dtype, n, out, so, a, sa, b, sb);
  }
}

/** `compare` over the descriptor's dimensions: operand 0 is out, 1 is a, 2 is b. */
export function compareNd(op: i32, dtype: i32, out: usize, a: usize, b: usize): void {
  const shift = shiftOf(dtype);
  const last = rank() - 1;
  const n = sizeOf(last);
  start(0, out);
  start(1, a);
  start(2, b);
  rewind();
  do {
    compare(
      op, dtype, n, pointer(0), strideOf(0, last), pointer(1), strideOf(1, last), pointer(2), strideOf(2, last),
    );
  } while (advance(3, 0, shift, shift, 0));
}
