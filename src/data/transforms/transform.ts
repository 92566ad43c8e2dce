/** What all transforms share: they are called with a tensor and give one, and draw from the default generator. */
import { rand } from '../../ops/random/random.ts';
import { printed } from '../../optim/options.ts';
import { describe, isFunction } from '../../tensor/args.ts';
import { makeCallable } from '../../tensor/callable.ts';
import { Tensor } from '../../tensor/tensor.ts';

/** Calling a transform applies it. */
export interface Transform {
  (img: Tensor): Tensor;
}

/**
 * Base class of transforms: a subclass writes `forward`, and an instance is called as a function. Images are tensors
 * [..., H, W] of any dtype unless a transform says otherwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * class Invert extends torch.transforms.Transform {
 *   forward(img: torch.Tensor) {
 *     return img.neg().add(1);
 *   }
 * }
 * console.log(new Invert()(torch.tensor([0, 0.25]))); // => tensor([1.0000, 0.7500])
 * ```
 */
export abstract class Transform {
  constructor() {
    if (new.target === (Transform as unknown)) {
      throw new TypeError('Transform is what the transforms extend, with forward');
    }
    // biome-ignore lint/correctness/noConstructorReturn: the instance is a function with the class's prototype
    return makeCallable(new.target.prototype as this);
  }

  /** Applies the transform. */
  abstract forward(img: Tensor): Tensor;

  /** Called by calling the transform. @internal */
  __call__(img: Tensor): Tensor {
    checkImage(this.constructor.name, img);
    return this.forward(img);
  }

  /** The class with its options. */
  toString(): string {
    const options = Object.entries(this).filter(([, value]) => typeof value !== 'function');
    return `${this.constructor.name}(${options.map(([key, value]) => `${key}=${printed(value)}`).join(', ')})`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** Throws unless the value is a tensor, which is what a transform of images takes. */
export function checkImage(name: string, img: unknown): asserts img is Tensor {
  if (!(img instanceof Tensor)) throw new TypeError(`${name}(): img should be a Tensor, got ${describe(img)}`);
}

/** Height and width of an image. */
export function sizeOf(name: string, img: Tensor): [height: number, width: number] {
  checkImage(name, img);
  const { dims } = img;
  if (dims.length < 2) throw new RangeError(`${name}(): an image has shape [..., H, W], got [${dims.join(', ')}]`);
  return [dims[dims.length - 2], dims[dims.length - 1]];
}

/** True with probability p: one draw. */
export function chance(p: number): boolean {
  const drawn = rand(1);
  const value = drawn.item();
  drawn.dispose();
  return value < p;
}

/** Throws unless p is a probability. */
export function checkProbability(name: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${name}(): p must be between 0 and 1, got ${p}`);
}

/**
 * Several transforms, one after the other.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { Compose, Normalize, RandomHorizontalFlip } = torch.transforms;
 * const augment = new Compose([new RandomHorizontalFlip(1), new Normalize([0.5], [0.25])]);
 * console.log(augment(torch.tensor([[[0, 1]]])).tolist()); // => [ [ [ 2, -2 ] ] ]
 * ```
 */
export class Compose extends Transform {
  /** In the order of application. */
  readonly transforms: readonly ((img: Tensor) => Tensor)[];

  /**
   * @param transforms - Transforms or plain functions.
   * @throws TypeError for what cannot be called.
   */
  constructor(transforms: readonly ((img: Tensor) => Tensor)[]) {
    super();
    if (!Array.isArray(transforms)) {
      throw new TypeError(`Compose(): transforms must be a list, got ${describe(transforms)}`);
    }
    for (const transform of transforms as readonly unknown[]) {
      if (!isFunction(transform)) {
        throw new TypeError(`Compose(): transforms must be functions, got ${describe(transform)}`);
      }
    }
    this.transforms = [...transforms];
  }

  forward(img: Tensor): Tensor {
    return this.transforms.reduce((x, transform) => transform(x), img);
  }

  override toString(): string {
    return `Compose(\n${this.transforms.map((each) => `    ${each}`).join('\n')}\n)`;
  }
}

/**
 * A function as a transform.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const half = new torch.transforms.Lambda((img) => img.div(2));
 * console.log(half(torch.tensor([1, 3]))); // => tensor([0.5000, 1.5000])
 * ```
 */
export class Lambda extends Transform {
  /** The function. */
  readonly lambd: (img: Tensor) => Tensor;

  /** @throws TypeError for what cannot be called. */
  constructor(lambd: (img: Tensor) => Tensor) {
    super();
    if (!isFunction(lambd)) {
      throw new TypeError(`Argument lambd should be callable, not ${describe(lambd)}`);
    }
    this.lambd = lambd;
  }

  forward(img: Tensor): Tensor {
    return this.lambd(img);
  }
}
