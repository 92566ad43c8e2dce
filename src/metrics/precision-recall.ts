/** `Precision`, `Recall` and `F1Score`, with torchmetrics' names and definitions. */
import { type AccuracyRest, RatioMetric, SCORE, type ScoreOptions, type TaskArguments } from './classification.ts';
import type { StatScores } from './stat-scores.ts';

/** What the constructors take. */
type Arguments = TaskArguments<ScoreOptions, number, [...AccuracyRest, zeroDivision?: number]>;

const sums = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + b[i]);

/**
 * Of what was predicted positive, the share that is: TP / (TP + FP). Shapes and averages as for `Accuracy`; with the
 * default average, micro, a multiclass precision is the accuracy. Logits need `sigmoid` first: see `Accuracy`.
 *
 * @throws TypeError for a missing numClasses or numLabels; RangeError for shapes that do not fit and labels that are
 *   out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const precision = new torch.metrics.Precision({ task: 'multiclass', numClasses: 3, average: 'none' });
 * precision.update(torch.tensor([2, 1, 0, 1]), torch.tensor([2, 1, 0, 0]));
 * console.log(precision.compute()); // => tensor([1.0000, 0.5000, 1.0000])
 * ```
 */
export class Precision extends RatioMetric {
  constructor(...args: Arguments) {
    super(SCORE, args);
  }

  /** @internal */
  ratios({ tp, fp }: StatScores): [right: number[], all: number[]] {
    return [tp, sums(tp, fp)];
  }
}

/**
 * Of what is positive, the share that was found: TP / (TP + FN). Shapes and averages as for `Accuracy`, and
 * logits need `sigmoid` first, as there.
 *
 * @throws TypeError for a missing numClasses or numLabels; RangeError for shapes that do not fit and labels that are
 *   out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const recall = new torch.metrics.Recall({ task: 'binary' });
 * console.log(recall(torch.tensor([0.9, 0.2, 0.7]), torch.tensor([1, 1, 0]))); // => tensor(0.5000)
 * ```
 */
export class Recall extends RatioMetric {
  constructor(...args: Arguments) {
    super(SCORE, args);
  }

  /** @internal */
  ratios({ tp, fn }: StatScores): [right: number[], all: number[]] {
    return [tp, sums(tp, fn)];
  }
}

/**
 * The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN). Shapes and averages as for `Accuracy`,
 * and logits need `sigmoid` first, as there.
 *
 * @throws TypeError for a missing numClasses or numLabels; RangeError for shapes that do not fit and labels that are
 *   out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const f1 = new torch.metrics.F1Score('multilabel', { numLabels: 2, average: 'macro' });
 * const preds = torch.tensor([[0.9, 0.1], [0.8, 0.3]]);
 * console.log(f1(preds, torch.tensor([[1, 0], [1, 1]]))); // => tensor(0.5000)
 * ```
 */
export class F1Score extends RatioMetric {
  constructor(...args: Arguments) {
    super(SCORE, args);
  }

  /** @internal */
  ratios({ tp, fp, fn }: StatScores): [right: number[], all: number[]] {
    const twice = sums(tp, tp);
    return [twice, sums(twice, sums(fp, fn))];
  }
}
