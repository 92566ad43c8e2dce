/**
 * Mean and sum of squared deviations, in float64 whatever the operand is: in two passes, the second about the mean that
 * the first has found, or in one. (PyTorch updates both with each element, in float64 too.) The first pass adds up distances from
 * the row's first element, so that neither a large offset nor float64's own range costs digits; what the distances from
 * the mean still add up to corrects both.
 *
 * The descriptor is that of reduce.ts, and so are the walks: along a row, across columns that lie in one piece, or any
 * other stride.
 */
import { cast } from "./cast";
import { DTypeCode, SCRATCH } from "./codes";
import { shiftOf } from "./dtypes";
import { rank, rewind, sizeOf, strideOf } from "./loops";
import { span, step } from "./reduce";

/** Columns that are walked together. Of each, the scratch area holds a centre, and Σ d and Σ d² of distances d from it. */
const PANEL: i32 = 128;
const CENTRES: usize = SCRATCH + 1024;
const SUMS: usize = 8 * PANEL;
const SQUARES: usize = 16 * PANEL;

/**
 * Up to so many float32 elements one pass is enough. The first element's distance from the mean is at most √n standard
 * deviations, so that Σ d² is at most n + 1 times what is left of it: of 53 bits more than float32's 24 remain.
 */
const ONE_PASS: f64 = 65536;

/** Two neighbours as float64. */
// @ts-ignore: decorator
@inline function two<T>(p: usize): v128 {
  return sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(p)) : v128.load(p);
}

/** Adds n elements, `stride` elements apart, to the sums of the first column. */
function run<T>(n: i32, p: usize, stride: i32): void {
  const centre = load<f64>(CENTRES);
  let sum = load<f64>(CENTRES, SUMS);
  let square = load<f64>(CENTRES, SQUARES);
  if (stride == 1) {
    const c = f64x2.splat(centre);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let q0 = s0;
    let q1 = s0;
    for (; n >= 4; n -= 4, p += 4 * sizeof<T>()) {
      const d0 = f64x2.sub(two<T>(p), c);
      const d1 = f64x2.sub(two<T>(p + 2 * sizeof<T>()), c);
      s0 = f64x2.add(s0, d0);
      s1 = f64x2.add(s1, d1);
      q0 = f64x2.add(q0, f64x2.mul(d0, d0));
      q1 = f64x2.add(q1, f64x2.mul(d1, d1));
    }
    s0 = f64x2.add(s0, s1);
    q0 = f64x2.add(q0, q1);
    sum += f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
    square += f64x2.extract_lane(q0, 0) + f64x2.extract_lane(q0, 1);
  }
  for (const bytes = (<usize>stride) << alignof<T>(); n > 0; n--, p += bytes) {
    const d = (load<T>(p) as f64) - centre;
    sum += d;
    square += d * d;
  }
  store<f64>(CENTRES, sum, SUMS);
  store<f64>(CENTRES, square, SQUARES);
}

/** The same for the columns whose centres stand before `end`, an even number, of n rows, `stride` elements apart. */
function columns<T>(n: i32, p: usize, stride: i32, end: usize): void {
  for (const bytes = (<usize>stride) << alignof<T>(); n > 0; n--, p += bytes) {
    let q = p;
    for (let at = CENTRES; at < end; at += 16, q += 2 * sizeof<T>()) {
      const d = f64x2.sub(two<T>(q), v128.load(at));
      v128.store(at, f64x2.add(v128.load(at, SUMS), d), SUMS);
      v128.store(at, f64x2.add(v128.load(at, SQUARES), f64x2.mul(d, d)), SQUARES);
    }
  }
}

/**
 * Of float32 or float64 `a`, over all but its first `kept` dimensions: the means, then the sums of squared deviations from
 * them, float64 [2, outputs]. At least one dimension is reduced.
 */
export function moments(dtype: i32, out: usize, a: usize, kept: i32): void {
  const single = dtype == DTypeCode.Float32;
  const shift = shiftOf(dtype);
  const inner = rank() - 1;
  const n = sizeOf(inner);
  const stride = strideOf(1, inner);
  const repeats = span(kept, inner);
  const count = <f64>n * <f64>repeats;
  const from = i32(single && count <= ONE_PASS);
  const outputs = kept ? sizeOf(kept - 1) : 1;
  const across = kept ? strideOf(1, kept - 1) : 0;
  const even = across == 1 && stride > 1 ? outputs & -2 : 0;
  const squares = (<usize>span(0, kept)) << 3;
  rewind();
  for (let rows = span(0, kept - 1); ; a = step(0, kept - 1, a, shift)) {
    for (let j = 0; j < outputs; ) {
      const width = j < even ? min(even - j, PANEL) : 1;
      const p = a + ((<usize>(j * across)) << shift);
      const end = CENTRES + ((<usize>width) << 3);
      cast(dtype, DTypeCode.Float64, width, CENTRES, 1, p, 1);
      for (let pass = from; pass < 2; pass++) {
        memory.fill(CENTRES + SUMS, 0, SQUARES);
        let q = p;
        for (let i = 0; i < repeats; i++) {
          if (j < even) {
            if (single) columns<f32>(n, q, stride, end);
            else columns<f64>(n, q, stride, end);
          } else if (single) run<f32>(n, q, stride);
          else run<f64>(n, q, stride);
          if (repeats > 1) q = step(kept, inner, q, shift);
        }
        for (let at = CENTRES; at < end; at += 8) {
          const sum = load<f64>(at, SUMS);
          const centre = load<f64>(at) + sum / count;
          store<f64>(at, load<f64>(at, SQUARES) - sum * sum / count, SQUARES);
          // An infinite mean has no distance to anything.
          if (pass == from || centre == centre) store<f64>(at, centre);
        }
      }
      memory.copy(out, CENTRES, (<usize>width) << 3);
      memory.copy(out + squares, CENTRES + SQUARES, (<usize>width) << 3);
      out += (<usize>width) << 3;
      j += width;
    }
    if (!--rows) break;
  }
}
