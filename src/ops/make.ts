/**
 * Making tensors, of which nothing is recorded: uninitialised ones, copies and casts. A result lies in the memory order
 * that PyTorch gives it (order.ts).
 */
import { forTensor, inOperation } from '../memory/errors.ts';
import { allocate, free, type Storage, spare } from '../memory/storage.ts';
import type { DType } from '../tensor/dtype.ts';
import { countOf, type Dims, sameDims } from '../tensor/shape.ts';
import { again } from '../tensor/signature.ts';
import { tell } from '../tensor/tell.ts';
import { stridedTensor, Tensor, wrap } from '../tensor/tensor.ts';
import { launchCopy } from './launch.ts';
import { isRowMajor, keptStrides, resultStrides } from './order.ts';

/** `allocate`, with the operation and the tensor that did not fit named in the error. */
function reserve(nbytes: number, dims: Dims, dtype: DType, operation: string): Storage {
  try {
    return allocate(nbytes);
  } catch (error) {
    throw noRoom(error, dims, dtype, operation);
  }
}

function noRoom(error: unknown, dims: Dims, dtype: DType, operation: string): unknown {
  const told = forTensor(error, dims, dtype);
  return operation === '' ? told : inOperation(told, operation);
}

/** A contiguous tensor of uninitialised elements; `operation` is named where there is no room for it. */
export function empty(dims: Dims, dtype: DType, operation = ''): Tensor {
  return wrap(reserve(countOf(dims) * dtype.itemsize, dims, dtype, operation), dims, dtype);
}

/** What an operation makes of the elements of x, which is read next: `empty` in x's memory order; may share its arrays. */
export function emptyAs(x: Tensor, dtype: DType, operation = ''): Tensor {
  return isRowMajor(x) ? emptyTwin(x, dtype, operation) : emptyFor(x.dims, dtype, [x], operation);
}

/** `emptyAs` of row-major x. */
function emptyTwin(x: Tensor, dtype: DType, operation: string): Tensor {
  spare(x.storage);
  return new Tensor(reserve(x.count * dtype.itemsize, x.dims, dtype, operation), 0, x.dims, x.strides, dtype, true);
}

/** `empty` of shape `dims` in the memory order of the operands of an elementwise operation, which are read next. */
export function emptyFor(dims: Dims, dtype: DType, operands: readonly (Tensor | number)[], operation = ''): Tensor {
  for (const x of operands) if (typeof x !== 'number') spare(x.storage);
  return emptyStrided(dims, resultStrides(dims, operands), dtype, operation);
}

/** `emptyFor` of two operands; quick where both are row-major. */
export function emptyPair(dims: Dims, dtype: DType, x: Tensor | number, y: Tensor | number, operation: string): Tensor {
  if ((typeof x === 'number' || isRowMajor(x)) && (typeof y === 'number' || isRowMajor(y))) {
    if (typeof y !== 'number') spare(y.storage);
    if (typeof x !== 'number') {
      if (x.dims === dims) return emptyTwin(x, dtype, operation);
      spare(x.storage);
    }
    return empty(dims, dtype, operation);
  }
  return emptyFor(dims, dtype, [x, y], operation);
}

/** `empty` with the shape and the memory order of x: PyTorch's preserve_format. */
export function emptyLike(x: Tensor, dtype: DType, operation = ''): Tensor {
  return isRowMajor(x) ? emptyTwin(x, dtype, operation) : emptyStrided(x.dims, keptStrides(x), dtype, operation);
}

/** `empty` with strides that fill a block; null for row-major ones. */
export function emptyStrided(dims: Dims, strides: Dims | null, dtype: DType, operation = ''): Tensor {
  if (strides === null) return empty(dims, dtype, operation);
  const storage = reserve(countOf(dims) * dtype.itemsize, dims, dtype, operation);
  return stridedTensor(storage, 0, dims, strides, dtype);
}

/** x in `dtype` and in its memory order, without recording; x itself if it has the dtype already. */
export function castRaw(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : copyInto(emptyLike(x, dtype), x);
}

function copyInto(out: Tensor, x: Tensor): Tensor {
  launchCopy(out, x);
  return out;
}

/** A row-major copy of x, without recording. */
export function copyRaw(x: Tensor, dtype: DType = x.dtype): Tensor {
  return copyInto(empty(x.dims, dtype), x);
}

/** x row-major, without recording; x itself if it is so already. Freed by `freeCast`, as what `castRaw` makes. */
export function contiguousRaw(x: Tensor): Tensor {
  return x.dense ? x : copyRaw(x);
}

/** x, the caller's own, with these strides (null: row-major): x itself, or a copy in its place. Unrecorded. */
export function relaid(x: Tensor, strides: Dims | null): Tensor {
  if (strides === null ? x.dense : sameDims(x.strides, strides)) return x;
  const out = copyInto(emptyStrided(x.dims, strides, x.dtype), x);
  free(x.storage);
  return out;
}

/** `relaid` in the memory order of `like`, which has x's shape. */
export function inOrderOf(like: Tensor, x: Tensor): Tensor {
  if (tell !== null) return again((y: Tensor) => inOrderOf(like, y), [x], 'contiguous(input: Tensor)');
  return relaid(x, isRowMajor(like) ? null : keptStrides(like));
}

/** Frees what `castRaw` made, if it made anything. */
export function freeCast(cast: Tensor | number, original: Tensor | number | bigint): void {
  if (typeof cast !== 'number' && cast !== original) free(cast.storage);
}

/** Zeros, contiguous. */
export function zerosOf(dims: Dims, dtype: DType): Tensor {
  const out = empty(dims, dtype);
  launchCopy(out, 0);
  return out;
}
