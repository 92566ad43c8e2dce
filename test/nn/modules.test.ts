/**
 * Every module gives PyTorch's outputs, gradients, state and printed form, in training and in evaluation, over the
 * samples of PyTorch's own `module_db` and some more (test/golden/modules.py).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn } = torch;

/** A result: its number in `texts`, or its shape, first values and weighted sums. */
type Seen = number | null | [shape: number[], head: number, sums: (number | null)[]];
type Value = { t: number; g: number } | string | number | boolean | null | Value[];

interface Pass {
  out: Seen;
  dx?: Seen[];
  dp?: Seen[];
}

interface Case {
  c: Record<string, Value>;
  x: Value[];
  state: Record<string, number>;
  after: Record<string, number>;
  repr: string;
  train: Pass | string;
  eval: Pass | string | null;
}

interface Golden {
  modules: Record<string, Case[]>;
  collections: Record<string, string>;
  init: { name: string; kwargs: Record<string, number>; want: number; after: number }[];
  clip: { p: string; max: number; grads: number[]; total: number; want: number[] }[];
  texts: string[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/modules.json', import.meta.url), 'utf8')) as Golden;
const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

interface Raw {
  dtype: torch.DType;
  dims: number[];
  values: number[];
}

function raw(at: number): Raw {
  const text = golden.texts[at] as string;
  const [head, body] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  const [kind, shape] = head.split(' ') as [string, string];
  const dims = shape === '' ? [] : shape.split(',').map(Number);
  if (kind === 'i') return { dtype: torch.int64, dims, values: body.split(' ').filter(Boolean).map(Number) };
  const { buffer } = new Uint8Array(Buffer.from(body, 'base64'));
  if (kind === 'q') return { dtype: torch.float32, dims, values: [...new Int16Array(buffer)].map((n) => n / 2048) };
  if (kind === 'd') return { dtype: torch.float64, dims, values: [...new Float64Array(buffer)] };
  return { dtype: torch.float32, dims, values: [...new Float32Array(buffer)] };
}

function decode(at: number, requiresGrad = false): torch.Tensor {
  const { dtype, dims, values } = raw(at);
  return torch.tensor(values, { dtype }).reshape(dims).clone().requiresGrad_(requiresGrad);
}

function value(given: Value): unknown {
  if (Array.isArray(given)) return given.map(value);
  if (typeof given !== 'object' || given === null) return given;
  return decode(given.t, given.g === 1);
}

const flat = (x: torch.Tensor): number[] => [...x.toTypedArray()].map(Number);
const close = (a: number, b: number, rtol: number, atol: number): boolean =>
  Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= atol + rtol * Math.abs(b);

/** Why x is not what PyTorch gave, or null: elements as its own tests compare float32. */
function difference(x: torch.Tensor | null, seen: Seen): string | null {
  if (seen === null || x === null) return seen === x ? null : `${x === null ? 'nothing' : 'a tensor'}, not the other`;
  const head = raw(typeof seen === 'number' ? seen : seen[1]);
  const dims = typeof seen === 'number' ? head.dims : seen[0];
  if (x.shape.join() !== dims.join()) return `shape ${x.shape}, not [${dims}]`;
  if (x.dtype !== head.dtype) return `${x.dtype}, not ${head.dtype}`;
  const values = flat(x);
  const rtol = x.dtype === torch.float64 ? 1e-7 : 1.3e-6;
  const wrong = head.values.findIndex((want, i) => !close(values[i] as number, want, rtol, 1e-5));
  if (wrong >= 0) return `[${wrong}] is ${values[wrong]}, not ${head.values[wrong]}`;
  if (typeof seen === 'number') return null;
  const weights = [() => 1, (i: number) => Math.cos(i), (i: number) => Math.sin(i * 0.7)];
  const size = seen[2][3] ?? 0;
  for (const [k, weight] of weights.entries()) {
    const sum = values.reduce((total, each, i) => total + each * weight(i), 0);
    const want = seen[2][k] ?? Number.NaN;
    if (!close(sum, want, 0, 1e-5 + 1.3e-6 * size)) return `weighted sum ${k} is ${sum}, not ${want}`;
  }
  return null;
}

type AnyModule = torch.nn.Module & ((...args: unknown[]) => torch.Tensor);

/** One pass forward and backward, compared; what differs. */
function pass(module: AnyModule, inputs: unknown[], want: Pass | string): string[] {
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
  note('output', difference(out, want.out));
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
    note(`gradient of input ${i}`, difference(x.grad, (want.dx as Seen[])[i] as Seen));
  });
  module.parameters().forEach((x, i) => {
    note(`gradient of parameter ${i}`, difference(x.grad, (want.dp as Seen[])[i] as Seen));
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
    if (state[key]?.shape.join() !== raw(at).dims.join()) wrong.push(`${key} has shape ${state[key]?.shape}`);
  }
  const given = Object.fromEntries(Object.entries(each.state).map(([key, at]) => [key, decode(at)]));
  module.loadStateDict(given);
  const inputs = each.x.map(value);
  wrong.push(...pass(module.train() as AnyModule, inputs, each.train).map((text) => `training, ${text}`));
  for (const [key, at] of Object.entries({ ...each.state, ...each.after })) {
    const text = difference(module.stateDict()[key] as torch.Tensor, at);
    if (text !== null) wrong.push(`${key} after training: ${text}`);
  }
  wrong.push(...pass(module.eval() as AnyModule, inputs, each.eval ?? each.train).map((text) => `evaluation, ${text}`));
  return wrong;
}

describe('modules agree with PyTorch', () => {
  it.each(Object.entries(golden.modules).map(([name, cases]) => [name, cases.length, cases] as const))(
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
  it.each(golden.init)('$name $kwargs', ({ name, kwargs, want, after }) => {
    torch.manualSeed(9);
    const { dims, dtype } = raw(want);
    const fill = (nn.init as unknown as Record<string, (x: torch.Tensor, options: unknown) => torch.Tensor>)[
      camel(name)
    ];
    const make = layers[name];
    const x = make ? make() : torch.empty(dims, { dtype });
    if (!make)
      expect(
        (fill as NonNullable<typeof fill>)(x, ...((Object.keys(kwargs).length > 0 ? [kwargs] : []) as [unknown])),
      ).toBe(x);
    expect(difference(x, want)).toBeNull();
    expect(torch.rand(1, { dtype: torch.float64 }).item(), 'the stream stands where PyTorch’s does').toBe(after);
  });
});

describe('nn.utils', () => {
  it.each(golden.clip)('clipGradNorm_ of p $p at most $max', ({ p, max, grads, total, want }) => {
    const parameters = grads.map((at) => {
      const x = torch.zeros(raw(at).dims);
      x.grad = decode(at);
      return x;
    });
    const normType = p === 'inf' ? Infinity : Number(p);
    const found = nn.utils.clipGradNorm_(parameters, max, { normType });
    expect(found.item()).toBeCloseTo(total, 5);
    expect(parameters.map((x, i) => difference(x.grad, want[i] as number))).toEqual(want.map(() => null));
  });
});
