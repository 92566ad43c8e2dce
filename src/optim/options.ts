/** Options of optimizers: binding them, checking them, printing them. */

import { describe } from '../tensor/args.ts';
import { pythonBool, pythonNumber } from '../tensor/python-text.ts';
import { bindRecord } from '../tensor/signature.ts';

/** Of PyTorch's options those that choose another way to the same numbers: taken for the sake of pasted programs. */
export const WAYS = ['foreach', 'fused', 'capturable', 'differentiable'];

/** Throws for a way that would give something else: a step through which one can differentiate. */
export function checkWay(name: string, way: string, value: unknown): void {
  if (way === 'differentiable' && value) throw new RangeError(`${name}(): differentiable must be false, got true`);
}

/** The kind of an option whose default is this value. */
const kindOf = (value: unknown): string =>
  typeof value === 'number' ? 'float' : typeof value === 'boolean' ? 'bool' : 'floats';

/** Options from arguments, positional in the order of `defaults` or named; TypeError for a wrong kind. */
export function bindOptions<O extends object>(name: string, defaults: O, args: readonly unknown[]): O {
  const own = Object.entries(defaults).map(([key, value]) => `${key}: ${kindOf(value)}? = null`);
  const ways = WAYS.map((way) => `${way}: any = null`);
  const bound = bindRecord(`(${[...own, '*', ...ways].join(', ')})`, args, name) as Record<string, unknown>;
  for (const way of WAYS) checkWay(name, way, bound[way]);
  const options = Object.fromEntries(Object.entries(defaults).map(([key, value]) => [key, bound[key] ?? value])) as O;
  checkKinds(`${name}(): `, options, defaults);
  return options;
}

/** Throws unless every option is of the kind of its default: a number, a boolean, a pair of numbers. */
export function checkKinds<O extends object>(place: string, options: O, defaults: O): void {
  const isNumber = (x: unknown): boolean => typeof x === 'number' && !Number.isNaN(x);
  for (const [key, standard] of Object.entries(defaults) as [keyof O & string, unknown][]) {
    const value: unknown = options[key];
    let right = typeof standard === 'number' ? isNumber(value) : typeof value === typeof standard;
    let kind = `a ${typeof standard}`;
    if (Array.isArray(standard)) {
      right = Array.isArray(value) && value.length === standard.length && value.every(isNumber);
      kind = `a list of ${standard.length} numbers`;
    }
    if (!right) throw new TypeError(`${place}${key} must be ${kind}, got ${describe(value)}`);
  }
}

/** Throws where an option is missing. */
export function checkPresent(place: string, options: object, defaults: object): void {
  for (const key of Object.keys(defaults)) {
    if (!Object.hasOwn(options, key)) throw new RangeError(`${place}.${key} is missing`);
  }
}

/** A group's options in the order of `defaults`, with lists of their own. */
export function valuesOf(group: object, defaults: object): unknown[] {
  return Object.keys(defaults).map((key) => {
    const value = (group as Record<string, unknown>)[key];
    return Array.isArray(value) ? [...value] : value;
  });
}

/**
 * Whether a group's options are what they were, a learning rate that is a number aside: schedules change it all the time.
 * Every step looks: going through the group's own members costs 30 ns, asking for each option by its name costs 100.
 */
export function isUnchanged(group: object, values: readonly unknown[]): boolean {
  let i = 0;
  for (const key in group) {
    if (i === values.length) return true;
    const before = values[i++];
    const value = (group as Record<string, unknown>)[key];
    if (value === before || (key === 'lr' && typeof value === 'number' && !Number.isNaN(value))) continue;
    if (!Array.isArray(before) || !Array.isArray(value) || before.length !== value.length) return false;
    if (value[0] !== before[0] || value[1] !== before[1]) return false;
  }
  return i === values.length;
}

/** Throws unless `value` is at least 0, in PyTorch's words. */
export function checkNotNegative(what: string, value: number): void {
  if (!(value >= 0)) throw new RangeError(`Invalid ${what}: ${describe(value)}`);
}

/** Options that most optimizers have. */
interface CommonOptions {
  lr: number;
  weightDecay?: number;
  eps?: number;
  betas?: readonly number[];
}

/** What most optimizers check. A schedule may have made the learning rate and the first beta negative since. */
export function checkCommon(options: CommonOptions, scheduled: boolean): void {
  if (!scheduled) checkNotNegative('learning rate', options.lr);
  checkNotNegative('epsilon value', options.eps ?? 0);
  options.betas?.forEach((beta, i) => {
    if (!((beta >= 0 || (scheduled && i === 0)) && beta < 1)) {
      throw new RangeError(`Invalid beta parameter at index ${i}: ${describe(beta)}`);
    }
  });
  checkNotNegative('weight_decay value', options.weightDecay ?? 0);
}

/** A value as Python prints it; a whole number as an int, which most of those that are whole are there. */
export function printed(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return pythonBool(value);
  if (Array.isArray(value)) return `(${value.map(printed).join(', ')})`;
  return typeof value === 'number' ? pythonNumber(value).replace(/\.0$/, '') : String(value);
}
