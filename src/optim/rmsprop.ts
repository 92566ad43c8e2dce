/** RMSprop, plain, centered and with momentum. */
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

/** Options of RMSprop. */
export interface RMSpropOptions extends BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Decay of the moving average of the squared gradient. */
  alpha: number;
  /** Added to the denominator, so that it is never 0. */
  eps: number;
  /** Weight decay, an L2 penalty. */
  weightDecay: number;
  /** Momentum factor. */
  momentum: number;
  /** Divides by the standard deviation of the gradient instead of its root mean square. */
  centered: boolean;
  /** Ascends instead of descending. */
  maximize: boolean;
}

const DEFAULTS: RMSpropOptions = {
  lr: 0.01,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
};

const SLOTS: Slots<RMSpropOptions> = {
  step: STEP,
  squareAvg: ALWAYS,
  momentumBuffer: ({ momentum }) => momentum > 0,
  gradAvg: ({ centered }) => centered,
};

/**
 * Divides the gradient by its root mean square. For gradient g (plus weightDecay · p): v = α · v + (1 - α) · g², then
 * p -= lr · g / (√v + eps). With `momentum`: b = momentum · b + g / (√v + eps) and p -= lr · b. `centered` takes the
 * square of the mean gradient off v before the root.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, -2], { requiresGrad: true });
 * const optimizer = new torch.optim.RMSprop([w], { lr: 0.1, momentum: 0.5 });
 * for (let i = 0; i < 3; i++) {
 *   optimizer.zeroGrad();
 *   w.pow(2).sum().backward();
 *   optimizer.step();
 * }
 * console.log(w.detach()); // => tensor([-0.2992,  0.4465])
 * ```
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  protected readonly slots: Slots<never> = SLOTS;

  /**
   * @param params - Parameters, or groups `{ params, lr, … }` with options of their own.
   * @param lr - Learning rate; default 0.01.
   * @param options - `alpha` (0.99), `eps` (1e-8), `weightDecay` (0), `momentum` (0), `centered` (false),
   *   `maximize` (false).
   * @throws RangeError for no parameters or an option out of range; TypeError for an option of a wrong kind.
   */
  constructor(
    params: Params<RMSpropOptions>,
    ...args: OptionArgs<
      RMSpropOptions,
      [lr?: number, alpha?: number, eps?: number, weightDecay?: number, momentum?: number, centered?: boolean]
    >
  ) {
    super(params, bindOptions(new.target.name, DEFAULTS, args));
  }

  protected override check(options: RMSpropOptions, scheduled: boolean): void {
    super.check(options, scheduled);
    if (!scheduled) checkNotNegative('momentum value', options.momentum);
    checkNotNegative('alpha value', options.alpha);
  }

  protected updateParameter(
    parameter: Tensor,
    gradient: Tensor,
    group: ParamGroup<RMSpropOptions>,
    state: ParamState,
  ): void {
    const { lr, alpha, eps, momentum, centered } = group;
    const { squareAvg, momentumBuffer, gradAvg } = state as Moments;
    next(state);
    const mean = centered ? gradAvg : null;
    const buffer = momentum > 0 ? momentumBuffer : null;
    const fresh = 1 - alpha;
    const rate = -lr;
    run(rules.rmspropStep, parameter, gradient, group, squareAvg, mean, buffer, [alpha, fresh, eps, rate, momentum]);
  }
}
