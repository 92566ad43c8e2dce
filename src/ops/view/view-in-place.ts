/**
 * Views in place: the tensor itself takes the shape and the strides of its view. Views taken of it before stay what
 * they were: `moved` (tensor/tensor.ts) tells how to get back to the shape that they start from.
 */
import { swapGradMode } from '../../autograd/mode.ts';
import { isLeaf, type Node } from '../../autograd/node.ts';
import { again, signed } from '../../tensor/signature.ts';
import { tell } from '../../tensor/tell.ts';
import { assignHandle, type Tensor } from '../../tensor/tensor.ts';
import { beginOverlapping } from '../inplace.ts';
import { checkTensor } from '../promote.ts';
import { inPlaceOf } from '../write-back.ts';
import { squeeze, t, transpose, unsqueeze, view } from './view.ts';

/** The in-place form of a view. It undoes itself (`twice`), or its undoing is `view` with the sizes from before. */
function inPlace<F extends object>(name: string, step: number, twice: boolean, operation: F): F {
  const of = operation as (self: Tensor, ...args: unknown[]) => Tensor;
  const write = signed(inPlaceOf(name, operation), (self: Tensor, ...args: unknown[]): Tensor => {
    checkTensor(self, name);
    if (tell !== null) {
      // Several integers are a list to the binder.
      return again(write, [self, ...(args.length > 1 && name === 'squeeze_' ? [args] : args)]);
    }
    beginOverlapping(self, name);
    const { dims, base, moved } = self;
    const to = (x: Tensor): Tensor => of(x, ...args);
    const from = twice ? to : (x: Tensor): Tensor => view(x, dims);
    // Under noGrad too a computed tensor must keep what leads to it: its gradient has another shape from here on.
    const leaf = isLeaf(self);
    const before = swapGradMode(!leaf);
    try {
      const out = to(self);
      assignHandle(self, out);
      if (base !== null) self.replay = out.replay;
      else self.moved = moved ? { to: (x) => to(moved.to(x)), from: (x) => moved.from(from(x)) } : { to, from };
      self.seenVersion = ++self.clock.version;
      if (leaf) self.node = null;
      else {
        // PyTorch counts the in-place forms on: TBackward1 beside TBackward0.
        const node = out.node as Node & { name: string };
        node.name = node.name.replace(/\d$/, (digit) => String(Number(digit) + step));
        self.node = node;
        self.slot = 0;
      }
    } finally {
      swapGradMode(before);
    }
    return self;
  });
  return write as unknown as F;
}

/** `t`, in place. Returns `self`. */
export const t_: typeof t = inPlace('t_', 1, true, t);
/** `transpose`, in place. Returns `self`. */
export const transpose_: typeof transpose = inPlace('transpose_', 1, true, transpose);
/** `squeeze`, in place. Returns `self`. */
export const squeeze_: typeof squeeze = inPlace('squeeze_', 3, false, squeeze);
/** `unsqueeze`, in place. Returns `self`. */
export const unsqueeze_: typeof unsqueeze = inPlace('unsqueeze_', 1, false, unsqueeze);
