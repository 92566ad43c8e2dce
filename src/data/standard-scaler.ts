/** scikit-learn's `StandardScaler`: columns to mean 0 and standard deviation 1, and back. */
import type { TensorData } from '../ops/create/from-data.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Scaler } from './scaler.ts';
import { checkRows, type Table, tableOf, tensorOf } from './table.ts';

/** What `StandardScaler` takes, named. */
export interface ScalerOptions {
  /** Whether the mean is subtracted; true if not given. */
  withMean?: boolean;
  /** Whether it is divided by the standard deviation; true if not given. */
  withStd?: boolean;
}

/** What `StandardScaler.stateDict` gives: float64 tensors [features]. */
export interface StandardScalerState {
  mean: Tensor;
  var: Tensor;
  scale: Tensor;
  nSamplesSeen: number;
}

/** What `fit` learns of each column. */
interface Learned {
  mean: Float64Array;
  var: Float64Array;
  scale: Float64Array;
  nSamplesSeen: number;
}

/** Mean and population variance of one column, NaN left out. */
function moments({ values, rows, features }: Table, column: number): { mean: number; variance: number; n: number } {
  let n = 0;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const value = values[i * features + column];
    if (Number.isNaN(value)) continue;
    n++;
    sum += value;
  }
  const mean = sum / n;
  // Around the mean, less what rounding left of the sum: scikit-learn's formula.
  let squares = 0;
  let residue = 0;
  for (let i = 0; i < rows; i++) {
    const value = values[i * features + column];
    if (Number.isNaN(value)) continue;
    squares += (value - mean) ** 2;
    residue += value - mean;
  }
  return { mean, variance: (squares - residue ** 2 / n) / n, n };
}

/** The standard deviation, or 1 for a column that is constant up to rounding. */
function scaleOf(mean: number, variance: number, n: number): number {
  const bound = n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2;
  return variance <= bound ? 1 : Math.sqrt(variance);
}

/**
 * Columns to mean 0 and standard deviation 1, and back: z = (x - mean) / scale, where scale is the population standard
 * deviation, and 1 for a constant column. Reckons in float64; NaN is left out of `fit` and stays NaN.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const scaler = new torch.StandardScaler();
 * const z = scaler.fitTransform(torch.tensor([[1, 5], [3, 5]]));
 * console.log(z.tolist()); // => [ [ -1, 0 ], [ 1, 0 ] ]
 * console.log(scaler.mean.tolist(), scaler.scale.tolist()); // => [ 2, 5 ] [ 1, 1 ]
 * console.log(scaler.inverseTransform(z).tolist()); // => [ [ 1, 5 ], [ 3, 5 ] ]
 * ```
 */
export class StandardScaler extends Scaler<Learned> {
  /** Whether the mean is subtracted. */
  readonly withMean: boolean;
  /** Whether it is divided by the standard deviation. */
  readonly withStd: boolean;

  constructor(options: ScalerOptions = {}) {
    super();
    const { withMean, withStd } = bindRecord('StandardScaler(*, withMean: bool = true, withStd: bool = true)', [
      options,
    ]);
    this.withMean = withMean;
    this.withStd = withStd;
  }

  /** Mean of each column: float64 [features]. */
  get mean(): Tensor {
    return vector(this.fitted().mean);
  }

  /** Population variance of each column: float64 [features]. */
  get var(): Tensor {
    return vector(this.fitted().var);
  }

  /** What each column is divided by: float64 [features]. */
  get scale(): Tensor {
    return vector(this.fitted().scale);
  }

  /**
   * Learns mean and scale of each column. Returns the scaler.
   *
   * @param X - [n, features], a tensor or nested lists.
   * @throws RangeError for another number of dimensions, for no rows, and for infinities.
   */
  fit(X: TensorData): this {
    const table = tableOf(X);
    const { rows, features } = table;
    checkRows(table);
    const columns = Array.from({ length: features }, (_, column) => moments(table, column));
    return this.remember({
      mean: Float64Array.from(columns, ({ mean }) => mean),
      var: Float64Array.from(columns, ({ variance }) => variance),
      scale: Float64Array.from(columns, ({ mean, variance, n }) => scaleOf(mean, variance, n)),
      nSamplesSeen: rows,
    });
  }

  /**
   * (x - mean) / scale: in X's dtype if that is floating point, otherwise the default dtype.
   *
   * @param X - [n, features].
   * @throws RangeError for another number of columns; Error before `fit`.
   */
  transform(X: TensorData): Tensor {
    return this.map(X, (value, mean, scale) => (value - mean) / scale);
  }

  /**
   * x · scale + mean, in the same dtype as `transform` gives.
   *
   * @param X - [n, features].
   * @throws RangeError for another number of columns; Error before `fit`.
   */
  inverseTransform(X: TensorData): Tensor {
    return this.map(X, (value, mean, scale) => value * scale + mean);
  }

  /** What it learned, for `torch.save`. */
  stateDict(): StandardScalerState {
    const { mean, var: variance, scale, nSamplesSeen } = this.fitted();
    return { mean: vector(mean), var: vector(variance), scale: vector(scale), nSamplesSeen };
  }

  /**
   * Takes over what `stateDict` gave.
   *
   * @throws TypeError or RangeError when the state is not one: then nothing changes.
   */
  loadStateDict(state: StandardScalerState): this {
    const { vectors, nSamplesSeen } = this.take(state, ['mean', 'var', 'scale']);
    const [mean, variance, scale] = vectors;
    for (const [name, values] of Object.entries({ var: variance, scale })) {
      const bad = values.findIndex((value) => value < 0);
      if (bad >= 0) throw new RangeError(`StandardScaler: ${name}[${bad}] of a state is negative: ${values[bad]}`);
    }
    return this.remember({ mean, var: variance, scale, nSamplesSeen });
  }

  private remember(state: Learned): this {
    this.state = state;
    const { mean, scale } = state;
    this.shifts = this.withMean ? mean : new Float64Array(mean.length);
    this.factors = this.withStd ? scale : new Float64Array(mean.length).fill(1);
    return this;
  }
}

const vector = (values: Float64Array): Tensor => tensorOf('StandardScaler', values, [values.length]);
