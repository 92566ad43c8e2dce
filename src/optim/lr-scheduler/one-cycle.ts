/** `OneCycleLR`: up once, then far down. */
import { describe, isOptions } from '../../tensor/args.ts';
import { type BoundRecord, bindRecord } from '../../tensor/signature.ts';
import { checkOptimizer, type GroupSchedule } from '../optimizer.ts';
import { cos } from '../real.ts';
import { cycledMomenta, setMomentum } from './cycle.ts';
import { checkBoolean, checkFields, checkNumber, checkPositive, type Kinds, oneOf, perGroup } from './kinds.ts';
import { type AnyOptimizer, LRScheduler } from './scheduler.ts';

/** Options of OneCycleLR. */
export interface OneCycleLROptions {
  /** The highest learning rate, or one for each group. */
  maxLr: number | readonly number[];
  /** Steps of the cycle; or give `epochs` and `stepsPerEpoch`. */
  totalSteps?: number | null;
  /** Epochs of the cycle. */
  epochs?: number | null;
  /** Batches in an epoch. */
  stepsPerEpoch?: number | null;
  /** The part of the cycle, in [0, 1], in which the learning rate rises; 0.3 if not given. */
  pctStart?: number;
  /** Half a cosine or a straight line. */
  annealStrategy?: 'cos' | 'linear';
  /** Whether the momentum falls where the learning rate rises; true if not given. */
  cycleMomentum?: boolean;
  /** The lowest momentum, or one for each group; 0.85 if not given. */
  baseMomentum?: number | readonly number[];
  /** The highest momentum, or one for each group; 0.95 if not given. */
  maxMomentum?: number | readonly number[];
  /** The first learning rate is maxLr / divFactor; 25 if not given. */
  divFactor?: number;
  /** The last learning rate is the first / finalDivFactor; 10000 if not given. */
  finalDivFactor?: number;
  /** Falls to the first learning rate as fast as it rose, and in a third phase to the last. */
  threePhase?: boolean;
  /** The last step done. */
  lastEpoch?: number;
}

const SIGNATURE =
  "(maxLr: numbers, totalSteps: float? = null, epochs: float? = null, stepsPerEpoch: float? = null, pctStart: float = 0.3, annealStrategy: str = 'cos', cycleMomentum: bool = true, baseMomentum: numbers = 0.85, maxMomentum: numbers = 0.95, divFactor: float = 25, finalDivFactor: float = 1e4, threePhase: bool = false, lastEpoch: float = -1)";

const BOUNDS = ['initialLr', 'maxLr', 'minLr', 'maxMomentum', 'baseMomentum'] as const;

type Bound = keyof GroupSchedule & (typeof BOUNDS)[number];

/** A stretch of the cycle: until which step, and between what of a group. */
interface Phase {
  endStep: number;
  startLr: Bound;
  endLr: Bound;
  startMomentum: Bound;
  endMomentum: Bound;
}

const UP = {
  startLr: 'initialLr',
  endLr: 'maxLr',
  startMomentum: 'maxMomentum',
  endMomentum: 'baseMomentum',
} as const;
const DOWN = { startLr: 'maxLr', startMomentum: 'baseMomentum', endMomentum: 'maxMomentum' } as const;
const OUT = {
  startLr: 'initialLr',
  endLr: 'minLr',
  startMomentum: 'maxMomentum',
  endMomentum: 'maxMomentum',
} as const;

const PHASE: Kinds = {
  endStep: checkNumber,
  startLr: oneOf(...BOUNDS),
  endLr: oneOf(...BOUNDS),
  startMomentum: oneOf(...BOUNDS),
  endMomentum: oneOf(...BOUNDS),
};

const KINDS: Kinds = {
  totalSteps: checkPositive,
  annealStrategy: (name, value) => {
    if (value !== 'cos' && value !== 'linear') {
      throw new RangeError(`${name} must be one of 'cos' or 'linear', instead got ${describe(value)}`);
    }
  },
  cycleMomentum: checkBoolean,
  _schedulePhases: (name, phases) => {
    if (!Array.isArray(phases) || phases.length < 2 || phases.length > 3 || !phases.every(isOptions)) {
      throw new TypeError(`${name} must be a list of two or three phases, got ${describe(phases)}`);
    }
    for (const phase of phases) {
      const odd = Object.keys(phase).find((key) => !Object.hasOwn(PHASE, key));
      if (odd !== undefined) throw new RangeError(`${name}: ${odd} of a phase is unexpected`);
      checkFields(PHASE, phase);
    }
  },
};

function phasesOf(total: number, rising: number, three: boolean): Phase[] {
  const up = { endStep: rising * total - 1, ...UP };
  if (!three) return [up, { endStep: total - 1, ...DOWN, endLr: 'minLr' }];
  return [up, { endStep: 2 * rising * total - 2, ...DOWN, endLr: 'initialLr' }, { endStep: total - 1, ...OUT }];
}

function stepsOf({ totalSteps, epochs, stepsPerEpoch }: BoundRecord<typeof SIGNATURE>): number {
  if (typeof totalSteps === 'number') {
    checkPositive('totalSteps', totalSteps);
    return totalSteps;
  }
  if (typeof epochs !== 'number' || typeof stepsPerEpoch !== 'number') {
    throw new RangeError('You must define either totalSteps OR (epochs AND stepsPerEpoch)');
  }
  checkPositive('epochs', epochs);
  checkPositive('stepsPerEpoch', stepsPerEpoch);
  return epochs * stepsPerEpoch;
}

/**
 * One cycle of the learning rate over the whole training: from maxLr / divFactor up to maxLr, then down to a small part
 * of where it began, and the momentum against it; stepped after every batch. Smith and Topin, Super-Convergence.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1, momentum: 0.9 });
 * const scheduler = new torch.optim.lrScheduler.OneCycleLR(optimizer, { maxLr: 1, totalSteps: 10 });
 * const lrs = scheduler.getLastLr();
 * for (let step = 0; step < 9; step++) {
 *   optimizer.step();
 *   scheduler.step();
 *   lrs.push(...scheduler.getLastLr());
 * }
 * console.log(lrs.map((lr) => lr.toFixed(2)).join(' ')); // => 0.04 0.52 1.00 0.95 0.81 0.61 0.39 0.19 0.05 0.00
 * ```
 */
export class OneCycleLR extends LRScheduler {
  /** Steps of the cycle. */
  declare readonly totalSteps: number;
  /** Half a cosine or a straight line. */
  declare readonly annealStrategy: 'cos' | 'linear';
  /** Whether the momentum moves. */
  declare readonly cycleMomentum: boolean;
  /** @internal */
  declare readonly _schedulePhases: readonly Phase[];

  protected override get kinds(): Kinds {
    return { ...KINDS, cycleMomentum: oneOf(this.cycleMomentum) };
  }

  /**
   * @param optimizer - The optimizer.
   * @param maxLr - The highest learning rate, or one for each group.
   * @param options - `totalSteps` or `epochs` and `stepsPerEpoch`, `pctStart` (0.3), `annealStrategy` ('cos'),
   *   `cycleMomentum` (true), `baseMomentum` (0.85), `maxMomentum` (0.95), `divFactor` (25), `finalDivFactor` (10000),
   *   `threePhase` (false), `lastEpoch` (-1).
   * @throws RangeError for a cycle without a length, an option out of range, or an optimizer without momentum if it is
   *   to be cycled.
   */
  constructor(optimizer: AnyOptimizer, options: OneCycleLROptions);
  constructor(optimizer: AnyOptimizer, maxLr: number | readonly number[], options: Omit<OneCycleLROptions, 'maxLr'>);
  constructor(
    optimizer: AnyOptimizer,
    maxLr: number | readonly number[],
    totalSteps: number | null,
    options?: Omit<OneCycleLROptions, 'maxLr' | 'totalSteps'>,
  );
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    checkOptimizer(optimizer);
    const given = bindRecord(SIGNATURE, args, new.target.name);
    const { pctStart, annealStrategy, cycleMomentum, threePhase, lastEpoch, divFactor, finalDivFactor } = given;
    const totalSteps = stepsOf(given);
    if (!(pctStart >= 0 && pctStart <= 1)) {
      throw new RangeError(`Expected float between 0 and 1 pctStart, but got ${describe(pctStart)}`);
    }
    checkNumber('divFactor', divFactor);
    checkNumber('finalDivFactor', finalDivFactor);
    const _schedulePhases = phasesOf(totalSteps, pctStart, threePhase);
    const fields = { totalSteps, annealStrategy, cycleMomentum, _schedulePhases };
    checkFields(KINDS, fields);
    const maxLrs = perGroup('maxLr', optimizer, given.maxLr);
    cycledMomenta(optimizer, given);
    if (lastEpoch === -1) {
      optimizer.paramGroups.forEach((group, i) => {
        const initialLr = maxLrs[i] / divFactor;
        Object.assign(group, { initialLr, maxLr: maxLrs[i], minLr: initialLr / finalDivFactor });
      });
    }
    super(optimizer, lastEpoch, fields);
  }

  private anneal(start: number, end: number, part: number): number {
    if (this.annealStrategy === 'linear') return (end - start) * part + start;
    return end + ((start - end) / 2) * (cos(Math.PI * part) + 1);
  }

  override getLr(): number[] {
    const { lastEpoch: step, totalSteps, _schedulePhases: phases } = this;
    this.checkGroups(this.baseLrs.length);
    if (step > totalSteps) {
      throw new RangeError(`Tried to step ${step} times. The specified number of total steps is ${totalSteps}`);
    }
    const found = phases.findIndex(({ endStep }) => step <= endStep);
    const at = found < 0 ? phases.length - 1 : found;
    const { endStep, startLr, endLr, startMomentum, endMomentum } = phases[at];
    const begun = at === 0 ? 0 : phases[at - 1].endStep;
    const part = (step - begun) / (endStep - begun);
    return this.groups().map((group) => {
      const between = (from: Bound, to: Bound): number => this.anneal(group[from] as number, group[to] as number, part);
      if (this.cycleMomentum) setMomentum(group, between(startMomentum, endMomentum));
      return between(startLr, endLr);
    });
  }
}
