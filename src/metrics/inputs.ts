/** Reading what a metric is updated with: checks, and elements as numbers. */

import { unrecorded } from '../ops/composite.ts';
import { sigmoid } from '../ops/elementwise/unary.ts';
import { softmax } from '../ops/reduce/softmax.ts';
import { describe } from '../tensor/args.ts';
import { brandOf } from '../tensor/brands.ts';
import { bool } from '../tensor/dtype.ts';
import { sameDims, showDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Throws unless both are tensors. */
export function checkTensors(preds: unknown, target: unknown): void {
  for (const [name, value] of [
    ['preds', preds],
    ['target', target],
  ]) {
    if (!(value instanceof Tensor)) throw new TypeError(`\`${name}\` must be a Tensor, got ${describe(value)}`);
  }
}

/** Throws unless both have one shape, [N, labels, …] where there are labels. */
export function checkSameShape(preds: Tensor, target: Tensor, labels: number | null = null): void {
  if (!sameDims(preds.dims, target.dims)) {
    throw new RangeError(
      'Predictions and targets are expected to have the same shape, ' +
        `but got ${showDims(preds.dims)} and ${showDims(target.dims)}.`,
    );
  }
  if (labels !== null && preds.dims.length < 2) {
    throw new RangeError(
      'Expected both `target` and `preds` to have the shape [N, labels, …] ' +
        `with ${labels} labels, but got ${showDims(preds.dims)}.`,
    );
  }
  if (labels !== null && preds.dims[1] !== labels) {
    throw new RangeError(
      'Expected both `target.shape[1]` and `preds.shape[1]` to be equal to the number of labels ' +
        `but got ${preds.dims[1]} and expected ${labels}`,
    );
  }
}

/** Elements as numbers. */
export function elements(x: Tensor): ArrayLike<number> {
  const array = x.toTypedArray();
  return brandOf(array) === 'BigInt64Array' ? Float64Array.from(array, Number) : (array as Float32Array);
}

/** Class numbers: any integer dtype, or floats that are whole; from 0 to size - 1, or `ignore`. */
export function classes(name: string, x: Tensor, size: number, ignore: number | null): ArrayLike<number> {
  if (x.dtype === bool && size > 2) throw new TypeError(`\`${name}\` must hold class numbers, got ${x.dtype}`);
  const values = elements(x);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isInteger(value)) {
      throw new TypeError(`\`${name}\` must hold whole numbers (class labels), got ${value} at position ${i}`);
    }
    if ((value < 0 || value >= size) && value !== ignore) {
      throw new RangeError(
        `Detected the value ${value} in \`${name}\` at position ${i}, but expected only values from 0 to ${size - 1}` +
          (ignore === null ? '.' : ` and the ignored ${ignore}.`),
      );
    }
  }
  return values;
}

/** Whether a score counts as larger than another: NaN is the largest, as in torch.argmax. */
export const exceeds = (a: number, b: number): boolean => a > b || (Number.isNaN(a) && !Number.isNaN(b));

/** Scores as probabilities: as they are, or of logits if any lies outside [0, 1]: by element, or along dimension 1. */
export function probabilities(preds: Tensor, by: 'sigmoid' | 'softmax'): ArrayLike<number> {
  const values = elements(preds);
  const isProbability = (value: number): boolean => value >= 0 && value <= 1;
  if (Array.prototype.every.call(values, isProbability)) return values;
  const out = unrecorded(() => (by === 'sigmoid' ? sigmoid(preds) : softmax(preds, 1)));
  const probable = elements(out);
  out.dispose();
  return probable;
}
