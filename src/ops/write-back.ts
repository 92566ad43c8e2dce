/**
 * The in-place form of an operation that is one node in the graph: the result is computed apart and written back, so it
 * may read what it writes.
 */
import { type Grads, isTracked, makeNode, type Node, nodeOf } from '../autograd/node.ts';
import { type Names, named, namesOf } from '../tensor/args.ts';
import { scope } from '../tensor/scope.ts';
import { sameDims, showDims } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { backwardName, checkTensor, emptyAs, zerosOf } from './define.ts';
import { beginInplace, finishInplace } from './inplace.ts';
import { launchCopy } from './launch.ts';

/**
 * Makes `name`, which ends in an underscore, of the operation; `self` must be the first of the operation's inputs. It
 * takes `names` named, those of the operation by default.
 */
export function writeBack<F>(name: string, operation: (...args: never) => Tensor, names: Names): F;
export function writeBack<F extends object>(name: string, operation: F): F;
export function writeBack<F>(name: string, operation: object, names: Names | undefined = namesOf.get(operation)): F {
  const apply = operation as (self: Tensor, ...args: unknown[]) => Tensor;
  const write = (self: Tensor, ...args: unknown[]): Tensor => {
    checkTensor(self, name);
    const recording = beginInplace(self, name, ...args);
    scope(() => {
      const out = apply(recording ? before(self) : self, ...args);
      if (!sameDims(out.dims, self.dims)) {
        throw new RangeError(
          `output with shape ${showDims(self.dims)} doesn't match the broadcast shape ${showDims(out.dims)}`,
        );
      }
      if (out.dtype.kind > self.dtype.kind) {
        throw new TypeError(
          `result type ${out.dtype.name} can't be cast to the desired output type ${self.dtype.name}`,
        );
      }
      launchCopy(self, out);
      // What has no derivative, a comparison for instance, cuts the graph: nothing flows to what was overwritten.
      const computed = (): Node => nodeOf(out) ?? makeNode(self, backwardName(name.slice(0, -1)), [self], null, cut);
      finishInplace(self, recording ? computed() : null);
      return [];
    });
    return self;
  };
  return names === undefined ? (write as unknown as F) : named(name, names, write);
}

/** A copy of what is about to be overwritten, recorded as self was: the node may save it and read it afterwards. */
function before(self: Tensor): Tensor {
  const copy = emptyAs(self, self.dtype);
  launchCopy(copy, self);
  copy.node = nodeOf(self);
  copy.slot = self.slot;
  copy.tracked = isTracked(self);
  return copy;
}

function cut(g: Tensor): Grads {
  return [zerosOf(g.dims, g.dtype)];
}
