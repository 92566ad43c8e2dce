/** Scaling vectors and layers: layerNorm, normalize, cosineSimilarity. */

import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { broadcastDims, sameDims, showDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { contiguous, toDtype } from '../create/copy.ts';
import { add, div, mul, sub } from '../elementwise/binary.ts';
import { clampMin } from '../elementwise/clamp.ts';
import { listed } from '../ints.ts';
import { norm } from '../linalg/norm.ts';
import { refuseDtype, resultType } from '../promote.ts';
import { expand } from '../view/view.ts';
import { standard } from './moments.ts';
import { type DimArg, mark, mean, sum } from './reduce.ts';

/** What `layerNorm` takes, named. */
export interface LayerNormOptions {
  normalizedShape: number | readonly number[];
  weight?: Tensor | null;
  bias?: Tensor | null;
  eps?: number;
}

/** (x - mean) / √(var + eps) over dims, and the factor 1 / √(var + eps). */
function standardized(x: Tensor, dims: readonly number[], eps: number): [scaled: Tensor, factor: Tensor] {
  const [average, factor] = standard(x, mark(dims, x.dims.length), eps);
  return [mul(sub(x, average), factor), factor];
}

/**
 * (x - mean) / √(var + eps) · weight + bias, mean and (population) variance taken over the last dimensions.
 *
 * @param input - [..., *normalizedShape].
 * @param normalizedShape - The sizes of those dimensions.
 * @param weight - Of that shape, or null.
 * @param bias - Of that shape, or null.
 * @param eps - Default 1e-5.
 * @throws RangeError for shapes that do not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.layerNorm(torch.tensor([[1, 2, 3]]), [3])); // => tensor([[-1.2247,  0.0000,  1.2247]])
 * ```
 */
export const layerNorm = operation(
  'layerNorm(input: Tensor, normalizedShape: ints, weight: Tensor? = null, bias: Tensor? = null, eps: float = 1e-5)',
  (input, normalizedShape, weight, bias, eps): Tensor => {
    const shape = listed(normalizedShape);
    if (shape.length === 0) {
      throw new RangeError(
        'Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got ' +
          'normalized_shape = []',
      );
    }
    const lead = input.dims.length - shape.length;
    if (lead < 0 || !sameDims(input.dims.slice(lead), shape)) {
      throw new RangeError(
        `Given normalized_shape=${showDims(shape)}, expected input with shape [*, ${shape.join(', ')}], but got ` +
          `input of size${showDims(input.dims)}`,
      );
    }
    for (const [name, x] of [
      ['weight', weight],
      ['bias', bias],
    ] as const) {
      if (x !== null && !sameDims(x.dims, shape)) {
        throw new RangeError(
          `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${showDims(x.dims)} ` +
            `and normalized_shape = ${showDims(shape)}`,
        );
      }
    }
    for (const x of [weight, bias]) {
      if (x !== null && x.dtype !== input.dtype) {
        throw new TypeError(`mixed dtype: expect parameters to have ${input.dtype}, got ${x.dtype}`);
      }
    }
    if (!input.dtype.isFloatingPoint) refuseDtype('LayerNormKernelImpl', input.dtype);
    const dims = shape.map((_, i) => lead + i);
    return composite(
      'NativeLayerNormBackward0',
      [input, weight, bias],
      () => {
        const [scaled] = standardized(contiguous(input), dims, eps);
        const weighed = weight === null ? scaled : mul(scaled, weight);
        return bias === null ? weighed : add(weighed, bias);
      },
      () => [input, weight, bias] as const,
      (g, [x, w], node) => {
        const [scaled, factor] = standardized(x, dims, eps);
        let dx: Tensor | null = null;
        if (node.needs(0)) {
          const h = w === null ? g : mul(g, w);
          const common = add(mean(h, dims, true), mul(scaled, mean(mul(h, scaled), dims, true)));
          dx = mul(sub(h, common), factor);
        }
        return [dx, node.needs(1) ? mul(g, scaled) : null, node.needs(2) ? g : null];
      },
    );
  },
);

/** What `normalize` takes, named. */
export interface NormalizeOptions {
  p?: number;
  dim?: DimArg;
  eps?: number;
}

/**
 * Vectors along `dim` divided by their p-norm, or by eps if that is larger.
 *
 * @param p - Default 2.
 * @param dim - Default 1.
 * @param eps - Default 1e-12.
 * @throws TypeError unless the input is floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.normalize(torch.tensor([[3, 4]]))); // => tensor([[0.6000, 0.8000]])
 * ```
 */
export const normalize = operation(
  'normalize(input: Tensor, p: float = 2, dim: dims? = 1, eps: float = 1e-12)',
  (input, p, dim, eps): Tensor => {
    return scope(() => div(input, clampMin(norm(input, p, dim, true), eps)));
  },
);

/**
 * The cosine of the angle between vectors along `dim`: x1 · x2 / (|x1| |x2|), no norm below eps.
 *
 * @param x1 - Broadcasts with x2.
 * @param dim - Default 1.
 * @param eps - Default 1e-8.
 * @throws TypeError unless their common dtype is floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const F = torch.nn.functional;
 * console.log(F.cosineSimilarity(torch.tensor([3, 4]), torch.tensor([4, 3]), 0)); // => tensor(0.9600)
 * ```
 */
export const cosineSimilarity = operation(
  'cosineSimilarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8)',
  (x1, x2, dim, eps): Tensor => {
    const dtype = resultType(x1, x2);
    if (!dtype.isFloatingPoint) {
      throw new TypeError(`expected common dtype to be floating point, yet common dtype is ${describe(dtype.name)}`);
    }
    return scope(() => {
      const dims = broadcastDims(x1.dims, x2.dims);
      const units = [x1, x2].map((x) => {
        const y = toDtype(expand(x, dims), dtype);
        return div(y, clampMin(norm(y, 2, dim, true), eps));
      });
      return sum(mul(units[0], units[1]), dim);
    });
  },
);
