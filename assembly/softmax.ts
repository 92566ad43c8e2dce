/**
 * softmax and log_softmax along the middle dimension of a contiguous [outer, n, inner] block, and their derivatives.
 *
 * float32 works on vectors either way: along the row when inner is 1, otherwise on four neighbouring columns at a
 * time; float64 walks columns in scalars. A row with NaN or +inf, or with nothing but -inf, becomes NaN, as in PyTorch.
 */
import { DTypeCode } from "./codes";
import { exp32, log32 } from "./math";

/** Vectors that are added up in float32 before they go into the float64 total of a long row. */
const BLOCK: i32 = 64;

/** The first `width` of four lanes from p on; the others repeat `rest`. */
// @ts-ignore: decorator
@inline function read(p: usize, width: i32, rest: v128): v128 {
  return width == 4 ? v128.load(p) : readPart(p, width, rest);
}

// @ts-ignore: decorator
@inline function readPart(p: usize, width: i32, rest: v128): v128 {
  let v = v128.load_lane<f32>(p, rest, 0);
  if (width > 1) v = v128.load_lane<f32>(p, v, 1, 4);
  if (width > 2) v = v128.load_lane<f32>(p, v, 2, 8);
  return v;
}

// @ts-ignore: decorator
@inline function write(p: usize, width: i32, v: v128): void {
  if (width == 4) v128.store(p, v);
  else writePart(p, width, v);
}

// @ts-ignore: decorator
@inline function writePart(p: usize, width: i32, v: v128): void {
  v128.store_lane<f32>(p, v, 0);
  if (width > 1) v128.store_lane<f32>(p, v, 1, 4);
  if (width > 2) v128.store_lane<f32>(p, v, 2, 8);
}

/** At and below it e^x is 0 in float32. */
const LOWEST = memory.data<f32>([-104, -104, -104, -104]);

/**
 * e^x where x <= 0. Lanes that underflow, above all the -inf of a mask, are kept away from exp32: a subnormal product
 * costs about 50 ns a vector.
 */
// @ts-ignore: decorator
@inline function expOf(x: v128): v128 {
  return v128.any_true(f32x4.le(x, v128.load(LOWEST))) ? expMasked(x) : exp32(x);
}

function expMasked(x: v128): v128 {
  const dead = f32x4.le(x, v128.load(LOWEST));
  return v128.andnot(exp32(v128.andnot(x, dead)), dead);
}

/** v with its halves swapped. */
// @ts-ignore: decorator
@inline function swapped(v: v128): v128 {
  return v128.shuffle<i64>(v, v, 1, 0);
}

/** The totals of the four lanes, in float32; with `across` every lane gets the total of all four. */
// @ts-ignore: decorator
@inline function settle(low: v128, high: v128, across: bool): v128 {
  if (across) {
    const pair = f64x2.add(low, high);
    return f32x4.splat(<f32>(f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)));
  }
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/**
 * One row (`across`) or up to four columns: `count` vectors, `step` bytes apart, of `width` elements each, the last of
 * `last`. The maximum may pass over a NaN: it comes back in the sum.
 */
function forward(
  isLog: i32, out: usize, a: usize, count: i32, step: usize, width: i32, last: i32, across: bool,
): void {
  const none = f32x4.splat(-Infinity);
  let top = none;
  let p = a;
  for (let i = count; i > 0; i--, p += step) top = f32x4.pmax(top, read(p, i == 1 ? last : width, none));
  if (across) {
    top = f32x4.pmax(top, swapped(top));
    top = f32x4.pmax(top, v128.shuffle<i32>(top, top, 1, 0, 3, 2));
  }

  let low = f64x2.splat(0);
  let high = low;
  p = a;
  let q = out;
  for (let i = count; i > 0; ) {
    let sum = f32x4.splat(0);
    for (const stop = max(i - BLOCK, 0); i > stop; i--, p += step, q += step) {
      const lanes = i == 1 ? last : width;
      const e = expOf(f32x4.sub(read(p, lanes, none), top));
      if (!isLog) write(q, lanes, e);
      sum = f32x4.add(sum, e);
    }
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
    high = f64x2.add(high, f64x2.promote_low_f32x4(swapped(sum)));
  }
  const total = settle(low, high, across);

  q = out;
  if (!isLog) {
    for (let i = count; i > 0; i--, q += step) {
      const lanes = i == 1 ? last : width;
      write(q, lanes, f32x4.div(read(q, lanes, none), total));
    }
    return;
  }
  const shift = log32(total);
  p = a;
  for (let i = count; i > 0; i--, p += step, q += step) {
    const lanes = i == 1 ? last : width;
    // Two subtractions: top + shift would lose the shift where the values are large.
    write(q, lanes, f32x4.sub(f32x4.sub(read(p, lanes, none), top), shift));
  }
}

/** The derivative of `forward`, from its result y and the gradient g. */
function backward(
  isLog: i32, out: usize, g: usize, y: usize, count: i32, step: usize, width: i32, last: i32, across: bool,
): void {
  const none = f32x4.splat(0);
  let low = f64x2.splat(0);
  let high = low;
  let p = g;
  let q = y;
  for (let i = count; i > 0; ) {
    let sum = none;
    for (const stop = max(i - BLOCK, 0); i > stop; i--, p += step, q += step) {
      const lanes = i == 1 ? last : width;
      const v = read(p, lanes, none);
      sum = f32x4.add(sum, isLog ? v : f32x4.mul(v, read(q, lanes, none)));
    }
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
    high = f64x2.add(high, f64x2.promote_low_f32x4(swapped(sum)));
  }
  const total = settle(low, high, across);
  for (let i = count; i > 0; i--, out += step, g += step, y += step) {
    const lanes = i == 1 ? last : width;
    const v = read(g, lanes, none);
    const w = read(y, lanes, none);
    const d = isLog ? f32x4.sub(v, f32x4.mul(expOf(w), total)) : f32x4.mul(w, f32x4.sub(v, total));
    write(out, lanes, d);
  }
}

/** float64: n elements, `step` bytes apart. */
function forward64(isLog: i32, out: usize, a: usize, n: usize, step: usize): void {
  const end = n * step;
  let top: f64 = -Infinity;
  for (let i: usize = 0; i < end; i += step) top = max(top, load<f64>(a + i));
  let total: f64 = 0;
  for (let i: usize = 0; i < end; i += step) {
    const e = NativeMath.exp(load<f64>(a + i) - top);
    total += e;
    store<f64>(out + i, isLog ? load<f64>(a + i) - top : e);
  }
  const shift = isLog ? NativeMath.log(total) : 0;
  for (let i: usize = 0; i < end; i += step) {
    const v = load<f64>(out + i);
    store<f64>(out + i, isLog ? v - shift : v / total);
  }
}

function backward64(isLog: i32, out: usize, g: usize, y: usize, n: usize, step: usize): void {
  const end = n * step;
  let total: f64 = 0;
  for (let i: usize = 0; i < end; i += step) total += isLog ? load<f64>(g + i) : load<f64>(g + i) * load<f64>(y + i);
  for (let i: usize = 0; i < end; i += step) {
    const v = load<f64>(g + i);
    const w = load<f64>(y + i);
    store<f64>(out + i, isLog ? v - NativeMath.exp(w) * total : w * (v - total));
  }
}

/** Each row or group of columns of the block in turn, forward of a if g is 0, otherwise backward with y in a. */
function each(isLog: i32, dtype: i32, out: usize, g: usize, a: usize, outer: i32, n: i32, inner: i32): void {
  const shift = dtype == DTypeCode.Float64 ? 3 : 2;
  const back = g != 0;
  const across = inner == 1;
  const group = dtype == DTypeCode.Float64 ? 1 : 4;
  const count = across ? (n + 3) >> 2 : n;
  const step: usize = across && group == 4 ? 16 : (<usize>inner) << shift;
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < inner; k += group) {
      const at = (<usize>(o * n * inner + k)) << shift;
      if (group == 1) {
        if (back) backward64(isLog, out + at, g + at, a + at, n, step);
        else forward64(isLog, out + at, a + at, n, step);
        continue;
      }
      const width = across ? 4 : min(inner - k, 4);
      const last = across ? n - 4 * (count - 1) : width;
      if (back) backward(isLog, out + at, g + at, a + at, count, step, width, last, across);
      else forward(isLog, out + at, a + at, count, step, width, last, across);
    }
  }
}

/** softmax, or log_softmax where isLog is 1. out may be a. */
export function softmax(isLog: i32, dtype: i32, out: usize, a: usize, outer: i32, n: i32, inner: i32): void {
  each(isLog, dtype, out, 0, a, outer, n, inner);
}

/** softmax: y (g - sum(g y)); log_softmax: g - exp(y) sum(g). out may be g or y. */
export function softmaxBackward(
  isLog: i32, dtype: i32, out: usize, grad: usize, y: usize, outer: i32, n: i32, inner: i32,
): void {
  each(isLog, dtype, out, grad, y, outer, n, inner);
}
