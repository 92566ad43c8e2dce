/** Numbers beside tensors: the dtype that a number has, and whether another holds it. */
import { describe } from '../tensor/args.ts';
import { bool, type DType, float32, getDefaultDtype, int64, Kind, uint8 } from '../tensor/dtype.ts';

/** PyTorch's Scalar. A whole number that int64 holds is Python's int, every other number its float. */
export type Scalar = number | boolean | bigint;

/** Whether a value is a number of any kind. */
export function isScalar(value: unknown): value is Scalar {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
}

/** Whether a number is Python's int. JavaScript has 1e30 for a whole number; an int64 it can hardly be. */
export function isWhole(value: Scalar): boolean {
  return typeof value !== 'number' || (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63);
}

/** The dtype in which a number meets a tensor. */
export function scalarType(value: Scalar): DType {
  if (typeof value === 'boolean') return bool;
  return isWhole(value) ? int64 : getDefaultDtype();
}

/** The largest float32. */
const MOST = 3.4028234663852886e38;

/**
 * Whether `dtype` holds a number, its fraction cut off: PyTorch's rule. A negative int may wrap in uint8, a negative
 * float may not; bool holds everything, a float its infinities and NaN too.
 */
function holds(dtype: DType, value: Scalar, whole: boolean): boolean {
  if (typeof value === 'boolean' || dtype === bool) return true;
  if (dtype.kind === Kind.Float)
    return dtype !== float32 || !(Number.isFinite(Number(value)) && Math.abs(Number(value)) > MOST);
  const limit = 2 ** (8 * dtype.itemsize - (dtype === uint8 ? 0 : 1));
  const least = dtype !== uint8 ? -limit : whole ? 1 - limit : 0;
  // 255.5 is more than uint8's greatest; int64's is no number.
  return value >= least && (dtype === int64 ? value < limit : value <= limit - 1);
}

/**
 * The number as it is written into a tensor of `dtype`.
 *
 * @param whole - Whether PyTorch takes it for an int; it takes some whole numbers for floats.
 * @throws RangeError for one that the dtype cannot hold.
 */
export function held(dtype: DType, value: Scalar, whole: boolean = isWhole(value)): number | bigint {
  if (typeof value === 'number' && dtype.kind === Kind.Float && Math.abs(value) <= MOST) return value;
  if (!holds(dtype, value, whole)) {
    throw new RangeError(`value cannot be converted to type ${dtype.name} without overflow, got ${value}`);
  }
  return plain(value);
}

/** The number itself; true is 1. */
export function plain(value: Scalar): number | bigint {
  return typeof value === 'boolean' ? Number(value) : value;
}

/**
 * A number that is computed with and not written: true is 1.
 *
 * @throws TypeError for what is no number; RangeError for a BigInt that no number is.
 */
export function toNumber(value: unknown, operation: string, argument: string): number {
  if (!isScalar(value)) {
    throw new TypeError(`${operation}(): argument '${argument}' must be a number, not ${describe(value)}`);
  }
  if (typeof value === 'bigint' && !Number.isSafeInteger(Number(value))) {
    throw new RangeError(
      `${operation}(): argument '${argument}' must be a number up to 2^53, got ${value}; a tensor of int64 holds more`,
    );
  }
  return Number(value);
}
