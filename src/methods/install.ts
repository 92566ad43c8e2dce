/** Puts operations on the tensor: each becomes a method whose first argument is the tensor itself. */
import { inOperation } from '../memory/errors.ts';
import type { HasRow } from '../ops/define.ts';
import type { HasSignature, SignedMethod } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';

/**
 * An operation without its first argument. Overloads that give the same become one signature, for an editor shows the
 * docstring of a method only if it has one.
 */
type MethodOf<F> = F extends HasSignature
  ? SignedMethod<F>
  : F extends {
        (input: Tensor, ...args: infer A1): infer R1;
        (input: Tensor, ...args: infer A2): infer R2;
        (input: Tensor, ...args: infer A3): infer R3;
        (input: Tensor, ...args: infer A4): infer R4;
      }
    ? [R1, R2, R3, R4] extends [R4, R1, R2, R3]
      ? (...args: A1 | A2 | A3 | A4) => R4
      : { (...args: A1): R1; (...args: A2): R2; (...args: A3): R3; (...args: A4): R4 }
    : never;

type Methods<T, K extends keyof T> = { readonly [P in K]: MethodOf<T[P]> };

/**
 * The methods that the table M makes. O is where the operations stand with their docstrings, which a type mapped over
 * these keeps if it is generic.
 */
export type MethodsOf<M, O> = Methods<O, keyof M & keyof O> & Omit<Methods<M, keyof M>, keyof O>;

type Operation = (input: Tensor, ...args: unknown[]) => unknown;

/** Makes methods of a table of operations. */
export function install(methods: Record<string, unknown>): void {
  for (const [name, operation] of Object.entries(methods)) {
    const value = methodOf(name, operation as Operation);
    Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
  }
}

function methodOf(name: string, call: Operation): unknown {
  // The frequent ones, which take an operand at the most: without a list of arguments, and they name themselves.
  const operands = (call as Partial<HasRow>).row?.operands;
  if (operands === 1) {
    return function (this: Tensor, more?: unknown) {
      return call(this, more);
    };
  }
  if (operands === 2) {
    return function (this: Tensor, other: unknown, more?: unknown) {
      return call(this, other, more);
    };
  }
  if ('signature' in call) {
    return function (this: Tensor, ...args: unknown[]) {
      return call(this, ...args);
    };
  }
  return function (this: Tensor, ...args: unknown[]) {
    try {
      return call(this, ...args);
    } catch (error) {
      throw inOperation(error, name);
    }
  };
}
