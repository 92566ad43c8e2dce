/** `torch.special`: functions of statistics and their kin, under the names that SciPy uses. */
import { MoreBinaryCode, MoreUnaryCode } from '../../../assembly/codes.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { where } from '../create/copy.ts';
import { type BinaryOp, Reads, type UnaryOp } from '../define.ts';
import { div, mul } from './binary.ts';
import { eq, le, logicalAnd, ne } from './compare.ts';
import { moreBinary, moreUnary } from './more.ts';
import { exp, neg, sigmoid, square } from './unary.ts';

export { logSoftmax, softmax } from '../reduce/softmax.ts';
export { erf, expm1, log1p, round } from './unary.ts';

/**
 * 1 - erf(x), with all digits where that is small.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).erfc()); // => tensor([1.0000, 0.1573])
 * ```
 */
export const erfc: UnaryOp = moreUnary('erfc', MoreUnaryCode.Erfc, [
  Reads.A,
  (g, x) => mul(mul(g, -2 / Math.sqrt(Math.PI)), exp(neg(square(x)))),
]);

/**
 * The logistic function 1 / (1 + e⁻ˣ): SciPy's name of `sigmoid`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.special.expit(torch.tensor([0, 2]))); // => tensor([0.5000, 0.8808])
 * ```
 */
export const expit: UnaryOp = sigmoid;

/**
 * input · log(other), and 0 where input is 0 and other is not NaN.
 *
 * @param input - A tensor or a number; integers become floats.
 * @param other - A tensor that broadcasts against it, or a number if input is a tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.xlogy(torch.tensor([0, 1, 2]), torch.tensor([0, 1, 3]))); // => tensor([0.0000, 0.0000, 2.1972])
 * ```
 */
export const xlogy: BinaryOp = moreBinary(
  'xlogy',
  MoreBinaryCode.Xlogy,
  [Reads.A | Reads.B, (g, a, b) => where(isUndefined(a as Tensor, b), 0, xlogy(g, b))],
  [Reads.A | Reads.B, (g, a, b) => mul(g, div(a, b))],
  { floats: true, backward: ['XlogyBackward2', 'XlogyBackward0', 'XlogyBackward1'] },
);

/** Where 0 log(b) has no slope: b is not positive. */
function isUndefined(a: Tensor, b: Tensor | number): Tensor {
  if (typeof b === 'number') return b <= 0 ? eq(a, 0) : ne(a, a);
  return logicalAnd(eq(a, 0), le(b, 0));
}
