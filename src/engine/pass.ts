/**
 * One backward pass: nodes from the newest to the oldest, each once all of its gradient has arrived; everything that is
 * not needed any more is let go of on the way.
 */
import { ReduceCode } from '../../assembly/codes.ts';
import { runHooks } from '../autograd/hooks.ts';
import { swapGradMode } from '../autograd/mode.ts';
import { type Node, nodeOf } from '../autograd/node.ts';
import { watcher } from '../autograd/watcher.ts';
import { free, letGo, openScope, type Storage } from '../memory/storage.ts';
import { cloneInto, toDtype } from '../ops/create/copy.ts';
import { add, add_ } from '../ops/elementwise/binary.ts';
import { emptyStrided } from '../ops/make.ts';
import { isPacked } from '../ops/order.ts';
import { listed, reduceRaw, sum } from '../ops/reduce/reduce.ts';
import { reshape } from '../ops/view/view.ts';
import type { DType } from '../tensor/dtype.ts';
import { type Dims, sameDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Undoes broadcasting: sums g to the shape it was broadcast from. */
function sumTo(g: Tensor, dims: Dims, graph: boolean): Tensor {
  const lead = g.dims.length - dims.length;
  const reduced = g.dims.map((size, d) => d < lead || (dims[d - lead] === 1 && size !== 1));
  let kept = g;
  if (reduced.includes(true)) {
    kept = graph ? sum(g, listed(reduced)) : reduceRaw(ReduceCode.Sum, 'sum', g, reduced, false);
  }
  return sameDims(kept.dims, dims) ? kept : reshape(kept, dims);
}
/** g in the shape and dtype that the receiving node's output has. */
function conform(g: Tensor, dims: Dims, dtype: DType, graph: boolean): Tensor {
  const shaped = g.dims === dims || sameDims(g.dims, dims) ? g : sumTo(g, dims, graph);
  return shaped.dtype === dtype ? shaped : toDtype(shaped, dtype);
}
/** Whether nobody but the engine can see or hold g, and g is all of its storage: then it may be written in place. */
function isOwn(g: Tensor): boolean {
  return (
    g.storage.holds === 1 &&
    !g.storage.visible &&
    !g.storage.lent &&
    isPacked(g) &&
    g.count << g.dtype.shift === g.storage.nbytes
  );
}
/** Nodes with a gradient waiting, newest last. A chain appends in order, so insertion is nearly always at the end. */
class Queue {
  private readonly nodes: Node[] = [];

  push(node: Node): void {
    if (node.queued) return;
    node.queued = true;
    const { nodes } = this;
    // Leaves wait until the end: a leaf used twice gets the sum of its gradients at once, as in PyTorch.
    const rank = node.leaf === null ? node.sequence : -1;
    // By hand: splice makes an array of what it removes.
    let i = nodes.length;
    nodes.push(node);
    for (; i > 0 && (nodes[i - 1].leaf === null ? nodes[i - 1].sequence : -1) > rank; i--) nodes[i] = nodes[i - 1];
    nodes[i] = node;
  }

  pop(): Node | undefined {
    const node = this.nodes.pop();
    if (node) node.queued = false;
    return node;
  }

  /** Forgets gradients that a failed pass left waiting. */
  clear(): void {
    for (let node = this.pop(); node; node = this.pop()) drop(node);
  }
}
/** Adds g to what waits at output `slot` of `node`. */
function accumulate(node: Node, slot: number, g: Tensor, graph: boolean): void {
  const place = node.outputs === null ? node : node.outputs[slot];
  const given = conform(g, place.dims, place.dtype, graph);
  const waiting = place.pending;
  if (waiting === null) {
    given.storage.holds++;
    place.pending = given;
    return;
  }
  const total = !graph && isOwn(waiting) ? add_(waiting, given) : add(waiting, given);
  total.storage.holds++;
  letGo(waiting.storage);
  place.pending = total;
}
/** The strides that the gradient of x gets: those of a packed leaf, otherwise row-major ones (null). */
function stridesFor(x: Tensor): Dims | null {
  return x.dense || (x.node !== null && x.node.leaf === null) || !isPacked(x) ? null : x.strides;
}
/** Gives a finished gradient to a leaf, or to an output that retains its own. */
export function store(x: Tensor, g: Tensor, graph: boolean): void {
  storeIn(x, g, graph, !graph);
}
/** The same; a gradient that is there already is added to in place, or makes way for a sum. */
function storeIn(x: Tensor, g: Tensor, graph: boolean, inPlace: boolean): void {
  const before = x.gradient;
  if (before === null) {
    const strides = stridesFor(x);
    const fits = strides === null ? g.dense : sameDims(g.strides, strides);
    x.gradient =
      !graph && fits && isOwn(g)
        ? new Tensor(g.storage, 0, g.dims, g.strides, g.dtype, g.dense)
        : cloneInto(emptyStrided(g.dims, strides, g.dtype), g);
    x.gradient.storage.holds++;
    return;
  }
  if (!inPlace) {
    const total = add(before, g);
    total.storage.holds++;
    x.gradient = total;
    letGo(before.storage);
  } else add_(before, g);
}
/** What a backward pass is asked for. */
export interface PassOptions {
  retainGraph: boolean;
  createGraph: boolean;
  /** Gradients wanted of these alone, returned instead of stored; null stores into every leaf. */
  inputs: readonly Tensor[] | null;
}
/**
 * The nodes from which one of `targets` can be reached.
 *
 * @throws Error where nothing leads to a target but, as it seems, a node that is used up, whose edges are gone: the pass
 *   that used it went on to the target.
 */
function leadingTo(roots: readonly Node[], targets: ReadonlySet<Node>): Set<Node> {
  const leads = new Set<Node>();
  const seen = new Set<Node>();
  const spent: Node[] = [];
  const stack: { node: Node; next: number }[] = [];
  const enter = (node: Node): void => {
    seen.add(node);
    stack.push({ node, next: 0 });
    if (node.isSpent) spent.push(node);
  };
  for (const root of roots) {
    if (seen.has(root)) continue;
    enter(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (targets.has(top.node)) leads.add(top.node);
      const edge = top.node.edges[top.next++];
      if (top.next <= top.node.edges.length) {
        if (edge && !seen.has(edge)) enter(edge);
        continue;
      }
      stack.pop();
      if (top.node.edges.some((each) => each !== null && leads.has(each))) leads.add(top.node);
    }
  }
  for (const target of targets) {
    if (leads.has(target)) continue;
    spent.find(({ pass, sequence }) => pass === target.pass && sequence > target.sequence)?.unpack();
  }
  return leads;
}
export function checkTracked(x: Tensor): Node {
  const node = nodeOf(x);
  if (node === null) throw new Error('One of the differentiated Tensors does not require grad');
  return node;
}
let passes = 0;

/** Runs one backward pass from `roots` with their gradients. Returns the gradients of `inputs`, if asked for. */
export function runBackward(
  roots: readonly Tensor[],
  grads: readonly Tensor[],
  options: PassOptions,
): (Tensor | null)[] {
  const { retainGraph, createGraph, inputs } = options;
  const queue = new Queue();
  const number = ++passes;
  const captured = new Map<Node, { slot: number; at: number }[]>();
  const results = new Array<Tensor | null>(inputs?.length ?? 0).fill(null);
  let wanted: Set<Node> | null = null;
  const rootNodes = roots.map((root) => nodeOf(root) as Node);
  if (inputs !== null) {
    inputs.forEach((x, at) => {
      const node = checkTracked(x);
      captured.set(node, [...(captured.get(node) ?? []), { slot: x.slot, at }]);
    });
    wanted = leadingTo(rootNodes, new Set(captured.keys()));
  }
  const before = swapGradMode(createGraph);
  // With createGraph the gradients are part of a graph of their own, and the collector owns them.
  let temporaries: Storage[] = [];
  const outer = createGraph ? null : openScope(temporaries);
  let current: Node | undefined;
  try {
    roots.forEach((root, i) => {
      const node = rootNodes[i];
      if (wanted !== null && !wanted.has(node)) return;
      accumulate(node, root.slot, grads[i], createGraph);
      node.pass = number;
      queue.push(node);
    });
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      current = node;
      const through = wanted === null || leadsOn(node, wanted);
      const g = takeGradient(node, captured, results, createGraph, through);
      if (node.leaf !== null) {
        if (inputs === null && g !== null) store(node.leaf, g, createGraph);
      } else if (through) {
        const saved = node.unpack();
        const flows = (node.vjp as (g: unknown, saved: unknown, node: Node) => readonly (Tensor | null | undefined)[])(
          node.outputs === null ? g : gradients(node),
          saved,
          node,
        );
        if (watcher !== null) watcher.derived(node, g, flows);
        const { edges, slots } = node;
        for (let i = 0; i < edges.length; i++) {
          const edge = edges[i];
          const flow = flows[i];
          if (edge === null) continue;
          edge.pass = number;
          if (flow === null || flow === undefined) continue;
          if (wanted !== null && !wanted.has(edge)) continue;
          accumulate(edge, slots === null ? 0 : slots[i], flow, createGraph);
          queue.push(edge);
        }
        if (!retainGraph) node.release();
      }
      drop(node);
      current = undefined;
      if (temporaries.length > 0) {
        for (const storage of temporaries) if (storage.holds === 0 && !storage.visible) free(storage);
        temporaries = [];
        openScope(temporaries);
      }
    }
  } finally {
    // Whatever a failed pass left waiting would be added to the next one's.
    if (current !== undefined) drop(current);
    queue.clear();
    if (!createGraph) {
      openScope(outer);
      for (const storage of temporaries) if (storage.holds === 0 && !storage.visible) free(storage);
    }
    swapGradMode(before);
  }
  return results;
}
/** Whether one of the nodes that are wanted lies beyond this one. */
function leadsOn({ edges }: Node, wanted: ReadonlySet<Node>): boolean {
  for (const edge of edges) if (edge !== null && wanted.has(edge)) return true;
  return false;
}
/**
 * The gradient that arrived at output 0; gives it to hooks, to the outputs that retain it and to whoever asked for it:
 * as in PyTorch, before the hooks where the pass goes on through the node, and after them where it ends there.
 */
function takeGradient(
  node: Node,
  captured: ReadonlyMap<Node, { slot: number; at: number }[]>,
  results: (Tensor | null)[],
  graph: boolean,
  through: boolean,
): Tensor | null {
  const asked = captured.size > 0 ? captured.get(node) : undefined;
  if (asked !== undefined && through) capture(node, asked, results);
  if (node.hooks !== null) runHooks(node);
  if (asked !== undefined && !through) capture(node, asked, results);
  if (node.retained !== null) {
    for (const x of node.retained) {
      const g = arrivedAt(node, x.slot);
      // Unlike a leaf's, it is the user's own: what they took of it stays what it was.
      if (g !== null) storeIn(x, g, graph, false);
    }
  }
  return node.pending;
}
/** Hands what arrived to who asked for it: from here on it is theirs. */
function capture(node: Node, asked: readonly { slot: number; at: number }[], results: (Tensor | null)[]): void {
  for (const { slot, at } of asked) {
    const g = arrivedAt(node, slot);
    if (g === null) continue;
    g.storage.visible = true;
    results[at] = g;
  }
}
function arrivedAt(node: Node, slot: number): Tensor | null {
  return node.outputs === null ? node.pending : node.outputs[slot].pending;
}
/** The gradients of all outputs, for a node with several. */
function gradients(node: Node): (Tensor | null)[] {
  return (node.outputs ?? []).map((output) => output.pending);
}
/** Forgets the gradients that a node has used. */
function drop(node: Node): void {
  if (node.pending) letGo(node.pending.storage);
  node.pending = null;
  for (const output of node.outputs ?? []) {
    if (output.pending) letGo(output.pending.storage);
    output.pending = null;
  }
}
