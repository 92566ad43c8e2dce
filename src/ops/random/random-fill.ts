/** In-place random fills: each writes all elements of a tensor from PyTorch's stream of the distribution. */

import { free } from '../../memory/storage.ts';
import { bool, type DType, float32, uint8 } from '../../tensor/dtype.ts';
import { broadcastDims } from '../../tensor/shape.ts';
import { nameIn, operation } from '../../tensor/signature.ts';
import { pointerOf, type Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { draws } from '../../wasm/families/draws.generated.ts';
import { backwardName } from '../define.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { beginInplace, checkFits, cutNode, finishInplace } from '../inplace.ts';
import { launchCopy } from '../launch.ts';
import { emptyFor, emptyLike } from '../make.ts';
import { isPacked } from '../order.ts';
import { refuseDtype } from '../promote.ts';
import { type Generator, generatorOption, words } from './generator.ts';

/** What in-place random fills take, named. */
export interface FillOptions {
  /** Where to draw from; the default generator if none is named. */
  generator?: Generator | null;
}

/** A fill with up to two parameters, by position or named. Gives the tensor. */
export type FillOp<O> = {
  (self: Tensor, first?: number, second?: number | null, options?: FillOptions): Tensor;
  (self: Tensor, options: O & FillOptions): Tensor;
  (self: Tensor, first: number, options: O & FillOptions): Tensor;
};

/** Integers low … high - 1 into packed x. */
export function drawIntegers(generator: Generator, x: Tensor, low: bigint, high: bigint): void {
  if (x.count === 0) return;
  core.randint(generator.address(), x.dtype.code, x.count, targetOf(x), ...words(low), ...words(high - low));
}

/**
 * Fills self in place by `draw`, which writes the elements as they lie in memory: the order in which PyTorch draws.
 * Elements with gaps between them are drawn beside and copied.
 */
function fillBy(
  self: Tensor,
  name: string,
  draw: (target: Tensor) => void,
  overload = 0,
  by: Tensor | null = null,
): Tensor {
  const node = beginInplace(self, name, by)
    ? cutNode(self, `${backwardName(name.slice(0, -1)).slice(0, -1)}${overload}`, by)
    : null;
  if (self.count > 0) {
    if (isPacked(self)) draw(self);
    else {
      const beside = emptyFor(self.dims, self.dtype, [self], name);
      draw(beside);
      launchCopy(self, beside);
      free(beside.storage);
    }
  }
  finishInplace(self, node);
  return self;
}

/** Numbers drawn one by one, cached second value included, of which PyTorch draws fewer than this in one piece. */
const ONE_BY_ONE = 15;

/**
 * Normal numbers into packed x. From 16 on PyTorch has a second way, for row-major memory alone: `rowMajor` says whether
 * what is filled is that.
 */
export function drawNormal(generator: Generator, x: Tensor, mean: number, std: number, rowMajor: boolean): void {
  const { code, shift } = x.dtype;
  const address = generator.address();
  const at = targetOf(x);
  const most = rowMajor ? x.count : ONE_BY_ONE;
  for (let i = 0; i < x.count; i += most) {
    draws.normal(address, code, Math.min(most, x.count - i), at + (i << shift), mean, std);
  }
}

type Kernel = (generator: number, dtype: number, n: number, out: number, first: number, second: number) => void;

type Draw = (generator: Generator, x: Tensor, first: number, second: number, rowMajor: boolean) => void;

/** The draw of a kernel that takes the parameters as they are. */
const by =
  (kernel: Kernel): Draw =>
  (generator, x, first, second) =>
    kernel(generator.address(), x.dtype.code, x.count, targetOf(x), first, second);

/** What is wrong with the parameters of a fill, or ''. */
type Check = (first: number, second: number) => string;
/** Throws for a dtype that a fill does not know. */
type Supports = (self: Tensor, name: string) => void;

/** A fill by one parameter or two, which its signature names after `self`; the last is the generator. */
function fill<F extends (...args: never[]) => Tensor>(
  text: string,
  draw: Draw,
  check: Check,
  supports: Supports = checkFloat,
): F {
  const name = nameIn(text);
  const overload = name === 'bernoulli_' ? 2 : 0;
  return operation<F>(text, (self: Tensor, ...given: readonly unknown[]) => {
    const source = given[given.length - 1];
    const [first, second] = [given[0] as number, given.length > 2 ? (given[1] as number) : 0];
    supports(self, name);
    const wrong = check(first, second);
    if (wrong !== '') throw new RangeError(`${name} expects ${wrong}`);
    const generator = generatorOption(name, source);
    return fillBy(self, name, (x) => draw(generator, x, first, second, self.dense), overload);
  });
}

/** Fills with uniform numbers from `from` (default 0) to `to` (default 1). Returns the tensor. */
export const uniform_: FillOp<{ from?: number; to?: number }> = fill(
  'uniform_(self: Tensor, from: float = 0, to: float = 1, generator: generator? = null)',
  by((g, dtype, n, out, from, to) => core.uniform(g, dtype, n, out, from, to)),
  (from, to) => (from <= to ? '' : `to return a [from, to) range, but found from=${from} > to=${to}`),
);

/** Fills with normal numbers of `mean` (default 0) and standard deviation `std` (default 1). Returns the tensor. */
export const normal_: FillOp<{ mean?: number; std?: number }> = fill(
  'normal_(self: Tensor, mean: float = 0, std: float = 1, generator: generator? = null)',
  drawNormal,
  (_, std) => (std >= 0 ? '' : `std >= 0.0, but found std ${std}`),
);

/** Fills with exp(z), z normal of `mean` (default 1) and standard deviation `std` (default 2). Returns the tensor. */
export const logNormal_: FillOp<{ mean?: number; std?: number }> = fill(
  'logNormal_(self: Tensor, mean: float = 1, std: float = 2, generator: generator? = null)',
  by((g, dtype, n, out, mean, std) => draws.logNormal(g, dtype, n, out, mean, std)),
  (_, std) => (std > 0 ? '' : `std > 0.0, but found std=${std}`),
);

/** Fills from the Cauchy distribution about `median` (default 0), of scale `sigma` (default 1). Returns the tensor. */
export const cauchy_: FillOp<{ median?: number; sigma?: number }> = fill(
  'cauchy_(self: Tensor, median: float = 0, sigma: float = 1, generator: generator? = null)',
  by((g, dtype, n, out, median, sigma) => draws.cauchy(g, dtype, n, out, median, sigma)),
  (_, sigma) => (sigma > 0 ? '' : `sigma > 0.0, but found sigma=${sigma}`),
);

/** A fill with one parameter, by position or named. Gives the tensor. */
export type FillOneOp<O> = {
  (self: Tensor, parameter?: number, options?: FillOptions): Tensor;
  (self: Tensor, options: O & FillOptions): Tensor;
};

/** Fills from the exponential distribution λ·exp(-λx), λ = `lambd` (default 1). Returns the tensor. */
export const exponential_: FillOneOp<{ lambd?: number }> = fill(
  'exponential_(self: Tensor, lambd: float = 1, generator: generator? = null)',
  by((g, dtype, n, out, lambda) => draws.exponential(g, dtype, n, out, lambda)),
  (lambda) => (lambda > 0 ? '' : `lambda > 0.0, but found lambda=${lambda}`),
);

/** Fills with how many trials of success probability `p` it takes to the first success. Returns the tensor. */
export const geometric_: FillOneOp<{ p: number }> = fill(
  'geometric_(self: Tensor, p: float, generator: generator? = null)',
  by((g, dtype, n, out, p) => draws.geometric(g, dtype, n, out, p)),
  (p) => (p > 0 && p < 1 ? '' : `p to be in (0, 1), but got p=${p}`),
  (self, name) => {
    if (self.dtype === bool) refuseDtype(name, bool);
  },
);

const bernoulliBy: FillOneOp<{ p?: number }> = fill(
  'bernoulli_(self: Tensor, p: float = 0.5, generator: generator? = null)',
  by((g, dtype, n, out, p) => core.bernoulli(g, dtype, n, out, p)),
  (p) => (p >= 0 && p <= 1 ? '' : `p to be in [0, 1], but got p=${p}`),
  () => {},
);

/**
 * Fills with 1 with probability p (default 0.5) and 0 otherwise. Returns the tensor.
 *
 * @param p - A number, or a floating-point tensor that broadcasts to the tensor's shape.
 * @throws RangeError for what is no probability or does not broadcast, TypeError for another dtype of p.
 */
export const bernoulli_ = operation(
  'bernoulli_(self: Tensor, p: real = 0.5, generator: generator? = null)',
  (self, p, given): Tensor => {
    if (typeof p === 'number') return bernoulliBy(self, p, { generator: given });
    checkFloat(p, 'bernoulli_');
    checkFits(self.dims, broadcastDims(self.dims, p.dims));
    const generator = generatorOption('bernoulli_', given);
    checkProbabilities(p);
    const draw = (x: Tensor): void => {
      const chances = emptyLike(x, p.dtype);
      launchCopy(chances, p);
      const drawn = x.dtype === p.dtype ? x : emptyLike(x, p.dtype);
      const to = targetOf(drawn);
      draws.bernoulliTensor(generator.address(), p.dtype.code, x.count, to, pointerOf(chances));
      free(chances.storage);
      if (drawn === x) return;
      launchCopy(x, drawn);
      free(drawn.storage);
    };
    return fillBy(self, 'bernoulli_', draw, 1, p);
  },
);

/** Throws unless every element is a probability. */
export function checkProbabilities(p: Tensor): void {
  const bad = (p.toTypedArray() as Float32Array).find((value) => !(value >= 0 && value <= 1));
  if (bad !== undefined) throw new RangeError(`Expected p_in >= 0 && p_in <= 1 to be true, but got ${bad}`);
}

/** The largest integer that a dtype holds; of a float dtype the largest up to which it holds them all. */
export function largest(dtype: DType): bigint {
  if (dtype.isFloatingPoint) return 2n ** (dtype === float32 ? 24n : 53n);
  if (dtype === bool) return 1n;
  return dtype === uint8 ? 255n : 2n ** BigInt(8 * dtype.itemsize - 1) - 1n;
}

/** The least integer that the dtype takes as a bound. */
function least(dtype: DType): bigint {
  return dtype.isFloatingPoint ? -(2n ** 63n) : dtype === bool || dtype === uint8 ? 0n : -largest(dtype) - 1n;
}

/**
 * The bounds low … high - 1 of integers in `dtype`, checked. Those that a float dtype does not hold move inward to ones
 * that it does. Without `high` the dtype's largest integer is included.
 *
 * @throws RangeError for bounds in the wrong order or out of range.
 */
export function checkIntegers(
  name: string,
  dtype: DType,
  from: number,
  to: number | null,
): [low: bigint, high: bigint] {
  if (to !== null && from >= to) {
    throw new RangeError(`random_ expects 'from' to be less than 'to', but got from=${from} >= to=${to}`);
  }
  const [start, end] = [upward(dtype, from), to === null ? largest(dtype) + 1n : downward(dtype, to)];
  if (start >= end) {
    throw new RangeError(
      `random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got from=${start} >= to=${end}`,
    );
  }
  const most = dtype.isFloatingPoint ? 2n ** 63n : largest(dtype);
  for (const [bound, value] of [
    ['from', start],
    ['to - 1', end - 1n],
  ] as const) {
    if (value < least(dtype) || value > most) {
      throw new RangeError(`${name}(): ${bound} is out of bounds for ${dtype.name}, got ${value}`);
    }
  }
  return [start, end];
}

/** How far apart the float32 numbers about a whole number from 2^24 on are. */
const spacing = (value: number): number => 2 ** (BigInt(Math.abs(value)).toString(2).length - 24);

/** The least integer from `from` on that float32 holds, as PyTorch finds it; `from` itself in other dtypes. */
function upward(dtype: DType, from: number): bigint {
  const next = Math.fround(from + 1);
  return BigInt(dtype === float32 && next < from ? next + spacing(from + 1) : from);
}

/** The largest integer up to `to` that float32 holds, as PyTorch finds it; `to` itself in other dtypes. */
function downward(dtype: DType, to: number): bigint {
  const before = Math.fround(to - 1);
  return BigInt(dtype === float32 && before >= to ? before - spacing(to - 1) : to);
}

/**
 * Fills with integers: of the dtype's whole range, or from `from` up to, not including, `to`; one bound alone is `to`,
 * and `to: null` includes the dtype's largest. Returns the tensor.
 *
 * @throws TypeError for bounds that are no whole numbers, RangeError for bounds that leave no integer or that the dtype
 *   does not hold.
 */
export const random_: FillOp<{ from?: number; to?: number | null }> = operation<
  FillOp<{ from?: number; to?: number | null }>
>(
  'random_(self: Tensor, from: int? = undefined, to: int? = undefined, generator: generator? = null)',
  (self: Tensor, from: number | null | undefined, to: number | null | undefined, given: Generator | null): Tensor => {
    const generator = generatorOption('random_', given);
    if (from === undefined && to === undefined) {
      const draw = (x: Tensor): void => core.randomFull(generator.address(), x.dtype.code, x.count, targetOf(x));
      return fillBy(self, 'random_', draw, 2);
    }
    const [low, high] = to === undefined ? [0, from as number | null] : [from ?? 0, to];
    const bounds = checkIntegers('random_', self.dtype, low, high);
    // PyTorch's overloads: from and to, to alone, neither.
    return fillBy(self, 'random_', (x) => drawIntegers(generator, x, ...bounds), to === undefined ? 1 : 0);
  },
);
