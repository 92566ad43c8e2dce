/**
 * Running sums, products and maxima along a dimension. float32 is accumulated in float64 and rounded once for each
 * element, as PyTorch does. Integers are int64: narrower results are those modulo their size.
 */
import { DTypeCode, ReduceCode } from "./codes";

function run<T, A>(op: i32, out: usize, a: usize, outer: i32, n: i32, inner: i32): void {
  const step = (<usize>inner) << alignof<T>();
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < inner; k++) {
      const first = (<usize>(o * n * inner + k)) << alignof<T>();
      let total = load<T>(a + first) as A;
      store<T>(out + first, total as T);
      for (let p = first + step, end = first + <usize>n * step; p < end; p += step) {
        const x = load<T>(a + p) as A;
        if (op == ReduceCode.Sum) total = (total + x) as A;
        else if (op == ReduceCode.Prod) total = (total * x) as A;
        else total = max<A>(total, x);
        store<T>(out + p, total as T);
      }
    }
  }
}

/** out[o, i, k] = a[o, 0, k] op … op a[o, i, k], contiguous [outer, n, inner] of float32, float64 or int64; n > 0. */
export function scan(op: i32, dtype: i32, out: usize, a: usize, outer: i32, n: i32, inner: i32): void {
  if (dtype == DTypeCode.Float32) run<f32, f64>(op, out, a, outer, n, inner);
  else if (dtype == DTypeCode.Float64) run<f64, f64>(op, out, a, outer, n, inner);
  else run<i64, i64>(op, out, a, outer, n, inner);
}
