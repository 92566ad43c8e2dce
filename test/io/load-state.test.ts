/**
 * Everything that loads a state takes it whole or not at all. Each loader is given its own state with every entry in turn
 * replaced by values of a wrong kind: it refuses, names the entry, and is afterwards what it was, to the bit.
 */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { supply } from '../../src/memory/blocks.ts';

const { nn, optim } = torch;
const { lrScheduler } = optim;
type AnyOptimizer = torch.optim.lrScheduler.AnyOptimizer;

type Tree = Record<string, unknown>;
type Path = readonly string[];

/** Something that loads what it gives. */
interface Loader {
  state(): unknown;
  load(state: never): unknown;
  /** What is not its state but must not change either. */
  also?(): unknown;
  /** Entries that may be missing or null. */
  optional?: readonly string[];
}

const isTree = (x: unknown): x is Tree => typeof x === 'object' && x !== null && !(x instanceof torch.Tensor);

/** A copy with other tensors of the same values. */
function copy(x: unknown): unknown {
  if (x instanceof torch.Tensor) return x.detach().clone();
  if (Array.isArray(x)) return x.map(copy);
  return isTree(x) ? Object.fromEntries(Object.entries(x).map(([key, value]) => [key, copy(value)])) : x;
}

/** All that is in a state, as text. */
const dump = (x: unknown): string =>
  JSON.stringify(x, (_, value) => {
    if (value instanceof torch.Tensor) return [String(value.dtype), value.shape, [...value.toTypedArray()].map(String)];
    return typeof value === 'number' ? String(value) : value;
  });

/** The paths of all entries. */
function paths(x: unknown, before: Path = []): Path[] {
  if (!isTree(x)) return [];
  return Object.entries(x).flatMap(([key, value]) => [[...before, key], ...paths(value, [...before, key])]);
}

function at(x: unknown, path: Path): unknown {
  return path.reduce((found, key) => (found as Tree)[key], x);
}

const MISSING = Symbol('missing');

/** A copy of `state` with something else at `path`. */
function changed(state: unknown, path: Path, value: unknown): unknown {
  const whole = copy(state);
  const holder = at(whole, path.slice(0, -1)) as Tree;
  const key = path[path.length - 1];
  if (value !== MISSING) holder[key] = value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return whole;
}

function disposed(x: torch.Tensor): torch.Tensor {
  const gone = x.clone();
  gone.dispose();
  return gone;
}

/** Values that are wrong for an entry. */
function wrong(value: unknown): [what: string, value: unknown][] {
  const always: [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a symbol', Symbol('x')],
    ['a function', () => 1],
    ['missing', MISSING],
  ];
  if (value instanceof torch.Tensor) {
    return [
      ...always,
      ['a string', 'abc'],
      ['a number', 1],
      ['a list', value.tolist()],
      ['another shape', torch.zeros([...value.shape.map((size) => size + 1), 2])],
      ['disposed', disposed(value)],
    ];
  }
  const tensor = torch.tensor([1, 2]);
  if (typeof value === 'number') {
    return [
      ...always,
      ['a string', '5'],
      ['NaN', Number.NaN],
      ['a boolean', true],
      ['a list', [1]],
      ['a tensor', tensor],
    ];
  }
  if (typeof value === 'boolean') return [...always, ['a number', 1], ['a string', 'true'], ['a tensor', tensor]];
  if (typeof value === 'string')
    return [...always, ['a number', 1], ['another string', ' no such '], ['a list', ['x']]];
  if (value === null)
    return [
      ['a string', 'x'],
      ['an object', {}],
    ];
  return [...always, ['a string', 'abc'], ['a number', 1], ['a tensor', tensor], ['a Map', new Map()]];
}

const leaf = (...dims: number[]): torch.Tensor =>
  torch
    .arange(1, 1 + dims.reduce((a, b) => a * b, 1), { dtype: torch.float32 })
    .reshape(dims)
    .requiresGrad_();

type Make = (params: { params: torch.Tensor[]; weightDecay?: number }[]) => AnyOptimizer;

const optimizers: Record<string, Make> = {
  SGD: (params) => new optim.SGD(params, { lr: 0.05, momentum: 0.9, nesterov: true }),
  Adam: (params) => new optim.Adam(params, { amsgrad: true }),
  AdamW: (params) => new optim.AdamW(params),
  RMSprop: (params) => new optim.RMSprop(params, { momentum: 0.5, centered: true }),
  Adagrad: (params) => new optim.Adagrad(params, { lrDecay: 0.1, initialAccumulatorValue: 0.2 }),
  Adadelta: (params) => new optim.Adadelta(params),
  Adamax: (params) => new optim.Adamax(params),
  NAdam: (params) => new optim.NAdam(params),
  RAdam: (params) => new optim.RAdam(params),
};

function trained(make: Make): { optimizer: AnyOptimizer; parameters: torch.Tensor[] } {
  const parameters = [leaf(2), leaf(2, 3), leaf(1)];
  const optimizer = make([{ params: parameters.slice(0, 2), weightDecay: 0.1 }, { params: parameters.slice(2) }]);
  for (let i = 0; i < 3; i++) {
    for (const p of parameters) p.grad = torch.ones(p.dims).mul(i - 0.5);
    optimizer.step();
  }
  return { optimizer, parameters };
}

const schedules: Record<string, (optimizer: AnyOptimizer) => torch.optim.lrScheduler.LRScheduler<never>> = {
  StepLR: (optimizer) => new lrScheduler.StepLR(optimizer, 2, 0.7),
  MultiStepLR: (optimizer) => new lrScheduler.MultiStepLR(optimizer, [1, 3], 0.5),
  ExponentialLR: (optimizer) => new lrScheduler.ExponentialLR(optimizer, 0.97),
  LinearLR: (optimizer) => new lrScheduler.LinearLR(optimizer, 0.1, { totalIters: 30 }),
  ConstantLR: (optimizer) => new lrScheduler.ConstantLR(optimizer, 0.1, 25),
  PolynomialLR: (optimizer) => new lrScheduler.PolynomialLR(optimizer, 9, 2),
  CosineAnnealingLR: (optimizer) => new lrScheduler.CosineAnnealingLR(optimizer, 7),
  CosineAnnealingWarmRestarts: (optimizer) => new lrScheduler.CosineAnnealingWarmRestarts(optimizer, 2, 2),
  CyclicLR: (optimizer) => new lrScheduler.CyclicLR(optimizer, 0.01, 0.1, { stepSizeUp: 6, mode: 'triangular2' }),
  OneCycleLR: (optimizer) => new lrScheduler.OneCycleLR(optimizer, 0.1, { totalSteps: 9 }),
  LambdaLR: (optimizer) => new lrScheduler.LambdaLR(optimizer, (step) => 1 / (1 + 0.1 * step)),
  MultiplicativeLR: (optimizer) => new lrScheduler.MultiplicativeLR(optimizer, () => 0.9),
  ReduceLROnPlateau: (optimizer) => new lrScheduler.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 }),
  SequentialLR: (optimizer) => {
    const parts = [new lrScheduler.LinearLR(optimizer), new lrScheduler.CosineAnnealingLR(optimizer, 12)];
    return new lrScheduler.SequentialLR(optimizer, parts, [2]);
  },
  ChainedScheduler: (optimizer) =>
    new lrScheduler.ChainedScheduler([new lrScheduler.ConstantLR(optimizer), new lrScheduler.StepLR(optimizer, 2)]),
};

const table = torch.tensor([
  [1, 5],
  [3, 15],
  [2, 5],
]);

const loaders: Record<string, () => Loader> = {
  Module: () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3), new nn.Linear(3, 1));
    return { state: () => model.stateDict(), load: (state) => model.loadStateDict(state) };
  },
  StandardScaler: () => {
    const scaler = new torch.StandardScaler().fit(table);
    return {
      state: () => scaler.stateDict(),
      load: (state) => scaler.loadStateDict(state),
      also: () => scaler.transform(table),
    };
  },
  MinMaxScaler: () => {
    const scaler = new torch.MinMaxScaler({ featureRange: [-1, 1], clip: true }).fit(table);
    return {
      state: () => scaler.stateDict(),
      load: (state) => scaler.loadStateDict(state),
      also: () => scaler.transform(table),
    };
  },
  LabelEncoder: () => {
    const encoder = new torch.LabelEncoder<string>().fit(['b', 'a']);
    return { state: () => encoder.stateDict(), load: (state) => encoder.loadStateDict(state) };
  },
  OneHotEncoder: () => {
    const encoder = new torch.OneHotEncoder({ handleUnknown: 'ignore' }).fit([
      ['a', 1],
      ['b', 2],
    ]);
    return { state: () => encoder.stateDict(), load: (state) => encoder.loadStateDict(state) };
  },
  Generator: () => {
    const generator = new torch.Generator().manualSeed(3);
    return {
      state: () => ({ state: generator.getState() }),
      load: ({ state }: { state: never }) => generator.setState(state),
    };
  },
  setRngState: () => ({
    state: () => ({ newState: torch.getRngState() }),
    load: ({ newState }: { newState: never }) => torch.setRngState(newState),
  }),
};
for (const [name, make] of Object.entries(optimizers)) {
  loaders[name] = () => {
    const { optimizer, parameters } = trained(make);
    return {
      state: () => optimizer.stateDict(),
      load: (state) => optimizer.loadStateDict(state),
      also: () => parameters,
      // PyTorch's own files may have null there; a state that is not there has not begun.
      optional: ['momentumBuffer', '0', '1', '2'].slice(name === 'SGD' ? 0 : 1),
    };
  };
}
for (const [name, make] of Object.entries(schedules)) {
  loaders[name] = () => {
    const { optimizer } = trained(optimizers.SGD);
    const scheduler = make(optimizer);
    for (let i = 0; i < 3; i++)
      (scheduler.step as (metric?: number) => void).call(scheduler, name === 'ReduceLROnPlateau' ? 1 : undefined);
    return {
      state: () => scheduler.stateDict(),
      load: (state) => scheduler.loadStateDict(state),
      also: () => optimizer.stateDict(),
    };
  };
}

/** Wrong entries that are right after all, with the reason. */
function isRight(name: string, path: Path, what: string, { optional = [] }: Loader): boolean {
  const key = path[path.length - 1];
  const empty = ['missing', 'null', 'undefined'].includes(what);
  if (empty && path[0] === 'state' && optional.includes(key)) return key === 'momentumBuffer' || what === 'missing';
  // Written by schedules, which are not always there.
  if (what === 'undefined' && /^(initialLr|maxLr|minLr|maxMomentum|baseMomentum)$/.test(key)) return true;
  // Labels are strings or numbers, in any number; milestones may be any.
  if (name === 'LabelEncoder' || name === 'OneHotEncoder') {
    if (path.length > 1 && ['missing', 'NaN'].includes(what)) return true;
    return path.length > 1 && what === 'another string';
  }
  if (key === 'defaultMinLr' && what === 'null') return true;
  return name === 'MultiStepLR' && path[0] === 'milestones' && path.length > 1 && what === 'missing';
}

const INTERNAL =
  /Cannot read|is not a function|is not iterable|undefined is not|of undefined|of null|not an object|Cannot convert|Cannot destructure/;

describe.each(Object.entries(loaders))('%s', (name, make) => {
  const loader = make();
  const snapshot = (): string => dump([loader.state(), loader.also?.()]);

  it('takes its own state', () => {
    const before = snapshot();
    loader.load(copy(loader.state()) as never);
    expect(snapshot()).toBe(before);
  });

  it('refuses a wrong value at every entry, and stays what it was', () => {
    const state = loader.state();
    const before = snapshot();
    const found: string[] = [];
    for (const path of paths(state)) {
      for (const [what, value] of wrong(at(state, path))) {
        if (isRight(name, path, what, loader)) continue;
        const where = `${path.join('.')} = ${what}`;
        let message = '';
        try {
          loader.load(changed(state, path, value) as never);
        } catch (error) {
          message = (error as Error).message;
          if (!(error instanceof Error) || INTERNAL.test(message)) found.push(`${where}: internal: ${message}`);
          const named =
            path.some((key) => message.includes(key)) ||
            /parameter group|params of|expected|RNG state|setState|threshold mode/.test(message);
          if (!named) found.push(`${where}: not named: ${message}`);
        }
        if (message === '') {
          found.push(`${where}: taken`);
          loader.load(copy(state) as never);
        }
        if (snapshot() !== before) {
          found.push(`${where}: changed`);
          loader.load(copy(state) as never);
        }
      }
    }
    expect(found).toEqual([]);
  });

  it('refuses what is no state, and entries that are unexpected', () => {
    const before = snapshot();
    const state = loader.state() as Tree;
    const none = [undefined, null, 5, 'abc', [], torch.ones(1), new Map(), () => 1, Promise.resolve({})];
    for (const bad of name === 'Generator' || name === 'setRngState' ? [] : none) {
      let message = 'taken';
      try {
        loader.load(bad as never);
      } catch (error) {
        ({ message } = error as Error);
      }
      expect(message).not.toMatch(INTERNAL);
      expect(message).not.toBe('taken');
    }
    const holders: Path[] = [[], ...paths(state).filter((path) => isTree(at(state, path)))].filter((path) => {
      const holder = at(state, path);
      return (
        !Array.isArray(holder) &&
        !['Generator', 'setRngState'].includes(name) &&
        !(name in optimizers && path.length === 0)
      );
    });
    for (const path of holders) {
      const bad = changed(state, [...path, 'extra'], 1);
      expect(() => loader.load(bad as never), path.join('.')).toThrow('extra');
    }
    expect(snapshot()).toBe(before);
  });
});

describe('state that a user assigned', () => {
  const assigned: [string, (optimizer: AnyOptimizer, last: torch.Tensor) => unknown][] = [
    ['lr must be a number, got NaN', (o) => (o.paramGroups[1].lr = Number.NaN)],
    ['lr must be a number, got "x"', (o) => (o.paramGroups[1].lr = 'x' as never)],
    ['Invalid epsilon value: -1', (o) => Object.assign(o.paramGroups[1], { eps: -1 })],
    ['Invalid beta parameter at index 1: 2', (o) => ((o.paramGroups[1] as never as { betas: number[] }).betas[1] = 2)],
    [
      'params must be a list, got "x"',
      (o) => Object.assign(o.paramGroups, [o.paramGroups[0], { ...o.paramGroups[1], params: 'x' }]),
    ],
    ['a parameter must be a tensor, got 5', (o) => o.paramGroups[1].params.push(5 as never)],
    ['\'step\' of the state must be a whole number of at least 0, got "5"', (o, p) => set(o, p, 'step', '5')],
    ["'step' of the state must be a whole number of at least 0, got 1.5", (o, p) => set(o, p, 'step', 1.5)],
    ["'expAvg' of the state must be a tensor, got 3", (o, p) => set(o, p, 'expAvg', 3)],
    ["'expAvg' of the state is missing", (o, p) => set(o, p, 'expAvg', undefined)],
    ["'expAvg' of the state was disposed of", (o, p) => set(o, p, 'expAvg', disposed(torch.ones(1)))],
    ["'expAvg' of the state has shape torch.Size([4])", (o, p) => set(o, p, 'expAvg', torch.ones(4))],
    ['the state of a parameter must be an object, got "x"', (o, p) => o.state.set(p, 'x' as never)],
    ['the gradient was disposed of', (_, p) => (p.grad as torch.Tensor).dispose()],
    ['a parameter was disposed of', (_, p) => p.dispose()],
  ];
  function set(optimizer: AnyOptimizer, parameter: torch.Tensor, name: string, value: unknown): void {
    (optimizer.state.get(parameter) as Tree)[name] = value;
  }

  it.each(assigned)('is refused by the next step, before anything changes: %s', (message, assign) => {
    const { optimizer, parameters } = trained(optimizers.Adam);
    const [first, second, last] = parameters;
    for (const p of parameters) p.grad = torch.ones(p.dims);
    const before = dump([first, second, optimizer.state.get(first), optimizer.state.get(second)]);
    assign(optimizer, last);
    expect(() => optimizer.step()).toThrow(message);
    expect(dump([first, second, optimizer.state.get(first), optimizer.state.get(second)])).toBe(before);
  });

  it('may be a strided view, and one that is loaded: the numbers are right', () => {
    const runs = [0, 1, 2].map(() => trained(optimizers.SGD));
    const buffer = (i: number): torch.Tensor =>
      runs[i].optimizer.state.get(runs[i].parameters[1])?.momentumBuffer as torch.Tensor;
    const transposed = buffer(0).t().contiguous().t();
    expect(transposed.isContiguous()).toBe(false);
    set(runs[1].optimizer, runs[1].parameters[1], 'momentumBuffer', transposed);
    const state = runs[2].optimizer.stateDict();
    state.state[1] = { momentumBuffer: transposed };
    runs[2].optimizer.loadStateDict(state);
    for (const { optimizer, parameters } of runs) {
      for (const p of parameters) p.grad = torch.arange(p.numel(), { dtype: torch.float32 }).reshape(p.dims);
      optimizer.step();
      optimizer.step();
    }
    expect(runs.slice(1).map(({ parameters }) => dump(parameters))).toEqual(Array(2).fill(dump(runs[0].parameters)));
  });
});

it('a step that cannot have the memory for its state leaves everything as it was, whichever tensor it is', () => {
  // So large that each has a block of its own.
  const parameters = [torch.ones(2 ** 19, { requiresGrad: true }), torch.ones(2 ** 18, { requiresGrad: true })];
  for (const p of parameters) p.grad = torch.ones(p.dims);
  const { take } = supply;
  let left = Number.POSITIVE_INFINITY;
  supply.take = (size) => (left-- > 0 ? take(size) : 0);
  const values = (): boolean[] => torch.tidy(() => parameters.map((p) => torch.equal(p, torch.ones(p.dims))));
  // What moved out comes back first.
  const held = (): number => {
    torch.tidy(() => parameters.map((p) => p.grad?.sum()));
    values();
    return torch.memory.stats().live;
  };
  try {
    for (let tensors = 0; tensors < 6; tensors++) {
      const optimizer = new optim.Adam(parameters, { amsgrad: true });
      const live = held();
      left = tensors;
      expect(() => optimizer.step(), `tensor ${tensors}`).toThrow('out of memory');
      left = Number.POSITIVE_INFINITY;
      expect(optimizer.state.size).toBe(0);
      expect(values()).toEqual([true, true]);
      // No tensor of the state is left; the smallest has 2^20 bytes.
      expect(held() - live).toBeLessThan(2 ** 20);
    }
  } finally {
    supply.take = take;
  }
});

it('a group loads whose learning rate or momentum a schedule made negative', () => {
  const { optimizer } = trained(optimizers.SGD);
  new lrScheduler.LambdaLR(optimizer, () => -0.5);
  Object.assign(optimizer.paramGroups[1], { momentum: -0.25 });
  const fresh = trained(optimizers.SGD).optimizer;
  fresh.loadStateDict(copy(optimizer.stateDict()) as never);
  fresh.step();
  expect(fresh.paramGroups.map(({ lr }) => lr)).toEqual([-0.025, -0.025]);
});

it("NAdam's product of the momenta is in the parameter's dtype after loadStateDict, as in PyTorch", () => {
  const w = torch.tensor([1, -2], { dtype: torch.float64, requiresGrad: true });
  let optimizer = new optim.NAdam([w], { lr: 0.1 });
  for (let i = 0; i < 6; i++) {
    if (i === 3) {
      const saved = optimizer.stateDict();
      optimizer = new optim.NAdam([w], { lr: 0.1 });
      optimizer.loadStateDict(saved);
    }
    optimizer.zeroGrad();
    w.pow(2).sum().backward();
    optimizer.step();
  }
  expect(w.tolist()).toEqual([0.5604374259448743, -1.5379575725300425]);
  expect(optimizer.state.get(w)?.muProduct).toBe(0.008332268021867406);
});

it('a checkpoint that shares tensors with the model, transposed or of another dtype, is copied right', () => {
  const model = new nn.Linear(2, 2);
  const weight = model.weight.detach().clone();
  model.loadStateDict({ weight: model.weight.t(), bias: torch.tensor([3, 4], { dtype: torch.int64 }) });
  expect([model.weight.tolist(), model.bias.tolist()]).toEqual([weight.t().tolist(), [3, 4]]);
});
