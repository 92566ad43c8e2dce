/** Picking elements and rows by integer tensors, and writing them back. */

import { by, makeNode, notImplemented, record, records, type Vjp } from '../../autograd/node.ts';
import { free } from '../../memory/storage.ts';
import { type DType, int32, int64, Kind } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { countOf, isContiguous, showDims, withSize, wrapDim } from '../../tensor/shape.ts';
import { again, operation } from '../../tensor/signature.ts';
import { tell } from '../../tensor/tell.ts';
import { pointerOf, Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { DESCRIPTOR_WORD, i32 } from '../../wasm/heap.ts';
import { beginIndexed, finishInplace } from '../inplace.ts';
import { launchCopy, putScalar } from '../launch.ts';
import { castRaw, contiguousRaw, copyRaw, empty, freeCast, zerosOf } from '../make.ts';
import { checkTensor, type Operand } from '../promote.ts';
import { held, isScalar } from '../scalar.ts';
import { unbind } from '../view/shape.ts';
import { narrow } from '../view/slice.ts';
import { detach, reshape, transpose, view } from '../view/view.ts';

import { reduction, type ScatterOp, scatterReduced } from './scatter-reduce.ts';

/**
 * The integers in a place where PyTorch demands an integer tensor: int64 as they are, those of the other dtypes that it
 * takes there cast, floats only if all are whole. Always contiguous.
 *
 * @throws TypeError for another dtype, and for a float that is not a whole number, naming it.
 */
export function wholeNumbers(
  x: Tensor,
  operation: string,
  argument: string,
  others: readonly DType[] = [int32],
): Tensor {
  if (x.dtype === int64 && x.dense) return x;
  if (tell !== null)
    return again((y: Tensor) => wholeNumbers(y, operation, argument, others), [x], 'long(input: Tensor)');
  if (x.dtype.kind !== Kind.Float && x.dtype !== int64 && !others.includes(x.dtype)) {
    const taken = [int64, ...others].join(' or ');
    throw new TypeError(`${operation}(): ${argument} must hold integers (${taken}), got ${x.dtype}: long() converts`);
  }
  const out = empty(x.dims, int64);
  launchCopy(out, x);
  if (x.dtype.kind === Kind.Float) {
    const values = x.toTypedArray() as Float32Array;
    const bad = values.findIndex((value) => !Number.isInteger(value));
    if (bad >= 0) {
      free(out.storage);
      throw new TypeError(
        `${operation}(): ${argument} must hold whole numbers (torch.int64), got ${values[bad]} at position ${bad} ` +
          `of a ${x.dtype} tensor`,
      );
    }
  }
  return out;
}

/** The index that `gather` and `scatter` take: one of nothing may have any dtype, and any shape. */
const elementsAt = (index: Tensor, operation: string): Tensor =>
  index.count === 0 ? empty(index.dims, int64) : wholeNumbers(index, operation, 'index');

/** Throws unless every index is in 0 … size - 1 (or, with `wrap`, counts from the end: rewritten in place). */
export function checkBounds(index: Tensor, size: number, wrap: boolean, message: (bad: number) => string): void {
  if (index.count === 0) return;
  const bad = core.checkIndices((wrap ? targetOf : pointerOf)(index), index.count, size, Number(wrap));
  if (bad >= 0) throw new RangeError(message(Number((index.toTypedArray() as BigInt64Array)[bad])));
}

/** The only element, as it is. */
export function first(x: Tensor): number | bigint {
  return (x.toTypedArray() as ArrayLike<number | bigint>)[0];
}

/** Whether every index is in 0 … size - 1. */
export function within(index: Tensor, size: number): boolean {
  return index.count === 0 || core.checkIndices(pointerOf(index), index.count, size, 0) < 0;
}

/** [outer, size, inner] around a dimension. */
export function splitAround(dims: readonly number[], d: number): [outer: number, size: number, inner: number] {
  let outer = 1;
  let inner = 1;
  for (let i = 0; i < d; i++) outer *= dims[i];
  for (let i = d + 1; i < dims.length; i++) inner *= dims[i];
  return [outer, dims[d], inner];
}

function checkIndexShape(name: string, index: Tensor, dims: readonly number[], d: number): void {
  // One number counts as a list of one.
  if (Math.max(index.dims.length, 1) !== Math.max(dims.length, 1)) {
    throw new RangeError(
      `${name}(): Index tensor must have the same number of dimensions as input tensor and src, ` +
        `got ${index.dims.length} and ${dims.length}`,
    );
  }
  index.dims.forEach((size, i) => {
    if (i !== d && size > dims[i]) {
      throw new RangeError(
        `Size does not match at dimension ${i} expected index ${showDims(index.dims)} to be no larger than self ` +
          `${showDims(dims)} apart from dimension ${d}`,
      );
    }
  });
}

/** x cut to index's sizes in every dimension but d, as the kernels want it. */
function cut(x: Tensor, index: Tensor, d: number): Tensor {
  let y = detach(x);
  index.dims.forEach((size, i) => {
    if (i !== d && i < y.dims.length && size !== y.dims[i]) y = narrow(y, i, 0, size);
  });
  return y;
}

/**
 * out[i][j][k] = input[i][index[i][j][k]][k] for dim = 1: picks along `dim`.
 *
 * @param index - int64, as many dimensions as input.
 * @throws RangeError for an index out of range or a shape that does not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([[1, 2], [3, 4]]);
 * console.log(x.gather(1, torch.tensor([[1], [0]])).tolist()); // => [ [ 2 ], [ 3 ] ]
 * ```
 */
export const gather = operation('gather(input: Tensor, dim: int, index: Tensor)', (input, dim, index): Tensor => {
  checkTensor(index, 'gather', 'index');
  const d = wrapDim(dim, input.dims.length);
  if (index.count > 0) checkIndexShape('gather', index, input.dims, d);
  return scope(() => {
    const at = elementsAt(index, 'gather');
    const size = input.dims.length === 0 ? 1 : input.dims[d];
    checkBounds(at, size, false, (bad) => `index ${bad} is out of bounds for dimension ${d} with size ${size}`);
    const out = empty(at.dims, input.dtype);
    if (out.count > 0) {
      const source = contiguousRaw(cut(input, at, d));
      const [outer, n, inner] = at.dims.length === 0 ? [1, 1, 1] : splitAround(at.dims, d);
      core.gather(input.dtype.shift, targetOf(out), pointerOf(source), pointerOf(at), outer, n, inner, size);
    }
    if (records(input)) {
      record(out, 'GatherBackward0', [input], [input, at, index], (g, [{ dims }, where]) => [
        where.count === 0 ? zerosOf(dims, g.dtype) : scatterAdd(zerosOf(dims, g.dtype), d, where, g),
      ]);
    }
    return out;
  });
});

/** The shared part of scatter and scatterAdd: a copy of input, written at index along dim. */
function scatterInto(out: Tensor, d: number, index: Tensor, source: Tensor | number | bigint, adds: boolean): void {
  const size = out.dims.length === 0 ? 1 : out.dims[d];
  if (index.count === 0) return;
  const whole = index.dims.every((n, i) => i === d || n === out.dims[i]);
  // Writing into a part of the rows: scatter into that part alone, then copy it back.
  const part = whole ? out : cut(out, index, d);
  const target = contiguousRaw(part);
  const values = source instanceof Tensor ? cut(source, index, -1) : source;
  const dense = values instanceof Tensor ? contiguousRaw(castRaw(values, out.dtype)) : values;
  const [outer, n, inner] = index.dims.length === 0 ? [1, 1, 1] : splitAround(index.dims, d);
  const po = targetOf(target);
  const pi = pointerOf(index);
  const ps = dense instanceof Tensor ? pointerOf(dense) : putScalar(dense, out.dtype);
  if (adds) core.scatterAdd(out.dtype.code, po, pi, ps, outer, n, inner, size);
  else core.scatter(out.dtype.shift, po, pi, ps, outer, n, inner, size, dense instanceof Tensor ? 1 : 0);
  if (target !== part || !whole) launchCopy(part, target);
}

/** Throws unless `source` can be written into `self` at `index`; returns the dimension. */
function checkScatter(name: string, self: Tensor, dim: number, index: Tensor, source: unknown): number {
  checkTensor(self, name);
  checkTensor(index, name, 'index');
  if (!isScalar(source)) checkTensor(source, name, 'src');
  const d = wrapDim(dim, self.dims.length);
  if (source instanceof Tensor && source.dtype !== self.dtype) {
    throw new TypeError(
      `${name}(): Expected self.dtype to be equal to src.dtype, got ${self.dtype} and ${source.dtype}`,
    );
  }
  if (index.count === 0) return d;
  checkIndexShape(name, index, self.dims, d);
  if (source instanceof Tensor) checkIndexShape(name, index, source.dims, -1);
  return d;
}

/** The index as the kernels want it, within bounds. */
function scatterIndex(name: string, self: Tensor, d: number, index: Tensor): Tensor {
  const at = elementsAt(index, name);
  const size = self.dims.length === 0 ? 1 : self.dims[d];
  checkBounds(at, size, false, (bad) => `index ${bad} is out of bounds for dimension ${d} with size ${size}`);
  return at;
}

/**
 * A copy of input with `source` written along `dim` where `index` says; the inverse of `gather`.
 *
 * @param source - A tensor at least as large as index, or one number.
 * @param options - `reduce`: 'add' or 'multiply' into what is there, without a derivative.
 * @throws RangeError for an index out of range, shapes that do not fit or a number that the dtype cannot hold; TypeError
 *   for a source of another dtype.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.zeros(1, 3).scatter(1, torch.tensor([[2]]), 5).tolist()); // => [ [ 0, 0, 5 ] ]
 * ```
 */
export const scatter: ScatterOp = scatterBy('scatter', false);

/** `scatter` or `scatter_`. */
function scatterBy(name: string, inPlace: boolean): ScatterOp {
  return operation<ScatterOp>(
    `${name}(input: Tensor, dim: int, index: Tensor, src|value: operand, reduce: str? = null)`,
    (self: Tensor, dim: number, index: Tensor, given: Operand, mode: unknown): Tensor => {
      const reduce = reduction(name, mode);
      const d = checkScatter(name, self, dim, index, given);
      const source = given instanceof Tensor ? given : held(self.dtype, given);
      return scope(() => {
        const at = scatterIndex(name, self, d, index);
        const inputs = [self, source] as const;
        const [backward, saved, vjp] =
          reduce === null
            ? ([
                source instanceof Tensor ? 'ScatterBackward0' : 'ScatterBackward1',
                [at, index] as [Tensor, Tensor],
                scatterVjp(d, source),
              ] as const)
            : (['NotImplemented', null, notImplemented('scatter with { reduce }, unlike scatterAdd,')] as const);
        if (!inPlace) {
          const out = reduce === null ? copyRaw(self) : scatterReduced(self, d, at, source, reduce);
          if (reduce === null) scatterInto(out, d, at, source, false);
          if (records(self, source)) record(out, backward, inputs, saved, vjp as Vjp<[Tensor, Tensor]>);
          return out;
        }
        const node = beginIndexed(self, name, source, index)
          ? makeNode(self, backward, inputs, saved, vjp as Vjp<[Tensor, Tensor]>)
          : null;
        if (reduce === null) scatterInto(self, d, at, source, false);
        else launchCopy(self, scatterReduced(self, d, at, source, reduce));
        finishInplace(self, node);
        return self;
      });
    },
  );
}

function scatterVjp(d: number, source: unknown): Vjp<[Tensor, Tensor]> {
  return (g, [where], node) => [
    node.needs(0) ? scatter(g, d, where, 0) : null,
    node.needs(1) ? fitTo(gather(g, d, where), source as Tensor) : null,
  ];
}

/** The gradient of a source that is larger than the index: zeros beyond. */
function fitTo(g: Tensor, source: Tensor): Tensor {
  let out = g.dims.length === source.dims.length ? g : reshape(g, source.dims.length === 0 ? [] : [1]);
  source.dims.forEach((size, i) => {
    if (size !== out.dims[i]) {
      const whole = zerosOf(withSize(out.dims, i, size), g.dtype);
      launchCopy(narrow(whole, i, 0, out.dims[i]), out);
      out = whole;
    }
  });
  return out;
}

/**
 * A copy of input with `source` added along `dim` where `index` says; equal indices add up.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const out = torch.zeros(2).scatterAdd(0, torch.tensor([1, 1]), torch.tensor([3, 4]));
 * console.log(out); // => tensor([0., 7.])
 * ```
 */
export const scatterAdd = operation(
  'scatterAdd(input: Tensor, dim: int, index: Tensor, src: Tensor)',
  (input, dim, index, source): Tensor => {
    checkTensor(source, 'scatterAdd', 'src');
    const d = checkScatter('scatterAdd', input, dim, index, source);
    return scope(() => {
      const at = scatterIndex('scatterAdd', input, d, index);
      const out = copyRaw(input);
      scatterInto(out, d, at, source, true);
      if (records(input, source)) {
        record(
          out,
          'ScatterAddBackward0',
          [input, source],
          [at, index],
          (g, [where], node) => [g, node.needs(1) ? fitTo(gather(g, d, where), source) : null],
          [by(1), by(1)],
        );
      }
      return out;
    });
  },
);

/** In-place `scatter`. */
export const scatter_: ScatterOp = scatterBy('scatter_', true);

/**
 * Rows (or, along another dimension, columns …) of input in the order that `index` gives.
 *
 * @param index - int64, one dimension.
 * @throws RangeError for an index out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([[1, 2], [3, 4]]);
 * console.log(x.indexSelect(0, torch.tensor([1, 1])).tolist()); // => [ [ 3, 4 ], [ 3, 4 ] ]
 * ```
 */
export const indexSelect = operation(
  'indexSelect(input: Tensor, dim: int, index: Tensor)',
  (input, dim, index): Tensor => {
    checkTensor(index, 'indexSelect', 'index');
    if (index.dims.length > 1) throw new RangeError('indexSelect(): Index is supposed to be a vector');
    const d = wrapDim(dim, input.dims.length);
    if (input.dims.length === 0 && index.count !== 1) {
      throw new RangeError(`indexSelect(): Index to scalar can have only 1 value, got ${index.count} value(s)`);
    }
    return scope(() => {
      const at = wholeNumbers(index, 'indexSelect', 'index');
      const list = input.dims.length === 0 ? view(at, []) : view(at, [at.count]);
      const size = input.dims[d] ?? 1;
      checkBounds(list, size, false, (bad) => `index ${bad} is out of bounds for dimension ${d} with size ${size}`);
      const taken = takeRows(transpose(detach(input), 0, d), list, 'IndexSelectBackward0');
      // A copy even where it would be row-major already: a view of what is not recorded would lose later writes.
      const result = d === 0 ? taken : copyRaw(transpose(taken, 0, d));
      if (records(input)) {
        const { dims } = input;
        record(result, 'IndexSelectBackward0', [input], [list, index], (g, [rows]) => [
          transpose(addRows(transpose(g, 0, d), rows, swapped(dims, d)), 0, d),
        ]);
      }
      return result;
    });
  },
);

/** Sizes with the first and the d-th exchanged. */
function swapped(dims: readonly number[], d: number): number[] {
  const out = [...dims];
  if (out.length > 0) [out[0], out[d]] = [out[d], out[0]];
  return out;
}

/** Rows of x along dimension 0, one for each element of `index`: shape index.dims + x.dims[1:]. */
export function takeRows(x: Tensor, index: Tensor, name: string): Tensor {
  const size = x.dims[0] ?? 1;
  checkBounds(index, size, false, (bad) => `index ${bad} is out of bounds for dimension 0 with size ${size}`);
  return rowsAt(x, index, name);
}

/** `takeRows` of an index that is known to lie within bounds. */
export function rowsAt(x: Tensor, index: Tensor, name: string): Tensor {
  const source = contiguousRaw(x);
  const out = empty([...index.dims, ...x.dims.slice(1)], x.dtype);
  const row = countOf(x.dims.slice(1));
  if (out.count > 0) {
    core.takeRows(targetOf(out), pointerOf(source), pointerOf(index), index.count, row << x.dtype.shift);
  }
  freeCast(source, x);
  if (records(x)) {
    const { dims } = x;
    record(out, name, [x], [index], (g, [at]) => [addRows(g, at, dims)]);
  }
  return out;
}

/** Zeros of `dims` with the rows of g added where `index` says: the derivative of `takeRows`. */
export function addRows(g: Tensor, index: Tensor, dims: readonly number[]): Tensor {
  const out = zerosOf(dims, g.dtype);
  const source = contiguousRaw(g);
  if (g.count > 0) {
    const row = countOf(dims.slice(1));
    core.addRows(g.dtype.code, targetOf(out), pointerOf(index), index.count, pointerOf(source), row);
  }
  freeCast(source, g);
  if (records(g)) {
    record(out, 'IndexPutBackward0', [g], [index], (gg, [at]) => [takeRows(gg, at, 'IndexBackward0')]);
  }
  return out;
}

/** `nonzero`. */
export type NonzeroOp = {
  (input: Tensor, options?: { asTuple?: false }): Tensor;
  (input: Tensor, options: { asTuple: true }): Tensor[];
};

/**
 * The positions of the elements that are not zero: int64, a row for each, a column for each dimension.
 *
 * @param options - `asTuple`: the columns apart, as `at` takes them; one number counts as a list of one.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 3, 4]).nonzero().tolist()); // => [ [ 1 ], [ 2 ] ]
 * ```
 */
export const nonzero: NonzeroOp = operation<NonzeroOp>(
  'nonzero(input: Tensor, asTuple: bool = false)',
  (input: Tensor, asTuple: boolean) => {
    if (!asTuple) return positionsOf(input);
    const found = positionsOf(input.dims.length === 0 ? reshape(input, [1]) : input);
    return found.dims.length === 0 ? [] : [...unbind(found, 1)];
  },
) as NonzeroOp;

function positionsOf(input: Tensor): Tensor {
  const rank = input.dims.length;
  const source = contiguousRaw(input);
  const { code } = source.dtype;
  const { count } = source;
  const found = core.nonzero(code, pointerOf(source), count, 0);
  const columns = empty([rank, found], int64, 'nonzero');
  if (columns.count > 0) {
    const to = targetOf(columns);
    core.nonzero(code, pointerOf(source), count, to + 8 * found * (rank - 1));
    if (rank > 1) {
      i32().set([rank, ...input.dims], DESCRIPTOR_WORD);
      core.unravel(to, found);
    }
  }
  freeCast(source, input);
  // Column by column, as PyTorch lays it out.
  const dims = [found, rank];
  const strides = [1, found];
  return new Tensor(columns.storage, 0, dims, strides, int64, isContiguous(dims, strides));
}

/** The positions in the flattened mask of what is true, ascending: int64 in one dimension. */
export function flatNonzero(mask: Tensor): Tensor {
  return positionsOf(reshape(mask, [mask.count]));
}
