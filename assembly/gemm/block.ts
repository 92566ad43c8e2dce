/**
 * How a floating point product is cut into tiles: with B in place where it is near and its rows are contiguous, as dot
 * products where k is contiguous in both, else in blocks packed to stay in cache.
 */
import { dots } from "./dot";
import { lanes, tile1x8, tile4x1, tile4x2, tileWide } from "./micro";
import { pack, panelBytes } from "./pack";
import { plain } from "./plain";

/** Rows of B (columns of A) in a block: a panel of B, 16 KB, and four rows of A fit the first-level cache. */
const KC: i32 = 512;
/** Bytes of one row of a packed block of B: with KC rows half a megabyte, for the second-level cache. */
const ROW_B: usize = 1024;
/** Bytes of one column of a packed block of A. */
const COLUMN_A: usize = 256;

/** Rows of B at a time when A has few rows; the bytes of a row and of all of B from which on that pays. */
const DEPTH: i32 = 32;
const WIDE_ROW: usize = 1024;
const BIG: usize = 1 << 20;

/** Elements of A that dot products may read over and over: a megabyte. */
const NEAR: i32 = 1 << 18;
/** Elements of A that are packed whole; with an odd vector for each of 2000 rows they take half the workspace. */
const WHOLE_A: i32 = 1 << 16;

/** What a tile without a bias starts from: as long as the widest tile. */
// @ts-ignore: decorator
@lazy const ZEROS: usize = memory.data<i64>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16);
/** Where a tile that C has too few columns for is put together: four rows of two vectors. */
// @ts-ignore: decorator
@lazy const EDGE: usize = memory.data<i64>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16);

/**
 * The packed block of B, then that of A. Allocated before anything else, not by the first product that packs: there is
 * room for it then, and a product cannot fail.
 */
const workspace: usize = heap.alloc((<usize>KC + 4) * (ROW_B + COLUMN_A) + 64) + 63 & ~63;

/** C = A·B + bias for float32 and float64; strides in elements. */
export function multiply<T>(
  m: i32, n: i32, k: i32, a: usize, rsa: i32, csa: i32, b: usize, rsb: i32, csb: i32, c: usize, ldc: i32, bias: usize,
): void {
  const size = sizeof<T>();
  if (n == 1 && ldc == 1 && m > 1) {
    // A column is the row of the transposed product.
    multiply<T>(1, m, k, b, 0, rsb, a, csa, rsa, c, m, 0);
    if (bias) for (let i = 0; i < m; i++) store<T>(c + <usize>i * size, load<T>(c + <usize>i * size) + load<T>(bias));
    return;
  }
  const rowA = <usize>rsa * size;
  const columnA = <usize>csa * size;
  const rowB = <usize>rsb * size;
  const columnB = <usize>csb * size;
  const rowC = <usize>ldc * size;
  if (csa == 1 && rsb == 1 && k >= lanes<T>() && usesDots<T>(m, n, k)) {
    dots<T>(m, n, k, a, rowA, b, columnB, c, rowC, bias);
  } else if (csb == 1 && n >= lanes<T>() && k > 0 && usesDirect<T>(m, n, k, rowB)) {
    direct<T>(m, n, k, a, rowA, columnA, b, rowB, c, rowC, bias);
  } else if (isTiny(m, n, k)) {
    plain<T>(m, n, k, a, rsa, csa, b, rsb, csb, c, ldc, bias);
  } else {
    blocked<T>(m, n, k, a, rowA, columnA, b, rowB, columnB, c, rowC, bias);
  }
}

// Packing B pays once a few rows share it, unless k is so long that adding up the lanes at the end costs nothing. A is
// read once for every four columns, so it must be near. Less than two panels of columns go without packing, but for
// one whole panel. float64 has no tile of two rows (dot.ts).
// @ts-ignore: decorator
@inline function usesDots<T>(m: i32, n: i32, k: i32): bool {
  if (m < 3 || n < 4) return true;
  if (sizeof<T>() == 8) return k >= 8 * m && m <= 32;
  return (m <= 32 || m * k <= NEAR) && (k >= 4 * m || (n < 16 && n != 8));
}

// B within the first-level cache, and C not so large that walking down its columns misses; or a panel of B within it, A
// near, and no rows 4 KB apart, where they meet in one cache set. (Measured: 3 to 6 % on 64 rows, 10 % on 16. float64,
// whose rows are twice as long and have no kernel of their own, loses 6 to 30 %.)
// @ts-ignore: decorator
@inline function usesDirect<T>(m: i32, n: i32, k: i32, rowB: usize): bool {
  return m < 8 || (k * n <= 12288 && m * n <= 65536) ||
    (sizeof<T>() == 4 && m <= 128 && k <= 256 && n < 1024 && rowB < 4096);
}

// Too little to share a packed panel, which is padded to whole vectors.
// @ts-ignore: decorator
@inline function isTiny(m: i32, n: i32, k: i32): bool {
  return k == 0 || (n < 4 ? m < 16 : <i64>m * n * k <= 64);
}

/** Packs A row by row; returns the bytes of a row. An odd vector keeps the rows out of each other's cache sets. */
function packRows<T>(m: i32, k: i32, a: usize, rsa: usize, csa: usize, to: usize): usize {
  const padded = k + 2 * lanes<T>() - 1 & -lanes<T>();
  pack<T>(padded, m, k, a, rsa, csa, to);
  return <usize>padded * sizeof<T>();
}

/**
 * B's rows contiguous and read in place; A is packed where it gains the kernel for contiguous rows. Few rows of A over
 * wide rows of B take a few of these at a time from end to end: going down a column of tiles would touch a new page at
 * every step.
 */
function direct<T>(
  m: i32, n: i32, k: i32, a: usize, rsa: usize, csa: usize, b: usize, rsb: usize, c: usize, ldc: usize, bias: usize,
): void {
  if (sizeof<T>() == 4 && csa != 4 && m >= 8 && n > 32 && m * k <= WHOLE_A) {
    rsa = packRows<T>(m, k, a, rsa, csa, workspace);
    csa = 4;
    a = workspace;
  }
  const width = m == 1 && n >= 8 * lanes<T>() ? 8 * lanes<T>() : min(n, 2 * lanes<T>()) & -lanes<T>();
  const whole = n - n % width;
  const depth = m < 8 && rsb >= WIDE_ROW && <usize>k * rsb >= BIG ? DEPTH : k;
  for (let p = 0; p < k; p += depth) {
    const init = p ? c : bias ? bias : ZEROS;
    const along: usize = p || bias ? sizeof<T>() : 0;
    tiles<T>(
      width, m, whole, min(depth, k - p), a + <usize>p * csa, rsa, csa, b + <usize>p * rsb, rsb, init, p ? ldc : 0,
      along, c, ldc,
    );
  }
  const rest = n - whole;
  if (rest) {
    // The last tile slides back over finished columns.
    const last = rest <= lanes<T>() ? lanes<T>() : rest <= 2 * lanes<T>() ? 2 * lanes<T>() : width;
    const at = <usize>(n - last) * sizeof<T>();
    tiles<T>(last, m, last, k, a, rsa, csa, b + at, rsb, bias ? bias + at : ZEROS, 0, 0, c + at, ldc);
  }
}

/** Whole tiles of `width` columns, down and then along; `init` moves by `along` bytes per column. */
function tiles<T>(
  width: i32, m: i32, n: i32, k: i32, a: usize, rsa: usize, csa: usize, b: usize, rsb: usize, init: usize, ldi: usize,
  along: usize, c: usize, ldc: usize,
): void {
  const step = <usize>width * sizeof<T>();
  for (; n > 0; n -= width) {
    let row = a;
    let from = init;
    let out = c;
    for (let rows = m; rows > 0; rows -= 4) {
      if (width == 2 * lanes<T>()) tileWide<T>(rows, k, row, rsa, csa, b, rsb, from, ldi, out, ldc);
      else if (width == lanes<T>()) tile4x1<T>(rows, k, row, rsa, csa, b, rsb, from, ldi, out, ldc);
      else tile1x8<T>(k, row, csa, b, rsb, from, out);
      row += 4 * rsa;
      from += 4 * ldi;
      out += 4 * ldc;
    }
    init += <usize>width * along;
    b += step;
    c += step;
  }
}

/** Any strides: packs blocks of B, and of A where its columns are not contiguous. */
function blocked<T>(
  m: i32, n: i32, k: i32, a: usize, rsa: usize, csa: usize, b: usize, rsb: usize, csb: usize, c: usize, ldc: usize,
  bias: usize,
): void {
  const width = 2 * lanes<T>();
  const nc = <i32>(ROW_B / sizeof<T>());
  const mc = <i32>(COLUMN_A / sizeof<T>());
  const packedA = workspace + (<usize>KC + 4) * ROW_B;
  for (let j = 0; j < n; j += nc) {
    const cols = min(nc, n - j);
    for (let p = 0; p < k; p += KC) {
      const depth = min(KC, k - p);
      pack<T>(width, depth, cols, b + <usize>p * rsb + <usize>j * csb, rsb, csb, workspace);
      for (let i = 0; i < m; i += mc) {
        const rows = min(mc, m - i);
        let block = a + <usize>i * rsa + <usize>p * csa;
        let next: usize = 4 * rsa;
        let rs = rsa;
        let cs = csa;
        if (csa != sizeof<T>() && n > 32) {
          rs = packRows<T>(rows, depth, block, rsa, csa, packedA);
          cs = sizeof<T>();
          block = packedA;
          next = 4 * rs;
        }
        const out = c + <usize>i * ldc + <usize>j * sizeof<T>();
        macro<T>(rows, cols, depth, block, next, rs, cs, out, ldc, bias ? bias + <usize>j * sizeof<T>() : 0, p > 0);
      }
    }
  }
}

/** All tiles of a packed block of B and a block of A whose groups of four rows are `next` bytes apart. */
function macro<T>(
  m: i32, n: i32, k: i32, a: usize, next: usize, rsa: usize, csa: usize, c: usize, ldc: usize, bias: usize,
  accumulate: bool,
): void {
  const ldi: usize = accumulate ? ldc : 0;
  for (let i = 0; i < m; i += 4) {
    let panel = workspace;
    for (let j = 0; j < n; j += 2 * lanes<T>()) {
      const at = <usize>j * sizeof<T>();
      const out = c + at;
      const init = accumulate ? out : bias ? bias + at : ZEROS;
      if (n - j >= 2 * lanes<T>()) {
        tileWide<T>(m - i, k, a, rsa, csa, panel, 32, init, ldi, out, ldc);
      } else {
        const rows = min(m - i, 4);
        const bytes = <usize>(n - j) * sizeof<T>();
        copyTile<T>(rows, bytes, init, ldi, EDGE, 32);
        if (n - j > lanes<T>()) tile4x2<T>(rows, k, a, rsa, csa, panel, 32, EDGE, 32, EDGE, 32);
        else tile4x1<T>(rows, k, a, rsa, csa, panel, 32, EDGE, 32, EDGE, 32);
        copyTile<T>(rows, bytes, EDGE, 32, out, ldc);
      }
      panel += panelBytes(k, 32);
    }
    a += next;
    c += 4 * ldc;
  }
}

/** Copies `bytes` bytes of each of a few rows: by element, for a memory.copy of so little is slower. */
function copyTile<T>(rows: i32, bytes: usize, src: usize, rs: usize, dst: usize, rd: usize): void {
  for (; rows > 0; rows--) {
    for (let l: usize = 0; l < bytes; l += sizeof<T>()) store<T>(dst + l, load<T>(src + l));
    src += rs;
    dst += rd;
  }
}
