/** Random tensors from PyTorch's CPU streams: a shape in, numbers out. */
import { free } from '../../memory/storage.ts';
import { bool, type DType, getDefaultDtype, int64 } from '../../tensor/dtype.ts';
import type { Dims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { type Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { CREATE, type CreateOptions, checkShape, finish, isAlone, type ShapeOp } from '../create/create.ts';
import { sized } from '../ints.ts';
import { launchCopy } from '../launch.ts';
import { empty, emptyStrided } from '../make.ts';
import { keptStrides } from '../order.ts';
import { refuseDtype } from '../promote.ts';
import { type Generator, generatorOption } from './generator.ts';
import { checkIntegers, drawIntegers, drawNormal, largest } from './random-fill.ts';

export * from './generator.ts';
export * from './random-fill.ts';
export * from './sampling.ts';

/** What random functions take, named. */
export interface RandomOptions extends CreateOptions {
  generator?: Generator | null;
}

/** How a signature ends that makes a tensor of random numbers. */
const RANDOM = `${CREATE}, generator: generator? = null`;

/** Random functions that take a shape. */
export type RandomShapeOp = ShapeOp<RandomOptions>;

/** Random functions that take a tensor to be like. */
export type RandomLikeOp = {
  (input: Tensor, options?: RandomOptions): Tensor;
  (options: { input: Tensor } & RandomOptions): Tensor;
};

type Draw = (generator: Generator, out: Tensor) => void;

/** What a body gets for `RANDOM`. */
type Given = [dtype: DType | null, requiresGrad: boolean, device: string | null, generator: Generator | null];

function drawn(
  name: string,
  draw: Draw,
  dims: Dims,
  strides: Dims | null,
  dtype: DType,
  given: Partial<Given>,
): Tensor {
  if (!dtype.isFloatingPoint) refuseDtype(name, dtype);
  checkShape(name, dims);
  const generator = generatorOption(name, given[3]);
  const out = emptyStrided(dims, strides, dtype, name);
  if (out.count > 0) draw(generator, out);
  return finish(out, given[1] ?? false);
}

const shaped = (name: string, draw: Draw): RandomShapeOp =>
  sized<RandomShapeOp>(name, RANDOM, (size, ...given: Partial<Given>) =>
    drawn(name, draw, size, null, given[0] ?? getDefaultDtype(), given),
  );

const like = (name: string, draw: Draw): RandomLikeOp =>
  operation<RandomLikeOp>(`${name}(input: Tensor, *, ${RANDOM})`, (input: Tensor, ...given: Given) =>
    drawn(name, draw, input.dims, keptStrides(input), given[0] ?? input.dtype, given),
  );

const drawUniform: Draw = (generator, out) => {
  core.uniform(generator.address(), out.dtype.code, out.count, targetOf(out), 0, 1);
};
const drawStandard: Draw = (generator, out) => drawNormal(generator, out, 0, 1, out.dense);

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
export const rand: RandomShapeOp = shaped('rand', drawUniform);
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
export const randLike: RandomLikeOp = like('randLike', drawUniform);
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
export const randn: RandomShapeOp = shaped('randn', drawStandard);
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
export const randnLike: RandomLikeOp = like('randnLike', drawStandard);

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
export const randint: RandintOp = operation<RandintOp>(
  `randint(low: int = 0, high: int, size: list, *, ${RANDOM})`,
  (low: number, high: number, size: Dims, ...given: Given) => integers('randint', size, null, low, high, int64, given),
  // One bound alone is the upper one.
  (args) => (Array.isArray(args[1]) || isAlone(args, 'low', 'high') ? [undefined, ...args] : args),
);

/** `randint`. */
export type RandintOp = {
  (high: number, size: readonly number[], options?: RandomOptions): Tensor;
  (low: number, high: number, size: readonly number[], options?: RandomOptions): Tensor;
  (options: { low?: number; high: number; size: readonly number[] } & RandomOptions): Tensor;
  (high: number, options: { size: readonly number[] } & RandomOptions): Tensor;
  (low: number, options: { high: number; size: readonly number[] } & RandomOptions): Tensor;
  (low: number, high: number, options: { size: readonly number[] } & RandomOptions): Tensor;
};

/** Integers in [low, high), checked. */
function integers(
  name: string,
  size: Dims,
  strides: Dims | null,
  low: number,
  high: number,
  otherwise: DType,
  given: Given,
): Tensor {
  const dtype = given[0] ?? otherwise;
  checkShape(name, size);
  const bounds = checkIntegers(name, dtype, low, high);
  const generator = generatorOption(name, given[3]);
  const out = emptyStrided([...size], strides, dtype, name);
  drawIntegers(generator, out, ...bounds);
  return finish(out, given[1]);
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
export const randintLike: RandintLikeOp = operation<RandintLikeOp>(
  `randintLike(input: Tensor, low: int = 0, high: int, *, ${RANDOM})`,
  (input: Tensor, low: number, high: number, ...given: Given) =>
    integers('randintLike', input.dims, keptStrides(input), low, high, input.dtype, given),
  ([input, ...args]) => (isAlone(args, 'low', 'high') ? [input, undefined, ...args] : [input, ...args]),
);

/** `randintLike`. */
export type RandintLikeOp = {
  (input: Tensor, high: number, options?: RandomOptions): Tensor;
  (input: Tensor, low: number, high: number, options?: RandomOptions): Tensor;
  (input: Tensor, options: RandomOptions & { low?: number; high: number }): Tensor;
  (options: RandomOptions & { input: Tensor; low?: number; high: number }): Tensor;
};

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
export const randperm = operation(
  'randperm(n: int, *, dtype: dtype? = null, requiresGrad: bool = false, device: device? = null, generator: generator? = null)',
  (n, given, requiresGrad, _device, source): Tensor => {
    if (n < 0) throw new RangeError(`n must be non-negative, got ${n}`);
    const dtype = given ?? int64;
    if (dtype === bool) refuseDtype('randperm', bool);
    if (n > 0 && BigInt(n - 1) > largest(dtype)) {
      throw new RangeError(`randperm(): n is too large for result tensor type ${dtype.name}, got ${n}`);
    }
    const generator = generatorOption('randperm', source);
    const indices = empty([n], int64, 'randperm');
    if (n > 0) core.randperm(generator.address(), n, targetOf(indices));
    if (dtype === int64) return finish(indices, requiresGrad);
    const out = empty([n], dtype);
    launchCopy(out, indices);
    free(indices.storage);
    return finish(out, requiresGrad);
  },
);
