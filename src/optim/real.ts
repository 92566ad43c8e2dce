/**
 * Powers and cosines of numbers by the core's float64 functions, so that learning rates and bias corrections have the
 * same bits in every engine; `Math.pow` and `Math.cos` may differ.
 */
import { BinaryCode, DTypeCode, UnaryCode } from '../../assembly/codes.ts';
import { core } from '../wasm/core.ts';
import { f64, scalarAddress } from '../wasm/heap.ts';

/** base ** exponent. */
export function pow(base: number, exponent: number): number {
  const [a, b] = [scalarAddress(0), scalarAddress(1)];
  f64()[a >> 3] = base;
  f64()[b >> 3] = exponent;
  core.binary(BinaryCode.Pow, DTypeCode.Float64, 1, a, 1, a, 1, b, 1);
  return f64()[a >> 3];
}

/** The cosine of x radians. */
export function cos(x: number): number {
  const a = scalarAddress(0);
  f64()[a >> 3] = x;
  core.unary(UnaryCode.Cos, DTypeCode.Float64, 1, a, 1, a, 1);
  return f64()[a >> 3];
}
