/** Losses that are one node in PyTorch's graph, and those made of them. */

import { describe } from '../../tensor/args.ts';
import { promote } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { broadcastDims, countOf, sameDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { toDtype } from '../create/copy.ts';
import { div, mul, sub } from '../elementwise/binary.ts';
import { abs, neg, square } from '../elementwise/unary.ts';
import { inOrderOf } from '../make.ts';
import { refuseDtype } from '../promote.ts';
import { mean, sum } from '../reduce/reduce.ts';
import { expand } from '../view/view.ts';

/** How a loss is put together: its mean, its sum, or left for each element. */
export type Reduction = 'mean' | 'sum' | 'none';

/** The options that PyTorch's losses share; `sizeAverage` and `reduce` are long deprecated there and not taken here. */
export interface LossOptions {
  reduction?: Reduction;
}

export function checkReduction(name: string, reduction: unknown): asserts reduction is Reduction {
  if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none') {
    throw new RangeError(
      `${describe(reduction)} is not a valid value for reduction in ${name}(): 'mean', 'sum' or 'none'`,
    );
  }
}

/** The mean or the sum of a loss's elements, or these themselves: in the memory order of `like`, if it is given. */
export function reduceLoss(loss: Tensor, reduction: Reduction, like: Tensor | null = null): Tensor {
  if (reduction !== 'none') return reduction === 'mean' ? mean(loss) : sum(loss);
  return like !== null && sameDims(like.dims, loss.dims) ? inOrderOf(like, loss) : loss;
}

/** The factor that a reduction puts on every element's gradient. */
export function share(reduction: Reduction, count: number): number {
  return reduction === 'mean' ? 1 / count : 1;
}

/** Losses that have warned already: once each, as Python shows a warning once for its place. */
const warned = new Set<string>();

export function warnSizes(name: string, input: Tensor, target: Tensor): void {
  if (sameDims(input.dims, target.dims) || warned.has(name)) return;
  warned.add(name);
  console.warn(
    `${name}: Using a target size (${target.shape}) that is different to the input size (${input.shape}). This will ` +
      'likely lead to incorrect results due to broadcasting. Please ensure they have the same size.',
  );
}

/**
 * Input and target in the dtype that they meet in.
 *
 * @throws TypeError unless that is floating point.
 */
export function meeting(name: string, input: Tensor, target: Tensor): [input: Tensor, target: Tensor] {
  // PyTorch expands both first: a scalar counts as much as the other.
  const dtype = promote(input.dtype, target.dtype);
  if (!dtype.isFloatingPoint) refuseDtype(name, dtype);
  return [toDtype(input, dtype), toDtype(target, dtype)];
}

/** A loss with a factor for each element, of input's shape; its mean is the weighted one. */
function weighted(errors: Tensor, input: Tensor, weight: Tensor, reduction: Reduction): Tensor {
  if (!sameDims(weight.dims, input.dims)) throw new RangeError('Weights and input must have the same size.');
  const each = mul(errors, weight);
  return reduction === 'mean' ? div(sum(each), sum(weight)) : reduceLoss(each, reduction);
}

/**
 * Mean squared error, (input - target)².
 *
 * @param reduction - `'mean'` (default), `'sum'` or `'none'`.
 * @param weight - A factor for each element, of input's shape; the mean is then the weighted one.
 * @throws RangeError for a weight of another shape; TypeError for two tensors of integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.mseLoss(torch.tensor([1, 2]), torch.tensor([1, 4]))); // => tensor(2.)
 * ```
 */
export const mseLoss = operation(
  "mseLoss(input: Tensor, target: Tensor, reduction: reduction = 'mean', weight: Tensor? = null)",
  (input, target, reduction, weight): Tensor => {
    checkReduction('mseLoss', reduction);
    warnSizes('mseLoss', input, target);
    if (input.dtype === target.dtype && !weight) {
      if (!input.dtype.isFloatingPoint) refuseDtype('mseLoss', input.dtype);
      return squares(input, target, reduction);
    }
    return scope(() => {
      const [x, t] = meeting('mseLoss', input, target);
      return weight ? weighted(square(sub(x, t)), input, weight, reduction) : squares(x, t, reduction);
    });
  },
);

function squares(input: Tensor, target: Tensor, reduction: Reduction): Tensor {
  const count = countOf(broadcastDims(input.dims, target.dims));
  return composite(
    'MseLossBackward0',
    [input, target],
    () => reduceLoss(square(sub(input, target)), reduction),
    () => [input, target],
    (g, [a, b], node) => {
      const slope = mul(mul(sub(a, b), 2 * share(reduction, count)), g);
      return [node.needs(0) ? slope : null, node.needs(1) ? neg(slope) : null];
    },
  );
}

/**
 * Mean absolute error, |input - target|.
 *
 * @param reduction - `'mean'` (default), `'sum'` or `'none'`.
 * @param weight - A factor for each element, of input's shape; the mean is then the weighted one.
 * @throws RangeError for a weight of another shape.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.l1Loss(torch.tensor([1, 2]), torch.tensor([1, 4]))); // => tensor(1.)
 * ```
 */
export const l1Loss = operation(
  "l1Loss(input: Tensor, target: Tensor, reduction: reduction = 'mean', weight: Tensor? = null)",
  (input, target, reduction, weight): Tensor => {
    checkReduction('l1Loss', reduction);
    warnSizes('l1Loss', input, target);
    return scope(() => {
      const dims = broadcastDims(input.dims, target.dims);
      const [x, t] = [input, target].map((each) => (sameDims(each.dims, dims) ? each : expand(each, dims)));
      const errors = abs(sub(x, t));
      return weight ? weighted(errors, input, weight, reduction) : reduceLoss(errors, reduction);
    });
  },
);
