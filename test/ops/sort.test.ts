/** What golden files cannot hold of sorting: long rows of every dtype, BigInts, signed zeros, many equals, strides. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

/** Numbers of a small generator, so that a failure can be repeated. */
function noise(n: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state;
  });
}

/** Stable, NaN last, -0 equal to 0: what JavaScript's own stable sort gives. */
function expected(values: readonly (number | bigint)[], descending: boolean): number[] {
  const missing = (x: number | bigint): boolean => Number.isNaN(x);
  const compare = (a: number | bigint, b: number | bigint): number => {
    if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
    return a < b ? -1 : a > b ? 1 : 0;
  };
  const sign = descending ? -1 : 1;
  return [...values.keys()].sort((i, j) => sign * compare(values[i], values[j]));
}

const dtypes = [torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool];

for (const n of [1, 2, 39, 40, 41, 200, 5000]) {
  for (const dtype of dtypes) {
    test(`${n} elements of ${dtype}, stable in both directions`, () => {
      const x = torch.tensor(
        noise(n, n).map((value) => value % (dtype === torch.uint8 ? 256 : 3000)),
        { dtype },
      );
      const values = [...x.toTypedArray()] as (number | bigint)[];
      for (const descending of [false, true]) {
        const order = expected(values, descending);
        const sorted = x.sort({ descending });
        expect([...sorted.indices.toTypedArray()].map(Number)).toEqual(order);
        expect([...sorted.values.toTypedArray()]).toEqual(order.map((i) => values[i]));
      }
    });
  }
}

test('NaN is the greatest, wherever its sign bit is; -0 and 0 are equal and keep their signs', () => {
  const bits = new Float64Array(6);
  bits.set([Number.NaN, 0, -0, -Infinity, Infinity, 0]);
  new DataView(bits.buffer).setBigUint64(40, 0xfff8000000000001n, true);
  for (const dtype of [torch.float64, torch.float32]) {
    const { values, indices } = torch.tensor(bits).to(dtype).sort();
    expect(indices.tolist()).toEqual([3, 1, 2, 4, 0, 5]);
    expect(Object.is(Number(values.toTypedArray()[1]), 0)).toBe(true);
    expect(Object.is(Number(values.toTypedArray()[2]), -0)).toBe(true);
    expect(torch.tensor(bits).to(dtype).argsort({ descending: true }).tolist()).toEqual([0, 5, 4, 1, 2, 3]);
  }
});

test('int64 is compared exactly, beyond what a number can hold', () => {
  const x = torch.tensor([9007199254740993n, 9007199254740992n, -9223372036854775808n, 9223372036854775807n]);
  expect([...x.sort().values.toTypedArray()]).toEqual([
    -9223372036854775808n,
    9007199254740992n,
    9007199254740993n,
    9223372036854775807n,
  ]);
  expect(x.unique().numel()).toBe(4);
  const sorted = x.sort().values;
  expect(torch.searchsorted(sorted, x).tolist()).toEqual([2, 1, 0, 3]);
});

test('every view sorts like its contiguous copy, along any dimension', () => {
  const x = torch.tensor(noise(7 * 50 * 3, 5)).reshape([7, 50, 3]);
  for (const view of [x.permute(2, 0, 1), x.at(':', [null, null, 2]), x.select(2, 1)]) {
    for (let dim = 0; dim < view.ndim; dim++) {
      const [a, b] = [view.sort(dim), view.clone().sort(dim)];
      expect(a.values.tolist()).toEqual(b.values.tolist());
      expect(a.indices.tolist()).toEqual(b.indices.tolist());
      expect(view.gather(dim, a.indices).tolist()).toEqual(a.values.tolist());
    }
  }
});

test('unique, its inverse and its counts put the tensor together again', () => {
  const x = torch.tensor(
    noise(3000, 9).map((value) => value % 40),
    { dtype: torch.int64 },
  );
  const [values, inverse, counts] = x.unique({ returnInverse: true, returnCounts: true });
  expect(values.take(inverse).tolist()).toEqual(x.tolist());
  expect(counts.sum().item()).toBe(3000);
  const rows = x.reshape([1000, 3]);
  const [different, place, times] = rows.unique({ dim: 0, returnInverse: true, returnCounts: true });
  expect(different.indexSelect(0, place).tolist()).toEqual(rows.tolist());
  expect(times.sum().item()).toBe(1000);
});
