/** Saying of a result how it was computed, so that it can be computed again instead of moved out (memory/recipe.ts). */
import { type Compute, Recipe, type Snapshot, snapshotOf } from '../memory/recipe.ts';
import { setRecipe } from '../memory/region.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Says that `compute` gives all of out again, so that eviction need not copy it. It must hold no tensor: that would keep
 * the graph alive. `price` is the time it takes, in copies of out.
 */
export function giveRecipe(out: Tensor, inputs: readonly Tensor[], compute: Compute, price = 1): void {
  const { storage } = out;
  if (out.offset !== 0 || out.count * out.dtype.itemsize !== storage.nbytes) return;
  const snapshots: Snapshot[] = [];
  const offsets: number[] = [];
  for (const input of inputs) {
    const snapshot = snapshotOf(input.storage);
    if (snapshot === null || input.storage === storage) return;
    snapshots.push(snapshot);
    offsets.push(input.offset * input.dtype.itemsize);
  }
  setRecipe(storage.region, new Recipe(compute, snapshots, offsets, price));
}
