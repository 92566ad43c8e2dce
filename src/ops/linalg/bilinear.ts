/** The bilinear map of two inputs. */

import { by } from '../../autograd/node.ts';
import { scope } from '../../tensor/scope.ts';
import { countOf, sameDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { add, mul } from '../elementwise/binary.ts';
import { checkTensor } from '../promote.ts';
import { permute, reshape, t, unsqueeze } from '../view/view.ts';
import { bmm, mm } from './matmul.ts';

/**
 * y[k] = x₁ᵀ W[k] x₂ + b[k].
 *
 * @param input1 - x₁, [..., in1].
 * @param input2 - x₂, [..., in2], the same leading sizes.
 * @param weight - W, [out, in1, in2].
 * @param bias - b, [out], or null.
 * @returns [..., out].
 * @throws RangeError when the sizes do not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const y = torch.nn.functional.bilinear(torch.ones(5, 2), torch.ones(5, 3), torch.ones(1, 2, 3));
 * console.log(String(y.shape), y.max().item()); // => torch.Size([5, 1]) 6
 * ```
 */
export const bilinear = operation(
  'bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor? = null)',
  (input1, input2, weight, bias): Tensor => {
    if (bias !== null) checkTensor(bias, 'bilinear', 'bias');
    const rank = input1.dims.length;
    if (rank !== input2.dims.length) {
      throw new RangeError(`bilinear(): input dimensions do not match: got ${rank} and ${input2.dims.length}`);
    }
    const lead = input1.dims.slice(0, -1);
    lead.forEach((size, d) => {
      if (size !== input2.dims[d]) {
        throw new RangeError(
          `bilinear(): input batch dimensions do not match at dim ${d}: got ${size} and ${input2.dims[d]}`,
        );
      }
    });
    if (weight.dims.length !== 3)
      throw new RangeError(`bilinear(): weight must be [out, in1, in2], got ${weight.shape}`);
    const [out, in1, in2] = weight.dims;
    for (const [name, x, size] of [
      ['input1', input1, in1],
      ['input2', input2, in2],
    ] as const) {
      if (rank > 0 && x.dims[rank - 1] === size) continue;
      throw new RangeError(
        `bilinear(): ${name} size does not match weight size: got ${x.dims[rank - 1] ?? 'a scalar'} but expected ${size}`,
      );
    }
    if (bias !== null && !sameDims(bias.dims, [out])) {
      throw new RangeError(`bilinear(): bias size does not match weight size: got ${bias.dims[0]} but expected ${out}`);
    }
    return scope(() => {
      const rows = countOf(lead);
      const y = reshape(trilinear(reshape(input1, [rows, in1]), reshape(input2, [rows, in2]), weight), [...lead, out]);
      return bias === null ? y : add(y, bias);
    });
  },
);

/** Σ over i, j of W[o, i, j] · x[r, i] · y[r, j]. */
function trilinear(x: Tensor, y: Tensor, w: Tensor): Tensor {
  const [out, n, m] = w.dims;
  const [rows] = x.dims;
  return composite(
    'TrilinearBackward0',
    [x, y, w],
    () => {
      // One product with all of W, then a small one for each row.
      const half = mm(x, reshape(permute(w, [1, 0, 2]), [n, out * m]));
      return reshape(bmm(reshape(half, [rows, out, m]), reshape(y, [rows, m, 1])), [rows, out]);
    },
    () => [x, y, w],
    (g, [a, b, c], node) => {
      const mixed = (): Tensor => reshape(mm(g, reshape(c, [out, n * m])), [rows, n, m]);
      const outer = (): Tensor => reshape(mul(unsqueeze(a, 2), unsqueeze(b, 1)), [rows, n * m]);
      return [
        node.needs(0) ? reshape(bmm(mixed(), unsqueeze(b, 2)), [rows, n]) : null,
        node.needs(1) ? reshape(bmm(unsqueeze(a, 1), mixed()), [rows, m]) : null,
        node.needs(2) ? reshape(mm(t(g), outer()), [out, n, m]) : null,
      ];
    },
    [by(1, 2), by(0, 2), by(0, 1)],
  );
}
