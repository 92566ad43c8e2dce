/**
 * Zip archives, as PyTorch and NumPy write and read them. What the directory at the end says is checked against what
 * stands before the data, no two entries may have a name or a byte in common, and checksums are compared: no two readers
 * can disagree about an archive.
 */

import { fromHost } from '../memory/blocks.ts';
import type { Bytes } from '../tensor/dtype.ts';
import { crc32 } from './crc32.ts';
import { damaged } from './header.ts';
import { inflate } from './inflate.ts';
import { decodeLoosely, encodeUtf8 } from './utf8.ts';

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
/** What stands where a number is too large for 32 bits, and is among the extra fields. */
const LARGE = 0xffffffff;

/** Entries by name, in the archive's order. An entry's bytes are checked, and inflated, when they are asked for. */
export type Archive = ReadonlyMap<string, () => Uint8Array>;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether bytes begin as an archive does. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));

const bad = (what: string): RangeError => damaged(what, 'zip archive');

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly start: number;
}

/** Where the directory is. */
function findDirectory(bytes: Uint8Array, view: DataView): Directory {
  let at = bytes.length - 22;
  const lowest = Math.max(0, at - 0xffff);
  while (
    at >= lowest &&
    !(view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) === bytes.length)
  ) {
    at--;
  }
  if (at < lowest)
    throw bad('it looks like a zip, as PyTorch writes, without the directory at its end: the file was cut off');
  if (view.getUint32(at + 4, true) !== 0) throw bad('it is one part of several');
  let count = view.getUint16(at + 10, true);
  let size = view.getUint32(at + 12, true);
  let start = view.getUint32(at + 16, true);
  if (count === 0xffff || size === LARGE || start === LARGE) {
    const where =
      at >= 20 && view.getUint32(at - 20, true) === LOCATOR64 ? Number(view.getBigUint64(at - 12, true)) : -1;
    if (where < 0 || where + 56 > at - 20 || view.getUint32(where, true) !== END64) {
      throw bad('the directory of its 64-bit sizes is missing');
    }
    count = Number(view.getBigUint64(where + 32, true));
    size = Number(view.getBigUint64(where + 40, true));
    start = Number(view.getBigUint64(where + 48, true));
  }
  if (start + size > at)
    throw bad(`its directory would lie at bytes ${start} to ${start + size}, beyond its end at ${at}`);
  return { count, size, start };
}

/** An entry as the directory has it. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, end: number): [entry: Entry, next: number] {
  if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw bad('its directory has fewer entries than it says');
  const nameEnd = at + 46 + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const next = extraEnd + view.getUint16(at + 32, true);
  if (next > end) throw bad('an entry of its directory reaches beyond it');
  const name = decodeLoosely(bytes.subarray(at + 46, nameEnd));
  if (view.getUint16(at + 8, true) & 1) throw bad(`its entry ${JSON.stringify(name)} is encrypted`);
  // Unpacked size, packed size and offset, in this order, where they are too large for their places.
  const numbers = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  for (let extra = nameEnd; extra + 4 <= extraEnd; extra += 4 + view.getUint16(extra + 2, true)) {
    if (view.getUint16(extra, true) !== 1) continue;
    let from = extra + 4;
    for (let i = 0; i < 3; i++) {
      if (numbers[i] !== LARGE || from + 8 > extraEnd) continue;
      numbers[i] = Number(view.getBigUint64(from, true));
      from += 8;
    }
  }
  const [size, packed, offset] = numbers;
  return [
    { name, method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packed, size, offset },
    next,
  ];
}

/** Where the data of an entry are, by what stands before them. */
function dataOf(bytes: Uint8Array, view: DataView, { name, method, packed, offset }: Entry, end: number): Uint8Array {
  const of = `its entry ${JSON.stringify(name)}`;
  if (offset + 30 > end || view.getUint32(offset, true) !== LOCAL) throw bad(`${of} does not begin at byte ${offset}`);
  const nameEnd = offset + 30 + view.getUint16(offset + 26, true);
  const start = nameEnd + view.getUint16(offset + 28, true);
  if (start + packed > end) throw bad(`${of} ends at byte ${start + packed}, beyond the others' end at ${end}`);
  const local = view.getUint32(offset + 18, true);
  // Sizes stand behind the data where they were not known before, or among the extra fields.
  const known = !(view.getUint16(offset + 6, true) & 8) && local !== LARGE;
  if (
    decodeLoosely(bytes.subarray(offset + 30, nameEnd)) !== name ||
    view.getUint16(offset + 8, true) !== method ||
    (known && local !== packed)
  ) {
    throw bad(`${of} is called or packed otherwise where it stands`);
  }
  return bytes.subarray(start, start + packed);
}

/** The entries of an archive. Nothing is copied. */
export function readZip(bytes: Uint8Array): Archive {
  const view = viewOf(bytes);
  const { count, size, start } = findDirectory(bytes, view);
  const entries: Entry[] = [];
  const found = new Map<string, () => Uint8Array>();
  let at = start;
  while (entries.length < count) {
    const [entry, next] = readEntry(bytes, view, at, start + size);
    const { name, method, crc } = entry;
    if (found.has(name)) throw bad(`it has the entry ${JSON.stringify(name)} twice`);
    if (method !== 0 && method !== 8) throw bad(`its entry ${JSON.stringify(name)} is packed by method ${method}`);
    const data = dataOf(bytes, view, entry, start);
    found.set(name, () => {
      const whole = method === 0 && entry.packed === entry.size ? data : unpack(data, entry);
      // PyTorch writes 0 where it was told to compute none.
      if (crc !== 0 && crc32(whole) !== crc) throw bad(`the checksum of its entry ${JSON.stringify(name)} is wrong`);
      return whole;
    });
    entries.push(entry);
    at = next;
  }
  let free = 0;
  for (const { name, offset, packed } of entries.sort((a, b) => a.offset - b.offset)) {
    if (offset < free) throw bad(`its entry ${JSON.stringify(name)} overlaps another`);
    free = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true) + packed;
  }
  return found;
}

function unpack(data: Uint8Array, { name, method, size }: Entry): Uint8Array {
  const whole = method === 8 ? inflate(data, size) : null;
  if (whole === null) throw bad(`its entry ${JSON.stringify(name)} does not unpack to ${size} bytes`);
  return whole;
}

/** What an archive is to hold: the number of bytes, and what writes them. */
export interface Content {
  readonly name: string;
  readonly size: number;
  /** Gives the bytes, of which there are `size`. */
  bytes(): Uint8Array;
}

/** Where data begin: PyTorch maps files into memory and reads tensors where they are. */
const ALIGNMENT = 64;

/**
 * An archive of stored entries, laid out as PyTorch lays out its own: data begin at multiples of 64, by an extra field
 * that holds nothing, and sizes and checksum stand behind them. Deflated ones PyTorch would map as they are.
 */
export function writeZip(contents: readonly Content[]): Bytes {
  if (contents.length > 0xfffe) throw new RangeError(`save(): ${contents.length} tensors are too many for a file`);
  let end = 0;
  const places = contents.map(({ name, size }) => {
    const offset = end;
    const path = encodeUtf8(name);
    const field = offset + 30 + path.length + 4;
    const padding = (ALIGNMENT - (field % ALIGNMENT)) % ALIGNMENT;
    const start = field + padding;
    end = start + size + 16;
    return { path, offset, padding, start, size };
  });
  const directory = end;
  for (const { path } of places) end += 46 + path.length;
  const total = end + 22;
  if (total > LARGE) throw new RangeError(`save(): the file would have ${total} bytes, more than ${LARGE}`);
  const bytes = fromHost(total, () => new Uint8Array(total));
  const view = viewOf(bytes);
  let at = directory;
  places.forEach(({ path, offset, padding, start, size }, i) => {
    bytes.set(contents[i].bytes(), start);
    const crc = crc32(bytes.subarray(start, start + size));
    // UTF-8 names, sizes behind the data.
    const put = (where: number, signature: number, flags: number): void => {
      view.setUint32(where, signature, true);
      view.setUint16(flags, 0x0808, true);
    };
    put(offset, LOCAL, offset + 6);
    view.setUint16(offset + 26, path.length, true);
    view.setUint16(offset + 28, 4 + padding, true);
    bytes.set(path, offset + 30);
    bytes.set([0x46, 0x42, padding, 0], offset + 30 + path.length);
    bytes.fill(0x5a, start - padding, start);
    const numbers = (where: number): void => {
      [crc, size, size].forEach((value, k) => {
        view.setUint32(where + 4 * k, value, true);
      });
    };
    view.setUint32(start + size, DESCRIPTOR, true);
    numbers(start + size + 4);
    put(at, CENTRAL, at + 8);
    numbers(at + 16);
    view.setUint16(at + 28, path.length, true);
    view.setUint32(at + 42, offset, true);
    bytes.set(path, at + 46);
    at += 46 + path.length;
  });
  view.setUint32(at, END, true);
  view.setUint16(at + 8, contents.length, true);
  view.setUint16(at + 10, contents.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return bytes;
}
