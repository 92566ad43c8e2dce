/** Indexing, and what picks, writes or cuts: what PyTorch gives for the random expressions of golden/indexing.py. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { differs, type Row } from './picking.ts';

describe('what PyTorch gives', () => {
  const { rows } = readGolden<{ rows: Row[] }>('indexing.json');
  it.each([...new Set(rows.map(([program]) => program))])('%s', (name) => {
    const own = rows.filter(([program]) => program === name);
    expect(own.flatMap((row) => differs(row) ?? []).slice(0, 5)).toEqual([]);
  });
});

describe("what is torchlet's own", () => {
  const x = torch.arange(6).view(2, 3);
  const at = (...indices: unknown[]): torch.Tensor => x.at(...(indices as torch.Index[]));

  it('floats of whole numbers are integers, and BigInts are', () => {
    expect(at(torch.tensor(1)).tolist()).toEqual([3, 4, 5]);
    expect(at(torch.tensor(1)).storage).toBe(x.storage);
    expect(at(':', torch.tensor([2, -3])).tolist()).toEqual([
      [2, 0],
      [5, 3],
    ]);
    expect(at(1n, [1n, torch.tensor(3)]).tolist()).toEqual([4, 5]);
  });

  it.each<[string, unknown[], string]>([
    ['a fraction', [1.5], 'got 1.5'],
    ['a tensor of a fraction', [torch.tensor(0.5)], 'must hold integers, got 0.5 of torch.float32'],
    ['a tensor of fractions', [torch.tensor([0, 0.5])], 'must hold whole numbers'],
    ['text', ['x'], 'got "x"'],
    ['an empty list', [[]], 'a list of positions is torch.tensor([…], { dtype: torch.int64 })'],
    ['a list of positions', [[0, 1, 1, 0]], 'a list of positions is'],
    ['lists of positions', [[[0], [1]]], 'a list of positions is'],
    ['undefined', [undefined], 'got undefined'],
    ['an object', [{ start: 1 }], 'got an object'],
    ['a range of text', [['1', null]], 'got a list of 2'],
    ['a range to a bool tensor', [[torch.tensor(true), null]], 'must hold integers, got 1 of torch.bool'],
  ])('%s is refused', (_, indices, message) => {
    expect(() => at(...indices)).toThrow(TypeError);
    expect(() => at(...indices)).toThrow(message);
    expect(() => x.clone().setAt_(indices as torch.Index[], 1)).toThrow(message);
  });

  it.each<[string, unknown[], string]>([
    ['too many indices', [0, 0, 0], 'too many indices for tensor of dimension 2'],
    ['a number out of range', [2], 'index 2 is out of bounds for dimension 0 with size 2'],
    ['a position out of range', [torch.LongTensor([0, 5])], 'index 5 is out of bounds for dimension 0 with size 2'],
    ['shapes that do not broadcast', [torch.LongTensor([0, 1]), torch.LongTensor([0, 1, 2])], 'shapes [2], [3]'],
    ['shapes that do not broadcast beside a bool', [false, torch.LongTensor([0, 1])], 'shapes [0], [2]'],
    ['a mask of another shape', [torch.BoolTensor([true])], 'The shape of the mask [1]'],
    ['a step backwards', [[null, null, -1]], 'flip() reverses'],
  ])('%s is out of range', (_, indices, message) => {
    expect(() => at(...indices)).toThrow(RangeError);
    expect(() => at(...indices)).toThrow(message);
  });

  it('leaves the index as it is, and notices when it is written before the backward pass', () => {
    const index = torch.LongTensor([-1, 0]);
    const w = torch.ones(2, 3, { requiresGrad: true });
    const picked = w.at(index);
    w.mul(1).setAt_([index], 0).sum().backward();
    expect(index.tolist()).toEqual([-1, 0]);
    index.add_(1);
    expect(() => picked.sum().backward()).toThrow('modified by an inplace operation');
  });

  it('a tracked float that is written into integers leaves them untracked', () => {
    const w = torch.tensor(2.5, { requiresGrad: true });
    const counts = torch.zeros(2, { dtype: torch.int64 }).setAt_([0], w);
    expect([counts.tolist(), counts.requiresGrad]).toEqual([[2, 0], false]);
    expect(torch.zeros(2, { dtype: torch.bool }).copy_(w.expand(2)).requiresGrad).toBe(false);
  });
});
