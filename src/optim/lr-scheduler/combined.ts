/** Schedules made of schedules: `SequentialLR` and `ChainedScheduler`. */
import { describe } from '../../tensor/args.ts';
import { bindRecord } from '../../tensor/signature.ts';
import { checkOptimizer } from '../optimizer.ts';
import { checkNumber, checkNumbers, type Kinds, numbers } from './kinds.ts';
import { ReduceLROnPlateau } from './plateau.ts';
import { type AnyOptimizer, LRScheduler, reached, type SchedulerState } from './scheduler.ts';

function checkParts(name: string, optimizer: AnyOptimizer, schedulers: unknown): asserts schedulers is LRScheduler[] {
  if (!Array.isArray(schedulers) || schedulers.length < 1) {
    throw new RangeError(`${name} expects at least one scheduler, but got ${describe(schedulers)}.`);
  }
  checkOptimizer(optimizer);
  schedulers.forEach((scheduler: unknown, i) => {
    if (!(scheduler instanceof LRScheduler)) {
      throw new TypeError(`${name} at index ${i} expects a scheduler, but got ${describe(scheduler)}.`);
    }
    if (scheduler instanceof ReduceLROnPlateau) {
      throw new RangeError(
        `${name} does not support \`ReduceLROnPlateau\` scheduler as it requires additional arguments when calling ` +
          `\`step\`, but got one at index ${i} in the given schedulers sequence.`,
      );
    }
    if (scheduler.optimizer !== optimizer) {
      throw new RangeError(
        `${name} expects all schedulers to belong to the same optimizer, but the scheduler ` +
          `${scheduler.constructor.name} at index ${i} has another.`,
      );
    }
  });
}

/** A schedule that saves and loads those it is made of. */
abstract class Combined extends LRScheduler {
  /** @internal */
  declare readonly _schedulers: readonly LRScheduler[];

  override stateDict(): SchedulerState {
    const states = this._schedulers.map((scheduler) => scheduler.stateDict());
    return this.marked({ ...super.stateDict(), _schedulers: states });
  }

  protected override parts(): readonly LRScheduler[] {
    return this._schedulers;
  }

  override loadStateDict(stateDict: SchedulerState): void {
    const own = this.checked(stateDict);
    const states = stateDict._schedulers;
    if (!Array.isArray(states) || states.length !== this._schedulers.length) {
      throw new RangeError(
        `${this.constructor.name}.loadStateDict(): expected the states of ${this._schedulers.length} schedulers, got ` +
          describe(states),
      );
    }
    this.attempt(() => {
      this._schedulers.forEach((scheduler, i) => {
        scheduler.loadStateDict(states[i] as SchedulerState);
      });
    });
    Object.assign(this, own);
  }
}

/** Takes back the first step that schedules made when they were made. */
function undo(scheduler: LRScheduler): void {
  if (scheduler instanceof Combined) scheduler._schedulers.forEach(undo);
  else scheduler.lastEpoch--;
}

/** Options of SequentialLR. */
export interface SequentialLROptions {
  /** The schedules, one after the other. */
  schedulers: readonly LRScheduler[];
  /** The epochs at which the next one begins, one fewer than schedules. */
  milestones: readonly number[];
  /** The last epoch done. */
  lastEpoch?: number;
}

/**
 * Several schedules one after the other: a warm-up and what follows it.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { LinearLR, ExponentialLR, SequentialLR } = torch.optim.lrScheduler;
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const warmUp = new LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
 * const decay = new ExponentialLR(optimizer, 0.5);
 * const scheduler = new SequentialLR(optimizer, { schedulers: [warmUp, decay], milestones: [2] });
 * const lrs = scheduler.getLastLr();
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   lrs.push(...scheduler.getLastLr());
 * }
 * console.log(lrs); // => [ 0.5, 0.75, 1, 0.5, 0.25 ]
 * ```
 */
export class SequentialLR extends Combined {
  /** @internal */
  declare readonly _milestones: readonly number[];

  protected override get kinds(): Kinds {
    return { _milestones: numbers(this._milestones.length) };
  }

  /**
   * @param optimizer - The optimizer of all schedules.
   * @param schedulers - The schedules, one after the other.
   * @param milestones - The epochs at which the next one begins, ascending, one fewer than schedules.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws RangeError for no schedules, another number of milestones, or schedules of another optimizer.
   */
  constructor(
    optimizer: AnyOptimizer,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
    lastEpoch?: number,
  );
  constructor(
    optimizer: AnyOptimizer,
    schedulers: readonly LRScheduler[],
    options: Omit<SequentialLROptions, 'schedulers'>,
  );
  constructor(optimizer: AnyOptimizer, options: SequentialLROptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    const given = bindRecord(
      '(schedulers: any, milestones: floats = [], lastEpoch: float = -1)',
      args,
      new.target.name,
    );
    const { milestones } = given;
    checkParts('SequentialLR', optimizer, given.schedulers);
    const schedulers = [...given.schedulers];
    if (milestones.length !== schedulers.length - 1) {
      throw new RangeError(
        'Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone ' +
          `points, but got number of schedulers ${schedulers.length} and milestones ${describe(milestones)}`,
      );
    }
    checkNumbers('milestones', milestones);
    checkNumber('lastEpoch', given.lastEpoch);
    super(optimizer, null, { _schedulers: schedulers, _milestones: [...milestones] });
    this.lastEpoch = given.lastEpoch + 1;
    for (const group of this.groups()) group.lr = group.initialLr ?? group.lr;
    schedulers.forEach(undo);
    const first = schedulers[reached(this._milestones, 0)];
    first.initialStep();
    this._lastLr = first.getLastLr();
  }

  override step(): void {
    this.attempt(() => {
      this.lastEpoch++;
      const at = reached(this._milestones, this.lastEpoch);
      const scheduler = this._schedulers[at];
      if (at > 0 && this._milestones[at - 1] === this.lastEpoch) scheduler.updateLr(0);
      else scheduler.step();
      this._lastLr = scheduler.getLastLr();
    });
  }
}

/** Options of ChainedScheduler. */
export interface ChainedSchedulerOptions {
  /** The schedules, stepped one after the other at every step. */
  schedulers: readonly LRScheduler[];
  /** Their optimizer. */
  optimizer?: AnyOptimizer;
}

/**
 * Several schedules at once: each changes what the one before left.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { ConstantLR, ExponentialLR, ChainedScheduler } = torch.optim.lrScheduler;
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const parts = [new ConstantLR(optimizer, { factor: 0.5, totalIters: 2 }), new ExponentialLR(optimizer, 0.5)];
 * const scheduler = new ChainedScheduler(parts);
 * const lrs = scheduler.getLastLr();
 * for (let epoch = 0; epoch < 3; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   lrs.push(...scheduler.getLastLr());
 * }
 * console.log(lrs); // => [ 0.5, 0.25, 0.25, 0.125 ]
 * ```
 */
export class ChainedScheduler extends Combined {
  /**
   * @param schedulers - The schedules, stepped one after the other at every step.
   * @param optimizer - Their optimizer; default that of the first.
   * @throws RangeError for no schedules, or schedules of another optimizer.
   */
  constructor(schedulers: readonly LRScheduler[], optimizer?: AnyOptimizer);
  constructor(options: ChainedSchedulerOptions);
  constructor(...args: unknown[]) {
    const { schedulers: given, optimizer: chosen } = bindRecord(
      'ChainedScheduler(schedulers: any, optimizer: any = null)',
      args,
    );
    const first: unknown = Array.isArray(given) ? given[0] : undefined;
    const optimizer = (chosen ?? (first instanceof LRScheduler ? first.optimizer : undefined)) as AnyOptimizer;
    checkParts('ChainedScheduler', optimizer, given);
    super(optimizer, null, { _schedulers: [...given] });
  }

  override step(): void {
    this.attempt(() => {
      for (const scheduler of this._schedulers) scheduler.step();
      this._lastLr = this.lrs();
    });
  }
}
