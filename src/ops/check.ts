/** Checks of arguments that several operations share. */
import { inOperation } from '../memory/errors.ts';
import { bind, describe, isOptions, named } from '../tensor/args.ts';
import { Tensor } from '../tensor/tensor.ts';
import { again, checkTensor, type UnaryOp } from './define.ts';

/**
 * `named` for an operation that begins with tensors: those whose names are in `tensors`, separated by spaces. `others`
 * are the names of what follows. Throws for an argument that should be a tensor and is none.
 */
/* @__NO_SIDE_EFFECTS__ */
export function onTensors<F>(name: string, tensors: string, others: string, body: (...args: never[]) => unknown): F {
  const first = tensors.split(' ');
  return named(name, others === '' ? first : [...first, ...others.split(' ')], body, (positions) => {
    for (let i = 0; i < first.length; i++) {
      if (!(positions[i] instanceof Tensor)) checkTensor(positions[i], name, first[i].split('|')[0]);
    }
  });
}

/** An operation of one tensor, for which `list.map(operation)` may be written: a number beside the tensor is no harm. */
/* @__NO_SIDE_EFFECTS__ */
export function onTensor(name: string, body: (input: Tensor) => Tensor): UnaryOp {
  const operation: UnaryOp = (input, more) => {
    if (!(input instanceof Tensor) || typeof more === 'object') return again(operation, name, 'input', [input, more]);
    try {
      return body(input);
    } catch (error) {
      throw inOperation(error, name);
    }
  };
  Object.defineProperty(operation, 'name', { value: name });
  return operation;
}

/** Throws unless the value is an integer. */
export function checkInteger(value: unknown, operation: string, argument: string): asserts value is number {
  if (!Number.isInteger(value)) {
    throw new TypeError(`${operation}(): argument '${argument}' must be int, not ${describe(value)}`);
  }
}

/** Throws unless the value is a number. */
export function checkNumber(value: unknown, operation: string, argument: string): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${operation}(): argument '${argument}' must be a number, not ${describe(value)}`);
  }
}

/** The integers of `f(x, 2, 3)`, `f(x, [2, 3])` or `f(x, { parameter: [2, 3] })`. */
export function intArguments(operation: string, parameter: string, args: readonly unknown[]): readonly number[] {
  const last = args[args.length - 1];
  let given: unknown = args;
  if (isOptions(last)) [given] = bind(operation, [parameter], args.length > 1 ? [args.slice(0, -1), last] : args);
  return integers(Array.isArray(given) && given.length === 1 ? given[0] : given, operation, parameter);
}

/** One integer or a list of them, as a list. */
export function integers(value: unknown, operation: string, argument: string): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const each of list) checkInteger(each, operation, argument);
  return list as readonly number[];
}
