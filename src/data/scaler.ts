/** What the scalers share: they learn two numbers of each column and then map value by value. */
import type { TensorData } from '../ops/create/from-data.ts';
import { describe } from '../tensor/args.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { notFitted } from './not-fitted.ts';
import { checkColumns, checkKeys, checkVectors, tableOf, tensorOf } from './table.ts';

/** What `take` finds in a state dict. */
interface Taken {
  vectors: Float64Array[];
  nSamplesSeen: number;
}

/** A flag of a scaler; throws for anything but a boolean. */
export function checkFlag(scaler: string, name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${scaler}: ${name} must be a boolean, got ${describe(value)}`);
  return value;
}

/** A scaler that learns S. */
export abstract class Scaler<S extends { nSamplesSeen: number }> {
  /** @internal */
  protected state: S | null = null;
  /** What a column is moved by and what it is multiplied or divided by, as `map` gives them. @internal */
  protected shifts: Float64Array = new Float64Array(0);
  /** @internal */
  protected factors: Float64Array = new Float64Array(0);

  /** Number of rows that `fit` saw. */
  get nSamplesSeen(): number {
    return this.fitted().nSamplesSeen;
  }

  /** Number of columns. */
  get nFeaturesIn(): number {
    this.fitted();
    return this.shifts.length;
  }

  abstract fit(X: TensorData): this;
  abstract transform(X: TensorData): Tensor;

  /** `fit`, then `transform`. */
  fitTransform(X: TensorData): Tensor {
    return this.fit(X).transform(X);
  }

  /** @internal */
  protected fitted(): S {
    if (this.state === null) throw notFitted(this.constructor.name);
    return this.state;
  }

  /**
   * The numbers of a state dict: vectors of one length, which `names` names in the order of `keys`, and how many rows
   * `fit` saw. Throws unless the state has just these and the `options`. @internal
   */
  protected take(state: unknown, keys: readonly string[], options: readonly string[] = []): Taken {
    const { name } = this.constructor;
    checkKeys(name, state, [...keys, 'nSamplesSeen', ...options]);
    checkVectors(name, Object.fromEntries(keys.map((key) => [key, state[key]])));
    const { nSamplesSeen } = state;
    if (!Number.isSafeInteger(nSamplesSeen)) {
      throw new TypeError(`${name}: nSamplesSeen must be a whole number, got ${describe(nSamplesSeen)}`);
    }
    if ((nSamplesSeen as number) < 1)
      throw new RangeError(`${name}: nSamplesSeen must be positive, got ${nSamplesSeen}`);
    const vectors = keys.map((key) => Float64Array.from((state[key] as Tensor).toTypedArray() as Float64Array, Number));
    return { vectors, nSamplesSeen: nSamplesSeen as number };
  }

  /** Each value by its column's numbers: in X's dtype if that is floating point, otherwise the default. @internal */
  protected map(X: TensorData, each: (value: number, shift: number, factor: number) => number): Tensor {
    const { nFeaturesIn, shifts, factors } = this;
    const { values, rows, features, dtype } = tableOf(X);
    checkColumns(this.constructor.name, features, nFeaturesIn);
    values.forEach((value, i) => {
      values[i] = each(value, shifts[i % features], factors[i % features]);
    });
    return tensorOf(this.constructor.name, values, [rows, features], dtype);
  }
}
