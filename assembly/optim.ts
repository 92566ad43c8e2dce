/**
 * Fused optimizer steps: one pass over parameter, gradient and state, in place.
 *
 * An optimizer is a rule: a class whose fields are the numbers of a step, and whose `step` gives the new elements of the
 * parameter and writes those of the state, a vector at a time; and an export that runs it, `adamStep` for Adam. Its class
 * in src/optim gives the numbers by the names and in the order of the fields. Plain descent, what most steps are, has a
 * loop of its own, and no state.
 *
 * PyTorch's CPU kernels for add, lerp and addcmul end in a fused multiply-add (measured, bit for bit). WebAssembly has
 * none, but in float64 the product of two float32 is exact, so float32 goes through float64 and is rounded once more:
 * the same bits, but for a tie that the rounding to float64 makes, about one in 2^29 of results. float64 is rounded
 * after the product and after the sum. Divisions and addcdiv round as they are written.
 */
import { DTypeCode, SCALARS, SCRATCH } from "./codes";

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

/** p - lr * g over n contiguous elements, in place. */
export function descend(dtype: i32, n: i32, p: usize, g: usize, lr: f64): void {
  if (dtype == DTypeCode.Float64) {
    const rate = f64x2.splat(-lr);
    const end = p + ((<usize>n) << 3);
    for (const last = end - 15; p < last; p += 16, g += 16) {
      v128.store(p, fma<f64>(v128.load(g), rate, v128.load(p)));
    }
    if (p < end) store<f64>(p, load<f64>(g) * -lr + load<f64>(p));
    return;
  }
  const one = -<f64>(<f32>lr);
  const rate = f64x2.splat(one);
  const end = p + ((<usize>n) << 2);
  for (const last = end - 15; p < last; p += 16, g += 16) {
    // Halves by loads and stores instead of shuffles.
    const low = f64x2.add(f64x2.mul(low2(v128.load64_zero(g)), rate), low2(v128.load64_zero(p)));
    const high = f64x2.add(f64x2.mul(low2(v128.load64_zero(g, 8)), rate), low2(v128.load64_zero(p, 8)));
    v128.store64_lane(p, f32x4.demote_f64x2_zero(low), 0);
    v128.store64_lane(p, f32x4.demote_f64x2_zero(high), 0, 8);
  }
  for (; p < end; p += 4, g += 4) store<f32>(p, <f32>(<f64>load<f32>(g) * one + <f64>load<f32>(p)));
}

/**
 * What all rules share. The fields are vectors at SCALARS: in the lanes of each stands one number, which the host wrote
 * there as a float64. They are read where they are used: as locals they would want more registers than there are.
 */
@unmanaged class Rule {
  /** The parameter is multiplied by it first: 1 without a decoupled weight decay. */
  shrink: v128;
  /** So much of the parameter is added to the gradient: 0 without a weight decay. */
  decay: v128;
}

/** Puts each of a rule's numbers into all lanes of its field. */
function spread<T>(fields: i32): void {
  for (let at = SCALARS; at < SCALARS + fields; at += 16) v128.store(at, v128.splat<T>(<T>load<f64>(at)));
}

/** A rule over whole vectors up to `end`. */
type Loop = (end: usize, p: usize, g: usize, first: usize, second: usize, third: usize, maximize: i32) => void;

/** The loop of rule R over elements of type T. */
// @ts-ignore: decorator
@inline function loopOf<T, R extends Rule>(): Loop {
  return (end: usize, p: usize, g: usize, first: usize, second: usize, third: usize, maximize: i32): void => {
    const rule = changetype<R>(SCALARS);
    const decays = v128.any_true(rule.decay);
    while (p < end) {
      const w = v128.mul<T>(v128.load(p), rule.shrink);
      let d = v128.load(g);
      if (maximize) d = v128.neg<T>(d);
      if (decays) d = fma<T>(w, rule.decay, d);
      v128.store(p, rule.step<T>(w, d, first, second, third));
      p += 16;
      g += 16;
      if (first) first += 16;
      if (second) second += 16;
      if (third) third += 16;
    }
  };
}

/** Copies a few elements, unless there is no tensor. */
function copyRest(tensor: usize, to: usize, from: usize, bytes: usize): void {
  if (tensor) for (let at: usize = 0; at < bytes; at += 4) store<i32>(to + at, load<i32>(from + at));
}

/** One of two loops over n elements. What is left after the whole vectors passes through scratch. */
function runLoop(
  fields: i32, loop32: Loop, loop64: Loop,
  dtype: i32, n: i32, p: usize, g: usize, first: usize, second: usize, third: usize, maximize: i32,
): void {
  const wide = dtype == DTypeCode.Float64;
  if (wide) spread<f64>(fields);
  else spread<f32>(fields);
  const loop = wide ? loop64 : loop32;
  const bytes = (<usize>n) << (wide ? 3 : 2);
  const rest = bytes & 15;
  const whole = bytes - rest;
  loop(p + whole, p, g, first, second, third, maximize);
  if (!rest) return;
  const at: usize = SCRATCH;
  copyRest(p, at, p + whole, rest);
  copyRest(g, at + 16, g + whole, rest);
  copyRest(first, at + 32, first + whole, rest);
  copyRest(second, at + 48, second + whole, rest);
  copyRest(third, at + 64, third + whole, rest);
  loop(at + 16, at, at + 16, first ? at + 32 : 0, second ? at + 48 : 0, third ? at + 64 : 0, maximize);
  copyRest(p, p + whole, at, rest);
  copyRest(first, first + whole, at + 32, rest);
  copyRest(second, second + whole, at + 48, rest);
  copyRest(third, third + whole, at + 64, rest);
}

/**
 * One step of rule R over n contiguous elements of p with gradient g, which is not changed, and up to three tensors of
 * state, each 0 where the rule keeps none. The gradient counts negative if `maximize`.
 */
// @ts-ignore: decorator
@inline function run<R extends Rule>(
  dtype: i32, n: i32, p: usize, g: usize, first: usize, second: usize, third: usize, maximize: i32,
): void {
  runLoop(offsetof<R>(), loopOf<f32, R>(), loopOf<f64, R>(), dtype, n, p, g, first, second, third, maximize);
}

/** Moves a moving average by `weight` of the way to d and gives it, as PyTorch's lerp: from the end that is nearer. */
// @ts-ignore: decorator
@inline function lerp<T>(mean: usize, d: v128, weight: v128): v128 {
  const m = v128.load(mean);
  const near = v128.extract_lane<T>(weight, 0) < <T>0.5;
  const moved = fma<T>(
    v128.sub<T>(d, m), near ? weight : v128.sub<T>(weight, v128.splat<T>(1)), near ? m : d,
  );
  v128.store(mean, moved);
  return moved;
}

/** Multiplies a sum of squares by `beta`, adds `fresh` of the square of d, and gives it. */
// @ts-ignore: decorator
@inline function addSquare<T>(square: usize, d: v128, beta: v128, fresh: v128): v128 {
  const v = fma<T>(v128.mul<T>(fresh, d), d, v128.mul<T>(v128.load(square), beta));
  v128.store(square, v);
  return v;
}

/**
 * p + rate · d, or with a buffer p + rate · m: it holds m = momentum · m + fresh · d, at the `first` step d, and to m
 * times `ahead` (Nesterov), unless that is 0, d is added.
 */
@unmanaged class SGD extends Rule {
  first: v128;
  momentum: v128;
  fresh: v128;
  ahead: v128;
  rate: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, buffer: usize, _second: usize, _third: usize): v128 {
    if (buffer) {
      let m = d;
      if (!v128.any_true(this.first)) {
        m = v128.mul<T>(v128.load(buffer), this.momentum);
        m = v128.extract_lane<T>(this.fresh, 0) == <T>1 ? v128.add<T>(m, d) : fma<T>(d, this.fresh, m);
      }
      v128.store(buffer, m);
      d = v128.any_true(this.ahead) ? fma<T>(m, this.ahead, d) : m;
    }
    return fma<T>(d, this.rate, p);
  }
}

export function sgdStep(
  dtype: i32, n: i32, p: usize, g: usize, buffer: usize, second: usize, third: usize, maximize: i32,
): void {
  run<SGD>(dtype, n, p, g, buffer, second, third, maximize);
}

/** p + rate · mean / (√square / scale + eps), the square being the largest so far where that is kept. */
@unmanaged class Adam extends Rule {
  fresh1: v128;
  beta2: v128;
  fresh2: v128;
  scale: v128;
  eps: v128;
  rate: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, mean: usize, square: usize, largest: usize): v128 {
    const m = lerp<T>(mean, d, this.fresh1);
    let v = addSquare<T>(square, d, this.beta2, this.fresh2);
    if (largest) {
      v = v128.max<T>(v128.load(largest), v);
      v128.store(largest, v);
    }
    const root = v128.add<T>(v128.div<T>(v128.sqrt<T>(v), this.scale), this.eps);
    return v128.add<T>(p, v128.div<T>(v128.mul<T>(this.rate, m), root));
  }
}

export function adamStep(
  dtype: i32, n: i32, p: usize, g: usize, mean: usize, square: usize, largest: usize, maximize: i32,
): void {
  run<Adam>(dtype, n, p, g, mean, square, largest, maximize);
}

/** p + (rate · d + factor · mean) / (√(square / scale) + eps), as two quotients. */
@unmanaged class NAdam extends Rule {
  fresh1: v128;
  beta2: v128;
  fresh2: v128;
  scale: v128;
  eps: v128;
  rate: v128;
  factor: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, mean: usize, square: usize, _third: usize): v128 {
    const m = lerp<T>(mean, d, this.fresh1);
    const v = addSquare<T>(square, d, this.beta2, this.fresh2);
    const root = v128.add<T>(v128.sqrt<T>(v128.div<T>(v, this.scale)), this.eps);
    const w = v128.add<T>(p, v128.div<T>(v128.mul<T>(this.rate, d), root));
    return v128.add<T>(w, v128.div<T>(v128.mul<T>(this.factor, m), root));
  }
}

export function nadamStep(
  dtype: i32, n: i32, p: usize, g: usize, mean: usize, square: usize, third: usize, maximize: i32,
): void {
  run<NAdam>(dtype, n, p, g, mean, square, third, maximize);
}

/** p - lr · mean / scale, times rectify · factor / (√square + eps) unless `rectify` is 0. */
@unmanaged class RAdam extends Rule {
  fresh1: v128;
  beta2: v128;
  fresh2: v128;
  scale: v128;
  eps: v128;
  lr: v128;
  factor: v128;
  rectify: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, mean: usize, square: usize, _third: usize): v128 {
    const m = lerp<T>(mean, d, this.fresh1);
    const v = addSquare<T>(square, d, this.beta2, this.fresh2);
    let x = v128.mul<T>(v128.div<T>(m, this.scale), this.lr);
    if (v128.extract_lane<T>(this.rectify, 0) != 0) {
      const root = v128.add<T>(v128.sqrt<T>(v), this.eps);
      const adaptive = v128.mul<T>(v128.div<T>(v128.splat<T>(1), root), this.factor);
      x = v128.mul<T>(v128.mul<T>(x, adaptive), this.rectify);
    }
    return v128.sub<T>(p, x);
  }
}

export function radamStep(
  dtype: i32, n: i32, p: usize, g: usize, mean: usize, square: usize, third: usize, maximize: i32,
): void {
  run<RAdam>(dtype, n, p, g, mean, square, third, maximize);
}

/**
 * p + rate · d / (√square + eps), mean² being taken off the square where the mean is kept; where there is a momentum, what
 * stands behind `rate` is added to momentum times what was there before. Adagrad is this with a sum for the average.
 */
@unmanaged class RMSprop extends Rule {
  alpha: v128;
  fresh: v128;
  eps: v128;
  rate: v128;
  momentum: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, square: usize, mean: usize, buffer: usize): v128 {
    let v = addSquare<T>(square, d, this.alpha, this.fresh);
    if (mean) {
      const m = lerp<T>(mean, d, this.fresh);
      v = fma<T>(v128.neg<T>(m), m, v);
    }
    const root = v128.add<T>(v128.sqrt<T>(v), this.eps);
    if (!buffer) return v128.add<T>(p, v128.div<T>(v128.mul<T>(this.rate, d), root));
    const b = v128.add<T>(v128.mul<T>(v128.load(buffer), this.momentum), v128.div<T>(d, root));
    v128.store(buffer, b);
    return fma<T>(b, this.rate, p);
  }
}

export function rmspropStep(
  dtype: i32, n: i32, p: usize, g: usize, square: usize, mean: usize, buffer: usize, maximize: i32,
): void {
  run<RMSprop>(dtype, n, p, g, square, mean, buffer, maximize);
}

/** p + rate · x with x = √(squared updates + eps) / √(square + eps) · d. */
@unmanaged class Adadelta extends Rule {
  rho: v128;
  fresh: v128;
  eps: v128;
  rate: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, square: usize, updates: usize, _third: usize): v128 {
    const v = addSquare<T>(square, d, this.rho, this.fresh);
    const root = v128.sqrt<T>(v128.add<T>(v, this.eps));
    const before = v128.sqrt<T>(v128.add<T>(v128.load(updates), this.eps));
    const x = v128.mul<T>(v128.div<T>(before, root), d);
    addSquare<T>(updates, x, this.rho, this.fresh);
    return fma<T>(x, this.rate, p);
  }
}

export function adadeltaStep(
  dtype: i32, n: i32, p: usize, g: usize, square: usize, updates: usize, third: usize, maximize: i32,
): void {
  run<Adadelta>(dtype, n, p, g, square, updates, third, maximize);
}

/** p + rate · mean / norm, the norm being the larger of beta · norm and |d| + eps. */
@unmanaged class Adamax extends Rule {
  fresh1: v128;
  beta2: v128;
  eps: v128;
  rate: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, mean: usize, norm: usize, _third: usize): v128 {
    const m = lerp<T>(mean, d, this.fresh1);
    const u = v128.max<T>(v128.mul<T>(v128.load(norm), this.beta2), v128.add<T>(v128.abs<T>(d), this.eps));
    v128.store(norm, u);
    return v128.add<T>(p, v128.div<T>(v128.mul<T>(this.rate, m), u));
  }
}

export function adamaxStep(
  dtype: i32, n: i32, p: usize, g: usize, mean: usize, norm: usize, third: usize, maximize: i32,
): void {
  run<Adamax>(dtype, n, p, g, mean, norm, third, maximize);
}
