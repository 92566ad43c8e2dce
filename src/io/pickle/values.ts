/**
 * What a pickle holds besides values (`tensor/python-values.ts`), before anything is made of it. Lists are arrays; strings,
 * numbers, booleans, null, BigInts and bytes (Uint8Array) are themselves.
 */

/** What the allow-list lets in: a function that makes values of values. */
export class Callable {
  readonly call: (args: readonly unknown[]) => unknown;
  constructor(call: Callable['call']) {
    this.call = call;
  }
}

/** A class of which a file holds instances; `value` is what torchlet has for it. */
export class Class {
  readonly path: string;
  readonly value: unknown;
  constructor(path: string, value?: unknown) {
    this.path = path;
    this.value = value;
  }
}

/** An instance: what it is of, and what BUILD gave it. */
export class Instance {
  readonly of: Class;
  state: unknown = null;
  constructor(of: Class) {
    this.of = of;
  }
}
