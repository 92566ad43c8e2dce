/** Elementwise comparisons and logic: bool output, no derivative. */
import { CompareCode } from '../../../assembly/codes.ts';
import { type CompareOp, compare, type TensorOp } from '../define.ts';

/**
 * Whether input equals other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).eq(2)); // => tensor([False,  True])
 * ```
 */
export const eq: CompareOp = compare('eq', CompareCode.Eq);
/**
 * Whether input differs from other, elementwise; true for NaN.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).ne(2)); // => tensor([ True, False])
 * ```
 */
export const ne: CompareOp = compare('ne', CompareCode.Ne);
/**
 * Whether input is less than other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).lt(2)); // => tensor([ True, False])
 * ```
 */
export const lt: CompareOp = compare('lt', CompareCode.Lt);
/**
 * Whether input is less than or equal to other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([2, 3]).le(2)); // => tensor([ True, False])
 * ```
 */
export const le: CompareOp = compare('le', CompareCode.Le);
/**
 * Whether input is greater than other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([2, 3]).gt(2)); // => tensor([False,  True])
 * ```
 */
export const gt: CompareOp = compare('gt', CompareCode.Gt);
/**
 * Whether input is greater than or equal to other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).ge(2)); // => tensor([False,  True])
 * ```
 */
export const ge: CompareOp = compare('ge', CompareCode.Ge);
/**
 * Whether both are not zero, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).logicalAnd(torch.tensor([1, 1]))); // => tensor([False,  True])
 * ```
 */
export const logicalAnd: TensorOp = compare('logicalAnd', CompareCode.LogicalAnd, false);
/**
 * Whether at least one is not zero, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).logicalOr(torch.tensor([0, 0]))); // => tensor([False,  True])
 * ```
 */
export const logicalOr: TensorOp = compare('logicalOr', CompareCode.LogicalOr, false);
/**
 * Whether exactly one is not zero, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).logicalXor(torch.tensor([1, 1]))); // => tensor([ True, False])
 * ```
 */
export const logicalXor: TensorOp = compare('logicalXor', CompareCode.LogicalXor, false);
