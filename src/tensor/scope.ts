/**
 * Scopes: what an operation allocates and does not return is dead when it ends, and freed there. What a recorded node
 * saved stays until the node lets go of it. Only torchlet's own code runs in a scope, never a user's, except by `tidy`.
 */

import { expose, free, openScope, type Scope, type Storage } from '../memory/storage.ts';
import { describe, isFunction } from './args.ts';
import { isPromise } from './brands.ts';
import { own, Tensor } from './tensor.ts';

/** Closes what `openScope` opened: frees `mine`, except what is held, visible, or in `kept`. */
export function closeScope(mine: Scope, outer: Scope | null, kept: readonly Tensor[]): void {
  openScope(outer);
  for (const { storage } of kept) storage.holds++;
  if (mine.users) for (const storage of mine) storage.lent = false;
  for (const storage of mine) if (storage.holds === 0 && !storage.visible) free(storage);
  for (const { storage } of kept) {
    storage.holds--;
    if (storage.visible) continue;
    if (outer) outer.push(storage);
    else expose(storage);
    storage.lent = outer?.users === true;
  }
}

/** Runs `body`; of what it allocates only its result (a tensor, or a list of tensors) survives. */
export function scope<R extends Tensor | readonly Tensor[]>(body: () => R): R {
  const mine: Storage[] = [];
  const outer = openScope(mine);
  let kept: readonly Tensor[] = [];
  try {
    const result = body();
    kept = result instanceof Tensor ? [result] : result;
    for (const x of kept) if (x.base !== null && !x.base.tracked) disown(x, mine, kept);
    return result;
  } finally {
    closeScope(mine, outer, kept);
  }
}

/** Makes a result that is a view of one of the scope's temporaries a tensor of its own: nobody else has the base. */
function disown(x: Tensor, mine: Scope, results: readonly Tensor[]): void {
  const { storage } = x;
  if (mine.includes(storage) && results.every((each) => each === x || each.storage !== storage)) own(x);
}

/**
 * Runs `body` and frees every tensor it made except those in its result. Never needed, since memory is bounded without
 * it; it lowers the bound where much is made at once.
 *
 * @param body - A synchronous function that gives a tensor, a list of tensors, or anything else.
 * @throws TypeError for an async function.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tidy(() => torch.ones(3).mul(2).sum())); // => tensor(6.)
 * ```
 */
export function tidy<R>(body: () => R): R {
  if (!isFunction(body)) throw new TypeError(`tidy(): expected a function, got ${describe(body)}`);
  const mine: Scope = [];
  mine.users = true;
  const outer = openScope(mine);
  const kept: Tensor[] = [];
  try {
    const result = body();
    if (isPromise(result)) throw new TypeError('tidy() was given an async function: it would free too early');
    const visit = (value: unknown): void => {
      if (value instanceof Tensor) kept.push(value);
      else if (Array.isArray(value)) value.forEach(visit);
      else if (value !== null && typeof value === 'object') Object.values(value).forEach(visit);
    };
    visit(result);
    return result;
  } finally {
    closeScope(mine, outer, kept);
  }
}
