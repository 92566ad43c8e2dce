/** Layers that change the shape. */
import { flatten } from '../ops/view.ts';
import { bindArgs } from '../tensor/args.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';

/**
 * Dimensions startDim to endDim as one; by default all but the batch's.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(new torch.nn.Flatten()(torch.zeros(2, 3, 4)).shape)); // => torch.Size([2, 12])
 * ```
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  /**
   * @param startDim - Default 1.
   * @param endDim - Default -1.
   */
  constructor(startDim?: number | { startDim?: number; endDim?: number }, endDim?: number) {
    super();
    const args = endDim === undefined ? [startDim] : [startDim, endDim];
    const [from = 1, to = -1] = bindArgs('Flatten', ['startDim', 'endDim'], args) as [number?, number?];
    this.startDim = from;
    this.endDim = to;
  }

  forward(input: Tensor): Tensor {
    return flatten(input, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}
