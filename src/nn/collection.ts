/** Modules held in a list or under names, without an order of computation: `forward` is the owner's to write. */
import { describe } from '../tensor/args.ts';
import { checkModule, Module } from './module.ts';

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

/** What a ModuleList does; its public type adds the typed indices. */
class ModuleListOf<M extends Module = Module> extends Module implements Iterable<M> {
  /** @param modules - The modules, in order. */
  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  private get list(): M[] {
    return Object.keys(this)
      .filter((key) => /^\d+$/.test(key))
      .map((key) => (this as unknown as Record<string, M>)[key]);
  }

  private rewrite(list: readonly Module[]): void {
    for (let i = this.length - 1; i >= list.length; i--) Reflect.deleteProperty(this, String(i));
    list.forEach((module, i) => {
      this.addModule(String(i), module);
    });
  }

  /** Number of modules. */
  override get length(): number {
    return this.list.length;
  }

  /** Module `index`; negative counts from the end. */
  at(index: number): M {
    const { list } = this;
    return list[position(index, list.length)];
  }

  /** Adds a module at the end; returns the list. */
  append(module: Module): this {
    this.addModule(String(this.length), module);
    return this;
  }

  /** Adds modules at the end; returns the list. */
  extend(modules: Iterable<Module>): this {
    if (typeof modules?.[Symbol.iterator] !== 'function') {
      throw new TypeError(`ModuleList.extend should be called with an iterable, but got ${describe(modules)}`);
    }
    const added = [...modules];
    for (const module of added) checkModule(module);
    for (const module of added) this.append(module);
    return this;
  }

  /** Puts a module before position `index`. */
  insert(index: number, module: Module): void {
    checkModule(module);
    const list: Module[] = this.list;
    list.splice(position(index, list.length, list.length), 0, module);
    this.rewrite(list);
  }

  /** Takes module `index` (the last by default) out and gives it. */
  pop(index = -1): M {
    const { list } = this;
    const [module] = list.splice(position(index, list.length), 1);
    this.rewrite(list);
    return module;
  }

  *[Symbol.iterator](): Iterator<M> {
    yield* this.list;
  }

  override forward(..._args: never[]): never {
    throw new Error('Module [ModuleList] is missing the required "forward" function: call the modules it holds');
  }

  /** PyTorch's printed form: modules that print alike stand together. */
  override toString(): string {
    const runs: { from: number; to: number; text: string }[] = [];
    this.list.forEach((module, i) => {
      const text = String(module);
      const last = runs[runs.length - 1];
      if (last?.text === text) last.to = i;
      else runs.push({ from: i, to: i, text });
    });
    if (runs.length === 0) return 'ModuleList()';
    const lines = runs.map(({ from, to, text }) => {
      const line = from === to ? `(${from}): ${text}` : `(${from}-${to}): ${to - from + 1} x ${text}`;
      return `  ${line.replaceAll('\n', '\n  ')}`;
    });
    return `ModuleList(\n${lines.join('\n')}\n)`;
  }
}
Object.defineProperty(ModuleListOf, 'name', { value: 'ModuleList' });

/** A ModuleList whose indices have its modules' type. */
export type ModuleList<M extends Module = Module> = ModuleListOf<M> & { readonly [index: number]: M };

/**
 * Modules in a list, registered: their parameters are found, saved and trained. Indexable, iterable, `length`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { nn } = torch;
 * const layers = new nn.ModuleList([new nn.Linear(2, 2), new nn.Linear(2, 2)]);
 * console.log(layers);
 * // => ModuleList(
 * // =>   (0-1): 2 x Linear(in_features=2, out_features=2, bias=True)
 * // => )
 * console.log(layers.length, layers.parameters().length); // => 2 4
 * ```
 */
export const ModuleList = ModuleListOf as { new <M extends Module = Module>(modules?: Iterable<M>): ModuleList<M> };

/** What a ModuleDict does; its public type adds the names. */
class ModuleDictOf extends Module implements Iterable<string> {
  /** @param modules - Modules by name. */
  constructor(modules: Readonly<Record<string, Module>> = {}) {
    super();
    this.update(modules);
  }

  override addModule(name: string, module: Module): void {
    if (name in this && !Object.hasOwn(this, name)) throw new RangeError(`attribute '${name}' already exists`);
    super.addModule(name, module);
  }

  /** Adds modules, or replaces those of the same name. */
  update(modules: Readonly<Record<string, Module>>): void {
    for (const [name, module] of Object.entries(modules)) this.addModule(name, module);
  }

  /** The names, in order. */
  keys(): string[] {
    return this.items().map(([name]) => name);
  }

  /** The modules, in order. */
  values(): Module[] {
    return this.items().map(([, module]) => module);
  }

  /** Names and modules, in order. */
  items(): [string, Module][] {
    return Object.entries(this).filter((entry): entry is [string, Module] => entry[1] instanceof Module);
  }

  /** Whether there is a module of that name. */
  has(name: string): boolean {
    return this.keys().includes(name);
  }

  /** Takes a module out and gives it. */
  pop(name: string): Module {
    if (!this.has(name)) throw new RangeError(`there is no module '${name}'; there are ${this.keys().join(', ')}`);
    const module = (this as unknown as Record<string, Module>)[name];
    Reflect.deleteProperty(this, name);
    return module;
  }

  /** Takes all out. */
  clear(): void {
    for (const name of this.keys()) Reflect.deleteProperty(this, name);
  }

  *[Symbol.iterator](): Iterator<string> {
    yield* this.keys();
  }

  override forward(..._args: never[]): never {
    throw new Error('Module [ModuleDict] is missing the required "forward" function: call the modules it holds');
  }
}
Object.defineProperty(ModuleDictOf, 'name', { value: 'ModuleDict' });

/** A ModuleDict whose members have the types of the modules given. */
export type ModuleDict<R extends Readonly<Record<string, Module>> = Record<string, Module>> = ModuleDictOf & R;

/**
 * Modules under names, registered: `dict.name` is the module; `keys()`, `values()`, `items()`, `update()`, `pop()`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { nn } = torch;
 * const choices = new nn.ModuleDict({ linear: new nn.Linear(2, 3), relu: new nn.ReLU() });
 * console.log(choices.keys(), choices.linear.outFeatures); // => [ 'linear', 'relu' ] 3
 * ```
 */
export const ModuleDict = ModuleDictOf as unknown as {
  new <R extends Readonly<Record<string, Module>>>(modules?: R): ModuleDict<R>;
};
