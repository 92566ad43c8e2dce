/**
 * Every operation is exported and agrees with onnxruntime, or stands in refused.ts with the reason why not. Calls are
 * PyTorch's own samples (golden/opinfo.py) as functions, methods and in place; the others are below.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import type { Form } from '../opinfo/calls.ts';
import { type Case, camel, read } from '../opinfo/golden.ts';
import { KNOWN, PARTLY } from './refused.ts';
import { outcome, outcomeOf } from './samples.ts';

/** Of an operation, dtype and form. */
const SAMPLES = 4;
const FORMS: Form[] = ['function', 'method', 'in place', 'in place view'];
const F = torch.nn.functional;
const short = (name: string): string => camel(name.replace('nn.functional.', ''));
const byName = new Map<string, Case[]>();
for (const sample of ['binary', 'functional', 'other', 'reduction', 'unary'].flatMap((file) => read<Case>(file))) {
  byName.set(sample.o, [...(byName.get(sample.o) ?? []), sample]);
}

/** PyTorch has a rule for each pair of infinities and NaN, and for what no integer holds; these do not follow it. */
const FINITE = new Set(['atan2', 'hypot', 'sign', 'long']);
/** onnxruntime reduces nothing to nothing, and PyTorch takes an index of nothing of any shape. */
const FILLED = new Set(['bucketize', 'searchsorted', 'gather']);
const isUsable = ({ o, a }: Case): boolean =>
  !(FINITE.has(o) && /"-?(inf|nan)"/.test(JSON.stringify(a))) &&
  !(FILLED.has(o) && JSON.stringify(a).includes('"v":[]'));

describe.each([...byName])('%s', (name, samples) => {
  const refused = KNOWN[short(name)];
  test(refused === undefined ? 'agrees' : 'is refused, with a reason', async () => {
    const wrong: string[] = [];
    let agreed = 0;
    for (const form of FORMS) {
      for (const dtype of 'flb') {
        const some = samples.filter(({ d }) => d === dtype).filter(isUsable);
        for (const [i, sample] of [...some.slice(0, SAMPLES), ...some.slice(-1)].entries()) {
          const found = await outcomeOf(sample, form, 17 + (i % 4));
          if (found === null) agreed++;
          else if (found !== undefined && !refused?.test(found) && !PARTLY[name]?.test(found)) {
            wrong.push(`${form}, ${JSON.stringify(sample).slice(0, 200)}: ${found.slice(0, 300)}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    // What makes tensors of numbers is called below.
    if (refused === undefined && !(short(name) in CALLS)) expect(agreed).toBeGreaterThan(0);
  });
});

const x = (): torch.Tensor =>
  torch.tensor([
    [0.5, -1, 2],
    [2, 0.25, -3],
  ]);
const y = (): torch.Tensor =>
  torch.tensor([
    [1.5, 2, 0.1],
    [-2, 0.75, 3],
  ]);
const signs = (): torch.Tensor => torch.tensor([1, -1]);
const many = torch as unknown as Record<string, (...args: unknown[]) => unknown>;
const method =
  (name: string, ...rest: unknown[]) =>
  (a: unknown): unknown =>
    (a as Record<string, (...args: unknown[]) => unknown>)[name](...rest);

/** Calls of which PyTorch's samples have none. */
const CALLS: Record<string, [call: (...args: never[]) => unknown, ...args: unknown[]]> = {
  absolute: [many.absolute, x()],
  aminmax: [many.aminmax, x(), { dim: 0 }],
  arange: [(a: torch.Tensor) => torch.arange(3).add(a), x()],
  eye: [(a: torch.Tensor) => a.matmul(torch.eye(3)), x()],
  full: [(a: torch.Tensor) => torch.full([3], 2).mul(a), x()],
  ones: [(a: torch.Tensor) => torch.ones(3).mul(a), x()],
  zeros: [(a: torch.Tensor) => torch.zeros(3).add(a), x()],
  asTensor: [(a: torch.Tensor) => torch.asTensor(a, { dtype: torch.int64 }), x()],
  clampMax: [(a: torch.Tensor) => torch.clampMax(a, 1), x()],
  clampMin: [(a: torch.Tensor) => torch.clampMin(a, 0), x()],
  clip: [(a: torch.Tensor) => a.clip(-1, 1), x()],
  concat: [(a: torch.Tensor, b: torch.Tensor) => torch.concat([a, b], 1), x(), y()],
  concatenate: [(a: torch.Tensor, b: torch.Tensor) => torch.concatenate([a, b]), x(), y()],
  detach: [(a: torch.Tensor) => a.detach().add(1), x()],
  divide: [many.divide, x(), y()],
  empty: [(a: torch.Tensor) => torch.empty(2, 3).zero_().add(a), x()],
  emptyLike: [(a: torch.Tensor) => torch.emptyLike(a).fill_(2).mul(a), x()],
  fill_: [(a: torch.Tensor) => a.mul(2).fill_(3), x()],
  fromNumpy: [(a: torch.Tensor) => a.add(torch.fromNumpy(new Float32Array([1, 2, 3]))), x()],
  hardshrink: [(a: torch.Tensor) => F.hardshrink(a, 0.6), x()],
  hstack: [(a: torch.Tensor, b: torch.Tensor) => torch.hstack([a, b]), x(), y()],
  multiply: [many.multiply, x(), y()],
  positive: [many.positive, x()],
  rot90: [many.rot90, x()],
  subtract: [many.subtract, x(), y()],
  tensor: [(a: torch.Tensor) => a.mul(torch.tensor([1, 2, 3])), x()],
  vstack: [(a: torch.Tensor, b: torch.Tensor) => torch.vstack([a, b]), x(), y()],
  zero_: [(a: torch.Tensor) => a.mul(2).zero_().add(a), x()],
  T: [(a: torch.Tensor) => a.T.mul(2), x()],
  mT: [(a: torch.Tensor) => a.mT.matmul(a), x()],
  at: [(a: torch.Tensor) => [a.at(0), a.at(':', [1, null]), a.at('...', -1), a.at(null, [0, 2, 2])], x()],
  setAt_: [(a: torch.Tensor) => a.mul(1).setAt_([0, [1, 3]], 7), x()],
  bool: [method('bool'), x()],
  byte: [(a: torch.Tensor) => a.abs().byte(), x()],
  copy_: [(a: torch.Tensor, b: torch.Tensor) => a.mul(1).copy_(b), x(), y()],
  cpu: [(a: torch.Tensor) => a.cpu().add(1), x()],
  int: [method('int'), x()],
  newEmpty: [(a: torch.Tensor) => a.newEmpty(2, 3).zero_().add(a), x()],
  newTensor: [(a: torch.Tensor) => a.add(a.newTensor([1, 2, 3])), x()],
  type: [method('type', torch.int64), x()],
  typeAs: [(a: torch.Tensor, b: torch.Tensor) => a.typeAs(b), x(), torch.tensor([1n])],
  alphaDropout: [(a: torch.Tensor) => F.alphaDropout(a), x()],
  batchNorm: [(a: torch.Tensor) => F.batchNorm(a, null, null, { training: true }), x()],
  bilinear: [F.bilinear, x(), y(), torch.ones(2, 3, 3), torch.ones(2)],
  cosineEmbeddingLoss: [F.cosineEmbeddingLoss, x(), y(), signs()],
  dropout: [(a: torch.Tensor) => F.dropout(a, 0.5, false).add(1), x()],
  dropout1d: [(a: torch.Tensor) => F.dropout1d(a, 0.5, false).add(1), x()],
  gaussianNllLoss: [F.gaussianNllLoss, x(), y(), y().abs()],
  hingeEmbeddingLoss: [F.hingeEmbeddingLoss, torch.tensor([0.5, 2]), signs()],
  marginRankingLoss: [F.marginRankingLoss, torch.tensor([0.5, 2]), torch.tensor([1, 1]), signs()],
  multiMarginLoss: [F.multiMarginLoss, x(), torch.tensor([0, 2])],
  multilabelMarginLoss: [
    F.multilabelMarginLoss,
    x(),
    torch.tensor([
      [0n, 1n, -1n],
      [2n, -1n, 0n],
    ]),
  ],
  multilabelSoftMarginLoss: [
    F.multilabelSoftMarginLoss,
    x(),
    torch.tensor([
      [0, 1, 1],
      [1, 0, 1],
    ]),
  ],
  pairwiseDistance: [F.pairwiseDistance, x(), y()],
  poissonNllLoss: [F.poissonNllLoss, x(), y().abs(), { full: true }],
  rrelu: [(a: torch.Tensor) => F.rrelu(a), x()],
  softMarginLoss: [F.softMarginLoss, x(), y().sign()],
  softshrink: [(a: torch.Tensor) => F.softshrink(a, 0.6), x()],
  tanhshrink: [F.tanhshrink, x()],
  tripletMarginLoss: [F.tripletMarginLoss, x(), y(), x().add(1), { swap: true }],
  bincount: [many.bincount, torch.tensor([0n, 2n, 2n])],
  bernoulli: [many.bernoulli, y().abs().clamp(0, 1)],
  multinomial: [(a: torch.Tensor) => torch.multinomial(a, 1), y().abs()],
  normal: [(a: torch.Tensor) => torch.normal(a, 1), x()],
  rand: [(a: torch.Tensor) => torch.rand(3).add(a), x()],
  randLike: [many.randLike, x()],
  randint: [(a: torch.Tensor) => torch.randint(0, 5, [3]).add(a), x()],
  randintLike: [(a: torch.Tensor) => torch.randintLike(a, 5), x()],
  randn: [(a: torch.Tensor) => torch.randn(3).add(a), x()],
  randnLike: [many.randnLike, x()],
  randperm: [(a: torch.Tensor) => a.at(':', torch.randperm(3)), x()],
  bernoulli_: [(a: torch.Tensor) => a.mul(1).bernoulli_(), x()],
  cauchy_: [(a: torch.Tensor) => a.mul(1).cauchy_(), x()],
  exponential_: [(a: torch.Tensor) => a.mul(1).exponential_(), x()],
  geometric_: [(a: torch.Tensor) => a.mul(1).geometric_(0.5), x()],
  logNormal_: [(a: torch.Tensor) => a.mul(1).logNormal_(), x()],
  normal_: [(a: torch.Tensor) => a.mul(1).normal_(), x()],
  random_: [(a: torch.Tensor) => a.mul(1).random_(), x()],
  uniform_: [(a: torch.Tensor) => a.mul(1).uniform_(), x()],
};

describe('a call beside these', () => {
  test.each(Object.entries(CALLS))('%s', async (name, [call, ...args]) => {
    const found = await outcome(name, call as never, args);
    if (KNOWN[name] === undefined) expect(found).toBe(null);
    else expect(found).toMatch(KNOWN[name]);
  });
});

test('there is no operation that no test above has called', () => {
  const {
    torch: functions,
    Tensor,
    F: functional,
  } = JSON.parse(readFileSync(new URL('../golden/operations.generated.json', import.meta.url), 'utf8')) as Record<
    'torch' | 'Tensor' | 'F',
    string[]
  >;
  // They give no tensor, so that nothing of them can be in a graph.
  const others = 'equal getRngState numel nelement numpy registerHook'.split(' ');
  const called = new Set([...[...byName.keys()].map(short), ...Object.keys(CALLS), ...others]);
  const all = [...new Set([...functions, ...Tensor, ...functional])];
  expect(all.length).toBeGreaterThan(350);
  // An in-place form is exported as its operation, and run above.
  expect(all.filter((name) => !called.has(name) && !called.has(name.replace(/_$/, '')))).toEqual([]);
});

test('what is refused is refused still', () => {
  const all = [...[...byName.keys()].map(short), ...Object.keys(CALLS)];
  expect(Object.keys(KNOWN).filter((name) => !all.includes(name))).toEqual([]);
});
