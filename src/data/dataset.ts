/**
 * Datasets: anything with a `length` and `at(i)`. A plain array is one, a tensor is one (its rows), and so is whatever
 * extends `Dataset`.
 */
import { type Generator, randperm } from '../ops/random/random.ts';
import type { Index } from '../ops/select/index.ts';
import { indexing } from '../ops/select/indexing.ts';
import { select } from '../ops/view/slice.ts';
import { describe } from '../tensor/args.ts';
import { type BoundRecord, bindRecord, signatureOf } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';

/** What a `DataLoader` can read: a list, rows of a tensor, or an object with `length` and `at(i)`. */
export type DatasetLike<S> =
  | readonly S[]
  | { readonly length: number; at(index: number): S | undefined }
  | (Tensor & Iterable<S>);

/** One tensor for each tensor of T. */
export type Rows<T extends readonly unknown[]> = { -readonly [K in keyof T]: Tensor };

/** Number of samples. */
export function lengthOf(dataset: DatasetLike<unknown>): number {
  return dataset instanceof Tensor ? dataset.size(0) : (dataset as { length: number }).length;
}

/** Sample `index`; throws where a list would silently give undefined. */
export function sampleOf<S>(dataset: DatasetLike<S>, index: number): S {
  if (Array.isArray(dataset) || ArrayBuffer.isView(dataset)) {
    const length = lengthOf(dataset);
    if (!inRange(index, length))
      throw new RangeError(`list index out of range: ${describe(index)} in a list of ${length}`);
  }
  return (dataset as { at(index: number): S }).at(index);
}

/** The samples at these places, which may count from the end: at once where the dataset has PyTorch's `getitems`. */
export function samplesOf<S>(dataset: DatasetLike<S>, places: readonly number[]): S[] {
  const { getitems } = dataset as { getitems?: (places: readonly number[]) => S[] };
  if (typeof getitems === 'function') return getitems.call(dataset, places);
  if (dataset instanceof Subset && dataset.at === Subset.prototype.at) {
    return samplesOf(dataset.dataset as DatasetLike<S>, samplesOf(dataset.indices, places));
  }
  return places.map((place) => sampleOf(dataset, place));
}

/** Whether a list of `length` has a place `index`, which may count from the end. */
function inRange(index: number, length: number): boolean {
  return Number.isInteger(index) && index >= -length && index < length;
}

/** Whether a value can be used as a dataset. */
export function isDataset(value: unknown): value is DatasetLike<unknown> {
  if (value instanceof Tensor) return value.dims.length > 0;
  if (typeof value !== 'object' || value === null) return false;
  const { length, at: read } = value as { length?: unknown; at?: unknown };
  return Number.isInteger(length) && (length as number) >= 0 && typeof read === 'function';
}

/** Throws unless the value can be used as a dataset. */
export function checkDataset(
  name: string,
  value: unknown,
  argument = 'dataset',
): asserts value is DatasetLike<unknown> {
  if (isDataset(value)) return;
  const { length, at: read } = Object(value) as { length?: unknown; at?: unknown };
  const found =
    typeof value === 'object' && value !== null && !(value instanceof Tensor)
      ? ` with length ${describe(length)} and at ${describe(read)}`
      : '';
  throw new TypeError(
    `${name}(): ${argument} must be a list, a tensor, or an object with length (a whole number, not a method) and ` +
      `at(index)${name === 'DataLoader' ? ', or an iterable of samples' : ''}; got ${describe(value)}${found}`,
  );
}

/** `bindRecord` for what takes a dataset first, which may itself be a plain object. */
export function bindDataset<S extends string>(text: S, args: readonly unknown[], caller?: string): BoundRecord<S> {
  const [{ name }] = signatureOf(text).parameters;
  return bindRecord(text, args.length === 1 && isDataset(args[0]) ? [{ [name]: args[0] }] : args, caller);
}

/**
 * Base class of datasets: a subclass says how many samples there are and gives each of them.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * class Squares extends torch.Dataset<torch.Tensor> {
 *   get length() {
 *     return 3;
 *   }
 *   at(i: number) {
 *     return torch.tensor([i, i * i]);
 *   }
 * }
 * const [batch] = new torch.DataLoader(new Squares(), { batchSize: 3 });
 * console.log(batch.tolist()); // => [ [ 0, 0 ], [ 1, 1 ], [ 2, 4 ] ]
 * ```
 */
export abstract class Dataset<S = unknown> {
  /** Number of samples. */
  abstract get length(): number;

  /** Sample `index`, from 0 to length - 1. */
  abstract at(index: number): S;

  /** Iterating gives the samples in order. */
  *[Symbol.iterator](): IterableIterator<ReturnType<this['at']>> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as ReturnType<this['at']>;
  }
}

/**
 * Tensors of equally many rows, read together: sample i is row i of each.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const dataset = new torch.TensorDataset(torch.tensor([[1, 2], [3, 4]]), torch.tensor([0, 1]));
 * const [x, y] = dataset.at(-1);
 * console.log(dataset.length, x, y); // => 2 tensor([3., 4.]) tensor(1.)
 * ```
 */
export class TensorDataset<T extends readonly Tensor[] = readonly Tensor[]> extends Dataset<Rows<T>> {
  /** The tensors, as given. */
  readonly tensors: T;

  /**
   * @param tensors - One or more of any dtype; dimension 0 counts the samples.
   * @throws RangeError when their first sizes differ; TypeError for what is no tensor.
   */
  constructor(...tensors: T) {
    super();
    if (tensors.length === 0) throw new TypeError('TensorDataset(): expected at least one tensor');
    for (const x of tensors) {
      if (!(x instanceof Tensor)) throw new TypeError(`TensorDataset(): expected tensors, got ${describe(x)}`);
      if (x.dims.length === 0) throw new RangeError('TensorDataset(): a 0-dimensional tensor has no rows');
    }
    const sizes = tensors.map((x) => x.dims[0]);
    if (sizes.some((size) => size !== sizes[0])) {
      throw new RangeError(`Size mismatch between tensors: their first dimensions are ${sizes.join(', ')}`);
    }
    this.tensors = tensors;
  }

  override get length(): number {
    return (this.tensors[0] as Tensor).dims[0];
  }

  /**
   * Row `index` of each tensor, as views; negative counts from the end. Where `torchlet/methods` is imported, as `torchlet`
   * does, it takes whatever else `Tensor.at` takes.
   *
   * @throws RangeError when there is no such row; TypeError for an index of another kind.
   */
  override at(index: Index): Rows<T> {
    const take = Number.isInteger(index) ? (x: Tensor) => select(x, 0, index as number) : taking(index);
    return this.tensors.map(take) as Rows<T>;
  }
}

/** Takes what is no number from each tensor. */
function taking(index: Index): (x: Tensor) => Tensor {
  const { at } = indexing;
  if (at !== null) return (x) => at(x, index);
  throw new TypeError(
    `TensorDataset.at(): index must be a whole number, got ${describe(index)}; ranges, masks and tensors of places need ` +
      "import 'torchlet/methods' (or 'torchlet')",
  );
}

/**
 * The samples of a dataset at given places.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const subset = new torch.Subset(['a', 'b', 'c'], [2, 0]);
 * console.log(subset.length, [...subset]); // => 2 [ 'c', 'a' ]
 * ```
 */
export class Subset<S = unknown> extends Dataset<S> {
  /** The whole. */
  readonly dataset: DatasetLike<S>;
  /** Places in it. */
  readonly indices: readonly number[];

  /**
   * @param dataset - Any dataset.
   * @param indices - Whole numbers, or an int64 tensor of one dimension; negative ones count from the end.
   * @throws TypeError for an index that is no whole number.
   */
  constructor(dataset: DatasetLike<S>, indices: readonly number[] | Tensor) {
    super();
    checkDataset('Subset', dataset);
    const list = indices instanceof Tensor ? indices.tolist() : indices;
    if (!Array.isArray(list)) throw new TypeError(`Subset(): indices must be a list, got ${describe(indices)}`);
    const bad = list.findIndex((index) => !Number.isInteger(index));
    if (bad >= 0) throw new TypeError(`Subset(): indices must be whole numbers, got ${describe(list[bad])} at ${bad}`);
    this.dataset = dataset;
    this.indices = list as number[];
  }

  override get length(): number {
    return this.indices.length;
  }

  /** The dataset's sample at the index-th place; negative counts from the end. */
  override at(index: number): S {
    return sampleOf(this.dataset, sampleOf<number>(this.indices, index));
  }
}

/**
 * Several datasets as one, one after the other.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const both = new torch.ConcatDataset([['a', 'b'], ['c']]);
 * console.log(both.length, both.at(2), [...both]); // => 3 c [ 'a', 'b', 'c' ]
 * ```
 */
export class ConcatDataset<S = unknown> extends Dataset<S> {
  /** The parts. */
  readonly datasets: readonly DatasetLike<S>[];
  /** Number of samples up to the end of each part. */
  readonly cumulativeSizes: readonly number[];

  /**
   * @param datasets - A list of one or more; a stream is none, as it has no places.
   * @throws TypeError for none, and for what cannot be read by place.
   */
  constructor(datasets: Iterable<DatasetLike<S>>, ...rest: never[]) {
    super();
    if (rest.length > 0 || typeof datasets !== 'object' || datasets === null || !(Symbol.iterator in datasets)) {
      throw new TypeError(`ConcatDataset(): expected one list of datasets, got ${[datasets, ...rest].map(describe)}`);
    }
    const parts = [...datasets];
    if (parts.length === 0) throw new TypeError('datasets should not be an empty iterable');
    for (const part of parts) checkDataset('ConcatDataset', part, 'each of datasets');
    let total = 0;
    this.datasets = parts;
    this.cumulativeSizes = parts.map((part) => {
      total += lengthOf(part);
      return total;
    });
  }

  override get length(): number {
    return this.cumulativeSizes[this.cumulativeSizes.length - 1];
  }

  /** Sample `index` of all; negative counts from the end. */
  override at(index: number): S {
    const { length, datasets, cumulativeSizes } = this;
    if (!inRange(index, length)) {
      throw new RangeError(`absolute value of index should not exceed dataset length: ${describe(index)} of ${length}`);
    }
    const place = index < 0 ? index + length : index;
    const part = cumulativeSizes.findIndex((end) => place < end);
    return sampleOf(datasets[part], place - (cumulativeSizes[part - 1] ?? 0));
  }
}

/** What `randomSplit` takes, named. */
export interface SplitOptions {
  /** Where the permutation is drawn from; the default generator if none is named. */
  generator?: Generator | null;
}

/** One subset for each length. */
type Parts<S, L extends readonly unknown[]> = { -readonly [K in keyof L]: Subset<S> };

/**
 * Splits a dataset at random into subsets that do not overlap, with the permutation that PyTorch draws.
 *
 * @param dataset - Any dataset.
 * @param lengths - Sample counts that sum to the dataset's length, or fractions that sum to 1: each gets
 *   ⌊fraction · length⌋ samples, and what remains is handed out one by one from the first.
 * @throws RangeError when they sum to something else.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const generator = new torch.Generator().manualSeed(42);
 * const [train, test] = torch.randomSplit(['a', 'b', 'c', 'd', 'e'], [0.6, 0.4], { generator });
 * console.log([...train], [...test]); // => [ 'c', 'e', 'd' ] [ 'a', 'b' ]
 * ```
 */
export function randomSplit<S, const L extends readonly number[]>(
  dataset: DatasetLike<S>,
  lengths: L,
  generator?: Generator | null | SplitOptions,
): Parts<S, L>;
export function randomSplit<S, const L extends readonly number[]>(options: {
  dataset: DatasetLike<S>;
  lengths: L;
  generator?: Generator | null;
}): Parts<S, L>;
export function randomSplit<S>(...args: unknown[]): Subset<S>[] {
  const { dataset, lengths, generator } = bindDataset(
    'randomSplit(dataset: any, lengths: floats, generator: generator? = null)',
    args,
  );
  checkDataset('randomSplit', dataset);
  const total = lengthOf(dataset);
  const counts = splitCounts(lengths, total);
  const order = randperm(total, { generator });
  const indices = takeNumbers(order);
  let from = 0;
  return counts.map((count) => {
    from += count;
    return new Subset(dataset as DatasetLike<S>, indices.slice(from - count, from));
  });
}

/** The elements of an int64 tensor that nobody else needs, which is freed. */
export function takeNumbers(x: Tensor): number[] {
  const numbers = Array.from(x.toTypedArray() as BigInt64Array, Number);
  x.dispose();
  return numbers;
}

/** Sample counts from counts or fractions, checked. */
function splitCounts(lengths: readonly number[], total: number): readonly number[] {
  let counts = lengths;
  const sum = counts.reduce((a, b) => a + b, 0);
  // Python's math.isclose, with its default relative tolerance.
  if (Math.abs(sum - 1) <= 1e-9 * Math.max(Math.abs(sum), 1) && sum <= 1) {
    counts.forEach((fraction, i) => {
      if (fraction < 0 || fraction > 1) throw new RangeError(`Fraction at index ${i} is not between 0 and 1`);
    });
    const whole = lengths.map((fraction) => Math.floor(total * fraction));
    const rest = total - whole.reduce((a, b) => a + b, 0);
    for (let i = 0; i < rest; i++) whole[i % whole.length]++;
    counts = whole;
  } else if (sum !== total) {
    throw new RangeError(
      'Sum of input lengths does not equal the length of the input dataset! ' +
        `[${counts.join(', ')}] sums to ${sum}, the dataset has ${total}`,
    );
  }
  const bad = counts.find((count) => !Number.isInteger(count) || count < 0);
  if (bad !== undefined) throw new RangeError(`randomSplit(): lengths must be whole and not negative, got ${bad}`);
  return counts;
}
