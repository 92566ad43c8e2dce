/** Arithmetic beyond binary.ts: fmod, frac, fmax, fmin, lerp, logaddexp and names that PyTorch has twice. */
import { BinaryCode } from '../../assembly/codes.ts';
import { named } from '../tensor/args.ts';
import { bool, Kind } from '../tensor/dtype.ts';
import { scope } from '../tensor/scope.ts';
import { Tensor } from '../tensor/tensor.ts';
import { add, div, div_, mul, sub } from './binary.ts';
import { ge, le, logicalOr, lt, ne } from './compare.ts';
import { toDtype, where } from './copy.ts';
import { A, B, type BinaryGrad, type BinaryOp, binary, checkTensor, resultType } from './define.ts';
import { fused } from './fused.ts';
import { INTEGERS, ofTensors, type TensorOp } from './trigonometry.ts';
import { abs, neg, sigmoid, trunc } from './unary.ts';
import { writeBack } from './write-back.ts';

const remainderOf: BinaryOp = binary(
  'fmod',
  BinaryCode.Fmod,
  [0, (g) => g],
  [A | B, (g, a, b) => neg(mul(g, trunc(div(a, b))))],
  {
    refuses: [bool],
    backward: ['FmodBackward0', 'FmodBackward1', 'FmodBackward1'],
    check: (a, b, dtype) => {
      if (dtype.kind !== Kind.Float && (a as Tensor).count > 0 && hasZero(b)) {
        throw new RangeError('ZeroDivisionError: fmod(): an integer was divided by zero');
      }
    },
  },
);

function hasZero(x: Tensor | number): boolean {
  if (typeof x === 'number') return Math.trunc(x) === 0;
  for (const value of x.toTypedArray()) if (Number(value) === 0) return true;
  return false;
}

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
export const fmod: (input: Tensor, other: Tensor | number) => Tensor = leftTensor(remainderOf);

/** In-place `fmod`. */
export const fmod_: (input: Tensor, other: Tensor | number) => Tensor = writeBack('fmod_', fmod);

/** A binary operation that takes a number on the right only. */
function leftTensor(operation: BinaryOp): (input: Tensor, other: Tensor | number) => Tensor {
  return (input, other) => {
    checkTensor(input, operation.name);
    return operation(input, other);
  };
}

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
export function frac(input: Tensor): Tensor {
  checkFloat(input, 'frac');
  return fused(
    'FracBackward0',
    [input],
    () => sub(input, trunc(input)),
    () => [],
    (g) => [g],
  );
}

/** In-place `frac`. */
export const frac_: (self: Tensor) => Tensor = writeBack('frac_', frac);

/** Throws unless x is a tensor of floats. */
export function checkFloat(x: unknown, name: string): asserts x is Tensor {
  checkTensor(x, name);
  if (x.dtype.kind !== Kind.Float) throw new TypeError(`"${name}" not implemented for '${x.dtype.name}'`);
}

/** fmax or fmin: floats have a kernel of their own, integers have no NaN and share the other one. */
function extremum(name: string, code: number, integerCode: number, wins: (a: Tensor, b: Tensor) => Tensor): TensorOp {
  const first: BinaryGrad = [A | B, (g, a, b) => where(logicalOr(wins(a as Tensor, b as Tensor), ne(b, b)), g, 0)];
  const second: BinaryGrad = [A | B, (g, a, b) => where(logicalOr(wins(a as Tensor, b as Tensor), ne(b, b)), 0, g)];
  const floats = ofTensors(binary(name, code, first, second));
  const integers = binary(name, integerCode, null, null);
  const wrapped: TensorOp = (input, other) => {
    if (!(input instanceof Tensor && other instanceof Tensor)) return floats(input, other);
    return resultType(input, other).kind === Kind.Float ? floats(input, other) : integers(input, other);
  };
  Object.defineProperty(wrapped, 'name', { value: name });
  return wrapped;
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
export const fmax: TensorOp = extremum('fmax', BinaryCode.Fmax, BinaryCode.Maximum, ge);

/**
 * The smaller of the two, elementwise; a number wins against NaN.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.fmin(torch.tensor([1, NaN]), torch.tensor([3, 2]))); // => tensor([1., 2.])
 * ```
 */
export const fmin: TensorOp = extremum('fmin', BinaryCode.Fmin, BinaryCode.Minimum, le);

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
  binary(
    'logaddexp',
    BinaryCode.LogAddExp,
    [A | B, (g, a, b) => mul(g, sigmoid(sub(a, b)))],
    [A | B, (g, a, b) => mul(g, sigmoid(sub(b, a)))],
    { refuses: INTEGERS },
  ),
);

/** `lerp`. */
export type LerpOp = {
  (input: Tensor, end: Tensor, weight: Tensor | number): Tensor;
  (input: Tensor, options: { end: Tensor; weight: Tensor | number }): Tensor;
  (input: Tensor, end: Tensor, options: { weight: Tensor | number }): Tensor;
};

function interpolate(input: Tensor, end: Tensor, weight: Tensor | number): Tensor {
  checkFloat(input, 'lerp');
  checkTensor(end, 'lerp', 'end');
  if (typeof weight !== 'number') checkTensor(weight, 'lerp', 'weight');
  return scope(() => {
    // PyTorch converts a weight without dimensions, as it does a number.
    const ratio = weight instanceof Tensor && weight.dims.length === 0 ? toDtype(weight, input.dtype) : weight;
    for (const [name, x] of [
      ['end', end],
      ['weight', ratio],
    ] as const) {
      if (x instanceof Tensor && x.dtype !== input.dtype) {
        throw new TypeError(`expected dtype ${input.dtype.name} for \`${name}\` but got dtype ${x.dtype.name}`);
      }
    }
    return fused(
      typeof weight === 'number' ? 'LerpBackward0' : 'LerpBackward1',
      [input, end, ratio],
      () => between(input, end, ratio),
      () => [input, end, ratio] as const,
      (g, [a, b, w], node) => [
        node.needs(0) ? mul(g, typeof w === 'number' ? 1 - w : sub(1, w)) : null,
        node.needs(1) ? mul(g, w) : null,
        node.needs(2) ? mul(g, sub(b, a)) : null,
      ],
    );
  });
}

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
export const lerp: LerpOp = named('lerp', ['input', 'end', 'weight'], interpolate);

/** In-place `lerp`. */
export const lerp_: LerpOp = named('lerp_', ['input', 'end', 'weight'], writeBack('lerp_', interpolate));

/**
 * input / other: another name of `div` without options.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.trueDivide(torch.tensor([1, 3]), 2)); // => tensor([0.5000, 1.5000])
 * ```
 */
export const trueDivide: BinaryOp = (input, other) => div(input, other);

/** In-place `trueDivide`. */
export const trueDivide_: (self: Tensor, other: Tensor | number) => Tensor = (self, other) => div_(self, other);

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
export function positive(input: Tensor): Tensor {
  checkTensor(input, 'positive');
  if (input.dtype === bool) throw new TypeError('The `+` operator, on a bool tensor is not supported.');
  return input;
}
