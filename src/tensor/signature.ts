/**
 * What a function is called and takes, said once: its *signature*, written as PyTorch's own schemas are.
 *
 *     sum(input: Tensor, dim: dims? = null, keepdim: bool = false, dtype: dtype? = null)
 *
 * A parameter has a name (or several, `dim|other`), a kind from `KINDS` (kinds.ts), a `?` where null may stand for it, and a
 * default where it may be left out. What follows a `*` is given by name only. `...size: int` takes whole numbers one by
 * one, or all in one list. The kind checks the value, wherever a value of that kind is taken: no function does so itself.
 *
 * The one binder, `bind`, takes PyTorch's calling convention: positions, and any parameter by name in one trailing
 * plain object. A signature is read when a call needs it for the first time, so that it costs an import nothing.
 */
import { inOperation } from '../memory/errors.ts';
import { describe, isOptions } from './args.ts';
import { KINDS, type Kind, type Kinds, REFUSED } from './kinds.ts';
import type { Bound, BoundRecord, HasSignature, Signed } from './signature-types.ts';
import { tell } from './tell.ts';
import { Tensor } from './tensor.ts';

export type { Bound, BoundRecord, Drop, First, HasSignature, Signed, SignedMethod, Taken } from './signature-types.ts';

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
    kind: dots !== undefined && kind === 'int' ? KINDS.list : (KINDS[kind] ?? KINDS.object),
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
 * places, or where somebody listens: the call again, with each in its place.
 *
 * @param operation - Has a signature, or is what the one of signature `text` does once its arguments are in their places.
 * @throws TypeError as `bind` does.
 */
export function again<R>(operation: (...args: never) => R, args: readonly unknown[], text?: string): R {
  const signature = signatureOf(text ?? (operation as unknown as HasSignature).signature);
  const values = bind(signature, withoutIndex(signature, args));
  return tell === null ? operation(...(values as never)) : tell(signature, values, operation);
}

/** Drops a number beyond the parameters: the index that `map` and `reduce` add to an element. */
function withoutIndex({ positions, variadic }: Signature, args: readonly unknown[]): readonly unknown[] {
  return variadic < 0 && args.length === positions + 1 && typeof args[positions] === 'number'
    ? args.slice(0, positions)
    : args;
}

/** `bind`, by name. */
export function bindRecord<S extends string>(text: S, args: readonly unknown[], caller?: string): BoundRecord<S> {
  const signature = signatureOf(text);
  const bound = bind(signature, args, caller);
  const record: Record<string, unknown> = {};
  for (let i = 0; i < bound.length; i++) record[signature.parameters[i].name] = bound[i];
  return record as BoundRecord<S>;
}

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
  arrange?: (args: readonly unknown[]) => readonly unknown[],
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
      if (tell !== null) return tell(signature, bound(signature, given, name), call);
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
  return signed(text, wrapped);
}

/**
 * The same where PyTorch tells overloads apart by what is given: `read` gives a value for each parameter of the signature,
 * which then says what a call means and not how it is written.
 */
/* @__NO_SIDE_EFFECTS__ */
export function overloaded<F, V extends readonly unknown[], A extends readonly unknown[] = readonly unknown[]>(
  text: string,
  read: (args: A) => V,
  body: (...values: V) => unknown,
): F {
  const name = nameIn(text);
  const call = (...args: unknown[]): unknown => {
    try {
      const values = read(args as unknown as A);
      return tell === null ? body(...values) : tell(signatureOf(text), values, body);
    } catch (error) {
      throw inOperation(error, name);
    }
  };
  return signed(text, call) as F;
}

/** Lets a function say what it takes, and be called what its signature begins with. */
/* @__NO_SIDE_EFFECTS__ */
export function signed<F extends object>(text: string, call: F): F & HasSignature {
  Object.defineProperty(call, 'name', { value: nameIn(text) });
  return Object.assign(call, { signature: text });
}
