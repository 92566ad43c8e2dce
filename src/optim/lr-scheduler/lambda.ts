/** Schedules by functions: `LambdaLR` and `MultiplicativeLR`. */
import { describe, isFunction } from '../../tensor/args.ts';
import { bindRecord } from '../../tensor/signature.ts';
import { checkOptimizer } from '../optimizer.ts';
import { checkNumber } from './kinds.ts';
import { type AnyOptimizer, LRScheduler } from './scheduler.ts';

/** A factor for an epoch. */
export type LrLambda = (epoch: number) => number;

/** Options of LambdaLR and MultiplicativeLR. */
export interface LambdaLROptions {
  /** The factor for an epoch, or a list with one function for each group. */
  lrLambda: LrLambda | readonly LrLambda[];
  /** The last epoch done. */
  lastEpoch?: number;
}

abstract class ByFunction extends LRScheduler {
  /** The function of each group. Functions are not part of the state dict. */
  declare readonly lrLambdas: readonly LrLambda[];

  /**
   * @param optimizer - The optimizer.
   * @param lrLambda - The factor for an epoch, or a list with one function for each group.
   * @param lastEpoch - The last epoch done; default -1.
   * @throws RangeError for a list of another length than the groups; TypeError for anything but functions, and for
   *   a function that gives anything but a number.
   */
  constructor(optimizer: AnyOptimizer, lrLambda: LrLambda | readonly LrLambda[], lastEpoch?: number);
  constructor(optimizer: AnyOptimizer, options: LambdaLROptions);
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    checkOptimizer(optimizer);
    const { lrLambda, lastEpoch } = bindRecord('(lrLambda: any, lastEpoch: float = -1)', args, new.target.name);
    const { length } = optimizer.paramGroups;
    const lrLambdas = Array.isArray(lrLambda) ? [...lrLambda] : new Array<LrLambda>(length).fill(lrLambda as LrLambda);
    if (lrLambdas.length !== length) {
      throw new RangeError(`Expected ${length} lrLambdas, but got ${lrLambdas.length}`);
    }
    for (const f of lrLambdas) {
      if (!isFunction(f)) throw new TypeError(`lrLambda should be a function, but got ${describe(f)}`);
    }
    super(optimizer, lastEpoch, { lrLambdas });
  }

  /** These learning rates times what the functions give. */
  protected scaled(lrs: readonly number[]): number[] {
    const { lastEpoch, lrLambdas } = this;
    return lrs.map((lr, i) => {
      const factor = lrLambdas[i](lastEpoch);
      checkNumber(`${this.constructor.name}: lrLambda(${lastEpoch})`, factor);
      return lr * factor;
    });
  }
}

/**
 * The initial learning rate times a function of the epoch: lr = initialLr · λ(epoch).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.LambdaLR(optimizer, (epoch) => 1 / (1 + epoch));
 * optimizer.step();
 * scheduler.step();
 * console.log(scheduler.getLastLr()); // => [ 0.5 ]
 * ```
 */
export class LambdaLR extends ByFunction {
  override getLr(): number[] {
    return this.scaled(this.baseLrs);
  }
}

/**
 * The learning rate times a function of the epoch at every step: lr = lr · λ(epoch).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1 });
 * const scheduler = new torch.optim.lrScheduler.MultiplicativeLR(optimizer, () => 0.5);
 * optimizer.step();
 * scheduler.step();
 * scheduler.step();
 * console.log(scheduler.getLastLr()); // => [ 0.25 ]
 * ```
 */
export class MultiplicativeLR extends ByFunction {
  override getLr(): number[] {
    const lrs = this.lrs();
    return this.isInitial ? lrs : this.scaled(lrs);
  }
}
