/** What makes tensors, moves their elements or gives them another shape becomes. */
import { float64, int64 } from '../tensor/dtype.ts';
import { type Dims, wrapDim } from '../tensor/shape.ts';
import type { Args, Emitter, Operand, Row } from './emit.ts';
import { dimsOf, reduced } from './rows-reduce.ts';
import { refusal, Value } from './trace.ts';

const FAR = Number.MAX_SAFE_INTEGER;

/** Of one dimension the elements from start to end. */
export const sliced = (g: Emitter, x: string, axis: number, start: number, end: number, step = 1): string =>
  g.op('Slice', [x, ...[start, end, axis, step].map((each) => g.ints([each]))]);

const kept: Row = (g, { input }, out) => g.of(input, out.dtype);
const viewed: Row = (g, { input }, out) => g.reshape(g.of(input), out.dims);

/** Sizes as they were asked for, of which one may be -1. */
const sized =
  (name: string): Row =>
  (g, a, out) => {
    const asked = (a as unknown as Record<string, readonly number[]>)[name];
    return g.reshape(g.of(a.input), asked.includes(-1) && !out.dims.includes(0) ? asked : out.dims);
  };

const permuted =
  (order: (a: Args, rank: number) => readonly number[]): Row =>
  (g, a) =>
    g.op('Transpose', [g.of(a.input)], {
      perm: order(a, a.input.dims.length).map((d) => wrapDim(d, a.input.dims.length)),
    });

/** The dimensions from 0, with two of them exchanged. */
function exchanged(rank: number, i: number, j: number): number[] {
  const order = Array.from({ length: rank }, (_, d) => d);
  if (rank > 0) [order[wrapDim(i, rank)], order[wrapDim(j, rank)]] = [wrapDim(j, rank), wrapDim(i, rank)];
  return order;
}

function moved({ source, destination }: { source: Args['dim']; destination: Args['dim'] }, rank: number): number[] {
  const [from, to] = [dimsOf(source, rank), dimsOf(destination, rank)];
  const rest = exchanged(rank, 0, 0).filter((d) => !from.includes(d));
  return Array.from({ length: rank }, (_, d) => (to.includes(d) ? from[to.indexOf(d)] : (rest.shift() as number)));
}

/** x repeated where it is of size 1: 1 stands for a size that stays. */
export function expanded(g: Emitter, x: string, from: Dims, to: Dims): string {
  const lead = to.length - from.length;
  return g.op('Expand', [x, g.ints(to.map((size, d) => (d >= lead && from[d - lead] === size ? 1 : size)))]);
}
const expand: Row = (g, { input }, out) => expanded(g, g.of(input), input.dims, out.dims);

const filled =
  (value: (a: Args) => number | boolean | bigint): Row =>
  (g, a, out) => {
    const scalar = g.scalar(value(a), out.dtype);
    const like =
      a.input instanceof Value &&
      out.dims.length === a.input.dims.length &&
      out.dims.every((size, d) => size === a.input.dims[d]);
    return g.op('Expand', [scalar, like ? g.op('Shape', [g.of(a.input)]) : g.ints(out.dims)]);
  };

const joined: Row = (g, { tensors, dim }, out) => {
  const some = tensors.filter(({ dims }) => !(dims.length === 1 && dims[0] === 0));
  const parts = some.length > 0 ? some : tensors;
  return g.op(
    'Concat',
    parts.map((x) => g.of(x, out.dtype)),
    { axis: wrapDim(dim as number, out.dims.length) },
  );
};

const parted: Row = (g, { input, dim }, _, outs) => {
  const axis = wrapDim(dim as number, input.dims.length);
  const sizes = outs.map(({ dims }) => dims[axis]);
  return g.ops('Split', [g.of(input), g.ints(sizes)], outs.length, { axis });
};

const unbound: Row = (g, { input, dim }, _, outs) => {
  const axis = wrapDim(dim as number, input.dims.length);
  const x = g.of(input);
  return outs.map((__, i) => g.op('Gather', [x, g.scalar(i, int64)], { axis }));
};

const padded: Row = (g, { input, pad, mode, value }, out) => {
  const rank = input.dims.length;
  const at = (d: number, side: number): number => pad[2 * (rank - 1 - d) + side] ?? 0;
  const pads = [0, 1].flatMap((side) => input.dims.map((_, d) => at(d, side)));
  const inputs = [g.of(input), g.ints(pads)];
  if (mode === 'constant') return g.op('Pad', [...inputs, g.of(value ?? 0, out.dtype)]);
  return g.op('Pad', inputs, { mode: mode === 'replicate' ? 'edge' : mode });
};

const repeated: Row = (g, a, out) => {
  const times = (a as unknown as { repeats?: readonly number[] }).repeats ?? (a.dims as readonly number[]);
  const rank = out.dims.length;
  const { dims } = a.input;
  const lead = rank - dims.length;
  const x =
    lead > 0 ? g.op('Unsqueeze', [g.of(a.input), g.ints(Array.from({ length: lead }, (_, d) => d))]) : g.of(a.input);
  return g.op('Tile', [x, g.ints([...new Array<number>(rank - times.length).fill(1), ...times])]);
};

const interleaved: Row = (g, { input, repeats, dim }, out) => {
  if (typeof repeats !== 'number') throw refusal('repeatInterleave', 'is exported only with one number of repeats');
  const flat = dim === null ? g.op('Reshape', [g.of(input), g.ints([-1])]) : g.of(input);
  const axis = wrapDim((dim as number) ?? 0, out.dims.length);
  const times = [...out.dims.map(() => 1), 1];
  times[axis + 1] = repeats;
  const shape: number[] = [...out.dims];
  return g.reshape(g.op('Tile', [g.op('Unsqueeze', [flat, g.ints([axis + 1])]), g.ints(times)]), shape);
};

const triangle =
  (upper: number): Row =>
  (g, { input, diagonal }) =>
    g.op('Trilu', [g.of(input), g.scalar(diagonal, int64)], { upper });

/** A matrix's diagonal, k above the main one. */
function diagonalOf(g: Emitter, x: string, [rows, columns]: Dims, k: number): string {
  const first = k < 0 ? -k * columns : k;
  const count = Math.max(0, Math.min(rows + Math.min(0, k), columns - Math.max(0, k)));
  const places = g.ints(Array.from({ length: count }, (_, i) => first + i * (columns + 1)));
  const line = g.op('Reshape', [x, g.ints([-1])]);
  return g.op('Gather', [line, places], { axis: 0 });
}

/** A diagonal, or a matrix with a vector on it. */
const diag: Row = (g, { input, diagonal: k }, out) => {
  if (out.dims.length === 1) return diagonalOf(g, g.of(input), input.dims, k);
  const n = input.dims[0];
  const rows = g.op('Unsqueeze', [g.of(input), g.ints([1])]);
  const square = g.op('Expand', [rows, g.ints([n, n])]);
  const lower = g.op('Trilu', [square, g.scalar(0, int64)], { upper: 0 });
  const only = g.op('Trilu', [lower, g.scalar(0, int64)], { upper: 1 });
  const [down, right] = [Math.max(0, -k), Math.max(0, k)];
  return g.op('Pad', [only, g.ints([down, right, right, down]), g.scalar(0, out.dtype)]);
};

export const ARRANGING: Record<string, Row> = {
  ...Object.fromEntries(
    'clone contiguous detach cpu to type typeAs float double long int byte bool asTensor tensor newTensor'
      .split(' ')
      .map((name) => [name, kept]),
  ),
  reshape: sized('shape'),
  view: sized('size'),
  viewAs: viewed,
  flatten: (g, a, out) => {
    const { startDim, endDim } = a as unknown as Record<string, number>;
    const rank = a.input.dims.length;
    if (rank < 2) return viewed(g, a, out, [out]);
    const [from, to] = [wrapDim(startDim, rank), wrapDim(endDim, rank)];
    if (out.dims.includes(0)) return viewed(g, a, out, [out]);
    // -1 is what is flattened, 0 what stays: so neither is a size.
    const stays = a.input.dims.map(() => 0);
    return g.op('Reshape', [g.of(a.input), g.ints([...stays.slice(0, from), -1, ...a.input.dims.slice(to + 1)])]);
  },
  unflatten: viewed,
  squeeze: (g, { input, dim }, out) => {
    const asked = dimsOf(dim, input.dims.length).filter((d) => input.dims[d] === 1);
    return input.dims.length === out.dims.length ? g.of(input) : g.op('Squeeze', [g.of(input), g.ints(asked)]);
  },
  unsqueeze: (g, { input, dim }, out) =>
    g.op('Unsqueeze', [g.of(input), g.ints([wrapDim(dim as number, out.dims.length)])]),
  t: permuted((_, rank) => exchanged(rank, 0, rank - 1)),
  transpose: permuted((a, rank) => {
    const { dim0, dim1 } = a as unknown as Record<string, number>;
    return exchanged(rank, dim0, dim1);
  }),
  permute: permuted((a) => a.dims as readonly number[]),
  movedim: permuted((a, rank) => moved(a as never, rank)),
  expand,
  expandAs: expand,
  broadcastTo: expand,
  repeat: repeated,
  tile: repeated,
  repeatInterleave: interleaved,
  cat: joined,
  split: parted,
  chunk: parted,
  unbind: unbound,
  narrow: (g, { input, dim, start, length }) => {
    const axis = wrapDim(dim as number, input.dims.length);
    if (typeof start !== 'number') {
      const places = g.op(
        'Range',
        [0, length, 1].map((each) => g.scalar(each, int64)),
      );
      return g.op('Gather', [g.of(input), g.op('Add', [g.of(start, int64), places])], { axis });
    }
    const from = start < 0 ? start + input.dims[axis] : start;
    return sliced(g, g.of(input), axis, from, from + length);
  },
  flip: (g, { input, dims }) =>
    (dims as readonly number[]).reduce(
      (x, d) => sliced(g, x, wrapDim(d, input.dims.length), -1, -FAR, -1),
      g.of(input),
    ),
  roll: (g, { input, shifts, dims }) => {
    const along = dims === null ? [0] : dimsOf(dims, input.dims.length);
    const start = dims === null ? g.op('Reshape', [g.of(input), g.ints([-1])]) : g.of(input);
    const [zero, one] = [0, 1].map((each) => g.scalar(each, int64));
    const turned = along.reduce((x, d, i) => {
      const size = g.op('Gather', [g.op('Shape', [x]), g.scalar(d, int64)], { axis: 0 });
      const shift = g.scalar(typeof shifts === 'number' ? shifts : shifts[i], int64);
      const places = g.op('Sub', [g.op('Range', [zero, size, one]), shift]);
      // Nothing is no divisor.
      return g.op('Gather', [x, g.op('Mod', [places, g.op('Max', [size, one])])], { axis: d });
    }, start);
    return dims === null ? g.reshape(turned, input.dims) : turned;
  },
  pad: padded,
  tril: triangle(0),
  triu: triangle(1),
  diag,
  trace: (g, { input }, out) =>
    reduced(g, 'ReduceSum', diagonalOf(g, g.of(input, out.dtype), input.dims, 0), [0], false),
  zeros: filled(() => 0),
  zerosLike: filled(() => 0),
  newZeros: filled(() => 0),
  empty: filled(() => 0),
  emptyLike: filled(() => 0),
  newEmpty: filled(() => 0),
  zero: filled(() => 0),
  ones: filled(() => 1),
  onesLike: filled(() => 1),
  newOnes: filled(() => 1),
  full: filled(({ fillValue }) => fillValue),
  fullLike: filled(({ fillValue }) => fillValue),
  newFull: filled(({ fillValue }) => fillValue),
  fill: (g, { value, input }, out) => g.op('Expand', [g.of(value, out.dtype), g.op('Shape', [g.of(input)])]),
  copy: (g, { input, other }, out) => g.op('Expand', [g.of(other, out.dtype), g.op('Shape', [g.of(input)])]),
  linspace: (g, a, out) => {
    const { start, end } = a as unknown as Record<string, Operand>;
    const steps = out.dims[0];
    const dtype = out.dtype.isFloatingPoint ? out.dtype : float64;
    const [from, to] = [g.of(start, dtype), g.of(end, dtype)];
    const share = g.op('Div', [g.op('Sub', [to, from]), g.scalar(Math.max(1, steps - 1), dtype)]);
    const count = g.op(
      'Range',
      [0, steps, 1].map((each) => g.scalar(each, dtype)),
    );
    return g.cast(g.op('Add', [from, g.op('Mul', [share, count])]), dtype, out.dtype);
  },
  arange: (g, a, out) => {
    const { start, end, step } = a as unknown as Record<string, number>;
    return g.op(
      'Range',
      [start, end, step].map((each) => g.scalar(each, out.dtype)),
    );
  },
};
