/**
 * The recorded graph. A Node holds the edges to its inputs' nodes, what it saved, and its vjp (vector-Jacobian
 * product); operations make one through `record`, the engine (engine/backward.ts) walks them.
 */
import { letGo } from '../memory/storage.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Dims } from '../tensor/shape.ts';
import { Made, own, Tensor } from '../tensor/tensor.ts';
import type { TensorHook } from './hooks.ts';
import { isGradEnabled, swapGradMode } from './mode.ts';
import { watcher } from './watcher.ts';

/** A gradient for each input, or null where none flows. */
export type Grads = readonly (Tensor | null | undefined)[];

/**
 * The derivative of one operation: from the gradient of its output and what was saved to the gradients of its inputs,
 * written in public operations so that it can be differentiated again. `node.needs(i)` says which are wanted. A
 * gradient may still have the broadcast shape or the promoted dtype: the engine undoes both.
 */
export type Vjp<S extends readonly unknown[] = never> = (g: Tensor, saved: S, node: Node) => Grads;

let sequence = 0;

/** One recorded operation. Its fields are declared and written by the constructor, as a storage's are. */
export class Node {
  /** PyTorch's name of it, `AddmmBackward0`. */
  declare readonly name: string;
  /** Creation order; the engine goes from high to low. */
  declare readonly sequence: number;
  /** Nodes that the inputs come from; null where no gradient is wanted. */
  declare edges: (Node | null)[];
  /** Which output of the edge's node each input is. */
  declare slots: number[] | null;
  declare saved: readonly unknown[] | null;
  declare versions: number[] | null;
  declare vjp: Vjp;
  /** Shape and dtype of output 0: what its gradient must have. */
  declare dims: Dims;
  declare dtype: DType;
  /** The same of the other outputs, and their gradients, where there is more than one. */
  declare outputs: { dims: Dims; dtype: DType; pending: Tensor | null }[] | null;
  /** Gradient of output 0, accumulating during a backward pass. */
  declare pending: Tensor | null;
  /** The leaf, for the node that accumulates into its `.grad`. */
  declare leaf: Tensor | null;
  /** Non-leaf outputs that keep their gradient. */
  declare retained: Tensor[] | null;
  /** Hooks on the gradients of its outputs. */
  declare hooks: { slot: number; hook: TensorHook }[] | null;
  /** Whether this pass has it in its queue. */
  declare queued: boolean;
  /** The number of the last pass that came here, or by. */
  declare pass: number;

  constructor(
    name: string,
    edges: (Node | null)[],
    slots: number[] | null,
    saved: readonly unknown[] | null,
    vjp: Vjp,
    output: Tensor,
  ) {
    this.name = name;
    this.sequence = sequence++;
    this.edges = edges;
    this.slots = slots;
    this.saved = saved;
    this.vjp = vjp;
    this.dims = output.dims;
    this.dtype = output.dtype;
    this.versions = null;
    this.outputs = null;
    this.pending = null;
    this.leaf = null;
    this.retained = null;
    this.hooks = null;
    this.queued = false;
    this.pass = 0;
    if (saved !== null) this.keep(saved);
  }

  /** Saves what `vjp` needs: once, when the node is made or as soon as its outputs have it. */
  keep(saved: readonly unknown[]): void {
    const versions = new Array<number>(saved.length);
    for (let i = 0; i < saved.length; i++) {
      const value = saved[i];
      if (value instanceof Tensor) {
        if (value.storage.inference) refuseInference(saved, i);
        value.storage.holds++;
        versions[i] = value.clock.version;
      } else versions[i] = -1;
    }
    this.saved = saved;
    this.versions = versions;
  }

  /** Whether input i wants a gradient. */
  needs(i: number): boolean {
    return this.edges[i] !== null;
  }

  /** Whether a pass used up what was saved. */
  get isSpent(): boolean {
    return this.saved === null && this.versions !== null;
  }

  /** What was saved, checked: nothing of it may have been written since. */
  unpack(): readonly unknown[] {
    const { saved, versions } = this;
    if (saved === null) {
      if (this.isSpent) {
        throw new Error(
          'Trying to backward through the graph a second time (or directly access saved tensors after they have ' +
            'already been freed). Saved intermediate values of the graph are freed when you call backward() or ' +
            'autograd.grad(). Specify { retainGraph: true } if you need to backward through the graph a second time ' +
            'or if you need to access saved tensors after calling backward.',
        );
      }
      return NOTHING;
    }
    for (let i = 0; i < saved.length; i++) {
      const value = saved[i];
      if (value instanceof Tensor && value.clock.version !== (versions as number[])[i]) {
        throw new Error(
          'one of the variables needed for gradient computation has been modified by an inplace operation: ' +
            `[torch.${value.dtype.name} [${value.dims.join(', ')}]], saved by ${this.name}, is at version ` +
            `${value.clock.version}; expected version ${(versions as number[])[i]} instead. Hint: use the ` +
            'operation without the trailing underscore, or clone() the tensor first.',
        );
      }
    }
    return saved;
  }

  /** Lets go of what was saved. A node that saved something can then not be walked again, so its edges go too. */
  release(): void {
    const { saved } = this;
    // Without a tensor there is nothing to let go of, and the node may be walked again.
    if (saved === null || !saved.some(isSpent)) return;
    this.saved = null;
    for (const value of saved) if (value instanceof Tensor) letGo(value.storage);
    this.edges = [];
    // The closure may refer to the inputs: a kept loss must not keep the whole step.
    this.vjp = noVjp;
  }

  /** What the console prints of `x.gradFn`. */
  toString(): string {
    return `<${this.name}>`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** Saved beside a number that PyTorch saves as a tensor, so that the node is used up by a pass. */
export const AS_TENSOR = Symbol('saved as a tensor');
const isSpent = (value: unknown): boolean => value instanceof Tensor || value === AS_TENSOR;
const NOTHING: readonly unknown[] = [];
const noVjp: Vjp = () => NOTHING as Grads;

/** Refuses the i-th of what is to be saved, and lets go of those before it. */
function refuseInference(saved: readonly unknown[], i: number): never {
  for (const value of saved.slice(0, i)) if (value instanceof Tensor) letGo(value.storage);
  throw new Error(
    'Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation ' +
      'tracked by autograd. To work around this, you can make a clone() to get a normal tensor and use it in autograd, ' +
      'or use noGrad() instead of inferenceMode().',
  );
}

/** The node that accumulates into a leaf's `.grad`, one per leaf. */
function accumulatorOf(leaf: Tensor): Node {
  if (leaf.node === null) {
    const node = new Node('AccumulateGrad', [], null, null, noVjp, leaf);
    node.leaf = leaf;
    leaf.node = node;
  }
  return leaf.node;
}

/** Whether x is followed by autograd; a view is when its base is. */
export function isTracked(x: Tensor): boolean {
  return x.tracked || x.base?.tracked === true;
}

const PLEASE = {
  [Made.Freely]: '',
  [Made.AmongOthers]:
    'This view is the output of a function that returns multiple views. Such functions do not allow the output views ' +
    'to be modified inplace. You should replace the inplace operation by an out-of-place one.',
  [Made.Unrecorded]:
    'Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both ' +
    "the view and the inplace either both inside the noGrad block (if you don't want the inplace to be tracked) or " +
    'both outside (if you want the inplace to be tracked).',
};

/**
 * Throws for a view that no recorded write may reach.
 *
 * @param how - What happened to it.
 */
export function checkWritable(view: Tensor, how: string): void {
  if (view.made === Made.Freely) return;
  const node = view.node?.leaf === null ? view.node : null;
  const subject =
    node === null || view.made === Made.Unrecorded
      ? 'A view was created in noGrad mode and'
      : `Output ${view.slot} of ${node.name} is a view and`;
  throw new Error(`${subject} ${how} modified inplace with grad mode enabled. ${PLEASE[view.made]}`);
}

/**
 * The node that x's gradient goes to: null when untracked. A view whose base was written in place since takes its view
 * of the base anew.
 */
export function nodeOf(x: Tensor): Node | null {
  const { base } = x;
  if (base !== null && x.seenVersion !== x.clock.version) {
    if (base.tracked && x.replay) {
      checkWritable(x, 'its base or another view of its base has been');
      x.seenVersion = x.clock.version;
      // Whoever asks, under noGrad too: the view stays part of the graph.
      const before = swapGradMode(true);
      try {
        const fresh = x.replay(base.moved ? base.moved.from(base) : base);
        x.node = fresh.node;
        // As PyTorch calls what it takes anew.
        if (x.node !== null && x.node !== base.node) (x.node as { name: string }).name = 'AsStridedBackward0';
        x.slot = fresh.slot;
        x.tracked = fresh.tracked;
      } finally {
        swapGradMode(before);
      }
    } else x.seenVersion = x.clock.version;
  }
  if (!x.tracked) return null;
  return x.node !== null ? x.node : accumulatorOf(x);
}

/** Whether x is a leaf: made by the user, not by a recorded operation. */
export function isLeaf(x: Tensor): boolean {
  const node = nodeOf(x);
  return node === null || node.leaf !== null;
}

/** Whether an operation on these inputs is to be recorded. */
export function records(a: Tensor, b?: unknown, c?: unknown): boolean {
  return (
    isGradEnabled() && (isTracked(a) || (b instanceof Tensor && isTracked(b)) || (c instanceof Tensor && isTracked(c)))
  );
}

/**
 * Makes `out` the recorded output of an operation. `inputs` are the operation's tensors (anything else, a number for
 * instance, gets no gradient); `saved` is what `vjp` needs later. Where `reads` is given, it says for each saved tensor
 * which gradients read it, a bit for each input (`by(0, 2)`): what no wanted gradient reads is not saved, and may be
 * written. Call only when `records(…)` holds.
 */
export function record<S extends readonly unknown[]>(
  out: Tensor,
  name: string,
  inputs: readonly unknown[],
  saved: S | null,
  vjp: Vjp<S>,
  reads?: readonly number[],
): Tensor {
  if (!out.dtype.isFloatingPoint) throw new Error(`Autograd not support dtype: ${out.dtype.name}`);
  const node = makeNode(out, name, inputs, saved, vjp, reads);
  // What carries a node of its own is no view: a write to it would look for the graph in its base.
  if (out.base !== null) own(out);
  out.node = node;
  out.tracked = true;
  if (watcher !== null) watcher.recorded(out, node, inputs);
  return out;
}

/** The node of an operation, not yet attached to its output. */
export function makeNode<S extends readonly unknown[]>(
  out: Tensor,
  name: string,
  inputs: readonly unknown[],
  saved: S | null,
  vjp: Vjp<S>,
  reads?: readonly number[],
): Node {
  const edges = new Array<Node | null>(inputs.length);
  let slots: number[] | null = null;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i];
    edges[i] = null;
    if (input instanceof Tensor && input.dtype.isFloatingPoint) {
      edges[i] = nodeOf(input);
      if (input.slot !== 0) {
        slots ??= new Array<number>(inputs.length).fill(0);
        slots[i] = input.slot;
      }
    }
  }
  return new Node(name, edges, slots, reads ? wanted(saved as S, edges, reads) : saved, vjp, out);
}

/** `reads` of what the gradients of these inputs read. */
export const by = (...inputs: readonly number[]): number => inputs.reduce((bits, i) => bits | (1 << i), 0);

/** `reads` of what PyTorch saves whichever gradients are wanted. */
export const ALWAYS = -1;

/** The derivative of an operation that has none: refuses when a gradient arrives. */
export function notImplemented(operation: string): Vjp {
  return () => {
    throw new Error(`derivative for ${operation} is not implemented`);
  };
}

/** Throws if the gradient of an argument is wanted that `operation` does not give. */
export function refuseWanted(operation: string, wanted: Record<string, Tensor | null>): void {
  for (const [argument, x] of Object.entries(wanted)) {
    if (x === null || !records(x)) continue;
    throw new Error(
      `${operation}(): not differentiable with respect to argument '${argument}'; this input cannot have ` +
        'requiresGrad true: detach() it',
    );
  }
}

/** What of `saved` a wanted gradient reads. */
function wanted(saved: readonly unknown[], edges: readonly (Node | null)[], reads: readonly number[]): unknown[] {
  let mask = 0;
  for (let i = 0; i < edges.length; i++) if (edges[i] !== null) mask |= 1 << i;
  const kept = new Array<unknown>(saved.length);
  for (let i = 0; i < kept.length; i++) {
    const value = saved[i];
    kept[i] = value instanceof Tensor && (reads[i] & mask) === 0 ? null : value;
  }
  return kept;
}

/** As `record`, for an operation with several outputs; those that are not floating point get no gradient. */
export function recordAll<S extends readonly unknown[]>(
  outs: readonly Tensor[],
  name: string,
  inputs: readonly unknown[],
  saved: S | null,
  vjp: Vjp<S>,
): void {
  const node = makeNode(outs[0] as Tensor, name, inputs, saved, vjp);
  node.outputs = outs.map(({ dims, dtype }) => ({ dims, dtype, pending: null }));
  outs.forEach((out, slot) => {
    if (!out.dtype.isFloatingPoint) return;
    if (out.base !== null) own(out);
    out.node = node;
    out.slot = slot;
    out.tracked = true;
  });
}
