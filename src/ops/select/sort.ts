/** Order: sort, argsort, topk, kthvalue, median, mode. Equals keep their order; NaN is the greatest. */

import { ReduceCode } from '../../../assembly/codes.ts';
import { record, records } from '../../autograd/node.ts';
import { free } from '../../memory/storage.ts';
import type { Aliased, Args } from '../../tensor/args.ts';
import { bool, int64, uint8 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { without, withSize, wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { pointerOf, type Tensor, targetOf } from '../../tensor/tensor.ts';
import { order } from '../../wasm/families/order.generated.ts';
import { unrecorded } from '../composite.ts';
import { contiguous, fullRaw, toDtype } from '../create/copy.ts';
import { arange } from '../create/create.ts';
import { div, mul, sub } from '../elementwise/binary.ts';
import { eq, ne } from '../elementwise/compare.ts';
import { empty, freeCast, inOrderOf, zerosOf } from '../make.ts';
import { refuseDtype } from '../promote.ts';
import { argmax, type ValuesIndices, valuesIndices } from '../reduce/extremes.ts';
import { sum } from '../reduce/reduce.ts';
import { scanRaw } from '../reduce/scan.ts';
import { cat } from '../view/join.ts';
import { narrow } from '../view/slice.ts';
import { detach, reshape } from '../view/view.ts';
import { gather, scatterAdd, splitAround } from './gather.ts';

/** Values and where they came from: destructures as `[values, indices]` and `{ values, indices }`. */
export type Sorted = ValuesIndices & [Tensor, Tensor];

/** Sorted values and int64 positions along d, unrecorded; both are the caller's. */
function sortRaw(x: Tensor, d: number, descending: boolean): [values: Tensor, indices: Tensor] {
  const bare = detach(x);
  const source = contiguous(bare);
  const values = empty(x.dims, x.dtype);
  const indices = empty(x.dims, int64);
  const [outer, n, inner] = x.dims.length === 0 ? [1, 1, 1] : splitAround(x.dims, d);
  if (x.count > 0) {
    const work = empty([8192 + 32 * n], uint8);
    order.sort(
      x.dtype.code,
      targetOf(values),
      targetOf(indices),
      pointerOf(source),
      outer,
      n,
      inner,
      Number(descending),
      targetOf(work),
    );
    free(work.storage);
  }
  freeCast(source, bare);
  return [values, indices];
}

/** A kernel that selects: topk or kth. */
type Select = (
  values: number,
  indices: number,
  a: number,
  outer: number,
  n: number,
  inner: number,
  work: number,
) => void;

/** k values of each row along d and their int64 positions, unrecorded; `records` is how many the kernel works on. */
function selectRaw(x: Tensor, d: number, k: number, records: number, run: Select): [Tensor, Tensor] {
  const bare = detach(x);
  const source = contiguous(bare);
  const scalar = x.dims.length === 0;
  const dims = scalar ? [] : withSize(x.dims, d, k);
  const values = empty(dims, x.dtype);
  const indices = empty(dims, int64);
  const [outer, n, inner] = scalar ? [1, 1, 1] : splitAround(x.dims, d);
  if (values.count > 0) {
    const work = empty([16 * records], uint8);
    run(targetOf(values), targetOf(indices), pointerOf(source), outer, n, inner, targetOf(work));
    free(work.storage);
  }
  freeCast(source, bare);
  return [values, indices];
}

/** The k-th of each row, counted from 0, as kthvalue finds it or as median does. */
function kthRaw(x: Tensor, d: number, k: number, median: boolean): [Tensor, Tensor] {
  const { code } = x.dtype;
  return selectRaw(x, d, 1, x.dims[d] ?? 1, (values, indices, a, outer, n, inner, work) =>
    order.kth(code, values, indices, a, outer, n, inner, k, Number(median), work),
  );
}

/**
 * Makes values, which stand at `indices` of x along d, the recorded output of `name`. Without keepdim both lose the
 * dimension, which then has size 1.
 */
function selected(name: string, x: Tensor, d: number, found: readonly [Tensor, Tensor], keepdim = true): Sorted {
  const [values, indices] = found.map((y) => (keepdim || y.dims.length === 0 ? y : reshape(y, without(y.dims, d)))) as [
    Tensor,
    Tensor,
  ];
  if (records(x)) {
    const { dims } = x;
    record(values, `${name[0].toUpperCase()}${name.slice(1)}`, [x], [found[1]], (g, [at]) => [
      scatterAdd(zerosOf(dims, g.dtype), d, at, reshape(g, at.dims)),
    ]);
  }
  return valuesIndices(name.replace(/Backward\d$/, ''), values, indices);
}

/** What `sort` takes, named. */
export interface SortOptions {
  dim?: number;
  descending?: boolean;
  /** Equals always keep their order; accepted for the sake of pasted programs. */
  stable?: boolean;
}

/** `sort` and `argsort`. */
export type SortOp<R> = {
  (input: Tensor, dim?: number, descending?: boolean, stable?: boolean): R;
  (input: Tensor, options: Aliased<SortOptions>): R;
  (input: Tensor, dim: number, options: Omit<SortOptions, 'dim'>): R;
};

/**
 * The elements in order along `dim`, and where they were.
 *
 * @param dim - Default -1.
 * @param descending - Default false. NaN is greater than any number; equals keep their order.
 * @returns `{ values, indices }`, which also destructures as `[values, indices]`; int64 indices.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { values, indices } = torch.tensor([3, 1, 2]).sort();
 * console.log(values, indices); // => tensor([1., 2., 3.]) tensor([1, 2, 0])
 * ```
 */
export const sort: SortOp<Sorted> = operation<SortOp<Sorted>>(
  'sort(input: Tensor, dim: int = -1, descending: bool = false, stable: bool? = null)',
  (input: Tensor, dim: number, descending: boolean, stable: boolean | null) => {
    const d = wrapDim(dim, input.dims.length);
    const [values, indices] = sortRaw(input, d, descending);
    const found = [inOrderOf(input, values), inOrderOf(input, indices)] as const;
    return selected(stable === null ? 'sortBackward0' : 'sortBackward1', input, d, found);
  },
);

/**
 * The positions along `dim` that would put the elements in order, int64.
 *
 * @param dim - Default -1.
 * @param descending - Default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([3, 1, 2]).argsort()); // => tensor([1, 2, 0])
 * ```
 */
export const argsort: SortOp<Tensor> = operation<SortOp<Tensor>>(
  'argsort(input: Tensor, dim: int = -1, descending: bool = false, stable: bool = false)',
  (input: Tensor, dim: number, descending: boolean) => {
    const [values, indices] = sortRaw(input, wrapDim(dim, input.dims.length), descending);
    free(values.storage);
    return inOrderOf(input, indices);
  },
);

/** `topk`. */
export type TopkOp = {
  (
    input: Tensor,
    ...args: Args<'k dim largest sorted', [k: number, dim?: number, largest?: boolean, sorted?: boolean]>
  ): Sorted;
};

/**
 * The k largest (or smallest) elements along `dim`, and where they are. NaN is the largest. Of equals it takes those
 * that PyTorch takes.
 *
 * @param dim - Default -1.
 * @param largest - Default true.
 * @param sorted - Whether in order; default true.
 * @throws RangeError when there are fewer than k; TypeError for bool.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [values, indices] = torch.tensor([3, 1, 2]).topk(2);
 * console.log(values, indices); // => tensor([3., 2.]) tensor([0, 2])
 * ```
 */
export const topk: TopkOp = operation<TopkOp>(
  'topk(input: Tensor, k: int, dim: int = -1, largest: bool = true, sorted: bool = true)',
  (input: Tensor, k: number, dim: number, largest: boolean, sorted: boolean) => {
    if (input.dtype === bool) refuseDtype('topk', bool);
    const d = wrapDim(dim, input.dims.length);
    const size = input.dims[d] ?? 1;
    if (k < 0 || k > size) {
      throw new RangeError(`selected index k out of range: k is ${k}, dimension ${d} has size ${size}`);
    }
    const { code } = input.dtype;
    // Of a long row a piece of 128 is looked at a time.
    const records = 64 * k <= size ? k + 128 : size;
    // Of a number PyTorch gives the number, even where k is 0.
    const taken = input.dims.length === 0 ? 1 : k;
    const found = selectRaw(input, d, taken, records, (values, indices, a, outer, n, inner, work) =>
      order.topk(code, values, indices, a, outer, n, inner, taken, Number(largest), Number(sorted), work),
    );
    return selected('topkBackward0', input, d, found);
  },
);

/** Gathers from sorted values and indices at `where`, whose dimension d has size 1; frees them. */
function pick([values, indices]: readonly [Tensor, Tensor], d: number, at: Tensor): [Tensor, Tensor] {
  const found: [Tensor, Tensor] = [gather(values, d, at), gather(indices, d, at)];
  free(values.storage);
  free(indices.storage);
  return found;
}

function checkFilled(name: string, x: Tensor, d: number): void {
  if (x.dims.length > 0 && x.dims[d] === 0) {
    throw new RangeError(`${name}(): Expected reduction dim ${d} to have non-zero size.`);
  }
}

/**
 * The k-th smallest element along `dim`, counted from 1, and where it is.
 *
 * @param dim - Default -1.
 * @param keepdim - Default false.
 * @throws RangeError for a k outside 1 … size; TypeError for bool.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([5, 1, 3]).kthvalue(2).values); // => tensor(3.)
 * ```
 */
export const kthvalue = operation(
  'kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = false)',
  (input, k, dim, keepdim): Sorted => {
    // PyTorch gives a bool without dimensions back.
    if (input.dtype === bool && input.dims.length > 0) refuseDtype('kthvalue', bool);
    const d = wrapDim(dim, input.dims.length);
    checkFilled('kthvalue', input, d);
    const size = input.dims[d] ?? 1;
    if (k < 1 || k > size) {
      throw new RangeError(
        `kthvalue(): selected number k out of range for dimension ${d}: k is ${k}, the size ${size}`,
      );
    }
    return selected('kthvalueBackward0', input, d, kthRaw(input, d, k - 1, false), keepdim);
  },
);

/** Sorts, picks one of each row by `choose`, and makes that the recorded output. */
function reduceBy(
  name: string,
  x: Tensor,
  d: number,
  keepdim: boolean,
  choose: (sorted: [Tensor, Tensor]) => [Tensor, Tensor],
): Sorted {
  let pair: readonly Tensor[] = [];
  scope(() => {
    pair = choose(sortRaw(x, d, false));
    return pair;
  });
  return selected(name, x, d, pair as [Tensor, Tensor], keepdim);
}

/** `median` and `mode` along a dimension. */
export type MedianOp = {
  (input: Tensor): Tensor;
  (input: Tensor, dim: number, keepdim?: boolean): Sorted;
  (input: Tensor, options: { dim: number; keepdim?: boolean }): Sorted;
};

/** The middle of so many, the lower of two. */
const middle = (size: number): number => Math.floor((size - 1) / 2);

/**
 * The median of all elements; along a dimension, the medians and where they are. Of an even number, the lower one.
 *
 * @param dim - Gives `{ values, indices }`, which also destructures as `[values, indices]`.
 * @param keepdim - Default false.
 * @throws RangeError for a dimension of size 0.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([5, 1, 3, 2]).median()); // => tensor(2.)
 * ```
 */
export const median: MedianOp = operation<MedianOp>(
  'median(input: Tensor, dim: int? = null, keepdim: bool = false)',
  (input: Tensor, dim: number | null, keepdim: boolean) => {
    if (input.dtype === bool) refuseDtype('median_cpu', bool);
    if (dim !== undefined && dim !== null) {
      const d = wrapDim(dim, input.dims.length);
      checkFilled('median', input, d);
      return selected('medianBackward1', input, d, kthRaw(input, d, middle(input.dims[d] ?? 1), true), keepdim);
    }
    const out = unrecorded(() => {
      if (input.count === 0) return fullRaw([], input.dtype, input.dtype.isFloatingPoint ? NaN : 0);
      const flat = reshape(input, [input.count]);
      return reshape(kthRaw(flat, 0, middle(flat.count), true)[0], []);
    });
    if (records(input)) {
      record(out, 'MedianBackward0', [input], [input, out], (g, [x, y]) => {
        const [a, m] = [detach(x), detach(y)];
        const ties = toDtype(Number.isNaN(m.item()) ? ne(a, a) : eq(a, m), x.dtype);
        return [mul(div(g, sum(ties)), ties)];
      });
    }
    return out;
  },
);

/**
 * The most frequent value along `dim` (of equally frequent ones the smallest), and where it stands last.
 *
 * @param dim - Default -1.
 * @param keepdim - Default false.
 * @throws RangeError for a dimension of size 0.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [values, indices] = torch.tensor([3, 1, 1, 3, 0]).mode();
 * console.log(values, indices); // => tensor(1.) tensor(2)
 * ```
 */
export const mode = operation(
  'mode(input: Tensor, dim: int = -1, keepdim: bool = false)',
  (input, dim, keepdim): Sorted => {
    const d = wrapDim(dim, input.dims.length);
    checkFilled('mode', input, d);
    return reduceBy('modeBackward0', input, d, keepdim, (pair) => {
      const at = unrecorded(() => {
        if (input.dims.length === 0) return zerosOf([], int64);
        // How far each element of the sorted row is from the start of its run: the farthest ends the longest run.
        const n = input.dims[d];
        const [values] = pair;
        const starts = ne(narrow(values, d, 1, n - 1), narrow(values, d, 0, n - 1));
        const first = narrow(values, d, 0, 1);
        const place = reshape(
          arange(n),
          input.dims.map((_, i) => (i === d ? n : 1)),
        );
        const begun = scanRaw(ReduceCode.Max, mul(cat([ne(first, first), starts], d), place), d, int64);
        return argmax(sub(place, begun), d, true);
      });
      return pick(pair, d, at);
    });
  },
);
