/**
 * The engine: walks the recorded graph from the newest node to the oldest, calls each node's vjp once all of its
 * gradient has arrived, and lets go of everything that is not needed any more as it goes.
 */
import { type RemovableHandle, registerHook, type TensorHook } from '../autograd/hooks.ts';
import { nodeOf } from '../autograd/node.ts';
import { free, letGo } from '../memory/storage.ts';
import { checkTensor, empty } from '../ops/define.ts';
import { launchCopy } from '../ops/launch.ts';
import { bindArgs, describe, isOptions } from '../tensor/args.ts';
import { listOf } from '../tensor/list.ts';
import { sameDims, showDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkTracked, runBackward, store } from './pass.ts';

/** The gradient to start from: ones for a scalar, otherwise what the user gives, checked. */
function initial(x: Tensor, gradient: Tensor | null | undefined): Tensor {
  if (nodeOf(x) === null) {
    throw new Error(
      'element 0 of tensors does not require grad and does not have a grad_fn: nothing was recorded. Was it computed ' +
        'from tensors with requiresGrad, outside of noGrad()?',
    );
  }
  if (gradient === undefined || gradient === null) {
    if (x.count !== 1) {
      throw new RangeError(
        `grad can be implicitly created only for scalar outputs, got a tensor of shape ${showDims(x.dims)}: reduce it ` +
          'with sum() or mean(), or give a gradient',
      );
    }
    const one = empty(x.dims, x.dtype);
    launchCopy(one, 1);
    return one;
  }
  if (!(gradient instanceof Tensor))
    throw new TypeError(`gradients can be either Tensors or null, but got ${describe(gradient)}`);
  if (!sameDims(gradient.dims, x.dims)) {
    throw new RangeError(
      `Mismatch in shape: grad_output[0] has a shape of ${gradient.shape} and output[0] has a shape of ${x.shape}.`,
    );
  }
  return gradient;
}

/** What `backward` takes, named. */
export interface BackwardOptions {
  gradient?: Tensor | null;
  retainGraph?: boolean;
  createGraph?: boolean;
  inputs?: readonly Tensor[] | Tensor | null;
}

/** `x.backward()`. */
export type BackwardOp = {
  (self: Tensor, gradient?: Tensor | null, retainGraph?: boolean, createGraph?: boolean): void;
  (self: Tensor, options: BackwardOptions): void;
};

/**
 * Computes the gradient of the tensor with respect to the leaves it was computed from, and adds it to their `.grad`.
 *
 * @param gradient - The gradient to start from, of the tensor's shape; may be left out for one element.
 * @param retainGraph - Keeps what was saved, for a second pass. Default createGraph.
 * @param createGraph - Records the pass itself, for higher derivatives. Default false.
 * @throws Error when nothing was recorded or the graph was used up; RangeError for a tensor of several elements.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, 2], { requiresGrad: true });
 * torch.autograd.backward(x.pow(2).sum());
 * console.log(x.grad); // => tensor([2., 4.])
 * ```
 */
export const backward: BackwardOp = (self: Tensor, ...args: unknown[]): void => {
  const [gradient, retain, create = false, inputs = null] = bindArgs(
    'backward',
    ['gradient', 'retainGraph', 'createGraph', 'inputs'],
    args,
  ) as [Tensor | null | undefined, boolean | undefined, boolean | undefined, readonly Tensor[] | Tensor | null];
  checkTensor(self, 'backward', 'self');
  const list = inputs === null ? null : listOf(inputs, 'backward');
  if (list?.length === 0) throw new RangeError('`inputs` argument to `backward()` cannot be empty.');
  const start = initial(self, gradient);
  start.storage.holds++;
  const own = gradient === undefined || gradient === null;
  if (own) start.storage.visible = false;
  try {
    const options = { retainGraph: retain ?? create, createGraph: create, inputs: list };
    const results = runBackward([self], [start], options);
    list?.forEach((x, i) => {
      const g = results[i];
      if (g !== null) {
        g.storage.holds++;
        store(x, g, create);
        letGo(g.storage);
      }
    });
  } finally {
    letGo(start.storage);
  }
};

/** What `autograd.grad` takes, named. */
export interface GradOptions {
  gradOutputs?: Tensor | readonly (Tensor | null)[] | null;
  retainGraph?: boolean;
  createGraph?: boolean;
  /** Gives null for an input that the outputs do not depend on, instead of an error. */
  allowUnused?: boolean;
}

/**
 * The gradients of `outputs` (their sum) with respect to `inputs`, returned, not stored.
 *
 * @param outputs - One tensor or several.
 * @param inputs - One tensor or several, leaves or not.
 * @param options - `gradOutputs`, `retainGraph`, `createGraph`, `allowUnused`.
 * @returns A gradient for each input.
 * @throws Error when an input does not require grad, or was not used and `allowUnused` is not set.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor(3, { requiresGrad: true });
 * const [dx] = torch.autograd.grad(x.pow(2), x);
 * console.log(dx); // => tensor(6.)
 * ```
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options?: GradOptions & { allowUnused?: false },
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options?: GradOptions,
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  if (!isOptions(options as unknown))
    throw new TypeError(`grad(): expected options in an object, got ${describe(options)}`);
  bindArgs('grad', ['gradOutputs', 'retainGraph', 'createGraph', 'allowUnused'], [options]);
  const roots = listOf(outputs, 'grad');
  const targets = listOf(inputs, 'grad');
  const { gradOutputs } = options;
  const given = Array.isArray(gradOutputs) ? (gradOutputs as (Tensor | null)[]) : [gradOutputs as Tensor | null];
  if (given.length !== roots.length && gradOutputs) {
    throw new RangeError(`grad(): got ${roots.length} outputs and ${given.length} gradOutputs`);
  }
  for (const x of targets) checkTracked(x);
  const createGraph = options.createGraph ?? false;
  const starts = roots.map((root, i) => initial(root, given[i]));
  const own = starts.filter((_, i) => !given[i]);
  for (const { storage } of own) {
    storage.visible = false;
    storage.holds++;
  }
  let results: (Tensor | null)[];
  try {
    const retainGraph = options.retainGraph ?? createGraph;
    results = runBackward(roots, starts, { retainGraph, createGraph, inputs: targets });
  } finally {
    for (const { storage } of own) letGo(storage);
  }
  if (!options.allowUnused && results.includes(null)) {
    // What was found goes, unless it is the user's own gradient, passed through.
    const users = new Set(starts.map(({ storage }) => storage));
    for (const g of results) if (g !== null && !createGraph && !users.has(g.storage)) free(g.storage);
    throw new Error(
      'One of the differentiated Tensors appears to not have been used in the graph. Set { allowUnused: true } if this ' +
        'is the desired behavior.',
    );
  }
  return results;
}

declare module '../tensor/tensor.ts' {
  interface Tensor {
    /**
     * Computes the gradient of the tensor with respect to the leaves it was computed from, and adds it to their `.grad`.
     *
     * @param gradient - The gradient to start from, of the tensor's shape; may be left out for one element.
     * @param retainGraph - Keeps what was saved, for a second pass. Default createGraph.
     * @param createGraph - Records the pass itself, for higher derivatives. Default false.
     */
    backward(gradient?: Tensor | null, retainGraph?: boolean, createGraph?: boolean): void;
    backward(options: BackwardOptions): void;
    /**
     * Calls `hook` with the tensor's gradient whenever a backward pass has computed it; a tensor that it returns takes
     * the gradient's place. The handle's `remove()` ends that.
     */
    registerHook(hook: TensorHook): RemovableHandle;
  }
}

Object.defineProperty(Tensor.prototype, 'registerHook', {
  value(this: Tensor, hook: TensorHook) {
    return registerHook(this, hook);
  },
  writable: true,
  configurable: true,
});

Object.defineProperty(Tensor.prototype, 'backward', {
  value(this: Tensor, ...args: [BackwardOptions]) {
    backward(this, ...args);
  },
  writable: true,
  configurable: true,
});
