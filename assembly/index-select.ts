/**
 * Reading and writing by index: whole rows, one element per index along a dimension, positions of nonzeros, one-hot.
 *
 * Indices are int64 and, but for `checkIndices`, already known to lie in range. What only moves data sees bytes, not
 * dtypes. Where an index repeats, writes happen in order (the last one stands) and additions all count.
 */
import { DTypeCode, SCRATCH } from "./codes";
import { rank, sizeOf } from "./loops";

/** Index number i at idx. */
// @ts-ignore: decorator
@inline function at(idx: usize, i: i32): usize {
  return <usize>load<i64>(idx + ((<usize>i) << 3));
}

/** The sum of two elements; any of two bools is or, which saturates as PyTorch's bool addition does. */
// @ts-ignore: decorator
@inline function addTo<T>(out: usize, src: usize): void {
  if (isBoolean<T>()) store<u8>(out, load<u8>(out) | load<u8>(src));
  else store<T>(out, (load<T>(out) + load<T>(src)) as T);
}

/**
 * Position of the first index outside [0, size), or with `wrap` outside [-size, size); -1 if there is none. With
 * `wrap`, negative indices are rewritten in place to the non-negative ones they stand for.
 */
export function checkIndices(idx: usize, n: i32, size: i32, wrap: i32): i32 {
  const bound = <u64>size;
  for (let i = 0; i < n; i++, idx += 8) {
    const index = load<i64>(idx);
    if (<u64>index < bound) continue;
    const wrapped = index + <i64>size;
    if (!wrap || index >= 0 || <u64>wrapped >= bound) return i;
    store<i64>(idx, wrapped);
  }
  return -1;
}

/** out row i = src row idx[i]. */
export function takeRows(out: usize, src: usize, idx: usize, n: i32, rowBytes: i32): void {
  if (rowBytes == 4) {
    for (let i = 0; i < n; i++) store<u32>(out + ((<usize>i) << 2), load<u32>(src + (at(idx, i) << 2)));
  } else if (rowBytes == 8) {
    for (let i = 0; i < n; i++) store<u64>(out + ((<usize>i) << 3), load<u64>(src + (at(idx, i) << 3)));
  } else {
    for (let i = 0; i < n; i++, out += rowBytes) copyRow(out, src + at(idx, i) * rowBytes, rowBytes);
  }
}

/** out row idx[i] = src row i, in order; with srcStep 0 always the one row at src, otherwise srcStep is 1. */
export function putRows(out: usize, idx: usize, n: i32, src: usize, rowBytes: i32, srcStep: i32): void {
  const step = srcStep * rowBytes;
  if (rowBytes == 4) {
    for (let i = 0; i < n; i++, src += step) store<u32>(out + (at(idx, i) << 2), load<u32>(src));
  } else if (rowBytes == 8) {
    for (let i = 0; i < n; i++, src += step) store<u64>(out + (at(idx, i) << 3), load<u64>(src));
  } else for (let i = 0; i < n; i++, src += step) copyRow(out + at(idx, i) * rowBytes, src, rowBytes);
}

/** memory.copy, whose call costs more than moving a short row by hand. */
// @ts-ignore: decorator
@inline function copyRow(out: usize, src: usize, bytes: usize): void {
  if (bytes > 256) {
    memory.copy(out, src, bytes);
    return;
  }
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(out + i, v128.load(src + i));
  for (; i + 4 <= bytes; i += 4) store<u32>(out + i, load<u32>(src + i));
  for (; i < bytes; i++) store<u8>(out + i, load<u8>(src + i));
}

function addRowsAs<T>(out: usize, idx: usize, n: i32, src: usize, rowElements: i32): void {
  const bytes = (<usize>rowElements) << alignof<T>();
  for (let i = 0; i < n; i++) {
    let to = out + at(idx, i) * bytes;
    const end = src + bytes;
    if (isFloat<T>() || sizeof<T>() == 8) {
      for (; src + 16 <= end; src += 16, to += 16) v128.store(to, v128.add<T>(v128.load(to), v128.load(src)));
    }
    for (; src < end; src += sizeof<T>(), to += sizeof<T>()) addTo<T>(to, src);
  }
}

/** out row idx[i] += src row i. */
export function addRows(dtype: i32, out: usize, idx: usize, n: i32, src: usize, rowElements: i32): void {
  switch (dtype) {
    case DTypeCode.Float32: return addRowsAs<f32>(out, idx, n, src, rowElements);
    case DTypeCode.Float64: return addRowsAs<f64>(out, idx, n, src, rowElements);
    case DTypeCode.Int64: return addRowsAs<i64>(out, idx, n, src, rowElements);
    case DTypeCode.Int32: return addRowsAs<i32>(out, idx, n, src, rowElements);
    case DTypeCode.UInt8: return addRowsAs<u8>(out, idx, n, src, rowElements);
    default: return addRowsAs<bool>(out, idx, n, src, rowElements);
  }
}

/** Copies one element of 1 << shift bytes. */
// @ts-ignore: decorator
@inline function move(shift: i32, out: usize, src: usize): void {
  switch (shift) {
    case 2: store<u32>(out, load<u32>(src)); break;
    case 3: store<u64>(out, load<u64>(src)); break;
    case 1: store<u16>(out, load<u16>(src)); break;
    default: store<u8>(out, load<u8>(src));
  }
}

/** out[o, i, k] = a[o, idx[o, i, k], k] for contiguous a [outer, aN, inner], out and idx [outer, n, inner]. */
export function gather(
  shift: i32, out: usize, a: usize, idx: usize, outer: i32, n: i32, inner: i32, aN: i32,
): void {
  for (let o = 0; o < outer; o++, a += (<usize>(aN * inner)) << shift) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < inner; k++) {
        move(shift, out, a + ((at(idx, k) * inner + k) << shift));
        out += (<usize>1) << shift;
      }
      idx += (<usize>inner) << 3;
    }
  }
}

/** out[o, idx[o, i, k], k] = src[o, i, k], in order; with srcStep 0 always the one element at src, otherwise 1. */
export function scatter(
  shift: i32, out: usize, idx: usize, src: usize, outer: i32, n: i32, inner: i32, outN: i32, srcStep: i32,
): void {
  for (let o = 0; o < outer; o++, out += (<usize>(outN * inner)) << shift) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < inner; k++) {
        move(shift, out + ((at(idx, k) * inner + k) << shift), src);
        src += (<usize>srcStep) << shift;
      }
      idx += (<usize>inner) << 3;
    }
  }
}

function scatterAddAs<T>(out: usize, idx: usize, src: usize, outer: i32, n: i32, inner: i32, outN: i32): void {
  for (let o = 0; o < outer; o++, out += (<usize>(outN * inner)) << alignof<T>()) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < inner; k++, src += sizeof<T>()) {
        addTo<T>(out + ((at(idx, k) * inner + k) << alignof<T>()), src);
      }
      idx += (<usize>inner) << 3;
    }
  }
}

/** out[o, idx[o, i, k], k] += src[o, i, k]. */
export function scatterAdd(
  dtype: i32, out: usize, idx: usize, src: usize, outer: i32, n: i32, inner: i32, outN: i32,
): void {
  switch (dtype) {
    case DTypeCode.Float32: return scatterAddAs<f32>(out, idx, src, outer, n, inner, outN);
    case DTypeCode.Float64: return scatterAddAs<f64>(out, idx, src, outer, n, inner, outN);
    case DTypeCode.Int64: return scatterAddAs<i64>(out, idx, src, outer, n, inner, outN);
    case DTypeCode.Int32: return scatterAddAs<i32>(out, idx, src, outer, n, inner, outN);
    case DTypeCode.UInt8: return scatterAddAs<u8>(out, idx, src, outer, n, inner, outN);
    default: return scatterAddAs<bool>(out, idx, src, outer, n, inner, outN);
  }
}

function nonzeroAs<T>(a: usize, n: i32, out: usize, mask: T): i32 {
  const lanes = 16 / <i32>sizeof<T>();
  const masks = v128.splat<T>(mask);
  let count = 0;
  for (let i = 0; i < n; i += lanes, a += 16) {
    let bits = 0;
    if (i + lanes <= n) {
      const found = v128.ne<T>(v128.and(v128.load(a), masks), i64x2.splat(0));
      bits = sizeof<T>() == 8 ? i64x2.bitmask(found) : sizeof<T>() == 4 ? i32x4.bitmask(found) : i8x16.bitmask(found);
    } else {
      for (let k = n - 1 - i; k >= 0; k--) bits += bits + i32((load<T>(a + (<usize>k << alignof<T>())) & mask) != 0);
    }
    if (!out) count += popcnt(bits);
    for (; out && bits; bits &= bits - 1, out += 8, count++) store<i64>(out, i + ctz(bits));
  }
  return count;
}

/** Writes the positions of the nonzero elements (NaN is one, -0 is none) to out unless that is 0; returns their number. */
export function nonzero(dtype: i32, a: usize, n: i32, out: usize): i32 {
  switch (dtype) {
    case DTypeCode.Float32: return nonzeroAs<i32>(a, n, out, i32.MAX_VALUE);
    case DTypeCode.Float64: return nonzeroAs<i64>(a, n, out, i64.MAX_VALUE);
    case DTypeCode.Int64: return nonzeroAs<i64>(a, n, out, -1);
    case DTypeCode.Int32: return nonzeroAs<i32>(a, n, out, -1);
    default: return nonzeroAs<u8>(a, n, out, 255);
  }
}

/** Where a position's coordinates are but for the last: there are at most 64. */
const COORDINATES: usize = SCRATCH;

/**
 * Coordinates of n ascending positions, int64, a column of n for each dimension; the positions stand in the last. The
 * descriptor holds the sizes, here as many as there are.
 */
export function unravel(out: usize, n: i32): void {
  const last = rank() - 1;
  const inner = sizeOf(last);
  let from = out + ((<usize>(n * last)) << 3);
  let row = 0;
  memory.fill(COORDINATES, 0, (<usize>last) << 2);
  for (let i = 0; i < n; i++, from += 8) {
    const position = <i32>load<i64>(from);
    // Most stand in the row of the one before.
    if (position - row >= inner) {
      row = position - position % inner;
      for (let d = last - 1, rest = position / inner; d >= 0; d--) {
        const size = sizeOf(d);
        store<i32>(COORDINATES + ((<usize>d) << 2), rest % size);
        rest /= size;
      }
    }
    for (let d = 0; d < last; d++) {
      store<i64>(out + ((<usize>(d * n + i)) << 3), load<i32>(COORDINATES + ((<usize>d) << 2)));
    }
    store<i64>(from, position - row);
  }
}

/** int64 [n, classes]: 1 at idx[i] of row i, 0 elsewhere. */
export function oneHot(idx: usize, n: i32, classes: i32, out: usize): void {
  memory.fill(out, 0, (<usize>(n * classes)) << 3);
  for (let i = 0; i < n; i++, out += (<usize>classes) << 3) store<i64>(out + (at(idx, i) << 3), 1);
}
