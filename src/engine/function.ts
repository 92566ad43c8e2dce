/** `torch.autograd.Function`: operations whose derivative the user writes. */
import { asUser } from '../autograd/hooks.ts';
import { isGradEnabled, noGrad } from '../autograd/mode.ts';
import { isLeaf, isTracked, makeNode, type Node } from '../autograd/node.ts';
import { finishInplace } from '../ops/inplace.ts';
import { zerosOf } from '../ops/make.ts';
import { describe } from '../tensor/args.ts';
import { type Dims, showDims } from '../tensor/shape.ts';
import { alias, own, Tensor } from '../tensor/tensor.ts';

/** What the marks of a context take. */
function tensorsOf(method: string, tensors: readonly unknown[]): Tensor[] {
  tensors.forEach((x, i) => {
    if (!(x instanceof Tensor)) {
      throw new TypeError(`${method}() can only take Tensors, but argument ${i} is ${describe(x)}`);
    }
  });
  return tensors as Tensor[];
}

/** What `apply` knows of a context. @internal */
interface ContextState {
  saved: readonly (Tensor | null)[];
  dirty: readonly Tensor[];
  constant: readonly Tensor[];
  materialize: boolean;
  /** The node, once there is one: it checks what was saved, and lets go of it. */
  node: Node | null;
}

const states = new WeakMap<FunctionCtx, ContextState>();
const stateOf = (ctx: FunctionCtx): ContextState => states.get(ctx) as ContextState;

/**
 * What `forward` (or `setupContext`) leaves to `backward`. Numbers and other values are properties of the program's own
 * choice; tensors go through `saveForBackward`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * class Scale extends torch.autograd.Function {
 *   static forward(ctx: torch.autograd.FunctionCtx, x: torch.Tensor, by: number) {
 *     ctx.by = by;
 *     return x.mul(by);
 *   }
 *   static backward(ctx: torch.autograd.FunctionCtx, g: torch.Tensor) {
 *     return [g.mul(ctx.by as number), null];
 *   }
 * }
 * console.log(Scale.apply(torch.ones(2), 3)); // => tensor([3., 3.])
 * ```
 */
export class FunctionCtx {
  /** What a program leaves to itself. */
  [name: string]: unknown;
  /** For each input whether it requires grad: a gradient for any other is not read. */
  readonly needsInputGrad: readonly boolean[];

  /** @internal */
  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
    states.set(this, { saved: [], dirty: [], constant: [], materialize: true, node: null });
  }

  /** Keeps inputs and outputs for `backward`, which reads them as `savedTensors`; null stays null. */
  saveForBackward(...tensors: (Tensor | null)[]): void {
    tensors.forEach((x, i) => {
      if (x === null || x instanceof Tensor) return;
      throw new TypeError(`saveForBackward can only save Tensors, but argument ${i} is ${describe(x)}`);
    });
    stateOf(this).saved = tensors;
  }

  /**
   * What `saveForBackward` was given.
   *
   * @throws Error when one of them was written since, or a pass used them up.
   */
  get savedTensors(): Tensor[] {
    const { node, saved } = stateOf(this);
    return [...(node === null ? saved : node.unpack())] as Tensor[];
  }

  /** Says which inputs `forward` wrote in place: it must return them. */
  markDirty(...tensors: Tensor[]): void {
    stateOf(this).dirty = tensorsOf('markDirty', tensors);
  }

  /** Says which outputs have no derivative. */
  markNonDifferentiable(...tensors: Tensor[]): void {
    stateOf(this).constant = tensorsOf('markNonDifferentiable', tensors);
  }

  /** Whether `backward` gets zeros (the default) or null where no gradient arrived. */
  setMaterializeGrads(value: boolean): void {
    if (typeof value !== 'boolean') {
      throw new TypeError(`setMaterializeGrads(): expected a boolean, got ${describe(value)}`);
    }
    stateOf(this).materialize = value;
  }
}

/**
 * An operation with a derivative of the program's own: a class with the static methods `forward` and `backward`, called by
 * `apply`.
 *
 * `forward(ctx, ...inputs)` computes, unrecorded, a tensor or a list; with a static `setupContext(ctx, inputs, output)` it
 * is `forward(...inputs)`. `backward(ctx, ...grads)` gets a gradient for each output and gives one for each input, null
 * for what is no tensor; where it is written in differentiable operations it can be differentiated again.
 *
 * @throws Error without `forward` or `backward`; RangeError for as many gradients as there are not inputs, or of another
 *   shape; TypeError for a gradient that is no tensor.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * class Cube extends torch.autograd.Function {
 *   static forward(ctx: torch.autograd.FunctionCtx, x: torch.Tensor) {
 *     ctx.saveForBackward(x);
 *     return x.pow(3);
 *   }
 *   static backward(ctx: torch.autograd.FunctionCtx, g: torch.Tensor) {
 *     const [x] = ctx.savedTensors;
 *     return g.mul(x.pow(2).mul(3));
 *   }
 * }
 * const x = torch.tensor(2, { requiresGrad: true });
 * Cube.apply(x).backward();
 * console.log(x.grad); // => tensor(12.)
 * ```
 */
export class AutogradFunction {
  /** @throws TypeError, since an operation is not made but called. */
  constructor() {
    const { name } = new.target;
    throw new TypeError(`${name}: an autograd.Function is called, not made: write ${name}.apply(…)`);
  }

  // What a subclass writes is not declared here: it would have to say `override`.
  /** Calls the operation; a function of its own, which may be kept apart from the class. */
  static get apply(): Apply {
    // biome-ignore lint/complexity/noThisInStatic: the subclass
    const kind = this as unknown as Kind;
    return <R>(...inputs: readonly unknown[]) => applyFunction(kind, inputs) as R;
  }
}

/** A call of an operation; what it gives, where that is no tensor, follows from where it goes, or is said: `apply<Tensor[]>`. */
export type Apply = <R = Tensor>(...inputs: readonly unknown[]) => R;

/** What a subclass has. */
interface Kind {
  name: string;
  forward?(...args: unknown[]): unknown;
  setupContext?(ctx: FunctionCtx, inputs: unknown[], output: unknown): void;
  backward?(ctx: FunctionCtx, ...grads: (Tensor | null)[]): unknown;
}

function applyFunction(kind: Kind, inputs: readonly unknown[]): unknown {
  if (typeof kind.forward !== 'function') {
    throw new Error(
      `You must implement the forward function for custom autograd.Function: ${kind.name} has no static forward`,
    );
  }
  const { forward } = kind;
  const ctx = new FunctionCtx(inputs.map((x) => x instanceof Tensor && isTracked(x)));
  const executable = isGradEnabled() && ctx.needsInputGrad.includes(true);
  const result = noGrad(() => {
    if (kind.setupContext === undefined) return forward.call(kind, ctx, ...inputs);
    const output = forward.call(kind, ...inputs);
    kind.setupContext(ctx, [...inputs], output);
    return output;
  });
  const given: readonly unknown[] = Array.isArray(result) ? result : [result];
  const { dirty } = stateOf(ctx);
  if (dirty.some((x) => !given.includes(x))) {
    throw new Error(
      'Some elements marked as dirty during the forward method were not returned as output. The inputs that are ' +
        'modified inplace must all be outputs of the Function.',
    );
  }
  const outputs = given.map((x) => (x instanceof Tensor ? outputOf(x, ctx, inputs, executable) : x));
  if (executable) attach(kind, ctx, inputs, outputs);
  return Array.isArray(result) ? outputs : outputs[0];
}

const differentiable = (x: unknown, ctx: FunctionCtx): x is Tensor =>
  x instanceof Tensor && x.dtype.isFloatingPoint && !stateOf(ctx).constant.includes(x);

/** What a program gets for an output: an input that was not written is another handle, so that it keeps its own node. */
function outputOf(x: Tensor, ctx: FunctionCtx, inputs: readonly unknown[], executable: boolean): Tensor {
  const state = stateOf(ctx);
  if (state.dirty.includes(x)) {
    if (executable && isTracked(x) && isLeaf(x)) {
      throw new Error('a leaf Variable that requires grad is being used in an in-place operation.');
    }
    return x;
  }
  if (!inputs.includes(x)) return x;
  const out = alias(x, x.offset, x.dims, x.strides);
  if (state.constant.includes(x)) state.constant = [...state.constant, out];
  return out;
}

/** Makes one node what computed the outputs. */
function attach(kind: Kind, ctx: FunctionCtx, inputs: readonly unknown[], outputs: readonly unknown[]): void {
  const state = stateOf(ctx);
  const tracked = outputs.filter((x) => differentiable(x, ctx));
  if (tracked.length === 0) return;
  // Of each output, so that its number is its place; what is no tensor has no gradient.
  const places = outputs.map((x) => (x instanceof Tensor ? { dims: x.dims, dtype: x.dtype, pending: null } : null));
  const first = tracked[0] as Tensor;
  const sizes = inputs.map((x) => (x instanceof Tensor ? x.dims : null));
  const vjp = (grads: unknown): readonly (Tensor | null)[] =>
    checked(
      kind,
      sizes,
      asUser(() => gradientsOf(kind, ctx, places, grads as readonly (Tensor | null)[])),
    );
  const node = makeNode(first, `${kind.name}Backward`, inputs, null, vjp as never);
  node.outputs = places.map((place) => place ?? { dims: [], dtype: first.dtype, pending: null });
  outputs.forEach((x, slot) => {
    if (!differentiable(x, ctx)) return;
    if (state.dirty.includes(x)) finishInplace(x, node);
    else {
      if (x.base !== null) own(x);
      x.node = node;
      x.tracked = true;
    }
    x.slot = slot;
  });
  if (state.saved.length > 0) node.keep(state.saved);
  state.node = node;
  state.saved = [];
}

/** Calls `backward` with a gradient for each output. */
function gradientsOf(
  kind: Kind,
  ctx: FunctionCtx,
  places: readonly ({ dims: Dims; dtype: Tensor['dtype'] } | null)[],
  grads: readonly (Tensor | null)[],
): unknown {
  if (typeof kind.backward !== 'function') {
    throw new Error(
      `Implementing the static 'backward' method is required to use ${kind.name} with backward mode AD: nothing else ` +
        'gives its derivative',
    );
  }
  const { materialize } = stateOf(ctx);
  const given = places.map((place, i) => {
    const g = grads[i];
    if (g !== null) {
      g.storage.visible = true;
      return g;
    }
    return materialize && place !== null ? zerosOf(place.dims, place.dtype) : null;
  });
  return kind.backward(ctx, ...given);
}

/** What `backward` gave, as a gradient for each input. */
function checked(kind: Kind, sizes: readonly (Dims | null)[], result: unknown): (Tensor | null)[] {
  const name = `${kind.name}Backward`;
  const list: readonly unknown[] = Array.isArray(result) ? result : [result];
  const extra = list.slice(sizes.length);
  if (list.length < sizes.length || extra.some((g) => g !== null && g !== undefined)) {
    throw new RangeError(
      `function ${name} returned an incorrect number of gradients (expected ${sizes.length}, got ${list.length})`,
    );
  }
  return sizes.map((dims, i) => {
    const g = list[i];
    if (g === null || g === undefined) return null;
    if (dims === null) {
      throw new TypeError(
        `function ${name} returned a gradient different from null at position ${i + 1}, but the corresponding forward ` +
          'input was not a Tensor',
      );
    }
    if (!(g instanceof Tensor)) throw new TypeError(`function ${name}: expected Tensor or null (got ${describe(g)})`);
    const lead = g.dims.length - dims.length;
    if (lead < 0 || dims.some((size, d) => size !== 1 && size !== g.dims[lead + d])) {
      throw new RangeError(
        `Function ${name} returned an invalid gradient at index ${i} - got ${showDims(g.dims)} but expected shape ` +
          `compatible with ${showDims(dims)}`,
      );
    }
    return g;
  });
}
