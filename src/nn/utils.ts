/** `torch.nn.utils`: gradients clipped, parameters as one vector. */

import { noGrad } from '../autograd/mode.ts';
import { within } from '../memory/errors.ts';
import { copy_, toDtype } from '../ops/create/copy.ts';
import { zeros } from '../ops/create/create.ts';
import { add, mul } from '../ops/elementwise/binary.ts';
import { clamp_, clampMax } from '../ops/elementwise/clamp.ts';
import { reciprocal } from '../ops/elementwise/unary.ts';
import { assignData } from '../ops/handle.ts';
import { norm } from '../ops/linalg/norm.ts';
import { cat, stack } from '../ops/view/join.ts';
import { narrow } from '../ops/view/slice.ts';
import { detach, reshape } from '../ops/view/view.ts';
import { describe } from '../tensor/args.ts';
import { listOf } from '../tensor/list.ts';
import { scope } from '../tensor/scope.ts';
import { operation } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';

/** One tensor or several. */
export type Tensors = Tensor | Iterable<Tensor>;

function gradientsOf(parameters: Tensors, name: string): Tensor[] {
  return listOf(parameters, name).flatMap(({ gradient }) => (gradient === null ? [] : [gradient]));
}

/**
 * The norm of all tensors as if they were one vector.
 *
 * @param normType - The p of the norm; default 2.
 * @param errorIfNonfinite - Throws for a norm that is NaN or infinite; default false.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.utils.getTotalNorm([torch.tensor([3]), torch.tensor([0, 4])])); // => tensor(5.)
 * ```
 */
export const getTotalNorm = operation(
  'getTotalNorm(tensors: any, normType: float = 2, errorIfNonfinite: bool = false)',
  (tensors, normType, errorIfNonfinite): Tensor => {
    const list = listOf(tensors, 'getTotalNorm');
    if (list.length === 0) return zeros([]);
    const total = noGrad(() => scope(() => norm(stack(list.map((x) => norm(x, normType))), normType)));
    if (errorIfNonfinite && !Number.isFinite(total.item())) {
      throw new RangeError(
        `The total norm of order ${normType} for gradients from \`parameters\` is non-finite, so it cannot be clipped. ` +
          'To disable this error and scale the gradients by the non-finite norm anyway, set { errorIfNonfinite: false }',
      );
    }
    return total;
  },
);

/**
 * Scales all gradients by one factor, in place, so that their norm taken together is at most maxNorm.
 *
 * g ← g · min(1, maxNorm / (‖g‖ + 1e-6)).
 *
 * @param parameters - One tensor or several; those without a gradient are left out.
 * @param maxNorm - The largest norm allowed.
 * @param options - `normType` (default 2), `errorIfNonfinite` (default false).
 * @returns The norm before.
 * @throws RangeError for a norm that is not finite, if `errorIfNonfinite`.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, 2], { requiresGrad: true });
 * w.mul(torch.tensor([3, 4])).sum().backward();
 * console.log(torch.nn.utils.clipGradNorm_([w], 1)); // => tensor(5.)
 * console.log(w.grad); // => tensor([0.6000, 0.8000])
 * ```
 */
export const clipGradNorm_ = operation(
  'clipGradNorm_(parameters: any, maxNorm: float, normType: float = 2, errorIfNonfinite: bool = false)',
  (parameters, maxNorm, normType, errorIfNonfinite): Tensor => {
    const grads = gradientsOf(parameters as Tensors, 'clipGradNorm_');
    const total = getTotalNorm(grads, normType, errorIfNonfinite);
    noGrad(() =>
      scope(() => {
        const factor = clampMax(mul(reciprocal(add(total, 1e-6)), maxNorm), 1);
        for (const g of grads) copy_(g, mul(detach(g), toDtype(factor, g.dtype)));
        return [];
      }),
    );
    return total;
  },
);

/**
 * Clamps every gradient to -clipValue … clipValue, in place.
 *
 * @param parameters - One tensor or several; those without a gradient are left out.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.tensor([1, 2], { requiresGrad: true });
 * w.mul(torch.tensor([3, -4])).sum().backward();
 * torch.nn.utils.clipGradValue_([w], 1);
 * console.log(w.grad); // => tensor([ 1., -1.])
 * ```
 */
export const clipGradValue_ = operation(
  'clipGradValue_(parameters: any, clipValue: float)',
  (parameters, clipValue): void => {
    noGrad(() => {
      for (const g of gradientsOf(parameters as Tensors, 'clipGradValue_')) clamp_(g, -clipValue, clipValue);
    });
  },
);

/**
 * All parameters, flattened, one after the other in a vector; gradients flow back.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const vector = torch.nn.utils.parametersToVector([torch.ones(2, 1), torch.zeros(2)]);
 * console.log(vector); // => tensor([1., 1., 0., 0.])
 * ```
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return scope(() => cat(listOf(parameters, 'parametersToVector').map((x) => reshape(x, [-1]))));
}

/**
 * Writes a vector's elements into the parameters, in order: the opposite of `parametersToVector`.
 *
 * @throws RangeError when the vector has fewer elements than the parameters.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = new torch.nn.Linear(2, 1);
 * torch.nn.utils.vectorToParameters(torch.tensor([1, 2, 3]), layer.parameters());
 * console.log(layer.weight.tolist(), layer.bias?.tolist()); // => [ [ 1, 2 ] ] [ 3 ]
 * ```
 */
export function vectorToParameters(vec: Tensor, parameters: Iterable<Tensor>): void {
  if (!(vec instanceof Tensor)) throw new TypeError(`expected torch.Tensor, but got: ${describe(vec)}`);
  const list = listOf(parameters, 'vectorToParameters');
  const total = list.reduce((n, x) => n + x.count, 0);
  if (vec.dims.length !== 1 || vec.count < total) {
    throw new RangeError(`vectorToParameters(): expected a vector of ${total} elements, got ${vec.shape}`);
  }
  within('vectorToParameters', () =>
    noGrad(() => {
      let at = 0;
      for (const x of list) {
        assignData(x, reshape(narrow(detach(vec), 0, at, x.count), x.dims));
        at += x.count;
      }
    }),
  );
}
