/** Datasets, collation and preprocessing: what they give and what they refuse. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

const golden = readGolden<{
  scalers: (Record<'x' | 'z', (number | null)[][]> & Record<'mean' | 'var' | 'scale', number[]>)[];
  labels: { y: (string | number)[]; classes: (string | number)[]; numbers: number[] }[];
}>('data.json');

describe('TensorDataset', () => {
  const dataset = new torch.TensorDataset(
    torch.tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    torch.tensor([7, 8, 9]),
  );

  test('gives rows, from either end', () => {
    expect(dataset.length).toBe(3);
    expect(dataset.at(0).map((x) => x.tolist())).toEqual([[1, 2], 7]);
    expect(dataset.at(-1).map((x) => x.tolist())).toEqual([[5, 6], 9]);
    expect([...dataset].map(([, y]) => y.item())).toEqual([7, 8, 9]);
    expect(dataset.tensors[1].tolist()).toEqual([7, 8, 9]);
    expect(() => dataset.at(3)).toThrow('index 3 is out of bounds for dimension 0 with size 3');
  });

  test('refuses what does not fit together', () => {
    expect(() => new torch.TensorDataset(torch.zeros(2), torch.zeros(3))).toThrow('Size mismatch between tensors');
    expect(() => new torch.TensorDataset()).toThrow(TypeError);
    expect(() => new torch.TensorDataset([1] as never)).toThrow('expected tensors, got a list of 1');
    expect(() => new torch.TensorDataset(torch.tensor(1))).toThrow('0-dimensional');
  });
});

describe('Subset and randomSplit', () => {
  test('a subset of a subset reads through both', () => {
    const inner = new torch.Subset(['a', 'b', 'c', 'd'], [3, 1, 0]);
    expect([...new torch.Subset(inner, [-1, 0])]).toEqual(['a', 'd']);
    expect(() => inner.at(3)).toThrow('list index out of range');
    expect(() => new torch.Subset(['a'], [0.5])).toThrow('indices must be whole numbers, got 0.5 at 0');
  });

  test('lengths that do not sum up are refused, and nothing is drawn', () => {
    torch.manualSeed(0);
    const wrong = 'Sum of input lengths does not equal the length of the input dataset!';
    expect(() => torch.randomSplit([1, 2, 3], [1, 1])).toThrow(wrong);
    expect(() => torch.randomSplit([1, 2, 3], [0.5, 0.6])).toThrow(wrong);
    expect(() => torch.randomSplit([1, 2, 3], [1.5, -0.5])).toThrow('Fraction at index 0 is not between 0 and 1');
    expect(() => torch.randomSplit([1, 2, 3], [4, -1])).toThrow('whole and not negative, got -1');
    expect(() => torch.randomSplit([1], ['1'] as never)).toThrow("argument 'lengths' must be a list of numbers");
    const next = torch.rand(1).item();
    torch.manualSeed(0);
    expect(next).toBe(torch.rand(1).item());
  });
});

test('as many subsets come back as lengths were given, for the type checker too', () => {
  const [train, rest]: [torch.Subset<string>, torch.Subset<string>] = torch.randomSplit(['a', 'b', 'c'], [2, 1]);
  expect([train.length, rest.length]).toEqual([2, 1]);
  const [all]: [torch.Subset<string>] = torch.randomSplit({ dataset: ['a'], lengths: [1] });
  expect(all.at(0)).toBe('a');
  // @ts-expect-error There is no third.
  expect(torch.randomSplit(['a', 'b', 'c'], [2, 1])[2]).toBe(undefined);
  const lengths: number[] = [1, 2];
  const parts: torch.Subset<string>[] = torch.randomSplit(['a', 'b', 'c'], lengths);
  expect(parts).toHaveLength(2);
});

describe('ConcatDataset', () => {
  test('reads its parts one after the other, from either end', () => {
    const both = new torch.ConcatDataset<number>([[1, 2], [], new torch.Subset([7, 8, 9], [2, 0])]);
    expect([both.length, both.cumulativeSizes]).toEqual([4, [2, 2, 4]]);
    expect([...both]).toEqual([1, 2, 9, 7]);
    expect([both.at(-1), both.at(-4), both.at(2)]).toEqual([7, 1, 9]);
    expect(() => both.at(4)).toThrow('absolute value of index should not exceed dataset length: 4 of 4');
  });

  test('is read by a loader like any other', () => {
    const part = (from: number) => new torch.TensorDataset(torch.arange(from, from + 3), torch.zeros(3));
    const batches = [...new torch.DataLoader(new torch.ConcatDataset([part(0), part(10)]), 4)];
    expect(batches.map(([x]) => x.tolist())).toEqual([
      [0, 1, 2, 10],
      [11, 12],
    ]);
  });

  test('refuses nothing and what has no places', () => {
    expect(() => new torch.ConcatDataset([])).toThrow('datasets should not be an empty iterable');
    expect(() => new torch.ConcatDataset([3 as never])).toThrow('each of datasets must be a list, a tensor');
    const message = 'ConcatDataset(): expected one list of datasets, got ';
    expect(() => new torch.ConcatDataset(1 as never)).toThrow(new TypeError(`${message}1`));
    const part = new torch.TensorDataset(torch.ones(2));
    // @ts-expect-error They belong into a list: the rows of the first would be taken for datasets.
    expect(() => new torch.ConcatDataset(part, part)).toThrow(`${message}a TensorDataset,a TensorDataset`);
  });
});

describe('defaultCollate', () => {
  const { defaultCollate } = torch.utils.data;

  test('goes through lists and objects to tensors, numbers and strings', () => {
    const sample = (i: number) => ({ x: torch.full([2], i), y: [i, i > 0, BigInt(i)] as const, name: `n${i}` });
    const batch = defaultCollate([sample(0), sample(1)]);
    expect(String(batch.x)).toBe('tensor([[0, 0],\n        [1, 1]])');
    expect(batch.y.map(String)).toEqual(['tensor([0., 1.])', 'tensor([False,  True])', 'tensor([0, 1])']);
    expect(batch.name).toEqual(['n0', 'n1']);
    expect(String(defaultCollate([new Int32Array([1]), new Int32Array([2])]).dtype)).toBe('torch.int32');
  });

  test('refuses samples that differ and what has no place in a tensor', () => {
    expect(() => defaultCollate([[1, 2], [3]])).toThrow('each element in list of batch should be of equal size');
    expect(() => defaultCollate([{ a: 1 }, { b: 1 }])).toThrow("have no 'a'");
    expect(() => defaultCollate([1, 'a'])).toThrow('samples of one batch differ: 1 and "a"');
    expect(() => defaultCollate([null])).toThrow('found null');
    expect(() => defaultCollate([new Map()])).toThrow('found a Map');
    expect(() => defaultCollate([])).toThrow(TypeError);
  });
});

describe('LabelEncoder', () => {
  test.each(golden.labels)('orders $y as NumPy does', ({ y, classes, numbers }) => {
    const encoder = new torch.LabelEncoder();
    const encoded = encoder.fitTransform(y);
    expect(encoder.classes).toEqual(classes);
    expect([encoded.tolist(), encoded.dtype]).toEqual([numbers, torch.int64]);
    expect(encoder.inverseTransform(encoded)).toEqual(y);
    const copy = new torch.LabelEncoder().loadStateDict(encoder.stateDict());
    expect(copy.transform(y).tolist()).toEqual(numbers);
  });

  test('takes numbers as a tensor', () => {
    expect(new torch.LabelEncoder().fitTransform(torch.tensor([5, 3, 5])).tolist()).toEqual([1, 0, 1]);
  });

  test("says what is wrong in scikit-learn's words", () => {
    const encoder = new torch.LabelEncoder();
    const unfitted =
      "This LabelEncoder instance is not fitted yet. Call 'fit' with appropriate arguments before using this estimator.";
    for (const use of [
      () => encoder.transform(['a']),
      () => encoder.inverseTransform([0]),
      () => encoder.classes,
      () => encoder.stateDict(),
    ]) {
      expect(use).toThrow(unfitted);
    }
    encoder.fit(['a', 'b']);
    expect(() => encoder.transform(['d', 'a', 'c', 'd'])).toThrow("y contains previously unseen labels: ['c', 'd']");
    expect(() => encoder.inverseTransform([0, 2])).toThrow('y contains previously unseen labels: [2]');
    expect(() => encoder.fit(['a', 1])).toThrow('uniformly strings or numbers');
    expect(() => encoder.fit([null] as never)).toThrow('labels are strings or numbers, got null');
    expect(() => encoder.fit(torch.zeros(1, 1))).toThrow('1d array');
    expect(() => encoder.loadStateDict({ classes: ['b', 'a'] })).toThrow('must be sorted');
    expect(() => encoder.loadStateDict({} as never)).toThrow(TypeError);
    expect(encoder.classes).toEqual(['a', 'b']);
  });
});

describe('StandardScaler', () => {
  const nan = (rows: (number | null)[][]) => rows.map((row) => row.map((value) => value ?? NaN));

  test.each(golden.scalers.map((c) => [c]))('%#', (c) => {
    const x = torch.tensor(nan(c.x), { dtype: torch.float64 });
    const scaler = new torch.StandardScaler();
    const z = scaler.fitTransform(x);
    expect(z.dtype).toBe(torch.float64);
    const close = (actual: unknown, expected: number[][]): void => {
      const values = (actual as number[][]).flat();
      for (const [i, value] of expected.flat().entries()) {
        if (Number.isNaN(value)) expect(values[i]).toBeNaN();
        else expect(values[i]).toBeCloseTo(value, 9);
      }
    };
    close(z.tolist(), nan(c.z));
    close([scaler.mean.tolist(), scaler.var.tolist(), scaler.scale.tolist()], [c.mean, c.var, c.scale]);
    close(scaler.inverseTransform(z).tolist(), nan(c.x));
    const copy = new torch.StandardScaler().loadStateDict(scaler.stateDict());
    expect(copy.transform(x).toTypedArray()).toEqual(z.toTypedArray());
    const single = scaler.transform(x.float());
    expect(single.dtype).toBe(torch.float32);
    const lists = new torch.StandardScaler().fitTransform(nan(c.x));
    expect([lists.dtype, lists.toTypedArray()]).toEqual([torch.float32, z.float().toTypedArray()]);
  });

  test('keeps mean or scale if told to', () => {
    const x = torch.tensor([[1], [3]]);
    expect(new torch.StandardScaler({ withMean: false }).fitTransform(x.mul(2)).tolist()).toEqual([[1], [3]]);
    expect(new torch.StandardScaler({ withStd: false }).fitTransform(x.mul(2)).tolist()).toEqual([[-2], [2]]);
    expect(new torch.StandardScaler().fitTransform(torch.tensor([[1], [3]], { dtype: torch.int64 })).dtype).toBe(
      torch.float32,
    );
  });

  test('takes a column that is constant up to rounding as constant', () => {
    const scaler = new torch.StandardScaler().fit(Array.from({ length: 100 }, () => [0.1]));
    expect(scaler.scale.tolist()).toEqual([1]);
  });

  test("says what is wrong in scikit-learn's words", () => {
    const scaler = new torch.StandardScaler();
    expect(() => scaler.transform([[1]])).toThrow('This StandardScaler instance is not fitted yet.');
    expect(() => scaler.mean).toThrow('not fitted yet');
    expect(() => scaler.fit([1, 2])).toThrow('Expected 2D array, got 1D array');
    expect(() => scaler.fit([[Infinity]])).toThrow('Input X contains infinity');
    expect(() => scaler.fit(torch.zeros(0, 2))).toThrow('0 sample(s)');
    scaler.fit([
      [1, 2],
      [3, 4],
    ]);
    expect(() => scaler.transform([[1]])).toThrow(
      'X has 1 features, but StandardScaler is expecting 2 features as input.',
    );
    expect(() => scaler.loadStateDict({} as never)).toThrow('mean of a state must be a tensor, got undefined');
    expect(() => scaler.loadStateDict({ ...scaler.stateDict(), var: torch.zeros(3) })).toThrow(
      'var of a state has shape [3], mean [2]',
    );
    expect(() => new torch.StandardScaler({ mean: false } as never)).toThrow("unexpected option 'mean'");
  });
});
