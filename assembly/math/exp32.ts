/**
 * exp, expm1, tanh and sigmoid of float32: x = n ln 2 + r with |r| <= ln 2 / 2, exp(x) = 2^n (1 + expm1(r)). What
 * float32.ts promises holds here too.
 */
import { at, horner, withSign } from "./table";

/** 1.5 * 2^23. Adding it rounds |x| < 2^22 to an integer, which then stands in the low bits. */
const MAGIC: f32 = 12582912;

/**
 * log2 e | MAGIC | ln 2, high part | low part | 1 | where e^x overflows | where it is 0 | 1/2 ... 1/720:
 * (expm1(r) - r) / r^2 in r
 */
// @ts-ignore: decorator
@lazy const EXP = memory.data<f32>([
  1.442695, 12582912, 0.693359375, -2.1219444e-4, 1, 89, -104,
  0.4999999701976776, 0.1666654646396637, 0.04166743531823158, 0.008366263471543789, 0.001387066557072103,
]);

/** The magnitude of a float32, as a mask, and 87: from there on e^x may leave the range of normal numbers. */
// @ts-ignore: decorator
@lazy const NEAR = memory.data<i32>([0x7fffffff, 0x42ae0000]);

/** x / ln 2 rounded, plus MAGIC. */
// @ts-ignore: decorator
@inline function expSteps(x: v128): v128 {
  return horner(x, at(EXP, 0), EXP, 1);
}

/**
 * expm1(x - n ln 2) where n = steps - MAGIC. The halves of the polynomial wait less for each other than Horner's steps,
 * which take exp 5 % longer.
 */
// @ts-ignore: decorator
@inline function expm1Reduced(x: v128, steps: v128): v128 {
  const n = f32x4.sub(steps, at(EXP, 1));
  const rest = f32x4.sub(x, f32x4.mul(n, at(EXP, 2)));
  const low = f32x4.mul(n, at(EXP, 3));
  const r = f32x4.sub(rest, low);
  const z = f32x4.mul(r, r);
  const p = horner(at(EXP, 8), r, EXP, 7);
  const q = f32x4.add(f32x4.mul(at(EXP, 11), z), horner(at(EXP, 10), r, EXP, 9));
  // `rest` is exact, r is not: adding the low part of ln 2 here takes exp from 0.98 to 0.90 ULP.
  return f32x4.add(rest, f32x4.sub(f32x4.mul(f32x4.add(f32x4.mul(q, z), p), z), low));
}

/** 2^n for an integer n in the low bits, -127 < n < 128. */
// @ts-ignore: decorator
@inline function powerOfTwo(n: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), at(EXP, 4));
}

/** e^x where the result is a normal number: |x| <= 87. */
// @ts-ignore: decorator
@inline export function expNear(x: v128): v128 {
  const steps = expSteps(x);
  return i32x4.add(f32x4.add(expm1Reduced(x, steps), at(EXP, 4)), i32x4.shl(steps, 23));
}

/** 1/2 ... 1/120: the same in five terms. */
// @ts-ignore: decorator
@lazy const EXP_DOWN = memory.data<f32>([0.499992311000824, 0.16667117178440094, 0.04189027100801468, 0.00831233337521553]);

/** As expNear, but to 2.3 ULP: enough for the terms of a sum. */
// @ts-ignore: decorator
@inline export function expDown(x: v128): v128 {
  const steps = expSteps(x);
  const n = f32x4.sub(steps, at(EXP, 1));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, at(EXP, 2))), f32x4.mul(n, at(EXP, 3)));
  let p = horner(at(EXP_DOWN, 3), r, EXP_DOWN, 2);
  p = horner(p, r, EXP_DOWN, 1);
  p = horner(p, r, EXP_DOWN, 0);
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), at(EXP, 4));
  return i32x4.add(p, i32x4.shl(steps, 23));
}

/** Lanes that expNear does not serve: |x| > 87 and NaN. */
// @ts-ignore: decorator
@inline export function isFar(x: v128): v128 {
  return i32x4.gt_s(v128.and(x, v128.load32_splat(NEAR)), v128.load32_splat(NEAR, 4));
}

/** e^x of any lanes, to the same bits as expNear. */
function expAny(x: v128): v128 {
  // From -104 down it is 0. Such lanes take no part: a product that vanishes costs about 50 ns a vector.
  const dead = f32x4.le(x, at(EXP, 6));
  // This pmin lets NaN pass, and is one instruction where min is eight.
  const y = f32x4.pmin(v128.andnot(x, dead), at(EXP, 5));
  const steps = expSteps(y);
  const p = f32x4.add(expm1Reduced(y, steps), at(EXP, 4));
  // Two factors, since 2^n alone leaves the range where the result is subnormal or just below overflow.
  const half = i32x4.shr_s(i32x4.shl(steps, 16), 17);
  const result = f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(steps, half)));
  return v128.andnot(result, dead);
}

/** e^x. A million take 0.77 ms, and 1.10 with the clamps and the two factors of expAny in every lane. */
// @ts-ignore: decorator
@inline export function exp32(x: v128): v128 {
  return v128.any_true(isFar(x)) ? expAny(x) : expNear(x);
}

/** e^x - 1. */
// @ts-ignore: decorator
@inline export function expm1_32(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(x, at(EXP, 5)), at(EXP, 6));
  const steps = expSteps(y);
  const p = expm1Reduced(y, steps);
  // 2^128 overflows before the product does not: that step is halved here and doubled at the end.
  const top = f32x4.ge(steps, f32x4.splat(MAGIC + 128));
  const s = powerOfTwo(i32x4.max_s(i32x4.add(steps, top), i32x4.splat(0x4b400000 - 126)));
  const result = f32x4.add(f32x4.mul(s, p), f32x4.sub(s, at(EXP, 4)));
  return withSign(f32x4.add(result, v128.and(result, top)), x);
}

/** 20, twice where tanh is 1 | 1/2 | where the two forms of tanh meet */
// @ts-ignore: decorator
@lazy const TANH = memory.data<f32>([20, 0.5, 1.1]);

/**
 * tanh(|x|) is h / (1 + h) with h = expm1(2 |x|) / 2. As h - h w with w = h / (1 + h), and as 1 - w with
 * w = 1 / (1 + h) from about 1/2 on, the rounding of 1 + h counts for less than in the quotient itself.
 */
// @ts-ignore: decorator
@inline export function tanh32(x: v128): v128 {
  const a = f32x4.abs(x);
  const y = f32x4.pmin(f32x4.add(a, a), at(TANH, 0));
  const steps = expSteps(y);
  const half = at(TANH, 1);
  const s = i32x4.add(i32x4.shl(steps, 23), half);
  const h = f32x4.add(f32x4.mul(s, expm1Reduced(y, steps)), f32x4.sub(s, half));
  const one = at(EXP, 4);
  const scale = v128.bitselect(h, one, f32x4.lt(h, at(TANH, 2)));
  const w = f32x4.div(scale, f32x4.add(h, one));
  return withSign(f32x4.sub(scale, f32x4.mul(scale, w)), x);
}

/**
 * 1 / (1 + e^-x). With e = e^-|x| and w = e / (1 + e) it is 1 - w or e - e w: small results keep their digits, and
 * the rounding of 1 + e counts for less than in w itself, which is 2.6 ULP off at worst.
 */
// @ts-ignore: decorator
@inline export function sigmoid32(x: v128): v128 {
  const e = exp32(f32x4.neg(f32x4.abs(x)));
  const one = at(EXP, 4);
  const w = f32x4.div(e, f32x4.add(one, e));
  const scale = v128.bitselect(one, e, f32x4.ge(x, f32x4.splat(0)));
  return f32x4.sub(scale, f32x4.mul(scale, w));
}
