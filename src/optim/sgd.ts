/** Stochastic gradient descent. */
import { empty } from '../ops/define.ts';
import { type Tensor, targetOf } from '../tensor/tensor.ts';
import { core } from '../wasm/core.ts';
import { fused } from './kernel.ts';
import { type BaseOptions, Optimizer, type OptionArgs, type ParamGroup, type Params } from './optimizer.ts';
import { bindOptions, checkNotNegative, keep } from './options.ts';

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
const FIRST = 1;
const NESTEROV = 2;
const MAXIMIZE = 4;

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

  protected override check(options: SGDOptions): void {
    super.check(options);
    const { momentum, dampening, nesterov } = options;
    checkNotNegative('momentum value', momentum);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new RangeError('Nesterov momentum requires a momentum and zero dampening');
    }
  }

  protected updateParameter(parameter: Tensor, group: ParamGroup<SGDOptions>): void {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = group;
    let flags = (nesterov ? NESTEROV : 0) | (maximize ? MAXIMIZE : 0);
    let buffer: Tensor | null = null;
    if (momentum !== 0) {
      const state = this.stateOf(parameter);
      if (!state.momentumBuffer) flags |= FIRST;
      state.momentumBuffer ??= keep(empty(parameter.dims, parameter.dtype));
      buffer = state.momentumBuffer as Tensor;
    }
    fused(parameter, (p, g) => {
      core.sgd(
        parameter.dtype.code,
        parameter.count,
        p,
        g,
        buffer === null ? 0 : targetOf(buffer),
        lr,
        momentum,
        dampening,
        weightDecay,
        flags,
      );
    });
  }
}
