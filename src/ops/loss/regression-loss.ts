/** Losses of numbers and of distributions: huber, smoothL1, klDiv. */

import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { broadcastDims, countOf, sameDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { toDtype, where } from '../create/copy.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { div, mul, sub } from '../elementwise/binary.ts';
import { ge, lt } from '../elementwise/compare.ts';
import { xlogy } from '../elementwise/special.ts';
import { abs, exp, neg, sign, square } from '../elementwise/unary.ts';
import { expand } from '../view/view.ts';
import {
  checkReduction,
  type LossOptions,
  l1Loss,
  meeting,
  type Reduction,
  reduceLoss,
  share,
  warnSizes,
} from './loss.ts';

/**
 * `height` times: ½ d² / bend where |d| < bend, otherwise |d| - ½ bend. Both losses of this kind are that.
 */
function bent(name: string, input: Tensor, target: Tensor, reduction: Reduction, bend: number, height: number): Tensor {
  const dims = broadcastDims(input.dims, target.dims);
  const count = countOf(dims);
  return composite(
    name,
    [input, target],
    () => {
      const d = abs(sub(expand(input, dims), expand(target, dims)));
      const loss = where(lt(d, bend), mul(square(d), 0.5 / bend), sub(d, bend / 2));
      // Of the two, PyTorch computes this one into a tensor like the input.
      const like = name === 'HuberLossBackward0' ? input : null;
      return reduceLoss(height === 1 ? loss : mul(loss, height), reduction, like);
    },
    () => [input, target],
    (g, [a, b], node) => {
      const d = sub(a, b);
      // NaN is not beyond the bend, and stays.
      const slope = mul(mul(where(ge(abs(d), bend), sign(d), div(d, bend)), height * share(reduction, count)), g);
      return [node.needs(0) ? slope : null, node.needs(1) ? neg(slope) : null];
    },
  );
}

/** What `huberLoss` takes, named. */
export interface HuberLossOptions extends LossOptions {
  /** Where the loss turns from square to linear; default 1. */
  delta?: number;
  /** A factor for each element. */
  weight?: Tensor | null;
}

/** `huberLoss`. */
export type HuberLoss = {
  (input: Tensor, target: Tensor, reduction?: Reduction, delta?: number, weight?: Tensor | null): Tensor;
  (input: Tensor, target: Tensor, options: HuberLossOptions): Tensor;
};

/**
 * Huber's loss: ½ d² where |d| < delta, otherwise delta (|d| - ½ delta), for d = input - target.
 *
 * @param reduction - `'mean'` (default), `'sum'` or `'none'`.
 * @param delta - Default 1.
 * @param weight - A factor for each element, of input's shape.
 * @throws RangeError unless delta is positive; TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.huberLoss(torch.tensor([0, 0]), torch.tensor([1, 3]))); // => tensor(1.5000)
 * ```
 */
export const huberLoss = operation(
  "huberLoss(input: Tensor, target: Tensor, reduction: reduction = 'mean', delta: float = 1, weight: Tensor? = null)",
  (input, target, reduction, delta, weight): Tensor => {
    checkReduction('huberLoss', reduction);
    if (!(delta > 0))
      throw new RangeError(`huber_loss does not support non-positive values for delta, got ${describe(delta)}.`);
    warnSizes('huberLoss', input, target);
    if (weight !== null && !sameDims(weight.dims, input.dims)) {
      throw new RangeError('Weights and input must have the same size.');
    }
    checkFloat(input, 'huberLoss');
    return scope(() => {
      const how = weight === null ? reduction : 'none';
      const loss = bent('HuberLossBackward0', input, toDtype(target, input.dtype), how, delta, delta);
      return weight === null ? loss : reduceLoss(mul(loss, weight), reduction);
    });
  },
);

/** What `smoothL1Loss` takes, named. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Where the loss turns from square to linear; default 1. */
  beta?: number;
}

/** `smoothL1Loss`. */
export type SmoothL1Loss = {
  (input: Tensor, target: Tensor, reduction?: Reduction, beta?: number): Tensor;
  (input: Tensor, target: Tensor, options: SmoothL1LossOptions): Tensor;
};

/**
 * ½ d² / beta where |d| < beta, otherwise |d| - ½ beta, for d = input - target.
 *
 * @param reduction - `'mean'` (default), `'sum'` or `'none'`.
 * @param beta - Default 1; 0 gives `l1Loss`.
 * @throws RangeError for a negative beta; TypeError for two tensors of integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.smoothL1Loss(torch.tensor([0, 0]), torch.tensor([1, 3]))); // => tensor(1.5000)
 * ```
 */
export const smoothL1Loss = operation(
  "smoothL1Loss(input: Tensor, target: Tensor, reduction: reduction = 'mean', beta: float = 1)",
  (input, target, reduction, beta): Tensor => {
    checkReduction('smoothL1Loss', reduction);
    if (!(beta >= 0))
      throw new RangeError(`smooth_l1_loss does not support negative values for beta, got ${describe(beta)}.`);
    warnSizes('smoothL1Loss', input, target);
    if (beta === 0) {
      const dims = broadcastDims(input.dims, target.dims);
      return l1Loss(expand(input, dims), expand(target, dims), reduction);
    }
    return scope(() => {
      const [x, t] = meeting('smoothL1Loss', input, target);
      return bent('SmoothL1LossBackward0', x, t, reduction, beta, 1);
    });
  },
);

/** What `klDiv` takes, named. */
export interface KlDivOptions {
  /** Default `'mean'`; `'batchmean'` divides the sum by the batch size, as the definition has it. */
  reduction?: Reduction | 'batchmean';
  /** Whether target holds logarithms too; default false. */
  logTarget?: boolean;
}

/**
 * The Kullback-Leibler divergence, target · (log target - input).
 *
 * @param input - Logarithms of probabilities.
 * @param target - Probabilities, or with `logTarget` their logarithms.
 * @param reduction - `'mean'` (default), `'batchmean'`, `'sum'` or `'none'`.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * const p = torch.tensor([[0.5, 0.5]]);
 * console.log(F.klDiv(torch.tensor([[0.25, 0.75]]).log(), p, { reduction: 'batchmean' })); // => tensor(0.1438)
 * ```
 */
export const klDiv = operation(
  "klDiv(input: Tensor, target: Tensor, reduction: str = 'mean', logTarget: bool = false)",
  (input, target, reduction, logTarget): Tensor => {
    const batch = reduction === 'batchmean';
    const how = batch ? 'sum' : reduction;
    checkReduction('klDiv', how);
    for (const x of [input, target]) checkFloat(x, 'klDiv');
    return scope(() => {
      const each = logTarget ? mul(exp(target), sub(target, input)) : sub(xlogy(target, target), mul(target, input));
      const loss = reduceLoss(each, how);
      return batch && input.dims.length > 0 ? div(loss, input.dims[0]) : loss;
    });
  },
);
