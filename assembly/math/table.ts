/** What the float32 functions share: constants from tables, Horner's rule, signs. */

/** Constant i of a table, in four lanes. */
// @ts-ignore: decorator
@inline export function at(table: usize, i: usize): v128 {
  return v128.load32_splat(table + (i << 2));
}

/** One step of Horner's rule: p * x + constant i. */
// @ts-ignore: decorator
@inline export function horner(p: v128, x: v128, table: usize, i: usize): v128 {
  return f32x4.add(f32x4.mul(p, x), at(table, i));
}

/** a with the sign of x, where a is positive or has that sign already: what an odd function does for -0. */
// @ts-ignore: decorator
@inline export function withSign(a: v128, x: v128): v128 {
  return v128.or(a, v128.and(x, i32x4.splat(i32.MIN_VALUE)));
}
