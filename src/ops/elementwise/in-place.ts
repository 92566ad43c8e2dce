/** In-place forms that other operations are made with, as functions; the methods of a tensor are in methods.ts. */
import type { BinaryOp, UnaryOp } from '../define.ts';
import { inplaceBinary, inplaceUnary } from '../define-inplace.ts';
import { mul, pow } from './binary.ts';
import { log } from './unary.ts';

/** self · other, written into self. */
export const mul_: BinaryOp = inplaceBinary(mul);
/** self to the power of `exponent`, written into self. */
export const pow_: BinaryOp<'exponent'> = inplaceBinary(pow);
/** log(self), written into self. */
export const log_: UnaryOp = inplaceUnary(log);
