/** Layers that change the shape. */
import { unflatten } from '../ops/view/shape.ts';
import { flatten } from '../ops/view/view.ts';
import { pythonTuple } from '../tensor/python-text.ts';
import { layer } from './layer.ts';

/**
 * Dimensions startDim to endDim as one; by default all but the batch's.
 *
 * @param startDim - Default 1.
 * @param endDim - Default -1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(new torch.nn.Flatten()(torch.zeros(2, 3, 4)).shape)); // => torch.Size([2, 12])
 * ```
 */
export class Flatten extends layer(
  '(startDim: int = 1, endDim: int = -1)',
  (input, startDim, endDim) => flatten(input, startDim, endDim),
  { show: ({ endDim, startDim }) => `start_dim=${startDim}, end_dim=${endDim}` },
) {}

/**
 * One dimension as several: the opposite of `Flatten`.
 *
 * @param dim - The dimension to take apart.
 * @param unflattenedSize - Its new sizes; one may be -1.
 * @throws TypeError unless the sizes are a list of integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(new torch.nn.Unflatten(1, [2, 3])(torch.zeros(4, 6)).shape)); // => torch.Size([4, 2, 3])
 * ```
 */
export class Unflatten extends layer(
  '(dim: int, unflattenedSize: list)',
  (input, dim, unflattenedSize) => unflatten(input, dim, unflattenedSize),
  { show: ({ dim, unflattenedSize }) => `dim=${dim}, unflattened_size=${pythonTuple(unflattenedSize)}` },
) {}
