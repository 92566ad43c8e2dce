/** Other views of the same elements: parts, slices, diagonals, moved dimensions, grids. */

import { record, records } from '../../autograd/node.ts';
import { describe, isOptions } from '../../tensor/args.ts';
import { type Dims, showDims, without, withSize, wrapDim } from '../../tensor/shape.ts';

import { bindRecord, operation, overloaded } from '../../tensor/signature.ts';
import { Made, type Tensor } from '../../tensor/tensor.ts';
import { type IntsOp, ints, listed } from '../ints.ts';
import { launchCopy } from '../launch.ts';
import { empty, zerosOf } from '../make.ts';
import { checkTensor } from '../promote.ts';
import { detach, expand, permute, reshape, view } from './view.ts';
import { embed, partOf, viewOf } from './view-of.ts';

/**
 * Broadcast to a shape, without a copy.
 *
 * @param size - As `expand` takes it.
 * @throws RangeError where a size that is not 1 would change.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.broadcastTo(torch.tensor([1, 2]), [2, 2]).tolist()); // => [ [ 1, 2 ], [ 1, 2 ] ]
 * ```
 */
export const broadcastTo: IntsOp<'size'> = ints('broadcastTo', 'size', (input, size) => expand(input, size));

/** A view that is one of several results: nothing that is recorded may write it. */
function amongOthers(view: Tensor): Tensor {
  if (view.made === Made.Freely) view.made = Made.AmongOthers;
  return view;
}

/** `size` elements from `from` on along `d`: one of several views that PyTorch makes at once. */
function part(x: Tensor, name: string, d: number, from: number, size: number): Tensor {
  const offset = x.offset + from * x.strides[d];
  const again = (y: Tensor): Tensor => part(y, name, d, from, size);
  return amongOthers(partOf(x, name, offset, withSize(x.dims, d, size), x.strides, again));
}

function parts(x: Tensor, name: string, d: number, sizes: readonly number[]): Tensor[] {
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return part(x, name, d, at - size, size);
  });
}

/** Views that an operation makes at the most: each takes JavaScript's memory, of which there is no more at some point. */
const VIEWS = 1 << 22;

function checkViews(operation: string, x: Tensor, count: number): void {
  if (count <= VIEWS) return;
  throw new RangeError(
    `${operation}(): ${count} views of a tensor of shape ${showDims(x.dims)} are too many (more than ${VIEWS}): take those ` +
      'that are needed by narrow() or select()',
  );
}

/** Parts of equal size; the last may be smaller. */
function equalParts(operation: string, x: Tensor, d: number, size: number): Tensor[] {
  const whole = x.dims[d];
  const count = size === 0 ? 1 : Math.max(1, Math.ceil(whole / size));
  checkViews(operation, x, count);
  return parts(
    x,
    'SplitBackward0',
    d,
    Array.from({ length: count }, (_, i) => Math.min(size, whole - i * size)),
  );
}

/**
 * Views of consecutive parts along `dim`.
 *
 * @param splitSizeOrSections - The size of each part (the last may be smaller), or a list of all sizes.
 * @param dim - Default 0.
 * @throws RangeError when the sizes do not add up.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.arange(5).split(2)); // => [ tensor([0, 1]), tensor([2, 3]), tensor([4]) ]
 * ```
 */
export const split = operation(
  'split(input|tensor: Tensor, splitSizeOrSections|splitSize: ints, dim: int = 0)',
  (input, sizes, dim): Tensor[] => {
    if (input.dims.length === 0) throw new RangeError('split expects at least a 1-dimensional tensor');
    const d = wrapDim(dim, input.dims.length);
    const whole = input.dims[d];
    if (typeof sizes === 'number') {
      if (sizes < 0) throw new RangeError(`split expects split_size be non-negative, but got split_size=${sizes}`);
      if (sizes === 0 && whole !== 0) {
        throw new RangeError(`split_size can only be 0 if dimension size is 0, but got dimension size of ${whole}`);
      }
      return equalParts('split', input, d, sizes);
    }
    if (sizes.some((size) => size < 0) || sizes.reduce((n, size) => n + size, 0) !== whole) {
      throw new RangeError(
        `split_with_sizes expects split_sizes to sum exactly to ${whole} (input tensor's size at dimension ${d}), ` +
          `and to be non-negative, but got split_sizes=${showDims(sizes)}`,
      );
    }
    return parts(input, 'SplitWithSizesBackward0', d, sizes);
  },
);

/**
 * At most `chunks` views of equal parts along `dim`; the last may be smaller.
 *
 * @param dim - Default 0.
 * @throws RangeError unless chunks is positive.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.arange(5).chunk(2)); // => [ tensor([0, 1, 2]), tensor([3, 4]) ]
 * ```
 */
export const chunk = operation('chunk(input: Tensor, chunks: int, dim: int = 0)', (input, chunks, dim): Tensor[] => {
  if (input.dims.length === 0) throw new RangeError('chunk expects at least a 1-dimensional tensor');
  if (chunks <= 0) throw new RangeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
  const d = wrapDim(dim, input.dims.length);
  const size = Math.ceil(input.dims[d] / chunks);
  checkViews('chunk', input, size === 0 ? chunks : 1);
  if (size === 0) return parts(input, 'SplitWithSizesBackward0', d, new Array<number>(chunks).fill(0));
  return equalParts('chunk', input, d, size);
});

/**
 * Views of all slices along `dim`, which goes away.
 *
 * @param dim - Default 0.
 * @throws RangeError for a 0-dimensional tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [a, b] = torch.tensor([[1, 2], [3, 4]]).unbind(1);
 * console.log(a, b); // => tensor([1., 3.]) tensor([2., 4.])
 * ```
 */
export const unbind = operation('unbind(input: Tensor, dim: int = 0)', (input, dim): Tensor[] => {
  const d = wrapDim(dim, input.dims.length);
  if (input.dims.length === 0) {
    throw new RangeError('Dimension specified as 0 but tensor has no dimensions');
  }
  checkViews('unbind', input, input.dims[d]);
  return Array.from({ length: input.dims[d] }, (_, i) => unbound(input, d, i));
});

function unbound(x: Tensor, d: number, i: number): Tensor {
  const offset = x.offset + i * x.strides[d];
  const again = (y: Tensor): Tensor => unbound(y, d, i);
  return amongOthers(partOf(x, 'UnbindBackward0', offset, without(x.dims, d), without(x.strides, d), again));
}

/**
 * One dimension as several: a view where the strides allow it.
 *
 * @param sizes - Their product is the dimension's size; one may be -1.
 * @throws RangeError when it is not.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.zeros(2, 6).unflatten(1, [2, 3]).shape)); // => torch.Size([2, 2, 3])
 * ```
 */
export const unflatten = operation('unflatten(input: Tensor, dim: int, sizes: list)', (input, dim, sizes): Tensor => {
  if (input.dims.length === 0) throw new RangeError('unflatten: expects at least a 1-dimensional tensor');
  if (sizes.length === 0) throw new RangeError('unflatten: sizes must be non-empty');
  const d = wrapDim(dim, input.dims.length);
  const whole = input.dims[d];
  const known = sizes.reduce((n, size) => (size === -1 ? n : n * size), 1);
  const guesses = sizes.filter((size) => size === -1).length;
  if (guesses > 1) throw new RangeError('only one dimension can be inferred');
  if (guesses === 1 ? known === 0 || whole % known !== 0 : known !== whole) {
    throw new RangeError(
      `unflatten: Provided sizes ${showDims(sizes)} don't multiply up to the size of dim ${d} (${whole}) in the ` +
        'input tensor',
    );
  }
  const filled = sizes.map((size) => (size === -1 ? whole / known : size));
  return view(input, [...input.dims.slice(0, d), ...filled, ...input.dims.slice(d + 1)]);
});

function sameView(x: Tensor): Tensor {
  return viewOf(x, 'AliasBackward0', x.offset, x.dims, x.strides, sameView, sameView);
}

/**
 * Dimensions moved to other places, as a view; the others keep their order.
 *
 * @param source - A dimension or several.
 * @param destination - As many places.
 * @throws RangeError when their numbers differ or one is named twice.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.zeros(2, 3, 4).movedim(0, -1).shape)); // => torch.Size([3, 4, 2])
 * ```
 */
export const movedim = operation(
  'movedim(input: Tensor, source: ints, destination: ints)',
  (input, source, destination): Tensor => {
    const rank = input.dims.length;
    const from = listed(source).map((d) => wrapDim(d, rank));
    const to = listed(destination).map((d) => wrapDim(d, rank));
    if (from.length !== to.length) {
      throw new RangeError(
        `movedim: Invalid source or destination dims: source (${showDims(from)} dims) should contain the same number ` +
          `of dims as destination (${showDims(to)} dims)`,
      );
    }
    for (const [name, list] of [
      ['source', from],
      ['destination', to],
    ] as const) {
      if (new Set(list).size !== list.length)
        throw new RangeError(`movedim: repeated dim in \`${name}\` (${showDims(list)})`);
    }
    if (rank === 0) return sameView(input);
    const order = new Array<number>(rank).fill(-1);
    from.forEach((d, i) => {
      order[to[i]] = d;
    });
    const rest = [...order.keys()].filter((d) => !from.includes(d));
    return permute(
      input,
      order.map((d) => (d === -1 ? (rest.shift() as number) : d)),
    );
  },
);

/**
 * The diagonal of two dimensions, as a view; it becomes the last dimension.
 *
 * @param offset - How far above (below, if negative) the main diagonal; default 0.
 * @param dim1 - Default 0.
 * @param dim2 - Default 1.
 * @throws RangeError when both are the same dimension.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4]]).diagonal()); // => tensor([1., 4.])
 * ```
 */
export const diagonal = operation(
  'diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1)',
  (input, offset, dim1, dim2): Tensor => {
    const [i, j] = [wrapDim(dim1, input.dims.length), wrapDim(dim2, input.dims.length)];
    if (i === j) throw new RangeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
    return alongDiagonal(input, offset, i, j);
  },
);

function alongDiagonal(x: Tensor, offset: number, i: number, j: number): Tensor {
  const { dims, strides } = x;
  const size = Math.max(0, offset >= 0 ? Math.min(dims[i], dims[j] - offset) : Math.min(dims[i] + offset, dims[j]));
  const start = size === 0 ? 0 : offset >= 0 ? offset * strides[j] : -offset * strides[i];
  const others = (list: Dims, last: number): number[] => [...list.filter((_, d) => d !== i && d !== j), last];
  return partOf(
    x,
    'DiagonalBackward0',
    x.offset + start,
    others(dims, size),
    others(strides, strides[i] + strides[j]),
    (y) => alongDiagonal(y, offset, i, j),
  );
}

/** `diag` and its like: a tensor and which diagonal. */
export type DiagOp = (input: Tensor, diagonal?: number | { diagonal?: number }) => Tensor;

/**
 * The square matrix with a vector on its diagonal, or the diagonal of a matrix, copied.
 *
 * @param diagonal - How far above (below, if negative) the main diagonal; default 0.
 * @throws RangeError for other numbers of dimensions.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, 2]).diag();
 * console.log(x.tolist(), x.diag()); // => [ [ 1, 0 ], [ 0, 2 ] ] tensor([1., 2.])
 * ```
 */
export const diag = operation('diag(input: Tensor, diagonal: int = 0)', (input, offset): Tensor => {
  const { dims, dtype } = input;
  if (dims.length !== 1 && dims.length !== 2) {
    throw new RangeError(`diag(): Supports 1D or 2D tensors. Got ${dims.length}D`);
  }
  const along = (x: Tensor): Tensor => alongDiagonal(x, offset, 0, 1);
  if (dims.length === 1) {
    const n = dims[0] + Math.abs(offset);
    const out = zerosOf([n, n], dtype);
    launchCopy(along(out), input);
    if (records(input)) record(out, 'DiagEmbedBackward0', [input], null, (g) => [along(g)]);
    return out;
  }
  const source = along(detach(input));
  const out = empty(source.dims, dtype);
  launchCopy(out, source);
  if (records(input)) record(out, 'DiagonalBackward0_copy', [input], null, (g) => [embed(g, dims, along)]);
  return out;
});

/** `meshgrid`. */
export type MeshgridOp = {
  (...args: [...tensors: Tensor[], options: { indexing?: 'ij' | 'xy' }] | Tensor[]): Tensor[];
  (tensors: readonly Tensor[], options?: { indexing?: 'ij' | 'xy' }): Tensor[];
};

/**
 * Coordinates of a grid: each vector, expanded over the dimensions of all.
 *
 * @param tensors - Vectors or scalars of one dtype, separate or as a list.
 * @param options - `indexing`: `'ij'` (default), or `'xy'`, in which the first two dimensions are exchanged.
 * @throws RangeError for no tensors, more than one dimension, or another indexing; TypeError for dtypes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [y, x] = torch.meshgrid(torch.tensor([1, 2]), torch.tensor([3, 4]));
 * console.log(y.tolist(), x.tolist()); // => [ [ 1, 1 ], [ 2, 2 ] ] [ [ 3, 4 ], [ 3, 4 ] ]
 * ```
 */
export const meshgrid: MeshgridOp = overloaded(
  "meshgrid(tensors: Tensors, indexing: str = 'ij')",
  (given): [readonly Tensor[], string] => {
    const args: unknown[] = [...given];
    const last = args[args.length - 1];
    const options = last === undefined || isOptions(last) ? [args.pop() ?? {}] : [];
    const { indexing } = bindRecord("meshgrid(*, indexing: str = 'ij')", options);
    const list = (args.length === 1 && Array.isArray(args[0]) ? args[0] : args) as Tensor[];
    if (list.length === 0) throw new RangeError('meshgrid expects a non-empty TensorList');
    for (const x of list) {
      checkTensor(x, 'meshgrid', 'tensors');
      if (x.dims.length > 1) {
        throw new RangeError(`torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${describe(x)}`);
      }
      if (x.dtype !== list[0].dtype) throw new TypeError('torch.meshgrid expects all tensors to have the same dtype');
    }
    if (indexing !== 'ij' && indexing !== 'xy') {
      throw new RangeError(`torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${indexing}`);
    }
    return [list, indexing];
  },
  grid,
);

function grid(list: readonly Tensor[], indexing: string): Tensor[] {
  const swaps = indexing === 'xy' && list.length > 1;
  const order = swaps ? [list[1], list[0], ...list.slice(2)] : list;
  const dims = order.map((x) => x.count);
  const grids = order.map((x, i) =>
    expand(
      reshape(
        x,
        dims.map((_, d) => (d === i ? x.count : 1)),
      ),
      dims,
    ),
  );
  return swaps ? [grids[1], grids[0], ...grids.slice(2)] : grids;
}

/**
 * How many elements a tensor has.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.numel(torch.ones(2, 3))); // => 6
 * ```
 */
export const numel = operation('numel(input: Tensor)', (input): number => {
  return input.count;
});

export { numel as nelement };
