/** Losses of two classes: binary cross-entropy of probabilities and of scores. */

import { refuseWanted } from '../../autograd/node.ts';
import { free } from '../../memory/storage.ts';
import { scope } from '../../tensor/scope.ts';
import { sameDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { toDtype } from '../create/copy.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { add, div, mul, sub } from '../elementwise/binary.ts';
import { clampMin } from '../elementwise/clamp.ts';
import { ge, le, logicalAnd } from '../elementwise/compare.ts';
import { log, log1p, logsigmoid, neg, sigmoid } from '../elementwise/unary.ts';
import { all } from '../reduce/extremes.ts';
import { checkReduction, type LossOptions, reduceLoss, share } from './loss.ts';

/** The losses times their factors, if there are any. */
function weigh(loss: Tensor, weight: Tensor | null): Tensor {
  return weight === null ? loss : mul(loss, weight);
}

/** What `binaryCrossEntropy` takes, named. */
export interface BinaryLossOptions extends LossOptions {
  /** A factor for each element; broadcasts. */
  weight?: Tensor | null;
}
/**
 * Binary cross-entropy of probabilities: -[t log x + (1 - t) log(1 - x)], the logarithms not below -100.
 *
 * @param input - Probabilities from 0 to 1.
 * @param target - Of the same shape, from 0 to 1.
 * @throws RangeError for a probability or a target outside 0 … 1 or shapes that differ; TypeError for integers or dtypes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.binaryCrossEntropy(torch.tensor([0.9]), torch.tensor([1]))); // => tensor(0.1054)
 * ```
 */
export const binaryCrossEntropy = operation(
  "binaryCrossEntropy(input: Tensor, target: Tensor, weight: Tensor? = null, reduction: reduction = 'mean')",
  (input, target, weight, reduction): Tensor => {
    checkReduction('binaryCrossEntropy', reduction);
    if (!sameDims(input.dims, target.dims)) {
      throw new RangeError(
        `Using a target size (${target.shape}) that is different to the input size (${input.shape}) is deprecated. ` +
          'Please ensure they have the same size.',
      );
    }
    refuseWanted('binaryCrossEntropy', { weight });
    checkFloat(input, 'binaryCrossEntropy');
    if (target.dtype !== input.dtype) {
      throw new TypeError(`binaryCrossEntropy(): Found dtype ${target.dtype.name} but expected ${input.dtype.name}`);
    }
    checkProbabilities('input', input);
    checkProbabilities('target', target);
    return composite(
      'BinaryCrossEntropyBackward0',
      [input, target],
      () => {
        const one = mul(target, clampMin(log(input), -100));
        const zero = mul(sub(1, target), clampMin(log1p(neg(input)), -100));
        return reduceLoss(weigh(neg(add(one, zero)), weight), reduction, input);
      },
      () => [input, target, weight] as const,
      (g, [x, t, w], node) => {
        const slope = weigh(mul(g, share(reduction, input.count)), w);
        return [
          node.needs(0) ? mul(slope, div(sub(x, t), clampMin(mul(sub(1, x), x), 1e-12))) : null,
          node.needs(1) ? mul(slope, sub(log(sub(1, x)), log(x))) : null,
        ];
      },
    );
  },
);
function checkProbabilities(argument: string, x: Tensor): void {
  const within = scope(() => all(logicalAnd(ge(x, 0), le(x, 1))));
  const accepted = within.item();
  free(within.storage);
  if (!accepted) throw new RangeError(`all elements of ${argument} should be between 0 and 1`);
}
/** What `binaryCrossEntropyWithLogits` takes, named. */
export interface LogitsLossOptions extends BinaryLossOptions {
  /** A factor for the positive examples of each class. */
  posWeight?: Tensor | null;
}
/**
 * Binary cross-entropy of scores: `binaryCrossEntropy(sigmoid(x), t)` without overflow.
 *
 * @param input - Scores of any size.
 * @param target - Of the same shape, from 0 to 1.
 * @throws RangeError for shapes that differ; TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.binaryCrossEntropyWithLogits(torch.tensor([0]), torch.tensor([1]))); // => tensor(0.6931)
 * ```
 */
export const binaryCrossEntropyWithLogits = operation(
  "binaryCrossEntropyWithLogits(input: Tensor, target: Tensor, weight: Tensor? = null, reduction: reduction = 'mean', posWeight: Tensor? = null)",
  (input, target, weight, reduction, posWeight): Tensor => {
    checkReduction('binaryCrossEntropyWithLogits', reduction);
    if (!sameDims(input.dims, target.dims)) {
      throw new RangeError(`Target size (${target.shape}) must be the same as input size (${input.shape})`);
    }
    refuseWanted('binaryCrossEntropyWithLogits', { weight, posWeight });
    for (const x of [input, target]) checkFloat(x, 'binaryCrossEntropyWithLogits');
    return composite(
      'BinaryCrossEntropyWithLogitsBackward0',
      [input, target],
      () => {
        const positive = logsigmoid(input);
        const factor = posWeight === null ? null : add(mul(sub(posWeight, 1), target), 1);
        const logs = factor === null ? positive : mul(factor, positive);
        // PyTorch computes it where 1 - target stands.
        const each = toDtype(sub(mul(sub(1, target), input), logs), target.dtype);
        return reduceLoss(weigh(each, weight), reduction);
      },
      () => [input, target, weight, posWeight] as const,
      (g, [x, t, w, pw], node) => {
        const slope = weigh(mul(g, share(reduction, input.count)), w);
        let dx: Tensor | null = null;
        if (node.needs(0)) {
          if (pw === null) dx = sub(sigmoid(x), t);
          else {
            const p = mul(pw, t);
            dx = sub(mul(sub(add(p, 1), t), sigmoid(x)), p);
          }
        }
        let dt: Tensor | null = null;
        if (node.needs(1)) {
          dt = pw === null ? neg(x) : sub(logsigmoid(neg(x)), mul(pw, logsigmoid(x)));
        }
        return [dx === null ? null : mul(slope, dx), dt === null ? null : mul(slope, dt)];
      },
    );
  },
);
