/** Quantiles, and where values fall between sorted boundaries: quantile, searchsorted, bucketize, histc, bincount. */

import { describe } from '../../tensor/args.ts';
import { float32, float64, int32, int64, Kind } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { sameDims, showDims, without, withSize, wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { pointerOf, Tensor, targetOf } from '../../tensor/tensor.ts';
import { order } from '../../wasm/families/order.generated.ts';
import { unrecorded } from '../composite.ts';
import { contiguous, toDtype, where } from '../create/copy.ts';
import { onesLike } from '../create/create.ts';
import { tensor } from '../create/from-data.ts';
import { lerp } from '../elementwise/arithmetic.ts';
import { div, mul, sub } from '../elementwise/binary.ts';
import { clampMax } from '../elementwise/clamp.ts';
import { eq, ge, le, logicalAnd, ne } from '../elementwise/compare.ts';
import { ceil, floor, round, trunc } from '../elementwise/unary.ts';
import { empty, zerosOf } from '../make.ts';
import { checkTensor, refuseDtype } from '../promote.ts';
import { max, min } from '../reduce/extremes.ts';
import { sum } from '../reduce/reduce.ts';
import { movedim } from '../view/shape.ts';
import { detach, expand, reshape } from '../view/view.ts';
import { squeeze_ } from '../view/view-in-place.ts';
import { gather, scatterAdd } from './gather.ts';
import { sort } from './sort.ts';
import { maskedSelect } from './take.ts';

/** How `quantile` reads between two elements. */
export type Interpolation = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

/**
 * The value below which a fraction q of the elements lies, of all or along `dim`; NaN where there is one.
 *
 * @param q - From 0 to 1: a number, or a vector, whose results stand along a first dimension.
 * @param dim - Without it all elements are taken.
 * @param keepdim - Default false.
 * @param interpolation - Between two elements: `'linear'` (default), `'lower'`, `'higher'`, `'midpoint'`, `'nearest'`.
 * @throws TypeError unless the input is floating point; RangeError for an empty input or a q outside 0 … 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3, 4]).quantile(0.5)); // => tensor(2.5000)
 * ```
 */
export const quantile = operation(
  "quantile(input: Tensor, q: real, dim: int? = null, keepdim: bool = false, interpolation: str = 'linear')",
  (input, q, dim, keepdim, interpolation): Tensor => {
    if (!input.dtype.isFloatingPoint) {
      throw new TypeError(`quantile() input tensor must be either float or double dtype, got ${input.dtype}`);
    }
    if (input.count === 0) throw new RangeError('quantile() input tensor must be non-empty');
    if (!['linear', 'lower', 'higher', 'midpoint', 'nearest'].includes(interpolation)) {
      throw new RangeError(
        'quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ' +
          describe(interpolation),
      );
    }
    if (q instanceof Tensor) {
      if (q.dims.length > 1) throw new RangeError('quantile() q must be a scalar or 1D tensor');
      if (q.dtype !== input.dtype) throw new TypeError('quantile() q tensor must be same dtype as the input tensor');
    }
    const d = dim === null ? 0 : wrapDim(dim, input.dims.length);
    return scope(() => {
      const fractions = q instanceof Tensor ? q : tensor(q, { dtype: input.dtype });
      for (const value of fractions.toTypedArray()) {
        if (!(value >= 0 && value <= 1)) throw new RangeError('quantile() q values must be in the range [0, 1]');
      }
      const all = dim === null || input.dims.length === 0;
      const found = between(
        all ? reshape(input, [input.count]) : movedim(input, d, -1),
        fractions,
        interpolation as Interpolation,
      );
      const dims = all ? input.dims.map(() => 1) : withSize(input.dims, d, 1);
      const kept = keepdim ? dims : all ? [] : without(dims, d);
      const shape = q instanceof Tensor && q.dims.length === 1 ? [q.count, ...kept] : kept;
      return squeeze_(reshape(movedim(found, -1, 0), [...shape, 1]), -1);
    });
  },
);

/** The quantiles of x along its last dimension, which becomes theirs. */
function between(x: Tensor, q: Tensor, interpolation: Interpolation): Tensor {
  const d = x.dims.length - 1;
  const n = x.dims[d];
  const { values } = sort(x, d);
  const dims = [...x.dims.slice(0, d), q.count];
  const nans = sum(ne(detach(x), detach(x)), d, true);
  // A row with a NaN ends in one: every rank is then the last.
  const ranks = expand(where(eq(nans, 0), mul(q, n - 1), n - 1), dims);
  const toRank: Partial<Record<Interpolation, typeof floor>> = { lower: floor, higher: ceil, nearest: round };
  const exact = toDtype(toRank[interpolation]?.(ranks) ?? ranks, x.dtype);
  const at = (rank: Tensor): Tensor => gather(values, d, toDtype(rank, int64));
  if (interpolation in toRank) return at(exact);
  const below = floor(exact);
  const weight = interpolation === 'midpoint' ? 0.5 : sub(exact, below);
  return lerp(at(below), at(ceil(exact)), weight);
}

/** What `searchsorted` takes, named. */
export interface SearchOptions {
  /** Gives int32 instead of int64. */
  outInt32?: boolean;
  /** Behind equals instead of before them. */
  right?: boolean;
  /** `'left'` or `'right'`, the other way to say `right`. */
  side?: 'left' | 'right' | null;
  /** The order of an unsorted sequence, from `argsort`. */
  sorter?: Tensor | null;
}

function search(name: string, sequence: Tensor, values: Tensor | number, options: SearchOptions): Tensor {
  const { outInt32 = false, right = false, side = null, sorter = null } = options;
  if (side !== null && side !== 'left' && side !== 'right') {
    throw new RangeError(`${name}(): side can only be 'left' or 'right' but got ${describe(side)}`);
  }
  if (side === 'left' && right) {
    throw new RangeError(`${name}(): side and right can't be set to opposites, got side of left while right was True`);
  }
  const single = sequence.dims.length === 1;
  return unrecorded(() => {
    const keys = values instanceof Tensor ? values : tensor(values, { dtype: sequence.dtype });
    const lead = (x: Tensor): readonly number[] => x.dims.slice(0, -1);
    if (sequence.dims.length === 0 || (!single && !sameDims(lead(sequence), lead(keys)))) {
      throw new RangeError(
        `${name}(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and ` +
          `input value tensor must match, but we got boundaries tensor ${showDims(sequence.dims)} and input value ` +
          `tensor ${showDims(keys.dims)}`,
      );
    }
    if (sorter !== null && !sameDims(sorter.dims, sequence.dims)) {
      throw new RangeError(
        `${name}(): boundary and sorter must have the same size, but got boundary tensor ${showDims(sequence.dims)} ` +
          `and got sorter tensor ${showDims(sorter.dims)}`,
      );
    }
    const dtype = sequence.dtype.isFloatingPoint || keys.dtype.isFloatingPoint ? float64 : int64;
    const ordered = sorter === null ? sequence : gather(sequence, -1, sorter);
    const [rows, places] = [contiguous(toDtype(ordered, dtype)), contiguous(toDtype(keys, dtype))];
    const out = empty(keys.dims, int64);
    const n = sequence.dims[sequence.dims.length - 1];
    const m = single ? keys.count : keys.dims[keys.dims.length - 1];
    if (out.count > 0) {
      order.searchSorted(
        dtype.code,
        targetOf(out),
        pointerOf(rows),
        pointerOf(places),
        keys.count / m,
        n,
        m,
        single ? 0 : n,
        Number(right || side === 'right'),
      );
    }
    return toDtype(out, outInt32 ? int32 : int64);
  });
}

/**
 * Where each value would have to be inserted to keep the rows sorted: the number of smaller elements.
 *
 * @param sortedSequence - Sorted along the last dimension: one row, or a row for each row of input.
 * @param input - A tensor or a number.
 * @param options - `right`, `side`, `outInt32`, `sorter`.
 * @returns int64, of input's shape.
 * @throws RangeError for shapes that do not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([3, 6]))); // => tensor([1, 3])
 * ```
 */
export const searchsorted = operation(
  'searchsorted(sortedSequence: Tensor, input: real, outInt32: bool = false, right: bool = false, side: str? = null, sorter: Tensor? = null)',
  (sequence, input, outInt32, right, side, sorter): Tensor => {
    return search('searchsorted', sequence, input, { outInt32, right, side: side as SearchOptions['side'], sorter });
  },
);

/**
 * The number of the bucket that each value falls into: boundaries[i - 1] < x ≤ boundaries[i] gives i.
 *
 * @param boundaries - Sorted, one dimension.
 * @param options - `right`: boundaries[i - 1] ≤ x < boundaries[i] instead; `outInt32`.
 * @returns int64, of input's shape.
 * @throws RangeError unless boundaries have one dimension.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.bucketize(torch.tensor([1, 2.5, 9]), torch.tensor([1, 3, 5]))); // => tensor([0, 1, 3])
 * ```
 */
export const bucketize = operation(
  'bucketize(input: real, boundaries: Tensor, outInt32: bool = false, right: bool = false)',
  (input, boundaries, outInt32, right): Tensor => {
    if (boundaries.dims.length !== 1) {
      throw new RangeError(`boundaries tensor must be 1 dimension, but got dim(${boundaries.dims.length})`);
    }
    return search('bucketize', boundaries, input, { outInt32, right });
  },
);

/**
 * How many elements fall into each of `bins` equal intervals from min to max; others are not counted.
 *
 * @param bins - Default 100.
 * @param min - Default 0; if min and max are equal, the input's own extremes are taken.
 * @param max - Default 0.
 * @returns [bins], in the input's dtype.
 * @throws TypeError unless the input is floating point; RangeError for no bins or max below min.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 2, 4]).histc(3, 1, 4)); // => tensor([1., 2., 1.])
 * ```
 */
export const histc = operation(
  'histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0)',
  (input, bins, low, high): Tensor => {
    if (!input.dtype.isFloatingPoint) refuseDtype('histogram_cpu', input.dtype);
    if (bins <= 0) throw new RangeError('torch.histc(): bins must be > 0');
    if (low > high) throw new RangeError('torch.histc(): max must be larger than min');
    return unrecorded(() => {
      const x = reshape(input, [input.count]);
      let [from, to] = [low, high];
      if (from === to && x.count > 0) [from, to] = [min(x).item() as number, max(x).item() as number];
      if (from === to) [from, to] = [from - 1, to + 1];
      if (!Number.isFinite(to - from)) throw new RangeError(`torch.histc: range of [${from}, ${to}] is not finite`);
      const inside = maskedSelect(x, logicalAnd(ge(x, from), le(x, to)));
      // In PyTorch's order, each number in the input's dtype: what lies on an edge falls where it does there.
      const rounded = x.dtype === float32 ? Math.fround : Number;
      const width = rounded(rounded(to) - rounded(from));
      const place = toDtype(trunc(div(mul(sub(inside, from), bins), width)), int64);
      return scatterAdd(zerosOf([bins], x.dtype), 0, clampMax(place, bins - 1), onesLike(inside));
    });
  },
);

/**
 * How often each of the numbers 0, 1, 2, … stands in a vector, or the sum of the weights where it stands.
 *
 * @param input - Integers from 0, [n].
 * @param weights - [n]; float32 gives float32, others float64. Without it the counts are int64.
 * @param minlength - The least length of the result; default 0.
 * @throws TypeError unless the input holds integers; RangeError for a negative one, another shape or length.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.bincount(torch.tensor([1, 1, 3], { dtype: torch.int64 }))); // => tensor([0, 2, 0, 1])
 * ```
 */
export const bincount = operation(
  'bincount(input: Tensor, weights: Tensor? = null, minlength: int = 0)',
  (input, weights, minlength): Tensor => {
    if (weights !== null) checkTensor(weights, 'bincount', 'weights');
    const { dims, dtype, count } = input;
    if (dtype.kind !== Kind.Integer) refuseDtype('bincount_cpu', dtype);
    if (minlength < 0) throw new RangeError('minlength should be >= 0');
    if (weights !== null && count > 0 && !sameDims(weights.dims, dims)) {
      throw new RangeError('weights should be 1-d and have the same length as input');
    }
    return unrecorded(() => {
      if (dims.length !== 1 || (count > 0 && Number(min(input).item()) < 0)) {
        throw new RangeError('bincount only supports 1-d non-negative integral inputs.');
      }
      if (count === 0) return zerosOf([minlength], int64);
      const index = toDtype(input, int64);
      const size = Math.max(minlength, Number(max(index).item()) + 1);
      const by = weights === null ? onesLike(index) : weights.dtype === float32 ? weights : toDtype(weights, float64);
      return scatterAdd(zerosOf([size], by.dtype), 0, index, by);
    });
  },
);
