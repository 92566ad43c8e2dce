/** Adadelta. */
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
import { ALWAYS, type Moments, next, type Slots, STEP } from './state.ts';

/** Options of Adadelta. */
export interface AdadeltaOptions extends BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Decay of the moving averages, in [0, 1]. */
  rho: number;
  /** Added to the denominator, so that it is never 0. */
  eps: number;
  /** Weight decay, an L2 penalty. */
  weightDecay: number;
  /** Ascends instead of descending. */
  maximize: boolean;
}

const DEFAULTS: AdadeltaOptions = {
  lr: 1,
  rho: 0.9,
  eps: 1e-6,
  weightDecay: 0,
  maximize: false,
};

const SLOTS: Slots<AdadeltaOptions> = { step: STEP, squareAvg: ALWAYS, accDelta: ALWAYS };

/**
 * Chooses its own step sizes from those before. For gradient g (plus weightDecay · p): v = ρ · v + (1 - ρ) · g²,
 * d = √(u + eps) / √(v + eps) · g, u = ρ · u + (1 - ρ) · d², then p -= lr · d.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, -2], { requiresGrad: true });
 * const optimizer = new torch.optim.Adadelta([w], { lr: 10 });
 * for (let i = 0; i < 3; i++) {
 *   optimizer.zeroGrad();
 *   w.pow(2).sum().backward();
 *   optimizer.step();
 * }
 * console.log(w.detach()); // => tensor([ 0.9046, -1.9038])
 * ```
 */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  protected readonly slots: Slots<never> = SLOTS;

  /**
   * @param params - Parameters, or groups `{ params, lr, … }` with options of their own.
   * @param lr - Learning rate; default 1.
   * @param options - `rho` (0.9), `eps` (1e-6), `weightDecay` (0), `maximize` (false).
   * @throws RangeError for no parameters or an option out of range; TypeError for an option of a wrong kind.
   */
  constructor(
    params: Params<AdadeltaOptions>,
    ...args: OptionArgs<AdadeltaOptions, [lr?: number, rho?: number, eps?: number, weightDecay?: number]>
  ) {
    super(params, bindOptions(new.target.name, DEFAULTS, args));
  }

  protected override check(options: AdadeltaOptions, scheduled: boolean): void {
    super.check(options, scheduled);
    const { rho } = options;
    if (!(rho >= 0 && rho <= 1)) throw new RangeError(`Invalid rho value: ${rho}`);
  }

  protected updateParameter(
    parameter: Tensor,
    gradient: Tensor,
    group: ParamGroup<AdadeltaOptions>,
    state: ParamState,
  ): void {
    const { lr, rho, eps } = group;
    const { squareAvg, accDelta } = state as Moments;
    next(state);
    const fresh = 1 - rho;
    const rate = -lr;
    run(rules.adadeltaStep, parameter, gradient, group, squareAvg, accDelta, null, [rho, fresh, eps, rate]);
  }
}
