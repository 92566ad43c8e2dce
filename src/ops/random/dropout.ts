/** Dropout: of elements, of whole channels, and the kind that keeps a SELU network's mean and variance. */

import { describe } from '../../tensor/args.ts';
import type { DType } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { unrecorded } from '../composite.ts';
import { fill_ } from '../create/copy.ts';
import { add, add_, div_, mul, sub } from '../elementwise/binary.ts';
import { mul_ } from '../elementwise/in-place.generated.ts';
import { empty, emptyLike } from '../make.ts';
import { checkTensor } from '../promote.ts';
import { squeeze, unsqueeze } from '../view/view.ts';
import { squeeze_, unsqueeze_ } from '../view/view-in-place.ts';
import { bernoulli_ } from './random.ts';

function checkDropout(input: Tensor, p: number, name: string): void {
  checkTensor(input, name);
  if (!(p >= 0 && p <= 1))
    throw new RangeError(`dropout probability has to be between 0 and 1, but got ${describe(p)}`);
}

/** Throws for a dtype without fractions, before a number is drawn. */
function checkFloats({ isFloatingPoint, name }: DType): void {
  if (!isFloatingPoint) throw new TypeError(`result type float32 can't be cast to the desired output type ${name}`);
}

/** 1 / (1 - p) with probability 1 - p, otherwise 0. */
function keepMask(noise: Tensor, p: number): Tensor {
  if (p < 1) checkFloats(noise.dtype);
  return unrecorded(() => {
    return p === 1 ? fill_(noise, 0) : div_(bernoulli_(noise, 1 - p), 1 - p);
  });
}

/**
 * Zeroes each element with probability p and divides the others by 1 - p; leaves the input as it is when not training.
 *
 * @param p - Probability to be zeroed, 0 to 1; default 0.5.
 * @param training - Default true.
 * @param inplace - Writes the input; default false.
 * @throws RangeError for a p outside 0 … 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.nn.functional.dropout(torch.ones(4))); // => tensor([0., 0., 2., 0.])
 * ```
 */
export const dropout = operation(
  'dropout(input: Tensor, p: float = 0.5, training: bool = true, inplace: bool = false)',
  (input, p, training, inplace): Tensor => {
    checkDropout(input, p, 'dropout');
    if (!training || p === 0 || input.count === 0) return input;
    return scope(() => {
      const mask = keepMask(emptyLike(input, input.dtype), p);
      return inplace ? mul_(input, mask) : mul(input, mask);
    });
  },
);

/**
 * Zeroes whole channels with probability p and divides the others by 1 - p.
 *
 * @param input - [N, C, L] or [C, L].
 * @param p - Default 0.5.
 * @param training - Default true, as in PyTorch.
 * @param inplace - Writes the input; default false.
 * @throws RangeError for a p outside 0 … 1 or another number of dimensions.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.nn.functional.dropout1d(torch.ones(3, 2)).tolist()); // => [ [ 0, 0 ], [ 0, 0 ], [ 2, 2 ] ]
 * ```
 */
export const dropout1d = operation(
  'dropout1d(input: Tensor, p: float = 0.5, training: bool = true, inplace: bool = false)',
  (input, p, training, inplace): Tensor => {
    checkDropout(input, p, 'dropout1d');
    const { dims } = input;
    if (dims.length !== 2 && dims.length !== 3) {
      throw new RangeError(
        `dropout1d: Expected 2D or 3D input, but received a ${dims.length}D input. Note that dropout1d exists to provide ` +
          'channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension ' +
          '(i.e. 2D or 3D inputs).',
      );
    }
    const drop = (x: Tensor): Tensor => {
      if (!training || p === 0 || x.count === 0) return x;
      return scope(() => {
        const mask = keepMask(empty([...x.dims.slice(0, -1), 1], x.dtype), p);
        return inplace ? mul_(x, mask) : mul(x, mask);
      });
    };
    // As in PyTorch a batch of one: what comes back is never the input itself, unless that is written.
    if (dims.length === 3) return drop(input);
    return inplace ? squeeze_(drop(unsqueeze_(input, 0)), 0) : squeeze(drop(unsqueeze(input, 0)), 0);
  },
);

/** What SELU tends to far below 0, without its sign. */
const SELU_LIMIT = 1.7580993408473766;

/**
 * Dropout for networks of SELUs: an element becomes, with probability p, the value that SELU tends to far below 0; then
 * all are scaled and shifted so that mean and variance stay.
 *
 * @param p - Probability, 0 to 1; default 0.5.
 * @param training - Default false, as in PyTorch.
 * @param inplace - Writes the input; default false.
 * @throws RangeError for a p outside 0 … 1.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const y = torch.nn.functional.alphaDropout(torch.ones(4), { training: true });
 * console.log(y); // => tensor([-0.7792, -0.7792,  1.6656, -0.7792])
 * ```
 */
export const alphaDropout = operation(
  'alphaDropout(input: Tensor, p: float = 0.5, training: bool = false, inplace: bool = false)',
  (input, p, training, inplace): Tensor => {
    checkDropout(input, p, 'alphaDropout');
    if (!training || p === 0 || input.count === 0) return input;
    return scope(() => {
      if (p === 1) return inplace ? mul_(input, 0) : mul(input, 0);
      checkFloats(input.dtype);
      const scale = 1 / Math.sqrt((SELU_LIMIT ** 2 * p + 1) * (1 - p));
      const noise = unrecorded(() => bernoulli_(emptyLike(input, input.dtype), 1 - p));
      const shift = unrecorded(() => add_(mul_(sub(noise, 1), SELU_LIMIT * scale), SELU_LIMIT * scale * p));
      mul_(noise, scale);
      return inplace ? add_(mul_(input, noise), shift) : add(mul(input, noise), shift);
    });
  },
);
