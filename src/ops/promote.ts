/** Operands: what may be one, and PyTorch's type promotion, the dtype in which several meet. */
import { describe } from '../tensor/args.ts';
import { type DType, Kind, promote } from '../tensor/dtype.ts';
import type { Dims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { launchCopy } from './launch.ts';
import { empty } from './make.ts';
import { held, isScalar, type Scalar, scalarType } from './scalar.ts';

/** What a binary operation takes. */
export type Operand = Tensor | Scalar;

/** Throws unless x is a tensor. */
export function checkTensor(x: unknown, operation: string, argument = 'input'): asserts x is Tensor {
  if (!(x instanceof Tensor)) throw noTensor(x, operation, argument);
}

const noTensor = (x: unknown, operation: string, argument: string): TypeError =>
  new TypeError(`${operation}(): argument '${argument}' must be Tensor, not ${describe(x)}`);

export function refuseDtype(name: string, dtype: DType): never {
  throw new TypeError(`"${name}" not implemented for '${dtype.name}'`);
}

function higherOver(higher: DType | null, lower: DType | null): DType | null {
  if (higher === null) return lower;
  if (lower === null || higher.kind === Kind.Float) return higher;
  if (higher.kind === Kind.Bool || lower.kind === Kind.Float) return promote(higher, lower);
  return higher;
}

/** PyTorch's result type: tensors with dimensions before 0-dimensional ones before numbers. */
export function resultType(a: Operand, b: Operand, c: Operand = b): DType {
  if (c === b && a instanceof Tensor) {
    if (b instanceof Tensor ? a.dtype === b.dtype : a.dtype.kind === Kind.Float) return a.dtype;
  }
  const found: [DType | null, DType | null, DType | null] = [null, null, null];
  for (const x of [a, b, c]) {
    const rank = !(x instanceof Tensor) ? 2 : x.dims.length === 0 ? 1 : 0;
    const dtype = x instanceof Tensor ? x.dtype : scalarType(x);
    const before = found[rank] as DType | null;
    found[rank] = before === null ? dtype : promote(before, dtype);
  }
  return higherOver(found[0], higherOver(found[1], found[2])) as DType;
}

export const dimsOf = (x: Tensor | number | bigint): Dims => (typeof x === 'object' ? x.dims : NO_DIMS);
const NO_DIMS: Dims = [];

/**
 * x as an operand beside `other`: of two that are no tensors one must become one, and so must a boolean, and a BigInt that
 * no number is.
 *
 * @throws RangeError for a BigInt that `other`, of integers, cannot hold, or int64.
 */
export function operandOf(x: unknown, other: unknown, name: string, argument?: string): Tensor | number {
  if (x instanceof Tensor || (typeof x === 'number' && other instanceof Tensor)) return x;
  if (!isScalar(x)) {
    checkTensor(x, name, argument);
    return x;
  }
  const value = held(scalarType(x), x);
  const beside = other instanceof Tensor ? other.dtype : null;
  if (typeof x === 'bigint' && beside !== null) {
    if (Number.isSafeInteger(Number(x)) || beside.kind === Kind.Float) return Number(x);
    held(beside, x);
  }
  const out = empty([], typeof x === 'boolean' && beside !== null ? beside : scalarType(x));
  launchCopy(out, value);
  return out;
}
