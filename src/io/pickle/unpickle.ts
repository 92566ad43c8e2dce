/**
 * The machine that reads pickles. It knows the opcodes that `torch.save` writes and no other, looks names up in an
 * allow-list, and calls nothing but what that gives. Each opcode makes one value at the most, and their number is bounded,
 * so that neither time nor memory can be more than in proportion to the file's size.
 */

import { Dict, Tuple } from '../../tensor/python-values.ts';
import { damaged } from '../header.ts';
import { decodeUtf8 } from '../utf8.ts';
import { Callable, Class, Instance } from './values.ts';

/** Opcodes that are carried out at the most: some seconds, and far more than the values of any file. */
const MOST_STEPS = 2 ** 25;
/** Values that are remembered at the most: a Map holds no more. */
const MOST_REMEMBERED = 2 ** 23;

/** What a pickle may refer to. */
export interface World {
  /** What has this name; throws for what may not be named. */
  global(path: string): unknown;
  /** What stands outside of the pickle under this id. */
  persistent(id: unknown): unknown;
}

const EMPTY = new Tuple([]);

/** A whole number as a number if that holds it exactly, otherwise as a BigInt. */
function long(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  value = BigInt.asIntN(8 * bytes.length, value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Reads the pickle that begins at byte `start`: its value, and where it ends. */
export function unpickle(bytes: Uint8Array, start: number, world: World): [value: unknown, end: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: unknown[] = [];
  const marks: number[] = [];
  const memo = new Map<number, unknown>();
  /** Where the values since the last mark begin. */
  let floor = 0;
  let at = start;

  const bad = (what: string): RangeError => damaged(`its pickle ${what} (byte ${at})`, 'PyTorch file');
  const take = (count: number): number => {
    const from = at;
    if (count > bytes.length - from) throw bad('was cut off');
    at += count;
    return from;
  };
  const pop = (): unknown => {
    if (stack.length <= floor) throw bad('takes a value that is not there');
    return stack.pop();
  };
  const popMark = (): unknown[] => {
    const mark = marks.pop();
    if (mark === undefined) throw bad('takes values since a mark that is not there');
    floor = marks[marks.length - 1] ?? 0;
    return stack.splice(mark);
  };
  const top = (): unknown => {
    if (stack.length <= floor) throw bad('changes a value that is not there');
    return stack[stack.length - 1];
  };
  const text = (length: number): string => {
    const from = take(length);
    try {
      return decodeUtf8(bytes.subarray(from, at));
    } catch {
      throw bad('has a string that is not UTF-8');
    }
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw bad('was cut off');
    const found = text(end - at);
    at++;
    return found;
  };
  const remember = (key: number): void => {
    if (memo.size >= MOST_REMEMBERED) throw bad(`remembers more than ${MOST_REMEMBERED} values`);
    memo.set(key, top());
  };
  const recall = (key: number): void => {
    if (!memo.has(key)) throw bad(`refers to value ${key}, which was not given`);
    stack.push(memo.get(key));
  };
  const tuple = (count: number): void => {
    const items = Array.from({ length: count }, pop).reverse();
    stack.push(new Tuple(items));
  };
  const argsOf = (value: unknown): readonly unknown[] => {
    if (!(value instanceof Tuple)) throw bad('calls something without a tuple of arguments');
    return value.items;
  };
  const append = (items: readonly unknown[]): void => {
    const list = top();
    if (!Array.isArray(list)) throw bad('appends to what is no list');
    for (const item of items) list.push(item);
  };
  const setItems = (items: readonly unknown[]): void => {
    const dict = top();
    if (!(dict instanceof Dict) || items.length % 2 > 0) throw bad('sets items of what is no dict, or half of one');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  };
  const build = (state: unknown): void => {
    const target = top();
    if (target instanceof Instance) target.state = state;
    // A state dict's own attributes, `_metadata`, say nothing that is not known here.
    else if (!(target instanceof Dict)) throw bad('gives a state to what can have none');
  };

  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const code = bytes[take(1)];
    switch (code) {
      case 0x80: {
        const protocol = bytes[take(1)];
        if (protocol <= 2) break;
        throw bad(`has protocol ${protocol}; PyTorch's own is 2: torch.save(…, pickle_protocol=2) writes it`);
      }
      case 0x2e:
        if (stack.length !== 1 || marks.length > 0) throw bad('ends with other than one value');
        return [stack[0], at];
      case 0x28:
        marks.push(stack.length);
        floor = stack.length;
        break;
      case 0x4e:
        stack.push(null);
        break;
      case 0x88:
      case 0x89:
        stack.push(code === 0x88);
        break;
      case 0x4b:
        stack.push(bytes[take(1)]);
        break;
      case 0x4d:
        stack.push(view.getUint16(take(2), true));
        break;
      case 0x4a:
        stack.push(view.getInt32(take(4), true));
        break;
      case 0x8a: {
        const length = bytes[take(1)];
        const from = take(length);
        stack.push(long(bytes.subarray(from, at)));
        break;
      }
      case 0x47:
        stack.push(view.getFloat64(take(8)));
        break;
      case 0x58:
        stack.push(text(view.getUint32(take(4), true)));
        break;
      case 0x55:
        stack.push(text(bytes[take(1)]));
        break;
      case 0x29:
        stack.push(EMPTY);
        break;
      case 0x85:
      case 0x86:
      case 0x87:
        tuple(code - 0x84);
        break;
      case 0x74:
        stack.push(new Tuple(popMark()));
        break;
      case 0x5d:
        stack.push([]);
        break;
      case 0x61:
        append([pop()]);
        break;
      case 0x65:
        append(popMark());
        break;
      case 0x7d:
        stack.push(new Dict());
        break;
      case 0x73: {
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case 0x75:
        setItems(popMark());
        break;
      case 0x71:
        remember(bytes[take(1)]);
        break;
      case 0x72:
        remember(view.getUint32(take(4), true));
        break;
      case 0x68:
        recall(bytes[take(1)]);
        break;
      case 0x6a:
        recall(view.getUint32(take(4), true));
        break;
      case 0x63: {
        const module = line();
        stack.push(world.global(`${module === '__builtin__' ? 'builtins' : module}.${line()}`));
        break;
      }
      case 0x51:
        stack.push(world.persistent(pop()));
        break;
      case 0x52: {
        const args = argsOf(pop());
        const callable = pop();
        if (!(callable instanceof Callable)) throw bad('calls what is no function of the allow-list');
        stack.push(callable.call(args));
        break;
      }
      case 0x81: {
        const args = argsOf(pop());
        const of = pop();
        if (!(of instanceof Class) || args.length > 0)
          throw bad('makes an instance of what is no class, or by arguments');
        stack.push(new Instance(of));
        break;
      }
      case 0x62:
        build(pop());
        break;
      default:
        throw bad(`has the opcode 0x${code.toString(16)}, which torch.save does not write`);
    }
  }
  throw bad(`takes more than ${MOST_STEPS} steps`);
}
