/** Making tensors: from data, filled, counted, and shaped like others. */

import { isInferenceModeEnabled } from '../../autograd/mode.ts';
import { isTracked } from '../../autograd/node.ts';
import { within } from '../../memory/errors.ts';
import {
  type ArgsAnd,
  bind,
  bindArgs,
  describe,
  isOptions,
  listAndOptions,
  refuseUnnamed,
  withOptions,
} from '../../tensor/args.ts';
import { checkDevice } from '../../tensor/device.ts';
import { bool, DType, float32, getDefaultDtype, int64, Kind, uint8 } from '../../tensor/dtype.ts';
import type { Dims } from '../../tensor/shape.ts';
import { Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import {
  castRaw,
  checkTensor,
  empty as emptyRaw,
  emptyStrided,
  freeCast,
  type Operand,
  refuseDtype,
} from '../define.ts';
import { launchCopy } from '../launch.ts';
import { keptStrides } from '../order.ts';
import { held, isScalar, type Scalar, scalarType, toNumber } from '../scalar.ts';

/** What every function that makes a tensor takes, named. */
export interface CreateOptions {
  /** Element type. */
  dtype?: DType | null;
  /** Makes it a leaf whose gradient is wanted. */
  requiresGrad?: boolean;
  /** Only `'cpu'` exists; accepted for the sake of pasted programs. */
  device?: string | null;
}

/** Arguments of a function that takes `CreateOptions` after parameters named N. */
export type CreateArgs<N extends string, P extends readonly unknown[]> = ArgsAnd<CreateOptions, N, P>;

export const CREATE = ['dtype', 'requiresGrad', 'device'];

/** Checks the common options and marks the new leaf. */
export function finish(x: Tensor, name: string, options: CreateOptions): Tensor {
  checkDevice(options.device ?? 'cpu', name);
  if (options.requiresGrad) setRequiresGrad(x, options.requiresGrad);
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

/** The dtype option, checked. */
export function dtypeOption<T extends DType | null>(name: string, dtype: unknown, otherwise: T): DType | T {
  if (dtype === undefined || dtype === null) return otherwise;
  if (!(dtype instanceof DType)) throw new TypeError(`${name}(): dtype must be a torch dtype, got ${describe(dtype)}`);
  return dtype;
}

/** Throws for a size that is no list. */
export function checkSize(name: string, size: unknown): asserts size is readonly number[] {
  if (!Array.isArray(size)) {
    throw new TypeError(`${name}(): argument 'size' must be a list of integers, got ${describe(size)}`);
  }
}

function checkShape(name: string, dims: Dims): void {
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
export type LikeOp = (input: Tensor, options?: CreateOptions) => Tensor;

/** Makes a tensor of a shape, in row-major memory or with the strides of what it is like. */
type Make<O> = (dims: Dims, strides: Dims | null, dtype: DType, label: string, options: O) => Tensor;

/** A pair such as `zeros`, which takes a shape, and `zerosLike`; `names` are those of their options. */
export function shapedAndLike<O extends CreateOptions>(
  name: string,
  names: readonly string[],
  make: Make<O>,
): [ShapeOp<O>, LikeOp] {
  const shaped = (...args: unknown[]): Tensor => {
    const [dims, options] = listAndOptions(name, names, args);
    const dtype = dtypeOption(name, options.dtype, getDefaultDtype());
    return within(name, () => make(dims, null, dtype, name, options as O));
  };
  const label = `${name}Like`;
  const like = withOptions<LikeOp>(label, 'input', (input: Tensor, options = {} as O) => {
    checkTensor(input, label);
    bindArgs(label, names, [options]);
    return make(input.dims, keptStrides(input), dtypeOption(label, options.dtype, input.dtype), label, options);
  });
  return [shaped as ShapeOp<O>, like];
}

/** A pair `zeros`, `zerosLike` from what they write. */
function filled(name: string, value: number | null): [ShapeOp, LikeOp] {
  const make: Make<CreateOptions> = (dims, strides, dtype, label, options) => {
    checkShape(label, dims);
    const out = emptyStrided(dims, strides, dtype, label);
    if (value !== null) launchCopy(out, value);
    return finish(out, label, options);
  };
  return shapedAndLike(name, CREATE, make);
}

const [zerosOf, zerosLikeOf] = filled('zeros', 0);
const [onesOf, onesLikeOf] = filled('ones', 1);
const [emptyOf, emptyLikeOf] = filled('empty', null);

/**
 * Zeros of a shape.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.zeros(2)); // => tensor([0., 0.])
 * ```
 */
export const zeros: ShapeOp = zerosOf;
/** Zeros of the shape and dtype of another tensor. */
export const zerosLike: LikeOp = zerosLikeOf;
/**
 * Ones of a shape.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.ones([1, 2], { dtype: torch.int64 })); // => tensor([[1, 1]])
 * ```
 */
export const ones: ShapeOp = onesOf;
/** Ones of the shape and dtype of another tensor. */
export const onesLike: LikeOp = onesLikeOf;
/** Uninitialised elements of a shape. */
export const empty: ShapeOp = emptyOf;
/** Uninitialised elements of the shape and dtype of another tensor. */
export const emptyLike: LikeOp = emptyLikeOf;

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
export const full: (...args: CreateArgs<'size fillValue', [size: readonly number[], fillValue: Scalar]>) => Tensor =
  withOptions('full', 'size fillValue', fullOf);

function fullOf(size: readonly number[], fillValue: Scalar, options: CreateOptions = {}): Tensor {
  checkSize('full', size);
  return filledWith('full', [...size], null, fillValue, options);
}

function filledWith(name: string, dims: Dims, strides: Dims | null, fillValue: Scalar, options: CreateOptions): Tensor {
  bindArgs(name, CREATE, [options]);
  if (!isScalar(fillValue)) {
    throw new TypeError(`${name}(): argument 'fillValue' must be a number or a boolean, got ${describe(fillValue)}`);
  }
  checkShape(name, dims);
  const dtype = dtypeOption(name, options.dtype, scalarType(fillValue));
  const value = held(dtype, fillValue);
  const out = emptyStrided(dims, strides, dtype, name);
  launchCopy(out, value);
  return finish(out, name, options);
}

/**
 * One value everywhere, in the shape and dtype of another tensor.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.fullLike(torch.zeros(2), 3)); // => tensor([3., 3.])
 * ```
 */
export const fullLike: (input: Tensor, ...args: CreateArgs<'fillValue', [fillValue: Scalar]>) => Tensor = withOptions(
  'fullLike',
  'input fillValue',
  (input: Tensor, fillValue: Scalar, options?: CreateOptions) => {
    checkTensor(input, 'fullLike');
    return filledWith('fullLike', input.dims, keptStrides(input), fillValue, { dtype: input.dtype, ...options });
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
export function arange(end: number, options?: CreateOptions): Tensor;
export function arange(start: number, end: number, options?: CreateOptions): Tensor;
export function arange(start: number, end: number, step: number, options?: CreateOptions): Tensor;
export function arange(options: CreateOptions & { start?: number; end: number; step?: number }): Tensor;
export function arange(...args: unknown[]): Tensor {
  const options = (isOptions(args[args.length - 1]) ? args.pop() : {}) as CreateOptions & Record<string, unknown>;
  refuseUnnamed('arange', args[3]);
  // One number alone is the end.
  const given = args.length === 1 && !('end' in options || 'start' in options) ? [undefined, args[0]] : args;
  const bound = bind('arange', ['start', 'end', 'step', ...CREATE], [...given, options]).slice(0, 3);
  const [start = 0, end, step = 1] = bound.map((value, i) =>
    value === undefined ? value : toNumber(value, 'arange', ['start', 'end', 'step'][i]),
  ) as number[];
  for (const value of [start, end, step]) {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new TypeError(`arange(): expected finite numbers, got ${describe(value)}`);
    }
  }
  if (step === 0) throw new RangeError('step must be nonzero');
  if (((end as number) - start) / step < 0) {
    throw new RangeError('upper bound and lower bound inconsistent with step sign');
  }
  const integers = [start, end, step].every(Number.isInteger);
  const dtype = dtypeOption('arange', options.dtype, integers ? int64 : getDefaultDtype());
  if (dtype === bool) refuseDtype('arange', bool);
  for (const value of [start, end, step]) if (dtype.kind === Kind.Integer) held(int64, value);
  // int64 counts in integers from the start, and so does its number of steps.
  const round = dtype === int64 ? Math.trunc : Number;
  const by = round(step);
  if (by === 0) throw new RangeError('step must be nonzero');
  const count = Math.max(0, Math.ceil((round(end as number) - round(start)) / by));
  const out = emptyRaw([count], dtype, 'arange');
  if (count > 0) core.arange(dtype.code, targetOf(out), count, start, step);
  return finish(out, 'arange', options);
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
export const linspace: (
  ...args: CreateArgs<'start end steps', [start: Operand, end: Operand, steps: number]>
) => Tensor = withOptions('linspace', 'start end steps', linspaceOf);

function linspaceOf(start: Operand, end: Operand, steps: number, options: CreateOptions = {}): Tensor {
  bindArgs('linspace', CREATE, [options]);
  if (!Number.isInteger(steps)) throw new TypeError(`linspace(): steps must be an integer, got ${describe(steps)}`);
  const [from, until] = [endOf(start, 'start'), endOf(end, 'end')];
  if (steps < 0) throw new RangeError('number of steps must be non-negative');
  const dtype = dtypeOption('linspace', options.dtype, getDefaultDtype());
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
  return finish(out, 'linspace', options);
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
export const eye: (...args: CreateArgs<'n m', [n: number, m?: number]>) => Tensor = withOptions('eye', 'n m', eyeOf);

function eyeOf(n: number, columns = n, named: CreateOptions = {}): Tensor {
  for (const size of [n, columns]) {
    if (!Number.isInteger(size)) throw new TypeError(`eye(): sizes must be integers, got ${describe(size)}`);
  }
  bindArgs('eye', CREATE, [named]);
  checkShape('eye', [n, columns]);
  const out = emptyRaw([n, columns], dtypeOption('eye', named.dtype, getDefaultDtype()), 'eye');
  launchCopy(out, 0);
  const size = Math.min(n, columns);
  launchCopy(new Tensor(out.storage, 0, [size], [columns + 1], out.dtype, columns === 0 || size <= 1), 1);
  return finish(out, 'eye', named);
}
