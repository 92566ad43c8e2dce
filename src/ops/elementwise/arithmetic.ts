/** Arithmetic beyond binary.ts: fmod, frac, fmax, fmin, lerp, logaddexp and names that PyTorch has twice. */

import { BinaryCode, MoreBinaryCode } from '../../../assembly/codes.ts';
import { ALWAYS, by } from '../../autograd/node.ts';
import { bool, Kind } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { broadcastDims, type Dims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { toDtype, where } from '../create/copy.ts';
import { type BinaryGrad, type BinaryOp, binary, Reads, type TensorOp } from '../define.ts';
import { relaid } from '../make.ts';
import { resultStrides } from '../order.ts';
import { checkTensor, type Operand, refuseDtype, resultType } from '../promote.ts';
import { toNumber } from '../scalar.ts';
import { inPlaceOf, writeBack } from '../write-back.ts';
import { add, div, div_, mul, refuseZero, sub } from './binary.ts';
import { ge, le, logicalOr, lt, ne } from './compare.ts';
import { moreBinary } from './more.ts';
import { INTEGERS, ofTensors } from './trigonometry.ts';
import { abs, neg, sigmoid, trunc } from './unary.ts';

const remainderOf: BinaryOp = moreBinary(
  'fmod',
  MoreBinaryCode.Fmod,
  [0, (g) => g],
  [Reads.A | Reads.B, (g, a, b) => neg(mul(g, trunc(div(a, b))))],
  {
    refuses: [bool],
    backward: ['FmodBackward0', 'FmodBackward1', 'FmodBackward1'],
    check: refuseZero,
  },
);

/**
 * C's `%`: the remainder with the dividend's sign.
 *
 * @param other - A tensor that broadcasts, or a number.
 * @throws RangeError for an integer divided by zero.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.fmod(torch.tensor([-3, 5]), 2)); // => tensor([-1.,  1.])
 * ```
 */
export const fmod = operation('fmod(input: Tensor, other: operand)', (input, other): Tensor => {
  return remainderOf(input, other);
});

/** In-place `fmod`. */
export const fmod_: typeof fmod = writeBack(inPlaceOf('fmod_', fmod), fmod);

/**
 * x - trunc(x): what stands behind the point.
 *
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.frac(torch.tensor([1.5, -1.25]))); // => tensor([ 0.5000, -0.2500])
 * ```
 */
export const frac = operation('frac(input: Tensor)', (input): Tensor => {
  checkFloat(input, 'frac');
  return composite(
    'FracBackward0',
    [input],
    () => sub(input, trunc(input)),
    () => [],
    (g) => [g],
  );
});

/**
 * In-place `frac`.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.frac_(torch.tensor([1.5, -2.25]))); // => tensor([ 0.5000, -0.2500])
 * ```
 */
export const frac_: typeof frac = writeBack(inPlaceOf('frac_', frac), frac);

/** Throws unless x is a tensor of floats. */
export function checkFloat(x: unknown, name: string): asserts x is Tensor {
  checkTensor(x, name);
  if (x.dtype.kind !== Kind.Float) refuseDtype(name, x.dtype);
}

/** fmax or fmin: floats have a kernel of their own, integers have no NaN and share the other one. */
function extremum(
  name: string,
  code: MoreBinaryCode,
  integerCode: BinaryCode,
  wins: (a: Tensor, b: Tensor) => Tensor,
): TensorOp {
  const first: BinaryGrad = [
    Reads.A | Reads.B,
    (g, a, b) => where(logicalOr(wins(a as Tensor, b as Tensor), ne(b as Tensor, b)), g, 0),
  ];
  const second: BinaryGrad = [
    Reads.A | Reads.B,
    (g, a, b) => where(logicalOr(wins(a as Tensor, b as Tensor), ne(b as Tensor, b)), 0, g),
  ];
  const floats = moreBinary(name, code, first, second);
  const integers = binary(name, integerCode, null, null);
  const either: BinaryOp = (a, b) => (resultType(a, b as Operand).kind === Kind.Float ? floats : integers)(a, b);
  return ofTensors(either, name);
}

/**
 * The larger of the two, elementwise; a number wins against NaN.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.fmax(torch.tensor([1, NaN]), torch.tensor([3, 2]))); // => tensor([3., 2.])
 * ```
 */
export const fmax: TensorOp = extremum('fmax', MoreBinaryCode.Fmax, BinaryCode.Maximum, ge);

/**
 * The smaller of the two, elementwise; a number wins against NaN.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.fmin(torch.tensor([1, NaN]), torch.tensor([3, 2]))); // => tensor([1., 2.])
 * ```
 */
export const fmin: TensorOp = extremum('fmin', MoreBinaryCode.Fmin, BinaryCode.Minimum, le);

/**
 * log(eᵃ + eᵇ), without overflow.
 *
 * @throws TypeError for integers and for numbers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.logaddexp(torch.tensor([0, 90]), torch.tensor([0, 90]))); // => tensor([ 0.6931, 90.6931])
 * ```
 */
export const logaddexp: TensorOp = ofTensors(
  moreBinary(
    'logaddexp',
    MoreBinaryCode.LogAddExp,
    [Reads.A | Reads.B, (g, a, b) => mul(g, sigmoid(sub(a, b)))],
    [Reads.A | Reads.B, (g, a, b) => mul(g, sigmoid(sub(b, a)))],
    { refuses: INTEGERS },
  ),
);

/** `lerp`. */
export type LerpOp = {
  (input: Tensor, end: Tensor, weight: Operand): Tensor;
  (input: Tensor, options: { end: Tensor; weight: Operand }): Tensor;
  (input: Tensor, end: Tensor, options: { weight: Operand }): Tensor;
};

function interpolate(input: Tensor, end: Tensor, given: Operand): Tensor {
  const weight = given instanceof Tensor ? given : toNumber(given, 'lerp', 'weight');
  return scope(() => {
    // A weight without dimensions is promoted with the others, if it makes them floats; any other has their dtype.
    const alone = weight instanceof Tensor && weight.dims.length === 0;
    const dtype = alone ? resultType(input, end, weight) : input.dtype;
    if (!dtype.isFloatingPoint) refuseDtype('lerp', dtype);
    for (const [name, x] of [
      ['end', end],
      ['weight', alone ? input : weight],
    ] as const) {
      if (x instanceof Tensor && x.dtype !== input.dtype) {
        throw new TypeError(`expected dtype ${input.dtype.name} for \`${name}\` but got dtype ${x.dtype.name}`);
      }
    }
    const [from, to] = [toDtype(input, dtype), toDtype(end, dtype)];
    const ratio = weight instanceof Tensor ? toDtype(weight, dtype) : weight;
    return composite(
      typeof weight === 'number' ? 'LerpBackward0' : 'LerpBackward1',
      [from, to, ratio],
      () => relaid(between(from, to, ratio), orderOf(from, to, ratio)),
      () => [from, to, ratio] as const,
      (g, [a, b, w], node) => [
        node.needs(0) ? mul(g, typeof w === 'number' ? 1 - w : sub(1, w)) : null,
        node.needs(1) ? mul(g, w) : null,
        node.needs(2) ? mul(g, sub(b, a)) : null,
      ],
      [by(2), by(2), ALWAYS],
    );
  });
}

/** The strides of what three operands give. */
function orderOf(a: Tensor, b: Tensor, c: Tensor | number): Dims | null {
  const pair = broadcastDims(a.dims, b.dims);
  return resultStrides(
    typeof c === 'number' ? pair : broadcastDims(pair, c.dims),
    typeof c === 'number' ? [a, b] : [a, b, c],
  );
}

const LERP = 'lerp(input: Tensor, end: Tensor, weight: operand)';

/** From the nearer end, as PyTorch does: so it is exact at both. */
function between(a: Tensor, b: Tensor, w: Tensor | number): Tensor {
  const way = sub(b, a);
  if (typeof w === 'number') return Math.abs(w) < 0.5 ? add(a, mul(way, w)) : sub(b, mul(way, 1 - w));
  return where(lt(abs(w), 0.5), add(a, mul(way, w)), sub(b, mul(way, sub(1, w))));
}

/**
 * input + weight · (end - input), elementwise: from input at weight 0 to end at weight 1.
 *
 * @param end - Of input's dtype, broadcast.
 * @param weight - A number, or a tensor of input's dtype that broadcasts.
 * @throws TypeError for integers, and for dtypes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.lerp(torch.tensor([0, 2]), torch.tensor([10, 4]), 0.5)); // => tensor([5., 3.])
 * ```
 */
export const lerp: LerpOp = operation(LERP, interpolate);

/** In-place `lerp`. */
export const lerp_: LerpOp = writeBack(LERP.replace('lerp', 'lerp_'), interpolate);

/**
 * input / other: another name of `div` without options.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.trueDivide(torch.tensor([1, 3]), 2)); // => tensor([0.5000, 1.5000])
 * ```
 */
export const trueDivide: BinaryOp = operation<BinaryOp>('trueDivide(input: operand, other: operand)', div);

/** In-place `trueDivide`. */
export const trueDivide_: BinaryOp = operation<BinaryOp>('trueDivide_(input: Tensor, other: operand)', div_);

/**
 * The tensor itself, as Python's unary plus.
 *
 * @throws TypeError for bool.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.positive(torch.tensor([1, -2]))); // => tensor([ 1., -2.])
 * ```
 */
export const positive = operation('positive(input: Tensor)', (input): Tensor => {
  if (input.dtype === bool) throw new TypeError('The `+` operator, on a bool tensor is not supported.');
  return input;
});
