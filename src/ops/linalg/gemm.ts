/** Calls of the core's product of matrices: what lies transposed or repeated is read in place, by its strides. */

import { inOperation } from '../../memory/errors.ts';
import { isLarge } from '../../memory/storage.ts';
import { Kind } from '../../tensor/dtype.ts';
import type { Dims } from '../../tensor/shape.ts';
import { pointerOf, type Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { giveRecipe } from '../recipe.ts';

/** The inner size at which a product of floats takes as long as moving it out (measured from 32 to 1024). */
const COPY = 27;

/** out[m, n] = a[m, k] · b[k, n] (+ bias[n], row-major), for the operation `name`. b is read by the strides given. */
export function gemm(
  name: string,
  out: Tensor,
  a: Tensor,
  b: Tensor,
  rsb: number,
  csb: number,
  bias: Tensor | null,
): void {
  try {
    multiply(out, a, b, rsb, csb, bias);
  } catch (error) {
    throw inOperation(error, name);
  }
}

/** Addresses and strides as the core wants them. */
function multiply(out: Tensor, a: Tensor, b: Tensor, rsb: number, csb: number, bias: Tensor | null): void {
  const [m, n] = out.dims;
  if (m === 0 || n === 0) return;
  const { code } = out.dtype;
  const k = a.dims[1];
  const [rsa, csa] = a.strides;
  const po = targetOf(out);
  const pa = pointerOf(a);
  const pb = pointerOf(b);
  const pc = bias === null ? 0 : pointerOf(bias);
  product(code, m, n, k, pa, rsa, csa, pb, rsb, csb, po, pc);
  // Inputs much larger than the output would be dear to keep.
  if (isLarge(out.storage) && k * (m + n) <= 2 * out.count && out.dtype.kind === Kind.Float) {
    giveRecipe(out, bias === null ? [a, b] : [a, b, bias], repeatProduct(code, m, n, k, rsa, csa, rsb, csb), k / COPY);
  }
}

/** The kernel, on a row-major output. */
function product(
  code: number,
  m: number,
  n: number,
  k: number,
  a: number,
  rsa: number,
  csa: number,
  b: number,
  rsb: number,
  csb: number,
  out: number,
  bias: number,
): void {
  core.gemm(code, m, n, k, a, rsa, csa, b, rsb, csb, out, n, bias);
}

/** In a function of its own: what a closure holds of `multiply` would be made at every call. */
function repeatProduct(
  code: number,
  m: number,
  n: number,
  k: number,
  rsa: number,
  csa: number,
  rsb: number,
  csb: number,
) {
  return (out: number, [a, b, bias = 0]: readonly number[]): void =>
    product(code, m, n, k, a, rsa, csa, b, rsb, csb, out, bias);
}

/** out[..., n, m] = x[..., n, k] · y[..., k, m], a product for each index of the leading dimensions, which are `batch`. */
export function gemmEach(out: Tensor, x: Tensor, y: Tensor, batch: Dims): void {
  const rank = batch.length;
  const { code, shift } = out.dtype;
  const [n, k] = x.dims.slice(rank);
  const m = y.dims[rank + 1];
  let po = targetOf(out);
  const px = pointerOf(x);
  const py = pointerOf(y);
  const [rsx, csx] = x.strides.slice(rank);
  const [rsy, csy] = y.strides.slice(rank);
  const index = new Array<number>(rank).fill(0);
  for (let left = out.count / (n * m); left > 0; left--) {
    let offsetX = 0;
    let offsetY = 0;
    for (let d = 0; d < rank; d++) {
      offsetX += index[d] * x.strides[d];
      offsetY += index[d] * y.strides[d];
    }
    product(code, n, m, k, px + (offsetX << shift), rsx, csx, py + (offsetY << shift), rsy, csy, po, 0);
    po += (n * m) << shift;
    for (let d = rank - 1; d >= 0 && ++index[d] === batch[d]; d--) index[d] = 0;
  }
}
