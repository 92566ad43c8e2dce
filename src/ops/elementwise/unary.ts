/** Elementwise operations of one tensor, a row each: the core's code and the derivative beside it. */

import { MoreUnaryCode, UnaryCode } from '../../../assembly/codes.ts';
import { describe } from '../../tensor/args.ts';
import { bool, int32, int64, Kind, uint8 } from '../../tensor/dtype.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { Reads, type UnaryOp, unary } from '../define.ts';
import { zerosOf } from '../make.ts';
import { checkTensor, refuseDtype } from '../promote.ts';
import { inPlaceOf, writeBack } from '../write-back.ts';
import { add, div, mul, pow, reluMask, sub } from './binary.ts';
import { moreUnary } from './more.ts';

const whole = { keepsIntegers: true };
const notBool = { keepsIntegers: true, refuses: [bool] };
const floatsOnly = [int64, int32, uint8, bool];

/**
 * -x.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, -2]).neg()); // => tensor([-1.,  2.])
 * ```
 */
export const neg: UnaryOp = unary('neg', UnaryCode.Neg, [0, (g) => neg(g)], notBool);

/**
 * |x|; its derivative is sign(x), 0 at 0.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, -2]).abs()); // => tensor([1., 2.])
 * ```
 */
export const abs: UnaryOp = unary('abs', UnaryCode.Abs, [Reads.A, (g, x) => mul(g, sign(x))], notBool);

/**
 * -1, 0 or 1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([3, 0, -2]).sign()); // => tensor([ 1.,  0., -1.])
 * ```
 */
export const sign: UnaryOp = unary('sign', UnaryCode.Sign, null, whole);

/**
 * x².
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([3, -2]).square()); // => tensor([9., 4.])
 * ```
 */
export const square: UnaryOp = unary('square', UnaryCode.Square, [Reads.A, (g, x) => mul(g, mul(x, 2))], {
  keepsIntegers: true,
  boolAs: int64,
  backward: 'PowBackward0',
});

/**
 * max(x, 0).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([3, -2]).relu()); // => tensor([3., 0.])
 * ```
 */
export const relu: UnaryOp = unary('relu', UnaryCode.Relu, [Reads.OUT, (g, _x, y) => reluMask(y, g)], notBool);

/**
 * √x; NaN below 0.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([4, 9]).sqrt()); // => tensor([2., 3.])
 * ```
 */
export const sqrt: UnaryOp = unary('sqrt', UnaryCode.Sqrt, [Reads.OUT, (g, _x, y) => div(g, mul(y, 2))]);

/**
 * 1 / √x.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([4, 16]).rsqrt()); // => tensor([0.5000, 0.2500])
 * ```
 */
export const rsqrt: UnaryOp = unary('rsqrt', UnaryCode.Rsqrt, [Reads.OUT, (g, _x, y) => mul(mul(g, -0.5), pow(y, 3))]);

/**
 * 1 / x.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([4, 2]).reciprocal()); // => tensor([0.2500, 0.5000])
 * ```
 */
export const reciprocal: UnaryOp = unary('reciprocal', UnaryCode.Reciprocal, [
  Reads.OUT,
  (g, _x, y) => neg(mul(g, mul(y, y))),
]);

/**
 * eˣ.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).exp()); // => tensor([1.0000, 2.7183])
 * ```
 */
export const exp: UnaryOp = unary('exp', UnaryCode.Exp, [Reads.OUT, (g, _x, y) => mul(g, y)]);

/**
 * eˣ - 1, accurate near 0.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).expm1()); // => tensor([0.0000, 1.7183])
 * ```
 */
export const expm1: UnaryOp = moreUnary('expm1', MoreUnaryCode.Expm1, [Reads.OUT, (g, _x, y) => mul(g, add(y, 1))]);

/**
 * Natural logarithm; -inf at 0, NaN below.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 10]).log()); // => tensor([0.0000, 2.3026])
 * ```
 */
export const log: UnaryOp = unary('log', UnaryCode.Log, [Reads.A, (g, x) => div(g, x)]);

/**
 * log(1 + x), accurate near 0.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).log1p()); // => tensor([0.0000, 0.6931])
 * ```
 */
export const log1p: UnaryOp = moreUnary('log1p', MoreUnaryCode.Log1p, [Reads.A, (g, x) => div(g, add(x, 1))], {
  backward: 'Log1PBackward0',
});

/**
 * Logarithm to base 2.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 8]).log2()); // => tensor([0., 3.])
 * ```
 */
export const log2: UnaryOp = moreUnary('log2', MoreUnaryCode.Log2, [Reads.A, (g, x) => div(g, mul(x, Math.LN2))]);

/**
 * Logarithm to base 10.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 1000]).log10()); // => tensor([0., 3.])
 * ```
 */
export const log10: UnaryOp = moreUnary('log10', MoreUnaryCode.Log10, [Reads.A, (g, x) => div(g, mul(x, Math.LN10))]);

/**
 * Hyperbolic tangent, from -1 to 1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).tanh()); // => tensor([0.0000, 0.7616])
 * ```
 */
export const tanh: UnaryOp = unary('tanh', UnaryCode.Tanh, [Reads.OUT, (g, _x, y) => mul(g, sub(1, mul(y, y)))]);

/**
 * 1 / (1 + e⁻ˣ), from 0 to 1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).sigmoid()); // => tensor([0.5000, 0.8808])
 * ```
 */
export const sigmoid: UnaryOp = unary('sigmoid', UnaryCode.Sigmoid, [
  Reads.OUT,
  (g, _x, y) => mul(g, mul(sub(1, y), y)),
]);

/**
 * Sine of x in radians.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, Math.PI / 2]).sin()); // => tensor([0., 1.])
 * ```
 */
export const sin: UnaryOp = moreUnary('sin', MoreUnaryCode.Sin, [Reads.A, (g, x) => mul(g, cos(x))]);

/**
 * Cosine of x in radians.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, Math.PI]).cos()); // => tensor([ 1., -1.])
 * ```
 */
export const cos: UnaryOp = moreUnary('cos', MoreUnaryCode.Cos, [Reads.A, (g, x) => mul(g, neg(sin(x)))]);

/**
 * The error function, 2/√π ∫₀ˣ e^(-t²) dt.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).erf()); // => tensor([0.0000, 0.8427])
 * ```
 */
export const erf: UnaryOp = moreUnary('erf', MoreUnaryCode.Erf, [
  Reads.A,
  (g, x) => mul(mul(g, 2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x)))),
]);

/**
 * The largest whole number not above x.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1.5, -1.5]).floor()); // => tensor([ 1., -2.])
 * ```
 */
export const floor: UnaryOp = rounding('floor', UnaryCode.Floor);

/**
 * The smallest whole number not below x.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1.5, -1.5]).ceil()); // => tensor([ 2., -1.])
 * ```
 */
export const ceil: UnaryOp = rounding('ceil', UnaryCode.Ceil);

/** `round`. */
export type RoundOp = {
  (input: Tensor, decimals?: number): Tensor;
  (input: Tensor, options: { decimals?: number }): Tensor;
};
/** `round` to whole numbers: the row. */
const roundRow: UnaryOp = rounding('round', UnaryCode.Round);

/**
 * The nearest whole number, halves to even.
 *
 * @param decimals - Digits after the point that stay; negative ones round to tens, hundreds … Default 0.
 * @throws TypeError for decimals that are not an integer.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1.5, 2.5]).round()); // => tensor([2., 2.])
 * ```
 */
export const round = operation('round(input: Tensor, decimals: int? = null)', (input, decimals): Tensor => {
  if (decimals === null) return roundRow(input);
  checkTensor(input, 'round');
  if (!Number.isInteger(decimals)) {
    throw new TypeError(`round(): decimals must be an integer, got ${describe(decimals)}`);
  }
  if (input.dtype.kind !== Kind.Float) refuseDtype('round', input.dtype);
  const factor = 10 ** Math.abs(decimals);
  const [there, back] = decimals > 0 ? [mul, div] : [div, mul];
  return composite(
    'RoundBackward1',
    [input],
    () => back(roundRow(there(input, factor)), factor),
    () => [],
    (g) => [zerosOf(g.dims, g.dtype)],
  );
});

/**
 * `round`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.round_(torch.tensor([1.6, -2.4]))); // => tensor([ 2., -2.])
 * ```
 */
export const round_: RoundOp = writeBack(inPlaceOf('round_', round), round);

/**
 * x without its fraction.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1.5, -1.5]).trunc()); // => tensor([ 1., -1.])
 * ```
 */
export const trunc: UnaryOp = rounding('trunc', UnaryCode.Trunc);

/** Rounding leaves integers as they are. */
function rounding(name: string, code: number): UnaryOp {
  return unary(name, code, null, { integersUnchanged: true, refuses: [bool] });
}

/**
 * log(sigmoid(x)), without overflow.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.logsigmoid(torch.tensor([0, 2]))); // => tensor([-0.6931, -0.1269])
 * ```
 */
export const logsigmoid: UnaryOp = moreUnary(
  'logsigmoid',
  MoreUnaryCode.LogSigmoid,
  [Reads.A, (g, x) => mul(g, sigmoid(neg(x)))],
  {
    backward: 'LogSigmoidBackward0',
    rowMajor: true,
    refuses: floatsOnly,
  },
);

export { abs as absolute };
