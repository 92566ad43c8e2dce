/**
 * What every optimizer shares: parameter groups with their own options, state for each parameter, saving and loading of
 * both. An optimizer is one class with `check` and `updateParameter`; kernel.ts runs its step.
 */
import { noGrad, swapGradMode } from '../autograd/mode.ts';
import { isLeaf } from '../autograd/node.ts';
import { clearGradient } from '../nn/module.ts';
import { clone, fill_, toDtype } from '../ops/create/copy.ts';
import { zerosOf } from '../ops/define.ts';
import { detach } from '../ops/view/view.ts';
import { bindArgs, describe, isOptions } from '../tensor/args.ts';
import { sameDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkCommon, checkKinds, checkStep, checkWay, isPlain, keep, printed, WAYS } from './options.ts';

/** What every optimizer takes. */
export interface BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Accepted for the sake of pasted programs, as are `fused` and `capturable`: every step is one fused kernel. */
  foreach?: boolean | null;
  fused?: boolean | null;
  capturable?: boolean;
  /** Accepted where it is false: autograd does not follow a step. */
  differentiable?: false;
}

/** What learning-rate schedules write into a group. */
export interface GroupSchedule {
  /** The learning rate that a schedule starts from. */
  initialLr?: number;
  /** Highest and lowest learning rate of a cycle. */
  maxLr?: number;
  minLr?: number;
  /** Highest and lowest momentum of a cycle. */
  maxMomentum?: number;
  baseMomentum?: number;
}

/** A parameter group as the user gives it: the parameters, and options that differ from the optimizer's. */
export type GroupOptions<O> = Partial<O> &
  GroupSchedule & { params: Iterable<Tensor> | Iterable<[string, Tensor]> | Tensor };

/** A parameter group as the optimizer keeps it. */
export type ParamGroup<O> = O & GroupSchedule & { params: Tensor[] };

/** What an optimizer takes parameters as. */
export type Params<O> = Iterable<Tensor> | Iterable<GroupOptions<O>> | Iterable<[string, Tensor]>;

/** What an optimizer takes after the parameters: options by name, the first or all of them by position. */
export type OptionArgs<O, Positions extends unknown[]> =
  | [options?: Partial<O>]
  | [lr?: number, options?: Omit<Partial<O>, 'lr'>]
  | Positions;

/** What an optimizer remembers of one parameter: tensors and numbers by name. */
export type ParamState = Record<string, Tensor | number | null>;

/** The whole state, with parameters replaced by their positions. */
export interface OptimizerStateDict<O> {
  state: Record<string, ParamState>;
  paramGroups: (O & GroupSchedule & { params: number[] })[];
}

/** What a group may say besides the optimizer's options. */
const SCHEDULED = ['initialLr', 'maxLr', 'minLr', 'maxMomentum', 'baseMomentum'];

/** State that is one number, whatever PyTorch's files hold. */
const SCALARS = ['step', 'muProduct'];

/**
 * Base class of the optimizers.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })]);
 * console.log(optimizer instanceof torch.optim.Optimizer); // => true
 * ```
 */
export abstract class Optimizer<O extends BaseOptions = BaseOptions> {
  /** The groups; their options may be changed between steps (`optimizer.paramGroups[0].lr = 0.01`). */
  readonly paramGroups: ParamGroup<O>[] = [];
  /** What is remembered of each parameter. */
  readonly state = new Map<Tensor, ParamState>();
  /** Options of groups that do not say otherwise. */
  readonly defaults: O;
  /** Whether `step` ran: a schedule that goes first warns. @internal */
  stepped = false;

  constructor(params: Params<O>, defaults: O) {
    this.defaults = defaults;
    const list = listOf(params);
    if (list.length === 0) throw new RangeError('optimizer got an empty parameter list');
    this.check(defaults);
    if (isOptions(list[0])) for (const group of list) this.addParamGroup(group as GroupOptions<O>);
    else this.addParamGroup({ params: list } as unknown as GroupOptions<O>);
  }

  /** Checks a group's options; throws RangeError for a bad one. */
  protected check(options: O): void {
    checkCommon(options);
  }

  /** One step for a parameter that has a gradient, unrecorded. */
  protected abstract updateParameter(parameter: Tensor, group: ParamGroup<O>): void;

  /** The tensor called `name` in a parameter's state, made at its first use. */
  protected stateTensor(parameter: Tensor, name: string, fill = 0): Tensor {
    const state = this.stateOf(parameter);
    if (!(name in state)) {
      const made = keep(zerosOf(parameter.dims, parameter.dtype));
      state[name] = fill === 0 ? made : fill_(made, fill);
    }
    return state[name] as Tensor;
  }

  /** The number of this step for a parameter, from 1 on. */
  protected advance(parameter: Tensor): number {
    const state = this.stateOf(parameter);
    const step = ((state.step ?? 0) as number) + 1;
    state.step = step;
    return step;
  }

  /** What is remembered of a parameter. */
  protected stateOf(parameter: Tensor): ParamState {
    let state = this.state.get(parameter);
    if (state === undefined) {
      state = {};
      this.state.set(parameter, state);
    }
    return state;
  }

  /** Adds parameters with options of their own: when layers thaw, for instance. */
  addParamGroup(group: GroupOptions<O>): void {
    if (!isOptions(group)) throw new TypeError(`param_group must be a dict, but got ${describe(group)}`);
    const { params, ...options } = group as GroupOptions<O> & Record<string, unknown>;
    const list = (params instanceof Tensor ? [params] : listOf(params)).map((item) => {
      const isPair = Array.isArray(item) && item.length === 2 && typeof item[0] === 'string';
      return isPair ? item[1] : item;
    }) as Tensor[];
    const { name } = this.constructor;
    const known = Object.keys(this.defaults);
    for (const key of Object.keys(options)) {
      if (WAYS.includes(key)) {
        checkWay(name, key, options[key]);
        delete (options as Record<string, unknown>)[key];
      } else if (!known.includes(key) && !SCHEDULED.includes(key)) {
        throw new TypeError(`${name}() got an unexpected option '${key}'; it takes ${known.join(', ')}`);
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
    const full = { ...ownCopy({ ...this.defaults, ...options }), params: list } as ParamGroup<O>;
    checkKinds(name, full, this.defaults);
    this.check(full);
    this.paramGroups.push(full);
  }

  /**
   * Forgets the gradients of all parameters, or (`setToNone` false) writes zeros into them.
   *
   * @throws TypeError for anything but a boolean.
   */
  zeroGrad(setToNone: boolean | { setToNone?: boolean } = true): void {
    if (typeof setToNone !== 'boolean') {
      const [given = true] = bindArgs('zeroGrad', ['setToNone'], [setToNone]);
      if (typeof given !== 'boolean') {
        throw new TypeError(`zeroGrad(): setToNone must be a boolean, got ${describe(given)}`);
      }
      this.zeroGrad(given);
      return;
    }
    for (const { params } of this.paramGroups) for (const parameter of params) clearGradient(parameter, setToNone);
  }

  /**
   * Changes every parameter that has a gradient; the others stay as they are, and so does their state.
   *
   * @param closure - Computes the loss anew, with gradients; its result is returned.
   * @throws TypeError when an option of a group is no longer of its kind, or a parameter has another dtype or size than
   *   its state; nothing is changed then.
   */
  step(): void;
  step<R>(closure: (() => R) | { closure: () => R }): R;
  step<R>(given?: (() => R) | { closure: () => R } | null): R | undefined {
    const closure = given && (bindArgs('step', ['closure'], [given])[0] as () => R);
    if (given && typeof closure !== 'function') {
      throw new TypeError(`step(): closure must be a function, got ${describe(closure)}`);
    }
    const before = swapGradMode(true);
    try {
      const loss = closure?.();
      swapGradMode(false);
      for (const group of this.paramGroups) {
        if (!isPlain(group)) checkKinds(this.constructor.name, group, this.defaults);
        for (const p of group.params) if (p.gradient !== null) checkStep(p, p.gradient, this.state.get(p));
      }
      for (const group of this.paramGroups) {
        for (const p of group.params) if (p.gradient !== null) this.updateParameter(p, group);
      }
      this.stepped = true;
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
      ...ownCopy(group),
      params: group.params.map((parameter) => positions.get(parameter) as number),
    }));
    return { state, paramGroups };
  }

  /**
   * Takes over state and options from a state dict of the same groups; the tensors are copied.
   *
   * @throws RangeError when the groups differ in number or size, or a tensor does not fit its parameter; nothing is
   *   changed then.
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
    const byPosition = new Map<number, Tensor>();
    paramGroups.forEach((group, i) => {
      const own = this.paramGroups[i];
      if (group.params.length !== own.params.length) {
        throw new RangeError(
          "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: " +
            `${group.params.length}, expected ${own.params.length}`,
        );
      }
      const full = { ...own, ...group };
      checkKinds(this.constructor.name, full, this.defaults);
      this.check(full);
      group.params.forEach((position, j) => {
        byPosition.set(position, own.params[j]);
      });
    });
    const loaded = new Map<Tensor, ParamState>();
    noGrad(() => {
      for (const [position, values] of Object.entries(state)) {
        const parameter = byPosition.get(Number(position));
        if (parameter === undefined) continue;
        const entries = Object.entries(values).map(([name, value]) => [name, adopt(parameter, name, value)]);
        loaded.set(parameter, Object.fromEntries(entries));
      }
    });
    this.state.clear();
    for (const [parameter, values] of loaded) this.state.set(parameter, values);
    paramGroups.forEach((group, i) => {
      Object.assign(this.paramGroups[i], ownCopy(group), { params: this.paramGroups[i].params });
    });
  }

  /** PyTorch's printed form. */
  toString(): string {
    const lines = this.paramGroups.map((group, i) => {
      const options = Object.entries(group)
        .filter(([key]) => key !== 'params')
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `    ${snake(key)}: ${printed(value)}`);
      return [`Parameter Group ${i}`, ...options].join('\n');
    });
    return `${this.constructor.name} (\n${lines.join('\n\n')}\n)`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** An optimizer whose groups have at least a learning rate. */
export type AnyOptimizer = Optimizer<BaseOptions>;

/** Throws unless the optimizer is one: for what must be known before the base class looks. */
export function checkOptimizer(optimizer: unknown): asserts optimizer is AnyOptimizer {
  if (!(optimizer instanceof Optimizer)) throw new TypeError(`${describe(optimizer)} is not an Optimizer`);
}

/** The members of what was given as parameters. */
function listOf(params: unknown): unknown[] {
  if (params instanceof Tensor || typeof params !== 'object' || params === null || !(Symbol.iterator in params)) {
    throw new TypeError(
      `params argument given to the optimizer should be an iterable of Tensors or dicts, but got ${describe(params)}; ` +
        'those of a model are model.parameters()',
    );
  }
  return [...(params as Iterable<unknown>)];
}

/** camelCase as PyTorch prints it. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The options with lists of their own, so that no two groups share one. */
function ownCopy<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]),
  ) as T;
}

/** A loaded value of a parameter's state, copied, in the parameter's dtype. */
function adopt(parameter: Tensor, name: string, value: Tensor | number | null): Tensor | number | null {
  if (!(value instanceof Tensor)) return value;
  if (SCALARS.includes(name)) return value.item() as number;
  if (!sameDims(value.dims, parameter.dims)) {
    throw new RangeError(
      `loadStateDict(): '${name}' has shape ${value.shape}, but its parameter has shape ${parameter.shape}`,
    );
  }
  return keep(toDtype(clone(detach(value)), parameter.dtype));
}
