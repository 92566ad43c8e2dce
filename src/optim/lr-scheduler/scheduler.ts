/**
 * What every learning-rate schedule shares: it is attached to an optimizer, writes `lr` into its groups at every
 * `step`, and saves and loads where it stands. A schedule is one class with `getLr`.
 */

import { describe, isOptions } from '../../tensor/args.ts';
import { isError, markKind } from '../../tensor/brands.ts';
import { endOfChain, onPythonNames } from '../../tensor/hints.ts';
import { type AnyOptimizer, type BaseOptions, checkOptimizer, Optimizer, type ParamGroup } from '../optimizer.ts';
import { marked, scheduleFromPython, scheduleInPython } from '../python.ts';
import { atLeast, checkCount, checkNumber, copyOf, type Kind, type Kinds, like, numbers } from './kinds.ts';

export type { AnyOptimizer };

/** The state of a schedule: plain values by name. */
export type SchedulerState = Record<string, unknown>;

/**
 * Base class of the learning-rate schedules. `step()` is called once an epoch (or once a batch, for the schedules that
 * say so), after the optimizer's. A schedule of your own extends it with `getLr`, which computes from `this.lastEpoch`
 * and `this.baseLrs`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * class Halving extends torch.optim.lrScheduler.LRScheduler {
 *   override getLr() {
 *     return this.baseLrs.map((lr) => lr / 2 ** this.lastEpoch);
 *   }
 * }
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 0.8 });
 * const scheduler = new Halving(optimizer);
 * for (let epoch = 0; epoch < 3; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 * }
 * console.log(scheduler.getLastLr()); // => [ 0.1 ]
 * ```
 */
export abstract class LRScheduler<StepArgs extends unknown[] = [epoch?: number]> {
  /** The optimizer whose learning rates are set. */
  readonly optimizer: AnyOptimizer;
  /** The learning rate of each group when the schedule began. */
  baseLrs: number[] = [];
  /** How many steps were made, from 0 on. */
  lastEpoch: number;
  /** @internal */
  _stepCount = 0;
  /** @internal */
  _lastLr: number[];
  /** Whether `getLr` is called for the first step, which the constructor makes. */
  protected isInitial = false;

  /**
   * @param optimizer - The optimizer.
   * @param lastEpoch - The last epoch done, -1 at the beginning; from 0 on every group needs `initialLr`. Null attaches
   *   the schedule without a first step.
   * @param fields - Fields of the subclass, which the first step needs before the subclass could set them.
   * @throws TypeError for anything but an optimizer; RangeError for an epoch that is not a whole number of at least -1,
   *   or a group without `initialLr`.
   */
  constructor(optimizer: AnyOptimizer, lastEpoch: number | null = -1, fields: object = {}) {
    checkOptimizer(optimizer);
    if (lastEpoch !== null && !(Number.isInteger(lastEpoch) && lastEpoch >= -1)) {
      throw new RangeError(`Expected an integer lastEpoch >= -1, but got ${describe(lastEpoch)}`);
    }
    this.optimizer = optimizer;
    this.lastEpoch = lastEpoch ?? 0;
    this._lastLr = this.lrs();
    Object.assign(this, fields);
    if (lastEpoch === null) return;
    this.groups().forEach((group, i) => {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined) {
        throw new RangeError(
          `param 'initialLr' is not specified in paramGroups[${i}] when resuming scheduler with lastEpoch >= 0`,
        );
      }
    });
    this.baseLrs = this.groups().map(({ initialLr }) => initialLr as number);
    this.initialStep();
  }

  /** The kinds of the subclass's fields. A loaded one that is not among them must be like what stands there. */
  protected get kinds(): Kinds {
    return {};
  }

  /** The optimizer's groups. */
  protected groups(): ParamGroup<BaseOptions>[] {
    return this.optimizer.paramGroups;
  }

  /** The learning rates of the groups as they are. */
  protected lrs(): number[] {
    return this.groups().map(({ lr }) => lr);
  }

  /** The step that begins the schedule. @internal */
  initialStep(): void {
    this._stepCount = 0;
    this.isInitial = true;
    try {
      this.step(...([] as unknown[] as StepArgs));
    } finally {
      this.isInitial = false;
    }
  }

  /** The learning rates of the groups at `lastEpoch`; subclasses compute them here. Read `getLastLr()` instead. */
  getLr(): number[] {
    throw new Error(`${this.constructor.name} does not say how it computes learning rates: getLr() is missing`);
  }

  /** The learning rates of the groups at `lastEpoch`, from nothing but `baseLrs`. */
  protected closedFormLr(): number[] {
    return this.getLr();
  }

  /** The learning rates that the last step set, one for each group. */
  getLastLr(): number[] {
    return [...this._lastLr];
  }

  /**
   * Goes on to the next epoch and sets the learning rates.
   *
   * @param args - An epoch to jump to instead, by the closed form where there is one.
   * @throws TypeError when the epoch is no number, or `getLr` gives anything but numbers; the schedule stays where it was.
   */
  step(...args: StepArgs): void {
    const epoch = args[0] as number | undefined;
    if (epoch !== undefined) checkNumber('epoch', epoch);
    if (this._stepCount === 1 && !this.optimizer.stepped) {
      console.warn(
        'Detected call of `scheduler.step()` before `optimizer.step()`: call `optimizer.step()` first, or the first ' +
          'value of the learning rate schedule is skipped.',
      );
    }
    this.attempt(() => {
      this._stepCount++;
      this.updateLr(epoch);
    });
  }

  /** The schedules that this one is made of. */
  protected parts(): readonly LRScheduler[] {
    return [];
  }

  /** Runs a step; if it throws, schedule and optimizer are as they were. */
  protected attempt(step: () => void): void {
    const all = (of: LRScheduler<never>): LRScheduler<never>[] => [of, ...of.parts().flatMap(all)];
    const before = [...all(this), ...this.groups()].map((each) => [each, { ...each }] as const);
    try {
      step();
    } catch (error) {
      for (const [each, fields] of before) Object.assign(each, fields);
      throw error;
    }
  }

  /** Sets the learning rates of the next epoch, or of `epoch`. @internal */
  updateLr(epoch?: number): void {
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    this.assign(epoch === undefined ? this.getLr() : this.closedFormLr());
  }

  /** Throws if the optimizer has more groups than the schedule has learning rates for. */
  protected checkGroups(known: number): void {
    const { length } = this.groups();
    if (known !== length) {
      throw new RangeError(
        `${this.constructor.name} began with ${known} parameter groups, but the optimizer has ${length}`,
      );
    }
  }

  /** Writes learning rates into the groups. */
  protected assign(values: number[]): void {
    if (!Array.isArray(values)) {
      throw new TypeError(`${this.constructor.name}: getLr() must give a list of numbers, got ${describe(values)}`);
    }
    this.checkGroups(values.length);
    values.forEach((lr, i) => {
      checkNumber(`${this.constructor.name}: getLr()[${i}]`, lr);
    });
    this.groups().forEach((group, i) => {
      group.lr = values[i];
    });
    this._lastLr = this.lrs();
  }

  /** Where the schedule stands, as plain values; functions that it was given are not part of it. */
  stateDict(): SchedulerState {
    return this.marked(copyOf(this.fields()) as SchedulerState);
  }

  /** A state that PyTorch's files get with PyTorch's keys. */
  protected marked(state: SchedulerState): SchedulerState {
    const betas = 'betas' in this.optimizer.defaults;
    return marked(state, (dict) => scheduleInPython(this.constructor.name, dict, betas));
  }

  /** What `JSON.stringify` writes: the state, without the optimizer. */
  toJSON(): SchedulerState {
    return this.stateDict();
  }

  private fields(): SchedulerState {
    return Object.fromEntries(Object.entries(this).filter(([key, value]) => key !== 'isInitial' && isState(value)));
  }

  /**
   * Takes over the state of another schedule of the same class, ours or PyTorch's own. The optimizer's learning rates are its own state.
   *
   * @throws TypeError for anything but a state dict, and for a value of a wrong kind; RangeError for one out of range,
   *   and when something is missing or unexpected. Nothing is changed then.
   */
  loadStateDict(stateDict: SchedulerState): void {
    Object.assign(this, this.checked(stateDict));
  }

  /** Of a state dict what belongs to this schedule itself, checked and copied. */
  protected checked(given: SchedulerState): SchedulerState {
    const place = `${this.constructor.name}.loadStateDict(): `;
    const own = this.fields();
    const stateDict = scheduleFromPython(given, own);
    if (!isOptions(stateDict)) throw new TypeError(`${place}expected an object, got ${describe(stateDict)}`);
    for (const key of Object.keys(own)) {
      if (!Object.hasOwn(stateDict, key)) throw new RangeError(`${place}'${key}' is missing`);
    }
    for (const key of Object.keys(stateDict)) {
      if (!Object.hasOwn(this, key)) throw new RangeError(`${place}'${key}' is unexpected`);
    }
    const { length } = this.groups();
    const kinds: Record<string, Kind> = {
      lastEpoch: atLeast(-1),
      _stepCount: checkCount,
      baseLrs: numbers(this.baseLrs.length, length),
      _lastLr: numbers(this._lastLr.length, length),
      ...this.kinds,
    };
    const taken = Object.entries(own).map(([key, standing]) => {
      const value = stateDict[key];
      try {
        (kinds[key] ?? like(standing))(key, value);
      } catch (error) {
        if (isError(error)) error.message = `${place}${error.message}`;
        throw error;
      }
      return [key, copyOf(value)];
    });
    return Object.fromEntries(taken);
  }
}

/** A schedule that multiplies all learning rates by one factor: each step by its own, or the first ones by all so far. */
export abstract class FactorLR extends LRScheduler {
  /** The factor of the step to `lastEpoch`. */
  protected abstract factorOfStep(): number;
  /** The product of the factors up to `lastEpoch`. */
  protected abstract factorOfAll(): number;

  override getLr(): number[] {
    const factor = this.factorOfStep();
    return this.lrs().map((lr) => lr * factor);
  }

  protected override closedFormLr(): number[] {
    const factor = this.factorOfAll();
    return this.baseLrs.map((lr) => lr * factor);
  }
}

/** Whether a field is saved. */
function isState(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isState);
  return typeof value !== 'function' && !(value instanceof Optimizer) && !(value instanceof LRScheduler);
}

/** How many of `milestones`, in ascending order, are reached at `epoch`. */
export function reached(milestones: readonly number[], epoch: number): number {
  return milestones.filter((milestone) => milestone <= epoch).length;
}

markKind(LRScheduler.prototype, 'scheduler');
Object.setPrototypeOf(LRScheduler.prototype, endOfChain(onPythonNames('a scheduler')));
