/** Copies in which the elements stand in another order, several times, or in part: flips, repetitions, triangles. */

import { record, records } from '../../autograd/node.ts';
import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { contiguousStrides, type Dims, showDims, withSize, wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { alias, Tensor } from '../../tensor/tensor.ts';
import { composite, unrecorded } from '../composite.ts';
import { clone, cloneRowMajor, contiguous, where } from '../create/copy.ts';
import { arange } from '../create/create.ts';
import { places } from '../create/from-data.ts';
import { ge, le } from '../elementwise/compare.ts';
import { type IntsOp, ints, listed } from '../ints.ts';
import { launchCopy } from '../launch.ts';
import { empty, emptyLike, zerosOf } from '../make.ts';
import { sum } from '../reduce/reduce.ts';
import { indexSelect, wholeNumbers } from '../select/gather.ts';
import { inPlaceOf, writeBack } from '../write-back.ts';
import { cat } from './join.ts';
import type { DiagOp } from './shape.ts';
import { narrow } from './slice.ts';
import { expand, reshape, unsqueeze } from './view.ts';

/**
 * The order of the elements reversed along dimensions; a copy.
 *
 * @param dims - The dimensions, separate or as a list.
 * @throws RangeError when one is named twice.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3]).flip(0)); // => tensor([3., 2., 1.])
 * ```
 */
export const flip: IntsOp<'dims'> = ints('flip', 'dims', (input, list) => {
  const marks = input.dims.map(() => false);
  for (const dim of list) {
    const d = wrapDim(dim, input.dims.length);
    if (marks[d]) throw new RangeError(`dim ${d} appears multiple times in the list of dims`);
    marks[d] = true;
  }
  const { dims, strides } = input;
  const last = dims.reduce((at, size, d) => (marks[d] ? at + Math.max(0, size - 1) * strides[d] : at), input.offset);
  const out = emptyLike(input, input.dtype, 'flip');
  launchCopy(
    out,
    alias(
      input,
      last,
      dims,
      strides.map((step, d) => (marks[d] ? -step : step)),
    ),
  );
  if (records(input)) {
    const reversed = [...marks.keys()].filter((d) => marks[d]);
    record(out, 'FlipBackward0', [input], null, (g) => [flip(g, reversed)]);
  }
  return out;
});

/**
 * Elements moved along dimensions; what goes out at the end comes in at the start.
 *
 * @param shifts - By how many places; negative moves towards the start.
 * @param dims - As many dimensions; without them the flattened tensor is rolled.
 * @throws RangeError when their numbers differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3]).roll(1)); // => tensor([3., 1., 2.])
 * ```
 */
export const roll = operation(
  'roll(input: Tensor, shifts: ints, dims: ints? = null)',
  (input, shifts, dims): Tensor => {
    const by = listed(shifts);
    const along = dims === null ? [] : listed(dims);
    if (by.length === 0) throw new RangeError('`shifts` required');
    if (along.length !== by.length && !(along.length === 0 && by.length === 1)) {
      throw new RangeError(`shifts and dimensions must align. shifts: ${by.length}, dims:${along.length}`);
    }
    if (input.count === 0) return clone(input);
    const wrapped = along.map((d) => wrapDim(d, input.dims.length));
    if (input.dims.length === 0 && along.length > 0) {
      throw new RangeError(`Dimension specified as ${along[0]} but tensor has no dimensions`);
    }
    const out = unrecorded(() => {
      if (along.length === 0) return reshape(rolled(reshape(input, [input.count]), by[0], 0), input.dims);
      return wrapped.reduce((x, d, i) => rolled(x, by[i], d), input);
    });
    if (records(input)) {
      record(out, 'RollBackward0', [input], null, (g) => [
        roll(
          g,
          by.map((n) => -n),
          along,
        ),
      ]);
    }
    return out;
  },
);

/** A list with two entries exchanged. */
function exchanged(list: Dims, i: number, j: number): number[] {
  return list.map((value, d) => (d === i ? list[j] : d === j ? list[i] : value));
}

/** x moved by n places along d, copied. */
function rolled(x: Tensor, n: number, d: number): Tensor {
  const size = x.dims[d];
  const places = size === 0 ? 0 : ((n % size) + size) % size;
  if (places === 0) return cloneRowMajor(x);
  return cat([narrow(x, d, size - places, places), narrow(x, d, 0, size - places)], d);
}

/**
 * A rotation by k times 90 degrees in the plane of two dimensions, from the first towards the second.
 *
 * @param k - Default 1.
 * @param dims - Default [0, 1].
 * @throws RangeError unless two different dimensions are named.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2], [3, 4]]).rot90().tolist()); // => [ [ 2, 4 ], [ 1, 3 ] ]
 * ```
 */
export const rot90 = operation('rot90(input: Tensor, k: int = 1, dims: list = [0,1])', (input, k, dims): Tensor => {
  const rank = input.dims.length;
  if (dims.length !== 2) {
    throw new RangeError(`expected total rotation dims == 2, but got dims = ${dims.length}`);
  }
  if (rank < 2) throw new RangeError(`expected total dims >= 2, but got total dims = ${rank}`);
  const [i, j] = dims.map((d) => wrapDim(d, rank)) as [number, number];
  if (i === j)
    throw new RangeError(`expected rotation dims to be different, but got dim0 = ${dims[0]} and dim1 = ${dims[1]}`);
  const turns = ((k % 4) + 4) % 4;
  const out = unrecorded(() => {
    if (turns === 0) return cloneRowMajor(input);
    if (turns === 2) return flip(input, i, j);
    const flipped = flip(input, turns === 1 ? j : i);
    return alias(flipped, 0, exchanged(flipped.dims, i, j), exchanged(flipped.strides, i, j));
  });
  if (records(input)) record(out, 'Rot90Backward0', [input], null, (g) => [rot90(g, -turns, [i, j])]);
  return out;
});

/**
 * Copies of the tensor side by side.
 *
 * @param repeats - How often along each dimension; more numbers than dimensions add dimensions in front.
 * @throws RangeError for fewer numbers than dimensions, or negative ones.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).repeat(2, 2).tolist()); // => [ [ 1, 2, 1, 2 ], [ 1, 2, 1, 2 ] ]
 * ```
 */
export const repeat: IntsOp<'repeats'> = ints('repeat', 'repeats', (input, times) => {
  const { dims } = input;
  const lead = times.length - dims.length;
  if (lead < 0) {
    throw new RangeError('Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor');
  }
  const sizes = times.map((n, d) => (d < lead ? n : n * dims[d - lead] + 0));
  if (sizes.some((n) => n < 0))
    throw new RangeError(`Trying to create tensor with negative dimension: ${showDims(sizes)}`);
  // Each dimension as two: which copy, and where in it.
  const apart = times.flatMap((n, d) => [n, d < lead ? 1 : dims[d - lead]]);
  const steps = times.flatMap((_, d) => [0, d < lead ? 0 : input.strides[d - lead]]);
  const out = empty(sizes, input.dtype);
  if (out.count > 0)
    launchCopy(alias(out, 0, apart, contiguousStrides(apart)), alias(input, input.offset, apart, steps));
  if (records(input)) {
    const copies = times.map((_, d) => 2 * d);
    record(out, 'RepeatBackward0', [input], null, (g) => [
      copies.length === 0 ? g : reshape(sum(reshape(g, apart), copies), dims),
    ]);
  }
  return out;
});

/**
 * `repeat` with as many numbers as you like: missing ones are 1 and stand in front.
 *
 * @param dims - How often along each dimension.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1], [2]]).tile(2).tolist()); // => [ [ 1, 1 ], [ 2, 2 ] ]
 * ```
 */
export const tile: IntsOp<'dims'> = ints('tile', 'dims', (input, times) => {
  const missing = Math.max(0, input.dims.length - times.length);
  return repeat(input, [...new Array<number>(missing).fill(1), ...times]);
});

/**
 * Each element several times in a row.
 *
 * @param repeats - How often: one number, or integers, one for each element along dim. With only one argument, that is
 *   taken as the repeats of 0, 1, 2 ….
 * @param dim - Without it the flattened tensor is taken.
 * @throws RangeError for negative repeats or a number of them that does not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).repeatInterleave(2)); // => tensor([1., 1., 2., 2.])
 * ```
 */
export const repeatInterleave = operation(
  'repeatInterleave(input: Tensor, repeats: whole? = null, dim: int? = null, outputSize: size? = null)',
  (input, repeats, dim, outputSize): Tensor => {
    return scope(() => {
      if (repeats === null) return positions(input, input.count);
      const x = dim === null ? reshape(input, [input.count]) : input;
      const d = wrapDim(dim ?? 0, x.dims.length);
      if (x.dims.length === 0)
        throw new RangeError('repeatInterleave expects at least a 1-dimensional tensor along dim');
      if (repeats instanceof Tensor) {
        const index = positions(repeats, x.dims[d]);
        if (outputSize !== null && outputSize !== index.count) {
          throw new RangeError(`repeatInterleave(): outputSize is ${outputSize}, the repeats sum to ${index.count}`);
        }
        return indexSelect(x, d, index);
      }
      if (repeats < 0) throw new RangeError(`repeats can not be negative, got ${repeats}`);
      const apart = [...x.dims.slice(0, d + 1), repeats, ...x.dims.slice(d + 1)];
      return reshape(cloneRowMajor(expand(unsqueeze(x, d + 1), apart)), withSize(x.dims, d, x.dims[d] * repeats));
    });
  },
);

/** 0 repeated repeats[0] times, 1 repeated repeats[1] times …, of n numbers. */
function positions(repeats: Tensor, n: number): Tensor {
  if (repeats.dims.length > 1) throw new RangeError('repeats must be 0-dim or 1-dim tensor');
  if (repeats.count !== n && repeats.count !== 1) {
    throw new RangeError(
      `repeats must have the same size as input along dim, but got repeats.size(0) = ${repeats.count} and ` +
        `input.size = ${n}`,
    );
  }
  const given = wholeNumbers(repeats, 'repeatInterleave', 'repeats').toTypedArray() as BigInt64Array;
  const counts = Float64Array.from(given, Number);
  const wrong = counts.find((count) => count < 0);
  if (wrong !== undefined) throw new RangeError(`repeats can not be negative, got ${describe(wrong)}`);
  const step = counts.length === 1 ? 0 : 1;
  const total = step === 0 ? n * counts[0] : counts.reduce((sum, count) => sum + count, 0);
  let row = -1;
  let left = 0;
  return places(total, 'repeatInterleave', () => {
    while (left === 0) left = counts[step * ++row];
    left--;
    return row;
  });
}

function triangle(name: 'tril' | 'triu'): DiagOp {
  const triangleOf = operation<DiagOp>(
    `${name}(input: Tensor, diagonal: int = 0)`,
    (input: Tensor, diagonal: number) => {
      if (input.dims.length < 2)
        throw new RangeError(`${name}: input tensor must have at least 2 dimensions, got ${input.dims.length}`);
      const [rows, columns] = input.dims.slice(-2);
      return composite(
        name === 'tril' ? 'TrilBackward0' : 'TriuBackward0',
        [input],
        () => {
          const row = reshape(arange(diagonal, rows + diagonal), [rows, 1]);
          const kept = name === 'tril' ? le(arange(columns), row) : ge(arange(columns), row);
          return contiguous(where(kept, input, zerosOf([], input.dtype)));
        },
        () => [],
        (g) => [triangleOf(g, diagonal)],
      );
    },
  );
  return triangleOf;
}

/**
 * The lower triangle of matrices, zeros elsewhere.
 *
 * @param diagonal - Keeps what is not above this diagonal; default 0, the main one.
 * @throws RangeError for fewer than two dimensions.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.ones(2, 2).tril().tolist()); // => [ [ 1, 0 ], [ 1, 1 ] ]
 * ```
 */
export const tril: DiagOp = triangle('tril');

/**
 * The upper triangle of matrices, zeros elsewhere.
 *
 * @param diagonal - Keeps what is not below this diagonal; default 0, the main one.
 * @throws RangeError for fewer than two dimensions.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.ones(2, 2).triu().tolist()); // => [ [ 1, 1 ], [ 0, 1 ] ]
 * ```
 */
export const triu: DiagOp = triangle('triu');

/** In-place `tril`. */
export const tril_: (self: Tensor, diagonal?: number) => Tensor = writeBack(inPlaceOf('tril_', tril), tril);

/** In-place `triu`. */
export const triu_: (self: Tensor, diagonal?: number) => Tensor = writeBack(inPlaceOf('triu_', triu), triu);
