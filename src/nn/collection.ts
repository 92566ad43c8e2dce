/** Modules held in a list or under names, without an order of computation: `forward` is the owner's to write. */
import { describe, isOptions } from '../tensor/args.ts';
import { checkName } from './given.ts';
import { checkModule, Module } from './module.ts';
import { ModuleSequence, Ordered } from './ordered.ts';

/** What a ModuleList does; its public type adds the typed indices. */
class ModuleListOf<M extends Module = Module> extends ModuleSequence<M> {
  /** @param modules - The modules, in order. */
  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  override forward(..._args: never[]): never {
    throw new Error('Module [ModuleList] is missing the required "forward" function: call the modules it holds');
  }

  /** PyTorch's printed form: modules that print alike stand together. */
  override toString(): string {
    const runs: { from: number; to: number; text: string }[] = [];
    this.list().forEach((module, i) => {
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
class ModuleDictOf extends Ordered implements Iterable<string> {
  /** @param modules - Modules by name. */
  constructor(modules: Readonly<Record<string, Module>> = {}) {
    super();
    this.update(modules);
  }

  override addModule(name: string, module: Module): void {
    this.checkNew(name, module);
    super.addModule(name, module);
  }

  private checkNew(name: string, module: Module): void {
    checkName(name, 'ModuleDict');
    if (name in this && !Object.hasOwn(this, name)) throw new RangeError(`attribute '${name}' already exists`);
    checkModule(module, `ModuleDict: ${name}: `);
  }

  protected override get renumbers(): boolean {
    return false;
  }

  /** Adds modules, or replaces those of the same name. */
  update(modules: Readonly<Record<string, Module>>): void {
    const given: unknown = modules;
    if (!isOptions(given) && !(given instanceof ModuleDictOf)) {
      throw new TypeError(`ModuleDict.update should be called with modules by name, but got ${describe(modules)}`);
    }
    const added = given instanceof ModuleDictOf ? given.items() : Object.entries(modules);
    for (const [name, module] of added) this.checkNew(name, module);
    for (const [name, module] of added) this.addModule(name, module);
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
    const entries = this.names().map((name): [string, Module] => [name, this.child(name)]);
    return entries.filter(([, module]) => module instanceof Module);
  }

  /** Whether there is a module of that name. */
  has(name: string): boolean {
    return typeof name === 'string' && Object.hasOwn(this, name) && this.child(name) instanceof Module;
  }

  /** Takes a module out and gives it. */
  pop(name: string): Module {
    if (!this.has(name))
      throw new RangeError(`there is no module ${describe(name)}; there are ${this.keys().join(', ')}`);
    const module = this.child(name);
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
