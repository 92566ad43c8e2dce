/** What the classification metrics share: the options of the task, and scores that are a ratio of stat scores. */
import { tensor } from '../ops/create/from-data.ts';
import { describe } from '../tensor/args.ts';
import { type BoundRecord, bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkCounts, Metric } from './metric.ts';
import { decisionScores, joinScores, multiclassScores, noScores, type StatScores } from './stat-scores.ts';

/** What is classified: one of two, one of several, or several yes-or-no at once. */
export type Task = 'binary' | 'multiclass' | 'multilabel';

/** How the classes' values become one: over all samples, by the plain or the weighted mean, or not at all. */
export type Average = 'micro' | 'macro' | 'weighted' | 'none';

/** What every classification metric takes, named. */
export interface TaskOptions {
  task: Task;
  /** How many classes there are, for multiclass. */
  numClasses?: number | null;
  /** How many labels there are, for multilabel. */
  numLabels?: number | null;
  /** A target that is left out. */
  ignoreIndex?: number | null;
}

/** What each task cannot do without. */
type Needs =
  | { task: 'binary' }
  | { task: 'multiclass'; numClasses: number }
  | { task: 'multilabel'; numLabels: number };

/** The same behind a task by position. */
type NamedBehind<O, N> = N extends { task: Task } ? [task: N['task'], options: Omit<O & N, 'task'>] : never;

/** Arguments of a metric's constructor: options with the task or behind it, or all by position. */
export type TaskArguments<O extends TaskOptions, Second, Rest extends readonly unknown[]> =
  | [task: 'binary', second?: Second, numClasses?: number | null, numLabels?: number | null, ...rest: Rest]
  | [
      task: Task,
      second: Second | undefined,
      numClasses: number | null | undefined,
      numLabels?: number | null,
      ...rest: Rest,
    ]
  | NamedBehind<O, Needs>
  // The last, as that is the one by which TypeScript explains what is wrong.
  | [options: O & Needs];

/** What `Accuracy` and its like take, named. */
export interface AccuracyOptions extends TaskOptions {
  /** From which probability on a yes is one, for binary and multilabel; 0.5 if not given. */
  threshold?: number;
  /** `'micro'` if not given. */
  average?: Average | null;
  /** Whether the dimensions behind the first count as more samples (`'global'`, the default) or give a value for each. */
  multidimAverage?: 'global' | 'samplewise';
  /** A multiclass prediction is right if the target is among this many highest scores; 1 if not given. */
  topK?: number | null;
}

/** What `Accuracy` takes by position, behind the numbers of classes and labels. */
export type AccuracyRest = [
  average?: Average | null,
  multidimAverage?: 'global' | 'samplewise',
  topK?: number | null,
  ignoreIndex?: number | null,
];

/** What `Precision`, `Recall` and `F1Score` take, named. */
export interface ScoreOptions extends AccuracyOptions {
  /** The value of a class whose denominator is 0; 0 if not given. */
  zeroDivision?: number;
}

/** What every classification metric takes. */
export const TASK = '(task: any, numClasses: int?, numLabels: int?, ignoreIndex: int?)';

const TASKS: readonly unknown[] = ['binary', 'multiclass', 'multilabel'];

/** Throws unless a number was given, at least `least`. */
export function checkInteger(name: string, value: number | null, least: number): number {
  if (value === null) throw new TypeError(`\`${name}\` is expected to be a whole number but null was passed.`);
  if (value < least) {
    throw new RangeError(`Expected argument \`${name}\` to be an integer larger than ${least - 1}, but got ${value}`);
  }
  return value;
}

/** Throws unless the value is one of those allowed. */
export function checkChoice<T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) {
    throw new RangeError(
      `Expected argument \`${name}\` to be one of ${allowed.map((each) => `'${each}'`).join(', ')}, null, ` +
        `but got ${describe(value)}`,
    );
  }
  return value as T;
}

/** Throws unless the value is a probability. */
export function checkThreshold(threshold: number): number {
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`Expected argument \`threshold\` to be a float in the [0,1] range, but got ${threshold}.`);
  }
  return threshold;
}

/** a / b, or `otherwise` for b = 0. */
export const quotient = (a: number, b: number, otherwise = 0): number => (b === 0 ? otherwise : a / b);

/** The sum of a list. */
export const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** A metric of a classification task. */
export abstract class ClassificationMetric<Counts> extends Metric<Counts> {
  /** What is classified. */
  readonly task: Task;
  /** Classes of a multiclass task. */
  readonly numClasses: number | null;
  /** Labels of a multilabel task. */
  readonly numLabels: number | null;
  /** A target that is left out. */
  readonly ignoreIndex: number | null;

  /** @internal */
  constructor({ task, numClasses, numLabels, ignoreIndex }: BoundRecord<typeof TASK>) {
    super();
    if (!TASKS.includes(task)) {
      throw new RangeError(
        `Invalid Classification: expected one of 'binary', 'multiclass', 'multilabel', but got ${describe(task)}.`,
      );
    }
    this.task = task as Task;
    this.numClasses = task === 'multiclass' ? checkInteger('numClasses', numClasses, 2) : null;
    this.numLabels = task === 'multilabel' ? checkInteger('numLabels', numLabels, 2) : null;
    this.ignoreIndex = ignoreIndex;
  }
}

/** What `Accuracy` takes, in order. */
export const ACCURACY =
  "(task: any = null, threshold: float = 0.5, numClasses: int? = null, numLabels: int? = null, average: str? = 'micro', multidimAverage: str = 'global', topK: int? = null, ignoreIndex: int? = null)";
/** What `Precision` and its like take, in order. */
export const SCORE =
  "(task: any = null, threshold: float = 0.5, numClasses: int? = null, numLabels: int? = null, average: str? = 'micro', multidimAverage: str = 'global', topK: int? = null, ignoreIndex: int? = null, zeroDivision: float = 0)";

const SCORES: StatScores = { tp: [0], fp: [0], tn: [0], fn: [0] };

/** A metric that is a ratio of stat scores: of all together, or of each class, averaged. */
export abstract class RatioMetric extends ClassificationMetric<StatScores> {
  /** From which probability on a yes is one. */
  readonly threshold: number;
  /** How the classes' values become one. */
  readonly average: Average;
  /** Whether there is a value for each sample instead of one for all. */
  readonly samplewise: boolean;
  /** Among how many highest scores the target must be. */
  readonly topK: number;
  /** The value of a class whose denominator is 0. */
  readonly zeroDivision: number;

  /** @internal */
  constructor(signature: typeof ACCURACY | typeof SCORE, args: readonly unknown[]) {
    const given = bindRecord(signature, args, new.target.name) as BoundRecord<typeof ACCURACY> &
      Partial<BoundRecord<typeof SCORE>>;
    super(given);
    const { threshold, average, multidimAverage, topK, zeroDivision = 0 } = given;
    this.threshold = checkThreshold(threshold);
    this.average = checkChoice('average', average ?? 'none', ['micro', 'macro', 'weighted', 'none']);
    this.samplewise = checkChoice('multidimAverage', multidimAverage, ['global', 'samplewise']) === 'samplewise';
    this.topK = checkInteger('topK', topK ?? 1, 1);
    if (this.numClasses !== null && this.topK > this.numClasses) {
      throw new RangeError(
        'Expected argument `topK` to be smaller or equal to `numClasses` ' +
          `but got ${this.topK} and ${this.numClasses}`,
      );
    }
    this.zeroDivision = zeroDivision;
  }

  /** Numerators and denominators, by class or label. @internal */
  abstract ratios(counts: StatScores): [right: number[], all: number[]];

  private get size(): number {
    return this.numClasses ?? this.numLabels ?? 1;
  }

  /** No samples yet. */
  zero(): StatScores {
    return noScores(this.samplewise ? 0 : this.size);
  }

  /** Right and wrong of one batch, by class or label. */
  count(preds: Tensor, target: Tensor): StatScores {
    const { numClasses, numLabels, threshold, topK, ignoreIndex, samplewise } = this;
    if (numClasses !== null) return multiclassScores(preds, target, numClasses, topK, ignoreIndex, samplewise);
    return decisionScores(preds, target, numLabels, threshold, ignoreIndex, samplewise);
  }

  /** Those of two sets of batches together. */
  join(a: StatScores, b: StatScores): StatScores {
    checkCounts(this, SCORES, a, b);
    return joinScores(a, b, this.samplewise);
  }

  /** The metric for counts. */
  of(counts: StatScores): Tensor {
    checkCounts(this, SCORES, counts);
    const { size, samplewise } = this;
    if (!samplewise) return tensor(this.value(counts));
    const { tp, fp, tn, fn } = counts;
    const values = Array.from({ length: tp.length / size }, (_, i) => {
      const own = (all: number[]): number[] => all.slice(i * size, (i + 1) * size);
      return this.value({ tp: own(tp), fp: own(fp), tn: own(tn), fn: own(fn) });
    });
    return tensor(values as number[]);
  }

  private value(counts: StatScores): number | number[] {
    const { task, average, topK, zeroDivision } = this;
    const { tp, fp, fn } = counts;
    const [right, all] = this.ratios(counts);
    if (task === 'binary' || average === 'micro') return quotient(total(right), total(all), zeroDivision);
    const scores = right.map((value, i) => quotient(value, all[i], zeroDivision));
    if (average === 'none') return scores;
    const support = tp.map((value, i) => value + fn[i]);
    const occurs = (i: number): boolean => task === 'multilabel' || (topK === 1 ? support[i] + fp[i] : support[i]) > 0;
    const weights = average === 'weighted' ? support : scores.map((_, i) => Number(occurs(i)));
    return quotient(total(scores.map((score, i) => score * weights[i])), total(weights));
  }
}
