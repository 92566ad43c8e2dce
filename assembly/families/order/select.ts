/**
 * The first k of a row in order, or its k-th alone, and where they came from, without sorting the row.
 *
 * PyTorch promises no order among equals, and yet its programs see one: what partial_sort, nth_element and sort of GNU's
 * C++ library leave for `topk`, and Sedgewick's quickselect for `kthvalue`. These are the same algorithms with the same
 * pivots, so that the positions agree. Rows are records of sort.ts: u64 key, i64 position; what comes first has the
 * least key.
 */
import { DTypeCode } from "../../codes";
import { shiftOf } from "../../dtypes";
import { emit, fillOf, insertion } from "./sort";

/** Up to here a part of a row is left to insertion. */
const FEW: i32 = 16;

// @ts-ignore: decorator
@inline function at(base: usize, i: i32): usize {
  return base + ((<usize>i) << 4);
}

// @ts-ignore: decorator
@inline function key(p: usize): u64 {
  return load<u64>(p);
}

function swap(p: usize, q: usize): void {
  const record = v128.load(p);
  v128.store(p, v128.load(q));
  v128.store(q, record);
}

/** Puts `record` into the hole of a heap of n whose greatest is first: down to a leaf, then up to where it belongs. */
function sift(heap: usize, hole: i32, n: i32, record: v128): void {
  const top = hole;
  for (let child = 2 * hole + 2; child <= n; child = 2 * hole + 2) {
    if (child == n || key(at(heap, child)) < key(at(heap, child - 1))) child--;
    v128.store(at(heap, hole), v128.load(at(heap, child)));
    hole = child;
  }
  const own = <u64>v128.extract_lane<i64>(record, 0);
  while (hole > top) {
    const parent = (hole - 1) >> 1;
    if (key(at(heap, parent)) >= own) break;
    v128.store(at(heap, hole), v128.load(at(heap, parent)));
    hole = parent;
  }
  v128.store(at(heap, hole), record);
}

function makeHeap(heap: usize, n: i32): void {
  for (let i = (n >> 1) - 1; i >= 0; i--) sift(heap, i, n, v128.load(at(heap, i)));
}

function sortHeap(heap: usize, n: i32): void {
  while (n > 1) {
    n--;
    const record = v128.load(at(heap, n));
    v128.store(at(heap, n), v128.load(heap));
    sift(heap, 0, n, record);
  }
}

/** Brings the k least of n records to the front, as a heap. */
function heapSelect(first: usize, k: i32, n: i32): void {
  makeHeap(first, k);
  const end = at(first, n);
  for (let p = at(first, k); p < end; p += 16) {
    if (key(p) >= key(first)) continue;
    const record = v128.load(p);
    v128.store(p, v128.load(first));
    sift(first, 0, k, record);
  }
}

/** Parts n > 3 records by the median of three of them; returns where the greater part begins. */
function part(first: usize, n: i32): usize {
  const a = first + 16;
  const b = at(first, n >> 1);
  const c = at(first, n - 1);
  let median = a;
  if (key(a) < key(b)) {
    if (key(b) < key(c)) median = b;
    else if (key(a) < key(c)) median = c;
  } else if (key(a) >= key(c)) median = key(b) < key(c) ? c : b;
  swap(first, median);
  const pivot = key(first);
  let p = a;
  let q = at(first, n);
  while (true) {
    while (key(p) < pivot) p += 16;
    do q -= 16; while (pivot < key(q));
    if (p >= q) break;
    swap(p, q);
    p += 16;
  }
  return p;
}

/** Twice the logarithm of n: after so many parts a heap takes over. */
// @ts-ignore: decorator
@inline function depthFor(n: i32): i32 {
  return 2 * (31 - clz(n));
}

/** Brings the record that belongs at position k < n of n there, with no greater one before it. */
function selectNth(first: usize, k: i32, n: i32): void {
  const nth = at(first, k);
  let last = at(first, n);
  for (let depth = depthFor(n); ; depth--) {
    const left = <i32>((last - first) >> 4);
    if (left <= 3) break;
    if (!depth) {
      heapSelect(first, <i32>((nth - first) >> 4) + 1, left);
      swap(first, nth);
      return;
    }
    const cut = part(first, left);
    if (cut <= nth) first = cut;
    else last = cut;
  }
  insertion(first, <i32>((last - first) >> 4));
}

/** Parts n records until insertion can finish. */
function sortParts(first: usize, n: i32, depth: i32): void {
  for (; n > FEW; depth--) {
    if (!depth) {
      makeHeap(first, n);
      sortHeap(first, n);
      return;
    }
    const cut = part(first, n);
    const less = <i32>((cut - first) >> 4);
    sortParts(cut, n - less, depth - 1);
    n = less;
  }
}

/** Sedgewick's quickselect: as `selectNth`, in another order. */
function quickSelect(base: usize, k: i32, n: i32): void {
  let low = 0;
  let high = n - 1;
  while (low + 1 < high) {
    const first = at(base, low);
    const second = first + 16;
    const last = at(base, high);
    swap(at(base, low + ((high - low) >> 1)), second);
    if (key(second) > key(last)) swap(second, last);
    if (key(first) > key(last)) swap(first, last);
    if (key(second) > key(first)) swap(second, first);
    const pivot = key(first);
    let p = second;
    let q = last;
    while (true) {
      do p += 16; while (pivot > key(p));
      do q -= 16; while (key(q) > pivot);
      if (q < p) break;
      swap(p, q);
    }
    swap(first, q);
    const middle = <i32>((q - base) >> 4);
    if (middle <= k) low = <i32>((p - base) >> 4);
    if (middle >= k) high = middle - 1;
  }
  if (low < high && key(at(base, low)) > key(at(base, high))) swap(at(base, low), at(base, high));
}

/** Records that are made at a time of a row that is not kept. */
const PIECE: i32 = 128;

/** Of the n elements of the row at p the k least, as a heap of records with room for a piece behind it. */
function keep(dtype: i32, heap: usize, k: i32, p: usize, n: i32, step: usize, flip: u64): void {
  fillOf(dtype, heap, p, 0, k, step, flip);
  makeHeap(heap, k);
  const piece = at(heap, k);
  for (let i = k; i < n; i += PIECE) {
    const to = min(i + PIECE, n);
    fillOf(dtype, piece, p, i, to, step, flip);
    for (let q = piece, end = at(piece, to - i); q < end; q += 16) {
      if (key(q) < key(heap)) sift(heap, 0, k, v128.load(q));
    }
  }
}

/**
 * The k > 0 greatest (least) of contiguous a [outer, n, inner] along n into `values` (same dtype) and `indices` (int64),
 * [outer, k, inner]. NaN is the greatest. Without `sorted` they stand as the selection leaves them. `work` has 16 bytes
 * for each of n or, where 64 k <= n, of k + 128.
 */
export function topk(
  dtype: i32, values: usize, indices: usize, a: usize, outer: i32, n: i32, inner: i32, k: i32, largest: i32,
  sorted: i32, work: usize,
): void {
  const shift = shiftOf(dtype);
  const step = (<usize>inner) << shift;
  const flip = <u64>-(<i64>largest);
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++) {
      const row = a + ((<usize>(o * n * inner + j)) << shift);
      if (k <= n >> 6) {
        keep(dtype, work, k, row, n, step, flip);
        sortHeap(work, k);
      } else {
        fillOf(dtype, work, row, 0, n, step, flip);
        selectNth(work, k - 1, n);
        if (sorted) {
          sortParts(work, k - 1, depthFor(k - 1));
          insertion(work, k - 1);
        }
      }
      const first = <usize>(o * k * inner + j);
      emit(shift, values + (first << shift), indices + (first << 3), row, work, k, step, inner);
    }
  }
}

/** Of n records the one of this key that has so many others of it before it; 0 if there is none. */
function find(records: usize, n: i32, own: u64, before: i32): usize {
  for (let p = records, end = at(records, n); p < end; p += 16) {
    if (key(p) == own && !before--) return p;
  }
  return 0;
}

/**
 * The k-th least, counted from 0, of contiguous a [outer, n, inner] along n into `values` (same dtype) and `indices`
 * (int64), [outer, 1, inner]. NaN is the greatest; with `median` it is found first, and of equals that one which a stable
 * sort puts there. `work` has 16 bytes for each of n.
 */
export function kth(
  dtype: i32, values: usize, indices: usize, a: usize, outer: i32, n: i32, inner: i32, k: i32, median: i32, work: usize,
): void {
  const shift = shiftOf(dtype);
  const step = (<usize>inner) << shift;
  const greatest = dtype == DTypeCode.Float32 ? <u64>u32.MAX_VALUE : u64.MAX_VALUE;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++) {
      const row = a + ((<usize>(o * n * inner + j)) << shift);
      fillOf(dtype, work, row, 0, n, step, 0);
      let found = at(work, k);
      if (!median) quickSelect(work, k, n);
      else if (dtype > DTypeCode.Float64 || !(found = find(work, n, greatest, 0))) {
        selectNth(work, k, n);
        found = at(work, k);
        const own = key(found);
        let before = 0;
        for (let p = work; p < found; p += 16) before += i32(key(p) == own);
        // Equals in their own order, which the selection has lost.
        fillOf(dtype, work, row, 0, n, step, 0);
        found = find(work, n, own, before);
      }
      emit(shift, values, indices, row, found, 1, step, inner);
      values += (<usize>1) << shift;
      indices += 8;
    }
  }
}
