/** Elementwise operations of two operands, a row each: the core's code and both derivatives beside it. */

import { BinaryCode, MoreBinaryCode } from '../../../assembly/codes.ts';
import { within } from '../../memory/errors.ts';
import { describe, isOptions } from '../../tensor/args.ts';
import { bool, type DType, Kind } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { again, operation, signed } from '../../tensor/signature.ts';
import { tell } from '../../tensor/tell.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { flatIn } from '../composite.ts';
import { fullRaw, toDtype, where } from '../create/copy.ts';
import { type BinaryOp, binary, Reads } from '../define.ts';
import { inplaceBinary } from '../define-inplace.ts';
import { castRaw, freeCast, zerosOf } from '../make.ts';
import { checkTensor, type Operand, resultType } from '../promote.ts';
import { held, isScalar, isWhole, plain, type Scalar } from '../scalar.ts';
import { eq, ge, gt, logicalAnd, lt } from './compare.ts';
import { moreBinary } from './more.ts';
import { log, neg } from './unary.ts';

/** Addition and subtraction: `other` may be multiplied by `alpha` first. */
export type AlphaOp = (
  input: Operand,
  other: Operand | { other: Operand; alpha?: Scalar },
  options?: { alpha?: Scalar },
) => Tensor;

/** Lets a binary operation take a third parameter, named, which is `standard` by default; without it nothing is paid but two comparisons. */
function withThird<T, F>(
  name: string,
  third: string,
  kind: string,
  standard: T,
  plain: BinaryOp,
  body: (input: Operand, other: Operand, value: T) => Tensor,
): F {
  const bound = (a: Operand, b: Operand, value: T): Tensor =>
    within(name, () => (value === standard ? plain(a, b) : body(a, b, value)));
  const text = `${name}(input: operand, other: operand, *, ${third}: ${kind} = ${standard})`;
  const operation = signed(text, (input: Operand, other: Operand, value?: T): Tensor => {
    if (tell === null && value === undefined && (other instanceof Tensor || typeof other === 'number')) {
      return plain(input, other);
    }
    // PyTorch takes two numbers, as alpha and other, still.
    const two = typeof other === 'number' && typeof value === 'number';
    // list.reduce(torch.add) passes an index here.
    if (!two && value !== undefined && !isOptions(value)) {
      throw new TypeError(`${name}(): '${third}' is given by name, { ${third}: … }, got ${describe(value)}`);
    }
    return again(bound, [input, other, two ? { [third]: value } : value], text);
  });
  return Object.assign(operation, { row: { operands: 2 } as const }) as F;
}

/** Lets a binary operation take `{ alpha }`; `check` refuses operands that it does not take. */
function scaled(
  name: string,
  operation: BinaryOp,
  sign: 1 | -1 = 1,
  check?: (a: Operand, b: Operand) => void,
): AlphaOp {
  const checked: BinaryOp = (input, other) => {
    check?.(input, other as Operand);
    return operation(input, other);
  };
  return withThird<Scalar, AlphaOp>(
    name,
    'alpha',
    'scalar',
    1,
    check === undefined ? operation : checked,
    (input, other, alpha) => {
      check?.(input, other);
      return scope(() => operation(input, scale(input, other, alpha, sign)));
    },
  );
}

/** alpha · other in the dtype that input and other meet in; that must hold alpha by `sign`. */
function scale(input: Operand, other: Operand, alpha: Scalar, sign: 1 | -1): Operand {
  if (!isScalar(alpha)) throw new TypeError(`argument 'alpha' must be Number, not ${describe(alpha)}`);
  const dtype = resultType(input, other);
  if (typeof alpha === 'boolean' && dtype !== bool)
    throw new TypeError('Boolean alpha only supported for Boolean results.');
  if (dtype.kind !== Kind.Float && !isWhole(alpha)) {
    throw new TypeError('For integral input tensors, argument alpha must not be a floating point number.');
  }
  // A difference is a sum with the opposite of alpha.
  held(dtype, sign < 0 && typeof alpha !== 'boolean' ? -alpha : alpha);
  const [x, by] = [other, alpha].map((value) =>
    value instanceof Tensor ? toDtype(value, dtype) : fullRaw([], dtype, plain(value)),
  );
  return mul(x, by);
}

const plainAdd: BinaryOp = binary('add', BinaryCode.Add, [0, (g) => g], [0, (g) => g], { numbers: true });
const plainSub: BinaryOp = binary('sub', BinaryCode.Sub, [0, (g) => g], [0, (g) => neg(g)], {
  backward: ['SubBackward0', 'SubBackward0', 'RsubBackward1'],
  numbers: true,
});

/** Unlike other arithmetic, a difference takes no bool at all. */
function refuseBool(a: Operand, b: Operand): void {
  if (isBool(a) || isBool(b)) {
    throw new TypeError(
      'Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, ' +
        'use logicalNot().',
    );
  }
}

const isBool = (x: Operand): boolean => (x instanceof Tensor ? x.dtype === bool : typeof x === 'boolean');

/** Integers have no infinity to divide by zero to. What is divided by is what the dtype makes of it: 256 is 0 in uint8. */
export function refuseZero(a: Tensor | number, b: Tensor | number, dtype: DType): void {
  if (dtype.kind === Kind.Float || (typeof a !== 'number' && a.count === 0)) return;
  const divisor = typeof b === 'number' ? fullRaw([], dtype, b) : castRaw(b, dtype);
  const zero = (divisor.toTypedArray() as Int32Array).some((value) => Number(value) === 0);
  freeCast(divisor, b);
  if (zero) throw new RangeError('ZeroDivisionError: integer division or modulo by zero');
}

/**
 * input + alpha · other.
 *
 * @param other - A tensor that broadcasts, or a number.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([1, 2]);
 * console.log(x.add(10), x.add(x, { alpha: 2 })); // => tensor([11., 12.]) tensor([3., 6.])
 * ```
 */
export const add: AlphaOp = scaled('add', plainAdd);

/** In-place `add`. */
export const add_: AlphaOp = scaled('add_', inplaceBinary(plainAdd));

/**
 * input - alpha · other.
 *
 * @throws TypeError for two bool tensors, as in PyTorch.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).sub(1)); // => tensor([0., 1.])
 * ```
 */
export const sub: AlphaOp = scaled('sub', plainSub, -1, refuseBool);

/** In-place `sub`. */
export const sub_: AlphaOp = scaled('sub_', inplaceBinary(plainSub), -1, refuseBool);

/**
 * input · other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).mul(torch.tensor([3, 4]))); // => tensor([3., 8.])
 * ```
 */
export const mul: BinaryOp = binary(
  'mul',
  BinaryCode.Mul,
  [Reads.B, (g, _a, b) => mul(g, b)],
  [Reads.A, (g, a) => mul(g, a)],
  {
    numbers: true,
    savesNumbers: true,
  },
);

const quotient: BinaryOp = binary(
  'div',
  BinaryCode.Div,
  [Reads.B, (g, _a, b) => div(g, b)],
  [Reads.A | Reads.B, (g, a, b) => neg(mul(g, div(div(a, b), b)))],
  { floats: true, numbers: true, savesNumbers: true, backward: ['DivBackward0', 'DivBackward0', 'MulBackward0'] },
);

/** Division by a count, under the name that PyTorch's own code gives it. */
export const average: BinaryOp = binary('div', BinaryCode.Div, [Reads.B, (g, _a, b) => div(g, b)], null, {
  floats: true,
  backward: 'DivBackward1',
});

/** Whole quotients: the derivative is zero everywhere. */
const stepped = (code: BinaryCode): BinaryOp =>
  binary(
    'div',
    code,
    [Reads.B, (g) => zerosOf(g.dims, g.dtype)],
    [Reads.A | Reads.B, (g) => zerosOf(g.dims, g.dtype)],
    {
      check: refuseZero,
      refuses: [bool],
      numbers: true,
      savesNumbers: true,
      backward: 'DivBackward2',
    },
  );
const truncated = stepped(BinaryCode.TruncDivide);
const floored = stepped(BinaryCode.FloorDivide);

/** Division, with a rounding mode. */
export type DivOp = (
  input: Operand,
  other: Operand | { other: Operand; roundingMode?: RoundingMode },
  options?: { roundingMode?: RoundingMode },
) => Tensor;

/** How a quotient becomes whole: towards zero, downwards, or not at all. */
export type RoundingMode = 'trunc' | 'floor' | null;

function division(name: string, plain: BinaryOp, trunc: BinaryOp, floor: BinaryOp): DivOp {
  return withThird<RoundingMode, DivOp>(name, 'roundingMode', 'str?', null, plain, (input, other, mode) => {
    if (mode === 'trunc') return trunc(input, other);
    if (mode === 'floor') return floor(input, other);
    throw new RangeError(`${name} expected roundingMode to be one of null, 'trunc', or 'floor' but found '${mode}'`);
  });
}

/**
 * input / other, elementwise. Integers give floats unless a rounding mode is given.
 *
 * @param options - `roundingMode`: `'trunc'` drops the fraction as C does, `'floor'` rounds down as Python's `//`.
 * @throws RangeError for an unknown rounding mode, and for integers rounded after a division by zero.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([7, -7]).div(2, { roundingMode: 'floor' })); // => tensor([ 3., -4.])
 * ```
 */
export const div: DivOp = division('div', quotient, truncated, floored);

/** In-place `div`. */
export const div_: DivOp = division('div_', inplaceBinary(quotient), inplaceBinary(truncated), inplaceBinary(floored));

/**
 * input to the power `exponent`, elementwise. A number of 2, 3, -1, -2, 0.5 or -0.5 is taken as the products, quotients
 * and roots that it means, which are rounded as such: so does PyTorch, and only of numbers.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3]).pow(2)); // => tensor([1., 4., 9.])
 * ```
 */
export const pow: BinaryOp<'exponent'> = binary(
  'pow',
  BinaryCode.Pow,
  [
    Reads.A | Reads.B,
    (g, a, b) => {
      if (typeof b === 'number') return b === 0 ? zerosOf(g.dims, g.dtype) : mul(g, mul(pow(a, b - 1), b));
      return where(eq(b, 0), 0, mul(g, mul(pow(a, sub(b, 1)), b)));
    },
  ],
  [
    Reads.A | Reads.B | Reads.OUT,
    (g, a, b, out) => {
      // At 0 to a power that is not negative the derivative is 0, and not 0 · log 0.
      const slope = mul(out, typeof a === 'number' ? Math.log(a) : log(a));
      if (typeof a !== 'number') return mul(g, where(logicalAnd(eq(a, 0), ge(b as Tensor, 0)), 0, slope));
      return mul(g, a === 0 ? where(ge(b as Tensor, 0), 0, slope) : slope);
    },
  ],
  {
    check: refusePower,
    rowMajorOfNumber: true,
    refuses: [bool],
    second: 'exponent',
    numberCode: BinaryCode.PowNumber,
    backward: ['PowBackward0', 'PowBackward1', 'PowBackward2'],
  },
);

function refusePower(_a: Tensor | number, b: Tensor | number, dtype: DType): void {
  if (typeof b !== 'number' || dtype.kind === Kind.Float) return;
  if (b < 0) throw new RangeError('Integers to negative integer powers are not allowed.');
  held(dtype, b);
}

/** Refuses numbers; `clampMin` and `clampMax` take them. */
const tensorsOnly = (name: string) => (a: Tensor | number, b: Tensor | number) => {
  checkTensor(a, name);
  checkTensor(b, name, 'other');
};

/**
 * The larger of the two, elementwise; NaN wins. At ties the gradient is shared equally.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.maximum(torch.tensor([1, 5]), torch.tensor([3, 2]))); // => tensor([3., 5.])
 * ```
 */
export const maximum: BinaryOp = binary(
  'maximum',
  BinaryCode.Maximum,
  [Reads.A | Reads.B, (g, a, b) => chosen(g, lt(a as Tensor, b), eq(a as Tensor, b))],
  [Reads.A | Reads.B, (g, a, b) => chosen(g, gt(a as Tensor, b), eq(a as Tensor, b))],
  { check: tensorsOnly('maximum') },
);

/**
 * The smaller of the two, elementwise; NaN wins. At ties the gradient is shared equally.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.minimum(torch.tensor([1, 5]), torch.tensor([3, 2]))); // => tensor([1., 2.])
 * ```
 */
export const minimum: BinaryOp = binary(
  'minimum',
  BinaryCode.Minimum,
  [Reads.A | Reads.B, (g, a, b) => chosen(g, gt(a as Tensor, b), eq(a as Tensor, b))],
  [Reads.A | Reads.B, (g, a, b) => chosen(g, lt(a as Tensor, b), eq(a as Tensor, b))],
  { check: tensorsOnly('minimum') },
);

/** 0 where an operand lost, half of g where both are equal; all of it beside NaN, as where it won. */
function chosen(g: Tensor, loses: Tensor, ties: Tensor): Tensor {
  return where(loses, 0, where(ties, mul(g, 0.5), g));
}

/**
 * Python's `%`: the remainder with the divisor's sign.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([-3, 5]).remainder(2)); // => tensor([1., 1.])
 * ```
 */
export const remainder: BinaryOp = moreBinary(
  'remainder',
  MoreBinaryCode.Remainder,
  [0, (g) => g],
  [Reads.A | Reads.B, (g, a, b) => neg(mul(g, floored(a, b)))],
  { check: refuseZero, refuses: [bool], backward: ['RemainderBackward0', 'RemainderBackward1', 'RemainderBackward1'] },
);

/**
 * Python's `//`: the quotient rounded down. Not differentiable.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([-3, 5]).floorDivide(2)); // => tensor([-2.,  2.])
 * ```
 */
export const floorDivide: BinaryOp = binary('floorDivide', BinaryCode.FloorDivide, null, null, {
  undifferentiable: true,
  check: refuseZero,
  refuses: [bool],
  numbers: true,
});

/** 0 where a <= 0, otherwise g: the derivative of relu, a being its output; beside NaN it is g. */
export const reluMask: BinaryOp = binary(
  'thresholdBackward',
  BinaryCode.ReluMask,
  [0, (g) => zerosOf(g.dims, g.dtype)],
  [Reads.A, (g, a) => reluMask(a, g)],
  {
    backward: 'ThresholdBackwardBackward0',
  },
);

/**
 * x where x > 0, otherwise negativeSlope · x.
 *
 * @param negativeSlope - Default 0.01.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.leakyRelu(torch.tensor([-1, 2]), 0.1)); // => tensor([-0.1000,  2.0000])
 * ```
 */
export const leakyRelu = operation(
  'leakyRelu(input: Tensor, negativeSlope: float = 0.01)',
  (input, slope): Tensor => leaky(input, slope),
);

const leaky: BinaryOp = binary(
  'leakyRelu',
  BinaryCode.LeakyRelu,
  [Reads.A, (g, a, slope) => flatIn(a as Tensor, where(gt(a as Tensor, 0), g, mul(g, slope)))],
  null,
  { floats: true },
);

// PyTorch's second names.
export { div as divide, div_ as divide_, mul as multiply, sub as subtract, sub_ as subtract_ };
