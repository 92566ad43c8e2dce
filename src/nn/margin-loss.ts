/** Losses of distances, rankings and margins as modules. */
import { multilabelMarginLoss, multiMarginLoss } from '../ops/loss/class-margin-loss.ts';
import type { Reduction } from '../ops/loss/loss.ts';
import {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  marginRankingLoss,
  multilabelSoftMarginLoss,
  softMarginLoss,
  tripletMarginLoss,
} from '../ops/loss/margin-loss.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Given } from './given.ts';
import { loss, lossOfThree } from './loss.ts';

/**
 * 1 - cos(x₁, x₂) where the target is 1, max(0, cos(x₁, x₂) - margin) where it is -1.
 *
 * @param options - `margin` (default 0), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.CosineEmbeddingLoss();
 * console.log(criterion(torch.tensor([[1, 0]]), torch.tensor([[0, 1]]), torch.tensor([1]))); // => tensor(1.)
 * ```
 */
export class CosineEmbeddingLoss extends lossOfThree(
  "(margin: float = 0, reduction: reduction = 'mean')",
  (input1, input2, target, margin, reduction) => cosineEmbeddingLoss(input1, input2, target, margin, reduction),
) {}

/**
 * max(0, -target (x₁ - x₂) + margin): x₁ should rank higher where the target is 1, lower where it is -1.
 *
 * @param options - `margin` (default 0), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MarginRankingLoss();
 * console.log(criterion(torch.tensor([1]), torch.tensor([3]), torch.tensor([1]))); // => tensor(2.)
 * ```
 */
export class MarginRankingLoss extends lossOfThree(
  "(margin: float = 0, reduction: reduction = 'mean')",
  (input1, input2, target, margin, reduction) => marginRankingLoss(input1, input2, target, margin, reduction),
) {}

/**
 * x where the target is 1, max(0, margin - x) where it is -1.
 *
 * @param options - `margin` (default 1), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.HingeEmbeddingLoss();
 * console.log(criterion(torch.tensor([2, 0.5]), torch.tensor([1, -1]))); // => tensor(1.2500)
 * ```
 */
export class HingeEmbeddingLoss extends loss(
  "(margin: float = 1, reduction: reduction = 'mean')",
  (input, target, margin, reduction) => hingeEmbeddingLoss(input, target, margin, reduction),
) {}

/**
 * max(0, d(anchor, positive) - d(anchor, negative) + margin), d being the p-norm of the difference.
 *
 * @param options - `margin` (default 1), `p` (default 2), `eps` (default 1e-6), `swap` (default false), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.TripletMarginLoss();
 * console.log(criterion(torch.tensor([[0]]), torch.tensor([[2]]), torch.tensor([[1]]))); // => tensor(2.)
 * ```
 */
export class TripletMarginLoss extends lossOfThree(
  "(margin: float = 1, p: float = 2, eps: float = 1e-6, swap: bool = false, reduction: reduction = 'mean')",
  (anchor, positive, negative, margin, p, eps, swap, reduction) =>
    tripletMarginLoss(anchor, positive, negative, margin, p, eps, swap, reduction),
) {}

/**
 * log(1 + exp(-target · x)), the targets being 1 and -1.
 *
 * @param options - `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.SoftMarginLoss();
 * console.log(criterion(torch.tensor([0, 2]), torch.tensor([1, -1]))); // => tensor(1.4100)
 * ```
 */
export class SoftMarginLoss extends loss("(reduction: reduction = 'mean')", (input, target, reduction) =>
  softMarginLoss(input, target, reduction),
) {}

/**
 * The mean over the classes of -[t log σ(x) + (1 - t) log σ(-x)].
 *
 * @param options - `weight` (a factor for each class), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MultiLabelSoftMarginLoss();
 * console.log(criterion(torch.tensor([[0, 2]]), torch.tensor([[1, 1]]))); // => tensor(0.4100)
 * ```
 */
export class MultiLabelSoftMarginLoss extends loss(
  "(weight: Tensor? = null, reduction: reduction = 'mean')",
  (input, target, weight, reduction) => multilabelSoftMarginLoss(input, target, weight, reduction),
) {}

/**
 * Σⱼ max(0, margin - x[y] + x[j])ᵖ / C over the classes j other than the right one, y.
 *
 * @param options - `p` (default 1), `margin` (default 1), `weight` (a factor for each class), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MultiMarginLoss();
 * console.log(criterion(torch.tensor([[1, 2, 3]]), torch.tensor([1]))); // => tensor(0.6667)
 * ```
 */
export class MultiMarginLoss extends loss(
  "(p: int = 1, margin: float = 1, weight: Tensor? = null, reduction: reduction = 'mean')",
  (input, target, p, margin, weight, reduction) => multiMarginLoss(input, target, p, margin, weight, reduction),
) {
  declare readonly p: 1 | 2;

  constructor(
    ...args: Given<
      [p?: 1 | 2, margin?: number, weight?: Tensor | null],
      { p?: 1 | 2; margin?: number; weight?: Tensor | null; reduction?: Reduction }
    >
  ) {
    super(...(args as [p?: 1 | 2, margin?: number, weight?: Tensor | null]));
  }
}

/**
 * Σᵢⱼ max(0, 1 - (x[j] - x[i])) / C over the right classes j, listed in the target up to a -1, and all others i.
 *
 * @param options - `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MultiLabelMarginLoss();
 * console.log(criterion(torch.tensor([0.1, 0.2, 0.4, 0.8]), torch.tensor([3, 0, -1, 1]))); // => tensor(0.8500)
 * ```
 */
export class MultiLabelMarginLoss extends loss("(reduction: reduction = 'mean')", (input, target, reduction) =>
  multilabelMarginLoss(input, target, reduction),
) {}
