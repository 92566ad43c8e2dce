/** Losses as modules: the functions of `nn.functional` with their options kept. */
import {
  type BinaryLossOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type LogitsLossOptions,
} from '../ops/loss/binary-loss.ts';
import { type ClassLossOptions, type CrossEntropyOptions, crossEntropy, nllLoss } from '../ops/loss/class-loss.ts';
import { type LossOptions, l1Loss, mseLoss, type Reduction } from '../ops/loss/loss.ts';
import { describe } from '../tensor/args.ts';
import { Tensor } from '../tensor/tensor.ts';
import { take } from './given.ts';
import { Module } from './module.ts';

/** What all losses share. */
export abstract class Loss extends Module {
  reduction: Reduction;

  constructor(reduction: Reduction = 'mean') {
    super();
    if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none') {
      throw new RangeError(`${describe(reduction)} is not a valid value for reduction: 'mean', 'sum' or 'none'`);
    }
    this.reduction = reduction;
  }
}

/** A loss with a weight, which is a buffer as in PyTorch. */
export abstract class WeightedLoss extends Loss {
  weight!: Tensor | null;

  constructor(name: string, weight: Tensor | null | undefined, reduction?: Reduction) {
    super(reduction);
    if (weight !== undefined && weight !== null && !(weight instanceof Tensor)) {
      throw new TypeError(`${name}(): weight must be a Tensor or null, got ${describe(weight)}`);
    }
    this.registerBuffer('weight', weight ?? null);
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
    super(take('MSELoss', ['reduction'], args)[0] as Reduction | undefined);
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
    super(take('L1Loss', ['reduction'], args)[0] as Reduction | undefined);
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
    const [own, reduction] = take('BCELoss', ['weight', 'reduction'], options ? [weight, options] : [weight]);
    super('BCELoss', own as Tensor | null, reduction as Reduction | undefined);
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
  private pos_weight!: Tensor | null;

  /**
   * @param weight - A factor for each element; broadcasts.
   * @param options - `weight`, `reduction`, `posWeight` (a factor for the positive examples of each class).
   */
  constructor(weight?: Tensor | null | LogitsLossOptions, options?: Omit<LogitsLossOptions, 'weight'>) {
    const [own, reduction, posWeight] = take(
      'BCEWithLogitsLoss',
      ['weight', 'reduction', 'posWeight'],
      options ? [weight, options] : [weight],
    );
    super('BCEWithLogitsLoss', own as Tensor | null, reduction as Reduction | undefined);
    this.registerBuffer('pos_weight', (posWeight as Tensor | undefined) ?? null);
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
  ignoreIndex: number;

  /**
   * @param weight - A factor for each class, [C].
   * @param options - `weight`, `ignoreIndex` (default -100), `reduction`.
   */
  constructor(weight?: Tensor | null | ClassLossOptions, options?: Omit<ClassLossOptions, 'weight'>) {
    const [own, ignoreIndex = -100, reduction] = take(
      'NLLLoss',
      ['weight', 'ignoreIndex', 'reduction'],
      options ? [weight, options] : [weight],
    );
    super('NLLLoss', own as Tensor | null, reduction as Reduction | undefined);
    this.ignoreIndex = ignoreIndex as number;
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
  ignoreIndex: number;
  labelSmoothing: number;

  /**
   * @param weight - A factor for each class, [C].
   * @param options - `weight`, `ignoreIndex` (default -100), `reduction`, `labelSmoothing` (default 0).
   */
  constructor(weight?: Tensor | null | CrossEntropyOptions, options?: Omit<CrossEntropyOptions, 'weight'>) {
    const [own, ignoreIndex = -100, reduction, labelSmoothing = 0] = take(
      'CrossEntropyLoss',
      ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing'],
      options ? [weight, options] : [weight],
    );
    super('CrossEntropyLoss', own as Tensor | null, reduction as Reduction | undefined);
    this.ignoreIndex = ignoreIndex as number;
    this.labelSmoothing = labelSmoothing as number;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return crossEntropy(input, target, this.weight, this.ignoreIndex, this.reduction, this.labelSmoothing);
  }
}
