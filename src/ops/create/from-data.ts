/** Making tensors from numbers, lists, typed arrays and bytes. */

import { describe } from '../../tensor/args.ts';
import {
  bool,
  type DType,
  float32,
  float64,
  getDefaultDtype,
  int32,
  int64,
  Kind,
  promote,
  type TypedArray,
  uint8,
} from '../../tensor/dtype.ts';
import { countOf, type Dims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { Tensor, targetOf } from '../../tensor/tensor.ts';
import { i32, u8 } from '../../wasm/heap.ts';
import { launchCopy } from '../launch.ts';
import { castRaw, emptyLike, empty as emptyRaw, freeCast } from '../make.ts';
import { held, plain } from '../scalar.ts';
import { toDtype } from './copy.ts';
import { finish } from './create.ts';
import { type Picture, shapeOfPicture } from './picture.ts';

/** Typed arrays whose own type is no dtype: their elements widen. */
type Widened = Int8Array | Int16Array | Uint16Array | Uint32Array | BigUint64Array;

/** Numbers, booleans, BigInts, tensors of one element, typed arrays, and regular nested lists of these; a picture. */
export type TensorData = Nested | Picture;
type Nested = number | boolean | bigint | TypedArray | Widened | Tensor | readonly Nested[];

type Leaf = number | boolean | bigint;

/** Dtypes of typed arrays by the names that `Object.prototype.toString` gives them, in any realm. */
const OWN: Record<string, DType | undefined> = {
  Float32Array: float32,
  Float64Array: float64,
  BigInt64Array: int64,
  Int32Array: int32,
  Uint8Array: uint8,
  Uint8ClampedArray: uint8,
};
const WIDER: Record<string, DType | undefined> = {
  Float16Array: float32,
  Int8Array: int32,
  Int16Array: int32,
  Uint16Array: int32,
  Uint32Array: int64,
  BigUint64Array: int64,
};

const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** Whether a value is a typed array, of any realm; a DataView has no element type. */
const isTypedArray = (value: unknown): value is TypedArray | Widened =>
  ArrayBuffer.isView(value) && kindOf(value) !== 'DataView';

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || isTypedArray(value);

/** Elements of any typed array, as a tensor of the shape. */
export function fromTypedArray(array: TypedArray | Widened, dims: Dims): Tensor {
  const kind = kindOf(array);
  const own = OWN[kind];
  if (own !== undefined) return fromBytes(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), dims, own);
  const elements = new Elements(WIDER[kind] as DType, array.length);
  for (const value of array) elements.put(value);
  return elements.over(dims);
}

/** Elements of a dtype, put one after the other. */
class Elements {
  private readonly dtype: DType;
  private readonly array: TypedArray;
  private at = 0;

  constructor(dtype: DType, count: number) {
    this.dtype = dtype;
    this.array = new dtype.array(new ArrayBuffer(count * dtype.itemsize));
  }

  /** @throws RangeError for a value that an integer dtype cannot hold. */
  put(value: Leaf): void {
    const { dtype, array } = this;
    const number = dtype.kind === Kind.Integer ? held(dtype, value) : plain(value);
    if (dtype === int64) {
      (array as BigInt64Array)[this.at++] = typeof number === 'bigint' ? number : BigInt(Math.trunc(number));
    } else {
      (array as Float32Array)[this.at++] = dtype === bool ? Number(Number(number) !== 0) : Number(number);
    }
  }

  over(dims: Dims): Tensor {
    return fromBytes(new Uint8Array(this.array.buffer), dims, this.dtype);
  }
}

/** PyTorch's limit of lists within lists. */
const DEEPEST = 128;

/** The shape of nested lists, by the first of each. */
function shapeOf(data: TensorData, name: string): number[] {
  const dims: number[] = [];
  for (let level: unknown = data; isList(level); level = level[0]) {
    if (dims.length === DEEPEST) {
      throw new RangeError(
        `${name}(): too many dimensions: lists stand in lists more than ${DEEPEST} deep, or in a circle`,
      );
    }
    dims.push(level.length);
  }
  return dims;
}

/**
 * Calls `each` with the elements of nested lists in turn, and where they stand; with `whole` a typed array counts as one.
 *
 * @throws RangeError where a list is longer, shorter or deeper than its first sibling.
 */
function walk(
  data: TensorData,
  dims: Dims,
  whole: boolean,
  each: (value: unknown, at: readonly number[]) => void,
): void {
  const at: number[] = [];
  const ragged = (d: number, got: string): RangeError => {
    const place = d === 0 ? '' : `: ragged at [${at.slice(0, d).join(', ')}]`;
    const wanted = d === dims.length ? 'a number' : `sequence of length ${dims[d]}`;
    return new RangeError(`expected ${wanted} at dim ${d} (got ${got})${place}`);
  };
  const visit = (value: unknown, d: number): void => {
    if (!isList(value)) {
      if (d < dims.length) throw ragged(d, describe(value));
      each(value, at);
      return;
    }
    if (d === dims.length) throw ragged(d, `a list of ${value.length}`);
    if (value.length !== dims[d]) throw ragged(d, String(value.length));
    if (whole && isTypedArray(value)) {
      each(value, at);
      return;
    }
    for (let i = 0; i < dims[d]; i++) {
      at[d] = i;
      visit(value[i], d + 1);
    }
  };
  visit(data, 0);
}

/** The dtype that an element or a typed array has by itself. */
function dtypeOf(value: unknown, name: string, at: readonly number[]): DType {
  if (typeof value === 'number') return getDefaultDtype();
  if (typeof value === 'boolean') return bool;
  if (typeof value === 'bigint') return int64;
  if (value instanceof Tensor && value.count === 1) return value.dtype;
  const kind = kindOf(value);
  const dtype = OWN[kind] ?? WIDER[kind];
  if (dtype !== undefined) return dtype;
  const place = at.length === 0 ? '' : ` at [${at.join(', ')}]`;
  throw new TypeError(
    `${name}(): expected numbers, booleans or BigInts, got ${describe(value)}${place}${wayOut(value)}`,
  );
}

/** How to make data of what is none. */
function wayOut(value: unknown): string {
  if (value instanceof Tensor) return ': torch.stack() joins tensors';
  if (/Buffer$|^DataView$/.test(kindOf(value))) return ': new Float32Array(buffer) says what its bytes are';
  const iterable = typeof value === 'object' && value !== null && Symbol.iterator in value;
  return iterable ? ': [...it] makes a list of it' : '';
}

/** Writes lists of nothing but numbers, by far the most, from `at` on; gives where they end, or -1 for anything else. */
function fillNumbers(list: readonly unknown[], d: number, dims: Dims, array: Float32Array, at: number): number {
  const size = dims[d];
  if (!Array.isArray(list) || list.length !== size) return -1;
  let next = at;
  for (let i = 0; i < size && next >= 0; i++) {
    const value: unknown = list[i];
    if (d + 1 < dims.length) next = fillNumbers(value as readonly unknown[], d + 1, dims, array, next);
    else if (typeof value === 'number') array[next++] = value;
    else return -1;
  }
  return next;
}

/** A tensor of what lists hold, in `dtype` or in the one that all elements meet in. */
function fromLists(data: TensorData, name: string, wanted: DType | null): Tensor {
  const dims = shapeOf(data, name);
  const count = countOf(dims);
  const checkRoom = ({ itemsize }: DType): void => {
    // Lists that stand in a list several times soon have more elements than there are.
    if (count * itemsize < 2 ** 31) return;
    throw new RangeError(`${name}(): ${count} elements of a list do not fit into memory`);
  };
  checkRoom(wanted ?? bool);
  const plainly = wanted ?? getDefaultDtype();
  if (plainly.isFloatingPoint && dims.length > 0 && count * plainly.itemsize < 2 ** 31) {
    const array = new plainly.array(new ArrayBuffer(count * plainly.itemsize)) as Float32Array;
    if (fillNumbers(data as readonly unknown[], 0, dims, array, 0) >= 0) {
      return fromBytes(new Uint8Array(array.buffer), dims, plainly);
    }
  }
  let found: DType | null = null;
  walk(data, dims, true, (value, at) => {
    // Nearly always a number among numbers.
    if (typeof value === 'number' && found === getDefaultDtype()) return;
    const own = dtypeOf(value, name, at);
    found = found === null ? own : promote(found, own);
  });
  const dtype = wanted ?? found ?? getDefaultDtype();
  checkRoom(dtype);
  const elements = new Elements(dtype, count);
  walk(data, dims, false, (value, at) => {
    dtypeOf(value, name, at);
    elements.put(value instanceof Tensor ? value.toTypedArray()[0] : (value as Leaf));
  });
  return elements.over(dims);
}

/** A tensor of these elements, in row-major order. */
export function fromFlat(flat: readonly Leaf[], dims: Dims, dtype: DType): Tensor {
  const array = new dtype.array(new ArrayBuffer(flat.length * dtype.itemsize));
  if (dtype === int64) {
    const big = array as BigInt64Array;
    flat.forEach((value, i) => {
      big[i] = BigInt(typeof value === 'number' ? Math.trunc(value) : value);
    });
  } else {
    const numbers = array as Float32Array;
    for (let i = 0; i < flat.length; i++) numbers[i] = dtype === bool ? Number(Boolean(flat[i])) : Number(flat[i]);
  }
  return fromBytes(new Uint8Array(array.buffer), dims, dtype);
}
/** Arguments of which the first, if it is a picture, is the tensor of its pixels. */
function withPixels(args: readonly unknown[]): readonly unknown[] {
  const dims = shapeOfPicture(args[0]);
  return dims === null ? args : [fromTypedArray((args[0] as Picture).data, dims), ...args.slice(1)];
}

/**
 * A tensor from numbers, booleans, BigInts, nested lists or typed arrays, always a copy.
 *
 * @param data - Numbers become the default dtype (float32), booleans bool, BigInts int64, tensors and typed arrays their
 *   own dtype; what differs in one list meets in PyTorch's promotion. Int8Array, Int16Array and Uint16Array become int32,
 *   Uint32Array and BigUint64Array int64, Float16Array float32. ImageData, or `{ data, width, height }` as decoders of
 *   images give it, becomes uint8 of shape [height, width, 4].
 * @param options - `dtype`, `requiresGrad`.
 * @throws RangeError for ragged lists, for lists in a circle or more than 128 deep, and for a number in a list that an
 *   integer dtype cannot hold; TypeError for anything that is no number, such as an ArrayBuffer or a Set.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4.5]]));
 * // => tensor([[1.0000, 2.0000],
 * // =>         [3.0000, 4.5000]])
 * console.log(torch.tensor([1, 2], { dtype: torch.int64 })); // => tensor([1, 2])
 * ```
 */
export const tensor = operation(
  'tensor(data: data, *, dtype: dtype? = null, requiresGrad: bool = false, device: device? = null)',
  (data, dtype, requiresGrad): Tensor => finish(fromData(data, 'tensor', dtype), requiresGrad),
  withPixels,
);

/** A tensor of data, which is copied, in a dtype or in its own. */
export function fromData(data: TensorData, name: string, dtype: DType | null): Tensor {
  if (data instanceof Tensor) {
    const copy = emptyLike(data, dtype ?? data.dtype, name);
    launchCopy(copy, data);
    return copy;
  }
  if (!isTypedArray(data)) return fromLists(data, name, dtype);
  const own = fromTypedArray(data, [data.length]);
  if (dtype === null || dtype === own.dtype) return own;
  const cast = castRaw(own, dtype);
  freeCast(own, cast);
  return cast;
}

/**
 * The tensor itself if it has that dtype, converted (and recorded) if not; from anything else a tensor as `tensor` makes
 * it. Typed arrays are copied: linear memory cannot be shared with them.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.ones(2);
 * console.log(torch.asTensor(x) === x); // => true
 * ```
 */
export const asTensor = operation(
  'asTensor(data: data, *, dtype: dtype? = null, device: device? = null)',
  (data, dtype): Tensor =>
    data instanceof Tensor ? toDtype(data, dtype ?? data.dtype) : fromData(data, 'asTensor', dtype),
  withPixels,
);

declare module '../../tensor/kinds.ts' {
  interface KindTypes {
    data: TensorData;
  }
}

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

/** `n` places, int64: what `next` gives, call by call. They never are a JavaScript array, however many. */
export function places(n: number, operation: string, next: () => number): Tensor {
  const out = emptyRaw([n], int64, operation);
  let at = targetOf(out) >> 2;
  const words = i32();
  for (let i = 0; i < n; i++) {
    const place = next();
    words[at++] = place;
    words[at++] = place < 0 ? -1 : 0;
  }
  return out;
}
