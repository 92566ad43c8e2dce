/** Parameters: tensors that a module registers and an optimizer changes. */

import { markKind } from '../tensor/brands.ts';
import { formatParameter } from '../tensor/format.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor, tenure } from '../tensor/tensor.ts';

const SIGNATURE = 'Parameter(data: Tensor, requiresGrad: bool = true)';

/**
 * A tensor that is a parameter of the module it is assigned to. Requires grad unless told otherwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = new torch.nn.Parameter(torch.ones(2));
 * console.log(w);
 * // => Parameter containing:
 * // => tensor([1., 1.], requires_grad=True)
 * ```
 */
export class Parameter extends Tensor {
  /** Sets parameters apart for the compiler: assigning a plain tensor where a parameter stands would unregister it. */
  declare protected readonly parameter: true;

  /**
   * @param data - The values; shared, not copied.
   * @param requiresGrad - Default true.
   * @throws TypeError for a dtype that cannot require grad.
   */
  constructor(data: Tensor, requiresGrad: boolean | { requiresGrad?: boolean } = true) {
    const { requiresGrad: wanted } = bindRecord(SIGNATURE, [data, requiresGrad]);
    if (wanted && !data.dtype.isFloatingPoint) {
      throw new TypeError(`only Tensors of floating point dtype can require gradients, got ${data.dtype}`);
    }
    super(data.storage, data.offset, data.dims, data.strides, data.dtype, data.dense);
    tenure(data, 'Parameter');
    this.tracked = wanted;
  }

  override toString(): string {
    return formatParameter(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return formatParameter(this);
  }
}

markKind(Parameter.prototype, 'parameter');
