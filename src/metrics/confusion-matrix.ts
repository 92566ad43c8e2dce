/** `ConfusionMatrix`, with torchmetrics' names and definitions. */
import { tensor } from '../ops/create/from-data.ts';
import { view } from '../ops/view/view.ts';
import { float32, int64 } from '../tensor/dtype.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  ClassificationMetric,
  checkChoice,
  checkThreshold,
  quotient,
  type TaskArguments,
  type TaskOptions,
  total,
} from './classification.ts';
import { checkCounts } from './metric.ts';
import { classPairs, decisionScores } from './stat-scores.ts';

/** Over what counts become shares: each true class, each predicted class, all samples, or not at all. */
export type Normalize = 'true' | 'pred' | 'all' | 'none';

/** What `ConfusionMatrix` takes, named. */
export interface ConfusionOptions extends TaskOptions {
  /** From which probability on a yes is one, for binary and multilabel; 0.5 if not given. */
  threshold?: number;
  /** `'none'` if not given. */
  normalize?: Normalize | null;
}

const SIGNATURE =
  '(task: any = null, threshold: float = 0.5, numClasses: int? = null, numLabels: int? = null, normalize: str? = null, ignoreIndex: int? = null)';

/**
 * How often each true class (row) was predicted as each class (column): int64 [C, C], [2, 2] for binary, [L, 2, 2] for
 * multilabel; shares in float32 if normalised, 0 where there was nothing. `preds` as for `Accuracy`: logits of a binary
 * or multilabel model need `sigmoid` first.
 *
 * @throws TypeError for a missing numClasses or numLabels; RangeError for shapes that do not fit and labels that are
 *   out of range.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const matrix = new torch.metrics.ConfusionMatrix({ task: 'multiclass', numClasses: 3 });
 * matrix.update(torch.tensor([2, 1, 0, 1]), torch.tensor([2, 1, 0, 0]));
 * console.log(matrix.compute());
 * // => tensor([[1, 1, 0],
 * // =>         [0, 1, 0],
 * // =>         [0, 0, 1]])
 * ```
 */
export class ConfusionMatrix extends ClassificationMetric<number[]> {
  /** From which probability on a yes is one. */
  readonly threshold: number;
  /** Over what counts become shares. */
  readonly normalize: Normalize;

  constructor(
    ...args: TaskArguments<ConfusionOptions, number, [normalize?: Normalize | null, ignoreIndex?: number | null]>
  ) {
    const given = bindRecord(SIGNATURE, args, new.target.name);
    super(given);
    this.threshold = checkThreshold(given.threshold);
    this.normalize = checkChoice('normalize', given.normalize ?? 'none', ['true', 'pred', 'all', 'none']);
  }

  /** No samples yet. */
  zero(): number[] {
    return new Array<number>(this.dims().reduce((a, b) => a * b)).fill(0);
  }

  /** The matrix of one batch, row by row. */
  count(preds: Tensor, target: Tensor): number[] {
    const { numClasses, numLabels, threshold, ignoreIndex } = this;
    if (numClasses === null) {
      const { tp, fp, tn, fn } = decisionScores(preds, target, numLabels, threshold, ignoreIndex);
      return tn.flatMap((value, i) => [value, fp[i], fn[i], tp[i]]);
    }
    const { truth, guess } = classPairs(preds, target, numClasses, 1, ignoreIndex);
    const counts = this.zero();
    for (let i = 0; i < truth.length; i++) {
      const known = guess[i] >= 0 && guess[i] < numClasses;
      if (truth[i] !== ignoreIndex && known) counts[truth[i] * numClasses + guess[i]]++;
    }
    return counts;
  }

  /** The matrices of two sets of batches together. */
  join(a: number[], b: number[]): number[] {
    checkCounts(this, [0], a, b);
    return a.map((value, i) => value + b[i]);
  }

  /** The matrix for counts. */
  of(counts: number[]): Tensor {
    checkCounts(this, [0], counts);
    const { normalize } = this;
    const dims = this.dims();
    const shaped = (x: Tensor): Tensor => view(x, dims);
    if (normalize === 'none') return shaped(tensor(counts, { dtype: int64 }));
    const size = dims[dims.length - 1];
    const area = size * size;
    // The cells that one cell is a share of: its row, its column, its matrix.
    const shares = counts.map((value, i) => {
      const start = Math.floor(i / area) * area;
      const [row, column] = [Math.floor((i - start) / size), i % size];
      const cells = counts.slice(start, start + area);
      const among = cells.filter(
        (_, j) => normalize === 'all' || (normalize === 'true' ? Math.floor(j / size) === row : j % size === column),
      );
      return quotient(value, total(among));
    });
    return shaped(tensor(shares, { dtype: float32 }));
  }

  private dims(): number[] {
    const { numClasses, numLabels } = this;
    const side = numClasses ?? 2;
    return numLabels === null ? [side, side] : [numLabels, side, side];
  }
}
