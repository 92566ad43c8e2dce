/** Negative log-likelihoods of a predicted distribution: of counts, and of numbers with a mean and a variance. */

import { scope } from '../../tensor/scope.ts';
import { sameDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { where } from '../create/copy.ts';
import { add, div, mul, sub } from '../elementwise/binary.ts';
import { clampMin } from '../elementwise/clamp.ts';
import { le } from '../elementwise/compare.ts';
import { exp, log, square } from '../elementwise/unary.ts';
import { checkTensor } from '../promote.ts';
import { min } from '../reduce/extremes.ts';
import { detach, unsqueeze } from '../view/view.ts';
import { checkReduction, type LossOptions, reduceLoss } from './loss.ts';

/** What `poissonNllLoss` takes, named. */
export interface PoissonOptions extends LossOptions {
  /** Whether the input is the logarithm of the rate; default true. */
  logInput?: boolean;
  /** Adds Stirling's approximation of log(target!); default false. */
  full?: boolean;
  /** Added to the rate inside the logarithm, where `logInput` is false; default 1e-8. */
  eps?: number;
}

/**
 * Negative log-likelihood of counts under a Poisson distribution: exp(x) - t x, or x - t log(x + eps) for a rate x.
 *
 * @param target - Counts.
 * @param options - `logInput`, `full`, `eps`, `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.poissonNllLoss(torch.tensor([0, 1]), torch.tensor([1, 2]))); // => tensor(0.8591)
 * ```
 */
export const poissonNllLoss = operation(
  "poissonNllLoss(input: Tensor, target: Tensor, logInput: bool = true, full: bool = false, eps: float = 1e-8, reduction: reduction = 'mean')",
  (input, target, logInput, full, eps, reduction): Tensor => {
    checkReduction('poissonNllLoss', reduction);
    return scope(() => {
      const loss = logInput ? sub(exp(input), mul(target, input)) : sub(input, mul(target, log(add(input, eps))));
      if (!full) return reduceLoss(loss, reduction);
      const stirling = add(sub(mul(target, log(target)), target), mul(log(mul(target, 2 * Math.PI)), 0.5));
      return reduceLoss(add(loss, where(le(target, 1), 0, stirling)), reduction);
    });
  },
);

/** What `gaussianNllLoss` takes, named. */
export interface GaussianOptions extends LossOptions {
  /** Adds the constant log(2π) / 2; default false. */
  full?: boolean;
  /** The least variance; default 1e-6. */
  eps?: number;
}

/**
 * Negative log-likelihood under a normal distribution of predicted mean and variance: ½ (log v + (x - t)² / v).
 *
 * @param variance - Of input's shape, or one for each row, or a number.
 * @param options - `full`, `eps`, `reduction`.
 * @throws RangeError for a negative variance, or one whose size does not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * const [x, t, v] = [torch.tensor([1]), torch.tensor([3]), torch.tensor([4])];
 * console.log(F.gaussianNllLoss(x, t, v)); // => tensor(1.1931)
 * ```
 */
export const gaussianNllLoss = operation(
  "gaussianNllLoss(input: Tensor, target: Tensor, var: real, full: bool = false, eps: float = 1e-6, reduction: reduction = 'mean')",
  (input, target, variance, full, eps, reduction): Tensor => {
    checkReduction('gaussianNllLoss', reduction);
    return scope(() => {
      let spread = typeof variance === 'number' ? add(mul(detach(input), 0), variance) : variance;
      checkTensor(spread, 'gaussianNllLoss', 'var');
      if (!sameDims(spread.dims, input.dims)) {
        const { length } = input.dims;
        if (sameDims(input.dims.slice(0, -1), spread.dims)) spread = unsqueeze(spread, -1);
        else if (
          !(spread.dims.length === length && input.dims.every((n, d) => spread.dims[d] === n || spread.dims[d] === 1))
        ) {
          throw new RangeError('var is of incorrect size');
        }
      }
      const smallest = spread.count === 0 ? 0 : Number(min(detach(spread)).item());
      if (smallest < 0) throw new RangeError('var has negative entry/entries');
      // Below eps the value is eps, but the gradient flows as if it were not.
      const safe = composite(
        'CloneBackward0',
        [spread],
        () => clampMin(spread, eps),
        () => [],
        (g) => [g],
      );
      const loss = mul(add(log(safe), div(square(sub(input, target)), safe)), 0.5);
      return reduceLoss(full ? add(loss, 0.5 * Math.log(2 * Math.PI)) : loss, reduction);
    });
  },
);
