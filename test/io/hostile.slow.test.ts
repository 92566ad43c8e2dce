/**
 * Modules, optimizers, schedules, data, metrics and search with each argument replaced by each kind of wrong value: no call
 * ends in an internal error of JavaScript, and none takes long.
 */
import { expect, it, vi } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn, optim, metrics, search } = torch;
const data = torch.utils.data;

type Call = (...args: unknown[]) => unknown;
type Class = new (...args: unknown[]) => Record<string, unknown>;

const INTERNAL =
  /Cannot (read|convert|destructure|mix|use 'in'|set|redefine)|is not (a function|iterable|a constructor|defined)|Invalid (array|typed array) length|Reduce of empty|Maximum call|unreachable|memory access/;

const x = torch.ones(2, 3);
const WRONG: [what: string, value: unknown][] = [
  ['null', null],
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['a string', 'x'],
  ['a digit', '1'],
  ['true', true],
  ['-1', -1],
  ['1.5', 1.5],
  ['Infinity', Infinity],
  ['a BigInt', 3n],
  ['a symbol', Symbol('s')],
  ['a list', [1, 2]],
  ['nested lists', [[1, 2, 3]]],
  ['an object', {}],
  ['an object without prototype', Object.create(null)],
  ['a function', () => 1],
  ['a class', class A {}],
  ['a tensor', x],
  ['an int64 tensor', torch.ones(2, 3, { dtype: torch.int64 })],
  ['an empty tensor', torch.zeros(0)],
  ['a dtype', torch.int64],
];

const found = new Map<string, string>();
let calls = 0;

function attempt(where: string, call: () => unknown): void {
  calls++;
  const begun = performance.now();
  try {
    const result = call();
    if (result instanceof Promise) result.catch(() => {});
  } catch (error) {
    const { message, name } = error as Error;
    const bad = !(error instanceof Error) || name === 'RuntimeError' || INTERNAL.test(message);
    if (bad) found.set(`${where.split(' = ')[0]}: ${message ?? error}`, where);
  }
  if (performance.now() - begun > 5000) found.set(`${where}: slow`, where);
}

/** Calls with `good`, each argument in turn replaced. */
function vary(where: string, call: Call, good: readonly unknown[] = []): void {
  attempt(`${where}()`, () => call());
  for (let i = 0; i <= good.length; i++) {
    for (const [what, value] of WRONG) {
      const args = [...good];
      args[i] = value;
      attempt(`${where}[${i}] = ${what}`, () => call(...args));
    }
  }
}

/** The same for options by name. */
function name(where: string, call: Call, good: object, keys: readonly string[]): void {
  for (const key of keys) {
    for (const [what, value] of WRONG) attempt(`${where}.${key} = ${what}`, () => call({ ...good, [key]: value }));
  }
}

const classesOf = (space: object): [string, Class][] =>
  Object.entries(space).filter(([key, value]) => typeof value === 'function' && /^[A-Z]/.test(key)) as never;
const functionsOf = (space: object): [string, Call][] =>
  Object.entries(space).filter(([key, value]) => typeof value === 'function' && /^[a-z]/.test(key)) as never;
const leaf = (): torch.Tensor => torch.ones(2, { requiresGrad: true });
const sgd = (): torch.optim.SGD => new optim.SGD([leaf()], { lr: 0.1, momentum: 0.9 });
const MEMBERS =
  'parameters namedParameters buffers namedBuffers children modules namedModules getSubmodule getParameter registerBuffer ' +
  'registerParameter addModule apply train eval requiresGrad_ zeroGrad to stateDict loadStateDict registerForwardHook ' +
  'append extend insert pop at slice update has clear';

it('modules', () => {
  // IncompatibleKeys is what loadStateDict gives; nobody makes one.
  for (const [key, Kind] of classesOf(nn).filter(([each]) => each !== 'IncompatibleKeys')) {
    for (const good of [[], [3], [3, 2]]) vary(`new nn.${key}`, (...args) => String(new Kind(...args)), good);
    const made = [[], [3], [3, 2], [3, 3, 2]].map((args) => {
      try {
        return new Kind(...args);
      } catch {
        return null;
      }
    });
    const module = made.find((each) => each instanceof nn.Module) as unknown as Record<string, Call> | undefined;
    if (module === undefined) continue;
    for (const good of [[], [x], [x, x]]) vary(`${key}.forward`, module as never as Call, good);
    for (const member of MEMBERS.split(' ')) {
      if (typeof module[member] === 'function') vary(`${key}.${member}`, (...args) => module[member](...args), ['a']);
    }
  }
  for (const [key, f] of functionsOf(nn.init)) {
    vary(`init.${key}`, f, [torch.ones(2, 3)]);
    vary(`init.${key}`, f, [torch.ones(2, 3), 1, 2]);
  }
  for (const [key, f] of functionsOf(nn.utils)) vary(`nn.utils.${key}`, f, [[leaf()], 1]);
  vary('new nn.Parameter', (...args) => new nn.Parameter(...(args as [torch.Tensor])), [x, true]);
  expect([...found.keys()]).toEqual([]);
}, 300_000);

it('optimizers and schedules', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  for (const [key, Kind] of classesOf(optim).filter(([each]) => each !== 'LRFinder')) {
    const make: Call = (...args) => new Kind(...args);
    vary(`new ${key}`, make, [[leaf()], 0.1, 0.9, 0.9, 0.1, true]);
    vary(`new ${key}`, make, [[leaf()], { lr: 0.1 }]);
    for (const [what, value] of WRONG) {
      attempt(`${key} group = ${what}`, () => make([{ params: [leaf()] }, value]));
      attempt(`${key} params = ${what}`, () => make([{ params: value }]));
    }
    for (const member of ['step', 'zeroGrad', 'addParamGroup', 'loadStateDict', 'stateDict', 'toString']) {
      vary(`${key}.${member}`, (...args) => (new Kind([leaf()]) as Record<string, Call>)[member](...args));
    }
  }
  const given: Record<string, unknown[]> = {
    LambdaLR: [() => 1, -1],
    MultiplicativeLR: [() => 1, -1],
    StepLR: [2, 0.1, -1],
    MultiStepLR: [[1, 2], 0.1, -1],
    ConstantLR: [0.5, 3, -1],
    LinearLR: [0.5, 1, 3, -1],
    ExponentialLR: [0.5, -1],
    PolynomialLR: [4, 2, -1],
    CosineAnnealingLR: [5, 0, -1],
    CosineAnnealingWarmRestarts: [5, 1, 0, -1],
    CyclicLR: [0.1, 1, 3, 3, 'triangular', 1, null, 'cycle', true, 0.8, 0.9, -1],
    OneCycleLR: [0.1, 10, null, null, 0.3, 'cos', true, 0.85, 0.95, 25, 1e4, false, -1],
    ReduceLROnPlateau: ['min', 0.1, 1, 1e-4, 'rel', 0, 0, 1e-8],
  };
  const schedules = optim.lrScheduler as unknown as Record<string, new (...args: unknown[]) => Record<string, Call>>;
  for (const [key, good] of Object.entries(given)) {
    vary(`new ${key}`, (...args) => new schedules[key](...args), [sgd(), ...good]);
    for (const member of ['step', 'loadStateDict']) {
      vary(`${key}.${member}`, (...args) => new schedules[key](sgd(), ...good)[member](...args));
    }
  }
  const optimizer = sgd();
  const step = (): unknown => new schedules.StepLR(optimizer, 2);
  vary('new SequentialLR', (...args) => new schedules.SequentialLR(...args), [optimizer, [step(), step()], [2], -1]);
  vary('new ChainedScheduler', (...args) => new schedules.ChainedScheduler(...args), [[step()], optimizer]);
  const batches = [[torch.ones(2, 2), torch.ones(2, 1)]];
  const model = new nn.Linear(2, 1);
  const parts = [model, new optim.SGD(model.parameters()), new nn.MSELoss(), batches];
  const find: Call = (...args) =>
    new optim.LRFinder(...(args as never as [never, never, never, never])).run({ numIter: 3 });
  vary('new LRFinder', find, parts);
  const run: Call = (options) =>
    new optim.LRFinder(...(parts as never as [never, never, never, never])).run(options as never);
  vary('LRFinder.run', run);
  const options = { numIter: 3 };
  name('LRFinder.run', run, options, ['startLr', 'endLr', 'numIter', 'smoothing', 'divergeThreshold']);
  warn.mockRestore();
  expect([...found.keys()]).toEqual([]);
}, 300_000);

it('data, metrics and search', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const rows = (): unknown => new data.TensorDataset(torch.ones(6, 2), torch.ones(6));
  const first: Call = (made) => {
    const of = made as Iterable<unknown> & { at?: Call };
    let seen = 0;
    if (typeof of?.[Symbol.iterator] === 'function') for (const _ of of) if (seen++ > 4) break;
    return of?.at?.(0);
  };
  const given: Record<string, unknown[]> = {
    TensorDataset: [x, x],
    Subset: [rows(), [0, 1]],
    ConcatDataset: [[rows(), rows()]],
    DataLoader: [rows(), 2, true, null, null, 0],
    RandomSampler: [rows(), true, 3],
    SubsetRandomSampler: [[1, 2]],
    WeightedRandomSampler: [[0.1, 0.9], 2, true],
  };
  for (const [key, Kind] of classesOf(data))
    vary(`new data.${key}`, (...args) => first(new Kind(...args)), given[key] ?? [rows()]);
  const loader: Call = (options) => first(new data.DataLoader(rows() as never, options as never));
  const loading = 'batchSize shuffle sampler batchSampler numWorkers collateFn dropLast generator';
  name('DataLoader', loader, {}, loading.split(' '));
  const table: unknown[] = [
    [1, 2],
    [3, 4],
  ];
  for (const key of ['StandardScaler', 'MinMaxScaler', 'LabelEncoder', 'OneHotEncoder'] as const) {
    const Kind = torch[key] as unknown as new (...args: unknown[]) => Record<string, Call>;
    vary(`new ${key}`, (...args) => new Kind(...args));
    const good = key === 'LabelEncoder' ? ['a', 'b'] : table;
    for (const member of ['fit', 'transform', 'fitTransform', 'inverseTransform', 'loadStateDict']) {
      vary(`${key}.${member}`, (...args) => (new Kind().fit(good) as Record<string, Call>)[member](...args), [good]);
    }
  }
  const [preds, target] = [torch.tensor([0.1, 0.9]), torch.tensor([0, 1])];
  const use = (metric: Record<string, unknown>): void => {
    const { update, compute } = metric as Record<string, Call>;
    update?.call(metric, preds, target);
    compute?.call(metric);
  };
  const settings = [{ task: 'binary' }, { task: 'multiclass', numClasses: 3 }, { numClasses: 3 }, {}];
  const names =
    'task threshold numClasses average topK ignoreIndex multidimAverage numLabels nanStrategy squared numOutputs adjusted ' +
    'multioutput normalize thresholds maxFpr';
  for (const [key, Kind] of classesOf(metrics)) {
    const make: Call = (...args) => use(new Kind(...args));
    for (const setting of settings) {
      vary(`metrics.${key}`, make, [setting]);
      name(`metrics.${key}`, make, setting, names.split(' '));
      let metric: Record<string, Call> | null = null;
      try {
        metric = new Kind(setting) as Record<string, Call>;
      } catch {
        continue;
      }
      for (const member of ['update', 'forward']) {
        const own = metric;
        if (own[member]) vary(`metrics.${key}.${member}`, (...args) => own[member](...args), [preds, target]);
      }
    }
  }
  vary('new MetricCollection', (...args) => new metrics.MetricCollection(...(args as [never])), [
    [new metrics.MeanMetric()],
    {},
  ]);
  for (const [key, f] of functionsOf(search))
    vary(`search.${key}`, f, key.endsWith('Search') ? [() => 1, { lr: [1, 2] }, { nTrials: 2 }] : [1, 2]);
  for (const key of ['tidy', 'setPrintoptions', 'manualSeed', 'setRngState', 'load', 'noGrad', 'enableGrad'] as const) {
    vary(key, torch[key] as never as Call);
  }
  warn.mockRestore();
  expect([...found.keys()]).toEqual([]);
  expect(calls).toBeGreaterThan(50_000);
}, 300_000);
