/** Errors of predicted numbers, with torchmetrics' names and definitions; sums are kept in float64. */
import { tensor } from '../ops/create/from-data.ts';
import { describe } from '../tensor/args.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkInteger, quotient, total } from './classification.ts';
import { checkSameShape, checkTensors, elements } from './inputs.ts';
import { checkCounts, Metric } from './metric.ts';

/** Throws unless both are tensors of one shape; both as numbers. */
function pairOf(preds: Tensor, target: Tensor): [ArrayLike<number>, ArrayLike<number>] {
  checkTensors(preds, target);
  checkSameShape(preds, target);
  return [elements(preds), elements(target)];
}

/** A sum of errors for each output, and of how many. */
interface ErrorSums {
  sums: number[];
  n: number;
}

const ERRORS: ErrorSums = { sums: [0], n: 0 };

/** A mean over samples of what each differs by. */
abstract class MeanError extends Metric<ErrorSums> {
  /** Columns that get a value of their own; 1 takes all elements together. */
  readonly numOutputs: number;

  /** @internal */
  constructor(numOutputs: number) {
    super();
    this.numOutputs = checkInteger('numOutputs', numOutputs, 1);
  }

  /** What one element adds. @internal */
  abstract errorOf(difference: number): number;

  /** No samples yet. */
  zero(): ErrorSums {
    return { sums: new Array<number>(this.numOutputs).fill(0), n: 0 };
  }

  /** The errors of one batch. */
  count(preds: Tensor, target: Tensor): ErrorSums {
    const [guess, truth] = pairOf(preds, target);
    const { numOutputs } = this;
    if (numOutputs > 1 && (preds.ndim !== 2 || preds.dims[1] !== numOutputs)) {
      throw new RangeError(`Expected \`preds\` of shape (N, ${numOutputs}), got [${preds.dims.join(', ')}]`);
    }
    const { sums } = this.zero();
    for (let i = 0; i < guess.length; i++) sums[i % numOutputs] += this.errorOf(guess[i] - truth[i]);
    return { sums, n: guess.length / numOutputs };
  }

  /** Those of two sets of batches together. */
  join(a: ErrorSums, b: ErrorSums): ErrorSums {
    checkCounts(this, ERRORS, a, b);
    return { sums: a.sums.map((sum, i) => sum + b.sums[i]), n: a.n + b.n };
  }

  /** The mean error; NaN before the first sample. */
  of(counts: ErrorSums): Tensor {
    checkCounts(this, ERRORS, counts);
    const { sums, n } = counts;
    const means = sums.map((sum) => this.finish(quotient(sum, n, Number.NaN)));
    return tensor(this.numOutputs === 1 ? means[0] : means);
  }

  /** The metric's value for a mean. @internal */
  finish(mean: number): number {
    return mean;
  }
}

/** What `MeanSquaredError` takes, named. */
export interface SquaredErrorOptions {
  /** False gives the root of the mean; true if not given. */
  squared?: boolean;
  /** Columns that get a value of their own; 1, if not given, takes all elements together. */
  numOutputs?: number;
}

/**
 * The mean of (preds - target)², or with `squared: false` its root.
 *
 * @throws RangeError for shapes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const mse = new torch.metrics.MeanSquaredError();
 * console.log(mse(torch.tensor([0, 2]), torch.tensor([1, 4]))); // => tensor(2.5000)
 * const rmse = new torch.metrics.MeanSquaredError({ squared: false });
 * console.log(rmse(torch.tensor([3, 5]), torch.tensor([0, 1]))); // => tensor(3.5355)
 * ```
 */
export class MeanSquaredError extends MeanError {
  /** Whether the mean itself is given and not its root. */
  readonly squared: boolean;

  constructor(squared?: boolean | SquaredErrorOptions, numOutputs?: number | Omit<SquaredErrorOptions, 'squared'>) {
    const args = [squared, numOutputs].filter((value) => value !== undefined);
    const bound = bindRecord('(squared: bool = true, numOutputs: int = 1)', args, new.target.name);
    super(bound.numOutputs);
    this.squared = bound.squared;
  }

  /** @internal */
  errorOf(difference: number): number {
    return difference * difference;
  }

  override finish(mean: number): number {
    return this.squared ? mean : Math.sqrt(mean);
  }
}

/**
 * The mean of |preds - target|.
 *
 * @throws RangeError for shapes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const mae = new torch.metrics.MeanAbsoluteError();
 * console.log(mae(torch.tensor([0, 2]), torch.tensor([1, 4]))); // => tensor(1.5000)
 * ```
 */
export class MeanAbsoluteError extends MeanError {
  constructor(numOutputs?: number | { numOutputs?: number }) {
    super(bindRecord('(numOutputs: int = 1)', [numOutputs], new.target.name).numOutputs);
  }

  /** @internal */
  errorOf(difference: number): number {
    return Math.abs(difference);
  }
}

/** How the outputs' values become one: the mean, not at all, or weighted by their variances. */
export type MultiOutput = 'uniform_average' | 'raw_values' | 'variance_weighted';

/** What `R2Score` takes, named. */
export interface R2Options {
  /** Number of regressors to adjust for; 0 if not given. */
  adjusted?: number;
  /** `'uniform_average'` if not given. */
  multioutput?: MultiOutput;
}

/** By output: Σ target, Σ target², Σ (target - preds)². */
interface R2Sums {
  n: number;
  outputs: [sum: number, squares: number, residual: number][];
}

const SQUARES: R2Sums = { n: 0, outputs: [[0, 0, 0]] };

/** Below this a sum of squares counts as 0, as in torchmetrics. */
const NOTHING = 1e-4;

/**
 * The coefficient of determination, 1 - Σ (target - preds)² / Σ (target - mean)²: 1 is perfect, 0 as good as the mean.
 *
 * `preds` and `target` have shape [N] or [N, outputs]. With `adjusted` = k it is 1 - (1 - R²)(n - 1) / (n - k - 1).
 *
 * @throws RangeError for shapes that differ or have more than two dimensions, and for fewer than two samples.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const r2 = new torch.metrics.R2Score();
 * console.log(r2(torch.tensor([2.5, 0, 2, 8]), torch.tensor([3, -0.5, 2, 7]))); // => tensor(0.9486)
 * ```
 */
export class R2Score extends Metric<R2Sums> {
  /** Number of regressors to adjust for. */
  readonly adjusted: number;
  /** How the outputs' values become one. */
  readonly multioutput: MultiOutput;

  constructor(adjusted?: number | R2Options, multioutput?: MultiOutput | Omit<R2Options, 'adjusted'>) {
    super();
    const args = [adjusted, multioutput].filter((value) => value !== undefined);
    const bound = bindRecord("(adjusted: int = 0, multioutput: str = 'uniform_average')", args, new.target.name);
    this.adjusted = checkInteger('adjusted', bound.adjusted, 0);
    const how = bound.multioutput;
    if (how !== 'uniform_average' && how !== 'raw_values' && how !== 'variance_weighted') {
      throw new RangeError(
        'Invalid input to argument `multioutput`. Choose one of raw_values, uniform_average, variance_weighted, ' +
          `got ${describe(how)}`,
      );
    }
    this.multioutput = how;
  }

  /** No samples yet. */
  zero(): R2Sums {
    return { n: 0, outputs: [] };
  }

  /** The sums of one batch. */
  count(preds: Tensor, target: Tensor): R2Sums {
    const [guess, truth] = pairOf(preds, target);
    if (preds.ndim === 0 || preds.ndim > 2) {
      throw new RangeError(
        'Expected both prediction and target to be 1D or 2D tensors, ' +
          `but received tensors with dimension ${preds.shape}`,
      );
    }
    const width = preds.ndim === 1 ? 1 : preds.dims[1];
    const outputs = Array.from({ length: width }, (): [number, number, number] => [0, 0, 0]);
    for (let i = 0; i < truth.length; i++) {
      const sums = outputs[i % width];
      sums[0] += truth[i];
      sums[1] += truth[i] ** 2;
      sums[2] += (truth[i] - guess[i]) ** 2;
    }
    return { n: preds.dims[0], outputs };
  }

  /** Those of two sets of batches together. */
  join(a: R2Sums, b: R2Sums): R2Sums {
    checkCounts(this, SQUARES, a, b);
    if (a.n === 0) return b;
    if (a.outputs.length !== b.outputs.length) {
      throw new RangeError(`R2Score: batches have ${a.outputs.length} and ${b.outputs.length} outputs`);
    }
    const outputs = a.outputs.map((sums, i) => sums.map((sum, j) => sum + b.outputs[i][j]) as R2Sums['outputs'][0]);
    return { n: a.n + b.n, outputs };
  }

  /** The score for sums. */
  of(counts: R2Sums): Tensor {
    checkCounts(this, SQUARES, counts);
    const { n, outputs } = counts;
    if (n < 2) throw new RangeError('Needs at least two samples to calculate r2 score.');
    const variances = outputs.map(([sum, squares]) => squares - (sum * sum) / n);
    const raw = outputs.map(([, , residual], i) => {
      if (Math.abs(residual) <= NOTHING) return 1;
      return Math.abs(variances[i]) <= NOTHING ? 0 : 1 - residual / variances[i];
    });
    const { adjusted, multioutput } = this;
    const adjust = (r2: number): number => (adjusted >= n - 1 ? r2 : 1 - ((1 - r2) * (n - 1)) / (n - adjusted - 1));
    if (multioutput === 'raw_values') return tensor(raw.map(adjust));
    if (multioutput === 'uniform_average') return tensor(adjust(total(raw) / raw.length));
    return tensor(adjust(total(raw.map((r2, i) => r2 * variances[i])) / total(variances)));
  }
}
