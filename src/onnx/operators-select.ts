/** Operators that take or write elements at positions, which may count from the end. */
import { where } from '../ops/create/copy.ts';
import { arange, full } from '../ops/create/create.ts';
import { add, mul } from '../ops/elementwise/binary.ts';
import { eq, lt } from '../ops/elementwise/compare.ts';
import { gather, indexSelect, nonzero, scatter, scatterAdd } from '../ops/select/gather.ts';
import { at, type Index } from '../ops/select/index.ts';
import { indexAdd, indexCopy } from '../ops/select/index-write.ts';
import { narrow, select } from '../ops/view/slice.ts';
import { reshape, t, unsqueeze } from '../ops/view/view.ts';
import { contiguousStrides, countOf, wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Node } from './node.ts';
import { type Compute, type Operators, oneOf, operator, scalarOf, two } from './row.ts';

/** Positions from the beginning. */
const wrapped = (index: Tensor, size: number): Tensor => where(lt(index, 0), add(index, size), index);

/** Along an axis; one position is a view. */
function gathered(x: Tensor, index: Tensor, node: Node): Tensor {
  const axis = wrapDim(node.int('axis', 0), x.dims.length);
  if (index.dims.length === 0) return select(x, axis, Number(scalarOf(index)));
  return at(x, ...new Array<Index>(axis).fill(':'), index);
}

/** The columns of the last dimension of indices. */
const columns = (indices: Tensor): Tensor[] =>
  Array.from({ length: indices.dims.at(-1) as number }, (_, i) => select(indices, -1, i));

function gatheredAt(x: Tensor, indices: Tensor, node: Node): Tensor {
  const batch = node.int('batch_dims', 0);
  const rank = indices.dims.length - 1;
  const own = Array.from({ length: batch }, (_, d) =>
    reshape(
      arange(x.dims[d]),
      Array.from({ length: rank }, (_, i) => (i === d ? x.dims[d] : 1)),
    ),
  );
  return at(x, ...own, ...columns(indices));
}

/** The largest or smallest of what comes to one place is not computed; what is refused so is refused at loading. */
const REDUCTION = oneOf('reduction', 'none', 'none', 'add', 'mul');

const scattered: Compute = ([x, indices, updates], node) => {
  const axis = wrapDim(node.int('axis', 0), x.dims.length);
  const index = wrapped(indices, x.dims[axis]);
  const how = node.text('reduction', 'none');
  if (how === 'add') return scatterAdd(x, axis, index, updates);
  return how === 'mul' ? scatter(x, axis, index, updates, { reduce: 'multiply' }) : scatter(x, axis, index, updates);
};

/** Slices that the rows of indices name are replaced, as rows of a matrix. */
const scatteredAt: Compute = ([x, indices, updates], node) => {
  const depth = indices.dims.at(-1) as number;
  const strides = contiguousStrides(x.dims.slice(0, depth));
  const rows = columns(indices)
    .map((column, d) => mul(wrapped(column, x.dims[d]), strides[d]))
    .reduce((a, b) => add(a, b));
  const index = reshape(rows, [rows.count]);
  const width = countOf(x.dims.slice(depth));
  const matrix = reshape(x, [countOf(x.dims.slice(0, depth)), width]);
  const values = reshape(updates, [rows.count, width]);
  const how = node.text('reduction', 'none');
  if (how === 'add') return reshape(indexAdd(matrix, 0, index, values), x.dims);
  if (how === 'none') return reshape(indexCopy(matrix, 0, index, values), x.dims);
  const spread = add(unsqueeze(index, 1), full([1, width], 0, { dtype: index.dtype }));
  return reshape(scatter(matrix, 0, spread, values, { reduce: 'multiply' }), x.dims);
};

const oneHot: Compute = ([indices, depth, values], node) => {
  const axis = wrapDim(node.int('axis', -1), indices.dims.length + 1);
  const size = Number(scalarOf(depth));
  const places = reshape(
    arange(size),
    Array.from({ length: indices.dims.length + 1 }, (_, d) => (d === axis ? size : 1)),
  );
  return where(eq(unsqueeze(wrapped(indices, size), axis), places), select(values, 0, 1), select(values, 0, 0));
};

const compressed: Compute = ([x, condition], node) => {
  const flat = !node.has('axis');
  const source = flat ? reshape(x, [x.count]) : x;
  const axis = flat ? 0 : wrapDim(node.int('axis', 0), x.dims.length);
  const size = Math.min(condition.count, source.dims[axis]);
  const places = nonzero(narrow(condition, 0, 0, size));
  return indexSelect(source, axis, reshape(places, [places.count]));
};

export const SELECT: Operators = {
  Compress: operator(2, 2, compressed),
  Gather: two(gathered),
  GatherElements: two((x, indices, node) => {
    const axis = wrapDim(node.int('axis', 0), x.dims.length);
    return gather(x, axis, wrapped(indices, x.dims[axis]));
  }),
  GatherND: two(gatheredAt),
  NonZero: operator(1, 1, ([x]) => t(nonzero(x))),
  OneHot: operator(3, 3, oneHot),
  Scatter: operator(3, 3, scattered),
  ScatterElements: operator(3, 3, scattered, REDUCTION),
  ScatterND: operator(3, 3, scatteredAt, REDUCTION),
};
