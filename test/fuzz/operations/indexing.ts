/** `at`, `setAt_`, and what picks or writes by index tensors and masks. */
import type { Tensor } from '../../../src/index.ts';
import type { Value } from '../program.ts';
import { byName, callOn, dim, free, maybe, modeOf, number, on, oneOf, operand, type Row, whole } from '../row.ts';
import type { Kind, Ref, Writer } from '../writer.ts';

/** A range over a dimension of n elements. */
function range(w: Writer, n: number): Value {
  const end = (): number | null => (w.random.chance(0.25) ? null : w.random.int(-n - 1, n + 2));
  const start = w.random.chance(0.4) ? null : w.random.int(0, Math.max(1, n));
  const parts = [start, w.random.chance(0.5) ? null : end(), w.random.chance(0.3) ? w.random.int(1, 4) : null];
  return { range: parts };
}

/** An int64 tensor of places in a dimension of n elements. */
function places(w: Writer, n: number, shape: readonly number[], negative = true): Ref {
  const dtype = w.random.chance(0.9) ? 'int64' : 'int32';
  return w.literal(shape, dtype, () => w.random.int(negative && w.random.chance(0.2) ? -n : 0, n));
}

/** A mask over some dimensions. */
function mask(w: Writer, shape: readonly number[]): Ref {
  const found = w.having(
    (v) =>
      typeof v === 'object' &&
      v !== null &&
      'dtype' in v &&
      (v as Tensor).dtype.name === 'bool' &&
      (v as Tensor).shape.join() === shape.join(),
  );
  if (found.length > 0 && w.random.chance(0.6)) return w.random.one(found);
  return w.literal(shape, 'bool');
}

/** Indices for x: views alone, or with index tensors among them. */
function indices(w: Writer, x: Tensor): Value[] {
  const { random } = w;
  const out: Value[] = [];
  const tensors = random.chance(0.5);
  const common = random.one([[2], [3], [1], [2, 2], []]);
  const shape = x.shape as readonly number[];
  let d = 0;
  let dotted = false;
  while (d < shape.length && random.chance(0.85)) {
    const n = shape[d];
    const kind = random.weighted({
      number: n > 0 ? 2 : 0,
      range: 3,
      all: 1,
      none: 0.5,
      dots: dotted ? 0 : 0.4,
      index: tensors && n > 0 ? 3 : 0,
      mask: tensors ? 1 : 0,
      truth: 0.08,
    });
    if (kind === 'number') out.push(random.int(-n, n));
    else if (kind === 'range') out.push(range(w, n));
    else if (kind === 'all') out.push(':');
    else if (kind === 'none') out.push(null);
    else if (kind === 'truth') out.push(random.chance(0.7));
    else if (kind === 'index') out.push(places(w, n, random.chance(0.8) ? common : random.chance(0.5) ? [] : [1]));
    else if (kind === 'mask') {
      const width = Math.min(shape.length - d, random.chance(0.7) ? 1 : 2);
      out.push(mask(w, shape.slice(d, d + width)));
      d += width;
      continue;
    } else if (kind === 'dots') {
      out.push('...');
      dotted = true;
      d += random.int(0, shape.length - d + 1);
      // What follows stands at the end.
      const left = shape.length - d;
      d = shape.length - left;
      continue;
    }
    if (kind !== 'none' && kind !== 'truth') d++;
  }
  if (out.length === 0) out.push(random.one<Value>(shape.length === 0 ? ['...', null] : ['...', ':', null]));
  return out;
}

function at(w: Writer): Ref | null {
  const ref = w.pick({ rank: [1, 2, 2, 3, 4, 0] });
  return w.call('.at', [ref, ...indices(w, w.tensor(ref))], {}, modeOf(w));
}

function setAt(w: Writer): Ref | null {
  const ref = w.target(w.pick({ rank: [1, 2, 2, 3, 4, 0] }));
  const x = w.tensor(ref);
  const places = indices(w, x);
  const { random } = w;
  let value: Value = w.number();
  if (random.chance(0.55)) {
    // What stands there now says which shape fits.
    const part = w.call('.at', [ref, ...places], {}, 'noGrad');
    if (part !== null) value = w.operand(w.tensor(part), random.chance(0.8) ? (x.dtype.name as Kind) : 'any', 0);
  }
  return w.call('.setAt_', [ref, places, value], {}, modeOf(w));
}

export const reading: Row[] = [
  free('at', at, 5),
  free(
    'at row',
    (w) => {
      const x = w.pick({ rank: [1, 2, 3], some: true });
      return w.call('.at', [x, w.random.int(0, w.tensor(x).shape[0])]);
    },
    1.5,
  ),
  free(
    'at mask',
    (w) => {
      const x = w.pick({ rank: [1, 2, 3] });
      return w.call('.at', [x, mask(w, w.tensor(x).shape)]);
    },
    1.5,
  ),
  on(
    'mt',
    'maskedSelect',
    {},
    { mask: (w, x) => (w.random.chance(0.6) ? mask(w, x.shape) : w.operand(x, 'bool', 0)) },
    0.8,
  ),
  free(
    'indexSelect',
    (w) => {
      const ref = w.pick({ rank: [1, 2, 3], some: true });
      const x = w.tensor(ref);
      const d = w.random.int(0, x.ndim);
      return callOn(w, 'mt', 'indexSelect', ref, {
        dim: () => d,
        index: () => places(w, x.shape[d], [w.random.int(0, 4)], false),
      });
    },
    1.2,
  ),
  free(
    'gather',
    (w) => {
      const ref = w.pick({ rank: [1, 2, 3], some: true });
      const x = w.tensor(ref);
      const d = w.random.int(0, x.ndim);
      return callOn(w, 'mt', 'gather', ref, {
        dim: () => d,
        index: () =>
          places(
            w,
            x.shape[d],
            x.shape.map((n, i) => (i === d ? w.random.int(1, 5) : w.random.int(1, n + 1))),
            false,
          ),
      });
    },
    1.2,
  ),
  free(
    'takeAlongDim',
    (w) => {
      const ref = w.pick({ rank: [1, 2, 3], some: true });
      const x = w.tensor(ref);
      const d = w.random.int(0, x.ndim);
      return callOn(w, 'mt', 'takeAlongDim', ref, {
        indices: () =>
          w.literal(
            x.shape.map((n, i) => (i === d ? w.random.int(1, 4) : w.random.one([1, n]))),
            'int64',
            () => w.random.int(0, x.shape[d]),
          ),
        dim: () => d,
      });
    },
    0.6,
  ),
  free(
    'take',
    (w) => {
      const ref = w.pick({ some: true });
      return callOn(w, 'mt', 'take', ref, {
        index: (_, x) => w.literal(w.shape(w.random.int(0, 3)), 'int64', () => w.random.int(-x.numel(), x.numel())),
      });
    },
    0.6,
  ),
  on('mt', 'nonzero', {}, {}, 0.8),
  free('nonzero as tuple', (w) => w.call('.nonzero', [w.pick()], { asTuple: true }), 0.3),
  free(
    'embedding',
    (w) => {
      const weight = w.pick({ kind: 'float', rank: 2, some: true });
      const n = w.tensor(weight).shape[0];
      return w.call(
        'F.embedding',
        [w.literal(w.shape(w.random.int(0, 3), true), 'int64', () => w.random.int(0, n)), weight],
        w.random.chance(0.2) ? { paddingIdx: w.random.int(-n, n) } : {},
      );
    },
    0.8,
  ),
  free(
    'oneHot',
    (w) =>
      w.call('F.oneHot', [
        w.literal(w.shape(w.random.int(0, 3), true), 'int64', () => w.random.int(0, 4)),
        ...(w.random.chance(0.5) ? [w.random.int(4, 6)] : []),
      ]),
    0.4,
  ),
];

/** An operation that writes at an index: x, a dimension, an index, a source. */
function written(name: string, source: 'rows' | 'elements', weight: number): Row {
  return free(
    name,
    (w) => {
      const ref = w.pick({
        rank: [1, 2, 3],
        some: true,
        ...(name === 'scatter' ? {} : { kind: w.random.chance(0.7) ? 'float' : 'any' }),
      });
      const x = w.tensor(ref);
      const { random } = w;
      const d = random.int(0, x.ndim);
      const n = random.int(1, 4);
      const kind = x.dtype.name as Kind;
      const distinct = name === 'indexCopy';
      const shape =
        source === 'rows'
          ? [distinct ? Math.min(n, x.shape[d]) : n]
          : x.shape.map((size, i) => (i === d ? n : random.int(1, size + 1)));
      const order = random.shuffled([...Array(x.shape[d]).keys()]);
      const index = distinct
        ? w.literal(shape, 'int64', () => order.pop() as number)
        : name === 'scatter'
          ? scatterPlaces(w, x, d, shape)
          : places(w, x.shape[d], shape, false);
      const whole =
        source === 'rows'
          ? x.shape.map((size, i) => (i === d ? shape[0] : size))
          : shape.map((size, i) => (random.chance(0.8) ? size : size + (i === d ? 1 : 0)));
      return callOn(w, 'mt', name, ref, {
        dim: () => d,
        index: () => index,
        [source === 'rows' ? 'source' : 'src']: () => w.pick({ kind, shape: whole }),
        ...(name === 'indexAdd' && { alpha: byName(maybe(oneOf(2, 0.5, -1), 0.3)) }),
        ...(name === 'scatter' && { reduce: byName(maybe(oneOf('add', 'multiply'), 0.15)) }),
      });
    },
    weight,
  );
}

/** Places of which no two in a row along d are the same: PyTorch does not say which of two writes is last. */
function scatterPlaces(w: Writer, x: Tensor, d: number, shape: number[]): Ref {
  shape[d] = Math.min(shape[d], x.shape[d]);
  const inner = shape.slice(d + 1).reduce((a, b) => a * b, 1);
  const rows = new Map<number, number[]>();
  let at = 0;
  return w.literal(shape, 'int64', () => {
    const outer = Math.floor(at / (inner * shape[d]));
    const row = outer * inner + (at % inner);
    at++;
    if (!rows.has(row)) rows.set(row, w.random.shuffled([...Array(x.shape[d]).keys()]));
    return (rows.get(row) as number[]).pop() as number;
  });
}

export const placing: Row[] = [
  free('setAt_', setAt, 5),
  free(
    'setAt_ mask',
    (w) => {
      const x = w.pick({ rank: [1, 2, 3] });
      return w.call('.setAt_', [x, [mask(w, w.tensor(x).shape)], w.number()], {}, modeOf(w));
    },
    1.2,
  ),
  on(
    'mt',
    'maskedFill',
    {},
    { mask: (w, x) => (w.random.chance(0.6) ? mask(w, x.shape) : w.operand(x, 'bool', 0)), value: number },
    1.2,
  ),
  free(
    'indexFill',
    (w) => {
      const ref = w.pick({ rank: [1, 2, 3], some: true });
      const x = w.tensor(ref);
      const d = w.random.int(0, x.ndim);
      return callOn(w, 'mt', 'indexFill', ref, {
        dim: () => d,
        index: () => places(w, x.shape[d], [w.random.int(0, 3)], false),
        value: number,
      });
    },
    0.8,
  ),
  written('indexAdd', 'rows', 1),
  written('indexCopy', 'rows', 0.8),
  written('scatterAdd', 'elements', 1),
  written('scatter', 'elements', 1),
  free(
    'scatter of a number',
    (w) => {
      const ref = w.pick({ rank: [1, 2, 3], some: true });
      const x = w.tensor(ref);
      const d = w.random.int(0, x.ndim);
      const shape = x.shape.map((n) => w.random.int(1, n + 1));
      return callOn(w, 'mt', 'scatter', ref, {
        dim: () => d,
        index: () => places(w, x.shape[d], shape, false),
        value: number,
      });
    },
    0.6,
  ),
];

export { dim, operand, whole };
