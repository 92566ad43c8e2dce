/** Operations on each element: of one tensor, of two, comparisons, activations; and conversions. */
import * as torch from '../../../src/index.ts';
import type { Value } from '../program.ts';
import {
  alike,
  between,
  byName,
  callOn,
  dtype,
  flag,
  free,
  maybe,
  number,
  on,
  oneOf,
  operand,
  type Row,
  twin,
  whole,
} from '../row.ts';

export const unary: Row[] = [
  ...['neg', 'abs', 'absolute', 'sign', 'square', 'positive'].map((name) => on('mt', name, { kind: 'number' })),
  ...[
    'sqrt',
    'rsqrt',
    'reciprocal',
    'exp',
    'expm1',
    'log',
    'log1p',
    'log2',
    'log10',
    'tanh',
    'sigmoid',
    'sin',
    'cos',
    'erf',
    'erfc',
    'tan',
    'asin',
    'acos',
    'atan',
    'sinh',
    'cosh',
  ].map((name) =>
    on(
      name in { erfc: 1 } ? 'mts' : ['tan', 'sinh', 'cosh', 'erf', 'log2', 'log10'].includes(name) ? 'mt' : 'mt',
      name,
      { kind: 'any' },
      {},
      0.6,
    ),
  ),
  ...['floor', 'ceil', 'trunc', 'frac'].map((name) => on('mt', name, { kind: 'number' }, {}, 0.6)),
  on('mt', 'relu', { kind: 'number' }),
  on('mt', 'round', { kind: 'number' }, { decimals: byName(maybe(oneOf(-1, 0, 1, 2), 0.3)) }),
  on('mt', 'logicalNot', {}),
  ...['isnan', 'isinf', 'isfinite'].map((name) => on('mt', name, {}, {}, 0.4)),
  on('mt', 'nanToNum', {}, { nan: maybe(number), posinf: maybe(number), neginf: maybe(number) }),
  on('mt', 'clamp', { kind: 'number' }, { min: maybe(operand('any', 0.6), 0.7), max: operand('any', 0.6) }, 1.5),
  on('mt', 'clip', { kind: 'number' }, { min: operand('any', 0.8), max: maybe(operand('any', 0.8)) }, 0.5),
  on('mt', 'clampMin', { kind: 'number' }, { min: operand('any', 0.6) }, 0.5),
  on('mt', 'clampMax', { kind: 'number' }, { max: operand('any', 0.6) }, 0.5),
];

/** PyTorch has some under `torch.special` too. */
const SPECIAL: Row[] = [
  ...['erf', 'erfc', 'expit', 'expm1', 'log1p'].map((name) => on('s', name, {}, {}, 0.1)),
  on('s', 'round', { kind: 'float' }, {}, 0.1),
  on('s', 'logSoftmax', { kind: 'float' }, { dim: (w, x) => w.dim(x) }, 0.1),
  on('s', 'softmax', { kind: 'float' }, { dim: (w, x) => w.dim(x) }, 0.1),
];
unary.push(...SPECIAL);

export const binary: Row[] = [
  ...['add', 'sub', 'subtract'].map((name) =>
    on('mt', name, {}, { other: operand(), alpha: byName(maybe(number, 0.25)) }, name === 'subtract' ? 0.3 : 2),
  ),
  ...['mul', 'multiply'].map((name) => on('mt', name, {}, { other: operand() }, name === 'mul' ? 2.5 : 0.3)),
  ...['div', 'divide'].map((name) =>
    on(
      'mt',
      name,
      {},
      { other: operand(), roundingMode: byName(maybe(oneOf('floor', 'trunc', null), 0.3)) },
      name === 'div' ? 2 : 0.3,
    ),
  ),
  on('mt', 'trueDivide', {}, { other: operand() }, 0.4),
  on('mt', 'floorDivide', {}, { other: operand() }),
  on('mt', 'remainder', {}, { other: operand() }),
  on('mt', 'fmod', {}, { other: operand() }),
  on('mt', 'pow', {}, { exponent: operand('any', 0.6) }, 1.5),
  free('pow of a number', (w) => w.call('torch.pow', [w.number(), w.pick()]), 0.3),
  ...['maximum', 'minimum', 'fmax', 'fmin'].map((name) => on('mt', name, {}, { other: operand('any', 0) }, 0.8)),
  ...['atan2', 'hypot'].map((name) => on('mt', name, { kind: 'float' }, { other: operand('float', 0) }, 0.5)),
  on('mt', 'logaddexp', { kind: 'float' }, { other: operand('float', 0) }, 0.4),
  on('mts', 'xlogy', {}, { other: operand('any', 0.2) }, 0.5),
  free('lerp', (w) => {
    const x = w.pick({ kind: 'float' });
    const kind = w.tensor(x).dtype.name as 'float32';
    return callOn(w, 'mt', 'lerp', x, { end: operand(kind, 0), weight: operand(kind, 0.5) });
  }),
  on('mt', 'max', {}, { other: operand('any', 0) }, 0.4),
  on('mt', 'min', {}, { other: operand('any', 0) }, 0.4),
];

export const comparing: Row[] = [
  ...['eq', 'ne', 'lt', 'le', 'gt', 'ge'].map((name) => on('mt', name, {}, { other: operand() })),
  ...['logicalAnd', 'logicalOr', 'logicalXor'].map((name) => on('mt', name, {}, { other: operand('any', 0) }, 0.7)),
  on(
    'mt',
    'isclose',
    {},
    { other: twin, rtol: maybe(between(0, 0.5)), atol: maybe(between(0, 0.5)), equalNan: maybe(flag) },
    0.4,
  ),
  on(
    'mt',
    'allclose',
    {},
    { other: twin, rtol: maybe(between(0, 0.5)), atol: maybe(between(0, 0.5)), equalNan: maybe(flag) },
    0.3,
  ),
  on('mt', 'equal', {}, { other: alike() }, 0.4),
  free(
    'where',
    (w) => {
      const condition = w.pick({ kind: 'bool' });
      const c = w.tensor(condition);
      return w.call('torch.where', [condition, w.operand(c), w.operand(c)]);
    },
    1.5,
  ),
  on('m', 'where', {}, { condition: operand('bool', 0), other: operand() }),
];

/** Of the rows of src/ops those that no line above names: more than their kernel says of them there is not to say. */
export const derived: Row[] = Object.entries(torch).flatMap(([name, value]) => {
  const { row } = value as { row?: { operands: 1 | 2; backward?: unknown; second?: string } };
  const named = [...unary, ...binary].some((each) => each.name === name);
  if (row?.backward === undefined || named || name.endsWith('_')) return [];
  const makers = row.operands === 1 ? {} : { [row.second as string]: operand('float', 0.3) };
  return [on('mt', name, { kind: 'float' }, makers, 0.6)];
});
unary.push(...derived);

export const activation: Row[] = [
  ...[
    'relu',
    'relu6',
    'hardsigmoid',
    'hardswish',
    'selu',
    'silu',
    'mish',
    'softsign',
    'tanhshrink',
    'logsigmoid',
    'sigmoid',
    'tanh',
  ].map((name) =>
    on(
      'f',
      name,
      { kind: 'float' },
      ['relu', 'relu6', 'hardsigmoid', 'hardswish', 'selu', 'silu', 'mish'].includes(name)
        ? { inplace: maybe(flag, 0.3) }
        : {},
    ),
  ),
  ...['elu', 'celu'].map((name) =>
    on('f', name, { kind: 'float' }, { alpha: maybe(between(0.1, 2)), inplace: maybe(flag, 0.3) }),
  ),
  on('t', 'selu', { kind: 'float' }, {}, 0.3),
  on('t', 'celu', { kind: 'float' }, { alpha: maybe(between(0.1, 2)) }, 0.3),
  on('f', 'leakyRelu', { kind: 'float' }, { negativeSlope: maybe(between(-0.5, 1)), inplace: maybe(flag, 0.3) }),
  on('f', 'gelu', { kind: 'float' }, { approximate: byName(maybe(oneOf('none', 'tanh'))) }),
  on(
    'f',
    'hardtanh',
    { kind: 'number' },
    { minVal: maybe(oneOf(-2, -1, -0.5)), maxVal: maybe(oneOf(0.5, 1, 2)), inplace: maybe(flag, 0.3) },
  ),
  on('ft', 'threshold', { kind: 'number' }, { threshold: number, value: number }),
  on('f', 'softplus', { kind: 'float' }, { beta: maybe(between(0.2, 3)), threshold: maybe(between(1, 30)) }),
  on('f', 'softshrink', { kind: 'float' }, { lambd: maybe(between(0, 2)) }),
  on('f', 'hardshrink', { kind: 'float' }, { lambd: maybe(between(0, 2)) }),
  on(
    'f',
    'glu',
    { kind: 'float', rank: [1, 2, 3] },
    {
      dim: (w, x) => {
        const even = [...x.shape.keys()].filter((d) => x.shape[d] % 2 === 0);
        return even.length > 0 ? w.random.one(even) : undefined;
      },
    },
    0.6,
  ),
  on(
    'ftm',
    'prelu',
    { kind: 'float32', rank: [1, 2, 3] },
    { weight: (w, x) => w.pick({ kind: 'float32', shape: [w.random.chance(0.5) ? 1 : (x.shape[1] ?? 1)] }) },
    0.6,
  ),
  ...['softmax', 'logSoftmax'].map((name) =>
    on('mtf', name, { kind: 'float' }, { dim: (w, x) => w.dim(x), dtype: byName(maybe(dtypeFloat, 0.15)) }, 1.2),
  ),
  on('f', 'softmin', { kind: 'float' }, { dim: (w, x) => w.dim(x) }, 0.4),
  ...['elu_', 'selu_', 'celu_', 'leakyRelu_', 'hardtanh_', 'relu_'].map((name) =>
    on('f', name, { kind: 'float' }, {}, 0.25),
  ),
  ...['relu_', 'selu_', 'celu_'].map((name) => on('t', name, { kind: 'float' }, {}, 0.2)),
  on('ft', 'threshold_', { kind: 'float' }, { threshold: number, value: number }, 0.25),
];

function dtypeFloat(w: Parameters<typeof dtype>[0]): Value {
  return { dtype: w.random.one(['float32', 'float64']) };
}

export const casting: Row[] = [
  on('m', 'to', {}, { dtype }, 2),
  ...['float', 'double', 'long', 'int', 'byte', 'bool'].map((name) => on('m', name, {}, {}, 0.6)),
  on('m', 'typeAs', {}, { other: operand('any', 0) }, 0.5),
  on('m', 'to', {}, { dtype, copy: maybe(flag) }, 0.5),
  on('mt', 'clone', {}, {}, 1.5),
  on('m', 'contiguous', {}, {}, 1),
  free('item', (w) => w.call('.item', [w.pick({ rank: 0 })]), 0.7),
  free('tolist', (w) => w.call('.tolist', [w.pick()]), 0.3),
  free('str', (w) => w.call('str', [w.pick()]), 0.8),
  free('dtype', (w) => w.call('get', [w.pick(), 'dtype']), 0.2),
  on('t', 'numel', {}, {}, 0.1),
];

/** In-place writes that have no form out of place. */
export const writing: Row[] = [
  on('m', 'fill_', {}, { value: (w) => (w.random.chance(0.8) ? w.number() : w.pick({ rank: 0 })) }, 1.5),
  on('m', 'zero_', {}, {}, 0.6),
  on('m', 'copy_', {}, { other: operand('any', 0) }, 2),
  ...[
    'abs_',
    'acos_',
    'asin_',
    'atan_',
    'ceil_',
    'cos_',
    'cosh_',
    'erf_',
    'erfc_',
    'exp_',
    'expm1_',
    'floor_',
    'frac_',
    'log_',
    'log10_',
    'log1p_',
    'log2_',
    'nanToNum_',
    'neg_',
    'reciprocal_',
    'round_',
    'rsqrt_',
    'sigmoid_',
    'sin_',
    'sinh_',
    'sqrt_',
    'square_',
    'tan_',
    'tanh_',
    'trunc_',
  ].map((name) => on('t', name, { kind: 'float' }, {}, 0.06)),
  on('t', 'clamp_', {}, { min: number, max: number }, 0.1),
  ...['eq_', 'ne_', 'lt_', 'le_', 'gt_', 'ge_'].map((name) => on('m', name, {}, { other: operand() }, 0.2)),
  ...['add_', 'sub_', 'mul_', 'div_'].map((name) => on('m', name, { kind: 'float' }, { other: operand() }, 0.7)),
  on('m', 'cumsum_', { rank: [1, 2, 3] }, { dim: whole(0, 1) }, 0.2),
];
