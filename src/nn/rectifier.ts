/** Activation functions as layers: rectifiers, hard and soft. */
import * as F from './functional.ts';
import type { Given } from './given.ts';
import { layer, shown } from './layer.ts';

/**
 * x where x > 0, otherwise α (eˣ - 1), elementwise.
 *
 * @param alpha - α; default 1.
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.ELU()(torch.tensor([-1, 2]))); // => tensor([-0.6321,  2.0000])
 * ```
 */
export class ELU extends layer(
  '(alpha: float = 1, inplace: bool = false)',
  (input, alpha, inplace) => F.elu(input, alpha, inplace),
  { show: shown('alpha') },
) {}

/**
 * max(x, 0) + min(0, α (exp(x / α) - 1)), elementwise.
 *
 * @param alpha - α; default 1.
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.CELU(2)(torch.tensor([-1, 2]))); // => tensor([-0.7869,  2.0000])
 * ```
 */
export class CELU extends layer(
  '(alpha: float = 1, inplace: bool = false)',
  (input, alpha, inplace) => F.celu(input, alpha, inplace),
  { show: shown('alpha') },
) {}

/**
 * s (max(x, 0) + min(0, α (eˣ - 1))) with the s and α that keep mean 0 and variance 1, elementwise.
 *
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.SELU()(torch.tensor([-1, 2]))); // => tensor([-1.1113,  2.1014])
 * ```
 */
export class SELU extends layer('(inplace: bool = false)', (input, inplace) => F.selu(input, inplace), {
  show: shown(),
}) {}

/**
 * x · sigmoid(x), elementwise; also called swish.
 *
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.SiLU()(torch.tensor([-1, 2]))); // => tensor([-0.2689,  1.7616])
 * ```
 */
export class SiLU extends layer('(inplace: bool = false)', (input, inplace) => F.silu(input, inplace), {
  show: shown(),
}) {}

/**
 * x · tanh(softplus(x)), elementwise.
 *
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Mish()(torch.tensor([-1, 2]))); // => tensor([-0.3034,  1.9440])
 * ```
 */
export class Mish extends layer('(inplace: bool = false)', (input, inplace) => F.mish(input, inplace), {
  show: shown(),
}) {}

/**
 * x · Φ(x), Φ being the normal distribution function; with `'tanh'` an approximation of it.
 *
 * @param approximate - `'none'` (default) or `'tanh'`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.GELU()(torch.tensor([-1, 2]))); // => tensor([-0.1587,  1.9545])
 * ```
 */
export class GELU extends layer(
  "(approximate: str = 'none')",
  (input, approximate) => F.gelu(input, { approximate: approximate as 'none' | 'tanh' }),
  { show: ({ approximate }) => `approximate='${approximate}'` },
) {
  declare readonly approximate: 'none' | 'tanh';

  constructor(...args: Given<[approximate?: 'none' | 'tanh'], { approximate?: 'none' | 'tanh' }>) {
    super(...(args as [approximate?: 'none' | 'tanh']));
  }
}

/**
 * min(max(x, 0), 6), elementwise.
 *
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.ReLU6()(torch.tensor([-1, 9]))); // => tensor([0., 6.])
 * ```
 */
export class ReLU6 extends layer('(inplace: bool = false)', (input, inplace) => F.relu6(input, inplace), {
  show: shown(),
}) {}

/**
 * x between two bounds, and the bound beyond it.
 *
 * @param minVal - Lower bound; default -1.
 * @param maxVal - Upper bound; default 1.
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Hardtanh(-2, 2)(torch.tensor([-3, 1]))); // => tensor([-2.,  1.])
 * ```
 */
export class Hardtanh extends layer(
  '(minVal: float = -1, maxVal: float = 1, inplace: bool = false)',
  (input, minVal, maxVal, inplace) => F.hardtanh(input, minVal, maxVal, inplace),
  { show: shown('minVal', 'maxVal') },
) {}

/**
 * x · min(max(x + 3, 0), 6) / 6, elementwise.
 *
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Hardswish()(torch.tensor([-1, 4]))); // => tensor([-0.3333,  4.0000])
 * ```
 */
export class Hardswish extends layer('(inplace: bool = false)', (input, inplace) => F.hardswish(input, inplace)) {}

/**
 * min(max(x + 3, 0), 6) / 6, elementwise.
 *
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Hardsigmoid()(torch.tensor([-1, 4]))); // => tensor([0.3333, 1.0000])
 * ```
 */
export class Hardsigmoid extends layer('(inplace: bool = false)', (input, inplace) => F.hardsigmoid(input, inplace)) {}

/**
 * x where x > threshold, otherwise value, elementwise.
 *
 * @param threshold - Where x passes.
 * @param value - What stands elsewhere.
 * @param inplace - Writes the input itself; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Threshold(1, -5)(torch.tensor([0, 2]))); // => tensor([-5.,  2.])
 * ```
 */
export class Threshold extends layer(
  '(threshold: float, value: float, inplace: bool = false)',
  (input, threshold, value, inplace) => F.threshold(input, threshold, value, inplace),
  {
    show: ({ inplace, threshold, value }) => `threshold=${threshold}, value=${value}${inplace ? ', inplace=True' : ''}`,
  },
) {}
