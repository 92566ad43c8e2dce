/**
 * What a function is called and takes, said once: its *signature*, written as PyTorch's own schemas are.
 *
 *     sum(input: Tensor, dim: dims? = null, keepdim: bool = false, dtype: dtype? = null)
 *
 * A parameter has a name (or several, `dim|other`), a kind from `KINDS`, a `?` where null may stand for it, and a
 * default where it may be left out. What follows a `*` is given by name only. `...size: int` takes whole numbers one by
 * one, or all in one list. The kind checks the value, wherever a value of that kind is taken: no function does so itself.
 *
 * The one binder, `bind`, takes PyTorch's calling convention: positions, and any parameter by name in one trailing
 * plain object. A signature is read when a call needs it for the first time, so that it costs an import nothing.
 */
import { inOperation } from '../memory/errors.ts';
import { describe, isFunction, isOptions } from './args.ts';
import { checkDevice } from './device.ts';
import { DType } from './dtype.ts';
import { Tensor } from './tensor.ts';

/** What a value of each kind is to the compiler. */
export interface KindTypes {
  Tensor: Tensor;
  Tensors: readonly Tensor[];
  /** A tensor or a scalar. */
  operand: Tensor | number | boolean | bigint;
  /** A number of any kind, which is written into a tensor or computed with. */
  scalar: number | boolean | bigint;
  /** A tensor or a number. */
  real: Tensor | number;
  /** A tensor or an int. */
  whole: Tensor | number;
  float: number;
  int: number;
  /** Not negative. */
  size: number;
  ints: number | readonly number[];
  dims: number | readonly number[];
  list: readonly number[];
  /** An int, or a list of ints and of lists of them. */
  lists: number | readonly (number | readonly number[])[];
  floats: readonly number[];
  numbers: number | readonly number[];
  strs: readonly string[];
  bool: boolean;
  str: string;
  reduction: 'none' | 'mean' | 'sum';
  dtype: DType;
  device: string;
  function: (...args: never[]) => unknown;
  object: object;
  any: unknown;
}

type Kinds = keyof KindTypes & string;

/** The value that a kind's name and marks stand for. */
type Value<K extends string> = K extends `${infer Plain}?`
  ? Value<Plain> | null
  : K extends Kinds
    ? KindTypes[K]
    : never;

type NameOf<P extends string> = P extends `${infer First}|${string}` ? First : P;

/** One parameter: its name, its value, and whether it may be left out. */
type Parsed<P extends string> = P extends `${infer N}: ${infer K} = ${string}`
  ? [NameOf<N>, Value<K>, true]
  : P extends `...${infer N}: ${string}`
    ? [N, readonly number[], false]
    : P extends `${infer N}: ${infer K}`
      ? [NameOf<N>, Value<K>, false]
      : never;

type Split<P extends string> = P extends `${infer First}, ${infer Rest}`
  ? [First, ...Split<Rest>]
  : P extends ''
    ? []
    : [P];

type Inner<S extends string> = S extends `${string}(${infer P})` ? P : never;
type Values<Ps extends readonly string[]> = Ps extends readonly [infer P extends string, ...infer Rest extends string[]]
  ? P extends '*'
    ? Values<Rest>
    : [Parsed<P>[1], ...Values<Rest>]
  : [];

/** What the body of a function with the signature S gets: a value for each parameter. */
export type Bound<S extends string> = Values<Split<Inner<S>>>;

type Members<Ps extends readonly string[]> = Ps extends readonly [
  infer P extends string,
  ...infer Rest extends string[],
]
  ? P extends '*'
    ? Members<Rest>
    : { [_ in Parsed<P>[0]]: Parsed<P>[1] } & Members<Rest>
  : unknown;

/** The same by name. */
export type BoundRecord<S extends string> = { [K in keyof Members<Split<Inner<S>>>]: Members<Split<Inner<S>>>[K] };

/** One parameter of a signature. */
export interface Parameter {
  readonly name: string;
  /** All names, the first included. */
  readonly names: readonly string[];
  readonly kind: Kind;
  /** Whether that is the kind of tensors. */
  readonly isTensor: boolean;
  readonly nullable: boolean;
  readonly required: boolean;
  readonly default: unknown;
  readonly variadic: boolean;
}

/** A signature, read. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** How many of them may be given by position. */
  readonly positions: number;
  /** Where the variadic one stands, or -1. */
  readonly variadic: number;
}

/**
 * A kind of parameter: `is` says whether a value is of it as it stands. `read` makes one of a value that is not, gives
 * REFUSED, or throws what is the matter with it.
 */
export interface Kind {
  readonly what: string;
  is(value: unknown): boolean;
  /** Of a kind of lists: whether an element belongs in one. */
  each?(value: unknown): boolean;
  read?(value: unknown, caller: string, name: string): unknown;
}

const REFUSED = Symbol();

const isInt = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value);
const isList = (value: unknown, is: (each: unknown) => boolean): boolean => {
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (!is(value[i])) return false;
  return true;
};
const readInt = (value: unknown): unknown =>
  typeof value === 'bigint' && isInt(Number(value)) ? Number(value) : REFUSED;
const readSize = (value: unknown, caller: string, name: string): unknown => {
  const size = isInt(value) ? value : readInt(value);
  if (typeof size === 'number' && size < 0) {
    throw new RangeError(`${caller}(): ${name} must not be negative, got ${size}`);
  }
  return size;
};
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isStr = (value: unknown): boolean => typeof value === 'string';
const isTensor = (value: unknown): boolean => value instanceof Tensor;
const isFloat = (value: unknown): boolean => typeof value === 'number';
const isScalar = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
const isInts = (value: unknown): boolean => isInt(value) || isList(value, isInt);
const INTS: Kind = { what: 'int or a list of ints', is: isInts, each: isInt, read: readInt };
const listOf = (what: string, each: (value: unknown) => boolean): Kind => ({
  what: `a list of ${what}`,
  is: (value) => isList(value, each),
  each,
});

/** Every kind, under the name that signatures use. */
export const KINDS: Readonly<Record<string, Kind>> = {
  Tensor: { what: 'Tensor', is: isTensor },
  Tensors: listOf('Tensors', isTensor),
  operand: {
    what: 'Tensor or a number',
    is: (value) => value instanceof Tensor || isScalar(value),
  },
  real: { what: 'Tensor or a number', is: (value) => value instanceof Tensor || typeof value === 'number' },
  whole: { what: 'Tensor or int', is: (value) => value instanceof Tensor || isInt(value), read: readInt },
  scalar: { what: 'a number', is: isScalar },
  // Python's bool is an int where a float is asked for.
  float: {
    what: 'a number',
    is: isFloat,
    read: (value) => (typeof value === 'boolean' ? Number(value) : readInt(value)),
  },
  int: { what: 'int', is: isInt, read: readInt },
  size: { what: 'int', is: (value) => isInt(value) && (value as number) >= 0, read: readSize },
  ints: INTS,
  dims: INTS,
  list: listOf('ints', isInt),
  lists: { what: 'int or a list of lists of ints', is: (value) => isInt(value) || isList(value, isInts), each: isInts },
  floats: listOf('numbers', isFloat),
  numbers: {
    what: 'a number or a list of numbers',
    is: (value) => isFloat(value) || isList(value, isFloat),
    each: isFloat,
  },
  strs: listOf('strings', isStr),
  bool: { what: 'bool', is: (value) => value === true || value === false },
  str: { what: 'str', is: isStr },
  // Which strings there are the losses say.
  reduction: { what: 'str', is: isStr },
  dtype: { what: 'a torch dtype', is: (value) => value instanceof DType },
  device: {
    what: 'a device',
    is: (value) => value === 'cpu',
    read: (value, caller) => (typeof value === 'string' ? checkDevice(value, caller) : REFUSED),
  },
  function: { what: 'a function', is: isFunction },
  object: { what: 'an object', is: isObject },
  // Which object it must be says random/generator.ts.
  generator: { what: 'a torch.Generator', is: isObject },
  any: { what: 'a value', is: () => true },
  // What of it makes a tensor says create/from-data.ts.
  data: { what: 'data', is: (value) => value !== undefined && value !== null },
};

/** NumPy's names of two parameters, which PyTorch takes too. */
const ALIASES: Record<string, string> = { axis: 'dim', keepdims: 'keepdim' };

const signatures = new Map<string, Signature>();

/** A default, as it is written: null, a boolean, a number, a string in quotes, a list of numbers. */
function readDefault(text: string): unknown {
  if (text === 'undefined') return undefined;
  if (text === '-inf' || text === 'inf') return text === 'inf' ? Infinity : -Infinity;
  return text[0] === "'" ? text.slice(1, -1) : JSON.parse(text);
}

function readParameter(text: string): Parameter {
  const [, dots, written, kind, mark, standard] = /^(\.\.\.)?([\w|]+): (\w+)(\??)(?: = (.*))?$/.exec(
    text,
  ) as unknown as [string, string | undefined, string, Kinds, string, string | undefined];
  const names = written.split('|');
  return {
    name: names[0],
    names,
    // A kind that another file declares is an object to the binder: that file says which.
    kind: dots !== undefined ? KINDS.list : (KINDS[kind] ?? KINDS.object),
    isTensor: kind === 'Tensor' && dots === undefined,
    nullable: mark === '?',
    // None one by one are none.
    required: standard === undefined && dots === undefined,
    default: standard !== undefined ? readDefault(standard) : dots !== undefined ? [] : undefined,
    variadic: dots !== undefined,
  };
}

/** Reads a signature, once. */
export function signatureOf(text: string): Signature {
  let signature = signatures.get(text);
  if (signature === undefined) {
    const open = text.indexOf('(');
    const inner = text.slice(open + 1, -1);
    const parts = inner === '' ? [] : inner.split(', ');
    const star = parts.indexOf('*');
    const parameters = parts.filter((part) => part !== '*').map(readParameter);
    signature = {
      name: text.slice(0, open),
      parameters,
      positions: star < 0 ? parameters.length : star,
      variadic: parameters.findIndex((parameter) => parameter.variadic),
    };
    signatures.set(text, signature);
  }
  return signature;
}

/** The name that a signature begins with; a constructor's has none, for the class has it. */
export function nameIn(text: string): string {
  return text.slice(0, text.indexOf('('));
}

/** What is the matter with a value, as an error. */
function refusal(caller: string, { name, kind, nullable }: Parameter, value: unknown): TypeError {
  const what = nullable ? `${kind.what} or null` : kind.what;
  let found = describe(value);
  if (Array.isArray(value) && kind.each !== undefined) {
    // A loop, not findIndex: that passes over holes.
    let odd = 0;
    while (odd < value.length && kind.each(value[odd])) odd++;
    found = `${found} with ${describe(value[odd])} at ${odd}`;
  }
  return new TypeError(`${caller}(): argument '${name}' must be ${what}, not ${found}`);
}

/** A value for a parameter, checked by its kind. A list is copied: what is made of it keeps it, the caller may write it. */
function admit(caller: string, parameter: Parameter, value: unknown): unknown {
  const { kind } = parameter;
  if (kind.is(value)) return kind.each !== undefined && Array.isArray(value) ? [...value] : value;
  if (value === null && parameter.nullable) return null;
  const made = kind.read === undefined ? REFUSED : kind.read(value, caller, parameter.name);
  if (made === REFUSED) throw refusal(caller, parameter, value);
  return made;
}

/** Where a parameter of that name stands; throws where there is none. */
function placeOf(caller: string, { parameters }: Signature, key: string): number {
  for (let i = 0; i < parameters.length; i++) {
    const { names } = parameters[i];
    if (names.includes(key) || (key in ALIASES && names.includes(ALIASES[key]))) return i;
  }
  const known = parameters.map(({ name }) => name).join(', ');
  throw new TypeError(`${caller}() got an unexpected option '${key}'; it takes ${known || 'no options'}`);
}

/** How many arguments a call gives: not what is undefined at the end, nor what `map` and `reduce` add to an element. */
function countGiven(args: readonly unknown[], positions: number): number {
  let count = args.length;
  const list = args[positions + 1];
  if (count === positions + 2 && Array.isArray(list) && typeof args[positions] === 'number') {
    if (list[args[positions]] === args[positions - 1]) return positions;
  }
  while (count > 0 && args[count - 1] === undefined) count--;
  return count;
}

/** The values by position, of a call that may end in an object of names; not yet checked. */
function gather(caller: string, signature: Signature, args: readonly unknown[]): readonly unknown[] {
  const { parameters, positions, variadic } = signature;
  const last = countGiven(args, positions) - 1;
  const named = last >= 0 && isOptions(args[last]) ? (args[last] as Record<string, unknown>) : null;
  let given = args.slice(0, named === null ? last + 1 : last);
  if (variadic >= 0) {
    const loose = given.slice(variadic);
    const list = loose.length === 1 && Array.isArray(loose[0]) ? loose[0] : loose;
    given = loose.length === 0 && named !== null ? given : [...given.slice(0, variadic), list];
  }
  if (given.length > positions) {
    const surplus = given[positions];
    if (positions < parameters.length) {
      throw new TypeError(
        `${caller}(): takes options such as { ${parameters[positions].name}: … } by name, got ${describe(surplus)}`,
      );
    }
    throw new TypeError(`${caller}() takes at most ${positions} arguments, got ${given.length}`);
  }
  if (named === null) return given;
  const bound = [...given];
  for (const key of Object.keys(named)) {
    const at = placeOf(caller, signature, key);
    if (at < bound.length && bound[at] !== undefined) {
      throw new TypeError(`${caller}() got multiple values for argument '${key}'`);
    }
    bound[at] = named[key];
  }
  return bound;
}

/**
 * A value for each parameter of a signature, from a call's arguments. `caller` is who is named in errors.
 *
 * @throws TypeError for a value of another kind, one that is missing, one too many, and a name that there is not.
 */
export function bind(signature: Signature, args: readonly unknown[], caller = signature.name): unknown[] {
  return bound(signature, inPlace(signature, args, caller), caller);
}

/** A value for each parameter, of arguments by position. */
function bound(signature: Signature, given: readonly unknown[], caller: string): unknown[] {
  const values = new Array<unknown>(signature.parameters.length);
  for (let i = 0; i < values.length; i++) values[i] = argument(signature, given, i, caller);
  return values;
}

/** The arguments by position: what stands in its place already, which is what most calls are, is not gathered anew. */
function inPlace(signature: Signature, args: readonly unknown[], caller: string): readonly unknown[] {
  const { length } = args;
  const last = length > 0 ? args[length - 1] : undefined;
  const plain =
    signature.variadic < 0
      ? length <= signature.positions &&
        last !== undefined &&
        (typeof last !== 'object' || last instanceof Tensor || !isOptions(last))
      : length === signature.variadic + 1 && Array.isArray(last);
  if (plain) return args;
  const { variadic } = signature;
  // Numbers one by one, without names behind them, are a list.
  if (variadic >= 0 && typeof last === 'number' && length > variadic) {
    const given = new Array<unknown>(variadic + 1);
    for (let i = 0; i < variadic; i++) given[i] = args[i];
    given[variadic] = args.slice(variadic);
    return given;
  }
  return gather(caller, signature, args);
}

/** The value of parameter i. */
function argument({ parameters }: Signature, given: readonly unknown[], i: number, caller: string): unknown {
  const parameter = parameters[i];
  const value = i < given.length ? given[i] : undefined;
  if (value === undefined && !parameter.required) return parameter.default;
  // Most arguments; the others are asked for by a call.
  if (parameter.isTensor && value instanceof Tensor) return value;
  return admit(caller, parameter, value);
}

/**
 * For what is called too often to be bound each time, where a look at the arguments says that they are not all in their
 * places: the call again, with each in its place. `text` is the signature of `operation`.
 *
 * @throws TypeError as `bind` does.
 */
export function again<R>(operation: (...args: never) => R, text: string, args: readonly unknown[]): R {
  return operation(...(bind(signatureOf(text), args) as never));
}

/** `bind`, by name. */
export function bindRecord<S extends string>(text: S, args: readonly unknown[], caller?: string): BoundRecord<S> {
  const signature = signatureOf(text);
  const bound = bind(signature, args, caller);
  const record: Record<string, unknown> = {};
  for (let i = 0; i < bound.length; i++) record[signature.parameters[i].name] = bound[i];
  return record as BoundRecord<S>;
}

/** A function that says what it takes. */
export interface Described<S extends string = string> {
  readonly signature: S;
}

type Drop<P extends readonly unknown[], N extends readonly unknown[]> = N extends readonly [unknown, ...infer M]
  ? P extends readonly [unknown?, ...infer R]
    ? Drop<R, M>
    : []
  : P;
/** The first |N| of P, with their labels. */
type First<P extends readonly unknown[], N extends readonly unknown[]> = P extends readonly [...infer H, ...Drop<P, N>]
  ? H
  : never;

/** One element for each parameter that must be given by position or name: the leading ones without a default. */
type Needed<Ps extends readonly string[]> = Ps extends readonly [infer P extends string, ...infer Rest extends string[]]
  ? Parsed<P>[2] extends false
    ? [unknown, ...Needed<Rest>]
    : []
  : [];
type BeforeStar<Ps extends readonly string[]> = Ps extends readonly [
  infer P extends string,
  ...infer Rest extends string[],
]
  ? P extends '*'
    ? []
    : [P, ...BeforeStar<Rest>]
  : [];

type Flat<T> = { [K in keyof T]: T[K] };
type Options<Ps extends readonly string[]> = Ps extends readonly [
  infer P extends string,
  ...infer Rest extends string[],
]
  ? P extends '*'
    ? Options<Rest>
    : (Parsed<P>[2] extends true ? { [_ in Parsed<P>[0]]?: Parsed<P>[1] } : { [_ in Parsed<P>[0]]: Parsed<P>[1] }) &
        Options<Rest>
  : unknown;

/** The first few by position and the others in one object. */
type Named<Ps extends readonly string[], P extends readonly unknown[], Before extends readonly unknown[] = []> =
  | (Ps extends readonly []
      ? never
      : Ps extends readonly ['*', ...string[]]
        ? [...Before, options?: Flat<Options<Ps>>]
        : [...Before, options: Flat<Options<Ps>>])
  | (Ps extends readonly [infer S, ...infer Rest extends string[]]
      ? S extends '*'
        ? never
        : Named<Rest, Drop<P, [unknown]>, [...Before, ...First<P, [unknown]>]>
      : never);

type Positions<P extends readonly unknown[], N extends readonly unknown[]> = [...First<P, N>, ...Partial<Drop<P, N>>];

/** The arguments that a function with the signature S takes; P are those of its body, for what an editor calls them. */
export type Taken<S extends string, P extends readonly unknown[]> =
  | Positions<First<P, BeforeStar<Split<Inner<S>>>>, Needed<BeforeStar<Split<Inner<S>>>>>
  | Named<Split<Inner<S>>, P>;

/** The function with the signature S and the body B. */
export type Signed<S extends string, B extends (...args: never[]) => unknown> = Described<S> &
  ((...args: Taken<S, Parameters<B>>) => ReturnType<B>);

type AfterTensor<A extends readonly unknown[]> = A extends readonly [Tensor, ...infer Rest] ? Rest : never;

/** The method that a function with a signature becomes: without its first parameter, the tensor itself. */
export type SignedMethod<F> = F extends Described & ((...args: infer A) => infer R)
  ? (...args: AfterTensor<A>) => R
  : never;

/**
 * A function with a signature: takes positions and names, checks them, and gives `body` a value for each parameter.
 *
 * @example
 * ```ts
 * const scale = operation('scale(input: Tensor, factor: float = 2)', (input, factor) => mul(input, factor));
 * scale(x); scale(x, 3); scale(x, { factor: 3 }); // an array as factor is a TypeError that says so
 * ```
 */
export function operation<const S extends string, B extends (...args: Bound<S>) => unknown>(
  text: S,
  body: B,
): Signed<S, B>;
/**
 * The same with a type of its own: where what is given back depends on what is taken. `arrange` puts what a call gives
 * by position in its place, where PyTorch has overloads: `arange(3)` is that of an end.
 */
export function operation<F extends (...args: never[]) => unknown>(
  text: string,
  body: (...args: never[]) => unknown,
  arrange?: (args: readonly unknown[]) => readonly unknown[],
): F;
/* @__NO_SIDE_EFFECTS__ */
export function operation(
  text: string,
  body: (...args: never[]) => unknown,
  arrange?: (args: readonly unknown[]) => readonly unknown[],
): unknown {
  const call = body as (...args: unknown[]) => unknown;
  let signature: Signature | null = null;
  const wrapped = (...args: unknown[]): unknown => {
    signature ??= signatureOf(text);
    const { name } = signature;
    const given = inPlace(signature, arrange === undefined ? args : arrange(args), name);
    try {
      // Measured: a list of the values, and a spread of it, take 30 ns more.
      switch (signature.parameters.length) {
        case 1:
          return call(argument(signature, given, 0, name));
        case 2:
          return call(argument(signature, given, 0, name), argument(signature, given, 1, name));
        case 3:
          return call(
            argument(signature, given, 0, name),
            argument(signature, given, 1, name),
            argument(signature, given, 2, name),
          );
        case 4:
          return call(
            argument(signature, given, 0, name),
            argument(signature, given, 1, name),
            argument(signature, given, 2, name),
            argument(signature, given, 3, name),
          );
        case 5:
          return call(
            argument(signature, given, 0, name),
            argument(signature, given, 1, name),
            argument(signature, given, 2, name),
            argument(signature, given, 3, name),
            argument(signature, given, 4, name),
          );
        case 6:
          return call(
            argument(signature, given, 0, name),
            argument(signature, given, 1, name),
            argument(signature, given, 2, name),
            argument(signature, given, 3, name),
            argument(signature, given, 4, name),
            argument(signature, given, 5, name),
          );
        default:
          return call(...bound(signature, given, name));
      }
    } catch (error) {
      throw inOperation(error, name);
    }
  };
  return describedBy(text, wrapped);
}

/** Lets a function say what it takes, and be called what its signature begins with. */
export function describedBy<F extends object>(text: string, call: F): F & Described {
  Object.defineProperty(call, 'name', { value: nameIn(text) });
  return Object.assign(call, { signature: text });
}
