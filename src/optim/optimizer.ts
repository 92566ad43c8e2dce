/**
 * What every optimizer shares: parameter groups with their own options, state for each parameter, saving and loading of
 * both. An optimizer is one class with `update`.
 */
import { noGrad, swapGradMode } from '../autograd/mode.ts';
import { isLeaf } from '../autograd/node.ts';
import { clearGradient } from '../nn/module.ts';
import { tenure } from '../memory/storage.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { Tensor } from '../tensor/tensor.ts';

/** A parameter group as the user gives it: the parameters, and options that differ from the optimizer's. */
export type GroupOptions<O> = Partial<O> & { params: Iterable<Tensor> | Tensor };

/** A parameter group as the optimizer keeps it. */
export type ParamGroup<O> = O & { params: Tensor[] };

/** What an optimizer takes parameters as. */
export type Params<O> = Iterable<Tensor> | Iterable<GroupOptions<O>> | Iterable<[string, Tensor]>;

/** What an optimizer remembers of one parameter: tensors and numbers by name. */
export type ParamState = Record<string, Tensor | number | null>;

/** The whole state, with parameters replaced by their positions. */
export interface OptimizerStateDict<O> {
  state: Record<string, ParamState>;
  paramGroups: (O & { params: number[] })[];
}

/**
 * Base class of the optimizers.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })]) instanceof torch.optim.Optimizer); // => true
 * ```
 */
export abstract class Optimizer<O extends object> {
  /** The groups; their options may be changed between steps (`optimizer.paramGroups[0].lr = 0.01`). */
  readonly paramGroups: ParamGroup<O>[] = [];
  /** What is remembered of each parameter. */
  readonly state = new Map<Tensor, ParamState>();
  /** Options of groups that do not say otherwise. */
  readonly defaults: O;

  constructor(params: Params<O>, defaults: O) {
    this.defaults = defaults;
    if (params instanceof Tensor || params === null || typeof params !== 'object' || !(Symbol.iterator in params)) {
      throw new TypeError(
        'params argument given to the optimizer should be an iterable of Tensors or dicts, but got ' + describe(params),
      );
    }
    const list = [...params] as (Tensor | GroupOptions<O> | [string, Tensor])[];
    if (list.length === 0) throw new RangeError('optimizer got an empty parameter list');
    if (isOptions(list[0])) for (const group of list) this.addParamGroup(group as GroupOptions<O>);
    else {
      const tensors = list.map((item) => (Array.isArray(item) ? item[1] : item)) as Tensor[];
      this.addParamGroup({ params: tensors } as unknown as GroupOptions<O>);
    }
  }

  /** Checks a group's options; throws RangeError for a bad one. */
  protected abstract check(options: O): void;

  /** One step for one group, unrecorded. */
  protected abstract update(group: ParamGroup<O>): void;

  /** Adds parameters with options of their own. */
  addParamGroup(group: GroupOptions<O>): void {
    if (!isOptions(group)) throw new TypeError(`param_group must be a dict, but got ${describe(group)}`);
    const { params, ...options } = group as GroupOptions<O> & Record<string, unknown>;
    const list = params instanceof Tensor ? [params] : [...(params as Iterable<Tensor>)];
    const known = Object.keys(this.defaults);
    for (const key of Object.keys(options)) {
      if (!known.includes(key)) {
        throw new TypeError(`${this.constructor.name}() got an unexpected option '${key}'; it takes ${known.join(', ')}`);
      }
    }
    for (const parameter of list) {
      if (!(parameter instanceof Tensor)) {
        throw new TypeError(`optimizer can only optimize Tensors, but one of the params is ${describe(parameter)}`);
      }
      if (!isLeaf(parameter)) throw new Error("can't optimize a non-leaf Tensor");
      if (this.paramGroups.some((other) => other.params.includes(parameter))) {
        throw new RangeError('some parameters appear in more than one parameter group');
      }
    }
    if (new Set(list).size !== list.length) {
      throw new RangeError('optimizer contains a parameter group with duplicate parameters');
    }
    const full = { ...this.defaults, ...options, params: list } as ParamGroup<O>;
    this.check(full);
    this.paramGroups.push(full);
  }

  /** Forgets the gradients of all parameters, or (`setToNone` false) writes zeros into them. */
  zeroGrad(setToNone = true): void {
    for (const { params } of this.paramGroups) for (const parameter of params) clearGradient(parameter, setToNone);
  }

  /**
   * Changes every parameter that has a gradient.
   *
   * @param closure - Computes the loss anew, with gradients; its result is returned.
   */
  step(): void;
  step<R>(closure: () => R): R;
  step<R>(closure?: () => R): R | undefined {
    const before = swapGradMode(true);
    try {
      const loss = closure?.();
      swapGradMode(false);
      for (const group of this.paramGroups) this.update(group);
      return loss;
    } finally {
      swapGradMode(before);
    }
  }

  /** State and options as plain objects, with the tensors of the state shared. */
  stateDict(): OptimizerStateDict<O> {
    const positions = new Map<Tensor, number>();
    for (const { params } of this.paramGroups) for (const parameter of params) positions.set(parameter, positions.size);
    const state: Record<string, ParamState> = {};
    for (const [parameter, values] of this.state) state[String(positions.get(parameter))] = { ...values };
    const paramGroups = this.paramGroups.map((group) => ({
      ...group,
      params: group.params.map((parameter) => positions.get(parameter) as number),
    }));
    return { state, paramGroups };
  }

  /**
   * Takes over state and options from a state dict of the same groups; the tensors are copied.
   *
   * @throws RangeError when the groups differ in number or size.
   */
  loadStateDict(stateDict: OptimizerStateDict<O>): void {
    const { state, paramGroups } = stateDict;
    if (!Array.isArray(paramGroups) || typeof state !== 'object' || state === null) {
      throw new TypeError(`loadStateDict(): expected { state, paramGroups }, got ${describe(stateDict)}`);
    }
    if (paramGroups.length !== this.paramGroups.length) {
      throw new RangeError(
        `loaded state dict has a different number of parameter groups: ${paramGroups.length}, expected ` +
          `${this.paramGroups.length}`,
      );
    }
    paramGroups.forEach(({ params }, i) => {
      if (params.length !== this.paramGroups[i].params.length) {
        throw new RangeError(
          "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: " +
            `${params.length}, expected ${this.paramGroups[i].params.length}`,
        );
      }
    });
    const byPosition = new Map<number, Tensor>();
    paramGroups.forEach(({ params }, i) => {
      params.forEach((position, j) => byPosition.set(position, this.paramGroups[i].params[j]));
    });
    this.state.clear();
    noGrad(() => {
      for (const [position, values] of Object.entries(state)) {
        const parameter = byPosition.get(Number(position));
        if (parameter === undefined) continue;
        const copies: ParamState = {};
        for (const [name, value] of Object.entries(values)) {
          copies[name] = value instanceof Tensor ? keep(value.detach().clone()) : value;
        }
        this.state.set(parameter, copies);
      }
    });
    paramGroups.forEach((group, i) => {
      Object.assign(this.paramGroups[i], { ...group, params: this.paramGroups[i].params });
    });
  }

  /** PyTorch's printed form. */
  toString(): string {
    const lines = this.paramGroups.map((group, i) => {
      const options = Object.entries(group)
        .filter(([key]) => key !== 'params')
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `    ${snake(key)}: ${typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)}`);
      return [`Parameter Group ${i}`, ...options].join('\n');
    });
    return `${this.constructor.name} (\n${lines.join('\n\n')}\n)`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** camelCase as PyTorch prints it. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Moves a tensor of the optimizer's state to where parameters live. */
export function keep(x: Tensor): Tensor {
  tenure(x.storage);
  return x;
}

/** Throws unless `value` is at least 0, in PyTorch's words. */
export function checkNotNegative(what: string, value: number): void {
  if (!(value >= 0)) throw new RangeError(`Invalid ${what}: ${describe(value)}`);
}
