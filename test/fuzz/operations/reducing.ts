/** Reductions, scans, orders, bins, and products. */
import type { Value } from '../program.ts';
import type { Makers } from '../row.ts';
import {
  alike,
  argumentsOf,
  between,
  byName,
  callOn,
  dim,
  dims,
  dtype,
  flag,
  free,
  type Maker,
  maybe,
  on,
  oneOf,
  type Row,
  split,
  together,
  whole,
} from '../row.ts';
import type { Ref, Want, Writer } from '../writer.ts';

const keepdim = maybe(flag);
/** Some dimensions and `keepdim`, or neither: PyTorch takes `keepdim` only beside a dimension. */
const ofDims: Makers = (w) => together(w, 0.7, { dim: dims, keepdim });
const ofDim = { dim, keepdim };

/** Makes elements of which none is less than the one before. */
function rising(w: Writer, dtype: string): () => number {
  let at = dtype === 'uint8' ? 0 : -3;
  return () => {
    at += w.random.int(0, 3);
    return at;
  };
}

/** A row of an operation that gives several tensors. */
function several(
  homes: string,
  name: string,
  want: Want,
  makers: Makers | Record<string, Maker>,
  keys: readonly (string | number)[],
  weight = 1,
): Row {
  return free(name, (w) => split(w, callOn(w, homes, name, w.pick(want), makers), keys), weight);
}

const pair = ['values', 'indices'];

export const reducing: Row[] = [
  ...['sum', 'mean', 'nansum'].map((name) =>
    on(
      'mt',
      name,
      { kind: name === 'mean' ? 'float' : 'any' },
      (w) => ({ ...ofDims(w), dtype: byName(maybe(dtype, 0.15)) }),
      name === 'sum' ? 3 : 1.5,
    ),
  ),
  on('mt', 'sum', { kind: 'float' }, {}, 2),
  on('mt', 'mean', { kind: 'float' }, {}, 1),
  on('mt', 'prod', {}, { dtype: byName(maybe(dtype, 0.15)) }, 0.6),
  on('mt', 'prod', {}, { ...ofDim, dtype: byName(maybe(dtype, 0.15)) }),
  ...['max', 'min'].map((name) => on('mt', name, {}, {}, 0.8)),
  ...['max', 'min'].map((name) => several('mt', name, {}, ofDim, pair, 1.2)),
  ...['argmax', 'argmin'].map((name) => on('mt', name, { kind: 'number' }, (w) => together(w, 0.7, ofDim), 0.7)),
  ...['any', 'all'].map((name) => on('mt', name, {}, ofDims, 0.8)),
  ...['amax', 'amin'].map((name) => on('mt', name, { kind: 'any' }, ofDims, 0.9)),
  several('mt', 'aminmax', {}, { dim: byName(maybe(dim)), keepdim: byName(keepdim) }, ['min', 'max'], 0.6),
  ...['var', 'std'].map((name) =>
    on(
      'mt',
      name,
      { kind: 'float' },
      { dim: maybe(dims, 0.7), correction: byName(maybe(oneOf(0, 1, 2, 1.5))), keepdim: byName(keepdim) },
      0.9,
    ),
  ),
  ...['var', 'std'].map((name) => on('mt', name, { kind: 'float' }, { unbiased: flag }, 0.2)),
  ...['varMean', 'stdMean'].map((name) =>
    several(
      't',
      name,
      { kind: 'float' },
      { dim: maybe(dims, 0.7), correction: byName(maybe(oneOf(0, 1, 2))), keepdim: byName(keepdim) },
      [0, 1],
      0.4,
    ),
  ),
  on('mt', 'logsumexp', { kind: 'number' }, { dim: dims, keepdim }),
  on(
    'mt',
    'norm',
    { kind: 'float' },
    { p: maybe(oneOf(1, 2, 3, 0, 0.5, 'fro', { number: 'inf' }, { number: '-inf' }), 0.7), dim: maybe(dims), keepdim },
    1.2,
  ),
  on('mt', 'dist', { kind: 'float' }, { other: alike('float'), p: maybe(oneOf(1, 2, 3, 0, { number: 'inf' })) }, 0.5),
  on('mt', 'countNonzero', {}, { dim: maybe(dims) }, 0.5),
  ...['median', 'mode'].map((name) => several('mt', name, { kind: 'number', some: true }, ofDim, pair, 0.6)),
  on('mt', 'median', { kind: 'number', some: true }, {}, 0.4),
  several(
    'mt',
    'kthvalue',
    { kind: 'number', rank: [1, 2, 3], some: true },
    { k: (w, x) => w.random.int(1, 1 + Math.max(1, Math.min(...x.shape))), dim: maybe(dim), keepdim },
    pair,
    0.6,
  ),
  on(
    'mt',
    'quantile',
    { kind: 'float', some: true },
    {
      q: (w, x) =>
        w.random.chance(0.5)
          ? w.random.one([0, 0.25, 0.5, 1])
          : w.literal([w.random.int(1, 4)], x.dtype.name, () => w.random.one([0, 0.1, 0.5, 0.9, 1])),
      dim: maybe(dim, 0.7),
      keepdim,
      interpolation: byName(maybe(oneOf('linear', 'lower', 'higher', 'midpoint', 'nearest'))),
    },
    0.5,
  ),
];

/** Values without equals, so that no order among equals is asked for. */
function distinct(w: Writer, want: Want): Ref {
  const ref = w.pick(want);
  const x = w.tensor(ref);
  const values = [...(x.toTypedArray() as Float32Array)];
  if (new Set(values).size === values.length && !values.some(Number.isNaN)) return ref;
  let n = 0;
  const order = w.random.shuffled(values.map((_, i) => i - (values.length >> 1)));
  return w.literal(x.shape, w.dtype('float'), () => order[n++] / 4, w.random.chance(w.taste.tracked));
}

export const ordering: Row[] = [
  on('mt', 'cumsum', {}, { dim, dtype: byName(maybe(dtype, 0.15)) }),
  on('mt', 'cumprod', {}, { dim, dtype: byName(maybe(dtype, 0.15)) }, 0.8),
  on('mt', 'diff', { rank: [1, 2, 3] }, { n: maybe(oneOf(1, 2)), dim: maybe(dim) }, 0.6),
  several(
    'mt',
    'sort',
    {},
    { dim: byName(maybe(dim)), descending: byName(maybe(flag)), stable: byName(oneOf(true)) },
    pair,
    1,
  ),
  // Of more than 16 elements PyTorch leaves equals in the order of its vector instructions, if not asked for a stable one.
  free(
    'unstable sort',
    (w) => {
      const x = w.pick({});
      const small = w.tensor(x).shape.every((n) => n <= 16);
      return small ? split(w, callOn(w, 'mt', 'sort', x, { dim: maybe(dim), descending: maybe(flag) }), pair) : null;
    },
    0.5,
  ),
  on(
    'mt',
    'argsort',
    {},
    { dim: byName(maybe(dim)), descending: byName(maybe(flag)), stable: byName(oneOf(true)) },
    0.6,
  ),
  free('topk', (w) => {
    const x = distinct(w, { kind: 'number', rank: [1, 2, 3] });
    const k: Maker = (_, each) => w.random.int(0, 1 + Math.min(...each.shape));
    return split(
      w,
      callOn(w, 'mt', 'topk', x, { k, dim: maybe(dim), largest: maybe(flag), sorted: maybe(oneOf(true)) }),
      pair,
    );
  }),
  several(
    'mt',
    'unique',
    {},
    { sorted: maybe(oneOf(true)), returnInverse: oneOf(true), returnCounts: flag, dim: maybe(dim, 0.3) },
    [0, 1],
    0.4,
  ),
  on('mt', 'unique', {}, { sorted: maybe(oneOf(true)), dim: byName(maybe(dim, 0.3)) }, 0.3),
  on('mt', 'bincount', { kind: 'integer', rank: 1 }, { minlength: byName(maybe(whole(0, 8))) }, 0.3),
  on('mt', 'histc', { kind: 'float' }, { bins: maybe(whole(1, 8)), min: oneOf(-2, -1, 0), max: oneOf(1, 2.5, 3) }, 0.3),
  free(
    'searchsorted',
    (w) => {
      const d = w.dtype('number');
      const edges = w.literal([w.random.int(1, 6)], d, rising(w, d));
      const { args, options } = argumentsOf(w, w.tensor(edges), {
        right: byName(maybe(flag)),
        outInt32: byName(maybe(flag)),
      });
      const x = w.pick({ kind: 'number' });
      return w.random.chance(0.5)
        ? w.call('torch.searchsorted', [edges, x, ...args], options)
        : w.call('torch.bucketize', [x, edges, ...args], options);
    },
    0.5,
  ),
];

/** Two matrices, vectors or batches that can be multiplied, of one dtype. */
function factors(w: Writer, name: string): [Ref, Ref] {
  const { random } = w;
  const ranks: Record<string, [number[], number[]]> = {
    mm: [[2], [2]],
    mv: [[2], [1]],
    dot: [[1], [1]],
    bmm: [[3], [3]],
    matmul: [
      [1, 2, 3, 4],
      [1, 2, 2, 3],
    ],
    inner: [
      [1, 2],
      [1, 2],
    ],
    outer: [[1], [1]],
  };
  const [ra, rb] = ranks[name];
  const a = w.pick({ kind: random.chance(0.85) ? 'float' : 'number', rank: ra });
  const x = w.tensor(a);
  const kind = x.dtype.name as 'float32';
  const inner = x.shape[x.ndim - 1];
  const rank = random.one(rb);
  const free = random.int(1, 5);
  if (name === 'outer') return [a, w.pick({ kind, rank: 1 })];
  if (name === 'inner') return [a, w.pick({ kind, shape: rank === 1 ? [inner] : [free, inner] })];
  if (rank === 1) return [a, w.pick({ kind, shape: [inner] })];
  const batch =
    name === 'bmm'
      ? [x.shape[0]]
      : rank === 3
        ? [x.ndim > 2 ? (random.chance(0.5) ? x.shape[x.ndim - 3] : 1) : random.int(1, 4)]
        : [];
  const found = w.having(
    (v) =>
      v !== null &&
      typeof v === 'object' &&
      'ndim' in v &&
      (v as typeof x).dtype === x.dtype &&
      (v as typeof x).ndim === rank &&
      (v as typeof x).shape[rank - 2] === inner &&
      batch.every((n) => (v as typeof x).shape[0] === n),
  );
  if (found.length > 0 && random.chance(0.6)) return [a, random.one(found)];
  return [a, w.fresh({ kind, shape: [...batch, inner, free] })];
}

export const products: Row[] = [
  ...['mm', 'mv', 'dot', 'bmm', 'matmul', 'outer', 'inner'].map((name) =>
    free(
      name,
      (w) => {
        const [a, b] = factors(w, name);
        return w.call(w.random.chance(0.5) ? `.${name}` : `torch.${name}`, [a, b]);
      },
      name === 'matmul' ? 2.5 : 0.8,
    ),
  ),
  free(
    'transposed product',
    (w) => {
      const a = w.pick({ kind: 'float', rank: 2 });
      const t = w.call('.t', [a]) as Ref;
      return w.call('.mm', w.random.chance(0.5) ? [a, t] : [t, a]);
    },
    0.8,
  ),
  ...(['addmm', 'baddbmm'] as const).map((name) =>
    free(
      name,
      (w) => {
        const [a, b] = factors(w, name === 'addmm' ? 'mm' : 'bmm');
        const [x, y] = [w.tensor(a), w.tensor(b)];
        const out = [...x.shape.slice(0, -1), y.shape[y.ndim - 1]];
        const shape = w.random.chance(0.5) ? out : out.map((n) => (w.random.chance(0.4) ? 1 : n));
        const self = w.pick({ kind: x.dtype.name as 'float32', shape });
        return callOn(w, 'mt', name, self, {
          [name === 'addmm' ? 'mat1' : 'batch1']: () => a,
          [name === 'addmm' ? 'mat2' : 'batch2']: () => b,
          beta: byName(maybe(oneOf(0, 0.5, 2))),
          alpha: byName(maybe(oneOf(0, 0.5, 2))),
        });
      },
      0.8,
    ),
  ),
  free(
    'cross',
    (w) => {
      const x = w.pick({ kind: 'float', shape: w.random.one([[3], [2, 3], [3, 2]]) });
      return callOn(w, 'mt', 'cross', x, {
        other: alike(w.tensor(x).dtype.name as 'float32'),
        dim: (_, t) => [...t.shape].indexOf(3),
      });
    },
    0.4,
  ),
  on('mt', 'trace', { rank: 2 }, {}, 0.4),
  free(
    'einsum',
    (w) => {
      const kind = w.dtype('float') as 'float32';
      const [i, j, k] = [2, 3, 2];
      const make = (shape: number[]): Ref => w.pick({ kind, shape });
      const [equation, ...shapes] = w.random.one<[string, ...number[][]]>([
        ['ij,jk->ik', [i, j], [j, k]],
        ['ij,ij->', [i, j], [i, j]],
        ['ij->ji', [i, j]],
        ['ii->i', [i, i]],
        ['bij,bjk->bik', [k, i, j], [k, j, i]],
        ['i,j->ij', [i], [j]],
        ['ij,kj->ik', [i, j], [k, j]],
        ['...ij,...jk->...ik', [k, i, j], [j, i]],
        ['ij->', [i, j]],
        ['ij,j->i', [i, j], [j]],
        ['ii', [i, i]],
      ]);
      return w.call('torch.einsum', [equation, ...shapes.map(make)]);
    },
    0.8,
  ),
  free(
    'tensordot',
    (w) => {
      const kind = w.dtype('float') as 'float32';
      const [a, b] = [w.pick({ kind, shape: [2, 3, 4] }), w.pick({ kind, shape: [3, 4, 2] })];
      return w.call('torch.tensordot', [a, b], {
        dims: w.random.one<Value>([
          2,
          [
            [1, 2],
            [0, 1],
          ],
          [[0], [2]],
        ]),
      });
    },
    0.3,
  ),
  free(
    'linear',
    (w) => {
      const x = w.pick({ kind: 'float', rank: [1, 2, 3] });
      const t = w.tensor(x);
      const kind = t.dtype.name as 'float32';
      const [from, to] = [t.shape[t.ndim - 1], w.random.int(1, 5)];
      const weight = w.pick({ kind, shape: [to, from] });
      return w.call('F.linear', [x, weight, ...(w.random.chance(0.6) ? [w.pick({ kind, shape: [to] })] : [])]);
    },
    1.5,
  ),
  free(
    'bilinear',
    (w) => {
      const kind = w.dtype('float') as 'float32';
      return w.call('F.bilinear', [
        w.pick({ kind, shape: [3, 2] }),
        w.pick({ kind, shape: [3, 4] }),
        w.pick({ kind, shape: [2, 2, 4] }),
      ]);
    },
    0.3,
  ),
  on(
    't',
    'cosineSimilarity',
    { kind: 'float', rank: [1, 2, 3] },
    {
      x2: (w, x) => w.pick({ kind: x.dtype.name as 'float32', shape: x.shape }),
      dim: (w, x) => w.random.int(0, x.ndim),
      eps: maybe(between(0.00001, 0.1), 0.2),
    },
    0.5,
  ),
];
