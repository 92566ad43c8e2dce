/**
 * Fused optimizer steps: one pass over parameter, gradient and state, in place.
 *
 * SGD has a loop of its own. The others share one, with the weight decay and the two moving averages; a switch inside
 * the loop picks the rest: it costs little beside their divisions, and seven loops become one. (SGD in it took half as
 * long again, for want of registers.)
 *
 * PyTorch's CPU kernels for add, lerp and addcmul end in a fused multiply-add (measured, bit for bit). WebAssembly has
 * none, but in float64 the product of two float32 is exact, so float32 goes through float64 and is rounded once more:
 * the same bits, but for a tie that the rounding to float64 makes, about one in 2^29 of results. float64 is rounded
 * after the product and after the sum. Divisions and addcdiv round as they are written.
 */
import { DTypeCode, OptimizerCode } from "./codes";

/** `flags` of sgd. */
const FIRST: i32 = 1;
const NESTEROV: i32 = 2;
const MAXIMIZE: i32 = 4;

/** The lower two of four float32 as float64. */
// @ts-ignore: decorator
@inline function low2(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

/** The upper two of four float32 as float64. */
// @ts-ignore: decorator
@inline function high2(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0));
}

/** Two pairs of float64 as four float32. */
// @ts-ignore: decorator
@inline function join(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** a * b + c in each lane, float32 rounded once. */
// @ts-ignore: decorator
@inline function fma<T>(a: v128, b: v128, c: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(f64x2.mul(a, b), c);
  return join(
    f64x2.add(f64x2.mul(low2(a), low2(b)), low2(c)), f64x2.add(f64x2.mul(high2(a), high2(b)), high2(c)),
  );
}

/** a * k + c in each lane, float32 rounded once. k is in float64 already. */
// @ts-ignore: decorator
@inline function addScaled<T>(c: v128, a: v128, k: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(f64x2.mul(a, k), c);
  return join(f64x2.add(f64x2.mul(low2(a), k), low2(c)), f64x2.add(f64x2.mul(high2(a), k), high2(c)));
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
  if (momentum == 0 && decay == 0 && !(flags & MAXIMIZE)) {
    // Plain descent, what most steps are, by whole vectors: the branches below take half as long again.
    for (const last = end - 15; p < last; p += 16, g += 16) {
      if (sizeof<T>() == 8) v128.store(p, addScaled<T>(v128.load(p), v128.load(g), descent));
      else {
        // Halves by loads and stores instead of shuffles.
        const low = f64x2.add(f64x2.mul(low2(v128.load64_zero(g)), descent), low2(v128.load64_zero(p)));
        const high = f64x2.add(f64x2.mul(low2(v128.load64_zero(g, 8)), descent), low2(v128.load64_zero(p, 8)));
        v128.store64_lane(p, f32x4.demote_f64x2_zero(low), 0);
        v128.store64_lane(p, f32x4.demote_f64x2_zero(high), 0, 8);
      }
    }
  }
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

function optimizeAs<T>(
  rule: i32, n: i32, p: usize, g: usize, mean: usize, square: usize, other: usize, maximize: i32,
  shrink: T, decay: T, weight: T, beta: T, fresh: T, scale: T, eps: T, rate: T, factor: T, rectify: T,
): void {
  const size = sizeof<T>();
  const end = p + (<usize>n) * size;
  const shrinks = v128.splat<T>(shrink);
  const decays = f64x2.splat(<f64>decay);
  // As PyTorch's lerp: from the end that is nearer.
  const near = weight < <T>0.5;
  const weights = f64x2.splat(<f64>(near ? weight : weight - 1));
  const betas = v128.splat<T>(beta);
  const freshs = v128.splat<T>(fresh);
  const scales = v128.splat<T>(scale);
  const epses = v128.splat<T>(eps);
  const rates = v128.splat<T>(rate);
  const rate64 = f64x2.splat(<f64>rate);
  const factors = v128.splat<T>(factor);
  const rectifies = v128.splat<T>(rectify);
  while (p < end) {
    const whole = end - p >= 16;
    const step: usize = whole ? 16 : size;
    let w = v128.mul<T>(read<T>(p, whole), shrinks);
    let d = read<T>(g, whole);
    if (maximize) d = v128.neg<T>(d);
    if (decay != 0) d = addScaled<T>(d, w, decays);
    let x = d;
    let y = d;
    let z = d;
    if (mean) {
      x = read<T>(mean, whole);
      x = addScaled<T>(near ? x : d, v128.sub<T>(d, x), weights);
      write<T>(mean, whole, x);
      mean += step;
    }
    if (square) {
      y = v128.mul<T>(read<T>(square, whole), betas);
      y = fma<T>(v128.mul<T>(freshs, d), d, y);
      write<T>(square, whole, y);
      square += step;
    }
    if (other) z = read<T>(other, whole);
    switch (rule) {
      case OptimizerCode.Adam: {
        if (other) y = z = v128.max<T>(z, y);
        const root = v128.add<T>(v128.div<T>(v128.sqrt<T>(y), scales), epses);
        w = v128.add<T>(w, v128.div<T>(v128.mul<T>(rates, x), root));
        break;
      }
      case OptimizerCode.NAdam: {
        const root = v128.add<T>(v128.sqrt<T>(v128.div<T>(y, scales)), epses);
        w = v128.add<T>(w, v128.div<T>(v128.mul<T>(rates, d), root));
        w = v128.add<T>(w, v128.div<T>(v128.mul<T>(factors, x), root));
        break;
      }
      case OptimizerCode.RAdam: {
        x = v128.mul<T>(v128.div<T>(x, scales), rates);
        if (rectify != 0) {
          const root = v128.add<T>(v128.sqrt<T>(y), epses);
          const adaptive = v128.mul<T>(v128.div<T>(v128.splat<T>(1), root), factors);
          x = v128.mul<T>(v128.mul<T>(x, adaptive), rectifies);
        }
        w = v128.sub<T>(w, x);
        break;
      }
      case OptimizerCode.RMSprop: {
        if (mean) y = fma<T>(v128.neg<T>(x), x, y);
        const root = v128.add<T>(v128.sqrt<T>(y), epses);
        if (other) {
          z = v128.add<T>(v128.mul<T>(z, factors), v128.div<T>(d, root));
          w = addScaled<T>(w, z, rate64);
        } else w = v128.add<T>(w, v128.div<T>(v128.mul<T>(rates, d), root));
        break;
      }
      case OptimizerCode.Adadelta: {
        const root = v128.sqrt<T>(v128.add<T>(y, epses));
        d = v128.mul<T>(v128.div<T>(v128.sqrt<T>(v128.add<T>(z, epses)), root), d);
        z = fma<T>(v128.mul<T>(freshs, d), d, v128.mul<T>(z, betas));
        w = addScaled<T>(w, d, rate64);
        break;
      }
      case OptimizerCode.Adamax:
        z = v128.max<T>(v128.mul<T>(z, betas), v128.add<T>(v128.abs<T>(d), epses));
        w = v128.add<T>(w, v128.div<T>(v128.mul<T>(rates, x), z));
        break;
    }
    if (other) {
      write<T>(other, whole, z);
      other += step;
    }
    write<T>(p, whole, w);
    p += step;
    g += step;
  }
}

/**
 * One step of `rule` over n contiguous elements of p with gradient g, which is not changed. p times `shrink`, plus
 * `decay` of it in the gradient, then the state, each 0 where the rule keeps none:
 *
 *     mean     moving average of the gradient, `weight` of the new one
 *     square   times `beta`, plus `fresh` times the squared gradient
 *     other    RMSprop: momentum buffer; Adam: largest square; Adadelta: squared updates; Adamax: infinity norm
 *
 * `rate` is the learning rate, negative where the rule adds, with the rule's corrections; `scale` corrects the bias of
 * the root of the square (Adam), of the square (NAdam) or of the mean (RAdam). `factor` is the momentum (RMSprop), the
 * rate of the mean (NAdam), the root of the square's bias (RAdam). `rectify` is RAdam's factor, 0 to step along the
 * mean.
 */
export function optimize(
  rule: i32, dtype: i32, n: i32, p: usize, g: usize, mean: usize, square: usize, other: usize, maximize: i32,
  shrink: f64, decay: f64, weight: f64, beta: f64, fresh: f64, scale: f64, eps: f64, rate: f64, factor: f64,
  rectify: f64,
): void {
  if (dtype == DTypeCode.Float64) {
    optimizeAs<f64>(
      rule, n, p, g, mean, square, other, maximize, shrink, decay, weight, beta, fresh, scale, eps, rate, factor,
      rectify,
    );
  } else {
    optimizeAs<f32>(
      rule, n, p, g, mean, square, other, maximize, <f32>shrink, <f32>decay, <f32>weight, <f32>beta, <f32>fresh,
      <f32>scale, <f32>eps, <f32>rate, <f32>factor, <f32>rectify,
    );
  }
}
