/** Losses of many classes: negative log-likelihood and cross-entropy. */

import { isGradEnabled } from '../../autograd/mode.ts';
import { refuseWanted } from '../../autograd/node.ts';
import { describe } from '../../tensor/args.ts';
import { Kind, uint8 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { type Dims, sameDims, showDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { pointerOf, type Tensor, targetOf } from '../../tensor/tensor.ts';
import { f32, f64, i32, u8 } from '../../wasm/heap.ts';
import { composite, flatIn } from '../composite.ts';
import { where } from '../create/copy.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { add, average, div, mul } from '../elementwise/binary.ts';
import { eq } from '../elementwise/compare.ts';
import { neg } from '../elementwise/unary.ts';
import { empty, zerosOf } from '../make.ts';
import { checkTensor } from '../promote.ts';
import { sum } from '../reduce/reduce.ts';
import { logSoftmax } from '../reduce/softmax.ts';
import { gather, scatterAdd, wholeNumbers } from '../select/gather.ts';
import { expand, reshape, squeeze, unsqueeze } from '../view/view.ts';
import { checkReduction, type LossOptions, type Reduction } from './loss.ts';

/** What `nllLoss` and `crossEntropy` take, named. */
export interface ClassLossOptions extends LossOptions {
  /** A factor for each class. */
  weight?: Tensor | null;
  /** A class index that counts for nothing; default -100. */
  ignoreIndex?: number;
}
/** What the target of a classification says: a class for each row, a factor for each row, and their sum. */
interface Classes {
  /** What it was read from: saved, so that a write to it is noticed. */
  target: Tensor;
  weight: Tensor | null;
  /** int64, ignored rows pointing to class 0. */
  at: Tensor;
  /** Factors in the input's dtype; null where all are 1. */
  factors: Tensor | null;
  /** bool, the ignored rows; null where there are none. */
  ignored: Tensor | null;
  /** The sum of the factors of the rows that are not ignored. */
  total: number;
}
function checkTarget(input: Tensor, target: Tensor, name: string): void {
  const rank = input.dims.length;
  if (rank === 0)
    throw new RangeError(`${name}(): input must have classes along a dimension, got a 0-dimensional tensor`);
  // The usual case, without a list of what is expected.
  if (rank === 2 && target.dims.length === 1 && target.dims[0] === input.dims[0]) return;
  const expected = rank === 1 ? [] : [input.dims[0], ...input.dims.slice(2)];
  if (sameDims(target.dims, expected)) return;
  if (rank > 1 && target.dims[0] !== input.dims[0]) {
    throw new RangeError(
      `Expected input batch_size (${input.dims[0]}) to match target batch_size (${target.dims[0] ?? 0}).`,
    );
  }
  throw new RangeError(
    `${name}(): for an input of shape ${showDims(input.dims)} the target of class indices must have shape ` +
      `${showDims(expected)}, got ${showDims(target.dims)}`,
  );
}
function checkWeight(weight: Tensor | null, classes: number, name: string): void {
  if (weight === null) return;
  checkTensor(weight, name, 'weight');
  if (!sameDims(weight.dims, [classes])) {
    throw new RangeError(
      `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${showDims(weight.dims)}`,
    );
  }
}
/** What PyTorch takes as class indices besides int64. */
const BYTES = [uint8];
/** Reads the class indices, once, on the host: bounds, ignored rows and weights in one pass. */
function readClasses(input: Tensor, target: Tensor, weight: Tensor | null, ignoreIndex: number, name: string): Classes {
  const rank = input.dims.length;
  const classes = input.dims[rank === 1 ? 0 : 1];
  checkWeight(weight, classes, name);
  if (weight !== null) refuseWanted(name, { weight });
  const indices = wholeNumbers(target, name, 'target (class indices)', BYTES);
  const weights = weight === null ? null : weight.tolist<number[]>();
  const n = indices.count;
  let base = pointerOf(indices) >> 2;
  let words = i32();
  let some = false;
  for (let i = 0; i < n; i++) {
    const low = words[base + 2 * i];
    const wide = words[base + 2 * i + 1] !== low >> 31;
    if (!wide && low === ignoreIndex) some = true;
    else if (wide || low < 0 || low >= classes) {
      const value = (indices.toTypedArray() as BigInt64Array)[i];
      throw new RangeError(`Target ${value} is out of bounds: there are ${classes} classes, 0 to ${classes - 1}.`);
    }
  }
  if (!some && weights === null) return { target, weight, at: indices, factors: null, ignored: null, total: n };
  const ignored = some ? eq(indices, ignoreIndex) : null;
  const at = ignored === null ? indices : where(ignored, 0, indices);
  const factors = weights === null ? null : empty(indices.dims, input.dtype);
  base = pointerOf(at) >> 2;
  const { shift } = input.dtype;
  const to = factors === null ? 0 : targetOf(factors) >> shift;
  const skip = ignored === null ? -1 : pointerOf(ignored);
  words = i32();
  const bytes = u8();
  const out = shift === 2 ? f32() : f64();
  let total = 0;
  for (let i = 0; i < n; i++) {
    const factor = weights === null ? 1 : weights[words[base + 2 * i]];
    if (factors !== null) out[to + i] = factor;
    if (skip < 0 || bytes[skip + i] === 0) total += factor;
  }
  return { target, weight, at, factors, ignored, total };
}
/**
 * The loss of a matrix without factors, read on the host: a batch has few rows, and the operations that it is otherwise
 * made of cost more than they do. (Measured: 15 of the 750 µs of a step of 784-128-10 with batches of 64.)
 */
function pickedLoss(input: Tensor, at: Tensor, divisor: number): Tensor {
  const out = empty([], input.dtype);
  const { shift } = input.dtype;
  const [row, column] = input.strides;
  const to = targetOf(out) >> shift;
  const from = pointerOf(input) >> shift;
  const base = pointerOf(at) >> 2;
  const words = i32();
  const x = shift === 2 ? f32() : f64();
  let total = 0;
  for (let i = 0; i < at.count; i++) total -= x[from + i * row + words[base + 2 * i] * column];
  x[to] = total / divisor;
  return out;
}
/** The gradient of `pickedLoss`. */
function pickedGrad(g: Tensor, at: Tensor, dims: Dims, divisor: number): Tensor {
  const out = zerosOf(dims, g.dtype);
  const { shift } = g.dtype;
  const to = targetOf(out) >> shift;
  const from = pointerOf(g) >> shift;
  const base = pointerOf(at) >> 2;
  const words = i32();
  const x = shift === 2 ? f32() : f64();
  for (let i = 0; i < at.count; i++) x[to + i * dims[1] + words[base + 2 * i]] = -x[from] / divisor;
  return out;
}
/** x with 0 where rows are ignored: an infinity there, times 0, would not be. */
const without = (x: Tensor, ignored: Tensor | null): Tensor => (ignored === null ? x : where(ignored, 0, x));
/** -factor · input[target], reduced. Mean divides by the sum of the factors. */
function classLoss(
  input: Tensor,
  { target, weight, at, factors, ignored, total }: Classes,
  reduction: Reduction,
): Tensor {
  const rank = input.dims.length;
  const d = rank === 1 ? 0 : 1;
  const divisor = reduction === 'mean' ? total : 1;
  const simple = rank === 2 && factors === null && ignored === null && reduction !== 'none';
  const loss = composite(
    rank > 2 ? 'NllLoss2DBackward0' : 'NllLossBackward0',
    [input],
    () => {
      if (simple) return pickedLoss(input, at, divisor);
      const picked = squeeze(gather(input, d, unsqueeze(at, d)), d);
      const loss = without(neg(factors === null ? picked : mul(picked, factors)), ignored);
      return reduction === 'none' ? loss : div(sum(loss), divisor);
    },
    () => [at, factors, ignored, input, target, weight] as const,
    (g, [places, f, skipped, x]) => {
      if (simple && !isGradEnabled()) return [pickedGrad(g, places, x.dims, divisor)];
      const each = expand(div(neg(g), divisor), [...places.dims]);
      const weighted = unsqueeze(without(f === null ? each : mul(each, f), skipped), d);
      return [flatIn(x, scatterAdd(zerosOf(x.dims, g.dtype), d, unsqueeze(places, d), weighted))];
    },
  );
  // PyTorch computes any number of dimensions but 4 as 4, and views the losses as they should be.
  return reduction === 'none' && rank > 2 && rank !== 4 ? reshape(loss, loss.dims) : loss;
}
/**
 * Negative log-likelihood: minus the log-probability of the class that each row's target names.
 *
 * @param input - Log-probabilities, [N, C], [C], or [N, C, d1 …].
 * @param target - Class indices (whole numbers), [N], [], or [N, d1 …].
 * @param weight - A factor for each class, [C].
 * @param ignoreIndex - A target that counts for nothing; default -100.
 * @param reduction - `'mean'` (default) divides by the sum of the factors.
 * @throws RangeError for an index out of range or shapes that do not fit; TypeError for one that is no whole number.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.nllLoss(torch.tensor([[-0.5, -1]]), torch.tensor([1]))); // => tensor(1.)
 * ```
 */
export const nllLoss = operation(
  "nllLoss(input: Tensor, target: Tensor, weight: Tensor? = null, ignoreIndex: int = -100, reduction: reduction = 'mean')",
  (input, target, weight, ignoreIndex, reduction): Tensor => {
    checkReduction('nllLoss', reduction);
    checkFloat(input, 'nllLoss');
    checkTarget(input, target, 'nllLoss');
    return scope(() => classLoss(input, readClasses(input, target, weight, ignoreIndex, 'nllLoss'), reduction));
  },
);
/** What `crossEntropy` takes, named. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /** From 0 (default) to 1: how much of the target is spread evenly over the classes. */
  labelSmoothing?: number;
}
/** [1, C, 1 …]: a class weight that multiplies along the class dimension of a tensor of this rank. */
function alongClasses(weight: Tensor, rank: number): Tensor {
  return rank === 1 ? weight : reshape(weight, [1, weight.count, ...new Array<number>(rank - 2).fill(1)]);
}
function probabilityLoss(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: Reduction,
  smoothing: number,
): Tensor {
  const { dims } = input;
  const d = dims.length === 1 ? 0 : 1;
  const classes = dims[d];
  checkWeight(weight, classes, 'crossEntropy');
  const t = smoothing > 0 ? add(mul(target, 1 - smoothing), smoothing / classes) : target;
  const product = mul(logSoftmax(input, d), t);
  const weighted = weight === null ? product : mul(product, alongClasses(weight, dims.length));
  if (reduction === 'none') return neg(sum(weighted, d));
  const total = neg(sum(weighted));
  return reduction === 'mean' ? average(total, input.count / classes) : total;
}
function smoothedLoss(
  logs: Tensor,
  classes: Classes,
  weight: Tensor | null,
  reduction: Reduction,
  smoothing: number,
): Tensor {
  const d = logs.dims.length === 1 ? 0 : 1;
  const nll = classLoss(logs, classes, reduction);
  const weighted = weight === null ? logs : mul(logs, alongClasses(weight, logs.dims.length));
  const smooth = without(neg(sum(weighted, d)), classes.ignored);
  const reduced = reduction === 'mean' ? div(sum(smooth), classes.total) : reduction === 'sum' ? sum(smooth) : smooth;
  return add(mul(nll, 1 - smoothing), mul(reduced, smoothing / logs.dims[d]));
}
/**
 * Cross-entropy of scores: `nllLoss(logSoftmax(input), target)` for class indices, -Σ target · logSoftmax(input) for
 * class probabilities.
 *
 * @param input - Scores (logits), [N, C], [C], or [N, C, d1 …]; float32 or float64.
 * @param target - Class indices (whole numbers), [N], [], or [N, d1 …]; or probabilities in input's shape.
 * @param weight - A factor for each class, [C].
 * @param ignoreIndex - A class index that counts for nothing; default -100.
 * @param reduction - `'mean'` (default), `'sum'` or `'none'`.
 * @param labelSmoothing - From 0 (default) to 1.
 * @throws RangeError for an index out of range or shapes that do not fit; TypeError for an index that is no whole number.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.crossEntropy(torch.tensor([[1, 2, 3]]), torch.tensor([2]))); // => tensor(0.4076)
 * ```
 */
export const crossEntropy = operation(
  "crossEntropy(input: Tensor, target: Tensor, weight: Tensor? = null, ignoreIndex: int = -100, reduction: reduction = 'mean', labelSmoothing: float = 0)",
  (input, target, weight, ignoreIndex, reduction, labelSmoothing): Tensor => {
    checkReduction('crossEntropy', reduction);
    checkFloat(input, 'crossEntropy');
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new RangeError(`label_smoothing must be between 0.0 and 1.0. Got: ${describe(labelSmoothing)}`);
    }
    const rank = input.dims.length;
    if (rank > 0 && sameDims(input.dims, target.dims)) {
      if (target.dtype.kind !== Kind.Float) {
        throw new TypeError(
          `Expected floating point type for target with class probabilities, got ${target.dtype.name}`,
        );
      }
      return scope(() => probabilityLoss(input, target, weight, reduction, labelSmoothing));
    }
    checkTarget(input, target, 'crossEntropy');
    return scope(() => {
      const classes = readClasses(input, target, weight, ignoreIndex, 'crossEntropy');
      const logs = logSoftmax(input, rank === 1 ? 0 : 1);
      if (labelSmoothing === 0) return classLoss(logs, classes, reduction);
      return smoothedLoss(logs, classes, weight, reduction, labelSmoothing);
    });
  },
);
