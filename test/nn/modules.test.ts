/**
 * Every module gives PyTorch's outputs, gradients, state and printed form, in training and in evaluation, over the
 * samples of PyTorch's own `module_db` and some more (test/golden/modules.py).
 */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { unpack, unpackTensor } from '../golden/packed.ts';
import { grouped, readGolden } from '../golden/read.ts';
import { ulps } from '../golden/ulp.ts';

const { nn } = torch;

/** A result: all of it, or its shape, first values and weighted sums. */
type Seen = string | null | [shape: number[], head: string, sums: (number | null)[]];
type Value = { t: string; g: number } | string | number | boolean | null | Value[];

interface Pass {
  out: Seen;
  dx?: Seen[];
  dp?: Seen[];
}

interface Case {
  /** The module. */
  m: string;
  c: Record<string, Value>;
  x: Value[];
  state: Record<string, string>;
  after: Record<string, string>;
  repr: string;
  train: Pass | string;
  eval: Pass | string | null;
  ulp?: number;
}

interface Golden {
  cases: Case[];
  collections: Record<string, string>;
  init: { name: string; kwargs: Record<string, number>; want: string; after: number; ulp?: number }[];
  clip: { p: string; max: number; grads: string[]; total: number; want: string[]; ulp?: number }[];
}

const golden = readGolden<Golden>('modules.json');
const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function value(given: Value): unknown {
  if (Array.isArray(given)) return given.map(value);
  if (typeof given !== 'object' || given === null) return given;
  return unpackTensor(given.t).requiresGrad_(given.g === 1);
}

const flat = (x: torch.Tensor): number[] => [...x.toTypedArray()].map(Number);
const close = (a: number, b: number, most: number): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= most;

/**
 * How far float32 results may be off: 16 ULP of the largest, or of 1, since operands are of that order and cancel in sums; and
 * what PyTorch is apart from itself.
 */
const bound = (row: { ulp?: number }, values: readonly number[]): number => ulps(16, row, [1, ...values]);

/** Why x is not what PyTorch gave, or null. */
function difference(x: torch.Tensor | null, seen: Seen, row: { ulp?: number }): string | null {
  if (seen === null || x === null) return seen === x ? null : `${x === null ? 'nothing' : 'a tensor'}, not the other`;
  const head = unpack(typeof seen === 'string' ? seen : seen[1]);
  const dims = typeof seen === 'string' ? head.dims : seen[0];
  if (x.shape.join() !== dims.join()) return `shape ${x.shape}, not [${dims}]`;
  if (x.dtype !== head.dtype) return `${x.dtype}, not ${head.dtype}`;
  const values = flat(x);
  const most = x.dtype === torch.float64 ? 1e-12 : bound(row, head.values);
  const wrong = head.values.findIndex((want, i) => !close(values[i] as number, want, most));
  if (wrong >= 0) return `[${wrong}] is ${values[wrong]}, not ${head.values[wrong]}`;
  if (typeof seen === 'string') return null;
  const weights = [() => 1, (i: number) => Math.cos(i), (i: number) => Math.sin(i * 0.7)];
  const size = seen[2][3] ?? 0;
  for (const [k, weight] of weights.entries()) {
    const sum = values.reduce((total, each, i) => total + each * weight(i), 0);
    const want = seen[2][k] ?? Number.NaN;
    if (!close(sum, want, bound(row, [size]))) return `weighted sum ${k} is ${sum}, not ${want}`;
  }
  return null;
}

type AnyModule = torch.nn.Module & ((...args: unknown[]) => torch.Tensor);

/** One pass forward and backward, compared; what differs. */
function pass(module: AnyModule, inputs: unknown[], want: Pass | string, row: Case): string[] {
  const leaves = inputs.filter((x) => x instanceof torch.Tensor);
  for (const x of [...leaves, ...module.parameters()]) x.grad = null;
  torch.manualSeed(3);
  let out: torch.Tensor;
  try {
    out = module(...inputs);
  } catch (error) {
    return typeof want === 'string' ? [] : [`threw ${(error as Error).message}`];
  }
  if (typeof want === 'string') return [`did not throw ${want}`];
  const wrong: string[] = [];
  const note = (what: string, text: string | null): void => {
    if (text !== null) wrong.push(`${what}: ${text}`);
  };
  note('output', difference(out, want.out, row));
  if (out.requiresGrad !== (want.dx !== undefined)) return [...wrong, `requiresGrad is ${out.requiresGrad}`];
  if (want.dx === undefined) return wrong;
  const weights = torch.tensor(
    Array.from({ length: out.numel() }, (_, i) => Math.cos(i)),
    { dtype: torch.float64 },
  );
  out
    .mul(weights.to(out.dtype).reshape([...out.shape]))
    .sum()
    .backward();
  leaves.forEach((x, i) => {
    note(`gradient of input ${i}`, difference(x.grad, (want.dx as Seen[])[i] as Seen, row));
  });
  module.parameters().forEach((x, i) => {
    note(`gradient of parameter ${i}`, difference(x.grad, (want.dp as Seen[])[i] as Seen, row));
  });
  return wrong;
}

function check(name: string, each: Case): string[] {
  const options = Object.fromEntries(Object.entries(each.c).map(([key, given]) => [camel(key), value(given)]));
  // PyTorch's integers and floats print apart; JavaScript has one kind of number.
  const Class = (nn as unknown as Record<string, new (options: unknown) => AnyModule>)[name] as new (
    options: unknown,
  ) => AnyModule;
  const module = new Class(options);
  const wrong: string[] = [];
  if (String(module).replaceAll('.0', '') !== each.repr.replaceAll('.0', ''))
    wrong.push(`prints ${module}, not ${each.repr}`);
  const state = module.stateDict();
  if (Object.keys(state).join() !== Object.keys(each.state).join()) {
    return [...wrong, `state ${Object.keys(state)}, not ${Object.keys(each.state)}`];
  }
  for (const [key, at] of Object.entries(each.state)) {
    if (state[key]?.shape.join() !== unpack(at).dims.join()) wrong.push(`${key} has shape ${state[key]?.shape}`);
  }
  const given = Object.fromEntries(Object.entries(each.state).map(([key, at]) => [key, unpackTensor(at)]));
  module.loadStateDict(given);
  const inputs = each.x.map(value);
  wrong.push(...pass(module.train() as AnyModule, inputs, each.train, each).map((text) => `training, ${text}`));
  for (const [key, at] of Object.entries({ ...each.state, ...each.after })) {
    const text = difference(module.stateDict()[key] as torch.Tensor, at, each);
    if (text !== null) wrong.push(`${key} after training: ${text}`);
  }
  wrong.push(
    ...pass(module.eval() as AnyModule, inputs, each.eval ?? each.train, each).map((text) => `evaluation, ${text}`),
  );
  return wrong;
}

describe('modules agree with PyTorch', () => {
  it.each([...grouped(golden.cases, ({ m }) => m)].map(([name, cases]) => [name, cases.length, cases] as const))(
    '%s, all of %i cases',
    (name, total, cases) => {
      const wrong = cases.flatMap((each, i) => {
        const texts = check(name, each);
        return texts.length === 0 ? [] : [`case ${i} ${JSON.stringify(each.c)}: ${texts.join('; ')}`];
      });
      expect(wrong, `${total - wrong.length} of ${total} cases`).toEqual([]);
    },
  );
});

describe('collections print as PyTorch’s do', () => {
  const lin = (): torch.nn.Linear => new nn.Linear(2, 2);
  const { collections } = golden;
  it('lists and dictionaries', () => {
    const list = new nn.ModuleList([lin(), lin(), new nn.ReLU(), new nn.Sequential(lin(), new nn.ReLU())]);
    expect(String(list)).toBe(collections.list);
    expect(String(new nn.ModuleList())).toBe(collections.emptyList);
    expect(String(new nn.ModuleDict({ a: lin(), b: new nn.ReLU() }))).toBe(collections.dict);
    const parameters = [torch.ones(2, 3), torch.tensor(1, { dtype: torch.float64 })];
    expect(String(new nn.ParameterList(parameters))).toBe(collections.parameters);
    const named = { a: torch.ones(2, 3), b: torch.ones(1, { dtype: torch.float64 }) };
    expect(String(new nn.ParameterDict(named))).toBe(collections.parameterDict);
  });
});

describe('initialisation draws PyTorch’s streams', () => {
  const layers: Record<string, () => torch.Tensor> = {
    Embedding: () => new nn.Embedding(7, 4, { paddingIdx: 2 }).weight,
    Bilinear: () => new nn.Bilinear(3, 2, 4).weight,
    PReLU: () => new nn.PReLU(3).weight,
  };
  it.each(golden.init)('$name $kwargs', (row) => {
    const { name, kwargs, want, after } = row;
    torch.manualSeed(9);
    const { dims, dtype } = unpack(want);
    const fill = (nn.init as unknown as Record<string, (x: torch.Tensor, options: unknown) => torch.Tensor>)[
      camel(name)
    ];
    const make = layers[name];
    const x = make ? make() : torch.empty(dims, { dtype });
    if (!make)
      expect(
        (fill as NonNullable<typeof fill>)(x, ...((Object.keys(kwargs).length > 0 ? [kwargs] : []) as [unknown])),
      ).toBe(x);
    expect(difference(x, want, row)).toBeNull();
    expect(torch.rand(1, { dtype: torch.float64 }).item(), 'the stream stands where PyTorch’s does').toBe(after);
  });
});

describe('nn.utils', () => {
  it.each(golden.clip)('clipGradNorm_ of p $p at most $max', (row) => {
    const { p, max, grads, total, want } = row;
    const parameters = grads.map((at) => {
      const x = torch.zeros(unpack(at).dims);
      x.grad = unpackTensor(at);
      return x;
    });
    const normType = p === 'inf' ? Infinity : Number(p);
    const found = nn.utils.clipGradNorm_(parameters, max, { normType });
    expect(Math.abs((found.item() as number) - total)).toBeLessThanOrEqual(bound(row, [total]));
    expect(parameters.map((x, i) => difference(x.grad, want[i], row))).toEqual(want.map(() => null));
  });
});
