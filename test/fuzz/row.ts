/** How an operation is written down for the generator: one row an operation. */
import { Tensor } from '../../src/index.ts';
import type { Mode, Value } from './program.ts';
import { MODES } from './program.ts';
import type { Kind, Ref, Want, Writer } from './writer.ts';

/** Chooses one argument of an operation on x; undefined leaves it out. */
export type Maker = (w: Writer, x: Tensor) => Value | undefined;

/** An argument that PyTorch takes by name only. */
const named = new WeakSet<Maker>();

/** A row: adds one operation to a program. */
export interface Row {
  name: string;
  weight: number;
  write: (w: Writer) => Ref | null;
}

/** Where an operation is found: a method, `torch.`, `F.`, `special.`, `init.`. */
export type Homes = string;

const SPACE: Record<string, string> = { m: '', t: 'torch', f: 'F', s: 'special', i: 'init' };

/** The argument is given by name. */
export function byName(maker: Maker): Maker {
  const own: Maker = (w, x) => maker(w, x);
  named.add(own);
  return own;
}

/** The argument is given in half of the calls. */
export function maybe(maker: Maker, p = 0.5): Maker {
  const own: Maker = (w, x) => (w.random.chance(p) ? maker(w, x) : undefined);
  if (named.has(maker)) named.add(own);
  return own;
}

/** These arguments together, or none of them. */
export function together(w: Writer, p: number, makers: Record<string, Maker>): Record<string, Maker> {
  return w.random.chance(p) ? makers : {};
}

export const dim: Maker = (w, x) => w.dim(x);
export const flag: Maker = (w) => w.random.chance(0.5);
export const dims: Maker = (w, x) => {
  if (x.ndim === 0 || w.random.chance(0.6)) return w.dim(x);
  const all = w.random.shuffled([...x.shape.keys()]).slice(0, w.random.int(1, x.ndim + 1));
  return all.map((d) => (w.random.chance(0.3) ? d - x.ndim : d));
};
export const number: Maker = (w) => w.number();
export const oneOf =
  (...values: Value[]): Maker =>
  (w) =>
    w.random.one(values);
export const between =
  (low: number, high: number): Maker =>
  (w) =>
    Math.round((low + w.random.next() * (high - low)) * 1000) / 1000 + 0;
export const whole =
  (low: number, high: number): Maker =>
  (w) =>
    w.random.int(low, high);
export const operand =
  (kind: Kind = 'any', numbers = 0.3): Maker =>
  (w, x) =>
    w.operand(x, kind, numbers);
/** A tensor of x's own shape. */
export const alike =
  (kind: Kind = 'any'): Maker =>
  (w, x) =>
    w.pick({ kind, shape: x.shape });
/** A tensor of x's shape and dtype. */
export const twin: Maker = (w, x) => w.pick({ kind: x.dtype.name as Kind, shape: x.shape });
export const dtype: Maker = (w) => ({ dtype: w.dtype('any') });
export const floatDtype: Maker = (w) => ({ dtype: w.random.one(['float32', 'float64']) });

/** The arguments, some by position and the others by name. */
export function argumentsOf(
  w: Writer,
  x: Tensor,
  makers: Record<string, Maker>,
): { args: Value[]; options: Record<string, Value> } {
  const args: Value[] = [];
  const options: Record<string, Value> = {};
  let positions = !w.random.chance(0.25);
  for (const [name, maker] of Object.entries(makers)) {
    const value = maker(w, x);
    if (named.has(maker) || value === undefined || w.random.chance(0.1)) positions = false;
    if (value === undefined) continue;
    if (positions) args.push(value);
    else options[name] = value;
  }
  return { args, options };
}

export function modeOf(w: Writer): Mode | undefined {
  return w.random.chance(w.taste.modes) ? w.random.one([...MODES, 'noGrad', 'noGrad']) : undefined;
}

/** The arguments of an operation, if which there are depends on chance. */
export type Makers = (w: Writer) => Record<string, Maker>;

/** Calls an operation on x where it is at home. */
export function callOn(
  w: Writer,
  homes: Homes,
  name: string,
  x: Ref,
  given: Makers | Record<string, Maker>,
): Ref | null {
  const makers = typeof given === 'function' ? given(w) : given;
  const inplace = `${name}_`;
  if (inplace in Tensor.prototype && w.random.chance(w.taste.inplace)) {
    const target = w.target(x);
    const { args, options } = argumentsOf(w, w.tensor(target), makers);
    return w.call(`.${inplace}`, [target, ...args], options, modeOf(w));
  }
  const { args, options } = argumentsOf(w, w.tensor(x), makers);
  return w.call(`${SPACE[w.random.one([...homes])]}.${name}`, [x, ...args], options, modeOf(w));
}

/** A row for an operation on one tensor. */
export function on(
  homes: Homes,
  name: string,
  want: Want,
  makers: Makers | Record<string, Maker> = {},
  weight = 1,
): Row {
  return {
    name,
    weight,
    write: (w) => {
      const x = w.pick(want);
      return callOn(w, homes, name, name.endsWith('_') ? w.target(x) : x, makers);
    },
  };
}

/** A row that writes what it likes. */
export function free(name: string, write: (w: Writer) => Ref | null, weight = 1): Row {
  return { name, weight, write };
}

/** Takes the members of a result that is several. */
export function split(w: Writer, ref: Ref | null, keys: readonly (string | number)[]): Ref | null {
  if (ref === null) return null;
  let last: Ref | null = ref;
  for (const key of keys) if (w.random.chance(0.7)) last = w.call('get', [ref, key]);
  return last;
}
