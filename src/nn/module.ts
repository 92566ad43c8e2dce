/**
 * `nn.Module`: a callable with parameters, buffers and submodules. They are registered by being assigned: a module is
 * its own enumerable properties, in the order in which they were first assigned, and nothing else is kept beside them.
 */

import type { RemovableHandle } from '../autograd/hooks.ts';
import { type Watcher, watcher } from '../autograd/watcher.ts';
import { inOperation } from '../memory/errors.ts';
import { setRequiresGrad } from '../ops/create/create.ts';
import { clearGradients, setToNoneOf } from '../ops/gradients.ts';
import { detach } from '../ops/view/view.ts';
import { describe, isFunction } from '../tensor/args.ts';
import { kindElsewhere, markKind } from '../tensor/brands.ts';
import { makeCallable, noJSON } from '../tensor/callable.ts';
import { checkDevice } from '../tensor/device.ts';
import { DType, float32, float64 } from '../tensor/dtype.ts';
import { endOfChain, onPythonNames } from '../tensor/hints.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor, tenure } from '../tensor/tensor.ts';
import { convertAll } from './convert.ts';
import { checkName, checkPlace, checkString } from './given.ts';
import { addHook, type BackwardHook, type BackwardPreHook, type ForwardHook, type ForwardPreHook } from './hooks.ts';
import { Parameter } from './parameter.ts';
import { guard, vacate } from './place.ts';
import { checkDict, fillState, type IncompatibleKeys, type StateDict } from './state-dict.ts';

/** Names of a module's buffers, and which of them are saved. Kept under a symbol: it is no member of the module. */
export const BUFFERS = Symbol('buffers');

/** Names under which a module has had parameters and modules, and what may stand there. */
export const PLACES = Symbol('places');

/** Calling a module calls its `forward`, with its types. */
export interface Module {
  (...args: Parameters<this['forward']>): ReturnType<this['forward']>;
}

/**
 * Base class of all layers and models. Subclass it, assign layers and parameters as fields, write `forward`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { nn } = torch;
 * class Net extends nn.Module {
 *   fc = new nn.Linear(4, 2);
 *   forward(x: torch.Tensor) {
 *     return this.fc(x).relu();
 *   }
 * }
 * const net = new Net();
 * console.log(String(net(torch.ones(3, 4)).shape), net.parameters().length); // => torch.Size([3, 2]) 2
 * ```
 */
export abstract class Module {
  /** Whether the module trains (dropout drops) or evaluates. Set by `train()` and `eval()`. */
  declare training: boolean;
  /** @internal */
  declare readonly [BUFFERS]: Map<string, boolean>;
  /** @internal */
  declare readonly [PLACES]: Map<string, string>;

  /** @throws TypeError for arguments: those of a subclass are its own constructor's. */
  constructor(...args: []) {
    bindRecord('()', args, new.target.name);
    const self = makeCallable(new.target.prototype as this);
    Object.defineProperty(self, BUFFERS, { value: new Map<string, boolean>() });
    Object.defineProperty(self, PLACES, { value: new Map<string, string>() });
    self.training = true;
    // biome-ignore lint/correctness/noConstructorReturn: the instance is a function with the class's prototype
    return self;
  }

  /** What the module computes; subclasses write it, callers call the module itself. */
  abstract forward(...args: never[]): unknown;

  /** Called by calling the module. @internal */
  __call__(...args: never[]): unknown {
    try {
      return watcher === null ? this.forward(...args) : runWatched(watcher, this, args);
    } catch (error) {
      throw inOperation(error, this.constructor.name);
    }
  }

  /**
   * The module's own members that are of `kind`, in order of assignment. Anything else where a parameter or a module was
   * is refused: it would leave the optimizer and the state dict unnoticed. Parameters refuse the assignment itself, in a
   * user's class from here on; modules are read too often for that and are looked after here.
   */
  private own<T>(kind: abstract new (...args: never[]) => T): [string, T][] {
    const found: [string, T][] = [];
    const places = this[PLACES];
    for (const name of places.keys()) if (!Object.hasOwn(this, name) && places.delete(name)) vacate(this, name);
    for (const key of this.memberNames()) {
      const value = (this as unknown as Record<string, unknown>)[key];
      if (value instanceof Parameter) guard(this, key, places);
      else if (value instanceof Module) places.set(key, 'child module');
      else if (places.has(key)) checkPlace(places.get(key) as string, key, value);
      else if (kindElsewhere(value) !== null) throw new TypeError(`member '${key}' is ${describe(value)}`);
      if (value instanceof kind) found.push([key, value]);
    }
    return found;
  }

  /** The names of its members, in the order in which they are listed. */
  protected memberNames(): string[] {
    return Object.keys(this);
  }

  private ownBuffers(): [string, Tensor][] {
    const found: [string, Tensor][] = [];
    for (const name of this[BUFFERS].keys()) {
      const value = (this as unknown as Record<string, unknown>)[name];
      if (value instanceof Tensor) found.push([name, value]);
      else checkPlace('buffer', name, value);
    }
    return found;
  }

  /** Its direct submodules, named. */
  namedChildren(): [string, Module][] {
    const seen = new Set<Module>();
    return this.own(Module).filter(([, child]) => !seen.has(child) && seen.add(child));
  }

  /** Its direct submodules. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** The module itself (named '') and all below it, each once. */
  namedModules(prefix = ''): [string, Module][] {
    checkString('namedModules', 'prefix', prefix);
    const found: [string, Module][] = [];
    const seen = new Set<Module>();
    const visit = (name: string, module: Module): void => {
      if (seen.has(module)) return;
      seen.add(module);
      found.push([name, module]);
      for (const [key, child] of module.own(Module)) visit(name === '' ? key : `${name}.${key}`, child);
    };
    visit(prefix, this);
    return found;
  }

  /** The module itself and all below it, each once. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  private collect<T>(members: (module: Module) => [string, T][], prefix: string, recurse: boolean): [string, T][] {
    checkString('namedParameters', 'prefix', prefix);
    const found: [string, T][] = [];
    const seen = new Set<T>();
    for (const [path, module] of recurse ? this.namedModules(prefix) : [[prefix, this] as [string, Module]]) {
      for (const [name, value] of members(module)) {
        if (seen.has(value)) continue;
        seen.add(value);
        found.push([path === '' ? name : `${path}.${name}`, value]);
      }
    }
    return found;
  }

  /** All parameters with their dotted names, `0.weight`; each once, even if shared. */
  namedParameters(prefix = '', recurse = true): [string, Parameter][] {
    return this.collect((module) => module.own(Parameter), prefix, recurse);
  }

  /** All parameters, each once. */
  parameters(recurse = true): Parameter[] {
    return this.namedParameters('', recurse).map(([, parameter]) => parameter);
  }

  /** All buffers with their dotted names. */
  namedBuffers(prefix = '', recurse = true): [string, Tensor][] {
    return this.collect((module) => module.ownBuffers(), prefix, recurse);
  }

  /** All buffers. */
  buffers(recurse = true): Tensor[] {
    return this.namedBuffers('', recurse).map(([, buffer]) => buffer);
  }

  /** Assigns a tensor that belongs to the state but is not trained, such as a running mean. */
  registerBuffer(name: string, tensor: Tensor | null, persistent = true): void {
    checkName(name, 'registerBuffer');
    if (tensor !== null) {
      if (!(tensor instanceof Tensor)) {
        throw new TypeError(`registerBuffer(): buffer '${name}' must be a Tensor or null, got ${describe(tensor)}`);
      }
      tenure(tensor, 'registerBuffer');
    }
    this[BUFFERS].set(name, persistent);
    (this as unknown as Record<string, unknown>)[name] = tensor;
  }

  /** Assigns a parameter by name: what `this[name] = parameter` does. */
  registerParameter(name: string, parameter: Parameter | null): void {
    checkName(name, 'registerParameter');
    if (parameter !== null && !(parameter instanceof Parameter)) {
      throw new TypeError(`registerParameter(): '${name}' must be an nn.Parameter or null, got ${describe(parameter)}`);
    }
    (this as unknown as Record<string, unknown>)[name] = parameter;
    guard(this, name, this[PLACES]);
  }

  /** Assigns a submodule by name: what `this[name] = module` does. */
  addModule(name: string, module: Module): void {
    checkName(name, 'addModule');
    checkModule(module);
    (this as unknown as Record<string, unknown>)[name] = module;
  }

  /**
   * The submodule of a dotted name, `'encoder.0'`; the module itself for `''`.
   *
   * @throws RangeError when there is none of that name; TypeError when what has the name is no module.
   */
  getSubmodule(target: string): Module {
    checkString('getSubmodule', 'target', target);
    let module: Module = this;
    for (const name of target === '' ? [] : target.split('.')) {
      const found = module.member(name);
      if (!(found instanceof Module)) throw new TypeError(`\`${name}\` is not an nn.Module`);
      module = found;
    }
    return module;
  }

  /**
   * The parameter of a dotted name, `'fc.weight'`.
   *
   * @throws RangeError when there is none of that name; TypeError when what has the name is no parameter.
   */
  getParameter(target: string): Parameter {
    checkString('getParameter', 'target', target);
    const names = target.split('.');
    const name = names.pop() as string;
    const found = this.getSubmodule(names.join('.')).member(name);
    if (!(found instanceof Parameter)) throw new TypeError(`\`${name}\` is not an nn.Parameter`);
    return found;
  }

  private member(name: string): unknown {
    if (!Object.hasOwn(this, name)) throw new RangeError(`${this.constructor.name} has no attribute \`${name}\``);
    return (this as unknown as Record<string, unknown>)[name];
  }

  /** Calls `fn` on every submodule and then on the module itself; returns the module. */
  apply(fn: (module: Module) => void): this {
    if (!isFunction(fn)) throw new TypeError(`apply(): fn must be a function, got ${describe(fn)}`);
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Puts the module and all below it into training mode, or evaluation mode; returns the module. */
  train(mode = true): this {
    if (typeof mode !== 'boolean')
      throw new TypeError(`training mode is expected to be boolean, got ${describe(mode)}`);
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Puts the module and all below it into evaluation mode: dropout lets everything pass. */
  eval(): this {
    return this.train(false);
  }

  /** Freezes (false) or unfreezes all parameters; returns the module. */
  requiresGrad_(requiresGrad = true): this {
    for (const parameter of this.parameters()) setRequiresGrad(parameter, requiresGrad);
    return this;
  }

  /** Forgets all gradients, or (`setToNone` false) writes zeros into them. */
  zeroGrad(setToNone: boolean | { setToNone?: boolean } = true): void {
    clearGradients(this.parameters(), setToNoneOf(setToNone));
  }

  /**
   * Converts the floating-point parameters and buffers; returns the module. The device may be named for the sake of
   * pasted programs.
   *
   * @param target - A floating-point dtype, `'cpu'`, or `{ dtype, device }`.
   * @throws TypeError for another dtype; RangeError for another device.
   */
  to(target: DType | string | { dtype?: DType; device?: string }): this {
    if (typeof target === 'string') checkDevice(target, 'nn.Module.to');
    else if (target instanceof DType) convertAll(this, target);
    else {
      const { dtype } = bindRecord('nn.Module.to(dtype: dtype? = null, device: device? = null)', [target]);
      if (dtype !== null) convertAll(this, dtype);
    }
    return this;
  }

  /** `to(torch.float32)`. */
  float(): this {
    return this.to(float32);
  }

  /** `to(torch.float64)`. */
  double(): this {
    return this.to(float64);
  }

  /**
   * All parameters and persistent buffers by their dotted names. The tensors share the module's memory: clone what is
   * to stay as it is.
   */
  stateDict(prefix = ''): StateDict {
    checkString('stateDict', 'prefix', prefix);
    const state: StateDict = {};
    for (const [name, parameter] of this.own(Parameter)) state[prefix + name] = detach(parameter);
    for (const [name, buffer] of this.ownBuffers()) {
      if (this[BUFFERS].get(name)) state[prefix + name] = detach(buffer);
    }
    for (const [name, child] of this.own(Module)) Object.assign(state, child.stateDict(`${prefix}${name}.`));
    return state;
  }

  /**
   * Copies parameters and buffers from a state dict. Nothing is copied unless everything fits.
   *
   * @param stateDict - As `stateDict()` gives it.
   * @param options - `strict` (default true): missing and unexpected keys are errors.
   * @throws RangeError that lists missing keys, unexpected keys and sizes that differ.
   */
  loadStateDict(stateDict: StateDict, options: boolean | { strict?: boolean } = true): IncompatibleKeys {
    checkDict(stateDict);
    const { strict } = bindRecord('loadStateDict(strict: bool = true)', [options]);
    return fillState(this.constructor.name, this.stateDict(), stateDict, strict);
  }

  /** Calls `hook(module, args)` before each forward pass; what it returns, if anything, takes the arguments' place. */
  registerForwardPreHook(hook: ForwardPreHook<this>): RemovableHandle {
    return addHook(this, 'forwardPre', hook);
  }

  /** Calls `hook(module, args, output)` after each forward pass; what it returns, if anything, takes the output's place. */
  registerForwardHook(hook: ForwardHook<this>): RemovableHandle {
    return addHook(this, 'forward', hook);
  }

  /** Calls `hook(module, gradOutput)` once the outputs' gradients are known; what it returns takes their place. */
  registerFullBackwardPreHook(hook: BackwardPreHook<this>): RemovableHandle {
    return addHook(this, 'backwardPre', hook);
  }

  /** Calls `hook(module, gradInput, gradOutput)` once the inputs' gradients are known; what it returns takes their place. */
  registerFullBackwardHook(hook: BackwardHook<this>): RemovableHandle {
    return addHook(this, 'backward', hook);
  }

  /** What stands between the brackets of the printed form; layers override it. */
  extraRepr(): string {
    return '';
  }

  /** A module has no text: without this, JSON.stringify would leave it out, as it does with functions. @internal */
  toJSON(): never {
    throw noJSON(this, 'its stateDict(), or bytes by torch.save(model.stateDict())');
  }

  /** PyTorch's printed form. */
  toString(): string {
    const extra = this.extraRepr();
    const children = this.own(Module);
    const { name } = this.constructor;
    if (children.length === 0) return `${name}(${extra.includes('\n') ? `\n  ${extra}\n` : extra})`;
    const lines = children.map(([key, child]) => `(${key}): ${String(child).replaceAll('\n', '\n  ')}`);
    return `${name}(\n  ${[...(extra === '' ? [] : [extra]), ...lines].join('\n  ')}\n)`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

markKind(Module.prototype, 'module');
Object.setPrototypeOf(Module.prototype, endOfChain(onPythonNames('a module')));

Object.defineProperty(Module.prototype, 'forward', {
  value(this: Module) {
    throw new Error(`Module [${this.constructor.name}] is missing the required "forward" function`);
  },
  writable: true,
  configurable: true,
});

/** Throws for what is no module; says so of a class, or a list, where modules are asked for. */
export function checkModule(value: unknown, place = ''): asserts value is Module {
  if (value instanceof Module) return;
  const isClass = typeof value === 'function' && value.prototype instanceof Module;
  const hint = isClass ? `: write new ${value.name}()` : Array.isArray(value) ? ': write ...list' : '';
  throw new TypeError(`${place}${describe(value)} is not a Module subclass${hint}`);
}

/** A forward pass under anomaly detection. Apart, since a closure costs each pass that is not. */
const runWatched = (by: Watcher, on: Module, args: never[]): unknown => by.run(on, args, () => on.forward(...args));
