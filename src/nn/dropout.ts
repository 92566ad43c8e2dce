/** Dropout. */
import { bindArgs, describe } from '../tensor/args.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { dropout } from './functional.ts';
import { pythonNumber } from './activation.ts';
import { Module } from './module.ts';

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
export class Dropout extends Module {
  p: number;
  readonly inplace: boolean;

  /**
   * @param p - Probability to be zeroed; default 0.5.
   * @param inplace - Writes the input itself; default false.
   * @throws RangeError for a p outside 0 … 1.
   */
  constructor(p: number | { p?: number; inplace?: boolean } = 0.5, inplace?: boolean | { inplace?: boolean }) {
    super();
    const args = inplace === undefined ? [p] : [p, inplace];
    const [rate = 0.5, writes = false] = bindArgs('Dropout', ['p', 'inplace'], args) as [number, boolean];
    if (!(rate >= 0 && rate <= 1)) {
      throw new RangeError(`dropout probability has to be between 0 and 1, but got ${describe(rate)}`);
    }
    this.p = rate;
    this.inplace = writes;
  }

  forward(input: Tensor): Tensor {
    return dropout(input, this.p, this.training, this.inplace);
  }

  override extraRepr(): string {
    return `p=${Number.isInteger(this.p) ? this.p : pythonNumber(this.p)}, inplace=${this.inplace ? 'True' : 'False'}`;
  }
}
