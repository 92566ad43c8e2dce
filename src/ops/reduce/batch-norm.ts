/**
 * Batch normalisation: each channel (dimension 1) by its own mean and variance over all else, and the running statistics
 * that stand in for them in evaluation.
 */

import { isGradEnabled } from '../../autograd/mode.ts';
import { record, records, refuseWanted } from '../../autograd/node.ts';
import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { type Dims, Size } from '../../tensor/shape.ts';
import { type Bound, operation } from '../../tensor/signature.ts';
import { pointerOf, type Tensor, targetOf } from '../../tensor/tensor.ts';
import { unrecorded } from '../composite.ts';
import { contiguous, copy_, toDtype } from '../create/copy.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { add, div, mul, sub } from '../elementwise/binary.ts';
import { rsqrt } from '../elementwise/unary.ts';
import { launchCopy } from '../launch.ts';
import { castRaw } from '../make.ts';
import { checkTensor } from '../promote.ts';
import { detach, reshape } from '../view/view.ts';
import { factorOf, momentsRaw, standard } from './moments.ts';
import { listed, mean, sum } from './reduce.ts';

/** What `batchNorm` takes, named. */
export interface BatchNormOptions {
  /** [C], or null. */
  weight?: Tensor | null;
  /** [C], or null. */
  bias?: Tensor | null;
  /** Normalises by the batch's own statistics and updates the running ones; default false. */
  training?: boolean;
  /** The share of the new in the running statistics; default 0.1. */
  momentum?: number;
  /** Added to the variance; default 1e-5. */
  eps?: number;
}

const BATCH_NORM =
  'batchNorm(input: Tensor, runningMean: Tensor?, runningVar: Tensor?, weight: Tensor? = null, bias: Tensor? = null, training: bool = false, momentum: float = 0.1, eps: float = 1e-5)';

function checkChannels(name: string, x: Tensor | null, channels: number): void {
  if (x === null) return;
  checkTensor(x, 'batchNorm', name);
  if (x.count !== channels) throw new RangeError(`${name} should contain ${channels} elements not ${x.count}`);
}

/** Throws unless what goes with the input has its dtype. PyTorch has a name for it. */
function checkDtypes(input: Tensor, others: Readonly<Record<string, Tensor | null>>): void {
  for (const [name, x] of Object.entries(others)) {
    if (x === null || x.dtype === input.dtype) continue;
    throw new TypeError(
      `batchNorm(): mixed dtype (CPU): all inputs must share same datatype, but the input is ${input.dtype} and ` +
        `${name} is ${x.dtype}: convert one of them, a model by model.to(dtype)`,
    );
  }
}

/** Throws for a batch that has no variance: one value in each channel. */
export function checkBatch(input: Tensor): void {
  const { dims, count } = input;
  if (count === dims[1]) {
    throw new RangeError(`Expected more than 1 value per channel when training, got input size ${Size.freeze(dims)}`);
  }
}

/** (1 - momentum) running + momentum · value, in the dtype of value: float64. */
function follow(running: Tensor, value: Tensor, momentum: number): Tensor {
  const kept = mul(toDtype(detach(running), value.dtype), 1 - momentum);
  return add(kept, mul(reshape(value, running.dims), momentum));
}

/**
 * Writes the running statistics, and a count, once nothing can fail any more: all is brought in before any is written.
 * As in PyTorch, no write that autograd knows of: a second batch may pass before the first one's backward.
 */
function settle(running: readonly Tensor[], values: readonly Tensor[], count: Count | null): void {
  for (const x of running) targetOf(x);
  for (const x of values) pointerOf(x);
  if (count !== null) targetOf(count[0]);
  running.forEach((x, i) => {
    launchCopy(x, values[i]);
  });
  if (count !== null) copy_(...count);
}

/** A tensor that counts batches, and its next value. */
type Count = readonly [seen: Tensor, next: number];

/**
 * Batch normalisation, (x - E[x]) / √(Var[x] + eps) · weight + bias over every dimension but 1. While training, E and
 * Var are the batch's and the running statistics move towards them (the variance without bias); otherwise the running
 * statistics take their place.
 *
 * @param input - [N, C] or [N, C, …], floating point.
 * @param runningMean - [C], written while training; may be null then.
 * @param runningVar - [C], likewise.
 * @param options - `weight`, `bias`, `training`, `momentum`, `eps`.
 * @throws RangeError for a batch of one value per channel while training, or sizes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([[1, 10], [3, 30]]);
 * const y = torch.nn.functional.batchNorm(x, null, null, { training: true, eps: 0 });
 * console.log(y.tolist()); // => [ [ -1, -1 ], [ 1, 1 ] ]
 * ```
 */
export const batchNorm = operation(BATCH_NORM, (...given): Tensor => normalise(null, ...given));

/** `batchNorm`, which sets `count` too as it writes the running statistics: all of them or none. */
export function normalise(count: Count | null, ...given: Bound<typeof BATCH_NORM>): Tensor {
  const [input, runningMean, runningVar, weight, bias, training, momentum, eps] = given;
  checkFloat(input, 'batchNorm');
  const { dims } = input;
  if (dims.length < 2) throw new RangeError(`batchNorm(): expected at least 2 dimensions, got ${input.shape}`);
  if (training) checkBatch(input);
  const channels = dims[1];
  checkChannels('running_mean', runningMean, channels);
  checkChannels('running_var', runningVar, channels);
  checkChannels('weight', weight, channels);
  checkChannels('bias', bias, channels);
  checkDtypes(input, { runningMean, runningVar, weight, bias });
  if (!training && (runningMean === null || runningVar === null)) {
    throw new TypeError(`${runningMean === null ? 'running_mean' : 'running_var'} must be defined in evaluation mode`);
  }
  if (typeof eps !== 'number' || typeof momentum !== 'number') {
    throw new TypeError(
      `batchNorm(): momentum and eps must be numbers, got ${describe(momentum)} and ${describe(eps)}`,
    );
  }
  refuseWanted('batchNorm', { runningMean, runningVar });
  const reduced = dims.map((_, d) => d !== 1);
  const others = listed(reduced);
  const column: Dims = dims.map((size, d) => (d === 1 ? size : 1));
  const shaped = (x: Tensor): Tensor => reshape(x, column);
  const size = input.count / channels;
  return scope(() => {
    const running: Tensor[] = [];
    const [out, average, scale, ...moved] = unrecorded(() => {
      const x = contiguous(detach(input));
      let average: Tensor;
      let scale: Tensor;
      const moved: Tensor[] = [];
      if (training) {
        const [middle, squares] = momentsRaw(x, reduced);
        average = castRaw(middle, x.dtype);
        scale = factorOf(squares, size, eps, x.dtype);
        if (input.count > 0) {
          for (const [x, value] of [
            [runningMean, () => middle],
            [runningVar, () => div(squares, size - 1)],
          ] as const) {
            if (x === null) continue;
            running.push(x);
            moved.push(follow(x, value(), momentum));
          }
        }
      } else {
        average = shaped(detach(runningMean as Tensor));
        scale = rsqrt(add(shaped(detach(runningVar as Tensor)), eps));
      }
      const normal = mul(sub(x, average), scale);
      const weighed = weight === null ? normal : mul(normal, shaped(weight));
      return [bias === null ? weighed : add(weighed, shaped(bias)), average, scale, ...moved];
    });
    if (records(input, weight, bias)) {
      const saved = [input, weight, average, scale, runningMean, runningVar] as const;
      record(out, 'NativeBatchNormBackward0', [input, weight, bias], saved as never, (g, kept: typeof saved, node) => {
        const [x, w, ...own] = kept;
        // Differentiated again, the statistics depend on the input.
        const [middle, factor] = training && isGradEnabled() ? standard(x, reduced, eps) : own;
        const normal = mul(sub(x, middle), factor);
        const product = mul(g, normal);
        let slope: Tensor | null = null;
        if (node.needs(0)) {
          const own = training ? sub(sub(g, mean(g, others, true)), mul(normal, mean(product, others, true))) : g;
          slope = mul(own, w === null ? factor : mul(factor, shaped(w)));
        }
        return [slope, node.needs(1) ? sum(product, others) : null, node.needs(2) ? sum(g, others) : null];
      });
    }
    settle(running, moved, count);
    return out;
  });
}
