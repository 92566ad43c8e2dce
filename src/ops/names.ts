/** Names that pasted programs use: constants, and a question. */
import { Tensor } from '../tensor/tensor.ts';

/** π. */
export const pi: number = Math.PI;
/** Euler's number. */
export const e: number = Math.E;
/** Infinity. */
export const inf: number = Infinity;
/** Not a number. */
export const nan: number = NaN;

/**
 * Whether a value is a tensor.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.isTensor(torch.ones(2)), torch.isTensor([1, 1])); // => true false
 * ```
 */
export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;
