/** What all metrics share: counting over batches, and being called with one. */

import { describe } from '../tensor/args.ts';
import { makeCallable, noJSON } from '../tensor/callable.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What most metrics are updated with. */
export type Batch = [preds: Tensor, target: Tensor];

/** Whether a value is built as an example is: numbers, lists of what the example's first is like, objects with its members. */
function isLike(value: unknown, example: unknown): boolean {
  if (Array.isArray(example)) {
    return Array.isArray(value) && (example.length === 0 || value.every((each) => isLike(each, example[0])));
  }
  if (typeof example === 'number') return typeof value === 'number';
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(example as object).every(([key, each]) =>
    isLike((value as Record<string, unknown>)[key], each),
  );
}

/** Throws unless these are what a metric counts, which `example` shows. */
export function checkCounts(metric: object, example: unknown, ...counts: readonly unknown[]): void {
  const wrong = counts.findIndex((each) => !isLike(each, example));
  if (wrong < 0) return;
  throw new TypeError(
    `${metric.constructor.name}: expected counts as its count() gives them, got ${describe(counts[wrong])}`,
  );
}

/** Calling a metric counts a batch and gives the metric of that batch alone. */
// biome-ignore lint/correctness/noUnusedVariables: both declarations have the same type parameters
export interface Metric<Counts = unknown, Args extends readonly unknown[] = Batch> {
  (...batch: Args): Tensor;
}

/**
 * Base class of metrics. A metric adds up batches with `update`, gives the value over all of them with `compute`, and
 * begins anew with `reset`; called as a function it adds up a batch and gives that batch's own value.
 *
 * A subclass keeps what it counts in plain numbers: `count` gives those of one batch, `of` the value of any.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * class Seen extends torch.metrics.Metric<number> {
 *   zero = () => 0;
 *   count = (preds: torch.Tensor) => preds.numel();
 *   join = (a: number, b: number) => a + b;
 *   of = (seen: number) => torch.tensor(seen);
 * }
 * const seen = new Seen();
 * console.log(seen(torch.zeros(2), torch.zeros(2)), seen(torch.zeros(3), torch.zeros(3))); // => tensor(2.) tensor(3.)
 * console.log(seen.compute()); // => tensor(5.)
 * ```
 */
export abstract class Metric<Counts = unknown, Args extends readonly unknown[] = Batch> {
  /** `unknown`, so that a metric of any counts is a Metric. */
  private counts: { sum: unknown } | null = null;

  constructor() {
    if (new.target === (Metric as unknown)) {
      throw new TypeError('Metric is what the metrics extend, with zero, count, join and of');
    }
    const self = makeCallable(new.target.prototype as this);
    self.counts = null;
    // biome-ignore lint/correctness/noConstructorReturn: the instance is a function with the class's prototype
    return self;
  }

  /** What is counted before the first batch. */
  abstract zero(): Counts;

  /** What one batch counts. */
  abstract count(...batch: Args): Counts;

  /** The counts of two sets of batches together. */
  abstract join(a: Counts, b: Counts): Counts;

  /** The metric's value for counts. */
  abstract of(counts: Counts): Tensor;

  /** Adds a batch: what was predicted and what is true, unless the metric says otherwise. */
  update(...batch: Args): void {
    this.take(this.joined(this.count(...batch)));
  }

  /** The value over all batches since the last `reset`. */
  compute(): Tensor {
    return this.of(this.sum());
  }

  /** Forgets all batches. */
  reset(): void {
    this.counts = null;
  }

  /** Adds a batch and gives its own value. */
  forward(...batch: Args): Tensor {
    const counts = this.count(...batch);
    const joined = this.joined(counts);
    const value = this.of(counts);
    this.take(joined);
    return value;
  }

  /** Called by calling the metric. @internal */
  __call__(...batch: Args): Tensor {
    return this.forward(...batch);
  }

  /** What would be counted with those of a batch. @internal */
  joined(counts: Counts): Counts {
    return this.join(this.sum(), counts);
  }

  /** Makes these the counts. @internal */
  take(sum: Counts): void {
    this.counts = { sum };
  }

  /** A metric has no text: without this, JSON.stringify would leave it out, as it does with functions. @internal */
  toJSON(): never {
    throw noJSON(this, 'its compute()');
  }

  /** As torchmetrics prints it. */
  toString(): string {
    return `${this.constructor.name}()`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  private sum(): Counts {
    return this.counts === null ? this.zero() : (this.counts.sum as Counts);
  }
}
