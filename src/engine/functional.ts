/** `torch.autograd.functional`: whole derivatives of functions of tensors. */
import { enableGrad } from '../autograd/mode.ts';
import { isTracked } from '../autograd/node.ts';
import { setRequiresGrad } from '../ops/create/create.ts';
import { zerosOf } from '../ops/make.ts';
import { stack } from '../ops/view/join.ts';
import { select } from '../ops/view/slice.ts';
import { detach, reshape, viewAs } from '../ops/view/view.ts';
import { describe } from '../tensor/args.ts';
import { sameDims, showDims } from '../tensor/shape.ts';
import { operation } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { grad } from './backward.ts';

/** One tensor, or a list of them. */
export type Tensors = Tensor | readonly Tensor[];
/** What all of them take, named. */
export interface FunctionalOptions {
  /** Records the derivative itself, for higher ones. Default false. */
  createGraph?: boolean;
  /** Throws where an output does not depend on an input, instead of giving zeros. Default false. */
  strict?: boolean;
}

/**
 * A derivative of a function of tensors, given as one or as a list. R is a tensor, or as many lists as there are lists of
 * inputs and outputs: it follows from where it goes, or is said.
 */
export type WholeDerivative = <R = Tensor>(
  func: (...inputs: Tensor[]) => Tensors,
  inputs: Tensors,
  options?: FunctionalOptions,
) => R;

/** What a function gives, and the product of its derivative and a vector; each a tensor, or a list. */
export type Product = {
  <R = Tensor, D = Tensor>(
    func: (...inputs: Tensor[]) => Tensors,
    inputs: Tensors,
    v?: Tensors | null,
    options?: FunctionalOptions,
  ): [R, D];
  <R = Tensor, D = Tensor>(
    func: (...inputs: Tensor[]) => Tensors,
    inputs: Tensors,
    options: FunctionalOptions & { v?: Tensors | null },
  ): [R, D];
};

interface Call {
  name: string;
  func: (...inputs: Tensor[]) => unknown;
  createGraph: boolean;
  strict: boolean;
}

/** A list of tensors, from what may be one. */
function asList(value: unknown, what: string, name: string): Tensor[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  for (const each of list) {
    if (each instanceof Tensor) continue;
    throw new TypeError(
      `The ${what} given to ${name} must be either a Tensor or a list of Tensors but the given ` +
        `${what} ${Array.isArray(value) ? 'contain' : 'are'} ${describe(each)}.`,
    );
  }
  return list as Tensor[];
}

/** Inputs to differentiate by: part of the graph that there is with createGraph, leaves of their own without. */
function prepared({ name, createGraph }: Call, inputs: unknown): Tensor[] {
  return asList(inputs, 'inputs', name).map((x) => {
    const own = createGraph && isTracked(x) ? viewAs(x, x) : detach(x);
    if (!isTracked(own)) setRequiresGrad(own, true);
    return own;
  });
}

function outputsOf(call: Call, result: unknown): Tensor[] {
  const outputs = asList(result, 'outputs of the user-provided function', call.name);
  outputs.forEach((y, i) => {
    if (call.strict && !isTracked(y)) {
      throw new Error(
        `Output ${i} of the user-provided function does not require gradients: the outputs given to ${call.name} must ` +
          'be computed in a differentiable manner from the inputs when running in strict mode.',
      );
    }
  });
  return outputs;
}

/** Gradients of those outputs that have any; null where nothing leads to an input. */
function gradients(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  given: readonly (Tensor | null)[],
  createGraph: boolean,
): (Tensor | null)[] {
  const at = outputs.map((_, i) => i).filter((i) => isTracked(outputs[i]));
  if (at.length === 0) return inputs.map(() => null);
  return grad(
    at.map((i) => outputs[i]),
    inputs,
    at.map((i) => given[i]),
    { retainGraph: true, createGraph, allowUnused: true },
  );
}

/** The gradients, with zeros for what does not depend; in strict mode that is refused. */
function filled(call: Call, found: readonly (Tensor | null)[], like: readonly Tensor[]): Tensor[] {
  return found.map((g, i) => {
    if (g === null && call.strict) {
      throw new Error(
        `${call.name}(): the output of the user-provided function is independent of input ${i}. This is not allowed in ` +
          'strict mode.',
      );
    }
    if (g !== null && call.strict && call.createGraph && !isTracked(g)) {
      throw new Error(
        `${call.name}(): the derivative by input ${i} is independent of the inputs. This is not allowed in strict mode ` +
          'with createGraph.',
      );
    }
    return g ?? zerosOf(like[i].dims, like[i].dtype);
  });
}

const ended = (call: Call, list: readonly Tensor[]): Tensor[] => (call.createGraph ? [...list] : list.map(detach));
const given = <T>(like: unknown, list: readonly T[]): T | readonly T[] => (Array.isArray(like) ? list : list[0]);

/** The vector, checked against what it is to be like. */
function vectorOf(call: Call, v: unknown, like: readonly Tensor[], what: string): (Tensor | null)[] {
  if (v === null) {
    if (like.length === 1 && like[0].count === 1) return [null];
    throw new RangeError(
      `${call.name}(): the vector v can only be null if the user-provided function has a single Tensor with a single ` +
        `element as its ${what}`,
    );
  }
  const list = asList(v, 'v', call.name);
  if (list.length !== like.length) {
    throw new RangeError(`${call.name}(): v has invalid length: should be ${like.length} but got ${list.length}.`);
  }
  list.forEach((each, i) => {
    if (sameDims(each.dims, like[i].dims)) return;
    throw new RangeError(
      `${call.name}(): v[${i}] has invalid size: should be ${showDims(like[i].dims)} but got ${showDims(each.dims)}.`,
    );
  });
  return list;
}

/** For each output and each input the Jacobian, of the output's shape and then the input's. */
function jacobians(call: Call, given: unknown): { result: unknown; rows: Tensor[][] } {
  const inputs = prepared(call, given);
  const result = call.func(...inputs);
  const rows = outputsOf(call, result).map((y) => {
    const flat = reshape(y, [-1]);
    const rows = Array.from({ length: y.count }, (_, j) =>
      filled(call, gradients([select(flat, 0, j)], inputs, [null], call.createGraph), inputs),
    );
    const each = inputs.map((x, i) => {
      const shape = [...y.dims, ...x.dims];
      return rows.length === 0 ? zerosOf(shape, x.dtype) : reshape(stack(rows.map((row) => row[i])), shape);
    });
    return ended(call, each);
  });
  return { result, rows };
}

const jacobianOf = (call: Call, inputs: unknown): unknown =>
  enableGrad(() => {
    const { result, rows } = jacobians(call, inputs);
    return given(
      result,
      rows.map((row) => given(inputs, row)),
    );
  });

/** The function, which must give one number. */
function single({ name, func }: Call): (...inputs: Tensor[]) => Tensor {
  return (...inputs) => {
    const y = func(...inputs);
    if (!(y instanceof Tensor)) {
      throw new TypeError(`The function given to ${name} should return a single Tensor, got ${describe(y)}`);
    }
    if (y.count !== 1) {
      throw new RangeError(
        `The Tensor returned by the function given to ${name} should contain a single element, got ${describe(y)}`,
      );
    }
    return reshape(y, []);
  };
}

const PARAMETERS = 'func: function, inputs: any, createGraph: bool = false, strict: bool = false';
const WITH_VECTOR = 'func: function, inputs: any, v: any = null, createGraph: bool = false, strict: bool = false';

function whole(name: string, compute: (call: Call, inputs: unknown) => unknown): WholeDerivative {
  return operation<WholeDerivative>(
    `${name}(${PARAMETERS})`,
    (func: Call['func'], inputs: unknown, createGraph: boolean, strict: boolean) => {
      return compute({ name, func, createGraph, strict }, inputs);
    },
  );
}

function product(
  name: string,
  compute: (call: Call, inputs: readonly Tensor[], v: unknown) => { result: unknown; of: Tensor[]; like: unknown },
): Product {
  const over = (func: Call['func'], inputs: unknown, v: unknown, createGraph: boolean, strict: boolean): unknown => {
    const call: Call = { name, func, createGraph, strict };
    return enableGrad(() => {
      const { result, of, like } = compute(call, prepared(call, inputs), v);
      const outputs = ended(call, asList(result, 'outputs of the user-provided function', name));
      return [given(result, outputs), given(like === null ? inputs : like, ended(call, of))];
    });
  };
  return operation<Product>(`${name}(${WITH_VECTOR})`, over as never);
}

/**
 * The Jacobian of a function: for an output of shape S and an input of shape T a tensor of shape [...S, ...T]. Several
 * inputs, as a list, give a list; several outputs a list of these.
 *
 * @param func - Of as many tensors as there are inputs, to a tensor or a list.
 * @param inputs - A tensor or a list.
 * @throws TypeError for an output that is no tensor; Error in strict mode for an output that depends on no input.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, 2]);
 * console.log(torch.autograd.functional.jacobian((x) => x.pow(2), x).tolist()); // => [ [ 2, 0 ], [ 0, 4 ] ]
 * ```
 */
export const jacobian: WholeDerivative = whole('jacobian', jacobianOf);

/**
 * The Hessian of a function that gives one number: for inputs of shapes S and T a tensor of shape [...S, ...T]; a list of
 * inputs gives a list of lists.
 *
 * @throws RangeError for a function that gives more than one element.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, 2]);
 * console.log(torch.autograd.functional.hessian((x) => x.pow(3).sum(), x).tolist()); // => [ [ 6, 0 ], [ 0, 12 ] ]
 * ```
 */
export const hessian: WholeDerivative = whole('hessian', (call, inputs) => {
  const inner: Call = { name: 'hessian', func: single(call), createGraph: true, strict: call.strict };
  const first = (...each: Tensor[]): unknown => jacobianOf(inner, Array.isArray(inputs) ? each : each[0]);
  return jacobianOf({ ...call, func: first }, inputs);
});

/**
 * What a function gives, and the product of a vector v, like its outputs, with its Jacobian.
 *
 * @param v - May be left out for one element.
 * @throws RangeError for v of another shape.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [y, g] = torch.autograd.functional.vjp((x) => x.pow(2), torch.tensor([1, 2]), torch.tensor([1, 10]));
 * console.log(y.tolist(), g.tolist()); // => [ 1, 4 ] [ 2, 40 ]
 * ```
 */
export const vjp: Product = product('vjp', (call, inputs, v) => {
  const result = call.func(...inputs);
  const outputs = outputsOf(call, result);
  const found = gradients(outputs, inputs, vectorOf(call, v, outputs, 'output'), call.createGraph);
  return { result, of: filled(call, found, inputs), like: null };
});

/**
 * What a function gives, and the product of its Jacobian with a vector v, like its inputs.
 *
 * @param v - May be left out for one element.
 * @throws RangeError for v of another shape.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [y, g] = torch.autograd.functional.jvp((x) => x.pow(2).sum(), torch.tensor([1, 2]), torch.tensor([1, 10]));
 * console.log(y.item(), g.item()); // => 5 42
 * ```
 */
export const jvp: Product = product('jvp', (call, inputs, v) => {
  const vector = vectorOf(call, v, inputs, 'input');
  const result = call.func(...inputs);
  const outputs = outputsOf(call, result);
  // What a backward pass gives is linear in what it starts from: its derivative by that is the product.
  const starts = outputs.map((y) => zerosOf(y.dims, y.dtype));
  for (const start of starts) setRequiresGrad(start, true);
  const back = filled(call, gradients(outputs, inputs, starts, true), inputs);
  const found = gradients(back, starts, vector, call.createGraph);
  return { result, of: filled(call, found, outputs), like: result };
});

/** Of a function to one number: the derivative of its gradient's product with v, for the Hessian is symmetric. */
function hessianProduct(call: Call, inputs: readonly Tensor[], v: unknown): ReturnType<Parameters<typeof product>[1]> {
  const vector = vectorOf(call, v, inputs, 'input');
  const result = call.func(...inputs);
  single({ ...call, func: () => result })();
  const first = gradients(outputsOf(call, result), inputs, [null], true);
  const found = gradients(filled(call, first, inputs), inputs, vector, call.createGraph);
  return { result, of: filled(call, found, inputs), like: null };
}

/**
 * What a function to one number gives, and the product of its Hessian with a vector v, like its inputs.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [y, g] = torch.autograd.functional.hvp((x) => x.pow(3).sum(), torch.tensor([1, 2]), torch.tensor([1, 10]));
 * console.log(y.item(), g.tolist()); // => 9 [ 6, 120 ]
 * ```
 */
export const hvp: Product = product('hvp', hessianProduct);

/**
 * What a function to one number gives, and the product of a vector v, like its inputs, with its Hessian.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const [y, g] = torch.autograd.functional.vhp((x) => x.pow(3).sum(), torch.tensor([1, 2]), torch.tensor([1, 10]));
 * console.log(y.item(), g.tolist()); // => 9 [ 6, 120 ]
 * ```
 */
export const vhp: Product = product('vhp', hessianProduct);
