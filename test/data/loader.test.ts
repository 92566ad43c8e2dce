/** Batches come in PyTorch's order and draw from the generators what PyTorch draws: see golden/data.py. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

const { BatchSampler, RandomSampler, SubsetRandomSampler, WeightedRandomSampler } = torch.utils.data;

interface LoaderCase {
  n: number;
  batch: number;
  shuffle: boolean;
  dropLast: boolean;
  own: string | null;
  seed: number;
  stop: number | null;
  length: number;
  order: number[][][];
  default: number[];
  own_after: number[] | null;
}

interface Golden {
  loaders: LoaderCase[];
  samplers: {
    n: number;
    replacement: boolean;
    count: number | null;
    own: string | null;
    seed: number;
    batches: number[][][];
    default: number[];
    own_after: number[] | null;
  }[];
  subsetSamplers: { own: string | null; epochs: number[][]; default: number[] }[];
  weighted: {
    weights: number[];
    count: number;
    replacement: boolean;
    own: string | null;
    epochs: number[][];
    default: number[];
    own_after: number[] | null;
  }[];
  splits: { n: number; lengths: number[]; own: string | null; seed: number; parts: number[][]; default: number[] }[];
}

const golden = readGolden<Golden>('data.json');

/** Seeds stand as decimal strings: one of them is 2 ** 63 - 1. */
const own = (seed: string | null): torch.Generator | null =>
  seed === null ? null : new torch.Generator().manualSeed(BigInt(seed));
const drawn = (generator: torch.Generator | null = null): unknown => torch.randint(1000, [3], { generator }).tolist();

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The same samples by every way a loader has of reading them. */
const WAYS: Record<string, (n: number) => [torch.DatasetLike<unknown>, ((batch: unknown) => unknown)?]> = {
  'rows of a TensorDataset': (n) => [new torch.TensorDataset(torch.arange(n))],
  'rows of a Subset': (n) => {
    const backwards = new torch.TensorDataset(torch.arange(n - 1 + 5, -1 + 5, -1).sub(5));
    const ranged = new torch.Subset(
      backwards,
      range(n).map((i) => (i % 2 ? n - 1 - i : -1 - i)),
    );
    return [new torch.Subset(ranged, torch.arange(n))];
  },
  'rows of a tensor': (n) => [torch.arange(n).unsqueeze(1)],
  'samples of a TensorDataset': (n) => [
    new torch.TensorDataset(torch.arange(n)),
    torch.utils.data.defaultCollate as never,
  ],
  'a list': (n) => [range(n)],
};

function numbersOf(batch: unknown): unknown {
  const x = Array.isArray(batch) ? batch[0] : batch;
  return (x as torch.Tensor).flatten().tolist();
}

describe.each(Object.keys(WAYS))('%s', (way) => {
  test.each(golden.loaders)('n=$n batch=$batch shuffle=$shuffle dropLast=$dropLast own=$own stop=$stop', (c) => {
    const [dataset, collateFn] = WAYS[way](c.n);
    torch.manualSeed(c.seed);
    const generator = own(c.own);
    const loader = new torch.DataLoader(dataset, {
      batchSize: c.batch,
      shuffle: c.shuffle,
      dropLast: c.dropLast,
      generator,
      collateFn: collateFn && ((samples: unknown[]) => collateFn(samples)),
    });
    expect(loader.length).toBe(c.length);
    const order = c.order.map((_, epoch) => {
      const batches: unknown[] = [];
      const iterator = loader[Symbol.iterator]();
      if (c.stop === null || epoch < c.order.length - 1) for (const batch of iterator) batches.push(numbersOf(batch));
      else
        for (let i = 0; i < c.stop; i++) {
          const { done, value } = iterator.next();
          if (!done) batches.push(numbersOf(value));
        }
      return batches;
    });
    expect(order).toEqual(c.order);
    expect(drawn()).toEqual(c.default);
    if (generator) expect(drawn(generator)).toEqual(c.own_after);
  });
});

test('leaving a loop early draws no more than PyTorch does', () => {
  for (const c of golden.loaders.filter(({ stop }) => stop === 1)) {
    torch.manualSeed(c.seed);
    const generator = own(c.own);
    const dataset = new torch.TensorDataset(torch.arange(c.n));
    const loader = new torch.DataLoader(
      dataset,
      c.batch,
      c.shuffle,
      null,
      null,
      0,
      null,
      false,
      c.dropLast,
      0,
      null,
      null,
      generator,
    );
    for (let epoch = 0; epoch < c.order.length - 1; epoch++) expect([...loader].length).toBe(c.length);
    for (const [x] of loader) {
      expect(x.tolist()).toEqual(c.order[c.order.length - 1][0]);
      break;
    }
    expect(drawn()).toEqual(c.default);
    if (generator) expect(drawn(generator)).toEqual(c.own_after);
  }
});

describe('samplers', () => {
  test.each(golden.samplers)('RandomSampler n=$n replacement=$replacement count=$count own=$own', (c) => {
    for (const rows of [false, true]) {
      torch.manualSeed(c.seed);
      const generator = own(c.own);
      const dataset = new torch.TensorDataset(torch.arange(c.n));
      const sampler = new RandomSampler(dataset, c.replacement, c.count, generator);
      c.batches.forEach((batches, drop) => {
        if (!rows) expect([...new BatchSampler(sampler, 5, drop === 1)]).toEqual(batches);
        else {
          const loader = new torch.DataLoader(dataset, {
            batchSize: 5,
            dropLast: drop === 1,
            sampler,
            generator: new torch.Generator(),
          });
          expect([...loader].map(([x]) => x.tolist())).toEqual(batches);
        }
      });
      if (!rows) expect(drawn()).toEqual(c.default);
      if (generator) expect(drawn(generator)).toEqual(c.own_after);
    }
  });

  test.each(golden.subsetSamplers)('SubsetRandomSampler own=$own', (c) => {
    torch.manualSeed(3);
    const sampler = new SubsetRandomSampler(
      range(20).map((i) => i + 100),
      { generator: own(c.own) },
    );
    expect([[...sampler], [...sampler]]).toEqual(c.epochs);
    expect(drawn()).toEqual(c.default);
  });

  test.each(golden.weighted)('WeightedRandomSampler $count of $weights replacement=$replacement own=$own', (c) => {
    torch.manualSeed(17);
    const generator = own(c.own);
    const sampler = new WeightedRandomSampler(c.weights, c.count, { replacement: c.replacement, generator });
    expect(sampler.length).toBe(c.count);
    expect([[...sampler], [...sampler]]).toEqual(c.epochs);
    expect(drawn()).toEqual(c.default);
    if (generator) expect(drawn(generator)).toEqual(c.own_after);
  });

  test('weights are a list of numbers, some of them positive', () => {
    expect(() => new WeightedRandomSampler([1, 2], 0)).toThrow('numSamples should be a positive integer value');
    expect(() => new WeightedRandomSampler([1, 2], '3' as never)).toThrow(TypeError);
    expect(() => new WeightedRandomSampler([1, 2], 3, 1 as never)).toThrow(
      "argument 'replacement' must be bool, not 1",
    );
    expect(() => new WeightedRandomSampler(torch.ones(2, 2), 3)).toThrow(
      '1d sequence but given weights have shape (2, 2)',
    );
    expect(() => [...new WeightedRandomSampler([0, 0], 3)]).toThrow('sum of probabilities <= 0');
    expect(() => [...new WeightedRandomSampler([1, 2], 3, false)]).toThrow('n_sample > prob_dist.size(-1)');
  });

  test('two epochs read in turn do not disturb each other', () => {
    torch.manualSeed(0);
    const loader = new torch.DataLoader(new torch.TensorDataset(torch.arange(10)), 3, true);
    const alone = [[...loader], [...loader]].map((batches) => batches.map(([x]) => x.tolist()));
    torch.manualSeed(0);
    const first = loader[Symbol.iterator]();
    const begun = first.next().value?.[0].tolist();
    const second = [...loader].map(([x]) => x.tolist());
    expect([[begun, ...[...first].map(([x]) => x.tolist())], second]).toEqual(alone);
  });
});

test.each(golden.splits)('randomSplit $n into $lengths, own=$own', (c) => {
  torch.manualSeed(c.seed);
  const generator = own(c.own);
  const parts = torch.randomSplit(range(c.n), c.lengths, { generator });
  expect(parts.map((part) => [...part])).toEqual(c.parts);
  expect(drawn()).toEqual(c.default);
});

describe('a batch', () => {
  test('is a copy, which autograd follows where it follows the rows', () => {
    for (const requiresGrad of [false, true]) {
      const x = torch.randn(6, 2, { requiresGrad });
      for (const shuffle of [false, true]) {
        const [[batch]] = new torch.DataLoader(new torch.TensorDataset(x), { batchSize: 6, shuffle });
        expect(batch.requiresGrad).toBe(requiresGrad);
        if (requiresGrad) batch.mul(3).sum().backward();
        const before = x.tolist();
        batch.fill_(9);
        expect(x.tolist()).toEqual(before);
      }
      if (requiresGrad) expect(x.grad?.tolist()).toEqual(torch.full([6, 2], 6).tolist());
    }
  });

  test('reads tensors of any strides and dtypes, and sees writes between batches', () => {
    const table = torch.arange(24).view(6, 4);
    const columns = table.at(':', [0, 3]);
    const flags = table.at(':', 0).remainder(8).eq(0);
    for (const shuffle of [false, true]) {
      torch.manualSeed(1);
      const loader = new torch.DataLoader(new torch.TensorDataset(columns, table.at(':', 3), flags), {
        batchSize: 4,
        shuffle,
      });
      const [first, second] = loader;
      for (const [x, y, z] of [first, second]) {
        expect(y.tolist()).toEqual((x.tolist() as number[][]).map((row) => row[0] + 3));
        expect(z.tolist()).toEqual((x.tolist() as number[][]).map((row) => row[0] % 8 === 0));
        expect([x.dtype, z.dtype]).toEqual([torch.int64, torch.bool]);
      }
    }
    const loader = new torch.DataLoader(new torch.TensorDataset(columns), { batchSize: 3, shuffle: true });
    const epoch = loader[Symbol.iterator]();
    epoch.next();
    columns.fill_(7);
    expect(epoch.next().value?.[0].tolist()).toEqual([
      [7, 7, 7],
      [7, 7, 7],
      [7, 7, 7],
    ]);
  });

  test('stays right when the epoch is read inside tidy', () => {
    torch.manualSeed(0);
    const dataset = new torch.Subset(new torch.TensorDataset(torch.arange(8)), range(8));
    for (const shuffle of [false, true]) {
      const epoch = new torch.DataLoader(dataset, { batchSize: 2, shuffle })[Symbol.iterator]();
      const seen: unknown[] = [];
      for (let i = 0; i < 4; i++) torch.tidy(() => seen.push(...epoch.next().value[0].tolist()));
      expect(seen.sort()).toEqual(range(8));
    }
  });

  test('is what collateFn makes of the samples', () => {
    const loader = new torch.DataLoader(['a', 'b', 'c'], { batchSize: 2, collateFn: (batch) => batch.join('+') });
    const batches: string[] = [...loader];
    expect(batches).toEqual(['a+b', 'c']);
    const nothing = new torch.DataLoader([1, 2], { collateFn: () => null });
    expect([...nothing]).toEqual([null, null]);
  });

  test('is one sample as it is where batchSize is null', () => {
    const loader = new torch.DataLoader([{ x: 1 }, { x: new Float64Array([2]) }], { batchSize: null });
    const [first, second] = loader as Iterable<unknown>;
    expect(first).toEqual({ x: 1 });
    expect(String((second as { x: torch.Tensor }).x)).toBe('tensor([2.], dtype=torch.float64)');
    expect(loader.length).toBe(2);
  });

  test('comes from a batch sampler, whose indices may count from the end', () => {
    const dataset = new torch.TensorDataset(torch.arange(5));
    const loader = new torch.DataLoader(dataset, { batchSampler: [[0, -1], [3]] });
    expect([...loader].map(([x]) => x.tolist())).toEqual([[0, 4], [3]]);
    expect(() => [...new torch.DataLoader(dataset, { batchSampler: [[5]] })]).toThrow('index 5 is out of bounds');
    expect(() => [...new torch.DataLoader([1], { sampler: [1] })]).toThrow('list index out of range: 1 in a list of 1');
  });

  test('is read by getitems where a dataset has it, through subsets too', () => {
    const asked: (readonly number[])[] = [];
    const dataset = {
      length: 6,
      at: (i: number) => i,
      getitems(places: readonly number[]) {
        asked.push(places);
        return places.map((i) => i * 10);
      },
    };
    const [batch] = new torch.DataLoader(new torch.Subset(dataset, [4, 2]), 2);
    expect([asked, batch.tolist()]).toEqual([[[4, 2]], [40, 20]]);
    expect([...new torch.DataLoader(dataset, { batchSize: 6 })][0].tolist()).toEqual([0, 10, 20, 30, 40, 50]);
  });

  test('is read by the at of a subclass', () => {
    class Doubled extends torch.TensorDataset {
      override at(index: number): torch.Tensor[] {
        return super.at(index).map((x) => x.mul(2));
      }
    }
    const [[x]] = new torch.DataLoader(new Doubled(torch.arange(3)), { batchSize: 3 });
    expect(x.tolist()).toEqual([0, 2, 4]);
  });
});

test('100,000 batches leave memory as it was', () => {
  const dataset = new torch.TensorDataset(torch.randn(1000, 16), torch.randint(3, [1000]));
  const loader = new torch.DataLoader(new torch.Subset(dataset, range(1000)), { batchSize: 10, shuffle: true });
  const run = (epochs: number): void => {
    for (let i = 0; i < epochs; i++) for (const [x] of loader) if (x.shape[0] !== 10) throw new Error('short');
  };
  run(300);
  const { linear } = torch.memory.stats();
  run(700);
  expect(torch.memory.stats().linear).toBe(linear);
});

describe('a loader refuses', () => {
  const data = [1, 2, 3];
  const cases: [string, () => unknown, string | RegExp][] = [
    [
      'a batch size of 0',
      () => new torch.DataLoader(data, 0),
      'batchSize should be a positive integer value, but got batchSize=0',
    ],
    [
      'a fractional batch size',
      () => new torch.DataLoader(data, { batchSize: 1.5 }),
      "'batchSize' must be int or null, not 1.5",
    ],
    [
      'shuffle beside a sampler',
      () => new torch.DataLoader(data, { shuffle: true, sampler: [0] }),
      'sampler option is mutually exclusive with shuffle',
    ],
    [
      'a batch sampler beside a size',
      () => new torch.DataLoader(data, { batchSize: 2, batchSampler: [[0]] }),
      'mutually exclusive with batchSize, shuffle, sampler, and dropLast',
    ],
    [
      'dropLast without batches',
      () => new torch.DataLoader(data, { batchSize: null, dropLast: true }),
      'disables auto-batching',
    ],
    ['an unknown option', () => new torch.DataLoader(data, { batch: 2 } as never), "unexpected option 'batch'"],
    ['what is no dataset', () => new torch.DataLoader(5 as never), 'dataset must be a list, a tensor, or an object'],
    ['a missing dataset', () => new torch.DataLoader({ batchSize: 2 } as never), 'dataset must be a list'],
    [
      'shuffling nothing',
      () => new torch.DataLoader([], { shuffle: true }),
      'numSamples should be a positive integer value, but got numSamples=0',
    ],
    [
      'a foreign generator',
      () => new torch.DataLoader(data, { generator: {} as never }),
      "argument 'generator' must be a torch.Generator",
    ],
    [
      'a negative numWorkers',
      () => new torch.DataLoader(data, { numWorkers: -1 }),
      'numWorkers option should be non-negative',
    ],
    [
      'a length it cannot know',
      () => new torch.DataLoader(data, { sampler: new Set([0]) as never }).length,
      'has no length',
    ],
  ];
  test.each(cases)('%s', (_, run, message) => expect(run).toThrow(message));

  test('a sampler without length only where the length is asked for', () => {
    expect([...new torch.DataLoader([5, 6], { sampler: new Set([1, 0]) })].map((x) => x.tolist())).toEqual([[6], [5]]);
  });
});

test('a dataset whose tensor lost rows meanwhile gives none that are not there', () => {
  const x = torch.randn(100, 3);
  const batches = new torch.utils.data.DataLoader(new torch.utils.data.TensorDataset(x), { batchSize: 10 });
  const iterator = batches[Symbol.iterator]();
  iterator.next();
  x.data = torch.randn(5, 3);
  expect(() => iterator.next()).toThrow(RangeError);
});
