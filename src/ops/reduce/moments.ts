/**
 * Means and sums of squared deviations, in float64 whatever the operand is, as PyTorch's accumulators are: neither large
 * values nor a small spread about a large mean loses digits.
 */
import { records } from '../../autograd/node.ts';
import { type DType, float64 } from '../../tensor/dtype.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { add, div, sub } from '../elementwise/binary.ts';
import { rsqrt, square } from '../elementwise/unary.ts';
import { launchCopy } from '../launch.ts';
import { castRaw, empty } from '../make.ts';
import { select } from '../view/slice.ts';
import { countAlong, keptDims, listed, mean, reduceInto } from './reduce.ts';

/** Of each output the mean and Σ (x - mean)², float64, unrecorded, with reduced dimensions of size 1. */
export function momentsRaw(x: Tensor, reduced: readonly boolean[]): [average: Tensor, squares: Tensor] {
  const both = empty([2, ...keptDims(x.dims, reduced, true)], float64);
  const [average, squares] = [select(both, 0, 0), select(both, 0, 1)];
  if (x.count === 0) {
    launchCopy(average, Number.NaN);
    launchCopy(squares, 0);
  } else if (x.dims.length === 0) {
    launchCopy(average, x);
    launchCopy(squares, sub(average, average));
  } else {
    // The kernel writes both, one behind the other.
    reduceInto((_op, dtype, out, a, kept) => core.moments(dtype, out, a, kept), 0, average, x, reduced);
  }
  return [average, squares];
}

/** 1 / √(variance + eps) in `dtype`, of n elements' sums of squares. */
export function factorOf(squares: Tensor, n: number, eps: number, dtype: DType): Tensor {
  return castRaw(rsqrt(add(div(squares, n), eps)), dtype);
}

/**
 * What standardises x over the marked dimensions: its mean and 1 / √(variance + eps), of x's dtype. Where x is recorded
 * they are made by recorded operations.
 */
export function standard(x: Tensor, reduced: readonly boolean[], eps: number): [average: Tensor, factor: Tensor] {
  if (records(x)) {
    const dims = listed(reduced);
    const average = mean(x, dims, true);
    return [average, rsqrt(add(mean(square(sub(x, average)), dims, true), eps))];
  }
  const [average, squares] = momentsRaw(x, reduced);
  return [castRaw(average, x.dtype), factorOf(squares, countAlong(x.dims, reduced), eps, x.dtype)];
}
