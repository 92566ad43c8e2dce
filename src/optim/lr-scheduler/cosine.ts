/** Cosine schedules: `CosineAnnealingLR` and `CosineAnnealingWarmRestarts`. */
import { describe } from '../../tensor/args.ts';
import { bindRecord } from '../../tensor/signature.ts';
import { cos } from '../real.ts';
import { atLeast, checkFields, checkNumber, checkPositive, type Kinds } from './kinds.ts';
import { type AnyOptimizer, LRScheduler } from './scheduler.ts';

/** From a learning rate to what half a cosine leaves of it `at` of `total` epochs on its way down to `etaMin`. */
function falling(etaMin: number, at: number, total: number): (lr: number) => number {
  return (lr) => etaMin + ((lr - etaMin) * (1 + cos((Math.PI * at) / total))) / 2;
}

/** Options of CosineAnnealingLR. */
export interface CosineAnnealingLROptions {
  /** Epochs of half a period, from the highest to the lowest learning rate. */
  TMax: number;
  /** The lowest learning rate; 0 if not given. */
  etaMin?: number;
  /** The last epoch done. */
  lastEpoch?: number;
}

const COSINE_KINDS: Kinds = { TMax: checkPositive, etaMin: checkNumber };

/**
 * Half a cosine from initialLr to etaMin in TMax epochs, and back if it goes on:
 * lr = etaMin + (initialLr - etaMin) · (1 + cos(π · epoch / TMax)) / 2.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.CosineAnnealingLR(optimizer, { TMax: 4 });
 * const lrs = scheduler.getLastLr();
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   lrs.push(...scheduler.getLastLr());
 * }
 * console.log(lrs.map((lr) => lr.toFixed(4)).join(' ')); // => 1.0000 0.8536 0.5000 0.1464 0.0000
 * ```
 */
export class CosineAnnealingLR extends LRScheduler {
  /** Epochs of half a period. */
  declare readonly TMax: number;
  /** The lowest learning rate. */
  declare readonly etaMin: number;

  protected override get kinds(): Kinds {
    return COSINE_KINDS;
  }

  /**
   * @param optimizer - The optimizer.
   * @param TMax - Epochs of half a period.
   * @param etaMin - The lowest learning rate; default 0.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws RangeError for TMax that is not a positive whole number.
   */
  constructor(optimizer: AnyOptimizer, TMax: number, etaMin?: number, lastEpoch?: number);
  constructor(optimizer: AnyOptimizer, TMax: number, options: Omit<CosineAnnealingLROptions, 'TMax'>);
  constructor(optimizer: AnyOptimizer, options: CosineAnnealingLROptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    const { lastEpoch, ...fields } = bindRecord(
      '(TMax: float, etaMin: float = 0, lastEpoch: float = -1)',
      args,
      new.target.name,
    );
    checkFields(COSINE_KINDS, fields);
    super(optimizer, lastEpoch, fields);
  }

  override getLr(): number[] {
    const { TMax, etaMin, lastEpoch } = this;
    const lrs = this.lrs();
    if (this.isInitial) return lrs;
    if (this._stepCount === 1 && lastEpoch > 0) return this.closedFormLr();
    // After the lowest point the quotient below would be 0 / 0.
    if ((lastEpoch - 1 - TMax) % (2 * TMax) === 0) {
      return lrs.map((lr, i) => lr + ((this.baseLrs[i] - etaMin) * (1 - cos(Math.PI / TMax))) / 2);
    }
    const ratio = (1 + cos((Math.PI * lastEpoch) / TMax)) / (1 + cos((Math.PI * (lastEpoch - 1)) / TMax));
    return lrs.map((lr) => ratio * (lr - etaMin) + etaMin);
  }

  protected override closedFormLr(): number[] {
    return this.baseLrs.map(falling(this.etaMin, this.lastEpoch, this.TMax));
  }
}

/** Options of CosineAnnealingWarmRestarts. */
export interface CosineAnnealingWarmRestartsOptions {
  /** Epochs until the first restart. */
  T0: number;
  /** Factor by which each period is longer than the one before; 1 if not given. */
  TMult?: number;
  /** The lowest learning rate; 0 if not given. */
  etaMin?: number;
  /** The last epoch done. */
  lastEpoch?: number;
}

const RESTART_KINDS: Kinds = {
  T0: checkPositive,
  TMult: (_, TMult) => {
    if (!(Number.isInteger(TMult) && (TMult as number) >= 1)) {
      throw new RangeError(`Expected integer TMult >= 1, but got ${describe(TMult)}`);
    }
  },
  etaMin: checkNumber,
  Ti: checkPositive,
  TCur: atLeast(-1),
};

/**
 * Half a cosine from initialLr to etaMin, begun anew after T0 epochs, then after TMult times as many, and so on:
 * lr = etaMin + (initialLr - etaMin) · (1 + cos(π · TCur / Ti)) / 2, TCur epochs into a period of Ti. It may be stepped
 * with a fraction: `step(epoch + batch / batches)`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.CosineAnnealingWarmRestarts(optimizer, { T0: 2, TMult: 2 });
 * const lrs = scheduler.getLastLr();
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   lrs.push(...scheduler.getLastLr());
 * }
 * console.log(lrs.map((lr) => lr.toFixed(4)).join(' ')); // => 1.0000 0.5000 1.0000 0.8536 0.5000
 * ```
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  /** Epochs until the first restart. */
  declare readonly T0: number;
  /** Factor by which each period is longer than the one before. */
  declare readonly TMult: number;
  /** The lowest learning rate. */
  declare readonly etaMin: number;
  /** Epochs of this period. */
  declare Ti: number;
  /** Epochs since the last restart. */
  declare TCur: number;

  protected override get kinds(): Kinds {
    return RESTART_KINDS;
  }

  /**
   * @param optimizer - The optimizer.
   * @param T0 - Epochs until the first restart.
   * @param TMult - Factor by which each period is longer than the one before; default 1.
   * @param etaMin - The lowest learning rate; default 0.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws RangeError for T0 or TMult that is not a positive whole number.
   */
  constructor(optimizer: AnyOptimizer, T0: number, TMult?: number, etaMin?: number, lastEpoch?: number);
  constructor(optimizer: AnyOptimizer, T0: number, options: Omit<CosineAnnealingWarmRestartsOptions, 'T0'>);
  constructor(optimizer: AnyOptimizer, options: CosineAnnealingWarmRestartsOptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    const { lastEpoch, ...fields } = bindRecord(
      '(T0: float, TMult: float = 1, etaMin: float = 0, lastEpoch: float = -1)',
      args,
      new.target.name,
    );
    const all = { ...fields, Ti: fields.T0, TCur: lastEpoch };
    checkFields(RESTART_KINDS, all);
    super(optimizer, lastEpoch, all);
  }

  override getLr(): number[] {
    return this.baseLrs.map(falling(this.etaMin, this.TCur, this.Ti));
  }

  /**
   * Goes on to the next epoch and sets the learning rates.
   *
   * @param epoch - Jumps there instead; a fraction is welcome.
   * @throws RangeError for a negative epoch.
   */
  override step(epoch?: number): void {
    if (epoch !== undefined) checkNumber('epoch', epoch);
    this.attempt(() => this.go(epoch ?? (this.lastEpoch < 0 ? 0 : undefined)));
  }

  private go(to: number | undefined): void {
    if (to === undefined) {
      this.TCur++;
      if (this.TCur >= this.Ti) {
        this.TCur %= this.Ti;
        this.Ti *= this.TMult;
      }
    } else this.jump(to);
    this.lastEpoch = to === undefined ? this.lastEpoch + 1 : Math.floor(to);
    this.assign(this.getLr());
  }

  private jump(epoch: number): void {
    const { T0, TMult } = this;
    if (!(epoch >= 0)) throw new RangeError(`Expected non-negative epoch, but got ${describe(epoch)}`);
    if (epoch < T0) {
      this.Ti = T0;
      this.TCur = epoch;
    } else if (TMult === 1) this.TCur = epoch % T0;
    else {
      let begun = 0;
      let period = T0;
      while (epoch >= begun + period) {
        begun += period;
        period *= TMult;
      }
      this.TCur = epoch - begun;
      this.Ti = period;
    }
  }
}
