/** Copies, casts and writes: clone, contiguous, to, copy_, fill_, where. */

import { makeNode, record, records, type Vjp } from '../../autograd/node.ts';
import { inOperation } from '../../memory/errors.ts';
import { free } from '../../memory/storage.ts';
import { describe, isOptions } from '../../tensor/args.ts';
import { checkDevice } from '../../tensor/device.ts';
import { bool, DType, float32, float64, int32, int64, uint8 } from '../../tensor/dtype.ts';
import { broadcastDims, type Dims } from '../../tensor/shape.ts';
import { again, operation, overloaded } from '../../tensor/signature.ts';
import { tell } from '../../tensor/tell.ts';
import { Tensor } from '../../tensor/tensor.ts';
import type { UnaryOp } from '../define.ts';
import { beginComputed, beginInplace, beginOverlapping, checkFits, finishInplace, isSame } from '../inplace.ts';
import { launchCopy, launchWhere } from '../launch.ts';
import { castRaw, copyRaw, empty, emptyFor, emptyLike, freeCast, zerosOf } from '../make.ts';
import { checkTensor, dimsOf, resultType } from '../promote.ts';
import { quick, quickWrite, type WriteOp } from '../quick.ts';
import { held, isScalar } from '../scalar.ts';

/**
 * A copy with elements of its own, in the input's memory order without gaps or repetitions; gradients flow through it.
 *
 * @param input - Any shape and dtype.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, 2]);
 * const y = torch.clone(x);
 * y.add_(1);
 * console.log(x.tolist(), y.tolist()); // => [ 1, 2 ] [ 2, 3 ]
 * ```
 */
export const clone: UnaryOp = quick('clone', (input) => cloneInto(emptyLike(input, input.dtype, 'clone'), input));

/** `clone` into row-major memory. */
export function cloneRowMajor(input: Tensor, operation = 'clone'): Tensor {
  return cloneInto(empty(input.dims, input.dtype, operation), input);
}

/** `clone` into `out`, which has x's shape and dtype. */
export function cloneInto(out: Tensor, x: Tensor): Tensor {
  try {
    launchCopy(out, x);
  } catch (error) {
    throw inOperation(error, 'clone');
  }
  if (records(x)) record(out, 'CloneBackward0', [x], null, (g) => [g]);
  return out;
}

/**
 * The tensor itself if its elements stand row-major without gaps, otherwise a copy that does.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.zeros(2, 3).t().contiguous().stride()); // => [ 2, 1 ]
 * ```
 */
export const contiguous: UnaryOp = quick('contiguous', (input) =>
  input.dense ? input : cloneRowMajor(input, 'contiguous'),
);

/** x in `dtype`, recorded; x itself if it has it already. Who enters what calls it is told. */
export function toDtype(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  if (tell !== null) return again((y: Tensor) => toDtype(y, dtype), [x], 'to(input: Tensor)');
  const out = castRaw(x, dtype);
  // The engine casts the gradient back to x's dtype.
  if (dtype.isFloatingPoint && x.dtype.isFloatingPoint && records(x)) {
    record(out, 'ToCopyBackward0', [x], null, (g) => [g]);
  }
  return out;
}

/** What `to` takes, named. */
export interface ToOptions {
  dtype?: DType;
  /** Only `'cpu'` exists. */
  device?: string;
  /** Copies even where nothing changes. */
  copy?: boolean;
}

/** `to`. */
export type ToOp = (input: Tensor, ...args: (DType | string | Tensor | boolean | ToOptions)[]) => Tensor;

/**
 * The tensor in another dtype, or in another tensor's. The device may be named for the sake of pasted programs; it is
 * `'cpu'`.
 *
 * @throws TypeError for anything that is neither a dtype nor a device nor a tensor; RangeError for another device.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1.7, -1.7]).to(torch.int64)); // => tensor([ 1, -1])
 * ```
 */
export const to: ToOp = overloaded(
  'to(input: Tensor, dtype: dtype, copy: bool)',
  ([input, ...args]): [Tensor, DType, boolean] => {
    checkTensor(input, 'to');
    let { dtype } = input;
    let copies = false;
    for (const arg of args as unknown[]) {
      if (arg instanceof DType) dtype = arg;
      else if (arg instanceof Tensor) dtype = arg.dtype;
      else if (typeof arg === 'string') checkDevice(arg, 'to');
      else if (isOptions(arg)) {
        for (const [key, value] of Object.entries(arg)) {
          if (key === 'dtype' && value instanceof DType) dtype = value;
          else if (key === 'device') checkDevice(value, 'to');
          else if (key === 'copy') copies = Boolean(value);
          else
            throw new TypeError(
              `to() got an unexpected option '${key}': ${describe(value)}; it takes dtype, device, copy`,
            );
        }
      } else if (typeof arg !== 'boolean') {
        throw new TypeError(`to(): expected a dtype, a device or a tensor, got ${describe(arg)}`);
      }
    }
    return [input, dtype, copies];
  },
  (input, dtype, copies) => (copies && dtype === input.dtype ? clone(input) : toDtype(input, dtype)),
);

/** A cast without parameters. */
const cast = (name: string, dtype: DType): ((input: Tensor) => Tensor) =>
  operation<(input: Tensor) => Tensor>(`${name}(input: Tensor)`, (input: Tensor) => toDtype(input, dtype));
/** `to(torch.float32)`. */
export const float = cast('float', float32);
/** `to(torch.float64)`. */
export const double = cast('double', float64);
/** `to(torch.int64)`; floats are cut off towards zero. */
export const long = cast('long', int64);
/** `to(torch.int32)`; floats are cut off towards zero. */
export const int = cast('int', int32);
/** `to(torch.uint8)`, modulo 256. */
export const byte = cast('byte', uint8);
/** `to(torch.bool)`: whether each element is not zero. */
export const toBool = cast('bool', bool);

/** The tensor in the other's dtype; itself if it has it. */
export const typeAs = operation('typeAs(input: Tensor, other: Tensor)', (x, other): Tensor => toDtype(x, other.dtype));
/** The tensor itself: it is on the only device. */
export const cpu = operation('cpu(input: Tensor)', (input): Tensor => input);

/** The derivative of overwriting: nothing flows to what was there, all to what is there now. */
const overwritten: Vjp = (g, _saved, node) => [
  node.needs(0) ? zerosOf(g.dims, g.dtype) : null,
  node.needs(1) ? g : null,
];

/**
 * Copies `source` into `self`, broadcast to its shape and cast to its dtype. Returns `self`.
 *
 * @throws RangeError when source does not broadcast to self's shape, or is a number that the dtype cannot hold.
 */
export const copy_: WriteOp<'other'> = quickWrite('copy_', 'other', (self, given) => {
  if (given instanceof Tensor) checkFits(self.dims, broadcastDims(self.dims, given.dims));
  const source = given instanceof Tensor ? given : held(self.dtype, given);
  // What holds it already may be an expanded tensor.
  const begin = source instanceof Tensor && isSame(source, self) ? beginOverlapping : beginInplace;
  const node = begin(self, 'copy_', source) ? makeNode(self, 'CopyBackwards', [self, source], null, overwritten) : null;
  const shared = source instanceof Tensor && source.storage === self.storage;
  const from = shared ? copyRaw(source) : source;
  launchCopy(self, from);
  if (shared) free((from as Tensor).storage);
  finishInplace(self, node);
  return self;
});

/**
 * Writes one value everywhere. Returns `self`.
 *
 * @param value - A number, a boolean or a BigInt, or a 0-dimensional tensor.
 * @throws RangeError for a tensor with dimensions, or a number that the dtype cannot hold.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.fill_(torch.empty(2), 3)); // => tensor([3., 3.])
 * ```
 */
export const fill_: WriteOp<'value'> = quickWrite('fill_', 'value', (self, value) => {
  if (value instanceof Tensor) {
    if (value.dims.length > 0) {
      throw new RangeError(
        `fill_ only supports 0-dimension value tensor but got tensor with ${value.dims.length} dimensions.`,
      );
    }
    return fillWith(self, 'fill_', value, 'FillBackward3');
  }
  return fillWith(self, 'fill_', held(self.dtype, value), 'FillBackward2');
});

/**
 * Writes zeros. Returns `self`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.zero_(torch.tensor([1, 2]))); // => tensor([0., 0.])
 * ```
 */
export const zero_: UnaryOp = quick('zero_', (self) => fillWith(self, 'zero_', 0, 'ZeroBackward0'), 'self');

/** Elements that share a place in memory may be filled: all of them get the same. */
function fillWith(self: Tensor, name: string, value: number | bigint | Tensor, backward: string): Tensor {
  const begin = value instanceof Tensor ? beginComputed : beginOverlapping;
  const node = begin(self, name, value) ? makeNode(self, backward, [self, value], null, overwritten) : null;
  launchCopy(self, value);
  finishInplace(self, node);
  return self;
}

/** The method `x.where(condition, other)`: x where the condition holds. */
export const whereSelf = operation(
  'where(input: Tensor, condition: Tensor, other: operand)',
  (input, condition, other): Tensor => where(condition, input, other),
);

/** A contiguous tensor of one value, which may be a tensor of one element, without recording. */
export function fullRaw(dims: Dims, dtype: DType, value: number | bigint | Tensor): Tensor {
  const out = empty(dims, dtype);
  launchCopy(out, value);
  return out;
}

/**
 * `condition ? input : other`, elementwise and broadcast.
 *
 * @param condition - bool.
 * @param input - Taken where condition is true; a tensor, a number or a boolean.
 * @param other - Taken elsewhere.
 * @throws TypeError when condition is not bool; RangeError for a number that the dtype both meet in cannot hold.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([-1, 2]);
 * console.log(torch.where(x.gt(0), x, 0)); // => tensor([0., 2.])
 * ```
 */
export const where = operation(
  'where(condition: Tensor, input: operand, other: operand)',
  (condition, input, other): Tensor => {
    checkTensor(condition, 'where', 'condition');
    if (condition.dtype !== bool) {
      throw new TypeError(
        `where expected condition to be a boolean tensor, but got a tensor with dtype ${condition.dtype}`,
      );
    }
    for (const x of [input, other]) if (!isScalar(x)) checkTensor(x, 'where');
    const dtype = resultType(input, other);
    const [a, b] = [input, other].map((x) => (x instanceof Tensor ? x : held(dtype, x)));
    const dims = broadcastDims(condition.dims, broadcastDims(dimsOf(a), dimsOf(b)));
    const tensors = [a, b].map((x) => (x instanceof Tensor ? castRaw(x, dtype) : fullRaw([], dtype, x)));
    const out = emptyFor(dims, dtype, [condition, ...tensors], 'where');
    launchWhere(out, condition, tensors[0], tensors[1]);
    freeCast(tensors[0], a);
    freeCast(tensors[1], b);
    if (a instanceof Tensor ? records(a, b) : b instanceof Tensor && records(b)) {
      record(out, 'WhereBackward0', [a, b], [condition], (g, [chosen]: [Tensor], node) => [
        node.needs(0) ? where(chosen, g, 0) : null,
        node.needs(1) ? where(chosen, 0, g) : null,
      ]);
    }
    return out;
  },
);
