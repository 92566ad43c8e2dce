/** Losses of numbers and of distributions as modules. */
import { gaussianNllLoss, poissonNllLoss } from '../ops/loss/likelihood-loss.ts';
import { checkReduction, type Reduction } from '../ops/loss/loss.ts';
import { huberLoss, klDiv, smoothL1Loss } from '../ops/loss/regression-loss.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Given } from './given.ts';
import { Configured } from './layer.ts';
import { Loss } from './loss.ts';

/**
 * ½ d² / β where |d| < β, otherwise |d| - ½ β, with d = input - target.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.SmoothL1Loss();
 * console.log(criterion(torch.tensor([1, 2]), torch.tensor([1.5, 4]))); // => tensor(0.8125)
 * ```
 */
export class SmoothL1Loss extends Loss {
  declare readonly beta: number;

  /** @param options - `beta` (default 1), `reduction`. */
  constructor(...args: [options?: { beta?: number; reduction?: Reduction }]) {
    super("(beta: float = 1, reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, this.reduction, this.beta);
  }
}

/**
 * ½ d² where |d| < δ, otherwise δ (|d| - ½ δ), with d = input - target.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.HuberLoss({ delta: 2 });
 * console.log(criterion(torch.tensor([1, 2]), torch.tensor([1.5, 5]))); // => tensor(2.0625)
 * ```
 */
export class HuberLoss extends Loss {
  declare readonly delta: number;

  /** @param options - `delta` (default 1), `reduction`. */
  constructor(...args: Given<[reduction?: Reduction, delta?: number], { delta?: number; reduction?: Reduction }>) {
    super("(reduction: reduction = 'mean', delta: float = 1)", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, this.reduction, this.delta);
  }
}

/**
 * exp(x) - t x, or x - t log(x + eps) unless logInput: the negative log-likelihood of counts t.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.PoissonNLLLoss();
 * console.log(criterion(torch.tensor([0, 1]), torch.tensor([1, 2]))); // => tensor(0.8591)
 * ```
 */
export class PoissonNLLLoss extends Loss {
  declare readonly logInput: boolean;
  declare readonly full: boolean;
  declare readonly eps: number;

  /** @param options - `logInput` (default true), `full` (default false: without Stirling's term), `eps` (default 1e-8), `reduction`. */
  constructor(
    ...args: Given<
      [logInput?: boolean, full?: boolean],
      { logInput?: boolean; full?: boolean; eps?: number; reduction?: Reduction }
    >
  ) {
    super("(logInput: bool = true, full: bool = false, eps: float = 1e-8, reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return poissonNllLoss(input, target, this.logInput, this.full, this.eps, this.reduction);
  }
}

/**
 * ½ (log v + (x - t)² / v): the negative log-likelihood under a predicted mean x and variance v.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.GaussianNLLLoss();
 * console.log(criterion(torch.tensor([1]), torch.tensor([3]), torch.tensor([4]))); // => tensor(1.1931)
 * ```
 */
export class GaussianNLLLoss extends Loss {
  declare readonly full: boolean;
  declare readonly eps: number;

  /** @param options - `full` (default false: without log(2π) / 2), `eps` (the least variance, default 1e-6), `reduction`. */
  constructor(...args: [options?: { full?: boolean; eps?: number; reduction?: Reduction }]) {
    super("(full: bool = false, eps: float = 1e-6, reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor, variance: Tensor | number): Tensor {
    return gaussianNllLoss(input, target, variance, this.full, this.eps, this.reduction);
  }
}

/**
 * t (log t - x), x being log-probabilities: the Kullback-Leibler divergence. `'batchmean'` is the one of mathematics:
 * the sum divided by the batch's size.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.KLDivLoss({ reduction: 'batchmean' });
 * const logs = torch.tensor([[0.5, 0.5]]).log();
 * console.log(criterion(logs, torch.tensor([[0.25, 0.75]]))); // => tensor(0.1308)
 * ```
 */
export class KLDivLoss extends Configured {
  declare readonly reduction: Reduction | 'batchmean';
  declare readonly logTarget: boolean;

  /** @param options - `reduction` (`'mean'`, `'batchmean'`, `'sum'`, `'none'`), `logTarget` (default false). */
  constructor(...args: [options?: { reduction?: Reduction | 'batchmean'; logTarget?: boolean }]) {
    super("(reduction: reduction = 'mean', logTarget: bool = false)", args);
    if (this.reduction !== 'batchmean') checkReduction('KLDivLoss', this.reduction);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, this.reduction, this.logTarget);
  }
}
