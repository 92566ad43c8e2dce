/**
 * The steps of the optimizers that most programs use; rules/ has the others. Plain descent, what most steps are, has a loop
 * of its own, and no state.
 */
import { DTypeCode } from "./codes";
import { addSquare, fma, lerp, low2, Rule, run } from "./rule";

/** p - lr * g over n contiguous elements, in place. */
export function descend(dtype: i32, n: i32, p: usize, g: usize, lr: f64): void {
  if (dtype == DTypeCode.Float64) {
    const rate = f64x2.splat(-lr);
    const end = p + ((<usize>n) << 3);
    for (const last = end - 15; p < last; p += 16, g += 16) {
      v128.store(p, fma<f64>(v128.load(g), rate, v128.load(p)));
    }
    if (p < end) store<f64>(p, load<f64>(g) * -lr + load<f64>(p));
    return;
  }
  const one = -<f64>(<f32>lr);
  const rate = f64x2.splat(one);
  const end = p + ((<usize>n) << 2);
  for (const last = end - 15; p < last; p += 16, g += 16) {
    // Halves by loads and stores instead of shuffles.
    const low = f64x2.add(f64x2.mul(low2(v128.load64_zero(g)), rate), low2(v128.load64_zero(p)));
    const high = f64x2.add(f64x2.mul(low2(v128.load64_zero(g, 8)), rate), low2(v128.load64_zero(p, 8)));
    v128.store64_lane(p, f32x4.demote_f64x2_zero(low), 0);
    v128.store64_lane(p, f32x4.demote_f64x2_zero(high), 0, 8);
  }
  for (; p < end; p += 4, g += 4) store<f32>(p, <f32>(<f64>load<f32>(g) * one + <f64>load<f32>(p)));
}

/**
 * p + rate · d, or with a buffer p + rate · m: it holds m = momentum · m + fresh · d, at the `first` step d, and to m
 * times `ahead` (Nesterov), unless that is 0, d is added.
 */
@unmanaged class SGD extends Rule {
  first: v128;
  momentum: v128;
  fresh: v128;
  ahead: v128;
  rate: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, buffer: usize, _second: usize, _third: usize): v128 {
    if (buffer) {
      let m = d;
      if (!v128.any_true(this.first)) {
        m = v128.mul<T>(v128.load(buffer), this.momentum);
        m = v128.extract_lane<T>(this.fresh, 0) == <T>1 ? v128.add<T>(m, d) : fma<T>(d, this.fresh, m);
      }
      v128.store(buffer, m);
      d = v128.any_true(this.ahead) ? fma<T>(m, this.ahead, d) : m;
    }
    return fma<T>(d, this.rate, p);
  }
}

export function sgdStep(
  dtype: i32, n: i32, p: usize, g: usize, buffer: usize, second: usize, third: usize, maximize: i32,
): void {
  run<SGD>(dtype, n, p, g, buffer, second, third, maximize);
}

/** p + rate · mean / (√square / scale + eps), the square being the largest so far where that is kept. */
@unmanaged class Adam extends Rule {
  fresh1: v128;
  beta2: v128;
  fresh2: v128;
  scale: v128;
  eps: v128;
  rate: v128;

  // @ts-ignore: decorator
  @inline step<T>(p: v128, d: v128, mean: usize, square: usize, largest: usize): v128 {
    const m = lerp<T>(mean, d, this.fresh1);
    let v = addSquare<T>(square, d, this.beta2, this.fresh2);
    if (largest) {
      v = v128.max<T>(v128.load(largest), v);
      v128.store(largest, v);
    }
    const root = v128.add<T>(v128.div<T>(v128.sqrt<T>(v), this.scale), this.eps);
    return v128.add<T>(p, v128.div<T>(v128.mul<T>(this.rate, m), root));
  }
}

export function adamStep(
  dtype: i32, n: i32, p: usize, g: usize, mean: usize, square: usize, largest: usize, maximize: i32,
): void {
  run<Adam>(dtype, n, p, g, mean, square, largest, maximize);
}
