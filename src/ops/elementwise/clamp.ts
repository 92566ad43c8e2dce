/** Operations that keep values within bounds: clamp and its halves, nanToNum. */

import { BinaryCode } from '../../../assembly/codes.ts';
import { isTracked } from '../../autograd/node.ts';
import { bool, type DType, float32, Kind } from '../../tensor/dtype.ts';
import { operation } from '../../tensor/signature.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { clone, toDtype, where } from '../create/copy.ts';
import { type BinaryOp, type BinaryOptions, binary, Reads } from '../define.ts';
import { checkTensor, type Operand, refuseDtype, resultType } from '../promote.ts';
import { held, type Scalar, toNumber } from '../scalar.ts';
import { writeBack } from '../write-back.ts';
import { isfinite, isnan } from './closeness.ts';
import { eq, ge, gt, le, logicalAnd, logicalOr, lt } from './compare.ts';

/** Throws for a first operand that is no tensor, and for a bound that the dtype they meet in cannot hold. */
function checkBound(name: string): NonNullable<BinaryOptions['check']> {
  return (a, b, dtype) => {
    checkTensor(a, name);
    if (typeof b === 'number') held(dtype, b);
  };
}

/**
 * The larger of input and a bound. At the bound the gradient flows to the input.
 *
 * @param min - A tensor that broadcasts, or a number.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.clampMin(torch.tensor([-1, 2]), 0)); // => tensor([0., 2.])
 * ```
 */
export const clampMin: BinaryOp<'min'> = binary(
  'clampMin',
  BinaryCode.Maximum,
  [Reads.A | Reads.B, (g, a, b) => where(ge(a as Tensor, b), g, 0)],
  [Reads.A | Reads.B, (g, a, b) => where(lt(a as Tensor, b), g, 0)],
  {
    backward: ['ClampMinBackward0', 'ClampMinBackward1', 'ClampMinBackward1'],
    second: 'min',
    check: checkBound('clampMin'),
  },
);

/**
 * The smaller of input and a bound. At the bound the gradient flows to the input.
 *
 * @param max - A tensor that broadcasts, or a number.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.clampMax(torch.tensor([-1, 2]), 0)); // => tensor([-1.,  0.])
 * ```
 */
export const clampMax: BinaryOp<'max'> = binary(
  'clampMax',
  BinaryCode.Minimum,
  [Reads.A | Reads.B, (g, a, b) => where(le(a as Tensor, b), g, 0)],
  [Reads.A | Reads.B, (g, a, b) => where(gt(a as Tensor, b), g, 0)],
  {
    backward: ['ClampMaxBackward0', 'ClampMaxBackward1', 'ClampMaxBackward1'],
    second: 'max',
    check: checkBound('clampMax'),
  },
);

/** A bound: a number, a tensor that broadcasts, or none. */
export type Bound = number | Tensor | null | undefined;

/** `clamp`. */
export type ClampOp = {
  (input: Tensor, min?: Operand | null, max?: Operand | null): Tensor;
  (input: Tensor, options: { min?: Operand | null; max?: Operand | null }): Tensor;
};

const given = <T>(x: T): x is NonNullable<T> => x !== undefined && x !== null;

/** x within the bounds that are given, the upper one last; unrecorded. */
export function within(x: Tensor, min: Bound, max: Bound): Tensor {
  const above = given(min) ? clampMin(x, min) : x;
  return given(max) ? clampMax(above, max) : above;
}

/** Where x is within the bounds, both included. */
function inside(x: Tensor, min: Bound, max: Bound): Tensor {
  if (given(min) && given(max)) return logicalAnd(ge(x, min), le(x, max));
  return given(min) ? ge(x, min) : le(x, max as number | Tensor);
}

function clampNumbers(input: Tensor, min: Bound, max: Bound, dtype: DType): Tensor {
  return composite(
    'ClampBackward1',
    [input],
    () => within(toDtype(input, dtype), min, max),
    () => [input],
    (g, [x]) => [where(inside(x, min, max), g, 0)],
  );
}

function clampTensors(input: Tensor, min: Bound, max: Bound, dtype: DType): Tensor {
  return composite(
    'ClampBackward0',
    [input, min, max],
    () => {
      const [low, high] = [min, max].map((x) => (x instanceof Tensor ? toDtype(x, dtype) : x));
      return within(toDtype(input, dtype), low, high);
    },
    () => [input, min, max] as const,
    (g, [x, low, high], node) => [
      node.needs(0) ? where(inside(x, low, high), g, 0) : null,
      node.needs(1)
        ? where(
            bound(lt(x, low as Tensor), high, () => lt(low as Tensor, high as Tensor)),
            g,
            0,
          )
        : null,
      node.needs(2)
        ? where(
            beyond(gt(x, high as Tensor), low, () => lt(high as Tensor, low as Tensor)),
            g,
            0,
          )
        : null,
    ],
  );
}

/** Below the lower bound, and that below the upper one if there is one. */
function bound(below: Tensor, other: Bound, ordered: () => Tensor): Tensor {
  return given(other) ? logicalAnd(below, ordered()) : below;
}

/** Above the upper bound, or that below the lower one if there is one. */
function beyond(above: Tensor, other: Bound, crossed: () => Tensor): Tensor {
  return given(other) ? logicalOr(above, crossed()) : above;
}

const CLAMP = 'clamp(input: Tensor, min: operand? = null, max: operand? = null)';

function clampTo(input: Tensor, lower: Operand | null, upper: Operand | null): Tensor {
  const bounds = [lower, upper].filter(given);
  if (bounds.length === 0) throw new RangeError("torch.clamp: At least one of 'min' or 'max' must not be None");
  const tensors = bounds.every((each) => each instanceof Tensor);
  if (!tensors && bounds.some((each) => each instanceof Tensor && (each.dims.length > 0 || isTracked(each)))) {
    throw new TypeError(
      'clamp(): min and max must both be numbers or both be tensors; beside a number, a tensor counts as one that has no ' +
        'dimensions and does not require grad',
    );
  }
  const [min, max] = [lower, upper].map((x) => (!tensors && x instanceof Tensor ? x.item() : x));
  // Of such a tensor a whole number is a float still.
  const [a, b] = bounds.map((x) => (tensors || !(x instanceof Tensor) ? x : x.dtype.isFloatingPoint ? 0.5 : x.item()));
  const dtype = resultType(input, a, b);
  // PyTorch compares bools with one tensor of them, and not with two.
  if (dtype === bool && (!tensors || bounds.length === 2)) refuseDtype('clamp', bool);
  const [low, high] = [min, max].map((x, i) => {
    if (x instanceof Tensor || !given(x)) return x;
    held(dtype, x);
    return toNumber(x, 'clamp', i === 0 ? 'min' : 'max');
  });
  return tensors ? clampTensors(input, low, high, dtype) : clampNumbers(input, low, high, dtype);
}

/**
 * min(max(input, min), max), elementwise; max where the bounds cross, NaN where any of the three is.
 *
 * @param min - Lower bound: a number, a tensor that broadcasts, or null for none.
 * @param max - Upper bound, of the same kind; beside a number, a tensor without dimensions counts as one.
 * @throws RangeError without any bound, or for one that the dtype cannot hold; TypeError for a number beside a tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([-2, 0, 3]);
 * console.log(x.clamp(-1, 1), x.clamp({ min: 0 })); // => tensor([-1.,  0.,  1.]) tensor([0., 0., 3.])
 * ```
 */
export const clamp: ClampOp = operation(CLAMP, clampTo);

/**
 * In-place `clamp`.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.clamp_(torch.tensor([-2, 0, 3]), -1, 1)); // => tensor([-1.,  0.,  1.])
 * ```
 */
export const clamp_: ClampOp = writeBack(CLAMP.replace('clamp', 'clamp_'), clampTo);

/**
 * Another name of `clamp`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.clip(torch.tensor([-2, 3]), -1, 1)); // => tensor([-1.,  1.])
 * ```
 */
export const clip: ClampOp = clamp;

/** Another name for `clamp_`. */
export const clip_: ClampOp = clamp_;

/** `nanToNum`. */
export type NanToNumOp = {
  (input: Tensor, nan?: Scalar, posinf?: Scalar | null, neginf?: Scalar | null): Tensor;
  (input: Tensor, options: { nan?: Scalar; posinf?: Scalar | null; neginf?: Scalar | null }): Tensor;
};

/** The largest float32. */
const MAX_FLOAT = 3.4028234663852886e38;

const NAN_TO_NUM = 'nanToNum(input: Tensor, nan: scalar? = null, posinf: scalar? = null, neginf: scalar? = null)';

function withoutNan(input: Tensor, ...replacements: readonly (Scalar | null)[]): Tensor {
  const round = input.dtype === float32 ? Math.fround : Number;
  const [nan, posinf, neginf] = ['nan', 'posinf', 'neginf'].map((name, i) => {
    const value = replacements[i];
    return given(value) ? round(toNumber(value, 'nanToNum', name)) : null;
  });
  if (input.dtype.kind !== Kind.Float) return clone(input);
  const most = input.dtype === float32 ? MAX_FLOAT : Number.MAX_VALUE;
  return composite(
    'NanToNumBackward0',
    [input],
    () => {
      const finite = where(eq(input, Infinity), posinf ?? most, where(eq(input, -Infinity), neginf ?? -most, input));
      return where(isnan(input), nan ?? 0, finite);
    },
    () => [input],
    (g, [x]) => [where(isfinite(x), g, 0)],
  );
}

/**
 * NaN and the infinities replaced by numbers; integers unchanged. The gradient there is 0.
 *
 * @param nan - Default 0.
 * @param posinf - Default: the dtype's largest number.
 * @param neginf - Default: the dtype's lowest number.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nanToNum(torch.tensor([NaN, 1, Infinity]), { posinf: 9 })); // => tensor([0., 1., 9.])
 * ```
 */
export const nanToNum: NanToNumOp = operation(NAN_TO_NUM, withoutNan);

/**
 * In-place `nanToNum`.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nanToNum_(torch.tensor([NaN, 1]), 7)); // => tensor([7., 1.])
 * ```
 */
export const nanToNum_: NanToNumOp = writeBack(NAN_TO_NUM.replace('nanToNum', 'nanToNum_'), withoutNan);
