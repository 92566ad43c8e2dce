/** How files store elements: the dtypes that formats have, what each becomes here, and the way back to a narrower one. */
import { fromBytes, fromTypedArray } from '../ops/create/from-data.ts';
import { describe } from '../tensor/args.ts';
import { bool, DType, float32, float64, int32, int64, type TypedArray, uint8 } from '../tensor/dtype.ts';
import type { Dims } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** How a file's dtype is read: element size, the dtype that it becomes, and the conversion if that is another. */
export interface Stored {
  readonly bits: number;
  /** Null for one that torchlet has no place for. */
  readonly dtype: DType | null;
  /** From the elements' bytes. */
  readonly convert?: (bytes: ArrayBuffer) => TypedArray;
}

/** IEEE half precision: 1 sign bit, 5 of exponent, 10 of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** The upper half of float32 each. */
function fromBfloat16(bytes: ArrayBuffer): Float32Array {
  return new Float32Array(Uint32Array.from(new Uint16Array(bytes), (bits) => bits << 16).buffer);
}

/** The dtypes of files, by safetensors' names for them. */
export const STORED: Readonly<Record<string, Stored>> = {
  F64: { bits: 64, dtype: float64 },
  F32: { bits: 32, dtype: float32 },
  F16: { bits: 16, dtype: float32, convert: (bytes) => Float32Array.from(new Uint16Array(bytes), fromHalf) },
  BF16: { bits: 16, dtype: float32, convert: fromBfloat16 },
  I64: { bits: 64, dtype: int64 },
  I32: { bits: 32, dtype: int32 },
  I16: { bits: 16, dtype: int32, convert: (bytes) => Int32Array.from(new Int16Array(bytes)) },
  I8: { bits: 8, dtype: int32, convert: (bytes) => Int32Array.from(new Int8Array(bytes)) },
  U16: { bits: 16, dtype: int32, convert: (bytes) => Int32Array.from(new Uint16Array(bytes)) },
  U8: { bits: 8, dtype: uint8 },
  BOOL: { bits: 8, dtype: bool },
  U64: { bits: 64, dtype: null },
  U32: { bits: 32, dtype: null },
  C64: { bits: 64, dtype: null },
  F8_E4M3: { bits: 8, dtype: null },
  F8_E5M2: { bits: 8, dtype: null },
  F8_E8M0: { bits: 8, dtype: null },
  F6_E2M3: { bits: 6, dtype: null },
  F6_E3M2: { bits: 6, dtype: null },
  F4: { bits: 4, dtype: null },
};

/** The dtype of that name, if there is one. */
export const storedOf = (name: string): Stored | undefined => (Object.hasOwn(STORED, name) ? STORED[name] : undefined);

/** The file's name of a dtype that is computed in. */
const NAMES = new Map(Object.entries(STORED).flatMap(([name, row]) => (row.convert ? [] : [[row.dtype, name]])));

/** The first byte of booleans that is neither 0 nor 1, said as what is wrong with them; null for none. */
export function badBoolean(bytes: Uint8Array): string | null {
  const at = bytes.findIndex((byte) => byte > 1);
  return at < 0 ? null : `has the byte ${bytes[at]} at ${at}, not 0 or 1`;
}

/** A copy with the bytes of each element in the other order. */
export function reversed(bytes: Uint8Array, itemsize: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  for (let at = 0; at < copy.length; at += itemsize) copy.subarray(at, at + itemsize).reverse();
  return copy;
}

/** A tensor over a copy of bytes, which may start anywhere. */
export function readElements(bytes: Uint8Array, dims: Dims, { dtype, convert }: Stored): Tensor {
  if (convert === undefined) return fromBytes(bytes, dims, dtype as DType);
  return fromTypedArray(convert(new Uint8Array(bytes).buffer), dims);
}

/** What `save` may narrow floats to. */
export type Narrow = 'float16' | 'bfloat16' | 'float32' | 'float64';

/** How elements are written: the file's name of their dtype, the size of one, and their bytes. */
export interface Written {
  readonly name: string;
  readonly itemsize: number;
  bytes(elements: TypedArray): Uint8Array;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: TypedArray | Uint16Array): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** To the nearest half, ties to even, by way of float32 as PyTorch does. */
function toHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(Math.fround(value));
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const steps = size * 2 ** (10 - exponent);
  const down = Math.floor(steps);
  const up = steps - down > 0.5 || (steps - down === 0.5 && down % 2 === 1);
  return sign | (down + Number(up) + (exponent + 14) * 1024);
}

/** To the upper half of float32, ties to even. */
function toBfloat16(elements: Float32Array): Uint16Array {
  const bits = new Uint32Array(elements.buffer, elements.byteOffset, elements.length);
  return Uint16Array.from(bits, (word, i) =>
    Number.isNaN(elements[i]) ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16,
  );
}

const NARROWED: Readonly<Record<Narrow, Written>> = {
  float64: { name: 'F64', itemsize: 8, bytes: (x) => bytesOf(Float64Array.from(x as Float64Array)) },
  float32: { name: 'F32', itemsize: 4, bytes: (x) => bytesOf(Float32Array.from(x as Float64Array)) },
  float16: { name: 'F16', itemsize: 2, bytes: (x) => bytesOf(Uint16Array.from(x as Float64Array, toHalf)) },
  bfloat16: { name: 'BF16', itemsize: 2, bytes: (x) => bytesOf(toBfloat16(Float32Array.from(x as Float64Array))) },
};

/** What `save` was told to write floats as, checked; null where they are written as they are. */
export function narrowOf(dtype: unknown, caller: string): Narrow | null {
  if (dtype === null || dtype === undefined) return null;
  const name = dtype instanceof DType ? dtype.name : dtype;
  if (typeof name === 'string' && Object.hasOwn(NARROWED, name)) return name as Narrow;
  const Kind = typeof dtype === 'string' || dtype instanceof DType ? RangeError : TypeError;
  throw new Kind(
    `${caller}(): dtype must be 'float16', 'bfloat16', 'float32' or 'float64', which floats are written as, got ${describe(dtype)}`,
  );
}

/** How elements of a dtype are written. */
export function writtenAs(dtype: DType, narrow: Narrow | null): Written {
  if (narrow !== null && dtype.isFloatingPoint && dtype.name !== narrow) return NARROWED[narrow];
  return { name: NAMES.get(dtype) as string, itemsize: dtype.itemsize, bytes: bytesOf };
}
