/** Hooks of modules: what is called around a forward pass, and when gradients have passed through the module. */

import { asUser, RemovableHandle } from '../autograd/hooks.ts';
import { isTracked, recordAll, records } from '../autograd/node.ts';
import { watcher } from '../autograd/watcher.ts';
import { describe, isFunction } from '../tensor/args.ts';
import { alias, Tensor } from '../tensor/tensor.ts';
import type { Module } from './module.ts';

/** What a module is called with: anything, for one whose `forward` is not known. */
type Args<M extends Module> = never[] extends Parameters<M['forward']> ? unknown[] : Parameters<M['forward']>;

/** Called before `forward` with its arguments; a list that it returns takes their place (another value, of the first). */
export type ForwardPreHook<M extends Module = Module> = (module: M, args: Args<M>) => unknown;

/** Called after `forward`; what it returns, if anything, takes the output's place. */
export type ForwardHook<M extends Module = Module> = (
  module: M,
  args: Args<M>,
  output: ReturnType<M['forward']>,
) => unknown;

/** A gradient for each argument or output; null for what is no tensor or gets none. */
export type ModuleGrads = (Tensor | null)[];

/** Called once the gradients of the inputs are known; what it returns, if anything, takes their place. */
export type BackwardHook<M = Module> = (module: M, gradInput: ModuleGrads, gradOutput: ModuleGrads) => unknown;

/** Called once the gradients of the outputs are known; what it returns, if anything, takes their place. */
export type BackwardPreHook<M = Module> = (module: M, gradOutput: ModuleGrads) => unknown;

/** The hooks of one module, in order of registration. */
interface Hooks {
  forwardPre: ForwardPreHook[];
  forward: ForwardHook[];
  backwardPre: BackwardPreHook[];
  backward: BackwardHook[];
}

const registered = new WeakMap<object, Hooks>();

/** Adds a hook. The module's own `__call__` is there only while it has one: without hooks a call costs nothing more. */
export function addHook<K extends keyof Hooks>(module: Module, kind: K, hook: unknown): RemovableHandle {
  if (!isFunction(hook)) throw new TypeError(`a hook must be a function, got ${describe(hook)}`);
  const hooks = registered.get(module) ?? { forwardPre: [], forward: [], backwardPre: [], backward: [] };
  registered.set(module, hooks);
  const list = hooks[kind] as unknown[];
  list.push(hook);
  Object.defineProperty(module, '__call__', {
    value: (...args: unknown[]) => callHooked(module, hooks, args),
    configurable: true,
  });
  return new RemovableHandle(() => {
    const at = list.indexOf(hook);
    if (at >= 0) list.splice(at, 1);
    if (Object.values(hooks).every((each) => each.length === 0)) Reflect.deleteProperty(module, '__call__');
  });
}

function callHooked(module: Module, hooks: Hooks, given: unknown[]): unknown {
  let args = given;
  for (const hook of [...hooks.forwardPre]) {
    const result = hook(module, args);
    if (result !== undefined && result !== null) args = Array.isArray(result) ? result : [result];
  }
  // Whoever watches gradients has an identity before the module and one behind it in the graph.
  const watched = hooks.backward.length + hooks.backwardPre.length > 0;
  const entered = watched && args.some((x) => x instanceof Tensor && isTracked(x));
  let gradOutput: ModuleGrads = [];
  if (watched) {
    args = passThrough(args, (grads) =>
      replaced(hooks.backward, grads, (hook, gradInput) => hook(module, gradInput, gradOutput)),
    );
  }
  const forward = (): unknown => Reflect.apply(module.forward, module, args);
  let output = watcher === null ? forward() : watcher.run(module, args, forward);
  for (const hook of [...hooks.forward]) {
    const result = hook(module, args, output);
    if (result !== undefined && result !== null) output = result;
  }
  if (!watched) return output;
  const passed = passThrough(Array.isArray(output) ? output : [output], (grads) => {
    gradOutput = replaced(hooks.backwardPre, grads, (hook, given) => hook(module, given));
    if (!entered) {
      const none = new Array<null>(args.length).fill(null);
      replaced(hooks.backward, none, (hook) => {
        hook(module, none, gradOutput);
      });
    }
    return gradOutput;
  });
  return Array.isArray(output) ? passed : passed[0];
}

/** The gradients after each hook has had its say. */
function replaced<H>(
  hooks: readonly H[],
  grads: ModuleGrads,
  call: (hook: H, grads: ModuleGrads) => unknown,
): ModuleGrads {
  let current = grads;
  for (const hook of [...hooks]) {
    const result = asUser(() => call(hook, current));
    if (result === undefined || result === null) continue;
    const list = Array.isArray(result) ? result : [result];
    if (list.length !== current.length) {
      throw new RangeError(
        `Backward hook returned an invalid number of grad, got ${list.length}, but expected ${current.length}`,
      );
    }
    for (const g of list) {
      if (g !== null && !(g instanceof Tensor)) {
        throw new TypeError(`Backward hook: expected a Tensor or null, got ${describe(g)}`);
      }
    }
    current = list;
  }
  return current;
}

/** The same values, their tensors behind a node that gives its gradients to `pass`. */
function passThrough(values: unknown[], pass: (grads: ModuleGrads) => ModuleGrads): unknown[] {
  const tensors = values.filter((x) => x instanceof Tensor);
  if (!tensors.some((x) => records(x))) return values;
  const places = values.map((x) => (x instanceof Tensor ? tensors.indexOf(x) : -1));
  const outs = tensors.map((x) => alias(x, x.offset, x.dims, x.strides));
  recordAll(outs, 'BackwardHookFunctionBackward', tensors, null, (g) => {
    const arrived = g as unknown as ModuleGrads;
    // Hooks may keep them, and see them again once the engine has moved on.
    for (const each of arrived) if (each !== null) each.storage.visible = true;
    const full = pass(places.map((at) => (at < 0 ? null : arrived[at])));
    return tensors.map((_, at) => full[places.indexOf(at)]);
  });
  return values.map((x, i) => (places[i] < 0 ? x : outs[places[i]]));
}
