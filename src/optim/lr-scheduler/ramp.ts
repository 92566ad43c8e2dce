/** Schedules that change for a number of epochs and then stay: `ConstantLR`, `LinearLR`, `PolynomialLR`. */
import { bindRecord } from '../../tensor/signature.ts';
import { pow } from '../real.ts';
import { checkFields, checkNumber, checkPositive, type Kinds } from './kinds.ts';
import { type AnyOptimizer, FactorLR } from './scheduler.ts';

/** Options of ConstantLR. */
export interface ConstantLROptions {
  /** Factor in [0, 1] until `totalIters`; 1/3 if not given. */
  factor?: number;
  /** Epochs with the factor; 5 if not given. */
  totalIters?: number;
  /** The last epoch done. */
  lastEpoch?: number;
}

const CONSTANT_KINDS: Kinds = {
  factor: (name, factor) => {
    checkNumber(name, factor);
    if (factor > 1 || factor < 0) {
      throw new RangeError('Constant multiplicative factor expected to be between 0 and 1.');
    }
  },
  totalIters: checkNumber,
};

/**
 * The learning rate times factor for the first totalIters epochs, then as it was.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
 * const lrs = scheduler.getLastLr();
 * for (let epoch = 0; epoch < 3; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   lrs.push(...scheduler.getLastLr());
 * }
 * console.log(lrs); // => [ 0.5, 0.5, 1, 1 ]
 * ```
 */
export class ConstantLR extends FactorLR {
  /** Factor until `totalIters`. */
  declare readonly factor: number;
  /** Epochs with the factor. */
  declare readonly totalIters: number;

  protected override get kinds(): Kinds {
    return CONSTANT_KINDS;
  }

  /**
   * @param optimizer - The optimizer.
   * @param factor - Factor in [0, 1] until `totalIters`; default 1/3.
   * @param totalIters - Epochs with the factor; default 5.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws RangeError for a factor that is not between 0 and 1.
   */
  constructor(optimizer: AnyOptimizer, factor?: number, totalIters?: number, lastEpoch?: number);
  constructor(optimizer: AnyOptimizer, factor: number, options: Omit<ConstantLROptions, 'factor'>);
  constructor(optimizer: AnyOptimizer, options: ConstantLROptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    const { lastEpoch, ...fields } = bindRecord(
      '(factor: float = 0.3333333333333333, totalIters: float = 5, lastEpoch: float = -1)',
      args,
      new.target.name,
    );
    checkFields(CONSTANT_KINDS, fields);
    super(optimizer, lastEpoch, fields);
  }

  protected factorOfStep(): number {
    if (this.lastEpoch === 0) return this.factor;
    return this.lastEpoch === this.totalIters ? 1 / this.factor : 1;
  }

  protected factorOfAll(): number {
    const { factor, totalIters, lastEpoch } = this;
    return factor + (lastEpoch >= totalIters ? 1 - factor : 0);
  }
}

/** Options of LinearLR. */
export interface LinearLROptions {
  /** Factor of the first epoch, in (0, 1]; 1/3 if not given. */
  startFactor?: number;
  /** Factor from `totalIters` on, in [0, 1]; 1 if not given. */
  endFactor?: number;
  /** Epochs from the one to the other; 5 if not given. */
  totalIters?: number;
  /** The last epoch done. */
  lastEpoch?: number;
}

const LINEAR_KINDS: Kinds = {
  startFactor: (name, factor) => {
    checkNumber(name, factor);
    if (factor > 1 || factor <= 0) {
      throw new RangeError('Starting multiplicative factor expected to be greater than 0 and less or equal to 1.');
    }
  },
  endFactor: (name, factor) => {
    checkNumber(name, factor);
    if (factor > 1 || factor < 0) {
      throw new RangeError('Ending multiplicative factor expected to be between 0 and 1.');
    }
  },
  totalIters: checkPositive,
};

/**
 * A straight line from initialLr · startFactor to initialLr · endFactor over totalIters epochs: the usual warm-up.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
 * const lrs = scheduler.getLastLr();
 * for (let epoch = 0; epoch < 3; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   lrs.push(...scheduler.getLastLr());
 * }
 * console.log(lrs); // => [ 0.5, 0.75, 1, 1 ]
 * ```
 */
export class LinearLR extends FactorLR {
  /** Factor of the first epoch. */
  declare readonly startFactor: number;
  /** Factor from `totalIters` on. */
  declare readonly endFactor: number;
  /** Epochs from the one to the other. */
  declare readonly totalIters: number;

  protected override get kinds(): Kinds {
    return LINEAR_KINDS;
  }

  /**
   * @param optimizer - The optimizer.
   * @param startFactor - Factor of the first epoch, in (0, 1]; default 1/3.
   * @param endFactor - Factor from `totalIters` on, in [0, 1]; default 1.
   * @param totalIters - Epochs from the one to the other; default 5.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws RangeError for a factor out of range.
   */
  constructor(
    optimizer: AnyOptimizer,
    startFactor?: number,
    endFactor?: number,
    totalIters?: number,
    lastEpoch?: number,
  );
  constructor(optimizer: AnyOptimizer, startFactor: number, options: Omit<LinearLROptions, 'startFactor'>);
  constructor(
    optimizer: AnyOptimizer,
    startFactor: number,
    endFactor: number,
    options: Omit<LinearLROptions, 'startFactor' | 'endFactor'>,
  );
  constructor(optimizer: AnyOptimizer, options: LinearLROptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    const { lastEpoch, ...fields } = bindRecord(
      '(startFactor: float = 0.3333333333333333, endFactor: float = 1, totalIters: float = 5, lastEpoch: float = -1)',
      args,
      new.target.name,
    );
    checkFields(LINEAR_KINDS, fields);
    super(optimizer, lastEpoch, fields);
  }

  protected factorOfStep(): number {
    const { startFactor, endFactor, totalIters, lastEpoch } = this;
    if (lastEpoch === 0) return startFactor;
    if (this.isInitial || lastEpoch > totalIters) return 1;
    const slope = endFactor - startFactor;
    return 1 + slope / (totalIters * startFactor + (lastEpoch - 1) * slope);
  }

  protected factorOfAll(): number {
    const { startFactor, endFactor, totalIters, lastEpoch } = this;
    return startFactor + ((endFactor - startFactor) * Math.min(totalIters, lastEpoch)) / totalIters;
  }
}

/** Options of PolynomialLR. */
export interface PolynomialLROptions {
  /** Epochs until the learning rate is 0; 5 if not given. */
  totalIters?: number;
  /** Power of the polynomial; 1 if not given. */
  power?: number;
  /** The last epoch done. */
  lastEpoch?: number;
}

const POLYNOMIAL_KINDS: Kinds = { totalIters: checkPositive, power: checkNumber };

/**
 * Falls to 0 in totalIters epochs: lr = initialLr · (1 - min(epoch, totalIters) / totalIters)^power.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.PolynomialLR(optimizer, { totalIters: 4, power: 2 });
 * const lrs = scheduler.getLastLr();
 * for (let epoch = 0; epoch < 2; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   lrs.push(...scheduler.getLastLr());
 * }
 * console.log(lrs); // => [ 1, 0.5625, 0.25 ]
 * ```
 */
export class PolynomialLR extends FactorLR {
  /** Epochs until the learning rate is 0. */
  declare readonly totalIters: number;
  /** Power of the polynomial. */
  declare readonly power: number;

  protected override get kinds(): Kinds {
    return POLYNOMIAL_KINDS;
  }

  /**
   * @param optimizer - The optimizer.
   * @param totalIters - Epochs until the learning rate is 0; default 5.
   * @param power - Power of the polynomial; default 1.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws RangeError for totalIters that is not a positive whole number.
   */
  constructor(optimizer: AnyOptimizer, totalIters?: number, power?: number, lastEpoch?: number);
  constructor(optimizer: AnyOptimizer, totalIters: number, options: Omit<PolynomialLROptions, 'totalIters'>);
  constructor(optimizer: AnyOptimizer, options: PolynomialLROptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    const { lastEpoch, ...fields } = bindRecord(
      '(totalIters: float = 5, power: float = 1, lastEpoch: float = -1)',
      args,
      new.target.name,
    );
    checkFields(POLYNOMIAL_KINDS, fields);
    super(optimizer, lastEpoch, fields);
  }

  protected factorOfStep(): number {
    const { totalIters, lastEpoch, power } = this;
    if (this.isInitial || lastEpoch > totalIters) return 1;
    return pow((1 - lastEpoch / totalIters) / (1 - (lastEpoch - 1) / totalIters), power);
  }

  protected factorOfAll(): number {
    return pow(1 - Math.min(this.totalIters, this.lastEpoch) / this.totalIters, this.power);
  }
}
