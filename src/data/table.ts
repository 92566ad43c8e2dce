/** What the preprocessors of numbers share: a table [n, features] read into float64, and the checks of one. */
import { within } from '../memory/errors.ts';
import { toDtype } from '../ops/create/copy.ts';
import { fromTypedArray, type TensorData, tensor } from '../ops/create/from-data.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { type DType, float64, getDefaultDtype } from '../tensor/dtype.ts';
import { type Dims, showDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Rows of a table: float64 values, and the dtype that results get. */
export interface Table {
  values: Float64Array;
  rows: number;
  features: number;
  dtype: DType;
}

/** The table that X is; NaN is let through. */
export function tableOf(X: TensorData): Table {
  let dtype = getDefaultDtype();
  let values: Float64Array;
  let dims: Dims;
  if (X instanceof Tensor) {
    ({ dims } = X);
    if (X.dtype.isFloatingPoint) ({ dtype } = X);
    values = Float64Array.from(X.toTypedArray() as Float32Array, Number);
  } else {
    const wide = tensor(X, { dtype: float64 });
    ({ dims } = wide);
    values = wide.toTypedArray() as Float64Array;
    wide.dispose();
  }
  if (dims.length !== 2) {
    throw new RangeError(
      `Expected 2D array, got ${dims.length}D array of shape ${showDims(dims)} instead. Use reshape(-1, 1) if your ` +
        'data has a single feature or reshape(1, -1) if it is a single sample.',
    );
  }
  if (values.some((value) => Math.abs(value) === Infinity)) {
    throw new RangeError(`Input X contains infinity or a value too large for dtype('${dtype.name}').`);
  }
  return { values, rows: dims[0], features: dims[1], dtype };
}

/** Numbers as a tensor; `name` is who has no room for it. */
export function tensorOf(name: string, values: Float64Array, dims: Dims, dtype: DType = float64): Tensor {
  return within(name, () => toDtype(fromTypedArray(values, dims), dtype));
}

/** Throws for a table of nothing. */
export function checkRows({ rows, features }: { rows: number; features: number }): void {
  if (rows === 0 || features === 0) {
    throw new RangeError(
      `Found array with ${rows} sample(s) and ${features} feature(s) while a minimum of 1 is required.`,
    );
  }
}

/** Throws for another number of columns than `fit` saw. */
export function checkColumns(name: string, features: number, expected: number): void {
  if (features !== expected) {
    throw new RangeError(`X has ${features} features, but ${name} is expecting ${expected} features as input.`);
  }
}

/** Throws unless a state dict is an object that has nothing but `keys`. */
export function checkKeys(
  name: string,
  state: unknown,
  keys: readonly string[],
): asserts state is Record<string, unknown> {
  if (!isOptions(state)) {
    throw new TypeError(`${name}.loadStateDict(): expected { ${keys.join(', ')} }, got ${describe(state)}`);
  }
  const odd = Object.keys(state).find((key) => !keys.includes(key));
  if (odd !== undefined) throw new RangeError(`${name}: ${odd} of a state is unexpected; it has ${keys.join(', ')}`);
}

/** Throws unless all members of a state are tensors of one dimension and as long as the first. */
export function checkVectors(name: string, state: Readonly<Record<string, unknown>>): void {
  const [[firstName, first]] = Object.entries(state);
  for (const [key, x] of Object.entries(state)) {
    if (!(x instanceof Tensor)) throw new TypeError(`${name}: ${key} of a state must be a tensor, got ${describe(x)}`);
    if (x.isDisposed) throw new Error(`${name}: ${key} of a state was disposed of: it has no elements any more`);
    if (x.dims.length !== 1 || x.count !== (first as Tensor).count) {
      const other = showDims((first as Tensor).dims);
      throw new RangeError(`${name}: ${key} of a state has shape ${showDims(x.dims)}, ${firstName} ${other}`);
    }
  }
}
