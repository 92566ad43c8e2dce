/** The family `draws`: distributions other than the uniform ones, with PyTorch's streams, as ../random.ts. */
import { DTypeCode } from "../../codes";
import { shiftOf } from "../../dtypes";
import { tan64 } from "../../math/index";
import { normal64, uniform32, uniform64 } from "../../mt19937";
import { fma64, storeInteger } from "../../random";

export { normal } from "./normal";

/** torch.bernoulli(p): p holds n probabilities in `dtype`, float32 (one word each) or float64 (two), as does out. */
export function bernoulliTensor(gen: usize, dtype: i32, n: i32, out: usize, p: usize): void {
  if (dtype == DTypeCode.Float32) {
    for (const end = out + (<usize>n << 2); out < end; out += 4, p += 4) {
      store<f32>(out, <f32>i32(uniform32(gen) < load<f32>(p)));
    }
  } else {
    for (const end = out + (<usize>n << 3); out < end; out += 8, p += 8) {
      store<f64>(out, <f64>i32(uniform64(gen) < load<f64>(p)));
    }
  }
}

/** Stores a real number as an element of `dtype`; integers drop the fraction, as C does, and stop at 2^63. */
function storeReal(dtype: i32, at: usize, value: f64): void {
  if (dtype == DTypeCode.Float32) store<f32>(at, <f32>value);
  else if (dtype == DTypeCode.Float64) store<f64>(at, value);
  else storeInteger(dtype, at, <i64>NativeMath.min(value, 9223372036854774784.0));
}

/** Tensor.exponential_(lambda): float32 or float64, one float64 uniform for each. */
export function exponential(gen: usize, dtype: i32, n: i32, out: usize, lambda: f64): void {
  const step: usize = 1 << shiftOf(dtype);
  for (const end = out + <usize>n * step; out < end; out += step) {
    storeReal(dtype, out, -1 / lambda * NativeMath.log1p(-uniform64(gen)));
  }
}

/** Tensor.geometric_(p): trials to the first success, in any computed dtype but bool; a float64 uniform for each. */
export function geometric(gen: usize, dtype: i32, n: i32, out: usize, p: f64): void {
  const step: usize = 1 << shiftOf(dtype);
  const failure = NativeMath.log1p(-p);
  for (const end = out + <usize>n * step; out < end; out += step) {
    storeReal(dtype, out, NativeMath.ceil(NativeMath.log(uniform64(gen)) / failure));
  }
}

/** Tensor.log_normal_(mean, std): float32 or float64, from normals drawn one by one whatever their number. */
export function logNormal(gen: usize, dtype: i32, n: i32, out: usize, mean: f64, std: f64): void {
  const step: usize = 1 << shiftOf(dtype);
  for (const end = out + <usize>n * step; out < end; out += step) {
    storeReal(dtype, out, NativeMath.exp(fma64(normal64(gen), std, mean)));
  }
}

/** Tensor.cauchy_(median, sigma): float32 or float64, one float64 uniform for each. */
export function cauchy(gen: usize, dtype: i32, n: i32, out: usize, median: f64, sigma: f64): void {
  const step: usize = 1 << shiftOf(dtype);
  for (const end = out + <usize>n * step; out < end; out += step) {
    storeReal(dtype, out, median + sigma * tan64(NativeMath.PI * (uniform64(gen) - 0.5)));
  }
}

/** What is wrong with `rows` rows of k weights: 0 nothing, 1 one is negative, infinite or NaN, 2 a row has sum 0. */
export function checkWeights(dtype: i32, rows: i32, k: i32, weights: usize): i32 {
  const shift = <usize>shiftOf(dtype);
  for (; rows > 0; rows--) {
    let sum: f64 = 0;
    for (const end = weights + (<usize>k << shift); weights < end; weights += 1 << shift) {
      const weight = dtype == DTypeCode.Float32 ? <f64>load<f32>(weights) : load<f64>(weights);
      if (!(weight >= 0 && weight < Infinity)) return 1;
      sum += weight;
    }
    if (!(sum > 0)) return 2;
  }
  return 0;
}

/**
 * torch.multinomial with replacement: n int64 draws for each of `rows` rows of k weights, by binary search in the row's
 * cumulative sums (in `sums`, k elements), which are added and divided in the weights' own dtype.
 */
function drawRows<T>(gen: usize, rows: i32, k: i32, weights: usize, sums: usize, n: i32, out: usize): void {
  const shift: usize = <usize>alignof<T>();
  const last = sums + (<usize>(k - 1) << shift);
  for (; rows > 0; rows--) {
    let sum: T = 0;
    for (let at = sums; at <= last; at += sizeof<T>(), weights += sizeof<T>()) {
      sum += load<T>(weights);
      store<T>(at, sum);
    }
    for (let at = sums; at < last; at += sizeof<T>()) store<T>(at, load<T>(at) / sum);
    store<T>(last, 1);
    for (const end = out + (<usize>n << 3); out < end; out += 8) {
      const value = uniform64(gen);
      let left = 0;
      let right = k;
      while (left < right) {
        const middle = (left + right) >>> 1;
        if (<f64>load<T>(sums + (<usize>middle << shift)) < value) left = middle + 1;
        else right = middle;
      }
      store<i64>(out, left);
    }
  }
}

/** `drawRows` for weights in float32 or float64. */
export function multinomial(
  gen: usize, dtype: i32, rows: i32, k: i32, weights: usize, sums: usize, n: i32, out: usize,
): void {
  if (dtype == DTypeCode.Float32) drawRows<f32>(gen, rows, k, weights, sums, n, out);
  else drawRows<f64>(gen, rows, k, weights, sums, n, out);
}

/** Where the static data ends, for the build to check. */
export const DATA_END: usize = __heap_base;
