/**
 * `AUROC` and `AveragePrecision`, exact: by every threshold that the scores offer, so all scores are kept until
 * `reset`. torchmetrics' names and definitions.
 */
import { tensor } from '../ops/from-data.ts';
import { describe } from '../tensor/args.ts';
import { showDims } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  type Average,
  ClassificationMetric,
  checkChoice,
  options,
  quotient,
  type Task,
  type TaskOptions,
  total,
} from './classification.ts';
import { checkSameShape, checkTensors, classes, probabilities } from './inputs.ts';
import { checkScores } from './stat-scores.ts';

/** What `AUROC` and `AveragePrecision` take, named. */
export interface RankingOptions extends TaskOptions {
  /** Only null: every threshold that the scores offer. */
  thresholds?: null;
  /** `'macro'` if not given. Micro is for multilabel only. */
  average?: Average | null;
}

const PARAMETERS = ['task', 'thresholds', 'numClasses', 'numLabels', 'average', 'ignoreIndex'];

/** One batch's scores and yes-or-no, by class or label. */
interface Ranked {
  scores: number[][];
  truths: number[][];
}

/** Places of the scores, highest first. */
function ranked(scores: readonly number[]): number[] {
  return [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
}

/** True and false positives at every threshold, from the highest: what lies between equal scores is no threshold. */
function curve(scores: readonly number[], truth: readonly number[]): { tps: number[]; fps: number[] } {
  const order = ranked(scores);
  const [tps, fps]: [number[], number[]] = [[], []];
  let [tp, fp] = [0, 0];
  order.forEach((place, i) => {
    if (truth[place] === 1) tp++;
    else fp++;
    if (i + 1 < order.length && scores[order[i + 1]] === scores[place]) return;
    tps.push(tp);
    fps.push(fp);
  });
  return { tps, fps };
}

/** The area under the curve of true over false positive rates; 0 where either is undefined. */
function areaUnderRoc(scores: readonly number[], truth: readonly number[]): number {
  const { tps, fps } = curve(scores, truth);
  const [positives, negatives] = [tps[tps.length - 1] ?? 0, fps[fps.length - 1] ?? 0];
  if (positives === 0 || negatives === 0) return 0;
  let area = 0;
  tps.forEach((tp, i) => {
    area += ((fps[i] - (fps[i - 1] ?? 0)) * (tp + (tps[i - 1] ?? 0))) / 2;
  });
  return area / positives / negatives;
}

/** Σ (Rₙ - Rₙ₋₁) Pₙ over the thresholds; NaN where nothing is positive. */
function averagePrecision(scores: readonly number[], truth: readonly number[]): number {
  const { tps, fps } = curve(scores, truth);
  const positives = tps[tps.length - 1] ?? 0;
  const steps = tps.map((tp, i) => ((tp - (tps[i - 1] ?? 0)) / positives) * (tp / (tp + fps[i])));
  return positives === 0 ? Number.NaN : total(steps);
}

/** What both metrics share: the scores kept, and the averages. */
abstract class RankingMetric extends ClassificationMetric<Ranked[]> {
  /** How the classes' values become one. */
  readonly average: Average;

  /** @internal */
  constructor(name: string, args: readonly unknown[]) {
    const given = options(name, PARAMETERS, args);
    super(given);
    if (given.thresholds !== undefined && given.thresholds !== null) {
      throw new RangeError(`${name}(): only thresholds: null is supported, got ${describe(given.thresholds)}`);
    }
    const average = given.average === undefined ? 'macro' : (given.average ?? 'none');
    const allowed: Average[] =
      this.task === 'multiclass' ? ['macro', 'weighted', 'none'] : ['micro', 'macro', 'weighted', 'none'];
    this.average = checkChoice('average', average, allowed);
  }

  /** The value of one class or label. @internal */
  abstract value(scores: readonly number[], truth: readonly number[]): number;

  /** No samples yet. */
  zero(): Ranked[] {
    return [];
  }

  /** The scores of one batch, by class or label. */
  count(preds: Tensor, target: Tensor): Ranked[] {
    checkTensors(preds, target);
    const { numClasses, numLabels, ignoreIndex } = this;
    if (!preds.dtype.isFloatingPoint) {
      throw new TypeError(
        'Expected argument `preds` to be an floating tensor with probability/logit scores, but got tensor with dtype ' +
          `${preds.dtype}`,
      );
    }
    if (numClasses === null) checkSameShape(preds, target);
    else if (preds.ndim === target.ndim + 1) checkScores(preds, target.dims, numClasses);
    else {
      throw new RangeError(
        'Expected `preds` to have one more dimension than `target`, ' +
          `got ${showDims(preds.dims)} and ${showDims(target.dims)}.`,
      );
    }
    if (numLabels !== null && preds.dims[1] !== numLabels) {
      throw new RangeError(
        'Expected both `target.shape[1]` and `preds.shape[1]` to be equal to the number of labels ' +
          `but got ${preds.dims[1]} and expected ${numLabels}`,
      );
    }
    const truth = classes('target', target, numClasses ?? 2, ignoreIndex);
    const values = probabilities(preds, numClasses === null ? 'sigmoid' : 'softmax');
    const width = numClasses ?? numLabels ?? 1;
    const inner = width === 1 ? 1 : preds.dims.slice(2).reduce((a, b) => a * b, 1);
    const empty = (): number[][] => Array.from({ length: width }, () => []);
    const batch: Ranked = { scores: empty(), truths: empty() };
    for (let i = 0; i < values.length; i++) {
      const c = Math.floor(i / inner) % width;
      const own = numClasses === null ? truth[i] : truth[Math.floor(i / (inner * width)) * inner + (i % inner)];
      if (own === ignoreIndex) continue;
      batch.scores[c].push(values[i]);
      batch.truths[c].push(Number(own === (numClasses === null ? 1 : c)));
    }
    return [batch];
  }

  /** Those of two sets of batches together. */
  join(a: Ranked[], b: Ranked[]): Ranked[] {
    // Batches are appended to the sum, which nobody else holds: copying it each time would make an epoch quadratic.
    a.push(...b);
    return a;
  }

  /** The metric for scores. */
  of(batches: Ranked[]): Tensor {
    const { task, average } = this;
    const width = this.numClasses ?? this.numLabels ?? 1;
    const all = (key: 'scores' | 'truths', c: number): number[] => batches.flatMap((batch) => batch[key][c]);
    const list = Array.from({ length: width }, (_, c) => [all('scores', c), all('truths', c)] as const);
    if (task === 'binary') return tensor(this.value(...list[0]));
    if (average === 'micro') {
      return tensor(
        this.value(
          list.flatMap(([scores]) => scores),
          list.flatMap(([, truth]) => truth),
        ),
      );
    }
    const values = list.map((each) => this.value(...each));
    if (average === 'none') return tensor(values);
    const weights = list.map(([, truth], i) => {
      if (Number.isNaN(values[i])) return 0;
      return average === 'weighted' ? total(truth) : 1;
    });
    const known = values.map((value, i) => (weights[i] === 0 ? 0 : value * weights[i]));
    const sum = total(weights);
    return tensor(average === 'macro' && sum === 0 ? Number.NaN : quotient(total(known), sum));
  }
}

/** What the constructors take. */
type Arguments =
  | [options: RankingOptions]
  | [task: Task, options: Omit<RankingOptions, 'task'>]
  | [
      task: Task,
      thresholds?: null,
      numClasses?: number | null,
      numLabels?: number | null,
      average?: Average | null,
      ignoreIndex?: number | null,
    ];

/**
 * The area under the receiver operating characteristic: how probable it is that a positive gets a higher score than a
 * negative, equal scores counting half. Multiclass is one class against the rest; a class that never or always occurs
 * has 0.
 *
 * `preds` are probabilities, or logits if any of a batch lies outside [0, 1]: [N, …] for binary, [N, C, …] for
 * multiclass, [N, L, …] for multilabel.
 *
 * @throws TypeError for scores that are no floats; RangeError for shapes that do not fit and labels out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const auroc = new torch.metrics.AUROC({ task: 'binary' });
 * auroc.update(torch.tensor([0.1, 0.4, 0.35]), torch.tensor([0, 0, 1]));
 * auroc.update(torch.tensor([0.8]), torch.tensor([1]));
 * console.log(auroc.compute()); // => tensor(0.7500)
 * ```
 */
export class AUROC extends RankingMetric {
  constructor(...args: Arguments) {
    super('AUROC', args);
  }

  /** @internal */
  value(scores: readonly number[], truth: readonly number[]): number {
    return areaUnderRoc(scores, truth);
  }
}

/**
 * The average precision, Σ (Rₙ - Rₙ₋₁) Pₙ over all thresholds: the area under precision over recall. Multiclass is one
 * class against the rest; a class that never occurs has NaN and is left out of averages. Shapes as for `AUROC`.
 *
 * @throws TypeError for scores that are no floats; RangeError for shapes that do not fit and labels out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const precision = new torch.metrics.AveragePrecision('binary');
 * console.log(precision(torch.tensor([0, 0.5, 0.7, 0.8]), torch.tensor([0, 1, 1, 0]))); // => tensor(0.5833)
 * ```
 */
export class AveragePrecision extends RankingMetric {
  constructor(...args: Arguments) {
    super('AveragePrecision', args);
  }

  /** @internal */
  value(scores: readonly number[], truth: readonly number[]): number {
    return averagePrecision(scores, truth);
  }
}
