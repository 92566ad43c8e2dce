/**
 * Stable sorting of rows with the positions that the values came from, and binary search in sorted rows.
 *
 * Every dtype is sorted through one unsigned 64-bit key that has the same order: NaN is the greatest, -0 equals 0, and
 * descending order is the complement of the keys, which keeps equals in their order. So there is one sorting routine
 * for all dtypes: insertion for short rows, otherwise byte by byte from the lowest (LSD radix), a pass for each byte
 * in which the keys differ.
 *
 *     work   u32 counts[8][256] | record[n] | record[n]      record = u64 key, i64 position
 */
import { DTypeCode } from "../../codes";
import { shiftOf } from "../../dtypes";

const COUNTS: usize = 8 * 256 * 4;
/** Up to here insertion is faster than counting: measured on float32. */
const SHORT: i32 = 40;

/** The element at p as an unsigned key of the same order, in as many low bytes as the element has. */
// @ts-ignore: decorator
@inline function keyOf<T>(p: usize): u64 {
  const x = load<T>(p);
  if (isFloat<T>()) {
    // Of -0 plus 0 the sum is 0.
    if (sizeof<T>() == 4) {
      const bits = reinterpret<i32>((x as f32) + 0);
      return x == x ? <u64><u32>(bits ^ ((bits >> 31) | i32.MIN_VALUE)) : <u64>u32.MAX_VALUE;
    }
    const bits = reinterpret<i64>((x as f64) + 0);
    return x == x ? <u64>(bits ^ ((bits >> 63) | i64.MIN_VALUE)) : u64.MAX_VALUE;
  }
  if (sizeof<T>() == 8) return <u64>(x as i64) ^ (1 << 63);
  if (sizeof<T>() == 4) return <u64>(<u32>(x as i32) ^ (1 << 31));
  return x as u64;
}

function fill<T>(records: usize, p: usize, from: i32, to: i32, step: usize, flip: u64): void {
  p += <usize>from * step;
  for (let i = from; i < to; i++, records += 16, p += step) {
    store<u64>(records, keyOf<T>(p) ^ flip);
    store<i64>(records, i, 8);
  }
}

/**
 * Records of the elements from … to - 1 of the row at p, `step` bytes apart; `flip` of all ones turns the order round.
 * Bool is as uint8.
 */
export function fillOf(dtype: i32, records: usize, p: usize, from: i32, to: i32, step: usize, flip: u64): void {
  switch (dtype) {
    case DTypeCode.Float32: return fill<f32>(records, p, from, to, step, flip);
    case DTypeCode.Float64: return fill<f64>(records, p, from, to, step, flip);
    case DTypeCode.Int64: return fill<i64>(records, p, from, to, step, flip);
    case DTypeCode.Int32: return fill<i32>(records, p, from, to, step, flip);
    default: return fill<u8>(records, p, from, to, step, flip);
  }
}

/** Writes the elements of n records and their positions, both `inner` elements apart, to `value` and `index`. */
export function emit(
  shift: i32, value: usize, index: usize, row: usize, records: usize, n: i32, step: usize, inner: i32,
): void {
  for (const end = records + ((<usize>n) << 4); records < end; records += 16, value += (<usize>inner) << shift) {
    const from = load<i64>(records, 8);
    store<i64>(index, from);
    index += (<usize>inner) << 3;
    const p = row + <usize>from * step;
    if (shift == 2) store<u32>(value, load<u32>(p));
    else if (shift == 3) store<u64>(value, load<u64>(p));
    else store<u8>(value, load<u8>(p));
  }
}

/** Sorts n records in place by insertion. */
export function insertion(records: usize, n: i32): void {
  const end = records + ((<usize>n) << 4);
  for (let p = records + 16; p < end; p += 16) {
    const record = v128.load(p);
    const key = load<u64>(p);
    let q = p;
    for (; q > records && load<u64>(q - 16) > key; q -= 16) v128.store(q, v128.load(q - 16));
    v128.store(q, record);
  }
}

/** Sorts n records by the low `bytes` bytes of their keys; returns where they are then: `from` or `to`. */
function radix(counts: usize, from: usize, to: usize, n: i32, bytes: i32): usize {
  memory.fill(counts, 0, COUNTS);
  const length = (<usize>n) << 4;
  for (let p = from, end = from + length; p < end; p += 16) {
    let key = load<u64>(p);
    for (let at = counts, last = counts + ((<usize>bytes) << 10); at < last; at += 1024, key >>= 8) {
      const cell = at + ((<usize>(key & 255)) << 2);
      store<u32>(cell, load<u32>(cell) + 1);
    }
  }
  for (let byte = 0; byte < bytes; byte++, counts += 1024) {
    const shift = <u64>(byte << 3);
    // All keys have the same byte here: nothing to move.
    if (load<u32>(counts + ((<usize>((load<u64>(from) >> shift) & 255)) << 2)) == n) continue;
    let place = to;
    for (let cell = counts, last = counts + 1024; cell < last; cell += 4) {
      const count = load<u32>(cell);
      store<u32>(cell, <u32>place);
      place += (<usize>count) << 4;
    }
    for (let p = from, end = from + length; p < end; p += 16) {
      const cell = counts + ((<usize>((load<u64>(p) >> shift) & 255)) << 2);
      const at = <usize>load<u32>(cell);
      v128.store(at, v128.load(p));
      store<u32>(cell, <u32>(at + 16));
    }
    const other = from;
    from = to;
    to = other;
  }
  return from;
}

/**
 * Sorts contiguous a [outer, n, inner] along n into `values` (same dtype) and `indices` (int64); `work` has
 * 8192 + 32 n bytes.
 */
export function sort(
  dtype: i32, values: usize, indices: usize, a: usize, outer: i32, n: i32, inner: i32, descending: i32, work: usize,
): void {
  const shift = shiftOf(dtype);
  const step = (<usize>inner) << shift;
  const flip = <u64>-(<i64>descending);
  const records = work + COUNTS;
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < inner; k++) {
      const first = (<usize>(o * n * inner + k));
      const row = a + (first << shift);
      fillOf(dtype, records, row, 0, n, step, flip);
      let sorted = records;
      if (n > SHORT) sorted = radix(work, records, records + ((<usize>n) << 4), n, 1 << shift);
      else insertion(records, n);
      emit(shift, values + (first << shift), indices + (first << 3), row, sorted, n, step, inner);
    }
  }
}

/** Number of elements of sorted [n] at p that are less than x; with `right`, that are not greater. NaN: all. */
// @ts-ignore: decorator
@inline function bound<T>(p: usize, n: i32, x: T, right: i32): i32 {
  let low = 0;
  while (n > 0) {
    const half = n >> 1;
    const middle = load<T>(p + ((<usize>(low + half)) << alignof<T>()));
    if (right ? !(middle > x) : !(middle >= x)) {
      low += half + 1;
      n -= half + 1;
    } else n = half;
  }
  return low;
}

/** int64 out[r, i] = where values[r, i] belongs in row r of sorted [rows, n]; with n's `step` 0, in the one row. */
export function searchSorted(
  dtype: i32, out: usize, sorted: usize, values: usize, rows: i32, n: i32, m: i32, step: i32, right: i32,
): void {
  for (let r = 0; r < rows; r++, sorted += (<usize>step) << 3) {
    for (let i = 0; i < m; i++, values += 8, out += 8) {
      if (dtype == DTypeCode.Float64) store<i64>(out, bound<f64>(sorted, n, load<f64>(values), right));
      else store<i64>(out, bound<i64>(sorted, n, load<i64>(values), right));
    }
  }
}
