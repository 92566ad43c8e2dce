/** What picks elements by their places, or writes them there, becomes. */
import { bool, int32, int64 } from '../tensor/dtype.ts';
import { broadcastDims, type Dims, wrapDim } from '../tensor/shape.ts';
import type { Args, Emitter, Operand, Row } from './emit.ts';
import { expanded, sliced } from './rows-arrange.ts';
import { reduced } from './rows-reduce.ts';
import { PLACES, refusal, Value, WRITE } from './trace.ts';

const flat = (g: Emitter, x: string): string => g.op('Reshape', [x, g.ints([-1])]);
const axisOf = ({ input, dim }: Args): number => wrapDim(dim as number, input.dims.length);

/** A row for tensors of dimensions, of one without too. */
const lifted =
  (row: Row): Row =>
  (g, a, out, outs) => {
    const up = (x: Value): Value =>
      x?.dims?.length === 0 ? new Value({ dims: [1], dtype: x.dtype }, null, g.reshape(g.of(x), [1]), null) : x;
    if (a.input.dims.length > 0)
      return row(
        g,
        a.index instanceof Value && a.index.dims.length === 0 ? { ...a, index: up(a.index) } : a,
        out,
        outs,
      );
    const made = row(
      g,
      { ...a, input: up(a.input), index: up(a.index), src: up(a.src as Value), source: up(a.source as Value) },
      out,
      outs,
    );
    return g.reshape(made as string, out.dims);
  };

/** Indices, ranges and one tensor of places: PyTorch's x[…]. */
const at: Row = (g, { input, indices }) => {
  const list = indices as unknown as unknown[];
  const used = list.filter((each) => each !== null && each !== '...').length;
  let x = g.of(input);
  let axis = 0;
  for (const index of list) {
    if (index === '...') axis += input.dims.length - used;
    else if (index === ':') axis++;
    else if (index === null) {
      x = g.op('Unsqueeze', [x, g.ints([axis])]);
      axis++;
    } else if (Array.isArray(index)) {
      const [start, stop, step] = index.map((each) => (each === null || each === undefined ? null : each));
      if ([start, stop, step].some((each) => each instanceof Value))
        throw refusal('at', 'is not exported with a range whose ends are tensors');
      x = sliced(
        g,
        x,
        axis,
        Number(start ?? 0),
        stop === null || stop === undefined ? Number.MAX_SAFE_INTEGER : Number(stop),
        Number(step ?? 1),
      );
      axis++;
    } else if (index instanceof Value) {
      if (index.dtype === bool) {
        if (list.length > 1 || index.dims.length === 0)
          throw refusal('at', 'is exported with a mask only where that is its one index');
        return index.dims.length === 1
          ? g.op('Compress', [x, g.of(index)], { axis: 0 })
          : g.reshape(g.op('GatherND', [x, g.op('Transpose', [g.op('NonZero', [g.of(index)])])]), [
              -1,
              ...input.dims.slice(index.dims.length),
            ]);
      }
      if (list.filter((each) => each instanceof Value).length > 1)
        throw refusal('at', 'is exported with one tensor of places');
      x = g.op('Gather', [x, g.of(index, int64)], { axis });
      axis += index.dims.length;
    } else {
      x = g.op('Gather', [x, g.scalar(index as number, int64)], { axis });
    }
  }
  return x;
};

/** Places along one dimension, as many as the written elements. */
function spreadPlaces(g: Emitter, { input, index }: Args, axis: number, like: string): string {
  const others = input.dims.map((_, d) => d).filter((d) => d !== axis);
  const column = others.length === 0 ? g.of(index, int64) : g.op('Unsqueeze', [g.of(index, int64), g.ints(others)]);
  return g.op('Expand', [column, g.op('Shape', [like])]);
}

const scattered =
  (reduction: (a: Args) => string): Row =>
  (g, a, out) => {
    const axis = axisOf(a);
    const { index, src, input } = a;
    let written = g.of(src ?? a.value, out.dtype);
    if (src instanceof Value) {
      src.dims.forEach((size, d) => {
        if (size !== index.dims[d]) written = sliced(g, written, d, 0, index.dims[d]);
      });
    } else written = g.op('Expand', [written, g.op('Shape', [g.of(index)])]);
    return g.op('ScatterElements', [g.of(input), g.of(index, int64), written], { axis, reduction: reduction(a) });
  };

const indexed =
  (reduction: string): Row =>
  (g, a, out) => {
    const { input, source, alpha, index, value } = a;
    const axis = axisOf(a);
    // Booleans have no sum.
    const dtype = out.dtype === bool ? int32 : out.dtype;
    const places = input.dims.map((size, d) => (d === axis ? index.dims[0] : size));
    const given = source === undefined ? g.op('Expand', [g.of(value, dtype), g.ints(places)]) : g.of(source, dtype);
    const written = alpha === undefined || alpha === 1 ? given : g.op('Mul', [given, g.scalar(alpha, dtype)]);
    const all = [g.of(input, dtype), spreadPlaces(g, a, axis, written), written];
    return g.cast(g.op('ScatterElements', all, { axis, reduction }), dtype, out.dtype);
  };

/** How many boundaries are below x: its bucket. */
function bucket(g: Emitter, x: Operand, ends: string, { dims, dtype }: Value, right: boolean, out: Value): string {
  const column = g.op('Unsqueeze', [g.of(x, dtype), g.ints([-1])]);
  const row = dims.length > 1 ? g.op('Unsqueeze', [ends, g.ints([-2])]) : ends;
  const below = g.cast(g.op(right ? 'LessOrEqual' : 'Less', [row, column]), bool, int64);
  return g.cast(reduced(g, 'ReduceSum', below, [-1], false), int64, out.dtype);
}

export const PICKING: Record<string, Row> = {
  at,
  select: (g, a) => g.op('Gather', [g.of(a.input), g.scalar(a.index as unknown as number, int64)], { axis: axisOf(a) }),
  gather: lifted((g, a) => g.op('GatherElements', [g.of(a.input), g.of(a.index, int64)], { axis: axisOf(a) })),
  indexSelect: lifted((g, a) => g.op('Gather', [g.of(a.input), g.of(a.index, int64)], { axis: axisOf(a) })),
  take: (g, { input, index }) => g.op('Gather', [flat(g, g.of(input)), g.of(index, int64)], { axis: 0 }),
  [PLACES]: (g, { input }) => {
    const count = g.op('Size', [g.of(input)]);
    const line = g.op('Range', [g.scalar(0, int64), count, g.scalar(1, int64)]);
    return g.op('Reshape', [line, g.op('Shape', [g.of(input)])]);
  },
  [WRITE]: (g, { input, index, source }, out) => {
    const written = g.op('Expand', [g.of(source, out.dtype), g.op('Shape', [g.of(index)])]);
    const all = [flat(g, g.of(input)), flat(g, g.of(index)), flat(g, written)];
    return g.reshape(g.op('ScatterElements', all, { axis: 0 }), input.dims);
  },
  takeAlongDim: (g, a) => {
    const { input, indices, dim } = a;
    if (dim === null) return g.op('GatherElements', [flat(g, g.of(input)), flat(g, g.of(indices, int64))], { axis: 0 });
    const axis = axisOf(a);
    const drop = (dims: Dims): number[] => dims.map((size, d) => (d === axis ? 1 : size));
    const both = broadcastDims(drop(input.dims), drop(indices.dims));
    const wide = (x: Value): string =>
      expanded(
        g,
        g.of(x),
        x.dims,
        both.map((size, d) => (d === axis ? x.dims[d] : size)),
      );
    return g.op('GatherElements', [wide(input), wide(indices)], { axis });
  },
  embedding: (g, { input, weight }) => g.op('Gather', [g.of(weight), g.of(input, int64)], { axis: 0 }),
  oneHot: (g, a, out) => {
    const x = g.of(a.tensor ?? a.input, int64);
    const one = g.scalar(1, int64);
    // Without a number of classes there are as many as the largest needs.
    const count =
      a.numClasses > 0
        ? g.scalar(out.dims[out.dims.length - 1], int64)
        : g.op('Add', [g.op('ReduceMax', [x], { keepdims: 0 }), one]);
    const classes = g.op('Range', [g.scalar(0, int64), count, one]);
    return g.cast(g.op('Equal', [g.op('Unsqueeze', [x, g.ints([-1])]), classes]), bool, int64);
  },
  maskedSelect: (g, { input, mask }) => {
    const dims = broadcastDims(input.dims, mask.dims);
    const [x, chosen] = [input, mask].map((each) => flat(g, expanded(g, g.of(each), each.dims, dims)));
    return g.op('Compress', [x, chosen], { axis: 0 });
  },
  scatter: lifted(scattered(({ reduce }) => (reduce === 'add' ? 'add' : reduce === 'multiply' ? 'mul' : 'none'))),
  scatterAdd: lifted(scattered(() => 'add')),
  indexAdd: lifted(indexed('add')),
  indexCopy: lifted(indexed('none')),
  indexFill: lifted(indexed('none')),
  nonzero: (g, { input, asTuple }, _, outs) => {
    const places = g.op('NonZero', [g.of(input)]);
    if (!asTuple) return g.op('Transpose', [places], { perm: [1, 0] });
    return outs.map((__, d) => g.op('Gather', [places, g.scalar(d, int64)], { axis: 0 }));
  },
  unique: (g, { input, dim, returnInverse, returnCounts }, _, outs) => {
    const attributes = { sorted: 1, ...(dim === null ? {} : { axis: wrapDim(dim as number, input.dims.length) }) };
    const [values, , inverse, counts] = g.ops('Unique', [g.of(input)], 4, attributes as Record<string, number>);
    const places = returnInverse ? [dim === null ? g.reshape(inverse, outs[1].dims) : inverse] : [];
    return [values, ...places, ...(returnCounts ? [counts] : [])];
  },
  bucketize: (g, { input, boundaries, right }, out) => bucket(g, input, g.of(boundaries), boundaries, right, out),
  searchsorted: (g, { input, sortedSequence, sorter, right, side }, out) => {
    const given = g.of(sortedSequence);
    const ends = sorter === null ? given : g.op('GatherElements', [given, g.of(sorter)], { axis: -1 });
    return bucket(g, input, ends, sortedSequence, right || side === 'right', out);
  },
};
