/**
 * Every differentiable operator of PyTorch's database passes gradcheck in float64 on the smallest of PyTorch's own
 * samples, and gradgradcheck where PyTorch's tests check it.
 */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { asFunction } from './calls.ts';
import { type Case, isWritten, type Json, read } from './golden.ts';
import { UNDIFFERENCED } from './known.ts';
import { about, GROUPS } from './score.ts';

/** Of an operator, so many samples of at most so many elements, the largest; if there is none, the smallest sample. */
const SAMPLES = 3;
const ELEMENTS = 60;
const { gradcheck, gradgradcheck } = torch.autograd;

/** Number of elements of all tensors, or infinity where there is a number that finite differences cannot use. */
function weight(value: Json): number {
  if (isWritten(value)) {
    const usable = typeof value.v === 'string' || value.v.every((each) => typeof each === 'number');
    return usable ? value.v.length : Number.POSITIVE_INFINITY;
  }
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + weight(each), 0);
  return 0;
}

const groups = new Map<string, [Case, number][]>();
for (const item of GROUPS.flatMap((group) => read(group))) {
  const size = weight(item.a);
  if (!item.g || item.w || item.d !== 'd' || !(size > 0 && Number.isFinite(size))) continue;
  groups.set(item.o, [...(groups.get(item.o) ?? []), [item, size]]);
}

test('there is a sample of every differentiable operator', () => {
  const all = new Set(GROUPS.flatMap((group) => read(group)).flatMap((item) => (item.g ? [item.o] : [])));
  expect([...all].filter((name) => !groups.has(name))).toEqual([]);
  expect(Object.keys(UNDIFFERENCED).filter((name) => !groups.has(name))).toEqual([]);
});

const names = [...groups.keys()].filter((name) => !(name in UNDIFFERENCED)).sort();
test.each(names)('%s', (name) => {
  const cases = (groups.get(name) as [Case, number][]).sort(([, a], [, b]) => a - b);
  const small = cases.filter(([, size]) => size <= ELEMENTS).slice(-SAMPLES);
  for (const [item] of small.length > 0 ? small : cases.slice(0, 1)) {
    const [fn, inputs] = asFunction(item);
    expect(gradcheck(fn, inputs), JSON.stringify(item).slice(0, 300)).toBe(true);
    if (about.gradgrad[name]) expect(gradgradcheck(fn, inputs), JSON.stringify(item).slice(0, 300)).toBe(true);
  }
});
