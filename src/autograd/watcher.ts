/**
 * What looks over every recorded operation, derivative and module while anomaly detection is on: a seam, so that only
 * programs that import `detectAnomaly` carry what it does.
 */
import type { Tensor } from '../tensor/tensor.ts';

/** A module as far as its place in a model and its parameters go. */
export interface Placed {
  namedModules(): [string, Placed][];
  parameters(): Tensor[];
}

/** A node as far as messages name it. */
export type Named = object & { readonly name: string };

export interface Watcher {
  /** Looks at the output of an operation that is being recorded. */
  recorded(out: Tensor, node: Named, inputs: readonly unknown[]): void;
  /** Looks at what a node's derivative gave. */
  derived(node: Named, g: Tensor | null, flows: readonly unknown[]): void;
  /** Runs a module's forward pass. */
  run<R>(module: Placed, inputs: readonly unknown[], forward: () => R): R;
}

/** Who watches, or null. Read on the hot path; changed by `watch` alone. */
export let watcher: Watcher | null = null;

export function watch(next: Watcher | null): void {
  watcher = next;
}
