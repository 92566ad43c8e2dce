/** Element types: their codes in the core, sizes, typed arrays, and PyTorch's promotion. */

import { DTypeCode } from '../../assembly/codes.ts';
import { markKind } from './brands.ts';

/** Names of the dtypes that torchlet computes in. */
export type DTypeName = 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool';

/** Any typed array that a tensor can be made from or copied to. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Int16Array;

/** What is copied out of a tensor: a typed array over memory of its own, which TypeScript can say since 5.7. */
export type OwnArray = ReturnType<TypedArray['slice']>;

/** Bytes in memory of their own, as Blob, Response and fetch take them. */
export type Bytes = ReturnType<Uint8Array['slice']>;

type TypedArrayConstructor = new (buffer: ArrayBuffer, byteOffset?: number, length?: number) => TypedArray;

/** PyTorch's categories, in the order of promotion. */
// biome-ignore lint/suspicious/noConstEnum: the package is compiled as one program, so that tsc writes the numbers
export const enum Kind {
  Bool = 0,
  Integer = 1,
  Float = 2,
}

/**
 * An element type, such as `torch.float32`. Compare with `===`; `String(dtype)` gives PyTorch's name.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.tensor([1, 2]).dtype)); // => torch.float32
 * console.log(torch.int64.itemsize); // => 8
 * ```
 */
export class DType {
  /** PyTorch's name without the prefix. */
  readonly name: string;
  /** Bytes of one element. */
  readonly itemsize: number;
  /** Whether it is a floating-point dtype. */
  readonly isFloatingPoint: boolean;
  /** @internal */
  readonly code: DTypeCode;
  /** Log2 of itemsize. @internal */
  readonly shift: number;
  /** @internal */
  readonly kind: Kind;
  /** @internal */
  readonly array: TypedArrayConstructor;

  /** @internal */
  constructor(name: string, code: DTypeCode, shift: number, kind: Kind, array: TypedArrayConstructor) {
    this.name = name;
    this.code = code;
    this.shift = shift;
    this.itemsize = 1 << shift;
    this.kind = kind;
    this.isFloatingPoint = kind === Kind.Float;
    this.array = array;
    Object.freeze(this);
  }

  /** PyTorch's spelling, `torch.float32`. */
  toString(): string {
    return `torch.${this.name}`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

markKind(DType.prototype, 'dtype');

/** 32-bit IEEE float, the default for numbers. */
export const float32 = new DType('float32', DTypeCode.Float32, 2, Kind.Float, Float32Array);
/** 64-bit IEEE float. */
export const float64 = new DType('float64', DTypeCode.Float64, 3, Kind.Float, Float64Array);
/** 64-bit signed integer, the dtype of indices and counts. */
export const int64 = new DType('int64', DTypeCode.Int64, 3, Kind.Integer, BigInt64Array);
/** 32-bit signed integer. */
export const int32 = new DType('int32', DTypeCode.Int32, 2, Kind.Integer, Int32Array);
/** 8-bit unsigned integer. */
export const uint8 = new DType('uint8', DTypeCode.UInt8, 0, Kind.Integer, Uint8Array);
/** Boolean, one byte per element. */
export const bool = new DType('bool', DTypeCode.Bool, 0, Kind.Bool, Uint8Array);
/** PyTorch's other name of float32. */
export const float = float32;
/** PyTorch's other name of float64. */
export const double = float64;
/** PyTorch's other name of int64. */
export const long = int64;
/** PyTorch's other name of int32. */
export const int = int32;

/** Every dtype that is computed in, by code. */
export const DTYPES: readonly DType[] = [float32, float64, int64, int32, uint8, bool];

/** The dtype that two operands of equal rank meet in, PyTorch's promotion lattice. */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a.kind !== b.kind) return a.kind > b.kind ? a : b;
  // Within a kind the wider one wins; no two computed dtypes of one kind have the same size.
  return a.itemsize > b.itemsize ? a : b;
}

let defaultDtype = float32;

/**
 * The dtype that numbers and random floats get, float32 unless changed.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.getDefaultDtype())); // => torch.float32
 * ```
 */
export function getDefaultDtype(): DType {
  return defaultDtype;
}

/**
 * Makes `dtype` (float32 or float64) what numbers and random floats get from now on.
 *
 * @throws TypeError for a dtype that is not floating point.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.setDefaultDtype(torch.float64);
 * console.log(torch.tensor([1.5])); // => tensor([1.5000])
 * torch.setDefaultDtype(torch.float32);
 * ```
 */
export function setDefaultDtype(dtype: DType): void {
  if (!(dtype instanceof DType)) {
    const got = typeof dtype === 'string' ? `'${dtype}'` : typeof dtype;
    throw new TypeError(`setDefaultDtype(): invalid dtype object: expected torch.float32 or torch.float64, got ${got}`);
  }
  if (!dtype.isFloatingPoint) {
    throw new TypeError(`only floating-point types are supported as the default type, got ${dtype}`);
  }
  defaultDtype = dtype;
}
