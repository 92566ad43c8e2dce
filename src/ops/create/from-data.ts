/** Making tensors from numbers, lists, typed arrays and bytes. */

import { bindArgs, describe, isOptions, withOptions } from '../../tensor/args.ts';
import { bool, DTYPES, type DType, getDefaultDtype, int64, Kind, type TypedArray } from '../../tensor/dtype.ts';
import { countOf, type Dims } from '../../tensor/shape.ts';
import { Tensor, targetOf } from '../../tensor/tensor.ts';
import { u8 } from '../../wasm/heap.ts';
import { empty as emptyRaw } from '../define.ts';
import { launchCopy } from '../launch.ts';
import { held, isScalar, type Scalar } from '../scalar.ts';
import { toDtype } from './copy.ts';
import { CREATE, type CreateArgs, type CreateOptions, dtypeOption, finish } from './create.ts';

/** Nested lists of numbers, booleans or BigInts, regular. */
export type TensorData = number | boolean | bigint | TypedArray | Tensor | readonly TensorData[];
/** The shape of nested lists; throws where a list is longer or shorter than its first sibling. */
function shapeOf(data: TensorData): number[] {
  const dims: number[] = [];
  let level: unknown = data;
  while (Array.isArray(level)) {
    dims.push(level.length);
    level = level[0];
  }
  if (ArrayBuffer.isView(level)) dims.push((level as TypedArray).length);
  return dims;
}
function flatten(data: TensorData, dims: readonly number[]): Scalar[] {
  const flat: Scalar[] = [];
  const visit = (value: TensorData, d: number): void => {
    if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      const list = value as ArrayLike<TensorData>;
      if (d === dims.length)
        throw new RangeError(`expected a number at dim ${d}, got a list of ${list.length}: ragged`);
      if (list.length !== dims[d]) {
        throw new RangeError(`expected sequence of length ${dims[d]} at dim ${d} (got ${list.length})`);
      }
      for (let i = 0; i < list.length; i++) visit(list[i] as TensorData, d + 1);
      return;
    }
    if (d !== dims.length) {
      throw new RangeError(`expected sequence of length ${dims[d]} at dim ${d} (got ${describe(value)})`);
    }
    if (!isScalar(value)) {
      if (value instanceof Tensor && value.count === 1) {
        // An int64 as a BigInt, which is exact.
        flat.push(value.dtype === int64 ? (value.toTypedArray() as BigInt64Array)[0] : value.item());
        return;
      }
      const hint = value instanceof Tensor ? ': torch.stack() joins tensors' : '';
      throw new TypeError(`tensor(): expected numbers, booleans or BigInts, got ${describe(value)}${hint}`);
    }
    flat.push(value);
  };
  visit(data, 0);
  return flat;
}
function inferDtype(flat: readonly Scalar[]): DType {
  let found: DType | null = null;
  for (const value of flat) {
    if (typeof value === 'number') return getDefaultDtype();
    if (typeof value === 'bigint') found = int64;
    else found ??= bool;
  }
  return found ?? getDefaultDtype();
}
function dtypeOfArray(array: TypedArray): DType {
  for (const dtype of DTYPES) if (dtype !== bool && array instanceof dtype.array) return dtype;
  if (array instanceof Uint8ClampedArray) return DTYPES[4] as DType;
  throw new TypeError(
    `tensor(): ${array.constructor.name} has no dtype here; convert it to Int32Array or Float32Array`,
  );
}
/** Elements of any typed array, as a tensor of the shape. */
export function fromTypedArray(array: TypedArray, dims: Dims): Tensor {
  return fromBytes(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), dims, dtypeOfArray(array));
}
/** A tensor of these elements, in row-major order. */
export function fromFlat(flat: readonly Scalar[], dims: Dims, dtype: DType): Tensor {
  const array = new dtype.array(new ArrayBuffer(flat.length * dtype.itemsize));
  if (dtype === int64) {
    const big = array as BigInt64Array;
    flat.forEach((value, i) => {
      big[i] = BigInt(typeof value === 'number' ? Math.trunc(value) : value);
    });
  } else {
    const numbers = array as Float32Array;
    for (let i = 0; i < flat.length; i++) numbers[i] = dtype === bool ? Number(Number(flat[i]) !== 0) : Number(flat[i]);
  }
  return fromBytes(new Uint8Array(array.buffer), dims, dtype);
}
/**
 * A tensor from numbers, booleans, BigInts, nested lists or typed arrays, always a copy.
 *
 * @param data - Numbers become the default dtype (float32), booleans bool, BigInts int64, typed arrays their own dtype.
 * @param options - `dtype`, `requiresGrad`.
 * @throws RangeError for ragged lists; TypeError for anything that is no number.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4.5]]));
 * // => tensor([[1.0000, 2.0000],
 * // =>         [3.0000, 4.5000]])
 * console.log(torch.tensor([1, 2], { dtype: torch.int64 })); // => tensor([1, 2])
 * ```
 */
export const tensor: TensorMaker = withOptions('tensor', 'data', tensorOf);

/** `tensor` and `asTensor`. */
export type TensorMaker = (...args: CreateArgs<'data', [data: TensorData]>) => Tensor;

function tensorOf(data: TensorData, options: CreateOptions = {}, ...others: never[]): Tensor {
  if (!isOptions(options) || others.length > 0) {
    throw new TypeError(
      `tensor(): takes one value or nested list, and options such as { dtype: torch.int64 }, got ${describe(options)} ` +
        'after it',
    );
  }
  bindArgs('tensor', CREATE, [options]);
  if (data === undefined || data === null) throw new TypeError(`tensor(): expected data, got ${describe(data)}`);
  if (data instanceof Tensor) {
    const copy = emptyRaw(data.dims, dtypeOption('tensor', options.dtype, data.dtype));
    launchCopy(copy, data);
    return finish(copy, 'tensor', options);
  }
  if (ArrayBuffer.isView(data)) {
    const own = fromTypedArray(data as TypedArray, [(data as TypedArray).length]);
    return finish(toDtype(own, dtypeOption('tensor', options.dtype, own.dtype)), 'tensor', options);
  }
  const dims = shapeOf(data);
  const flat = flatten(data, dims);
  const dtype = dtypeOption('tensor', options.dtype, inferDtype(flat));
  if (dtype.kind === Kind.Integer) for (const value of flat) held(dtype, value);
  return finish(fromFlat(flat, dims, dtype), 'tensor', options);
}
/**
 * A tensor from data as `tensor` makes it, or the tensor itself if it already is one of that dtype.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.ones(2);
 * console.log(torch.asTensor(x) === x); // => true
 * ```
 */
export const asTensor: TensorMaker = withOptions(
  'asTensor',
  'data',
  (data: TensorData, options: CreateOptions = {}) => {
    bindArgs('asTensor', CREATE, [options]);
    if (data instanceof Tensor) return toDtype(data, dtypeOption('asTensor', options.dtype, data.dtype));
    return tensorOf(data, options);
  },
);
/** A tensor over bytes in the dtype's layout, copied: what files and messages hold. */
export function fromBytes(bytes: Uint8Array, dims: Dims, dtype: DType): Tensor {
  const count = countOf(dims);
  if (bytes.byteLength !== count * dtype.itemsize) {
    throw new RangeError(`fromBytes(): ${bytes.byteLength} bytes cannot be ${count} elements of ${dtype}`);
  }
  const out = emptyRaw([...dims], dtype);
  u8().set(bytes, targetOf(out));
  return out;
}
