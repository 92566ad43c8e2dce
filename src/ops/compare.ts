/** Elementwise comparisons and logic: bool output, no derivative. */
import { CompareCode } from '../../assembly/codes.ts';
import { type BinaryOp, compare } from './define.ts';

/**
 * Whether input equals other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).eq(2)); // => tensor([False,  True])
 * ```
 */
export const eq: BinaryOp = compare('eq', CompareCode.Eq);
/**
 * Whether input differs from other, elementwise; true for NaN.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).ne(2)); // => tensor([ True, False])
 * ```
 */
export const ne: BinaryOp = compare('ne', CompareCode.Ne);
/**
 * Whether input is less than other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).lt(2)); // => tensor([ True, False])
 * ```
 */
export const lt: BinaryOp = compare('lt', CompareCode.Lt);
/**
 * Whether input is less than or equal to other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([2, 3]).le(2)); // => tensor([ True, False])
 * ```
 */
export const le: BinaryOp = compare('le', CompareCode.Le);
/**
 * Whether input is greater than other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([2, 3]).gt(2)); // => tensor([False,  True])
 * ```
 */
export const gt: BinaryOp = compare('gt', CompareCode.Gt);
/**
 * Whether input is greater than or equal to other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).ge(2)); // => tensor([False,  True])
 * ```
 */
export const ge: BinaryOp = compare('ge', CompareCode.Ge);
/**
 * Whether both are not zero, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).logicalAnd(torch.tensor([1, 1]))); // => tensor([False,  True])
 * ```
 */
export const logicalAnd: BinaryOp = compare('logicalAnd', CompareCode.LogicalAnd, false);
/**
 * Whether at least one is not zero, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).logicalOr(torch.tensor([0, 0]))); // => tensor([False,  True])
 * ```
 */
export const logicalOr: BinaryOp = compare('logicalOr', CompareCode.LogicalOr, false);
/**
 * Whether exactly one is not zero, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).logicalXor(torch.tensor([1, 1]))); // => tensor([ True, False])
 * ```
 */
export const logicalXor: BinaryOp = compare('logicalXor', CompareCode.LogicalXor, false);
