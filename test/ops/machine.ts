/**
 * Runs the programs of golden/ops-*.json (golden/ops.py says what they are) and compares with what PyTorch gave. Every
 * step is also held to two rules of the house: a step that throws has changed nothing and left nothing allocated, and
 * a step that succeeds leaves nothing allocated but its result and what the graph holds.
 */
import { Node } from '../../src/autograd/node.ts';
import * as torch from '../../src/index.ts';
import { isGone, openScope, type Storage } from '../../src/memory/storage.ts';
import { ulpOf, ulps } from '../golden/ulp.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Step = [result: string, operation: string, ...args: Json[]];

/** A program with holes, the values that fill them, and the texts that PyTorch's results have, and their numbers. */
export interface Group {
  name: string;
  each: Record<string, Json[]>;
  do: Step[];
  see: string[];
  texts: string[];
  want: number[];
  /** How far PyTorch is apart from itself. */
  ulp?: number;
}

/** One golden file. */
export interface Book {
  /** `precise`: floats have all their digits, and refusals say whether a number was the reason. */
  options?: { precise: boolean };
  inputs: Record<string, string>;
  groups: Group[];
}

const DTYPES: Record<string, torch.DType> = {
  f32: torch.float32,
  f64: torch.float64,
  i64: torch.int64,
  i32: torch.int32,
  u8: torch.uint8,
  b: torch.bool,
};
type Callable = (...args: unknown[]) => unknown;
const SPACES: Record<string, unknown> = {
  torch,
  F: torch.nn.functional,
  init: torch.nn.init,
  autograd: torch.autograd,
};

function toNumber(text: string): number {
  return text.endsWith('inf') ? Number(`${text.slice(0, -3)}Infinity`) : Number(text);
}

interface Parsed {
  dtype: torch.DType;
  dims: number[];
  /** As they are written. */
  texts: string[];
}

function parse(text: string): Parsed {
  const [head, rest = ''] = text.split(':') as [string, string?];
  const [dtype, shape] = head.split(' ') as [string, string];
  return {
    dtype: DTYPES[dtype],
    dims: shape === '' ? [] : shape.split(',').map(Number),
    texts: rest.split(' ').filter(Boolean),
  };
}

function decode(text: string): torch.Tensor {
  const { dtype, dims, texts } = parse(text);
  if (texts.length === 0) return torch.zeros(dims, { dtype });
  let level: unknown[] = texts.map((each) => (dtype === torch.int64 ? BigInt(each) : toNumber(each)));
  for (const size of dims.slice(1).reverse()) {
    level = Array.from({ length: level.length / size }, (_, i) => level.slice(i * size, (i + 1) * size));
  }
  return torch.tensor((dims.length === 0 ? level[0] : level) as torch.TensorData, { dtype });
}

/** Why `actual` is not what `text` says, or null. */
function difference(actual: unknown, text: string, exact: boolean, ulp?: number): string | null {
  if (text.startsWith('[') && !/^\[[-\d, ]*\]$/.test(text)) {
    const parts = text.slice(1, -1).split(', ');
    const list = [...(actual as Iterable<unknown>)];
    if (list.length !== parts.length) return `${list.length} results`;
    return parts.map((part, i) => difference(list[i], part, exact, ulp)).find((each) => each !== null) ?? null;
  }
  if (actual instanceof torch.Tensor) return differs(actual, text, exact, ulp);
  if (actual instanceof Node) return actual.name === text ? null : actual.name;
  if (actual instanceof torch.DType) return text === `@${actual.name}` ? null : String(actual);
  const shown = Array.isArray(actual) ? `[${actual.join(', ')}]` : JSON.stringify(actual);
  return shown === text ? null : String(shown);
}

/**
 * How far a number may be from one that is written. Of float32, 3 ULP: results are within 2, and eight digits are written.
 * Where PyTorch is apart from itself, torchlet may be an ULP of the tensor's largest number further from it.
 */
function tolerance(dtype: torch.DType, values: readonly number[], exact: boolean, ulp = 0): (b: number) => number {
  if (dtype === torch.float32) {
    const apart = ulp > 0 ? ulps(1, { ulp }, values) : 0;
    return (b) => 3 * ulpOf(b) + apart;
  }
  if (dtype === torch.float64) return (b) => (exact ? 1e-14 : 1e-7) * Math.abs(b) + (exact ? 0 : 1e-7);
  return () => 0;
}

/** Dtype and shape exactly, integers exactly, floats within the dtype's tolerance. */
function differs(x: torch.Tensor, text: string, exact: boolean, ulp?: number): string | null {
  if (!/^(f32|f64|i64|i32|u8|b) /.test(text)) return `a tensor ${x}`;
  const { dtype, dims, texts } = parse(text);
  const actual: (number | bigint)[] = [...(x.toTypedArray() as Iterable<number | bigint>)];
  const most = tolerance(dtype, texts.map(toNumber), exact, ulp);
  const close = (a: number, b: number): boolean =>
    Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= most(b);
  const same =
    x.dtype === dtype &&
    x.dims.join() === dims.join() &&
    actual.length === texts.length &&
    actual.every((a, i) => (typeof a === 'bigint' ? String(a) === texts[i] : close(a, toNumber(texts[i] as string))));
  return same ? null : `${x.dtype.name} ${x.dims.join(',')}: ${actual.join(' ')}`;
}

/** The node's name; of a view that can no longer be followed there is none. */
function nodeText(x: torch.Tensor): string {
  try {
    return String(x.gradFn);
  } catch (error) {
    return (error as Error).message;
  }
}

/** What must stay as it was when a step throws. */
function snapshot(x: torch.Tensor): string {
  return `${x._version} ${x.requiresGrad} ${nodeText(x)} ${x.toTypedArray().join()}`;
}

/** Whether a step makes a graph that outlives it: what it holds is the collector's. */
function recorded(operation: string, args: readonly Json[]): boolean {
  return operation === 'pull' || JSON.stringify(args).includes('"createGraph":true');
}

class Machine {
  readonly variables = new Map<string, unknown>();
  /** What broke a rule of the house. */
  readonly breaches: string[] = [];
  /** What the step that failed threw. */
  error: unknown = null;
  private readonly inputs: Record<string, string>;

  constructor(inputs: Record<string, string>) {
    this.inputs = inputs;
  }

  value(arg: Json): unknown {
    if (Array.isArray(arg)) return arg.map((each) => this.value(each));
    if (typeof arg === 'object' && arg !== null) {
      return Object.fromEntries(Object.entries(arg).map(([key, each]) => [key, this.value(each)]));
    }
    if (typeof arg !== 'string') return arg;
    if (arg.startsWith('#')) return decode(arg.slice(1));
    if (arg.startsWith('@')) return (torch as unknown as Record<string, unknown>)[arg.slice(1)];
    if (arg.startsWith('%')) return toNumber(arg.slice(1));
    if (arg.startsWith('~')) return BigInt(arg.slice(1));
    if (!arg.startsWith('$')) return arg;
    const name = arg.slice(1);
    if (!this.variables.has(name)) this.variables.set(name, decode(this.inputs[name] as string));
    return this.variables.get(name);
  }

  private call(operation: string, args: unknown[]): unknown {
    if (operation === 'pull') {
      const y = args[0] as torch.Tensor;
      const weights = torch.tensor(
        Array.from({ length: y.numel() }, (_, i) => Math.cos(i)),
        { dtype: torch.float64 },
      );
      y.mul(weights.to(y.dtype).reshape([...y.shape]))
        .sum()
        .backward();
      return null;
    }
    if (operation === 'list') return args;
    if (operation === 'first') return (args[0] as unknown[])[0];
    const at = operation.indexOf('.');
    const [place, name] = [operation.slice(0, at), operation.slice(at + 1)];
    if (place !== '') return ((SPACES[place] as Record<string, unknown>)[name] as Callable)(...args);
    const [self, ...rest] = args as [Record<string, unknown>, ...unknown[]];
    const member = self[name];
    if (member === undefined && !(name in self)) throw new Error(`no ${name}`);
    return typeof member === 'function' ? (member as Callable).apply(self, rest) : member;
  }

  /** Runs the steps; the number of the one that threw, or null. */
  run(steps: readonly Step[]): number | null {
    for (const [at, [result, operation, ...encoded]] of steps.entries()) {
      if (operation === 'noGrad') {
        const failed = torch.noGrad(() => this.run(encoded[0] as Step[]));
        if (failed !== null) return at;
        continue;
      }
      const args = encoded.map((arg) => this.value(arg));
      const everything = [...this.variables.values(), ...args].filter((x) => x instanceof torch.Tensor);
      const before = everything.map(snapshot);
      const made: Storage[] = [];
      const outer = openScope(made);
      try {
        const value = this.call(operation, args);
        this.variables.set(result, value);
        const results = (value instanceof torch.Tensor ? [value] : Array.isArray(value) ? value : []) as unknown[];
        const kept = new Set(results.map((x) => (x instanceof torch.Tensor ? x.storage : null)));
        const left = made.filter((storage) => !isGone(storage) && storage.holds === 0 && !kept.has(storage));
        if (left.length > 0 && !recorded(operation, encoded)) {
          this.breaches.push(`${operation} leaves ${left.length} behind`);
        }
      } catch (error) {
        this.error = error;
        if (!(error instanceof Error) || error.message === '') this.breaches.push(`${operation} threw ${error}`);
        const left = made.filter((storage) => !isGone(storage));
        if (left.length > 0 && operation !== 'pull') this.breaches.push(`${operation} threw and leaves ${left.length}`);
        if (everything.some((x, i) => snapshot(x) !== before[i])) this.breaches.push(`${operation} threw half-way`);
        return at;
      } finally {
        openScope(outer);
        // What the step made is in the program's variables from here on, as a user's would be.
        for (const storage of made) storage.visible = true;
      }
    }
    return null;
  }
}

function fill(template: Json, holes: Record<string, Json>): Json {
  if (Array.isArray(template)) {
    return template.flatMap((each) =>
      typeof each === 'string' && each.startsWith('*') && each.slice(1) in holes
        ? (holes[each.slice(1)] as Json[])
        : [fill(each, holes)],
    );
  }
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, holes)]));
  }
  return typeof template === 'string' && template in holes ? (holes[template] as Json) : template;
}

function combinations(each: Record<string, Json[]>): Record<string, Json>[] {
  return Object.entries(each).reduce<Record<string, Json>[]>(
    (all, [hole, values]) => all.flatMap((holes) => values.map((value) => ({ ...holes, [hole]: value }))),
    [{}],
  );
}

/** How one combination went: the operation it is about, and what is wrong with it. */
export interface Outcome {
  operation: string;
  wrong: string | null;
}

/** What an error ought to say and does not, or null. */
function unsaid(error: unknown, value: boolean): string | null {
  if (!(error instanceof RangeError || error instanceof TypeError)) return `threw ${error}`;
  // Which number and which dtype.
  const says = /float32|float64|int64|int32|uint8|bool/.test(error.message) && /\d|NaN|Infinity/.test(error.message);
  return value && !(error instanceof RangeError && says) ? `threw ${error}` : null;
}

function outcome(book: Book, group: Group, holes: Record<string, Json>, want: string): string | null {
  const machine = new Machine(book.inputs);
  const failed = machine.run(fill(group.do, holes) as Step[]);
  const precise = book.options?.precise ?? false;
  if (machine.breaches.length > 0) return machine.breaches.join('; ');
  if (want.startsWith('!') || failed !== null) {
    const [step, reason] = want.split(' ');
    const got = failed === null ? 'no error' : `!${failed}`;
    if (got !== step) return `PyTorch ${want}, here ${got}${failed === null ? '' : `: ${machine.error}`}`;
    return precise ? unsaid(machine.error, reason === 'value') : null;
  }
  const texts = want.split(' | ');
  for (const [i, see] of (fill(group.see, holes) as string[]).entries()) {
    const wrong = difference(machine.value(see), texts[i] as string, precise, group.ulp);
    if (wrong !== null) return `${see}: PyTorch ${texts[i]}, here ${wrong}`;
  }
  return null;
}

/** Runs every combination of a group. */
export function runGroup(book: Book, group: Group): Outcome[] {
  const all = combinations(group.each);
  return all.flatMap((holes, i) => {
    if ((group.want[i] as number) < 0) return [];
    const wrong = outcome(book, group, holes, group.texts[group.want[i] as number] as string);
    const main = typeof holes.OP === 'string' ? holes.OP.slice(holes.OP.indexOf('.') + 1) : group.name;
    return { operation: main, wrong: wrong === null ? null : `${JSON.stringify(holes)}: ${wrong}` };
  });
}
