/** Operators that compute each element by itself. */
import { to, where } from '../ops/create/copy.ts';
import { celu, elu, gelu, mish, selu, softplus, softsign } from '../ops/elementwise/activation.ts';
import { fmod } from '../ops/elementwise/arithmetic.ts';
import { add, div, maximum, minimum, mul, pow, remainder, sub } from '../ops/elementwise/binary.ts';
import { clamp } from '../ops/elementwise/clamp.ts';
import { isinf, isnan, logicalNot } from '../ops/elementwise/closeness.ts';
import { eq, ge, gt, le, logicalAnd, logicalOr, logicalXor, lt } from '../ops/elementwise/compare.ts';
import { hardswish, leakyRelu, threshold } from '../ops/elementwise/piecewise.ts';
import { acos, asin, atan, cosh, sinh, tan } from '../ops/elementwise/trigonometry.ts';
import {
  abs,
  ceil,
  cos,
  erf,
  exp,
  floor,
  log,
  log1p,
  neg,
  reciprocal,
  relu,
  round,
  sigmoid,
  sign,
  sin,
  sqrt,
  tanh,
} from '../ops/elementwise/unary.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Node } from './node.ts';
import { bare, type Operator, type Operators, one, oneOf, operator, refuse, scalarOf, two } from './row.ts';
import { nameOfType, storedOf } from './stored-tensor.ts';

const fold = (join: (a: Tensor, b: Tensor) => Tensor): Operator =>
  operator(1, Infinity, (all) => all.reduce((a, b) => join(a, b)));

const asDtype = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : to(x, dtype));

/** The dtype of a code of the file. */
export function dtypeIn(node: Node, name: string, code: number): DType {
  const dtype = storedOf(code)?.dtype;
  if (!dtype) refuse(node, `torchlet does not have the type ${nameOfType(code)}, which ${name} asks for`);
  return dtype;
}

/** What an attribute names, `otherwise` without it. */
const dtypeOf = (node: Node, name: string, otherwise: number): DType => dtypeIn(node, name, node.int(name, otherwise));

/** By halves: accurate near 0, where log(1 + x) is not, and right in its slope there. */
const asinh = (x: Tensor): Tensor => {
  const side = where(lt(x, 0), -1, 1);
  const size = mul(x, side);
  const square = mul(x, x);
  return mul(log1p(add(size, div(square, add(sqrt(add(square, 1)), 1)))), side);
};

/** Numbers where the bounds are floats; a whole number may be beyond what a number holds. */
const bound = (x: Tensor | undefined): Tensor | number | null =>
  x === undefined ? null : x.dtype.isFloatingPoint ? Number(scalarOf(x)) : x;

/** A constant exponent is cheaper as a number, and has no gradient. */
function power(base: Tensor, exponent: Tensor): Tensor {
  const plain = exponent.count === 1 && exponent.dims.length <= base.dims.length && !exponent.requiresGrad;
  const y = pow(base, plain ? Number(scalarOf(exponent)) : exponent);
  return asDtype(y, base.dtype);
}

/** Which infinities count. */
function infinite(x: Tensor, node: Node): Tensor {
  const [above, below] = [node.int('detect_positive', 1), node.int('detect_negative', 1)];
  if (above && below) return isinf(x);
  return logicalAnd(isinf(x), above ? gt(x, 0) : below ? lt(x, 0) : logicalNot(eq(x, x)));
}

export const ELEMENTWISE: Operators = {
  Abs: bare(abs),
  Acos: bare(acos),
  Acosh: one((x) => log(add(x, sqrt(sub(mul(x, x), 1))))),
  Add: two((a, b) => add(a, b)),
  And: two((a, b) => logicalAnd(a, b)),
  Asin: bare(asin),
  Asinh: bare(asinh),
  Atan: bare(atan),
  Atanh: one((x) => mul(sub(log1p(x), log1p(neg(x))), 0.5)),
  Cast: operator(
    1,
    1,
    ([x], node) => asDtype(x, dtypeOf(node, 'to', 0)),
    (node) => {
      dtypeOf(node, 'to', 0);
    },
  ),
  CastLike: two((x, like) => asDtype(x, like.dtype)),
  Ceil: bare(ceil),
  Celu: one((x, node) => celu(x, node.float('alpha', 1))),
  Clip: operator(1, 3, ([x, low, high], node) => {
    const min = node.opset < 11 ? node.float('min', -Infinity) : bound(low);
    const max = node.opset < 11 ? node.float('max', Infinity) : bound(high);
    return min === null && max === null ? x : clamp(x, min, max);
  }),
  Cos: bare(cos),
  Cosh: bare(cosh),
  Div: two((a, b) => (a.dtype.isFloatingPoint ? div(a, b) : div(a, b, { roundingMode: 'trunc' }))),
  Elu: one((x, node) => elu(x, node.float('alpha', 1))),
  Equal: two((a, b) => eq(a, b)),
  Erf: bare(erf),
  Exp: bare(exp),
  Floor: bare(floor),
  Gelu: operator(
    1,
    1,
    ([x], node) => gelu(x, node.text('approximate', 'none')),
    oneOf('approximate', 'none', 'none', 'tanh'),
  ),
  Greater: two((a, b) => gt(a, b)),
  GreaterOrEqual: two((a, b) => ge(a, b)),
  HardSigmoid: one((x, node) => clamp(add(mul(x, node.float('alpha', 0.2)), node.float('beta', 0.5)), 0, 1)),
  HardSwish: bare(hardswish),
  Identity: one((x) => x),
  IsInf: one(infinite),
  IsNaN: bare(isnan),
  LeakyRelu: one((x, node) => leakyRelu(x, node.float('alpha', 0.01))),
  Less: two((a, b) => lt(a, b)),
  LessOrEqual: two((a, b) => le(a, b)),
  Log: bare(log),
  Max: fold(maximum),
  Mean: operator(1, Infinity, (all) =>
    div(
      all.reduce((a, b) => add(a, b)),
      all.length,
    ),
  ),
  Min: fold(minimum),
  Mish: bare(mish),
  Mod: two((a, b, node) => (node.int('fmod', 0) ? fmod(a, b) : remainder(a, b))),
  Mul: two((a, b) => mul(a, b)),
  Neg: bare(neg),
  Not: bare(logicalNot),
  Or: two((a, b) => logicalOr(a, b)),
  PRelu: two((x, slope) => where(ge(x, 0), x, mul(x, slope))),
  Pow: two(power),
  Reciprocal: bare(reciprocal),
  Relu: bare(relu),
  Round: bare(round),
  Selu: one((x, node) =>
    node.has('alpha') || node.has('gamma')
      ? mul(elu(x, node.float('alpha', 1.6732631921768188)), node.float('gamma', 1.0507010221481323))
      : selu(x),
  ),
  Shrink: one((x, node) => {
    const [edge, bias] = [node.float('lambd', 0.5), node.float('bias', 0)];
    return where(lt(x, -edge), add(x, bias), where(gt(x, edge), sub(x, bias), 0));
  }),
  Sigmoid: bare(sigmoid),
  Sign: bare(sign),
  Sin: bare(sin),
  Sinh: bare(sinh),
  Softplus: bare(softplus),
  Softsign: bare(softsign),
  Sqrt: bare(sqrt),
  Sub: two((a, b) => sub(a, b)),
  Sum: fold((a, b) => add(a, b)),
  Tan: bare(tan),
  Tanh: bare(tanh),
  ThresholdedRelu: one((x, node) => threshold(x, node.float('alpha', 1), 0)),
  Where: operator(3, 3, ([condition, a, b]) => where(condition, a, b)),
  Xor: two((a, b) => logicalXor(a, b)),
};
