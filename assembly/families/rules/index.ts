/** The family `rules`: the steps of optimizers other than SGD and Adam. */
import { addSquare, fma, lerp, Rule, run } from "../../rule";

/** p + (rate · d + factor · mean) / (√(square / scale) + eps), as two quotients. */
@unmanaged class NAdam extends Rule {
  fresh1: v128;
  beta2: v128;
  fresh2: v128;
  scale: v128;
  eps: v128;
  rate: v128;
  factor: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, mean: usize, square: usize, _third: usize): v128 {
    const m = lerp<T>(mean, d, this.fresh1);
    const v = addSquare<T>(square, d, this.beta2, this.fresh2);
    const root = v128.add<T>(v128.sqrt<T>(v128.div<T>(v, this.scale)), this.eps);
    const w = v128.add<T>(p, v128.div<T>(v128.mul<T>(this.rate, d), root));
    return v128.add<T>(w, v128.div<T>(v128.mul<T>(this.factor, m), root));
  }
}

export function nadamStep(
  dtype: i32, n: i32, p: usize, g: usize, mean: usize, square: usize, third: usize, maximize: i32,
): void {
  run<NAdam>(dtype, n, p, g, mean, square, third, maximize);
}

/** p - lr · mean / scale, times rectify · factor / (√square + eps) unless `rectify` is 0. */
@unmanaged class RAdam extends Rule {
  fresh1: v128;
  beta2: v128;
  fresh2: v128;
  scale: v128;
  eps: v128;
  lr: v128;
  factor: v128;
  rectify: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, mean: usize, square: usize, _third: usize): v128 {
    const m = lerp<T>(mean, d, this.fresh1);
    const v = addSquare<T>(square, d, this.beta2, this.fresh2);
    let x = v128.mul<T>(v128.div<T>(m, this.scale), this.lr);
    if (v128.extract_lane<T>(this.rectify, 0) != 0) {
      const root = v128.add<T>(v128.sqrt<T>(v), this.eps);
      const adaptive = v128.mul<T>(v128.div<T>(v128.splat<T>(1), root), this.factor);
      x = v128.mul<T>(v128.mul<T>(x, adaptive), this.rectify);
    }
    return v128.sub<T>(p, x);
  }
}

export function radamStep(
  dtype: i32, n: i32, p: usize, g: usize, mean: usize, square: usize, third: usize, maximize: i32,
): void {
  run<RAdam>(dtype, n, p, g, mean, square, third, maximize);
}

/**
 * p + rate · d / (√square + eps), mean² being taken off the square where the mean is kept; where there is a momentum, what
 * stands behind `rate` is added to momentum times what was there before. Adagrad is this with a sum for the average.
 */
@unmanaged class RMSprop extends Rule {
  alpha: v128;
  fresh: v128;
  eps: v128;
  rate: v128;
  momentum: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, square: usize, mean: usize, buffer: usize): v128 {
    let v = addSquare<T>(square, d, this.alpha, this.fresh);
    if (mean) {
      const m = lerp<T>(mean, d, this.fresh);
      v = fma<T>(v128.neg<T>(m), m, v);
    }
    const root = v128.add<T>(v128.sqrt<T>(v), this.eps);
    if (!buffer) return v128.add<T>(p, v128.div<T>(v128.mul<T>(this.rate, d), root));
    const b = v128.add<T>(v128.mul<T>(v128.load(buffer), this.momentum), v128.div<T>(d, root));
    v128.store(buffer, b);
    return fma<T>(b, this.rate, p);
  }
}

export function rmspropStep(
  dtype: i32, n: i32, p: usize, g: usize, square: usize, mean: usize, buffer: usize, maximize: i32,
): void {
  run<RMSprop>(dtype, n, p, g, square, mean, buffer, maximize);
}

/** p + rate · x with x = √(squared updates + eps) / √(square + eps) · d. */
@unmanaged class Adadelta extends Rule {
  rho: v128;
  fresh: v128;
  eps: v128;
  rate: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, square: usize, updates: usize, _third: usize): v128 {
    const v = addSquare<T>(square, d, this.rho, this.fresh);
    const root = v128.sqrt<T>(v128.add<T>(v, this.eps));
    const before = v128.sqrt<T>(v128.add<T>(v128.load(updates), this.eps));
    const x = v128.mul<T>(v128.div<T>(before, root), d);
    addSquare<T>(updates, x, this.rho, this.fresh);
    return fma<T>(x, this.rate, p);
  }
}

export function adadeltaStep(
  dtype: i32, n: i32, p: usize, g: usize, square: usize, updates: usize, third: usize, maximize: i32,
): void {
  run<Adadelta>(dtype, n, p, g, square, updates, third, maximize);
}

/** p + rate · mean / norm, the norm being the larger of beta · norm and |d| + eps. */
@unmanaged class Adamax extends Rule {
  fresh1: v128;
  beta2: v128;
  eps: v128;
  rate: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, mean: usize, norm: usize, _third: usize): v128 {
    const m = lerp<T>(mean, d, this.fresh1);
    const u = v128.max<T>(v128.mul<T>(v128.load(norm), this.beta2), v128.add<T>(v128.abs<T>(d), this.eps));
    v128.store(norm, u);
    return v128.add<T>(p, v128.div<T>(v128.mul<T>(this.rate, m), u));
  }
}

export function adamaxStep(
  dtype: i32, n: i32, p: usize, g: usize, mean: usize, norm: usize, third: usize, maximize: i32,
): void {
  run<Adamax>(dtype, n, p, g, mean, norm, third, maximize);
}

/** Where the static data ends, for the build to check. */
export const DATA_END: usize = __heap_base;
