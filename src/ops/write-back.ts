/**
 * The in-place form of an operation that is one node in the graph: the result is computed apart and written back, so it
 * may read what it writes.
 */
import { type Grads, isTracked, makeNode, type Node, nodeOf } from '../autograd/node.ts';
import { type Names, named, namesOf } from '../tensor/args.ts';
import { scope } from '../tensor/scope.ts';
import { type Described, operation as signed } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { backwardName, checkTensor, emptyAs, zerosOf } from './define.ts';
import { beginInplace, checkFits, checkResult, finishInplace } from './inplace.ts';
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
      checkFits(self.dims, out.dims);
      checkResult(out.dtype, self.dtype);
      launchCopy(self, out);
      // What has no derivative, a comparison for instance, cuts the graph: nothing flows to what was overwritten.
      const computed = (): Node => nodeOf(out) ?? makeNode(self, backwardName(name.slice(0, -1)), [self], null, cut);
      finishInplace(self, recording ? computed() : null);
      return [];
    });
    return self;
  };
  const { signature } = operation as Partial<Described>;
  if (names === undefined && signature !== undefined) {
    return signed<never>(`${name}${signature.slice(signature.indexOf('('))}`, write as never);
  }
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
