/** Random tensors from PyTorch's CPU streams: mt19937 in the core, one block of state per generator. */
import { bindArgs, describe, isOptions, listAndOptions } from '../tensor/args.ts';
import { type DType, float32, float64, getDefaultDtype, int64 } from '../tensor/dtype.ts';
import type { Dims } from '../tensor/shape.ts';
import { pointerOf, type Tensor } from '../tensor/tensor.ts';
import { core } from '../wasm/core.ts';
import { type CreateOptions, dtypeOption, finish, type LikeOp } from './create.ts';
import { checkTensor, empty, freeCast } from './define.ts';
import { beginInplace, finishInplace } from './inplace.ts';
import { launchCopy } from './launch.ts';
import { free } from '../memory/storage.ts';
import { contiguous } from './copy.ts';

/** The seed that PyTorch gives a new Generator. */
const DEFAULT_SEED = 67280421310721n;

/**
 * A stream of random numbers of its own.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const generator = new torch.Generator().manualSeed(0);
 * console.log(torch.rand(2, { generator })); // => tensor([0.4963, 0.7682])
 * ```
 */
export class Generator {
  private state = 0;
  private seed: bigint;

  constructor() {
    this.seed = DEFAULT_SEED;
  }

  /** Restarts the stream: PyTorch's numbers for the same seed. Returns the generator. */
  manualSeed(seed: number | bigint): this {
    if (typeof seed !== 'bigint' && !Number.isSafeInteger(seed)) {
      throw new TypeError(`manualSeed(): expected a whole number or a BigInt, got ${describe(seed)}`);
    }
    const wide = BigInt(seed);
    if (wide < -(2n ** 63n) || wide >= 2n ** 64n) {
      throw new RangeError(`manualSeed(): Overflow when unpacking long, ${wide} does not fit 64 bits`);
    }
    this.seed = BigInt.asUintN(64, wide);
    core.seedGenerator(this.address(), Number(this.seed & 0xffffffffn) | 0, Number(this.seed >> 32n) | 0);
    return this;
  }

  /** The seed the stream was started with. */
  initialSeed(): bigint {
    return this.seed;
  }

  /** Address of the state in the core, seeded on first use. @internal */
  address(): number {
    if (this.state === 0) {
      this.state = core.allocate(core.generatorBytes());
      this.manualSeed(this.seed);
    }
    return this.state;
  }

  /** Seeds from the host's entropy, as PyTorch does in a process where `manualSeed` was never called. @internal */
  seedRandomly(): this {
    const words = crypto.getRandomValues(new Uint32Array(2));
    return this.manualSeed((BigInt(words[0]) << 32n) | BigInt(words[1]));
  }
}

let ownGenerator: Generator | null = null;

/** The generator that everything draws from where no other is named. Workers forbid entropy on import: made on use. */
export function defaultGenerator(): Generator {
  ownGenerator ??= new Generator().seedRandomly();
  return ownGenerator;
}

/**
 * Restarts the default generator: from here on the same program draws PyTorch's numbers for that seed.
 *
 * @param seed - A whole number or a BigInt of up to 64 bits.
 * @returns The default generator.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.rand(3)); // => tensor([0.4963, 0.7682, 0.0885])
 * ```
 */
export function manualSeed(seed: number | bigint): Generator {
  ownGenerator ??= new Generator();
  return ownGenerator.manualSeed(seed);
}

/**
 * The seed of the default generator.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(7);
 * console.log(torch.initialSeed()); // => 7n
 * ```
 */
export function initialSeed(): bigint {
  return defaultGenerator().initialSeed();
}

/** What random functions take, named. */
export interface RandomOptions extends CreateOptions {
  generator?: Generator | null;
}

const RANDOM = ['dtype', 'requiresGrad', 'device', 'generator'];

function addressOf(name: string, generator: unknown): number {
  if (generator === undefined || generator === null) return defaultGenerator().address();
  if (!(generator instanceof Generator)) {
    throw new TypeError(`${name}(): generator must be a torch.Generator, got ${describe(generator)}`);
  }
  return generator.address();
}

/** Random functions that take a shape. */
export type RandomShapeOp = {
  (...shape: number[]): Tensor;
  (...args: [...shape: number[], options: RandomOptions]): Tensor;
  (shape: readonly number[], options?: RandomOptions): Tensor;
};

type Draw = (generator: number, dtype: number, n: number, out: number) => void;

function floating(name: string, draw: Draw): [RandomShapeOp, LikeOp] {
  const make = (dims: Dims, dtype: DType, label: string, options: RandomOptions): Tensor => {
    if (!dtype.isFloatingPoint) throw new TypeError(`"${label}" not implemented for '${dtype.name}'`);
    for (const size of dims) if (size < 0) throw new RangeError(`${label}(): negative dimension ${size}`);
    const out = empty([...dims], dtype);
    if (out.count > 0) draw(addressOf(label, options.generator), dtype.code, out.count, pointerOf(out));
    return finish(out, label, options);
  };
  const shaped = (...args: unknown[]): Tensor => {
    const [dims, options] = listAndOptions(name, RANDOM, args);
    return make(dims, dtypeOption(name, options.dtype, getDefaultDtype()), name, options as RandomOptions);
  };
  const like: LikeOp = (input, options = {}) => {
    bindArgs(`${name}Like`, RANDOM, [options]);
    return make(input.dims, dtypeOption(name, options.dtype, input.dtype), `${name}Like`, options);
  };
  return [shaped as RandomShapeOp, like];
}

const [uniformOf, uniformLike] = floating('rand', (g, dtype, n, out) => core.uniform(g, dtype, n, out, 0, 1));
const [normalOf, normalLike] = floating('randn', (g, dtype, n, out) => core.normal(g, dtype, n, out, 0, 1));

/**
 * Uniform on [0, 1).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.rand(2)); // => tensor([0.4963, 0.7682])
 * ```
 */
export const rand: RandomShapeOp = uniformOf;
/** Uniform on [0, 1), in the shape and dtype of another tensor. */
export const randLike: LikeOp = uniformLike;
/**
 * Normal with mean 0 and standard deviation 1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.randn(2)); // => tensor([ 1.5410, -0.2934])
 * ```
 */
export const randn: RandomShapeOp = normalOf;
/** Normal with mean 0 and standard deviation 1, in the shape and dtype of another tensor. */
export const randnLike: LikeOp = normalLike;

/** A 64-bit integer as two 32-bit words. */
function words(value: bigint): [low: number, high: number] {
  const unsigned = BigInt.asUintN(64, value);
  return [Number(unsigned & 0xffffffffn) | 0, Number(unsigned >> 32n) | 0];
}

function drawIntegers(generator: number, x: Tensor, low: number, high: number): void {
  if (x.count === 0) return;
  const [lowLow, lowHigh] = words(BigInt(low));
  const [rangeLow, rangeHigh] = words(BigInt(high) - BigInt(low));
  core.randint(generator, x.dtype.code, x.count, pointerOf(x), lowLow, lowHigh, rangeLow, rangeHigh);
}

/**
 * Integers from low (default 0) up to, but not including, high; int64.
 *
 * @throws RangeError when there is no integer in between.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.randint(10, [4])); // => tensor([4, 9, 3, 0])
 * ```
 */
export function randint(high: number, size: readonly number[], options?: RandomOptions): Tensor;
export function randint(low: number, high: number, size: readonly number[], options?: RandomOptions): Tensor;
export function randint(...args: unknown[]): Tensor {
  const options = (isOptions(args[args.length - 1]) ? args.pop() : {}) as RandomOptions;
  bindArgs('randint', RANDOM, [options]);
  const size = args.pop();
  const [low, high] = args.length === 2 ? args : [0, args[0]];
  if (!Array.isArray(size)) throw new TypeError(`randint(): argument 'size' must be a list of integers, got ${describe(size)}`);
  for (const bound of [low, high]) {
    if (!Number.isSafeInteger(bound)) throw new TypeError(`randint(): bounds must be whole numbers, got ${describe(bound)}`);
  }
  if ((low as number) >= (high as number)) {
    throw new RangeError(`random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`);
  }
  const out = empty([...(size as number[])], dtypeOption('randint', options.dtype, int64));
  drawIntegers(addressOf('randint', options.generator), out, low as number, high as number);
  return finish(out, 'randint', options);
}

/**
 * The numbers 0 to n - 1 in random order; int64.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.randperm(4)); // => tensor([0, 1, 3, 2])
 * ```
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  bindArgs('randperm', RANDOM, [options]);
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`n must be non-negative, got ${describe(n)}`);
  const indices = empty([n], int64);
  if (n > 0) core.randperm(addressOf('randperm', options.generator), n, pointerOf(indices));
  const dtype = dtypeOption('randperm', options.dtype, int64);
  if (dtype === int64) return finish(indices, 'randperm', options);
  const out = empty([n], dtype);
  launchCopy(out, indices);
  free(indices.storage);
  return finish(out, 'randperm', options);
}

/** Fills self in place by `draw`, which wants contiguous memory; anything else is drawn beside it and copied. */
function fillBy(self: Tensor, name: string, draw: (target: Tensor) => void): Tensor {
  checkTensor(self, name);
  beginInplace(self, name);
  if (self.dense) {
    if (self.count > 0) draw(self);
  } else {
    const beside = empty(self.dims, self.dtype);
    if (self.count > 0) draw(beside);
    launchCopy(self, beside);
    free(beside.storage);
  }
  finishInplace(self, null);
  return self;
}

function checkFloating(self: Tensor, name: string): void {
  checkTensor(self, name);
  if (self.dtype !== float32 && self.dtype !== float64) {
    throw new TypeError(`"${name}" not implemented for '${self.dtype.name}'`);
  }
}

/** What in-place random fills take, named. */
export interface FillOptions {
  generator?: Generator | null;
}

/** Fills with uniform numbers from `from` (default 0) to `to` (default 1). Returns the tensor. */
export function uniform_(self: Tensor, from = 0, to = 1, options: FillOptions = {}): Tensor {
  bindArgs('uniform_', ['generator'], [options]);
  checkFloating(self, 'uniform_');
  if (!(from <= to)) {
    throw new RangeError(`uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}`);
  }
  const generator = addressOf('uniform_', options.generator);
  return fillBy(self, 'uniform_', (x) => core.uniform(generator, x.dtype.code, x.count, pointerOf(x), from, to));
}

/** Fills with normal numbers of `mean` (default 0) and standard deviation `std` (default 1). Returns the tensor. */
export function normal_(self: Tensor, mean = 0, std = 1, options: FillOptions = {}): Tensor {
  bindArgs('normal_', ['generator'], [options]);
  checkFloating(self, 'normal_');
  if (!(std >= 0)) throw new RangeError(`normal expects std >= 0.0, but found std ${std}`);
  const generator = addressOf('normal_', options.generator);
  return fillBy(self, 'normal_', (x) => core.normal(generator, x.dtype.code, x.count, pointerOf(x), mean, std));
}

/** Fills with 1 with probability p (default 0.5) and 0 otherwise. Returns the tensor. */
export function bernoulli_(self: Tensor, p = 0.5, options: FillOptions = {}): Tensor {
  bindArgs('bernoulli_', ['generator'], [options]);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`bernoulli_ expects p to be in [0, 1], but got p=${p}`);
  const generator = addressOf('bernoulli_', options.generator);
  return fillBy(self, 'bernoulli_', (x) => core.bernoulli(generator, x.dtype.code, x.count, pointerOf(x), p));
}

/** Fills with integers: of the dtype's whole range, or from `from` up to, not including, `to`. Returns the tensor. */
export function random_(self: Tensor, from?: number, to?: number, options: FillOptions = {}): Tensor {
  bindArgs('random_', ['generator'], [options]);
  const generator = addressOf('random_', options.generator);
  return fillBy(self, 'random_', (x) => {
    if (from === undefined) core.randomFull(generator, x.dtype.code, x.count, pointerOf(x));
    else drawIntegers(generator, x, to === undefined ? 0 : from, to ?? from);
  });
}

/**
 * 1 with the probability that each element of input gives, otherwise 0.
 *
 * @param input - Probabilities, floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.bernoulli(torch.tensor([0, 1]))); // => tensor([0., 1.])
 * ```
 */
export function bernoulli(input: Tensor, options: FillOptions = {}): Tensor {
  bindArgs('bernoulli', ['generator'], [options]);
  checkFloating(input, 'bernoulli');
  const source = contiguous(input.detach());
  const out = empty(input.dims, input.dtype);
  if (out.count > 0) {
    const generator = addressOf('bernoulli', options.generator);
    const po = pointerOf(out);
    core.bernoulliTensor(generator, input.dtype.code, out.count, po, pointerOf(source));
  }
  if (source.storage !== input.storage) freeCast(source, input);
  return out;
}
