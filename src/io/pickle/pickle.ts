/** Writes pickles of protocol 2, PyTorch's own: what `torch.load` reads with `weights_only`. */
import { isMap } from '../../tensor/brands.ts';
import { Call, Dict, Float, Tuple } from '../../tensor/python-values.ts';
import { encodeUtf8 } from '../utf8.ts';

/** A class or function by its name. */
export class Name {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

/** What stands outside of the pickle. */
export class Persistent {
  readonly id: Tuple;
  constructor(id: Tuple) {
    this.id = id;
  }
}

/** An instance of a class: its attributes. */
export class Made {
  readonly path: string;
  readonly state: Dict;
  constructor(path: string, state: Dict) {
    this.path = path;
    this.state = state;
  }
}

/** Deeper nesting than this is a mistake: Python would give up on it. */
const DEEPEST = 1000;

/** Gives what an object is in Python: another object, or one of those above. Throws for what cannot be saved at `path`. */
export type Form = (value: object, path: readonly string[]) => object;

/** The pickle of a value. */
export function pickle(value: unknown, form: Form): Uint8Array {
  const memo = new Map<unknown, number>();
  const open = new Set<object>();
  const path: string[] = [];
  let bytes = new Uint8Array(1024);
  let view = new DataView(bytes.buffer);
  let at = 0;

  const room = (count: number): number => {
    if (at + count > bytes.length) {
      const grown = new Uint8Array(2 * (at + count));
      grown.set(bytes);
      bytes = grown;
      view = new DataView(bytes.buffer);
    }
    at += count;
    return at - count;
  };
  // Where there is room, in what may be another buffer by then.
  const raw = (some: Uint8Array): void => {
    const from = room(some.length);
    bytes.set(some, from);
  };
  const put = (...codes: number[]): void => {
    let to = room(codes.length);
    for (const code of codes) bytes[to++] = code;
  };
  const word = (number: number): void => {
    const from = room(4);
    view.setUint32(from, number, true);
  };
  const remember = (key: unknown): void => {
    const place = memo.size;
    memo.set(key, place);
    if (place < 256) put(0x71, place);
    else {
      put(0x72);
      word(place);
    }
  };
  /** Whether it was written before: then it is referred to. */
  const recalled = (key: unknown): boolean => {
    const place = memo.get(key);
    if (place === undefined) return false;
    if (place < 256) put(0x68, place);
    else {
      put(0x6a);
      word(place);
    }
    return true;
  };

  const text = (string: string): void => {
    if (recalled(string)) return;
    if (/\p{Surrogate}/u.test(string)) throw new RangeError(`save(): half of a letter in a string${placed(path)}`);
    const encoded = encodeUtf8(string);
    put(0x58);
    word(encoded.length);
    raw(encoded);
    remember(string);
  };
  const long = (number: bigint): void => {
    const magnitude = number < 0n ? -number - 1n : number;
    const length = Math.floor(magnitude.toString(2).length / 8) + 1;
    if (length > 255) throw new RangeError(`save(): a BigInt of more than 255 bytes${placed(path)}`);
    put(0x8a, length);
    for (let i = 0, rest = number; i < length; i++, rest >>= 8n) put(Number(rest & 255n));
  };
  const float = (number: number): void => {
    put(0x47);
    const from = room(8);
    view.setFloat64(from, number);
  };
  const integer = (number: number): void => {
    if (number >= 0 && number < 256) put(0x4b, number);
    else if (number >= 0 && number < 65536) put(0x4d, number & 255, number >> 8);
    else if (number === (number | 0)) {
      put(0x4a);
      word(number);
    } else long(BigInt(number));
  };
  const name = (full: string): void => {
    // A key that no string of the file is.
    const key = `\n${full}`;
    if (recalled(key)) return;
    const last = full.lastIndexOf('.');
    const encoded = encodeUtf8(`c${full.slice(0, last)}\n${full.slice(last + 1)}\n`);
    raw(encoded);
    remember(key);
  };
  const member = (item: unknown, key: string): void => {
    path.push(key);
    write(item);
    path.pop();
  };
  const tuple = (items: readonly unknown[]): void => {
    if (items.length > 3) put(0x28);
    items.forEach((item, i) => {
      member(item, String(i));
    });
    put(items.length > 3 ? 0x74 : [0x29, 0x85, 0x86, 0x87][items.length]);
  };
  const dict = (entries: Iterable<readonly [unknown, unknown]>): void => {
    put(0x28);
    for (const [key, item] of entries) {
      write(key);
      member(item, String(key));
    }
    put(0x75);
  };
  const compound = (object: object): void => {
    if (object instanceof Float) float(object.value);
    else if (object instanceof Name) name(object.path);
    else if (object instanceof Tuple) tuple(object.items);
    else if (object instanceof Call) {
      name(object.path);
      tuple(object.args);
      put(0x52);
    } else if (object instanceof Persistent) {
      tuple(object.id.items);
      put(0x51);
    } else if (object instanceof Made) {
      name(object.path);
      put(0x29, 0x81);
      write(object.state);
      put(0x62);
    } else if (Array.isArray(object)) {
      put(0x5d, 0x28);
      // Holes, which forEach would leave out, are None.
      for (let i = 0; i < object.length; i++) member(object[i], String(i));
      put(0x65);
    } else if (object instanceof Dict || isMap(object)) {
      const of = object instanceof Dict ? object.of : null;
      if (of !== null) name(of);
      put(0x7d);
      dict(object.entries());
      if (of !== null) put(0x85, 0x52);
    } else compound(form(object, path));
  };
  const write = (item: unknown): void => {
    if (item === null || item === undefined) put(0x4e);
    else if (typeof item === 'boolean') put(item ? 0x88 : 0x89);
    else if (typeof item === 'string') text(item);
    else if (typeof item === 'bigint') long(item);
    else if (typeof item === 'number') {
      if (Number.isSafeInteger(item) && !Object.is(item, -0)) integer(item);
      else float(item);
    } else if (typeof item === 'symbol') throw new TypeError(`save(): cannot save ${String(item)}${placed(path)}`);
    else if (!recalled(item)) {
      if (open.has(item)) throw new TypeError(`save(): cannot save a value that contains itself${placed(path)}`);
      if (path.length > DEEPEST) throw new RangeError(`save(): nested more than ${DEEPEST} deep${placed(path)}`);
      open.add(item);
      compound(item);
      open.delete(item);
      // These are made for one place.
      if (!(item instanceof Tuple || item instanceof Call || item instanceof Float)) remember(item);
    }
  };

  put(0x80, 2);
  write(value);
  put(0x2e);
  return bytes.slice(0, at);
}

/** Where a value stands, for messages. */
export const placed = (path: readonly string[]): string => {
  if (path.length === 0) return '';
  return ` at ${path.length > 20 ? `${path.slice(0, 20).join('.')} …` : path.join('.')}`;
};
