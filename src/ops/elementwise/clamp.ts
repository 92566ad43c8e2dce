/** Operations that keep values within bounds: clamp and its halves, nanToNum. */
import { BinaryCode } from '../../../assembly/codes.ts';
import { describe, named } from '../../tensor/args.ts';
import { bool, type DType, float32, Kind, promote } from '../../tensor/dtype.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { clone, toDtype, where } from '../create/copy.ts';
import { A, B, type BinaryOp, binary, checkTensor, refuseDtype, resultType } from '../define.ts';
import { fused } from '../fused.ts';
import { writeBack } from '../write-back.ts';
import { isfinite, isnan } from './closeness.ts';
import { eq, ge, gt, le, logicalAnd, logicalOr, lt } from './compare.ts';

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
  [A | B, (g, a, b) => where(ge(a as Tensor, b), g, 0)],
  [A | B, (g, a, b) => where(lt(a as Tensor, b), g, 0)],
  {
    backward: ['ClampMinBackward0', 'ClampMinBackward1', 'ClampMinBackward1'],
    refuses: [bool],
    second: 'min',
    check: (a) => checkTensor(a, 'clampMin'),
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
  [A | B, (g, a, b) => where(le(a as Tensor, b), g, 0)],
  [A | B, (g, a, b) => where(gt(a as Tensor, b), g, 0)],
  {
    backward: ['ClampMaxBackward0', 'ClampMaxBackward1', 'ClampMaxBackward1'],
    refuses: [bool],
    second: 'max',
    check: (a) => checkTensor(a, 'clampMax'),
  },
);

/** A bound: a number, a tensor that broadcasts, or none. */
export type Bound = number | Tensor | null | undefined;

/** `clamp`. Both bounds are numbers, or both are tensors. */
export type ClampOp = {
  (input: Tensor, min?: Bound, max?: Bound): Tensor;
  (input: Tensor, options: { min?: Bound; max?: Bound }): Tensor;
};

const given = (x: unknown): x is number | Tensor => x !== undefined && x !== null;

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
  return fused(
    'ClampBackward1',
    [input],
    () => within(toDtype(input, dtype), min, max),
    () => [input],
    (g, [x]) => [where(inside(x, min, max), g, 0)],
  );
}

function clampTensors(input: Tensor, min: Bound, max: Bound, dtype: DType): Tensor {
  return fused(
    'ClampBackward0',
    [input, min, max],
    () => toDtype(within(input, min, max), dtype),
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

function clampTo(input: Tensor, min?: Bound, max?: Bound): Tensor {
  checkTensor(input, 'clamp');
  const bounds = [min, max].filter(given);
  if (bounds.length === 0) throw new RangeError("torch.clamp: At least one of 'min' or 'max' must not be None");
  for (const each of bounds) {
    if (typeof each !== 'number' && !(each instanceof Tensor)) {
      throw new TypeError(`clamp(): a bound must be a number or a tensor, not ${describe(each)}`);
    }
  }
  if (bounds.length === 2 && typeof min !== typeof max) {
    throw new TypeError('clamp(): min and max must both be numbers or both be tensors');
  }
  const dtype = bounds.map((each) => resultType(input, each)).reduce(promote);
  if (dtype === bool) refuseDtype('clamp', bool);
  return bounds[0] instanceof Tensor ? clampTensors(input, min, max, dtype) : clampNumbers(input, min, max, dtype);
}

/**
 * min(max(input, min), max), elementwise; max where the bounds cross, NaN where any of the three is.
 *
 * @param min - Lower bound: a number, a tensor that broadcasts, or null for none.
 * @param max - Upper bound, of the same kind.
 * @throws RangeError without any bound; TypeError for a number beside a tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([-2, 0, 3]);
 * console.log(x.clamp(-1, 1), x.clamp({ min: 0 })); // => tensor([-1.,  0.,  1.]) tensor([0., 0., 3.])
 * ```
 */
export const clamp: ClampOp = named('clamp', 'input min max', clampTo);

/** In-place `clamp`. */
export const clamp_: ClampOp = writeBack('clamp_', clampTo, 'input min max');

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

/** `nanToNum`. */
export type NanToNumOp = {
  (input: Tensor, nan?: number, posinf?: number | null, neginf?: number | null): Tensor;
  (input: Tensor, options: { nan?: number; posinf?: number | null; neginf?: number | null }): Tensor;
};

/** The largest float32. */
const MAX_FLOAT = 3.4028234663852886e38;

function withoutNan(input: Tensor, nan?: number | null, posinf?: number | null, neginf?: number | null): Tensor {
  checkTensor(input, 'nanToNum');
  for (const each of [nan, posinf, neginf]) {
    if (given(each) && typeof each !== 'number') {
      throw new TypeError(`nanToNum(): a replacement must be a number, not ${describe(each)}`);
    }
  }
  if (input.dtype.kind !== Kind.Float) return clone(input);
  const most = input.dtype === float32 ? MAX_FLOAT : Number.MAX_VALUE;
  return fused(
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
export const nanToNum: NanToNumOp = named('nanToNum', 'input nan posinf neginf', withoutNan);

/** In-place `nanToNum`. */
export const nanToNum_: NanToNumOp = writeBack('nanToNum_', withoutNan, 'input nan posinf neginf');
