/** Rows of a table by their numbers: what `nn.Embedding` computes. */
import { record, records } from '../../autograd/node.ts';
import { scope } from '../../tensor/scope.ts';
import { showDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { unrecorded } from '../composite.ts';
import { toDtype, where } from '../create/copy.ts';
import { onesLike } from '../create/create.ts';
import { add, div, mul } from '../elementwise/binary.ts';
import { eq, gt } from '../elementwise/compare.ts';
import { norm } from '../linalg/norm.ts';
import { zerosOf } from '../make.ts';
import { detach, reshape, unsqueeze } from '../view/view.ts';
import { addRows, indexSelect, scatterAdd, takeRows, wholeNumbers } from './gather.ts';
import { indexCopy_ } from './index-write.ts';
import { unique } from './unique.ts';

/** What `embedding` takes, named. */
export interface EmbeddingOptions {
  paddingIdx?: number | null;
  maxNorm?: number | null;
  normType?: number;
  scaleGradByFreq?: boolean;
  /** For the sake of pasted programs: there are no sparse tensors, gradients are dense. */
  sparse?: boolean;
}

/** `embedding`. */
export type EmbeddingOp = {
  (
    input: Tensor,
    weight: Tensor,
    paddingIdx?: number | null,
    maxNorm?: number | null,
    normType?: number,
    scaleGradByFreq?: boolean,
  ): Tensor;
  (input: Tensor, weight: Tensor, options: EmbeddingOptions): Tensor;
};

/** Scales the rows that are used and longer than maxNorm down to it, in place. */
function limitRows(weight: Tensor, index: Tensor, maxNorm: number, normType: number): void {
  unrecorded(() => {
    const used = unique(index);
    const rows = indexSelect(weight, 0, used);
    const lengths = norm(rows, normType, 1, true);
    const factor = where(gt(lengths, maxNorm), div(maxNorm, add(lengths, 1e-7)), 1);
    indexCopy_(weight, 0, used, toDtype(mul(rows, factor), weight.dtype));
    return [];
  });
}

/**
 * Rows of a table, one for each index.
 *
 * @param input - Indices: integers of any shape.
 * @param weight - [rows, features].
 * @param paddingIdx - A row that gets no gradient.
 * @param maxNorm - Rows used that are longer are scaled down to it first, in place.
 * @param normType - The p of that norm; default 2.
 * @param scaleGradByFreq - Divides a row's gradient by how often it is used; default false. `sparse` may be named.
 * @returns [...input.shape, features].
 * @throws RangeError for an index out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * const table = torch.tensor([[1, 2], [3, 4]]);
 * console.log(F.embedding(torch.tensor([1, 0]), table).tolist()); // => [ [ 3, 4 ], [ 1, 2 ] ]
 * ```
 */
export const embedding: EmbeddingOp = operation<EmbeddingOp>(
  'embedding(input: Tensor, weight: Tensor, paddingIdx: int? = null, maxNorm: float? = null, normType: float = 2, ' +
    'scaleGradByFreq: bool = false, sparse: bool = false)',
  (
    input: Tensor,
    weight: Tensor,
    paddingIdx: number | null,
    maxNorm: number | null,
    normType: number,
    scaleGradByFreq: boolean,
  ) => {
    if (weight.dims.length !== 2) throw new RangeError(`'weight' must be 2-D, got shape ${showDims(weight.dims)}`);
    const [n] = weight.dims;
    if (paddingIdx !== null) {
      if (paddingIdx >= n || paddingIdx < -n) throw new RangeError('Padding_idx must be within num_embeddings');
    }
    return scope(() => {
      const at = wholeNumbers(detach(input), 'embedding', 'input');
      // Checks the indices before anything is written.
      let out = takeRows(detach(weight), at, '');
      if (maxNorm !== null && at.count > 0) {
        limitRows(weight, at, maxNorm, normType);
        out = takeRows(detach(weight), at, '');
      }
      if (records(weight)) {
        const { dims } = weight;
        const skipped = paddingIdx === null ? null : paddingIdx < 0 ? paddingIdx + n : paddingIdx;
        record(out, 'EmbeddingBackward0', [weight], [at], (g, [index]) => {
          let rows = skipped === null ? g : where(unsqueeze(eq(index, skipped), -1), 0, g);
          if (scaleGradByFreq) {
            const flat = reshape(index, [index.count]);
            const counts = scatterAdd(zerosOf([n], g.dtype), 0, flat, onesLike(flat, { dtype: g.dtype }));
            rows = div(rows, unsqueeze(reshape(indexSelect(counts, 0, flat), index.dims), -1));
          }
          return [addRows(rows, index, dims)];
        });
      }
      return out;
    });
  },
);
