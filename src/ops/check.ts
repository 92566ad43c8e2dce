/** Checks of arguments that several operations share. */
import { describe } from '../tensor/args.ts';

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

/** One integer or a list of them, as a list. */
export function integers(value: unknown, operation: string, argument: string): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const each of list) checkInteger(each, operation, argument);
  return list as readonly number[];
}
