/** `torch.nn.init`: filling parameters. All write in place, outside of autograd, and return the tensor. */

import { fill_ } from '../ops/create/copy.ts';
import { checkTensor } from '../ops/promote.ts';
import { normal_ as fillNormal, uniform_ as fillUniform, type Generator } from '../ops/random/random.ts';
import { describe } from '../tensor/args.ts';
import { showDims } from '../tensor/shape.ts';
import { operation } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { filling } from './filling.ts';

/** Which side of a layer `kaiming…_` keeps the variance of; PyTorch's spelling is taken too. */
export type FanMode = 'fanIn' | 'fanOut' | 'fan_in' | 'fan_out';

/** Functions with a recommended gain; PyTorch's `leaky_relu` is taken too. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leakyRelu'
  | 'leaky_relu'
  | 'selu';

/** snake_case as camelCase: option values may be written either way. */
function camel(value: string): string {
  return value.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Fills through `body`, unrecorded. */
function filled(name: string, tensor: Tensor, body: () => void): Tensor {
  checkTensor(tensor, name, 'tensor');
  return filling(tensor, body);
}

/** How the elements of a tensor are drawn that shall have a standard deviation. */
type Draw = (tensor: Tensor, std: number, options: InitRandom) => Tensor;

const uniformly: Draw = (tensor, std, options) => {
  const bound = Math.sqrt(3) * std;
  return fillUniform(tensor, -bound, bound, options);
};
const normally: Draw = (tensor, std, options) => fillNormal(tensor, 0, std, options);

/** [fanIn, fanOut] of a weight [out, in, …receptive field]. */
function fans(tensor: Tensor, name: string): [number, number] {
  checkTensor(tensor, name, 'tensor');
  const { dims } = tensor;
  if (dims.length < 2) {
    throw new RangeError(
      `${name}(): Fan in and fan out can not be computed for tensor with fewer than 2 dimensions, got shape ${showDims(dims)}`,
    );
  }
  const field = dims.slice(2).reduce((n, size) => n * size, 1);
  return [dims[1] * field, dims[0] * field];
}

/**
 * The recommended gain of a function: 1 for linear and sigmoid, 5/3 for tanh, √2 for relu, √(2/(1+slope²)) for leaky
 * relu, 3/4 for selu.
 *
 * @param param - The negative slope for leaky relu; default 0.01.
 * @throws RangeError for an unknown function.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.init.calculateGain('tanh').toFixed(4)); // => 1.6667
 * ```
 */
export function calculateGain(nonlinearity: Nonlinearity, param?: number | null): number {
  if (typeof nonlinearity !== 'string') {
    throw new TypeError(`calculateGain(): argument 'nonlinearity' must be str, not ${describe(nonlinearity)}`);
  }
  switch (camel(nonlinearity)) {
    case 'linear':
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.sqrt(2);
    case 'leakyRelu': {
      const slope = param ?? 0.01;
      if (typeof slope !== 'number') throw new TypeError(`negative_slope ${describe(slope)} not a valid number`);
      return Math.sqrt(2 / (1 + slope ** 2));
    }
    case 'selu':
      return 3 / 4;
    default:
      throw new RangeError(`Unsupported nonlinearity ${describe(nonlinearity)}`);
  }
}

/** Options of the fills that draw. */
export interface InitRandom {
  generator?: Generator | null;
}

type Fill<P extends readonly unknown[], O> = {
  (tensor: Tensor, ...args: Partial<P>): Tensor;
  (tensor: Tensor, options: O): Tensor;
};

/**
 * Uniform from a (default 0) to b (default 1).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.nn.init.uniform_(torch.empty(2))); // => tensor([0.4963, 0.7682])
 * ```
 */
export const uniform_ = operation(
  'uniform_(tensor: Tensor, a: float = 0, b: float = 1, generator: generator? = null)',
  (tensor, a, b, generator): Tensor => filled('uniform_', tensor, () => fillUniform(tensor, a, b, { generator })),
);

/**
 * Normal with `mean` (default 0) and `std` (default 1).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.nn.init.normal_(torch.empty(2), { std: 0.1 })); // => tensor([ 0.1541, -0.0293])
 * ```
 */
export const normal_ = operation(
  'normal_(tensor: Tensor, mean: float = 0, std: float = 1, generator: generator? = null)',
  (tensor, mean, std, generator): Tensor =>
    filled('normal_', tensor, () => fillNormal(tensor, mean, std, { generator })),
);

/**
 * One value everywhere.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.init.constant_(torch.empty(2), 0.3)); // => tensor([0.3000, 0.3000])
 * ```
 */
export const constant_ = operation(
  'constant_(tensor: Tensor, val: float)',
  (tensor, val): Tensor => filled('constant_', tensor, () => fill_(tensor, val)),
);

/**
 * Zeros.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.init.zeros_(torch.empty(2))); // => tensor([0., 0.])
 * ```
 */
export function zeros_(tensor: Tensor): Tensor {
  return filled('zeros_', tensor, () => fill_(tensor, 0));
}

/**
 * Ones.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.init.ones_(torch.empty(2))); // => tensor([1., 1.])
 * ```
 */
export function ones_(tensor: Tensor): Tensor {
  return filled('ones_', tensor, () => fill_(tensor, 1));
}

type Xavier = Fill<[gain: number, generator: Generator | null], InitRandom & { gain?: number }>;

/* @__NO_SIDE_EFFECTS__ */
function xavier(name: string, draw: Draw): Xavier {
  return operation<Xavier>(
    `${name}(tensor: Tensor, gain: float = 1, generator: generator? = null)`,
    (tensor: Tensor, gain: number, generator: Generator | null) => {
      const [fanIn, fanOut] = fans(tensor, name);
      return filling(tensor, () => draw(tensor, gain * Math.sqrt(2 / (fanIn + fanOut)), { generator }));
    },
  );
}

/**
 * Glorot's uniform initialisation: from -a to a, a = gain √(6 / (fanIn + fanOut)).
 *
 * @param tensor - At least two dimensions, [out, in, …].
 * @param gain - Default 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.nn.init.xavierUniform_(torch.empty(3, 5));
 * console.log(w.abs().max().item() <= Math.sqrt(6 / 8)); // => true
 * ```
 */
export const xavierUniform_: Xavier = xavier('xavierUniform_', uniformly);

/**
 * Glorot's normal initialisation: std = gain √(2 / (fanIn + fanOut)).
 *
 * @param tensor - At least two dimensions, [out, in, …].
 * @param gain - Default 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.nn.init.xavierNormal_(torch.empty(3, 5)).shape)); // => torch.Size([3, 5])
 * ```
 */
export const xavierNormal_: Xavier = xavier('xavierNormal_', normally);

/** Options of `kaiming…_`. */
export interface KaimingOptions extends InitRandom {
  a?: number;
  mode?: FanMode;
  nonlinearity?: Nonlinearity;
}

type Kaiming = Fill<
  [a: number, mode: FanMode, nonlinearity: Nonlinearity, generator: Generator | null],
  KaimingOptions
>;

/* @__NO_SIDE_EFFECTS__ */
function kaiming(name: string, draw: Draw): Kaiming {
  return operation<Kaiming>(
    `${name}(tensor: Tensor, a: float = 0, mode: str = 'fanIn', nonlinearity: str = 'leakyRelu', generator: generator? = null)`,
    (tensor: Tensor, a: number, mode: string, nonlinearity: Nonlinearity, generator: Generator | null) => {
      const side = camel(mode);
      if (side !== 'fanIn' && side !== 'fanOut') {
        throw new RangeError(`Mode ${describe(mode)} not supported, please use one of 'fanIn', 'fanOut'`);
      }
      const [fanIn, fanOut] = fans(tensor, name);
      const std = calculateGain(nonlinearity, a) / Math.sqrt(side === 'fanIn' ? fanIn : fanOut);
      return filling(tensor, () => draw(tensor, std, { generator }));
    },
  );
}

/**
 * He's uniform initialisation: from -b to b, b = gain √(3 / fan).
 *
 * @param a - The negative slope, for leaky relu; default 0.
 * @param mode - `'fanIn'` (default) or `'fanOut'`.
 * @param nonlinearity - `'leakyRelu'` (default), `'relu'` …
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.nn.init.kaimingUniform_(torch.empty(3, 6), { nonlinearity: 'relu' });
 * console.log(w.abs().max().item() <= 1); // => true
 * ```
 */
export const kaimingUniform_: Kaiming = kaiming('kaimingUniform_', uniformly);

/**
 * He's normal initialisation: std = gain / √fan.
 *
 * @param a - The negative slope, for leaky relu; default 0.
 * @param mode - `'fanIn'` (default) or `'fanOut'`.
 * @param nonlinearity - `'leakyRelu'` (default), `'relu'` …
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.nn.init.kaimingNormal_(torch.empty(3, 5)).shape)); // => torch.Size([3, 5])
 * ```
 */
export const kaimingNormal_: Kaiming = kaiming('kaimingNormal_', normally);

export { dirac_, eye_, orthogonal_, truncNormal_ } from './init-shaped.ts';
