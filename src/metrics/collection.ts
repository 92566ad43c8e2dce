/** `MetricCollection`, with torchmetrics' names. */
import { describe, isOptions } from '../tensor/args.ts';
import { makeCallable, noJSON } from '../tensor/callable.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, Metric } from './metric.ts';

/** Metrics by name. */
export type Metrics = Readonly<Record<string, Metric<unknown, never>>>;

/** What `MetricCollection` takes, named. */
export interface CollectionOptions {
  /** Begins the names of the results. */
  prefix?: string | null;
  /** Ends the names of the results. */
  postfix?: string | null;
}

/** Calling a collection counts a batch in every metric and gives the metrics of that batch alone. */
export interface MetricCollection {
  (...batch: Batch): Record<string, Tensor>;
}

/**
 * Several metrics that are updated together; their values come as an object by name.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { Accuracy, MetricCollection, Recall } = torch.metrics;
 * const task = 'binary';
 * const metrics = new MetricCollection([new Accuracy({ task }), new Recall({ task })], { prefix: 'val_' });
 * metrics.update(torch.tensor([0.9, 0.2, 0.7]), torch.tensor([1, 1, 1]));
 * console.log(metrics.compute()); // => { val_Accuracy: tensor(0.6667), val_Recall: tensor(0.6667) }
 * ```
 */
export class MetricCollection {
  /** The metrics, by their own names. */
  declare readonly metrics: Metrics;
  declare private readonly prefix: string;
  declare private readonly postfix: string;

  /**
   * @param metrics - By name, or a list: each then has the name of its class.
   * @throws TypeError for what is no metric; RangeError for two of one name.
   */
  constructor(metrics: Metrics | readonly Metric<unknown, never>[], given: CollectionOptions = {}) {
    if (!isOptions(metrics) && !Array.isArray(metrics)) {
      throw new TypeError(`MetricCollection(): expected metrics in a list or by name, got ${describe(metrics)}`);
    }
    const entries = isOptions(metrics)
      ? Object.entries(metrics as Metrics)
      : [...(metrics as readonly Metric<unknown, never>[])].map((metric) => [metric.constructor.name, metric] as const);
    const names = new Set<string>();
    for (const [name, metric] of entries) {
      if (!(metric instanceof Metric)) {
        throw new TypeError(`MetricCollection(): ${name} is no metric but ${describe(metric)}`);
      }
      if (names.has(name)) throw new RangeError(`Encountered two metrics both named ${name}`);
      names.add(name);
    }
    const { prefix, postfix } = bindRecord('MetricCollection(*, prefix: str? = null, postfix: str? = null)', [
      given ?? {},
    ]);
    const fields = { metrics: Object.fromEntries(entries), prefix: prefix ?? '', postfix: postfix ?? '' };
    // biome-ignore lint/correctness/noConstructorReturn: the instance is a function with the class's prototype
    return Object.assign(makeCallable(new.target.prototype as this), fields);
  }

  /** Adds a batch to every metric; where one refuses it, none has counted it. */
  update(...batch: Batch): void {
    this.take(this.count(batch));
  }

  /** The values over all batches since the last `reset`. */
  compute(): Record<string, Tensor> {
    return this.each((metric) => metric.compute());
  }

  /** Forgets all batches. */
  reset(): void {
    this.each((metric) => metric.reset());
  }

  /** Adds a batch and gives its own values. */
  forward(...batch: Batch): Record<string, Tensor> {
    const counts = this.count(batch);
    const values = this.each((metric) => metric.of(counts.get(metric)?.own));
    this.take(counts);
    return values;
  }

  /** Called by calling the collection. @internal */
  __call__(...batch: Batch): Record<string, Tensor> {
    return this.forward(...batch);
  }

  /** What a batch counts in every metric, and with those before it. */
  private count(batch: Batch): Map<Metric, { own: unknown; joined: unknown }> {
    const counts = new Map<Metric, { own: unknown; joined: unknown }>();
    this.each((metric) => {
      const own = metric.count(...batch);
      counts.set(metric, { own, joined: metric.joined(own) });
    });
    return counts;
  }

  private take(counts: ReadonlyMap<Metric, { joined: unknown }>): void {
    for (const [metric, { joined }] of counts) metric.take(joined);
  }

  /** A collection has no text: without this, JSON.stringify would leave it out, as it does with functions. @internal */
  toJSON(): never {
    throw noJSON(this, 'its compute()');
  }

  private each<T>(use: (metric: Metric) => T): Record<string, T> {
    const { metrics, prefix, postfix } = this;
    return Object.fromEntries(
      Object.entries(metrics).map(([name, metric]) => [`${prefix}${name}${postfix}`, use(metric as unknown as Metric)]),
    );
  }
}
