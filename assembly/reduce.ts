/**
 * Sum, product, maximum, minimum and the position of an extreme, over any set of dimensions of a strided operand.
 *
 * The descriptor lists the `kept` dimensions first (the output is contiguous over them), then the reduced ones.
 * Three walks share one functor per operation: a reduced row that lies in one piece (vectors along the row), a kept
 * row that lies in one piece (vectors across outputs), and any other stride (scalars). float32 sums never run long
 * in float32: short runs are added up there and go into float64 totals, so a sum of a million values is good to its
 * last bit or two. Maximum and minimum propagate NaN; a NaN is the extreme that argReduce finds.
 */
import { ArgCode, DTypeCode, ReduceCode, SCRATCH } from "./codes";
import { shiftOf } from "./dtypes";
import { rank, rewind, sizeOf, strideOf } from "./loops";

@unmanaged class Sum {
  // @ts-ignore: decorator
  @inline identity<T>(): T { return 0 as T; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return (a + b) as T; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.add<T>(a, b); }
}

@unmanaged class Prod {
  // @ts-ignore: decorator
  @inline identity<T>(): T { return 1 as T; }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return (a * b) as T; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.mul<T>(a, b); }
}

@unmanaged class Max {
  // @ts-ignore: decorator
  @inline identity<T>(): T { return lowest<T>(); }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return isFloat<T>() ? max<T>(a, b) : a > b ? a : b; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.max<T>(a, b); }
}

@unmanaged class Min {
  // @ts-ignore: decorator
  @inline identity<T>(): T { return isFloat<T>() ? ((-lowest<T>()) as T) : ((~lowest<T>()) as T); }
  // @ts-ignore: decorator
  @inline scalar<T>(a: T, b: T): T { return isFloat<T>() ? min<T>(a, b) : a < b ? a : b; }
  // @ts-ignore: decorator
  @inline vector<T>(a: v128, b: v128): v128 { return v128.min<T>(a, b); }
}

/** The value that no other is less than. */
// @ts-ignore: decorator
@inline function lowest<T>(): T {
  if (isFloat<T>()) return (-Infinity) as T;
  if (isSigned<T>()) return ((1 as T) << ((sizeof<T>() * 8 - 1) as T)) as T;
  return 0 as T;
}

/** Bytes of a row that go through the four vector accumulators before they are emptied: 16 additions a lane. */
const BLOCK: usize = 1024;
/** Rows that a column reduction adds up in registers before it touches the totals: in float32 when summing. */
const ROWS: i32 = 16;
/** Columns whose totals fit into the scratch area as float64. */
const PANEL: i32 = 512;
const TOTALS: usize = SCRATCH + 1024;
/** Where `step` counts: the counters that loops.ts rewinds. */
const INDEX: usize = SCRATCH;

/** Product of the sizes of dimensions first … last - 1. */
// @ts-ignore: decorator
@inline export function span(first: i32, last: i32): i32 {
  let n = 1;
  for (let d = first; d < last; d++) n *= sizeOf(d);
  return n;
}

/** Steps operand 1 within dimensions first … last - 1, last fastest; after the last place it is back at the first. */
export function step(first: i32, last: i32, ptr: usize, shift: i32): usize {
  for (let d = last - 1; d >= first; d--) {
    const at = INDEX + ((<usize>d) << 2);
    const next = load<i32>(at) + 1;
    const wraps = next == sizeOf(d);
    store<i32>(at, wraps ? 0 : next);
    ptr += (<usize>((wraps ? 1 - next : 1) * strideOf(1, d))) << shift;
    if (!wraps) break;
  }
  return ptr;
}

/** All lanes of a float vector, combined pairwise in A. */
// @ts-ignore: decorator
@inline function lanes<F, T, A>(v: v128): A {
  const f = changetype<F>(0);
  const low = f.scalar<A>(v128.extract_lane<T>(v, 0) as A, v128.extract_lane<T>(v, 1) as A);
  if (sizeof<T>() == 8) return low;
  return f.scalar<A>(low, f.scalar<A>(f32x4.extract_lane(v, 2) as A, f32x4.extract_lane(v, 3) as A));
}

/** Combines n elements, `stride` elements apart, and what stands at `at` (unless `fresh`) into the A at `at`. */
function run<F, T, A>(at: usize, fresh: bool, n: i32, p: usize, stride: i32): void {
  const f = changetype<F>(0);
  let total = fresh ? f.identity<A>() : load<A>(at);
  if (isFloat<T>()) {
    if (stride == 1) {
      const end = p + (((<usize>n) << alignof<T>()) & ~15);
      const identity = v128.splat<T>(f.identity<T>());
      while (p < end) {
        const stop = min<usize>(end, p + BLOCK);
        let v0 = identity;
        let v1 = identity;
        let v2 = identity;
        let v3 = identity;
        for (const last = stop - 64; p <= last; p += 64) {
          v0 = f.vector<T>(v0, v128.load(p));
          v1 = f.vector<T>(v1, v128.load(p, 16));
          v2 = f.vector<T>(v2, v128.load(p, 32));
          v3 = f.vector<T>(v3, v128.load(p, 48));
        }
        for (; p < stop; p += 16) v0 = f.vector<T>(v0, v128.load(p));
        total = f.scalar<A>(total, lanes<F, T, A>(f.vector<T>(f.vector<T>(v0, v1), f.vector<T>(v2, v3))));
      }
      n &= 16 / <i32>sizeof<T>() - 1;
    }
  }
  const bytes = (<usize>stride) << alignof<T>();
  let t1 = f.identity<A>();
  for (; n >= 2; n -= 2) {
    total = f.scalar<A>(total, load<T>(p) as A);
    t1 = f.scalar<A>(t1, load<T>(p + bytes) as A);
    p += 2 * bytes;
  }
  if (n) total = f.scalar<A>(total, load<T>(p) as A);
  store<A>(at, f.scalar<A>(total, t1));
}

/** Combines a vector of columns into their totals at `at`; returns where the next column's total stands. */
// @ts-ignore: decorator
@inline function collect<F, T, A>(at: usize, v: v128): usize {
  const f = changetype<F>(0);
  if (sizeof<T>() == sizeof<A>()) {
    v128.store(at, f.vector<T>(v128.load(at), v));
    return at + 16;
  }
  v128.store(at, f.vector<A>(v128.load(at), f64x2.promote_low_f32x4(v)));
  v128.store(at, f.vector<A>(v128.load(at, 16), f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0))), 16);
  return at + 32;
}

/** As `run`, for `width` contiguous columns (whole vectors) of n rows that are `stride` elements apart. */
function columns<F, T, A>(totals: usize, fresh: bool, n: i32, p: usize, stride: i32, width: i32): void {
  const f = changetype<F>(0);
  const bytes = (<usize>stride) << alignof<T>();
  if (fresh) {
    const identity = v128.splat<A>(f.identity<A>());
    for (let at = totals, end = at + ((<usize>width) << alignof<A>()); at < end; at += 16) v128.store(at, identity);
  }
  for (; n > 0; n -= ROWS) {
    const down = bytes * min(n, ROWS);
    let at = totals;
    let left = width << <i32>alignof<T>();
    let top = p;
    // Four vectors at a time in float32 alone: float64 is rare.
    for (; sizeof<T>() == 4 && left >= 64; left -= 64) {
      let v0 = v128.load(top);
      let v1 = v128.load(top, 16);
      let v2 = v128.load(top, 32);
      let v3 = v128.load(top, 48);
      for (let q = top + bytes, end = top + down; q != end; q += bytes) {
        v0 = f.vector<T>(v0, v128.load(q));
        v1 = f.vector<T>(v1, v128.load(q, 16));
        v2 = f.vector<T>(v2, v128.load(q, 32));
        v3 = f.vector<T>(v3, v128.load(q, 48));
      }
      at = collect<F, T, A>(collect<F, T, A>(collect<F, T, A>(collect<F, T, A>(at, v0), v1), v2), v3);
      top += 64;
    }
    for (; left > 0; left -= 16) {
      let v = v128.load(top);
      for (let q = top + bytes, end = top + down; q != end; q += bytes) v = f.vector<T>(v, v128.load(q));
      at = collect<F, T, A>(at, v);
      top += 16;
    }
    p += down;
  }
}

/** `columns` where there are any (`width`), otherwise `run`; A is what a float32 total is kept in. */
// @ts-ignore: decorator
@inline function byDType<F, A>(dtype: i32, at: usize, fresh: bool, n: i32, p: usize, stride: i32, width: i32): void {
  if (width) {
    if (dtype == DTypeCode.Float32) columns<F, f32, A>(at, fresh, n, p, stride, width);
    else columns<F, f64, f64>(at, fresh, n, p, stride, width);
    return;
  }
  switch (dtype) {
    case DTypeCode.Float32: return run<F, f32, A>(at, fresh, n, p, stride);
    case DTypeCode.Float64: return run<F, f64, f64>(at, fresh, n, p, stride);
    case DTypeCode.Int64: return run<F, i64, i64>(at, fresh, n, p, stride);
    case DTypeCode.Int32: return run<F, i32, i32>(at, fresh, n, p, stride);
    default: return run<F, u8, u8>(at, fresh, n, p, stride);
  }
}

function combine(op: i32, dtype: i32, at: usize, fresh: bool, n: i32, p: usize, stride: i32, width: i32): void {
  switch (op) {
    case ReduceCode.Sum: return byDType<Sum, f64>(dtype, at, fresh, n, p, stride, width);
    case ReduceCode.Prod: return byDType<Prod, f32>(dtype, at, fresh, n, p, stride, width);
    case ReduceCode.Max: return byDType<Max, f32>(dtype, at, fresh, n, p, stride, width);
    case ReduceCode.Min: return byDType<Min, f32>(dtype, at, fresh, n, p, stride, width);
  }
}

/**
 * Reduces `a` over all but its first `kept` dimensions into the contiguous `out`, in the dtype of `a`. A bool sum is
 * a maximum (any) and a bool product a minimum (all).
 */
export function reduce(op: i32, dtype: i32, out: usize, a: usize, kept: i32): void {
  if (dtype == DTypeCode.Bool && op < ReduceCode.Max) op += ReduceCode.Max;
  const shift = shiftOf(dtype);
  const wide = op == ReduceCode.Sum && dtype == DTypeCode.Float32;
  const inner = rank() - 1;
  const reduces = kept <= inner;
  const n = reduces ? sizeOf(inner) : 1;
  const stride = reduces ? strideOf(1, inner) : 0;
  const repeats = span(kept, inner);
  const outputs = kept ? sizeOf(kept - 1) : 1;
  const across = kept ? strideOf(1, kept - 1) : 0;
  const whole = across == 1 && stride > 1 && dtype <= DTypeCode.Float64 ? outputs & -(16 >> shift) : 0;
  rewind();
  for (let rows = span(0, kept - 1); ; a = step(0, kept - 1, a, shift)) {
    for (let j = 0; j < outputs; ) {
      const width = j < whole ? min(whole - j, PANEL) : 0;
      const at = wide ? TOTALS : out;
      let p = a + ((<usize>(j * across)) << shift);
      for (let i = 0; i < repeats; i++) {
        combine(op, dtype, at, i == 0, n, p, stride, width);
        if (repeats > 1) p = step(kept, inner, p, shift);
      }
      const done = max(width, 1);
      if (wide) {
        for (let i: usize = 0; i < <usize>done; i++) store<f32>(out + (i << 2), <f32>load<f64>(TOTALS + (i << 3)));
      }
      out += (<usize>done) << shift;
      j += done;
    }
    if (!--rows) break;
  }
}

/** Position of the first element equal to `best` (or NaN, if `best` is) from p on, `bytes` bytes apart. */
function find<T>(best: T, p: usize, bytes: usize): i32 {
  let i = 0;
  if (best == best) {
    for (; load<T>(p) != best; i++) p += bytes;
  } else {
    for (; load<T>(p) == load<T>(p); i++) p += bytes;
  }
  return i;
}

/** Looks for the value at `best` among the elements from p on. */
function locate(dtype: i32, best: usize, p: usize, bytes: usize): i32 {
  switch (dtype) {
    case DTypeCode.Float32: return find<f32>(load<f32>(best), p, bytes);
    case DTypeCode.Float64: return find<f64>(load<f64>(best), p, bytes);
    case DTypeCode.Int64: return find<i64>(load<i64>(best), p, bytes);
    case DTypeCode.Int32: return find<i32>(load<i32>(best), p, bytes);
    default: return find<u8>(load<u8>(best), p, bytes);
  }
}

/**
 * int64 positions, along the one reduced dimension, of the first greatest (least) element or the first NaN: two plain
 * passes, the first of them in vectors where the row lies in one piece.
 */
export function argReduce(op: i32, dtype: i32, out: usize, a: usize, kept: i32): void {
  const code = op == ArgCode.Max ? ReduceCode.Max : ReduceCode.Min;
  const shift = shiftOf(dtype);
  const n = sizeOf(kept);
  const stride = strideOf(1, kept);
  rewind();
  for (let rows = span(0, kept); ; a = step(0, kept, a, shift)) {
    combine(code, dtype, TOTALS, true, n, a, stride, 0);
    store<i64>(out, locate(dtype, TOTALS, a, (<usize>stride) << shift));
    out += 8;
    if (!--rows) break;
  }
}
