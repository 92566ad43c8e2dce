/**
 * The engine: walks the recorded graph from the newest node to the oldest, calls each node's vjp once all of its
 * gradient has arrived, and lets go of everything that is not needed any more as it goes.
 */
import { nodeOf } from '../autograd/node.ts';
import { inOperation } from '../memory/errors.ts';
import { free, letGo } from '../memory/storage.ts';
import { launchCopy } from '../ops/launch.ts';
import { empty, zerosOf } from '../ops/make.ts';
import { describe } from '../tensor/args.ts';
import { listOf } from '../tensor/list.ts';
import { sameDims, showDims } from '../tensor/shape.ts';
import { operation } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkTracked, type PassOptions, runBackward, store } from './pass.ts';

/** The gradient to start from at the i-th output: ones for one element, otherwise what the user gives, checked. */
function initial(x: Tensor, gradient: Tensor | null, i: number): Tensor {
  if (nodeOf(x) === null) {
    throw new Error(
      `element ${i} of tensors does not require grad and does not have a grad_fn: nothing was recorded. Was it computed ` +
        'from tensors with requiresGrad, outside of noGrad()?',
    );
  }
  if (gradient === null) {
    if (x.count !== 1) {
      throw new RangeError(
        `grad can be implicitly created only for scalar outputs, got a tensor of shape ${showDims(x.dims)}: reduce it ` +
          'with sum() or mean(), or give a gradient',
      );
    }
    const one = empty(x.dims, x.dtype, 'backward');
    launchCopy(one, 1);
    return one;
  }
  if (!sameDims(gradient.dims, x.dims)) {
    throw new RangeError(
      `Mismatch in shape: grad_output[${i}] has a shape of ${gradient.shape} and output[${i}] has a shape of ${x.shape}.`,
    );
  }
  return gradient;
}

/** What is given as gradients: one, a list with nulls, or nothing. */
export type Gradients = Tensor | null | readonly (Tensor | null)[];

/** A gradient or null for each output; of more there is no use, as in PyTorch. */
export function gradientsFor(roots: readonly Tensor[], given: Gradients): (Tensor | null)[] {
  const list: (Tensor | null)[] =
    given === null ? roots.map(() => null) : Array.isArray(given) ? [...given] : [given as Tensor];
  for (const g of list) {
    if (g !== null && !(g instanceof Tensor)) {
      throw new TypeError(`gradients can be either Tensors or null, but got ${describe(g)}`);
    }
  }
  if (list.length < roots.length) {
    throw new RangeError(`got ${roots.length} tensors and ${list.length} gradients`);
  }
  return list;
}

/** One pass from `roots`; what it starts with and nobody else has goes with it. */
function pass(
  roots: readonly Tensor[],
  given: readonly (Tensor | null)[],
  options: PassOptions,
): { results: (Tensor | null)[]; starts: readonly Tensor[] } {
  const starts: Tensor[] = [];
  try {
    for (let i = 0; i < roots.length; i++) {
      const start = initial(roots[i], given[i], i);
      if (given[i] === null) start.storage.visible = false;
      start.storage.holds++;
      starts.push(start);
    }
    return { results: runBackward(roots, starts, options), starts };
  } finally {
    for (const { storage } of starts) letGo(storage);
  }
}

/** `backward` with everything in place. */
export function backwardFrom(
  roots: readonly Tensor[],
  given: readonly (Tensor | null)[],
  retain: boolean | null,
  createGraph: boolean,
  inputs: readonly Tensor[] | Tensor | null,
): void {
  const list = inputs === null ? null : listOf(inputs, 'backward');
  if (list?.length === 0) throw new RangeError('`inputs` argument to `backward()` cannot be empty.');
  try {
    const { results } = pass(roots, given, { retainGraph: retain ?? createGraph, createGraph, inputs: list });
    list?.forEach((x, i) => {
      const g = results[i];
      if (g === null) return;
      g.storage.holds++;
      store(x, g, createGraph);
      letGo(g.storage);
    });
  } catch (error) {
    throw inOperation(error, 'backward');
  }
}

/** What `x.backward` takes, named. */
export interface BackwardOptions {
  gradient?: Tensor | null;
  retainGraph?: boolean | null;
  createGraph?: boolean;
  inputs?: readonly Tensor[] | Tensor | null;
}

/** `torch.autograd.backward`. */
export type BackwardOp = {
  (
    tensors: Tensor | readonly Tensor[],
    gradTensors?: Gradients,
    retainGraph?: boolean | null,
    createGraph?: boolean,
    gradVariables?: Gradients,
    inputs?: readonly Tensor[] | Tensor | null,
  ): void;
  (tensors: Tensor | readonly Tensor[], options: Omit<BackwardAllOptions, 'tensors'>): void;
  (options: BackwardAllOptions): void;
};

/** What it takes, named. */
export interface BackwardAllOptions {
  tensors: Tensor | readonly Tensor[];
  gradTensors?: Gradients;
  retainGraph?: boolean | null;
  createGraph?: boolean;
  inputs?: readonly Tensor[] | Tensor | null;
}

/**
 * Computes the gradient of the tensors (of their sum) with respect to the leaves they were computed from, and adds it to
 * their `.grad`.
 *
 * @param tensors - One tensor or several.
 * @param gradTensors - The gradients to start from, of the tensors' shapes; null, or left out, for one element.
 * @param retainGraph - Keeps what was saved, for a second pass. Default createGraph.
 * @param createGraph - Records the pass itself, for higher derivatives. Default false.
 * @param gradVariables - PyTorch's older name of `gradTensors`.
 * @param inputs - The tensors, leaves or not, that alone get a gradient.
 * @throws Error when nothing was recorded or the graph was used up; RangeError for a tensor of several elements, or as
 *   many gradients as there are not tensors.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, 2], { requiresGrad: true });
 * torch.autograd.backward([x.pow(2)], [torch.tensor([1, 10])]);
 * console.log(x.grad); // => tensor([ 2., 40.])
 * ```
 */
export const backward: BackwardOp = operation<BackwardOp>(
  'backward(tensors: any, gradTensors: any = null, retainGraph: bool? = null, createGraph: bool = false, ' +
    'gradVariables: any = null, inputs: any = null)',
  (
    tensors: Tensor | readonly Tensor[],
    gradTensors: Gradients,
    retainGraph: boolean | null,
    createGraph: boolean,
    gradVariables: Gradients,
    inputs: readonly Tensor[] | Tensor | null,
  ): void => {
    const roots = listOf(tensors, 'backward');
    backwardFrom(roots, gradientsFor(roots, gradTensors ?? gradVariables), retainGraph, createGraph, inputs);
  },
);

/** What `autograd.grad` takes, named. */
export interface GradOptions {
  gradOutputs?: Gradients;
  retainGraph?: boolean | null;
  createGraph?: boolean;
  /** For the sake of pasted programs: it is always so. */
  onlyInputs?: boolean;
  /** Gives null for an input that the outputs do not depend on, instead of an error. */
  allowUnused?: boolean | null;
  /** There is no vmap: refused when true. */
  isGradsBatched?: boolean;
  /** Gives zeros for an input that the outputs do not depend on. */
  materializeGrads?: boolean;
}

interface GradInputs {
  outputs: Tensor | readonly Tensor[];
  inputs: Tensor | readonly Tensor[];
}

/** `torch.autograd.grad`. */
export type GradOp = {
  (
    outputs: Tensor | readonly Tensor[],
    inputs: Tensor | readonly Tensor[],
    options?: GradOptions & { allowUnused?: false | null },
  ): Tensor[];
  (outputs: Tensor | readonly Tensor[], inputs: Tensor | readonly Tensor[], options: GradOptions): (Tensor | null)[];
  (
    outputs: Tensor | readonly Tensor[],
    inputs: Tensor | readonly Tensor[],
    gradOutputs: Gradients,
    options: GradOptions,
  ): (Tensor | null)[];
  (
    outputs: Tensor | readonly Tensor[],
    inputs: Tensor | readonly Tensor[],
    gradOutputs: Gradients,
    retainGraph?: boolean | null,
    createGraph?: boolean,
    onlyInputs?: boolean,
    allowUnused?: false | null,
  ): Tensor[];
  (
    outputs: Tensor | readonly Tensor[],
    inputs: Tensor | readonly Tensor[],
    gradOutputs: Gradients,
    retainGraph: boolean | null,
    createGraph: boolean,
    onlyInputs: boolean,
    allowUnused: boolean | null,
    isGradsBatched?: boolean,
    materializeGrads?: boolean,
  ): (Tensor | null)[];
  (options: GradInputs & GradOptions & { allowUnused?: false | null }): Tensor[];
  (options: GradInputs & GradOptions): (Tensor | null)[];
};

/**
 * The gradients of `outputs` (their sum) with respect to `inputs`, returned, not stored.
 *
 * @param outputs - One tensor or several.
 * @param inputs - One tensor or several, leaves or not.
 * @param gradOutputs - The gradients to start from, of the outputs' shapes; null, or left out, for one element.
 * @param retainGraph - Keeps what was saved, for a second pass. Default createGraph.
 * @param createGraph - Records the pass itself, for higher derivatives. Default false.
 * @param onlyInputs - For the sake of pasted programs: it is always so.
 * @param allowUnused - Gives null for an input that was not used, instead of an error. Default materializeGrads.
 * @param isGradsBatched - Refused when true: there is no vmap.
 * @param materializeGrads - Gives zeros for an input that was not used. Default false.
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
export const grad: GradOp = operation<GradOp>(
  'grad(outputs: any, inputs: any, gradOutputs: any = null, retainGraph: bool? = null, createGraph: bool = false, ' +
    'onlyInputs: bool = true, allowUnused: bool? = null, isGradsBatched: bool = false, materializeGrads: bool = false)',
  (
    outputs: Tensor | readonly Tensor[],
    inputs: Tensor | readonly Tensor[],
    gradOutputs: Gradients,
    retain: boolean | null,
    createGraph: boolean,
    _onlyInputs: boolean,
    allowUnused: boolean | null,
    batched: boolean,
    materialize: boolean,
  ): (Tensor | null)[] => {
    if (batched) throw new RangeError('grad(): isGradsBatched needs vmap, which there is not: call grad for each');
    if (materialize && allowUnused === false) {
      throw new RangeError('Expected allowUnused to be true or not passed when materializeGrads: true, got false');
    }
    const roots = listOf(outputs, 'grad');
    const targets = listOf(inputs, 'grad');
    if (targets.length === 0) throw new RangeError('`inputs` argument to `grad()` cannot be empty.');
    const given = gradientsFor(roots, gradOutputs);
    for (const x of targets) checkTracked(x);
    const { results, starts } = pass(roots, given, {
      retainGraph: retain ?? createGraph,
      createGraph,
      inputs: targets,
    });
    const unused = results.indexOf(null);
    if (unused < 0 || (allowUnused ?? false)) return results;
    if (materialize) return results.map((g, i) => g ?? zerosOf(targets[i].dims, targets[i].dtype));
    // What was found goes, unless it is the user's own gradient, passed through.
    const users = new Set(starts.map(({ storage }) => storage));
    for (const g of results) if (g !== null && !createGraph && !users.has(g.storage)) free(g.storage);
    throw new Error(
      `The differentiated Tensor at index ${unused} appears to not have been used in the graph. Set ` +
        '{ allowUnused: true } if this is the desired behavior.',
    );
  },
);
