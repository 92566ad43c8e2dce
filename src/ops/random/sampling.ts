/** Draws that tensors parameterise: probabilities, weights, means. What autograd follows gets zeros. */

import { notImplemented, record, records } from '../../autograd/node.ts';
import { type DType, getDefaultDtype, int64 } from '../../tensor/dtype.ts';
import { broadcastDims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { pointerOf, Tensor, targetOf } from '../../tensor/tensor.ts';
import { draws } from '../../wasm/families/draws.generated.ts';
import { unrecorded } from '../composite.ts';
import { contiguous } from '../create/copy.ts';
import { CREATE, type CreateOptions, checkShape, finish } from '../create/create.ts';
import { checkFloat } from '../elementwise/arithmetic.ts';
import { add_, div } from '../elementwise/binary.ts';
import { mul_ } from '../elementwise/in-place.generated.ts';
import { empty, emptyLike, zerosOf } from '../make.ts';
import { argmax } from '../reduce/extremes.ts';
import { topk } from '../select/sort.ts';
import { type Generator, generatorOption } from './generator.ts';
import { bernoulli_, checkProbabilities, type FillOptions, normal_ } from './random-fill.ts';

/**
 * 1 with the probability that each element of input gives, or with probability p; otherwise 0.
 *
 * @param input - Probabilities, floating point.
 * @param p - One probability in place of those.
 * @throws TypeError for another dtype, RangeError for what is no probability.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.bernoulli(torch.tensor([0, 1]))); // => tensor([0., 1.])
 * ```
 */
export const bernoulli = operation(
  'bernoulli(input: Tensor, p: float? = null, generator: generator? = null)',
  (input, p, given): Tensor => {
    checkFloat(input, 'bernoulli');
    const recorded = (out: Tensor): Tensor => {
      if (records(input)) {
        if (p === null) record(out, 'BernoulliBackward0', [input], null, (g) => [zerosOf(g.dims, g.dtype)]);
        else record(out, 'NotImplemented', [input], null, notImplemented('bernoulli with a number p'));
      }
      return out;
    };
    if (p !== null) {
      return recorded(unrecorded(() => bernoulli_(empty(input.dims, input.dtype), p, { generator: given })));
    }
    const generator = generatorOption('bernoulli', given);
    checkProbabilities(input);
    const drawn = unrecorded(() => {
      const source = contiguous(input);
      const out = empty(input.dims, input.dtype);
      if (out.count > 0) {
        const to = targetOf(out);
        draws.bernoulliTensor(generator.address(), input.dtype.code, out.count, to, pointerOf(source));
      }
      return out;
    });
    return recorded(drawn);
  },
);

/** One index more than fits a float32 exactly. */
const MOST_WEIGHTS = 2 ** 24;

function checkSampling(input: Tensor, numSamples: number, replacement: boolean): void {
  const { dims, dtype } = input;
  if (!dtype.isFloatingPoint) {
    throw new TypeError(`multinomial only supports floating-point dtypes for input, got: ${dtype}`);
  }
  if (dims.length < 1 || dims.length > 2) throw new RangeError('prob_dist must be 1 or 2 dim');
  const k = dims[dims.length - 1];
  if (k > MOST_WEIGHTS) throw new RangeError('number of categories cannot exceed 2^24');
  if (k === 0 && replacement) throw new RangeError('multinomial(): there are no categories to draw from');
  if (numSamples <= 0) throw new RangeError('cannot sample n_sample <= 0 samples');
  if (!replacement && numSamples > k) {
    throw new RangeError('cannot sample n_sample > prob_dist.size(-1) samples without replacement');
  }
}

/**
 * Draws indices with the probabilities that weights give; they need not sum to 1.
 *
 * PyTorch's two ways are kept, as their streams differ: one draw, or draws without replacement, take the largest of
 * weight / e with e exponential, one for each weight; draws with replacement search the cumulative sums, one uniform
 * number for each draw.
 *
 * @param input - Weights [k] or [rows, k], floating point, none negative.
 * @param numSamples - Draws from each row.
 * @param replacement - Whether an index may come again; default false.
 * @returns int64 [numSamples] or [rows, numSamples].
 * @throws RangeError for a weight that is negative or not finite, a row of zeros, and more draws than weights without
 *   replacement.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const weights = torch.tensor([0, 10, 3, 0]);
 * console.log(torch.multinomial(weights, 2), torch.multinomial(weights, 4, true));
 * // => tensor([1, 2]) tensor([1, 2, 1, 1])
 * ```
 */
export const multinomial = operation(
  'multinomial(input: Tensor, numSamples: int, replacement: bool = false, generator: generator? = null)',
  (input, numSamples, replacement, given): Tensor => {
    checkSampling(input, numSamples, replacement);
    const generator = generatorOption('multinomial', given);
    const { dims, dtype } = input;
    const k = dims[dims.length - 1];
    const rows = dims.length === 1 ? 1 : dims[0];
    return unrecorded(() => {
      const weights = contiguous(input);
      const out = empty([...dims.slice(0, -1), numSamples], int64);
      if (rows === 0) return out;
      const wrong = draws.checkWeights(dtype.code, rows, k, pointerOf(weights));
      if (wrong === 1) throw new RangeError('probability tensor contains either `inf`, `nan` or element < 0');
      if (wrong === 2) throw new RangeError('invalid multinomial distribution (sum of probabilities <= 0)');
      if (!replacement || numSamples === 1) {
        const times = emptyLike(input, dtype);
        draws.exponential(generator.address(), dtype.code, times.count, targetOf(times), 1);
        const scores = div(weights, times);
        return numSamples === 1 ? argmax(scores, -1, true) : topk(scores, numSamples).indices;
      }
      const sums = targetOf(empty([k], dtype));
      const [from, to] = [pointerOf(weights), targetOf(out)];
      draws.multinomial(generator.address(), dtype.code, rows, k, from, sums, numSamples, to);
      return out;
    });
  },
);

/** What `normal` takes, named. */
export interface NormalOptions extends CreateOptions, FillOptions {
  mean?: number | Tensor;
  std?: number | Tensor;
  size?: readonly number[];
}

/** `normal` of numbers and a size, or of tensors. */
export type NormalOp = {
  (mean: number, std: number, size: readonly number[], options?: NormalOptions): Tensor;
  (mean: Tensor, std?: number | Tensor, options?: NormalOptions): Tensor;
  (mean: number, std: Tensor, options?: NormalOptions): Tensor;
  (options: NormalOptions): Tensor;
};

/** Standard deviations as PyTorch wants them. */
function checkDeviations(std: Tensor): void {
  checkFloat(std, 'normal');
  if ((std.toTypedArray() as Float32Array).some((value) => !(value >= 0))) {
    throw new RangeError('normal expects all elements of std >= 0.0');
  }
}

/**
 * Normal numbers: of one mean and one standard deviation in a given size, or with a tensor for either or both, which
 * gives the size (broadcast) and the dtype.
 *
 * @param mean - A number or a floating-point tensor.
 * @param std - A number (default 1) or a floating-point tensor; not negative.
 * @param size - The shape, where both are numbers.
 * @throws TypeError for dtypes that are not floating point, RangeError for a negative standard deviation.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.normal(2, 0.5, [2]), torch.normal(torch.tensor([0, 100]), 1));
 * // => tensor([2.7705, 1.8533]) tensor([ -2.1788, 100.5684])
 * ```
 */
export const normal: NormalOp = operation<NormalOp>(
  `normal(mean: real, std: real = 1, size: list? = null, *, generator: generator? = null, ${CREATE})`,
  (
    mean: number | Tensor,
    std: number | Tensor,
    size: readonly number[] | null,
    given: Generator | null,
    dtype: DType | null,
    requiresGrad: boolean,
  ): Tensor => {
    const generator = generatorOption('normal', given);
    if (typeof mean !== 'number' || typeof std !== 'number') {
      if (size !== null) throw new TypeError("normal(): argument 'size' is for a mean and a std that are numbers");
      return fromTensors(mean, std, generator);
    }
    if (size === null) throw new TypeError("normal(): argument 'size' must be a list of ints, not undefined");
    checkShape('normal', size);
    const out = empty([...size], dtype ?? getDefaultDtype(), 'normal');
    return finish(normal_(out, mean, std, { generator }), requiresGrad);
  },
);

function fromTensors(mean: number | Tensor, std: number | Tensor, generator: Generator): Tensor {
  if (mean instanceof Tensor) checkFloat(mean, 'normal');
  if (std instanceof Tensor) checkDeviations(std);
  const like = (mean instanceof Tensor ? mean : std) as Tensor;
  const dims = mean instanceof Tensor && std instanceof Tensor ? broadcastDims(mean.dims, std.dims) : like.dims;
  const drawn = unrecorded(() => {
    const out = empty(dims, like.dtype);
    if (typeof std === 'number') normal_(out, 0, std, { generator });
    else mul_(normal_(out, 0, 1, { generator }), std);
    return add_(out, mean);
  });
  if (records(like, mean, std)) {
    const name = `NormalBackward${typeof std === 'number' ? 1 : typeof mean === 'number' ? 2 : 3}`;
    record(drawn, name, [mean, std], null, (g) => [zerosOf(g.dims, g.dtype), zerosOf(g.dims, g.dtype)]);
  }
  return drawn;
}
