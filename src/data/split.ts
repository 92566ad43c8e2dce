/** scikit-learn's `train_test_split`. */
import { tensor } from '../ops/create/from-data.ts';
import { Generator, randperm } from '../ops/random/random.ts';
import { indexSelect } from '../ops/select/gather.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { int64 } from '../tensor/dtype.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { takeNumbers } from './dataset.ts';
import { uniqueSorted } from './labels.ts';
import { checkGenerator } from './sampler.ts';

/** What can be split: a list, or a tensor by its rows. */
export type Splittable = readonly unknown[] | Tensor;

/** What `trainTestSplit` takes, named. */
export interface TrainTestOptions {
  /** Samples in the test part, or a fraction; what the train part leaves, or 0.25, if not given. */
  testSize?: number | null;
  /** Samples in the train part, or a fraction; what the test part leaves if not given. */
  trainSize?: number | null;
  /** Whether the samples are shuffled first; true if not given. */
  shuffle?: boolean;
  /** Labels whose shares both parts shall have. */
  stratify?: readonly (string | number)[] | Tensor | null;
  /** A seed, for a split that is the same each time; the order is torchlet's, not scikit-learn's. */
  randomState?: number | null;
  /** Where to draw from instead; the default generator if neither is given. */
  generator?: Generator | null;
}

function lengthOf(x: unknown): number {
  if (x instanceof Tensor && x.dims.length > 0) return x.dims[0];
  if (Array.isArray(x)) return x.length;
  throw new TypeError(`trainTestSplit(): expected lists and tensors with rows, got ${describe(x)}`);
}

/** A part's size from a count or a fraction of n; null where none is given. */
function sizeOf(name: string, size: number | null, n: number, round: (x: number) => number): number | null {
  if (size === null) return null;
  const isCount = Number.isInteger(size) && size >= 1;
  if (isCount ? size >= n : !(size > 0 && size < 1)) {
    throw new RangeError(
      `${name}=${size} should be either positive and smaller than the number of samples ${n} or a number in the ` +
        '(0, 1) range',
    );
  }
  return isCount ? size : round(size * n);
}

/** How many samples go to each part. */
function sizes(n: number, testSize: number | null, trainSize: number | null): [train: number, test: number] {
  let test = sizeOf('testSize', testSize, n, Math.ceil);
  let train = sizeOf('trainSize', trainSize, n, Math.floor);
  if (train === null && test === null) test = Math.ceil(0.25 * n);
  train ??= n - (test as number);
  test ??= n - train;
  if (train + test > n) {
    throw new RangeError(
      `The sum of trainSize and testSize = ${train + test}, should be smaller than the number of samples ${n}. ` +
        'Reduce testSize and/or trainSize.',
    );
  }
  if (train === 0) {
    throw new RangeError(
      `With n_samples=${n}, testSize=${testSize} and trainSize=${trainSize}, the resulting train set ` +
        'will be empty. Adjust any of the aforementioned parameters.',
    );
  }
  return [train, test];
}

type Permute = (n: number) => number[];

/** A whole share of `draws` for each count; what rounding leaves goes to the largest remainders, ties are drawn. */
function shares(counts: readonly number[], draws: number, permute: Permute): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  const exact = counts.map((count) => (count / total) * draws);
  const out = exact.map(Math.floor);
  let missing = draws - out.reduce((a, b) => a + b, 0);
  const remainders = exact.map((value, i) => value - out[i]);
  for (const remainder of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (missing <= 0) break;
    const tied = [...remainders.keys()].filter((i) => remainders[i] === remainder);
    const chosen = tied.length > missing ? permute(tied.length).map((i) => tied[i]) : tied;
    for (const i of chosen.slice(0, missing)) out[i]++;
    missing -= Math.min(missing, tied.length);
  }
  return out;
}

/** Places for the two parts with the labels' shares in both, in random order. */
function stratified(
  labels: readonly (string | number)[],
  train: number,
  test: number,
  permute: Permute,
): [number[], number[]] {
  const classes = uniqueSorted(labels);
  const members = new Map(classes.map((label): [string | number, number[]] => [label, []]));
  for (const [i, label] of labels.entries()) members.get(label)?.push(i);
  const counts = [...members.values()].map(({ length }) => length);
  const rare = counts.findIndex((count) => count < 2);
  if (rare >= 0) {
    throw new RangeError(
      'The least populated class in y has only 1 member, which is too few. The minimum number of groups for any ' +
        `class cannot be less than 2: ${describe(classes[rare])}`,
    );
  }
  for (const [name, size] of [
    ['trainSize', train],
    ['testSize', test],
  ] as const) {
    if (size < classes.length) {
      throw new RangeError(
        `The ${name} = ${size} should be greater or equal to the number of classes = ${classes.length}`,
      );
    }
  }
  const toTrain = shares(counts, train, permute);
  const toTest = shares(
    counts.map((count, i) => count - toTrain[i]),
    test,
    permute,
  );
  const parts: [number[], number[]] = [[], []];
  for (const [i, places] of [...members.values()].entries()) {
    const order = permute(places.length).map((j) => places[j]);
    parts[0].push(...order.slice(0, toTrain[i]));
    parts[1].push(...order.slice(toTrain[i], toTrain[i] + toTest[i]));
  }
  return parts.map((part) => permute(part.length).map((i) => part[i])) as [number[], number[]];
}

function labelsOf(stratify: unknown, n: number): (string | number)[] {
  const list: unknown = stratify instanceof Tensor ? stratify.tolist() : stratify;
  if (!Array.isArray(list) || list.some((label) => typeof label !== 'string' && typeof label !== 'number')) {
    throw new TypeError(`trainTestSplit(): stratify must be a list of labels, got ${describe(stratify)}`);
  }
  if (list.length !== n) {
    throw new RangeError(`Found input variables with inconsistent numbers of samples: [${n}, ${list.length}]`);
  }
  return list as (string | number)[];
}

/**
 * Splits lists and tensors, all in the same way, into a part to train with and a part to test with.
 *
 * @param arrays - Lists, or tensors by their rows, of equal length.
 * @returns For each, its train part, then its test part.
 * @throws RangeError for lengths that differ and sizes that leave a part empty; with stratify for a label that occurs
 *   once and for parts smaller than the number of labels.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.arange(8).view(8, 1);
 * const y = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'];
 * const generator = new torch.Generator().manualSeed(0);
 * const [xTrain, xTest, yTrain, yTest] = torch.trainTestSplit(x, y, { testSize: 0.25, stratify: y, generator });
 * console.log(String(xTrain.shape), String(xTest.shape)); // => torch.Size([6, 1]) torch.Size([2, 1])
 * console.log(yTrain.length, yTest.sort()); // => 6 [ 'a', 'b' ]
 * ```
 */
export function trainTestSplit<A extends Splittable>(a: A, options?: TrainTestOptions): [train: Part<A>, test: Part<A>];
export function trainTestSplit<A extends Splittable, B extends Splittable>(
  a: A,
  b: B,
  options?: TrainTestOptions,
): [aTrain: Part<A>, aTest: Part<A>, bTrain: Part<B>, bTest: Part<B>];
export function trainTestSplit<A extends Splittable, B extends Splittable, C extends Splittable>(
  a: A,
  b: B,
  c: C,
  options?: TrainTestOptions,
): [aTrain: Part<A>, aTest: Part<A>, bTrain: Part<B>, bTest: Part<B>, cTrain: Part<C>, cTest: Part<C>];
export function trainTestSplit(...args: unknown[]): unknown[] {
  const hasOptions = isOptions(args[args.length - 1]);
  const arrays = hasOptions ? args.slice(0, -1) : args;
  const {
    testSize,
    trainSize,
    shuffle,
    stratify,
    generator: given,
    randomState: seed,
  } = bindRecord(
    'trainTestSplit(*, testSize: float? = null, trainSize: float? = null, shuffle: bool = true, stratify: any = null, generator: generator? = null, randomState: int? = null)',
    hasOptions ? [args[args.length - 1]] : [],
  );
  if (arrays.length === 0) throw new TypeError('At least one array required as input');
  const lengths = arrays.map(lengthOf);
  const [n] = lengths;
  if (lengths.some((length) => length !== n)) {
    throw new RangeError(`Found input variables with inconsistent numbers of samples: [${lengths.join(', ')}]`);
  }
  if (given && seed !== null) throw new RangeError('trainTestSplit(): randomState and generator exclude each other');
  const generator = seed === null ? checkGenerator('trainTestSplit', given) : new Generator().manualSeed(seed);
  const [train, test] = sizes(n, testSize, trainSize);
  const permute: Permute = (count) => takeNumbers(randperm(count, { generator }));
  let parts: [number[], number[]];
  if (stratify !== null) {
    if (!shuffle) throw new RangeError('Stratified train/test split is not implemented for shuffle=false');
    parts = stratified(labelsOf(stratify, n), train, test, permute);
  } else {
    const order = shuffle ? permute(n) : Array.from({ length: n }, (_, i) => i);
    // Shuffled, scikit-learn takes the test part first; in order, the train part.
    parts = shuffle
      ? [order.slice(test, test + train), order.slice(0, test)]
      : [order.slice(0, train), order.slice(train, train + test)];
  }
  return arrays.flatMap((x) => parts.map((places) => take(x as Splittable, places)));
}

/** A part of what is split: a list of the same elements, or a tensor. */
export type Part<A extends Splittable> = A extends Tensor ? Tensor : A extends readonly (infer E)[] ? E[] : never;

function take(x: Splittable, places: readonly number[]): unknown {
  if (!(x instanceof Tensor)) return places.map((place) => x[place]);
  const index = tensor(places, { dtype: int64 });
  const part = indexSelect(x, 0, index);
  index.dispose();
  return part;
}
