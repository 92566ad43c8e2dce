/** Tensors to the bytes of a safetensors file and back. */
import { fromHost } from '../memory/blocks.ts';
import { free } from '../memory/storage.ts';
import { fromBytes, fromTypedArray } from '../ops/create/from-data.ts';
import { bool, type DType, float32, float64, int32, int64, type TypedArray, uint8 } from '../tensor/dtype.ts';
import { checkCounted } from '../tensor/elements.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { damaged, type Entry, readHeader, writeHeader } from './header.ts';

/** How a file's dtype is read: element size, the dtype that it becomes, and the conversion if that is another. */
interface Row {
  readonly bits: number;
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

/** The format's dtypes. A dtype of null is one that torchlet has no place for. */
const DTYPES: Readonly<Record<string, Row>> = {
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

/** The file's name of a dtype that is computed in. */
const NAMES = new Map(Object.entries(DTYPES).flatMap(([name, row]) => (row.convert ? [] : [[row.dtype, name]])));

const rowOf = (dtype: string): Row | undefined => (Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined);

/** The bytes of a file that holds these tensors. Names keep their order; the widest elements come first, aligned. */
export function serialize(
  tensors: readonly (readonly [name: string, x: Tensor])[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const width = (i: number): number => tensors[i][1].dtype.itemsize;
  const order = [...tensors.keys()].sort((a, b) => width(b) - width(a) || a - b);
  const entries = new Array<Entry>(tensors.length);
  let total = 0;
  for (const i of order) {
    const [name, x] = tensors[i];
    const { dtype, dims, count } = x;
    checkCounted(x);
    const end = total + count * dtype.itemsize;
    entries[i] = { name, dtype: NAMES.get(dtype) as string, shape: dims, begin: total, end };
    total = end;
  }
  const header = writeHeader(entries, metadata);
  const size = header.length + total;
  const bytes = fromHost(size, () => new Uint8Array(size));
  bytes.set(header);
  tensors.forEach(([, x], i) => {
    const { buffer } = x.toTypedArray();
    bytes.set(new Uint8Array(buffer), header.length + entries[i].begin);
  });
  return bytes;
}

/** What a file holds. */
export interface Contents {
  /** In the header's order. */
  tensors: [name: string, x: Tensor][];
  metadata: Readonly<Record<string, string>>;
}

/** Reads a file's bytes; `check` may refuse the header before any tensor is made. */
export function deserialize(
  bytes: Uint8Array,
  check: (names: readonly string[], metadata: Contents['metadata']) => void,
): Contents {
  const { entries, metadata, start } = readHeader(bytes, (dtype) => rowOf(dtype)?.bits);
  for (const { name, dtype, begin, end } of entries) {
    if (rowOf(dtype)?.dtype === null) {
      throw new TypeError(`load(): tensor ${JSON.stringify(name)} is ${dtype}, which torchlet has no dtype for`);
    }
    if (dtype === 'BOOL') checkBooleans(name, bytes.subarray(start + begin, start + end));
  }
  check(
    entries.map(({ name }) => name),
    metadata,
  );
  const tensors: [string, Tensor][] = [];
  try {
    for (const entry of entries) tensors.push([entry.name, readTensor(entry, bytes, start)]);
  } catch (error) {
    for (const [, x] of tensors) free(x.storage);
    throw error;
  }
  return { tensors, metadata };
}

function checkBooleans(name: string, bytes: Uint8Array): void {
  const bad = bytes.findIndex((byte) => byte > 1);
  if (bad < 0) return;
  throw damaged(`tensor ${JSON.stringify(name)} of BOOL has the byte ${bytes[bad]} at ${bad}, not 0 or 1`);
}

function readTensor({ dtype: name, shape, begin, end }: Entry, bytes: Uint8Array, start: number): Tensor {
  const { dtype, convert } = DTYPES[name];
  const own = bytes.subarray(start + begin, start + end);
  if (convert === undefined) return fromBytes(own, shape, dtype as DType);
  // A copy, since elements may start anywhere in the file.
  return fromTypedArray(convert(new Uint8Array(own).buffer), shape);
}
