/** The tensors of an ONNX file: their elements may stand in several fields, or in another file. */

import { damaged } from '../io/header.ts';
import { badBoolean, readElements, STORED } from '../io/stored.ts';
import { describe } from '../tensor/args.ts';
import { asBytes, isPromise } from '../tensor/brands.ts';
import { countOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { bytesIn, fixedIn, intIn, intsIn, type Message, messagesIn, textIn } from './protobuf.ts';
import { DataType, StringStringEntry, TensorProto } from './schema.ts';

/** A tensor as the file has it. */
export interface FileTensor {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  /** The message that has the elements. */
  readonly content: Message;
}

/** Gives the bytes of another file, which a model names. */
export type ExternalData = (location: string) => Uint8Array | ArrayBuffer;

type Typed = new (values: ArrayLike<number>) => { readonly buffer: ArrayBufferLike };

/** Of each element type: its name in stored.ts, which field has the elements unless they are raw, and as what they are. */
const TYPES: Readonly<Record<number, [stored: string, field: number, array?: Typed | typeof BigInt64Array]>> = {
  [DataType.FLOAT]: ['F32', TensorProto.floatData],
  [DataType.DOUBLE]: ['F64', TensorProto.doubleData],
  [DataType.INT64]: ['I64', TensorProto.int64Data, BigInt64Array],
  [DataType.INT32]: ['I32', TensorProto.int32Data, Int32Array],
  [DataType.INT16]: ['I16', TensorProto.int32Data, Int16Array],
  [DataType.INT8]: ['I8', TensorProto.int32Data, Int8Array],
  [DataType.UINT16]: ['U16', TensorProto.int32Data, Uint16Array],
  [DataType.UINT8]: ['U8', TensorProto.int32Data, Uint8Array],
  [DataType.BOOL]: ['BOOL', TensorProto.int32Data, Uint8Array],
  [DataType.FLOAT16]: ['F16', TensorProto.int32Data, Uint16Array],
  [DataType.BFLOAT16]: ['BF16', TensorProto.int32Data, Uint16Array],
};

const NAMES = Object.entries(DataType);

/** What an element type is called. */
export const nameOfType = (type: number): string => NAMES.find(([, code]) => code === type)?.[0] ?? `number ${type}`;

/** The row of stored.ts for an element type; undefined for one that torchlet has no place for. */
export const storedOf = (type: number): (typeof STORED)[string] | undefined => {
  const row = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  return row && STORED[row[0]];
};

const broken = (name: string, what: string): RangeError => damaged(`tensor '${name}' ${what}`, 'ONNX file');

/** A tensor's description. */
export function readTensor(content: Message): FileTensor {
  const name = textIn(content, TensorProto.name);
  const dims = intsIn(content, TensorProto.dims).map(Number);
  if (dims.length > 64 || dims.some((size) => !(Number.isSafeInteger(size) && size >= 0))) {
    throw broken(name, `has the shape [${dims.slice(0, 64)}]`);
  }
  return { name, type: Number(intIn(content, TensorProto.dataType)), dims, content };
}

/** The tensor itself. */
export function makeTensor({ name, type, dims, content }: FileTensor, external: ExternalData | null): Tensor {
  const stored = storedOf(type);
  if (stored === undefined) {
    throw new TypeError(`load(): tensor '${name}' is of the type ${nameOfType(type)}, which torchlet does not have`);
  }
  const bytes = elementsOf(name, type, content, external);
  const expected = (countOf(dims) * stored.bits) / 8;
  if (bytes.length !== expected) throw broken(name, `of shape [${dims}] takes ${expected} bytes, has ${bytes.length}`);
  const bad = type === DataType.BOOL ? badBoolean(bytes) : null;
  if (bad !== null) throw broken(name, bad);
  return readElements(bytes, dims, stored);
}

function elementsOf(name: string, type: number, content: Message, external: ExternalData | null): Uint8Array {
  if (Number(intIn(content, TensorProto.dataLocation)) === 1) return fetched(name, content, external);
  const raw = bytesIn(content, TensorProto.rawData);
  if (raw.length > 0) return raw[0];
  const [, field, Elements] = TYPES[type];
  if (Elements === undefined) return fixedIn(content, field);
  const values = intsIn(content, field);
  const typed =
    Elements === BigInt64Array ? BigInt64Array.from(values, BigInt) : new (Elements as Typed)(values.map(Number));
  return new Uint8Array(typed.buffer);
}

function fetched(name: string, content: Message, external: ExternalData | null): Uint8Array {
  const entries = new Map(
    messagesIn(content, TensorProto.externalData).map((each) => [
      textIn(each, StringStringEntry.key),
      textIn(each, StringStringEntry.value),
    ]),
  );
  const location = entries.get('location') ?? '';
  if (external === null) {
    throw new TypeError(
      `load(): tensor '${name}' is in another file, ${describe(location)}: give its bytes by ` +
        'load(f, { externalData: (location) => bytes })',
    );
  }
  const given: unknown = external(location);
  const all = asBytes(given);
  if (all === undefined) {
    throw new TypeError(
      `load(): externalData(${describe(location)}) must give a Uint8Array or an ArrayBuffer, got ${describe(given)}` +
        (isPromise(given) ? ': await the bytes before load()' : ''),
    );
  }
  const begin = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? all.length - begin);
  if (!(begin >= 0 && length >= 0 && begin + length <= all.length)) {
    throw broken(name, `is in ${describe(location)} from byte ${begin}, ${length} bytes; the file has ${all.length}`);
  }
  return all.subarray(begin, begin + length);
}
