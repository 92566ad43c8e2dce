/** The in-place forms of the elementwise operations that are rows: each follows from its row. */
import type { BinaryOp, UnaryOp } from '../define.ts';
import { inplaceBinary, inplaceUnary } from '../define-inplace.ts';
import { inPlaceOf, writeBack } from '../write-back.ts';
import { floorDivide, mul, pow, remainder } from './binary.ts';
import { clampMax, clampMin } from './clamp.ts';
import { erfc, xlogy } from './special.ts';
import { acos, asin, atan, atan2Row, cosh, hypotRow, sinh, tan } from './trigonometry.ts';
import {
  abs,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  log2,
  log10,
  neg,
  type RoundOp,
  reciprocal,
  relu,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tanh,
  trunc,
} from './unary.ts';

/**
 * `neg`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.neg_(torch.tensor([1, -2]))); // => tensor([-1.,  2.])
 * ```
 */
export const neg_: UnaryOp = inplaceUnary(neg);
/**
 * `abs`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.abs_(torch.tensor([-1.5, 2]))); // => tensor([1.5000, 2.0000])
 * ```
 */
export const abs_: UnaryOp = inplaceUnary(abs);
/**
 * `sign`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([-1.5, 2]).sign_()); // => tensor([-1.,  1.])
 * ```
 */
export const sign_: UnaryOp = inplaceUnary(sign);
/**
 * `square`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.square_(torch.tensor([2, -3]))); // => tensor([4., 9.])
 * ```
 */
export const square_: UnaryOp = inplaceUnary(square);
/**
 * `relu`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.relu_(torch.tensor([-1, 2]))); // => tensor([0., 2.])
 * ```
 */
export const relu_: UnaryOp = inplaceUnary(relu);
/**
 * `sqrt`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.sqrt_(torch.tensor([4, 9]))); // => tensor([2., 3.])
 * ```
 */
export const sqrt_: UnaryOp = inplaceUnary(sqrt);
/**
 * `rsqrt`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.rsqrt_(torch.tensor([4, 16]))); // => tensor([0.5000, 0.2500])
 * ```
 */
export const rsqrt_: UnaryOp = inplaceUnary(rsqrt);
/**
 * `reciprocal`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.reciprocal_(torch.tensor([2, 4]))); // => tensor([0.5000, 0.2500])
 * ```
 */
export const reciprocal_: UnaryOp = inplaceUnary(reciprocal);
/**
 * `exp`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.exp_(torch.tensor([0.5, 1]))); // => tensor([1.6487, 2.7183])
 * ```
 */
export const exp_: UnaryOp = inplaceUnary(exp);
/**
 * `expm1`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.expm1_(torch.tensor([0.5, 1]))); // => tensor([0.6487, 1.7183])
 * ```
 */
export const expm1_: UnaryOp = inplaceUnary(expm1);
/**
 * `log`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.log_(torch.tensor([1, 10]))); // => tensor([0.0000, 2.3026])
 * ```
 */
export const log_: UnaryOp = inplaceUnary(log);
/**
 * `log1p`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.log1p_(torch.tensor([0, 1]))); // => tensor([0.0000, 0.6931])
 * ```
 */
export const log1p_: UnaryOp = inplaceUnary(log1p);
/**
 * `log2`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.log2_(torch.tensor([2, 8]))); // => tensor([1., 3.])
 * ```
 */
export const log2_: UnaryOp = inplaceUnary(log2);
/**
 * `log10`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.log10_(torch.tensor([10, 1000]))); // => tensor([1., 3.])
 * ```
 */
export const log10_: UnaryOp = inplaceUnary(log10);
/**
 * `tanh`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tanh_(torch.tensor([0.5, 1]))); // => tensor([0.4621, 0.7616])
 * ```
 */
export const tanh_: UnaryOp = inplaceUnary(tanh);
/**
 * `sigmoid`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.sigmoid_(torch.tensor([0.5, 1]))); // => tensor([0.6225, 0.7311])
 * ```
 */
export const sigmoid_: UnaryOp = inplaceUnary(sigmoid);
/**
 * `sin`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.sin_(torch.tensor([0.5, 1]))); // => tensor([0.4794, 0.8415])
 * ```
 */
export const sin_: UnaryOp = inplaceUnary(sin);
/**
 * `cos`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.cos_(torch.tensor([0.5, 1]))); // => tensor([0.8776, 0.5403])
 * ```
 */
export const cos_: UnaryOp = inplaceUnary(cos);
/**
 * `erf`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.erf_(torch.tensor([0.5, 1]))); // => tensor([0.5205, 0.8427])
 * ```
 */
export const erf_: UnaryOp = inplaceUnary(erf);
/**
 * `floor`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.floor_(torch.tensor([1.5, -1.5]))); // => tensor([ 1., -2.])
 * ```
 */
export const floor_: UnaryOp = inplaceUnary(floor);
/**
 * `ceil`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.ceil_(torch.tensor([1.5, -1.5]))); // => tensor([ 2., -1.])
 * ```
 */
export const ceil_: UnaryOp = inplaceUnary(ceil);
/**
 * `trunc`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.trunc_(torch.tensor([1.5, -1.5]))); // => tensor([ 1., -1.])
 * ```
 */
export const trunc_: UnaryOp = inplaceUnary(trunc);
/**
 * `tan`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tan_(torch.tensor([0.5, 1]))); // => tensor([0.5463, 1.5574])
 * ```
 */
export const tan_: UnaryOp = inplaceUnary(tan);
/**
 * `asin`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.asin_(torch.tensor([0, 1]))); // => tensor([0.0000, 1.5708])
 * ```
 */
export const asin_: UnaryOp = inplaceUnary(asin);
/**
 * `acos`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.acos_(torch.tensor([0, 1]))); // => tensor([1.5708, 0.0000])
 * ```
 */
export const acos_: UnaryOp = inplaceUnary(acos);
/**
 * `atan`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.atan_(torch.tensor([0.5, 1]))); // => tensor([0.4636, 0.7854])
 * ```
 */
export const atan_: UnaryOp = inplaceUnary(atan);
/**
 * `sinh`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.sinh_(torch.tensor([0.5, 1]))); // => tensor([0.5211, 1.1752])
 * ```
 */
export const sinh_: UnaryOp = inplaceUnary(sinh);
/**
 * `cosh`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.cosh_(torch.tensor([0.5, 1]))); // => tensor([1.1276, 1.5431])
 * ```
 */
export const cosh_: UnaryOp = inplaceUnary(cosh);
/**
 * `erfc`, written into its input, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.erfc_(torch.tensor([0.5, 1]))); // => tensor([0.4795, 0.1573])
 * ```
 */
export const erfc_: UnaryOp = inplaceUnary(erfc);
/** `mul`, written into its first operand, which is returned. */
export const mul_: BinaryOp = inplaceBinary(mul);
/** `pow`, written into its first operand, which is returned. */
export const pow_: BinaryOp<'exponent'> = inplaceBinary(pow);
/** `remainder`, written into its first operand, which is returned. */
export const remainder_: BinaryOp = inplaceBinary(remainder);
/** `floorDivide`, written into its first operand, which is returned. */
export const floorDivide_: BinaryOp = inplaceBinary(floorDivide);
/** `clampMin`, written into its first operand, which is returned. */
export const clampMin_: BinaryOp<'min'> = inplaceBinary(clampMin);
/** `clampMax`, written into its first operand, which is returned. */
export const clampMax_: BinaryOp<'max'> = inplaceBinary(clampMax);
/**
 * `xlogy`, written into its first operand, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.xlogy_(torch.tensor([2, 3]), torch.tensor([1, 10]))); // => tensor([0.0000, 6.9078])
 * ```
 */
export const xlogy_: BinaryOp = inplaceBinary(xlogy);
/** `atan2`, written into its first operand, which is returned. */
export const atan2_: BinaryOp = inplaceBinary(atan2Row);
/** `hypot`, written into its first operand, which is returned. */
export const hypot_: BinaryOp = inplaceBinary(hypotRow);
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
