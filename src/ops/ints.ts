/** Operations of a tensor and of integers, which may be separate, in a list, or named. */
import { inOperation } from '../memory/errors.ts';
import { byName } from '../tensor/args.ts';
import { Tensor } from '../tensor/tensor.ts';
import { intArguments, integers } from './check.ts';
import { checkTensor } from './define.ts';

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
  const operation = (input: Tensor, ...args: unknown[]): Tensor => {
    if (!(input instanceof Tensor)) {
      const bound = byName(name, `input ${parameter}`, [input, ...args]);
      if (bound !== null) return body(bound[0] as Tensor, integers(bound[1], name, parameter));
      checkTensor(input, name);
    }
    const list = intArguments(name, parameter, args);
    try {
      return body(input, list);
    } catch (error) {
      throw inOperation(error, name);
    }
  };
  Object.defineProperty(operation, 'name', { value: name });
  return operation as IntsOp<N>;
}
