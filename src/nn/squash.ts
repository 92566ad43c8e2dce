/** Activation functions as layers: soft steps, shrinkages and gates. */
import { empty } from '../ops/create/create.ts';
import type { DType } from '../tensor/dtype.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { constant_ } from './init.ts';
import { computing, layer, shown } from './layer.ts';
import { Parameter } from './parameter.ts';
import { weightOf } from './place.ts';

/**
 * log(1 + exp(β x)) / β, elementwise; x itself where β x exceeds the threshold.
 *
 * @param beta - β; default 1.
 * @param threshold - From where on it is the line x; default 20.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Softplus()(torch.tensor([-1, 2]))); // => tensor([0.3133, 2.1269])
 * ```
 */
export class Softplus extends layer(
  '(beta: float = 1, threshold: float = 20)',
  (input, beta, threshold) => F.softplus(input, beta, threshold),
  { show: shown('beta', 'threshold') },
) {}

/**
 * x / (1 + |x|), elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Softsign()(torch.tensor([-1, 3]))); // => tensor([-0.5000,  0.7500])
 * ```
 */
export class Softsign extends layer('()', (input) => F.softsign(input)) {}

/**
 * log(sigmoid(x)), elementwise, without overflow.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.LogSigmoid()(torch.tensor([-1, 2]))); // => tensor([-1.3133, -0.1269])
 * ```
 */
export class LogSigmoid extends layer('()', (input) => F.logsigmoid(input)) {}

/**
 * x - tanh(x), elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Tanhshrink()(torch.tensor([-1, 2]))); // => tensor([-0.2384,  1.0360])
 * ```
 */
export class Tanhshrink extends layer('()', (input) => F.tanhshrink(input)) {}

/**
 * 0 between -λ and λ, otherwise x.
 *
 * @param lambd - λ; default 0.5.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Hardshrink()(torch.tensor([-1, 0.25]))); // => tensor([-1.,  0.])
 * ```
 */
export class Hardshrink extends layer('(lambd: float = 0.5)', (input, lambd) => F.hardshrink(input, lambd), {
  show: ({ lambd }) => String(lambd),
}) {}

/**
 * 0 between -λ and λ, otherwise x moved towards 0 by λ.
 *
 * @param lambd - λ; default 0.5.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Softshrink()(torch.tensor([-1, 0.25]))); // => tensor([-0.5000,  0.0000])
 * ```
 */
export class Softshrink extends layer('(lambd: float = 0.5)', (input, lambd) => F.softshrink(input, lambd), {
  show: ({ lambd }) => String(lambd),
}) {}

/**
 * a · sigmoid(b), a and b being the halves of the input along a dimension.
 *
 * @param dim - Default -1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.GLU()(torch.tensor([1, 2, 0, 2]))); // => tensor([0.5000, 1.7616])
 * ```
 */
export class GLU extends layer('(dim: int = -1)', (input, dim) => F.glu(input, dim), {
  show: ({ dim }) => `dim=${dim}`,
}) {}

/**
 * x where x > 0, otherwise a · x, a being learned: one slope for all, or one for each channel (dimension 1).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.PReLU();
 * console.log(layer(torch.tensor([-1, 2])).tolist()); // => [ -0.25, 2 ]
 * ```
 */
export class PReLU extends computing((layer: { weight: Tensor }, input: Tensor) => F.prelu(input, weightOf(layer))) {
  declare readonly numParameters: number;
  /** [numParameters], the slopes. */
  declare weight: Parameter;
  declare private readonly init: number;

  /**
   * @param numParameters - 1 (default) or the number of channels.
   * @param init - What the slopes start from; default 0.25.
   * @param options - `dtype`.
   */
  constructor(
    ...args:
      | [numParameters?: number, init?: number, options?: { dtype?: DType; device?: string }]
      | [options: { numParameters?: number; init?: number; dtype?: DType; device?: string }]
  ) {
    super();
    const { device, dtype, ...options } = bindRecord(
      '(numParameters: size = 1, init: float = 0.25, device: device? = null, dtype: dtype? = null)',
      args,
      new.target.name,
    );
    const { numParameters } = options;
    Object.assign(this, options);
    this.registerParameter('weight', new Parameter(empty([numParameters], { dtype, device })));
    this.resetParameters();
  }

  /** Sets all slopes to what they started from. */
  resetParameters(): void {
    constant_(this.weight, this.init);
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}
