/// <reference lib="esnext.disposable" preserve="true" />
/** Grad mode: whether operations are recorded. */

import { setInferring } from '../memory/storage.ts';
import { describe, isFunction } from '../tensor/args.ts';
import { isAsyncFunction, isPromise } from '../tensor/brands.ts';

let enabled = true;
let inference = false;

/**
 * Whether operations on tracked tensors are recorded now.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.isGradEnabled(), torch.noGrad(() => torch.isGradEnabled())); // => true false
 * ```
 */
export function isGradEnabled(): boolean {
  return enabled;
}

/**
 * Whether `inferenceMode` is on.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.inferenceMode(() => torch.isInferenceModeEnabled())); // => true
 * ```
 */
export function isInferenceModeEnabled(): boolean {
  return inference;
}

/** Sets the mode without ceremony, for the engine; returns the one before. @internal */
export function swapGradMode(mode: boolean): boolean {
  const before = enabled;
  enabled = mode;
  return before;
}

/** What a mode function returns without a callback: ends the mode when disposed of, by `using` or by hand. */
export interface ModeGuard {
  /** Restores the mode that was in force before. */
  [Symbol.dispose](): void;
}

const disposeSymbol = ((Symbol as { dispose?: symbol }).dispose ??
  Symbol.for('Symbol.dispose')) as typeof Symbol.dispose;

/** A guard that calls `restore` when it is disposed of. */
export function modeGuard(restore: () => void): ModeGuard {
  return { [disposeSymbol]: restore } as unknown as ModeGuard;
}

function refuseAsync(name: string): never {
  throw new TypeError(
    `${name}() was given an async function: other code would run under the mode while it waits. Wrap the synchronous ` +
      'parts, between the awaits.',
  );
}

function setModes(mode: boolean, inferring: boolean): void {
  enabled = mode;
  inference = inferring;
  setInferring(inferring);
}

function enter(name: string, mode: boolean, inferring: boolean, body?: () => unknown): unknown {
  const before = enabled;
  const inferringBefore = inference;
  if (body === undefined) {
    setModes(mode, inferring);
    return modeGuard(() => setModes(before, inferringBefore));
  }
  if (!isFunction(body)) throw new TypeError(`${name}() expects a function, got ${describe(body)}`);
  if (isAsyncFunction(body)) refuseAsync(name);
  setModes(mode, inferring);
  try {
    const result = body();
    if (isPromise(result)) refuseAsync(name);
    return result;
  } finally {
    setModes(before, inferringBefore);
  }
}

/**
 * Runs `body` without recording operations, or, without `body`, switches recording off until the guard is disposed of.
 *
 * @param body - A synchronous function; its result is returned.
 * @throws TypeError for an async function.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.ones(2, { requiresGrad: true });
 * console.log(torch.noGrad(() => w.mul(2)).requiresGrad); // => false
 * ```
 */
export function noGrad<R>(body: () => R): R;
export function noGrad(): ModeGuard;
export function noGrad(body?: () => unknown): unknown {
  return enter('noGrad', false, inference, body);
}

/**
 * Runs `body` with recording switched on, inside `noGrad` for instance; without `body` returns a guard.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.ones(2, { requiresGrad: true });
 * console.log(torch.noGrad(() => torch.enableGrad(() => w.mul(2))).requiresGrad); // => true
 * ```
 */
export function enableGrad<R>(body: () => R): R;
export function enableGrad(): ModeGuard;
export function enableGrad(body?: () => unknown): unknown {
  return enter('enableGrad', true, inference, body);
}

/**
 * As `noGrad`, for code that is only evaluation.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.ones(2, { requiresGrad: true });
 * console.log(torch.inferenceMode(() => w.mul(2)).requiresGrad); // => false
 * ```
 */
export function inferenceMode<R>(body: () => R): R;
export function inferenceMode(): ModeGuard;
export function inferenceMode(body?: () => unknown): unknown {
  return enter('inferenceMode', false, true, body);
}

/**
 * Switches recording on or off from here on; the guard it returns switches back.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.setGradEnabled(false);
 * console.log(torch.isGradEnabled()); // => false
 * torch.setGradEnabled(true);
 * ```
 */
export function setGradEnabled(mode: boolean): ModeGuard;
export function setGradEnabled<R>(mode: boolean, body: () => R): R;
export function setGradEnabled(mode: boolean, body?: () => unknown): unknown {
  if (typeof mode !== 'boolean') throw new TypeError(`setGradEnabled() expects a boolean, got ${typeof mode}`);
  return enter('setGradEnabled', mode, inference, body);
}
