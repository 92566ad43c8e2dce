/** Sums and means of plain values, with torchmetrics' names: the loss over an epoch, for instance. */
import { tensor } from '../ops/create/from-data.ts';
import { detach, expand } from '../ops/view/view.ts';
import { describe } from '../tensor/args.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { quotient } from './classification.ts';
import { elements } from './inputs.ts';
import { checkCounts, Metric } from './metric.ts';

/** What becomes of NaN: an error, left out with or without a warning, or replaced by a number. */
export type NanStrategy = 'error' | 'warn' | 'ignore' | number;

/** What `MeanMetric` and `SumMetric` take, named. */
export interface AggregationOptions {
  /** `'warn'` if not given. */
  nanStrategy?: NanStrategy;
}

/** What they are updated with: a number or a tensor of any shape, and for a mean a weight, or one for each element. */
export type Aggregated = [value: number | Tensor, weight?: number | Tensor];

interface Sums {
  value: number;
  weight: number;
}

/** What both share: weighted sums. */
abstract class Aggregator extends Metric<Sums, Aggregated> {
  /** What becomes of NaN. */
  readonly nanStrategy: NanStrategy;

  /** @internal */
  constructor(given: unknown) {
    super();
    const { nanStrategy } = bindRecord("(nanStrategy: any = 'warn')", [given], new.target.name);
    if (typeof nanStrategy !== 'number' && !['error', 'warn', 'ignore'].includes(nanStrategy as string)) {
      throw new RangeError(
        "Arg `nanStrategy` should either be a number or one of 'error', 'warn', 'ignore' " +
          `but got ${describe(nanStrategy)}.`,
      );
    }
    this.nanStrategy = nanStrategy as NanStrategy;
  }

  /** Nothing yet. */
  zero(): Sums {
    return { value: 0, weight: 0 };
  }

  /** The sums of one batch. */
  count(value: number | Tensor, weight: number | Tensor = 1): Sums {
    for (const x of [value, weight]) {
      if (typeof x !== 'number' && !(x instanceof Tensor)) {
        throw new TypeError(`${this.constructor.name}: expected a number or a Tensor, got ${describe(x)}`);
      }
    }
    const values = typeof value === 'number' ? [value] : elements(value);
    const weights = weightsOf(value, weight, values.length);
    const { nanStrategy } = this;
    const sums = this.zero();
    let missing = false;
    for (let i = 0; i < values.length; i++) {
      const isMissing = Number.isNaN(values[i]) || Number.isNaN(weights(i));
      missing ||= isMissing;
      if (isMissing && typeof nanStrategy !== 'number') continue;
      const w = Number.isNaN(weights(i)) ? (nanStrategy as number) : weights(i);
      sums.value += (Number.isNaN(values[i]) ? (nanStrategy as number) : values[i]) * w;
      sums.weight += w;
    }
    if (missing && nanStrategy === 'error') throw new RangeError('Encountered `nan` values in tensor');
    if (missing && nanStrategy === 'warn') console.warn('Encountered `nan` values in tensor. Will be removed.');
    return sums;
  }

  /** Those of two sets of batches together. */
  join(a: Sums, b: Sums): Sums {
    checkCounts(this, this.zero(), a, b);
    return { value: a.value + b.value, weight: a.weight + b.weight };
  }
}

/** The weight of each element. */
function weightsOf(value: number | Tensor, weight: number | Tensor, n: number): (i: number) => number {
  if (typeof weight === 'number') return () => weight;
  if (typeof value === 'number') {
    if (weight.count !== 1) throw new RangeError(`MeanMetric: one value has one weight, got ${describe(weight)}`);
    return () => weight.item();
  }
  const wide = elements(weight.count === n ? weight : expand(detach(weight), value.dims));
  return (i) => wide[i];
}

/**
 * The mean of all values, weighted if weights are given.
 *
 * @throws RangeError for weights that do not broadcast to the values and, if asked for, for NaN.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const loss = new torch.metrics.MeanMetric();
 * loss.update(torch.tensor(2), 32);
 * loss.update(5, 16);
 * console.log(loss.compute()); // => tensor(3.)
 * ```
 */
export class MeanMetric extends Aggregator {
  constructor(nanStrategy?: NanStrategy | AggregationOptions) {
    super(nanStrategy);
  }

  /** The mean; NaN before the first value. */
  of(counts: Sums): Tensor {
    checkCounts(this, this.zero(), counts);
    return tensor(quotient(counts.value, counts.weight, Number.NaN));
  }
}

/**
 * The sum of all values.
 *
 * @throws RangeError for NaN, if asked for.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const seen = new torch.metrics.SumMetric();
 * seen.update(1);
 * seen.update(torch.tensor([2, 3]));
 * console.log(seen.compute()); // => tensor(6.)
 * ```
 */
export class SumMetric extends Aggregator {
  constructor(nanStrategy?: NanStrategy | AggregationOptions) {
    super(nanStrategy);
  }

  override count(value: number | Tensor): Sums {
    return super.count(value);
  }

  /** The sum. */
  of(counts: Sums): Tensor {
    checkCounts(this, this.zero(), counts);
    return tensor(counts.value);
  }
}
