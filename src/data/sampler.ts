/**
 * Samplers: iterables of indices, in PyTorch's order for the same seed. What a random sampler draws, it draws at the
 * same moments as PyTorch, so that a generator shared with other code stays in step.
 */
import { free, letGo } from '../memory/storage.ts';
import { clone } from '../ops/create/copy.ts';
import { tensor } from '../ops/create/from-data.ts';
import { empty } from '../ops/make.ts';
import { Generator, multinomial, randint, random_, randperm } from '../ops/random/random.ts';
import { narrow } from '../ops/view/slice.ts';
import { describe } from '../tensor/args.ts';
import { float64, int64 } from '../tensor/dtype.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { bindDataset, checkDataset, type DatasetLike, lengthOf, takeNumbers } from './dataset.ts';

/** Any iterable of indices; with a `length` where the loader's length is asked for. */
export interface Sampler<I = number> extends Iterable<I> {
  readonly length?: number;
}

/** An int64 from the generator, non-negative: what PyTorch seeds with. `name` is who has no room for it. */
export function drawSeed(name: string, generator: Generator | null): bigint {
  const cell = empty([], int64, name);
  random_(cell, { generator });
  const [seed] = cell.toTypedArray() as BigInt64Array;
  free(cell.storage);
  return seed;
}

/** Throws unless the value is positive. */
export function checkPositive(name: string, value: number): void {
  if (value <= 0) throw new RangeError(`${name} should be a positive integer value, but got ${name}=${value}`);
}

/** Throws unless the value is a Generator or absent; null if absent. */
export function checkGenerator(name: string, value: unknown): Generator | null {
  if (value === undefined || value === null) return null;
  if (!(value instanceof Generator)) {
    throw new TypeError(`${name}(): argument 'generator' must be a torch.Generator, not ${describe(value)}`);
  }
  return value;
}

/**
 * 0, 1, 2 … up to the dataset's length.
 *
 * @example
 * ```ts
 * import { utils } from 'torchlet';
 * console.log([...new utils.data.SequentialSampler(['a', 'b', 'c'])]); // => [ 0, 1, 2 ]
 * ```
 */
export class SequentialSampler implements Sampler {
  /** What is sampled from. */
  readonly dataSource: DatasetLike<unknown>;

  constructor(dataSource: DatasetLike<unknown> | { dataSource: DatasetLike<unknown> }) {
    const { dataSource: source } = bindDataset('SequentialSampler(dataSource: any)', [dataSource]);
    checkDataset('SequentialSampler', source, 'dataSource');
    this.dataSource = source;
  }

  /** Number of indices. */
  get length(): number {
    return lengthOf(this.dataSource);
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const { length } = this;
    for (let i = 0; i < length; i++) yield i;
  }
}

/** What `RandomSampler` takes, named. */
export interface RandomSamplerOptions {
  /** Whether an index may come again before all came. */
  replacement?: boolean;
  /** How many indices an epoch has; the dataset's length if null. */
  numSamples?: number | null;
  /** Where to draw from; if null, each epoch is seeded from the default generator. */
  generator?: Generator | null;
}

/**
 * The indices of a dataset in random order, or drawn with replacement.
 *
 * @throws RangeError when numSamples is not positive, which it also is for an empty dataset.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log([...new torch.utils.data.RandomSampler(['a', 'b', 'c', 'd'])]); // => [ 2, 3, 0, 1 ]
 * ```
 */
export class RandomSampler implements Sampler {
  /** What is sampled from. */
  readonly dataSource: DatasetLike<unknown>;
  /** Whether an index may come again before all came. */
  readonly replacement: boolean;
  /** Where it draws from, if not from the default generator. */
  readonly generator: Generator | null;
  private readonly wanted: number | null;

  constructor(
    dataSource: DatasetLike<unknown>,
    replacement?: boolean,
    numSamples?: number | null,
    generator?: Generator | null,
  );
  constructor(dataSource: DatasetLike<unknown>, options?: RandomSamplerOptions);
  constructor(options: RandomSamplerOptions & { dataSource: DatasetLike<unknown> });
  constructor(...args: unknown[]) {
    const { dataSource, replacement, numSamples, generator } = bindDataset(
      'RandomSampler(dataSource: any, replacement: bool = false, numSamples: int? = null, generator: generator? = null)',
      args,
    );
    checkDataset('RandomSampler', dataSource, 'dataSource');
    this.dataSource = dataSource;
    this.replacement = replacement;
    this.generator = checkGenerator('RandomSampler', generator);
    this.wanted = numSamples;
    checkPositive('numSamples', this.numSamples);
  }

  /** How many indices an epoch has. */
  get numSamples(): number {
    return this.wanted ?? lengthOf(this.dataSource);
  }

  /** How many indices an epoch has. */
  get length(): number {
    return this.numSamples;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (const block of this.blocks()) {
      const indices = block.toTypedArray() as BigInt64Array;
      letGo(block.storage);
      for (const index of indices) yield Number(index);
    }
  }

  /** An epoch's indices as int64 tensors, one after the other; whoever takes one lets go of it. @internal */
  *blocks(): IterableIterator<Tensor> {
    const { numSamples, replacement } = this;
    const n = lengthOf(this.dataSource);
    if (n === 0) throw new RangeError('RandomSampler: cannot sample from an empty dataset');
    const size = replacement ? 32 : n;
    const blocks = Math.floor(numSamples / size);
    const rest = numSamples % size;
    const draw = (generator: Generator, count: number): Tensor => {
      if (replacement) return keep(randint(n, [count], { generator }));
      const all = randperm(n, { generator });
      return keep(count === n ? all : firstOf(all, count));
    };
    const { generator } = this;
    if (generator === null && blocks < MANY) {
      // Nobody else draws from an epoch's own generator, so all is drawn at once, and one generator serves all epochs.
      epochGenerator ??= new Generator();
      const own = epochGenerator.manualSeed(drawSeed('RandomSampler', null));
      const drawn = Array.from({ length: blocks }, () => draw(own, size));
      if (rest > 0) drawn.push(draw(own, rest));
      yield* drawn;
      return;
    }
    const own = generator ?? new Generator().manualSeed(drawSeed('RandomSampler', null));
    for (let i = 0; i < blocks; i++) yield draw(own, size);
    // PyTorch draws here even when nothing remains to be taken, and the next user of the generator notices.
    yield draw(own, rest);
  }
}

let epochGenerator: Generator | null = null;
/** Blocks of an epoch that are drawn one by one, when somebody asks for the next. */
const MANY = 4096;

/** Makes a tensor survive the scope it was made in: the iterator that holds it may outlive that. */
export function keep(x: Tensor): Tensor {
  x.storage.visible = false;
  x.storage.holds++;
  return x;
}

/** The first `count` of a tensor's elements, instead of the tensor. */
function firstOf(all: Tensor, count: number): Tensor {
  const some = clone(narrow(all, 0, 0, count));
  free(all.storage);
  return some;
}

/**
 * Some of a dataset's indices, in random order.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log([...new torch.utils.data.SubsetRandomSampler([10, 20, 30, 40])]); // => [ 10, 20, 40, 30 ]
 * ```
 */
export class SubsetRandomSampler implements Sampler {
  /** The indices, in the order given. */
  readonly indices: readonly number[];
  /** Where it draws from, if not from the default generator. */
  readonly generator: Generator | null;

  constructor(indices: readonly number[], generator?: Generator | null | { generator?: Generator | null });
  constructor(...args: unknown[]) {
    const { indices, generator } = bindRecord('SubsetRandomSampler(indices: list, generator: generator? = null)', args);
    this.indices = indices;
    this.generator = checkGenerator('SubsetRandomSampler', generator);
  }

  /** Number of indices. */
  get length(): number {
    return this.indices.length;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const order = randperm(this.indices.length, { generator: this.generator });
    for (const place of takeNumbers(order)) yield this.indices[place];
  }
}

/** What `WeightedRandomSampler` takes, named. */
export interface WeightedSamplerOptions {
  /** Whether an index may come again; true if not given. */
  replacement?: boolean;
  /** Where to draw from; the default generator if null. */
  generator?: Generator | null;
}

/**
 * Indices drawn with the probabilities that weights give, which need not sum to 1: rare classes can come as often as
 * common ones.
 *
 * @throws TypeError or RangeError for numSamples that is no positive whole number and for weights that are no list or
 *   tensor of one dimension.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const sampler = new torch.utils.data.WeightedRandomSampler([0.1, 0.9, 0.4, 0.7, 3, 0.6], 5);
 * console.log([...sampler]); // => [ 5, 4, 4, 5, 4 ]
 * console.log([...new torch.utils.data.WeightedRandomSampler([9, 1, 0, 2], 3, { replacement: false })]);
 * // => [ 0, 1, 3 ]
 * ```
 */
export class WeightedRandomSampler implements Sampler {
  /** The weights: float64, one dimension. */
  readonly weights: Tensor;
  /** How many indices an epoch has. */
  readonly numSamples: number;
  /** Whether an index may come again. */
  readonly replacement: boolean;
  /** Where it draws from, if not from the default generator. */
  readonly generator: Generator | null;

  constructor(
    weights: readonly number[] | Tensor,
    numSamples: number,
    replacement?: boolean | WeightedSamplerOptions,
    generator?: Generator | null,
  );
  constructor(options: WeightedSamplerOptions & { weights: readonly number[] | Tensor; numSamples: number });
  constructor(...args: unknown[]) {
    const { weights, numSamples, replacement, generator } = bindRecord(
      'WeightedRandomSampler(weights: data, numSamples: int, replacement: bool = true, generator: generator? = null)',
      args,
    );
    checkPositive('numSamples', numSamples);
    const doubles = tensor(weights, { dtype: float64 });
    if (doubles.dims.length !== 1) {
      throw new RangeError(`weights should be a 1d sequence but given weights have shape (${doubles.dims.join(', ')})`);
    }
    this.weights = doubles;
    this.numSamples = numSamples;
    this.replacement = replacement;
    this.generator = checkGenerator('WeightedRandomSampler', generator);
  }

  /** How many indices an epoch has. */
  get length(): number {
    return this.numSamples;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const { weights, numSamples, replacement, generator } = this;
    const drawn = multinomial(weights, numSamples, replacement, { generator });
    yield* takeNumbers(drawn);
  }
}

/**
 * Lists of `batchSize` indices of another sampler.
 *
 * @throws RangeError when batchSize is not a positive whole number.
 * @example
 * ```ts
 * import { utils } from 'torchlet';
 * const { BatchSampler } = utils.data;
 * console.log([...new BatchSampler([5, 6, 7], 2, false)]); // => [ [ 5, 6 ], [ 7 ] ]
 * console.log(new BatchSampler([5, 6, 7], 2, true).length); // => 1
 * ```
 */
export class BatchSampler implements Sampler<number[]> {
  /** Where the indices come from. */
  readonly sampler: Sampler;
  /** Indices in a list. */
  readonly batchSize: number;
  /** Whether a last list with fewer indices is left out. */
  readonly dropLast: boolean;

  constructor(sampler: Sampler, batchSize: number, dropLast: boolean);
  constructor(sampler: Sampler, options: { batchSize: number; dropLast: boolean });
  constructor(options: { sampler: Sampler; batchSize: number; dropLast: boolean });
  constructor(...args: unknown[]) {
    const { sampler, batchSize, dropLast } = bindRecord(
      'BatchSampler(sampler: any, batchSize: int, dropLast: bool)',
      args,
    );
    checkSampler('BatchSampler', 'sampler', sampler);
    checkPositive('batchSize', batchSize);
    this.sampler = sampler as Sampler;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
  }

  /** Number of lists. */
  get length(): number {
    const count = lengthOfSampler(this.sampler) / this.batchSize;
    return this.dropLast ? Math.floor(count) : Math.ceil(count);
  }

  *[Symbol.iterator](): IterableIterator<number[]> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length === this.batchSize) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }
}

/** Throws unless the value can be iterated. */
export function checkSampler(name: string, argument: string, value: unknown): void {
  if (typeof (value as Iterable<unknown> | null | undefined)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`${name}(): ${argument} must be iterable, got ${describe(value)}`);
  }
}

/** How many a sampler gives; throws where it does not say. */
export function lengthOfSampler(sampler: Sampler<unknown>): number {
  const { length } = sampler;
  if (typeof length !== 'number') throw new TypeError(`${describe(sampler)} has no length: give the sampler one`);
  return length;
}
