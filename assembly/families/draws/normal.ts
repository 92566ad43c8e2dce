/** Normal random numbers, as PyTorch's CPU kernels make them of its uniform ones. */
import { DTypeCode } from "../../codes";
import { shiftOf } from "../../dtypes";
import { normal64 } from "../../mt19937";
import { fma64, uniform } from "../../random";

/** a * b + c in four lanes, as `fma32`. Called and not inlined: randn is a tenth slower, and 1.4 KB smaller. */
function fma32x4(a: v128, b: v128, c: v128): v128 {
  const low = f64x2.add(
    f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b)),
    f64x2.promote_low_f32x4(c),
  );
  const high = f64x2.add(
    f64x2.mul(f64x2.promote_low_f32x4(highHalf(a)), f64x2.promote_low_f32x4(highHalf(b))),
    f64x2.promote_low_f32x4(highHalf(c)),
  );
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

// @ts-ignore: decorator
@inline function highHalf(a: v128): v128 {
  return v128.shuffle<i64>(a, a, 1, 1);
}

/**
 * Tensor.normal_(mean, std), and randn with 0 and 1: float32 or float64.
 *
 * Below 16 values each is a float64 normal of the generator, cached second value included. From 16 on the output is
 * filled with uniforms and transformed in groups of 16; if the last group is not full, the last 16 places are drawn
 * again.
 */
export function normal(gen: usize, dtype: i32, n: i32, out: usize, mean: f64, std: f64): void {
  const shift = <usize>shiftOf(dtype);
  const end = out + (<usize>n << shift);
  if (n < 16) {
    for (; out < end; out += 1 << shift) {
      const value = fma64(normal64(gen), std, mean);
      if (dtype == DTypeCode.Float32) store<f32>(out, <f32>value);
      else store<f64>(out, value);
    }
    return;
  }
  uniform(gen, dtype, n, out, 0, 1);
  const group: usize = 16 << shift;
  for (; out + group <= end; out += group) normal16(dtype, out, mean, std);
  if (out < end) {
    uniform(gen, dtype, 16, end - group, 0, 1);
    normal16(dtype, end - group, mean, std);
  }
}

/** Box-Muller in place: value j and value j + 8 of 16 uniforms become two normals. */
function normal16(dtype: i32, data: usize, mean: f64, std: f64): void {
  if (dtype == DTypeCode.Float32) {
    normal4x2(data, <f32>mean, <f32>std);
    normal4x2(data + 16, <f32>mean, <f32>std);
    return;
  }
  for (const end = data + 64; data < end; data += 8) {
    const radius = NativeMath.sqrt(-2 * NativeMath.log(1 - load<f64>(data)));
    const theta = 2 * NativeMath.PI * load<f64>(data, 64);
    store<f64>(data, fma64(radius * NativeMath.cos(theta), std, mean));
    store<f64>(data, fma64(radius * NativeMath.sin(theta), std, mean), 64);
  }
}

/** Cephes' single precision polynomials, highest power first: logf, cosf and sinf. */
// @ts-ignore: decorator
@lazy const LOG: usize = memory.data<f32>([
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
]);
// @ts-ignore: decorator
@lazy const COS: usize = memory.data<f32>([2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]);
// @ts-ignore: decorator
@lazy const SIN: usize = memory.data<f32>([-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]);

/** The polynomial of the `terms` coefficients at `table`. */
function horner(x: v128, table: usize, terms: usize): v128 {
  let y = v128.load_splat<f32>(table);
  for (const end = table + (terms << 2); (table += 4) < end; ) y = fma32x4(y, x, v128.load_splat<f32>(table));
  return y;
}

/** Four logarithms of values in [2^-24, 1]. */
// @ts-ignore: decorator
@inline function log4(u: v128): v128 {
  const one = f32x4.splat(1);
  let x = v128.or(v128.and(u, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(x, f32x4.splat(0.70710678118654752));
  const exponent = f32x4.sub(
    f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(u, 23), i32x4.splat(126))),
    v128.and(one, small),
  );
  x = f32x4.add(f32x4.sub(x, one), v128.and(x, small));
  const square = f32x4.mul(x, x);
  let y = f32x4.mul(horner(x, LOG, 9), x);
  y = fma32x4(y, square, f32x4.mul(exponent, f32x4.splat(-2.1219444e-4)));
  y = fma32x4(square, f32x4.splat(-0.5), y);
  return fma32x4(exponent, f32x4.splat(0.693359375), f32x4.add(x, y));
}

/**
 * Four pairs of float32, `data[j]` and `data[j + 8]`. PyTorch's AVX2 kernel works with Cephes' logf, sinf and cosf; the
 * same operations in the same order, fused where its compiler fuses, give the same bits.
 */
function normal4x2(data: usize, mean: f32, std: f32): void {
  const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log4(f32x4.sub(f32x4.splat(1), v128.load(data)))));
  let x = f32x4.mul(f32x4.splat(<f32>(2 * NativeMath.PI)), v128.load(data, 32));

  const octant = v128.andnot(
    i32x4.add(i32x4.trunc_sat_f32x4_s(f32x4.mul(x, f32x4.splat(<f32>(4 / NativeMath.PI)))), i32x4.splat(1)),
    i32x4.splat(1),
  );
  const turns = f32x4.convert_i32x4_s(octant);
  x = fma32x4(turns, f32x4.splat(-0.78515625), x);
  x = fma32x4(turns, f32x4.splat(-2.4187564849853515625e-4), x);
  x = fma32x4(turns, f32x4.splat(-3.77489497744594108e-8), x);

  const square = f32x4.mul(x, x);
  let c = f32x4.mul(horner(square, COS, 3), square);
  c = fma32x4(c, square, f32x4.mul(square, f32x4.splat(-0.5)));
  c = f32x4.add(c, f32x4.splat(1));
  const s = fma32x4(f32x4.mul(horner(square, SIN, 3), square), x, x);

  const four = i32x4.splat(4);
  const straight = i32x4.eq(v128.and(octant, i32x4.splat(2)), i32x4.splat(0));
  const cosSign = i32x4.shl(v128.andnot(four, i32x4.sub(octant, i32x4.splat(2))), 29);
  const sinSign = i32x4.shl(v128.and(octant, four), 29);
  const cos = v128.xor(v128.bitselect(c, s, straight), cosSign);
  const sin = v128.xor(v128.bitselect(s, c, straight), sinSign);
  const means = f32x4.splat(mean);
  const stds = f32x4.splat(std);
  v128.store(data, fma32x4(f32x4.mul(radius, cos), stds, means));
  v128.store(data, fma32x4(f32x4.mul(radius, sin), stds, means), 32);
}
