/** Every differentiable operation has the derivative of its finite differences; so does that derivative. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { leakyRelu } from '../../src/ops/elementwise/binary.ts';
import { logsigmoid } from '../../src/ops/elementwise/unary.ts';
import { linear } from '../../src/ops/linalg/matmul.ts';
import * as binaryLoss from '../../src/ops/loss/binary-loss.ts';
import * as classLoss from '../../src/ops/loss/class-loss.ts';
import * as F from '../../src/ops/loss/loss.ts';

const { gradcheck, gradgradcheck, GradcheckError } = torch.autograd;
type Tensor = torch.Tensor;

function leaf(values: torch.TensorData): Tensor {
  return torch.tensor(values, { dtype: torch.float64, requiresGrad: true });
}

/** No two alike, none near 0, 1, or a half: away from every kink. */
function sample(dims: number[], { from = -2, to = 2, shift = 0 } = {}): Tensor {
  const n = dims.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: n }, (_, i) => {
    const x = from + (to - from) * (((i + 1 + shift) * 0.6180339887) % 1);
    return Math.abs(x - Math.round(x)) < 0.02 ? x + 0.05 : x;
  });
  return torch.tensor(new Float64Array(values)).reshape(dims).clone().requiresGrad_();
}

const int = (data: torch.TensorData): Tensor => torch.tensor(data, { dtype: torch.int64 });
const positive = { from: 0.2, to: 3 };

/** The operation and the inputs it is checked at. */
type Case = [name: string, fn: (...x: Tensor[]) => Tensor | readonly Tensor[], inputs: () => Tensor[]];

const any = (): Tensor[] => [sample([2, 3])];
const pair = (): Tensor[] => [sample([2, 3]), sample([2, 3], { shift: 7 })];
const above = (): Tensor[] => [sample([2, 3], positive)];
const index = int([[1, 0, 1]]);
const TARGET = torch.tensor([0, 0.3, 1], { dtype: torch.float64 });
const WEIGHT = torch.tensor([0.5, 2, 1.25], { dtype: torch.float64 });

const CASES: Case[] = [
  ...(
    [
      'neg',
      'abs',
      'sign',
      'square',
      'relu',
      'expm1',
      'exp',
      'tanh',
      'sigmoid',
      'sin',
      'cos',
      'erf',
      'floor',
      'ceil',
      'round',
      'trunc',
    ] as const
  ).map((name): Case => [name, (x) => torch[name](x), any]),
  ...(['sqrt', 'rsqrt', 'reciprocal', 'log', 'log1p', 'log2', 'log10'] as const).map(
    (name): Case => [name, (x) => torch[name](x), above],
  ),
  ['logsigmoid', (x) => logsigmoid(x), any],
  ['leakyRelu', (x) => leakyRelu(x, 0.2), any],
  ...(['add', 'sub', 'mul', 'div', 'maximum', 'minimum'] as const).map(
    (name): Case => [name, (a, b) => torch[name](a, b), pair],
  ),
  ...(['add', 'sub', 'mul', 'div'] as const).map(
    (name): Case => [
      `${name}, broadcast`,
      (a, b) => torch[name](a, b),
      () => [sample([2, 1]), sample([3], { shift: 4 })],
    ],
  ),
  ...(['sub', 'div', 'pow'] as const).map((name): Case => [`${name}, number first`, (x) => torch[name](2.5, x), above]),
  ['add, alpha', (a, b) => a.add(b, { alpha: -1.5 }), pair],
  ['remainder', (a, b) => a.remainder(b), pair],
  ['div, rounded', (a, b) => [a.div(b, { roundingMode: 'trunc' }), a.div(b, { roundingMode: 'floor' })], pair],
  ['pow', (a, b) => a.pow(b), () => [sample([2, 3], positive), sample([2, 3], { shift: 3 })]],
  ['pow of a number', (x) => [x.pow(3), x.pow(2), x.pow(1), x.pow(0), x.pow(-1)], any],
  ['clone, contiguous, to', (x) => [x.clone(), x.t().contiguous(), x.float().double().mul(0)], any],
  ['where', (a, b) => torch.where(torch.tensor([true, false, true]), a, b), pair],
  ['reshape, view, flatten', (x) => [x.reshape(3, 2), x.view(6), x.flatten(), x.t().reshape(6)], any],
  ['transposes', (x) => [x.t(), x.transpose(0, 1), x.permute(1, 0), x.T, x.mT], any],
  ['squeeze and unsqueeze', (x) => [x.unsqueeze(1), x.unsqueeze(0).squeeze(), x.unsqueeze(0).squeeze(0)], any],
  ['expand', (x) => x.expand(4, 2, 3), () => [sample([2, 1])]],
  ['narrow, select', (x) => [x.narrow(1, 1, 2), x.select(0, 1)], any],
  ['cat, stack', (a, b) => [torch.cat([a, b, a], 1), torch.stack([a, b], 1)], pair],
  ['at', (x) => [x.at(1), x.at(':', [0, null, 2]), x.at(int([1, 0, 1])), x.at(':', int([2, 2])), x.at(x.gt(0))], any],
  [
    'setAt_',
    (a, b) => [a.clone().setAt_([0], b.at(1)), a.clone().setAt_([':', int([2, 0])], b.at(':', [1, null]))],
    pair,
  ],
  ['gather, indexSelect', (x) => [x.gather(0, index), x.indexSelect(1, int([2, 0, 2]))], any],
  ['scatter', (a, b) => [a.scatter(0, index, b), a.scatterAdd(0, index, b), a.scatter(0, index, 2)], pair],
  ['sum', (x) => [x.sum(), x.sum(0), x.sum(1, { keepdim: true })], any],
  ['mean', (x) => [x.mean(), x.mean(0), x.mean(1, { keepdim: true })], any],
  ['prod', (x) => [x.prod(), x.prod(0), x.prod(1, { keepdim: true })], any],
  ['var', (x) => [x.var(), x.var(0), x.var(1, { keepdim: true })], any],
  ['std', (x) => [x.std(), x.std(0), x.std(1, { correction: 0 })], any],
  ['sum, mean, var of several', (x) => [x.sum([0, 2]), x.mean([0, 2], true), x.var([1, 2])], () => [sample([2, 3, 2])]],
  [
    'prod with a zero',
    (x) => [x.prod(), x.prod(1)],
    () => [
      leaf([
        [0, 2, -3],
        [1, 4, 0.5],
      ]),
    ],
  ],
  ['max, min', (x) => [x.max(), x.min(), x.max(1).values, x.min(0, true).values], any],
  ['softmax', (x) => [x.softmax(0), x.softmax(1)], any],
  ['logSoftmax', (x) => [x.logSoftmax(0), x.logSoftmax(1)], any],
  ['mm', (a, b) => a.mm(b), () => [sample([2, 3]), sample([3, 2], { shift: 5 })]],
  ['mv, dot', (a, b) => [a.mv(b), b.dot(a.at(0))], () => [sample([2, 3]), sample([3], { shift: 5 })]],
  ['bmm', (a, b) => a.bmm(b), () => [sample([2, 2, 3]), sample([2, 3, 1], { shift: 5 })]],
  [
    'matmul',
    (a, b) => [a.matmul(b), a.at(0).matmul(b), a.at(0, 0).matmul(b)],
    () => [sample([2, 2, 3]), sample([3, 2], { shift: 5 })],
  ],
  [
    'linear',
    (x, w, b) => [linear(x, w, b), linear(x, w), linear(x.at(0), w, b)],
    () => [sample([2, 3]), sample([2, 3], { shift: 4 }), sample([2])],
  ],
  ['in place', (x) => [x.mul(1).mul_(3).add_(x).sqrt_(), x.add(1).mul_(x).log_(), x.mul(2).exp_()], above],
  [
    'in place through a view',
    (x) => {
      const y = x.mul(2);
      y.at(':', 1).mul_(x.at(':', 0)).sin_();
      return y.mul(y);
    },
    any,
  ],
  ['mseLoss', (a, b) => [F.mseLoss(a, b), F.mseLoss(a, b, 'sum'), F.mseLoss(a, b, 'none')], pair],
  ['l1Loss', (a, b) => [F.l1Loss(a, b), F.l1Loss(a, b, 'none')], pair],
  [
    'binaryCrossEntropy',
    (x) => binaryLoss.binaryCrossEntropy(x, torch.stack([TARGET, TARGET])),
    () => [sample([2, 3], { from: 0.05, to: 0.95 })],
  ],
  [
    'binaryCrossEntropyWithLogits',
    (x, t) => [
      binaryLoss.binaryCrossEntropyWithLogits(x, t),
      binaryLoss.binaryCrossEntropyWithLogits(x, t, { weight: WEIGHT, posWeight: WEIGHT, reduction: 'none' }),
    ],
    () => [sample([2, 3]), sample([2, 3], { from: 0.1, to: 0.9, shift: 3 })],
  ],
  [
    'nllLoss',
    (x) => [classLoss.nllLoss(x, int([2, 0])), classLoss.nllLoss(x, int([2, 0]), { weight: WEIGHT, ignoreIndex: 0 })],
    any,
  ],
  [
    'crossEntropy',
    (x) => [
      classLoss.crossEntropy(x, int([2, 0])),
      classLoss.crossEntropy(x, int([2, 0]), { labelSmoothing: 0.2, weight: WEIGHT }),
      classLoss.crossEntropy(x, int([2, 1]), { reduction: 'none', ignoreIndex: 1 }),
    ],
    any,
  ],
  [
    'crossEntropy of probabilities',
    (x, t) => classLoss.crossEntropy(x, t, { labelSmoothing: 0.1 }),
    () => [sample([2, 3]), sample([2, 3], { from: 0.1, to: 0.9 })],
  ],
];

describe('derivatives', () => {
  test.each(CASES)('%s', (_name, fn, inputs) => {
    expect(gradcheck(fn, inputs())).toBe(true);
  });
});

describe('second derivatives', () => {
  test.each(CASES)('%s', (_name, fn, inputs) => {
    expect(gradgradcheck(fn, inputs())).toBe(true);
  });
});

/** What every row of src/ops is, and what was made without one is not. */
interface OfRow {
  (...x: Tensor[]): Tensor;
  row?: { operands: 1 | 2; backward?: string | readonly string[] };
}

/** Of each row the derivatives, without a line here, where all of them are defined: between 0 and 1. */
const ROWS = Object.entries(torch).flatMap(([name, value]) => {
  const { row } = value as unknown as OfRow;
  const differentiable = row?.backward !== undefined && !row.backward.includes('NotImplemented');
  return differentiable && !name.endsWith('_') ? [[name, value as unknown as OfRow, row.operands] as const] : [];
});

describe('a row', () => {
  test.each(ROWS)('%s', (_name, fn, operands) => {
    const inside = { from: 0.15, to: 0.85 };
    const inputs = [sample([2, 3], inside), sample([2, 3], { ...inside, shift: 7 })].slice(0, operands);
    expect(gradcheck(fn, inputs)).toBe(true);
    expect(gradgradcheck(fn, inputs)).toBe(true);
  });
});

describe('gradcheck itself', () => {
  const x = (): Tensor => leaf([0.5, 2]);
  const wrong = (a: Tensor): Tensor => a.mul(a.detach());

  test('shows both Jacobians where they differ', () => {
    expect(() => gradcheck(wrong, x())).toThrow(GradcheckError);
    expect(() => gradcheck(wrong, x())).toThrow(
      'Jacobian mismatch for output 0 with respect to input 0,\nnumerical:\n[1.00000, 0.00000]\n[0.00000, 4.00000]\n' +
        'analytical:\n[0.500000, 0.00000]\n[0.00000, 2.00000]',
    );
    expect(gradcheck(wrong, x(), { raiseException: false })).toBe(false);
  });

  test('names the output and the input', () => {
    const second = (a: Tensor, b: Tensor): Tensor[] => [a.mul(b), a.mul(wrong(b))];
    expect(() => gradcheck(second, [x(), x()])).toThrow('output 1 with respect to input 1');
  });

  test('finds a wrong second derivative behind a right first one', () => {
    const cut = (a: Tensor): Tensor =>
      a
        .pow(2)
        .detach()
        .add(a.sub(a.detach()).mul(a.detach().mul(2)));
    expect(gradcheck((a) => a.pow(2), x())).toBe(true);
    expect(gradgradcheck(cut, x(), { raiseException: false })).toBe(false);
  });

  test('takes tolerances', () => {
    expect(gradcheck(wrong, x(), { atol: 10 })).toBe(true);
    expect(gradcheck((a) => a.exp(), x(), { eps: 0.5, raiseException: false })).toBe(false);
  });

  test('leaves inputs and their gradients as they were', () => {
    const a = x();
    gradcheck((b) => b.exp(), a);
    expect([a.tolist(), a.grad, a.requiresGrad]).toEqual([[0.5, 2], null, true]);
  });

  test('reads inputs of any strides', () => {
    const a = sample([3, 2]).detach().t().requiresGrad_();
    expect(gradcheck((b) => b.mul(b).sum(1), a)).toBe(true);
  });

  test('expects zero where nothing is differentiable', () => {
    expect(gradcheck((a) => a.detach().mul(0), x())).toBe(true);
    expect(() => gradcheck((a) => a.detach(), x())).toThrow('Numerical gradient for function expected to be zero');
  });

  test('refuses what it cannot check', () => {
    expect(() => gradcheck((a) => a, torch.zeros(2))).toThrow('expects at least one input tensor to require gradient');
    expect(() => gradcheck((a) => a, torch.zeros(2, { requiresGrad: true }))).toThrow('input 0 is torch.float32');
    const repeated = leaf([1]).expand(3);
    expect(() => gradcheck((a) => a, repeated)).toThrow('The 0th input has a dimension with stride 0');
    expect(() => gradcheck((a) => a, [3 as never])).toThrow('gradcheck(): expected Tensors, got 3');
    expect(() => gradcheck((a) => a, x(), { epsilon: 1 } as never)).toThrow("unexpected option 'epsilon'");
  });
});
