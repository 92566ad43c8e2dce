/** What each elementwise operation becomes in ONNX; other kinds follow in rows-*.ts. */
import { bool, type DType, float32, int32, Kind } from '../tensor/dtype.ts';
import type { Args, Emitter, Operand, Row } from './emit.ts';
import { ARRANGING } from './rows-arrange.ts';
import { PICKING } from './rows-pick.ts';
import { PRODUCTS } from './rows-product.ts';
import { REDUCTIONS } from './rows-reduce.ts';
import { Real } from './write.ts';

const isFloat = (dtype: DType): boolean => dtype.kind === Kind.Float;
const capital = (name: string): string => name[0].toUpperCase() + name.slice(1);

/** What a dtype is computed in: ONNX does no arithmetic of booleans. */
const working = (dtype: DType): DType => (dtype === bool ? int32 : dtype);

/** One node of the input, in the result's dtype. */
const one =
  (op: string, attributes: (a: Args) => Record<string, Real> = () => ({})): Row =>
  (g, a, out) => {
    const dtype = working(out.dtype);
    return g.cast(g.op(op, [g.of(a.input, dtype)], attributes(a)), dtype, out.dtype);
  };

/** The same, which leaves integers as they are. */
const rounding =
  (op: string): Row =>
  (g, a, out) =>
    isFloat(out.dtype) ? one(op)(g, a, out, [out]) : asItIs(g, a, out, [out]);

/** One node of two operands, in the result's dtype. */
const two =
  (op: string): Row =>
  (g, a, out) => {
    const dtype = working(out.dtype);
    return g.cast(g.op(op, [g.of(a.input, dtype), g.of(a.other, dtype)]), dtype, out.dtype);
  };

/** Nodes of x, which is the input in the result's dtype; n makes a number of it. */
type Formula = (f: (op: string, ...inputs: (string | number)[]) => string, x: string, a: Args, g: Emitter) => string;
const formula =
  (write: Formula): Row =>
  (g, a, out) => {
    const dtype = working(out.dtype);
    const node = (op: string, ...inputs: (string | number)[]): string =>
      g.op(
        op,
        inputs.map((each) => (typeof each === 'number' ? g.scalar(each, dtype) : each)),
      );
    return g.cast(write(node, g.of(a.input, dtype), a, g), dtype, out.dtype);
  };

/** The same of two operands. */
type Formula2 = (f: Parameters<Formula>[0], x: string, y: string, a: Args, g: Emitter) => string;
const formula2 =
  (write: Formula2, second: (a: Args) => Operand = (a) => a.other): Row =>
  (g, a, out) =>
    formula((f, x) => write(f, x, g.of(second(a), working(out.dtype)), a, g))(g, a, out, [out]);

/** A comparison, in the dtype in which both meet. */
const compare =
  (op: string, not = false): Row =>
  (g, { input, other, joint }, out) => {
    const dtype = joint === bool && op !== 'Equal' ? int32 : joint;
    const made = g.op(op, [g.of(input, dtype), g.of(other, dtype)]);
    return g.cast(not ? g.op('Not', [made]) : made, bool, out.dtype);
  };
const logical =
  (op: string): Row =>
  (g, { input, other }, out) =>
    g.cast(g.op(op, [g.of(input, bool), g.of(other, bool)]), bool, out.dtype);

/** A test of floats; integers are them. */
const test =
  (write: (g: Emitter, x: string) => string): Row =>
  (g, { input }) =>
    write(g, g.of(input, isFloat(input.dtype) ? input.dtype : float32));

/** Towards zero. */
const cut = (f: Parameters<Formula>[0], x: string): string => f('Mul', f('Sign', x), f('Floor', f('Abs', x)));
/** x where it stands, but within bounds. */
const clip: Row = (g, { input, min, max }, out) => {
  let x = g.of(input, out.dtype);
  if (min !== null && min !== undefined) x = g.op('Max', [x, g.of(min, out.dtype)]);
  return max !== null && max !== undefined ? g.op('Min', [x, g.of(max, out.dtype)]) : x;
};
const clipped = (low: (a: Args) => number, high: (a: Args) => number): Row =>
  formula((f, x, a) => f('Clip', x, low(a), high(a)));
const asItIs: Row = (g, { input }, out) => g.op('Identity', [g.of(input, out.dtype)]);
const scaled = (op: string): Row =>
  formula2((f, x, y, { alpha }) =>
    f(op, x, alpha === undefined || Number(alpha) === 1 ? y : f('Mul', y, Number(alpha))),
  );

/** x / y towards -∞. */
const floorDivision: Formula2 = (f, x, y) => f('Floor', f('Div', x, y));
const divide: Row = (g, a, out) => {
  const { roundingMode } = a;
  if (isFloat(out.dtype)) {
    const write: Formula2 = (f, x, y) =>
      roundingMode === 'floor' ? floorDivision(f, x, y, a, g) : roundingMode ? cut(f, f('Div', x, y)) : f('Div', x, y);
    return formula2(write)(g, a, out, [out]);
  }
  return formula2((f, x, y) => f('Div', roundingMode === 'floor' ? f('Sub', x, f('Mod', x, y)) : x, y))(g, a, out, [
    out,
  ]);
};

/** The angle of the point (y, x). */
const angle: Formula2 = (f, y, x) => {
  const plain = f('Atan', f('Div', y, x));
  const side = f('Where', f('Less', y, 0), -Math.PI, Math.PI);
  const half = f('Mul', f('Sign', y), Math.PI / 2);
  return f('Where', f('Greater', x, 0), plain, f('Where', f('Less', x, 0), f('Add', plain, side), half));
};

/** The one of two that is larger or smaller, and no NaN if the other is a number. */
const numeric = (op: string): Row => {
  const write: Formula2 = (f, x, y) => f('Where', f('IsNaN', x), y, f('Where', f('IsNaN', y), x, f(op, x, y)));
  return (g, a, out) => (isFloat(out.dtype) ? formula2(write) : two(op))(g, a, out, [out]);
};

/** Of their own name in ONNX. */
const named = (names: string, row: (op: string) => Row): Record<string, Row> =>
  Object.fromEntries(names.split(' ').map((name) => [name, row(capital(name))]));

const gelu: Formula = (f, x, { approximate }) => {
  const inner =
    approximate === 'tanh'
      ? f('Tanh', f('Mul', f('Add', x, f('Mul', f('Mul', f('Mul', x, x), x), 0.044715)), Math.sqrt(2 / Math.PI)))
      : f('Erf', f('Mul', x, Math.SQRT1_2));
  return f('Mul', f('Mul', x, f('Add', inner, 1)), 0.5);
};

const softplus: Formula = (f, x, { beta = 1, threshold = 20 }) => {
  if (beta === 1 && threshold === 20) return f('Softplus', x);
  const scaled = f('Mul', x, beta);
  return f('Where', f('Greater', scaled, threshold), x, f('Div', f('Softplus', scaled), beta));
};

const ELEMENTWISE: Record<string, Row> = {
  ...named(
    'abs acos asin atan cos cosh erf exp log neg reciprocal relu selu sigmoid sign sin sinh softsign sqrt tan tanh',
    one,
  ),
  ...named('ceil floor', rounding),
  mul: two('Mul'),
  add: scaled('Add'),
  sub: scaled('Sub'),
  div: divide,
  pow: formula2(
    (f, x, y) => f('Pow', x, y),
    (a) => a.exponent,
  ),
  trueDivide: divide,
  floorDivide: (g, a, out) => divide(g, { ...a, roundingMode: 'floor' }, out, [out]),
  remainder: (g, a, out) =>
    formula2((f, x, y) =>
      isFloat(out.dtype) ? f('Sub', x, f('Mul', floorDivision(f, x, y, a, g), y)) : f('Mod', x, y),
    )(g, a, out, [out]),
  fmod: (g, a, out) => g.op('Mod', [g.of(a.input, out.dtype), g.of(a.other, out.dtype)], { fmod: 1 }),
  maximum: two('Max'),
  minimum: two('Min'),
  fmax: numeric('Max'),
  fmin: numeric('Min'),
  hypot: formula2((f, x, y) => f('Sqrt', f('Add', f('Mul', x, x), f('Mul', y, y)))),
  atan2: formula2(angle),
  logaddexp: formula2((f, x, y) => {
    const more = f('Log', f('Add', f('Exp', f('Neg', f('Abs', f('Sub', x, y)))), 1));
    // The difference of equal infinities is none.
    return f('Add', f('Max', x, y), f('Where', f('Equal', x, y), Math.LN2, more));
  }),
  xlogy: formula2((f, x, y) =>
    f('Where', f('And', f('Equal', x, 0), f('Not', f('IsNaN', y))), 0, f('Mul', x, f('Log', y))),
  ),
  lerp: (g, a, out) =>
    formula2(
      (f, x, y) => f('Add', x, f('Mul', g.of(a.weight, out.dtype), f('Sub', y, x))),
      ({ end }) => end,
    )(g, a, out, [out]),
  eq: compare('Equal'),
  ne: compare('Equal', true),
  lt: compare('Less'),
  le: compare('LessOrEqual'),
  gt: compare('Greater'),
  ge: compare('GreaterOrEqual'),
  logicalAnd: logical('And'),
  logicalOr: logical('Or'),
  logicalXor: logical('Xor'),
  logicalNot: (g, { input }, out) => g.cast(g.op('Not', [g.of(input, bool)]), bool, out.dtype),
  isnan: test((g, x) => g.op('IsNaN', [x])),
  isinf: test((g, x) => g.op('IsInf', [x])),
  isfinite: test((g, x) => g.op('Not', [g.op('Or', [g.op('IsNaN', [x]), g.op('IsInf', [x])])])),
  square: formula((f, x) => f('Mul', x, x)),
  rsqrt: formula((f, x) => f('Reciprocal', f('Sqrt', x))),
  expm1: formula((f, x) => f('Sub', f('Exp', x), 1)),
  log1p: formula((f, x) => f('Log', f('Add', x, 1))),
  log2: formula((f, x) => f('Mul', f('Log', x), Math.LOG2E)),
  log10: formula((f, x) => f('Mul', f('Log', x), Math.LOG10E)),
  erfc: formula((f, x) => f('Sub', 1, f('Erf', x))),
  round: (g, a, out) => {
    const by = 10 ** (a.decimals ?? 0);
    if (by === 1 || !isFloat(out.dtype)) return rounding('Round')(g, a, out, [out]);
    return formula((f, x) => f('Div', f('Round', f('Mul', x, by)), by))(g, a, out, [out]);
  },
  trunc: (g, a, out) => (isFloat(out.dtype) ? formula(cut) : asItIs)(g, a, out, [out]),
  frac: formula((f, x) => f('Sub', x, cut(f, x))),
  positive: asItIs,
  clamp: clip,
  clampMin: clip,
  clampMax: clip,
  nanToNum: (g, a, out) => {
    const { nan, posinf, neginf } = a as unknown as Record<string, number | null>;
    const most = out.dtype === float32 ? 3.4028234663852886e38 : Number.MAX_VALUE;
    if (!isFloat(out.dtype)) return asItIs(g, a, out, [out]);
    return formula((f, x) => {
      const low = f('Where', f('Equal', x, -Infinity), neginf ?? -most, x);
      return f('Where', f('IsNaN', x), nan ?? 0, f('Where', f('Equal', x, Infinity), posinf ?? most, low));
    })(g, a, out, [out]);
  },
  where: (g, a, out) => formula2((f, x, y) => f('Where', g.of(a.condition), x, y))(g, a, out, [out]),
  maskedFill: (g, a, out) =>
    formula2(
      (f, x, y) => f('Where', g.of(a.mask, bool), y, x),
      ({ value }) => value,
    )(g, a, out, [out]),
  // Activations.
  celu: one('Celu', ({ alpha }) => ({ alpha: new Real(alpha as number) })),
  elu: one('Elu', ({ alpha }) => ({ alpha: new Real(alpha as number) })),
  leakyRelu: (g, a, out) =>
    one('LeakyRelu', () => ({ alpha: new Real((a.negativeSlope ?? a.other) as number) }))(g, a, out, [out]),
  prelu: (g, { input, weight }) => {
    const rank = input.dims.length;
    const channels = rank < 2 ? weight.dims : [...weight.dims, ...new Array<number>(rank - 2).fill(1)];
    const slope = rank === 0 ? [] : weight.dims[0] === 1 ? [1] : channels;
    return g.op('PRelu', [
      g.of(input),
      slope.length === weight.dims.length ? g.of(weight) : g.reshape(g.of(weight), slope),
    ]);
  },
  rrelu: one('LeakyRelu', ({ lower, upper }) => ({ alpha: new Real((lower + upper) / 2) })),
  hardsigmoid: formula((f, x) => f('Div', f('Clip', f('Add', x, 3), 0, 6), 6)),
  hardswish: formula((f, x) => f('Div', f('Mul', x, f('Clip', f('Add', x, 3), 0, 6)), 6)),
  hardtanh: clipped(
    ({ minVal }) => minVal,
    ({ maxVal }) => maxVal,
  ),
  relu6: clipped(
    () => 0,
    () => 6,
  ),
  silu: formula((f, x) => f('Mul', x, f('Sigmoid', x))),
  mish: formula((f, x) => f('Mul', x, f('Tanh', f('Softplus', x)))),
  gelu: formula(gelu),
  softplus: formula(softplus),
  logsigmoid: formula((f, x) => f('Neg', f('Softplus', f('Neg', x)))),
  threshold: formula((f, x, { threshold, value }) => f('Where', f('LessOrEqual', x, threshold), value as number, x)),
  hardshrink: formula((f, x, { lambd }) => f('Where', f('LessOrEqual', f('Abs', x), lambd), 0, x)),
  softshrink: formula((f, x, { lambd }) => f('Sub', x, f('Clip', x, -lambd, lambd))),
  dropout: asItIs,
  alphaDropout: asItIs,
  dropout1d: asItIs,
};

export const ROWS: Readonly<Record<string, Row>> = {
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...ARRANGING,
  ...PICKING,
  ...PRODUCTS,
};
