/** Views, arrangements and joints. */
import type { Value } from '../program.ts';
import {
  byName,
  callOn,
  dim,
  dtype,
  flag,
  free,
  type Maker,
  maybe,
  on,
  oneOf,
  operand,
  type Row,
  split,
  whole,
} from '../row.ts';
import type { Ref, Writer } from '../writer.ts';

/** A shape of as many elements. */
const sameCount: Maker = (w, x) => {
  const count = x.numel();
  if (count === 0) return [...x.shape];
  const out: number[] = [];
  let left = count;
  while (left > 1 && out.length < 3) {
    const divisors = Array.from({ length: left }, (_, i) => i + 1).filter((n) => left % n === 0);
    const n = w.random.one(divisors);
    out.push(n);
    left /= n;
  }
  if (left > 1) out.push(left);
  if (out.length > 0 && w.random.chance(0.3)) out[w.random.int(0, out.length)] = -1;
  return out;
};

/** A shape that x expands to. */
const larger: Maker = (w, x) => {
  const own: Value[] = [...x.shape].map((size) => (size === 1 ? w.random.int(1, 4) : w.random.chance(0.3) ? -1 : size));
  return w.random.chance(0.3) ? [w.random.int(1, 4), ...own] : own;
};

const order: Maker = (w, x) =>
  w.random.shuffled([...x.shape.keys()]).map((d) => (w.random.chance(0.2) ? d - x.ndim : d));

const place: Maker = (w, x) => w.random.int(-x.ndim - 1, x.ndim + 1);

/** Start and length of a part of a dimension. */
function narrow(w: Writer): Ref | null {
  const ref = w.pick({ rank: [1, 2, 3, 4], some: true });
  const x = w.tensor(ref);
  const d = w.random.int(0, x.ndim);
  const start = w.random.int(0, x.shape[d]);
  return callOn(w, 'mt', 'narrow', ref, {
    dim: () => d,
    start: () => start,
    length: () => w.random.int(w.random.chance(0.1) ? 0 : 1, x.shape[d] - start + 1),
  });
}

export const viewing: Row[] = [
  on('mt', 'transpose', { rank: [1, 2, 3, 4] }, { dim0: dim, dim1: dim }, 2),
  on('mt', 't', { rank: [0, 1, 2] }, {}, 1.5),
  free('T', (w) => w.call('get', [w.pick({ rank: 2 }), 'T']), 0.5),
  free('mT', (w) => w.call('get', [w.pick({ rank: [2, 3, 4] }), 'mT']), 0.5),
  on('mt', 'permute', {}, { dims: order }, 2),
  on('m', 'expand', {}, { size: larger }, 1.5),
  on('mt', 'broadcastTo', {}, { size: larger }, 0.6),
  free(
    'expandAs',
    (w) => {
      const x = w.pick();
      const other = w.call('.expand', [x, larger(w, w.tensor(x)) as Value]);
      return other && w.call('.expandAs', [x, other]);
    },
    0.3,
  ),
  free('narrow', narrow, 1.5),
  free(
    'select',
    (w) => {
      const ref = w.pick({ rank: [1, 2, 3, 4], some: true });
      const x = w.tensor(ref);
      const d = w.random.int(0, x.ndim);
      return callOn(w, 'mt', 'select', ref, { dim: () => d, index: () => w.random.int(-x.shape[d], x.shape[d]) });
    },
    1.5,
  ),
  on(
    'mt',
    'squeeze',
    {},
    { dim: maybe((w, x) => (w.random.chance(0.7) ? w.dim(x) : x.ndim > 0 ? [w.random.int(0, x.ndim)] : [])) },
  ),
  on('mt', 'unsqueeze', {}, { dim: place }, 1.2),
  free(
    'diagonal',
    (w) =>
      callOn(
        w,
        'mt',
        'diagonal',
        w.pick({ rank: [2, 3] }),
        w.random.chance(0.5)
          ? {}
          : { offset: whole(-1, 2), ...(w.random.chance(0.5) && { dim1: () => 1, dim2: () => 0 }) },
      ),
    1,
  ),
  on('m', 'view', {}, { size: sameCount }, 1.5),
  on('mt', 'reshape', {}, { shape: sameCount }, 2),
  on(
    'mt',
    'flatten',
    {},
    { startDim: maybe((w, x) => (x.ndim > 1 ? w.random.int(0, 2) : 0)), endDim: maybe(oneOf(-1)) },
  ),
  free(
    'unflatten',
    (w) => {
      const ref = w.pick({ rank: [1, 2, 3], some: true });
      const x = w.tensor(ref);
      const d = w.random.int(0, x.ndim);
      const n = x.shape[d];
      const a = w.random.one(Array.from({ length: n }, (_, i) => i + 1).filter((k) => n % k === 0));
      return callOn(w, 'mt', 'unflatten', ref, {
        dim: () => d,
        sizes: () => (w.random.chance(0.4) ? [a, -1] : [a, n / a]),
      });
    },
    0.6,
  ),
  on('mt', 'movedim', { rank: [1, 2, 3, 4] }, { source: dim, destination: dim }, 0.7),
  free(
    'viewAs',
    (w) => {
      const x = w.pick();
      const other = w.call('.reshape', [w.fresh({ shape: w.tensor(x).shape }), sameCount(w, w.tensor(x)) as Value]);
      return other && w.call('.viewAs', [x, other]);
    },
    0.3,
  ),
  ...['unbind', 'split', 'chunk'].map((name) =>
    free(
      name,
      (w) => {
        const ref = w.pick({ rank: [1, 2, 3], some: true });
        const x = w.tensor(ref);
        const d = w.random.int(0, x.ndim);
        const n = x.shape[d];
        const first: Record<string, Maker> =
          name === 'unbind'
            ? {}
            : name === 'chunk'
              ? { chunks: whole(1, 4) }
              : { splitSize: () => (w.random.chance(0.6) ? w.random.int(1, n + 1) : [n >> 1, n - (n >> 1)]) };
        const args = Object.values(first).map((make) => make(w, x) as Value);
        return split(w, w.call(`${w.random.one(['', 'torch'])}.${name}`, [ref, ...args, d]), [0, 0]);
      },
      0.8,
    ),
  ),
  on('mt', 'detach', {}, {}, 1),
  free('data', (w) => w.call('get', [w.pick(), 'data']), 0.8),
  on('m', 'contiguous', {}, {}, 0.6),
];

/** A tensor's shape changed in place. */
export const moving: Row[] = [
  on('m', 't_', { rank: [0, 1, 2] }, {}, 0.5),
  on('m', 'transpose_', { rank: [1, 2, 3] }, { dim0: dim, dim1: dim }, 0.5),
  on('m', 'squeeze_', {}, { dim: maybe(dim) }, 0.5),
  on('m', 'unsqueeze_', {}, { dim: place }, 0.5),
];

/** Several tensors that can be joined along a dimension. */
function parts(w: Writer, d: number, ref: Ref, same: boolean): Ref[] {
  const x = w.tensor(ref);
  return Array.from({ length: w.random.int(1, 4) }, (_, i) => {
    if (i === 0) return ref;
    const shape = [...x.shape];
    if (!same && w.random.chance(0.5)) shape[d] = w.random.int(1, 4);
    return w.pick({ shape, ...(w.random.chance(0.8) && { kind: x.dtype.name as 'float32' }) });
  });
}

export const arranging: Row[] = [
  ...(['cat', 'concat', 'stack', 'hstack', 'vstack'] as const).map((name) =>
    free(
      name,
      (w) => {
        const ref = w.pick({ rank: name === 'stack' ? [0, 1, 2, 3] : [1, 2, 3] });
        const x = w.tensor(ref);
        const d = w.random.int(0, Math.max(1, x.ndim));
        if (name === 'hstack' || name === 'vstack') return w.call(`torch.${name}`, [parts(w, 0, ref, true)]);
        const rest =
          w.random.chance(0.3) && d === 0 ? [] : [w.random.chance(0.3) ? d - x.ndim - (name === 'stack' ? 1 : 0) : d];
        return w.call(`torch.${name}`, [parts(w, d, ref, name === 'stack'), ...rest]);
      },
      name === 'cat' || name === 'stack' ? 1.5 : 0.4,
    ),
  ),
  on(
    'mt',
    'flip',
    { rank: [1, 2, 3] },
    { dims: (w, x) => w.random.shuffled([...x.shape.keys()]).slice(0, w.random.int(1, x.ndim + 1)) },
  ),
  free(
    'roll',
    (w) => {
      const ref = w.pick({ rank: [1, 2, 3] });
      return w.random.chance(0.4)
        ? callOn(w, 'mt', 'roll', ref, { shifts: whole(-3, 4) })
        : callOn(w, 'mt', 'roll', ref, { shifts: whole(-3, 4), dims: dim });
    },
    0.7,
  ),
  free(
    'rot90',
    (w) =>
      callOn(w, 'mt', 'rot90', w.pick({ rank: [2, 3] }), {
        k: whole(-1, 4),
        dims: (_, x) => w.random.shuffled([...x.shape.keys()]).slice(0, 2),
      }),
    0.5,
  ),
  on(
    'm',
    'repeat',
    {},
    {
      repeats: (w, x) =>
        Array.from({ length: x.ndim + w.random.int(0, 2) }, () => w.random.int(w.random.chance(0.1) ? 0 : 1, 4)),
    },
    0.8,
  ),
  on(
    'mt',
    'tile',
    {},
    { dims: (w, x) => Array.from({ length: w.random.int(0, x.ndim + 2) }, () => w.random.int(1, 3)) },
    0.6,
  ),
  on('mt', 'repeatInterleave', { rank: [1, 2, 3] }, { repeats: whole(0, 4), dim: maybe(dim) }, 0.6),
  free(
    'repeatInterleave by counts',
    (w) => {
      const ref = w.pick({ rank: [1, 2], some: true });
      const n = w.tensor(ref).shape[0];
      return w.call('.repeatInterleave', [ref, w.literal([n], 'int64', () => w.random.int(0, 3)), 0]);
    },
    0.4,
  ),
  ...['tril', 'triu'].map((name) => on('mt', name, { rank: [2, 3] }, { diagonal: maybe(whole(-2, 3)) }, 0.7)),
  on('mt', 'diag', { rank: [1, 2] }, { diagonal: maybe(whole(-1, 2)) }, 0.5),
  free(
    'meshgrid',
    (w) =>
      split(
        w,
        w.call('torch.meshgrid', [[w.pick({ kind: 'float32', rank: 1 }), w.pick({ kind: 'float32', rank: 1 })]], {
          indexing: w.random.one(['ij', 'xy']),
        }),
        [0, 1],
      ),
    0.4,
  ),
  free(
    'pad',
    (w) => {
      const ref = w.pick({ rank: [1, 2, 3] });
      const x = w.tensor(ref);
      const n = w.random.int(1, Math.min(2, x.ndim) + 1);
      const pads = Array.from({ length: 2 * n }, () => w.random.int(w.random.chance(0.15) ? -1 : 0, 3));
      if (w.random.chance(0.6))
        return callOn(w, 'f', 'pad', ref, { pad: () => pads, mode: maybe(oneOf('constant')), value: maybe(number) });
      const three = w.pick({ kind: 'float', rank: 3, some: true });
      const mode = w.random.one(['reflect', 'replicate', 'circular']);
      return w.call('F.pad', [three, [w.random.int(0, 2), w.random.int(0, 2)]], { mode });
    },
    0.8,
  ),
  ...['zerosLike', 'onesLike', 'emptyLike'].map((name) =>
    on(
      't',
      name,
      {},
      { dtype: byName(maybe(dtype, 0.3)), requiresGrad: byName(maybe(flag, 0.1)) },
      name === 'emptyLike' ? 0 : 0.4,
    ),
  ),
  on('t', 'fullLike', {}, { fillValue: number, dtype: byName(maybe(dtype, 0.3)) }, 0.4),
  on('m', 'newZeros', {}, { size: oneOf([2], [2, 3], []), dtype: byName(maybe(dtype, 0.3)) }, 0.2),
  on('m', 'newOnes', {}, { size: oneOf([2], [2, 3], []), dtype: byName(maybe(dtype, 0.3)) }, 0.2),
  on('m', 'newFull', {}, { size: oneOf([2], [2, 3], []), fillValue: number, dtype: byName(maybe(dtype, 0.3)) }, 0.3),
];

function number(w: Writer): Value {
  return w.number();
}

export const creating: Row[] = [
  free('fresh', (w) => w.fresh(), 2),
  free(
    'arange',
    (w) => {
      const { random } = w;
      const start = random.one<Value>([0, -2, 1, 0.5]);
      const args: Value[] = random.chance(0.5)
        ? [random.int(0, 12)]
        : [start, random.int(3, 12), ...(random.chance(0.5) ? [random.one<Value>([1, 2, 0.5, 0.3])] : [])];
      return w.call('torch.arange', args, random.chance(0.4) ? { dtype: { dtype: w.dtype('number') } } : {});
    },
    0.6,
  ),
  free(
    'linspace',
    (w) =>
      w.call(
        'torch.linspace',
        [w.random.int(-3, 3), w.random.one([1, 2.5, 10]), w.random.int(1, 12)],
        w.random.chance(0.3) ? { dtype: { dtype: w.dtype('number') } } : {},
      ),
    0.3,
  ),
  free(
    'eye',
    (w) =>
      w.call(
        'torch.eye',
        w.random.chance(0.5) ? [w.random.int(1, 4)] : [w.random.int(1, 4), w.random.int(1, 4)],
        w.random.chance(0.4) ? { dtype: { dtype: w.dtype('any') } } : {},
      ),
    0.3,
  ),
  free(
    'full',
    (w) =>
      w.call(
        'torch.full',
        [w.shape(w.random.int(0, 3)), w.number()],
        w.random.chance(0.5) ? { dtype: { dtype: w.dtype('any') } } : {},
      ),
    0.8,
  ),
  ...['zeros', 'ones'].map((name) =>
    free(
      name,
      (w) =>
        w.call(
          `torch.${name}`,
          [w.shape(w.random.int(0, 4))],
          w.random.chance(0.5) ? { dtype: { dtype: w.dtype('any') } } : {},
        ),
      0.3,
    ),
  ),
  free(
    'asTensor',
    (w) => w.call('torch.asTensor', [w.pick()], w.random.chance(0.5) ? { dtype: { dtype: w.dtype('any') } } : {}),
    0.2,
  ),
  free(
    'tensor of numbers',
    (w) =>
      w.call('torch.tensor', [Array.from({ length: w.random.int(1, 5) }, () => w.number())], {
        dtype: { dtype: w.dtype('any') },
      }),
    0.4,
  ),
];

export { operand };
