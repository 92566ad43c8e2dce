/**
 * Datasets that are streams: samples come one after the other, at once (any iterable) or as they arrive (any async
 * iterable, and a ReadableStream where the host cannot iterate it), and nobody can ask for the i-th.
 */
import { Tensor } from '../tensor/tensor.ts';
import { Dataset, isDataset } from './dataset.ts';

/** What a loader reads by `for await`. */
export type AsyncSource<S> = AsyncIterable<S> | ReadableStream<S>;

/** Samples one after the other: any iterable or async iterable, or the body of a `fetch`. */
export type StreamLike<S> = Iterable<S> | AsyncSource<S>;

/**
 * Base class of datasets that can only be read from the start. A subclass gives its samples one after the other; where
 * they arrive over time, write an object with `[Symbol.asyncIterator]` instead, which needs no base class.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * class Countdown extends torch.IterableDataset<number> {
 *   *[Symbol.iterator]() {
 *     for (let i = 3; i > 0; i--) yield i;
 *   }
 * }
 * const loader = new torch.DataLoader(new Countdown(), { batchSize: 2 });
 * for (const batch of loader) console.log(batch);
 * // => tensor([3., 2.])
 * // => tensor([1.])
 * ```
 */
export abstract class IterableDataset<S = unknown> implements Iterable<S> {
  /** Begins a pass over the samples. */
  abstract [Symbol.iterator](): Iterator<S>;
}

/** Whether a value is read from the start and not by place. */
export function isStream(value: unknown): value is StreamLike<unknown> {
  if (typeof value !== 'object' || value === null || value instanceof Tensor || isDataset(value)) return false;
  // A Dataset that lacks its length can still be iterated, over nothing: that is a mistake and no stream.
  if (value instanceof Dataset) return false;
  return Symbol.iterator in value || isAsync(value);
}

/** Whether samples arrive over time. */
export function isAsync(value: unknown): value is AsyncSource<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || typeof (value as { getReader?: unknown }).getReader === 'function';
}

function asyncIteratorOf<S>(source: AsyncSource<S>): AsyncIterator<S> {
  if (Symbol.asyncIterator in source) return (source as AsyncIterable<S>)[Symbol.asyncIterator]();
  const reader = (source as ReadableStream<S>).getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<S>>,
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

/** How a loader makes batches of a stream. */
export interface Batching {
  /** Samples in a batch; null gives them one by one. */
  size: number | null;
  /** Whether a last batch with fewer samples is left out. */
  dropLast: boolean;
  /** Makes a batch of samples, or of one sample where size is null. */
  collate: (samples: never) => unknown;
}

/** What a step gives when the epoch is over: a batch may be anything else. */
export const END = Symbol('end of the epoch');

/** Gathers samples: takes one, or the end, and gives the batches that are complete. */
function gatherer({ size, dropLast, collate }: Batching): (next: IteratorResult<unknown>) => unknown[] {
  let batch: unknown[] = [];
  return ({ done, value }) => {
    if (size === null) return done ? [END] : [collate(value as never)];
    if (!done) batch.push(value);
    const full = batch.length === size || (done && batch.length > 0 && !dropLast);
    const out = full ? [collate(batch as never)] : [];
    if (full) batch = [];
    return done ? [...out, END] : out;
  };
}

/** An epoch over a stream: `step` gives a batch or END, `close` ends the reading early. */
export function streamEpoch(source: Iterable<unknown>, batching: Batching): { step: () => unknown; close: () => void } {
  const samples = source[Symbol.iterator]();
  const gather = gatherer(batching);
  let ready: unknown[] = [];
  let open = true;
  return {
    step() {
      while (ready.length === 0) {
        const next = samples.next();
        if (next.done) open = false;
        ready = gather(next);
      }
      return ready.shift();
    },
    close() {
      if (open) samples.return?.();
    },
  };
}

/** The batches of an async stream. */
export async function* asyncEpoch(source: AsyncSource<unknown>, batching: Batching): AsyncGenerator<unknown> {
  const samples = asyncIteratorOf(source);
  const gather = gatherer(batching);
  let open = true;
  try {
    for (;;) {
      const next = await samples.next();
      if (next.done) open = false;
      for (const batch of gather(next)) {
        if (batch === END) return;
        yield batch;
      }
    }
  } finally {
    if (open) await samples.return?.();
  }
}
