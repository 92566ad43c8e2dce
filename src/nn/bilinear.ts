/** The bilinear layer. */
import { empty } from '../ops/create/create.ts';
import { bilinear } from '../ops/linalg/bilinear.ts';
import type { DType } from '../tensor/dtype.ts';
import { pythonBool } from '../tensor/python-text.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { uniform_ } from './init.ts';
import { computing } from './layer.ts';
import { Parameter } from './parameter.ts';
import { type Affine, biasOf, weightOf } from './place.ts';

/** Arguments of `nn.Bilinear`, named. */
export interface BilinearOptions {
  in1Features: number;
  in2Features: number;
  outFeatures: number;
  /** Default true. */
  bias?: boolean;
  dtype?: DType;
  device?: string;
}

/**
 * y[k] = x₁ᵀ W[k] x₂ + b[k]. W and b start uniform on ±1/√in1Features, as in PyTorch.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.Bilinear(2, 3, 4);
 * console.log(String(layer(torch.ones(5, 2), torch.ones(5, 3)).shape)); // => torch.Size([5, 4])
 * ```
 */
export class Bilinear extends computing((layer: Affine, input1: Tensor, input2: Tensor) =>
  bilinear(input1, input2, weightOf(layer), biasOf(layer)),
) {
  declare readonly in1Features: number;
  declare readonly in2Features: number;
  declare readonly outFeatures: number;
  /** [outFeatures, in1Features, in2Features]. */
  declare weight: Parameter;
  /** [outFeatures], or null. */
  declare bias: Parameter | null;

  /**
   * @param in1Features - Size of the last dimension of the first input; more than 0.
   * @param in2Features - Size of the last dimension of the second input.
   * @param outFeatures - Size of the last dimension of the output.
   * @param bias - Whether to add b; default true.
   */
  constructor(
    ...args:
      | [options: BilinearOptions]
      | [in1Features: number, in2Features: number, outFeatures: number, bias?: boolean]
      | [
          in1Features: number,
          in2Features: number,
          outFeatures: number,
          options?: Pick<BilinearOptions, 'bias' | 'dtype'>,
        ]
  ) {
    super();
    const { bias, device, dtype, ...sizes } = bindRecord(
      '(in1Features: size, in2Features: size, outFeatures: size, bias: bool = true, device: device? = null, dtype: dtype? = null)',
      args,
      new.target.name,
    );
    const { in1Features, in2Features, outFeatures } = sizes;
    if (in1Features === 0) throw new RangeError(`in1_features must be > 0, but got (in1_features=${in1Features})`);
    Object.assign(this, sizes);
    this.registerParameter('weight', new Parameter(empty([outFeatures, in1Features, in2Features], { dtype, device })));
    this.registerParameter('bias', bias ? new Parameter(empty([outFeatures], { dtype, device })) : null);
    this.resetParameters();
  }

  /** Draws weight and bias anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    uniform_(this.weight, -bound, bound);
    if (this.bias !== null) uniform_(this.bias, -bound, bound);
  }

  override extraRepr(): string {
    return (
      `in1_features=${this.in1Features}, in2_features=${this.in2Features}, out_features=${this.outFeatures}, ` +
      `bias=${pythonBool(this.bias !== null)}`
    );
  }
}
