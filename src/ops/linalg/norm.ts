/** Lengths of vectors and distances between them: norm, dist. */

import { scope } from '../../tensor/scope.ts';
import { broadcastDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite, unrecorded } from '../composite.ts';
import { toDtype, where } from '../create/copy.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { div, mul, pow, sub } from '../elementwise/binary.ts';
import { eq, ne } from '../elementwise/compare.ts';
import { abs, neg, sign, sqrt, square } from '../elementwise/unary.ts';
import { keptDims, listed, mark, restore, sum } from '../reduce/reduce.ts';
import { amax, amin } from '../reduce/statistics.ts';
import { detach, reshape } from '../view/view.ts';
import { nuclearNorm } from './nuclear-norm.ts';

/** The p-norm of x over the marked dimensions, unrecorded. */
function lengthOf(x: Tensor, p: number, reduced: readonly boolean[], keepdim: boolean): Tensor {
  const dims = listed(reduced);
  const kept = (y: Tensor): Tensor => reshape(y, keptDims(x.dims, reduced, keepdim));
  if (p === 0) return sum(toDtype(ne(x, 0), x.dtype), dims, keepdim);
  if (p === 1) return sum(abs(x), dims, keepdim);
  if (p === 2) return sqrt(sum(square(x), dims, keepdim));
  if (!Number.isFinite(p)) return kept((p > 0 ? amax : amin)(abs(x), dims, true));
  return pow(sum(pow(abs(x), p), dims, keepdim), 1 / p);
}

/** The gradient of a, whose p-norm is `of`, `full` being that norm's gradient, both with the reduced dimensions. */
function lengthGrad(full: Tensor, a: Tensor, of: Tensor, p: number, dims: number[]): Tensor | null {
  if (p === 0) return null;
  if (p === 1) return mul(sign(a), full);
  // At a norm of 0 the derivative is taken as 0.
  const share = (numerator: Tensor, denominator: Tensor): Tensor =>
    where(eq(detach(of), 0), 0, div(numerator, denominator));
  if (p === 2) return mul(a, share(full, of));
  if (!Number.isFinite(p)) {
    const ties = toDtype(eq(detach(abs(a)), detach(of)), a.dtype);
    return mul(mul(sign(a), ties), div(full, sum(ties, dims, true)));
  }
  const slope = p < 2 ? where(eq(detach(a), 0), 0, mul(sign(a), pow(abs(a), p - 1))) : mul(a, pow(abs(a), p - 2));
  return mul(slope, share(full, pow(of, p - 1)));
}

function checkNonempty(x: Tensor, p: number, reduced: readonly boolean[]): void {
  if (!Number.isFinite(p) && x.dims.some((size, d) => size === 0 && reduced[d])) {
    throw new RangeError(
      `linalg.vector_norm cannot compute the ${p} norm on an empty tensor because the operation does not ` +
        'have an identity',
    );
  }
}

/** The p-norm of x over the marked dimensions; `name` is its node's. */
export function vectorNorm(name: string, x: Tensor, p: number, reduced: readonly boolean[], keepdim: boolean): Tensor {
  const back = (y: Tensor): Tensor => restore(y, x.dims, reduced, keepdim);
  checkNonempty(x, p, reduced);
  return composite(
    name,
    [x],
    () => lengthOf(x, p, reduced, keepdim),
    (out) => [x, out],
    (g, [a, y]) => [lengthGrad(back(g), a, back(y), p, listed(reduced))],
  );
}

/**
 * The p-norm of the elements, of all or along dimensions: (Σ |x|ᵖ)^(1/p).
 *
 * @param p - Default `'fro'`, which is 2. ±Infinity give the largest or smallest |x|, 0 the number of nonzeros.
 *   `'nuc'`: the nuclear norm of matrices, the sum of their singular values.
 * @param dim - A dimension or several; all without it.
 * @param keepdim - Default false.
 * @param dtype - Dtype to convert to first.
 * @throws TypeError unless the input is floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([3, 4]).norm(), torch.tensor([3, 4]).norm(1)); // => tensor(5.) tensor(7.)
 * ```
 */
export const norm = operation(
  "norm(input: Tensor, p: any = 'fro', dim: dims? = null, keepdim: bool = false, dtype: dtype? = null)",
  (input, p, dim, keepdim, dtype): Tensor => {
    const matrix = p === 'nuc' || (p === 'fro' && Array.isArray(dim));
    if (typeof p !== 'number' && p !== 'fro' && p !== 'nuc' && p !== null) {
      throw new RangeError(`norm(): p must be a number, 'fro' or 'nuc', got ${String(p)}`);
    }
    return scope(() => {
      if (!input.dtype.isFloatingPoint) {
        throw new TypeError(
          `linalg.${matrix ? 'matrix' : 'vector'}_norm: Expected a floating point or complex tensor as input. Got ` +
            input.dtype.name,
        );
      }
      const x = dtype ? toDtype(input, dtype) : input;
      const reduced = mark(dim, x.dims.length);
      const dims = listed(reduced);
      if (p === 'nuc' ? dims.length !== 2 : matrix && dims.length > 2) {
        throw new RangeError(`linalg.matrix_norm: dim must be a 2-tuple. Got ${dims.join(' ')}`);
      }
      if (p === 'nuc') {
        const length = nuclearNorm(x, dims);
        return keepdim ? reshape(length, keptDims(x.dims, reduced, true)) : length;
      }
      return vectorNorm('LinalgVectorNormBackward0', x, typeof p === 'number' ? p : 2, reduced, keepdim);
    });
  },
);

/**
 * The p-norm of the difference of two tensors that broadcast.
 *
 * @param p - Default 2.
 * @throws TypeError where neither is floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.dist(torch.tensor([0, 0]), torch.tensor([3, 4]))); // => tensor(5.)
 * ```
 */
export const dist = operation('dist(input: Tensor, other: Tensor, p: float = 2)', (input, other, p): Tensor => {
  return scope(() => {
    const all = mark(null, broadcastDims(input.dims, other.dims).length);
    const difference = unrecorded(() => sub(input, other));
    checkFloat(difference, 'dist');
    checkNonempty(difference, p, all);
    return composite(
      'DistBackward0',
      [input, other],
      () => lengthOf(difference, p, all, false),
      (out) => [input, other, out],
      (g, [a, b, y], node) => {
        const back = (t: Tensor): Tensor => restore(t, difference.dims, all, false);
        const slope = lengthGrad(back(g), sub(a, b), back(y), p, listed(all));
        return [slope, slope !== null && node.needs(1) ? neg(slope) : null];
      },
    );
  });
});
