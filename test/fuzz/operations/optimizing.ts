/** Optimizers with their groups and schedules; datasets, samplers and loaders. */
import { optim, Tensor } from '../../../src/index.ts';
import type { Value } from '../program.ts';
import { free, type Row } from '../row.ts';
import type { Ref, Writer } from '../writer.ts';
import { network } from './networks.ts';

const OPTIONS: Record<string, Record<string, Value[]>> = {
  SGD: {
    lr: [0.1, 0.5],
    momentum: [0.9, 0.5],
    dampening: [0.1],
    weightDecay: [0.01, 0.1],
    nesterov: [true],
    maximize: [true],
  },
  Adam: { lr: [0.1, 0.01], betas: [[0.8, 0.99]], eps: [1e-6], weightDecay: [0.1], amsgrad: [true], maximize: [true] },
  AdamW: {
    lr: [0.1, 0.01],
    betas: [[0.8, 0.99]],
    eps: [1e-6],
    weightDecay: [0.1, 0],
    amsgrad: [true],
    maximize: [true],
  },
  Adamax: { lr: [0.1], betas: [[0.8, 0.99]], weightDecay: [0.1], maximize: [true] },
  NAdam: {
    lr: [0.1],
    betas: [[0.8, 0.99]],
    weightDecay: [0.1],
    momentumDecay: [0.01],
    decoupledWeightDecay: [true],
    maximize: [true],
  },
  RAdam: { lr: [0.1], betas: [[0.8, 0.99]], weightDecay: [0.1], decoupledWeightDecay: [true], maximize: [true] },
  RMSprop: {
    lr: [0.1],
    alpha: [0.9],
    eps: [1e-4],
    weightDecay: [0.1],
    momentum: [0.9],
    centered: [true],
    maximize: [true],
  },
  Adagrad: {
    lr: [0.1],
    lrDecay: [0.1],
    weightDecay: [0.1],
    initialAccumulatorValue: [0.5],
    eps: [1e-6],
    maximize: [true],
  },
  Adadelta: { lr: [0.5], rho: [0.8], eps: [1e-4], weightDecay: [0.1], maximize: [true] },
};

function optionsOf(w: Writer, name: string): Record<string, Value> {
  const out: Record<string, Value> = {};
  for (const [key, values] of Object.entries(OPTIONS[name])) {
    if (key === 'lr' || w.random.chance(0.3)) out[key] = w.random.one(values);
  }
  if (out.nesterov) {
    out.momentum ??= 0.9;
    delete out.dampening;
  }
  return out;
}

/** A new leaf. */
const parameter = (w: Writer): Ref => w.literal(w.shape(w.random.int(1, 3), true), w.dtype('float'), undefined, true);

function make(w: Writer): Ref | null {
  const { random } = w;
  const name = random.one(Object.keys(OPTIONS));
  const isParameter = (v: unknown): boolean => v instanceof Tensor && v.isLeaf && v.requiresGrad && v.numel() > 0;
  const leaves = w.distinct(w.having(isParameter)).slice(0, 4);
  if (random.chance(0.3)) {
    const { model } = network(w, random.int(1, 4));
    const parameters = w.call('.parameters', [model]);
    return parameters && w.call(`optim.${name}`, [parameters], optionsOf(w, name));
  }
  while (leaves.length < 2) leaves.push(parameter(w));
  if (random.chance(0.6)) return w.call(`optim.${name}`, [leaves], optionsOf(w, name));
  const [first, ...rest] = leaves;
  const own = optionsOf(w, name);
  delete own.nesterov;
  const groups: Value[] = [{ dict: { params: [first] } }, { dict: { params: rest, ...own } }];
  const optimizer = w.call(`optim.${name}`, [groups], optionsOf(w, name));
  return optimizer;
}

const isOptimizer = (v: unknown): v is optim.Optimizer => v instanceof optim.Optimizer;

function optimizerOf(w: Writer): Ref | null {
  const found = w.having(isOptimizer);
  return found.length > 0 ? w.random.one(found) : make(w);
}

/** Gives the parameters of an optimizer gradients by a loss over some of them. */
function lossOf(w: Writer, optimizer: Ref): void {
  const parameters = w.having(
    (v) =>
      v instanceof Tensor &&
      (w.valueOf(optimizer) as optim.Optimizer).paramGroups.some(({ params }) => params.includes(v)),
  );
  for (const ref of parameters) {
    if (!w.random.chance(0.85)) continue;
    const square = w.call(w.random.one(['.square', '.exp', '.sin']), [ref]);
    const sum = square && w.call('.sum', [square]);
    if (sum) w.call('.backward', [sum]);
  }
}

const SCHEDULES: Record<string, Record<string, Value>[]> = {
  StepLR: [{ stepSize: 2 }, { stepSize: 1, gamma: 0.5 }],
  MultiStepLR: [{ milestones: [1, 3], gamma: 0.5 }],
  ExponentialLR: [{ gamma: 0.9 }],
  CosineAnnealingLR: [{ TMax: 4 }, { TMax: 3, etaMin: 0.01 }],
  CosineAnnealingWarmRestarts: [{ T0: 2 }, { T0: 1, TMult: 2, etaMin: 0.001 }],
  LambdaLR: [{ lrLambda: { function: 'decay' } }],
  MultiplicativeLR: [{ lrLambda: { function: 'constant' } }],
  LinearLR: [{}, { startFactor: 0.5, totalIters: 3 }],
  ConstantLR: [{}, { factor: 0.5, totalIters: 2 }],
  PolynomialLR: [{}, { totalIters: 4, power: 2 }],
  OneCycleLR: [
    { maxLr: 0.5, totalSteps: 8 },
    { maxLr: 0.2, totalSteps: 8, pctStart: 0.5, annealStrategy: 'linear', threePhase: true },
  ],
  CyclicLR: [
    { baseLr: 0.01, maxLr: 0.1, stepSizeUp: 2, cycleMomentum: false },
    { baseLr: 0.01, maxLr: 0.1, stepSizeUp: 1, mode: 'triangular2', cycleMomentum: false },
  ],
};

export const optimizing: Row[] = [
  free('optimizer', make, 1),
  free(
    'step',
    (w) => {
      const optimizer = optimizerOf(w);
      if (optimizer === null) return null;
      if (w.random.chance(0.5)) w.call('.zeroGrad', [optimizer], w.random.chance(0.2) ? { setToNone: false } : {});
      lossOf(w, optimizer);
      return w.call('.step', [optimizer]);
    },
    5,
  ),
  free(
    'schedule',
    (w) => {
      const optimizer = optimizerOf(w);
      if (optimizer === null) return null;
      const name = w.random.one(Object.keys(SCHEDULES));
      return w.call(`lr.${name}`, [optimizer], w.random.one(SCHEDULES[name]));
    },
    0.8,
  ),
  free(
    'scheduler step',
    (w) => {
      const found = w.having((v) => v instanceof optim.lrScheduler.LRScheduler);
      if (found.length === 0) return null;
      const scheduler = w.random.one(found);
      w.call('.step', [scheduler]);
      return w.call('.getLastLr', [scheduler]);
    },
    2,
  ),
  free(
    'combined schedule',
    (w) => {
      const optimizer = optimizerOf(w);
      if (optimizer === null) return null;
      const names = ['ConstantLR', 'ExponentialLR'];
      const schedules = names.map((name) => w.call(`lr.${name}`, [optimizer], SCHEDULES[name][0]) as Ref);
      return w.random.chance(0.5)
        ? w.call('lr.ChainedScheduler', [schedules])
        : w.call('lr.SequentialLR', [optimizer, schedules, [2]]);
    },
    0.3,
  ),
  free(
    'plateau',
    (w) => {
      const optimizer = optimizerOf(w);
      const plateau =
        optimizer &&
        w.call(
          'lr.ReduceLROnPlateau',
          [optimizer],
          w.random.one<Record<string, Value>>([
            { patience: 0 },
            { patience: 1, factor: 0.5, mode: 'max' },
            { patience: 0, threshold: 0.1, cooldown: 1 },
          ]),
        );
      if (!plateau) return null;
      for (let i = 0; i < 4; i++) w.call('.step', [plateau, w.random.one([1, 0.9, 0.5, 2])]);
      return null;
    },
    0.3,
  ),
  free(
    'zeroGrad',
    (w) => {
      const optimizer = optimizerOf(w);
      return optimizer && w.call('.zeroGrad', [optimizer]);
    },
    0.5,
  ),
  free(
    'optimizer again',
    (w) => {
      const optimizer = optimizerOf(w);
      if (optimizer === null) return null;
      const state = w.call('.stateDict', [optimizer]);
      return state && w.call('.loadStateDict', [optimizer, state]);
    },
    0.3,
  ),
  free(
    'addParamGroup',
    (w) => {
      const optimizer = optimizerOf(w);
      return optimizer && w.call('.addParamGroup', [optimizer, { dict: { params: [parameter(w)], lr: 0.3 } }]);
    },
    0.2,
  ),
];

function dataset(w: Writer): { set: Ref; length: number } {
  const n = w.random.int(1, 12);
  const columns = Array.from({ length: w.random.int(1, 4) }, () =>
    w.fresh({ shape: [n, ...w.shape(w.random.int(0, 2), true)] }),
  );
  const set = w.call('data.TensorDataset', columns) as Ref;
  if (!w.random.chance(0.3)) return { set, length: n };
  const chosen = Array.from({ length: w.random.int(1, n + 1) }, () => w.random.int(0, n));
  const subset = w.call('data.Subset', [set, chosen]);
  return subset === null ? { set, length: n } : { set: subset, length: chosen.length };
}

function loaded(w: Writer, loader: Ref | null): Ref | null {
  if (loader === null) return null;
  const batches = w.call('all', [loader]);
  return batches && w.random.chance(0.4) ? w.call('all', [loader]) : batches;
}

export const loading: Row[] = [
  free(
    'loader',
    (w) => {
      const { random } = w;
      const { set, length } = dataset(w);
      const options: Record<string, Value> = { batchSize: random.one<Value>([1, 2, 3, 5, null]) };
      const way = random.int(0, 6);
      if (way < 3) options.shuffle = random.chance(0.8);
      if (options.batchSize !== null && random.chance(0.3)) options.dropLast = true;
      if (random.chance(0.3)) {
        const generator = w.call('torch.Generator', []) as Ref;
        w.call('.manualSeed', [generator, random.int(0, 100)]);
        options.generator = generator;
      }
      if (way === 3)
        options.sampler = w.call('data.SubsetRandomSampler', [
          random.shuffled([...Array(length).keys()]).slice(0, 4),
        ]) as Ref;
      if (way === 4)
        options.sampler = w.call(
          'data.WeightedRandomSampler',
          [Array.from({ length }, () => random.int(1, 5)), random.int(1, length + 1)],
          random.chance(0.4) ? { replacement: false } : {},
        ) as Ref;
      if (way === 5)
        options.sampler = w.call(
          'data.RandomSampler',
          [set],
          random.one<Record<string, Value>>([
            {},
            { replacement: true },
            { replacement: true, numSamples: 5 },
            { numSamples: 7 },
          ]),
        ) as Ref;
      return loaded(w, w.call('data.DataLoader', [set], options));
    },
    4,
  ),
  free(
    'batch sampler',
    (w) => {
      const { set, length } = dataset(w);
      const sampler = w.call(w.random.one(['data.SequentialSampler', 'data.RandomSampler']), [set]) as Ref;
      const batches = w.call('data.BatchSampler', [sampler, w.random.int(1, length + 1), w.random.chance(0.5)]) as Ref;
      return loaded(w, w.random.chance(0.5) ? batches : w.call('data.DataLoader', [set], { batchSampler: batches }));
    },
    1,
  ),
  free(
    'randomSplit',
    (w) => {
      const { set, length } = dataset(w);
      const first = w.random.int(0, length + 1);
      const parts = w.call('data.randomSplit', [set, w.random.chance(0.7) ? [first, length - first] : [0.5, 0.3, 0.2]]);
      if (parts === null) return null;
      const part = w.call('get', [parts, w.random.int(0, 2)]) as Ref;
      return loaded(w, w.call('data.DataLoader', [part], { batchSize: 2 }));
    },
    1.5,
  ),
  free(
    'concat',
    (w) => {
      const set = w.call('data.ConcatDataset', [
        [
          w.call('data.TensorDataset', [w.fresh({ kind: 'float32', shape: [3, 2] })]) as Ref,
          w.call('data.TensorDataset', [w.fresh({ kind: 'float32', shape: [2, 2] })]) as Ref,
        ],
      ]) as Ref;
      return loaded(w, w.call('data.DataLoader', [set], { batchSize: 2, shuffle: true }));
    },
    0.7,
  ),
];
