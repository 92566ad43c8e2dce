/**
 * Reading protobuf: a message is a row of fields, each a number with a content. What comes of it are numbers and views of
 * the file's bytes, no more than the file is long.
 */

import { damaged } from '../io/header.ts';
import { join } from '../io/join.ts';
import { decodeLoosely } from '../io/utf8.ts';
import { Wire } from './schema.ts';

/** A whole number, which is a BigInt where no number holds it; or bytes. */
export type Content = number | bigint | Uint8Array;

/** The contents of each field, in order. */
export type Message = ReadonlyMap<number, readonly Content[]>;

/** How many fields one message may have. A view of bytes takes more memory than the two bytes that may ask for it. */
const MOST_FIELDS = 1 << 20;

const broken = (what: string): RangeError => damaged(what, 'ONNX file');

/** A place in bytes that moves on. */
class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Seven bits a byte, the lowest first; of 64 bits, signed. */
  varint(): number | bigint {
    const { bytes, at } = this;
    let value = 0;
    for (let i = 0, scale = 1; i < 7; i++, scale *= 128) {
      const byte = bytes[at + i];
      if (byte === undefined) throw broken('it ends within a number');
      value += (byte & 127) * scale;
      if (byte < 128) {
        this.at = at + i + 1;
        return value;
      }
    }
    let big = 0n;
    for (let i = 0; i < 10; i++) {
      const byte = bytes[at + i];
      if (byte === undefined) throw broken('it ends within a number');
      big |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) {
        this.at = at + i + 1;
        const signed = BigInt.asIntN(64, big);
        const number = Number(signed);
        return Number.isSafeInteger(number) ? number : signed;
      }
    }
    throw broken('a number takes more than ten bytes');
  }

  take(length: number | bigint): Uint8Array {
    const end = this.at + Number(length);
    if (!(length >= 0 && end <= this.bytes.length)) {
      throw broken(`a field of ${length} bytes ends beyond what it stands in`);
    }
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
}

/** The fields of a message. */
export function readMessage(bytes: Uint8Array): Message {
  const fields = new Map<number, Content[]>();
  const cursor = new Cursor(bytes);
  for (let count = 0; cursor.at < bytes.length; count++) {
    if (count === MOST_FIELDS) throw broken(`a message has more than ${MOST_FIELDS} fields`);
    const tag = Number(cursor.varint());
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    let content: Content;
    if (wire === Wire.Varint) content = cursor.varint();
    else if (wire === Wire.Bytes) content = cursor.take(cursor.varint());
    else if (wire === Wire.Fixed32) content = cursor.take(4);
    else if (wire === Wire.Fixed64) content = cursor.take(8);
    else throw broken(`there is no kind ${wire} of fields`);
    const list = fields.get(field);
    if (list === undefined) fields.set(field, [content]);
    else list.push(content);
  }
  return fields;
}

/** All bytes of a field, one after the other. */
export function bytesIn(message: Message, field: number): Uint8Array[] {
  return (message.get(field) ?? []).map((content) => {
    if (typeof content === 'object') return content;
    throw broken(`field ${field} is a number where bytes belong`);
  });
}

/** The numbers of a field, which may be packed. */
export function intsIn(message: Message, field: number): (number | bigint)[] {
  const all: (number | bigint)[] = [];
  for (const content of message.get(field) ?? []) {
    if (!(typeof content === 'object')) all.push(content);
    else for (const cursor = new Cursor(content); cursor.at < content.length; ) all.push(cursor.varint());
  }
  return all;
}

/** The number of a field, the last if there are several. */
export function intIn(message: Message, field: number, otherwise = 0): number | bigint {
  return intsIn(message, field).at(-1) ?? otherwise;
}

/** The bytes of numbers of a fixed size, packed or not, as one. */
export function fixedIn(message: Message, field: number): Uint8Array {
  const parts = bytesIn(message, field);
  return parts.length === 1 ? parts[0] : join(parts);
}

/** float32 numbers of a field. */
export function floatsIn(message: Message, field: number): number[] {
  const bytes = fixedIn(message, field);
  if (bytes.length % 4 !== 0) throw broken(`field ${field} is cut within a float`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** The texts of a field. */
export function textsIn(message: Message, field: number): string[] {
  return bytesIn(message, field).map(decodeLoosely);
}

/** The text of a field; '' without one. */
export const textIn = (message: Message, field: number): string => textsIn(message, field).at(-1) ?? '';

/** The messages of a field. */
export const messagesIn = (message: Message, field: number): Message[] => bytesIn(message, field).map(readMessage);
