/** Questions about values: which are finite, zero, equal or close. Answers are bool tensors, or booleans. */

import { CompareCode } from '../../../assembly/codes.ts';
import { describe } from '../../tensor/args.ts';
import { bool, getDefaultDtype, Kind } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { sameDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { unrecorded } from '../composite.ts';
import { toDtype } from '../create/copy.ts';
import type { CompareOp, TensorOp } from '../define.ts';
import { comparison, launchBinary, launchCopy } from '../launch.ts';
import { emptyAs } from '../make.ts';
import { all } from '../reduce/extremes.ts';
import { inPlaceOf, writeBack, writeUnseen } from '../write-back.ts';
import { add, mul, sub } from './binary.ts';
import { eq, ge, gt, le, logicalAnd, logicalOr, logicalXor, lt, ne } from './compare.ts';
import { abs } from './unary.ts';

/** The same answer for each element, in the order in which x has them. */
function alike(x: Tensor, answer: 0 | 1): Tensor {
  const out = emptyAs(x, bool);
  launchCopy(out, answer);
  return out;
}

/**
 * Whether each element is NaN.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.isnan(torch.tensor([1, NaN]))); // => tensor([False,  True])
 * ```
 */
export const isnan = operation(
  'isnan(input: Tensor)',
  (input): Tensor => (input.dtype.kind === Kind.Float ? ne(input, input) : alike(input, 0)),
);

/**
 * Whether each element is infinite, of either sign.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.isinf(torch.tensor([1, -Infinity]))); // => tensor([False,  True])
 * ```
 */
export const isinf = operation(
  'isinf(input: Tensor)',
  (input): Tensor => (input.dtype.kind === Kind.Float ? unrecorded(() => eq(abs(input), Infinity)) : alike(input, 0)),
);

/**
 * Whether each element is neither infinite nor NaN.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.isfinite(torch.tensor([1, NaN, Infinity]))); // => tensor([ True, False, False])
 * ```
 */
export const isfinite = operation(
  'isfinite(input: Tensor)',
  (input): Tensor => (input.dtype.kind === Kind.Float ? unrecorded(() => lt(abs(input), Infinity)) : alike(input, 1)),
);

/**
 * Whether each element is zero.
 *
 * @returns bool, of input's shape.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.logicalNot(torch.tensor([0, 2]))); // => tensor([ True, False])
 * ```
 */
export const logicalNot = operation('logicalNot(input: Tensor)', (input): Tensor => {
  const out = emptyAs(input, bool, 'logicalNot');
  launchBinary(comparison, CompareCode.Eq, input.dtype, out, input, 0);
  return out;
});

/** In-place `logicalNot`: ones and zeros of the tensor's own dtype. */
export const logicalNot_: typeof logicalNot = writeUnseen('logicalNot_', logicalNot);

function close(name: string, input: Tensor, other: Tensor, rtol: number, atol: number, equalNan: boolean): Tensor {
  if (input.dtype !== other.dtype) {
    throw new TypeError(`${name}(): ${input.dtype.name} did not match ${other.dtype.name}`);
  }
  for (const [what, value] of [
    ['rtol', rtol],
    ['atol', atol],
  ] as const) {
    if (typeof value !== 'number') throw new TypeError(`${name}(): ${what} must be a number, not ${describe(value)}`);
    if (!(value >= 0)) throw new RangeError(`${what} must be greater than or equal to zero, but got ${value}`);
  }
  return unrecorded(() => {
    let same = eq(input, other);
    if (equalNan) same = logicalOr(same, logicalAnd(isnan(input), isnan(other)));
    if (rtol === 0 && atol === 0) return same;
    const float = input.dtype.kind === Kind.Float ? input.dtype : getDefaultDtype();
    const allowed = add(abs(mul(toDtype(other, float), rtol)), atol);
    const distance = abs(input.dtype === bool ? sub(toDtype(input, float), toDtype(other, float)) : sub(input, other));
    return logicalOr(same, logicalAnd(isfinite(distance), le(distance, allowed)));
  });
}

/**
 * Whether |input - other| ≤ atol + rtol · |other|, elementwise; infinities are close to themselves.
 *
 * @param other - Of input's dtype, broadcast against it.
 * @param rtol - Relative tolerance, default 1e-5.
 * @param atol - Absolute tolerance, default 1e-8.
 * @param equalNan - Whether NaN is close to NaN; default false.
 * @throws TypeError for dtypes that differ; RangeError for a negative tolerance.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.isclose(torch.tensor([1, 2]), torch.tensor([1.000001, 2.1]))); // => tensor([ True, False])
 * ```
 */
export const isclose = operation(
  'isclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equalNan: bool = false)',
  (input, other, rtol, atol, equalNan): Tensor => close('isclose', input, other, rtol, atol, equalNan),
);

/** Whether every element of a bool tensor is true. */
function holds(answers: () => Tensor): boolean {
  let answer = false;
  scope(() => {
    answer = Boolean(all(answers()).item());
    return [];
  });
  return answer;
}

/**
 * Whether all elements are close, as `isclose` says.
 *
 * @returns A boolean.
 * @throws TypeError for dtypes that differ; RangeError for a negative tolerance, or shapes that do not broadcast.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.allclose(torch.tensor([1, 2]), torch.tensor([1.000001, 2]))); // => true
 * ```
 */
export const allclose = operation(
  'allclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equalNan: bool = false)',
  (input, other, rtol, atol, equalNan): boolean => holds(() => close('allclose', input, other, rtol, atol, equalNan)),
);

/**
 * Whether two tensors have one shape and equal elements. NaN equals nothing.
 *
 * @returns A boolean.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))); // => true
 * ```
 */
export const equal = operation('equal(input: Tensor, other: Tensor)', (input, other): boolean => {
  return sameDims(input.dims, other.dims) && holds(() => eq(input, other));
});

/** `eq`, written over the tensor as ones and zeros of its own dtype. */
export const eq_: CompareOp = writeBack(inPlaceOf('eq_', eq), eq);
/** `ne`, written over the tensor as ones and zeros of its own dtype. */
export const ne_: CompareOp = writeBack(inPlaceOf('ne_', ne), ne);
/** `lt`, written over the tensor as ones and zeros of its own dtype. */
export const lt_: CompareOp = writeBack(inPlaceOf('lt_', lt), lt);
/** `le`, written over the tensor as ones and zeros of its own dtype. */
export const le_: CompareOp = writeBack(inPlaceOf('le_', le), le);
/** `gt`, written over the tensor as ones and zeros of its own dtype. */
export const gt_: CompareOp = writeBack(inPlaceOf('gt_', gt), gt);
/** `ge`, written over the tensor as ones and zeros of its own dtype. */
export const ge_: CompareOp = writeBack(inPlaceOf('ge_', ge), ge);
/** In-place `logicalAnd`. */
export const logicalAnd_: TensorOp = writeUnseen('logicalAnd_', logicalAnd);
/** In-place `logicalOr`. */
export const logicalOr_: TensorOp = writeUnseen('logicalOr_', logicalOr);
/** In-place `logicalXor`. */
export const logicalXor_: TensorOp = writeUnseen('logicalXor_', logicalXor);
