/** How modules read their arguments and check their members. */
import { describe } from '../tensor/args.ts';

/** Constructor arguments: positions, or all in one object, or the first and the others in an object. */
export type Given<P extends readonly unknown[], O> = P | [options: O] | [first: P[0], options: O];

/** What may be assigned where one of a kind was, besides null. */
const EXPECTED: Readonly<Record<string, string>> = {
  parameter: 'nn.Parameter',
  'child module': 'nn.Module',
  buffer: 'Tensor',
};

/** Throws unless nothing stands where one of `kind` was. */
export function checkPlace(kind: string, name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  throw new TypeError(`cannot assign ${describe(value)} as ${kind} '${name}' (${EXPECTED[kind]} or null expected)`);
}

/** Throws unless a member can be registered under the name. */
export function checkName(name: unknown, caller: string): void {
  if (typeof name !== 'string') throw new TypeError(`${caller}(): name should be a string. Got ${describe(name)}`);
  if (name.includes('.')) throw new RangeError(`${caller}(): name can't contain ".", got "${name}"`);
  if (name === '') throw new RangeError(`${caller}(): name can't be empty string ""`);
}

/** Throws for a name or prefix that is none. */
export function checkString(method: string, name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${method}(): ${name} must be a string, got ${describe(value)}`);
}
