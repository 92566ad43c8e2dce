/** Elementwise operations of two operands, a row each: the core's code and both derivatives beside it. */
import { BinaryCode } from '../../assembly/codes.ts';
import { bool } from '../tensor/dtype.ts';
import { bind, isOptions } from '../tensor/args.ts';
import { Tensor } from '../tensor/tensor.ts';
import { eq, ge, gt, lt } from './compare.ts';
import { where } from './copy.ts';
import { A, B, binary, type BinaryOp, inplaceBinary, OUT } from './define.ts';
import { log, neg } from './unary.ts';

/** Addition and subtraction: `other` may be multiplied by `alpha` first. */
export type AlphaOp = {
  (input: Tensor | number, other: Tensor | number): Tensor;
  (input: Tensor | number, other: Tensor | number, options: { alpha?: number }): Tensor;
};

/** Lets a binary operation take `{ alpha }`; without it nothing is paid but one comparison. */
function scaled(name: string, operation: BinaryOp): AlphaOp {
  const wrapped = (input: Tensor | number, other: Tensor | number, options?: { alpha?: number }): Tensor => {
    if (options === undefined) return operation(input, other);
    const alpha = isOptions(options) ? (bind(name, ['alpha'], [options])[0] as number | undefined) : options;
    return operation(input, alpha === undefined || alpha === 1 ? other : scale(other, alpha as number));
  };
  Object.defineProperty(wrapped, 'name', { value: name });
  return wrapped;
}

function scale(x: Tensor | number, alpha: number): Tensor | number {
  return typeof x === 'number' ? x * alpha : mul(x, alpha);
}

const plainAdd: BinaryOp = binary('add', BinaryCode.Add, [0, (g) => g], [0, (g) => g]);
const plainSub: BinaryOp = binary('sub', BinaryCode.Sub, [0, (g) => g], [0, (g) => neg(g)], { refuses: [bool] });

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
export const sub: AlphaOp = scaled('sub', plainSub);

/** In-place `sub`. */
export const sub_: AlphaOp = scaled('sub_', inplaceBinary(plainSub));

/**
 * input · other, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2]).mul(torch.tensor([3, 4]))); // => tensor([3., 8.])
 * ```
 */
export const mul: BinaryOp = binary('mul', BinaryCode.Mul, [B, (g, _a, b) => mul(g, b)], [A, (g, a) => mul(g, a)]);

const quotient: BinaryOp = binary(
  'div',
  BinaryCode.Div,
  [B, (g, _a, b) => div(g, b)],
  [A | B, (g, a, b) => neg(mul(g, div(div(a, b), b)))],
  { floats: true },
);

/** Division, with a rounding mode. */
export type DivOp = {
  (input: Tensor | number, other: Tensor | number): Tensor;
  (input: Tensor | number, other: Tensor | number, options: { roundingMode?: 'trunc' | 'floor' | null }): Tensor;
};

/**
 * input / other, elementwise. Integers give floats unless a rounding mode is given.
 *
 * @param options - `roundingMode`: `'floor'` as Python's `//`.
 * @throws RangeError for an unknown rounding mode.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([7, -7]).div(2, { roundingMode: 'floor' })); // => tensor([ 3., -4.])
 * ```
 */
export const div: DivOp = (
  input: Tensor | number,
  other: Tensor | number,
  options?: { roundingMode?: 'trunc' | 'floor' | null },
): Tensor => {
  if (options === undefined) return quotient(input, other);
  const [mode] = bind('div', ['roundingMode'], [options]);
  if (mode === undefined || mode === null) return quotient(input, other);
  if (mode === 'floor') return floorDivide(input, other);
  throw new RangeError(`div expected roundingMode to be one of null or 'floor' but found '${String(mode)}'`);
};

/** In-place `div`. */
export const div_: BinaryOp = inplaceBinary(quotient);

/**
 * input to the power `exponent`, elementwise.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3]).pow(2)); // => tensor([1., 4., 9.])
 * ```
 */
export const pow: BinaryOp = binary(
  'pow',
  BinaryCode.Pow,
  [
    A | B,
    (g, a, b) => {
      if (typeof b === 'number') return b === 0 ? mul(g, 0) : mul(g, mul(pow(a, b - 1), b));
      return where(eq(b, 0), 0, mul(g, mul(pow(a, sub(b, 1)), b)));
    },
  ],
  [
    A | B | OUT,
    (g, a, b, out) => {
      if (typeof a === 'number') return a === 0 ? where(ge(b, 0), 0, mul(g, out)) : mul(g, mul(out, Math.log(a)));
      const atZero = mul(eq(a, 0), ge(b, 0));
      return where(atZero, 0, mul(g, mul(out, log(a))));
    },
  ],
  { backward: 'PowBackward0' },
);

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
  [A | B, (g, a, b) => chosen(g, gt(a, b), eq(a, b))],
  [A | B, (g, a, b) => chosen(g, lt(a, b), eq(a, b))],
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
  [A | B, (g, a, b) => chosen(g, lt(a, b), eq(a, b))],
  [A | B, (g, a, b) => chosen(g, gt(a, b), eq(a, b))],
);

/** g where an operand won, half of it where both are equal, 0 where it lost. */
function chosen(g: Tensor, wins: Tensor, ties: Tensor): Tensor {
  return where(wins, g, where(ties, mul(g, 0.5), 0));
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
export const remainder: BinaryOp = binary(
  'remainder',
  BinaryCode.Remainder,
  [0, (g) => g],
  [A | B, (g, a, b) => neg(mul(g, floorDivide(a, b)))],
  { refuses: [bool] },
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
  constant: true,
  refuses: [bool],
});

/** g where a > 0, otherwise 0: the derivative of relu, a being its output. */
export const reluMask: BinaryOp = binary('reluMask', BinaryCode.ReluMask, null, [A, (g, a) => reluMask(a, g)], {
  backward: 'ThresholdBackwardBackward0',
});

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
export function leakyRelu(input: Tensor, negativeSlope: number | { negativeSlope?: number } = 0.01): Tensor {
  const slope = isOptions(negativeSlope) ? (bind('leakyRelu', ['negativeSlope'], [negativeSlope])[0] ?? 0.01) : negativeSlope;
  return leaky(input, slope as number);
}

const leaky: BinaryOp = binary(
  'leakyRelu',
  BinaryCode.LeakyRelu,
  [A, (g, a, slope) => where(gt(a, 0), g, mul(g, slope))],
  null,
  { floats: true },
);

