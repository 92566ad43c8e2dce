/** Similarity and distance of rows as layers. */
import { pairwiseDistance } from '../ops/loss/margin-loss.ts';
import { cosineSimilarity } from '../ops/reduce/normalize.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Given } from './given.ts';
import { Configured } from './layer.ts';

/**
 * x₁ · x₂ / (‖x₁‖ ‖x₂‖) along a dimension, the norms not below eps.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const cosine = new torch.nn.CosineSimilarity();
 * console.log(cosine(torch.tensor([[1, 0]]), torch.tensor([[3, 4]]))); // => tensor([0.6000])
 * ```
 */
export class CosineSimilarity extends Configured {
  declare readonly dim: number;
  declare readonly eps: number;

  /**
   * @param dim - Default 1.
   * @param eps - Default 1e-8.
   */
  constructor(...args: Given<[dim?: number, eps?: number], { dim?: number; eps?: number }>) {
    super('(dim: int = 1, eps: float = 1e-8)', args);
  }

  forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, this.dim, this.eps);
  }
}

/**
 * The p-norm of x₁ - x₂ + eps along the last dimension.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const distance = new torch.nn.PairwiseDistance();
 * console.log(distance(torch.tensor([[0, 0]]), torch.tensor([[3, 4]]))); // => tensor([5.0000])
 * ```
 */
export class PairwiseDistance extends Configured {
  declare readonly p: number;
  declare readonly eps: number;
  declare readonly keepdim: boolean;

  /**
   * @param p - The norm; default 2.
   * @param eps - Default 1e-6.
   * @param keepdim - Default false.
   */
  constructor(
    ...args: Given<[p?: number, eps?: number, keepdim?: boolean], { p?: number; eps?: number; keepdim?: boolean }>
  ) {
    super('(p: float = 2, eps: float = 1e-6, keepdim: bool = false)', args);
  }

  forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, this.p, this.eps, this.keepdim);
  }
}
