/**
 * In-place writes and autograd. A write bumps the storage's version; a recorded one gives the tensor a new node, and
 * where the tensor is a view, its base too (PyTorch's CopySlices).
 */
import { isGradEnabled, isInferenceModeEnabled } from '../autograd/mode.ts';
import { AS_TENSOR, checkWritable, isLeaf, isTracked, makeNode, Node, nodeOf, type Vjp } from '../autograd/node.ts';
import type { DType } from '../tensor/dtype.ts';
import { type Dims, sameDims, showDims } from '../tensor/shape.ts';
import { Made, Tensor } from '../tensor/tensor.ts';
import { cloneRowMajor, copy_ } from './create/copy.ts';
import { zerosOf } from './make.ts';

/** Checks that `self` may be written by `operation`, which reads `others`, and says whether the write is recorded. */
export type Begin = (self: Tensor, operation: string, ...others: readonly unknown[]) => boolean;

/**
 * The beginning of a write element by element: another operand is self, or no part of it.
 *
 * @throws Error when a leaf that requires grad would be written, with PyTorch's words.
 * @throws RangeError when several elements of self are one place in memory (an expanded tensor), or overlap an operand.
 */
export const beginInplace: Begin = (self, operation, ...others) => {
  for (const other of others) {
    if (other instanceof Tensor && other !== self && overlap(self, other) === 'partly') throw overlapping(operation);
  }
  return beginComputed(self, operation, ...others);
};

/** The beginning of a write by index: no operand is self or a part of it. */
export const beginIndexed: Begin = (self, operation, ...others) => {
  for (const other of others) if (other instanceof Tensor) checkApart(self, other, operation);
  return beginComputed(self, operation, ...others);
};

/** The beginning of a write of what is computed from all of every operand before. */
export const beginComputed: Begin = (self, operation, ...others) => {
  for (let d = 0; self.count > 0 && d < self.dims.length; d++) {
    if (self.strides[d] === 0 && self.dims[d] > 1) {
      throw new RangeError(
        `${operation}(): unsupported operation: more than one element of the written-to tensor refers to a single ` +
          'memory location. Please clone() the tensor before performing the operation.',
      );
    }
  }
  return beginOverlapping(self, operation, ...others);
};

/** Throws where self, which `operation` writes, and another tensor that it reads share elements. */
export function checkApart(self: Tensor, other: Tensor, operation: string): void {
  if (overlap(self, other) !== 'no') throw overlapping(operation);
}

function overlapping(operation: string): RangeError {
  return new RangeError(
    `${operation}(): unsupported operation: some elements of the input tensor and the written-to tensor refer to a ` +
      'single memory location. Please clone() the tensor before performing the operation.',
  );
}

/** Whether two tensors share elements. PyTorch does not look into tensors with gaps, and says that they do not. */
function overlap(a: Tensor, b: Tensor): 'no' | 'partly' | 'wholly' {
  if (a.storage !== b.storage || a.count === 0 || b.count === 0) return 'no';
  if (a === b) return 'wholly';
  if (!isGapless(a) || !isGapless(b)) return 'no';
  if (a.offset === b.offset && a.count === b.count) return sameDims(a.strides, b.strides) ? 'wholly' : 'partly';
  return a.offset < b.offset + b.count && b.offset < a.offset + a.count ? 'partly' : 'no';
}

/** Whether two tensors are handles of the same elements under the same shape. */
export function isSame(a: Tensor, b: Tensor): boolean {
  return a.storage === b.storage && a.offset === b.offset && sameDims(a.dims, b.dims) && sameDims(a.strides, b.strides);
}

/** Whether the elements stand without gaps, each once, in any order of dimensions. */
function isGapless({ dims, strides, dense }: Tensor): boolean {
  if (dense) return true;
  const order = [...dims.keys()].filter((d) => dims[d] !== 1).sort((a, b) => strides[a] - strides[b]);
  let step = 1;
  return order.every((d) => {
    const fits = strides[d] === step;
    step *= dims[d];
    return fits;
  });
}

/** `beginInplace` for a write that may reach one place twice. */
export function beginOverlapping(self: Tensor, operation: string, ...others: readonly unknown[]): boolean {
  if (self.storage.inference && !isInferenceModeEnabled()) {
    throw new Error(
      'Inplace update to inference tensor outside InferenceMode is not allowed. You can make a clone() to get a normal ' +
        'tensor before doing inplace update.',
    );
  }
  if (!isGradEnabled()) return false;
  const tracked = isTracked(self);
  if (self.base !== null && tracked && !self.tracked) refuseUnasked(self, operation);
  const recording =
    self.dtype.isFloatingPoint &&
    (tracked || others.some((x) => x instanceof Tensor && x.dtype.isFloatingPoint && isTracked(x)));
  if (recording && self.base !== null) checkWritable(self, 'is being');
  if (tracked && isLeaf(self)) {
    throw new Error(
      `${operation}(): a leaf Variable that requires grad is being used in an in-place operation. ` +
        'Wrap the update in torch.noGrad(() => …).',
    );
  }
  if (self.base !== null && isTracked(self.base) && isLeaf(self.base)) {
    throw new Error(
      `${operation}(): a view of a leaf Variable that requires grad is being used in an in-place operation. ` +
        'Wrap the update in torch.noGrad(() => …).',
    );
  }
  return recording;
}

/**
 * Throws for a view of what only became part of a graph after it was taken, and that nobody has used or asked for its
 * node since: PyTorch holds it for a leaf until then.
 */
function refuseUnasked(view: Tensor, operation: string): void {
  if (view.made !== Made.Freely || isLeaf(view.base as Tensor)) return;
  throw new Error(
    `${operation}(): a leaf Variable that requires grad is being used in an in-place operation: a view that was taken ` +
      'before its base was written with what requires grad. Take the view again.',
  );
}

/** Throws unless a result of dtype `result` can be written into a tensor of dtype `self`. */
export function checkResult(result: DType, self: DType): void {
  if (result.kind > self.kind) {
    throw new TypeError(`result type ${result.name} can't be cast to the desired output type ${self.name}`);
  }
}

/** Throws unless a result of shape `dims` can be written into a tensor of shape `self`. */
export function checkFits(self: Dims, dims: Dims): void {
  if (!sameDims(dims, self)) {
    throw new RangeError(`output with shape ${showDims(self)} doesn't match the broadcast shape ${showDims(dims)}`);
  }
}

/** The node of a write whose result does not change with what it is made of: zeros flow there. */
export function cutNode(self: Tensor, name: string, other?: unknown): Node {
  return makeNode(self, name, [self, other], null, (g) => [zerosOf(g.dims, g.dtype), zerosOf(g.dims, g.dtype)]);
}

/** Bumps the version, and makes `node`, if any, what computed self. */
export function finishInplace(self: Tensor, node: Node | null): void {
  self.clock.version++;
  if (node === null) {
    // A view that was right stays right: nothing recorded changed under it.
    return;
  }
  const { base } = self;
  if (base !== null && self.replay !== null) {
    rebaseView(base, self.replay, node);
    // Taken anew from the base the next time somebody asks.
    self.seenVersion = -1;
    self.tracked = true;
    return;
  }
  setNode(self, node);
}

/** Makes `node` what computed self; the gradient that self retains is from here on that of what it holds now. */
function setNode(self: Tensor, node: Node): void {
  const { retained } = self.node ?? node;
  if (retained?.includes(self)) {
    retained.splice(retained.indexOf(self), 1);
    node.retained = [self];
  }
  self.node = node;
  self.slot = 0;
  self.tracked = true;
}

/** Saves the output of an in-place operation, at the version it has now. */
export function saveOutput(node: Node, out: Tensor, at: number): void {
  (node.saved as unknown[])[at] = out;
  (node.versions as number[])[at] = out.clock.version;
  out.storage.holds++;
}

/** Gives the base of a written view a node that sends the view's part of the gradient through the write's own node. */
function rebaseView(base: Tensor, replay: (base: Tensor) => Tensor, write: Node): void {
  const { moved } = base;
  const vjp: Vjp = (g) => {
    const whole = cloneRowMajor(g);
    const part = replay(moved ? moved.from(whole) : whole);
    const [old, ...others] = write.vjp(cloneRowMajor(part), write.unpack() as never, write);
    if (old) copy_(part, old);
    else copy_(part, 0);
    return [whole, ...others];
  };
  const edges = [nodeOf(base), ...write.edges.slice(1)];
  const slots = write.slots
    ? [base.slot, ...write.slots.slice(1)]
    : base.slot
      ? [base.slot, ...edges.slice(1).map(() => 0)]
      : null;
  // A pass uses it up, whatever the write saved.
  const node = new Node('CopySlices', edges, slots, [AS_TENSOR], vjp, base);
  // The write's own saved values are released with this node.
  node.release = () => {
    write.release();
    Node.prototype.release.call(node);
  };
  setNode(base, node);
}
