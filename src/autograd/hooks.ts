/** Hooks on gradients: user code that the engine calls as it passes. */
import { letGo, openScope } from '../memory/storage.ts';
import { describe, isFunction } from '../tensor/args.ts';
import { sameDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type Node, nodeOf } from './node.ts';

/** Gets a gradient; a tensor that it returns takes the gradient's place. */
export type TensorHook = (grad: Tensor) => unknown;

/** A hook that is registered: `remove()` ends that. */
export class RemovableHandle {
  /** Ends the registration. */
  readonly remove: () => void;

  /** @internal */
  constructor(remove: () => void) {
    this.remove = remove;
  }
}

/** Runs user code amid the engine's: what it makes is its own, and is not freed when the engine's scope ends. */
export function asUser<T>(body: () => T): T {
  const outer = openScope(null);
  try {
    return body();
  } finally {
    openScope(outer);
  }
}

/** Calls `hook` with x's gradient whenever a backward pass has computed it. */
export function registerHook(x: Tensor, hook: TensorHook): RemovableHandle {
  if (!isFunction(hook)) throw new TypeError(`registerHook(): expected a function, got ${describe(hook)}`);
  const node = nodeOf(x);
  if (node === null) throw new Error("cannot register a hook on a tensor that doesn't require gradient");
  const entry = { slot: x.slot, hook };
  node.hooks ??= [];
  node.hooks.push(entry);
  return new RemovableHandle(() => {
    const left = node.hooks?.filter((each) => each !== entry) ?? [];
    node.hooks = left.length > 0 ? left : null;
  });
}

/** Gives the gradients that wait at a node to its hooks, in order of registration. */
export function runHooks(node: Node): void {
  // A hook may register another, for the next pass.
  for (const { slot, hook } of [...(node.hooks ?? [])]) {
    const place = node.outputs === null ? node : node.outputs[slot];
    const g = place.pending;
    if (g === null) continue;
    g.storage.visible = true;
    const result = asUser(() => hook(g));
    if (result === undefined || result === null) continue;
    const name = hook.name === '' ? '(anonymous)' : hook.name;
    if (!(result instanceof Tensor)) throw new TypeError(`hook '${name}': expected a Tensor, got ${describe(result)}`);
    if (!sameDims(result.dims, g.dims)) throw new RangeError(`hook '${name}' has changed the size of value`);
    if (result.dtype !== g.dtype) throw new TypeError(`hook '${name}' has changed the type of value`);
    result.storage.holds++;
    letGo(g.storage);
    place.pending = result;
  }
}
