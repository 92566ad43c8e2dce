/** Adagrad. */
import type { Tensor } from '../tensor/tensor.ts';
import { rules } from '../wasm/families/rules.generated.ts';
import { run } from './kernel.ts';
import {
  type BaseOptions,
  Optimizer,
  type OptionArgs,
  type ParamGroup,
  type ParamState,
  type Params,
} from './optimizer.ts';
import { bindOptions, checkNotNegative } from './options.ts';
import { ALWAYS, type Moments, next, type Slots, STEP } from './state.ts';

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

const SLOTS: Slots<AdagradOptions> = { step: STEP, sum: ALWAYS };

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
  protected readonly slots: Slots<never> = SLOTS;

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

  protected override check(options: AdagradOptions, scheduled: boolean): void {
    super.check(options, scheduled);
    checkNotNegative('lr_decay value', options.lrDecay);
    checkNotNegative('initial_accumulator_value value', options.initialAccumulatorValue);
  }

  protected override get fill(): number {
    return this.defaults.initialAccumulatorValue;
  }

  protected updateParameter(
    parameter: Tensor,
    gradient: Tensor,
    group: ParamGroup<AdagradOptions>,
    state: ParamState,
  ): void {
    const { lr, lrDecay, eps } = group;
    const t = next(state);
    // RMSprop with a sum for the average.
    const alpha = 1;
    const fresh = 1;
    const rate = -lr / (1 + (t - 1) * lrDecay);
    const momentum = 0;
    run(rules.rmspropStep, parameter, gradient, group, (state as Moments).sum, null, null, [
      alpha,
      fresh,
      eps,
      rate,
      momentum,
    ]);
  }
}
