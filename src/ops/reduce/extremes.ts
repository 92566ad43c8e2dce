/** Extremes and where they are; whether any or all elements hold. */

import { ArgCode, ReduceCode } from '../../../assembly/codes.ts';
import { record, records } from '../../autograd/node.ts';
import { free } from '../../memory/storage.ts';
import type { Aliased } from '../../tensor/args.ts';
import { bool, int64, uint8 } from '../../tensor/dtype.ts';
import { wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { Tensor } from '../../tensor/tensor.ts';

import { toDtype, where } from '../create/copy.ts';
import { div, maximum, minimum } from '../elementwise/binary.ts';
import { eq, logicalAnd, logicalOr, ne } from '../elementwise/compare.ts';
import { launchCopy } from '../launch.ts';
import { argReduction } from '../launch-reduce.ts';
import { castRaw, empty, freeCast, zerosOf } from '../make.ts';
import { refuseDtype } from '../promote.ts';
import { gather, scatterAdd } from '../select/gather.ts';

import { detach, reshape, squeeze } from '../view/view.ts';
import { keptDims, mark, type ReduceOp, reduceInto, reduceRaw, refuseNothing, sum } from './reduce.ts';

/** The result of a reduction that also says where: destructures as `[values, indices]` and `{ values, indices }`. */
export interface ValuesIndices extends Iterable<Tensor> {
  readonly values: Tensor;
  /** int64. */
  readonly indices: Tensor;
}
/** A `ValuesIndices` that prints like PyTorch's named tuple. */
export function valuesIndices(name: string, values: Tensor, indices: Tensor): ValuesIndices & [Tensor, Tensor] {
  const pair = [values, indices] as [Tensor, Tensor];
  const text = (): string => `torch.return_types.${name}(\nvalues=${values},\nindices=${indices})`;
  // An array's own `values` method gives way to PyTorch's field.
  return Object.defineProperties(pair, {
    values: { value: values },
    indices: { value: indices },
    toString: { value: text },
    [Symbol.for('nodejs.util.inspect.custom')]: { value: text },
  }) as unknown as ValuesIndices & [Tensor, Tensor];
}
/** `max` and `min`: of all elements, over a dimension with positions, or of two tensors elementwise. */
export type ExtremeOp = {
  (input: Tensor): Tensor;
  (input: Tensor, dim: number, keepdim?: boolean): ValuesIndices & [Tensor, Tensor];
  (input: Tensor, options: Aliased<{ dim: number; keepdim?: boolean }>): ValuesIndices & [Tensor, Tensor];
  (input: Tensor, other: Tensor | { other: Tensor }): Tensor;
};
function positions(code: number, name: string, x: Tensor, dim: number | null | undefined, keepdim: boolean): Tensor {
  if (name.startsWith('arg') && x.dtype === bool) refuseDtype(name, bool);
  const all = dim === undefined || dim === null;
  const source = all ? reshape(detach(x), [x.count]) : x;
  const d = all ? 0 : wrapDim(dim, x.dims.length);
  const reduced = source.dims.map((_, i) => i === d);
  const dims = all ? (keepdim ? x.dims.map(() => 1) : []) : keptDims(x.dims, reduced, keepdim);
  if (x.count === 0) refuseNothing(name, source.dims, reduced);
  const out = empty(dims, int64);
  if (out.count === 0) return out;
  if (source.dims.length === 0) launchCopy(out, 0);
  else reduceInto(argReduction, code, out, source, reduced);
  if (source.storage !== x.storage) free(source.storage);
  return out;
}
function extreme(name: string, code: number, argCode: number, pick: (a: Tensor, b: Tensor) => Tensor): ExtremeOp {
  const backward = `${name[0].toUpperCase()}${name.slice(1)}Backward`;
  const overall = (x: Tensor): Tensor => {
    const out = reduceRaw(
      code,
      name,
      x,
      x.dims.map(() => true),
      false,
    );
    if (records(x)) {
      // Equal extremes share the gradient equally; so do several NaN.
      record(out, `${backward}1`, [x], [x, out], (g, [a, y]) => {
        const same = logicalOr(eq(a, y), logicalAnd(ne(a, a), ne(y, y)));
        const ties = toDtype(same, a.dtype);
        return [where(same, div(g, sum(ties)), 0)];
      });
    }
    return out;
  };
  const along = (x: Tensor, dim: number, keepdim: boolean): ValuesIndices & [Tensor, Tensor] => {
    const d = wrapDim(dim, x.dims.length);
    const indices = positions(argCode, name, x, d, true);
    const drop = (y: Tensor): Tensor => (keepdim || y.dims.length === 0 ? y : squeeze(y, d));
    const values = drop(gather(detach(x), d, indices));
    if (records(x)) {
      const { dims } = x;
      record(values, `${backward}0`, [x], [indices], (g, [at]) => [
        scatterAdd(zerosOf(dims, g.dtype), d, at, reshape(g, at.dims)),
      ]);
    }
    return valuesIndices(name, values, drop(indices));
  };
  return operation<ExtremeOp>(
    `${name}(input: Tensor, dim|other: any? = null, keepdim: bool = false)`,
    (input: Tensor, dim: Tensor | number | null, keepdim: boolean) => {
      if (dim === null) return overall(input);
      return dim instanceof Tensor ? pick(input, dim) : along(input, dim, keepdim);
    },
  );
}
/**
 * The largest element; along a dimension, the largest elements and where they are; of two tensors, the larger ones.
 *
 * @param dim - Gives `{ values, indices }`, which also destructures as `[values, indices]`; int64 indices, the first of
 *   equals.
 * @throws RangeError for an empty tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [values, indices] = torch.tensor([[1, 5], [7, 2]]).max(1);
 * console.log(values, indices); // => tensor([5., 7.]) tensor([1, 0])
 * ```
 */
export const max: ExtremeOp = extreme('max', ReduceCode.Max, ArgCode.Max, maximum);
/**
 * The smallest element; along a dimension, the smallest elements and where they are; of two tensors, the smaller ones.
 *
 * @param dim - Gives `{ values, indices }`, which also destructures as `[values, indices]`.
 * @throws RangeError for an empty tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([3, 1, 2]).min().item()); // => 1
 * ```
 */
export const min: ExtremeOp = extreme('min', ReduceCode.Min, ArgCode.Min, minimum);
/**
 * Where the largest element is, int64: in the flattened tensor, or along a dimension. The first of equals.
 *
 * @throws RangeError for an empty tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 5], [7, 2]]).argmax(1)); // => tensor([1, 0])
 * ```
 */
export const argmax = operation(
  'argmax(input: Tensor, dim: int? = null, keepdim: bool = false)',
  (input, dim, keepdim): Tensor => positions(ArgCode.Max, 'argmax', input, dim, keepdim),
);
/**
 * Where the smallest element is, int64: in the flattened tensor, or along a dimension. The first of equals.
 *
 * @throws RangeError for an empty tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([3, 1, 2]).argmin()); // => tensor(1)
 * ```
 */
export const argmin = operation(
  'argmin(input: Tensor, dim: int? = null, keepdim: bool = false)',
  (input, dim, keepdim): Tensor => positions(ArgCode.Min, 'argmin', input, dim, keepdim),
);
function truth(name: string, code: number): ReduceOp {
  return operation<ReduceOp>(
    `${name}(input: Tensor, dim: dims? = null, keepdim: bool = false)`,
    (input: Tensor, dim: number | readonly number[] | null, keepdim: boolean) => {
      const reduced = mark(dim, input.dims.length);
      const x = castRaw(input, bool);
      // Of nothing, any is false and all is true: the neutral elements of or and and.
      const out =
        x.count === 0
          ? castRaw(
              reduceRaw(code === ReduceCode.Max ? ReduceCode.Sum : ReduceCode.Prod, name, x, reduced, keepdim),
              bool,
            )
          : reduceRaw(code, name, x, reduced, keepdim);
      freeCast(x, input);
      // PyTorch's answer to bytes is a byte.
      if (input.dtype !== uint8) return out;
      const byte = castRaw(out, uint8);
      free(out.storage);
      return byte;
    },
  );
}
/**
 * Whether any element is not zero, of all or along dimensions.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).any()); // => tensor(True)
 * ```
 */
export const any: ReduceOp = truth('any', ReduceCode.Max);
/**
 * Whether every element is not zero, of all or along dimensions.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([0, 2]).all()); // => tensor(False)
 * ```
 */
export const all: ReduceOp = truth('all', ReduceCode.Min);
