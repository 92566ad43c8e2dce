/**
 * Packing: copies a block of an operand into panels that the micro kernel reads from front to back. It takes any
 * strides, so a transposed operand costs no more than a plain one.
 */
import { lanes } from "./micro";

/**
 * Packs `rows` x `cols` elements at `src` (strides in bytes) into panels of `width` columns, a multiple of a vector:
 *
 *     panel 0: row 0 [width elements] | row 1 [width elements] | …    panel 1: …
 *
 * The last panel is filled up with zeros (stray bits could be denormals, which are slow).
 */
export function pack<T>(width: i32, rows: i32, cols: i32, src: usize, rs: usize, cs: usize, dst: usize): void {
  const step = <usize>width * sizeof<T>();
  const next = panelBytes(rows, step);
  let top = 0;
  let left = 0;
  if (cs == sizeof<T>()) {
    // B, with panels of two vectors. Two rows at a time through all whole panels, filling a cache line of each: reads
    // run on, writes are whole. Panel by panel takes two to three times as long.
    left = cols - cols % width;
    for (; top < rows - 1; top += 2) {
      let s = src + <usize>top * rs;
      let d = dst + <usize>top * step;
      for (let j = 0; j < left; j += width) {
        v128.store(d, v128.load(s));
        v128.store(d, v128.load(s, 16), 16);
        v128.store(d, v128.load(s + rs), 32);
        v128.store(d, v128.load(s + rs, 16), 48);
        s += step;
        d += next;
      }
    }
  }
  for (let j = 0; j < cols || j % width; j += lanes<T>()) {
    let p = j < left ? top : 0;
    let s = src + <usize>j * cs + <usize>p * rs;
    let d = dst + <usize>(j / width) * next + <usize>(j % width) * sizeof<T>() + <usize>p * step;
    if (j + lanes<T>() > cols) {
      for (; p < rows; p++) {
        for (let l = 0; l < lanes<T>(); l++) {
          store<T>(d + <usize>l * sizeof<T>(), j + l < cols ? load<T>(s + <usize>l * cs) : <T>0);
        }
        s += rs;
        d += step;
      }
    } else {
      if (rs == sizeof<T>()) {
        for (; p <= rows - lanes<T>(); p += lanes<T>()) {
          transpose<T>(s, cs, d, step);
          s += 16;
          d += step * lanes<T>();
        }
      }
      for (; p < rows; p++) {
        v128.store(d, gather<T>(s, cs));
        s += rs;
        d += step;
      }
    }
  }
}

/**
 * From one panel of `rows` rows, `step` bytes each, to the next. The odd cache line keeps panels out of each other's
 * cache sets.
 */
// @ts-ignore: decorator
@inline export function panelBytes(rows: i32, step: usize): usize {
  return <usize>rows * step + 64;
}

/** A vector of elements `cs` bytes apart. */
// @ts-ignore: decorator
@inline function gather<T>(s: usize, cs: usize): v128 {
  if (sizeof<T>() == 8) return v128.load64_lane(s + cs, v128.load64_zero(s), 1);
  let v = v128.load32_lane(s + cs, v128.load32_zero(s), 1);
  v = v128.load32_lane(s + 2 * cs, v, 2);
  return v128.load32_lane(s + 3 * cs, v, 3);
}

/** Transposes a square block: columns start `cs` bytes apart at `s`, rows `step` bytes apart at `d`. */
// @ts-ignore: decorator
@inline function transpose<T>(s: usize, cs: usize, d: usize, step: usize): void {
  const x0 = v128.load(s);
  const x1 = v128.load(s + cs);
  if (sizeof<T>() == 8) {
    v128.store(d, v128.shuffle<f64>(x0, x1, 0, 2));
    v128.store(d + step, v128.shuffle<f64>(x0, x1, 1, 3));
    return;
  }
  const x2 = v128.load(s + 2 * cs);
  const x3 = v128.load(s + 3 * cs);
  const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
  v128.store(d, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(d + step, v128.shuffle<f64>(low01, low23, 1, 3));
  v128.store(d + 2 * step, v128.shuffle<f64>(high01, high23, 0, 2));
  v128.store(d + 3 * step, v128.shuffle<f64>(high01, high23, 1, 3));
}
