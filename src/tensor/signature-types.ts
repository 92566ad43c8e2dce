/** What a signature is to the compiler: its text, read by types, gives those of the body's values and of a call. */
import type { Aliased } from './args.ts';
import type { Kinds, KindTypes } from './kinds.ts';
import type { Tensor } from './tensor.ts';

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

/** A function that says what it takes. */
export interface HasSignature<S extends string = string> {
  readonly signature: S;
}

/** P without its first |N|. */
export type Drop<P extends readonly unknown[], N extends readonly unknown[]> = N extends readonly [unknown, ...infer M]
  ? P extends readonly [unknown?, ...infer R]
    ? Drop<R, M>
    : []
  : P;
/** The first |N| of P, with their labels. */
export type First<P extends readonly unknown[], N extends readonly unknown[]> = P extends readonly [
  ...infer H,
  ...Drop<P, N>,
]
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
        ? [...Before, options?: Aliased<Flat<Options<Ps>>>]
        : [...Before, options: Aliased<Flat<Options<Ps>>>])
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
export type Signed<S extends string, B extends (...args: never[]) => unknown> = HasSignature<S> &
  ((...args: Taken<S, Parameters<B>>) => ReturnType<B>);

type AfterTensor<A extends readonly unknown[]> = A extends readonly [Tensor, ...infer Rest] ? Rest : never;

/** The method that a function with a signature becomes: without its first parameter, the tensor itself. */
export type SignedMethod<F> = F extends HasSignature & ((...args: infer A) => infer R)
  ? (...args: AfterTensor<A>) => R
  : never;
