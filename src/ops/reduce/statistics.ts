/** Further reductions: amax, amin, aminmax, logsumexp, nansum, and mean with variance or deviation. */

import { ReduceCode } from '../../../assembly/codes.ts';
import { record, recordAll, records } from '../../autograd/node.ts';
import { getDefaultDtype } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { toDtype, where } from '../create/copy.ts';
import { add, div, mul, sub } from '../elementwise/binary.ts';
import { eq, ne } from '../elementwise/compare.ts';
import { exp, log } from '../elementwise/unary.ts';
import { zerosOf } from '../make.ts';
import { detach, expand, reshape } from '../view/view.ts';
import { countAlong, type DimArg, keptDims, listed, mark, type ReduceOp, reduceRaw, restore, sum } from './reduce.ts';
import { spreadGrad, spreadOf, spreadRaw, type VarOptions } from './variance.ts';

/** The gradient g of an extreme y for x, shared equally by what equals it. */
function toTies(x: Tensor, y: Tensor, g: Tensor, dims: number[]): Tensor {
  const ties = toDtype(eq(x, y), x.dtype);
  return mul(div(g, sum(ties, dims, true)), ties);
}

function extreme(name: 'amax' | 'amin', code: ReduceCode): ReduceOp {
  return operation<ReduceOp>(
    `${name}(input: Tensor, dim: dims? = null, keepdim: bool = false)`,
    (input: Tensor, dim: DimArg, keepdim: boolean) => {
      const reduced = mark(dim, input.dims.length);
      if (input.dims.some((size, d) => size === 0 && reduced[d])) {
        throw new RangeError(
          `${name}(): Expected reduction dim to be specified for input.numel() == 0, and to have non-zero size; got ` +
            `shape [${input.dims.join(', ')}]`,
        );
      }
      const out = reduceRaw(code, name, input, reduced, keepdim);
      if (records(input)) {
        const { dims } = input;
        const backward = name === 'amax' ? 'AmaxBackward0' : 'AminBackward0';
        record(out, backward, [input], [input, out], (g, [x, y]) => [
          toTies(x, restore(y, dims, reduced, keepdim), restore(g, dims, reduced, keepdim), listed(reduced)),
        ]);
      }
      return out;
    },
  );
}

/**
 * The largest elements of all or along dimensions. Equal ones share the gradient equally.
 *
 * @param dim - A dimension or several; all without it.
 * @param keepdim - Default false.
 * @throws RangeError when there is nothing to take it of.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 5], [7, 2]]).amax(1)); // => tensor([5., 7.])
 * ```
 */
export const amax: ReduceOp = extreme('amax', ReduceCode.Max);

/**
 * The smallest elements of all or along dimensions. Equal ones share the gradient equally.
 *
 * @param dim - A dimension or several; all without it.
 * @param keepdim - Default false.
 * @throws RangeError when there is nothing to take it of.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 5], [7, 2]]).amin(1)); // => tensor([1., 2.])
 * ```
 */
export const amin: ReduceOp = extreme('amin', ReduceCode.Min);

/** Two results: destructures as a list, and by the names of its fields. */
export type Pair<A extends string, B extends string> = [Tensor, Tensor] & { readonly [K in A | B]: Tensor };

function pair<A extends string, B extends string>(a: A, b: B, first: Tensor, second: Tensor): Pair<A, B> {
  return Object.defineProperties([first, second], { [a]: { value: first }, [b]: { value: second } }) as Pair<A, B>;
}

/**
 * The smallest and the largest element, of all or along a dimension.
 *
 * @param options - `dim`, `keepdim`.
 * @returns `{ min, max }`, which also destructures as `[min, max]`.
 * @throws RangeError when there is nothing to take it of.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { min, max } = torch.tensor([3, 1, 2]).aminmax();
 * console.log(min, max); // => tensor(1.) tensor(3.)
 * ```
 */
export const aminmax = operation(
  'aminmax(input: Tensor, dim: int? = null, keepdim: bool = false)',
  (input, dim, keepdim): Pair<'min', 'max'> => {
    const x = detach(input);
    const [low, high] = [amin(x, dim, keepdim), amax(x, dim, keepdim)];
    if (records(input)) {
      const reduced = mark(dim, x.dims.length);
      const back = (y: Tensor): Tensor => restore(y, x.dims, reduced, keepdim);
      recordAll([low, high], 'AminmaxBackward0', [input], [input, low, high], ((
        grads: readonly (Tensor | null)[],
        [a, ...ends]: [Tensor, Tensor, Tensor],
      ) => {
        const parts = grads.flatMap((g, i) => (g === null ? [] : [toTies(a, back(ends[i]), back(g), listed(reduced))]));
        return [parts.reduce((total, part) => add(total, part))];
      }) as never);
    }
    return pair('min', 'max', low, high);
  },
);

/**
 * log Σ exp(x) along dimensions, without overflow.
 *
 * @param dim - A dimension or several.
 * @param keepdim - Default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1000, 1000]).logsumexp(0)); // => tensor(1000.6932)
 * ```
 */
export const logsumexp = operation(
  'logsumexp(input: Tensor, dim: dims?, keepdim: bool = false)',
  (input, dim, keepdim): Tensor => {
    const reduced = mark(dim, input.dims.length);
    const dims = listed(reduced);
    return scope(() => {
      const x = input.dtype.isFloatingPoint ? input : toDtype(input, getDefaultDtype());
      return composite(
        'LogsumexpBackward0',
        [x],
        () => {
          if (x.count === 0) return log(sum(exp(x), dims, keepdim));
          const top = amax(x, dims, true);
          // Of infinities alone the maximum is the answer, and inf - inf would hide it.
          const shift = where(eq(sub(top, top), 0), top, zerosOf([], x.dtype));
          const full = add(log(sum(exp(sub(x, shift)), dims, true)), shift);
          return reshape(full, keptDims(x.dims, reduced, keepdim));
        },
        (out) => [x, out],
        (g, [a, y]) => [
          mul(restore(g, input.dims, reduced, keepdim), exp(sub(a, restore(y, input.dims, reduced, keepdim)))),
        ],
      );
    });
  },
);

/**
 * The sum over all elements, or over dimensions, with NaN taken as 0.
 *
 * @param dim - A dimension or several; all without it.
 * @param keepdim - Default false.
 * @param dtype - Dtype to sum in.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, NaN, 2]).nansum()); // => tensor(3.)
 * ```
 */
export const nansum = operation(
  'nansum(input: Tensor, dim: dims? = null, keepdim: bool = false, dtype: dtype? = null)',
  (input, dim, keepdim, dtype): Tensor => {
    if (!input.dtype.isFloatingPoint) return sum(input, dim, keepdim, dtype);
    const { dims } = input;
    const reduced = mark(dim, dims.length);
    return composite(
      'NansumBackward0',
      [input],
      () => sum(where(ne(input, input), zerosOf([], input.dtype), input), dim, keepdim, dtype),
      () => [input],
      (g, [x]) => [where(ne(detach(x), detach(x)), 0, expand(restore(g, dims, reduced, keepdim), dims))],
    );
  },
);

/** `varMean` and `stdMean`. */
export type MeanWithOp<A extends string> = {
  (input: Tensor, dim?: DimArg, options?: Omit<VarOptions, 'dim'>): Pair<A, 'mean'>;
  (input: Tensor, unbiased: boolean): Pair<A, 'mean'>;
  (input: Tensor, dim: DimArg, unbiased: boolean, keepdim?: boolean): Pair<A, 'mean'>;
  (input: Tensor, options: VarOptions): Pair<A, 'mean'>;
};

function withMean<A extends 'var' | 'std'>(name: string, field: A): MeanWithOp<A> {
  return operation<MeanWithOp<A>>(
    `${name}(input: Tensor, dim: any? = null, correction: float? = 1, keepdim: bool = false, unbiased: bool? = null)`,
    (
      input: Tensor,
      first: DimArg | boolean,
      correction: number | boolean | null,
      keepdim: boolean,
      unbiased: boolean | null,
    ) => {
      const how = spreadOf(name, field === 'std', input, first, correction, keepdim, unbiased);
      const [spread, centre] = spreadRaw(detach(input), how, true) as [Tensor, Tensor];
      if (records(input)) {
        const { dims } = input;
        const { reduced } = how;
        recordAll(
          [spread, centre],
          field === 'var' ? 'VarMeanBackward0' : 'StdMeanBackward0',
          [input],
          [input, field === 'var' ? null : spread],
          (([gs, gm]: readonly (Tensor | null)[], [x, y]: [Tensor, Tensor]) => {
            const own = gs === null ? null : spreadGrad(gs, x, y, how);
            if (gm === null) return [own];
            const shared = div(expand(restore(gm, dims, reduced, how.keepdim), dims), countAlong(dims, reduced));
            return [own === null ? shared : add(own, shared)];
          }) as never,
        );
      }
      return pair(field, 'mean', spread, centre);
    },
  );
}

/**
 * The variance and the mean, over all elements or dimensions.
 *
 * @param options - `dim`, `correction` (default 1), `keepdim`.
 * @returns `{ var, mean }`, which also destructures as `[var, mean]`.
 * @throws TypeError for dtypes that are not floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [variance, mean] = torch.varMean(torch.tensor([1, 2, 3]));
 * console.log(variance, mean); // => tensor(1.) tensor(2.)
 * ```
 */
export const varMean: MeanWithOp<'var'> = withMean('varMean', 'var');

/**
 * The standard deviation and the mean, over all elements or dimensions.
 *
 * @param options - `dim`, `correction` (default 1), `keepdim`.
 * @returns `{ std, mean }`, which also destructures as `[std, mean]`.
 * @throws TypeError for dtypes that are not floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { std, mean } = torch.stdMean(torch.tensor([1, 2, 3]));
 * console.log(std, mean); // => tensor(1.) tensor(2.)
 * ```
 */
export const stdMean: MeanWithOp<'std'> = withMean('stdMean', 'std');
