/** How modules read their arguments and check their members, and how Python prints them. */
import { dtypeOption } from '../ops/create/create.ts';
import { describe } from '../tensor/args.ts';
import { type Defaults, withDefaults } from '../tensor/defaults.ts';
import { checkDevice } from '../tensor/device.ts';
import { float32 } from '../tensor/dtype.ts';

/** Constructor arguments: positions, or all in one object, or the first and the others in an object. */
export type Given<P extends readonly unknown[], O> = P | [options: O] | [first: P[0], options: O];

/**
 * A layer's arguments by name; `defaults` are its parameters in order with what stands for them if they are not given.
 * Throws for too many, and for a flag, a device or a dtype that is none.
 */
export function take<O extends object>(layer: string, defaults: Defaults<O>, args: readonly unknown[]): Required<O> {
  const given = withDefaults(layer, defaults, args);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (name === 'device') checkDevice(value, layer);
    if (name === 'dtype') dtypeOption(layer, value, float32);
    if (typeof defaults[name as keyof O] === 'boolean' && typeof value !== 'boolean') {
      throw new TypeError(`${layer}(): ${name} must be a boolean, got ${describe(value)}`);
    }
  }
  return given;
}

/** Where and as what a layer makes its parameters: the defaults of every layer that has some. */
export const FACTORY: { device: undefined; dtype: undefined } = { device: undefined, dtype: undefined };

/** A number as Python prints it. */
export function pythonNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const small = value !== 0 && Math.abs(value) < 1e-4;
  const text = (small ? value.toExponential() : String(value)).replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
}

/** A boolean as Python prints it. */
export function pythonBool(value: boolean): string {
  return value ? 'True' : 'False';
}

/** A tuple of integers as Python prints it. */
export function pythonTuple(values: readonly number[]): string {
  return `(${values.join(', ')}${values.length === 1 ? ',' : ''})`;
}

/** Throws unless every value is a whole number that is not negative. */
export function checkSizes(layer: string, sizes: Readonly<Record<string, unknown>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size)) throw new TypeError(`${layer}(): ${name} must be an integer, got ${describe(size)}`);
    if ((size as number) < 0) throw new RangeError(`${layer}(): ${name} must not be negative, got ${size}`);
  }
}

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
