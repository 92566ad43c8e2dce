/** What an argument is: an object of names, or something that a message describes. */
import { ELSEWHERE, kindElsewhere } from './brands.ts';
import { DType } from './dtype.ts';

/** Whether a value is an options object: made by `{…}`, not a tensor, a list, a dtype or any other class. */
export function isOptions(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // That of Object, in any realm, is the one above which there is none.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `'a b'` and the tuple of a's and b's types as `{ a, b }`; what may be left out may be left out. */
type Options<N extends string, P extends readonly unknown[]> = N extends `${infer K} ${infer Rest}`
  ? Option<K, P> & Options<Rest, Tail<P>>
  : Option<N, P>;
type Option<K extends string, P extends readonly unknown[]> = P extends readonly [infer V, ...unknown[]]
  ? { [_ in K]: V }
  : { [_ in K]?: P[0] };
type Tail<P extends readonly unknown[]> = P extends readonly [unknown?, ...infer Rest] ? Rest : [];
/** O with `axis` in the place of `dim`, and `keepdims` in that of `keepdim`: NumPy's names, which PyTorch takes too. */
type Renamed<O, K extends string> = {
  [P in keyof O as P extends K ? (P extends 'dim' ? 'axis' : 'keepdims') : P]: O[P];
};
type OtherNames<O> =
  | ('dim' extends keyof O ? Renamed<O, 'dim'> : never)
  | ('keepdim' extends keyof O ? Renamed<O, 'keepdim'> : never)
  | ('dim' | 'keepdim' extends keyof O ? Renamed<O, 'dim' | 'keepdim'> : never);
/** Options by their names, or by NumPy's. */
export type Aliased<O> = O | OtherNames<O>;
type Flat<T> = { [K in keyof T]: T[K] };
type ByName<N extends string, P extends readonly unknown[]> =
  | [options: Aliased<Flat<Options<N, P>>>]
  | (N extends `${string} ${infer Rest}` ? [Exclude<P[0], undefined>, ...ByName<Rest, Tail<P>>] : never);

/**
 * The arguments of a function whose parameters are named N, separated by spaces, and have the types P: by position, or
 * the first few by position and the others in one object.
 */
export type Args<N extends string, P extends readonly unknown[]> = P | ByName<N, P>;

/** Whether a value can be called: a class cannot, without `new`. */
export function isFunction(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === 'function' && !isClass(value);
}

/** A class says so by a prototype that cannot be replaced. An arrow function has none: the usual case, and the cheap one. */
const isClass = (value: object): boolean =>
  (value as { prototype?: unknown }).prototype !== undefined &&
  Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;

/** A short description of any value, for messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  const elsewhere = kindElsewhere(value);
  if (elsewhere !== null) return `${/^[aeo]/.test(elsewhere) ? 'an' : 'a'} ${elsewhere} ${ELSEWHERE}`;
  // What torchlet makes callable is a function, too.
  if (typeof value === 'function' && !('__call__' in value)) {
    return `${isClass(value) ? 'class' : 'function'} ${value.name || '(anonymous)'}`;
  }
  if (typeof value !== 'object' && typeof value !== 'function') return String(value);
  const shape = 'dims' in value ? (value.dims as readonly number[]) : undefined;
  if (shape) return `a tensor of shape [${shape.join(', ')}]`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof DType) return String(value);
  const kind = value.constructor?.name || 'Object';
  return kind === 'Object' ? 'an object' : `a ${kind}`;
}
