/** Activation functions as layers. */

import { softmin } from '../ops/elementwise/activation.ts';
import { relu_ } from '../ops/elementwise/in-place.generated.ts';
import { leakyRelu } from '../ops/elementwise/piecewise.ts';
import { relu, sigmoid, tanh } from '../ops/elementwise/unary.ts';
import { checkTensor } from '../ops/promote.ts';
import { rrelu } from '../ops/random/rrelu.ts';
import { logSoftmax, softmax } from '../ops/reduce/softmax.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { layer, shown } from './layer.ts';

/**
 * 1 / (1 + e⁻ˣ), elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Sigmoid()(torch.tensor([0, 2]))); // => tensor([0.5000, 0.8808])
 * ```
 */
export class Sigmoid extends layer('()', (input) => sigmoid(input)) {}

/**
 * Hyperbolic tangent, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Tanh()(torch.tensor([0, 1]))); // => tensor([0.0000, 0.7616])
 * ```
 */
export class Tanh extends layer('()', (input) => tanh(input)) {}

/**
 * max(x, 0), elementwise.
 *
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.ReLU()(torch.tensor([-1, 2]))); // => tensor([0., 2.])
 * ```
 */
export class ReLU extends layer('(inplace: bool = false)', (input, inplace) => (inplace ? relu_(input) : relu(input)), {
  show: shown(),
}) {}

/**
 * x where x > 0, otherwise negativeSlope · x, elementwise.
 *
 * @param negativeSlope - Default 0.01.
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.LeakyReLU(0.1)(torch.tensor([-1, 2]))); // => tensor([-0.1000,  2.0000])
 * ```
 */
export class LeakyReLU extends layer(
  '(negativeSlope: float = 0.01, inplace: bool = false)',
  (input, negativeSlope, inplace) => leakyRelu(input, negativeSlope, inplace),
  { show: shown('negativeSlope') },
) {}

/**
 * x where x > 0, otherwise a · x: while training, a is drawn uniformly from lower … upper for each element; in evaluation
 * it is the middle.
 *
 * @param lower - Default 1/8.
 * @param upper - Default 1/3.
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.RReLU(0.1, 0.3).eval();
 * console.log(layer, layer(torch.tensor([-1, 2])));
 * // => RReLU(lower=0.1, upper=0.3) tensor([-0.2000,  2.0000])
 * ```
 */
export class RReLU extends layer(
  '(lower: float = 0.125, upper: float = 0.3333333333333333, inplace: bool = false)',
  (input, lower, upper, inplace, training) => rrelu(input, lower, upper, training, inplace),
  { show: shown('lower', 'upper') },
) {}

/** A layer that works along one dimension. */
/* @__NO_SIDE_EFFECTS__ */
function alongDim<B extends (input: Tensor, dim: number | null) => Tensor>(body: B) {
  return layer('(dim: int? = null)', body, { show: ({ dim }) => `dim=${dim === null ? 'None' : dim}` });
}

/**
 * exp(xᵢ) / Σⱼ exp(xⱼ) along a dimension.
 *
 * @param dim - Without it PyTorch's implicit choice: 0 for 1 or 3 dimensions, otherwise 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Softmax(0)(torch.tensor([1, 2, 3]))); // => tensor([0.0900, 0.2447, 0.6652])
 * ```
 */
export class Softmax extends alongDim((input, dim) => softmax(input, dim)) {}

/**
 * log(softmax(x)) along a dimension.
 *
 * @param dim - Without it PyTorch's implicit choice: 0 for 1 or 3 dimensions, otherwise 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.LogSoftmax(0)(torch.tensor([1, 2, 3]))); // => tensor([-2.4076, -1.4076, -0.4076])
 * ```
 */
export class LogSoftmax extends alongDim((input, dim) => logSoftmax(input, dim)) {}

/**
 * exp(-xᵢ) / Σⱼ exp(-xⱼ) along a dimension: softmax(-x).
 *
 * @param dim - Without it PyTorch's implicit choice: 0 for 1 or 3 dimensions, otherwise 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Softmin(0)(torch.tensor([1, 2, 3]))); // => tensor([0.6652, 0.2447, 0.0900])
 * ```
 */
export class Softmin extends alongDim((input, dim) => softmin(input, dim)) {}

/**
 * Softmax over the channels of an image, at every place.
 *
 * Its input is [N, C, H, W] or [C, H, W]; RangeError for another number of dimensions.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Softmax2d()(torch.zeros(2, 1, 1)).flatten()); // => tensor([0.5000, 0.5000])
 * ```
 */
export class Softmax2d extends layer('()', (input) => {
  checkTensor(input, 'Softmax2d');
  const { length } = input.dims;
  if (length !== 3 && length !== 4) {
    throw new RangeError(`Softmax2d: expected input to be 3D or 4D, got ${length}D instead`);
  }
  return softmax(input, -3);
}) {}
