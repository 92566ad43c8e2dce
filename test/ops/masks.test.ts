/** nonzero and boolean masks against loops in JavaScript: every dtype, lengths about a vector's, any rank and strides. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

/** Coordinates of the elements of nested lists that are not zero, by a walk. */
function walk(value: unknown, at: number[] = []): number[][] {
  if (Array.isArray(value)) return value.flatMap((each, i) => walk(each, [...at, i]));
  return value === 0 || value === false ? [] : [at];
}

const DTYPES = [torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool];

test.each(DTYPES)('nonzero of %s', (dtype) => {
  torch.manualSeed(1);
  for (const n of [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 100]) {
    for (const p of [0, 0.1, 0.5, 1]) {
      const x = torch.bernoulli(torch.full([n], p, { dtype: torch.float32 })).to(dtype);
      expect(x.nonzero().tolist()).toEqual(walk(x.tolist()));
      // Not where a vector begins.
      const part = torch.cat([torch.ones(3).to(dtype), x]).at([3, null]);
      expect(part.nonzero().tolist()).toEqual(walk(x.tolist()));
    }
  }
});

test('NaN is not zero, and -0 is', () => {
  for (const dtype of [torch.float32, torch.float64]) {
    const x = torch.tensor([Number.NaN, -0, 0, 1e-45, -Infinity, -0, 5, 0, -0], { dtype });
    expect(x.nonzero().flatten().tolist()).toEqual(
      walk(x.tolist())
        .flat()
        .filter((i) => x.at(i).item() !== 0),
    );
  }
});

test.each([[[7]], [[3, 5]], [[2, 1, 4]], [[2, 3, 2, 2]], [[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]], [[5, 0, 2]]])(
  'shape %j, and its permutations',
  (shape) => {
    torch.manualSeed(2);
    const x = torch.rand(shape).gt(0.6);
    const order = [...shape.keys()].reverse();
    for (const mask of [x, x.permute(order), torch.stack([x, x.logicalNot()], -1).select(-1, 1)]) {
      const found = walk(mask.tolist());
      expect(mask.nonzero().tolist()).toEqual(found);
      expect(mask.nonzero({ asTuple: true }).map((each) => each.tolist())).toEqual(
        mask.dims.map((_, d) => found.map((at) => at[d])),
      );
      const values = torch
        .arange(mask.numel())
        .to(torch.float32)
        .view([...mask.shape]);
      const want = found.map((at) => values.at(...at).item());
      expect(values.at(mask).tolist()).toEqual(want);
      expect(values.maskedSelect(mask).tolist()).toEqual(want);
      const written = values.clone().setAt_(mask, -1);
      expect(torch.equal(written, values.maskedFill(mask, -1))).toBe(true);
      const back = values.neg().setAt_([mask], values.at(mask));
      expect(torch.equal(back, torch.where(mask, values, values.neg()))).toBe(true);
    }
  },
);

test('a mask of two dimensions beside others, with its gradient', () => {
  const x = torch.arange(24).to(torch.float32).view(2, 3, 4).requiresGrad_();
  const mask = torch.tensor([
    [true, false, true, false],
    [false, false, false, true],
    [true, false, false, false],
  ]);
  const y = x.at(':', mask);
  expect(y.tolist()).toEqual([
    [0, 2, 7, 8],
    [12, 14, 19, 20],
  ]);
  y.mul(torch.arange(8).view(2, 4)).sum().backward();
  expect(x.grad?.at(1).tolist()).toEqual([
    [4, 0, 5, 0],
    [0, 0, 0, 6],
    [7, 0, 0, 0],
  ]);
  expect(x.detach().transpose(0, 2).at(mask.t()).tolist()).toEqual(
    mask
      .t()
      .nonzero()
      .tolist<number[][]>()
      .map(([i, j]) => [0, 1].map((k) => x.at(k, j, i).item())),
  );
});

test('an index that would be written by what it selects is refused, as in PyTorch', () => {
  const x = torch.arange(4);
  const values = torch.tensor([3, 2, 1, 0], { dtype: torch.int64 });
  expect(() => x.setAt_([x], values)).toThrow('some elements of the input tensor and the written-to tensor');
  expect(x.tolist()).toEqual([0, 1, 2, 3]);
});
