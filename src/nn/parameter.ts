/** Parameters: tensors that a module registers and an optimizer changes. */
import { tenure } from '../memory/storage.ts';
import { describe } from '../tensor/args.ts';
import { formatParameter } from '../tensor/format.ts';
import { Tensor } from '../tensor/tensor.ts';

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
    if (!(data instanceof Tensor)) throw new TypeError(`Parameter(): data must be a Tensor, got ${describe(data)}`);
    const wanted = typeof requiresGrad === 'boolean' ? requiresGrad : (requiresGrad.requiresGrad ?? true);
    if (wanted && !data.dtype.isFloatingPoint) {
      throw new TypeError(`only Tensors of floating point dtype can require gradients, got ${data.dtype}`);
    }
    super(data.storage, data.offset, data.dims, data.strides, data.dtype, data.dense);
    tenure(data.storage);
    this.tracked = wanted;
  }

  override toString(): string {
    return formatParameter(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return formatParameter(this);
  }
}

/** Where a parameter of a name is kept, and the accessor that stands for it. */
const accessors = new Map<string, [slot: symbol, accessor: PropertyDescriptor]>();

/**
 * The accessor is one for all modules: engines cache what they find by it. (Measured: a Linear layer's forward pass takes
 * 60 ns more than with plain members, 300 with a pair of functions for each module.)
 */
function accessorOf(name: string): [slot: symbol, accessor: PropertyDescriptor] {
  const known = accessors.get(name);
  if (known) return known;
  const slot = Symbol(name);
  const accessor = {
    get(this: Record<symbol, unknown>): unknown {
      return this[slot];
    },
    set(this: Record<symbol, unknown>, next: unknown): void {
      if (next !== null && !(next instanceof Parameter)) {
        throw new TypeError(`cannot assign ${describe(next)} as parameter '${name}' (nn.Parameter or null expected)`);
      }
      this[slot] = next;
    },
    enumerable: true,
    configurable: true,
  };
  accessors.set(name, [slot, accessor]);
  return [slot, accessor];
}

/**
 * Makes a parameter's place refuse what is none: a tensor assigned there would leave the state dict and the optimizer
 * unnoticed. (Layers guard what they register; a field of a user's class is guarded when the module first lists it.)
 */
export function guard(module: object, name: string): void {
  const place = Object.getOwnPropertyDescriptor(module, name);
  if (place === undefined || place.get) return;
  const [slot, accessor] = accessorOf(name);
  Object.defineProperty(module, slot, { value: place.value, writable: true });
  Object.defineProperty(module, name, accessor);
}
