/** Layers that change the shape. */
import { unflatten } from '../ops/view/shape.ts';
import { flatten } from '../ops/view/view.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Given, pythonTuple } from './given.ts';
import { Configured } from './layer.ts';

/**
 * Dimensions startDim to endDim as one; by default all but the batch's.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(new torch.nn.Flatten()(torch.zeros(2, 3, 4)).shape)); // => torch.Size([2, 12])
 * ```
 */
export class Flatten extends Configured {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly startDim: number;
  declare readonly endDim: number;

  /**
   * @param startDim - Default 1.
   * @param endDim - Default -1.
   */
  constructor(...args: Given<[startDim?: number, endDim?: number], { startDim?: number; endDim?: number }>) {
    super('(startDim: int = 1, endDim: int = -1)', args);
  }

  forward(input: Tensor): Tensor {
    return flatten(input, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}

/**
 * One dimension as several: the opposite of `Flatten`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(new torch.nn.Unflatten(1, [2, 3])(torch.zeros(4, 6)).shape)); // => torch.Size([4, 2, 3])
 * ```
 */
export class Unflatten extends Configured {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly dim: number;
  declare readonly unflattenedSize: readonly number[];

  /**
   * @param dim - The dimension to take apart.
   * @param unflattenedSize - Its new sizes; one may be -1.
   * @throws TypeError unless the sizes are a list of integers.
   */
  constructor(
    ...args: Given<
      [dim: number, unflattenedSize: readonly number[]],
      { dim?: number; unflattenedSize: readonly number[] }
    >
  ) {
    super('(dim: int, unflattenedSize: list)', args);
    this.unflattenedSize = [...this.unflattenedSize];
  }

  forward(input: Tensor): Tensor {
    return unflatten(input, this.dim, this.unflattenedSize);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${pythonTuple(this.unflattenedSize)}`;
  }
}
