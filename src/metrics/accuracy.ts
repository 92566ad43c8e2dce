/** `Accuracy`, with torchmetrics' names and definitions. */
import {
  ACCURACY,
  type AccuracyOptions,
  type AccuracyRest,
  RatioMetric,
  type TaskArguments,
} from './classification.ts';
import type { StatScores } from './stat-scores.ts';

/**
 * The share of right predictions.
 *
 * - multiclass: `preds` are scores [N, C, …], of which the highest counts, or class numbers as `target` [N, …].
 * - binary: `preds` are probabilities, logits (if any lies outside [0, 1]) or 0 and 1, shaped as `target`.
 * - multilabel: the same for each of `numLabels` labels, [N, L, …].
 *
 * Logits of a binary or multilabel model: call `sigmoid` first. A batch of logits that happen to lie all within [0, 1]
 * cannot be told from probabilities and is taken for those, as torchmetrics does: then 0.3, which means yes (a
 * probability of 0.57), counts as no. Nothing warns of it, and other batches of the same model are read rightly.
 *
 * Micro is right / all; otherwise each class has its own accuracy (multiclass: of the samples that are of the class),
 * which macro and weighted average; classes that never occurred are left out of macro.
 *
 * @throws TypeError for a missing numClasses or numLabels; RangeError for shapes that do not fit and labels that are
 *   out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const accuracy = new torch.metrics.Accuracy({ task: 'multiclass', numClasses: 3 });
 * const scores = torch.tensor([[0.8, 0.1, 0.1], [0.2, 0.5, 0.3]]);
 * console.log(accuracy(scores, torch.tensor([0, 2]))); // => tensor(0.5000)
 * console.log(accuracy(torch.tensor([1, 2]), torch.tensor([1, 2]))); // => tensor(1.)
 * console.log(accuracy.compute()); // => tensor(0.7500)
 * ```
 */
export class Accuracy extends RatioMetric {
  constructor(...args: TaskArguments<AccuracyOptions, number, AccuracyRest>) {
    super(ACCURACY, args);
  }

  /** @internal */
  ratios({ tp, fp, tn, fn }: StatScores): [right: number[], all: number[]] {
    if (this.task === 'multiclass') return [tp, tp.map((value, i) => value + fn[i])];
    const right = tp.map((value, i) => value + tn[i]);
    return [right, right.map((value, i) => value + fp[i] + fn[i])];
  }
}
