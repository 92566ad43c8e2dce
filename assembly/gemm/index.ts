/** Matrix product C = A·B + bias for operands of any stride. */
import { DTypeCode } from "../codes";
import { multiply } from "./block";
import { plain } from "./plain";

/**
 * C[m,n] = A[m,k]·B[k,n] + bias[n], all of dtype `dtype`, strides in elements. A and B stride as they like (transposed,
 * broadcast, sliced); C is row-major with rows `ldc` apart and overlaps neither. `bias` is 0 for none; k = 0 gives the
 * bias or zeros. Integers wrap.
 */
export function gemm(
  dtype: i32, m: i32, n: i32, k: i32,
  a: usize, rsa: i32, csa: i32, b: usize, rsb: i32, csb: i32, c: usize, ldc: i32, bias: usize,
): void {
  switch (dtype) {
    case DTypeCode.Float32: return multiply<f32>(m, n, k, a, rsa, csa, b, rsb, csb, c, ldc, bias);
    case DTypeCode.Float64: return multiply<f64>(m, n, k, a, rsa, csa, b, rsb, csb, c, ldc, bias);
    case DTypeCode.Int64: return plain<i64>(m, n, k, a, rsa, csa, b, rsb, csb, c, ldc, bias);
    case DTypeCode.Int32: return plain<i32>(m, n, k, a, rsa, csa, b, rsb, csb, c, ldc, bias);
    default: return plain<u8>(m, n, k, a, rsa, csa, b, rsb, csb, c, ldc, bias);
  }
}
