/**
 * Fused optimizer steps: one pass over parameter, gradient and state, in place.
 *
 * PyTorch computes `x.add(y, alpha=c)` on the CPU as one fused multiply-add. WebAssembly has none, but in float64 the
 * product of two float32 is exact, so float32 goes through float64 and is rounded once more: the same bits, but for
 * a tie that the rounding to float64 makes, about one in 2^29 of results. float64 is rounded after the
 * product and after the sum.
 */
import { DTypeCode } from "./codes";

/** `flags` of sgd. */
const FIRST: i32 = 1;
const NESTEROV: i32 = 2;
const MAXIMIZE: i32 = 4;

/** a + alpha * b in each lane. */
// @ts-ignore: decorator
@inline function addScaled<T>(a: v128, b: v128, alpha: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(a, f64x2.mul(alpha, b));
  const low = f64x2.add(f64x2.promote_low_f32x4(a), f64x2.mul(alpha, f64x2.promote_low_f32x4(b)));
  const high = f64x2.add(high2(a), f64x2.mul(alpha, high2(b)));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** The upper two of four float32 as float64. */
// @ts-ignore: decorator
@inline function high2(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0));
}

/** A whole vector at p, or the one element there in every lane. */
// @ts-ignore: decorator
@inline function read<T>(p: usize, whole: bool): v128 {
  return whole ? v128.load(p) : v128.load_splat<T>(p);
}

// @ts-ignore: decorator
@inline function write<T>(p: usize, whole: bool, v: v128): void {
  if (whole) v128.store(p, v);
  else v128.store_lane<T>(p, v, 0);
}

function sgdAs<T>(
  n: i32, p: usize, g: usize, buf: usize, lr: T, momentum: T, fresh: T, decay: T, flags: i32,
): void {
  const size = sizeof<T>();
  const end = p + (<usize>n) * size;
  const momenta = v128.splat<T>(momentum);
  const momenta64 = f64x2.splat(momentum as f64);
  const fresh64 = f64x2.splat(fresh as f64);
  const decay64 = f64x2.splat(decay as f64);
  const descent = f64x2.splat(-lr as f64);
  while (p < end) {
    const whole = end - p >= 16;
    const step: usize = whole ? 16 : size;
    let w = read<T>(p, whole);
    let d = read<T>(g, whole);
    if (flags & MAXIMIZE) d = v128.neg<T>(d);
    if (decay != 0) d = addScaled<T>(d, w, decay64);
    if (momentum != 0) {
      let m = d;
      if (!(flags & FIRST)) {
        m = v128.mul<T>(read<T>(buf, whole), momenta);
        m = fresh == 1 ? v128.add<T>(m, d) : addScaled<T>(m, d, fresh64);
      }
      write<T>(buf, whole, m);
      d = flags & NESTEROV ? addScaled<T>(d, m, momenta64) : m;
      buf += step;
    }
    w = addScaled<T>(w, d, descent);
    write<T>(p, whole, w);
    p += step;
    g += step;
  }
}

/**
 * One step of torch.optim.SGD over n contiguous elements of p with gradient g: g is not changed, buf (the momentum
 * buffer, unused if momentum is 0) and p are. `flags`: 1 the first step, which finds buf uninitialised; 2 nesterov;
 * 4 maximize.
 */
export function sgd(
  dtype: i32, n: i32, p: usize, g: usize, buf: usize,
  lr: f64, momentum: f64, dampening: f64, weightDecay: f64, flags: i32,
): void {
  const fresh = 1 - dampening;
  if (dtype == DTypeCode.Float64) sgdAs<f64>(n, p, g, buf, lr, momentum, fresh, weightDecay, flags);
  else sgdAs<f32>(n, p, g, buf, <f32>lr, <f32>momentum, <f32>fresh, <f32>weightDecay, flags);
}
