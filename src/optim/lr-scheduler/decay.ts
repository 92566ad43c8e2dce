/** Schedules that multiply by a constant: `StepLR`, `MultiStepLR`, `ExponentialLR`. */
import { bindRecord } from '../../tensor/signature.ts';
import { pow } from '../real.ts';
import { checkFields, checkNumber, checkNumbers, checkPositive, type Kinds } from './kinds.ts';
import { type AnyOptimizer, FactorLR, reached } from './scheduler.ts';

/** Options of StepLR. */
export interface StepLROptions {
  /** Epochs between two decays. */
  stepSize: number;
  /** Factor of a decay; 0.1 if not given. */
  gamma?: number;
  /** The last epoch done. */
  lastEpoch?: number;
}

const STEP_KINDS: Kinds = { stepSize: checkPositive, gamma: checkNumber };

/**
 * Multiplies the learning rate by gamma every stepSize epochs: lr = initialLr · gamma^⌊epoch / stepSize⌋.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.StepLR(optimizer, { stepSize: 2, gamma: 0.5 });
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 * }
 * console.log(scheduler.getLastLr()); // => [ 0.25 ]
 * ```
 */
export class StepLR extends FactorLR {
  /** Epochs between two decays. */
  declare readonly stepSize: number;
  /** Factor of a decay. */
  declare readonly gamma: number;

  protected override get kinds(): Kinds {
    return STEP_KINDS;
  }

  /**
   * @param optimizer - The optimizer.
   * @param stepSize - Epochs between two decays.
   * @param gamma - Factor of a decay; default 0.1.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws RangeError for a stepSize that is not a positive whole number.
   */
  constructor(optimizer: AnyOptimizer, stepSize: number, gamma?: number, lastEpoch?: number);
  constructor(optimizer: AnyOptimizer, stepSize: number, options: Omit<StepLROptions, 'stepSize'>);
  constructor(optimizer: AnyOptimizer, options: StepLROptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    const { lastEpoch, ...fields } = bindRecord(
      '(stepSize: float, gamma: float = 0.1, lastEpoch: float = -1)',
      args,
      new.target.name,
    );
    checkFields(STEP_KINDS, fields);
    super(optimizer, lastEpoch, fields);
  }

  protected factorOfStep(): number {
    return this.lastEpoch === 0 || this.lastEpoch % this.stepSize !== 0 ? 1 : this.gamma;
  }

  protected factorOfAll(): number {
    return pow(this.gamma, Math.floor(this.lastEpoch / this.stepSize));
  }
}

/** Options of MultiStepLR. */
export interface MultiStepLROptions {
  /** The epochs of the decays, in any order; one given twice counts twice. */
  milestones: readonly number[];
  /** Factor of a decay; 0.1 if not given. */
  gamma?: number;
  /** The last epoch done. */
  lastEpoch?: number;
}

const MILESTONE_KINDS: Kinds = { milestones: checkNumbers, gamma: checkNumber };

/**
 * Multiplies the learning rate by gamma at each milestone: lr = initialLr · gamma^(milestones reached).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.MultiStepLR(optimizer, [1, 3], 0.5);
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 * }
 * console.log(scheduler.getLastLr()); // => [ 0.25 ]
 * ```
 */
export class MultiStepLR extends FactorLR {
  /** The epochs of the decays, ascending. */
  declare readonly milestones: readonly number[];
  /** Factor of a decay. */
  declare readonly gamma: number;

  protected override get kinds(): Kinds {
    return MILESTONE_KINDS;
  }

  /**
   * @param optimizer - The optimizer.
   * @param milestones - The epochs of the decays, in any order; one given twice counts twice.
   * @param gamma - Factor of a decay; default 0.1.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws TypeError for milestones that are not a list of numbers.
   */
  constructor(optimizer: AnyOptimizer, milestones: readonly number[], gamma?: number, lastEpoch?: number);
  constructor(optimizer: AnyOptimizer, milestones: readonly number[], options: Omit<MultiStepLROptions, 'milestones'>);
  constructor(optimizer: AnyOptimizer, options: MultiStepLROptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    const given = bindRecord('(milestones: floats, gamma: float = 0.1, lastEpoch: float = -1)', args, new.target.name);
    const { gamma, lastEpoch } = given;
    checkFields(MILESTONE_KINDS, given);
    const milestones = [...given.milestones].sort((a, b) => a - b);
    super(optimizer, lastEpoch, { milestones, gamma });
  }

  protected factorOfStep(): number {
    return pow(this.gamma, this.milestones.filter((milestone) => milestone === this.lastEpoch).length);
  }

  protected factorOfAll(): number {
    return pow(this.gamma, reached(this.milestones, this.lastEpoch));
  }
}

/** Options of ExponentialLR. */
export interface ExponentialLROptions {
  /** Factor of every epoch. */
  gamma: number;
  /** The last epoch done. */
  lastEpoch?: number;
}

const GAMMA: Kinds = { gamma: checkNumber };

/**
 * Multiplies the learning rate by gamma every epoch: lr = initialLr · gamma^epoch.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.ExponentialLR(optimizer, 0.5);
 * for (let epoch = 0; epoch < 3; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 * }
 * console.log(scheduler.getLastLr()); // => [ 0.125 ]
 * ```
 */
export class ExponentialLR extends FactorLR {
  /** Factor of every epoch. */
  declare readonly gamma: number;

  protected override get kinds(): Kinds {
    return GAMMA;
  }

  /**
   * @param optimizer - The optimizer.
   * @param gamma - Factor of every epoch.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws TypeError for a gamma that is not a number.
   */
  constructor(optimizer: AnyOptimizer, gamma: number, lastEpoch?: number);
  constructor(optimizer: AnyOptimizer, options: ExponentialLROptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    const { gamma, lastEpoch } = bindRecord('(gamma: float, lastEpoch: float = -1)', args, new.target.name);
    checkFields(GAMMA, { gamma });
    super(optimizer, lastEpoch, { gamma });
  }

  protected factorOfStep(): number {
    return this.isInitial ? 1 : this.gamma;
  }

  protected factorOfAll(): number {
    return pow(this.gamma, this.lastEpoch);
  }
}
