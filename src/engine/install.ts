/** Installs `backward` and `registerHook` on the tensor: what `torchlet/autograd` and `torchlet/optim` bring. */
import { type RemovableHandle, registerHook, type TensorHook } from '../autograd/hooks.ts';
import { operation } from '../tensor/signature.ts';
import { tell } from '../tensor/tell.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type BackwardOptions, backwardFrom, type Gradients, gradientsFor } from './backward.ts';

declare module '../tensor/tensor.ts' {
  interface Tensor {
    /**
     * Computes the gradient of the tensor with respect to the leaves it was computed from, and adds it to their `.grad`.
     *
     * @param gradient - The gradient to start from, of the tensor's shape; may be left out for one element.
     * @param retainGraph - Keeps what was saved, for a second pass. Default createGraph.
     * @param createGraph - Records the pass itself, for higher derivatives. Default false.
     */
    backward(
      gradient?: Tensor | null,
      retainGraph?: boolean | null,
      createGraph?: boolean,
      inputs?: readonly Tensor[] | Tensor | null,
    ): void;
    backward(gradient: Tensor | null, options: Omit<BackwardOptions, 'gradient'>): void;
    backward(options: BackwardOptions): void;
    /**
     * Calls `hook` with the tensor's gradient whenever a backward pass has computed it; a tensor that it returns takes
     * the gradient's place. The handle's `remove()` ends that.
     */
    registerHook(hook: TensorHook): RemovableHandle;
  }
}

/** The method: from one tensor. */
const backwardOf = operation<(...args: unknown[]) => void>(
  'backward(self: Tensor, gradient: any = null, retainGraph: bool? = null, createGraph: bool = false, inputs: any = null)',
  (
    self: Tensor,
    gradient: Gradients,
    retainGraph: boolean | null,
    createGraph: boolean,
    inputs: readonly Tensor[] | null,
  ): void => backwardFrom([self], gradientsFor([self], gradient), retainGraph, createGraph, inputs),
);

Object.defineProperty(Tensor.prototype, 'registerHook', {
  value(this: Tensor, hook: TensorHook) {
    return registerHook(this, hook);
  },
  writable: true,
  configurable: true,
});

Object.defineProperty(Tensor.prototype, 'backward', {
  value(this: Tensor, ...args: unknown[]) {
    if (args.length === 0 && tell === null) backwardFrom([this], [null], null, false, null);
    else backwardOf(this, ...args);
  },
  writable: true,
  configurable: true,
});
