/** Products and norms beside matmul: addmm, baddbmm, inner, outer, cross, tensordot, trace. */

import { by } from '../../autograd/node.ts';
import { bool, Kind } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { broadcastDims, countOf, sameDims, showDims, wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { contiguous } from '../create/copy.ts';
import type { NamedOp } from '../define.ts';
import { add, mul, sub } from '../elementwise/binary.ts';
import { beginComputed } from '../inplace.ts';
import { zerosOf } from '../make.ts';
import { refuseDtype } from '../promote.ts';
import { sum } from '../reduce/reduce.ts';
import { held, type Scalar, toNumber } from '../scalar.ts';
import { roll } from '../view/arrange.ts';
import { diagonal } from '../view/shape.ts';
import { expand, permute, reshape, transpose } from '../view/view.ts';
import { embed } from '../view/view-of.ts';
import { inPlaceOf, writeBack } from '../write-back.ts';
import { bmm, mm } from './matmul.ts';

/** `addmm` and `baddbmm`: beta · input + alpha · a · b. */
export type AddProductOp<A extends string, B extends string> = NamedOp<
  `${A} ${B} beta alpha`,
  [a: Tensor, b: Tensor, beta?: Scalar, alpha?: Scalar]
>;

/** `skips` says of which factors an alpha of 0 makes 0 without looking at them: their infinities and NaN stay out. */
function addProduct<A extends string, B extends string>(
  name: string,
  backward: string,
  factors: readonly [A, B],
  product: (a: Tensor, b: Tensor) => Tensor,
  skips: (a: Tensor, b: Tensor) => boolean,
): AddProductOp<A, B> {
  const scaled = (x: Tensor, by: number): Tensor => (by === 1 ? x : mul(x, by));
  const [first, second] = factors;
  return operation<AddProductOp<A, B>>(
    `${name}(input: Tensor, ${first}: Tensor, ${second}: Tensor, beta: scalar = 1, alpha: scalar = 1)`,
    (input: Tensor, a: Tensor, b: Tensor, ...scales: readonly Scalar[]) => {
      if (input.dtype !== a.dtype) {
        throw new TypeError(
          `${name}(): expected self and ${first} to have the same dtype, but got: ` +
            `${input.dtype.name} != ${a.dtype.name}`,
        );
      }
      const [beta, alpha] = ['beta', 'alpha'].map((each, i) => {
        const value = toNumber(scales[i], name, each);
        held(input.dtype, value);
        return input.dtype.kind === Kind.Float ? value : Math.trunc(value);
      });
      return composite(
        backward,
        [input, a, b],
        () => {
          const whole = product(a, b);
          const y = alpha === 0 && skips(a, b) ? zerosOf(whole.dims, whole.dtype) : scaled(whole, alpha);
          const dims = broadcastDims(input.dims, y.dims);
          if (!sameDims(dims, y.dims)) {
            throw new RangeError(
              `${name}(): input of shape ${showDims(input.dims)} cannot be expanded to ${showDims(y.dims)}`,
            );
          }
          // With beta 0 the input is not looked at: its NaN stay out.
          return beta === 0 ? y : add(y, scaled(input, beta));
        },
        () => [a, b],
        (g, [x, y], node) => [
          node.needs(0) ? scaled(g, beta) : null,
          node.needs(1) ? scaled(product(g, transpose(y, -2, -1)), alpha) : null,
          node.needs(2) ? scaled(product(transpose(x, -2, -1), g), alpha) : null,
        ],
        [by(2), by(1)],
      );
    },
  );
}

/**
 * beta · input + alpha · mat1 · mat2.
 *
 * @param input - Broadcasts to the product's shape.
 * @param mat1 - [n, k].
 * @param mat2 - [k, m].
 * @param options - `beta` and `alpha`, default 1.
 * @throws RangeError when the sizes do not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.ones(2, 2);
 * console.log(torch.addmm(torch.tensor([1, 2]), x, x).tolist()); // => [ [ 3, 4 ], [ 3, 4 ] ]
 * ```
 */
export const addmm: AddProductOp<'mat1', 'mat2'> = addProduct(
  'addmm',
  'AddmmBackward0',
  ['mat1', 'mat2'],
  mm,
  () => true,
);

/**
 * beta · input + alpha · batch1 · batch2, for batches of matrices.
 *
 * @param input - Broadcasts to the product's shape.
 * @param batch1 - [b, n, k].
 * @param batch2 - [b, k, m].
 * @param options - `beta` and `alpha`, default 1.
 * @throws RangeError when the sizes do not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.ones(1, 2, 2);
 * console.log(torch.baddbmm(torch.ones(1), x, x, { alpha: 2 }).tolist()); // => [ [ [ 5, 5 ], [ 5, 5 ] ] ]
 * ```
 */
export const baddbmm: AddProductOp<'batch1', 'batch2'> = addProduct(
  'baddbmm',
  'BaddbmmBackward0',
  ['batch1', 'batch2'],
  bmm,
  // PyTorch multiplies small products itself, infinities by 0 too; BLAS, to which it gives others, does not.
  (a, b) => a.dims[1] * a.dims[2] * b.dims[2] >= 400,
);

/** In-place `addmm`. */
export const addmm_: typeof addmm = writeBack(inPlaceOf('addmm_', addmm), addmm, beginComputed);
/** In-place `baddbmm`. */
export const baddbmm_: typeof baddbmm = writeBack(inPlaceOf('baddbmm_', baddbmm), baddbmm, beginComputed);

/**
 * All products of an element of one vector and one of the other.
 *
 * @param input - [n].
 * @param vec2 - [m].
 * @returns [n, m].
 * @throws RangeError unless both are vectors.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.outer(torch.tensor([1, 2]), torch.tensor([3, 4])).tolist()); // => [ [ 3, 4 ], [ 6, 8 ] ]
 * ```
 */
export const outer = operation('outer(input: Tensor, vec2: Tensor)', (input, vec2): Tensor => {
  for (const [name, x] of [
    ['self', input],
    ['vec2', vec2],
  ] as const) {
    if (x.dims.length !== 1) {
      throw new RangeError(`outer: Expected 1-D argument ${name}, but got ${x.dims.length}-D`);
    }
  }
  return scope(() => mul(reshape(input, [input.count, 1]), vec2));
});

/** Sums of products over dims of a and of b: what is left of a, then what is left of b. */
function contract(a: Tensor, b: Tensor, dimsA: readonly number[], dimsB: readonly number[]): Tensor {
  const freeA = [...a.dims.keys()].filter((d) => !dimsA.includes(d));
  const freeB = [...b.dims.keys()].filter((d) => !dimsB.includes(d));
  const sizes = (x: Tensor, dims: readonly number[]): number[] => dims.map((d) => x.dims[d]);
  const k = countOf(sizes(a, dimsA));
  const left = reshape(permute(a, [...freeA, ...dimsA]), [countOf(sizes(a, freeA)), k]);
  const right = reshape(permute(b, [...dimsB, ...freeB]), [k, countOf(sizes(b, freeB))]);
  return reshape(mm(left, right), [...sizes(a, freeA), ...sizes(b, freeB)]);
}

/**
 * Sums of products along the last dimensions of both; of numbers and tensors, their product.
 *
 * @throws RangeError when the last sizes differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.inner(torch.tensor([1, 2]), torch.tensor([3, 4]))); // => tensor(11.)
 * ```
 */
export const inner = operation('inner(input: Tensor, other: Tensor)', (input, other): Tensor => {
  if (input.dims.length === 0 || other.dims.length === 0) return mul(input, other);
  const [i, j] = [input.dims.length - 1, other.dims.length - 1];
  if (input.dims[i] !== other.dims[j]) {
    throw new RangeError(
      'inner() the last dimension must match on both input tensors but got shapes ' +
        `${showDims(input.dims)} and ${showDims(other.dims)}`,
    );
  }
  return scope(() => contract(input, other, [i], [j]));
});

/**
 * Sums of products over several dimensions of both.
 *
 * @param dims - A number n: the last n of a with the first n of b; or two lists of dimensions. Default 2.
 * @returns The other dimensions of a, then those of b.
 * @throws RangeError when sizes differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensordot(torch.ones(2, 3), torch.ones(3, 2), 1).tolist()); // => [ [ 3, 3 ], [ 3, 3 ] ]
 * ```
 */
export const tensordot = operation('tensordot(a: Tensor, b: Tensor, dims: lists = 2)', (a, b, dims): Tensor => {
  let lists: readonly (readonly number[])[];
  if (typeof dims === 'number') {
    if (dims < 0) throw new RangeError(`tensordot expects dims >= 0, but got dims=${dims}`);
    if (dims > Math.min(a.dims.length, b.dims.length)) {
      throw new RangeError(`tensordot expects dims < ndim_a or ndim_b, but got dims=${dims}`);
    }
    lists = [
      Array.from({ length: dims }, (_, i) => a.dims.length - dims + i),
      Array.from({ length: dims }, (_, i) => i),
    ];
  } else {
    const pair = dims.map((list) => (typeof list === 'number' ? [list] : list));
    if (pair.length !== 2) throw new RangeError(`tensordot(): dims must be two lists, got a list of ${pair.length}`);
    lists = pair;
  }
  const [dimsA, dimsB] = [a, b].map((x, i) => lists[i].map((d) => wrapDim(d, x.dims.length))) as [number[], number[]];
  if (dimsA.length !== dimsB.length) {
    throw new RangeError('both dimension lists should have same length');
  }
  // A size of 1 is met by summing the other one up.
  return scope(() => {
    let [x, y] = [a, b];
    dimsA.forEach((d, i) => {
      const [n, m] = [a.dims[d], b.dims[dimsB[i]]];
      if (n === m) return;
      if (n === 1) y = sum(y, dimsB[i], true);
      else if (m === 1) x = sum(x, d, true);
      else {
        throw new RangeError(
          `contracted dimensions need to match, but first has size ${n} in dim ${d} and second ` +
            `has size ${m} in dim ${dimsB[i]}`,
        );
      }
    });
    return contract(x, y, dimsA, dimsB);
  });
});

/**
 * The cross product of vectors of three elements; other dimensions broadcast.
 *
 * @param dim - Where the three stand; by default the first dimension of size 3.
 * @throws RangeError when that has another size.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0]), 0)); // => tensor([0., 0., 1.])
 * ```
 */
export const cross = operation('cross(input: Tensor, other: Tensor, dim: int? = null)', (input, other, dim): Tensor => {
  if (input.dims.length !== other.dims.length) {
    throw new RangeError(
      'linalg.cross: inputs must have the same number of dimensions, got ' +
        `${input.dims.length} and ${other.dims.length}`,
    );
  }
  if (input.dtype !== other.dtype) {
    throw new TypeError(
      `linalg.cross: expected both tensors to have the same dtype, got ${input.dtype} and ${other.dtype}`,
    );
  }
  const d = dim === null ? input.dims.indexOf(3) : wrapDim(dim, input.dims.length);
  if (d < 0) throw new RangeError('no dimension of size 3 in input');
  if (input.dims[d] !== 3 || other.dims[d] !== 3) {
    throw new RangeError(
      `linalg.cross: inputs dimension ${d} must have length 3. Got ${input.dims[d]} and ${other.dims[d]}`,
    );
  }
  return crossAlong(input, other, d);
});

function crossAlong(a: Tensor, b: Tensor, d: number): Tensor {
  return composite(
    'LinalgCrossBackward0',
    [a, b],
    () => sub(mul(roll(a, -1, d), roll(b, -2, d)), mul(roll(a, -2, d), roll(b, -1, d))),
    () => [a, b],
    (g, [x, y], node) => {
      const whole = (v: Tensor): Tensor => expand(v, g.dims);
      return [node.needs(0) ? crossAlong(whole(y), g, d) : null, node.needs(1) ? crossAlong(g, whole(x), d) : null];
    },
    [by(1), by(0)],
  );
}

/**
 * The sum of a matrix's diagonal.
 *
 * @throws RangeError unless the input has two dimensions.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4]]).trace()); // => tensor(5.)
 * ```
 */
export const trace = operation('trace(input: Tensor)', (input): Tensor => {
  if (input.dims.length !== 2)
    throw new RangeError(`trace: expected a matrix, but got tensor with dim ${input.dims.length}`);
  if (input.dtype === bool) refuseDtype('trace', bool);
  const { dims } = input;
  return composite(
    'TraceBackward0',
    [input],
    () => sum(contiguous(diagonal(input))),
    () => [],
    (g) => [embed(expand(g, [Math.min(...dims)]), dims, (x) => diagonal(x))],
  );
});
