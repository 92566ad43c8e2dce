/** Losses, distances and normalization, as functions. */
import type { Tensor } from '../../../src/index.ts';
import type { Value } from '../program.ts';
import { between, byName, callOn, flag, free, type Maker, maybe, on, oneOf, type Row } from '../row.ts';
import type { Kind, Ref, Writer } from '../writer.ts';

const reduction = byName(maybe(oneOf('none', 'mean', 'sum')));

export const sameAs: Maker = (w, x) => w.pick({ kind: x.dtype.name as Kind, shape: x.shape });
export const labels =
  (count: (x: Tensor) => number, shape: (x: Tensor) => readonly number[], ignored = false): Maker =>
  (w, x) =>
    w.literal(shape(x), 'int64', () =>
      ignored && w.random.chance(0.25) ? -100 : w.random.int(0, Math.max(1, count(x))),
    );

export const classes = (x: Tensor): number => x.shape[x.ndim === 1 ? 0 : 1];
export const places = (x: Tensor): number[] => (x.ndim === 1 ? [] : [x.shape[0], ...x.shape.slice(2)]);
const classWeight: Maker = (w, x) => w.literal([classes(x)], x.dtype.name, () => w.random.one([0.5, 1, 2, 0.25]));
export const signs: Maker = (w, x) => w.literal(x.shape, x.dtype.name, () => w.random.one([-1, 1]));

/** Values within 0 … 1. */
function probabilities(w: Writer): Ref {
  return w.call('.sigmoid', [w.pick({ kind: 'float' })]) as Ref;
}
export const fractions: Maker = (w, x) => w.literal(x.shape, x.dtype.name, () => w.random.one([0, 1, 0.5, 0.3]));

export const losses: Row[] = [
  ...['mseLoss', 'l1Loss'].map((name) => on('f', name, { kind: 'float' }, { target: sameAs, reduction }, 1.2)),
  on('f', 'smoothL1Loss', { kind: 'float' }, { target: sameAs, reduction, beta: byName(maybe(oneOf(0, 0.5, 1, 2))) }),
  on('f', 'huberLoss', { kind: 'float' }, { target: sameAs, reduction, delta: byName(maybe(oneOf(0.5, 1, 2))) }, 0.8),
  on(
    'f',
    'crossEntropy',
    { kind: 'float', rank: [1, 2, 3], some: true },
    {
      target: labels(classes, places, true),
      weight: byName(maybe(classWeight, 0.3)),
      reduction,
      labelSmoothing: byName(maybe(oneOf(0.1, 0.5), 0.3)),
      ignoreIndex: byName(maybe(oneOf(0, 1), 0.15)),
    },
    2,
  ),
  on(
    'f',
    'crossEntropy',
    { kind: 'float', rank: [1, 2], some: true },
    {
      target: (w, x) => w.call('.softmax', [w.fresh({ kind: x.dtype.name as Kind, shape: x.shape }), -1]) as Ref,
      weight: byName(maybe(classWeight, 0.3)),
      reduction,
      labelSmoothing: byName(maybe(oneOf(0.1), 0.3)),
    },
    0.6,
  ),
  on(
    'f',
    'nllLoss',
    { kind: 'float', rank: [1, 2, 3], some: true },
    {
      target: labels(classes, places, true),
      weight: byName(maybe(classWeight, 0.3)),
      reduction,
      ignoreIndex: byName(maybe(oneOf(0), 0.15)),
    },
  ),
  free(
    'binaryCrossEntropy',
    (w) =>
      callOn(w, 'f', 'binaryCrossEntropy', probabilities(w), {
        target: fractions,
        weight: byName(maybe(sameAs, 0.3)),
        reduction,
      }),
    1,
  ),
  on(
    'f',
    'binaryCrossEntropyWithLogits',
    { kind: 'float', rank: [1, 2, 3] },
    {
      target: fractions,
      weight: byName(maybe(sameAs, 0.3)),
      reduction,
      posWeight: byName(maybe((w, x) => w.pick({ kind: x.dtype.name as Kind, shape: [x.shape[x.ndim - 1]] }), 0.3)),
    },
  ),
  on(
    'f',
    'klDiv',
    { kind: 'float' },
    {
      target: fractions,
      reduction: byName(maybe(oneOf('none', 'sum', 'batchmean', 'mean'))),
      logTarget: byName(maybe(flag)),
    },
    0.8,
  ),
  on(
    'f',
    'poissonNllLoss',
    { kind: 'float' },
    { target: sameAs, logInput: byName(maybe(flag)), full: byName(maybe(flag, 0.3)), reduction },
    0.6,
  ),
  free(
    'gaussianNllLoss',
    (w) => {
      const x = w.pick({ kind: 'float' });
      const target = sameAs(w, w.tensor(x)) as Ref;
      const variance = w.call('.abs', [sameAs(w, w.tensor(x)) as Ref]) as Ref;
      return w.call('F.gaussianNllLoss', [x, target, variance], {
        full: w.random.chance(0.3),
        reduction: w.random.one(['none', 'mean', 'sum']),
      });
    },
    0.5,
  ),
  on(
    'f',
    'hingeEmbeddingLoss',
    { kind: 'float' },
    { target: signs, margin: byName(maybe(between(0, 2))), reduction },
    0.6,
  ),
  on('f', 'softMarginLoss', { kind: 'float' }, { target: signs, reduction }, 0.6),
  on(
    'f',
    'marginRankingLoss',
    { kind: 'float', rank: 1 },
    { input2: sameAs, target: signs, margin: byName(maybe(between(0, 2))), reduction },
    0.5,
  ),
  free(
    'cosineEmbeddingLoss',
    (w) => {
      const x = w.pick({ kind: 'float', rank: [1, 2] });
      const t = w.tensor(x);
      return w.call(
        'F.cosineEmbeddingLoss',
        [
          x,
          sameAs(w, t) as Ref,
          w.literal(t.ndim === 1 ? [] : [t.shape[0]], t.dtype.name, () => w.random.one([-1, 1])),
        ],
        { margin: w.random.one([0, 0.3]), reduction: w.random.one(['none', 'mean', 'sum']) },
      );
    },
    0.5,
  ),
  on(
    'f',
    'tripletMarginLoss',
    { kind: 'float', rank: [1, 2] },
    {
      positive: sameAs,
      negative: sameAs,
      margin: byName(maybe(between(0, 2))),
      p: byName(maybe(oneOf(1, 2, 3))),
      swap: byName(maybe(flag, 0.3)),
      reduction,
    },
    0.5,
  ),
  on(
    'f',
    'multiMarginLoss',
    { kind: 'float', rank: 2, some: true },
    {
      target: labels(
        (x) => x.shape[1],
        (x) => [x.shape[0]],
      ),
      p: byName(maybe(oneOf(1, 2))),
      margin: byName(maybe(between(0, 2))),
      weight: byName(maybe(classWeight, 0.3)),
      reduction,
    },
    0.5,
  ),
  on(
    'f',
    'multilabelMarginLoss',
    { kind: 'float', rank: 2, some: true },
    { target: (w, x) => w.literal(x.shape, 'int64', () => w.random.int(-1, x.shape[1])), reduction },
    0.3,
  ),
  on(
    'f',
    'multilabelSoftMarginLoss',
    { kind: 'float', rank: 2 },
    { target: fractions, weight: byName(maybe(sameAs, 0.3)), reduction },
    0.4,
  ),
  on(
    'f',
    'pairwiseDistance',
    { kind: 'float', rank: [1, 2] },
    { x2: sameAs, p: byName(maybe(oneOf(1, 2, 3))), keepdim: byName(maybe(flag, 0.3)) },
    0.5,
  ),
  on(
    'f',
    'normalize',
    { kind: 'float', rank: [1, 2, 3] },
    { p: maybe(oneOf(1, 2, 3)), dim: (w, x) => w.random.int(0, x.ndim) },
    0.6,
  ),
  on(
    'f',
    'cosineSimilarity',
    { kind: 'float', rank: [2, 3] },
    { x2: sameAs, dim: (w, x) => w.random.int(0, x.ndim) },
    0.4,
  ),
  free(
    'layerNorm',
    (w) => {
      const x = w.pick({ kind: 'float', rank: [1, 2, 3], some: true });
      const t = w.tensor(x);
      const shape = t.shape.slice(w.random.int(0, t.ndim));
      const affine: Record<string, Value> = w.random.chance(0.6)
        ? { weight: w.pick({ kind: t.dtype.name as Kind, shape }), bias: w.pick({ kind: t.dtype.name as Kind, shape }) }
        : {};
      return w.call('F.layerNorm', [x, [...shape]], { ...affine, eps: 0.01 });
    },
    0.8,
  ),
  free(
    'batchNorm',
    (w) => {
      const x = w.pick({ kind: 'float', rank: [2, 3], some: true });
      const t = w.tensor(x);
      // Dense ones: PyTorch reads an expanded weight beyond its end in the gradient, and writes expanded statistics.
      const make = (tracked = false): Ref => w.literal([t.shape[1]], t.dtype.name, undefined, tracked);
      const variance = w.call('.abs', [make()]) as Ref;
      return w.call('F.batchNorm', [x, make(), variance], {
        training: w.random.chance(0.6),
        eps: 0.01,
        ...(w.random.chance(0.5) && {
          weight: make(w.random.chance(w.taste.tracked)),
          bias: make(w.random.chance(w.taste.tracked)),
        }),
        ...(w.random.chance(0.3) && { momentum: 0.3 }),
      });
    },
    0.8,
  ),
];
