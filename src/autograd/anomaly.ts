/** Anomaly detection: says which operation, in which module, gave the first NaN or infinity, in forward or backward. */
import { describe, isFunction } from '../tensor/args.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ModeGuard, modeGuard } from './mode.ts';
import { type Named, type Placed, type Watcher, watch, watcher } from './watcher.ts';

/** Modules whose forward pass runs now, outermost first. */
const running: Placed[] = [];
/** Where operations were recorded, by their nodes. */
const origins = new WeakMap<object, string>();

/** Runs a module's forward pass with the module on the path, and checks what no recorded operation could tell of. */
function runWatched<R>(module: Placed, inputs: readonly unknown[], body: () => R): R {
  running.push(module);
  try {
    const out = body();
    const bad = firstOf(out);
    if (bad !== null && firstOf([...inputs, ...module.parameters()]) === null) {
      throw new RangeError(
        `detectAnomaly: an operation that autograd did not record gave ${bad} from finite inputs, ${place()}`,
      );
    }
    return out;
  } finally {
    running.pop();
  }
}

/** The first value that is not finite in a tensor or a list, or null. */
function firstOf(value: unknown): string | null {
  if (isTensor(value)) return firstBad(value);
  if (!Array.isArray(value)) return null;
  for (const each of value) {
    const bad = firstOf(each);
    if (bad !== null) return bad;
  }
  return null;
}

const isTensor = (x: unknown): x is Tensor => typeof x === 'object' && x !== null && 'toTypedArray' in x;

/** Where in the model the program is: `in fc1 (Linear)`. */
function place(): string {
  const [root] = running;
  const module = running[running.length - 1];
  if (root === undefined || module === undefined) return 'outside of any module';
  const path = root.namedModules().find(([, each]) => each === module)?.[0] ?? '';
  return `in ${path === '' ? 'the model itself' : path} (${module.constructor.name})`;
}

/** The first value that is not finite, or null. */
function firstBad(x: Tensor): string | null {
  if (!x.dtype.isFloatingPoint) return null;
  const values = x.toTypedArray() as Float32Array;
  const at = values.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? null : `${values[at]} at position ${at} of shape [${x.dims.join(', ')}]`;
}

/** Checks the output of an operation that is being recorded, and remembers where that was. */
function checkForward(out: Tensor, node: Named, inputs: readonly unknown[]): void {
  origins.set(node, place());
  const bad = firstBad(out);
  if (bad === null) return;
  // Born here only if everything that came in was finite.
  if (firstOf(inputs) !== null) return;
  throw new RangeError(`detectAnomaly: ${operationOf(node)} gave ${bad} from finite inputs, ${place()}`);
}

/** Checks what a node's derivative gave. */
function checkBackward(node: Named, g: Tensor | null, flows: readonly unknown[]): void {
  if (g !== null && firstBad(g) !== null) return;
  flows.forEach((flow, i) => {
    const bad = flow ? firstBad(flow as Tensor) : null;
    if (bad === null) return;
    throw new RangeError(
      `detectAnomaly: Function '${node.name}' returned ${bad} as the gradient of its input ${i}; it belongs to ` +
        `${operationOf(node)}, recorded ${origins.get(node) ?? 'before detection was on'}`,
    );
  });
}

/** The operation's own name: `log` for `LogBackward0`. */
function operationOf({ name }: Named): string {
  const bare = name.replace(/Backward\d*$/, '');
  return `${bare[0]?.toLowerCase()}${bare.slice(1)}()`;
}

const detector: Watcher = { recorded: checkForward, derived: checkBackward, run: runWatched };

/**
 * Looks for the first NaN or infinity: every recorded operation and every derivative is checked, and the one that gave
 * it from finite inputs is named, with the module it ran in. An operation that is not recorded (under `noGrad`, or on
 * tensors that need no gradient) is told by its module. Slow; for debugging.
 *
 * @param body - A synchronous function; without it, detection is on until the guard is disposed of.
 * @throws RangeError that names operation, value, position and module path.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, -1], { requiresGrad: true });
 * try {
 *   torch.autograd.detectAnomaly(() => x.log().sum());
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * // => detectAnomaly: log() gave NaN at position 1 of shape [2] from finite inputs, outside of any module
 * ```
 */
export function detectAnomaly<R>(body: () => R): R;
export function detectAnomaly(): ModeGuard;
export function detectAnomaly(body?: () => unknown): unknown {
  if (body !== undefined && !isFunction(body)) {
    throw new TypeError(`detectAnomaly(): expected a function, got ${describe(body)}`);
  }
  const before = watcher;
  watch(detector);
  const restore = (): void => watch(before);
  if (body === undefined) return modeGuard(restore);
  try {
    return body();
  } finally {
    restore();
  }
}
