/**
 * `AUROC` and `AveragePrecision`: by every threshold that the scores offer, or by given ones. All scores are kept until
 * `reset`. torchmetrics' names and definitions.
 */
import { linspace } from '../ops/create/create.ts';
import { tensor } from '../ops/create/from-data.ts';
import { describe } from '../tensor/args.ts';
import { showDims } from '../tensor/shape.ts';
import { type BoundRecord, bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import {
  type Average,
  ClassificationMetric,
  checkChoice,
  checkInteger,
  quotient,
  type TaskArguments,
  type TaskOptions,
  total,
} from './classification.ts';
import { checkSameShape, checkTensors, classes, probabilities } from './inputs.ts';
import { checkCounts } from './metric.ts';
import { checkScores } from './stat-scores.ts';

/** What `AUROC` and `AveragePrecision` take, named. */
export interface RankingOptions extends TaskOptions {
  /** Every threshold that the scores offer (null, the default), so many from 0 to 1, or these. */
  thresholds?: number | readonly number[] | Tensor | null;
  /** `'macro'` if not given. Micro is for multilabel only. */
  average?: Average | null;
}

/** What `AUROC` takes, named. */
export interface AUROCOptions extends RankingOptions {
  /**
   * For binary: the area up to this false positive rate alone, in (0, 1], scaled so that guessing has 0.5 and the best 1.
   */
  maxFpr?: number | null;
}

/** One batch's scores and yes-or-no, by class or label. */
interface Ranked {
  scores: number[][];
  truths: number[][];
}

const RANKED: Ranked[] = [{ scores: [], truths: [] }];

/** Places of the scores, highest first. */
function ranked(scores: readonly number[]): number[] {
  return [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
}

/** Thresholds, highest first; null for all that the scores offer. */
function thresholdsOf(given: unknown): readonly number[] | null {
  if (given === null) return null;
  const list = typeof given === 'number' ? linspace(0, 1, checkInteger('thresholds', given, 2)) : given;
  const values = list instanceof Tensor ? list.tolist() : list;
  if (!Array.isArray(values) || !values.every((value) => value >= 0 && value <= 1)) {
    throw new RangeError(
      `Expected argument \`thresholds\` to be an integer, or floats in the [0,1] range, but got ${describe(given)}`,
    );
  }
  // The scores are float32.
  return (values as number[]).map(Math.fround).sort((a, b) => b - a);
}

/** True and false positives at every threshold, from the highest: what lies between equal scores is no threshold. */
function curve(
  scores: readonly number[],
  truth: readonly number[],
  thresholds: readonly number[] | null,
): { tps: number[]; fps: number[] } {
  if (thresholds !== null) {
    const above = (yes: number): number[] =>
      thresholds.map((least) => scores.filter((score, i) => score >= least && truth[i] === yes).length);
    return { tps: above(1), fps: above(0) };
  }
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

/** The area under the curve of true over false positive rates, up to `most` of these; 0 where either is undefined. */
function areaUnderRoc(
  scores: readonly number[],
  truth: readonly number[],
  thresholds: readonly number[] | null,
  most: number,
): number {
  const { tps, fps } = curve(scores, truth, thresholds);
  const positives = total(truth);
  const negatives = truth.length - positives;
  if (positives === 0 || negatives === 0) return 0;
  const origin = thresholds === null ? [0] : [];
  const tpr = [...origin, ...tps.map((tp) => tp / positives)];
  const fpr = [...origin, ...fps.map((fp) => fp / negatives)];
  const stop = fpr.findIndex((rate) => rate > most);
  if (stop > 0) {
    const part = (most - fpr[stop - 1]) / (fpr[stop] - fpr[stop - 1]);
    tpr.splice(stop, Infinity, tpr[stop - 1] + part * (tpr[stop] - tpr[stop - 1]));
    fpr.splice(stop, Infinity, most);
  }
  const area = total(fpr.slice(1).map((rate, i) => ((rate - fpr[i]) * (tpr[i + 1] + tpr[i])) / 2));
  const least = most ** 2 / 2;
  return most === 1 ? area : (1 + (area - least) / (most - least)) / 2;
}

/** Σ (Rₙ - Rₙ₋₁) Pₙ over the thresholds; where nothing is positive NaN, or 0 by given thresholds, as in torchmetrics. */
function averagePrecision(
  scores: readonly number[],
  truth: readonly number[],
  thresholds: readonly number[] | null,
): number {
  const { tps, fps } = curve(scores, truth, thresholds);
  const positives = total(truth);
  const steps = tps.map((tp, i) => ((tp - (tps[i - 1] ?? 0)) / positives) * quotient(tp, tp + fps[i]));
  if (positives === 0) return thresholds === null ? Number.NaN : 0;
  return total(steps);
}

/** What both metrics share: the scores kept, and the averages. */
abstract class RankingMetric extends ClassificationMetric<Ranked[]> {
  /** How the classes' values become one. */
  readonly average: Average;
  /** The thresholds, highest first; null for all that the scores offer. */
  readonly thresholds: readonly number[] | null;

  /** @internal */
  constructor(given: BoundRecord<typeof PRECISION_SIGNATURE>) {
    super(given);
    this.thresholds = thresholdsOf(given.thresholds);
    const allowed: Average[] =
      this.task === 'multiclass' ? ['macro', 'weighted', 'none'] : ['micro', 'macro', 'weighted', 'none'];
    this.average = checkChoice('average', given.average ?? 'none', allowed);
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
    if (numClasses === null) checkSameShape(preds, target, numLabels);
    else if (preds.ndim === target.ndim + 1) checkScores(preds, target.dims, numClasses);
    else {
      throw new RangeError(
        'Expected `preds` to have one more dimension than `target`, ' +
          `got ${showDims(preds.dims)} and ${showDims(target.dims)}.`,
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
    checkCounts(this, RANKED, a, b);
    // Batches are appended to the sum, which nobody else holds: copying it each time would make an epoch quadratic.
    a.push(...b);
    return a;
  }

  /** The metric for scores. */
  of(batches: Ranked[]): Tensor {
    checkCounts(this, RANKED, batches);
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
type Arguments<O extends RankingOptions, Rest extends readonly unknown[]> = TaskArguments<
  O,
  O['thresholds'],
  [average?: Average | null, ...rest: Rest]
>;

const AUROC_SIGNATURE =
  "(task: any = null, thresholds: any = null, numClasses: int? = null, numLabels: int? = null, average: str? = 'macro', maxFpr: float? = null, ignoreIndex: int? = null)";
const PRECISION_SIGNATURE =
  "(task: any = null, thresholds: any = null, numClasses: int? = null, numLabels: int? = null, average: str? = 'macro', ignoreIndex: int? = null)";

/**
 * The area under the receiver operating characteristic: how probable it is that a positive gets a higher score than a
 * negative, equal scores counting half. Multiclass is one class against the rest; a class that never or always occurs
 * has 0.
 *
 * `preds` are probabilities, or logits if any of a batch lies outside [0, 1]: [N, …] for binary, [N, C, …] for
 * multiclass, [N, L, …] for multilabel. Call `sigmoid` or `softmax` yourself where logits might all lie within [0, 1]
 * in one batch and not in the next: they are taken for probabilities there, as torchmetrics does, and the two do not mix.
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
  /** The largest false positive rate. */
  readonly maxFpr: number;

  constructor(...args: Arguments<AUROCOptions, [maxFpr?: number | null, ignoreIndex?: number | null]>) {
    const given = bindRecord(AUROC_SIGNATURE, args, new.target.name);
    super(given);
    const maxFpr = given.maxFpr ?? 1;
    if (!(maxFpr > 0 && maxFpr <= 1)) {
      throw new RangeError(`Arguments \`maxFpr\` should be a float in range (0, 1], but got: ${describe(maxFpr)}`);
    }
    if (maxFpr < 1 && this.task !== 'binary') throw new RangeError(`AUROC(): maxFpr is for binary, not ${this.task}`);
    this.maxFpr = maxFpr;
  }

  /** @internal */
  value(scores: readonly number[], truth: readonly number[]): number {
    return areaUnderRoc(scores, truth, this.thresholds, this.maxFpr);
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
  constructor(...args: Arguments<RankingOptions, [ignoreIndex?: number | null]>) {
    super(bindRecord(PRECISION_SIGNATURE, args, new.target.name));
  }

  /** @internal */
  value(scores: readonly number[], truth: readonly number[]): number {
    return averagePrecision(scores, truth, this.thresholds);
  }
}
