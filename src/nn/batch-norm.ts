/** Batch normalisation as a layer: it keeps the running statistics, and knows when to use them. */

import { noGrad } from '../autograd/mode.ts';
import { within } from '../memory/errors.ts';
import { copy_ } from '../ops/create/copy.ts';
import { ones, zeros } from '../ops/create/create.ts';
import { tensor } from '../ops/create/from-data.ts';
import { checkTensor } from '../ops/promote.ts';
import { checkBatch, normalise } from '../ops/reduce/batch-norm.ts';
import { type DType, int64 } from '../tensor/dtype.ts';
import { pythonBool, pythonNumber } from '../tensor/python-text.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { computing } from './layer.ts';
import { Parameter } from './parameter.ts';
import { biasOf, weightOf } from './place.ts';

/** Arguments of `nn.BatchNorm1d`, named. */
export interface BatchNormOptions {
  numFeatures: number;
  /** Added to the variance; default 1e-5. */
  eps?: number;
  /** The share of the new in the running statistics, default 0.1; null averages over all batches. */
  momentum?: number | null;
  /** Whether weight and bias are learned; default true. */
  affine?: boolean;
  /** Whether running statistics are kept; default true. */
  trackRunningStats?: boolean;
  dtype?: DType;
  device?: string;
  /** Whether there is a bias beside the weight; default true. */
  bias?: boolean;
}

/** What its forward pass reads of a BatchNorm1d. */
interface Normalising {
  readonly training: boolean;
  readonly trackRunningStats: boolean;
  readonly momentum: number | null;
  readonly eps: number;
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
  readonly runningMean: Tensor | null;
  readonly runningVar: Tensor | null;
  readonly numBatchesTracked: Tensor | null;
}

/** The forward pass of a layer over [N, C] or [N, C, L]. */
function batchNorm(layer: Normalising, input: Tensor): Tensor {
  checkTensor(input, layer.constructor.name);
  const rank = input.dims.length;
  if (rank !== 2 && rank !== 3) throw new RangeError(`expected 2D or 3D input (got ${rank}D input)`);
  const { runningMean: average, runningVar: variance, numBatchesTracked: seen, training, eps } = layer;
  const own = training || average === null || variance === null;
  if (own) checkBatch(input);
  const tracks = training && layer.trackRunningStats;
  const before = tracks && seen !== null ? seen.item() : 0;
  const momentum = layer.momentum ?? (tracks ? 1 / (before + 1) : 0);
  const keep = !training || layer.trackRunningStats;
  return within('batchNorm', () =>
    normalise(
      tracks && seen !== null ? [seen, before + 1] : null,
      input,
      keep ? average : null,
      keep ? variance : null,
      weightOf(layer),
      biasOf(layer),
      own,
      momentum,
      eps,
    ),
  );
}

/**
 * (x - E[x]) / √(Var[x] + eps) · weight + bias for each channel, over the batch (and the length). While training, E and
 * Var are the batch's, and running averages of them are kept, which evaluation uses instead.
 *
 * Its state has PyTorch's keys: `weight`, `bias`, `running_mean`, `running_var`, `num_batches_tracked`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.BatchNorm1d(2);
 * const y = layer(torch.tensor([[1, 10], [3, 30]]));
 * console.log(y.round().tolist(), layer.runningMean); // => [ [ -1, -1 ], [ 1, 1 ] ] tensor([0.2000, 2.0000])
 * ```
 */
export class BatchNorm1d extends computing(batchNorm) {
  declare readonly numFeatures: number;
  declare readonly eps: number;
  declare momentum: number | null;
  declare readonly affine: boolean;
  declare readonly trackRunningStats: boolean;
  /** [numFeatures], starts as ones; null unless affine. */
  declare weight: Parameter | null;
  /** [numFeatures], starts as zeros; null unless affine. */
  declare bias: Parameter | null;
  declare private running_mean: Tensor | null;
  declare private running_var: Tensor | null;
  declare private num_batches_tracked: Tensor | null;

  /**
   * @param numFeatures - The number of channels C.
   * @param eps - Default 1e-5.
   * @param momentum - Default 0.1.
   * @param options - `affine`, `trackRunningStats`, `bias`, `dtype`.
   */
  constructor(
    ...args:
      | [options: BatchNormOptions]
      | [numFeatures: number, options?: Omit<BatchNormOptions, 'numFeatures'>]
      | [numFeatures: number, eps?: number, momentum?: number | null, affine?: boolean, trackRunningStats?: boolean]
  ) {
    super();
    const { device, dtype, bias, ...fields } = bindRecord(
      '(numFeatures: size, eps: float = 1e-5, momentum: float? = 0.1, affine: bool = true, trackRunningStats: bool = true, device: device? = null, dtype: dtype? = null, bias: bool = true)',
      args,
      new.target.name,
    );
    const { numFeatures, affine, trackRunningStats: track } = fields;
    Object.assign(this, fields);
    const options = { dtype, device };
    this.registerParameter('weight', affine ? new Parameter(ones([numFeatures], options)) : null);
    this.registerParameter('bias', affine && bias ? new Parameter(zeros([numFeatures], options)) : null);
    this.registerBuffer('running_mean', track ? zeros([numFeatures], options) : null);
    this.registerBuffer('running_var', track ? ones([numFeatures], options) : null);
    this.registerBuffer('num_batches_tracked', track ? tensor(0, { dtype: int64 }) : null);
  }

  /** [numFeatures], the running mean; null unless tracked. */
  get runningMean(): Tensor | null {
    return this.running_mean;
  }

  set runningMean(value: Tensor | null) {
    this.registerBuffer('running_mean', value);
  }

  /** [numFeatures], the running variance; null unless tracked. */
  get runningVar(): Tensor | null {
    return this.running_var;
  }

  set runningVar(value: Tensor | null) {
    this.registerBuffer('running_var', value);
  }

  /** int64 scalar, the number of batches seen in training; null unless tracked. */
  get numBatchesTracked(): Tensor | null {
    return this.num_batches_tracked;
  }

  set numBatchesTracked(value: Tensor | null) {
    this.registerBuffer('num_batches_tracked', value);
  }

  /** Forgets the running statistics: mean 0, variance 1. */
  resetRunningStats(): void {
    noGrad(() => {
      for (const [x, value] of [
        [this.running_mean, 0],
        [this.running_var, 1],
        [this.num_batches_tracked, 0],
      ] as const) {
        if (x !== null) copy_(x, value);
      }
    });
  }

  /** Forgets the running statistics and sets weight to ones and bias to zeros. */
  resetParameters(): void {
    this.resetRunningStats();
    noGrad(() => {
      if (this.weight !== null) copy_(this.weight, 1);
      if (this.bias !== null) copy_(this.bias, 0);
    });
  }

  override extraRepr(): string {
    const momentum = this.momentum === null ? 'None' : pythonNumber(this.momentum);
    return (
      `${this.numFeatures}, eps=${pythonNumber(this.eps)}, momentum=${momentum}, affine=${pythonBool(this.affine)}, ` +
      `bias=${pythonBool(this.bias !== null)}, track_running_stats=${pythonBool(this.trackRunningStats)}`
    );
  }
}
