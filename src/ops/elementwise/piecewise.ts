/**
 * Activation functions that are lines put together: relu and its relations. Those with an exponential are in
 * activation.ts.
 */

import { BinaryCode } from '../../../assembly/codes.ts';
import { bool, uint8 } from '../../tensor/dtype.ts';
import { nameIn, operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite, flatIn } from '../composite.ts';
import { where } from '../create/copy.ts';
import { type BinaryOp, binary, type NamedOp, Reads } from '../define.ts';
import { inplaceUnary } from '../define-inplace.ts';
import { checkTensor, refuseDtype } from '../promote.ts';
import { held, type Scalar, toNumber } from '../scalar.ts';
import { reshape } from '../view/view.ts';
import { writeBack, writeThrough } from '../write-back.ts';
import { checkFloat } from './arithmetic.ts';
import { add, div, leakyRelu as leaky, mul, sub } from './binary.ts';
import { within } from './clamp.ts';
import { ge, gt, le, logicalOr, lt } from './compare.ts';
import { abs, relu as plainRelu } from './unary.ts';

/** An activation without parameters. */
export type Activation = {
  (input: Tensor, inplace?: boolean): Tensor;
  (input: Tensor, options: { inplace?: boolean }): Tensor;
};

/** An activation with one parameter P. */
export type ActivationWith<P extends string> = {
  (input: Tensor, value?: number, inplace?: boolean): Tensor;
  (input: Tensor, options: { [K in P]?: number } & { inplace?: boolean }): Tensor;
};

/** An activation whose last parameter is `inplace`, of what it computes and of what it writes. */
/* @__NO_SIDE_EFFECTS__ */
export function withInplace<F extends (...args: never[]) => Tensor>(
  text: string,
  apply: (input: Tensor, ...values: never[]) => Tensor,
  write: (input: Tensor, ...values: never[]) => Tensor = writeBack(`${nameIn(text)}_(input: Tensor)`, apply),
): F {
  const alone = text.split(', ').length === 2;
  if (alone) return operation<F>(text, (input: Tensor, inplace: boolean) => (inplace ? write(input) : apply(input)));
  return operation<F>(text, (input: Tensor, ...rest: unknown[]) => {
    const values = rest.slice(0, -1) as never[];
    return rest[rest.length - 1] ? write(input, ...values) : apply(input, ...values);
  });
}

function hardsigmoidOf(input: Tensor): Tensor {
  checkFloat(input, 'hardsigmoid');
  return composite(
    'HardsigmoidBackward0',
    [input],
    () => div(within(add(input, 3), 0, 6), 6),
    () => [input],
    (g, [x]) => [flatIn(x, where(lt(abs(x), 3), div(g, 6), 0))],
  );
}

/**
 * min(max(x + 3, 0), 6) / 6: a sigmoid made of three lines.
 *
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.hardsigmoid(torch.tensor([-4, 0, 1.5]))); // => tensor([0.0000, 0.5000, 0.7500])
 * ```
 */
export const hardsigmoid: Activation = withInplace('hardsigmoid(input: Tensor, inplace: bool = false)', hardsigmoidOf);

function hardswishOf(input: Tensor): Tensor {
  checkFloat(input, 'hardswish');
  return composite(
    'HardswishBackward0',
    [input],
    () => div(mul(within(add(input, 3), 0, 6), input), 6),
    () => [input],
    (g, [x]) => [where(le(x, -3), 0, where(lt(x, 3), mul(g, add(div(x, 3), 0.5)), g))],
  );
}

/**
 * x · hardsigmoid(x).
 *
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.hardswish(torch.tensor([-4, 0, 1.5]))); // => tensor([-0.0000, 0.0000, 1.1250])
 * ```
 */
export const hardswish: Activation = withInplace('hardswish(input: Tensor, inplace: bool = false)', hardswishOf);

function hardtanhOf(input: Tensor, least: Scalar = -1, most: Scalar = 1): Tensor {
  checkTensor(input, 'hardtanh');
  const [minVal, maxVal] = [toNumber(least, 'hardtanh', 'minVal'), toNumber(most, 'hardtanh', 'maxVal')];
  if (minVal > maxVal) throw new RangeError(`minVal ${minVal} cannot be greater than maxVal ${maxVal}`);
  const { dtype } = input;
  if (dtype === bool) throw new TypeError('Bool inputs not supported for hardtanh');
  const [low, high] = dtype.isFloatingPoint ? [minVal, maxVal] : [Math.trunc(minVal), Math.trunc(maxVal)];
  for (const limit of [low, high]) held(dtype, limit);
  if (dtype === uint8 && low < 0) throw new RangeError('cannot do hardtanh on an unsigned type with negative limits');
  return composite(
    'HardtanhBackward0',
    [input],
    () => within(input, low, high),
    () => [input],
    (g, [x]) => [flatIn(x, where(logicalOr(le(x, low), ge(x, high)), 0, g))],
  );
}

/** Its in-place form. */
const writeHardtanh = (input: Tensor, minVal?: number, maxVal?: number): Tensor => hardtanh_(input, minVal, maxVal);

/** `F.hardtanh`. */
export type HardtanhOp = {
  (input: Tensor, minVal?: Scalar, maxVal?: Scalar, inplace?: boolean): Tensor;
  (input: Tensor, options: { minVal?: Scalar; maxVal?: Scalar; inplace?: boolean }): Tensor;
};

/**
 * x kept between two numbers; unlike clamp's, its derivative is 0 at the bounds.
 *
 * @param minVal - Default -1.
 * @param maxVal - Default 1.
 * @param inplace - Writes the input; default false.
 * @throws TypeError for bool; RangeError for bounds that cross.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.hardtanh(torch.tensor([-2, 0.5, 3]))); // => tensor([-1.0000,  0.5000,  1.0000])
 * ```
 */
export const hardtanh: HardtanhOp = withInplace(
  'hardtanh(input: Tensor, minVal: scalar = -1, maxVal: scalar = 1, inplace: bool = false)',
  hardtanhOf,
  writeHardtanh,
);

/** Throws where the result of an in-place activation does not tell what its input was. */
export function refuseNegative(name: string, slope: number): void {
  if (slope >= 0) return;
  throw new Error(
    `In-place ${name} backward calculation is triggered with a negative slope which is not supported. This is caused ` +
      'by calling in-place forward function with a negative slope, please call out-of-place version instead.',
  );
}

const leakyOf = (input: Tensor, slope: number): Tensor => {
  checkFloat(input, 'leakyRelu');
  return leaky(input, slope);
};

/**
 * x where x > 0, otherwise negativeSlope · x.
 *
 * @param negativeSlope - Default 0.01.
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.leakyRelu(torch.tensor([-1, 2]), 0.1)); // => tensor([-0.1000,  2.0000])
 * ```
 */
export const leakyRelu: ActivationWith<'negativeSlope'> = withInplace(
  'leakyRelu(input: Tensor, negativeSlope: float = 0.01, inplace: bool = false)',
  leakyOf,
  (input, slope) => leakyRelu_(input, slope),
);

const preluRow: BinaryOp = binary(
  'prelu',
  BinaryCode.LeakyRelu,
  [Reads.A | Reads.B, (g, x, weight) => flatIn(x as Tensor, where(gt(x as Tensor, 0), g, mul(g, weight)))],
  [Reads.A | Reads.B, (g, x) => where(gt(x as Tensor, 0), 0, mul(g, x))],
  { backward: 'PreluKernelBackward0' },
);

/**
 * x where x > 0, otherwise weight · x: a leaky relu whose slope is learned.
 *
 * @param weight - One number, or one for each channel (dimension 1), of input's dtype.
 * @throws TypeError for integers and for dtypes that differ; RangeError for another number of weights.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.prelu(torch.tensor([-1, 2]), torch.tensor([0.25]))); // => tensor([-0.2500,  2.0000])
 * ```
 */
export const prelu = operation('prelu(input: Tensor, weight: Tensor)', (input, slope): Tensor => {
  checkFloat(input, 'prelu');
  checkTensor(slope, 'prelu', 'weight');
  if (slope.dtype !== input.dtype) {
    throw new TypeError(`prelu: Type promoting not supported. Got ${input.dtype.name} and ${slope.dtype.name}`);
  }
  const { dims } = input;
  if (slope.dims.length > 1) {
    throw new RangeError(
      `prelu: Expected \`weight\` to be a scalar or 1D tensor, but got: ndim = ${slope.dims.length}`,
    );
  }
  if (slope.count === 1) return preluRow(input, dims.length === 0 ? reshape(slope, []) : slope);
  const channels = dims.length < 2 ? 1 : dims[1];
  if (slope.count !== channels) {
    throw new RangeError(
      'Mismatch of parameter numbers and input channel size. Found parameter numbers = ' +
        `${slope.count} and channel size = ${channels}.`,
    );
  }
  return preluRow(input, reshape(slope, [channels, ...dims.slice(2).map(() => 1)]));
});

/**
 * max(x, 0).
 *
 * @param inplace - Writes the input; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.relu(torch.tensor([3, -2]))); // => tensor([3., 0.])
 * ```
 */
export const functionalRelu: Activation = withInplace(
  'relu(input: Tensor, inplace: bool = false)',
  plainRelu,
  inplaceUnary(plainRelu),
);

/**
 * min(max(x, 0), 6).
 *
 * @param inplace - Writes the input; default false.
 * @throws TypeError for bool.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.relu6(torch.tensor([-1, 2, 8]))); // => tensor([0., 2., 6.])
 * ```
 */
export const relu6: Activation = withInplace(
  'relu6(input: Tensor, inplace: bool = false)',
  (input) => hardtanhOf(input, 0, 6),
  (input) => hardtanh_(input, 0, 6),
);

function shrink(name: string, backward: string, moved: (x: Tensor, lambd: number) => Tensor): ShrinkOp {
  return operation<ShrinkOp>(`${name}(input: Tensor, lambd: float = 0.5)`, (input: Tensor, lambd: number) => {
    checkFloat(input, name);
    if (name === 'softshrink' && !(lambd >= 0 && lambd < Infinity)) {
      throw new RangeError(`lambd must be a finite number that is not negative, but found ${lambd}`);
    }
    return composite(
      backward,
      [input],
      () => moved(input, lambd),
      () => [input],
      // NaN is not within.
      (g, [x]) => [flatIn(x, where(le(abs(x), lambd), 0, g))],
    );
  });
}

/** `F.hardshrink` and `F.softshrink`. */
export type ShrinkOp = {
  (input: Tensor, lambd?: number): Tensor;
  (input: Tensor, options: { lambd?: number }): Tensor;
};

/**
 * 0 where |x| ≤ lambd, otherwise x.
 *
 * @param lambd - Default 0.5.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.hardshrink(torch.tensor([-2, 0.25, 1]))); // => tensor([-2.,  0.,  1.])
 * ```
 */
export const hardshrink: ShrinkOp = shrink('hardshrink', 'HardshrinkBackward0', (x, lambd) =>
  where(le(abs(x), lambd), 0, x),
);

/**
 * x moved towards 0 by lambd, and 0 where it would get there.
 *
 * @param lambd - Default 0.5; not negative.
 * @throws TypeError for integers; RangeError for a negative lambd.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.softshrink(torch.tensor([-2, 0.25, 1]))); // => tensor([-1.5000,  0.0000,  0.5000])
 * ```
 */
export const softshrink: ShrinkOp = shrink('softshrink', 'SoftshrinkBackward0', (x, lambd) =>
  where(le(abs(x), lambd), 0, sub(x, within(x, -lambd, lambd))),
);

function thresholdOf(input: Tensor, threshold: Scalar, value: Scalar, backward = 'ThresholdBackward0'): Tensor {
  checkTensor(input, 'threshold');
  const { dtype } = input;
  if (dtype === bool) refuseDtype('threshold', bool);
  const cut = (given: Scalar, name: string): number => {
    const number = toNumber(given, 'threshold', name);
    held(dtype, number);
    return dtype.isFloatingPoint ? number : Math.trunc(number);
  };
  const [limit, otherwise] = [cut(threshold, 'threshold'), cut(value, 'value')];
  return composite(
    backward,
    [input],
    () => where(le(input, limit), otherwise, input),
    () => [input],
    (g, [x]) => [flatIn(x, where(le(x, limit), 0, g))],
  );
}

/** `F.threshold`. */
export type ThresholdOp = {
  (input: Tensor, threshold: Scalar, value: Scalar, inplace?: boolean): Tensor;
  (input: Tensor, options: { threshold: Scalar; value: Scalar; inplace?: boolean }): Tensor;
};

/**
 * x where x > threshold, otherwise value.
 *
 * @param inplace - Writes the input; default false.
 * @throws TypeError for bool; RangeError for a number that the dtype cannot hold.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.threshold(torch.tensor([1, 2, 3]), 1.5, 9)); // => tensor([9., 2., 3.])
 * ```
 */
export const threshold: ThresholdOp = withInplace(
  'threshold(input: Tensor, threshold: scalar, value: scalar, inplace: bool = false)',
  (input, limit, value) => thresholdOf(input, limit, value),
  (input, limit, value) => threshold_(input, limit, value),
);

/**
 * In-place `hardtanh`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([-2, 3]);
 * torch.nn.functional.hardtanh_(x);
 * console.log(x); // => tensor([-1.,  1.])
 * ```
 */
export const hardtanh_: NamedOp<'minVal maxVal', [minVal?: Scalar, maxVal?: Scalar]> = writeThrough(
  'hardtanh_(input: Tensor, minVal: scalar = -1, maxVal: scalar = 1)',
  hardtanhOf,
  'HardtanhBackward1',
  (g, y, low: Scalar, high: Scalar) => where(logicalOr(le(y, low), ge(y, high)), 0, g),
);
/**
 * In-place `leakyRelu`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([-1, 2]);
 * torch.nn.functional.leakyRelu_(x, 0.1);
 * console.log(x); // => tensor([-0.1000,  2.0000])
 * ```
 */
export const leakyRelu_: NamedOp<'negativeSlope', [negativeSlope?: number]> = writeThrough(
  'leakyRelu_(input: Tensor, negativeSlope: float = 0.01)',
  leakyOf,
  'LeakyReluBackward1',
  (g, y, slope: number) => {
    refuseNegative('leakyRelu', slope);
    return where(gt(y, 0), g, mul(g, slope));
  },
);
/**
 * In-place `threshold`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, 2]);
 * torch.nn.functional.threshold_(x, 1.5, 9);
 * console.log(x); // => tensor([9., 2.])
 * ```
 */
export const threshold_: NamedOp<'threshold value', [threshold: Scalar, value: Scalar]> = writeBack(
  'threshold_(input: Tensor, threshold: scalar, value: scalar)',
  (input: Tensor, limit: number, value: number) => thresholdOf(input, limit, value, 'ThresholdBackward1'),
);
