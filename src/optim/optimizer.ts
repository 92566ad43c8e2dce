/**
 * What every optimizer shares: parameter groups with their own options, state for each parameter, saving and loading of
 * both. An optimizer is one class with `check` and `updateParameter`; kernel.ts runs its step.
 */

import { swapGradMode } from '../autograd/mode.ts';
import { isLeaf } from '../autograd/node.ts';
import { inOperation, within } from '../memory/errors.ts';
import { clearGradients, setToNoneOf } from '../ops/gradients.ts';
import { launchCopy } from '../ops/launch.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { markKind } from '../tensor/brands.ts';
import { noJSON } from '../tensor/callable.ts';
import { endOfChain, onPythonNames } from '../tensor/hints.ts';
import { scope } from '../tensor/scope.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import {
  type BaseOptions,
  type GroupOptions,
  type GroupSchedule,
  listOf,
  type OptimizerStateDict,
  ownCopy,
  type ParamGroup,
  type Params,
  printedGroup,
  SCHEDULED,
} from './group.ts';
import { areAtHand, bringIn, copiesOf, type RowMajor, stateOf } from './operands.ts';
import { checkCommon, checkKinds, checkPresent, checkWay, isUnchanged, valuesOf, WAYS } from './options.ts';
import { marked, optimizerFromPython, optimizerInPython, type PythonStateDict } from './python.ts';
import {
  begin,
  checkLoaded,
  checkParameter,
  checkState,
  copyFor,
  keep,
  keepAll,
  type Lacking,
  type Need,
  needsOf,
  type ParamState,
  type Slots,
} from './state.ts';

export type {
  BaseOptions,
  GroupOptions,
  GroupSchedule,
  OptimizerStateDict,
  OptionArgs,
  ParamGroup,
  Params,
} from './group.ts';
export type { ParamState };

/** A group, what its options were when they were last checked, and what they ask of the state. */
interface Plan {
  readonly group: object;
  readonly values: readonly unknown[];
  readonly needs: readonly Need[];
}

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
  private readonly plans: Plan[] = [];

  constructor(params: Params<O>, defaults: O) {
    if (new.target === (Optimizer as unknown)) {
      throw new TypeError('Optimizer is what the optimizers extend: make an SGD, an Adam or another of them');
    }
    this.defaults = defaults;
    const list = listOf(params);
    if (list.length === 0) throw new RangeError('optimizer got an empty parameter list');
    this.check(defaults, false);
    if (isOptions(list[0])) for (const group of list) this.addParamGroup(group as GroupOptions<O>);
    else this.addParamGroup({ params: list } as unknown as GroupOptions<O>);
  }

  /**
   * Checks a group's options; throws RangeError for a bad one. What a schedule writes (`scheduled`), the learning rate
   * and the momentum, may have become negative since.
   */
  protected check(options: O, scheduled: boolean): void {
    checkCommon(options, scheduled);
  }

  /** What is remembered of a parameter. */
  protected abstract readonly slots: Slots<never>;

  /** What the tensors of the state are filled with when they are made. */
  protected get fill(): number {
    return 0;
  }

  /**
   * One step for a parameter, unrecorded: parameter, gradient and state are row-major, and nothing may be allocated.
   * `begins` says that its state was begun, or got a tensor, for this step.
   */
  protected abstract updateParameter(
    parameter: Tensor,
    gradient: Tensor,
    group: ParamGroup<O>,
    state: ParamState,
    begins: boolean,
  ): void;

  /** Adds parameters with options of their own: when layers thaw, for instance. */
  addParamGroup(group: GroupOptions<O>): void {
    if (!isOptions(group)) throw new TypeError(`param_group must be a dict, but got ${describe(group)}`);
    const { params, ...options } = group as GroupOptions<O> & Record<string, unknown>;
    const list = (params instanceof Tensor ? [params] : listOf(params)).map((item) => {
      const isPair = Array.isArray(item) && item.length === 2 && typeof item[0] === 'string';
      return isPair ? item[1] : item;
    }) as Tensor[];
    const { name } = this.constructor;
    this.takeOptions(`${name}() got an unexpected option `, options);
    for (const parameter of list) {
      if (!(parameter instanceof Tensor)) {
        throw new TypeError(`optimizer can only optimize Tensors, but one of the params is ${describe(parameter)}`);
      }
      if (!isLeaf(parameter)) throw new Error("can't optimize a non-leaf Tensor");
      if (this.paramGroups.some((other) => other.params.includes(parameter))) {
        throw new RangeError('some parameters appear in more than one parameter group');
      }
    }
    const full = { ...ownCopy({ ...this.defaults, ...options }), params: list } as ParamGroup<O>;
    this.checkGroup(`${name}(): `, full, false);
    if (new Set(list).size !== list.length) {
      console.warn('optimizer contains a parameter group with duplicate parameters: each step changes those twice');
    }
    this.paramGroups.push(full);
  }

  /** Throws for options that are none; removes those that are accepted and do nothing. */
  private takeOptions(unexpected: string, options: Record<string, unknown>): void {
    const known = Object.keys(this.defaults);
    for (const key of Object.keys(options)) {
      if (WAYS.includes(key)) {
        checkWay(this.constructor.name, key, options[key]);
        delete options[key];
      } else if (!known.includes(key) && !SCHEDULED.includes(key)) {
        throw new TypeError(`${unexpected}'${key}'; it takes ${known.join(', ')}`);
      }
    }
  }

  /** Throws unless all that a group says is of its kind and in range. */
  private checkGroup(place: string, group: ParamGroup<O>, scheduled: boolean): void {
    checkKinds(place, group, this.defaults);
    for (const key of SCHEDULED as (keyof GroupSchedule)[]) {
      if (group[key] !== undefined) checkKinds(place, { [key]: group[key] }, { [key]: 0 });
    }
    this.check(group, scheduled);
  }

  /**
   * Forgets the gradients of all parameters, or (`setToNone` false) writes zeros into them.
   *
   * @throws TypeError for anything but a boolean.
   */
  zeroGrad(setToNone: boolean | { setToNone?: boolean } = true): void {
    const toNone = setToNoneOf(setToNone);
    for (const { params } of this.paramGroups) clearGradients(params, toNone);
  }

  /**
   * Changes every parameter that has a gradient; the others stay as they are, and so does their state.
   *
   * @param closure - Computes the loss anew, with gradients; its result is returned.
   * @throws TypeError when an option of a group is no longer of its kind, or a parameter has another dtype or size than
   *   its gradient or its state; RangeError when an option is out of range, or there is no memory for the state. Nothing
   *   is changed then.
   */
  step(): void;
  step<R>(closure: (() => R) | { closure: () => R }): R;
  step<R>(given?: (() => R) | { closure: () => R } | null): R | undefined {
    const closure =
      given === undefined || given === null
        ? null
        : (bindRecord('step(closure: function)', [given]).closure as () => R);
    const before = swapGradMode(true);
    try {
      const loss = closure?.();
      swapGradMode(false);
      this.update();
      this.stepped = true;
      return loss;
    } catch (error) {
      throw inOperation(error, 'step');
    } finally {
      swapGradMode(before);
    }
  }

  /** Checks all, makes what is missing, and only then changes anything. */
  private update(): void {
    let lacking: Lacking[] | null = null;
    let strided = false;
    for (let i = 0; i < this.paramGroups.length; i++) {
      const group = this.paramGroups[i];
      const { needs } = this.planOf(group, i);
      for (const p of group.params) {
        if (p?.gradient === null) continue;
        checkParameter(p);
        if (!(p.dense && (p.gradient as Tensor).dense)) strided = true;
        if (needs.length === 0) continue;
        const names = checkState(p, stateOf(this.state, p), needs);
        if (names === null) continue;
        lacking ??= [];
        lacking.push([p, names, needs]);
      }
    }
    const fresh = lacking && begin(this.state, lacking, this.fill);
    if (strided) {
      scope(() => {
        this.run(fresh, copiesOf(this.paramGroups));
        return [];
      });
    } else this.run(fresh, null);
  }

  /** What a group's options ask of the state: reckoned anew, and the options checked, when one has changed. */
  private planOf(group: ParamGroup<O>, i: number): Plan {
    let plan = this.plans[i];
    if (plan?.group !== group || !isUnchanged(group, plan.values)) {
      if (!isOptions(group)) throw new TypeError(`step(): paramGroups[${i}] must be an object, got ${describe(group)}`);
      this.checkGroup(`${this.constructor.name}(): `, group, true);
      if (!Array.isArray(group.params)) {
        throw new TypeError(`step(): paramGroups[${i}].params must be a list, got ${describe(group.params)}`);
      }
      plan = { group, values: valuesOf(group, this.defaults), needs: this.needsOf(group) };
      this.plans[i] = plan;
    }
    return plan;
  }

  private needsOf(group: ParamGroup<O>): Need[] {
    const needs = needsOf(this.slots, group);
    return needs.some(({ wanted }) => wanted) ? needs : [];
  }

  /** Runs the kernels. Memory was allocated before, so that none of them can fail after another has run. */
  private run(fresh: ReadonlySet<Tensor> | null, copies: RowMajor | null): void {
    if (fresh || copies || !areAtHand(this.paramGroups, this.state)) bringIn(this.paramGroups, this.state, copies);
    for (const group of this.paramGroups) {
      for (const p of group.params) {
        if (p.gradient === null) continue;
        const state = stateOf(this.state, p) as ParamState;
        const pair = copies?.get(p);
        if (pair === undefined) this.updateParameter(p, p.gradient, group, state, fresh?.has(p) === true);
        else {
          this.updateParameter(pair[0], pair[1], group, state, fresh?.has(p) === true);
          if (pair[0] !== p) launchCopy(p, pair[0]);
        }
        p.clock.version++;
      }
    }
  }

  /** State and options as plain objects, with the tensors of the state shared. */
  stateDict(): OptimizerStateDict<O> {
    const positions = new Map<Tensor, number>();
    let count = 0;
    for (const { params } of this.paramGroups) for (const parameter of params) positions.set(parameter, count++);
    const state: Record<string, ParamState> = {};
    for (const [parameter, values] of this.state) state[String(positions.get(parameter))] = { ...values };
    const paramGroups = this.paramGroups.map((group) => ({
      ...ownCopy(group),
      params: group.params.map((parameter) => positions.get(parameter) as number),
    }));
    return marked({ state, paramGroups }, (dict) => optimizerInPython(this.constructor.name, dict));
  }

  /**
   * Takes over state and options from a state dict of the same groups, ours or PyTorch's own. Tensors that have their parameter's dtype are
   * not copied, as in PyTorch: steps go on in them, so clone what is to stay as it is.
   *
   * @throws TypeError for an entry of a wrong kind; RangeError when the groups differ in number or size, an entry is
   *   missing, unexpected or out of range, or a tensor does not fit its parameter. Nothing is changed then.
   */
  loadStateDict(stateDict: OptimizerStateDict<O> | PythonStateDict): void {
    const { name } = this.constructor;
    const ours = optimizerFromPython(stateDict, this.defaults) as OptimizerStateDict<O>;
    if (!isOptions(ours) || !Array.isArray(ours.paramGroups) || !isOptions(ours.state)) {
      const keys = isOptions(ours) ? ` with ${Object.keys(ours).join(', ') || 'nothing'}` : '';
      throw new TypeError(
        `${name}.loadStateDict(): expected { state, paramGroups }, got ${describe(stateDict)}${keys}`,
      );
    }
    const { state, paramGroups } = ours;
    if (paramGroups.length !== this.paramGroups.length) {
      throw new RangeError(
        `loaded state dict has a different number of parameter groups: ${paramGroups.length}, expected ` +
          `${this.paramGroups.length}`,
      );
    }
    const positions = new Map<string, [parameter: Tensor, needs: readonly Need[]]>();
    const groups = paramGroups.map((given, i) => {
      const { params, ...options } = this.checkedGroup(`${name}.loadStateDict(): paramGroups[${i}]`, given, i);
      const needs = needsOf(this.slots, options);
      params.forEach((position, j) => {
        const parameter = this.paramGroups[i].params[j];
        if ((positions.get(String(position))?.[0] ?? parameter) !== parameter) {
          throw new RangeError(`${name}.loadStateDict(): a position stands twice in the params of paramGroups`);
        }
        positions.set(String(position), [parameter, needs]);
      });
      return options;
    });
    const loaded = Object.entries(state).map(([position, given]) => {
      const place = `${name}.loadStateDict(): state[${position}]`;
      const found = positions.get(position);
      if (found === undefined) throw new RangeError(`${place} is unexpected: no group has a parameter ${position}`);
      return [found[0], checkLoaded(place, given, ...found)] as const;
    });
    const given = loaded.flatMap(([p, values]) =>
      Object.entries(values).flatMap(([key, x]) => (x instanceof Tensor ? [{ p, values, key, x }] : [])),
    );
    for (const { p, x } of given) if (x.dtype === p.dtype) keep(x, 'loadStateDict');
    const others = given.filter(({ p, x }) => x.dtype !== p.dtype);
    const copies = within('loadStateDict', () => keepAll(others.map(({ p, x }) => copyFor(p, x))));
    others.forEach(({ values, key }, i) => {
      values[key] = copies[i];
    });
    this.state.clear();
    for (const [parameter, values] of loaded) this.state.set(parameter, values);
    groups.forEach((options, i) => {
      Object.assign(this.paramGroups[i], options);
    });
  }

  /** Group i of a state dict, checked: its options and the positions of its parameters. */
  private checkedGroup(place: string, given: unknown, i: number): Record<string, unknown> & { params: number[] } {
    if (!isOptions(given)) throw new TypeError(`${place} must be an object, got ${describe(given)}`);
    const group = ownCopy(given);
    const { params } = group;
    if (!Array.isArray(params) || !params.every(Number.isSafeInteger)) {
      throw new TypeError(`${place}.params must be a list of positions, got ${describe(params)}`);
    }
    const { length } = this.paramGroups[i].params;
    if (params.length !== length) {
      throw new RangeError(
        "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: " +
          `${params.length}, expected ${length}`,
      );
    }
    const { params: _, ...options } = group;
    this.takeOptions(`${place} has an unexpected option `, options);
    checkPresent(place, options, this.defaults);
    this.checkGroup(`${place}.`, options as unknown as ParamGroup<O>, true);
    return { ...options, params };
  }

  /** An optimizer has no text: JSON.stringify would leave its state out. @internal */
  toJSON(): never {
    throw noJSON(this, 'its stateDict(), or bytes by torch.save(optimizer.stateDict())');
  }

  /** PyTorch's printed form. */
  toString(): string {
    return `${this.constructor.name} (\n${this.paramGroups.map(printedGroup).join('\n\n')}\n)`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

markKind(Optimizer.prototype, 'optimizer');

const onNames = onPythonNames('an optimizer');
Object.setPrototypeOf(
  Optimizer.prototype,
  endOfChain((key, writes, of) => {
    const { defaults } = of as { defaults?: object };
    if (defaults === undefined || !Object.hasOwn(defaults, key)) return onNames(key, false, of);
    return `an optimizer has no '${key}': each group has its own, ${writes ? 'set' : 'read'} optimizer.paramGroups[0].${key}`;
  }),
);

/** An optimizer whose groups have at least a learning rate. */
export type AnyOptimizer = Optimizer<BaseOptions>;

/** Throws unless the optimizer is one: for what must be known before the base class looks. */
export function checkOptimizer(optimizer: unknown): asserts optimizer is AnyOptimizer {
  if (!(optimizer instanceof Optimizer)) throw new TypeError(`${describe(optimizer)} is not an Optimizer`);
}
