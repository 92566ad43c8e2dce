/** NAdam: Adam with Nesterov's momentum. */
import { type DType, float64, getDefaultDtype } from '../tensor/dtype.ts';
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
import { pow } from './real.ts';
import { ALWAYS, type Moments, next, type Slots, STEP } from './state.ts';

/** Options of NAdam. */
export interface NAdamOptions extends BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Decays of the moving averages of the gradient and of its square, each in [0, 1). */
  betas: [number, number];
  /** Added to the denominator, so that it is never 0. */
  eps: number;
  /** Weight decay, an L2 penalty. */
  weightDecay: number;
  /** How fast the momentum grows towards the first of `betas`. */
  momentumDecay: number;
  /** Shrinks the parameter itself instead of adding to the gradient. */
  decoupledWeightDecay: boolean;
  /** Ascends instead of descending. */
  maximize: boolean;
}

const DEFAULTS: NAdamOptions = {
  lr: 0.002,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 0.004,
  decoupledWeightDecay: false,
  maximize: false,
};

const SLOTS: Slots<NAdamOptions> = {
  step: STEP,
  muProduct: { first: 1, whole: false },
  expAvg: ALWAYS,
  expAvgSq: ALWAYS,
};

/** The momentum of step t. */
function momentumAt(t: number, beta: number, decay: number): number {
  return beta * (1 - 0.5 * pow(0.96, t * decay));
}

function rounded(x: number, dtype: DType): number {
  return dtype === float64 ? x : Math.fround(x);
}

/**
 * Adam with Nesterov's momentum. With Adam's m and v, μₜ = β₁ · (1 - 0.96^(t · momentumDecay) / 2), and Πₜ the product
 * of all μ up to t: p -= lr · (μₜ₊₁ · m / (1 - Πₜ₊₁) + (1 - μₜ) · g / (1 - Πₜ)) / (√(v / (1 - β₂ᵗ)) + eps).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, -2], { requiresGrad: true });
 * const optimizer = new torch.optim.NAdam([w], { lr: 0.1 });
 * for (let i = 0; i < 3; i++) {
 *   optimizer.zeroGrad();
 *   w.pow(2).sum().backward();
 *   optimizer.step();
 * }
 * console.log(w.detach()); // => tensor([ 0.7527, -1.7475])
 * ```
 */
export class NAdam extends Optimizer<NAdamOptions> {
  protected readonly slots: Slots<never> = SLOTS;
  /**
   * In what the product of the momenta is reckoned: PyTorch keeps it in a tensor, which begins in the default dtype of
   * that time, and which `loadStateDict` casts to the parameter's.
   */
  private readonly precisions = new WeakMap<ParamState, DType>();

  /**
   * @param params - Parameters, or groups `{ params, lr, … }` with options of their own.
   * @param lr - Learning rate; default 0.002.
   * @param options - `betas` ([0.9, 0.999]), `eps` (1e-8), `weightDecay` (0), `momentumDecay` (0.004),
   *   `decoupledWeightDecay` (false), `maximize` (false).
   * @throws RangeError for no parameters or an option out of range; TypeError for an option of a wrong kind.
   */
  constructor(
    params: Params<NAdamOptions>,
    ...args: OptionArgs<
      NAdamOptions,
      [
        lr?: number,
        betas?: [number, number],
        eps?: number,
        weightDecay?: number,
        momentumDecay?: number,
        decoupledWeightDecay?: boolean,
      ]
    >
  ) {
    super(params, bindOptions(new.target.name, DEFAULTS, args));
  }

  protected override check(options: NAdamOptions, scheduled: boolean): void {
    super.check(options, scheduled);
    checkNotNegative('momentum_decay value', options.momentumDecay);
  }

  protected updateParameter(
    parameter: Tensor,
    gradient: Tensor,
    group: ParamGroup<NAdamOptions>,
    state: ParamState,
    begins: boolean,
  ): void {
    const { lr, betas, eps, momentumDecay } = group;
    const [beta1, beta2] = betas;
    const { expAvg, expAvgSq, muProduct } = state as Moments & { muProduct: number };
    if (begins) this.precisions.set(state, getDefaultDtype());
    const dtype = this.precisions.get(state) ?? parameter.dtype;
    const t = next(state);
    const mu = momentumAt(t, beta1, momentumDecay);
    const following = momentumAt(t + 1, beta1, momentumDecay);
    const product = rounded(rounded(muProduct, dtype) * rounded(mu, dtype), dtype);
    state.muProduct = product;
    const fresh1 = 1 - beta1;
    const fresh2 = 1 - beta2;
    const scale = 1 - pow(beta2, t);
    const rate = (-lr * (1 - mu)) / (1 - product);
    const factor = (-lr * following) / (1 - product * following);
    run(rules.nadamStep, parameter, gradient, group, expAvg, expAvgSq, null, [
      fresh1,
      beta2,
      fresh2,
      scale,
      eps,
      rate,
      factor,
    ]);
  }
}
