/**
 * float32 functions, four lanes at a time, ours down to the last bit: the same input gives the same bits in every
 * engine and in every lane, whatever stands in the other lanes.
 *
 * Each is within 2 ULP of the exact value for every float32: subnormals, signed zeros, infinities and NaN included.
 * Polynomials are minimax fits made for the reduced interval named beside them. Hot constants are loaded from tables:
 * with v128 constants in the code exp takes half as long again in V8.
 */
import { exp32, expm1_32, sigmoid32 } from "./exp32";
import { at, horner, withSign } from "./table";

// ---- erf: x P(x^2) / Q(x^2), in float64

/** P, six constants, lowest power first | Q without its highest, 1, five constants */
// @ts-ignore: decorator
@lazy const ERF = memory.data<f64>([
  29657.0260319, 5009.38979749, 1386.93310418, 99.1550681945, 7.48652275206, 0.0537749405259,
  26282.8554956, 13200.3921, 3001.06496575, 393.80464969, 30.5898787306,
]);

/** Where erf is 1: there P / Q is, to the last bit. */
// @ts-ignore: decorator
@lazy const ERF_IS_ONE = memory.data<f32>([3.925, -3.925]);

/** p * z + constant i of ERF. */
// @ts-ignore: decorator
@inline function erfStep(p: v128, z: v128, i: usize): v128 {
  return f64x2.add(f64x2.mul(p, z), v128.load64_splat(ERF + (i << 3)));
}

/** erf of two float64 lanes, demoted to the low lanes. */
// @ts-ignore: decorator
@inline function erfPair(x: v128): v128 {
  const z = f64x2.mul(x, x);
  let p = erfStep(v128.load64_splat(ERF + 40), z, 4);
  p = erfStep(p, z, 3);
  p = erfStep(p, z, 2);
  p = erfStep(p, z, 1);
  p = erfStep(p, z, 0);
  let q = f64x2.add(z, v128.load64_splat(ERF + 80));
  q = erfStep(q, z, 9);
  q = erfStep(q, z, 8);
  q = erfStep(q, z, 7);
  q = erfStep(q, z, 6);
  return f32x4.demote_f64x2_zero(f64x2.div(f64x2.mul(x, p), q));
}

/**
 * The error function. In float32 alone the quotient is 4 ULP off, and twice as fast; a polynomial below 1 and
 * 1 - e^-p above are within 2 ULP as this is, and take twice as long.
 */
// @ts-ignore: decorator
@inline export function erf32(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(x, v128.load32_splat(ERF_IS_ONE)), v128.load32_splat(ERF_IS_ONE, 4));
  const low = erfPair(f64x2.promote_low_f32x4(y));
  const high = erfPair(f64x2.promote_low_f32x4(v128.shuffle<i64>(y, y, 1, 1)));
  return v128.shuffle<i64>(low, high, 0, 2);
}

// ---- log: x = 2^e (1 + f) with sqrt(1/2) <= 1 + f < sqrt 2, log(1 + f) from s = f / (2 + f)

/** ln 2, high part | low part | 2/3 2/5 2/7: (2 atanh(s) - 2 s) / s^3 in s^2 | 1/2 | 2 */
// @ts-ignore: decorator
@lazy const LOG = memory.data<f32>([
  0.693359375, -2.1219444e-4, 0.66666775941848755, 0.39977562427520752, 0.29871761798858643, 0.5, 2,
]);

/** The bits of sqrt(1/2), of the smallest normal number, and of one. */
const ROOT_HALF: i32 = 0x3f3504f3;
const MIN_NORMAL: i32 = 0x00800000;
const ONE: i32 = 0x3f800000;

/** s (f^2 / 2 + R): what is missing from f - f^2 / 2 to log(1 + f). */
// @ts-ignore: decorator
@inline function logTail(f: v128, halfSquare: v128): v128 {
  const s = f32x4.div(f, f32x4.add(f, at(LOG, 6)));
  const z = f32x4.mul(s, s);
  const r = f32x4.mul(z, horner(horner(at(LOG, 4), z, LOG, 3), z, LOG, 2));
  return f32x4.mul(s, f32x4.add(halfSquare, r));
}

/** e ln 2 + log(1 + f). */
// @ts-ignore: decorator
@inline function logSum(e: v128, f: v128): v128 {
  const h = f32x4.mul(f32x4.mul(f, f), at(LOG, 5));
  const low = f32x4.add(logTail(f, h), f32x4.mul(e, at(LOG, 1)));
  return f32x4.sub(f32x4.mul(e, at(LOG, 0)), f32x4.sub(f32x4.sub(h, low), f));
}

/** The distance of x's bits from those of sqrt(1/2): e is its upper nine bits. */
// @ts-ignore: decorator
@inline function logSteps(x: v128): v128 {
  return i32x4.sub(x, i32x4.splat(ROOT_HALF));
}

// @ts-ignore: decorator
@inline function exponent(steps: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.shr_s(steps, 23));
}

/** f of the normal number x. */
// @ts-ignore: decorator
@inline function logFraction(x: v128, steps: v128): v128 {
  const m = i32x4.sub(x, v128.and(steps, i32x4.splat(0xff800000)));
  return f32x4.sub(m, f32x4.splat(1));
}

/** Subnormal lanes of x times 2^23. */
// @ts-ignore: decorator
@inline function normalized(x: v128, tiny: v128): v128 {
  return v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, tiny);
}

/** `y`, put right where x is zero, negative, infinite or NaN. */
// @ts-ignore: decorator
@inline function logSpecials(x: v128, y: v128): v128 {
  const zero = f32x4.splat(0);
  y = v128.bitselect(x, y, v128.not(f32x4.lt(x, f32x4.splat(Infinity))));
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, zero));
  return v128.bitselect(f32x4.splat(NaN), y, f32x4.lt(x, zero));
}

/** log of any lanes; log32 comes here only when one lane is not a positive normal number. */
function logAny(x: v128): v128 {
  const tiny = f32x4.lt(x, i32x4.splat(MIN_NORMAL));
  const y = normalized(x, tiny);
  const steps = logSteps(y);
  const e = f32x4.sub(exponent(steps), v128.and(tiny, f32x4.splat(23)));
  return logSpecials(x, logSum(e, logFraction(y, steps)));
}

/** Natural logarithm. */
// @ts-ignore: decorator
@inline export function log32(x: v128): v128 {
  const beyond = i32x4.ge_u(i32x4.sub(x, i32x4.splat(MIN_NORMAL)), i32x4.splat(0x7f000000));
  if (v128.any_true(beyond)) return logAny(x);
  const steps = logSteps(x);
  return logSum(exponent(steps), logFraction(x, steps));
}

function log1pLanes(x: v128): v128 {
  const u = f32x4.add(x, f32x4.splat(1));
  const steps = logSteps(u);
  // (1 + x) 2^-e - 1 from x itself, so that what 1 + x rounds away is kept.
  const scale = i32x4.sub(i32x4.splat(ONE), v128.and(steps, i32x4.splat(0xff800000)));
  const f = f32x4.add(f32x4.mul(x, scale), f32x4.sub(scale, f32x4.splat(1)));
  const y = withSign(logSum(exponent(steps), f), x);
  const inside = v128.and(f32x4.gt(x, f32x4.splat(-1)), f32x4.lt(x, f32x4.splat(1e30)));
  return i32x4.all_true(inside) ? y : v128.bitselect(y, logAny(u), inside);
}

/** log(1 + x). */
// @ts-ignore: decorator
@inline export function log1p_32(x: v128): v128 {
  return log1pLanes(x);
}

/** 1 / ln b, high part (12 bits) | low part | log_b 2, high part (16 bits) | low part */
// @ts-ignore: decorator
@lazy const LOG2 = memory.data<f32>([1.44287109375, -1.7605285393e-4, 1, 0]);
// @ts-ignore: decorator
@lazy const LOG10 = memory.data<f32>([0.434326171875, -3.1689971365e-5, 0.30102920532, 7.9034151668e-7]);

/** log to the base of the table: log(1 + f) is kept in two parts until it has been multiplied. */
function logBase(x: v128, table: usize): v128 {
  const tiny = f32x4.lt(x, i32x4.splat(MIN_NORMAL));
  const y = normalized(x, tiny);
  const steps = logSteps(y);
  const e = f32x4.sub(exponent(steps), v128.and(tiny, f32x4.splat(23)));
  const f = logFraction(y, steps);
  const h = f32x4.mul(f32x4.mul(f, f), at(LOG, 5));
  const high = v128.and(f32x4.sub(f, h), i32x4.splat(0xfffff000));
  const low = f32x4.add(f32x4.sub(f32x4.sub(f, high), h), logTail(f, h));
  let sum = f32x4.add(f32x4.mul(e, at(table, 3)), f32x4.mul(f32x4.add(low, high), at(table, 1)));
  sum = f32x4.add(sum, f32x4.mul(low, at(table, 0)));
  sum = f32x4.add(sum, f32x4.mul(high, at(table, 0)));
  return logSpecials(x, f32x4.add(sum, f32x4.mul(e, at(table, 2))));
}

/** Logarithm to the base 2. */
// @ts-ignore: decorator
@inline export function log2_32(x: v128): v128 {
  return logBase(x, LOG2);
}

/** Logarithm to the base 10. */
// @ts-ignore: decorator
@inline export function log10_32(x: v128): v128 {
  return logBase(x, LOG10);
}

/** log(sigmoid(x)). */
// @ts-ignore: decorator
@inline export function logSigmoid32(x: v128): v128 {
  return f32x4.sub(f32x4.pmin(x, f32x4.splat(0)), log1p_32(exp32(f32x4.neg(f32x4.abs(x)))));
}

/** log(1 + e^x); from 17 on the sum is x itself, so PyTorch's threshold of 20 needs no case. */
// @ts-ignore: decorator
@inline export function softplus32(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), log1p_32(exp32(f32x4.neg(f32x4.abs(x)))));
}

// ---- sin, cos: |x| = n pi/2 + r in float64, then float32 on |r| <= pi/4

/** 1 | -1/2 | (sin(r) - r) / r^3: -1/6 1/120 -1/5040 | (cos(r) - 1 + r^2 / 2) / r^4: 1/24 -1/720 1/40320, in r^2 */
// @ts-ignore: decorator
@lazy const SIN_COS = memory.data<f32>([
  1, -0.5, -0.16666655242443085, 0.0083321882411837578, -0.00019518095359671861,
  0.041666653007268906, -0.0013887612149119377, 2.4462193323415704e-5,
]);

/** The same trick as MAGIC in float64. */
const MAGIC_64: f64 = 6755399441055744;
/** pi/2: its first 25 bits, so that n times it is exact, and the rest. */
const HALF_PI_HIGH: f64 = 1.57079631090164184570;
const HALF_PI_LOW: f64 = 1.58932547735281966916e-8;
/** Beyond, n has too many bits; such lanes go through float64. */
const FAR: f32 = 134217728;

/** |x| / (pi/2) rounded, plus MAGIC_64, of two float64 lanes. */
// @ts-ignore: decorator
@inline function turns(a: v128): v128 {
  return f64x2.add(f64x2.mul(a, f64x2.splat(0.63661977236758134308)), f64x2.splat(MAGIC_64));
}

/** a - n pi/2 of two float64 lanes, demoted to the low lanes. */
// @ts-ignore: decorator
@inline function turnRest(a: v128, t: v128): v128 {
  const n = f64x2.sub(t, f64x2.splat(MAGIC_64));
  a = f64x2.sub(a, f64x2.mul(n, f64x2.splat(HALF_PI_HIGH)));
  return f32x4.demote_f64x2_zero(f64x2.sub(a, f64x2.mul(n, f64x2.splat(HALF_PI_LOW))));
}

/** sin(|x| + quarters pi/2) */
// @ts-ignore: decorator
@inline function sinOfMagnitude(a: v128, quarters: i32): v128 {
  const low = f64x2.promote_low_f32x4(a);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(a, a, 1, 1));
  const lowTurns = turns(low);
  const highTurns = turns(high);
  const r = v128.shuffle<i64>(turnRest(low, lowTurns), turnRest(high, highTurns), 0, 2);
  const n = i32x4.add(v128.shuffle<i32>(lowTurns, highTurns, 0, 2, 4, 6), i32x4.splat(quarters));
  const z = f32x4.mul(r, r);
  const s = f32x4.mul(z, horner(horner(at(SIN_COS, 4), z, SIN_COS, 3), z, SIN_COS, 2));
  const sine = f32x4.add(f32x4.mul(s, r), r);
  const c = f32x4.mul(z, horner(horner(at(SIN_COS, 7), z, SIN_COS, 6), z, SIN_COS, 5));
  const cosine = f32x4.add(horner(z, at(SIN_COS, 1), SIN_COS, 0), f32x4.mul(c, z));
  const odd = i32x4.shr_s(i32x4.shl(n, 31), 31);
  const negative = i32x4.shl(i32x4.shr_u(n, 1), 31);
  return v128.xor(v128.bitselect(cosine, sine, odd), negative);
}

/** One lane: y, or sin or cos in float64 where x is too far away for y to be right. */
function sinFar(x: f32, y: f32, quarters: i32): f32 {
  if (abs(x) < FAR) return y;
  return <f32>(quarters ? NativeMath.cos(x) : NativeMath.sin(x));
}

function sinCosFar(x: v128, y: v128, quarters: i32): v128 {
  const first = sinFar(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0), quarters);
  const second = sinFar(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1), quarters);
  const third = sinFar(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2), quarters);
  y = f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(y, 0, first), 1, second), 2, third);
  return f32x4.replace_lane(y, 3, sinFar(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3), quarters));
}

/** sin(x) with 0 quarters, cos(x) with 1. */
function sinCos(x: v128, quarters: i32): v128 {
  const a = f32x4.abs(x);
  const sign = v128.and(x, i32x4.splat(quarters ? 0 : i32.MIN_VALUE));
  const y = v128.xor(sinOfMagnitude(a, quarters), sign);
  return v128.any_true(f32x4.ge(a, f32x4.splat(FAR))) ? sinCosFar(x, y, quarters) : y;
}

/** Sine. */
// @ts-ignore: decorator
@inline export function sin32(x: v128): v128 {
  return sinCos(x, 0);
}

/** Cosine. */
// @ts-ignore: decorator
@inline export function cos32(x: v128): v128 {
  return sinCos(x, 1);
}

// ---- gates: x times a distribution function; sigmoid and erf are called, since five inlined copies are 3 KB

/** 1 / √2 | 1/2 | 1 / √(2 pi) | 2 √(2 / pi) | that times 0.044715 | and times 3 | 1 */
// @ts-ignore: decorator
@lazy const GELU = memory.data<f32>([
  0.70710678118654752, 0.5, 0.39894228040143268, 1.5957691216057307, 0.071354816272599999, 0.2140644488178, 1,
]);

function sigmoidLanes(x: v128): v128 {
  return sigmoid32(x);
}

/** The normal distribution, (1 + erf(x / √2)) / 2. */
function normalLanes(x: v128): v128 {
  return horner(erf32(f32x4.mul(x, at(GELU, 0))), at(GELU, 1), GELU, 1);
}

/** The derivative of x sigmoid(u) at sigmoid(u) = s and x u' = w. */
// @ts-ignore: decorator
@inline function gateSlope(s: v128, w: v128): v128 {
  return f32x4.add(s, f32x4.mul(f32x4.mul(s, f32x4.sub(at(GELU, 6), s)), w));
}

/** x sigmoid(x). */
// @ts-ignore: decorator
@inline export function silu32(x: v128): v128 {
  return f32x4.mul(x, sigmoidLanes(x));
}

/** The derivative of silu. */
// @ts-ignore: decorator
@inline export function siluSlope32(x: v128): v128 {
  return gateSlope(sigmoidLanes(x), x);
}

/** x Phi(x), Phi being the normal distribution. */
// @ts-ignore: decorator
@inline export function gelu32(x: v128): v128 {
  return f32x4.mul(x, normalLanes(x));
}

/** Phi(x) + x phi(x). */
// @ts-ignore: decorator
@inline export function geluSlope32(x: v128): v128 {
  const density = f32x4.mul(exp32(f32x4.neg(f32x4.mul(f32x4.mul(x, x), at(GELU, 1)))), at(GELU, 2));
  return f32x4.add(normalLanes(x), f32x4.mul(x, density));
}

/** x times 2 √(2 / pi) + constant i of GELU times x^2. */
// @ts-ignore: decorator
@inline function geluInner(x: v128, i: usize): v128 {
  return f32x4.mul(x, horner(f32x4.mul(x, x), at(GELU, i), GELU, 3));
}

/** gelu with tanh in the place of erf. */
// @ts-ignore: decorator
@inline export function geluTanh32(x: v128): v128 {
  return f32x4.mul(x, sigmoidLanes(geluInner(x, 4)));
}

/** Its derivative. */
// @ts-ignore: decorator
@inline export function geluTanhSlope32(x: v128): v128 {
  return gateSlope(sigmoidLanes(geluInner(x, 4)), geluInner(x, 5));
}

function eluLanes(x: v128, alpha: v128): v128 {
  return v128.bitselect(x, f32x4.mul(alpha, expm1_32(x)), f32x4.gt(x, f32x4.splat(0)));
}

/** x above 0, otherwise alpha (e^x - 1). */
// @ts-ignore: decorator
@inline export function elu32(x: v128, alpha: v128): v128 {
  return eluLanes(x, alpha);
}
