/**
 * PyTorch's CPU streams: each function fills `n` contiguous elements of `out` as PyTorch 2.13 does on x86-64 and leaves
 * the generator where PyTorch leaves it.
 *
 * Everything is the same bit for bit, float32 normals too, except what is not uniform in float64: PyTorch takes log,
 * exp, sin, cos and tan from the C library there, and ours differ from it by an ULP now and then.
 *
 * PyTorch's kernels are compiled with contraction to fused multiply-add, which changes the last bit of about half of
 * all `uniform_(a, b)`. WebAssembly has no such instruction, hence the three `fma` below.
 */
import { DTypeCode } from "./codes";
import { shiftOf } from "./dtypes";
import { normal64, random32, random64, uniform32, uniform64 } from "./mt19937";

/** a * b + c in float32, exact but for the sum's second rounding, which showed in none of 16 million values. */
// @ts-ignore: decorator
@inline function fma32(a: f32, b: f32, c: f32): f32 {
  return <f32>(<f64>a * <f64>b + <f64>c);
}

/** The same in four lanes. Called and not inlined: randn is a tenth slower, and 1.4 KB smaller. */
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

/** The upper 26 bits of a: a product of such halves is exact, but for the last bit of the lowest. */
// @ts-ignore: decorator
@inline function upper(a: f64): f64 {
  return reinterpret<f64>(reinterpret<u64>(a) & 0xfffffffff8000000);
}

/** a * b + c in float64: Dekker's product and Knuth's sum keep both rounding errors. */
export function fma64(a: f64, b: f64, c: f64): f64 {
  const product = a * b;
  const a1 = upper(a);
  const a2 = a - a1;
  const b1 = upper(b);
  const b2 = b - b1;
  const productError = a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2);
  const sum = product + c;
  const back = sum - product;
  const sumError = product - (sum - back) + (c - back);
  const error = sumError + productError;
  // NaN where an operand is infinite.
  return error == error ? sum + error : sum;
}

/** Tensor.uniform_(from, to), and rand with 0 and 1: float32 or float64. A value rounded up to `to` becomes `from`. */
export function uniform(gen: usize, dtype: i32, n: i32, out: usize, from: f64, to: f64): void {
  if (dtype == DTypeCode.Float32) {
    const low = <f32>from;
    const high = <f32>to;
    const width = high - low;
    for (const end = out + (<usize>n << 2); out < end; out += 4) {
      const value = fma32(uniform32(gen), width, low);
      store<f32>(out, value == high ? low : value);
    }
  } else {
    const width = to - from;
    for (const end = out + (<usize>n << 3); out < end; out += 8) {
      const value = fma64(uniform64(gen), width, from);
      store<f64>(out, value == to ? from : value);
    }
  }
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

/** Stores an integer as an element of `dtype`. */
export function storeInteger(dtype: i32, at: usize, value: i64): void {
  switch (dtype) {
    case DTypeCode.Float32:
      store<f32>(at, <f32>value);
      break;
    case DTypeCode.Float64:
      store<f64>(at, <f64>value);
      break;
    case DTypeCode.Int64:
      store<i64>(at, value);
      break;
    case DTypeCode.Int32:
      store<i32>(at, <i32>value);
      break;
    case DTypeCode.UInt8:
      store<u8>(at, <u8>value);
      break;
    default:
      store<u8>(at, <u8>(value != 0));
  }
}

/**
 * Tensor.random_(low, low + range), and randint: any computed dtype. A range from 2^28 takes 64-bit draws, a smaller
 * one 32-bit draws, whatever the dtype. Range 0 stands for 2^64, that is random_(-2^63, None): low must be 0 then.
 *
 * The host moves the bounds inward for float dtypes as PyTorch does before it calls, and checks them.
 */
export function randint(
  gen: usize, dtype: i32, n: i32, out: usize, lowLo: u32, lowHi: u32, rangeLo: u32, rangeHi: u32,
): void {
  const low = (<u64>lowHi << 32) | lowLo;
  const range = (<u64>rangeHi << 32) | rangeLo;
  const step: usize = 1 << shiftOf(dtype);
  for (const end = out + <usize>n * step; out < end; out += step) {
    let value: u64;
    if (range == 0) value = random64(gen);
    else if (range >= 1 << 28) value = random64(gen) % range;
    else value = random32(gen) % rangeLo;
    storeInteger(dtype, out, value + low);
  }
}

/**
 * Tensor.random_(): from 0 to the largest value of an integer dtype, to 2^24 in float32 and 2^53 in float64, bounds
 * included. One int64 of it is the seed that a data loader or a sampler draws.
 */
export function randomFull(gen: usize, dtype: i32, n: i32, out: usize): void {
  const step: usize = 1 << shiftOf(dtype);
  for (const end = out + <usize>n * step; out < end; out += step) {
    let value: i64;
    switch (dtype) {
      case DTypeCode.Float32:
        value = random32(gen) % 0x1000001;
        break;
      case DTypeCode.Float64:
        value = random64(gen) % 0x20000000000001;
        break;
      case DTypeCode.Int64:
        value = random64(gen) & 0x7fffffffffffffff;
        break;
      case DTypeCode.Bool:
        value = random32(gen) & 1;
        break;
      default:
        value = random32(gen) & 0x7fffffff;
    }
    storeInteger(dtype, out, value);
  }
}

/**
 * torch.randperm(n) in int64: a Fisher-Yates shuffle with 32-bit draws. PyTorch's other algorithm begins at 2^32 / 20
 * values; those would be 1.7 GB, and a block of the allocator is at most 1 GB.
 */
export function randperm(gen: usize, n: i32, out: usize): void {
  for (let i = 0; i < n; i++) store<i64>(out + (<usize>i << 3), i);
  for (let left = <u32>n; left > 1; left--) {
    const other = out + (<usize>(random32(gen) % left) << 3);
    const value = load<i64>(other);
    store<i64>(other, load<i64>(out));
    store<i64>(out, value);
    out += 8;
  }
}

/**
 * Tensor.bernoulli_(p): 1 with probability p, otherwise 0, in any computed dtype; one float64 uniform for each.
 *
 * F.dropout(x, p) on PyTorch's CPU is x * mask with mask = empty_like(x).bernoulli_(1 - p).div_(1 - p): a division and
 * then a multiplication, each rounded. With p = 0, p = 1 (all zeros) or outside training it draws nothing.
 */
export function bernoulli(gen: usize, dtype: i32, n: i32, out: usize, p: f64): void {
  const step: usize = 1 << shiftOf(dtype);
  for (const end = out + <usize>n * step; out < end; out += step) {
    storeInteger(dtype, out, i64(uniform64(gen) < p));
  }
}
