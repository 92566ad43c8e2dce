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
import { Loss, WeightedLoss } from './loss.ts';

/**
 * 1 - cos(x₁, x₂) where the target is 1, max(0, cos(x₁, x₂) - margin) where it is -1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.CosineEmbeddingLoss();
 * console.log(criterion(torch.tensor([[1, 0]]), torch.tensor([[0, 1]]), torch.tensor([1]))); // => tensor(1.)
 * ```
 */
export class CosineEmbeddingLoss extends Loss {
  declare readonly margin: number;

  /** @param options - `margin` (default 0), `reduction`. */
  constructor(...args: Given<[margin?: number], { margin?: number; reduction?: Reduction }>) {
    super("(margin: float = 0, reduction: reduction = 'mean')", args);
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(input1, input2, target, this.margin, this.reduction);
  }
}

/**
 * max(0, -target (x₁ - x₂) + margin): x₁ should rank higher where the target is 1, lower where it is -1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MarginRankingLoss();
 * console.log(criterion(torch.tensor([1]), torch.tensor([3]), torch.tensor([1]))); // => tensor(2.)
 * ```
 */
export class MarginRankingLoss extends Loss {
  declare readonly margin: number;

  /** @param options - `margin` (default 0), `reduction`. */
  constructor(...args: Given<[margin?: number], { margin?: number; reduction?: Reduction }>) {
    super("(margin: float = 0, reduction: reduction = 'mean')", args);
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(input1, input2, target, this.margin, this.reduction);
  }
}

/**
 * x where the target is 1, max(0, margin - x) where it is -1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.HingeEmbeddingLoss();
 * console.log(criterion(torch.tensor([2, 0.5]), torch.tensor([1, -1]))); // => tensor(1.2500)
 * ```
 */
export class HingeEmbeddingLoss extends Loss {
  declare readonly margin: number;

  /** @param options - `margin` (default 1), `reduction`. */
  constructor(...args: Given<[margin?: number], { margin?: number; reduction?: Reduction }>) {
    super("(margin: float = 1, reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(input, target, this.margin, this.reduction);
  }
}

/**
 * max(0, d(anchor, positive) - d(anchor, negative) + margin), d being the p-norm of the difference.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.TripletMarginLoss();
 * console.log(criterion(torch.tensor([[0]]), torch.tensor([[2]]), torch.tensor([[1]]))); // => tensor(2.)
 * ```
 */
export class TripletMarginLoss extends Loss {
  declare readonly margin: number;
  declare readonly p: number;
  declare readonly eps: number;
  declare readonly swap: boolean;

  /** @param options - `margin` (default 1), `p` (default 2), `eps` (default 1e-6), `swap` (default false), `reduction`. */
  constructor(
    ...args: Given<
      [margin?: number, p?: number, eps?: number, swap?: boolean],
      { margin?: number; p?: number; eps?: number; swap?: boolean; reduction?: Reduction }
    >
  ) {
    super(
      "(margin: float = 1, p: float = 2, eps: float = 1e-6, swap: bool = false, reduction: reduction = 'mean')",
      args,
    );
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this.margin, this.p, this.eps, this.swap, this.reduction);
  }
}

/**
 * log(1 + exp(-target · x)), the targets being 1 and -1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.SoftMarginLoss();
 * console.log(criterion(torch.tensor([0, 2]), torch.tensor([1, -1]))); // => tensor(1.4100)
 * ```
 */
export class SoftMarginLoss extends Loss {
  /** @param options - `reduction`. */
  constructor(...args: [options?: { reduction?: Reduction }]) {
    super("(reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return softMarginLoss(input, target, this.reduction);
  }
}

/**
 * The mean over the classes of -[t log σ(x) + (1 - t) log σ(-x)].
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MultiLabelSoftMarginLoss();
 * console.log(criterion(torch.tensor([[0, 2]]), torch.tensor([[1, 1]]))); // => tensor(0.4100)
 * ```
 */
export class MultiLabelSoftMarginLoss extends WeightedLoss {
  /** @param options - `weight` (a factor for each class), `reduction`. */
  constructor(...args: Given<[weight?: Tensor | null], { weight?: Tensor | null; reduction?: Reduction }>) {
    super("(weight: Tensor? = null, reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multilabelSoftMarginLoss(input, target, this.weight, this.reduction);
  }
}

/**
 * Σⱼ max(0, margin - x[y] + x[j])ᵖ / C over the classes j other than the right one, y.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MultiMarginLoss();
 * console.log(criterion(torch.tensor([[1, 2, 3]]), torch.tensor([1]))); // => tensor(0.6667)
 * ```
 */
export class MultiMarginLoss extends WeightedLoss {
  declare readonly p: 1 | 2;
  declare readonly margin: number;

  /** @param options - `p` (default 1), `margin` (default 1), `weight` (a factor for each class), `reduction`. */
  constructor(
    ...args: Given<
      [p?: 1 | 2, margin?: number, weight?: Tensor | null],
      { p?: 1 | 2; margin?: number; weight?: Tensor | null; reduction?: Reduction }
    >
  ) {
    super("(p: int = 1, margin: float = 1, weight: Tensor? = null, reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multiMarginLoss(input, target, this.p, this.margin, this.weight, this.reduction);
  }
}

/**
 * Σᵢⱼ max(0, 1 - (x[j] - x[i])) / C over the right classes j, listed in the target up to a -1, and all others i.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MultiLabelMarginLoss();
 * console.log(criterion(torch.tensor([0.1, 0.2, 0.4, 0.8]), torch.tensor([3, 0, -1, 1]))); // => tensor(0.8500)
 * ```
 */
export class MultiLabelMarginLoss extends Loss {
  /** @param options - `reduction`. */
  constructor(...args: [options?: { reduction?: Reduction }]) {
    super("(reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multilabelMarginLoss(input, target, this.reduction);
  }
}
