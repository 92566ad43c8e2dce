/** Losses as modules: the functions of `nn.functional` with their options kept. */
import {
  type BinaryLossOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type LogitsLossOptions,
} from '../ops/loss/binary-loss.ts';
import { type ClassLossOptions, type CrossEntropyOptions, crossEntropy, nllLoss } from '../ops/loss/class-loss.ts';
import { checkReduction, type LossOptions, l1Loss, mseLoss, type Reduction } from '../ops/loss/loss.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Configured } from './layer.ts';

/** What all losses share. */
export abstract class Loss extends Configured {
  declare reduction: Reduction;

  /** @internal */
  constructor(signature: string, args: readonly unknown[]) {
    super(signature, args);
    checkReduction(new.target.name, this.reduction);
  }
}

/** A loss with a weight, which is a buffer as in PyTorch. */
export abstract class WeightedLoss extends Loss {
  declare weight: Tensor | null;

  /** @internal */
  constructor(signature: string, args: readonly unknown[]) {
    super(signature, args);
    this.registerBuffer('weight', this.weight);
  }
}

/**
 * Mean squared error, (input - target)².
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MSELoss();
 * console.log(criterion(torch.tensor([1, 2]), torch.tensor([1, 4]))); // => tensor(2.)
 * ```
 */
export class MSELoss extends Loss {
  /** @param options - `reduction`: `'mean'` (default), `'sum'` or `'none'`. */
  constructor(...args: [options?: LossOptions]) {
    super("(reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.reduction);
  }
}

/**
 * Mean absolute error, |input - target|.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.L1Loss({ reduction: 'sum' });
 * console.log(criterion(torch.tensor([1, 2]), torch.tensor([1, 4]))); // => tensor(2.)
 * ```
 */
export class L1Loss extends Loss {
  /** @param options - `reduction`: `'mean'` (default), `'sum'` or `'none'`. */
  constructor(...args: [options?: LossOptions]) {
    super("(reduction: reduction = 'mean')", args);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, this.reduction);
  }
}

/**
 * Binary cross-entropy of probabilities. For scores, `BCEWithLogitsLoss` is more accurate.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.BCELoss();
 * console.log(criterion(torch.tensor([0.9]), torch.tensor([1]))); // => tensor(0.1054)
 * ```
 */
export class BCELoss extends WeightedLoss {
  /**
   * @param weight - A factor for each element; broadcasts.
   * @param options - `weight`, `reduction`.
   */
  constructor(weight?: Tensor | null | BinaryLossOptions, options?: LossOptions) {
    super("(weight: Tensor? = null, reduction: reduction = 'mean')", options ? [weight, options] : [weight]);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, this.weight, this.reduction);
  }
}

/**
 * Binary cross-entropy of scores: sigmoid and `BCELoss` in one, without overflow.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.BCEWithLogitsLoss();
 * console.log(criterion(torch.tensor([0]), torch.tensor([1]))); // => tensor(0.6931)
 * ```
 */
export class BCEWithLogitsLoss extends WeightedLoss {
  declare private pos_weight: Tensor | null;

  /**
   * @param weight - A factor for each element; broadcasts.
   * @param options - `weight`, `reduction`, `posWeight` (a factor for the positive examples of each class).
   */
  constructor(weight?: Tensor | null | LogitsLossOptions, options?: Omit<LogitsLossOptions, 'weight'>) {
    const { posWeight, ...others } = bindRecord(
      "(weight: Tensor? = null, reduction: reduction = 'mean', posWeight: Tensor? = null)",
      options ? [weight, options] : [weight],
      'BCEWithLogitsLoss',
    );
    super("(weight: Tensor? = null, reduction: reduction = 'mean')", [others]);
    this.posWeight = posWeight;
  }

  /** A factor for the positive examples of each class, a buffer under PyTorch's key `pos_weight`. */
  get posWeight(): Tensor | null {
    return this.pos_weight;
  }

  set posWeight(value: Tensor | null) {
    this.registerBuffer('pos_weight', value);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(input, target, this.weight, this.reduction, this.posWeight);
  }
}

/**
 * Negative log-likelihood of log-probabilities; see `nn.functional.nllLoss` for shapes.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.NLLLoss();
 * console.log(criterion(torch.tensor([[-0.5, -1]]), torch.tensor([1]))); // => tensor(1.)
 * ```
 */
export class NLLLoss extends WeightedLoss {
  declare ignoreIndex: number;

  /**
   * @param weight - A factor for each class, [C].
   * @param options - `weight`, `ignoreIndex` (default -100), `reduction`.
   */
  constructor(weight?: Tensor | null | ClassLossOptions, options?: Omit<ClassLossOptions, 'weight'>) {
    super(
      "(weight: Tensor? = null, ignoreIndex: int = -100, reduction: reduction = 'mean')",
      options ? [weight, options] : [weight],
    );
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return nllLoss(input, target, this.weight, this.ignoreIndex, this.reduction);
  }
}

/**
 * Cross-entropy of scores with class indices or class probabilities; see `nn.functional.crossEntropy` for shapes.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.CrossEntropyLoss();
 * console.log(criterion(torch.tensor([[1, 2, 3]]), torch.tensor([2]))); // => tensor(0.4076)
 * ```
 */
export class CrossEntropyLoss extends WeightedLoss {
  declare ignoreIndex: number;
  declare labelSmoothing: number;

  /**
   * @param weight - A factor for each class, [C].
   * @param options - `weight`, `ignoreIndex` (default -100), `reduction`, `labelSmoothing` (default 0).
   */
  constructor(weight?: Tensor | null | CrossEntropyOptions, options?: Omit<CrossEntropyOptions, 'weight'>) {
    super(
      "(weight: Tensor? = null, ignoreIndex: int = -100, reduction: reduction = 'mean', labelSmoothing: float = 0)",
      options ? [weight, options] : [weight],
    );
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return crossEntropy(input, target, this.weight, this.ignoreIndex, this.reduction, this.labelSmoothing);
  }
}
