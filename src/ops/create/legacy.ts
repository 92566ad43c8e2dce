/**
 * PyTorch's older ways to make and to convert tensors, and those of NumPy: `torch.Tensor(2, 3)`, `torch.LongTensor(list)`,
 * `torch.fromNumpy`, `x.numpy()`, `x.type()`.
 */
import { isTracked } from '../../autograd/node.ts';
import { describe, isOptions } from '../../tensor/args.ts';
import { checkDevice } from '../../tensor/device.ts';
import {
  bool,
  DType,
  float32,
  float64,
  getDefaultDtype,
  int32,
  int64,
  type TypedArray,
  uint8,
} from '../../tensor/dtype.ts';
import { Size } from '../../tensor/shape.ts';
import { operation, overloaded } from '../../tensor/signature.ts';
import { Tensor as Handle } from '../../tensor/tensor.ts';
import { aliasOf } from '../view/view-of.ts';
import { toDtype } from './copy.ts';
import { empty } from './create.ts';
import { fromData, type TensorData } from './from-data.ts';

/** What `torch.Tensor` and `torch.FloatTensor` are: called with `new` or without. */
export interface TensorClass {
  (...size: number[]): Handle;
  (data: TensorData, options?: { device?: string }): Handle;
  (options: { data: TensorData; device?: string } | { size: readonly number[]; device?: string }): Handle;
  new (...size: number[]): Handle;
  new (data: TensorData, options?: { device?: string }): Handle;
  new (options: { data: TensorData; device?: string } | { size: readonly number[]; device?: string }): Handle;
  readonly prototype: Handle;
}

/** A tensor of sizes, uninitialised, or of data; of a tensor, an alias. `dtype` null is the default one. */
function legacy(name: string, dtype: DType | null, given: readonly unknown[]): Handle {
  const last = given[given.length - 1];
  const options = isOptions(last) ? last : {};
  const { data, size, device = 'cpu', ...others } = options;
  for (const key of Object.keys(others)) {
    throw new TypeError(`${name}() got an unexpected option '${key}'; it takes data or size, and device`);
  }
  checkDevice(device, name);
  const args = [
    ...(isOptions(last) ? given.slice(0, -1) : given),
    ...[data, size].filter((each) => each !== undefined),
  ];
  const wanted = dtype ?? getDefaultDtype();
  const [first] = args;
  if (args.length === 1 && typeof first === 'object' && first !== null && !(first instanceof Size) && size !== first) {
    if (!(first instanceof Handle)) return fromData(first as TensorData, name, wanted);
    if (dtype === null || dtype === first.dtype) return aliasOf(first);
    throw new TypeError(`${name}(): expected a tensor of ${dtype}, got ${first.dtype}: x.to(dtype) converts`);
  }
  const sizes = args.length === 0 ? [0] : args.length === 1 && Array.isArray(first) ? first : args;
  if (!sizes.every(Number.isInteger)) {
    throw new TypeError(
      `${name}(): expected sizes, a tensor or one list of data, got ${args.map(describe).join(', ')}`,
    );
  }
  return empty([...sizes] as number[], { dtype: wanted });
}

/* @__NO_SIDE_EFFECTS__ */
function tensorClass(name: string, dtype: DType | null): TensorClass {
  const make = overloaded<(...given: unknown[]) => Handle, [readonly unknown[]]>(
    `${name}(data: any)`,
    (given) => [given],
    (given) => legacy(name, dtype, given),
  );
  // No arrow, so that it may be called with new.
  function made(...given: unknown[]): Handle {
    return make(...given);
  }
  Object.defineProperty(made, 'name', { value: name });
  made.prototype = Handle.prototype;
  if (dtype !== null) {
    Object.defineProperty(made, 'dtype', { value: dtype });
    Object.defineProperty(made, Symbol.hasInstance, {
      value: (x: unknown) => x instanceof Handle && x.dtype === dtype,
    });
  }
  return made as unknown as TensorClass;
}

/** The type of every tensor. */
export type Tensor = Handle;

/**
 * `torch.Tensor(2, 3)` is an uninitialised tensor of sizes, `torch.Tensor([2, 3])` one of data, both of the default
 * dtype; of a tensor it is an alias. With `new` or without. `torch.tensor` and `torch.empty` say which is meant.
 *
 * @throws TypeError for anything else; RangeError for a negative size.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.Tensor([2, 3]), torch.Tensor(2, 3).shape); // => tensor([2., 3.]) torch.Size([2, 3])
 * console.log(torch.ones(2) instanceof torch.Tensor); // => true
 * ```
 */
export const Tensor: TensorClass = tensorClass('Tensor', null);
/**
 * `torch.Tensor` of float32; `x instanceof torch.FloatTensor` asks for the dtype.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.FloatTensor([1, 2]).dtype)); // => torch.float32
 * ```
 */
export const FloatTensor: TensorClass = tensorClass('FloatTensor', float32);
/**
 * `torch.Tensor` of float64.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.DoubleTensor([1, 2]).dtype)); // => torch.float64
 * ```
 */
export const DoubleTensor: TensorClass = tensorClass('DoubleTensor', float64);
/**
 * `torch.Tensor` of int64.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.LongTensor([1, 2]).dtype)); // => torch.int64
 * ```
 */
export const LongTensor: TensorClass = tensorClass('LongTensor', int64);
/**
 * `torch.Tensor` of int32.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.IntTensor([1, 2]).dtype)); // => torch.int32
 * ```
 */
export const IntTensor: TensorClass = tensorClass('IntTensor', int32);
/**
 * `torch.Tensor` of uint8.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.ByteTensor([1, 2]).dtype)); // => torch.uint8
 * ```
 */
export const ByteTensor: TensorClass = tensorClass('ByteTensor', uint8);
/**
 * `torch.Tensor` of bool.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.BoolTensor(2).dtype)); // => torch.bool
 * ```
 */
export const BoolTensor: TensorClass = tensorClass('BoolTensor', bool);

const CLASSES: readonly TensorClass[] = [FloatTensor, DoubleTensor, LongTensor, IntTensor, ByteTensor, BoolTensor];

/** `type`. */
export type TypeOp = {
  (input: Handle): string;
  (input: Handle, dtype: DType | string | TensorClass | { dtype: DType | string | TensorClass }): Handle;
};

/**
 * The name of the tensor's class, such as `'torch.FloatTensor'`, or with a dtype the tensor converted to it.
 *
 * @param dtype - A dtype, such a name, or a class: `torch.LongTensor`.
 * @throws RangeError for another name; TypeError for anything else.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1.5, 2]);
 * console.log(x.type(), x.type(torch.int64), x.type('torch.LongTensor').type()); // => torch.FloatTensor tensor([1, 2]) torch.LongTensor
 * ```
 */
export const type: TypeOp = operation<TypeOp>(
  'type(input: Tensor, dtype: any = null, nonBlocking: bool = false)',
  (input: Handle, dtype: DType | string | TensorClass | null): Handle | string => {
    if (dtype === null) return `torch.${classOf(input.dtype).name}`;
    if (dtype instanceof DType) return toDtype(input, dtype);
    if (dtype === Tensor || dtype === 'torch.Tensor') return toDtype(input, getDefaultDtype());
    const found = CLASSES.find((each) => each === dtype || `torch.${each.name}` === dtype);
    if (found !== undefined) return toDtype(input, dtypeOf(found));
    const message = `type(): expected a dtype, or a name such as 'torch.FloatTensor', got ${describe(dtype)}`;
    throw typeof dtype === 'string' ? new RangeError(message) : new TypeError(message);
  },
);

const dtypeOf = (made: TensorClass): DType => (made as unknown as { dtype: DType }).dtype;
const classOf = (dtype: DType): TensorClass => CLASSES.find((each) => dtypeOf(each) === dtype) as TensorClass;

/**
 * The elements as a typed array, row-major, as `toTypedArray` gives them: always a copy, for linear memory moves, and
 * without a shape, for JavaScript's arrays have none (`tolist` gives nested lists).
 *
 * @param force - Also of a tensor that requires grad; default false.
 * @throws Error for a tensor that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([[1, 2]]).numpy()); // => Float32Array(2) [ 1, 2 ]
 * ```
 */
export const numpy = operation('numpy(input: Tensor, force: bool = false)', (input, force): TypedArray => {
  if (!force && isTracked(input)) {
    throw new Error("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.");
  }
  return input.toTypedArray();
});

/**
 * A tensor from what stands for NumPy's arrays here: a typed array, whose dtype it has, or nested lists. A copy, since
 * linear memory cannot be shared.
 *
 * @throws TypeError for anything else.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.fromNumpy(new Float64Array([1, 2]))); // => tensor([1., 2.], dtype=torch.float64)
 * ```
 */
export const fromNumpy: (ndarray: Exclude<TensorData, number | boolean | bigint | Handle>) => Handle = operation<never>(
  'fromNumpy(ndarray: any)',
  (ndarray: TensorData): Handle => {
    if (!Array.isArray(ndarray) && !ArrayBuffer.isView(ndarray)) {
      throw new TypeError(`fromNumpy(): expected a typed array or nested lists, got ${describe(ndarray)}`);
    }
    return fromData(ndarray, 'fromNumpy', null);
  },
);
