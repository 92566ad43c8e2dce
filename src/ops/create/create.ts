/** Making tensors: from data, filled, counted, and shaped like others. */

import { isInferenceModeEnabled } from '../../autograd/mode.ts';
import { isTracked } from '../../autograd/node.ts';
import { describe, isOptions } from '../../tensor/args.ts';
import { bool, type DType, float32, getDefaultDtype, int64, Kind, uint8 } from '../../tensor/dtype.ts';
import type { Dims } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { sized } from '../ints.ts';
import { launchCopy } from '../launch.ts';
import { castRaw, empty as emptyRaw, emptyStrided, freeCast } from '../make.ts';
import { keptStrides } from '../order.ts';
import { type Operand, refuseDtype } from '../promote.ts';
import { held, type Scalar, scalarType, toNumber } from '../scalar.ts';

/** What every function that makes a tensor takes, named. */
export interface CreateOptions {
  /** Element type. */
  dtype?: DType | null;
  /** Makes it a leaf whose gradient is wanted. */
  requiresGrad?: boolean;
  /** Only `'cpu'` exists; accepted for the sake of pasted programs. */
  device?: string | null;
}

/** How a signature ends that makes a tensor. */
export const CREATE = 'dtype: dtype? = null, requiresGrad: bool = false, device: device? = null';

/** Marks the new leaf, where that is wanted. */
export function finish(x: Tensor, requiresGrad: boolean): Tensor {
  if (requiresGrad) setRequiresGrad(x, true);
  return x;
}

/** Makes a leaf require grad, or not. */
export function setRequiresGrad(x: Tensor, value: boolean): void {
  if (typeof value !== 'boolean') throw new TypeError(`requiresGrad must be a boolean, got ${describe(value)}`);
  if (value && !x.dtype.isFloatingPoint) {
    throw new TypeError(`only Tensors of floating point dtype can require gradients, got ${x.dtype}`);
  }
  if (value && x.storage.inference && !isInferenceModeEnabled()) {
    throw new Error('Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.');
  }
  if (!value && x.node !== null && x.node.leaf === null && isTracked(x)) {
    throw new Error(
      'you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph ' +
        "that doesn't require differentiation use x.detach().",
    );
  }
  x.tracked = value;
}

/** Throws for a negative size. */
export function checkShape(name: string, dims: Dims): void {
  for (const size of dims) {
    if (size < 0) throw new RangeError(`${name}(): Trying to create tensor with negative dimension ${size}: [${dims}]`);
  }
}

/** Functions that take a shape as separate sizes or one list, and options. */
export type ShapeOp<O = CreateOptions> = {
  (...shape: number[]): Tensor;
  (...args: [...shape: number[], options: O]): Tensor;
  (shape: readonly number[], options?: O): Tensor;
  (options: { size: readonly number[] } & O): Tensor;
};

/** Functions that take a tensor to be like, and options. */
export type LikeOp = {
  (input: Tensor, options?: CreateOptions): Tensor;
  (options: { input: Tensor } & CreateOptions): Tensor;
};

/** A function such as `zeros`, from what it writes; null writes nothing. */
const shaped = (name: string, value: number | null): ShapeOp =>
  sized<ShapeOp>(name, CREATE, (size, dtype: DType | null = null, requiresGrad = false) =>
    make(name, size, null, dtype, value, requiresGrad),
  );

/** A function such as `zerosLike`, from what it writes. */
const like = (name: string, value: number | null): LikeOp =>
  operation<LikeOp>(
    `${name}(input: Tensor, *, ${CREATE})`,
    (input: Tensor, dtype: DType | null, requiresGrad: boolean) =>
      make(name, input.dims, keptStrides(input), dtype ?? input.dtype, value, requiresGrad),
  );

function make(
  name: string,
  dims: Dims,
  strides: Dims | null,
  dtype: DType | null,
  value: number | bigint | null,
  requiresGrad: boolean,
): Tensor {
  checkShape(name, dims);
  const out = emptyStrided(dims, strides, dtype ?? getDefaultDtype(), name);
  if (value !== null) launchCopy(out, value);
  return finish(out, requiresGrad);
}

/**
 * Zeros of a shape.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.zeros(2)); // => tensor([0., 0.])
 * ```
 */
export const zeros: ShapeOp = shaped('zeros', 0);
/**
 * Zeros of the shape and dtype of another tensor.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.zerosLike(torch.tensor([1, 2]))); // => tensor([0., 0.])
 * ```
 */
export const zerosLike: LikeOp = like('zerosLike', 0);
/**
 * Ones of a shape.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.ones([1, 2], { dtype: torch.int64 })); // => tensor([[1, 1]])
 * ```
 */
export const ones: ShapeOp = shaped('ones', 1);
/**
 * Ones of the shape and dtype of another tensor.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.onesLike(torch.tensor([3, 4]))); // => tensor([1., 1.])
 * ```
 */
export const onesLike: LikeOp = like('onesLike', 1);
/**
 * Uninitialised elements of a shape.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.empty(2, 3).shape)); // => torch.Size([2, 3])
 * ```
 */
export const empty: ShapeOp = shaped('empty', null);
/**
 * Uninitialised elements of the shape and dtype of another tensor.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.emptyLike(torch.zeros(2, 3)).shape)); // => torch.Size([2, 3])
 * ```
 */
export const emptyLike: LikeOp = like('emptyLike', null);

/**
 * One value everywhere.
 *
 * @param size - The shape.
 * @param fillValue - A whole number makes int64, as in PyTorch; name a dtype for floats.
 * @throws RangeError for a number that the dtype cannot hold.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.full([2], 0.5), torch.full([2], 3, { dtype: torch.float32 })); // => tensor([0.5000, 0.5000]) tensor([3., 3.])
 * ```
 */
export const full = operation(
  'full(size: list, fillValue: scalar, *, dtype: dtype? = null, requiresGrad: bool = false, device: device? = null)',
  (size, fillValue, given, requiresGrad): Tensor => {
    const dtype = given ?? scalarType(fillValue);
    return make('full', [...size], null, dtype, held(dtype, fillValue), requiresGrad);
  },
);

/**
 * One value everywhere, in the shape and dtype of another tensor.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.fullLike(torch.zeros(2), 3)); // => tensor([3., 3.])
 * ```
 */
export const fullLike = operation(
  'fullLike(input: Tensor, fillValue: scalar, *, dtype: dtype? = null, requiresGrad: bool = false, device: device? = null)',
  (input, fillValue, given, requiresGrad): Tensor => {
    const dtype = given ?? input.dtype;
    return make('fullLike', input.dims, keptStrides(input), dtype, held(dtype, fillValue), requiresGrad);
  },
);

/**
 * Numbers from start up to, but not including, end.
 *
 * @param start - Default 0.
 * @param end - Excluded.
 * @param step - Default 1; may be negative.
 * @throws RangeError when step is 0 or leads away from end, and for more numbers than there is memory for.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.arange(3), torch.arange(1, 2, 0.5)); // => tensor([0, 1, 2]) tensor([1.0000, 1.5000])
 * ```
 */
export const arange: ArangeOp = operation<ArangeOp>(
  `arange(start: scalar = 0, end: scalar, step: scalar = 1, *, ${CREATE})`,
  arangeOf,
  // One number alone is the end.
  (args) => (isAlone(args, 'start', 'end') ? [undefined, ...args] : args),
);

/** `arange`. */
export type ArangeOp = {
  (end: number, options?: CreateOptions): Tensor;
  (start: number, end: number, options?: CreateOptions): Tensor;
  (start: number, end: number, step: number, options?: CreateOptions): Tensor;
  (options: CreateOptions & { start?: number; end: number; step?: number }): Tensor;
};

/** Whether a call gives one value where two may stand, and names neither of them. */
export function isAlone(args: readonly unknown[], first: string, second: string): boolean {
  const [options, ...others] = args.slice(1).filter((each) => each !== undefined);
  if (args[0] === undefined || isOptions(args[0]) || others.length > 0) return false;
  return options === undefined || (isOptions(options) && !(first in options || second in options));
}

function arangeOf(given: Scalar, until: Scalar, by: Scalar, wanted: DType | null, requiresGrad: boolean): Tensor {
  const [start, end, step] = [given, until, by].map((value, i) => {
    const number = toNumber(value, 'arange', ['start', 'end', 'step'][i]);
    if (!Number.isFinite(number)) throw new TypeError(`arange(): expected finite numbers, got ${describe(value)}`);
    return number;
  }) as [number, number, number];
  if (step === 0) throw new RangeError('step must be nonzero');
  if ((end - start) / step < 0) {
    throw new RangeError('upper bound and lower bound inconsistent with step sign');
  }
  const integers = [start, end, step].every(Number.isInteger);
  const dtype = wanted ?? (integers ? int64 : getDefaultDtype());
  if (dtype === bool) refuseDtype('arange', bool);
  for (const value of [start, end, step]) if (dtype.kind === Kind.Integer) held(int64, value);
  // int64 counts in integers from the start, and so does its number of steps.
  const round = dtype === int64 ? Math.trunc : Number;
  const stride = round(step);
  if (stride === 0) throw new RangeError('step must be nonzero');
  const count = Math.max(0, Math.ceil((round(end) - round(start)) / stride));
  const out = emptyRaw([count], dtype, 'arange');
  if (count > 0) core.arange(dtype.code, targetOf(out), count, start, step);
  return finish(out, requiresGrad);
}

/**
 * `steps` numbers from start to end, both included, equally spaced.
 *
 * @throws RangeError for a negative number of steps.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.linspace(0, 1, 5)); // => tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
 * ```
 */
export const linspace = operation(
  'linspace(start: operand, end: operand, steps: int, *, dtype: dtype? = null, requiresGrad: bool = false, device: device? = null)',
  (start, end, steps, given, requiresGrad): Tensor => {
    const [from, until] = [endOf(start, 'start'), endOf(end, 'end')];
    if (steps < 0) throw new RangeError('number of steps must be non-negative');
    return finish(spaced(from, until, steps, given ?? getDefaultDtype()), requiresGrad);
  },
);

function spaced(from: number, until: number, steps: number, dtype: DType): Tensor {
  if (dtype === bool) refuseDtype('linspace', bool);
  // What is not written may be anything.
  for (const value of [from, until].slice(0, steps)) held(dtype, value);
  // The ends are numbers of the dtype before the step between them is: one of the dtype, for integers of float64.
  const round = dtype === float32 ? Math.fround : Number;
  const whole = dtype === uint8 ? (x: number) => x & 255 : Math.trunc;
  const [a, b] = [from, until].map(dtype.kind === Kind.Integer ? whole : round) as [number, number];
  const step = round(round(b - a) / round(steps - 1));
  // What is narrower than int64 is computed there.
  const working = dtype.kind === Kind.Integer ? int64 : dtype;
  const wide = emptyRaw([steps], working, 'linspace');
  if (steps === 1) launchCopy(wide, a);
  else if (steps > 1) core.linspace(working.code, targetOf(wide), steps, a, b, step);
  const out = castRaw(wide, dtype);
  freeCast(wide, out);
  return out;
}

/** An end of `linspace`: a number, or a 0-dimensional tensor of one. */
function endOf(value: Operand, argument: string): number {
  if (!(value instanceof Tensor)) return toNumber(value, 'linspace', argument);
  if (value.dims.length > 0) {
    throw new RangeError(
      `linspace only supports 0-dimensional start and end tensors, but got one with ${value.dims.length} dimension(s).`,
    );
  }
  return Number(value.item());
}

/**
 * The identity matrix, n by m.
 *
 * @param m - Columns; default n.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.eye(2).tolist()); // => [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export const eye = operation(
  'eye(n: int, m: int? = null, *, dtype: dtype? = null, requiresGrad: bool = false, device: device? = null)',
  (n, m, dtype, requiresGrad): Tensor => {
    const columns = m ?? n;
    const out = make('eye', [n, columns], null, dtype, 0, requiresGrad);
    const size = Math.min(n, columns);
    launchCopy(new Tensor(out.storage, 0, [size], [columns + 1], out.dtype, columns === 0 || size <= 1), 1);
    return out;
  },
);
