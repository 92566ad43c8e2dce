/** The different elements, or slices, of a tensor, with their numbers and places. */

import { ReduceCode } from '../../../assembly/codes.ts';
import { notImplemented, record, records } from '../../autograd/node.ts';
import { bool, int64 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { contiguous } from '../create/copy.ts';
import { arange, full } from '../create/create.ts';
import { sub } from '../elementwise/binary.ts';
import { ne } from '../elementwise/compare.ts';
import { zerosOf } from '../make.ts';
import { any } from '../reduce/extremes.ts';
import { diff, scanRaw } from '../reduce/scan.ts';
import { cat } from '../view/join.ts';
import { movedim } from '../view/shape.ts';
import { narrow, select } from '../view/slice.ts';
import { detach, reshape } from '../view/view.ts';
import { flatNonzero, indexSelect, scatter } from './gather.ts';
import { argsort } from './sort.ts';

/** What `unique` takes, named. */
export interface UniqueOptions {
  /** The result is always sorted; accepted for the sake of pasted programs. */
  sorted?: boolean;
  returnInverse?: boolean;
  returnCounts?: boolean;
  dim?: number | null;
}

/** `unique`: one tensor, or a list with what else was asked for. */
export type UniqueOp = {
  (input: Tensor): Tensor;
  (input: Tensor, options: { sorted?: boolean; dim?: number | null }): Tensor;
  (input: Tensor, options: UniqueOptions & ({ returnInverse: true } | { returnCounts: true })): Tensor[];
  (
    input: Tensor,
    sorted?: boolean,
    returnInverse?: boolean,
    returnCounts?: boolean,
    dim?: number | null,
  ): Tensor | Tensor[];
};

/** The positions that put rows in lexicographic order: a stable sort for each column, from the last. */
function order(rows: Tensor): Tensor {
  let at = arange(rows.dims[0]);
  for (let column = rows.dims[1] - 1; column >= 0; column--) {
    const keys = indexSelect(select(rows, 1, column), 0, at);
    at = indexSelect(at, 0, argsort(keys));
  }
  return at;
}

/**
 * The different elements in ascending order; along `dim`, the different slices.
 *
 * @param sorted - The result is sorted in any case.
 * @param returnInverse - Also gives, for each element of the input, its place in the result. Default false.
 * @param returnCounts - Also gives how often each occurs. Default false.
 * @param dim - Without it the flattened tensor is taken.
 * @returns A tensor, or if more is asked for a list `[output, inverse, counts]` of what was.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [values, counts] = torch.tensor([3, 1, 3]).unique({ returnCounts: true });
 * console.log(values, counts); // => tensor([1., 3.]) tensor([1, 2])
 * ```
 */
export const unique: UniqueOp = operation<UniqueOp>(
  'unique(input: Tensor, sorted: bool = true, returnInverse: bool = false, returnCounts: bool = false, dim: int? = null)',
  (input: Tensor, _sorted: boolean, returnInverse: boolean, returnCounts: boolean, dim: number | null) => {
    const whole = dim === null;
    if (!whole && input.dims.length === 0) {
      throw new RangeError(`Dimension specified as ${dim} but tensor has no dimensions`);
    }
    const d = whole ? 0 : wrapDim(dim, input.dims.length);
    const results = scope(() => {
      const x = detach(input);
      const moved = whole ? reshape(x, [x.count]) : contiguous(movedim(x, d, 0));
      const n = moved.dims[0];
      if (!whole && x.count === 0 && n > 0) {
        throw new RangeError(
          'unique(): there are no elements along the other dimensions, so the slices cannot be told apart',
        );
      }
      const rows = reshape(moved, [n, n === 0 ? 1 : moved.count / n]);
      const at = order(rows);
      const sorted = indexSelect(rows, 0, at);
      const inner = Math.max(0, n - 1);
      const changes = any(ne(narrow(sorted, 0, n - inner, inner), narrow(sorted, 0, 0, inner)), 1);
      const starts = cat([full([Math.min(1, n)], true, { dtype: bool }), changes]);
      const first = reshape(flatNonzero(starts), [-1]);
      const picked = indexSelect(moved, 0, indexSelect(at, 0, first));
      const found = [whole ? picked : movedim(picked, 0, d)];
      if (returnInverse) {
        const group = sub(scanRaw(ReduceCode.Sum, starts, 0, int64), 1);
        const inverse = scatter(zerosOf([n], int64), 0, at, group);
        found.push(whole ? reshape(inverse, x.dims) : inverse);
      }
      if (returnCounts) found.push(diff(first, { append: full([1], n, { dtype: int64 }) }));
      return found;
    });
    if (records(input)) {
      const [name, operation] = whole ? ['Unique2Backward0', '_unique2'] : ['UniqueDimBackward0', 'unique_dim'];
      record(results[0], name, [input], null, notImplemented(operation));
    }
    return results.length === 1 ? results[0] : results;
  },
);
