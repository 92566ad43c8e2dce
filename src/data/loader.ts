/** `DataLoader`: batches of a dataset, in PyTorch's order for the same seed, or of a stream as it comes. */
import { within } from '../memory/errors.ts';
import type { Generator } from '../ops/random/random.ts';
import { describe } from '../tensor/args.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Collated, defaultCollate, defaultConvert } from './collate.ts';
import { checkDataset, type DatasetLike, isDataset, sampleOf, samplesOf } from './dataset.ts';
import { hasRows, type RowBatch, RowReader } from './rows.ts';
import {
  BatchSampler,
  checkGenerator,
  checkSampler,
  drawSeed,
  lengthOfSampler,
  RandomSampler,
  type Sampler,
  SequentialSampler,
} from './sampler.ts';
import { asyncEpoch, type Batching, END, isAsync, isStream, type StreamLike, streamEpoch } from './stream.ts';

/** What a loader reads: by place, or from the start. */
export type Readable<S> = DatasetLike<S> | StreamLike<S>;

/** What `DataLoader` takes, named. */
export interface LoaderOptions<S = unknown, B = Batch<S>> {
  /** Samples in a batch, 1 if not given; null gives the samples one by one, without a batch dimension. */
  batchSize?: number | null;
  /** Whether every epoch has an order of its own. */
  shuffle?: boolean | null;
  /** Indices to read, instead of shuffle. */
  sampler?: Sampler | null;
  /** Lists of indices to read, instead of batchSize, shuffle, sampler and dropLast. */
  batchSampler?: Sampler<readonly number[]> | null;
  /** Accepted for the sake of pasted programs: there are no worker processes, and the batches are the same. */
  numWorkers?: number;
  /** Makes a batch from a list of samples; `defaultCollate` if not given. */
  collateFn?: ((batch: S[]) => B) | null;
  /** Accepted for the sake of pasted programs, as are those about worker processes and memory below. */
  pinMemory?: boolean;
  pinMemoryDevice?: string;
  prefetchFactor?: number | null;
  persistentWorkers?: boolean;
  inOrder?: boolean;
  /** Whether a last batch with fewer samples is left out. */
  dropLast?: boolean;
  /** Where shuffle draws from; if not given, every epoch is seeded from the default generator. */
  generator?: Generator | null;
}

const LOADER =
  "DataLoader(dataset: any, batchSize: int? = 1, shuffle: bool? = null, sampler: any = null, batchSampler: any = null, numWorkers: int = 0, collateFn: function? = null, pinMemory: bool = false, dropLast: bool = false, timeout: float = 0, workerInitFn: any = null, multiprocessingContext: any = null, generator: generator? = null, prefetchFactor: any = null, persistentWorkers: bool = false, pinMemoryDevice: str = '', inOrder: bool = true)";

/** A batch of samples of type S; a list of tensors, the most usual, where nothing is known of them. */
export type Batch<S> = unknown extends S ? Tensor[] : Collated<S>;

/** As a method, whose argument TypeScript compares either way: any loader of tensors is then a `DataLoader`. */
interface Collate<S, B> {
  collate(batch: S[]): B;
}

type AnyCollate = (batch: unknown[]) => unknown;

/** Stands for a stream's sampler: there are no places to choose from. */
const NO_PLACES: Sampler = {
  *[Symbol.iterator]() {},
};

/**
 * Batches of a dataset. Iterate it as often as you like: every `for … of`, `[...loader]` or
 * `loader[Symbol.iterator]()` is a new epoch. With `shuffle` the order is PyTorch's after the same `manualSeed`.
 *
 * A batch of a `TensorDataset` is a list of tensors `[batch, …]`, copied from the rows (and recorded, if these require
 * grad); batches of other datasets are what `collateFn` makes of a list of samples.
 *
 * A dataset may also be a stream: any iterable (an `IterableDataset`, a generator), or one whose samples arrive over
 * time (an async iterable, a ReadableStream), which is read by `for await (const batch of loader)`.
 *
 * @throws RangeError for sizes that are not positive and options that exclude each other; TypeError for a wrong kind:
 *   a dataset has length (a whole number) and at(index), or can be iterated.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const dataset = new torch.TensorDataset(torch.arange(5), torch.eye(5));
 * torch.manualSeed(0);
 * const loader = new torch.DataLoader(dataset, { batchSize: 2, shuffle: true });
 * for (const [x, y] of loader) console.log(x, String(y.shape));
 * // => tensor([1, 4]) torch.Size([2, 5])
 * // => tensor([2, 3]) torch.Size([2, 5])
 * // => tensor([0]) torch.Size([1, 5])
 * console.log(loader.length, loader.dataset.tensors.length); // => 3 2
 * ```
 */
export class DataLoader<S = unknown, B = Batch<S>, D = Readable<S>> implements Iterable<B>, AsyncIterable<B> {
  /** What is read. */
  readonly dataset: D;
  /** Samples in a batch; null without batching or with a batch sampler. */
  readonly batchSize: number | null;
  /** Whether a last batch with fewer samples is left out. */
  readonly dropLast: boolean;
  /** Gives the indices. */
  readonly sampler: Sampler;
  /** Gives lists of indices; null without batching. */
  readonly batchSampler: Sampler<readonly number[]> | null;
  /** Makes a batch from a list of samples. */
  readonly collateFn: Collate<S, B>['collate'];
  /** Where shuffle draws from; null is the default generator. */
  readonly generator: Generator | null;
  /** As given; there are no worker processes. */
  readonly numWorkers: number;

  constructor(
    dataset: D & Readable<S>,
    batchSize?: number | null,
    shuffle?: boolean | null,
    sampler?: Sampler | null,
    batchSampler?: Sampler<readonly number[]> | null,
    numWorkers?: number,
    collateFn?: ((batch: S[]) => B) | null,
    pinMemory?: boolean,
    dropLast?: boolean,
    timeout?: 0,
    workerInitFn?: null,
    multiprocessingContext?: null,
    generator?: Generator | null,
  );
  constructor(dataset: D & Readable<S>, options: LoaderOptions<S, B>);
  constructor(dataset: D & Readable<S>, batchSize: number | null, options: LoaderOptions<S, B>);
  constructor(
    dataset: D & Readable<S>,
    batchSize: number | null,
    shuffle: boolean | null,
    options: LoaderOptions<S, B>,
  );
  constructor(options: LoaderOptions<S, B> & { dataset: D & Readable<S> });
  constructor(...args: unknown[]) {
    const last = args.length - 1;
    const bare = last === 0 && (isDataset(args[0]) || isStream(args[0]) || !('dataset' in Object(args[0])));
    const bound = bindRecord(LOADER, bare ? [{ dataset: args[0] }] : args);
    const { dataset, batchSize: size, sampler: given, batchSampler: givenLists, numWorkers, dropLast: drop } = bound;
    const streamed = isStream(dataset);
    if (!streamed) checkDataset('DataLoader', dataset);
    if (numWorkers < 0) throw new RangeError(`numWorkers option should be non-negative, got ${numWorkers}`);
    for (const name of ['timeout', 'workerInitFn', 'multiprocessingContext'] as const) {
      if (bound[name]) throw new RangeError(`DataLoader(): ${name} has no meaning without worker processes`);
    }
    const shuffle = bound.shuffle ?? false;
    const sampler = given as Sampler | null;
    let lists = givenLists as Sampler<readonly number[]> | null;
    if (sampler !== null && shuffle) throw new RangeError('sampler option is mutually exclusive with shuffle');
    if (lists !== null && (size !== 1 || shuffle || sampler !== null || drop)) {
      throw new RangeError('batchSampler option is mutually exclusive with batchSize, shuffle, sampler, and dropLast');
    }
    if (lists === null && size === null && drop) {
      throw new RangeError('batchSize=null option disables auto-batching and is mutually exclusive with dropLast');
    }
    if (sampler !== null) checkSampler('DataLoader', 'sampler', sampler);
    if (lists !== null) checkSampler('DataLoader', 'batchSampler', lists);
    if (streamed) {
      for (const [option, value] of Object.entries({ shuffle, sampler, batchSampler: lists })) {
        if (value) {
          throw new RangeError(
            `DataLoader with IterableDataset: expected unspecified ${option} option, ` +
              `but got ${option}=${describe(value)}`,
          );
        }
      }
    }
    const generator = checkGenerator('DataLoader', bound.generator);
    const places = dataset as DatasetLike<unknown>;
    const source =
      sampler ??
      (streamed ? NO_PLACES : shuffle ? new RandomSampler(places, { generator }) : new SequentialSampler(places));
    const batchSize = lists === null ? size : null;
    if (batchSize !== null) lists = new BatchSampler(source, batchSize, drop);
    this.dataset = dataset as D;
    this.batchSize = batchSize;
    this.dropLast = drop;
    this.sampler = source;
    this.batchSampler = lists;
    this.collateFn = ((bound.collateFn as AnyCollate | null) ??
      (lists === null ? defaultConvert : defaultCollate)) as unknown as (batch: S[]) => B;
    this.generator = generator;
    this.numWorkers = numWorkers;
  }

  /**
   * Number of batches in an epoch.
   *
   * @throws TypeError for a stream that has no length.
   */
  get length(): number {
    const { dataset, batchSize, dropLast } = this;
    if (!isStream(dataset)) return lengthOfSampler(this.batchSampler ?? this.sampler);
    const { length } = dataset as { length?: unknown };
    if (typeof length !== 'number') throw new TypeError(`object of type ${describe(dataset)} has no length`);
    return batchSize === null ? length : Math[dropLast ? 'floor' : 'ceil'](length / batchSize);
  }

  /**
   * Begins an epoch.
   *
   * @throws TypeError when the samples arrive over time: those need `for await`.
   */
  [Symbol.iterator](): IterableIterator<B> {
    if (isAsync(this.dataset)) {
      throw new TypeError('DataLoader: the samples of this dataset arrive over time: read it by `for await`');
    }
    const read = this.rowEpoch() ?? this.sampleEpoch();
    // PyTorch seeds its workers here, and does so even without any: the default generator moves on.
    drawSeed('DataLoader', this.generator);
    return read;
  }

  /** Begins an epoch over any dataset, by `for await`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<B> {
    const { dataset } = this;
    if (!isAsync(dataset)) {
      yield* this[Symbol.iterator]();
      return;
    }
    drawSeed('DataLoader', this.generator);
    yield* asyncEpoch(dataset, this.batching()) as AsyncGenerator<B>;
  }

  private batching(): Batching {
    return { size: this.batchSize, dropLast: this.dropLast, collate: this.collateFn as Batching['collate'] };
  }

  /** The epoch where batches can be gathered row by row in the order of a known sampler, else null. */
  private rowEpoch(): IterableIterator<B> | null {
    const { sampler, batchSize, dropLast } = this;
    const dataset = this.dataset as DatasetLike<S>;
    if (batchSize === null || !this.gathers() || (sampler as RandomSampler).dataSource !== dataset) return null;
    let next: (reader: RowReader) => RowBatch | null;
    if (isExactly(sampler, RandomSampler)) {
      const blocks = sampler.blocks();
      next = (reader) => within('DataLoader', () => reader.nextFrom(blocks, batchSize, dropLast));
    } else if (isExactly(sampler, SequentialSampler)) {
      next = (reader) => within('DataLoader', () => reader.nextInOrder(batchSize, dropLast));
    } else return null;
    let reader: RowReader | null = null;
    return epoch(
      () => {
        reader ??= new RowReader(dataset);
        return (next(reader) ?? END) as B;
      },
      () => reader?.close(),
    );
  }

  /** The epoch for any sampler and dataset. */
  private sampleEpoch(): IterableIterator<B> {
    const { batchSampler, collateFn } = this;
    if (isStream(this.dataset)) {
      const { step, close } = streamEpoch(this.dataset as Iterable<S>, this.batching());
      return epoch(step as () => B | typeof END, close);
    }
    const dataset = this.dataset as DatasetLike<S>;
    if (batchSampler === null) {
      const indices = this.sampler[Symbol.iterator]();
      const step = (): B | typeof END => {
        const { done, value } = indices.next();
        return done ? END : collateFn(sampleOf(dataset, value) as never);
      };
      return epoch(step, () => indices.return?.());
    }
    const lists = batchSampler[Symbol.iterator]();
    let reader: RowReader | null = null;
    const read = (places: readonly number[]): B => {
      if (!Array.isArray(places)) {
        throw new TypeError(`DataLoader(): batchSampler must give lists of indices, got ${describe(places)}`);
      }
      if (places.length === 0 || !this.gathers()) return collateFn(samplesOf(dataset, places));
      reader ??= new RowReader(dataset);
      return reader.take(places) as B;
    };
    return epoch(
      () => {
        const { done, value } = lists.next();
        return done ? END : read(value);
      },
      () => {
        lists.return?.();
        reader?.close();
      },
    );
  }

  private gathers(): boolean {
    const { dataset } = this;
    return (this.collateFn as unknown) === defaultCollate && isDataset(dataset) && hasRows(dataset);
  }
}

/** Whether a sampler is of the class and reads as it does. */
function isExactly<T>(sampler: unknown, Kind: abstract new (...args: never[]) => T): sampler is T {
  return sampler !== null && Object.getPrototypeOf(sampler) === Kind.prototype;
}

/** An iterator from a step and what closes it, called once. */
function epoch<B>(step: () => B | typeof END, close: () => void): IterableIterator<B> {
  let open = true;
  const end = (): IteratorResult<B> => {
    if (open) {
      open = false;
      close();
    }
    return { done: true, value: undefined };
  };
  return {
    next(): IteratorResult<B> {
      if (!open) return end();
      try {
        const value = step();
        return value === END ? end() : { done: false, value };
      } catch (error) {
        end();
        throw error;
      }
    },
    return: end,
    [Symbol.iterator]() {
      return this;
    },
  };
}
