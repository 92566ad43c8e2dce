/** Values of a PyTorch file as JavaScript's: dicts as objects, lists and tuples as arrays, tensors as tensors. */
import { isBytes } from '../tensor/brands.ts';
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
  private readonly path: string[] = [];
  private readonly maker: Maker;
  private readonly instance: (instance: Instance, values: Values) => unknown;
  /** Values that were made since the innermost one was begun. */
  private weight = 0;

  constructor(maker: Maker, instance: Values['instance']) {
    this.maker = maker;
    this.instance = instance;
  }

  /** Where the value stands that is being made: `"model.0"`. */
  where(whole: string): string {
    return this.path.length === 0 ? whole : JSON.stringify(this.path.join('.'));
  }

  /** The value that stands under `name` in the one that is being made. */
  member(given: unknown, name: string): unknown {
    this.path.push(name);
    const value = this.of(given);
    this.path.pop();
    return value;
  }

  /** The value of a file's. */
  of(given: unknown): unknown {
    if (++this.weight > MOST_VALUES) throw bad(`it stands for more than ${MOST_VALUES} values`);
    if (typeof given !== 'object' || given === null || isBytes(given)) return given;
    const known = this.made.get(given);
    if (known !== undefined) {
      this.weight += known.weight;
      return known.value;
    }
    if (this.open.has(given)) throw bad(`${this.where('its value')} contains itself`);
    if (this.path.length > DEEPEST) throw bad(`it is nested more than ${DEEPEST} deep`);
    this.open.add(given);
    const before = this.weight;
    const value = this.make(given);
    this.open.delete(given);
    this.made.set(given, { value, weight: this.weight - before });
    return value;
  }

  private make(given: object): unknown {
    if (given instanceof FileTensor) return this.maker.tensor(given, `tensor ${this.where('')}`.trim());
    const items: unknown = given instanceof Tuple ? given.items : given;
    if (Array.isArray(items)) return items.map((item, i) => this.member(item, String(i)));
    if (given instanceof Dict) return this.dict(given);
    if (given instanceof ElementType) return given.stored(this.where('a dtype')).dtype;
    if (given instanceof Instance) return this.instance(given, this);
    throw new TypeError(`load(): ${this.where('its value')} is a class, a function or a storage of Python's, not data`);
  }

  /** An object; a Map where keys are neither strings nor whole numbers, or a string and a number that are the same key. */
  private dict(given: Dict): unknown {
    const entries = [...given.entries()].map(([key, value]): [unknown, unknown] => [
      this.member(key, 'key'),
      this.member(value, String(key)),
    ]);
    const plain = entries.every(([key]) => typeof key === 'string' || Number.isInteger(key) || typeof key === 'bigint');
    const object = plain ? Object.fromEntries(entries as [string, unknown][]) : {};
    return plain && Object.keys(object).length === entries.length ? object : new Map(entries);
  }
}
