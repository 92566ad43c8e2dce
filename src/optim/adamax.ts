/** Adamax: Adam by the infinity norm. */
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

/** Options of Adamax. */
export interface AdamaxOptions extends BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Decays of the moving averages of the gradient and of its square, each in [0, 1). */
  betas: [number, number];
  /** Added to the denominator, so that it is never 0. */
  eps: number;
  /** Weight decay, an L2 penalty. */
  weightDecay: number;
  /** Ascends instead of descending. */
  maximize: boolean;
}

const DEFAULTS: AdamaxOptions = {
  lr: 0.002,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  maximize: false,
};

const SLOTS: Slots<AdamaxOptions> = { step: STEP, expAvg: ALWAYS, expInf: ALWAYS };

/**
 * Adam with the infinity norm in place of the mean square. For gradient g (plus weightDecay · p) at step t:
 * m = β₁ · m + (1 - β₁) · g, u = max(β₂ · u, |g| + eps), then p -= lr / (1 - β₁ᵗ) · m / u.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, -2], { requiresGrad: true });
 * const optimizer = new torch.optim.Adamax([w], { lr: 0.1 });
 * for (let i = 0; i < 3; i++) {
 *   optimizer.zeroGrad();
 *   w.pow(2).sum().backward();
 *   optimizer.step();
 * }
 * console.log(w.detach()); // => tensor([ 0.7155, -1.7076])
 * ```
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  protected readonly slots: Slots<never> = SLOTS;

  /**
   * @param params - Parameters, or groups `{ params, lr, … }` with options of their own.
   * @param lr - Learning rate; default 0.002.
   * @param options - `betas` ([0.9, 0.999]), `eps` (1e-8), `weightDecay` (0), `maximize` (false).
   * @throws RangeError for no parameters or an option out of range; TypeError for an option of a wrong kind.
   */
  constructor(
    params: Params<AdamaxOptions>,
    ...args: OptionArgs<AdamaxOptions, [lr?: number, betas?: [number, number], eps?: number, weightDecay?: number]>
  ) {
    super(params, bindOptions(new.target.name, DEFAULTS, args));
  }

  protected updateParameter(
    parameter: Tensor,
    gradient: Tensor,
    group: ParamGroup<AdamaxOptions>,
    state: ParamState,
  ): void {
    const { lr, betas, eps } = group;
    const [beta1, beta2] = betas;
    const t = next(state);
    const { expAvg, expInf } = state as Moments;
    const fresh1 = 1 - beta1;
    const rate = -lr / (1 - pow(beta1, t));
    run(rules.adamaxStep, parameter, gradient, group, expAvg, expInf, null, [fresh1, beta2, eps, rate]);
  }
}
