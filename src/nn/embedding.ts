/** A table of rows, looked up by index. */
import { noGrad } from '../autograd/mode.ts';
import { copy_ } from '../ops/create/copy.ts';
import { empty, setRequiresGrad } from '../ops/create/create.ts';
import { embedding } from '../ops/select/embedding.ts';
import { select } from '../ops/view/slice.ts';
import { describe } from '../tensor/args.ts';
import type { DType } from '../tensor/dtype.ts';
import { pythonNumber } from '../tensor/python-text.ts';
import { sameDims } from '../tensor/shape.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { normal_ } from './init.ts';
import { computing } from './layer.ts';
import { Parameter } from './parameter.ts';
import { weightOf } from './place.ts';

/** What the lookup of `nn.Embedding` does beside looking up. */
export interface EmbeddingLookup {
  /** A row that gets no gradient, and starts as zeros; may count from the end. */
  paddingIdx?: number | null;
  /** Rows used that are longer are scaled down to it, in place. */
  maxNorm?: number | null;
  /** The p of that norm; default 2. */
  normType?: number;
  /** Divides a row's gradient by how often the batch uses it; default false. */
  scaleGradByFreq?: boolean;
}

/** Arguments of `nn.Embedding`, named. */
export interface EmbeddingArgs extends EmbeddingLookup {
  numEmbeddings: number;
  embeddingDim: number;
  /** The table to start from, instead of a normal one: copied into a parameter. */
  _weight?: Tensor | null;
  dtype?: DType;
  device?: string;
}

/** What its forward pass reads of an Embedding. */
interface Table extends Required<EmbeddingLookup> {
  readonly weight: Tensor;
}

/**
 * y = W[x]: a learned row for each index. W starts normal with mean 0 and standard deviation 1, as in PyTorch, the
 * padding row as zeros. The input, of any shape, is integers, or floats that are whole numbers.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const words = new torch.nn.Embedding(10, 3, { paddingIdx: 0 });
 * console.log(words, String(words(torch.tensor([[1, 2], [4, 0]])).shape));
 * // => Embedding(10, 3, padding_idx=0) torch.Size([2, 2, 3])
 * ```
 */
export class Embedding extends computing((layer: Table, input: Tensor) =>
  embedding(input, weightOf(layer), layer.paddingIdx, layer.maxNorm, layer.normType, layer.scaleGradByFreq),
) {
  declare readonly numEmbeddings: number;
  declare readonly embeddingDim: number;
  declare readonly paddingIdx: number | null;
  declare readonly maxNorm: number | null;
  declare readonly normType: number;
  declare readonly scaleGradByFreq: boolean;
  /** [numEmbeddings, embeddingDim]. */
  declare weight: Parameter;

  /**
   * @param numEmbeddings - The number of rows.
   * @param embeddingDim - The length of a row.
   * @param options - `paddingIdx`, `maxNorm`, `normType`, `scaleGradByFreq`, `dtype`.
   * @throws RangeError for a padding row out of range.
   */
  constructor(
    ...args:
      | [options: EmbeddingArgs]
      | [numEmbeddings: number, embeddingDim: number, options?: Omit<EmbeddingArgs, 'numEmbeddings' | 'embeddingDim'>]
      | [numEmbeddings: number, embeddingDim: number, paddingIdx?: number | null, maxNorm?: number | null]
  ) {
    super();
    const { _weight, device, dtype, ...options } = bindRecord(
      '(numEmbeddings: size, embeddingDim: size, paddingIdx: int? = null, maxNorm: float? = null, normType: float = 2, scaleGradByFreq: bool = false, _weight: Tensor? = null, device: device? = null, dtype: dtype? = null)',
      args,
      new.target.name,
    );
    const { numEmbeddings, embeddingDim, paddingIdx } = options;
    const isRow = (index: number): boolean =>
      Number.isInteger(index) && index >= -numEmbeddings && index < numEmbeddings;
    if (paddingIdx !== null && !isRow(paddingIdx)) {
      throw new RangeError(
        `Padding_idx must be within num_embeddings, got ${describe(paddingIdx)} of ${numEmbeddings} rows`,
      );
    }
    const dims = [numEmbeddings, embeddingDim];
    if (_weight !== null && !sameDims(_weight.dims, dims)) {
      throw new RangeError('Shape of weight does not match num_embeddings and embedding_dim');
    }
    Object.assign(this, options);
    if (paddingIdx !== null && paddingIdx < 0) this.paddingIdx = paddingIdx + numEmbeddings;
    this.registerParameter('weight', new Parameter(_weight ?? empty(dims, { dtype, device })));
    if (_weight === null) this.resetParameters();
  }

  /**
   * A layer over a given table.
   *
   * @param embeddings - [rows, length]; shared, not copied.
   * @param freeze - Whether the table stays as it is in training; default true.
   * @param options - `paddingIdx`, `maxNorm`, `normType`, `scaleGradByFreq`.
   * @throws RangeError unless it has two dimensions.
   * @example
   * ```ts
   * import * as torch from 'torchlet';
   * const table = torch.nn.Embedding.fromPretrained(torch.tensor([[1, 2], [3, 4]]));
   * console.log(table(torch.tensor([1])).tolist(), table.weight.requiresGrad); // => [ [ 3, 4 ] ] false
   * ```
   */
  static fromPretrained(
    embeddings: Tensor,
    freeze: boolean | (EmbeddingLookup & { freeze?: boolean }) = true,
    options: EmbeddingLookup = {},
  ): Embedding {
    if (!(embeddings instanceof Tensor)) {
      throw new TypeError(`Embedding.fromPretrained(): embeddings must be a Tensor, got ${describe(embeddings)}`);
    }
    if (embeddings.dims.length !== 2) throw new RangeError('Embeddings parameter is expected to be 2-dimensional');
    const { freeze: fixed = true, ...lookup } = typeof freeze === 'boolean' ? { ...options, freeze } : freeze;
    const [numEmbeddings, embeddingDim] = embeddings.dims;
    const layer = new this({ numEmbeddings, embeddingDim, ...lookup, _weight: embeddings });
    setRequiresGrad(layer.weight, !fixed);
    return layer;
  }

  /** Draws the table anew. */
  resetParameters(): void {
    normal_(this.weight);
    const { paddingIdx } = this;
    if (paddingIdx !== null) noGrad(() => copy_(select(this.weight, 0, paddingIdx), 0));
  }

  override extraRepr(): string {
    let text = `${this.numEmbeddings}, ${this.embeddingDim}`;
    if (this.paddingIdx !== null) text += `, padding_idx=${this.paddingIdx}`;
    if (this.maxNorm !== null) text += `, max_norm=${pythonNumber(this.maxNorm)}`;
    if (this.normType !== 2) text += `, norm_type=${pythonNumber(this.normType)}`;
    return this.scaleGradByFreq ? `${text}, scale_grad_by_freq=True` : text;
  }
}
