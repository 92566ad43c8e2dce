/** Margin losses of classes: the right one should lead every other by a margin. */

import { refuseWanted } from '../../autograd/node.ts';
import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { type Dims, sameDims, showDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite, flatIn } from '../composite.ts';
import { toDtype, where } from '../create/copy.ts';
import { arange } from '../create/create.ts';
import { fromTypedArray } from '../create/from-data.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { add, div, mul, sub } from '../elementwise/binary.ts';
import { eq, gt } from '../elementwise/compare.ts';
import { square } from '../elementwise/unary.ts';
import { checkTensor } from '../promote.ts';
import { sum } from '../reduce/reduce.ts';
import { checkBounds, gather, indexSelect, wholeNumbers } from '../select/gather.ts';
import { reshape, unsqueeze } from '../view/view.ts';
import { checkReduction, type LossOptions, type Reduction, reduceLoss } from './loss.ts';

/** The sizes of a matrix, or of a vector or a scalar as a matrix of one row. */
function rowsAndClasses(dims: Dims): [rows: number, classes: number] {
  const classes = dims[dims.length - 1] ?? 1;
  if (dims.length > 2 || classes === 0) {
    throw new RangeError(
      `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${showDims(dims)}`,
    );
  }
  return [dims.length < 2 ? 1 : dims[0], classes];
}

/** x where it is greater than 0, otherwise 0: also for NaN, and with no gradient at 0. */
const positive = (x: Tensor): Tensor => where(gt(x, 0), x, 0);

/** Sums of rows as losses: over the classes, and reduced. */
function finished(sums: Tensor, classes: number, dims: Dims, reduction: Reduction): Tensor {
  const loss = div(sums, classes);
  return reduceLoss(dims.length === 2 || reduction !== 'none' ? loss : reshape(loss, []), reduction);
}

/** The gradient of such losses for each row, with dimensions for classes behind it. */
function reshaped(g: Tensor, rows: number, reduction: Reduction, rank: number): Tensor {
  const each = reduction === 'mean' ? div(g, rows) : g;
  return reduction === 'none' ? reshape(each, [rows, ...new Array<number>(rank - 1).fill(1)]) : each;
}

/** What `multiMarginLoss` takes, named. */
export interface MultiMarginOptions extends LossOptions {
  /** The power, 1 (default) or 2. */
  p?: 1 | 2;
  /** Default 1. */
  margin?: number;
  /** A factor for each class, [C]. */
  weight?: Tensor | null;
}

/**
 * Σⱼ max(0, margin - x[y] + x[j])ᵖ / C over the classes j other than the right one, y: the hinge loss of several classes.
 *
 * @param input - Scores, [N, C] or [C].
 * @param target - Class indices, [N] or a scalar.
 * @param options - `p`, `margin`, `weight`, `reduction`.
 * @throws RangeError for a class out of range, shapes that do not fit, or another p.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.multiMarginLoss(torch.tensor([[1, 2, 3]]), torch.tensor([1]))); // => tensor(0.6667)
 * ```
 */
export const multiMarginLoss = operation(
  "multiMarginLoss(input: Tensor, target: Tensor, p: int = 1, margin: float = 1, weight: Tensor? = null, reduction: reduction = 'mean')",
  (input, target, p, margin, weight, reduction): Tensor => {
    checkFloat(input, 'multiMarginLoss');
    checkTensor(target, 'multiMarginLoss', 'target');
    checkReduction('multiMarginLoss', reduction);
    if (p !== 1 && p !== 2) throw new RangeError(`only p == 1 and p == 2 supported, got ${describe(p)}`);
    const { dims } = input;
    const [rows, classes] = rowsAndClasses(dims);
    if (target.dims.length > 1 || target.count !== rows) {
      throw new RangeError(
        'multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch size). ' +
          `Expected target size [${rows}], but got ${showDims(target.dims)}. Input has shape ${showDims(dims)}.`,
      );
    }
    if (weight !== null && !sameDims(weight.dims, [classes])) {
      throw new RangeError(`inconsistent weight size, expected ${classes} but got ${showDims(weight.dims)}`);
    }
    refuseWanted('multiMarginLoss', { weight });
    return scope(() => {
      const y = reshape(wholeNumbers(target, 'multiMarginLoss', 'target', []), [rows, 1]);
      checkBounds(y, classes, false, (bad) => `target out of range: class ${bad} of ${classes}`);
      const right = eq(arange(classes), y);
      const gaps = (x: Tensor): Tensor => {
        const flat = reshape(x, [rows, classes]);
        return positive(add(sub(margin, gather(flat, 1, y)), flat));
      };
      /** Of each class but the right one, times the right one's factor. */
      const weighed = (each: Tensor, w: Tensor | null): Tensor => {
        const factor = w === null ? each : mul(each, reshape(indexSelect(w, 0, reshape(y, [rows])), [rows, 1]));
        return where(right, 0, factor);
      };
      return composite(
        'MultiMarginLossBackward0',
        [input],
        () => {
          const gap = gaps(input);
          return finished(sum(weighed(p === 1 ? gap : square(gap), weight), 1), classes, dims, reduction);
        },
        () => [input, y, target, right, weight] as const,
        (g, [x, , , , w]) => {
          const gap = gaps(x);
          const slope = weighed(p === 1 ? toDtype(gt(gap, 0), x.dtype) : mul(gap, 2), w);
          const each = mul(slope, div(reshaped(g, rows, reduction, 2), classes));
          // What the others gain the right one loses.
          return [flatIn(x, reshape(sub(each, where(right, sum(each, 1, true), 0)), dims))];
        },
      );
    });
  },
);

/**
 * Σᵢⱼ max(0, 1 - (x[j] - x[i])) / C over the right classes j and all others i: several right classes for each row.
 *
 * @param input - Scores, [N, C] or [C].
 * @param target - The right classes of each row, ended by -1; of input's shape.
 * @throws RangeError for a class out of range or shapes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * const [x, y] = [torch.tensor([0.1, 0.2, 0.4, 0.8]), torch.tensor([3, 0, -1, 1])];
 * console.log(F.multilabelMarginLoss(x, y)); // => tensor(0.8500)
 * ```
 */
export const multilabelMarginLoss = operation(
  "multilabelMarginLoss(input: Tensor, target: Tensor, reduction: reduction = 'mean')",
  (input, target, reduction): Tensor => {
    checkFloat(input, 'multilabelMarginLoss');
    checkTensor(target, 'multilabelMarginLoss', 'target');
    checkReduction('multilabelMarginLoss', reduction);
    const { dims } = input;
    const [rows, classes] = rowsAndClasses(dims);
    if (!sameDims(target.dims, dims)) {
      throw new RangeError(`inconsistent target size: ${showDims(target.dims)} for input of size: ${showDims(dims)}`);
    }
    return scope(() => {
      const pairs = toDtype(
        pairsOf(wholeNumbers(target, 'multilabelMarginLoss', 'target', []), rows, classes),
        input.dtype,
      );
      // [row, right class j, other class i]
      const gaps = (x: Tensor): Tensor => {
        const flat = reshape(x, [rows, classes]);
        return positive(add(sub(1, unsqueeze(flat, 2)), unsqueeze(flat, 1)));
      };
      return composite(
        'MultilabelMarginLossBackward0',
        [input],
        () => finished(sum(where(eq(pairs, 0), 0, mul(gaps(input), pairs)), [1, 2]), classes, dims, reduction),
        () => [input, target, pairs],
        (g, [x, , counts]) => {
          const slope = mul(counts, toDtype(gt(gaps(x), 0), x.dtype));
          const each = mul(slope, div(reshaped(g, rows, reduction, 3), classes));
          return [flatIn(x, reshape(sub(sum(each, 1), sum(each, 2)), dims))];
        },
      );
    });
  },
);

/** How often each pair of a right class and another counts: [rows, classes, classes]. */
function pairsOf(target: Tensor, rows: number, classes: number): Tensor {
  const listed = target.toTypedArray() as BigInt64Array;
  const counts = new Float32Array(rows * classes * classes);
  for (let row = 0; row < rows; row++) {
    const right: number[] = [];
    for (const value of listed.subarray(row * classes, (row + 1) * classes)) {
      const at = Number(value);
      if (at === -1) break;
      if (at < -1 || at >= classes)
        throw new RangeError(`argument #2 'target' is out of range: ${at} of ${classes} classes`);
      right.push(at);
    }
    for (const j of right) {
      for (let i = 0; i < classes; i++) if (!right.includes(i)) counts[(row * classes + j) * classes + i]++;
    }
  }
  return fromTypedArray(counts, [rows, classes, classes]);
}
