/** What draws random numbers: from the program's seed, or from a generator of its own. */
import type { Value } from '../program.ts';
import {
  between,
  byName,
  callOn,
  dtype,
  flag,
  floatDtype,
  free,
  type Maker,
  maybe,
  on,
  type Row,
  whole,
} from '../row.ts';
import type { Ref, Writer } from '../writer.ts';

/** A shape that takes both of PyTorch's ways to draw normal numbers: under 16 elements, and from 16 on. */
function size(w: Writer): number[] {
  return w.random.chance(0.4) ? [w.random.int(12, 40)] : w.shape(w.random.int(0, 4));
}

/** A generator of the program, now and then. */
const generator: Maker = (w) => {
  if (!w.random.chance(0.15)) return undefined;
  const found = w.having((v) => (v as object | null)?.constructor?.name === 'Generator');
  if (found.length > 0) return w.random.one(found);
  const made = w.call('torch.Generator', []) as Ref;
  w.call('.manualSeed', [made, w.random.int(0, 1000)]);
  return made;
};
const drawn = byName(generator);

function make(name: string, weight: number): Row {
  return free(
    name,
    (w) => {
      const options: Record<string, Value> = {};
      const given = generator(w, undefined as never);
      if (given !== undefined) options.generator = given;
      if (w.random.chance(0.3)) options.dtype = floatDtype(w, undefined as never) as Value;
      if (w.random.chance(0.1)) options.requiresGrad = true;
      return w.call(`torch.${name}`, [size(w)], options);
    },
    weight,
  );
}

const NOT_BOOL = { kind: 'number' } as const;

export const drawing: Row[] = [
  free('manualSeed', (w) => w.call('torch.manualSeed', [w.random.int(0, 100000)]), 0.8),
  make('rand', 1.5),
  make('randn', 2),
  free(
    'randint',
    (w) =>
      w.call(
        'torch.randint',
        w.random.chance(0.5)
          ? [w.random.int(1, 100), size(w)]
          : [w.random.int(-10, 0), w.random.one<Value>([3, 100, 4294967296, 5000000000]), size(w)],
        w.random.chance(0.3) ? { dtype: { dtype: w.random.one(['int64', 'int32', 'float32', 'float64']) } } : {},
      ),
    1,
  ),
  free(
    'randperm',
    (w) =>
      w.call(
        'torch.randperm',
        [w.random.int(0, 40)],
        w.random.chance(0.2) ? { dtype: { dtype: w.random.one(['int64', 'int32', 'float32']) } } : {},
      ),
    0.7,
  ),
  on('t', 'randLike', { kind: 'float' }, { dtype: byName(maybe(floatDtype, 0.2)) }, 0.8),
  on('t', 'randnLike', { kind: 'float' }, { dtype: byName(maybe(floatDtype, 0.2)) }, 0.8),
  on(
    't',
    'randintLike',
    { kind: 'any' },
    { low: whole(-3, 1), high: whole(2, 9), dtype: byName(maybe(dtype, 0.2)) },
    0.5,
  ),
  free(
    'normal',
    (w) => {
      const { random } = w;
      if (random.chance(0.3)) return w.call('torch.normal', [random.int(-2, 3), random.one([0.5, 1, 2]), size(w)]);
      const mean = w.pick({ kind: 'float' });
      const std = w.fresh({ kind: w.tensor(mean).dtype.name as 'float32', shape: w.tensor(mean).shape });
      return w.call(
        'torch.normal',
        random.chance(0.5) ? [mean, random.one([0.5, 1, 2])] : [mean, w.call('.abs', [std]) as Ref],
      );
    },
    0.7,
  ),
  free(
    'bernoulli',
    (w) => {
      const p = w.call('.sigmoid', [w.pick({ kind: 'float' })]);
      return p && callOn(w, 'mt', 'bernoulli', p, { generator: drawn });
    },
    0.8,
  ),
  on('mt', 'bernoulli', { kind: 'float' }, { p: between(0, 1) }, 0.4),
  free(
    'multinomial',
    (w) => {
      const p = w.call('.abs', [w.fresh({ kind: 'float', shape: w.random.one([[5], [2, 4], [1, 6]]) })]) as Ref;
      return callOn(w, 'mt', 'multinomial', p, { numSamples: whole(1, 5), replacement: maybe(flag), generator: drawn });
    },
    0.5,
  ),
  on(
    'm',
    'uniform_',
    { kind: 'float' },
    { from: maybe(between(-2, 0)), to: maybe(between(0.5, 3)), generator: drawn },
    1.2,
  ),
  on(
    'm',
    'normal_',
    { kind: 'float' },
    { mean: maybe(between(-2, 2)), std: maybe(between(0, 3)), generator: drawn },
    1.5,
  ),
  on('m', 'bernoulli_', {}, { p: maybe(between(0, 1)), generator: drawn }, 0.8),
  free(
    'bernoulli_ by a tensor',
    (w) => {
      const x = w.pick({ kind: 'float' });
      const p = w.call('.sigmoid', [w.pick({ kind: 'float', shape: w.tensor(x).shape })]);
      return p && w.call('.bernoulli_', [x, p]);
    },
    0.3,
  ),
  on('m', 'random_', NOT_BOOL, {}, 0.3),
  on('m', 'random_', NOT_BOOL, { from: whole(0, 3), to: whole(4, 100) }, 0.5),
  on('m', 'exponential_', { kind: 'float' }, { lambd: maybe(between(0.2, 3)), generator: drawn }, 0.6),
  on('m', 'geometric_', NOT_BOOL, { p: between(0.1, 0.9), generator: drawn }, 0.6),
  on(
    'm',
    'logNormal_',
    { kind: 'float' },
    { mean: maybe(between(-1, 1)), std: maybe(between(0.1, 1.5)), generator: drawn },
    0.6,
  ),
  on(
    'm',
    'cauchy_',
    { kind: 'float' },
    { median: maybe(between(-1, 1)), sigma: maybe(between(0.1, 1.5)), generator: drawn },
    0.6,
  ),
  on(
    'f',
    'dropout',
    { kind: 'float' },
    { p: maybe(between(0, 1)), training: maybe(flag, 0.3), inplace: maybe(flag, 0.3) },
    1.5,
  ),
  on(
    'f',
    'alphaDropout',
    { kind: 'float' },
    { p: maybe(between(0, 1)), training: flag, inplace: maybe(flag, 0.3) },
    0.6,
  ),
  on(
    'f',
    'dropout1d',
    { kind: 'float', rank: [2, 3] },
    { p: maybe(between(0, 1)), training: maybe(flag, 0.3), inplace: maybe(flag, 0.3) },
    0.6,
  ),
  on(
    'f',
    'rrelu',
    { kind: 'float' },
    {
      lower: maybe(between(0.05, 0.2)),
      upper: maybe(between(0.25, 0.5)),
      training: maybe(flag),
      inplace: maybe(flag, 0.3),
    },
    0.5,
  ),
  ...(
    [
      'uniform_',
      'normal_',
      'xavierUniform_',
      'xavierNormal_',
      'kaimingUniform_',
      'kaimingNormal_',
      'orthogonal_',
      'truncNormal_',
      'zeros_',
      'ones_',
      'eye_',
      'dirac_',
    ] as const
  ).map((name) =>
    on(
      'i',
      name,
      {
        kind: 'float',
        rank:
          name === 'uniform_' || name === 'normal_' || (name.length < 7 && name !== 'eye_')
            ? [1, 2, 3]
            : name === 'eye_' || name === 'orthogonal_'
              ? 2
              : [2, 3],
        some: true,
      },
      {},
      0.2,
    ),
  ),
  free('constant_', (w) => w.call('init.constant_', [w.pick({ kind: 'float' }), w.number()]), 0.2),
  free(
    'state',
    (w) => {
      const state = w.call('torch.getRngState', []) as Ref;
      w.call('torch.rand', [[3]]);
      w.call('torch.setRngState', [state]);
      return w.call('torch.rand', [[3]]);
    },
    0.15,
  ),
];
