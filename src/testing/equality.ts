/** How Vitest and Jest are to compare tensors. */

import { sameDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';

/**
 * Whether two tensors have the same shape, dtype and elements, for `toEqual` and its kin, which know nothing of what lies in
 * linear memory. NaN equals NaN there, and 0 is not -0. Undefined, which leaves it to others, where neither is a tensor.
 *
 * @example
 * ```ts
 * import { areTensorsEqual } from 'torchlet/testing';
 * import { tensor } from 'torchlet/tensor';
 * // In a test's setup: expect.addEqualityTesters([areTensorsEqual]);
 * console.log(areTensorsEqual(tensor([1, 2]), tensor([1, 2])), areTensorsEqual(tensor(1), 1)); // => true false
 * ```
 */
export function areTensorsEqual(a: unknown, b: unknown): boolean | undefined {
  if (!(a instanceof Tensor) && !(b instanceof Tensor)) return undefined;
  if (!(a instanceof Tensor && b instanceof Tensor)) return false;
  if (a.dtype !== b.dtype || !sameDims(a.dims, b.dims)) return false;
  const [x, y] = [a.toTypedArray(), b.toTypedArray()];
  for (let i = 0; i < x.length; i++) if (!Object.is(x[i], y[i])) return false;
  return true;
}
