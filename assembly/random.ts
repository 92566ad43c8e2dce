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
import { random32, random64, uniform32, uniform64 } from "./mt19937";

/** a * b + c in float32, exact but for the sum's second rounding, which showed in none of 16 million values. */
// @ts-ignore: decorator
@inline function fma32(a: f32, b: f32, c: f32): f32 {
  return <f32>(<f64>a * <f64>b + <f64>c);
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
