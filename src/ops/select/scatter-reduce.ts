/** `scatter` with `{ reduce }`: what stands at an index already is added to or multiplied, not replaced. */
import { type Args, describe } from '../../tensor/args.ts';
import { bool, int32, int64 } from '../../tensor/dtype.ts';
import { contiguousStrides } from '../../tensor/shape.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { fullRaw } from '../create/copy.ts';
import { fromFlat } from '../create/from-data.ts';
import { castRaw } from '../make.ts';
import type { Operand } from '../promote.ts';
import type { Scalar } from '../scalar.ts';

/** Adds to, or multiplies, what is there. Without a derivative, as in PyTorch; `scatterAdd` has one. */
export type ScatterReduce = 'add' | 'multiply';

/** `scatter`. */
export type ScatterOp = {
  (input: Tensor, dim: number, index: Tensor, src: Operand, options?: { reduce?: ScatterReduce }): Tensor;
  (input: Tensor, ...args: ScatterArgs<'dim index src reduce', Tensor>): Tensor;
  (input: Tensor, ...args: ScatterArgs<'dim index value reduce', Scalar>): Tensor;
};
type ScatterArgs<N extends string, T> = Args<N, [dim: number, index: Tensor, src: T, reduce?: ScatterReduce]>;

/** The reduction that is named, or null. */
export function reduction(name: string, value: unknown): ScatterReduce | null {
  if (value === undefined || value === null || value === 'add' || value === 'multiply') return value ?? null;
  throw new RangeError(`${name}(): reduce argument must be either add or multiply, got ${describe(value)}`);
}

type Numbers = { [at: number]: number };
type Bigs = { [at: number]: bigint };

/**
 * A copy of `self` with every source element reduced into its place, in order. The index has been checked.
 *
 * No kernel multiplies into rows that may repeat, so elements are walked here.
 */
export function scatterReduced(
  self: Tensor,
  d: number,
  index: Tensor,
  source: Tensor | number | bigint,
  reduce: 'add' | 'multiply',
): Tensor {
  const { dtype, dims } = self;
  const values = self.toTypedArray();
  const places = index.toTypedArray() as BigInt64Array;
  const given = source instanceof Tensor ? castRaw(source, dtype) : fullRaw([], dtype, source);
  const from = given.toTypedArray();
  const steps = contiguousStrides(dims);
  const fromSteps = contiguousStrides(given.dims);
  const adds = reduce === 'add';
  for (let i = 0; i < places.length; i++) {
    let rest = i;
    let to = dims.length === 0 ? 0 : Number(places[i]) * steps[d];
    let at = 0;
    for (let j = index.dims.length - 1; j >= 0; j--) {
      const c = rest % index.dims[j];
      rest = (rest - c) / index.dims[j];
      if (j !== d) to += c * steps[j];
      at += c * (fromSteps[j] ?? 0);
    }
    if (dtype === int64) {
      const [bigs, value] = [values as Bigs, (from as Bigs)[at]];
      bigs[to] = adds ? bigs[to] + value : bigs[to] * value;
      continue;
    }
    const numbers = values as Numbers;
    const value = (from as Numbers)[at];
    if (dtype === bool) numbers[to] = adds ? numbers[to] | value : numbers[to] & value;
    else if (adds) numbers[to] += value;
    else numbers[to] = dtype === int32 ? Math.imul(numbers[to], value) : numbers[to] * value;
  }
  return fromFlat(values as never, dims, dtype);
}
