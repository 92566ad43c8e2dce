/**
 * Operations that a training step calls too often for each call to be bound: a look tells whether the arguments are in
 * their places, as they mostly are. Only where one is not, or somebody listens, the call goes by way of the binder.
 */
import { inOperation } from '../memory/errors.ts';
import { again, signed } from '../tensor/signature.ts';
import { tell } from '../tensor/tell.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { UnaryOp } from './define.ts';
import type { Operand } from './promote.ts';
import { isScalar } from './scalar.ts';

/** Takes one tensor, called `first`. */
/* @__NO_SIDE_EFFECTS__ */
export function quick(name: string, body: (input: Tensor) => Tensor, first = 'input'): UnaryOp {
  const call = signed(`${name}(${first}: Tensor)`, (input: Tensor, more?: unknown): Tensor => {
    if (tell !== null || !(input instanceof Tensor) || typeof more === 'object') return again(call, [input, more]);
    try {
      return body(input);
    } catch (error) {
      throw inOperation(error, name);
    }
  });
  return call;
}

/** Two tensors, of which the second is called N. */
export type PairOp<N extends string> = {
  (input: Tensor, other: Tensor): Tensor;
  (input: Tensor, options: { [_ in N]: Tensor }): Tensor;
};

/** Takes two tensors, and no number. */
/* @__NO_SIDE_EFFECTS__ */
export function quickPair<N extends string>(
  name: string,
  second: N,
  body: (input: Tensor, other: Tensor) => Tensor,
): PairOp<N> {
  const call = signed(`${name}(input: Tensor, ${second}: Tensor)`, (a: Tensor, b: Tensor, more?: unknown): Tensor => {
    if (tell !== null || !(a instanceof Tensor && b instanceof Tensor) || typeof more === 'object') {
      return again(call, [a, b, more]);
    }
    try {
      return body(a, b);
    } catch (error) {
      throw inOperation(error, name);
    }
  });
  return call as unknown as PairOp<N>;
}

/** Writes what is called N into a tensor, which it returns. */
export type WriteOp<N extends string> = {
  (self: Tensor, value: Operand): Tensor;
  (self: Tensor, options: { [_ in N]: Operand }): Tensor;
};

/** Writes a tensor or a number into a tensor. */
/* @__NO_SIDE_EFFECTS__ */
export function quickWrite<N extends string>(
  name: string,
  second: N,
  body: (self: Tensor, value: Operand) => Tensor,
): WriteOp<N> {
  const text = `${name}(self: Tensor, ${second}: operand)`;
  const call = signed(text, (self: Tensor, value: Operand, more?: unknown): Tensor => {
    const fits = self instanceof Tensor && (value instanceof Tensor || isScalar(value));
    if (tell !== null || !fits || typeof more === 'object') return again(call, [self, value, more]);
    try {
      return body(self, value);
    } catch (error) {
      throw inOperation(error, name);
    }
  });
  return call as unknown as WriteOp<N>;
}
