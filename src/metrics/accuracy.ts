/** `Accuracy`, with torchmetrics' names and definitions. */
import { tensor } from '../ops/create.ts';
import { bindArgs, describe } from '../tensor/args.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Metric } from './metric.ts';
import {
  binaryScores,
  joinScores,
  multiclassScores,
  multilabelScores,
  noScores,
  type StatScores,
} from './stat-scores.ts';

/** What is classified: one of two, one of several, or several yes-or-no at once. */
export type Task = 'binary' | 'multiclass' | 'multilabel';

/** How the classes' values become one: over all samples, by the plain or the weighted mean, or not at all. */
export type Average = 'micro' | 'macro' | 'weighted' | 'none';

/** What `Accuracy` takes, named. */
export interface AccuracyOptions {
  task: Task;
  /** From which probability on a yes is one, for binary and multilabel; 0.5 if not given. */
  threshold?: number;
  /** How many classes there are, for multiclass. */
  numClasses?: number | null;
  /** How many labels there are, for multilabel. */
  numLabels?: number | null;
  /** `'micro'` if not given. */
  average?: Average | null;
  /** A multiclass prediction is right if the target is among this many highest scores; 1 if not given. */
  topK?: number | null;
  /** A target that is left out. */
  ignoreIndex?: number | null;
}

const TASKS: readonly unknown[] = ['binary', 'multiclass', 'multilabel'];
const AVERAGES: readonly unknown[] = ['micro', 'macro', 'weighted', 'none'];
const PARAMETERS = ['task', 'threshold', 'numClasses', 'numLabels', 'average', 'topK', 'ignoreIndex'];

function checkInteger(name: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new TypeError(`\`${name}\` is expected to be a whole number but ${describe(value)} was passed.`);
  }
  if (value < least) {
    throw new RangeError(`Expected argument \`${name}\` to be an integer larger than ${least - 1}, but got ${value}`);
  }
  return value;
}

const quotient = (a: number, b: number): number => (b === 0 ? 0 : a / b);
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/**
 * The share of right predictions.
 *
 * - multiclass: `preds` are scores [N, C, …], of which the highest counts, or class numbers as `target` [N, …].
 * - binary: `preds` are probabilities, logits (if any lies outside [0, 1]) or 0 and 1, shaped as `target`.
 * - multilabel: the same for each of `numLabels` labels, [N, L, …].
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
export class Accuracy extends Metric<StatScores> {
  /** What is classified. */
  readonly task: Task;
  /** From which probability on a yes is one. */
  readonly threshold: number;
  /** Classes of a multiclass task. */
  readonly numClasses: number | null;
  /** Labels of a multilabel task. */
  readonly numLabels: number | null;
  /** How the classes' values become one. */
  readonly average: Average;
  /** Among how many highest scores the target must be. */
  readonly topK: number;
  /** A target that is left out. */
  readonly ignoreIndex: number | null;

  constructor(options: AccuracyOptions);
  constructor(task: Task, options?: Omit<AccuracyOptions, 'task'>);
  constructor(
    task: Task,
    threshold?: number,
    numClasses?: number | null,
    numLabels?: number | null,
    average?: Average | null,
    topK?: number | null,
    ignoreIndex?: number | null,
  );
  constructor(...args: unknown[]) {
    super();
    const bound = bindArgs('Accuracy', PARAMETERS, args);
    if (bound.length > PARAMETERS.length) {
      throw new TypeError(`Accuracy() takes at most ${PARAMETERS.length} arguments, got ${bound.length}`);
    }
    const [task, threshold = 0.5, numClasses, numLabels, average, topK, ignoreIndex] = bound;
    if (!TASKS.includes(task)) {
      throw new RangeError(
        `Invalid Classification: expected one of 'binary', 'multiclass', 'multilabel', but got ${describe(task)}.`,
      );
    }
    this.task = task as Task;
    if (typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1)) {
      throw new RangeError(
        `Expected argument \`threshold\` to be a float in the [0,1] range, but got ${describe(threshold)}.`,
      );
    }
    this.threshold = threshold;
    this.numClasses = task === 'multiclass' ? checkInteger('numClasses', numClasses, 2) : null;
    this.numLabels = task === 'multilabel' ? checkInteger('numLabels', numLabels, 2) : null;
    const how = average === undefined ? 'micro' : (average ?? 'none');
    if (!AVERAGES.includes(how)) {
      throw new RangeError(
        "Expected argument `average` to be one of 'micro', 'macro', 'weighted', 'none', null, " +
          `but got ${describe(how)}`,
      );
    }
    this.average = how as Average;
    this.topK = checkInteger('topK', topK ?? 1, 1);
    if (this.numClasses !== null && this.topK > this.numClasses) {
      throw new RangeError(
        `Expected argument \`topK\` to be smaller or equal to \`numClasses\` but got ${this.topK} and ${numClasses}`,
      );
    }
    if (ignoreIndex !== undefined && ignoreIndex !== null) checkInteger('ignoreIndex', ignoreIndex, -Infinity);
    this.ignoreIndex = (ignoreIndex ?? null) as number | null;
  }

  /** No samples yet. */
  zero(): StatScores {
    return noScores(this.numClasses ?? this.numLabels ?? 1);
  }

  /** Right and wrong of one batch, by class or label. */
  count(preds: Tensor, target: Tensor): StatScores {
    const { numClasses, numLabels, threshold, topK, ignoreIndex } = this;
    if (numClasses !== null) return multiclassScores(preds, target, numClasses, topK, ignoreIndex);
    if (numLabels !== null) return multilabelScores(preds, target, numLabels, threshold, ignoreIndex);
    return binaryScores(preds, target, threshold, ignoreIndex);
  }

  /** Those of two sets of batches together. */
  join(a: StatScores, b: StatScores): StatScores {
    return joinScores(a, b);
  }

  /** The accuracy. */
  of(counts: StatScores): Tensor {
    const { task, average, topK } = this;
    const { tp, fp, tn, fn } = counts;
    const isClass = task === 'multiclass';
    const right = isClass ? tp : tp.map((value, i) => value + tn[i]);
    const all = isClass ? tp.map((value, i) => value + fn[i]) : right.map((value, i) => value + fp[i] + fn[i]);
    if (task === 'binary' || average === 'micro') return tensor(quotient(total(right), total(all)));
    const scores = right.map((value, i) => quotient(value, all[i]));
    if (average === 'none') return tensor(scores);
    const support = tp.map((value, i) => value + fn[i]);
    const occurs = (i: number): boolean => !isClass || (topK === 1 ? support[i] + fp[i] : support[i]) > 0;
    const weights = average === 'weighted' ? support : scores.map((_, i) => Number(occurs(i)));
    return tensor(quotient(total(scores.map((score, i) => score * weights[i])), total(weights)));
  }
}
