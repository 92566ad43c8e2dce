/**
 * Powers and cosines of numbers by the kernels' float64 functions, so that learning rates and bias corrections have the
 * same bits in every engine; `Math.pow` and `Math.cos` may differ.
 */
import { BinaryCode, DTypeCode, MoreUnaryCode } from '../../assembly/codes.ts';
import { core } from '../wasm/core.ts';
import { more } from '../wasm/families/more.generated.ts';
import { f64, scalarAddress } from '../wasm/heap.ts';

/** The last powers that were asked for, the oldest at `oldest`. */
const powers = new Float64Array(12);
let oldest = 0;

/**
 * base ** exponent. The parameters of a step all ask for the same two or three, which are kept. (Measured: a step of Adam
 * for 9-64-32-16-1 takes 11.8 µs instead of 12.6.)
 */
export function pow(base: number, exponent: number): number {
  for (let i = 0; i < powers.length; i += 3) {
    if (powers[i] === base && powers[i + 1] === exponent) return powers[i + 2];
  }
  const power = compute(base, exponent);
  powers[oldest] = base;
  powers[oldest + 1] = exponent;
  powers[oldest + 2] = power;
  oldest = (oldest + 3) % powers.length;
  return power;
}

function compute(base: number, exponent: number): number {
  const a = scalarAddress(0);
  const b = scalarAddress(1);
  f64()[a >> 3] = base;
  f64()[b >> 3] = exponent;
  core.binary(BinaryCode.Pow, DTypeCode.Float64, 1, a, 1, a, 1, b, 1);
  return f64()[a >> 3];
}

/** The cosine of x radians. */
export function cos(x: number): number {
  const a = scalarAddress(0);
  f64()[a >> 3] = x;
  more.moreUnary(MoreUnaryCode.Cos, DTypeCode.Float64, 1, a, 1, a, 1);
  return f64()[a >> 3];
}
