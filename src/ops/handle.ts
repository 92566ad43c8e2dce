/**
 * What autograd adds to the bare handle: `requiresGrad`, `grad`, `data` and the like, and its rows. Imported for its
 * effect by every entry of the package.
 */
import { isLeaf, isTracked, type Node, nodeOf } from '../autograd/node.ts';
import { describe } from '../tensor/args.ts';
import { answerMissing } from '../tensor/missing.ts';
import { sameDims } from '../tensor/shape.ts';
import { operation, type SignedMethod } from '../tensor/signature.ts';
import { assignHandle, dropGradient, shareUncounted, Tensor } from '../tensor/tensor.ts';
import { setRequiresGrad } from './create/create.ts';
import { unbind } from './view/shape.ts';
import { detach } from './view/view.ts';

/** What is added, as a tensor's type has it. */
interface Handle extends Iterable<Tensor> {
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
  /** Keeps the gradient of a tensor that is no leaf. */
  retainGrad(): void;
  /** Sets `requiresGrad`; returns the tensor. */
  requiresGrad_: SignedMethod<typeof requiresGrad_>;
}

declare module '../tensor/tensor.ts' {
  interface Tensor extends Handle {}
}

const requiresGrad_ = operation('requiresGrad_(input: Tensor, requiresGrad: bool = true)', (x, value): Tensor => {
  setRequiresGrad(x, value);
  return x;
});

/**
 * Lets x hold what `value` holds, shared; a leaf's accumulator is made anew for the new shape and dtype. Each goes on
 * counting its own writes, as in PyTorch: what saved x before finds the new elements.
 */
export function assignData(x: Tensor, value: Tensor): void {
  if (isTracked(x) && !value.dtype.isFloatingPoint) {
    throw new TypeError('data set to a tensor that requires gradients must be floating point or complex dtype');
  }
  if (isLeaf(x)) x.node = null;
  const { storage, clock } = x;
  const fits = x.dtype === value.dtype && sameDims(x.dims, value.dims);
  assignHandle(x, value);
  // Not the old storage itself, which would stay alive.
  if (clock === storage) x.clock = { version: clock.version };
  shareUncounted(value.storage);
  if (storage.holds === 0 || storage === value.storage) return;
  // A node that saved x lets go of what x holds by then; no derivative is to meet another shape or dtype.
  value.storage.holds += storage.holds;
  if (!fits) x.clock.version++;
}

/** The same elements outside of autograd, which does not learn of what is written there either. */
function dataOf(x: Tensor): Tensor {
  const out = detach(x);
  out.clock = { version: 0 };
  shareUncounted(x.storage);
  return out;
}

const members: Record<string, PropertyDescriptor & ThisType<Tensor>> = {
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
      return dataOf(this);
    },
    set(value: Tensor) {
      if (!(value instanceof Tensor)) throw new TypeError(`data must be a Tensor, got ${describe(value)}`);
      assignData(this, value);
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
  requiresGrad_: {
    value(this: Tensor, ...args: [requiresGrad?: boolean]) {
      return requiresGrad_(this, ...args);
    },
  },
};

Object.defineProperties(Tensor.prototype, members);
// Iterating gives the rows, as in Python, each a view.
Object.defineProperty(Tensor.prototype, Symbol.iterator, {
  *value(this: Tensor) {
    if (this.dims.length === 0) {
      throw new TypeError(
        "iteration over a 0-d tensor; in a test, expect.addEqualityTesters([areTensorsEqual]) of 'torchlet/testing' lets " +
          'toEqual compare tensors',
      );
    }
    yield* unbind(this);
  },
});
answerMissing();
