/** Similarity and distance of rows as layers. */
import { pairwiseDistance } from '../ops/loss/margin-loss.ts';
import { cosineSimilarity } from '../ops/reduce/normalize.ts';
import { layerOfTwo } from './layer.ts';

/**
 * x₁ · x₂ / (‖x₁‖ ‖x₂‖) along a dimension, the norms not below eps.
 *
 * @param dim - Default 1.
 * @param eps - Default 1e-8.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const cosine = new torch.nn.CosineSimilarity();
 * console.log(cosine(torch.tensor([[1, 0]]), torch.tensor([[3, 4]]))); // => tensor([0.6000])
 * ```
 */
export class CosineSimilarity extends layerOfTwo('(dim: int = 1, eps: float = 1e-8)', (x1, x2, dim, eps) =>
  cosineSimilarity(x1, x2, dim, eps),
) {}

/**
 * The p-norm of x₁ - x₂ + eps along the last dimension.
 *
 * @param p - The norm; default 2.
 * @param eps - Default 1e-6.
 * @param keepdim - Default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const distance = new torch.nn.PairwiseDistance();
 * console.log(distance(torch.tensor([[0, 0]]), torch.tensor([[3, 4]]))); // => tensor([5.0000])
 * ```
 */
export class PairwiseDistance extends layerOfTwo(
  '(p: float = 2, eps: float = 1e-6, keepdim: bool = false)',
  (x1, x2, p, eps, keepdim) => pairwiseDistance(x1, x2, p, eps, keepdim),
) {}
