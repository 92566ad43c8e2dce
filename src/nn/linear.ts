/** Linear layers. */
import { empty } from '../ops/create/create.ts';
import { linear } from '../ops/linalg/matmul.ts';
import type { DType } from '../tensor/dtype.ts';
import { pythonBool } from '../tensor/python-text.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { kaimingUniform_, uniform_ } from './init.ts';
import { computing } from './layer.ts';
import { Parameter } from './parameter.ts';
import { type Affine, biasOf, weightOf } from './place.ts';

/** Arguments of `nn.Linear`, named. */
export interface LinearOptions<Bias extends boolean = boolean> {
  inFeatures: number;
  outFeatures: number;
  /** Default true. */
  bias?: Bias;
  dtype?: DType;
  device?: string;
}

/**
 * y = x Wᵀ + b, for x of shape [..., inFeatures]. W and b start uniform on ±1/√inFeatures, as in PyTorch.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.Linear(3, 2);
 * console.log(layer, String(layer(torch.ones(5, 3)).shape));
 * // => Linear(in_features=3, out_features=2, bias=True) torch.Size([5, 2])
 * ```
 */
export class Linear<Bias extends boolean = true> extends computing((layer: Affine, input: Tensor) =>
  linear(input, weightOf(layer), biasOf(layer)),
) {
  declare readonly inFeatures: number;
  declare readonly outFeatures: number;
  /** [outFeatures, inFeatures]. */
  declare weight: Parameter;
  /** [outFeatures], or null without `bias`. */
  declare bias: [Bias] extends [true] ? Parameter : [Bias] extends [false] ? null : Parameter | null;

  /**
   * @param inFeatures - Size of the last dimension of the input.
   * @param outFeatures - Size of the last dimension of the output.
   * @param bias - Whether to add b; default true.
   * @throws TypeError or RangeError unless both sizes are whole numbers that are not negative.
   */
  constructor(inFeatures: number, outFeatures: number, bias?: Bias, options?: { dtype?: DType; device?: string });
  constructor(
    inFeatures: number,
    outFeatures: number,
    options?: Omit<LinearOptions<Bias>, 'inFeatures' | 'outFeatures'>,
  );
  constructor(options: LinearOptions<Bias>);
  constructor(...args: unknown[]) {
    super();
    const { bias, device, dtype, ...sizes } = bindRecord(
      '(inFeatures: size, outFeatures: size, bias: bool = true, device: device? = null, dtype: dtype? = null)',
      args,
      new.target.name,
    );
    Object.assign(this, sizes);
    const { inFeatures, outFeatures } = sizes;
    this.registerParameter('weight', new Parameter(empty([outFeatures, inFeatures], { dtype, device })));
    this.registerParameter('bias', bias ? new Parameter(empty([outFeatures], { dtype, device })) : null);
    this.resetParameters();
  }

  /** Draws weight and bias anew, PyTorch's way: both uniform on ±1/√inFeatures. */
  resetParameters(): void {
    if (this.weight.count > 0) kaimingUniform_(this.weight, Math.sqrt(5));
    if (this.bias !== null) {
      const bound = this.inFeatures > 0 ? 1 / Math.sqrt(this.inFeatures) : 0;
      uniform_(this.bias, -bound, bound);
    }
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${pythonBool(this.bias !== null)}`;
  }
}

/**
 * Gives its input back; takes any arguments, as in PyTorch.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Identity()(torch.ones(2))); // => tensor([1., 1.])
 * ```
 */
export class Identity extends computing((_layer: unknown, input: Tensor) => input) {
  constructor(..._ignored: unknown[]) {
    super();
  }
}
