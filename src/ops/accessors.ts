/** What autograd adds to the handle, and the attributes that are views: `requiresGrad`, `grad`, `data`, `T` and the like. */
import { isLeaf, isTracked, type Node, nodeOf } from '../autograd/node.ts';
import { describe } from '../tensor/args.ts';
import { sameDims } from '../tensor/shape.ts';
import { assignHandle, dropGradient, Tensor } from '../tensor/tensor.ts';
import { setRequiresGrad } from './create/create.ts';
import * as view from './view/view.ts';

/** The attributes, as a tensor's type has them. */
export interface Accessors {
  /** Whether its gradient is wanted. Set it on leaves only. */
  requiresGrad: boolean;
  /** The accumulated gradient, or null. Set null to forget it. */
  grad: Tensor | null;
  /** The recorded operation that computed it; null for a leaf. */
  readonly gradFn: Node | null;
  /** Whether it was made by the user and not by a recorded operation. */
  readonly isLeaf: boolean;
  /** The same elements outside of autograd. */
  data: Tensor;
  /** The transpose of a matrix; of a tensor of other rank, its dimensions reversed. */
  readonly T: Tensor;
  /** The last two dimensions exchanged. */
  readonly mT: Tensor;
  /** Keeps the gradient of a tensor that is no leaf. */
  retainGrad(): void;
}

/** Lets x hold what `value` holds, shared; a leaf's accumulator is made anew for the new shape and dtype. */
export function assignData(x: Tensor, value: Tensor): void {
  if (isTracked(x) && !value.dtype.isFloatingPoint) {
    throw new TypeError('data set to a tensor that requires gradients must be floating point or complex dtype');
  }
  if (isLeaf(x)) x.node = null;
  assignHandle(x, value);
}

/** The same as the prototype has them. */
export const accessors: { [K in keyof Accessors]: PropertyDescriptor & ThisType<Tensor> } = {
  requiresGrad: {
    get() {
      return isTracked(this);
    },
    set(value: boolean) {
      setRequiresGrad(this, value);
    },
  },
  grad: {
    get() {
      const { gradient } = this;
      // Seen by the user: from here on nobody frees it behind their back.
      if (gradient !== null) gradient.storage.visible = true;
      return gradient;
    },
    set(value: Tensor | null) {
      if (value !== null) {
        if (!(value instanceof Tensor)) {
          throw new TypeError(`assigned grad expected to be a Tensor or null but got ${describe(value)}`);
        }
        if (!sameDims(value.dims, this.dims)) {
          throw new RangeError(
            `assigned grad has data of a different size: expected ${this.shape}, got ${value.shape}`,
          );
        }
        if (value.dtype !== this.dtype) {
          throw new TypeError(`assigned grad has data of a different type: expected ${this.dtype}, got ${value.dtype}`);
        }
        value.storage.holds++;
      }
      dropGradient(this);
      this.gradient = value;
    },
  },
  gradFn: {
    get() {
      const node = nodeOf(this);
      return node === null || node.leaf !== null ? null : node;
    },
  },
  isLeaf: {
    get() {
      return isLeaf(this);
    },
  },
  data: {
    get() {
      return view.detach(this);
    },
    set(value: Tensor) {
      if (!(value instanceof Tensor)) throw new TypeError(`data must be a Tensor, got ${describe(value)}`);
      assignData(this, value);
    },
  },
  T: {
    get() {
      return view.permute(this, [...this.dims.keys()].reverse());
    },
  },
  mT: {
    get() {
      return this.dims.length === 0 ? view.t(this) : view.transpose(this, -2, -1);
    },
  },
  retainGrad: {
    value(this: Tensor) {
      const node = nodeOf(this);
      if (node === null) throw new Error("can't retain_grad on Tensor that has requires_grad=False");
      if (node.leaf !== null || this.retains) return;
      this.retains = true;
      node.retained ??= [];
      node.retained.push(this);
    },
  },
};
