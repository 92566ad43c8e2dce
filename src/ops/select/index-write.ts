/** Writing by index or mask, into a copy or (with an underscore) in place: rows, whole slices, masked elements. */
import { ALWAYS, by } from '../../autograd/node.ts';
import { bool, type DType, int32 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { countOf, type Dims, sameDims, showDims, without, wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { pointerOf, Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { composite } from '../composite.ts';
import { cloneRowMajor, contiguous, fullRaw, toDtype, where } from '../create/copy.ts';
import type { NamedOp } from '../define.ts';
import { mul } from '../elementwise/binary.ts';
import { beginComputed, beginIndexed } from '../inplace.ts';
import { copyRaw, inOrderOf, zerosOf } from '../make.ts';
import { checkTensor, type Operand } from '../promote.ts';
import { sum } from '../reduce/reduce.ts';
import { held, isScalar, type Scalar, toNumber } from '../scalar.ts';
import { detach, expand, reshape, transpose } from '../view/view.ts';
import { inPlaceOf, writeBack } from '../write-back.ts';
import { checkBounds, first, indexSelect, scatterAdd, wholeNumbers } from './gather.ts';
import { setAt_ } from './index.ts';

/**
 * The dimension, and the index as int64 numbers of slices along it, with `wrap` from the end too; throws for one out of
 * range.
 */
function slices(name: string, input: Tensor, dim: number, index: Tensor, wrap = false): [d: number, at: Tensor] {
  checkTensor(input, name);
  checkTensor(index, name, 'index');
  const d = wrapDim(dim, input.dims.length);
  if (index.dims.length > 1) {
    throw new RangeError(`${name}(): Index is supposed to be a vector, but got dim: ${index.dims.length}`);
  }
  const own = wholeNumbers(detach(index), name, 'index', name === 'indexAdd' ? [int32] : []);
  const at = wrap ? copyRaw(own) : own;
  const size = input.dims[d] ?? 1;
  checkBounds(at, size, wrap, (bad) => `index ${bad} is out of bounds for dimension ${d} with size ${size}`);
  return [d, at];
}

/** x with at least one dimension. */
function vector(x: Tensor): Tensor {
  return x.dims.length === 0 ? reshape(x, [1]) : x;
}

/** A copy of x in which `write` has written slices along d; it gets them as rows of so many elements. */
function written(x: Tensor, d: number, write: (rows: Tensor, elements: number) => void): Tensor {
  const rows = cloneRowMajor(transpose(vector(x), 0, d));
  write(rows, countOf(rows.dims.slice(1)));
  return reshape(contiguous(transpose(rows, 0, d)), x.dims);
}

/** The source's slices as contiguous rows; throws unless it has one slice of the input's shape for each index. */
function sourceRows(name: string, input: Tensor, d: number, at: Tensor, source: Tensor): Tensor {
  if (source.dtype !== input.dtype) {
    throw new TypeError(
      `${name}(): self (${input.dtype.name}) and source (${source.dtype.name}) must have the same scalar type`,
    );
  }
  const count = source.dims.length === 0 ? 1 : (source.dims[d] ?? 0);
  if (count !== at.count) {
    throw new RangeError(
      `${name}(): Number of indices (${at.count}) should be equal to source.size(dim): (${count}), for dim: ${d}`,
    );
  }
  // One number counts as a list of one for a copy, but not for a sum.
  const scalars = name === 'indexAdd' && input.dims.length * source.dims.length === 0;
  const [from, into] = scalars ? [source.dims, input.dims] : [source, input].map((x) => without(vector(x).dims, d));
  if (!sameDims(from, into)) {
    throw new RangeError(
      `${name}(): source tensor shape must match self tensor shape, excluding the specified dimension. Got ` +
        `self.shape = ${showDims(input.dims)} source.shape = ${showDims(source.dims)}`,
    );
  }
  return contiguous(transpose(vector(source), 0, d));
}

/** g of the written slices, in the source's shape. */
function ofSource(g: Tensor, d: number, at: Tensor, dims: Dims): Tensor {
  return reshape(indexSelect(vector(g), d, reshape(at, [at.count])), dims);
}

/** `indexAdd`. */
export type IndexAddOp = NamedOp<
  'dim index source alpha',
  [dim: number, index: Tensor, source: Tensor, alpha?: Scalar]
>;

/**
 * A copy of input with alpha times the slices of `source` added where `index` says; equal indices add up.
 *
 * @param index - int64, one dimension: the slice along dim that each slice of source goes to.
 * @param source - Of the input's dtype and, but for dim, shape.
 * @throws RangeError for an index out of range or shapes that do not fit; TypeError for dtypes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.zeros(2).indexAdd(0, torch.tensor([1, 1]), torch.tensor([3, 4]));
 * console.log(x); // => tensor([0., 7.])
 * ```
 */
export const indexAdd = operation(
  'indexAdd(input: Tensor, dim: int, index: Tensor, source: Tensor, alpha: scalar = 1)',
  (input, dim, index, source, alpha): Tensor =>
    scope(() => {
      const [d, at] = slices('indexAdd', input, dim, index);
      checkTensor(source, 'indexAdd', 'source');
      const given = toNumber(alpha, 'indexAdd', 'alpha');
      held(input.dtype, given);
      const { isFloatingPoint } = input.dtype;
      const factor = isFloatingPoint ? given : input.dtype === bool ? Number(given !== 0) : Math.trunc(given);
      const rows = sourceRows('indexAdd', detach(input), d, at, detach(source));
      return composite(
        'IndexAddBackward0',
        [input, source],
        () =>
          written(input, d, (out, elements) => {
            if (source.count === 0) return;
            const scaled = factor === 1 ? rows : mul(rows, factor);
            const cast = toDtype(scaled, input.dtype);
            core.addRows(input.dtype.code, targetOf(out), pointerOf(at), at.count, pointerOf(cast), elements);
          }),
        () => [at, index, source] as const,
        (g, [where, , from], node) => [g, node.needs(1) ? mul(ofSource(g, d, where, from.dims), factor) : null],
        [by(1), by(1), by(1)],
      );
    }),
);

/** `indexCopy`. */
export type IndexCopyOp = NamedOp<'dim index source', [dim: number, index: Tensor, source: Tensor]>;

/**
 * A copy of input with the slices of `source` in the places that `index` says.
 *
 * @param index - int64, one dimension.
 * @param source - Of the input's dtype and, but for dim, shape.
 * @throws RangeError for an index out of range or shapes that do not fit; TypeError for dtypes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.zeros(3).indexCopy(0, torch.tensor([2, 0]), torch.tensor([5, 6]));
 * console.log(x); // => tensor([6., 0., 5.])
 * ```
 */
export const indexCopy = operation(
  'indexCopy(input: Tensor, dim: int, index: Tensor, source: Tensor)',
  (input, dim, index, source): Tensor =>
    scope(() => {
      const [d, at] = slices('indexCopy', input, dim, index);
      checkTensor(source, 'indexCopy', 'source');
      const rows = sourceRows('indexCopy', detach(input), d, at, detach(source));
      return composite(
        'IndexCopyBackward0',
        [input, source],
        () =>
          written(input, d, (out, elements) => {
            if (source.count === 0) return;
            core.putRows(targetOf(out), pointerOf(at), at.count, pointerOf(rows), elements * out.dtype.itemsize, 1);
          }),
        () => [at, index, source] as const,
        (g, [where, , from], node) => [
          node.needs(0) ? indexFill(g, d, where, 0) : null,
          node.needs(1) ? ofSource(g, d, where, from.dims) : null,
        ],
        [ALWAYS, ALWAYS, by(1)],
      );
    }),
);

/** A number or 0-dimensional tensor as one in `dtype`, for writing; throws where the dtype cannot hold it. */
function fillValue(name: string, value: Operand, dtype: DType): Tensor {
  if (!isScalar(value)) checkTensor(value, name, 'value');
  else return fullRaw([], dtype, held(dtype, value));
  if (value.dims.length > 0) {
    throw new RangeError(
      `${name}() only supports a 0-dimensional value tensor, but got tensor with ${value.dims.length} dimension(s).`,
    );
  }
  // PyTorch takes its number out.
  held(dtype, first(value));
  return fullRaw([], dtype, value);
}

/** `indexFill`. */
export type IndexFillOp = NamedOp<'dim index value', [dim: number, index: Tensor, value: Operand]>;

/**
 * A copy of input with one value in the slices that `index` names.
 *
 * @param index - int64, one dimension; negative numbers count from the end.
 * @param value - A number or a 0-dimensional tensor.
 * @throws RangeError for an index out of range, or a number that the dtype cannot hold.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.zeros(3).indexFill(0, torch.tensor([0, 2]), 5)); // => tensor([5., 0., 5.])
 * ```
 */
export const indexFill = operation(
  'indexFill(input: Tensor, dim: int, index: Tensor, value: operand)',
  (input, dim, index, value): Tensor =>
    scope(() => {
      const [d, at] = slices('indexFill', input, dim, index, true);
      const scalar = fillValue('indexFill', value, input.dtype);
      return composite(
        value instanceof Tensor ? 'IndexFillBackward1' : 'IndexFillBackward0',
        [input, value],
        () =>
          inOrderOf(
            input,
            written(input, d, (out, elements) => {
              if (out.count === 0) return;
              const row = cloneRowMajor(expand(scalar, [elements]));
              core.putRows(targetOf(out), pointerOf(at), at.count, pointerOf(row), elements * out.dtype.itemsize, 0);
            }),
          ),
        () => [at, index],
        (g, [places], node) => [
          node.needs(0) ? indexFill(g, d, places, 0) : null,
          // An element counts once, however often its slice is named.
          node.needs(1) ? sum(where(indexFill(zerosOf(g.dims, bool), d, places, 1), g, 0)) : null,
        ],
      );
    }),
);

/** `maskedFill`. */
export type MaskedFillOp = NamedOp<'mask value', [mask: Tensor, value: Operand]>;

/**
 * A copy of input with one value where a mask is true.
 *
 * @param mask - bool; broadcasts with the input.
 * @param value - A number or a 0-dimensional tensor.
 * @throws TypeError when the mask is not bool; RangeError for a value tensor with dimensions, or a number that the
 *   dtype cannot hold.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, -2, 3]);
 * console.log(x.maskedFill(x.lt(0), -Infinity)); // => tensor([1., -inf, 3.])
 * ```
 */
export const maskedFill = operation(
  'maskedFill(input: Tensor, mask: Tensor, value: operand)',
  (input, mask, value): Tensor => {
    if (mask.dtype !== bool) {
      throw new TypeError(`maskedFill only supports boolean masks, but got mask with dtype ${mask.dtype.name}`);
    }
    return scope(() => {
      const scalar = fillValue('maskedFill', value, input.dtype);
      return composite(
        value instanceof Tensor ? 'MaskedFillBackward1' : 'MaskedFillBackward0',
        [input, value],
        () => contiguous(where(mask, scalar, input)),
        () => [mask],
        (g, [chosen], node) => [
          node.needs(0) ? maskedFill(g, chosen, 0) : null,
          node.needs(1) ? sum(where(chosen, g, 0)) : null,
        ],
      );
    });
  },
);

/** In-place `indexAdd`. */
export const indexAdd_: IndexAddOp = writeBack(inPlaceOf('indexAdd_', indexAdd), indexAdd, beginIndexed);
/** In-place `indexCopy`. */
export const indexCopy_: IndexCopyOp = writeBack(inPlaceOf('indexCopy_', indexCopy), indexCopy, beginIndexed);
/** In-place `indexFill`. */
export const indexFill_: IndexFillOp = writeBack(inPlaceOf('indexFill_', indexFill), indexFill, beginComputed);
const filledApart: MaskedFillOp = writeBack(inPlaceOf('maskedFill_', maskedFill), maskedFill, beginComputed);

/** In-place `maskedFill`. Of elements that share a place in memory one under the mask is enough. */
export const maskedFill_ = operation(
  'maskedFill_(input: Tensor, mask: Tensor, value: operand)',
  (input, mask, value): Tensor => {
    if (!input.strides.some((stride, d) => stride === 0 && input.dims[d] > 1)) return filledApart(input, mask, value);
    return scope(() => {
      fillValue('maskedFill', value, input.dtype);
      return setAt_(input, [expand(mask, input.dims)], value);
    });
  },
);
/** In-place `scatterAdd`. */
export const scatterAdd_: typeof scatterAdd = writeBack(inPlaceOf('scatterAdd_', scatterAdd), scatterAdd, beginIndexed);
