/** Mirroring at random. */
import { flip } from '../../ops/view/arrange.ts';
import { bindRecord } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { chance, checkProbability, sizeOf, Transform } from './transform.ts';

/** A flip's probability, by position or named. */
type Probability = number | { p?: number };

/**
 * Mirrors an image left to right with probability p. One draw for a call: a batch is mirrored as a whole or not at all.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const flip = new torch.transforms.RandomHorizontalFlip();
 * console.log(flip(torch.tensor([[1, 2]])).tolist(), flip(torch.tensor([[1, 2]])).tolist());
 * // => [ [ 2, 1 ] ] [ [ 1, 2 ] ]
 * ```
 */
export class RandomHorizontalFlip extends Transform {
  /** Probability of being mirrored. */
  readonly p: number;

  /**
   * @param p - Default 0.5.
   * @throws RangeError for what is no probability.
   */
  constructor(p?: Probability) {
    super();
    const { p: value } = bindRecord('RandomHorizontalFlip(p: float = 0.5)', [p]);
    checkProbability('RandomHorizontalFlip', value);
    this.p = value;
  }

  forward(img: Tensor): Tensor {
    sizeOf('RandomHorizontalFlip', img);
    return chance(this.p) ? flip(img, -1) : img;
  }
}

/**
 * Mirrors an image top to bottom with probability p. One draw for a call.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const flip = new torch.transforms.RandomVerticalFlip({ p: 1 });
 * console.log(flip(torch.tensor([[1], [2]])).tolist()); // => [ [ 2 ], [ 1 ] ]
 * ```
 */
export class RandomVerticalFlip extends Transform {
  /** Probability of being mirrored. */
  readonly p: number;

  /**
   * @param p - Default 0.5.
   * @throws RangeError for what is no probability.
   */
  constructor(p?: Probability) {
    super();
    const { p: value } = bindRecord('RandomVerticalFlip(p: float = 0.5)', [p]);
    checkProbability('RandomVerticalFlip', value);
    this.p = value;
  }

  forward(img: Tensor): Tensor {
    sizeOf('RandomVerticalFlip', img);
    return chance(this.p) ? flip(img, -2) : img;
  }
}
