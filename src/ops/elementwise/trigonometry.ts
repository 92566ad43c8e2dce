/** Trigonometric and hyperbolic functions and their inverses, a row each; integers become the default float. */

import { MoreBinaryCode, MoreUnaryCode } from '../../../assembly/codes.ts';
import { bool, int32, int64, uint8 } from '../../tensor/dtype.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { where } from '../create/copy.ts';
import { type BinaryOp, type HasRow, Reads, type TensorOp, type UnaryOp } from '../define.ts';
import { add, div, mul, sub } from './binary.ts';
import { eq } from './compare.ts';
import { moreBinary, moreUnary } from './more.ts';
import { neg, reciprocal, rsqrt, square } from './unary.ts';

/** The dtypes that an operation on floats alone refuses. */
export const INTEGERS = [int64, int32, uint8, bool] as const;

/** A binary operation that takes no numbers. */
/* @__NO_SIDE_EFFECTS__ */
export function ofTensors(both: BinaryOp, name = both.name): TensorOp {
  const { row } = both as Partial<HasRow>;
  return Object.assign(operation<TensorOp>(`${name}(input: Tensor, other: Tensor)`, both), row && { row });
}

/**
 * Tangent of x in radians.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).tan()); // => tensor([0.0000, 1.5574])
 * ```
 */
export const tan: UnaryOp = moreUnary('tan', MoreUnaryCode.Tan, [Reads.OUT, (g, _x, y) => mul(g, add(square(y), 1))]);

/**
 * The angle from -π/2 to π/2 whose sine is x; NaN outside -1 … 1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).asin()); // => tensor([0.0000, 1.5708])
 * ```
 */
export const asin: UnaryOp = moreUnary('asin', MoreUnaryCode.Asin, [
  Reads.A,
  (g, x) => mul(g, rsqrt(sub(1, square(x)))),
]);

/**
 * The angle from 0 to π whose cosine is x; NaN outside -1 … 1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).acos()); // => tensor([1.5708, 0.0000])
 * ```
 */
export const acos: UnaryOp = moreUnary('acos', MoreUnaryCode.Acos, [
  Reads.A,
  (g, x) => neg(mul(g, rsqrt(sub(1, square(x))))),
]);

/**
 * The angle from -π/2 to π/2 whose tangent is x.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).atan()); // => tensor([0.0000, 0.7854])
 * ```
 */
export const atan: UnaryOp = moreUnary('atan', MoreUnaryCode.Atan, [Reads.A, (g, x) => div(g, add(square(x), 1))]);

/**
 * Hyperbolic sine, (eˣ - e⁻ˣ) / 2.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).sinh()); // => tensor([0.0000, 1.1752])
 * ```
 */
export const sinh: UnaryOp = moreUnary('sinh', MoreUnaryCode.Sinh, [Reads.A, (g, x) => mul(g, cosh(x))]);

/**
 * Hyperbolic cosine, (eˣ + e⁻ˣ) / 2.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 1]).cosh()); // => tensor([1.0000, 1.5431])
 * ```
 */
export const cosh: UnaryOp = moreUnary('cosh', MoreUnaryCode.Cosh, [Reads.A, (g, x) => mul(g, sinh(x))]);

/** `atan2` that also takes numbers. */
const atan2Row: BinaryOp = moreBinary(
  'atan2',
  MoreBinaryCode.Atan2,
  [Reads.A | Reads.B, (g, a, b) => mul(g, mul(b, inverseSquare(a, b)))],
  [Reads.A | Reads.B, (g, a, b) => mul(g, mul(neg(a as Tensor), inverseSquare(a, b)))],
  { floats: true },
);

/** 1 / (a² + b²), and 0 at the origin: PyTorch's choice where no angle is right. */
function inverseSquare(a: Tensor | number, b: Tensor | number): Tensor {
  const sum = add(mul(a, a), mul(b, b));
  return where(eq(sum, 0), 0, reciprocal(sum));
}

/**
 * The angle of the point (other, input), from -π to π: atan(input / other) in the right quadrant.
 *
 * @param input - The y coordinate.
 * @param other - The x coordinate, broadcast against it.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.atan2(torch.tensor([1, 1]), torch.tensor([1, -1]))); // => tensor([0.7854, 2.3562])
 * ```
 */
export const atan2: TensorOp = ofTensors(atan2Row);

/** `hypot` that also takes numbers. */
const hypotRow: BinaryOp = moreBinary(
  'hypot',
  MoreBinaryCode.Hypot,
  [Reads.A | Reads.OUT, (g, a, _b, out) => mul(g, div(a, out))],
  [Reads.B | Reads.OUT, (g, _a, b, out) => mul(g, div(b, out))],
  { refuses: INTEGERS },
);

/**
 * √(input² + other²), without overflow on the way.
 *
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.hypot(torch.tensor([3]), torch.tensor([4]))); // => tensor([5.])
 * ```
 */
export const hypot: TensorOp = ofTensors(hypotRow);
