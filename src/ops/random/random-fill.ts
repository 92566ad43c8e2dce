/** In-place random fills: each writes all elements of a tensor from PyTorch's stream of the distribution. */

import { free } from '../../memory/storage.ts';
import { named } from '../../tensor/args.ts';
import { bool } from '../../tensor/dtype.ts';
import { operation } from '../../tensor/signature.ts';
import { type Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { backwardName, checkTensor, empty, refuseDtype } from '../define.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { beginInplace, cutNode, finishInplace } from '../inplace.ts';
import { launchCopy } from '../launch.ts';
import { type Generator, generatorOption, words } from './generator.ts';

/** What in-place random fills take, named. */
export interface FillOptions {
  /** Where to draw from; the default generator if none is named. */
  generator?: Generator | null;
}

/** A fill with up to two parameters, by position or named. Gives the tensor. */
export type FillOp<O> = {
  (self: Tensor, first?: number, second?: number, options?: FillOptions): Tensor;
  (self: Tensor, options: O & FillOptions): Tensor;
  (self: Tensor, first: number, options: O & FillOptions): Tensor;
};

/** Integers low … high - 1 into contiguous x. */
export function drawIntegers(generator: Generator, x: Tensor, low: number, high: number): void {
  if (x.count === 0) return;
  const range = words(BigInt(high) - BigInt(low));
  core.randint(generator.address(), x.dtype.code, x.count, targetOf(x), ...words(BigInt(low)), ...range);
}

/** Fills self in place by `draw`, which wants contiguous memory; anything else is drawn beside it and copied. */
function fillBy(self: Tensor, name: string, draw: (target: Tensor) => void, overload = 0): Tensor {
  const node = beginInplace(self, name)
    ? cutNode(self, `${backwardName(name.slice(0, -1)).slice(0, -1)}${overload}`)
    : null;
  if (self.dense) {
    if (self.count > 0) draw(self);
  } else {
    const beside = empty(self.dims, self.dtype);
    if (self.count > 0) draw(beside);
    launchCopy(self, beside);
    free(beside.storage);
  }
  finishInplace(self, node);
  return self;
}

type Kernel = (generator: number, dtype: number, n: number, out: number, first: number, second: number) => void;

/** A fill whose kernel takes the parameters as they are. `check` says what is wrong with them, or gives ''. */
function fill<O>(
  name: string,
  parameters: readonly [string, string],
  defaults: readonly [number, number],
  kernel: Kernel,
  check: (first: number, second: number) => string,
  supports: (self: Tensor, name: string) => void = checkFloat,
): FillOp<O> {
  return named(
    name,
    ['self', ...parameters, 'generator'],
    (self: Tensor, first = defaults[0], second = defaults[1], given: Generator | null = null) => {
      supports(self, name);
      const wrong = check(first, second);
      if (wrong !== '') throw new RangeError(`${name} expects ${wrong}`);
      const generator = generatorOption(name, given);
      const draw = (x: Tensor): void => kernel(generator.address(), x.dtype.code, x.count, targetOf(x), first, second);
      return fillBy(self, name, draw, name === 'bernoulli_' ? 2 : 0);
    },
  );
}

/** Fills with uniform numbers from `from` (default 0) to `to` (default 1). Returns the tensor. */
export const uniform_: FillOp<{ from?: number; to?: number }> = fill(
  'uniform_',
  ['from', 'to'],
  [0, 1],
  (g, dtype, n, out, from, to) => core.uniform(g, dtype, n, out, from, to),
  (from, to) => (from <= to ? '' : `to return a [from, to) range, but found from=${from} > to=${to}`),
);

/** Fills with normal numbers of `mean` (default 0) and standard deviation `std` (default 1). Returns the tensor. */
export const normal_: FillOp<{ mean?: number; std?: number }> = fill(
  'normal_',
  ['mean', 'std'],
  [0, 1],
  (g, dtype, n, out, mean, std) => core.normal(g, dtype, n, out, mean, std),
  (_, std) => (std >= 0 ? '' : `std >= 0.0, but found std ${std}`),
);

/** Fills with exp(z), z normal of `mean` (default 1) and standard deviation `std` (default 2). Returns the tensor. */
export const logNormal_: FillOp<{ mean?: number; std?: number }> = fill(
  'logNormal_',
  ['mean', 'std'],
  [1, 2],
  (g, dtype, n, out, mean, std) => core.logNormal(g, dtype, n, out, mean, std),
  (_, std) => (std > 0 ? '' : `std > 0.0, but found std=${std}`),
);

/** Fills from the Cauchy distribution about `median` (default 0), of scale `sigma` (default 1). Returns the tensor. */
export const cauchy_: FillOp<{ median?: number; sigma?: number }> = fill(
  'cauchy_',
  ['median', 'sigma'],
  [0, 1],
  (g, dtype, n, out, median, sigma) => core.cauchy(g, dtype, n, out, median, sigma),
  (_, sigma) => (sigma > 0 ? '' : `sigma > 0.0, but found sigma=${sigma}`),
);

/** A fill with one parameter, by position or named. Gives the tensor. */
export type FillOneOp<O> = {
  (self: Tensor, parameter?: number, options?: FillOptions): Tensor;
  (self: Tensor, options: O & FillOptions): Tensor;
};

/** A fill whose kernel takes one parameter. */
function fillOne<O>(
  name: string,
  parameter: string,
  otherwise: number,
  kernel: Kernel,
  check: (parameter: number) => string,
  supports?: (self: Tensor, name: string) => void,
): FillOneOp<O> {
  const two = fill<O>(name, [parameter, 'unused'], [otherwise, 0], kernel, check, supports);
  return named(
    name,
    ['self', parameter, 'generator'],
    (self: Tensor, first?: number, generator: Generator | null = null) => two(self, first, 0, { generator }),
  );
}

/** Fills from the exponential distribution λ·exp(-λx), λ = `lambd` (default 1). Returns the tensor. */
export const exponential_: FillOneOp<{ lambd?: number }> = fillOne(
  'exponential_',
  'lambd',
  1,
  (g, dtype, n, out, lambda) => core.exponential(g, dtype, n, out, lambda),
  (lambda) => (lambda > 0 ? '' : `lambda > 0.0, but found lambda=${lambda}`),
);

/** Fills with how many trials of success probability `p` it takes to the first success. Returns the tensor. */
export const geometric_: FillOneOp<{ p: number }> = fillOne(
  'geometric_',
  'p',
  NaN,
  (g, dtype, n, out, p) => core.geometric(g, dtype, n, out, p),
  (p) => (p > 0 && p < 1 ? '' : `p to be in (0, 1), but got p=${p}`),
  (self, name) => {
    checkTensor(self, name);
    if (self.dtype === bool) refuseDtype(name, bool);
  },
);

/** Fills with 1 with probability p (default 0.5) and 0 otherwise. Returns the tensor. */
export const bernoulli_: FillOneOp<{ p?: number }> = fillOne(
  'bernoulli_',
  'p',
  0.5,
  (g, dtype, n, out, p) => core.bernoulli(g, dtype, n, out, p),
  (p) => (p >= 0 && p <= 1 ? '' : `p to be in [0, 1], but got p=${p}`),
  checkTensor,
);

/** Fills with integers: of the dtype's whole range, or from `from` up to, not including, `to`. Returns the tensor. */
export const random_ = operation(
  'random_(self: Tensor, from: int? = null, to: int? = null, generator: generator? = null)',
  (self, from, to, given): Tensor => {
    checkTensor(self, 'random_');
    const generator = generatorOption('random_', given);
    const [low, high] = to === null ? [0, from] : [from ?? 0, to];
    if (high !== null) {
      if (low >= high) {
        throw new RangeError(`random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`);
      }
    }
    // PyTorch's overloads: from and to, to alone, neither.
    const overload = to !== null ? 0 : high !== null ? 1 : 2;
    const draw = (x: Tensor): void => {
      if (high === null) core.randomFull(generator.address(), x.dtype.code, x.count, targetOf(x));
      else drawIntegers(generator, x, low, high);
    };
    return fillBy(self, 'random_', draw, overload);
  },
);
