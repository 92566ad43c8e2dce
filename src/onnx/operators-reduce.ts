/** Operators that make one element of many, or look at many for each. */
import { to } from '../ops/create/copy.ts';
import { arange } from '../ops/create/create.ts';
import { div, sub } from '../ops/elementwise/binary.ts';
import { eq } from '../ops/elementwise/compare.ts';
import { abs, log, square } from '../ops/elementwise/unary.ts';
import { norm } from '../ops/linalg/norm.ts';
import { argmax, argmin } from '../ops/reduce/extremes.ts';
import { mean, prod, sum } from '../ops/reduce/reduce.ts';
import { cumsum } from '../ops/reduce/scan.ts';
import { logSoftmax, softmax } from '../ops/reduce/softmax.ts';
import { amax, amin, logsumexp } from '../ops/reduce/statistics.ts';
import { topk } from '../ops/select/sort.ts';
import { flip } from '../ops/view/arrange.ts';
import { reshape, squeeze } from '../ops/view/view.ts';
import { bool, float32, int64 } from '../tensor/dtype.ts';
import { countOf, wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Node } from './node.ts';
import { axesOf, intsOf, type Operator, type Operators, one, operator, scalarOf } from './row.ts';

const all = (x: Tensor): number[] => x.dims.map((_, d) => d);

type Reduction = (x: Tensor, dims: readonly number[], keep: boolean) => Tensor;

/** Over the axes that are named, or over all. */
const reduction = (reduce: Reduction, alone: (x: Tensor) => Tensor = (x) => x): Operator =>
  operator(1, 2, ([x, input], node) => {
    const axes = axesOf(input, node) ?? [];
    const keep = node.int('keepdims', 1) === 1;
    if (axes.length === 0 && node.int('noop_with_empty_axes', 0)) return alone(x);
    if (x.dims.length === 0) return alone(x);
    return reduce(x, axes.length === 0 ? all(x) : axes, keep);
  });

/** The same dtype: sums of whole numbers are int64 in PyTorch. */
const like = (x: Tensor, y: Tensor): Tensor => (y.dtype === x.dtype ? y : to(y, x.dtype));

const product: Reduction = (x, dims, keep) => {
  const kept = dims.reduce((y, d) => prod(y, d, true), x);
  return like(x, keep ? kept : squeeze(kept, dims));
};

const average: Reduction = (x, dims, keep) =>
  x.dtype.isFloatingPoint ? mean(x, dims, keep) : like(x, mean(to(x, float32), dims, keep));

const length =
  (p: number): Reduction =>
  (x, dims, keep) =>
    x.dtype.isFloatingPoint
      ? norm(x, p, dims, keep)
      : like(x, p === 1 ? sum(abs(x), dims, keep) : norm(to(x, float32), p, dims, keep));

const extreme =
  (pick: Reduction): Reduction =>
  (x, dims, keep) =>
    x.dtype === bool ? to(pick(to(x, int64), dims, keep), bool) : pick(x, dims, keep);

const position = (find: (x: Tensor, dim: number, keep: boolean) => Tensor): Operator =>
  one((x, node) => {
    const axis = node.int('axis', 0);
    const keep = node.int('keepdims', 1) === 1;
    if (!node.int('select_last_index', 0)) return find(x, axis, keep);
    return sub(x.dims[wrapDim(axis, x.dims.length)] - 1, find(flip(x, axis), axis, keep));
  });

/** Along one axis; before opset 13 over all from there on, as rows of a matrix. */
const along = (compute: (x: Tensor, axis: number) => Tensor): Operator =>
  one((x, node) => {
    if (node.opset >= 13) return compute(x, node.int('axis', -1));
    const axis = wrapDim(node.int('axis', 1), x.dims.length);
    if (axis === x.dims.length - 1) return compute(x, axis);
    return reshape(compute(reshape(x, rows(x, axis)), 1), x.dims);
  });

/** The shape of a matrix whose rows are everything from an axis on. */
export const rows = (x: Tensor, axis: number): number[] => [
  countOf(x.dims.slice(0, axis)),
  countOf(x.dims.slice(axis)),
];

function hardest(x: Tensor, axis: number): Tensor {
  const d = wrapDim(axis, x.dims.length);
  const places = arange(x.dims[d]);
  const shaped = reshape(
    places,
    x.dims.map((size, i) => (i === d ? size : 1)),
  );
  return to(eq(shaped, argmax(x, d, true)), x.dtype);
}

function running(x: Tensor, axis: number, node: Node): Tensor {
  const back = (y: Tensor): Tensor => (node.int('reverse', 0) ? flip(y, axis) : y);
  const y = like(x, back(cumsum(back(x), axis)));
  return node.int('exclusive', 0) ? sub(y, x) : y;
}

export const REDUCE: Operators = {
  ArgMax: position(argmax),
  ArgMin: position(argmin),
  CumSum: operator(2, 2, ([x, axis], node) => running(x, Number(scalarOf(axis)), node)),
  Hardmax: along(hardest),
  LogSoftmax: along((x, axis) => logSoftmax(x, axis)),
  LpNormalization: one((x, node) => {
    const axis = node.int('axis', -1);
    return div(x, norm(x, node.int('p', 2), axis, true));
  }),
  ReduceL1: reduction(length(1), abs),
  ReduceL2: reduction(length(2), abs),
  ReduceLogSum: reduction((x, dims, keep) => log(sum(x, dims, keep)), log),
  ReduceLogSumExp: reduction((x, dims, keep) => logsumexp(x, dims, keep)),
  ReduceMax: reduction(extreme(amax)),
  ReduceMean: reduction(average),
  ReduceMin: reduction(extreme(amin)),
  ReduceProd: reduction(product),
  ReduceSum: reduction((x, dims, keep) => like(x, sum(x, dims, keep))),
  ReduceSumSquare: reduction((x, dims, keep) => like(x, sum(square(x), dims, keep)), square),
  Softmax: along((x, axis) => softmax(x, axis)),
  TopK: operator(1, 2, ([x, count], node) => {
    const k = count === undefined ? node.int('k', -1) : intsOf(count)[0];
    const [values, indices] = topk(
      x,
      k,
      node.int('axis', -1),
      node.int('largest', 1) === 1,
      node.int('sorted', 1) === 1,
    );
    return [values, indices];
  }),
};
