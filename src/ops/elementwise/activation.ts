/** Activation functions with an exponential in them, and their derivatives; the others are in piecewise.ts. */

import { MoreBinaryCode, MoreUnaryCode } from '../../../assembly/codes.ts';
import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { where } from '../create/copy.ts';
import { type BinaryOp, type NamedOp, Reads, type UnaryOp } from '../define.ts';
import { inplaceUnary } from '../define-inplace.ts';
import { softmax } from '../reduce/softmax.ts';
import { cat } from '../view/join.ts';
import { narrow } from '../view/slice.ts';
import { writeThrough } from '../write-back.ts';
import { checkFloat } from './arithmetic.ts';
import { add, div, mul, sub } from './binary.ts';
import { clampMax } from './clamp.ts';
import { gt, le } from './compare.ts';
import { moreBinary, moreUnary } from './more.ts';
import { type Activation, type ActivationWith, refuseNegative, withInplace } from './piecewise.ts';
import { INTEGERS } from './trigonometry.ts';
import { abs, exp, expm1, neg, sigmoid, square, tanh } from './unary.ts';

const floats = { refuses: INTEGERS };

function celuOf(input: Tensor, alpha: number): Tensor {
  checkFloat(input, 'celu');
  if (alpha === 0) throw new RangeError('ZeroDivisionError: alpha cannot be 0 for CELU');
  return composite(
    'CeluBackward0',
    [input],
    () => where(le(input, 0), mul(expm1(div(input, alpha)), alpha), input),
    () => [input],
    (g, [x]) => [where(le(x, 0), mul(g, exp(div(clampMax(x, 0), alpha))), g)],
  );
}

/**
 * x where x > 0, otherwise alpha · (e^(x / alpha) - 1).
 *
 * @param alpha - Default 1; not 0.
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers; RangeError for alpha 0.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.celu(torch.tensor([-1, 2]))); // => tensor([-0.6321,  2.0000])
 * ```
 */
export const celu: ActivationWith<'alpha'> = withInplace(
  'celu(input: Tensor, alpha: float = 1, inplace: bool = false)',
  celuOf,
  (input, alpha) => celu_(input, alpha),
);

const eluRow: BinaryOp = moreBinary(
  'elu',
  MoreBinaryCode.Elu,
  [Reads.A, (g, x, alpha) => where(le(x as Tensor, 0), mul(mul(g, exp(clampMax(x, 0))), alpha), g)],
  null,
  floats,
);

function eluOf(input: Tensor, alpha: number): Tensor {
  checkFloat(input, 'elu');
  return eluRow(input, alpha);
}

/**
 * x where x > 0, otherwise alpha · (eˣ - 1).
 *
 * @param alpha - Default 1.
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.elu(torch.tensor([-1, 2]))); // => tensor([-0.6321,  2.0000])
 * ```
 */
export const elu: ActivationWith<'alpha'> = withInplace(
  'elu(input: Tensor, alpha: float = 1, inplace: bool = false)',
  eluOf,
  (input, alpha) => elu_(input, alpha),
);

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);
/** 2 √(2 / π), and the factor of x³: the tanh form is x · sigmoid(GATE · (x + CUBE · x³)). */
const GATE = 2 * Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

const gelus: Record<string, UnaryOp> = {
  none: moreUnary('gelu', MoreUnaryCode.Gelu, [Reads.A, (g, x) => mul(g, geluSlope(x))], floats),
  tanh: moreUnary('gelu', MoreUnaryCode.GeluTanh, [Reads.A, (g, x) => mul(g, geluTanhSlope(x))], floats),
};

/** Φ(x) + x φ(x), whose derivative is (2 - x²) φ(x). */
const geluSlope: UnaryOp = moreUnary('geluSlope', MoreUnaryCode.GeluSlope, [
  Reads.A,
  (g, x) => {
    const s = square(x);
    return mul(g, mul(sub(2, s), div(exp(mul(s, -0.5)), SQRT_TWO_PI)));
  },
]);

/** The derivative of x σ(u): σ + x σ' u'; and that one's: 2 σ' u' + x (σ'' u'² + σ' u''). */
const geluTanhSlope: UnaryOp = moreUnary('geluTanhSlope', MoreUnaryCode.GeluTanhSlope, [
  Reads.A,
  (g, x) => {
    const s = square(x);
    const gate = sigmoid(mul(mul(x, add(mul(s, CUBE), 1)), GATE));
    const slope = mul(gate, sub(1, gate));
    const inner = mul(add(mul(s, 3 * CUBE), 1), GATE);
    const bend = mul(x, add(mul(square(inner), sub(1, mul(gate, 2))), mul(x, 6 * CUBE * GATE)));
    return mul(g, mul(slope, add(mul(inner, 2), bend)));
  },
]);

/**
 * x · Φ(x), Φ being the distribution function of the standard normal distribution.
 *
 * @param approximate - `'tanh'` for x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³))); default `'none'`.
 * @throws TypeError for integers; RangeError for another approximation.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.gelu(torch.tensor([-1, 2]))); // => tensor([-0.1587,  1.9545])
 * ```
 */
export const gelu = operation("gelu(input: Tensor, approximate: str = 'none')", (input, approximate): Tensor => {
  checkFloat(input, 'gelu');
  if (!Object.hasOwn(gelus, approximate)) {
    throw new RangeError(`approximate argument must be either none or tanh, but got ${describe(approximate)}`);
  }
  return gelus[approximate](input);
});

/**
 * a · sigmoid(b), a and b being the halves of the input along a dimension.
 *
 * @param dim - Of even size; default -1.
 * @throws TypeError for integers; RangeError for an odd size or no dimension.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.glu(torch.tensor([3, 4, 0, 0]))); // => tensor([1.5000, 2.0000])
 * ```
 */
export const glu = operation('glu(input: Tensor, dim: int = -1)', (input, dim): Tensor => {
  checkFloat(input, 'glu');
  const rank = input.dims.length;
  if (rank === 0) throw new RangeError('glu does not support scalars because halving size must be even');
  const d = wrapDim(dim, rank);
  const size = input.dims[d];
  if (size % 2 !== 0) throw new RangeError(`Halving dimension must be even, but dimension ${d} is size ${size}`);
  const halves = (x: Tensor): [Tensor, Tensor] => [narrow(x, d, 0, size / 2), narrow(x, d, size / 2, size / 2)];
  return composite(
    'GluBackward0',
    [input],
    () => {
      const [a, b] = halves(input);
      return mul(a, sigmoid(b));
    },
    () => [input],
    (g, [x]) => {
      const [a, b] = halves(x);
      const gate = sigmoid(b);
      const part = mul(g, gate);
      return [cat([part, mul(mul(part, sub(1, gate)), a)], d)];
    },
  );
});

function mishOf(input: Tensor): Tensor {
  checkFloat(input, 'mish');
  return composite(
    'MishBackward0',
    [input],
    () => mul(input, tanh(plainSoftplus(input))),
    () => [input],
    (g, [x]) => {
      const t = tanh(plainSoftplus(x));
      return [mul(g, add(t, mul(mul(x, sigmoid(x)), sub(1, square(t)))))];
    },
  );
}

/**
 * x · tanh(log(1 + eˣ)).
 *
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.mish(torch.tensor([-1, 2]))); // => tensor([-0.3034,  1.9440])
 * ```
 */
export const mish: Activation = withInplace('mish(input: Tensor, inplace: bool = false)', mishOf);

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

function seluOf(input: Tensor): Tensor {
  checkFloat(input, 'selu');
  return composite(
    'EluBackward0',
    [input],
    () => mul(eluRow(input, SELU_ALPHA), SELU_SCALE),
    () => [input],
    (g, [x]) => [mul(where(le(x as Tensor, 0), mul(mul(g, exp(clampMax(x, 0))), SELU_ALPHA), g), SELU_SCALE)],
  );
}

/**
 * 1.0507 · x where x > 0, otherwise 1.0507 · 1.6733 · (eˣ - 1): keeps mean 0 and variance 1 from layer to layer.
 *
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.selu(torch.tensor([-1, 2]))); // => tensor([-1.1113,  2.1014])
 * ```
 */
export const selu: Activation = withInplace('selu(input: Tensor, inplace: bool = false)', seluOf, (input) =>
  selu_(input),
);

const siluRow: UnaryOp = moreUnary('silu', MoreUnaryCode.Silu, [Reads.A, (g, x) => mul(g, siluSlope(x))], floats);

/** With s = sigmoid(x): s + x s (1 - s), whose derivative is s (1 - s) (2 + x (1 - 2 s)). */
const siluSlope: UnaryOp = moreUnary('siluSlope', MoreUnaryCode.SiluSlope, [
  Reads.A,
  (g, x) => {
    const s = sigmoid(x);
    return mul(g, mul(mul(s, sub(1, s)), add(mul(x, sub(1, mul(s, 2))), 2)));
  },
]);

/**
 * x · sigmoid(x), also called swish.
 *
 * @param inplace - Writes the input; default false.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.silu(torch.tensor([-1, 2]))); // => tensor([-0.2689,  1.7616])
 * ```
 */
export const silu: Activation = withInplace(
  'silu(input: Tensor, inplace: bool = false)',
  siluRow,
  inplaceUnary(siluRow),
);

/**
 * softmax(-x) along a dimension.
 *
 * @param dim - Without it PyTorch's implicit choice: 0 for 1 or 3 dimensions, otherwise 1.
 * @param dtype - Dtype to convert to first.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.softmin(torch.tensor([1, 2, 3]), 0)); // => tensor([0.6652, 0.2447, 0.0900])
 * ```
 */
export const softmin = operation(
  'softmin(input: Tensor, dim: int? = null, dtype: dtype? = null)',
  (input, dim, dtype): Tensor => {
    return scope(() => softmax(neg(input), { dim, dtype: dtype ?? undefined }));
  },
);

const plainSoftplus: UnaryOp = moreUnary(
  'softplus',
  MoreUnaryCode.Softplus,
  [Reads.A, (g, x) => mul(g, sigmoid(x))],
  floats,
);

/**
 * log(1 + e^(beta · x)) / beta, and x itself where beta · x is above a threshold.
 *
 * @param beta - Default 1.
 * @param threshold - Default 20.
 * @throws TypeError for integers.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.softplus(torch.tensor([-1, 2]))); // => tensor([0.3133, 2.1269])
 * ```
 */
export const softplus = operation(
  'softplus(input: Tensor, beta: float = 1, threshold: float = 20)',
  (input, beta, threshold): Tensor => {
    checkFloat(input, 'softplus');
    if (beta === 1 && threshold === 20) return plainSoftplus(input);
    return composite(
      'SoftplusBackward0',
      [input],
      () => {
        const scaled = mul(input, beta);
        return where(gt(scaled, threshold), input, div(plainSoftplus(scaled), beta));
      },
      () => [input],
      (g, [x]) => {
        const scaled = mul(x, beta);
        return [where(gt(scaled, threshold), g, mul(g, sigmoid(scaled)))];
      },
    );
  },
);

/**
 * x / (1 + |x|), from -1 to 1.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.softsign(torch.tensor([-1, 3]))); // => tensor([-0.5000,  0.7500])
 * ```
 */
export const softsign = operation(
  'softsign(input: Tensor)',
  (input): Tensor => scope(() => div(input, add(abs(input), 1))),
);

/**
 * x - tanh(x).
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.nn.functional.tanhshrink(torch.tensor([0, 2]))); // => tensor([0.0000, 1.0360])
 * ```
 */
export const tanhshrink = operation(
  'tanhshrink(input: Tensor)',
  (input): Tensor => scope(() => sub(input, tanh(input))),
);

/** The derivative of an exponential unit by its result y, which is `factor`(e^… - 1) below 0 and `slope` x above. */
function ofResult(name: string, g: Tensor, y: Tensor, factor: number, inner: number, slope: number): Tensor {
  refuseNegative(name, factor);
  return where(le(y, 0), mul(mul(g, add(y, factor)), inner), slope === 1 ? g : mul(g, slope));
}

/**
 * In-place `celu`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([-1, 2]);
 * torch.nn.functional.celu_(x);
 * console.log(x); // => tensor([-0.6321,  2.0000])
 * ```
 */
export const celu_: NamedOp<'alpha', [alpha?: number]> = writeThrough(
  'celu_(input: Tensor, alpha: float = 1)',
  celuOf,
  'CeluBackward1',
  (g, y, alpha: number) => ofResult('celu', g, y, alpha, 1 / alpha, 1),
);
/**
 * In-place `elu`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([-1, 2]);
 * torch.nn.functional.elu_(x);
 * console.log(x); // => tensor([-0.6321,  2.0000])
 * ```
 */
export const elu_: NamedOp<'alpha', [alpha?: number]> = writeThrough(
  'elu_(input: Tensor, alpha: float = 1)',
  eluOf,
  'EluBackward1',
  (g, y, alpha: number) => ofResult('elu', g, y, alpha, 1, 1),
);
/**
 * In-place `selu`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([-1, 2]);
 * torch.nn.functional.selu_(x);
 * console.log(x); // => tensor([-1.1113,  2.1014])
 * ```
 */
export const selu_: UnaryOp = writeThrough('selu_(input: Tensor)', seluOf, 'EluBackward1', (g, y) =>
  ofResult('selu', g, y, SELU_ALPHA * SELU_SCALE, 1, SELU_SCALE),
);
