/** Stochastic gradient descent. */
import { pointerOf, type Tensor, targetOf } from '../tensor/tensor.ts';
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
import { bindOptions, checkNotNegative } from './options.ts';
import type { Slots } from './state.ts';

/** Options of SGD. */
export interface SGDOptions extends BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Momentum factor. */
  momentum: number;
  /** Dampening of the momentum. */
  dampening: number;
  /** Weight decay, an L2 penalty. */
  weightDecay: number;
  /** Nesterov's momentum. */
  nesterov: boolean;
  /** Ascends instead of descending. */
  maximize: boolean;
}

const DEFAULTS: SGDOptions = {
  lr: 0.001,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
};

const SLOTS: Slots<SGDOptions> = { momentumBuffer: ({ momentum }) => momentum !== 0 };

/**
 * Stochastic gradient descent, with momentum, weight decay and Nesterov's variant. For gradient g and parameter p:
 * g += weightDecay · p; with momentum b = momentum · b + (1 - dampening) · g (at first b = g), and g = b, or
 * g + momentum · b for Nesterov; then p -= lr · g.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1], { requiresGrad: true });
 * const optimizer = new torch.optim.SGD([w], { lr: 0.1, momentum: 0.9 });
 * w.pow(2).sum().backward();
 * optimizer.step();
 * console.log(w.detach()); // => tensor([0.8000])
 * ```
 */
export class SGD extends Optimizer<SGDOptions> {
  protected readonly slots: Slots<never> = SLOTS;

  /**
   * @param params - Parameters, or groups `{ params, lr, … }` with options of their own.
   * @param lr - Learning rate; default 0.001.
   * @param options - `lr`, `momentum` (0), `dampening` (0), `weightDecay` (0), `nesterov` (false), `maximize` (false).
   * @throws RangeError for no parameters or an option out of range.
   */
  constructor(
    params: Params<SGDOptions>,
    ...args: OptionArgs<
      SGDOptions,
      [lr?: number, momentum?: number, dampening?: number, weightDecay?: number, nesterov?: boolean]
    >
  ) {
    super(params, bindOptions(new.target.name, DEFAULTS, args));
  }

  protected override check(options: SGDOptions, scheduled: boolean): void {
    super.check(options, scheduled);
    const { momentum, dampening, nesterov } = options;
    if (!scheduled) checkNotNegative('momentum value', momentum);
    if (nesterov && ((momentum <= 0 && !scheduled) || dampening !== 0)) {
      throw new RangeError('Nesterov momentum requires a momentum and zero dampening');
    }
  }

  protected updateParameter(
    parameter: Tensor,
    gradient: Tensor,
    group: ParamGroup<SGDOptions>,
    state: ParamState,
    begins: boolean,
  ): void {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = group;
    if (momentum === 0 && weightDecay === 0 && !maximize) {
      core.descend(parameter.dtype.code, parameter.count, targetOf(parameter), pointerOf(gradient), lr);
      return;
    }
    const buffer = momentum === 0 ? null : (state.momentumBuffer as Tensor);
    const first = begins ? 1 : 0;
    const fresh = 1 - dampening;
    const ahead = nesterov ? momentum : 0;
    const rate = -lr;
    run(core.sgdStep, parameter, gradient, group, buffer, null, null, [first, momentum, fresh, ahead, rate]);
  }
}
