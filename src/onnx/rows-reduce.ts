/** What reductions, orders and normalisations become. */
import { bool, type DType, int32, int64 } from '../tensor/dtype.ts';
import { wrapDim } from '../tensor/shape.ts';
import type { Args, Emitter, Operand, Row } from './emit.ts';
import { Value } from './trace.ts';
import { Real } from './write.ts';

/** Dimensions from the front; null is all. */
export function dimsOf(dim: Args['dim'], rank: number): number[] {
  if (rank === 0) return [];
  const list = typeof dim === 'number' ? [dim] : Array.isArray(dim) ? (dim as number[]) : [];
  return list.length === 0 ? Array.from({ length: rank }, (_, d) => d) : list.map((d) => wrapDim(d, rank));
}

/** A reduction of x: its dimensions are an input from opset 18 on, of a sum always, and an attribute before. */
export function reduced(g: Emitter, op: string, x: string, dims: readonly number[], keepdim: boolean): string {
  const attributes = { keepdims: Number(keepdim) };
  if (dims.length === 0) return g.op('Identity', [x]);
  return g.opset >= 18 || op === 'ReduceSum'
    ? g.op(op, [x, g.ints(dims)], attributes)
    : g.op(op, [x], { ...attributes, axes: dims });
}

const reduction =
  (op: string): Row =>
  (g, { input, dim, keepdim = false }, out) => {
    // ONNX reduces no booleans.
    const dtype = out.dtype === bool ? int32 : out.dtype;
    const made = reduced(g, op, g.of(input, dtype), dimsOf(dim, input.dims.length), keepdim);
    return g.cast(made, dtype, out.dtype);
  };

const truth =
  (op: string): Row =>
  (g, { input, dim, keepdim }, out) => {
    const x = g.cast(g.of(input, bool), bool, int32);
    const made = g.cast(reduced(g, op, x, dimsOf(dim, input.dims.length), keepdim), int32, bool);
    return g.cast(made, bool, out.dtype);
  };

/** x as one dimension, if none is named. */
function lined(g: Emitter, { input, dim }: Args): [x: string, axis: number, size: number] {
  const x = g.of(input, input.dtype === bool ? int32 : input.dtype);
  if (dim === null || input.dims.length === 0) {
    return [g.op('Reshape', [x, g.ints([-1])]), 0, input.dims.reduce((n, size) => n * size, 1)];
  }
  const axis = wrapDim(dim as number, input.dims.length);
  return [x, axis, input.dims[axis]];
}

const place =
  (op: string): Row =>
  (g, a, out) => {
    const [x, axis] = lined(g, a);
    const flat = a.dim === null || a.input.dims.length === 0;
    const made = g.op(op, [x], { axis, keepdims: Number(a.keepdim && !flat) });
    return flat && a.keepdim ? g.reshape(made, out.dims) : made;
  };

const extreme =
  (op: string): Row =>
  (g, a, out, outs) => {
    const { dim } = a;
    if (dim instanceof Value) {
      const dtype = out.dtype === bool ? int32 : out.dtype;
      return g.cast(g.op(op, [g.of(a.input, dtype), g.of(dim, dtype)]), dtype, out.dtype);
    }
    const values = reduction(`Reduce${op}`)(g, a, out, outs) as string;
    return dim === null ? values : [values, place(`Arg${op}`)(g, a, outs[1], outs) as string];
  };

/** The `k` first along a dimension, and where they stand. */
function top(g: Emitter, a: Args, k: number, largest: boolean): [string[], axis: number] {
  const [x, axis] = lined(g, a);
  const attributes = { axis, largest: Number(largest), sorted: 1 };
  const [values, places] = g.ops('TopK', [x, g.ints([k])], 2, attributes);
  return [[a.input.dtype === bool ? g.cast(values, int32, bool) : values, places], axis];
}

/** Results that have no dimensions where the input has none. */
const bare = (g: Emitter, { input }: Args, found: readonly string[]): readonly string[] =>
  input.dims.length === 0 ? found.map((each) => g.reshape(each, [])) : found;

const sorted: Row = (g, a) => {
  const { input, dim } = a;
  const size = input.dims.length === 0 ? 1 : input.dims[wrapDim(dim as number, input.dims.length)];
  const [found] = top(g, a, size, a.descending);
  return bare(g, a, found);
};

/** The k-th smallest, and where it stands. */
function ranked(g: Emitter, a: Args, k: number, dims: readonly Value[]): string[] {
  const [found, axis] = top(g, a, k, false);
  return dims.map(({ dims: size }, i) => g.reshape(g.op('Gather', [found[i], g.ints([k - 1])], { axis }), size));
}

/** Mean and sum of squared distances from it. */
function moments(g: Emitter, x: string, dims: readonly number[], keepdim: boolean): [mean: string, squares: string] {
  const mean = reduced(g, 'ReduceMean', x, dims, true);
  const apart = g.op('Sub', [x, mean]);
  return [mean, reduced(g, 'ReduceSum', g.op('Mul', [apart, apart]), dims, keepdim)];
}

const spread =
  (root: boolean, withMean: boolean): Row =>
  (g, { input, dim, correction, keepdim, unbiased }, out) => {
    const dims = dimsOf(typeof dim === 'boolean' ? null : dim, input.dims.length);
    const x = g.of(input);
    const less = Number(unbiased ?? (typeof dim === 'boolean' ? dim : (correction ?? 1)));
    const size = dims.reduce((n, d) => n * input.dims[d], 1);
    const [, squares] = moments(g, x, dims, keepdim);
    const variance = g.op('Div', [squares, g.scalar(Math.max(0, size - less), out.dtype)]);
    const made = root ? g.op('Sqrt', [variance]) : variance;
    return withMean ? [made, reduced(g, 'ReduceMean', x, dims, keepdim)] : made;
  };

const soft =
  (op: string): Row =>
  (g, { input, dim }, out) => {
    const rank = input.dims.length;
    const axis = dim === null ? (rank < 2 || rank === 3 ? 0 : 1) : wrapDim(dim as number, rank);
    const x = g.of(input, out.dtype);
    if (rank > 0) return g.op(op, [x], { axis });
    return g.reshape(g.op(op, [g.reshape(x, [1])], { axis: 0 }), []);
  };

const ones = (
  g: Emitter,
  x: Value | null | undefined,
  dims: readonly number[],
  value: Operand,
  dtype: DType,
): string => (x ? g.of(x) : g.op('Expand', [g.of(value, dtype), g.ints(dims)]));

const batchNorm: Row = (g, { input, runningMean, runningVar, weight, bias, training, eps }, out) => {
  const channels = [input.dims[1]];
  let x = g.of(input);
  const [w, b] = [ones(g, weight, channels, 1, out.dtype), ones(g, bias, channels, 0, out.dtype)];
  let [mean, variance] = [runningMean, runningVar].map((each) => (each === null ? '' : g.of(each)));
  if (training) {
    const dims = input.dims.map((_, d) => d).filter((d) => d !== 1);
    const [middle, squares] = moments(g, x, dims, true);
    const count = dims.reduce((n, d) => n * input.dims[d], 1);
    const deviation = g.op('Sqrt', [
      g.op('Add', [g.op('Div', [squares, g.scalar(count, out.dtype)]), g.scalar(eps, out.dtype)]),
    ]);
    x = g.op('Div', [g.op('Sub', [x, middle]), deviation]);
    [mean, variance] = [ones(g, null, channels, 0, out.dtype), ones(g, null, channels, 1, out.dtype)];
  }
  return g.op('BatchNormalization', [x, w, b, mean, variance], { epsilon: new Real(training ? 0 : eps) });
};

const layerNorm: Row = (g, { input, normalizedShape, weight, bias, eps }, out) => {
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  const inputs = [g.of(input), ones(g, weight, shape, 1, out.dtype), ...(bias === null ? [] : [g.of(bias)])];
  return g.op('LayerNormalization', inputs, { axis: input.dims.length - shape.length, epsilon: new Real(eps) });
};

export const REDUCTIONS: Record<string, Row> = {
  sum: reduction('ReduceSum'),
  mean: reduction('ReduceMean'),
  prod: reduction('ReduceProd'),
  amax: reduction('ReduceMax'),
  amin: reduction('ReduceMin'),
  aminmax: (g, a, out, outs) => ['ReduceMin', 'ReduceMax'].map((op) => reduction(op)(g, a, out, outs) as string),
  logsumexp: reduction('ReduceLogSumExp'),
  any: truth('ReduceMax'),
  all: truth('ReduceMin'),
  max: extreme('Max'),
  min: extreme('Min'),
  argmax: place('ArgMax'),
  argmin: place('ArgMin'),
  sort: sorted,
  argsort: (g, a, out, outs) => (sorted(g, a, out, outs) as string[])[1],
  topk: (g, a) => bare(g, a, top(g, a, a.k, a.largest)[0]),
  kthvalue: (g, a, _, outs) => ranked(g, a, a.k, outs),
  median: (g, a, _, outs) => {
    const [, , size] = lined(g, a);
    return ranked(g, a, (size + 1) >> 1, outs);
  },
  cumsum: (g, { input, dim }, out) =>
    input.dims.length === 0
      ? g.of(input, out.dtype)
      : g.op('CumSum', [g.of(input, out.dtype), g.of(dim as number, int64)]),
  std: spread(true, false),
  var: spread(false, false),
  stdMean: spread(true, true),
  varMean: spread(false, true),
  softmax: soft('Softmax'),
  logSoftmax: soft('LogSoftmax'),
  batchNorm,
  layerNorm,
};
