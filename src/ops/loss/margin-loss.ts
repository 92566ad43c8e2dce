/** Losses of distances, rankings and margins, made of other operations. */
import { refuseWanted } from '../../autograd/node.ts';
import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { broadcastDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { toDtype, where } from '../create/copy.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { add, div, minimum, mul, sub } from '../elementwise/binary.ts';
import { clampMin } from '../elementwise/clamp.ts';
import { eq, ne } from '../elementwise/compare.ts';
import { exp, log1p, logsigmoid, neg, sigmoid, sqrt, square } from '../elementwise/unary.ts';
import { vectorNorm } from '../linalg/norm.ts';
import { mark, mean, sum } from '../reduce/reduce.ts';
import { checkReduction, type LossOptions, reduceLoss, share } from './loss.ts';

/** What `pairwiseDistance` takes, named. */
export interface DistanceOptions {
  /** The norm; default 2. */
  p?: number;
  /** Added to each difference, so that the gradient exists at 0; default 1e-6. */
  eps?: number;
  keepdim?: boolean;
}

/**
 * The p-norm of x1 - x2 + eps along the last dimension.
 *
 * @param x1 - [N, D] or [D].
 * @param x2 - Broadcasts against x1.
 * @param options - `p` (default 2), `eps` (default 1e-6), `keepdim`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.pairwiseDistance(torch.tensor([[0, 0]]), torch.tensor([[3, 4]]))); // => tensor([5.0000])
 * ```
 */
export const pairwiseDistance = operation(
  'pairwiseDistance(x1: Tensor, x2: Tensor, p: float = 2, eps: float = 1e-6, keepdim: bool = false)',
  (x1, x2, p, eps, keepdim): Tensor => {
    return scope(() => {
      const difference = add(sub(x1, x2), eps);
      const reduced = mark(x1.dims.length >= x2.dims.length ? -1 : x2.dims.length - 1, difference.dims.length);
      return vectorNorm('NormBackward1', difference, p, reduced, keepdim);
    });
  },
);

/** What losses with a margin take, named. */
export interface MarginOptions extends LossOptions {
  margin?: number;
}

/**
 * max(0, -target (input1 - input2) + margin): input1 should be larger where the target is 1, smaller where it is -1.
 *
 * @param margin - Default 0.
 * @throws RangeError for tensors of different rank.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.marginRankingLoss(torch.tensor([1]), torch.tensor([3]), torch.tensor([1]))); // => tensor(2.)
 * ```
 */
export const marginRankingLoss = operation(
  "marginRankingLoss(input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, reduction: reduction = 'mean')",
  (input1, input2, target, margin, reduction): Tensor => {
    checkReduction('marginRankingLoss', reduction);
    if (input1.dims.length !== input2.dims.length || input1.dims.length !== target.dims.length) {
      throw new RangeError(
        `margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ${input1.shape}, ` +
          `input2: ${input2.shape}, target: ${target.shape}`,
      );
    }
    return scope(() => reduceLoss(clampMin(add(mul(neg(target), sub(input1, input2)), margin), 0), reduction));
  },
);

/**
 * 1 - cos(input1, input2) where the target is 1, max(0, cos(input1, input2) - margin) where it is -1.
 *
 * @param input1 - [N, D] or [D].
 * @param input2 - Of the same shape.
 * @param target - [N] or a scalar.
 * @param margin - Default 0.
 * @throws RangeError for shapes that do not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * const [a, b] = [torch.tensor([[1, 0]]), torch.tensor([[0, 1]])];
 * console.log(F.cosineEmbeddingLoss(a, b, torch.tensor([1]))); // => tensor(1.)
 * ```
 */
export const cosineEmbeddingLoss = operation(
  "cosineEmbeddingLoss(input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, reduction: reduction = 'mean')",
  (input1, input2, target, margin, reduction): Tensor => {
    checkReduction('cosineEmbeddingLoss', reduction);
    const rank = target.dims.length;
    if (rank > 1) throw new RangeError('0D or 1D target tensor expected, multi-target not supported');
    if (input1.dims.length !== rank + 1 || input2.dims.length !== rank + 1) {
      throw new RangeError(
        `${rank}D target tensor expects ${rank + 1}D input tensors, but found inputs with sizes ` +
          `${input1.shape} and ${input2.shape}.`,
      );
    }
    return scope(() => {
      const product = sum(mul(input1, input2), -1);
      const squares = mul(add(sum(square(input1), -1), 1e-12), add(sum(square(input2), -1), 1e-12));
      const cosine = div(product, sqrt(squares));
      const near = where(eq(target, 1), sub(1, cosine), 0);
      const far = where(eq(target, -1), clampMin(sub(cosine, margin), 0), 0);
      return reduceLoss(add(near, far), reduction);
    });
  },
);

/**
 * input where the target is 1, max(0, margin - input) where it is -1.
 *
 * @param input - Distances, of any shape.
 * @param target - 1 or -1, broadcasts.
 * @param margin - Default 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.hingeEmbeddingLoss(torch.tensor([2, 0.5]), torch.tensor([1, -1]))); // => tensor(1.2500)
 * ```
 */
export const hingeEmbeddingLoss = operation(
  "hingeEmbeddingLoss(input: Tensor, target: Tensor, margin: float = 1, reduction: reduction = 'mean')",
  (input, target, margin, reduction): Tensor => {
    checkReduction('hingeEmbeddingLoss', reduction);
    return scope(() => {
      const far = where(ne(target, 1), clampMin(sub(margin, input), 0), 0);
      return reduceLoss(add(far, where(ne(target, -1), input, 0)), reduction);
    });
  },
);

/** What `tripletMarginLoss` takes, named. */
export interface TripletOptions extends MarginOptions {
  p?: number;
  eps?: number;
  /** Takes the distance of positive and negative where it is smaller than that of anchor and negative. */
  swap?: boolean;
}

/**
 * max(0, d(anchor, positive) - d(anchor, negative) + margin), d being `pairwiseDistance`.
 *
 * @param anchor - [N, D] or [D]; positive and negative likewise.
 * @param options - `margin` (default 1), `p` (default 2), `eps` (default 1e-6), `swap` (default false), `reduction`.
 * @throws RangeError for tensors of different rank, or a margin that is not positive.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * const [a, p, n] = [torch.tensor([[0]]), torch.tensor([[2]]), torch.tensor([[1]])];
 * console.log(F.tripletMarginLoss(a, p, n)); // => tensor(2.)
 * ```
 */
export const tripletMarginLoss = operation(
  "tripletMarginLoss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 1, p: float = 2, eps: float = 1e-6, swap: bool = false, reduction: reduction = 'mean')",
  (anchor, positive, negative, margin, p, eps, swap, reduction): Tensor => {
    checkReduction('tripletMarginLoss', reduction);
    if (!(margin > 0)) throw new RangeError(`margin must be greater than 0, got ${describe(margin)}`);
    const [a, b, c] = [anchor, positive, negative].map((x) => x.dims.length);
    if (a !== b || a !== c) {
      throw new RangeError(
        'The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: ' +
          `anchor ${a}D, positive ${b}D, and negative ${c}D inputs`,
      );
    }
    return scope(() => {
      const near = pairwiseDistance(anchor, positive, p, eps);
      let far = pairwiseDistance(anchor, negative, p, eps);
      if (swap) far = minimum(far, pairwiseDistance(positive, negative, p, eps));
      return reduceLoss(clampMin(sub(add(near, margin), far), 0), reduction);
    });
  },
);

/**
 * log(1 + exp(-target · input)): the logistic loss of labels 1 and -1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.softMarginLoss(torch.tensor([0, 2]), torch.tensor([1, -1]))); // => tensor(1.4100)
 * ```
 */
export const softMarginLoss = operation(
  "softMarginLoss(input: Tensor, target: Tensor, reduction: reduction = 'mean')",
  (input, target, reduction): Tensor => {
    checkReduction('softMarginLoss', reduction);
    checkFloat(input, 'softMarginLoss');
    refuseWanted('softMarginLoss', { target });
    const count = broadcastDims(input.dims, target.dims).reduce((n, size) => n * size, 1);
    return scope(() => {
      const labels = toDtype(target, input.dtype);
      return composite(
        'SoftMarginLossBackward0',
        [input],
        () => reduceLoss(log1p(exp(neg(mul(input, labels)))), reduction, input),
        () => [input, labels],
        (g, [x, t]) => [mul(mul(neg(t), sigmoid(neg(mul(x, t)))), mul(g, share(reduction, count)))],
      );
    });
  },
);

/** What `multilabelSoftMarginLoss` takes, named. */
export interface WeightedLossOptions extends LossOptions {
  /** A factor for each class. */
  weight?: Tensor | null;
}

/**
 * The mean over the classes of -[t log σ(x) + (1 - t) log σ(-x)]: several labels at once, each yes or no.
 *
 * @param input - Scores, [N, C].
 * @param target - 0 or 1, [N, C].
 * @param options - `weight` ([C]), `reduction`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.multilabelSoftMarginLoss(torch.tensor([[0, 2]]), torch.tensor([[1, 1]]))); // => tensor(0.4100)
 * ```
 */
export const multilabelSoftMarginLoss = operation(
  "multilabelSoftMarginLoss(input: Tensor, target: Tensor, weight: Tensor? = null, reduction: reduction = 'mean')",
  (input, target, weight, reduction): Tensor => {
    checkReduction('multilabelSoftMarginLoss', reduction);
    return scope(() => {
      const logs = add(mul(target, logsigmoid(input)), mul(sub(1, target), logsigmoid(neg(input))));
      const weighed = weight === null ? neg(logs) : mul(neg(logs), weight);
      return reduceLoss(mean(weighed, -1), reduction);
    });
  },
);
