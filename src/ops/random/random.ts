/** Random tensors from PyTorch's CPU streams: a shape in, numbers out. */
import { within } from '../../memory/errors.ts';
import { free } from '../../memory/storage.ts';
import { type ArgsAnd, bind, bindArgs, describe, isOptions, refuseUnnamed, withOptions } from '../../tensor/args.ts';
import { bool, type DType, int64 } from '../../tensor/dtype.ts';
import type { Dims } from '../../tensor/shape.ts';
import { Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import {
  type CreateOptions,
  checkSize,
  dtypeOption,
  finish,
  type LikeOp,
  type ShapeOp,
  shapedAndLike,
} from '../create/create.ts';
import { checkTensor, empty, emptyStrided, refuseDtype } from '../define.ts';
import { launchCopy } from '../launch.ts';
import { keptStrides } from '../order.ts';
import { type Generator, generatorOption } from './generator.ts';
import { checkIntegers, drawIntegers, drawNormal, largest } from './random-fill.ts';

export * from './generator.ts';
export * from './random-fill.ts';
export * from './sampling.ts';

/** What random functions take, named. */
export interface RandomOptions extends CreateOptions {
  generator?: Generator | null;
}

const RANDOM = ['dtype', 'requiresGrad', 'device', 'generator'];

/** Random functions that take a shape. */
export type RandomShapeOp = ShapeOp<RandomOptions>;

type Draw = (generator: Generator, out: Tensor) => void;

function floating(name: string, draw: Draw): [RandomShapeOp, LikeOp] {
  const make = (dims: Dims, strides: Dims | null, dtype: DType, label: string, options: RandomOptions): Tensor => {
    if (!dtype.isFloatingPoint) refuseDtype(label, dtype);
    for (const size of dims) if (size < 0) throw new RangeError(`${label}(): negative dimension ${size}`);
    const generator = generatorOption(label, options.generator);
    const out = emptyStrided(dims, strides, dtype, label);
    if (out.count > 0) draw(generator, out);
    return finish(out, label, options);
  };
  return shapedAndLike(name, RANDOM, make);
}

const [uniformOf, uniformLike] = floating('rand', (generator, out) => {
  core.uniform(generator.address(), out.dtype.code, out.count, targetOf(out), 0, 1);
});
const [normalOf, normalLike] = floating('randn', (generator, out) => drawNormal(generator, out, 0, 1, out.dense));

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
/**
 * Uniform on [0, 1), in the shape and dtype of another tensor.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.randLike(torch.zeros(2))); // => tensor([0.4963, 0.7682])
 * ```
 */
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
/**
 * Normal with mean 0 and standard deviation 1, in the shape and dtype of another tensor.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.randnLike(torch.zeros(2))); // => tensor([ 1.5410, -0.2934])
 * ```
 */
export const randnLike: LikeOp = normalLike;

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
export function randint(
  ...args: ArgsAnd<RandomOptions, 'low high size', [low: number, high: number, size: readonly number[]]>
): Tensor;
export function randint(options: { high: number; size: readonly number[] } & RandomOptions): Tensor;
export function randint(high: number, options: { size: readonly number[] } & RandomOptions): Tensor;
export function randint(...args: unknown[]): Tensor {
  const options = (isOptions(args[args.length - 1]) ? args.pop() : {}) as RandomOptions & Record<string, unknown>;
  const own = Array.isArray(args[args.length - 1]) ? args.pop() : undefined;
  const [size, low, high] = boundsOf('randint', 'size', own, args, options);
  checkSize('randint', size);
  return integers('randint', [...size], null, low, high, options, int64);
}

/** What stands beside the bounds, and the bounds, among positions and options: one alone is the upper one. */
function boundsOf(
  name: string,
  beside: string,
  given: unknown,
  args: readonly unknown[],
  options: Record<string, unknown>,
): readonly unknown[] {
  const bounds = args.length === 1 && !('high' in options) ? [undefined, args[0]] : args;
  const [first, low = 0, high] = bind(name, [beside, 'low', 'high', ...RANDOM], [given, ...bounds, options]);
  return [first, low, high];
}

/** Integers in [low, high), checked. */
function integers(
  name: string,
  size: Dims,
  strides: Dims | null,
  low: unknown,
  high: unknown,
  options: RandomOptions,
  otherwise: DType,
): Tensor {
  const dtype = dtypeOption(name, options.dtype, otherwise);
  const bounds = checkIntegers(name, dtype, low, high);
  const generator = generatorOption(name, options.generator);
  const out = emptyStrided(size, strides, dtype, name);
  drawIntegers(generator, out, ...bounds);
  return finish(out, name, options);
}

/**
 * Integers from low (default 0) up to, but not including, high, in the shape and dtype of another tensor.
 *
 * @throws RangeError when there is no integer in between.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.randintLike(torch.zeros(4), 10)); // => tensor([4., 9., 3., 0.])
 * ```
 */
export function randintLike(input: Tensor, high: number, options?: RandomOptions): Tensor;
export function randintLike(input: Tensor, low: number, high: number, options?: RandomOptions): Tensor;
export function randintLike(input: Tensor, options: RandomOptions & { low?: number; high: number }): Tensor;
export function randintLike(input: Tensor, ...args: unknown[]): Tensor {
  if (!(input instanceof Tensor)) {
    const { input: like, ...others } = isOptions(input) ? input : { input };
    checkTensor(like, 'randintLike');
    return (randintLike as (...all: unknown[]) => Tensor)(like, others);
  }
  const options = (isOptions(args[args.length - 1]) ? args.pop() : {}) as RandomOptions & Record<string, unknown>;
  refuseUnnamed('randintLike', args[2]);
  const [, low, high] = boundsOf('randintLike', 'input', input, args, options);
  return within('randintLike', () =>
    integers('randintLike', input.dims, keptStrides(input), low, high, options, input.dtype),
  );
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
export const randperm: (...args: ArgsAnd<RandomOptions, 'n', [n: number]>) => Tensor = withOptions(
  'randperm',
  'n',
  permutation,
);

function permutation(n: number, options: RandomOptions = {}): Tensor {
  bindArgs('randperm', RANDOM, [options]);
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`n must be non-negative, got ${describe(n)}`);
  const dtype = dtypeOption('randperm', options.dtype, int64);
  if (dtype === bool) refuseDtype('randperm', bool);
  if (n > 0 && BigInt(n - 1) > largest(dtype)) {
    throw new RangeError(`randperm(): n is too large for result tensor type ${dtype.name}, got ${n}`);
  }
  const generator = generatorOption('randperm', options.generator);
  const indices = empty([n], int64, 'randperm');
  if (n > 0) core.randperm(generator.address(), n, targetOf(indices));
  if (dtype === int64) return finish(indices, 'randperm', options);
  const out = empty([n], dtype);
  launchCopy(out, indices);
  free(indices.storage);
  return finish(out, 'randperm', options);
}
