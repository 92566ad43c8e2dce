/** scikit-learn's `MinMaxScaler`: columns to a given range, and back. */

import type { TensorData } from '../ops/create/from-data.ts';
import { describe } from '../tensor/args.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkFlag, Scaler } from './scaler.ts';
import { checkRows, tableOf, tensorOf } from './table.ts';

/** What `MinMaxScaler` takes, named. */
export interface MinMaxOptions {
  /** Where each column's least and greatest value go; [0, 1] if not given. */
  featureRange?: readonly [least: number, greatest: number];
  /** Whether `transform` keeps values that `fit` has not seen inside the range; false if not given. */
  clip?: boolean;
}

/** What `MinMaxScaler.stateDict` gives: float64 tensors [features], and the options. */
export interface MinMaxScalerState {
  dataMin: Tensor;
  dataMax: Tensor;
  nSamplesSeen: number;
  featureRange: readonly [least: number, greatest: number];
  clip: boolean;
}

/** What `fit` learns of each column. */
interface Learned {
  dataMin: Float64Array;
  dataMax: Float64Array;
  nSamplesSeen: number;
}

function checkRange(range: unknown): readonly [number, number] {
  if (!Array.isArray(range) || range.length !== 2 || range.some((bound) => typeof bound !== 'number')) {
    throw new TypeError(`MinMaxScaler(): featureRange must be two numbers, got ${describe(range)}`);
  }
  const [least, greatest] = range as [number, number];
  if (!(least < greatest)) {
    throw new RangeError(
      `Minimum of desired feature range must be smaller than maximum. Got featureRange (${least}, ${greatest}).`,
    );
  }
  return [least, greatest];
}

/**
 * Columns to a given range, and back: x · scale + min with scale = (greatest - least) / (dataMax - dataMin), a constant
 * column taken as if it were 1 wide. Reckons in float64; NaN is left out of `fit` and stays NaN.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const scaler = new torch.MinMaxScaler();
 * const z = scaler.fitTransform(torch.tensor([[1, 5], [3, 15], [2, 5]]));
 * console.log(z.tolist()); // => [ [ 0, 0 ], [ 1, 1 ], [ 0.5, 0 ] ]
 * console.log(scaler.inverseTransform(z).tolist()); // => [ [ 1, 5 ], [ 3, 15 ], [ 2, 5 ] ]
 * const copy = new torch.MinMaxScaler().loadStateDict(torch.load(torch.save(scaler.stateDict())));
 * console.log(copy.transform([[5, 10]]).tolist()); // => [ [ 2, 0.5 ] ]
 * ```
 */
export class MinMaxScaler extends Scaler<Learned> {
  private range: readonly [number, number];
  private clips: boolean;

  /** @throws RangeError for a featureRange that is not ascending. */
  constructor(options: MinMaxOptions = {}) {
    super();
    const { featureRange, clip } = bindRecord('MinMaxScaler(*, featureRange: floats? = null, clip: bool = false)', [
      options,
    ]);
    this.range = checkRange(featureRange ?? [0, 1]);
    this.clips = clip;
  }

  /** Where each column's least and greatest value go. */
  get featureRange(): readonly [least: number, greatest: number] {
    return this.range;
  }

  /** Whether `transform` keeps values inside the range. */
  get clip(): boolean {
    return this.clips;
  }

  /** Least value of each column: float64 [features]. */
  get dataMin(): Tensor {
    return this.vector(this.fitted().dataMin);
  }

  /** Greatest value of each column: float64 [features]. */
  get dataMax(): Tensor {
    return this.vector(this.fitted().dataMax);
  }

  /** What each column is multiplied by: float64 [features]. */
  get scale(): Tensor {
    this.fitted();
    return this.vector(this.factors);
  }

  /** What is added to each column then: float64 [features]. */
  get min(): Tensor {
    this.fitted();
    return this.vector(this.shifts);
  }

  /**
   * Learns each column's least and greatest value. Returns the scaler.
   *
   * @param X - [n, features], a tensor or nested lists.
   * @throws RangeError for another number of dimensions, for no rows, and for infinities.
   */
  fit(X: TensorData): this {
    const table = tableOf(X);
    checkRows(table);
    const { values, rows, features } = table;
    const dataMin = new Float64Array(features).fill(NaN);
    const dataMax = dataMin.slice();
    values.forEach((value, i) => {
      const column = i % features;
      if (!(dataMin[column] <= value) && !Number.isNaN(value)) dataMin[column] = value;
      if (!(dataMax[column] >= value) && !Number.isNaN(value)) dataMax[column] = value;
    });
    return this.remember(dataMin, dataMax, rows);
  }

  /**
   * x · scale + min: in X's dtype if that is floating point, otherwise the default dtype.
   *
   * @param X - [n, features].
   * @throws RangeError for another number of columns; Error before `fit`.
   */
  transform(X: TensorData): Tensor {
    const [least, greatest] = this.range;
    const bounded = this.clips ? (value: number): number => Math.min(greatest, Math.max(least, value)) : null;
    return this.map(X, (value, min, scale) => {
      const moved = value * scale + min;
      return bounded === null ? moved : bounded(moved);
    });
  }

  /**
   * (x - min) / scale, in the same dtype as `transform` gives.
   *
   * @param X - [n, features].
   * @throws RangeError for another number of columns; Error before `fit`.
   */
  inverseTransform(X: TensorData): Tensor {
    return this.map(X, (value, min, scale) => (value - min) / scale);
  }

  /** What it learned and its options, for `torch.save`. */
  stateDict(): MinMaxScalerState {
    const { dataMin, dataMax, range, clips } = this;
    return { dataMin, dataMax, nSamplesSeen: this.nSamplesSeen, featureRange: [...range], clip: clips };
  }

  /**
   * Takes over what `stateDict` gave, options included.
   *
   * @throws TypeError or RangeError when the state is not one: then nothing changes.
   */
  loadStateDict(state: MinMaxScalerState): this {
    const { vectors, nSamplesSeen } = this.take(state, ['dataMin', 'dataMax'], ['featureRange', 'clip']);
    const [dataMin, dataMax] = vectors;
    const bad = dataMin.findIndex((least, i) => least > dataMax[i]);
    if (bad >= 0) {
      throw new RangeError(
        `MinMaxScaler: dataMin[${bad}] of a state is ${dataMin[bad]}, above dataMax ${dataMax[bad]}`,
      );
    }
    const range = checkRange(state.featureRange);
    const clips = checkFlag('MinMaxScaler', 'clip', state.clip);
    this.range = range;
    this.clips = clips;
    return this.remember(dataMin, dataMax, nSamplesSeen);
  }

  private vector(values: Float64Array): Tensor {
    return tensorOf('MinMaxScaler', values, [values.length]);
  }

  private remember(dataMin: Float64Array, dataMax: Float64Array, nSamplesSeen: number): this {
    const [least, greatest] = this.range;
    this.state = { dataMin, dataMax, nSamplesSeen };
    this.factors = dataMin.map((low, i) => {
      const width = dataMax[i] - low;
      return (greatest - least) / (width < 10 * Number.EPSILON ? 1 : width);
    });
    this.shifts = dataMin.map((low, i) => least - low * this.factors[i]);
    return this;
  }
}
