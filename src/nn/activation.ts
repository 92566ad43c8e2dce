/** Activation functions as layers. */

import { softmin } from '../ops/elementwise/activation.ts';
import { relu_ } from '../ops/elementwise/in-place.generated.ts';
import { leakyRelu } from '../ops/elementwise/piecewise.ts';
import { relu, sigmoid, tanh } from '../ops/elementwise/unary.ts';
import { checkTensor } from '../ops/promote.ts';
import { logSoftmax, softmax } from '../ops/reduce/softmax.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { rrelu } from './functional.ts';
import type { Given } from './given.ts';
import { Activation, Configured, printed } from './layer.ts';
import { Module } from './module.ts';

/**
 * 1 / (1 + e⁻ˣ), elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Sigmoid()(torch.tensor([0, 2]))); // => tensor([0.5000, 0.8808])
 * ```
 */
export class Sigmoid extends Module {
  /** @internal */
  static readonly keepsNothing = true;
  forward(input: Tensor): Tensor {
    return sigmoid(input);
  }
}

/**
 * Hyperbolic tangent, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Tanh()(torch.tensor([0, 1]))); // => tensor([0.0000, 0.7616])
 * ```
 */
export class Tanh extends Module {
  /** @internal */
  static readonly keepsNothing = true;
  forward(input: Tensor): Tensor {
    return tanh(input);
  }
}

/**
 * max(x, 0), elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.ReLU()(torch.tensor([-1, 2]))); // => tensor([0., 2.])
 * ```
 */
export class ReLU extends Activation {
  /** @internal */
  static readonly keepsNothing = true;

  /** @param inplace - Writes the input itself; default false. */
  constructor(...args: Given<[inplace?: boolean], { inplace?: boolean }>) {
    super('(inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return this.inplace ? relu_(input) : relu(input);
  }
}

/**
 * x where x > 0, otherwise negativeSlope · x, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.LeakyReLU(0.1)(torch.tensor([-1, 2]))); // => tensor([-0.1000,  2.0000])
 * ```
 */
export class LeakyReLU extends Activation {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly negativeSlope: number;

  /**
   * @param negativeSlope - Default 0.01.
   * @param inplace - Writes the input itself; default false.
   */
  constructor(
    ...args: Given<[negativeSlope?: number, inplace?: boolean], { negativeSlope?: number; inplace?: boolean }>
  ) {
    super('(negativeSlope: float = 0.01, inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return leakyRelu(input, this.negativeSlope, this.inplace);
  }

  override extraRepr(): string {
    return printed(this, 'negativeSlope');
  }
}

/**
 * x where x > 0, otherwise a · x: while training, a is drawn uniformly from lower … upper for each element; in evaluation
 * it is the middle.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.RReLU(0.1, 0.3).eval();
 * console.log(layer, layer(torch.tensor([-1, 2])));
 * // => RReLU(lower=0.1, upper=0.3) tensor([-0.2000,  2.0000])
 * ```
 */
export class RReLU extends Activation {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly lower: number;
  declare readonly upper: number;

  /**
   * @param lower - Default 1/8.
   * @param upper - Default 1/3.
   * @param inplace - Writes the input itself; default false.
   */
  constructor(
    ...args: Given<
      [lower?: number, upper?: number, inplace?: boolean],
      { lower?: number; upper?: number; inplace?: boolean }
    >
  ) {
    super('(lower: float = 0.125, upper: float = 0.3333333333333333, inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return rrelu(input, this.lower, this.upper, this.training, this.inplace);
  }

  override extraRepr(): string {
    return printed(this, 'lower', 'upper');
  }
}

/** A layer that works along one dimension. */
abstract class AlongDim extends Configured {
  declare readonly dim: number | null;

  /** @param dim - Without it PyTorch's implicit choice: 0 for 1 or 3 dimensions, otherwise 1. */
  constructor(...args: Given<[dim?: number | null], { dim?: number | null }>) {
    super('(dim: int? = null)', args);
  }

  override extraRepr(): string {
    return `dim=${this.dim === null ? 'None' : this.dim}`;
  }
}

/**
 * exp(xᵢ) / Σⱼ exp(xⱼ) along a dimension.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Softmax(0)(torch.tensor([1, 2, 3]))); // => tensor([0.0900, 0.2447, 0.6652])
 * ```
 */
export class Softmax extends AlongDim {
  /** @internal */
  static readonly keepsNothing = true;
  forward(input: Tensor): Tensor {
    return softmax(input, this.dim);
  }
}

/**
 * log(softmax(x)) along a dimension.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.LogSoftmax(0)(torch.tensor([1, 2, 3]))); // => tensor([-2.4076, -1.4076, -0.4076])
 * ```
 */
export class LogSoftmax extends AlongDim {
  /** @internal */
  static readonly keepsNothing = true;
  forward(input: Tensor): Tensor {
    return logSoftmax(input, this.dim);
  }
}

/**
 * exp(-xᵢ) / Σⱼ exp(-xⱼ) along a dimension: softmax(-x).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Softmin(0)(torch.tensor([1, 2, 3]))); // => tensor([0.6652, 0.2447, 0.0900])
 * ```
 */
export class Softmin extends AlongDim {
  /** @internal */
  static readonly keepsNothing = true;
  forward(input: Tensor): Tensor {
    return softmin(input, this.dim);
  }
}

/**
 * Softmax over the channels of an image, at every place.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Softmax2d()(torch.zeros(2, 1, 1)).flatten()); // => tensor([0.5000, 0.5000])
 * ```
 */
export class Softmax2d extends Module {
  /** @internal */
  static readonly keepsNothing = true;
  /**
   * @param input - [N, C, H, W] or [C, H, W].
   * @throws RangeError for another number of dimensions.
   */
  forward(input: Tensor): Tensor {
    checkTensor(input, 'Softmax2d');
    const { length } = input.dims;
    if (length !== 3 && length !== 4) {
      throw new RangeError(`Softmax2d: expected input to be 3D or 4D, got ${length}D instead`);
    }
    return softmax(input, -3);
  }
}
