/** `ReduceLROnPlateau`: lowers the learning rate when a metric has stopped improving. */
import { describe } from '../../tensor/args.ts';
import { bindRecord } from '../../tensor/signature.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { checkOptimizer } from '../optimizer.ts';
import { atLeast, checkCount, checkFields, checkNumber, checkNumbers, type Kinds, numbers } from './kinds.ts';
import { type AnyOptimizer, LRScheduler } from './scheduler.ts';

/** Options of ReduceLROnPlateau. */
export interface ReduceLROnPlateauOptions {
  /** Whether less or more of the metric is better. */
  mode?: 'min' | 'max';
  /** Factor of a reduction, less than 1; 0.1 if not given. */
  factor?: number;
  /** Epochs without improvement that are let pass; 10 if not given. */
  patience?: number;
  /** What counts as an improvement; 1e-4 if not given. */
  threshold?: number;
  /** Whether the threshold is a part of the best value or a difference from it. */
  thresholdMode?: 'rel' | 'abs';
  /** Epochs after a reduction in which nothing is counted; 0 if not given. */
  cooldown?: number;
  /** The lowest learning rate, or one for each group; 0 if not given. */
  minLr?: number | readonly number[];
  /** A change of the learning rate by less than this is not made; 1e-8 if not given. */
  eps?: number;
}

const SIGNATURE =
  "(mode: str = 'min', factor: float = 0.1, patience: float = 10, threshold: float = 1e-4, thresholdMode: str = 'rel', cooldown: float = 0, minLr: numbers = 0, eps: float = 1e-8)";

const KINDS: Kinds = {
  factor: (name, factor) => {
    checkNumber(name, factor);
    if (factor >= 1) throw new RangeError('Factor should be < 1.0.');
  },
  patience: checkNumber,
  threshold: checkNumber,
  cooldown: checkNumber,
  eps: checkNumber,
  mode: (_, mode) => {
    if (mode !== 'min' && mode !== 'max') throw new RangeError(`mode ${describe(mode)} is unknown!`);
  },
  thresholdMode: (_, mode) => {
    if (mode !== 'rel' && mode !== 'abs') throw new RangeError(`threshold mode ${describe(mode)} is unknown!`);
  },
};

/**
 * Multiplies the learning rate by factor when a metric has not improved for more than patience epochs. `step` takes the
 * metric: `scheduler.step(validationLoss)`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
 * for (const loss of [3, 2, 2, 2]) scheduler.step(loss);
 * console.log(scheduler.getLastLr()); // => [ 0.5 ]
 * ```
 */
export class ReduceLROnPlateau extends LRScheduler<[metrics: number | Tensor]> {
  /** Whether less or more of the metric is better. */
  declare readonly mode: 'min' | 'max';
  /** Factor of a reduction. */
  declare readonly factor: number;
  /** Epochs without improvement that are let pass. */
  declare readonly patience: number;
  /** What counts as an improvement. */
  declare readonly threshold: number;
  /** Whether the threshold is a part of the best value or a difference from it. */
  declare readonly thresholdMode: 'rel' | 'abs';
  /** Epochs after a reduction in which nothing is counted. */
  declare readonly cooldown: number;
  /** The lowest learning rate of each group. */
  declare minLrs: number[];
  /** The lowest learning rate of groups added later; null if each was given its own. */
  declare readonly defaultMinLr: number | null;
  /** A change of the learning rate by less than this is not made. */
  declare readonly eps: number;
  /** The best value of the metric so far. */
  declare best: number;
  /** Epochs without improvement. */
  declare numBadEpochs: number;
  /** Epochs left in which nothing is counted. */
  declare cooldownCounter: number;

  protected override get kinds(): Kinds {
    return {
      ...KINDS,
      minLrs: numbers(this.minLrs.length, this.groups().length),
      defaultMinLr: (name, value) => {
        if (value !== null) checkNumber(name, value);
      },
      best: checkNumber,
      numBadEpochs: checkCount,
      cooldownCounter: atLeast(0),
    };
  }

  /**
   * @param optimizer - The optimizer.
   * @param options - `mode` ('min'), `factor` (0.1), `patience` (10), `threshold` (1e-4), `thresholdMode` ('rel'),
   *   `cooldown` (0), `minLr` (0), `eps` (1e-8).
   * @throws RangeError for a factor from 1 on, an unknown mode or another number of minLr than of groups.
   */
  constructor(optimizer: AnyOptimizer, options?: ReduceLROnPlateauOptions);
  constructor(optimizer: AnyOptimizer, mode: 'min' | 'max', options?: Omit<ReduceLROnPlateauOptions, 'mode'>);
  constructor(optimizer: AnyOptimizer, mode: 'min' | 'max', factor: number, patience?: number, threshold?: number);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    checkOptimizer(optimizer);
    const { minLr, ...fields } = bindRecord(SIGNATURE, args, new.target.name);
    const { length } = optimizer.paramGroups;
    checkFields(KINDS, fields);
    if (typeof minLr === 'number') checkNumber('minLr', minLr);
    else checkNumbers('minLr', minLr);
    const minLrs = typeof minLr === 'number' ? new Array<number>(length).fill(minLr) : [...minLr];
    if (minLrs.length !== length) throw new RangeError(`expected ${length} minLrs, got ${minLrs.length}`);
    super(optimizer, null, {
      ...fields,
      minLrs,
      defaultMinLr: typeof minLr === 'number' ? minLr : null,
      best: fields.mode === 'min' ? Infinity : -Infinity,
      numBadEpochs: 0,
      cooldownCounter: 0,
    });
  }

  /** Whether the epochs after a reduction are passing, in which nothing is counted. */
  get inCooldown(): boolean {
    return this.cooldownCounter > 0;
  }

  private isBetter(value: number): boolean {
    const { mode, thresholdMode, threshold, best } = this;
    if (mode === 'min') return value < (thresholdMode === 'rel' ? best * (1 - threshold) : best - threshold);
    return value > (thresholdMode === 'rel' ? best * (threshold + 1) : best + threshold);
  }

  /**
   * Counts an epoch and lowers the learning rate if it must be.
   *
   * @param metrics - The metric of this epoch, a number or a tensor with one element.
   * @throws TypeError for anything else; RangeError when groups were added and each was given its own minLr.
   */
  override step(metrics: number | Tensor): void {
    const current = metrics instanceof Tensor ? Number(metrics.item()) : metrics;
    if (typeof current !== 'number') {
      throw new TypeError(`ReduceLROnPlateau.step(): metrics must be a number, got ${describe(metrics)}`);
    }
    this.attempt(() => this.take(current));
  }

  private take(current: number): void {
    this.lastEpoch++;
    if (this.isBetter(current)) {
      this.best = current;
      this.numBadEpochs = 0;
    } else this.numBadEpochs++;
    if (this.inCooldown) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.patience) {
      this.reduce();
      this.cooldownCounter = this.cooldown;
      this.numBadEpochs = 0;
    }
    this._lastLr = this.lrs();
  }

  private reduce(): void {
    const groups = this.groups();
    if (groups.length !== this.minLrs.length) {
      if (this.defaultMinLr === null) {
        throw new RangeError(
          `The number of param groups in the optimizer (${groups.length}) differs from when ReduceLROnPlateau was ` +
            `made (${this.minLrs.length}): set minLrs to a list of as many`,
        );
      }
      this.minLrs = new Array<number>(groups.length).fill(this.defaultMinLr);
    }
    groups.forEach((group, i) => {
      const lr = Math.max(group.lr * this.factor, this.minLrs[i]);
      if (group.lr - lr > this.eps) group.lr = lr;
    });
  }
}
