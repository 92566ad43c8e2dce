/** Softmax and log-softmax along a dimension. */

import { isGradEnabled } from '../../autograd/mode.ts';
import { record, records } from '../../autograd/node.ts';
import type { Compute } from '../../memory/recipe.ts';
import { free, isLarge } from '../../memory/storage.ts';
import type { Aliased } from '../../tensor/args.ts';
import { type DType, Kind } from '../../tensor/dtype.ts';
import { wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { pointerOf, type Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { toDtype } from '../create/copy.ts';
import { mul, sub } from '../elementwise/binary.ts';
import { exp } from '../elementwise/unary.ts';
import { contiguousRaw, emptyAs, freeCast } from '../make.ts';
import { giveRecipe } from '../recipe.ts';
import { splitAround } from '../select/gather.ts';
import { sum } from './reduce.ts';

/** What softmax functions take, named. */
export interface SoftmaxOptions {
  dim?: number | null;
  dtype?: DType;
}

/** Softmax functions. */
export type SoftmaxOp = {
  (input: Tensor, dim?: number | null, dtype?: DType): Tensor;
  (input: Tensor, options: Aliased<SoftmaxOptions>): Tensor;
};

/** The dimension that PyTorch takes when none is given: 0 for 0, 1 or 3 dimensions, otherwise 1. */
function implicitDim(rank: number): number {
  return rank === 0 || rank === 1 || rank === 3 ? 0 : 1;
}

/** Softmax, or its logarithm, along the middle one of three dimensions. */
function kernel(log: 0 | 1, code: number, outer: number, n: number, inner: number, out: number, a: number): void {
  core.softmax(log, code, out, a, outer, n, inner);
}

function repeat(log: 0 | 1, code: number, outer: number, n: number, inner: number): Compute {
  return (out, [a]) => kernel(log, code, outer, n, inner, out, a);
}

function along(name: string, log: 0 | 1): SoftmaxOp {
  const backward = log ? 'LogSoftmaxBackward0' : 'SoftmaxBackward0';
  const run = (x: Tensor, d: number): Tensor => {
    const source = contiguousRaw(x);
    const out = emptyAs(source, x.dtype, name);
    const [outer, n, inner] = x.dims.length === 0 ? [1, 1, 1] : splitAround(x.dims, d);
    if (out.count > 0) {
      const po = targetOf(out);
      const { code } = x.dtype;
      kernel(log, code, outer, n, inner, po, pointerOf(source));
      if (isLarge(out.storage)) giveRecipe(out, [source], repeat(log, code, outer, n, inner));
    }
    freeCast(source, x);
    if (records(x)) record(out, backward, [x], [out], (g, [y]) => [grad(g, y, d)]);
    return out;
  };
  const grad = (g: Tensor, y: Tensor, d: number): Tensor => {
    if (isGradEnabled()) {
      if (log) return sub(g, mul(exp(y), sum(g, d, true)));
      return mul(y, sub(g, sum(mul(g, y), d, true)));
    }
    // Measured on [64, 10]: one kernel takes a fifth of the four calls above.
    const dense = contiguousRaw(g);
    const out = emptyAs(y, y.dtype);
    const [outer, n, inner] = y.dims.length === 0 ? [1, 1, 1] : splitAround(y.dims, d);
    const po = targetOf(out);
    const pg = pointerOf(dense);
    if (out.count > 0) core.softmaxBackward(log, y.dtype.code, po, pg, pointerOf(y), outer, n, inner);
    freeCast(dense, g);
    return out;
  };
  return operation<SoftmaxOp>(
    `${name}(input: Tensor, dim: int? = null, dtype: dtype? = null)`,
    (input: Tensor, dim: number | null, dtype: DType | null) => {
      const working = dtype ?? input.dtype;
      if (working.kind !== Kind.Float) {
        throw new TypeError(`"${name}" not implemented for '${working.name}': convert with float(), or name a dtype`);
      }
      const rank = input.dims.length;
      const d = wrapDim(dim ?? implicitDim(rank), rank);
      const x = working === input.dtype ? input : toDtype(input, working);
      const out = run(x, d);
      // The result alone is saved, so nobody needs the converted input any more.
      if (x !== input) free(x.storage);
      return out;
    },
  );
}

/**
 * exp(xᵢ) / Σⱼ exp(xⱼ) along `dim`: positive, summing to 1.
 *
 * @param dim - Without it PyTorch's implicit choice: 0 for 1 or 3 dimensions, otherwise 1.
 * @param dtype - Dtype to convert to first.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.softmax(torch.tensor([1, 2, 3]), 0)); // => tensor([0.0900, 0.2447, 0.6652])
 * ```
 */
export const softmax: SoftmaxOp = along('softmax', 0);

/**
 * log(softmax(x)) along `dim`, without overflow.
 *
 * @param dim - Without it PyTorch's implicit choice: 0 for 1 or 3 dimensions, otherwise 1.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.logSoftmax(torch.tensor([1, 2, 3]), 0)); // => tensor([-2.4076, -1.4076, -0.4076])
 * ```
 */
export const logSoftmax: SoftmaxOp = along('logSoftmax', 1);
