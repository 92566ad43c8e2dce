/** Values that Python tells apart and JavaScript does not: what files of Python's hold, and what is written into them. */

/** A tuple, or anything else that is listed and does not change. */
export class Tuple {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/** A float that may be whole. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A dict of any class; a key that stands twice has the last value, at the place of the first. */
export class Dict {
  readonly keys: unknown[] = [];
  readonly values: unknown[] = [];
  /** The class, where it is not `dict`. */
  readonly of: string | null;

  constructor(entries: Iterable<readonly [key: unknown, value: unknown]> = [], of: string | null = null) {
    this.of = of;
    for (const [key, value] of entries) this.set(key, value);
  }

  set(key: unknown, value: unknown): void {
    this.keys.push(key);
    this.values.push(value);
  }

  /** Keys and values as Python has them. */
  entries(): Map<unknown, unknown> {
    return new Map(this.keys.map((key, i) => [key, this.values[i]]));
  }
}

/** A call of a function by name when the file is read. */
export class Call {
  readonly path: string;
  readonly args: readonly unknown[];
  constructor(path: string, args: readonly unknown[]) {
    this.path = path;
    this.args = args;
  }
}

/** Under this an object may have a function that gives what it is in Python: a state dict with PyTorch's keys and types. */
export const PYTHON = Symbol('python');
