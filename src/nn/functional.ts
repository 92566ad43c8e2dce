/** `torch.nn.functional`: layers and losses as functions. */

import { composite, flatIn, unrecorded } from '../ops/composite.ts';
import { contiguous, fill_, to, where } from '../ops/create/copy.ts';
import type { NamedOp } from '../ops/define.ts';
import { checkFloat } from '../ops/elementwise/arithmetic.ts';
import { add, add_, div_, mul, sub } from '../ops/elementwise/binary.ts';
import { gt, le } from '../ops/elementwise/compare.ts';
import { mul_ } from '../ops/elementwise/in-place.generated.ts';
import { withInplace } from '../ops/elementwise/piecewise.ts';
import { empty, emptyLike } from '../ops/make.ts';
import { checkTensor } from '../ops/promote.ts';
import { bernoulli_, uniform_ } from '../ops/random/random.ts';
import { max, min } from '../ops/reduce/extremes.ts';
import { sum } from '../ops/reduce/reduce.ts';
import { checkBounds, wholeNumbers } from '../ops/select/gather.ts';
import { setAt_ } from '../ops/select/index.ts';
import { detach, squeeze, unsqueeze } from '../ops/view/view.ts';
import { squeeze_, unsqueeze_ } from '../ops/view/view-in-place.ts';
import { writeThrough } from '../ops/write-back.ts';
import { describe } from '../tensor/args.ts';
import { type DType, float64, int64 } from '../tensor/dtype.ts';
import { scope } from '../tensor/scope.ts';
import { operation } from '../tensor/signature.ts';
import { pointerOf, type Tensor, targetOf } from '../tensor/tensor.ts';
import { core } from '../wasm/core.ts';

export {
  celu,
  celu_,
  elu,
  elu_,
  gelu,
  glu,
  mish,
  selu,
  selu_,
  silu,
  softmin,
  softplus,
  softsign,
  tanhshrink,
} from '../ops/elementwise/activation.ts';
export { relu_ } from '../ops/elementwise/in-place.generated.ts';
export {
  functionalRelu as relu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  hardtanh_,
  leakyRelu,
  leakyRelu_,
  prelu,
  relu6,
  softshrink,
  threshold,
  threshold_,
} from '../ops/elementwise/piecewise.ts';
export { logsigmoid, sigmoid, tanh } from '../ops/elementwise/unary.ts';
export { bilinear } from '../ops/linalg/bilinear.ts';
export { linear } from '../ops/linalg/matmul.ts';
export {
  type BinaryLossOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type LogitsLossOptions,
} from '../ops/loss/binary-loss.ts';
export { type ClassLossOptions, type CrossEntropyOptions, crossEntropy, nllLoss } from '../ops/loss/class-loss.ts';
export { type MultiMarginOptions, multilabelMarginLoss, multiMarginLoss } from '../ops/loss/class-margin-loss.ts';
export {
  type GaussianOptions,
  gaussianNllLoss,
  type PoissonOptions,
  poissonNllLoss,
} from '../ops/loss/likelihood-loss.ts';
export { type LossOptions, l1Loss, mseLoss, type Reduction } from '../ops/loss/loss.ts';
export {
  cosineEmbeddingLoss,
  type DistanceOptions,
  hingeEmbeddingLoss,
  type MarginOptions,
  marginRankingLoss,
  multilabelSoftMarginLoss,
  pairwiseDistance,
  softMarginLoss,
  type TripletOptions,
  tripletMarginLoss,
  type WeightedLossOptions,
} from '../ops/loss/margin-loss.ts';
export {
  type HuberLossOptions,
  huberLoss,
  type KlDivOptions,
  klDiv,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from '../ops/loss/regression-loss.ts';
export { type BatchNormOptions, batchNorm } from '../ops/reduce/batch-norm.ts';
export {
  cosineSimilarity,
  type LayerNormOptions,
  layerNorm,
  type NormalizeOptions,
  normalize,
} from '../ops/reduce/normalize.ts';
export { logSoftmax, softmax } from '../ops/reduce/softmax.ts';
export { type EmbeddingOptions, embedding } from '../ops/select/embedding.ts';
export { type PadMode, pad } from '../ops/view/pad.ts';

function checkDropout(input: Tensor, p: number, name: string): void {
  checkTensor(input, name);
  if (!(p >= 0 && p <= 1))
    throw new RangeError(`dropout probability has to be between 0 and 1, but got ${describe(p)}`);
}

/** Throws for a dtype without fractions, before a number is drawn. */
function checkFloats({ isFloatingPoint, name }: DType): void {
  if (!isFloatingPoint) throw new TypeError(`result type float32 can't be cast to the desired output type ${name}`);
}

/** 1 / (1 - p) with probability 1 - p, otherwise 0. */
function keepMask(noise: Tensor, p: number): Tensor {
  if (p < 1) checkFloats(noise.dtype);
  return unrecorded(() => {
    return p === 1 ? fill_(noise, 0) : div_(bernoulli_(noise, 1 - p), 1 - p);
  });
}

/**
 * Zeroes each element with probability p and divides the others by 1 - p; leaves the input as it is when not training.
 *
 * @param p - Probability to be zeroed, 0 to 1; default 0.5.
 * @param training - Default true.
 * @param inplace - Writes the input; default false.
 * @throws RangeError for a p outside 0 … 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.nn.functional.dropout(torch.ones(4))); // => tensor([0., 0., 2., 0.])
 * ```
 */
export const dropout = operation(
  'dropout(input: Tensor, p: float = 0.5, training: bool = true, inplace: bool = false)',
  (input, p, training, inplace): Tensor => {
    checkDropout(input, p, 'dropout');
    if (!training || p === 0 || input.count === 0) return input;
    return scope(() => {
      const mask = keepMask(emptyLike(input, input.dtype), p);
      return inplace ? mul_(input, mask) : mul(input, mask);
    });
  },
);

/**
 * Zeroes whole channels with probability p and divides the others by 1 - p.
 *
 * @param input - [N, C, L] or [C, L].
 * @param p - Default 0.5.
 * @param training - Default true, as in PyTorch.
 * @param inplace - Writes the input; default false.
 * @throws RangeError for a p outside 0 … 1 or another number of dimensions.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.nn.functional.dropout1d(torch.ones(3, 2)).tolist()); // => [ [ 0, 0 ], [ 0, 0 ], [ 2, 2 ] ]
 * ```
 */
export const dropout1d = operation(
  'dropout1d(input: Tensor, p: float = 0.5, training: bool = true, inplace: bool = false)',
  (input, p, training, inplace): Tensor => {
    checkDropout(input, p, 'dropout1d');
    const { dims } = input;
    if (dims.length !== 2 && dims.length !== 3) {
      throw new RangeError(
        `dropout1d: Expected 2D or 3D input, but received a ${dims.length}D input. Note that dropout1d exists to provide ` +
          'channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension ' +
          '(i.e. 2D or 3D inputs).',
      );
    }
    const drop = (x: Tensor): Tensor => {
      if (!training || p === 0 || x.count === 0) return x;
      return scope(() => {
        const mask = keepMask(empty([...x.dims.slice(0, -1), 1], x.dtype), p);
        return inplace ? mul_(x, mask) : mul(x, mask);
      });
    };
    // As in PyTorch a batch of one: what comes back is never the input itself, unless that is written.
    if (dims.length === 3) return drop(input);
    return inplace ? squeeze_(drop(unsqueeze_(input, 0)), 0) : squeeze(drop(unsqueeze(input, 0)), 0);
  },
);

/** What SELU tends to far below 0, without its sign. */
const SELU_LIMIT = 1.7580993408473766;

/**
 * Dropout for networks of SELUs: an element becomes, with probability p, the value that SELU tends to far below 0; then
 * all are scaled and shifted so that mean and variance stay.
 *
 * @param p - Probability, 0 to 1; default 0.5.
 * @param training - Default false, as in PyTorch.
 * @param inplace - Writes the input; default false.
 * @throws RangeError for a p outside 0 … 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const y = torch.nn.functional.alphaDropout(torch.ones(4), { training: true });
 * console.log(y); // => tensor([-0.7792, -0.7792,  1.6656, -0.7792])
 * ```
 */
export const alphaDropout = operation(
  'alphaDropout(input: Tensor, p: float = 0.5, training: bool = false, inplace: bool = false)',
  (input, p, training, inplace): Tensor => {
    checkDropout(input, p, 'alphaDropout');
    if (!training || p === 0 || input.count === 0) return input;
    return scope(() => {
      if (p === 1) return inplace ? mul_(input, 0) : mul(input, 0);
      checkFloats(input.dtype);
      const scale = 1 / Math.sqrt((SELU_LIMIT ** 2 * p + 1) * (1 - p));
      const noise = unrecorded(() => bernoulli_(emptyLike(input, input.dtype), 1 - p));
      const shift = unrecorded(() => add_(mul_(sub(noise, 1), SELU_LIMIT * scale), SELU_LIMIT * scale * p));
      mul_(noise, scale);
      return inplace ? add_(mul_(input, noise), shift) : add(mul(input, noise), shift);
    });
  },
);

/** `F.rrelu`. */
export type RreluOp = {
  (input: Tensor, lower?: number, upper?: number, training?: boolean, inplace?: boolean): Tensor;
  (input: Tensor, options: { lower?: number; upper?: number; training?: boolean; inplace?: boolean }): Tensor;
};

/** The slopes that `rrelu` draws for an input. */
function slopesFor(input: Tensor, lower: number, upper: number, training: boolean): Tensor {
  checkFloat(input, 'rrelu');
  for (const [name, bound] of Object.entries({ lower, upper })) {
    if (!Number.isFinite(bound)) throw new RangeError(`rrelu: ${name} bound must be finite, got ${describe(bound)}`);
  }
  if (lower > upper) throw new RangeError('Lower bound should be less than or equal to the upper bound');
  return unrecorded(() => {
    if (!training) {
      const [one, middle] = [1, (lower + upper) / 2].map((slope) => fill_(empty([], input.dtype), slope));
      return where(gt(input, 0), one, middle);
    }
    // PyTorch draws for the elements that bend alone, in float64, between bounds of the input's dtype; and it rounds
    // the product, which its uniform_ does not.
    const bent = le(input, 0);
    const [low, high] = [lower, upper].map(input.dtype === float64 ? Number : Math.fround);
    const drawn = add_(mul_(uniform_(empty([Number(sum(bent).item())], float64)), high - low), low);
    return setAt_(fill_(empty(input.dims, input.dtype), 1), [bent], to(drawn, input.dtype));
  });
}

/** The derivative of `rrelu`, x being its input or its result; of a middle slope it is piecewise flat. */
function rreluSlope(g: Tensor, x: Tensor, slopes: Tensor, middle: number | null): Tensor {
  return flatIn(x, middle === null ? mul(g, slopes) : where(gt(x, 0), g, mul(g, middle)));
}

const middleOf = (lower: number, upper: number, training: boolean): number | null =>
  training && upper - lower > 1e-6 ? null : (lower + upper) / 2;

function rreluOf(input: Tensor, lower: number, upper: number, training: boolean): Tensor {
  return scope(() => {
    const slopes = slopesFor(input, lower, upper, training);
    const middle = middleOf(lower, upper, training);
    return composite(
      'RreluWithNoiseBackward0',
      [input],
      () => contiguous(mul(input, slopes)),
      () => [input, slopes],
      (g, [x, by]) => [rreluSlope(g, x, by, middle)],
    );
  });
}

const bend_: NamedOp<'slopes middle', [slopes: Tensor, middle: number | null]> = writeThrough(
  'rrelu_(input: Tensor, slopes: Tensor, middle: float?)',
  (x: Tensor, slopes: Tensor) => mul(x, slopes),
  'RreluWithNoiseBackward1',
  rreluSlope,
);

/** The in-place form of `rrelu`. */
function writeRrelu(input: Tensor, lower: number, upper: number, training: boolean): Tensor {
  return scope(() => bend_(input, slopesFor(input, lower, upper, training), middleOf(lower, upper, training)));
}

/**
 * x where x > 0, otherwise a · x: a is drawn uniformly for each element while training, else the middle of its range.
 *
 * @param lower - Where a's range begins; default 1/8.
 * @param upper - Where it ends; default 1/3.
 * @param training - Default false, as in PyTorch.
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers; RangeError for bounds that cross or are not finite.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const y = torch.nn.functional.rrelu(torch.tensor([-1, 2, -3]), { training: true });
 * console.log(y); // => tensor([-0.3271,  2.0000, -0.8174])
 * ```
 */
export const rrelu: RreluOp = withInplace(
  'rrelu(input: Tensor, lower: float = 0.125, upper: float = 0.3333333333333333, training: bool = false, inplace: bool = false)',
  rreluOf,
  writeRrelu,
);

/**
 * A 1 where the class is, 0 elsewhere: shape [...tensor.shape, numClasses], int64.
 *
 * @param tensor - Class indices: integers, or floats that are whole numbers.
 * @param numClasses - Default: one more than the largest class.
 * @throws RangeError for a class that is negative or not below numClasses; TypeError for one that is no whole number.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const classes = torch.tensor([1, 0, 2]);
 * console.log(torch.nn.functional.oneHot(classes).tolist()); // => [ [ 0, 1, 0 ], [ 1, 0, 0 ], [ 0, 0, 1 ] ]
 * ```
 */
export const oneHot = operation('oneHot(tensor|input: Tensor, numClasses: int = -1)', (tensor, numClasses): Tensor => {
  checkTensor(tensor, 'oneHot', 'tensor');
  if (!Number.isInteger(numClasses)) {
    throw new TypeError(`oneHot(): numClasses must be an integer, got ${describe(numClasses)}`);
  }
  if (tensor.count === 0 && numClasses <= 0) {
    throw new RangeError('Can not infer total number of classes from empty tensor.');
  }
  return scope(() => {
    const indices = detach(wholeNumbers(tensor, 'oneHot', 'tensor', []));
    if (tensor.count > 0 && Number(min(indices).item()) < 0) throw new RangeError('Class values must be non-negative.');
    const classes = numClasses > 0 ? numClasses : Number(max(indices).item()) + 1;
    if (numClasses === 0) throw new RangeError('num_classes should be positive');
    checkBounds(
      indices,
      classes,
      false,
      (bad) => `Class values must be smaller than num_classes: got ${bad} of ${classes}`,
    );
    const out = empty([...tensor.dims, classes], int64);
    if (out.count > 0) {
      const po = targetOf(out);
      core.oneHot(pointerOf(indices), indices.count, classes, po);
    }
    return out;
  });
});
