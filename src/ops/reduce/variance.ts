/** Variance and standard deviation. */

import { record, records } from '../../autograd/node.ts';
import type { Aliased } from '../../tensor/args.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { unrecorded } from '../composite.ts';
import { where } from '../create/copy.ts';
import { div, mul, sub } from '../elementwise/binary.ts';
import { eq } from '../elementwise/compare.ts';
import { sqrt } from '../elementwise/unary.ts';
import { launchCopy } from '../launch.ts';
import { empty } from '../make.ts';
import { detach, reshape } from '../view/view.ts';
import { momentsRaw } from './moments.ts';
import { countAlong, type DimArg, keptDims, listed, mark, mean, restore } from './reduce.ts';

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
  (input: Tensor, dim?: DimArg, options?: Aliased<Omit<VarOptions, 'dim'>>): Tensor;
  (input: Tensor, unbiased: boolean): Tensor;
  (input: Tensor, options: Aliased<VarOptions>): Tensor;
};

/** How the spread is measured: of what, along which dimensions, divided by what. */
export interface Spread {
  root: boolean;
  /** Whether dimensions were named: at too few elements PyTorch's derivative depends on it. */
  named: boolean;
  reduced: readonly boolean[];
  /** n - correction, which may be negative. */
  degrees: number;
  keepdim: boolean;
}

/** The arguments of `std`, `var` and their pairs with the mean, of which PyTorch's older forms have `unbiased` first. */
export function spreadOf(
  name: string,
  root: boolean,
  input: Tensor,
  first: DimArg | boolean,
  correction: number | boolean | null,
  keepdim: boolean,
  unbiased: boolean | null,
): Spread {
  const alone = typeof first === 'boolean';
  const dim = alone ? null : first;
  if (!input.dtype.isFloatingPoint) {
    throw new TypeError(`${name}: only support floating point and complex dtypes, got ${input.dtype}`);
  }
  const reduced = mark(dim, input.dims.length);
  const ddof = Number(unbiased ?? (alone ? first : (correction ?? 1)));
  const named = input.dims.length > 0 && dim !== null;
  return { root, named, reduced, degrees: countAlong(input.dims, reduced) - ddof, keepdim };
}

/** The spread of x and its mean, unrecorded; the mean only where it is asked for. */
export function spreadRaw(x: Tensor, how: Spread, mean: boolean): [spread: Tensor, average: Tensor | null] {
  const { root, reduced, degrees, keepdim } = how;
  const dims = keptDims(x.dims, reduced, keepdim);
  const [spread, average] = unrecorded(() => {
    const [average, squares] = momentsRaw(x, reduced);
    const variance = div(squares, Math.max(0, degrees));
    const found = [root ? sqrt(variance) : variance, ...(mean ? [average] : [])];
    return found.map((y) => {
      const out = empty(dims, x.dtype);
      launchCopy(out, reshape(y, dims));
      return out;
    });
  });
  return [spread, average ?? null];
}

/** d var / dx = 2 (x - mean) / (n - correction), and d std = d var / (2 std). */
export function spreadGrad(g: Tensor, x: Tensor, y: Tensor, how: Spread): Tensor {
  const { root, named, reduced, degrees, keepdim } = how;
  const outer = root ? where(eq(y, 0), 0, div(g, mul(y, 2))) : g;
  const back = restore(outer, x.dims, reduced, keepdim);
  const average = mean(x, listed(reduced), true);
  if (!named && degrees <= 0) return mul(back, where(eq(x, average), Number.NaN, Number.POSITIVE_INFINITY));
  return mul(mul(back, 2 / degrees), sub(x, average));
}

function variance(name: string, root: boolean): VarOp {
  return operation<VarOp>(
    `${name}(input: Tensor, dim: any? = null, correction: float? = null, keepdim: bool = false, unbiased: bool? = null)`,
    (input: Tensor, first: DimArg | boolean, correction: number | null, keepdim: boolean, unbiased: boolean | null) => {
      const how = spreadOf(name, root, input, first, correction, keepdim, unbiased);
      const [out] = spreadRaw(detach(input), how, false);
      if (records(input)) {
        record(out, root ? 'StdBackward0' : 'VarBackward0', [input], [input, root ? out : null], (g, [a, y]) => [
          spreadGrad(g, a as Tensor, y as Tensor, how),
        ]);
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
