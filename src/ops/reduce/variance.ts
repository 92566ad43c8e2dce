/** Variance and standard deviation. */

import { record, records } from '../../autograd/node.ts';
import { scope } from '../../tensor/scope.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { where } from '../create/copy.ts';
import { div, mul, sub } from '../elementwise/binary.ts';
import { eq } from '../elementwise/compare.ts';
import { sqrt } from '../elementwise/unary.ts';
import { detach } from '../view/view.ts';
import { countAlong, type DimArg, listed, mark, mean, restore, sum } from './reduce.ts';

/** What `std` and `var` take, named. */
export interface VarOptions {
  dim?: DimArg;
  /** Subtracted from the count; 1 (the default, also null) makes the estimate unbiased, 0 gives the population's. */
  correction?: number | null;
  keepdim?: boolean;
  unbiased?: boolean;
}
/** `std` and `var`. */
export type VarOp = {
  (input: Tensor, dim?: DimArg, options?: Omit<VarOptions, 'dim'>): Tensor;
  (input: Tensor, unbiased: boolean): Tensor;
  (input: Tensor, options: VarOptions): Tensor;
};
function variance(name: string, root: boolean): VarOp {
  return operation<VarOp>(
    `${name}(input: Tensor, dim: any? = null, correction: float? = null, keepdim: bool = false, unbiased: bool? = null)`,
    (input: Tensor, first: DimArg | boolean, correction: number | null, keepdim: boolean, named: boolean | null) => {
      // PyTorch's older form: `x.std(false)`.
      const [dim, unbiased] = typeof first === 'boolean' ? [null, first] : [first, named];
      if (!input.dtype.isFloatingPoint) {
        throw new TypeError(`${name}: only support floating point and complex dtypes, got ${input.dtype}`);
      }
      const reduced = mark(dim, input.dims.length);
      const n = countAlong(input.dims, reduced);
      const ddof = unbiased === null ? (correction ?? 1) : Number(unbiased);
      const degrees = Math.max(0, n - ddof);
      const marked = listed(reduced);
      const x = detach(input);
      const out = scope(() => {
        const centred = sub(x, mean(x, marked, true));
        const v = div(sum(mul(centred, centred), marked, keepdim), degrees);
        return root ? sqrt(v) : v;
      });
      if (records(input)) {
        const { dims } = input;
        record(
          out,
          root ? 'StdBackward0' : 'VarBackward0',
          [input],
          [input, root ? out : null] as [Tensor, Tensor],
          (g, [a, y]) => {
            // d var / dx = 2 (x - mean) / (n - correction), and d std = d var / (2 std).
            const outer = root ? where(eq(y, 0), 0, div(g, mul(y, degrees))) : mul(g, 2 / degrees);
            return [mul(restore(outer, dims, reduced, keepdim), sub(a, mean(a, marked, true)))];
          },
        );
      }
      return out;
    },
  );
}
/**
 * The variance, over all elements or dimensions: Σ (x - mean)² / (n - correction).
 *
 * @param options - `dim`, `correction` (default 1), `keepdim`.
 * @throws TypeError for dtypes that are not floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3, 4]).var()); // => tensor(1.6667)
 * ```
 */
export const var_: VarOp = variance('var', false);
/**
 * The standard deviation, the root of `var`.
 *
 * @param options - `dim`, `correction` (default 1), `keepdim`.
 * @throws TypeError for dtypes that are not floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3, 4]).std({ correction: 0 })); // => tensor(1.1180)
 * ```
 */
export const std: VarOp = variance('std', true);
