/** Layer normalisation as a layer. */
import { noGrad } from '../autograd/mode.ts';
import { copy_ } from '../ops/create/copy.ts';
import { ones, zeros } from '../ops/create/create.ts';
import { layerNorm } from '../ops/reduce/normalize.ts';
import type { DType } from '../tensor/dtype.ts';
import { pythonBool, pythonNumber, pythonTuple } from '../tensor/python-text.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { computing } from './layer.ts';
import { Parameter } from './parameter.ts';
import { biasOf, weightOf } from './place.ts';

/** Arguments of `nn.LayerNorm`, named. */
export interface LayerNormArgs {
  /** The last dimensions of the input, which are normalised together. */
  normalizedShape: number | readonly number[];
  /** Added to the variance; default 1e-5. */
  eps?: number;
  /** Whether weight and bias are learned; default true. */
  elementwiseAffine?: boolean;
  /** Whether there is a bias beside the weight; default true. */
  bias?: boolean;
  dtype?: DType;
  device?: string;
}

/** What its forward pass reads of a LayerNorm. */
interface Normalising {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
}

/**
 * (x - E[x]) / √(Var[x] + eps) · weight + bias over the last dimensions, for each example by itself.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.LayerNorm(2);
 * console.log(layer(torch.tensor([[1, 3]])).round().tolist()); // => [ [ -1, 1 ] ]
 * ```
 */
export class LayerNorm extends computing((layer: Normalising, input: Tensor) =>
  layerNorm(input, layer.normalizedShape, weightOf(layer), biasOf(layer), layer.eps),
) {
  readonly normalizedShape: readonly number[];
  declare readonly eps: number;
  declare readonly elementwiseAffine: boolean;
  /** normalizedShape, starts as ones; null unless elementwiseAffine. */
  declare weight: Parameter | null;
  /** normalizedShape, starts as zeros; null without. */
  declare bias: Parameter | null;

  /**
   * @param normalizedShape - The last dimensions of the input.
   * @param eps - Default 1e-5.
   * @param options - `elementwiseAffine`, `bias`, `dtype`.
   */
  constructor(
    ...args:
      | [options: LayerNormArgs]
      | [normalizedShape: number | readonly number[], options?: Omit<LayerNormArgs, 'normalizedShape'>]
      | [normalizedShape: number | readonly number[], eps?: number, elementwiseAffine?: boolean, bias?: boolean]
  ) {
    super();
    const { normalizedShape, bias, device, dtype, ...options } = bindRecord(
      '(normalizedShape: ints, eps: float = 1e-5, elementwiseAffine: bool = true, bias: bool = true, device: device? = null, dtype: dtype? = null)',
      args,
      new.target.name,
    );
    const shape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape];
    for (const size of shape) {
      if (size < 0) throw new RangeError(`${new.target.name}(): normalizedShape must not be negative, got ${size}`);
    }
    this.normalizedShape = shape;
    Object.assign(this, options);
    const { elementwiseAffine } = options;
    this.registerParameter('weight', elementwiseAffine ? new Parameter(ones(shape, { dtype, device })) : null);
    this.registerParameter('bias', elementwiseAffine && bias ? new Parameter(zeros(shape, { dtype, device })) : null);
  }

  /** Sets weight to ones and bias to zeros. */
  resetParameters(): void {
    noGrad(() => {
      if (this.weight !== null) copy_(this.weight, 1);
      if (this.bias !== null) copy_(this.bias, 0);
    });
  }

  override extraRepr(): string {
    return (
      `${pythonTuple(this.normalizedShape)}, eps=${pythonNumber(this.eps)}, ` +
      `elementwise_affine=${pythonBool(this.elementwiseAffine)}, bias=${pythonBool(this.bias !== null)}`
    );
  }
}
