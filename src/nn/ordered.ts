/**
 * What the modules that hold modules in order share. PyTorch's order is that of assignment, whatever the names, whereas
 * JavaScript enumerates names that are whole numbers first: the names are kept beside the members.
 */
import { describe } from '../tensor/args.ts';
import { checkModule, Module } from './module.ts';

/** Names of the modules, in order. */
const ORDER = Symbol('order');

/** The names as a list, and among how many members they were found; -1 where nobody has looked for deleted ones. */
const FOUND = Symbol('found');

/** Position `index` of `length`, which may count from the end. */
export function position(index: number, length: number, last = length - 1): number {
  if (!Number.isInteger(index)) {
    const hint = Array.isArray(index) ? '; the slice(start, end) of a Sequential takes a range' : '';
    throw new TypeError(`indices must be integers, got ${describe(index)}${hint}`);
  }
  const at = index < 0 ? index + length : index;
  if (at < 0 || at > last) throw new RangeError(`index ${index} is out of range: there are ${length}`);
  return at;
}

/** Modules under names, in order. A module that is assigned (`model.head = …`) comes last, as in PyTorch. */
export abstract class Ordered<M extends Module = Module> extends Module {
  declare private [ORDER]: Set<string>;
  declare private [FOUND]: { names: string[]; among: number } | null;

  constructor() {
    super();
    Object.defineProperty(this, ORDER, { value: new Set() });
    Object.defineProperty(this, FOUND, { value: null, writable: true });
  }

  /** Notes a module that was assigned. @internal */
  note(name: string): void {
    const order = this[ORDER];
    if (order.has(name)) return;
    order.add(name);
    const found = this[FOUND];
    if (found === null) return;
    found.names.push(name);
    if (found.among >= 0) found.among++;
  }

  /** The names, in order, as they were noted: without a look at what was deleted since. */
  protected noted(): readonly string[] {
    this[FOUND] ??= { names: [...this[ORDER]], among: -1 };
    return this[FOUND].names;
  }

  /** The names, in order. */
  protected names(): readonly string[] {
    const keys = Object.keys(this);
    // What was deleted, or is a field of a subclass, shows in the number of members. (Measured: to look at each of them
    // each time took 41 s to append 4,000 modules.)
    const found = this[FOUND];
    if (found?.among === keys.length) return found.names;
    const order = this[ORDER];
    const gone = [...order].filter((name) => !Object.hasOwn(this, name));
    for (const name of gone) order.delete(name);
    // Fields of a subclass are defined and not assigned: nobody was told.
    for (const key of keys) if (this.child(key) instanceof Module) order.add(key);
    if (this.renumbers && gone.some((name) => /^\d+$/.test(name))) {
      this.rewrite([...order].map((name) => this.child(name)));
    }
    this[FOUND] = { names: [...order], among: Object.keys(this).length };
    return this[FOUND].names;
  }

  /** Whether the others move up when one is deleted by its number. */
  protected get renumbers(): boolean {
    return true;
  }

  protected override memberNames(): string[] {
    const names = this.names();
    const known = new Set(names);
    return [...Object.keys(this).filter((key) => !known.has(key)), ...names];
  }

  protected child(name: string): M {
    return (this as unknown as Record<string, M>)[name];
  }

  /** The modules, in order. */
  protected list(): M[] {
    return this.names().map((name) => this.child(name));
  }

  /** Makes these the modules, under their numbers. */
  protected rewrite(list: readonly Module[]): void {
    for (const name of this[ORDER]) Reflect.deleteProperty(this, name);
    this[ORDER].clear();
    this[FOUND] = null;
    list.forEach((module, i) => {
      this.addModule(String(i), module);
    });
  }

  override addModule(name: string, module: Module): void {
    super.addModule(name, module);
    this.note(name);
  }
}

/** A list of modules: what Sequential and ModuleList share. */
export abstract class ModuleSequence<M extends Module = Module> extends Ordered<M> implements Iterable<M> {
  /** Number of modules. */
  override get length(): number {
    return this.names().length;
  }

  /** Module `index`; negative counts from the end. */
  at(index: number): M {
    const names = this.names();
    return this.child(names[position(index, names.length)]);
  }

  /** Adds a module at the end; returns the holder. */
  append(module: Module): this {
    return this.extend([module]);
  }

  /** Adds modules at the end; returns the holder. */
  extend(modules: Iterable<Module>): this {
    if (typeof modules?.[Symbol.iterator] !== 'function') {
      const { name } = this.constructor;
      throw new TypeError(`${name}.extend should be called with an iterable, but got ${describe(modules)}`);
    }
    const added = [...modules];
    for (const module of added) checkModule(module);
    let at = this.names().length;
    for (const module of added) {
      while (Object.hasOwn(this, String(at))) at++;
      this.addModule(String(at++), module);
    }
    return this;
  }

  /** Puts a module before position `index`; from there on they are numbered anew. */
  insert(index: number, module: Module): this {
    checkModule(module);
    const list: Module[] = this.list();
    list.splice(position(index, list.length, list.length), 0, module);
    this.rewrite(list);
    return this;
  }

  /** Takes module `index` (the last by default) out and gives it; the others are numbered anew. */
  pop(index = -1): M {
    const list = this.list();
    const [module] = list.splice(position(index, list.length), 1);
    this.rewrite(list);
    return module;
  }

  *[Symbol.iterator](): Iterator<M> {
    yield* this.list();
  }
}

// Here too, so that calls do not look for it behind the proxy.
Object.defineProperty(Ordered.prototype, '__call__', {
  value: Module.prototype.__call__,
  configurable: true,
  writable: true,
});

// An assignment to a name that an object does not have looks for a setter along its prototypes, and so comes by here.
// What is read is found before. (Measured: enumerating the members at each pass instead takes three times as long as
// all else that a Sequential does beside its layers.)
Object.setPrototypeOf(
  Ordered.prototype,
  new Proxy(Object.create(Module.prototype) as object, {
    set(target, key, value, holder: Ordered) {
      const done = Reflect.set(target, key, value, holder);
      if (value instanceof Module && typeof key === 'string') holder.note(key);
      return done;
    },
  }),
);
