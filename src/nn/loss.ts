/** Losses as modules: the functions of `nn.functional` with their options kept. */
import { binaryCrossEntropy, binaryCrossEntropyWithLogits, type LogitsLossOptions } from '../ops/loss/binary-loss.ts';
import { crossEntropy, nllLoss } from '../ops/loss/class-loss.ts';
import { checkReduction, l1Loss, mseLoss, type Reduction } from '../ops/loss/loss.ts';
import { type Bound, type BoundRecord, bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { computing, type LayerClass, rowOf } from './layer.ts';
import type { Module } from './module.ts';

type Fields = Module & { reduction: Reduction | 'batchmean'; weight?: Tensor | null };

/** What all losses look at: a weight is a buffer, as in PyTorch. */
function checkLoss(loss: Module): void {
  const { reduction, weight } = loss as Fields;
  checkReduction(loss.constructor.name, reduction as Reduction);
  if (weight !== undefined) loss.registerBuffer('weight', weight);
}

/** The class of a loss, whose options may be changed. */
type LossClass<S extends string, I extends readonly unknown[], P extends readonly unknown[]> = LayerClass<
  S,
  I,
  P,
  BoundRecord<S>
>;

/** A loss of two tensors, most often an input and a target; a row as those of layer.ts are. */
/* @__NO_SIDE_EFFECTS__ */
export function loss<
  const S extends string,
  B extends (...args: [input: Tensor, target: Tensor, ...fields: Bound<S>, training: boolean]) => Tensor,
>(signature: S, body: B): LossClass<S, [Tensor, Tensor], Parameters<B>> {
  return rowOf(signature, 2, body, { check: checkLoss }) as LossClass<S, [Tensor, Tensor], Parameters<B>>;
}

/** A loss of three, likewise. */
/* @__NO_SIDE_EFFECTS__ */
export function lossOfThree<
  const S extends string,
  B extends (...args: [first: Tensor, second: Tensor, third: Tensor, ...fields: Bound<S>, training: boolean]) => Tensor,
>(signature: S, body: B): LossClass<S, [Tensor, Tensor, Tensor], Parameters<B>> {
  return rowOf(signature, 3, body, { check: checkLoss }) as LossClass<S, [Tensor, Tensor, Tensor], Parameters<B>>;
}

/**
 * Mean squared error, (input - target)².
 *
 * @param options - `reduction`: `'mean'` (default), `'sum'` or `'none'`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.MSELoss();
 * console.log(criterion(torch.tensor([1, 2]), torch.tensor([1, 4]))); // => tensor(2.)
 * ```
 */
export class MSELoss extends loss("(reduction: reduction = 'mean')", (input, target, reduction) =>
  mseLoss(input, target, reduction),
) {}

/**
 * Mean absolute error, |input - target|.
 *
 * @param options - `reduction`: `'mean'` (default), `'sum'` or `'none'`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.L1Loss({ reduction: 'sum' });
 * console.log(criterion(torch.tensor([1, 2]), torch.tensor([1, 4]))); // => tensor(2.)
 * ```
 */
export class L1Loss extends loss("(reduction: reduction = 'mean')", (input, target, reduction) =>
  l1Loss(input, target, reduction),
) {}

/**
 * Binary cross-entropy of probabilities. For scores, `BCEWithLogitsLoss` is more accurate.
 *
 * @param weight - A factor for each element; broadcasts.
 * @param options - `weight`, `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.BCELoss();
 * console.log(criterion(torch.tensor([0.9]), torch.tensor([1]))); // => tensor(0.1054)
 * ```
 */
export class BCELoss extends loss(
  "(weight: Tensor? = null, reduction: reduction = 'mean')",
  (input, target, weight, reduction) => binaryCrossEntropy(input, target, weight, reduction),
) {}

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
export class BCEWithLogitsLoss extends computing(
  ({ weight, reduction, posWeight }: Required<LogitsLossOptions>, input: Tensor, target: Tensor) =>
    binaryCrossEntropyWithLogits(input, target, weight, reduction, posWeight),
) {
  declare weight: Tensor | null;
  declare reduction: Reduction;
  declare private pos_weight: Tensor | null;

  /**
   * @param weight - A factor for each element; broadcasts.
   * @param options - `weight`, `reduction`, `posWeight` (a factor for the positive examples of each class).
   */
  constructor(weight?: Tensor | null | LogitsLossOptions, options?: Omit<LogitsLossOptions, 'weight'>) {
    super();
    const { posWeight, ...others } = bindRecord(
      "(weight: Tensor? = null, reduction: reduction = 'mean', posWeight: Tensor? = null)",
      options ? [weight, options] : [weight],
      'BCEWithLogitsLoss',
    );
    Object.assign(this, others);
    checkLoss(this);
    this.posWeight = posWeight;
  }

  /** A factor for the positive examples of each class, a buffer under PyTorch's key `pos_weight`. */
  get posWeight(): Tensor | null {
    return this.pos_weight;
  }

  set posWeight(value: Tensor | null) {
    this.registerBuffer('pos_weight', value);
  }
}

/**
 * Negative log-likelihood of log-probabilities; see `nn.functional.nllLoss` for shapes.
 *
 * @param weight - A factor for each class, [C].
 * @param options - `weight`, `ignoreIndex` (default -100), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.NLLLoss();
 * console.log(criterion(torch.tensor([[-0.5, -1]]), torch.tensor([1]))); // => tensor(1.)
 * ```
 */
export class NLLLoss extends loss(
  "(weight: Tensor? = null, ignoreIndex: int = -100, reduction: reduction = 'mean')",
  (input, target, weight, ignoreIndex, reduction) => nllLoss(input, target, weight, ignoreIndex, reduction),
) {}

/**
 * Cross-entropy of scores with class indices or class probabilities; see `nn.functional.crossEntropy` for shapes.
 *
 * @param weight - A factor for each class, [C].
 * @param options - `weight`, `ignoreIndex` (default -100), `reduction`, `labelSmoothing` (default 0).
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const criterion = new torch.nn.CrossEntropyLoss();
 * console.log(criterion(torch.tensor([[1, 2, 3]]), torch.tensor([2]))); // => tensor(0.4076)
 * ```
 */
export class CrossEntropyLoss extends loss(
  "(weight: Tensor? = null, ignoreIndex: int = -100, reduction: reduction = 'mean', labelSmoothing: float = 0)",
  (input, target, weight, ignoreIndex, reduction, labelSmoothing) =>
    crossEntropy(input, target, weight, ignoreIndex, reduction, labelSmoothing),
) {}
