/** Adagrad. */
import { OptimizerCode } from '../../assembly/codes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { optimize } from './kernel.ts';
import { type BaseOptions, Optimizer, type OptionArgs, type ParamGroup, type Params } from './optimizer.ts';
import { bindOptions, checkNotNegative } from './options.ts';

/** Options of Adagrad. */
export interface AdagradOptions extends BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Lowers the learning rate to lr / (1 + (t - 1) · lrDecay). */
  lrDecay: number;
  /** Weight decay, an L2 penalty. */
  weightDecay: number;
  /** What the sums of squares start with. */
  initialAccumulatorValue: number;
  /** Added to the denominator, so that it is never 0. */
  eps: number;
  /** Ascends instead of descending. */
  maximize: boolean;
}

const DEFAULTS: AdagradOptions = {
  lr: 0.01,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
};

/**
 * Divides the gradient by the root of the sum of all its squares. For gradient g (plus weightDecay · p) at step t:
 * s += g², from initialAccumulatorValue on, then p -= lr / (1 + (t - 1) · lrDecay) · g / (√s + eps).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, -2], { requiresGrad: true });
 * const optimizer = new torch.optim.Adagrad([w], { lr: 0.5 });
 * for (let i = 0; i < 3; i++) {
 *   optimizer.zeroGrad();
 *   w.pow(2).sum().backward();
 *   optimizer.step();
 * }
 * console.log(w.detach()); // => tensor([ 0.1564, -0.9836])
 * ```
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  /**
   * @param params - Parameters, or groups `{ params, lr, … }` with options of their own.
   * @param lr - Learning rate; default 0.01.
   * @param options - `lrDecay` (0), `weightDecay` (0), `initialAccumulatorValue` (0), `eps` (1e-10), `maximize`
   *   (false).
   * @throws RangeError for no parameters or an option out of range; TypeError for an option of a wrong kind.
   */
  constructor(
    params: Params<AdagradOptions>,
    ...args: OptionArgs<
      AdagradOptions,
      [lr?: number, lrDecay?: number, weightDecay?: number, initialAccumulatorValue?: number, eps?: number]
    >
  ) {
    super(params, bindOptions(new.target.name, DEFAULTS, args));
  }

  protected override check(options: AdagradOptions): void {
    super.check(options);
    checkNotNegative('lr_decay value', options.lrDecay);
    checkNotNegative('initial_accumulator_value value', options.initialAccumulatorValue);
  }

  protected updateParameter(parameter: Tensor, group: ParamGroup<AdagradOptions>): void {
    const { lr, lrDecay } = group;
    const t = this.advance(parameter);
    const sum = this.stateTensor(parameter, 'sum', this.defaults.initialAccumulatorValue);
    optimize(parameter, group, null, sum, null, {
      rule: OptimizerCode.RMSprop,
      beta: 1,
      fresh: 1,
      rate: -lr / (1 + (t - 1) * lrDecay),
    });
  }
}
