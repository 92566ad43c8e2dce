/** What all metrics share: counting over batches, and being called with one. */
import { makeCallable } from '../tensor/callable.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Calling a metric counts a batch and gives the metric of that batch alone. */
export interface Metric {
  (preds: Tensor, target: Tensor): Tensor;
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
export abstract class Metric<Counts = unknown> {
  private counts: { sum: Counts } | null = null;

  constructor() {
    const self = makeCallable(new.target.prototype as this);
    self.counts = null;
    // biome-ignore lint/correctness/noConstructorReturn: the instance is a function with the class's prototype
    return self;
  }

  /** What is counted before the first batch. */
  abstract zero(): Counts;

  /** What one batch counts. */
  abstract count(preds: Tensor, target: Tensor): Counts;

  /** The counts of two sets of batches together. */
  abstract join(a: Counts, b: Counts): Counts;

  /** The metric's value for counts. */
  abstract of(counts: Counts): Tensor;

  /**
   * Adds a batch.
   *
   * @param preds - What was predicted.
   * @param target - What is true.
   */
  update(preds: Tensor, target: Tensor): void {
    this.add(this.count(preds, target));
  }

  /** The value over all batches since the last `reset`. */
  compute(): Tensor {
    return this.of(this.counts === null ? this.zero() : this.counts.sum);
  }

  /** Forgets all batches. */
  reset(): void {
    this.counts = null;
  }

  /** Adds a batch and gives its own value. */
  forward(preds: Tensor, target: Tensor): Tensor {
    const counts = this.count(preds, target);
    this.add(counts);
    return this.of(counts);
  }

  /** Called by calling the metric. @internal */
  __call__(preds: Tensor, target: Tensor): Tensor {
    return this.forward(preds, target);
  }

  private add(counts: Counts): void {
    this.counts = { sum: this.join(this.counts === null ? this.zero() : this.counts.sum, counts) };
  }
}
