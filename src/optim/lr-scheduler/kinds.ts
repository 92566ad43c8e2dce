/**
 * What may stand in a schedule: each class says once of what kind its fields are, and constructor arguments and loaded
 * state are held against the same.
 */

import { describe, isOptions } from '../../tensor/args.ts';
import { isMap, isView } from '../../tensor/brands.ts';
import type { AnyOptimizer } from '../optimizer.ts';

/** Throws unless a value is of a kind; `name` is what the message calls it. */
export type Kind = (name: string, value: unknown) => void;

/** The kinds of fields, by name. */
export type Kinds = Readonly<Record<string, Kind>>;

/** Throws unless every field that has a kind is of it. */
export function checkFields(kinds: Kinds, fields: object): void {
  for (const [name, kind] of Object.entries(kinds)) kind(name, (fields as Record<string, unknown>)[name]);
}

/** Throws unless a number was given. */
export function checkNumber(name: string, value: unknown): asserts value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new TypeError(`${name} must be a number, got ${describe(value)}`);
  }
}

/** Throws unless a positive whole number was given, in PyTorch's words. */
export function checkPositive(name: string, value: unknown): asserts value is number {
  if (!(Number.isInteger(value) && (value as number) > 0)) {
    throw new RangeError(`Expected positive integer ${name}, but got ${describe(value)}`);
  }
}

/** Throws unless a number of at least `least` was given. */
export const atLeast =
  (least: number): Kind =>
  (name, value) => {
    checkNumber(name, value);
    if (value < least) throw new RangeError(`${name} must be at least ${least}, got ${value}`);
  };

/** Throws unless a whole number of at least 0 was given. */
export function checkCount(name: string, value: unknown): void {
  checkNumber(name, value);
  if (!(Number.isSafeInteger(value) && value >= 0)) {
    throw new RangeError(`${name} must be a whole number of at least 0, got ${value}`);
  }
}

/** Throws unless a boolean was given. */
export function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be a boolean, got ${describe(value)}`);
}

/** Throws unless one of `values` was given. */
export const oneOf =
  (...values: readonly unknown[]): Kind =>
  (name, value) => {
    if (values.includes(value)) return;
    throw new RangeError(`${name} must be ${values.map(describe).join(' or ')}, got ${describe(value)}`);
  };

/** Throws unless a list of numbers was given. */
export function checkNumbers(name: string, value: unknown): asserts value is number[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be a list of numbers, got ${describe(value)}`);
  for (const [i, x] of value.entries()) checkNumber(`${name}[${i}]`, x);
}

/** Throws unless a list of as many numbers as one of `lengths` was given. */
export const numbers =
  (...lengths: readonly number[]): Kind =>
  (name, value) => {
    checkNumbers(name, value);
    if (lengths.includes(value.length)) return;
    throw new RangeError(`${name} must be a list of ${lengths[0]} numbers, got ${describe(value)}`);
  };

/** Of a field whose class says nothing of it: throws unless a value is like what stands there. */
export const like =
  (own: unknown): Kind =>
  (name, value) => {
    if (own === null || own === undefined) return;
    if (typeof own === 'number') checkNumber(name, value);
    const same = typeof value === typeof own && value !== null && Array.isArray(value) === Array.isArray(own);
    if (!same) throw new TypeError(`${name} must be like ${describe(own)}, got ${describe(value)}`);
  };

/** One value for each group from one for all or a list. */
export function perGroup(name: string, optimizer: AnyOptimizer, value: number | readonly number[]): number[] {
  const { length } = optimizer.paramGroups;
  if (!Array.isArray(value)) {
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw new TypeError(`${name} must be a number or a list of numbers, got ${describe(value)}`);
    }
    return new Array<number>(length).fill(value);
  }
  if (value.length !== length) {
    throw new RangeError(
      `${name} must have the same length as optimizer.paramGroups. ${name} has ${value.length} values, ` +
        `paramGroups has ${length}.`,
    );
  }
  checkNumbers(name, value);
  return [...value];
}

/** A copy of plain values, and of lists, typed arrays, objects and Maps of them. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (isOptions(value)) return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, copyOf(x)]));
  if (isMap(value)) return new Map(Array.from(value, ([key, x]) => [copyOf(key), copyOf(x)]));
  return isView(value) ? (value as Float64Array).slice() : value;
}
