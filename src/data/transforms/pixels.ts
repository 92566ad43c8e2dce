/** Transforms of values, not of places. */
import { tensor } from '../../ops/create/from-data.ts';
import { add, div, div_, mul, sub, sub_ } from '../../ops/elementwise/binary.ts';
import { clamp } from '../../ops/elementwise/clamp.ts';
import { randn } from '../../ops/random/random.ts';
import { view } from '../../ops/view/view.ts';
import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { bindRecord } from '../../tensor/signature.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { checkImage, sizeOf, Transform } from './transform.ts';

/** One number for each channel. */
type Channels = readonly number[] | Tensor;

/** What `Normalize` takes, named. */
export interface NormalizeOptions {
  /** Whether the image itself is written. */
  inplace?: boolean;
}

/**
 * (x - mean) / std for each channel of images [..., C, H, W].
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const normalize = new torch.transforms.Normalize([1, 10], [2, 5]);
 * console.log(normalize(torch.tensor([[[3]], [[5]]])).tolist()); // => [ [ [ 1 ] ], [ [ -1 ] ] ]
 * ```
 */
export class Normalize extends Transform {
  /** Of each channel. */
  readonly mean: readonly number[];
  /** Of each channel. */
  readonly std: readonly number[];
  /** Whether the image itself is written. */
  readonly inplace: boolean;

  /**
   * @param mean - For each channel, or one for all.
   * @param std - For each channel, or one for all; not 0.
   * @throws RangeError for a standard deviation of 0 and, when applied, for another number of channels.
   */
  constructor(mean: Channels, std: Channels, inplace?: boolean | NormalizeOptions);
  constructor(options: NormalizeOptions & { mean: Channels; std: Channels });
  constructor(...args: unknown[]) {
    super();
    const { mean, std, inplace } = bindRecord('Normalize(mean: data, std: data, inplace: bool = false)', args);
    this.mean = channels('mean', mean);
    this.std = channels('std', std);
    this.inplace = inplace;
    if (this.std.some((value) => value === 0))
      throw new RangeError('std evaluated to zero, leading to division by zero.');
  }

  forward(img: Tensor): Tensor {
    checkImage('Normalize', img);
    const { mean, std, inplace } = this;
    const { dtype, dims } = img;
    if (!dtype.isFloatingPoint) throw new TypeError(`Input tensor should be a float tensor. Got ${dtype}.`);
    if (dims.length < 3) {
      throw new RangeError(
        `Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = ${img.shape}`,
      );
    }
    for (const { length } of [mean, std]) {
      if (length !== 1 && length !== dims[dims.length - 3]) {
        throw new RangeError(`Normalize(): ${length} channels do not fit an image of size ${img.shape}`);
      }
    }
    return scope(() => {
      const column = (values: readonly number[]): Tensor => view(tensor(values, { dtype }), -1, 1, 1);
      if (inplace) return div_(sub_(img, column(mean)), column(std));
      return div(sub(img, column(mean)), column(std));
    });
  }
}

function channels(name: string, value: unknown): readonly number[] {
  const list: unknown = value instanceof Tensor ? value.tolist() : value;
  if (!Array.isArray(list) || list.length === 0 || list.some((item) => typeof item !== 'number')) {
    throw new TypeError(`Normalize(): ${name} must be a list of numbers, got ${describe(value)}`);
  }
  return list as number[];
}

/** What `GaussianNoise` takes, named. */
export interface NoiseOptions {
  mean?: number;
  sigma?: number;
  clip?: boolean;
}

/**
 * Adds normal noise to an image of floats: x + mean + sigma · z, clipped to 0 … 1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const noisy = new torch.transforms.GaussianNoise(0, 0.1);
 * console.log(noisy(torch.full([1, 2], 0.5))); // => tensor([[0.6541, 0.4707]])
 * ```
 */
export class GaussianNoise extends Transform {
  /** What is added on average. */
  readonly mean: number;
  /** Standard deviation of what is added. */
  readonly sigma: number;
  /** Whether the result is clipped to 0 … 1. */
  readonly clip: boolean;

  /**
   * @param mean - Default 0.
   * @param sigma - Default 0.1; not negative.
   * @param clip - Default true.
   * @throws RangeError for a negative sigma; TypeError, when applied, for an image that is not floating point.
   */
  constructor(mean?: number | NoiseOptions, sigma?: number | NoiseOptions, clip?: boolean | NoiseOptions) {
    super();
    const args = [mean, sigma, clip].filter((value) => value !== undefined);
    const bound = bindRecord('GaussianNoise(mean: float = 0, sigma: float = 0.1, clip: bool = true)', args);
    if (!(bound.sigma >= 0)) throw new RangeError(`sigma shouldn't be negative. Got ${bound.sigma}`);
    this.mean = bound.mean;
    this.sigma = bound.sigma;
    this.clip = bound.clip;
  }

  forward(img: Tensor): Tensor {
    sizeOf('GaussianNoise', img);
    const { mean, sigma, clip } = this;
    const { dims, dtype } = img;
    if (!dtype.isFloatingPoint) {
      throw new TypeError(`Input tensor is expected to be in float dtype, got dtype=${dtype}`);
    }
    return scope(() => {
      const noisy = add(img, add(mul(randn(dims, { dtype }), sigma), mean));
      return clip ? clamp(noisy, 0, 1) : noisy;
    });
  }
}
