/** Values of a PyTorch file as JavaScript's: dicts as objects, lists and tuples as arrays, tensors as tensors. */
import { Dict, Tuple } from '../tensor/python-values.ts';
import { Instance } from './pickle/values.ts';
import { bad, ElementType, FileTensor, type Maker } from './torch-tensors.ts';

/** Deeper nesting than this is an attack on the stack. */
const DEEPEST = 1000;
/** Values at the most that a file may stand for, where lists that stand in a list several times count each time. */
const MOST_VALUES = 2 ** 25;

/** Makes JavaScript's values of a file's; what is one in the file is one here. */
export class Values {
  private readonly made = new Map<unknown, { value: unknown; weight: number }>();
  private readonly open = new Set<unknown>();
  private readonly maker: Maker;
  private readonly instance: (instance: Instance, values: Values, path: readonly string[]) => unknown;
  /** Values that were made since the innermost one was begun. */
  private weight = 0;

  constructor(maker: Maker, instance: Values['instance']) {
    this.maker = maker;
    this.instance = instance;
  }

  /** The value that stands at `path`. */
  of(given: unknown, path: readonly string[]): unknown {
    if (++this.weight > MOST_VALUES) throw bad(`it stands for more than ${MOST_VALUES} values`);
    if (typeof given !== 'object' || given === null || given instanceof Uint8Array) return given;
    const known = this.made.get(given);
    if (known !== undefined) {
      this.weight += known.weight;
      return known.value;
    }
    const where = path.length === 0 ? 'its value' : JSON.stringify(path.join('.'));
    if (this.open.has(given)) throw bad(`${where} contains itself`);
    if (path.length > DEEPEST) throw bad(`it is nested more than ${DEEPEST} deep`);
    this.open.add(given);
    const before = this.weight;
    const value = this.make(given, path, where);
    this.open.delete(given);
    this.made.set(given, { value, weight: this.weight - before });
    return value;
  }

  private make(given: object, path: readonly string[], where: string): unknown {
    if (given instanceof FileTensor)
      return this.maker.tensor(given, path.length === 0 ? 'the tensor' : `tensor ${where}`);
    if (given instanceof Tuple) return given.items.map((item, i) => this.of(item, [...path, String(i)]));
    if (Array.isArray(given)) return given.map((item, i) => this.of(item, [...path, String(i)]));
    if (given instanceof Dict) return this.dict(given, path);
    if (given instanceof ElementType) return given.stored(where).dtype;
    if (given instanceof Instance) return this.instance(given, this, path);
    throw new TypeError(`load(): ${where} is a class, a function or a storage of Python's, not data`);
  }

  /** An object; a Map where keys are neither strings nor whole numbers, or a string and a number that are the same key. */
  private dict(given: Dict, path: readonly string[]): unknown {
    const entries = [...given.entries()].map(([key, value]): [unknown, unknown] => [
      this.of(key, [...path, 'key']),
      this.of(value, [...path, String(key)]),
    ]);
    const plain = entries.every(([key]) => typeof key === 'string' || Number.isInteger(key) || typeof key === 'bigint');
    const object = plain ? Object.fromEntries(entries as [string, unknown][]) : {};
    return plain && Object.keys(object).length === entries.length ? object : new Map(entries);
  }
}
