/** Everything that can be called: functions, constructors, methods, and members that can be assigned. */
import * as torch from '../../../src/index.ts';
import { KINDS } from '../../../src/tensor/kinds.ts';
import { signatureOf } from '../../../src/tensor/signature.ts';

type Callable = (...args: unknown[]) => unknown;

/** One thing to call with hostile arguments. */
export interface Subject {
  readonly name: string;
  /** The kinds of its parameters, where it says them; the tensor that a method is called on is not among them. */
  readonly kinds: readonly string[];
  /** What its parameters are called. */
  readonly names: readonly string[];
  /** A function that takes the arguments; made anew for each call, so that one call cannot spoil the next's object. */
  bind(): Callable;
}

const KIND_NAMES = new Map(Object.entries(KINDS).map(([name, kind]) => [kind, name]));

function said(fn: unknown, from = 0): { kinds: string[]; names: string[] } {
  const text = (fn as { signature?: string } | undefined)?.signature;
  if (typeof text !== 'string') return { kinds: [], names: ['dim', 'dtype', 'size', 'generator', 'input', 'out'] };
  const parameters = signatureOf(text).parameters.slice(from);
  return {
    kinds: parameters.map(({ kind }) => KIND_NAMES.get(kind) ?? 'any'),
    names: parameters.map(({ name }) => name),
  };
}

const isClass = (value: unknown): boolean =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

/** Arguments that some constructor takes. */
const MAKING: readonly (() => unknown[])[] = [
  () => [],
  () => [3],
  () => [3, 3],
  () => [3, 3, 3],
  () => [[torch.ones(3, { requiresGrad: true })], { lr: 0.1 }],
  () => [torch.ones(3)],
  () => [optimizer()],
  () => [optimizer(), 2],
  () => [optimizer(), 0.1, 0.5],
  () => [optimizer(), () => 1],
  () => [optimizer(), [2, 4]],
  () => [optimizer(), 0.1, 10],
  () => [[0, 1, 2]],
  () => [[0, 1, 2], 2, false],
  () => [[new torch.utils.data.TensorDataset(torch.ones(3, 2))]],
  () => [new torch.utils.data.TensorDataset(torch.ones(3, 2))],
  () => [new torch.utils.data.TensorDataset(torch.ones(3, 2)), [0, 1]],
  () => [new torch.utils.data.TensorDataset(torch.ones(3, 2)), 2],
  () => [{ task: 'multiclass', numClasses: 3 }],
  () => [{ a: new torch.nn.Linear(3, 3) }],
  () => [[new torch.nn.Linear(3, 3)]],
  () => [new torch.nn.Linear(3, 3)],
];

const optimizer = (): unknown => new torch.optim.SGD([torch.ones(2, { requiresGrad: true })], { lr: 0.1 });

/** How to make one of a class, found by trying; null where nothing that is tried does. */
function makerOf(Class: Callable): (() => unknown) | null {
  for (const args of MAKING) {
    try {
      Reflect.construct(Class, args());
      return () => Reflect.construct(Class, args());
    } catch {}
  }
  return null;
}

const TENSORS: readonly (readonly [string, () => torch.Tensor])[] = [
  [
    'matrix',
    () =>
      torch.tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
  ],
  ['leaf', () => torch.ones(3, { requiresGrad: true })],
  ['computed', () => torch.ones(2, 2, { requiresGrad: true }).mul(2)],
  [
    'int64',
    () =>
      torch.tensor(
        [
          [1, 0],
          [0, 1],
        ],
        { dtype: torch.int64 },
      ),
  ],
  ['bool', () => torch.tensor([true, false])],
  ['view', () => torch.ones(2, 3).t()],
  ['huge', () => torch.ones(1).expand(2 ** 31)],
];

/** Switches of the whole process, which the runner sets back, and what only a person ends. */
const LEFT_OUT = new Set(['torch.init']);

/** Names of members that are no part of the public interface; api.mjs puts them here. */
declare const HIDDEN: readonly string[];

/** Methods that were met already: what classes inherit counts once. */
const met = new Set<unknown>(
  Object.getOwnPropertyNames(Array.prototype).map((key) => Reflect.get(Array.prototype, key)),
);

function* membersOf(name: string, make: () => unknown, again = false): Generator<Subject> {
  // The length of a list is JavaScript's own.
  const seen = new Set<string>(['constructor', ...(Array.isArray(make()) ? ['length'] : []), ...HIDDEN]);
  for (let p: object | null = make() as object; p !== null && p !== Object.prototype && p !== Function.prototype; ) {
    for (const key of Object.getOwnPropertyNames(p)) {
      if (seen.has(key)) continue;
      seen.add(key);
      const place = Object.getOwnPropertyDescriptor(p, key) as PropertyDescriptor;
      const member = place.value ?? place.set;
      if (typeof member === 'function') {
        if (met.has(member) && !again) continue;
        met.add(member);
      }
      if (typeof place.value === 'function' && !isClass(place.value)) {
        const { kinds, names } = said((torch as unknown as Record<string, unknown>)[key], 1);
        yield {
          name: `${name}.${key}`,
          kinds,
          names,
          bind: () => {
            const self = make() as Record<string, Callable>;
            return (...args) => self[key](...args);
          },
        };
      } else if (place.set !== undefined || place.writable) {
        yield {
          name: `${name}.${key} =`,
          kinds: ['any'],
          names: [],
          bind: () => {
            const self = make() as Record<string, unknown>;
            return (value) => {
              self[key] = value;
              return self[key];
            };
          },
        };
      }
    }
    p = Object.getPrototypeOf(p);
  }
}

function* below(name: string, space: object, seen: Set<unknown>): Generator<Subject> {
  for (const [key, value] of Object.entries(space)) {
    const path = `${name}.${key}`;
    if (seen.has(value) || LEFT_OUT.has(path)) continue;
    if (typeof value === 'object' && value !== null) {
      if (Object.getPrototypeOf(value) !== null && Object.getPrototypeOf(value) !== Object.prototype) continue;
      seen.add(value);
      yield* below(path, value, seen);
    } else if (isClass(value)) {
      seen.add(value);
      yield {
        name: `new ${path}`,
        ...said(value),
        bind:
          () =>
          (...args) =>
            Reflect.construct(value as Callable, args),
      };
      const make = makerOf(value as Callable);
      if (make !== null) yield* membersOf(`(${path})`, make);
    } else if (typeof value === 'function') {
      seen.add(value);
      yield { name: path, ...said(value), bind: () => value as Callable };
    }
  }
}

/** All of them. */
export function subjects(): Subject[] {
  const found = [...below('torch', torch, new Set())];
  for (const [name, make] of TENSORS) found.push(...membersOf(`(${name})`, make, true));
  return found;
}
