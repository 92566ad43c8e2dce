/**
 * Fused optimizer steps: one pass over parameter, gradient and state, in place.
 *
 * An optimizer is a rule: a class whose fields are the numbers of a step, and whose `step` gives the new elements of the
 * parameter and writes those of the state, a vector at a time; and an export that runs it, `adamStep` for Adam. Its class
 * in src/optim gives the numbers by the names and in the order of the fields.
 *
 * PyTorch's CPU kernels for add, lerp and addcmul end in a fused multiply-add (measured, bit for bit). WebAssembly has
 * none, but in float64 the product of two float32 is exact, so float32 goes through float64 and is rounded once more:
 * the same bits, but for a tie that the rounding to float64 makes, about one in 2^29 of results. float64 is rounded
 * after the product and after the sum. Divisions and addcdiv round as they are written.
 */
import { DTypeCode, SCALARS, SCRATCH } from "./codes";

/** The lower two of four float32 as float64. */
// @ts-ignore: decorator
@inline export function low2(v: v128): v128 {
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
@inline export function fma<T>(a: v128, b: v128, c: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(f64x2.mul(a, b), c);
  return join(
    f64x2.add(f64x2.mul(low2(a), low2(b)), low2(c)), f64x2.add(f64x2.mul(high2(a), high2(b)), high2(c)),
  );
}

/**
 * What all rules share. The fields are vectors at SCALARS: in the lanes of each stands one number, which the host wrote
 * there as a float64. They are read where they are used: as locals they would want more registers than there are.
 */
@unmanaged export class Rule {
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
@inline export function run<R extends Rule>(
  dtype: i32, n: i32, p: usize, g: usize, first: usize, second: usize, third: usize, maximize: i32,
): void {
  runLoop(offsetof<R>(), loopOf<f32, R>(), loopOf<f64, R>(), dtype, n, p, g, first, second, third, maximize);
}

/** Moves a moving average by `weight` of the way to d and gives it, as PyTorch's lerp: from the end that is nearer. */
// @ts-ignore: decorator
@inline export function lerp<T>(mean: usize, d: v128, weight: v128): v128 {
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
@inline export function addSquare<T>(square: usize, d: v128, beta: v128, fresh: v128): v128 {
  const v = fma<T>(v128.mul<T>(fresh, d), d, v128.mul<T>(v128.load(square), beta));
  v128.store(square, v);
  return v;
}
