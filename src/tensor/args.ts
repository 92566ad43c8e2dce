/**
 * PyTorch's calling convention: positional arguments in PyTorch's order, and any of them named in one trailing plain
 * object. `named` wraps an implementation that takes positions only.
 */
import { inOperation, within } from '../memory/errors.ts';
import { DType } from './dtype.ts';

/** Whether a value is an options object: made by `{…}`, not a tensor, a list, a dtype or any other class. */
export function isOptions(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** `'a b'` and the tuple of a's and b's types as `{ a, b }`; what may be left out may be left out. */
type Options<N extends string, P extends readonly unknown[]> = N extends `${infer K} ${infer Rest}`
  ? Option<K, P> & Options<Rest, Tail<P>>
  : Option<N, P>;
type Option<K extends string, P extends readonly unknown[]> = P extends readonly [infer V, ...unknown[]]
  ? { [_ in K]: V }
  : { [_ in K]?: P[0] };
type Tail<P extends readonly unknown[]> = P extends readonly [unknown?, ...infer Rest] ? Rest : [];
type Flat<T> = { [K in keyof T]: T[K] };
type ByName<N extends string, P extends readonly unknown[]> =
  | [options: Flat<Options<N, P>>]
  | (N extends `${string} ${infer Rest}` ? [Exclude<P[0], undefined>, ...ByName<Rest, Tail<P>>] : never);

/**
 * The arguments of a function whose parameters are named N, separated by spaces, and have the types P: by position, or
 * the first few by position and the others in one object.
 */
export type Args<N extends string, P extends readonly unknown[]> = P | ByName<N, P>;

/** `Args` of a function that takes an object of options O after its positions, which may be named in it too. */
export type ArgsAnd<O, N extends string, P extends readonly unknown[]> =
  | [...P, options?: O]
  | (ByName<N, P> extends infer A ? (A extends [...infer Before, infer Last] ? [...Before, Last & O] : never) : never);

/** Parameters in PyTorch's order, camelCase; in one string they are separated by spaces. */
export type Names = string | readonly string[];

const listOf = (names: Names): readonly string[] => (typeof names === 'string' ? names.split(' ') : names);

/** NumPy's names of two parameters, which PyTorch takes too. */
const ALIASES: Record<string, string> = { axis: 'dim', keepdims: 'keepdim' };

/** Positions for `args`, whose last element is an options object. A position may have several names: `src|value`. */
export function bind(name: string, parameters: readonly string[], args: readonly unknown[]): unknown[] {
  const bound = args.slice(0, -1);
  checkCount(name, parameters, bound);
  const options = args[args.length - 1] as Record<string, unknown>;
  for (const key of Object.keys(options)) {
    const at = parameters.findIndex((each) => each.split('|').some((one) => one === key || one === ALIASES[key]));
    if (at < 0) {
      const known = parameters.join(', ');
      throw new TypeError(`${name}() got an unexpected option '${key}'; it takes ${known || 'no options'}`);
    }
    if (at < bound.length && bound[at] !== undefined) {
      throw new TypeError(`${name}() got multiple values for argument '${key}'`);
    }
    bound[at] = options[key];
  }
  return bound;
}

/** Throws where there are more arguments than parameters. */
export function checkCount(name: string, parameters: readonly string[], args: readonly unknown[]): void {
  if (args.length > parameters.length) {
    throw new TypeError(`${name}() takes at most ${parameters.length} arguments, got ${args.length}`);
  }
}

/** Positions for a call that may end in an options object. */
export function bindArgs(name: string, parameters: readonly string[], args: readonly unknown[]): readonly unknown[] {
  return args.length > 0 && isOptions(args[args.length - 1]) ? bind(name, parameters, args) : args;
}

/**
 * For the failing path of what is called too often to be wrapped by `named`: positions for a call that ends in an
 * options object, null for another.
 */
export function byName(name: string, names: Names, args: readonly unknown[]): unknown[] | null {
  const count = args.findLastIndex((each) => each !== undefined) + 1;
  return isOptions(args[count - 1]) ? bind(name, listOf(names), args.slice(0, count)) : null;
}

/** Throws where more follows such a call than its parameters: a name that it does not have, another tensor, a dtype. */
export function refuseMore(name: string, names: Names, args: readonly unknown[]): void {
  if (byName(name, names, args) === null) checkCount(name, listOf(names), args);
}

/** Throws for a dtype or a device in a position, where they are given by name only; a number is no harm. */
export function refuseUnnamed(name: string, value: unknown): void {
  if ((typeof value === 'object' && value !== null) || typeof value === 'string') {
    throw new TypeError(`${name}(): takes options such as { dtype: torch.int64 }, got ${describe(value)}`);
  }
}

/** What the parameters of the functions are called that take them named, for what is made of these functions. */
export const namesOf = new WeakMap<object, Names>();

/**
 * A function that binds a trailing options object before it calls `body`, under its public type. `names` are those of
 * the positions; `check` throws for positions that `body` does not take.
 */
/* @__NO_SIDE_EFFECTS__ */
export function named<F>(
  name: string,
  names: Names,
  body: (...args: never[]) => unknown,
  check?: (positions: readonly unknown[]) => void,
): F {
  const positional = body as (...args: unknown[]) => unknown;
  const parameters = listOf(names);
  const wrapped = (...args: unknown[]): unknown => {
    let positions = args;
    const last = args[args.length - 1];
    if (typeof last === 'object' && isOptions(last)) positions = bind(name, parameters, args);
    else if (args.length > parameters.length) checkCount(name, parameters, args);
    check?.(positions);
    try {
      return positional(...positions);
    } catch (error) {
      throw inOperation(error, name);
    }
  };
  Object.defineProperty(wrapped, 'name', { value: name });
  namesOf.set(wrapped, parameters);
  return wrapped as F;
}

/** `named` for what takes positions and then an object of options: `body` gets the options that name no position. */
/* @__NO_SIDE_EFFECTS__ */
export function withOptions<F>(name: string, names: Names, body: (...args: never[]) => unknown): F {
  const parameters = listOf(names);
  const wrapped = (...args: unknown[]): unknown => {
    const last = args[args.length - 1];
    if (!isOptions(last)) {
      refuseUnnamed(name, args[parameters.length]);
      return within(name, () => body(...(args as never[])));
    }
    const own = Object.entries(last).filter(([key]) => parameters.includes(key));
    const bound = bind(name, parameters, [...args.slice(0, -1), Object.fromEntries(own)]);
    bound.length = parameters.length;
    const others = Object.entries(last).filter(([key]) => !parameters.includes(key));
    return within(name, () => body(...(bound as never[]), Object.fromEntries(others) as never));
  };
  Object.defineProperty(wrapped, 'name', { value: name });
  return wrapped as F;
}

/**
 * Splits `f(2, 3, { … })`, `f([2, 3], { … })` and `f({ size: [2, 3], … })` into the list and the options: for functions
 * whose first argument is a shape, which PyTorch takes as varargs.
 */
export function listAndOptions(
  name: string,
  parameters: readonly string[],
  args: readonly unknown[],
): [list: readonly number[], options: Record<string, unknown>] {
  let positions = args;
  let options: Record<string, unknown> = {};
  const last = args[args.length - 1];
  if (isOptions(last)) {
    positions = args.slice(0, -1);
    const [size] = bind(name, ['size', ...parameters], [positions.length > 0 ? positions : undefined, last]);
    positions = size === positions || size === undefined ? positions : [size];
    options = { ...last };
    delete options.size;
  }
  const list = positions.length === 1 && Array.isArray(positions[0]) ? (positions[0] as unknown[]) : positions;
  for (const value of list) {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw new TypeError(`${name}(): expected integers, got ${describe(value)} in [${list.map(describe).join(', ')}]`);
    }
  }
  return [list as readonly number[], options];
}

/** A short description of any value, for messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Function) return `function ${value.name || '(anonymous)'}`;
  if (typeof value !== 'object' && typeof value !== 'function') return String(value);
  const shape = (value as { dims?: readonly number[] }).dims;
  if (shape) return `a tensor of shape [${shape.join(', ')}]`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof DType) return String(value);
  const kind = value.constructor?.name || 'Object';
  return kind === 'Object' ? 'an object' : `a ${kind}`;
}
