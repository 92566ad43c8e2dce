/**
 * The micro kernels: one tile of C held in registers while k runs.
 *
 * Every element of C is summed in the order of k, starting from `init`, so that neither the tile that an element falls
 * into nor the blocking of k changes a bit. All strides are in bytes and k is at least 1.
 */

/** Lanes of T in a vector. */
// @ts-ignore: decorator
@inline export function lanes<T>(): i32 {
  return 16 / sizeof<T>();
}

// Loading and splatting in one instruction beats a vector load and shuffles by 15-20 %.
// @ts-ignore: decorator
@inline function splat<T>(ptr: usize): v128 {
  return sizeof<T>() == 8 ? v128.load64_splat(ptr) : v128.load32_splat(ptr);
}

/** sum + x * y, rounded twice. */
// @ts-ignore: decorator
@inline export function fma<T>(sum: v128, x: v128, y: v128): v128 {
  return v128.add<T>(sum, v128.mul<T>(x, y));
}

/**
 * C tile = init tile + A·B for up to four rows and one (`wide` false) or two vectors of columns. Rows past `rows`
 * repeat the last one, in A and in C. Four rows of two vectors is what V8 keeps in registers; six or eight rows spill.
 * A may have any strides.
 */
// @ts-ignore: decorator
@inline function tile<T>(
  wide: bool, rows: i32, k: i32,
  a: usize, rsa: usize, csa: usize, b: usize, rsb: usize, init: usize, ldi: usize, c: usize, ldc: usize,
): void {
  const row3 = <usize>min(rows - 1, 3);
  const row1 = min<usize>(row3, 1);
  const row2 = min<usize>(row3, 2);
  let c00 = v128.load(init);
  let c01 = v128.load(init, 16);
  let c10 = v128.load(init + row1 * ldi);
  let c11 = v128.load(init + row1 * ldi, 16);
  let c20 = v128.load(init + row2 * ldi);
  let c21 = v128.load(init + row2 * ldi, 16);
  let c30 = v128.load(init + row3 * ldi);
  let c31 = v128.load(init + row3 * ldi, 16);
  let a1 = a + row1 * rsa;
  let a2 = a + row2 * rsa;
  let a3 = a + row3 * rsa;
  do {
    const b0 = v128.load(b);
    const b1 = wide ? v128.load(b, 16) : b0;
    b += rsb;
    const x0 = splat<T>(a);
    c00 = fma<T>(c00, x0, b0);
    if (wide) c01 = fma<T>(c01, x0, b1);
    const x1 = splat<T>(a1);
    c10 = fma<T>(c10, x1, b0);
    if (wide) c11 = fma<T>(c11, x1, b1);
    const x2 = splat<T>(a2);
    c20 = fma<T>(c20, x2, b0);
    if (wide) c21 = fma<T>(c21, x2, b1);
    const x3 = splat<T>(a3);
    c30 = fma<T>(c30, x3, b0);
    if (wide) c31 = fma<T>(c31, x3, b1);
    a += csa;
    a1 += csa;
    a2 += csa;
    a3 += csa;
  } while (--k);
  v128.store(c, c00);
  if (wide) v128.store(c, c01, 16);
  v128.store(c + row1 * ldc, c10);
  if (wide) v128.store(c + row1 * ldc, c11, 16);
  v128.store(c + row2 * ldc, c20);
  if (wide) v128.store(c + row2 * ldc, c21, 16);
  v128.store(c + row3 * ldc, c30);
  if (wide) v128.store(c + row3 * ldc, c31, 16);
}

/** Four rows of two vectors, A of any strides. */
export function tile4x2<T>(
  rows: i32, k: i32, a: usize, rsa: usize, csa: usize, b: usize, rsb: usize, init: usize, ldi: usize, c: usize,
  ldc: usize,
): void {
  tile<T>(true, rows, k, a, rsa, csa, b, rsb, init, ldi, c, ldc);
}

/**
 * Four whole rows of two vectors of float32, A's rows contiguous: what nearly all work is. The sums and products of one
 * k keep the processor busy for 5.3 cycles, in which it takes 32 instructions, and one k a turn is 31. Four k a turn
 * share what moves A's pointers: 25 each, which leaves room for what begins and ends a tile. Measured: 64 x 64 x 64
 * takes 11.0 µs instead of 12.0, 32 x 32 x 32 takes 1.39 instead of 1.61, large products 1 to 2 % less. The ways out
 * in between keep V8 from loading everything first, which spills.
 */
function rows4x2(
  k: i32, a: usize, rsa: usize, b: usize, rsb: usize, init: usize, ldi: usize, c: usize, ldc: usize,
): void {
  let a1 = a + rsa;
  let a2 = a1 + rsa;
  let a3 = a2 + rsa;
  let c00 = v128.load(init);
  let c01 = v128.load(init, 16);
  init += ldi;
  let c10 = v128.load(init);
  let c11 = v128.load(init, 16);
  init += ldi;
  let c20 = v128.load(init);
  let c21 = v128.load(init, 16);
  init += ldi;
  let c30 = v128.load(init);
  let c31 = v128.load(init, 16);
  do {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    b += rsb;
    let x = v128.load32_splat(a);
    c00 = fma<f32>(c00, x, b0);
    c01 = fma<f32>(c01, x, b1);
    x = v128.load32_splat(a1);
    c10 = fma<f32>(c10, x, b0);
    c11 = fma<f32>(c11, x, b1);
    x = v128.load32_splat(a2);
    c20 = fma<f32>(c20, x, b0);
    c21 = fma<f32>(c21, x, b1);
    x = v128.load32_splat(a3);
    c30 = fma<f32>(c30, x, b0);
    c31 = fma<f32>(c31, x, b1);
    if (!--k) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b += rsb;
    x = v128.load32_splat(a, 4);
    c00 = fma<f32>(c00, x, b0);
    c01 = fma<f32>(c01, x, b1);
    x = v128.load32_splat(a1, 4);
    c10 = fma<f32>(c10, x, b0);
    c11 = fma<f32>(c11, x, b1);
    x = v128.load32_splat(a2, 4);
    c20 = fma<f32>(c20, x, b0);
    c21 = fma<f32>(c21, x, b1);
    x = v128.load32_splat(a3, 4);
    c30 = fma<f32>(c30, x, b0);
    c31 = fma<f32>(c31, x, b1);
    if (!--k) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b += rsb;
    x = v128.load32_splat(a, 8);
    c00 = fma<f32>(c00, x, b0);
    c01 = fma<f32>(c01, x, b1);
    x = v128.load32_splat(a1, 8);
    c10 = fma<f32>(c10, x, b0);
    c11 = fma<f32>(c11, x, b1);
    x = v128.load32_splat(a2, 8);
    c20 = fma<f32>(c20, x, b0);
    c21 = fma<f32>(c21, x, b1);
    x = v128.load32_splat(a3, 8);
    c30 = fma<f32>(c30, x, b0);
    c31 = fma<f32>(c31, x, b1);
    if (!--k) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b += rsb;
    x = v128.load32_splat(a, 12);
    c00 = fma<f32>(c00, x, b0);
    c01 = fma<f32>(c01, x, b1);
    x = v128.load32_splat(a1, 12);
    c10 = fma<f32>(c10, x, b0);
    c11 = fma<f32>(c11, x, b1);
    x = v128.load32_splat(a2, 12);
    c20 = fma<f32>(c20, x, b0);
    c21 = fma<f32>(c21, x, b1);
    x = v128.load32_splat(a3, 12);
    c30 = fma<f32>(c30, x, b0);
    c31 = fma<f32>(c31, x, b1);
    a += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
  } while (--k);
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += ldc;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += ldc;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += ldc;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

/** `tile4x2`, by the kernel that suits A. */
// @ts-ignore: decorator
@inline export function tileWide<T>(
  rows: i32, k: i32, a: usize, rsa: usize, csa: usize, b: usize, rsb: usize, init: usize, ldi: usize, c: usize,
  ldc: usize,
): void {
  if (sizeof<T>() == 4 && csa == 4 && rows >= 4) rows4x2(k, a, rsa, b, rsb, init, ldi, c, ldc);
  else tile4x2<T>(rows, k, a, rsa, csa, b, rsb, init, ldi, c, ldc);
}

/** Four rows of one vector, A of any strides. */
export function tile4x1<T>(
  rows: i32, k: i32, a: usize, rsa: usize, csa: usize, b: usize, rsb: usize, init: usize, ldi: usize, c: usize,
  ldc: usize,
): void {
  tile<T>(false, rows, k, a, rsa, csa, b, rsb, init, ldi, c, ldc);
}

/** One row of eight vectors: a row times a matrix wants many columns in flight, for it waits for memory. */
export function tile1x8<T>(k: i32, a: usize, csa: usize, b: usize, rsb: usize, init: usize, c: usize): void {
  let c0 = v128.load(init);
  let c1 = v128.load(init, 16);
  let c2 = v128.load(init, 32);
  let c3 = v128.load(init, 48);
  let c4 = v128.load(init, 64);
  let c5 = v128.load(init, 80);
  let c6 = v128.load(init, 96);
  let c7 = v128.load(init, 112);
  do {
    const x = splat<T>(a);
    c0 = fma<T>(c0, x, v128.load(b));
    c1 = fma<T>(c1, x, v128.load(b, 16));
    c2 = fma<T>(c2, x, v128.load(b, 32));
    c3 = fma<T>(c3, x, v128.load(b, 48));
    c4 = fma<T>(c4, x, v128.load(b, 64));
    c5 = fma<T>(c5, x, v128.load(b, 80));
    c6 = fma<T>(c6, x, v128.load(b, 96));
    c7 = fma<T>(c7, x, v128.load(b, 112));
    a += csa;
    b += rsb;
  } while (--k);
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
  v128.store(c, c6, 96);
  v128.store(c, c7, 112);
}
