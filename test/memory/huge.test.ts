/**
 * 2^31 elements and more are never taken for fewer: whatever would read or write them is refused, at once and in words;
 * views, shapes and printing work. Here some of the calls that there are; all in huge.slow.test.ts.
 */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { scan } from './huge-scan.ts';

const F = torch.nn.functional;
const huge = (): torch.Tensor => torch.ones(1).expand(2 ** 31);

test('no call gives a wrong result, traps, hangs or speaks of internals', async () => {
  const { findings, calls } = await scan(97);
  expect(findings).toEqual([]);
  expect(calls).toBeGreaterThan(10_000);
});

describe('a tensor of 2^31 elements', () => {
  test.each<[string, (x: torch.Tensor) => unknown]>([
    ['sum', (x) => x.sum()],
    ['all', (x) => x.bool().all()],
    ['all', (x) => torch.zeros(1).bool().expand(x.shape).all()],
    ['argmax', (x) => x.argmax()],
    ['equal', (x) => torch.equal(x, x)],
    ['mseLoss', (x) => F.mseLoss(x, x)],
    ['toTypedArray', (x) => x.toTypedArray()],
    ['tolist', (x) => x.tolist()],
    ['unbind', (x) => x.unbind()],
    ['split', (x) => x.split(1)],
    ['add', (x) => x.add(1)],
    ['dot', (x) => x.dot(x)],
  ])('%s refuses it by name, with its size and what to do', { timeout: 5_000 }, (name, call) => {
    expect(() => call(huge())).toThrow(RangeError);
    expect(() => call(huge())).toThrow(/^\w+\(\): .*(2147483648|8589934592)/);
    expect(name).not.toBe('');
  });

  test('has views, a shape and a number of elements', () => {
    const x = torch
      .tensor([1, 2])
      .unsqueeze(1)
      .expand(2, 2 ** 40);
    expect(x.numel()).toBe(2 ** 41);
    expect([...x.t().at([0, 2]).shape]).toEqual([2, 2]);
    expect(x.t().at([0, 2]).tolist()).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(x.at(1, 2 ** 39).item()).toBe(2);
    expect(x.narrow(1, 5, 2).sum().item()).toBe(6);
    expect(x.view(2, 2 ** 20, 2 ** 20).shape.numel()).toBe(2 ** 41);
  });

  test('of more than a number counts exactly there is none', () => {
    expect(() => torch.ones(1).expand(2 ** 40, 2 ** 20)).toThrow(/has more elements than can be counted/);
  });

  test('without elements ends too', () => {
    const none = torch.zeros(1, 0).expand(2 ** 31, 0);
    expect(() => none.tolist()).toThrow(/^tolist\(\): a tensor of shape \[2147483648, 0\] has too many lists/);
    expect(none.sum().item()).toBe(0);
    expect([...none.t().shape]).toEqual([0, 2 ** 31]);
    expect(String(none)).toBe('tensor([], size=(2147483648, 0))');
  });
});

test('many repetitions of one element need no list of JavaScript', () => {
  expect(() => torch.repeatInterleave(torch.tensor([1_000_000_000n]))).toThrow(
    /^repeatInterleave\(\): out of memory: 8000000000 bytes/,
  );
  expect(() => torch.ones(1).repeatInterleave(torch.tensor([2n ** 62n]))).toThrow(RangeError);
  expect(() => F.pad(torch.ones(1, 1), [1_000_000_000, 0], 'replicate')).toThrow(/^pad\(\): out of memory/);
  expect(torch.repeatInterleave(torch.tensor([2n, 0n, 3n])).tolist()).toEqual([0, 0, 2, 2, 2]);
});
