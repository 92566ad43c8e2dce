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
/** Whether input differs from other, elementwise; true for NaN. */
export const ne: BinaryOp = compare('ne', CompareCode.Ne);
/** Whether input is less than other, elementwise. */
export const lt: BinaryOp = compare('lt', CompareCode.Lt);
/** Whether input is less than or equal to other, elementwise. */
export const le: BinaryOp = compare('le', CompareCode.Le);
/** Whether input is greater than other, elementwise. */
export const gt: BinaryOp = compare('gt', CompareCode.Gt);
/** Whether input is greater than or equal to other, elementwise. */
export const ge: BinaryOp = compare('ge', CompareCode.Ge);
/** Whether both are not zero, elementwise. */
export const logicalAnd: BinaryOp = compare('logicalAnd', CompareCode.LogicalAnd);
/** Whether at least one is not zero, elementwise. */
export const logicalOr: BinaryOp = compare('logicalOr', CompareCode.LogicalOr);
/** Whether exactly one is not zero, elementwise. */
export const logicalXor: BinaryOp = compare('logicalXor', CompareCode.LogicalXor);
