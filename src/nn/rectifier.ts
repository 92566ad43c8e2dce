import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import type { Given } from './given.ts';
import { Activation, Configured, printed } from './layer.ts';

/**
 * x where x > 0, otherwise α (eˣ - 1), elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.ELU()(torch.tensor([-1, 2]))); // => tensor([-0.6321,  2.0000])
 * ```
 */
export class ELU extends Activation {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly alpha: number;

  /**
   * @param alpha - α; default 1.
   * @param inplace - Writes the input itself; default false.
   */
  constructor(...args: Given<[alpha?: number, inplace?: boolean], { alpha?: number; inplace?: boolean }>) {
    super('(alpha: float = 1, inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.elu(input, this.alpha, this.inplace);
  }

  override extraRepr(): string {
    return printed(this, 'alpha');
  }
}

/**
 * max(x, 0) + min(0, α (exp(x / α) - 1)), elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.CELU(2)(torch.tensor([-1, 2]))); // => tensor([-0.7869,  2.0000])
 * ```
 */
export class CELU extends Activation {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly alpha: number;

  /**
   * @param alpha - α; default 1.
   * @param inplace - Writes the input itself; default false.
   */
  constructor(...args: Given<[alpha?: number, inplace?: boolean], { alpha?: number; inplace?: boolean }>) {
    super('(alpha: float = 1, inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.celu(input, this.alpha, this.inplace);
  }

  override extraRepr(): string {
    return printed(this, 'alpha');
  }
}

/**
 * s (max(x, 0) + min(0, α (eˣ - 1))) with the s and α that keep mean 0 and variance 1, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.SELU()(torch.tensor([-1, 2]))); // => tensor([-1.1113,  2.1014])
 * ```
 */
export class SELU extends Activation {
  /** @internal */
  static readonly keepsNothing = true;

  /** @param inplace - Writes the input itself; default false. */
  constructor(...args: Given<[inplace?: boolean], { inplace?: boolean }>) {
    super('(inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.selu(input, this.inplace);
  }
}

/**
 * x · sigmoid(x), elementwise; also called swish.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.SiLU()(torch.tensor([-1, 2]))); // => tensor([-0.2689,  1.7616])
 * ```
 */
export class SiLU extends Activation {
  /** @internal */
  static readonly keepsNothing = true;

  /** @param inplace - Writes the input itself; default false. */
  constructor(...args: Given<[inplace?: boolean], { inplace?: boolean }>) {
    super('(inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.silu(input, this.inplace);
  }
}

/**
 * x · tanh(softplus(x)), elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Mish()(torch.tensor([-1, 2]))); // => tensor([-0.3034,  1.9440])
 * ```
 */
export class Mish extends Activation {
  /** @internal */
  static readonly keepsNothing = true;

  /** @param inplace - Writes the input itself; default false. */
  constructor(...args: Given<[inplace?: boolean], { inplace?: boolean }>) {
    super('(inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.mish(input, this.inplace);
  }
}

/**
 * x · Φ(x), Φ being the normal distribution function; with `'tanh'` an approximation of it.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.GELU()(torch.tensor([-1, 2]))); // => tensor([-0.1587,  1.9545])
 * ```
 */
export class GELU extends Configured {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly approximate: 'none' | 'tanh';

  /** @param approximate - `'none'` (default) or `'tanh'`. */
  constructor(...args: Given<[approximate?: 'none' | 'tanh'], { approximate?: 'none' | 'tanh' }>) {
    super("(approximate: str = 'none')", args);
  }

  forward(input: Tensor): Tensor {
    return F.gelu(input, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}

/**
 * min(max(x, 0), 6), elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.ReLU6()(torch.tensor([-1, 9]))); // => tensor([0., 6.])
 * ```
 */
export class ReLU6 extends Activation {
  /** @internal */
  static readonly keepsNothing = true;

  /** @param inplace - Writes the input itself; default false. */
  constructor(...args: Given<[inplace?: boolean], { inplace?: boolean }>) {
    super('(inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.relu6(input, this.inplace);
  }
}

/**
 * x between two bounds, and the bound beyond it.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Hardtanh(-2, 2)(torch.tensor([-3, 1]))); // => tensor([-2.,  1.])
 * ```
 */
export class Hardtanh extends Activation {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly minVal: number;
  declare readonly maxVal: number;

  /**
   * @param minVal - Lower bound; default -1.
   * @param maxVal - Upper bound; default 1.
   * @param inplace - Writes the input itself; default false.
   */
  constructor(
    ...args: Given<
      [minVal?: number, maxVal?: number, inplace?: boolean],
      { minVal?: number; maxVal?: number; inplace?: boolean }
    >
  ) {
    super('(minVal: float = -1, maxVal: float = 1, inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.minVal, this.maxVal, this.inplace);
  }

  override extraRepr(): string {
    return printed(this, 'minVal', 'maxVal');
  }
}

/**
 * x · min(max(x + 3, 0), 6) / 6, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Hardswish()(torch.tensor([-1, 4]))); // => tensor([-0.3333,  4.0000])
 * ```
 */
export class Hardswish extends Configured {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly inplace: boolean;

  /** @param inplace - Writes the input itself; default false. */
  constructor(...args: Given<[inplace?: boolean], { inplace?: boolean }>) {
    super('(inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.hardswish(input, this.inplace);
  }
}

/**
 * min(max(x + 3, 0), 6) / 6, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Hardsigmoid()(torch.tensor([-1, 4]))); // => tensor([0.3333, 1.0000])
 * ```
 */
export class Hardsigmoid extends Configured {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly inplace: boolean;

  /** @param inplace - Writes the input itself; default false. */
  constructor(...args: Given<[inplace?: boolean], { inplace?: boolean }>) {
    super('(inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.hardsigmoid(input, this.inplace);
  }
}

/**
 * x where x > threshold, otherwise value, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(new torch.nn.Threshold(1, -5)(torch.tensor([0, 2]))); // => tensor([-5.,  2.])
 * ```
 */
export class Threshold extends Activation {
  /** @internal */
  static readonly keepsNothing = true;
  declare readonly threshold: number;
  declare readonly value: number;

  /**
   * @param threshold - Where x passes.
   * @param value - What stands elsewhere.
   * @param inplace - Writes the input itself; default false.
   */
  constructor(
    ...args: Given<
      [threshold: number, value: number, inplace?: boolean],
      { threshold?: number; value: number; inplace?: boolean }
    >
  ) {
    super('(threshold: float, value: float, inplace: bool = false)', args);
  }

  forward(input: Tensor): Tensor {
    return F.threshold(input, this.threshold, this.value, this.inplace);
  }

  override extraRepr(): string {
    return `threshold=${this.threshold}, value=${this.value}${this.inplace ? ', inplace=True' : ''}`;
  }
}
