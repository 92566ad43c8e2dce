/** How layers read their arguments, and how Python prints them. */
import { describe } from '../tensor/args.ts';

/** Constructor arguments: positions, or all in one object, or the first and the others in an object. */
export type Given<P extends readonly unknown[], O> = P | [options: O] | [first: P[0], options: O];

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
