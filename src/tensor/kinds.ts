/** What a signature may say of a parameter: the kinds of values, each with its type, its check and its name in messages. */
import { isFunction } from './args.ts';
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

/** The name of a kind. */
export type Kinds = keyof KindTypes & string;

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

/** What `read` gives for a value that it makes nothing of. */
export const REFUSED = Symbol();

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
  // Several kinds at once, such as a tensor or a list of tensors with nulls: what takes it says itself what it refuses.
  any: { what: 'a value', is: () => true },
  // What of it makes a tensor says create/from-data.ts.
  data: { what: 'data', is: (value) => value !== undefined && value !== null },
};
