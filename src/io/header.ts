/**
 * The safetensors file: 8 bytes, the header's length (unsigned, little-endian); the header, JSON in UTF-8, padded with
 * spaces; then the elements of all tensors, row-major and little-endian, without gaps.
 *
 * What is read is checked as the reference implementation checks it, and its keys must be unique, so that no two
 * readers can disagree about a file.
 */

import { describe } from '../tensor/args.ts';
import type { Bytes } from '../tensor/dtype.ts';
import { type Dims, showDims } from '../tensor/shape.ts';
import { foreign } from './recognise.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** The reference implementation's limit, in bytes: a guard against a length that is none. */
const LARGEST_HEADER = 100_000_000;

/** One tensor of a file: bytes `begin` to `end` of the elements. */
export interface Entry {
  readonly name: string;
  /** As the file spells it: `F32`. */
  readonly dtype: string;
  readonly shape: Dims;
  readonly begin: number;
  readonly end: number;
}

/** What a header says: entries in its own order. */
export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the elements begin. */
  readonly start: number;
}

/** A damaged file: what is wrong, and where. */
export function damaged(what: string, kind = 'safetensors file'): RangeError {
  return new RangeError(`load(): not a valid ${kind}: ${what}`);
}

/** Reads and checks the header; `bits` gives an element's size, or undefined for a dtype that there is not. */
export function readHeader(bytes: Uint8Array, bits: (dtype: string) => number | undefined): Header {
  const kind = bytes[8] === 0x7b ? null : foreign(bytes);
  if (kind !== null) throw new TypeError(`load(): the file is ${kind}`);
  if (bytes.length < 8) throw damaged(`${bytes.length} bytes are too few for the header's length, which takes 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > LARGEST_HEADER) {
    throw damaged(`the header would be ${length} bytes long, more than ${LARGEST_HEADER}${hint(bytes)}`);
  }
  const start = 8 + Number(length);
  if (start > bytes.length) throw damaged(`the header ends at byte ${start}, the file at ${bytes.length}`);
  const { __metadata__: metadata, ...tensors } = parseHeader(bytes.subarray(8, start));
  if (metadata !== undefined) checkMetadata(metadata);
  const entries = Object.entries(tensors).map(([name, value]) => readEntry(name, value));
  checkOffsets(entries, bits, bytes.length - start);
  return { entries, metadata: (metadata ?? {}) as Record<string, string>, start };
}

/** What a file that begins like this probably is. */
function hint(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0x50 && b === 0x4b) {
    return '. It looks like a zip, as PyTorch writes: torch.load() reads it';
  }
  return a === 0x80 ? '. It looks like a Python pickle, as PyTorch writes: torch.load() reads it' : '';
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch {
    throw damaged('the header is not UTF-8');
  }
  if (text[0] !== '{') throw damaged(`the header must begin with {, not with ${JSON.stringify(text[0] ?? '')}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(`the header is not JSON: ${(error as Error).message}`);
  }
  refuseDuplicates(text);
  return value as Record<string, unknown>;
}

/** Throws where an object of valid JSON has a key twice, which JSON.parse lets pass. */
function refuseDuplicates(text: string): void {
  const open: (Set<string> | null)[] = [];
  let begin = 0;
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '"') {
      begin = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      end = i + 1;
    } else if (letter === '{') open.push(new Set());
    else if (letter === '[') open.push(null);
    else if (letter === '}' || letter === ']') open.pop();
    else if (letter === ':') {
      const keys = open[open.length - 1] as Set<string>;
      const key = JSON.parse(text.slice(begin, end)) as string;
      if (keys.has(key)) throw damaged(`the header has the key ${JSON.stringify(key)} twice`);
      keys.add(key);
    }
  }
}

function checkMetadata(metadata: unknown): void {
  if (!isObject(metadata)) throw damaged(`__metadata__ must be an object, got ${describe(metadata)}`);
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') {
      throw damaged(`__metadata__ must hold strings, got ${describe(value)} under ${JSON.stringify(key)}`);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list of whole numbers that are not negative and exact. */
function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function readEntry(name: string, value: unknown): Entry {
  const of = `tensor ${JSON.stringify(name)}`;
  if (!isObject(value)) throw damaged(`${of} must be described by an object, got ${describe(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') throw damaged(`the dtype of ${of} must be a string, got ${describe(dtype)}`);
  if (!isSizes(shape)) throw damaged(`the shape of ${of} must be a list of sizes, got ${JSON.stringify(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw damaged(`data_offsets of ${of} must be two byte positions, got ${JSON.stringify(offsets)}`);
  }
  return { name, dtype, shape, begin: offsets[0], end: offsets[1] };
}

/** Throws unless the tensors fill the elements' bytes without gap or overlap, each with as many as its shape needs. */
function checkOffsets(entries: readonly Entry[], bits: (dtype: string) => number | undefined, total: number): void {
  let at = 0;
  for (const { name, dtype, shape, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const of = `tensor ${JSON.stringify(name)}`;
    if (begin !== at || end < begin) {
      throw damaged(
        `${of} lies at bytes ${begin} to ${end}, expected it to begin at ${at}: gaps and overlaps are not allowed`,
      );
    }
    const size = bits(dtype);
    if (size === undefined) throw damaged(`${of} has the unknown dtype ${JSON.stringify(dtype)}`);
    const needed = shape.reduce((n, dim) => n * dim, size) / 8;
    if (needed !== end - begin) {
      throw damaged(`${of} has ${end - begin} bytes, its shape ${showDims(shape)} of ${dtype} needs ${needed}`);
    }
    at = end;
  }
  if (at !== total) throw damaged(`the tensors take ${at} bytes, but ${total} follow the header`);
}

/** The first bytes of a file: the length and the header, padded to a multiple of 8. */
export function writeHeader(entries: readonly Entry[], metadata: Readonly<Record<string, string>>): Bytes {
  const named = entries.map(({ name, dtype, shape, begin, end }) => {
    return [name, { dtype, shape: [...shape], data_offsets: [begin, end] }] as [string, unknown];
  });
  if (Object.keys(metadata).length > 0) named.unshift(['__metadata__', metadata]);
  const text = encodeUtf8(JSON.stringify(Object.fromEntries(named)));
  const length = (text.length + 7) & ~7;
  if (length > LARGEST_HEADER) throw new RangeError(`save(): the header of ${length} bytes is over ${LARGEST_HEADER}`);
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}
