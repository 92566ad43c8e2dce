/** Adam, and AdamW with its decoupled weight decay. */
import type { Tensor } from '../tensor/tensor.ts';
import { core } from '../wasm/core.ts';
import { run } from './kernel.ts';
import {
  type BaseOptions,
  Optimizer,
  type OptionArgs,
  type ParamGroup,
  type ParamState,
  type Params,
} from './optimizer.ts';
import { bindOptions } from './options.ts';
import { pow } from './real.ts';
import { ALWAYS, type Moments, next, type Slots, STEP } from './state.ts';

/** Options of Adam. */
export interface AdamOptions extends BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Decays of the moving averages of the gradient and of its square, each in [0, 1). */
  betas: [number, number];
  /** Added to the denominator, so that it is never 0. */
  eps: number;
  /** Weight decay, an L2 penalty. */
  weightDecay: number;
  /** Divides by the largest mean square so far. */
  amsgrad: boolean;
  /** Ascends instead of descending. */
  maximize: boolean;
  /** Shrinks the parameter itself instead of adding to the gradient. */
  decoupledWeightDecay: boolean;
}

const DEFAULTS: AdamOptions = {
  lr: 0.001,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
  decoupledWeightDecay: false,
};

const SLOTS: Slots<AdamOptions> = {
  step: STEP,
  expAvg: ALWAYS,
  expAvgSq: ALWAYS,
  maxExpAvgSq: ({ amsgrad }) => amsgrad,
};

/**
 * Adam: steps of about lr, whatever the scale of the gradient. For gradient g (plus weightDecay · p) at step t:
 * m = β₁ · m + (1 - β₁) · g and v = β₂ · v + (1 - β₂) · g², both from 0; then
 * p -= lr · (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + eps). With `amsgrad` v in the last line is its maximum so far.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, -2], { requiresGrad: true });
 * const optimizer = new torch.optim.Adam([w], { lr: 0.1 });
 * for (let i = 0; i < 3; i++) {
 *   optimizer.zeroGrad();
 *   w.pow(2).sum().backward();
 *   optimizer.step();
 * }
 * console.log(w.detach()); // => tensor([ 0.7016, -1.7006])
 * ```
 */
export class Adam extends Optimizer<AdamOptions> {
  protected readonly slots: Slots<never> = SLOTS;

  /**
   * @param params - Parameters, or groups `{ params, lr, … }` with options of their own.
   * @param lr - Learning rate; default 0.001.
   * @param options - `betas` ([0.9, 0.999]), `eps` (1e-8), `weightDecay` (0), `amsgrad` (false), `maximize`
   *   (false), `decoupledWeightDecay` (false).
   * @throws RangeError for no parameters or an option out of range; TypeError for an option of a wrong kind.
   */
  constructor(
    params: Params<AdamOptions>,
    ...args: OptionArgs<
      AdamOptions,
      [lr?: number, betas?: [number, number], eps?: number, weightDecay?: number, amsgrad?: boolean]
    >
  ) {
    super(params, bindOptions(new.target.name, DEFAULTS, args));
  }

  protected updateParameter(
    parameter: Tensor,
    gradient: Tensor,
    group: ParamGroup<AdamOptions>,
    state: ParamState,
  ): void {
    const { lr, betas, eps, amsgrad } = group;
    const [beta1, beta2] = betas;
    const t = next(state);
    const { expAvg, expAvgSq, maxExpAvgSq } = state as Moments;
    const fresh1 = 1 - beta1;
    const fresh2 = 1 - beta2;
    const scale = Math.sqrt(1 - pow(beta2, t));
    const rate = -lr / (1 - pow(beta1, t));
    run(core.adamStep, parameter, gradient, group, expAvg, expAvgSq, amsgrad ? maxExpAvgSq : null, [
      fresh1,
      beta2,
      fresh2,
      scale,
      eps,
      rate,
    ]);
  }
}

/** Options of AdamW. */
export type AdamWOptions = Omit<AdamOptions, 'decoupledWeightDecay'>;

const W_DEFAULTS: AdamWOptions = {
  lr: 0.001,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0.01,
  amsgrad: false,
  maximize: false,
};

/**
 * Adam whose weight decay is decoupled: p -= lr · weightDecay · p first, then Adam's step with the gradient as it is.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, -2], { requiresGrad: true });
 * const optimizer = new torch.optim.AdamW([w], { lr: 0.1, weightDecay: 0.1 });
 * for (let i = 0; i < 3; i++) {
 *   optimizer.zeroGrad();
 *   w.pow(2).sum().backward();
 *   optimizer.step();
 * }
 * console.log(w.detach()); // => tensor([ 0.6751, -1.6444])
 * ```
 */
export class AdamW extends Adam {
  /**
   * @param params - Parameters, or groups `{ params, lr, … }` with options of their own.
   * @param lr - Learning rate; default 0.001.
   * @param options - `betas` ([0.9, 0.999]), `eps` (1e-8), `weightDecay` (0.01), `amsgrad` (false), `maximize` (false).
   * @throws RangeError for no parameters or an option out of range; TypeError for an option of a wrong kind.
   */
  constructor(
    params: Params<AdamOptions>,
    ...args: OptionArgs<
      AdamWOptions,
      [lr?: number, betas?: [number, number], eps?: number, weightDecay?: number, amsgrad?: boolean]
    >
  ) {
    super(params, { ...bindOptions(new.target.name, W_DEFAULTS, args), decoupledWeightDecay: true });
  }
}
