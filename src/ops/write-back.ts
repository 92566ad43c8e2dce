/**
 * The in-place form of an operation that is one node in the graph: the result is computed apart and written back, so it
 * may read what it writes.
 */
import { swapGradMode } from '../autograd/mode.ts';
import { isTracked, makeNode, type Node, nodeOf } from '../autograd/node.ts';
import { letGo } from '../memory/storage.ts';
import { scope } from '../tensor/scope.ts';
import { type HasSignature, nameIn, operation as operationOf } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { flatIn, unrecorded } from './composite.ts';
import { backwardName } from './define.ts';
import { type Begin, beginInplace, checkFits, checkResult, cutNode, finishInplace, saveOutput } from './inplace.ts';
import { launchCopy } from './launch.ts';
import { emptyLike } from './make.ts';

/**
 * The operation with the signature `text`, whose name ends in an underscore, made of another, or of what its body is;
 * `self` must be the first of the inputs. `begin` says which operands may share elements with self.
 */
export function writeBack<F>(text: string, operation: object, begin: Begin = beginInplace): F {
  const name = nameIn(text);
  const apply = operation as (self: Tensor, ...args: unknown[]) => Tensor;
  const write = (self: Tensor, ...args: unknown[]): Tensor => {
    const recording = begin(self, name, ...args);
    scope(() => {
      const out = apply(recording ? before(self) : self, ...args);
      checkFits(self.dims, out.dims);
      checkResult(out.dtype, self.dtype);
      launchCopy(self, out);
      const node = recording ? (nodeOf(out) ?? cutNode(self, comparedName(name, args[0]), args[0])) : null;
      finishInplace(self, node);
      if (node !== null) saveWritten(node, out, self);
      return [];
    });
    return self;
  };
  return operationOf<never>(text, write);
}

/** The signature of the in-place form of an operation, which has its parameters. */
export function inPlaceOf(name: string, operation: object): string {
  const { signature } = operation as HasSignature;
  return `${name}${signature.slice(signature.indexOf('('))}`;
}

/**
 * The same for an operation whose derivative the result tells: `slope` gets the gradient, the result and the
 * operation's arguments. Nothing of what is overwritten is kept.
 */
export function writeThrough<F>(
  text: string,
  operation: (self: Tensor, ...args: never) => Tensor,
  backward: string,
  slope: (g: Tensor, y: Tensor, ...args: never) => Tensor,
): F {
  const name = nameIn(text);
  return operationOf<never>(text, (self: Tensor, ...args: never) => {
    const node = beginInplace(self, name)
      ? makeNode(self, backward, [self], [null, ...args] as never, (g, [y, ...rest]: [Tensor, ...never[]]) => [
          flatIn(y, slope(g, y, ...(rest as never))),
        ])
      : null;
    unrecorded(() => {
      const out = operation(self, ...args);
      checkResult(out.dtype, self.dtype);
      launchCopy(self, out);
      return [];
    });
    finishInplace(self, node);
    if (node !== null) saveOutput(node, self, 0);
    return self;
  });
}

/** The same for an operation that PyTorch's autograd does not see: a leaf may be written, and the graph stays. */
export function writeUnseen<F extends object>(name: string, operation: F): F {
  const text = inPlaceOf(name, operation);
  const written = writeBack<(...args: unknown[]) => Tensor>(text, operation);
  return operationOf<never>(text, (...args: unknown[]) => {
    const before = swapGradMode(false);
    try {
      return written(...args);
    } finally {
      swapGradMode(before);
    }
  });
}

/** The node of what has no derivative, a comparison: PyTorch counts that with a tensor as the second. */
function comparedName(name: string, other: unknown): string {
  return `${backwardName(name.slice(0, -1)).slice(0, -1)}${Number(other instanceof Tensor)}`;
}

/** A copy of what is about to be overwritten, recorded as self was: the node may save it and read it afterwards. */
function before(self: Tensor): Tensor {
  const copy = emptyLike(self, self.dtype);
  launchCopy(copy, self);
  copy.node = nodeOf(self);
  copy.slot = self.slot;
  copy.tracked = isTracked(self);
  return copy;
}

/** Where the node saved what was computed, it saves what that was written to: a later write to it is then noticed. */
function saveWritten(node: Node, out: Tensor, self: Tensor): void {
  node.saved?.forEach((value, i) => {
    if (value !== out) return;
    saveOutput(node, self, i);
    letGo(out.storage);
  });
}
