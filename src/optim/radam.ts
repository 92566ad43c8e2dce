/** RAdam: Adam that warms up by itself. */
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
import { bindOptions } from './options.ts';
import { pow } from './real.ts';
import { ALWAYS, type Moments, next, type Slots, STEP } from './state.ts';

/** Options of RAdam. */
export interface RAdamOptions extends BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Decays of the moving averages of the gradient and of its square, each in [0, 1). */
  betas: [number, number];
  /** Added to the denominator, so that it is never 0. */
  eps: number;
  /** Weight decay, an L2 penalty. */
  weightDecay: number;
  /** Shrinks the parameter itself instead of adding to the gradient. */
  decoupledWeightDecay: boolean;
  /** Ascends instead of descending. */
  maximize: boolean;
}

const DEFAULTS: RAdamOptions = {
  lr: 0.001,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
  maximize: false,
};

const SLOTS: Slots<RAdamOptions> = { step: STEP, expAvg: ALWAYS, expAvgSq: ALWAYS };

/**
 * Adam that waits until the variance of its denominator is known. With Adam's m and v, ρ∞ = 2 / (1 - β₂) - 1 and
 * ρ = ρ∞ - 2 · t · β₂ᵗ / (1 - β₂ᵗ): while ρ ≤ 5, p -= lr · m / (1 - β₁ᵗ); after that
 * p -= lr · (m / (1 - β₁ᵗ)) · r · √(1 - β₂ᵗ) / (√v + eps), where
 * r = √((ρ - 4) · (ρ - 2) · ρ∞ / ((ρ∞ - 4) · (ρ∞ - 2) · ρ)).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, -2], { requiresGrad: true });
 * const optimizer = new torch.optim.RAdam([w], { lr: 0.1 });
 * for (let i = 0; i < 3; i++) {
 *   optimizer.zeroGrad();
 *   w.pow(2).sum().backward();
 *   optimizer.step();
 * }
 * console.log(w.detach()); // => tensor([ 0.4623, -0.9246])
 * ```
 */
export class RAdam extends Optimizer<RAdamOptions> {
  protected readonly slots: Slots<never> = SLOTS;

  /**
   * @param params - Parameters, or groups `{ params, lr, … }` with options of their own.
   * @param lr - Learning rate; default 0.001.
   * @param options - `betas` ([0.9, 0.999]), `eps` (1e-8), `weightDecay` (0), `decoupledWeightDecay` (false),
   *   `maximize` (false).
   * @throws RangeError for no parameters or an option out of range; TypeError for an option of a wrong kind.
   */
  constructor(
    params: Params<RAdamOptions>,
    ...args: OptionArgs<
      RAdamOptions,
      [lr?: number, betas?: [number, number], eps?: number, weightDecay?: number, decoupledWeightDecay?: boolean]
    >
  ) {
    super(params, bindOptions(new.target.name, DEFAULTS, args));
  }

  protected updateParameter(
    parameter: Tensor,
    gradient: Tensor,
    group: ParamGroup<RAdamOptions>,
    state: ParamState,
  ): void {
    const { lr, betas, eps } = group;
    const [beta1, beta2] = betas;
    const t = next(state);
    const { expAvg, expAvgSq } = state as Moments;
    const decayed = pow(beta2, t);
    const last = 2 / (1 - beta2) - 1;
    const rho = last - (2 * t * decayed) / (1 - decayed);
    const rectified = ((rho - 4) * (rho - 2) * last) / ((last - 4) * (last - 2) * rho);
    const fresh1 = 1 - beta1;
    const fresh2 = 1 - beta2;
    const scale = 1 - pow(beta1, t);
    const factor = Math.sqrt(1 - decayed);
    const rectify = rho > 5 ? Math.sqrt(rectified) : 0;
    run(rules.radamStep, parameter, gradient, group, expAvg, expAvgSq, null, [
      fresh1,
      beta2,
      fresh2,
      scale,
      eps,
      lr,
      factor,
      rectify,
    ]);
  }
}
