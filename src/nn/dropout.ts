/** Dropout: of elements, of whole channels, and the kind that keeps a SELU network's mean and variance. */

import { alphaDropout, dropout, dropout1d } from '../ops/random/dropout.ts';
import { describe } from '../tensor/args.ts';
import { pythonBool, pythonNumber } from '../tensor/python-text.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { layer } from './layer.ts';

/** A layer that drops with probability p. */
/* @__NO_SIDE_EFFECTS__ */
function dropping<B extends (input: Tensor, p: number, inplace: boolean, training: boolean) => Tensor>(body: B) {
  return layer('(p: float = 0.5, inplace: bool = false)', body, {
    show: ({ p, inplace }) => `p=${Number.isInteger(p) ? p : pythonNumber(p)}, inplace=${pythonBool(inplace)}`,
    check: ({ p }) => {
      if (!(p >= 0 && p <= 1)) {
        throw new RangeError(`dropout probability has to be between 0 and 1, but got ${describe(p)}`);
      }
    },
  });
}

/**
 * While training, zeroes each element with probability p and divides the others by 1 - p; in evaluation gives the input
 * back.
 *
 * @param p - Probability to be dropped; default 0.5.
 * @param inplace - Writes the input itself; default false.
 * @throws RangeError for a p outside 0 … 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.Dropout(0.2).eval();
 * console.log(layer, layer(torch.ones(2))); // => Dropout(p=0.2, inplace=False) tensor([1., 1.])
 * ```
 */
export class Dropout extends dropping((input, p, inplace, training) => dropout(input, p, training, inplace)) {}

/**
 * While training, zeroes whole channels with probability p and divides the others by 1 - p.
 *
 * Its input is [N, C, L] or [C, L].
 *
 * @param p - Probability to be dropped; default 0.5.
 * @param inplace - Writes the input itself; default false.
 * @throws RangeError for a p outside 0 … 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const y = new torch.nn.Dropout1d()(torch.ones(2, 3, 4));
 * console.log(y.sum(-1).remainder(8).any().item()); // => false
 * ```
 */
export class Dropout1d extends dropping((input, p, inplace, training) => dropout1d(input, p, training, inplace)) {}

/**
 * While training, sets each element with probability p to the value that SELU tends to far below 0, then shifts and
 * scales all, so that mean 0 and variance 1 stay so.
 *
 * @param p - Probability to be dropped; default 0.5.
 * @param inplace - Writes the input itself; default false.
 * @throws RangeError for a p outside 0 … 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.AlphaDropout(0.1).eval();
 * console.log(layer(torch.ones(2))); // => tensor([1., 1.])
 * ```
 */
export class AlphaDropout extends dropping((input, p, inplace, training) =>
  alphaDropout(input, p, training, inplace),
) {}
