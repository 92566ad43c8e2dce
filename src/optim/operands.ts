/** What a step reads and writes: brought into linear memory, row-major. */
import { isAtHand } from '../memory/storage.ts';
import { contiguousRaw, copyRaw } from '../ops/make.ts';
import { pointerOf, Tensor, targetOf } from '../tensor/tensor.ts';
import type { ParamState } from './state.ts';

/** The parameters of the groups. */
type Groups = readonly { readonly params: readonly Tensor[] }[];

/** What is remembered of each parameter. */
type States = ReadonlyMap<Tensor, ParamState>;

/** Row-major copies of a parameter and its gradient, where they are not so themselves. */
export type RowMajor = Map<Tensor, readonly [parameter: Tensor, gradient: Tensor]>;

/** Row-major copies of the parameters and gradients that are not so. */
export function copiesOf(groups: Groups): RowMajor {
  const copies: RowMajor = new Map();
  for (const { params } of groups) {
    for (const p of params) {
      const { gradient } = p;
      if (gradient === null || (p.dense && gradient.dense)) continue;
      copies.set(p, [p.dense ? p : copyRaw(p), contiguousRaw(gradient)]);
    }
  }
  return copies;
}

/** What is remembered of p; a look into an empty map would take as long as a small kernel. */
export function stateOf(states: States, p: Tensor): ParamState | undefined {
  return states.size === 0 ? undefined : states.get(p);
}

/** Whether the kernels find all that they read and write where it is, and nothing must be kept of it. */
export function areAtHand(groups: Groups, states: States): boolean {
  for (const { params } of groups) {
    for (const p of params) {
      if (p.gradient === null) continue;
      if (!isAtHand(p.storage) || !isAtHand(p.gradient.storage)) return false;
      const state = stateOf(states, p);
      if (state === undefined) continue;
      for (const name in state) {
        const x = state[name];
        if (x instanceof Tensor && !isAtHand(x.storage)) return false;
      }
    }
  }
  return true;
}

/** Brings all that a step reads and writes into linear memory, where it stays until the next allocation. */
export function bringIn(groups: Groups, states: States, copies: RowMajor | null): void {
  for (const { params } of groups) {
    for (const p of params) {
      if (p.gradient === null) continue;
      for (const x of [p, ...(copies?.get(p) ?? [])]) targetOf(x);
      pointerOf(p.gradient);
      for (const x of Object.values(states.get(p) ?? {})) if (x instanceof Tensor) targetOf(x);
    }
  }
}
