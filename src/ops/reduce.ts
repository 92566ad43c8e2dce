/** Reductions over all elements or some dimensions. */
import { ArgCode, ReduceCode } from '../../assembly/codes.ts';
import { record, records } from '../autograd/node.ts';
import { free } from '../memory/storage.ts';
import { describe, named } from '../tensor/args.ts';
import { bool, type DType, int64, Kind, uint8 } from '../tensor/dtype.ts';
import { type Dims, wrapDim } from '../tensor/shape.ts';
import { scope } from '../tensor/scope.ts';
import { Tensor } from '../tensor/tensor.ts';
import { div, maximum, minimum, mul, sub } from './binary.ts';
import { eq, logicalAnd, logicalOr, ne } from './compare.ts';
import { clone, contiguous, toDtype, where } from './copy.ts';
import { castRaw, checkTensor, empty, freeCast, zerosOf } from './define.ts';
import { gather, scatterAdd } from './gather.ts';
import { cat } from './join.ts';
import { launchCopy, launchReduce } from './launch.ts';
import { expand, permute, reshape, squeeze, unsqueeze } from './view.ts';

/** One dimension, several, or (null) all. */
export type DimArg = number | readonly number[] | null;

/** What a reduction over dimensions takes, named. */
export interface ReduceOptions {
  dim?: DimArg;
  keepdim?: boolean;
  dtype?: DType;
}

/** A reduction over dimensions. */
export type ReduceOp = {
  (input: Tensor, dim?: DimArg, keepdim?: boolean, dtype?: DType): Tensor;
  (input: Tensor, options: ReduceOptions): Tensor;
  (input: Tensor, dim: DimArg, options: Omit<ReduceOptions, 'dim'>): Tensor;
};

/** Which dimensions `dim` names: all of them for null, undefined or an empty list. */
export function mark(dim: DimArg | undefined, rank: number): boolean[] {
  // A 0-dimensional tensor is reduced over its dimension 0, which it does not have.
  const marks = new Array<boolean>(Math.max(rank, 1)).fill(false);
  if (dim === undefined || dim === null || (Array.isArray(dim) && dim.length === 0)) marks.fill(true);
  else {
    for (const d of Array.isArray(dim) ? dim : [dim as number]) {
      const at = wrapDim(d, rank);
      if (marks[at]) throw new RangeError(`dim ${at} appears multiple times in the list of dims`);
      marks[at] = true;
    }
  }
  return marks.slice(0, rank);
}

export function keptDims(dims: Dims, reduced: readonly boolean[], keepdim: boolean): number[] {
  return keepdim ? dims.map((size, d) => (reduced[d] ? 1 : size)) : dims.filter((_, d) => !reduced[d]);
}

/** g with the reduced dimensions back, as size 1 where `keepdim` had dropped them. */
export function restore(g: Tensor, dims: Dims, reduced: readonly boolean[], keepdim: boolean): Tensor {
  return keepdim || dims.length === 0 ? g : reshape(g, keptDims(dims, reduced, true));
}

/** The raw reduction. Empty input gives the neutral element, or throws where there is none. */
export function reduceRaw(code: number, name: string, x: Tensor, reduced: readonly boolean[], keepdim: boolean): Tensor {
  const dims = keptDims(x.dims, reduced, keepdim);
  if (x.count === 0 && code !== ReduceCode.Sum && code !== ReduceCode.Prod) refuseNothing(name, x.dims, reduced);
  const out = empty(dims, x.dtype);
  if (out.count === 0) return out;
  if (x.count === 0) {
    launchCopy(out, code === ReduceCode.Prod ? 1 : 0);
    return out;
  }
  if (!reduced.some(Boolean)) {
    launchCopy(out, x);
    return out;
  }
  reduceInto('reduce', code, out, x, reduced);
  return out;
}

/** Throws where nothing at all would be reduced: an extreme of no elements does not exist. */
function refuseNothing(name: string, dims: Dims, reduced: readonly boolean[]): void {
  if (reduced.every(Boolean)) {
    throw new RangeError(
      `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the ` +
        "'dim' argument.",
    );
  }
  const at = dims.findIndex((size, d) => reduced[d] && size === 0);
  if (at >= 0) throw new RangeError(`${name}(): Expected reduction dim ${at} to have non-zero size.`);
}

function reduceInto(kernel: 'reduce' | 'argReduce', code: number, out: Tensor, x: Tensor, reduced: readonly boolean[]): void {
  if (x.dims.length <= 8) {
    launchReduce(kernel, code, out, x, reduced);
    return;
  }
  // More dimensions than the core walks: bring the reduced ones together last, then there are two.
  const order = [...x.dims.keys()].sort((i, j) => Number(reduced[i]) - Number(reduced[j]) || i - j);
  const flat = contiguous(permute(x, order));
  launchReduce(kernel, code, out, reshape(flat, [out.count, x.count / out.count]), [false, true]);
  if (flat.storage !== x.storage) free(flat.storage);
}

/** Sums of bool and integers are int64. */
function sumType(x: Tensor, dtype: DType | undefined): DType {
  return dtype ?? (x.dtype.kind === Kind.Float ? x.dtype : int64);
}

const REDUCE = ['input', 'dim', 'keepdim', 'dtype'];

/**
 * The sum over all elements, or over dimensions.
 *
 * @param dim - A dimension or several; all without it.
 * @param keepdim - Whether the reduced dimensions stay, with size 1. Default false.
 * @param dtype - Dtype to sum in. Integers and bool sum to int64 by default.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([[1, 2], [3, 4]]);
 * console.log(x.sum(), x.sum(0), x.sum({ dim: 1, keepdim: true }).tolist());
 * // => tensor(10.) tensor([4., 6.]) [ [ 3 ], [ 7 ] ]
 * ```
 */
export const sum: ReduceOp = named('sum', REDUCE, (input: Tensor, dim?: DimArg, keepdim = false, dtype?: DType) => {
  checkTensor(input, 'sum');
  const reduced = mark(dim, input.dims.length);
  const x = castRaw(input, sumType(input, dtype));
  const out = reduceRaw(ReduceCode.Sum, 'sum', x, reduced, keepdim);
  freeCast(x, input);
  if (out.dtype.isFloatingPoint && records(input)) {
    const { dims } = input;
    const name = dim === undefined || dim === null ? 'SumBackward0' : 'SumBackward1';
    record(out, name, [input], null, (g) => [expand(restore(g, dims, reduced, keepdim), dims)]);
  }
  return out;
});

/**
 * The mean over all elements, or over dimensions.
 *
 * @throws TypeError for integers and bool: name a floating-point dtype.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4]]).mean(0)); // => tensor([2., 3.])
 * ```
 */
export const mean: ReduceOp = named('mean', REDUCE, (input: Tensor, dim?: DimArg, keepdim = false, dtype?: DType) => {
  checkTensor(input, 'mean');
  const working = dtype ?? input.dtype;
  if (!working.isFloatingPoint) {
    throw new TypeError(
      'mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. ' +
        `Got: ${working.name}`,
    );
  }
  const reduced = mark(dim, input.dims.length);
  const x = castRaw(input, working);
  const n = x.dims.reduce((count, size, d) => (reduced[d] ? count * size : count), 1);
  const total = reduceRaw(ReduceCode.Sum, 'mean', x, reduced, keepdim);
  freeCast(x, input);
  const out = scope(() => div(total.detach(), n));
  free(total.storage);
  if (records(input)) {
    const { dims } = input;
    const name = dim === undefined || dim === null ? 'MeanBackward0' : 'MeanBackward1';
    record(out, name, [input], null, (g) => [div(expand(restore(g, dims, reduced, keepdim), dims), n)]);
  }
  return out;
});

/** What `prod` and `argmax` take, named. */
export interface OneDimOptions {
  dim?: number | null;
  keepdim?: boolean;
  dtype?: DType;
}

/** A reduction over one dimension or all. */
export type OneDimOp = {
  (input: Tensor, dim?: number | null, keepdim?: boolean, dtype?: DType): Tensor;
  (input: Tensor, options: OneDimOptions): Tensor;
  (input: Tensor, dim: number | null, options: Omit<OneDimOptions, 'dim'>): Tensor;
};

/**
 * The product over all elements, or over one dimension.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4]]).prod(1)); // => tensor([ 2., 12.])
 * ```
 */
export const prod: OneDimOp = named('prod', REDUCE, (input: Tensor, dim?: number | null, keepdim = false, dtype?: DType) => {
  checkTensor(input, 'prod');
  if (Array.isArray(dim)) throw new TypeError(`prod(): argument 'dim' must be int, not ${describe(dim)}`);
  const reduced = mark(dim, input.dims.length);
  const x = castRaw(input, sumType(input, dtype));
  const out = reduceRaw(ReduceCode.Prod, 'prod', x, reduced, keepdim);
  freeCast(x, input);
  if (out.dtype.isFloatingPoint && records(input)) {
    const name = dim === undefined || dim === null ? 'ProdBackward0' : 'ProdBackward1';
    record(out, name, [input], [input, out], (g, [a, y]) => [prodGrad(g, a, y, reduced, keepdim)]);
  }
  return out;
});

/** Product rule: y / a where no factor is 0; otherwise the product of the others, factor by factor. */
function prodGrad(g: Tensor, a: Tensor, y: Tensor, reduced: readonly boolean[], keepdim: boolean): Tensor {
  const full = restore(g, a.dims, reduced, keepdim);
  if (!eq(a, 0).any().item()) return mul(full, div(restore(y, a.dims, reduced, keepdim), a));
  const order = [...a.dims.keys()].sort((i, j) => Number(reduced[i]) - Number(reduced[j]) || i - j);
  const moved = permute(a, order);
  const n = a.dims.reduce((count, size, d) => (reduced[d] ? count * size : count), 1);
  const rows = reshape(moved, [a.count / n, n]);
  const columns = Array.from({ length: n }, (_, j) => rows.narrow(1, j, 1));
  // The product of the factors before each, and of those after it.
  const before: (Tensor | null)[] = [null];
  const after: (Tensor | null)[] = [null];
  for (let j = 1; j < n; j++) {
    before.push(times(before[j - 1] as Tensor | null, columns[j - 1]));
    after.push(times(after[j - 1] as Tensor | null, columns[n - j]));
  }
  const others = columns.map((_, j) => times(before[j] as Tensor | null, after[n - 1 - j] as Tensor | null));
  if (n === 1) return full;
  const joined = cat(others as Tensor[], 1);
  const back = new Array<number>(order.length);
  order.forEach((d, i) => {
    back[d] = i;
  });
  return mul(full, permute(reshape(joined, moved.dims), back));
}

/** a · b, null standing for 1. */
function times(a: Tensor | null, b: Tensor | null): Tensor | null {
  return a === null || b === null ? (a ?? b) : mul(a, b);
}

/** The result of a reduction that also says where: destructures as `[values, indices]` and `{ values, indices }`. */
export interface ValuesIndices extends Iterable<Tensor> {
  readonly values: Tensor;
  /** int64. */
  readonly indices: Tensor;
}

/** A `ValuesIndices` that prints like PyTorch's named tuple. */
export function valuesIndices(name: string, values: Tensor, indices: Tensor): ValuesIndices & [Tensor, Tensor] {
  const pair = [values, indices] as [Tensor, Tensor];
  // An array's own `values` method gives way to PyTorch's field.
  return Object.defineProperties(pair, {
    values: { value: values },
    indices: { value: indices },
    toString: { value: () => `torch.return_types.${name}(\nvalues=${values},\nindices=${indices})` },
  }) as unknown as ValuesIndices & [Tensor, Tensor];
}

/** `max` and `min`: of all elements, over a dimension with positions, or of two tensors elementwise. */
export type ExtremeOp = {
  (input: Tensor): Tensor;
  (input: Tensor, dim: number, keepdim?: boolean): ValuesIndices & [Tensor, Tensor];
  (input: Tensor, options: { dim: number; keepdim?: boolean }): ValuesIndices & [Tensor, Tensor];
  (input: Tensor, other: Tensor): Tensor;
};

function positions(code: number, name: string, x: Tensor, dim: number | null | undefined, keepdim: boolean): Tensor {
  if (name.startsWith('arg') && x.dtype === bool) throw new TypeError(`"${name}" not implemented for 'bool'`);
  const source = dim === undefined || dim === null ? reshape(x.detach(), [x.count]) : x;
  const d = dim === undefined || dim === null ? 0 : wrapDim(dim, x.dims.length);
  const reduced = source.dims.map((_, i) => i === d);
  const dims =
    dim === undefined || dim === null ? (keepdim ? x.dims.map(() => 1) : []) : keptDims(x.dims, reduced, keepdim);
  if (x.count === 0) refuseNothing(name, source.dims, reduced);
  const out = empty(dims, int64);
  if (out.count === 0) return out;
  if (source.dims.length === 0) launchCopy(out, 0);
  else reduceInto('argReduce', code, out, source, reduced);
  if (source.storage !== x.storage) free(source.storage);
  return out;
}

function extreme(name: string, code: number, argCode: number, pick: (a: Tensor, b: Tensor) => Tensor): ExtremeOp {
  const backward = `${name[0].toUpperCase()}${name.slice(1)}Backward`;
  const overall = (x: Tensor): Tensor => {
    const out = reduceRaw(code, name, x, x.dims.map(() => true), false);
    if (records(x)) {
      // Equal extremes share the gradient equally; so do several NaN.
      record(out, `${backward}1`, [x], [x, out], (g, [a, y]) => {
        const same = logicalOr(eq(a, y), logicalAnd(ne(a, a), ne(y, y)));
        const ties = toDtype(same, a.dtype);
        return [mul(ties, div(g, sum(ties)))];
      });
    }
    return out;
  };
  const along = (x: Tensor, dim: number, keepdim: boolean): ValuesIndices & [Tensor, Tensor] => {
    const d = wrapDim(dim, x.dims.length);
    const scalar = x.dims.length === 0;
    const indices = positions(argCode, name, x, d, true);
    const drop = (y: Tensor): Tensor => (keepdim || scalar ? y : squeeze(y, d));
    const values = scalar ? clone(x) : drop(gather(x.detach(), d, indices));
    if (!scalar && records(x)) {
      const { dims } = x;
      record(values, `${backward}0`, [x], [indices], (g, [at]) => [
        scatterAdd(zerosOf(dims, g.dtype), d, at, keepdim ? g : unsqueeze(g, d)),
      ]);
    }
    return valuesIndices(name, values, drop(indices));
  };
  return named(name, ['input', 'dim', 'keepdim'], (input: Tensor, dim?: number | Tensor, keepdim = false) => {
    checkTensor(input, name);
    if (dim === undefined) return overall(input);
    return dim instanceof Tensor ? pick(input, dim) : along(input, dim, keepdim);
  });
}

/**
 * The largest element; along a dimension, the largest elements and where they are; of two tensors, the larger ones.
 *
 * @param dim - Gives `{ values, indices }`, which also destructures as `[values, indices]`; int64 indices, the first of
 *   equals.
 * @throws RangeError for an empty tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [values, indices] = torch.tensor([[1, 5], [7, 2]]).max(1);
 * console.log(values, indices); // => tensor([5., 7.]) tensor([1, 0])
 * ```
 */
export const max: ExtremeOp = extreme('max', ReduceCode.Max, ArgCode.Max, maximum);

/**
 * The smallest element; along a dimension, the smallest elements and where they are; of two tensors, the smaller ones.
 *
 * @param dim - Gives `{ values, indices }`, which also destructures as `[values, indices]`.
 * @throws RangeError for an empty tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([3, 1, 2]).min().item()); // => 1
 * ```
 */
export const min: ExtremeOp = extreme('min', ReduceCode.Min, ArgCode.Min, minimum);

/**
 * Where the largest element is, int64: in the flattened tensor, or along a dimension. The first of equals.
 *
 * @throws RangeError for an empty tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 5], [7, 2]]).argmax(1)); // => tensor([1, 0])
 * ```
 */
export const argmax: OneDimOp = named('argmax', REDUCE, (input: Tensor, dim?: number | null, keepdim = false) => {
  checkTensor(input, 'argmax');
  return positions(ArgCode.Max, 'argmax', input, dim, keepdim);
});

/**
 * Where the smallest element is, int64: in the flattened tensor, or along a dimension. The first of equals.
 *
 * @throws RangeError for an empty tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([3, 1, 2]).argmin()); // => tensor(1)
 * ```
 */
export const argmin: OneDimOp = named('argmin', REDUCE, (input: Tensor, dim?: number | null, keepdim = false) => {
  checkTensor(input, 'argmin');
  return positions(ArgCode.Min, 'argmin', input, dim, keepdim);
});

function truth(name: string, code: number): ReduceOp {
  return named(name, ['input', 'dim', 'keepdim'], (input: Tensor, dim?: DimArg, keepdim = false) => {
    checkTensor(input, name);
    const reduced = mark(dim, input.dims.length);
    const x = castRaw(input, bool);
    // Of nothing, any is false and all is true: the neutral elements of or and and.
    const out =
      x.count === 0
        ? castRaw(reduceRaw(code === ReduceCode.Max ? ReduceCode.Sum : ReduceCode.Prod, name, x, reduced, keepdim), bool)
        : reduceRaw(code, name, x, reduced, keepdim);
    freeCast(x, input);
    // PyTorch's answer to bytes is a byte.
    if (input.dtype !== uint8) return out;
    const byte = castRaw(out, uint8);
    free(out.storage);
    return byte;
  });
}

/**
 * Whether any element is not zero, of all or along dimensions.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).any()); // => tensor(True)
 * ```
 */
export const any: ReduceOp = truth('any', ReduceCode.Max);

/**
 * Whether every element is not zero, of all or along dimensions.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).all()); // => tensor(False)
 * ```
 */
export const all: ReduceOp = truth('all', ReduceCode.Min);

/** What `std` and `var` take, named. */
export interface VarOptions {
  dim?: DimArg;
  /** Subtracted from the count; 1 (the default) makes the estimate unbiased, 0 gives the population's. */
  correction?: number;
  keepdim?: boolean;
  unbiased?: boolean;
}

/** `std` and `var`. */
export type VarOp = {
  (input: Tensor, dim?: DimArg, options?: Omit<VarOptions, 'dim'>): Tensor;
  (input: Tensor, options: VarOptions): Tensor;
};

function variance(name: string, root: boolean): VarOp {
  return named(
    name,
    ['input', 'dim', 'correction', 'keepdim', 'unbiased'],
    (input: Tensor, dim?: DimArg, correction = 1, keepdim = false, unbiased?: boolean) => {
      checkTensor(input, name);
      if (!input.dtype.isFloatingPoint) {
        throw new TypeError(`${name}: only support floating point and complex dtypes, got ${input.dtype}`);
      }
      const reduced = mark(dim, input.dims.length);
      const n = input.dims.reduce((count, size, d) => (reduced[d] ? count * size : count), 1);
      const ddof = unbiased === undefined ? correction : Number(unbiased);
      const degrees = Math.max(0, n - ddof);
      const x = input.detach();
      const out = scope(() => {
        const dims = [...reduced.keys()].filter((d) => reduced[d]);
        const centred = sub(x, mean(x, dims, true));
        const v = div(sum(mul(centred, centred), dims, keepdim), degrees);
        return root ? v.sqrt() : v;
      });
      if (records(input)) {
        const { dims } = input;
        const marked = [...reduced.keys()].filter((d) => reduced[d]);
        record(out, root ? 'StdBackward0' : 'VarBackward0', [input], [input, out], (g, [a, y]) => {
          // d var / dx = 2 (x - mean) / (n - correction), and d std = d var / (2 std).
          const outer = root ? where(eq(y, 0), 0, div(g, mul(y, degrees))) : mul(g, 2 / degrees);
          return [mul(restore(outer, dims, reduced, keepdim), sub(a, mean(a, marked, true)))];
        });
      }
      return out;
    },
  );
}

/**
 * The variance, over all elements or dimensions: Σ (x - mean)² / (n - correction).
 *
 * @param options - `dim`, `correction` (default 1), `keepdim`.
 * @throws TypeError for dtypes that are not floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3, 4]).var()); // => tensor(1.6667)
 * ```
 */
export const var_: VarOp = variance('var', false);

/**
 * The standard deviation, the root of `var`.
 *
 * @param options - `dim`, `correction` (default 1), `keepdim`.
 * @throws TypeError for dtypes that are not floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3, 4]).std({ correction: 0 })); // => tensor(1.1180)
 * ```
 */
export const std: VarOp = variance('std', true);
