/** Datasets that are read from the start: iterables, samples that arrive over time, bodies of fetch, files. */
import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

const golden = readGolden<{
  streams: { n: number; batch: number | null; dropLast: boolean; epochs: unknown[][]; default: number[] }[];
}>('data.json');

class Numbers extends torch.IterableDataset<number> {
  closed = 0;
  readonly n: number;
  constructor(n: number) {
    super();
    this.n = n;
  }
  *[Symbol.iterator]() {
    try {
      for (let i = 0; i < this.n; i++) yield i;
    } finally {
      this.closed++;
    }
  }
}

/** The same over time. */
const later = (n: number) => ({
  closed: 0,
  async *[Symbol.asyncIterator]() {
    try {
      for (let i = 0; i < n; i++) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        yield i;
      }
    } finally {
      this.closed++;
    }
  },
});

const shown = (batch: unknown): unknown => (batch instanceof torch.Tensor ? batch.tolist() : batch);
const drawn = (): unknown => torch.randint(1000, [3]).tolist();

describe.each(golden.streams)('n=$n batch=$batch dropLast=$dropLast', (c) => {
  const options = { batchSize: c.batch, dropLast: c.dropLast };

  test('gives the batches that PyTorch gives', () => {
    torch.manualSeed(2);
    const loader = new torch.DataLoader(new Numbers(c.n), options);
    expect([0, 1].map(() => [...loader].map(shown))).toEqual(c.epochs);
    expect(drawn()).toEqual(c.default);
  });

  test('gives the same over time', async () => {
    torch.manualSeed(2);
    const loader = new torch.DataLoader(later(c.n), options);
    const epochs: unknown[][] = [];
    for (const _ of [0, 1]) {
      const epoch: unknown[] = [];
      for await (const batch of loader) epoch.push(shown(batch));
      epochs.push(epoch);
    }
    expect(epochs).toEqual(c.epochs);
    expect(drawn()).toEqual(c.default);
  });
});

describe('a stream', () => {
  test('is closed where the loop is left, and once', async () => {
    const numbers = new Numbers(5);
    for (const _ of new torch.DataLoader(numbers, 2)) break;
    expect(numbers.closed).toBe(1);
    expect([...new torch.DataLoader(numbers, 2)].length).toBe(3);
    expect(numbers.closed).toBe(2);
    const source = later(5);
    for await (const _ of new torch.DataLoader(source, 2)) break;
    expect(source.closed).toBe(1);
  });

  test('hands on what it throws', async () => {
    const broken = {
      async *[Symbol.asyncIterator]() {
        yield 1;
        throw new Error('the line is down');
      },
    };
    const read = async (): Promise<void> => {
      for await (const batch of new torch.DataLoader(broken)) expect(batch.tolist()).toEqual([1]);
    };
    await expect(read()).rejects.toThrow('the line is down');
  });

  test('may say its length', () => {
    const named = { length: 7, *[Symbol.iterator]() {} };
    expect(new torch.DataLoader(named, { batchSize: 2 }).length).toBe(4);
    expect(new torch.DataLoader(named, { batchSize: 2, dropLast: true }).length).toBe(3);
    expect(() => new torch.DataLoader(new Numbers(3)).length).toThrow('object of type a Numbers has no length');
  });

  test('has its samples collated by a function of its own', () => {
    const loader = new torch.DataLoader(['ab', 'c', 'd'].values(), { batchSize: 2, collateFn: (s) => s.join('-') });
    expect([...loader]).toEqual(['ab-c', 'd']);
  });

  test('cannot be shuffled or sampled, nor read at once where it takes time', () => {
    const numbers = new Numbers(3);
    const wrong = 'DataLoader with IterableDataset: expected unspecified';
    expect(() => new torch.DataLoader(numbers, { shuffle: true })).toThrow(`${wrong} shuffle option`);
    expect(() => new torch.DataLoader(numbers, { sampler: [1] })).toThrow(`${wrong} sampler option`);
    expect(() => new torch.DataLoader(numbers, { batchSampler: [[1]] })).toThrow(`${wrong} batchSampler option`);
    expect(() => [...new torch.DataLoader(later(1))]).toThrow('read it by `for await`');
    expect(() => new torch.DataLoader(3 as never)).toThrow(TypeError);
    expect(() => new torch.ConcatDataset([numbers] as never)).toThrow('each of datasets must be a list, a tensor');
  });

  test('is the body of a fetch', async () => {
    const { body } = await fetch(`data:text/plain,${encodeURIComponent('1 2\n3 4\n5 6\n')}`);
    async function* rows(bytes: ReadableStream<Uint8Array>) {
      let rest = '';
      for await (const chunk of bytes) {
        const lines = (rest + new TextDecoder().decode(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield line.split(' ').map(Number);
      }
    }
    const batches: unknown[] = [];
    const loader = new torch.DataLoader(rows(body as ReadableStream<Uint8Array>), { batchSize: 2 });
    for await (const [x, y] of loader) batches.push([x.tolist(), y.tolist()]);
    expect(batches).toEqual([
      [
        [1, 3],
        [2, 4],
      ],
      [[5], [6]],
    ]);
  });

  test('is a ReadableStream where the host cannot iterate those', async () => {
    let cancelled = false;
    let i = 0;
    const stream = new ReadableStream<number>({
      pull: (controller) => (i < 4 ? controller.enqueue(i++) : controller.close()),
      cancel: () => {
        cancelled = true;
      },
    });
    const reader = { getReader: () => stream.getReader() } as unknown as ReadableStream<number>;
    for await (const batch of new torch.DataLoader(reader, { batchSize: 2 })) {
      expect(batch.tolist()).toEqual([0, 1]);
      break;
    }
    expect(cancelled).toBe(true);
  });

  test('is a file, line by line', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'torchlet-')), 'rows.csv');
    writeFileSync(path, Array.from({ length: 1000 }, (_, i) => `${i},${i * i}\n`).join(''));
    const rows = {
      async *[Symbol.asyncIterator]() {
        for await (const line of createInterface({ input: createReadStream(path) })) yield line.split(',').map(Number);
      },
    };
    let [seen, sum] = [0, 0];
    for await (const [x, y] of new torch.DataLoader(rows, { batchSize: 64 })) {
      seen += x.numel();
      sum += y.sum().item();
    }
    expect([seen, sum]).toEqual([1000, 332833500]);
  });
});

test('a loader keeps the type of its dataset', async () => {
  const pairs = new torch.TensorDataset(torch.arange(4), torch.eye(4));
  expect(new torch.DataLoader(pairs, { batchSize: 2 }).dataset.tensors[1].ndim).toBe(2);
  expect(new torch.DataLoader(['a', 'b']).dataset.length).toBe(2);
  expect(new torch.DataLoader(new Numbers(3), 2).dataset.n).toBe(3);
  const [[x, y]] = new torch.DataLoader(pairs, 4);
  expect([x.tolist(), y.tolist()]).toEqual([[0, 1, 2, 3], torch.eye(4).tolist()]);
  const batches: unknown[] = [];
  for await (const [first] of new torch.DataLoader(pairs, 3)) batches.push(first.tolist());
  expect(batches).toEqual([[0, 1, 2], [3]]);
});
