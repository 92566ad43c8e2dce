/** Losses of numbers and of distributions as modules. */
import { gaussianNllLoss, poissonNllLoss } from '../ops/loss/likelihood-loss.ts';
import { checkReduction, type Reduction } from '../ops/loss/loss.ts';
import { huberLoss, klDiv, smoothL1Loss } from '../ops/loss/regression-loss.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { layerOfTwo } from './layer.ts';
import { loss, lossOfThree } from './loss.ts';

/**
 * ½ d² / β where |d| < β, otherwise |d| - ½ β, with d = input - target.
 *
 * @param options - `beta` (default 1), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.SmoothL1Loss();
 * console.log(criterion(torch.tensor([1, 2]), torch.tensor([1.5, 4]))); // => tensor(0.8125)
 * ```
 */
export class SmoothL1Loss extends loss(
  "(beta: float = 1, reduction: reduction = 'mean')",
  (input, target, beta, reduction) => smoothL1Loss(input, target, reduction, beta),
) {}

/**
 * ½ d² where |d| < δ, otherwise δ (|d| - ½ δ), with d = input - target.
 *
 * @param options - `delta` (default 1), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.HuberLoss({ delta: 2 });
 * console.log(criterion(torch.tensor([1, 2]), torch.tensor([1.5, 5]))); // => tensor(2.0625)
 * ```
 */
export class HuberLoss extends loss(
  "(reduction: reduction = 'mean', delta: float = 1)",
  (input, target, reduction, delta) => huberLoss(input, target, reduction, delta),
) {}

/**
 * exp(x) - t x, or x - t log(x + eps) unless logInput: the negative log-likelihood of counts t.
 *
 * @param options - `logInput` (default true), `full` (default false: without Stirling's term), `eps` (default 1e-8), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.PoissonNLLLoss();
 * console.log(criterion(torch.tensor([0, 1]), torch.tensor([1, 2]))); // => tensor(0.8591)
 * ```
 */
export class PoissonNLLLoss extends loss(
  "(logInput: bool = true, full: bool = false, eps: float = 1e-8, reduction: reduction = 'mean')",
  (input, target, logInput, full, eps, reduction) => poissonNllLoss(input, target, logInput, full, eps, reduction),
) {}

/**
 * ½ (log v + (x - t)² / v): the negative log-likelihood under a predicted mean x and variance v.
 *
 * @param options - `full` (default false: without log(2π) / 2), `eps` (the least variance, default 1e-6), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.GaussianNLLLoss();
 * console.log(criterion(torch.tensor([1]), torch.tensor([3]), torch.tensor([4]))); // => tensor(1.1931)
 * ```
 */
export class GaussianNLLLoss extends lossOfThree(
  "(full: bool = false, eps: float = 1e-6, reduction: reduction = 'mean')",
  (input, target, variance: Tensor | number, full, eps, reduction) =>
    gaussianNllLoss(input, target, variance, full, eps, reduction),
) {}

/**
 * t (log t - x), x being log-probabilities: the Kullback-Leibler divergence. `'batchmean'` is the one of mathematics:
 * the sum divided by the batch's size.
 *
 * @param options - `reduction` (`'mean'`, `'batchmean'`, `'sum'`, `'none'`), `logTarget` (default false).
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.KLDivLoss({ reduction: 'batchmean' });
 * const logs = torch.tensor([[0.5, 0.5]]).log();
 * console.log(criterion(logs, torch.tensor([[0.25, 0.75]]))); // => tensor(0.1308)
 * ```
 */
export class KLDivLoss extends layerOfTwo(
  "(reduction: str = 'mean', logTarget: bool = false)",
  (input, target, reduction, logTarget) => klDiv(input, target, reduction as Reduction, logTarget),
  {
    check: ({ reduction }) => {
      if (reduction !== 'batchmean') checkReduction('KLDivLoss', reduction as Reduction);
    },
  },
) {
  declare readonly reduction: Reduction | 'batchmean';

  constructor(...args: [options?: { reduction?: Reduction | 'batchmean'; logTarget?: boolean }]) {
    super(...(args as [options: { reduction?: string; logTarget?: boolean }]));
  }
}
