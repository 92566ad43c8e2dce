/** Sizes counted from the end, and what is too large to be a list. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

describe('torch.Size', () => {
  const { shape } = torch.zeros(2, 3, 4);

  it('counts from the end, as size() and stride() do', () => {
    expect([shape[-1], shape[-2], shape[-3]]).toEqual([4, 3, 2]);
    const x = torch.zeros(2, 3, 4);
    expect([x.size(-1), x.stride(-1), x.size(-3), x.stride(-3), x.size()[-1]]).toEqual([4, 1, 2, 12, 4]);
    expect(torch.zeros(new Array<number>(64).fill(1)).shape[-64]).toBe(1);
  });

  it('throws beyond the first', () => {
    expect(() => shape[-4]).toThrow(new RangeError('shape[-4]: there are only 3 dimensions'));
    expect(() => torch.tensor(1).shape[-1]).toThrow(RangeError);
  });

  it('is an array of its sizes and nothing else', () => {
    expect([shape.length, Object.keys(shape), [...shape], shape.numel(), shape.at(-1)]).toEqual([
      3,
      ['0', '1', '2'],
      [2, 3, 4],
      24,
      4,
    ]);
    expect(shape.map((size) => size * 2)).toEqual([4, 6, 8]);
    expect(JSON.stringify(shape)).toBe('[2,3,4]');
  });
});

describe('what is too large', () => {
  const large = torch.ones(1).expand(2 ** 31);

  it('to be lists is refused at once', () => {
    for (const x of [torch.zeros(2 ** 31, 0), torch.zeros(2, 2 ** 30, 0), large]) {
      expect(() => x.tolist()).toThrow(RangeError);
      expect(() => JSON.stringify(x)).toThrow(RangeError);
    }
    expect(() => large.toTypedArray()).toThrow(
      /^toTypedArray\(\): the 2147483648 elements .* are more than can be read/,
    );
    expect(() => large.numpy()).toThrow(RangeError);
    expect(torch.zeros(0, 2 ** 31).tolist()).toEqual([]);
  });

  it('prints its corners', () => {
    expect(String(large)).toBe('tensor([1., 1., 1.,  ..., 1., 1., 1.])');
    expect(
      String(
        torch
          .arange(4)
          .view(1, 4)
          .expand(2 ** 20, 4),
      ),
    ).toContain('[0, 1, 2, 3],\n        ...,');
  });

  it('is read by its strides', () => {
    const x = torch.arange(24).view(2, 3, 4);
    expect(x.permute(2, 0, 1).at(1, [null], [1, null]).tolist()).toEqual([
      [5, 9],
      [17, 21],
    ]);
    expect([...x.at(':', ':', 2).toTypedArray()].map(Number)).toEqual([2, 6, 10, 14, 18, 22]);
  });
});
