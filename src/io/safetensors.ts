/** Tensors to the bytes of a safetensors file and back. */
import { fromHost } from '../memory/blocks.ts';
import { free } from '../memory/storage.ts';
import type { Bytes } from '../tensor/dtype.ts';
import { checkCounted } from '../tensor/elements.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { damaged, type Entry, readHeader, writeHeader } from './header.ts';
import { badBoolean, type Narrow, readElements, type Stored, storedOf, type Written, writtenAs } from './stored.ts';

/** The bytes of a file that holds these tensors. Names keep their order; the widest elements come first, aligned. */
export function serialize(
  tensors: readonly (readonly [name: string, x: Tensor])[],
  metadata: Readonly<Record<string, string>> = {},
  narrow: Narrow | null = null,
): Bytes {
  const ways = tensors.map(([, x]): Written => writtenAs(x.dtype, narrow));
  const width = (i: number): number => ways[i].itemsize;
  const order = [...tensors.keys()].sort((a, b) => width(b) - width(a) || a - b);
  const entries = new Array<Entry>(tensors.length);
  let total = 0;
  for (const i of order) {
    const [name, x] = tensors[i];
    const { dims, count } = x;
    checkCounted(x);
    const end = total + count * width(i);
    entries[i] = { name, dtype: ways[i].name, shape: dims, begin: total, end };
    total = end;
  }
  const header = writeHeader(entries, metadata);
  const size = header.length + total;
  const bytes = fromHost(size, () => new Uint8Array(size));
  bytes.set(header);
  tensors.forEach(([, x], i) => {
    bytes.set(ways[i].bytes(x.toTypedArray()), header.length + entries[i].begin);
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
  const { entries, metadata, start } = readHeader(bytes, (dtype) => storedOf(dtype)?.bits);
  for (const { name, dtype, begin, end } of entries) {
    if (storedOf(dtype)?.dtype === null) {
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
  const bad = badBoolean(bytes);
  if (bad !== null) throw damaged(`tensor ${JSON.stringify(name)} of BOOL ${bad}`);
}

const readTensor = ({ dtype, shape, begin, end }: Entry, bytes: Uint8Array, start: number): Tensor =>
  readElements(bytes.subarray(start + begin, start + end), shape, storedOf(dtype) as Stored);
