/** Stochastic gradient descent. */
import { empty } from '../ops/define.ts';
import { contiguous } from '../ops/copy.ts';
import { bindArgs } from '../tensor/args.ts';
import { scope } from '../tensor/scope.ts';
import { pointerOf, type Tensor } from '../tensor/tensor.ts';
import { core } from '../wasm/core.ts';
import { checkNotNegative, keep, Optimizer, type ParamGroup, type Params } from './optimizer.ts';

/** Options of SGD. */
export interface SGDOptions {
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

const OPTIONS = ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov', 'maximize'] as const;
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
  constructor(params: Params<SGDOptions>, options?: Partial<SGDOptions>);
  constructor(params: Params<SGDOptions>, lr?: number, options?: Omit<Partial<SGDOptions>, 'lr'>);
  constructor(params: Params<SGDOptions>, lr?: number, momentum?: number, dampening?: number, weightDecay?: number, nesterov?: boolean);
  constructor(params: Params<SGDOptions>, ...args: unknown[]) {
    const [lr = 0.001, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false] = bindArgs(
      'SGD',
      OPTIONS,
      args,
    ) as [number?, number?, number?, number?, boolean?, boolean?];
    super(params, { lr, momentum, dampening, weightDecay, nesterov, maximize });
  }

  protected check({ lr, momentum, dampening, weightDecay, nesterov }: SGDOptions): void {
    checkNotNegative('learning rate', lr);
    checkNotNegative('momentum value', momentum);
    checkNotNegative('weight_decay value', weightDecay);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new RangeError('Nesterov momentum requires a momentum and zero dampening');
    }
  }

  protected update(group: ParamGroup<SGDOptions>): void {
    const { params, lr, momentum, dampening, weightDecay, nesterov, maximize } = group;
    const flags = (nesterov ? NESTEROV : 0) | (maximize ? MAXIMIZE : 0);
    for (const p of params) {
      const { gradient } = p;
      if (gradient === null) continue;
      if (!p.dense || !gradient.dense) {
        this.updateStrided(p, gradient, group, flags);
        continue;
      }
      const buffer = momentum === 0 ? null : this.bufferOf(p);
      core.sgd(
        p.dtype.code, p.count, pointerOf(p), pointerOf(gradient), buffer === null ? 0 : pointerOf(buffer.tensor), lr,
        momentum, dampening, weightDecay, flags | (buffer?.fresh ? FIRST : 0),
      );
      p.storage.version++;
    }
  }

  /** A parameter that is a strided view: through a row-major copy. */
  private updateStrided(p: Tensor, gradient: Tensor, group: ParamGroup<SGDOptions>, flags: number): void {
    const buffer = group.momentum === 0 ? null : this.bufferOf(p);
    scope(() => {
      const dense = p.detach().clone();
      const g = contiguous(gradient.detach());
      core.sgd(
        p.dtype.code, p.count, pointerOf(dense), pointerOf(g), buffer === null ? 0 : pointerOf(buffer.tensor), group.lr,
        group.momentum, group.dampening, group.weightDecay, flags | (buffer?.fresh ? FIRST : 0),
      );
      return p.copy_(dense);
    });
  }

  /** The momentum buffer of a parameter, and whether it was made just now. */
  private bufferOf(p: Tensor): { tensor: Tensor; fresh: boolean } {
    const tensor = this.state.get(p)?.momentumBuffer as Tensor | undefined;
    if (tensor) return { tensor, fresh: false };
    const made = keep(empty(p.dims, p.dtype));
    this.state.set(p, { momentumBuffer: made });
    return { tensor: made, fresh: true };
  }
}
