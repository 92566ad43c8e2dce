/** The leaky relu whose slopes are drawn. */

import { describe } from '../../tensor/args.ts';
import { float64 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite, flatIn, unrecorded } from '../composite.ts';
import { contiguous, fill_, to, where } from '../create/copy.ts';
import type { NamedOp } from '../define.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { add_, mul } from '../elementwise/binary.ts';
import { gt, le } from '../elementwise/compare.ts';
import { mul_ } from '../elementwise/in-place.generated.ts';
import { withInplace } from '../elementwise/piecewise.ts';
import { empty } from '../make.ts';
import { sum } from '../reduce/reduce.ts';
import { setAt_ } from '../select/index.ts';
import { writeThrough } from '../write-back.ts';
import { uniform_ } from './random.ts';

/** `F.rrelu`. */
export type RreluOp = {
  (input: Tensor, lower?: number, upper?: number, training?: boolean, inplace?: boolean): Tensor;
  (input: Tensor, options: { lower?: number; upper?: number; training?: boolean; inplace?: boolean }): Tensor;
};

/** The slopes that `rrelu` draws for an input. */
function slopesFor(input: Tensor, lower: number, upper: number, training: boolean): Tensor {
  checkFloat(input, 'rrelu');
  for (const [name, bound] of Object.entries({ lower, upper })) {
    if (!Number.isFinite(bound)) throw new RangeError(`rrelu: ${name} bound must be finite, got ${describe(bound)}`);
  }
  if (lower > upper) throw new RangeError('Lower bound should be less than or equal to the upper bound');
  return unrecorded(() => {
    if (!training) {
      const [one, middle] = [1, (lower + upper) / 2].map((slope) => fill_(empty([], input.dtype), slope));
      return where(gt(input, 0), one, middle);
    }
    // PyTorch draws for the elements that bend alone, in float64, between bounds of the input's dtype; and it rounds
    // the product, which its uniform_ does not.
    const bent = le(input, 0);
    const [low, high] = [lower, upper].map(input.dtype === float64 ? Number : Math.fround);
    const drawn = add_(mul_(uniform_(empty([Number(sum(bent).item())], float64)), high - low), low);
    return setAt_(fill_(empty(input.dims, input.dtype), 1), [bent], to(drawn, input.dtype));
  });
}

/** The derivative of `rrelu`, x being its input or its result; of a middle slope it is piecewise flat. */
function rreluSlope(g: Tensor, x: Tensor, slopes: Tensor, middle: number | null): Tensor {
  return flatIn(x, middle === null ? mul(g, slopes) : where(gt(x, 0), g, mul(g, middle)));
}

const middleOf = (lower: number, upper: number, training: boolean): number | null =>
  training && upper - lower > 1e-6 ? null : (lower + upper) / 2;

function rreluOf(input: Tensor, lower: number, upper: number, training: boolean): Tensor {
  return scope(() => {
    const slopes = slopesFor(input, lower, upper, training);
    const middle = middleOf(lower, upper, training);
    return composite(
      'RreluWithNoiseBackward0',
      [input],
      () => contiguous(mul(input, slopes)),
      () => [input, slopes],
      (g, [x, by]) => [rreluSlope(g, x, by, middle)],
    );
  });
}

const bend_: NamedOp<'slopes middle', [slopes: Tensor, middle: number | null]> = writeThrough(
  'rrelu_(input: Tensor, slopes: Tensor, middle: float?)',
  (x: Tensor, slopes: Tensor) => mul(x, slopes),
  'RreluWithNoiseBackward1',
  rreluSlope,
);

/** The in-place form of `rrelu`. */
function writeRrelu(input: Tensor, lower: number, upper: number, training: boolean): Tensor {
  return scope(() => bend_(input, slopesFor(input, lower, upper, training), middleOf(lower, upper, training)));
}

/**
 * x where x > 0, otherwise a · x: a is drawn uniformly for each element while training, else the middle of its range.
 *
 * @param lower - Where a's range begins; default 1/8.
 * @param upper - Where it ends; default 1/3.
 * @param training - Default false, as in PyTorch.
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers; RangeError for bounds that cross or are not finite.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const y = torch.nn.functional.rrelu(torch.tensor([-1, 2, -3]), { training: true });
 * console.log(y); // => tensor([-0.3271,  2.0000, -0.8174])
 * ```
 */
export const rrelu: RreluOp = withInplace(
  'rrelu(input: Tensor, lower: float = 0.125, upper: float = 0.3333333333333333, training: bool = false, inplace: bool = false)',
  rreluOf,
  writeRrelu,
);
