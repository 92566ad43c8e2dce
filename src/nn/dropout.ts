/** Dropout: of elements, of whole channels, and the kind that keeps a SELU network's mean and variance. */
import { describe } from '../tensor/args.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { alphaDropout, dropout, dropout1d } from './functional.ts';
import { type Given, pythonBool, pythonNumber } from './given.ts';
import { Configured } from './layer.ts';

/** A layer that drops with probability p. */
abstract class Dropping extends Configured {
  declare p: number;
  declare readonly inplace: boolean;

  /**
   * @param p - Probability to be dropped; default 0.5.
   * @param inplace - Writes the input itself; default false.
   * @throws RangeError for a p outside 0 … 1.
   */
  constructor(...args: Given<[p?: number, inplace?: boolean], { p?: number; inplace?: boolean }>) {
    super('(p: float = 0.5, inplace: bool = false)', args);
    const { p } = this;
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(`dropout probability has to be between 0 and 1, but got ${describe(p)}`);
    }
  }

  override extraRepr(): string {
    return `p=${Number.isInteger(this.p) ? this.p : pythonNumber(this.p)}, inplace=${pythonBool(this.inplace)}`;
  }
}

/**
 * While training, zeroes each element with probability p and divides the others by 1 - p; in evaluation gives the input
 * back.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.Dropout(0.2).eval();
 * console.log(layer, layer(torch.ones(2))); // => Dropout(p=0.2, inplace=False) tensor([1., 1.])
 * ```
 */
export class Dropout extends Dropping {
  /** @internal */
  static readonly keepsNothing = true;
  forward(input: Tensor): Tensor {
    return dropout(input, this.p, this.training, this.inplace);
  }
}

/**
 * While training, zeroes whole channels with probability p and divides the others by 1 - p.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const y = new torch.nn.Dropout1d()(torch.ones(2, 3, 4));
 * console.log(y.sum(-1).remainder(8).any().item()); // => false
 * ```
 */
export class Dropout1d extends Dropping {
  /** @internal */
  static readonly keepsNothing = true;
  /** @param input - [N, C, L] or [C, L]. */
  forward(input: Tensor): Tensor {
    return dropout1d(input, this.p, this.training, this.inplace);
  }
}

/**
 * While training, sets each element with probability p to the value that SELU tends to far below 0, then shifts and
 * scales all, so that mean 0 and variance 1 stay so.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.AlphaDropout(0.1).eval();
 * console.log(layer(torch.ones(2))); // => tensor([1., 1.])
 * ```
 */
export class AlphaDropout extends Dropping {
  /** @internal */
  static readonly keepsNothing = true;
  forward(input: Tensor): Tensor {
    return alphaDropout(input, this.p, this.training, this.inplace);
  }
}
