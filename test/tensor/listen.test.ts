/**
 * Who listens is told of every outermost operation, once, with its signature, a value for each parameter and the result:
 * functions, methods, in-place forms, views, creation, in every grad mode. The calls are those that PyTorch ran for
 * golden/signatures.py; what they do not reach is called below.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { listen, type Told } from '../../src/tensor/listen.ts';
import { signatureOf } from '../../src/tensor/signature.ts';
import { build, camel, type Json, plain } from '../opinfo/golden.ts';

type Callable = ((...args: unknown[]) => unknown) & { signature?: string };
type Call = [key: string, positions: Json[], named: Record<string, Json>, names: string[]];

const { calls } = JSON.parse(
  gunzipSync(readFileSync(new URL('../golden/signatures.json.gz', import.meta.url))).toString(),
) as { calls: Call[] };
const F = torch.nn.functional;
const PLACES: Record<string, Record<string, unknown>> = {
  torch: torch as never,
  F: F as never,
  Tensor: torch.Tensor.prototype as never,
};
/** What reads a tensor's shape or its element, and makes no tensor. */
const READERS = new Set(['item', 'size', 'stride']);
/** Names under which PyTorch has an operation twice. */
const ALIASES: Record<string, string> = {
  absolute: 'abs',
  absolute_: 'abs_',
  clip: 'clamp',
  clip_: 'clamp_',
  concat: 'cat',
  concatenate: 'cat',
  divide: 'div',
  divide_: 'div_',
  multiply: 'mul',
  multiply_: 'mul_',
  nelement: 'numel',
  subtract: 'sub',
  subtract_: 'sub_',
};
const x = (): torch.Tensor =>
  torch.tensor([
    [0.5, -1],
    [2, 0.25],
  ]);
const named = (name: string): string => ALIASES[name] ?? name;

let stop = (): void => {};
afterEach(() => stop());

/** What is told during `run`. */
function heard(run: () => unknown): Told[] {
  const all: Told[] = [];
  stop = listen((told) => all.push(told));
  try {
    run();
  } finally {
    stop();
  }
  return all;
}

/** Operations that have been told by now. */
const seen = new Set<string>();

/** Checks that one call tells once; returns what it tells. */
function tellsOnce(name: string, call: () => unknown, positions: readonly unknown[]): Told {
  let result: unknown;
  const all = heard(() => {
    result = call();
  });
  expect(all.map(({ signature }) => signature.name)).toEqual([named(name)]);
  const [told] = all;
  expect(told.result).toBe(result);
  expect(Object.keys(told.args)).toEqual(told.signature.parameters.map((parameter) => parameter.name));
  expect(Object.values(told.args)).not.toContain(undefined);
  const flat = Object.values(told.args).flatMap((value) => (Array.isArray(value) ? value : [value]));
  for (const value of positions) if (value instanceof torch.Tensor) expect(flat).toContain(value);
  seen.add(told.signature.name);
  return told;
}

describe('a call of PyTorch', () => {
  const byKey = new Map<string, Call[]>();
  for (const call of calls) byKey.set(call[0], [...(byKey.get(call[0]) ?? []), call]);
  const here = [...byKey].filter(([key]) => {
    const [place, name] = key.split('.') as [string, string];
    return camel(name) in PLACES[place] && !READERS.has(name);
  });
  test.each(here)('%s', (key, list) => {
    const [place, name] = key.split('.') as [string, string];
    for (const [, positions, options] of list) {
      const args = positions.map((value) => build(value, plain));
      const more = Object.entries(options).map(([option, value]) => [camel(option), build(value, plain)]);
      const all = more.length > 0 ? [...args, Object.fromEntries(more)] : args;
      const call =
        place === 'Tensor'
          ? () => (all[0] as Record<string, Callable>)[camel(name)](...all.slice(1))
          : () => (PLACES[place][camel(name)] as Callable)(...all);
      tellsOnce(camel(name), call, args);
    }
  });
});

/** Calls that the golden file has none of. */
const OTHERS: Record<string, () => [call: () => unknown, positions: unknown[]]> = {
  at: () => [() => x().at(0, [0, 1]), []],
  backward: () => [() => x().requiresGrad_().sum().backward(), []],
  byte: () => [() => x().byte(), []],
  cpu: () => [() => x().cpu(), []],
  double: () => [() => x().double(), []],
  einsum: () => {
    const a = x();
    return [() => torch.einsum('ij->ji', a), [a]];
  },
  float: () => [() => x().float(), []],
  fromNumpy: () => [() => torch.fromNumpy(new Float32Array(2)), []],
  FloatTensor: () => [() => new torch.FloatTensor([1, 2]), []],
  getRngState: () => [() => torch.getRngState(), []],
  indexCopy: () => [() => x().indexCopy(0, torch.tensor([1, 0]), x()), []],
  int: () => [() => x().int(), []],
  logsigmoid: () => [() => F.logsigmoid(x()), []],
  long: () => [() => x().long(), []],
  meshgrid: () => {
    const a = torch.tensor([1, 2]);
    return [() => torch.meshgrid(a, a), [a]];
  },
  numpy: () => [() => x().numpy(), []],
  quantile: () => [() => x().quantile(0.5), []],
  setAt_: () => [() => x().setAt_([0], 1), []],
  squeeze: () => [() => torch.ones(1, 2, 1).squeeze(0, 2), []],
  squeeze_: () => [() => torch.ones(1, 2, 1).squeeze_(0, 2), []],
  t_: () => [() => x().t_(), []],
  Tensor: () => [() => torch.Tensor(2, 3), []],
  to: () => [() => x().to(torch.int64), []],
  type: () => [() => x().type(torch.int64), []],
  zero_: () => [() => x().zero_(), []],
};

describe('a call beside these', () => {
  test.each(Object.keys(OTHERS))('%s', (name) => {
    const made = OTHERS[name]();
    // What the call is made of is told before, if it tells at all: only the last counts.
    const all = heard(made[0]);
    expect(all[all.length - 1].signature.name).toBe(name);
    seen.add(name);
  });
});

test('there is no operation that no test above has called', async () => {
  const folder = new URL('../../src/ops/', import.meta.url);
  const paths = readdirSync(folder, { recursive: true }).filter((path) => String(path).endsWith('.ts'));
  const files = await Promise.all(paths.map((path) => import(new URL(String(path), folder).href)));
  const methods = (files as Record<string, Callable>[]).flatMap((file) =>
    Object.entries(file).flatMap(([name, value]) => (name in torch.Tensor.prototype ? [value] : [])),
  );
  const functions = [...Object.values(torch), ...Object.values(F)] as unknown[];
  const names = [...methods, ...functions].flatMap((value) => {
    const { signature } = value as Callable;
    return typeof value === 'function' && signature !== undefined ? [signatureOf(signature).name] : [];
  });
  // They read files and layers, by operations.
  const made = ['loadSafetensors', 'summary'];
  expect(names.length).toBeGreaterThan(300);
  expect([...new Set(names)].filter((name) => !seen.has(name) && !made.includes(name))).toEqual([]);
});

describe('what is told', () => {
  test('the arguments are those that the operation has, defaults included, however the call is written', () => {
    const a = x();
    const b = x();
    const check = (run: () => unknown, expected: Record<string, unknown>): void => {
      const [{ args }] = heard(run);
      expect(Object.keys(args)).toEqual(Object.keys(expected));
      for (const [name, value] of Object.entries(expected)) {
        if (value instanceof torch.Tensor) expect(args[name]).toBe(value);
        else expect(args[name]).toEqual(value);
      }
    };
    check(() => a.sum({ dim: 1 }), { input: a, dim: 1, keepdim: false, dtype: null });
    check(() => torch.sum(a, 1), { input: a, dim: 1, keepdim: false, dtype: null });
    check(() => a.add(b), { input: a, other: b, alpha: 1 });
    check(() => a.add(b, { alpha: 2 }), { input: a, other: b, alpha: 2 });
    check(() => a.div(2), { input: a, other: 2, roundingMode: null });
    check(() => F.linear(a, b), { input: a, weight: b, bias: null });
    check(() => a.view(4, 1), { input: a, size: [4, 1] });
    check(() => torch.zeros(2, 3), { size: [2, 3], dtype: null, requiresGrad: false, device: null });
    check(() => a.at(0, [1, null]), { input: a, indices: [0, [1, null]] });
    check(() => a.to({ dtype: torch.int64 }), { input: a, dtype: torch.int64, copy: false });
    check(() => [a].map(torch.relu), { input: a });
  });

  test('in every grad mode', () => {
    const w = x().requiresGrad_();
    const names = (run: () => unknown): string[] => heard(run).map(({ signature }) => signature.name);
    const run = (): torch.Tensor => w.mul(2).relu().at(0);
    const expected = ['mul', 'relu', 'at'];
    expect(names(run)).toEqual(expected);
    expect(names(() => torch.noGrad(run))).toEqual(expected);
    expect(names(() => torch.inferenceMode(run))).toEqual(expected);
  });

  test('a layer tells what its forward calls, a composition itself alone, a backward pass itself alone', () => {
    const model = new torch.nn.Sequential(new torch.nn.Linear(2, 3), new torch.nn.ReLU(), new torch.nn.Softmax(1));
    const criterion = new torch.nn.CrossEntropyLoss();
    const [a, target] = [x(), torch.tensor([0, 2], { dtype: torch.int64 })];
    const all = heard(() => criterion(model(a), target).backward());
    expect(all.map(({ signature }) => signature.name)).toEqual([
      'linear',
      'relu',
      'softmax',
      'crossEntropy',
      'backward',
    ]);
    // Each takes what the one before gave.
    expect(all[0].args.input).toBe(a);
    for (let i = 1; i < 4; i++) expect(all[i].args.input).toBe(all[i - 1].result);
  });

  test('an in-place form gives what it wrote', () => {
    const a = x();
    const [told] = heard(() => a.add_(1));
    expect(told.args.input).toBe(a);
    expect(told.result).toBe(a);
  });

  test('a call that throws is not told, and the next one is', () => {
    const names = heard(() => {
      expect(() => x().view(3)).toThrow(RangeError);
      expect(() => torch.relu('x' as never)).toThrow(TypeError);
      torch.relu(torch.ones(1));
    }).map(({ signature }) => signature.name);
    expect(names.slice(-2)).toEqual(['ones', 'relu']);
    expect(names).not.toContain('view');
  });
});

describe('who listens', () => {
  test('may call operations itself, which nobody is told of', () => {
    const all: [string, number][] = [];
    stop = listen(({ signature, result }) => all.push([signature.name, (result as torch.Tensor).sum().item()]));
    torch.ones(2).mul(3);
    expect(all).toEqual([
      ['ones', 2],
      ['mul', 6],
    ]);
  });

  test('hears nothing more once it has stopped, even while it is told; others go on', () => {
    const [first, second]: string[][] = [[], []];
    const stops = [
      listen(({ signature }) => {
        first.push(signature.name);
        stops[0]();
      }),
      listen(({ signature }) => second.push(signature.name)),
    ];
    stop = (): void => {
      for (const each of stops) each();
    };
    const a = torch.ones(2);
    a.mul(3).sum();
    expect([first, second]).toEqual([['ones'], ['ones', 'mul', 'sum']]);
    stop();
    a.mul(3);
    expect(second.length).toBe(3);
  });

  test('enters an operation and is told of its parts, while others are told of it', () => {
    const a = x();
    const [inner, outer]: string[][] = [[], []];
    const stops = [
      listen(
        ({ signature }) => inner.push(signature.name),
        ({ name }) => name === 'tanhshrink',
      ),
      listen(({ signature }) => outer.push(signature.name)),
    ];
    stop = (): void => {
      for (const each of stops) each();
    };
    F.tanhshrink(a).relu();
    expect(inner).toEqual(['tanh', 'sub', 'relu']);
    expect(outer).toEqual(['tanhshrink', 'relu']);
  });

  test('of what it enters is told of casts, too', () => {
    const names: string[] = [];
    const [a, target] = [x(), torch.zeros(2, 2, { dtype: torch.int64 })];
    stop = listen(
      ({ signature }) => names.push(signature.name),
      ({ name }) => name === 'huberLoss',
    );
    F.huberLoss(a, target);
    expect(names.slice(0, 2)).toEqual(['to', 'expand']);
  });

  test('may refuse an operation before it runs, by what it throws when it is asked', () => {
    const refusal = new Error('not this one');
    stop = listen(
      () => {},
      ({ name }) => {
        if (name === 'add_') throw refusal;
        return false;
      },
    );
    const a = torch.zeros(2);
    expect(() => a.add_(1)).toThrow(refusal);
    expect(a.tolist()).toEqual([0, 0]);
    a.mul_(2).add(1);
  });

  test('who begins to listen within an operation is told of what follows it', () => {
    const names: string[] = [];
    const w = x().requiresGrad_();
    const loss = w.sum();
    w.registerHook(() => {
      stop = listen(({ signature }) => names.push(signature.name));
    });
    loss.backward();
    w.mul(2);
    expect(names.at(-1)).toBe('mul');
  });
});
