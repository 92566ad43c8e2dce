/** Classes as rows with a single 1. */

import { describe } from '../../tensor/args.ts';
import { int64 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { operation } from '../../tensor/signature.ts';
import { pointerOf, type Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { empty } from '../make.ts';
import { checkTensor } from '../promote.ts';
import { max, min } from '../reduce/extremes.ts';
import { detach } from '../view/view.ts';
import { checkBounds, wholeNumbers } from './gather.ts';

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
