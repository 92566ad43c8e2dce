/** What a DataLoader takes for a dataset, for the type checker and when it runs. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

test('a DataLoader without type arguments is any loader of lists of tensors', () => {
  const sums = (loader: torch.DataLoader): unknown[] => [...loader].map(([x, y]) => x.sum().add(y.sum()).item());
  expect(sums(new torch.DataLoader(new torch.TensorDataset(torch.ones(3, 2), torch.ones(3)), 2))).toEqual([6, 3]);
  class Pairs extends torch.Dataset {
    get length(): number {
      return 2;
    }
    at(i: number): [torch.Tensor, number] {
      return [torch.ones(2), i];
    }
  }
  const loader = new torch.DataLoader(new Pairs(), { batchSize: 2 });
  expect(sums(loader)).toEqual([5]);
  // What a sample is, is known without a type argument for Dataset.
  for (const [, y] of loader) expect(y.add(1).tolist()).toEqual([1, 2]);
});

test('a loader refuses every dataset that lacks what it needs, and says what that is', () => {
  class NoLength extends torch.Dataset<number> {
    declare readonly length: number;
    at(i: number): number {
      return i;
    }
  }
  class Method extends NoLength {}
  Object.defineProperty(Method.prototype, 'length', { value: () => 3 });
  class NoAt extends torch.Dataset<number> {
    declare at: (i: number) => number;
    get length(): number {
      return 3;
    }
    get(i: number): number {
      return i;
    }
  }
  const at = (i: number): number => i;
  const wrong: [unknown, string][] = [
    [new NoLength(), 'a NoLength with length undefined and at function at'],
    [new Method(), 'a Method with length function value and at function at'],
    [new NoAt(), 'a NoAt with length 3 and at undefined'],
    [{ __len__: () => 3, __getitem__: at }, 'an object with length undefined and at undefined'],
    [{ length: Number.NaN, at }, 'an object with length NaN and at function at'],
    [{ length: -1, at }, 'with length -1 and'],
    [{ length: 1.5, at }, 'with length 1.5 and'],
    [{ length: Number.POSITIVE_INFINITY, at }, 'with length Infinity and'],
    [{ length: 3, getItem: at }, 'an object with length 3 and at undefined'],
  ];
  const needs =
    'DataLoader(): dataset must be a list, a tensor, or an object with length (a whole number, not a method) and ' +
    'at(index), or an iterable of samples; got ';
  for (const [dataset, message] of wrong) {
    for (const rest of [[], [{ batchSize: 2 }], [{ shuffle: true }]]) {
      const make = (): unknown => new torch.DataLoader(dataset as never, ...(rest as []));
      expect(make, message).toThrow(needs);
      expect(make).toThrow(message);
    }
  }
  const getitems = { length: 4, at, getitems: (places: number[]) => places.map((i) => i * 10) };
  const [batch] = new torch.DataLoader(getitems, { batchSize: 4 });
  expect(batch.tolist()).toEqual([0, 10, 20, 30]);
});
