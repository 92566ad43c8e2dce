/** Operations of a tensor and of integers, which may be separate, in a list, or named. */
import { operation } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Functions that take a shape or dimensions, called N, as separate integers or as one list. */
export type IntsOp<N extends string> = {
  (input: Tensor, ...ints: number[]): Tensor;
  (input: Tensor, ints: readonly number[]): Tensor;
  (input: Tensor, options: { [_ in N]: readonly number[] }): Tensor;
};

/** An operation of a tensor and of integers that are called `parameter`. */
/* @__NO_SIDE_EFFECTS__ */
export function ints<N extends string>(
  name: string,
  parameter: N,
  body: (x: Tensor, list: readonly number[]) => Tensor,
): IntsOp<N> {
  return operation<IntsOp<N>>(`${name}(input: Tensor, ...${parameter}: int)`, body);
}

/** One integer or a list of them, as a list. */
export const listed = (value: number | readonly number[]): readonly number[] =>
  typeof value === 'number' ? [value] : value;
