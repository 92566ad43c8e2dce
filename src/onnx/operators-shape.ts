/** Operators of shapes: views, joins, parts, borders, and tensors made of sizes. */
import { to } from '../ops/create/copy.ts';
import { arange } from '../ops/create/create.ts';
import { fromFlat, places } from '../ops/create/from-data.ts';
import { add, div, mul, remainder, sub } from '../ops/elementwise/binary.ts';
import { eq } from '../ops/elementwise/compare.ts';
import { indexSelect } from '../ops/select/gather.ts';
import { at, type Range } from '../ops/select/index.ts';
import { flip, repeat, tril, triu } from '../ops/view/arrange.ts';
import { cat } from '../ops/view/join.ts';
import { pad } from '../ops/view/pad.ts';
import { split } from '../ops/view/shape.ts';
import { expand, flatten, permute, reshape, squeeze, unsqueeze } from '../ops/view/view.ts';
import { int64 } from '../tensor/dtype.ts';
import { broadcastDims, wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Node } from './node.ts';
import { dtypeIn } from './operators-elementwise.ts';
import { rows } from './operators-reduce.ts';
import {
  axesOf,
  type Compute,
  intsOf,
  type Operators,
  one,
  oneOf,
  operator,
  refuse,
  scalarOf,
  shapeTensor,
  two,
} from './row.ts';

/** A size of 0 keeps that of the input, unless the node says otherwise. */
function reshaped(x: Tensor, shape: Tensor, node: Node): Tensor {
  const sizes = intsOf(shape);
  return reshape(x, node.int('allowzero', 0) ? sizes : sizes.map((size, d) => (size === 0 ? x.dims[d] : size)));
}

function flattened(x: Tensor, node: Node): Tensor {
  const axis = node.int('axis', 1);
  const d = axis < 0 ? axis + x.dims.length : axis;
  return d === 1 && x.dims.length > 1 ? flatten(x, 1) : reshape(x, rows(x, d));
}

const squeezed: Compute = ([x, input], node) => {
  const axes = axesOf(input, node);
  const bad = axes?.find((axis) => x.dims[wrapDim(axis, x.dims.length)] !== 1);
  if (bad !== undefined) refuse(node, `axis ${bad} of [${x.dims}] is not of size 1`);
  return axes === undefined ? squeeze(x) : squeeze(x, axes);
};

const unsqueezed: Compute = ([x, input], node) => {
  const axes = axesOf(input, node) ?? refuse(node, 'axes are missing');
  const rank = x.dims.length + axes.length;
  const sorted = axes.map((axis) => wrapDim(axis, rank)).sort((a, b) => a - b);
  return sorted.reduce((y, d) => unsqueeze(y, d), x);
};

const parts: Compute = ([x, input], node) => {
  const axis = wrapDim(node.int('axis', 0), x.dims.length);
  const given = input === undefined ? node.ints('split') : intsOf(input);
  const size = Math.ceil(x.dims[axis] / node.outputs.length);
  const sizes = given ?? node.outputs.map((_, i) => Math.max(0, Math.min(size, x.dims[axis] - i * size)));
  return split(x, sizes, axis);
};

/** From start to before end along each axis that is named; both may be far beyond, and the step negative. */
const sliced: Compute = ([x, ...inputs], node) => {
  const [starts, ends, axes, steps] =
    node.opset < 10
      ? [node.ints('starts'), node.ints('ends'), node.ints('axes'), undefined]
      : inputs.map((input) => input && intsOf(input));
  if (starts === undefined || ends?.length !== starts.length) refuse(node, 'it needs as many ends as starts');
  const named = (axes ?? starts.map((_, i) => i)).map((axis) => wrapDim(axis, x.dims.length));
  const ranges: (Range | ':')[] = x.dims.map(() => ':');
  const turned: number[] = [];
  named.forEach((d, i) => {
    const size = x.dims[d];
    const step = steps?.[i] ?? 1;
    if (step === 0) refuse(node, 'a step is 0');
    const wrap = (place: number): number => (place < 0 ? place + size : place);
    if (step > 0) {
      const start = Math.min(size, Math.max(0, wrap(starts[i])));
      ranges[d] = [start, Math.max(start, Math.min(size, wrap(ends[i]))), Math.min(step, size + 1)];
      return;
    }
    // Backwards: the same elements in order, turned around.
    const start = Math.max(0, Math.min(size - 1, wrap(starts[i])));
    const end = Math.max(-1, Math.min(size - 1, wrap(ends[i])));
    const count = size === 0 ? 0 : Math.max(0, Math.ceil((end - start) / step));
    const first = count === 0 ? 0 : start + (count - 1) * step;
    ranges[d] = [first, count === 0 ? 0 : start + 1, Math.min(-step, size + 1)];
    turned.push(d);
  });
  const part = at(x, ...ranges);
  return turned.length === 0 ? part : flip(part, turned);
};

type Source = (i: number, size: number) => number;

const SOURCES: Readonly<Record<string, Source>> = {
  edge: (i, size) => Math.min(size - 1, Math.max(0, i)),
  reflect: (i, size) => {
    const period = Math.max(1, 2 * (size - 1));
    const place = ((i % period) + period) % period;
    return Math.min(place, period - place);
  },
  wrap: (i, size) => ((i % size) + size) % size,
};

const padded: Compute = ([x, by, value, input], node) => {
  const rank = x.dims.length;
  const pads = by === undefined ? (node.ints('pads') ?? []) : intsOf(by);
  const axes = (input === undefined ? x.dims.map((_, d) => d) : intsOf(input)).map((axis) => wrapDim(axis, rank));
  if (pads.length !== 2 * axes.length) refuse(node, `it has ${pads.length} pads for ${axes.length} axes`);
  const before = new Array<number>(rank).fill(0);
  const after = [...before];
  axes.forEach((d, i) => {
    before[d] = pads[i];
    after[d] = pads[i + axes.length];
  });
  const mode = node.text('mode', 'constant');
  if (mode === 'constant') {
    const by = x.dims.flatMap((_, d) => [before[rank - 1 - d], after[rank - 1 - d]]);
    return pad(x, by, 'constant', value === undefined ? node.float('value', 0) : scalarOf(value));
  }
  return x.dims.reduce((y, size, d) => {
    if (before[d] === 0 && after[d] === 0) return y;
    const count = size + before[d] + after[d];
    if (size === 0 || count < 0)
      refuse(node, `axis ${d} of size ${size} cannot be padded by ${before[d]}, ${after[d]}`);
    return indexSelect(
      y,
      d,
      positions(count, (i) => SOURCES[mode](i - before[d], size)),
    );
  }, x);
};

/** Places along an axis, one for each. */
function positions(count: number, of: (i: number) => number): Tensor {
  let i = 0;
  return places(count, 'onnx', () => of(i++));
}

/** Enlarged by repeating elements, or along straight lines between them. */
const upsampled: Compute = ([x, input], node) => {
  const scales = input === undefined ? node.floats('scales') : Array.from(input.toTypedArray() as Float32Array);
  if (scales?.length !== x.dims.length) refuse(node, `it needs a scale for each of ${x.dims.length} axes`);
  return scales.reduce((y, scale, d) => {
    if (scale === 1) return y;
    const size = x.dims[d];
    const count = Math.floor(size * scale);
    const below = indexSelect(
      y,
      d,
      positions(count, (i) => Math.min(size - 1, Math.floor(i / scale))),
    );
    if (node.text('mode', 'nearest') === 'nearest') return below;
    const above = indexSelect(
      y,
      d,
      positions(count, (i) => Math.min(size - 1, Math.floor(i / scale) + 1)),
    );
    const share = remainder(div(arange(count, { dtype: x.dtype }), scale), 1);
    return add(below, mul(sub(above, below), reshape(share, alone(x, d, count))));
  }, x);
};

/** A shape of 1 but for one axis. */
const alone = (x: Tensor, axis: number, size: number): number[] => x.dims.map((_, d) => (d === axis ? size : 1));

/** Blocks of channels become blocks of pixels. */
function depthToSpace(x: Tensor, node: Node): Tensor {
  const block = node.int('blocksize', 1);
  const [n, c, h, w] = x.dims;
  const channels = c / (block * block);
  const dcr = node.text('mode', 'DCR') === 'DCR';
  const split = reshape(x, dcr ? [n, block, block, channels, h, w] : [n, channels, block, block, h, w]);
  return reshape(permute(split, dcr ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]), [n, channels, h * block, w * block]);
}

function spaceToDepth(x: Tensor, node: Node): Tensor {
  const block = node.int('blocksize', 1);
  const [n, c, h, w] = x.dims;
  const split = reshape(x, [n, c, h / block, block, w / block, block]);
  return reshape(permute(split, [0, 3, 5, 1, 2, 4]), [n, c * block * block, h / block, w / block]);
}

/** Whole numbers from start by a step, or floats. */
const range: Compute = ([start, limit, delta]) => {
  const [from, end, step] = [start, limit, delta].map((x) => Number(scalarOf(x)));
  return arange(from, end, step, { dtype: start.dtype });
};

function eye(x: Tensor, node: Node): Tensor {
  const dtype = node.has('dtype') ? dtypeIn(node, 'dtype', node.int('dtype', 0)) : x.dtype;
  const down = unsqueeze(arange(x.dims[0]), 1);
  return to(eq(sub(arange(x.dims[1]), down), node.int('k', 0)), dtype);
}

export const SHAPE: Operators = {
  Concat: operator(1, Infinity, (all, node) => cat(all, node.int('axis', 0))),
  DepthToSpace: operator(1, 1, ([x], node) => depthToSpace(x, node), oneOf('mode', 'DCR', 'DCR', 'CRD')),
  Expand: two((x, shape) => expand(x, broadcastDims(x.dims, intsOf(shape)))),
  EyeLike: one(eye),
  Flatten: one(flattened),
  Pad: operator(1, 4, padded, oneOf('mode', 'constant', 'constant', ...Object.keys(SOURCES))),
  Range: operator(3, 3, range),
  Reshape: two(reshaped),
  Shape: one((x, node) => shapeTensor(x.dims.slice(node.int('start', 0), node.int('end', x.dims.length)))),
  Size: one((x) => fromFlat([x.count], [], int64)),
  Slice: operator(1, 5, sliced),
  SpaceToDepth: one(spaceToDepth),
  Split: operator(1, 2, parts),
  Squeeze: operator(1, 2, squeezed),
  Tile: two((x, times) => repeat(x, intsOf(times))),
  Transpose: one((x, node) => permute(x, node.ints('perm') ?? x.dims.map((_, d) => x.dims.length - 1 - d))),
  Trilu: operator(1, 2, ([x, k], node) => (node.int('upper', 1) ? triu : tril)(x, k === undefined ? 0 : intsOf(k)[0])),
  Unsqueeze: operator(1, 2, unsqueezed),
  Upsample: operator(1, 2, upsampled, oneOf('mode', 'nearest', 'nearest', 'linear')),
};
