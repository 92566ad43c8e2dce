/** `summary` tells what PyTorch's hooks see of the same models (test/golden/summary.py), and leaves a model as it was. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

const { nn, summary } = torch;

interface Golden {
  rows: { name: string; type: string; depth: number; shape: torch.OutputSize; params: number }[];
  total: number;
  trainable: number;
}

const { models } = readGolden<{ models: Record<string, Golden> }>('summary.json');

class Block extends nn.Module {
  fc: torch.nn.Linear;
  act = new nn.ReLU();
  drop = new nn.Dropout(0.5);

  constructor(size: number) {
    super();
    this.fc = new nn.Linear(size, size);
  }

  forward(x: torch.Tensor): torch.Tensor {
    return this.drop(this.act(this.fc(x))).add(x);
  }
}

class Net extends nn.Module {
  emb = new nn.Embedding(7, 4);
  blocks = new nn.ModuleList([new Block(4), new Block(4)]);
  scale = new nn.Parameter(torch.ones(4));
  head = new nn.Linear(4, 1000).requiresGrad_(false);
  unused = new nn.Linear(2, 3);

  forward(tokens: torch.Tensor): [torch.Tensor, torch.Tensor] {
    let x = this.emb(tokens);
    for (const block of this.blocks) x = block(x);
    return [this.blocks.at(0)(x).mul(this.scale), this.head(x)];
  }
}

class Pair extends nn.Module {
  both = new nn.Bilinear(3, 2, 5);
  a = new nn.Linear(5, 5, false);
  b = new nn.Linear(5, 5, false);

  constructor() {
    super();
    this.b.weight = this.a.weight;
  }

  forward(x: torch.Tensor, y: torch.Tensor): torch.Tensor {
    return this.b(this.a(this.both(x, y)));
  }
}

const mlp = (): torch.nn.Module =>
  new nn.Sequential(
    new nn.Linear(9, 64),
    new nn.BatchNorm1d(64),
    new nn.Tanh(),
    new nn.Sequential(new nn.Linear(64, 8, false), new nn.PReLU(8)),
    new nn.Softmax(1),
  );

const signal = (): torch.nn.Module =>
  new nn.Sequential(new nn.BatchNorm1d(3), new nn.Dropout1d(), new nn.Flatten(), new nn.LayerNorm(12), new nn.GLU());

const summaries: Record<string, () => ReturnType<typeof summary>> = {
  mlp: () => summary(mlp(), [5, 9]),
  signal: () => summary(signal(), [2, 3, 4]),
  net: () => summary(new Net(), [2, 5], { dtypes: torch.int64 }),
  pair: () =>
    summary(new Pair(), {
      inputShape: [
        [6, 3],
        [6, 2],
      ],
    }),
};

const modes = (model: torch.nn.Module): string =>
  model
    .modules()
    .map(({ training }) => training)
    .join();

/** A model that does what must not be left behind: draws numbers, and fails in the depth of it. */
class Failing extends nn.Module {
  inner = new nn.Sequential(new nn.Linear(2, 2), new Thrower());

  forward(x: torch.Tensor): torch.Tensor {
    return this.inner(nn.functional.dropout(x, 0.5));
  }
}
class Thrower extends nn.Module {
  forward(x: torch.Tensor): torch.Tensor {
    if (x.shape[0] > 1) throw new RangeError('too many rows');
    return x;
  }
}

describe('summary', () => {
  it.each(Object.keys(models))('%s: rows, shapes and counts are those that hooks see in PyTorch', (name) => {
    const { summaryList, totalParams, trainableParams } = summaries[name]();
    const { rows, total, trainable } = models[name];
    const called = summaryList.filter(({ outputSize }) => outputSize !== null);
    expect(
      called.map(({ varName, className, depth, outputSize, numParams }) => ({
        name: depth === 0 ? '' : varName,
        type: className,
        depth,
        shape: outputSize,
        params: numParams,
      })),
    ).toEqual(rows);
    expect([totalParams, trainableParams]).toEqual([total, trainable]);
    expect(summaryList.reduce((sum, { numParams }) => sum + numParams, 0)).toBe(total);
  });

  it('prints a table', () => {
    expect(String(summaries.net()).split('\n')).toEqual([
      '======================================================================',
      'Layer (type (varName))          Output Shape               Param #',
      '======================================================================',
      'Net (Net)                       [[2, 5, 4], [2, 5, 1000]]  4',
      '├─Embedding (emb)               [2, 5, 4]                  28',
      '├─Block (blocks.0)              [2, 5, 4]                  --',
      '│    └─Linear (blocks.0.fc)     [2, 5, 4]                  20',
      '│    └─ReLU (blocks.0.act)      [2, 5, 4]                  --',
      '│    └─Dropout (blocks.0.drop)  [2, 5, 4]                  --',
      '├─Block (blocks.1)              [2, 5, 4]                  --',
      '│    └─Linear (blocks.1.fc)     [2, 5, 4]                  20',
      '│    └─ReLU (blocks.1.act)      [2, 5, 4]                  --',
      '│    └─Dropout (blocks.1.drop)  [2, 5, 4]                  --',
      '├─Block (blocks.0)              [2, 5, 4]                  (recursive)',
      '│    └─Linear (blocks.0.fc)     [2, 5, 4]                  (recursive)',
      '│    └─ReLU (blocks.0.act)      [2, 5, 4]                  --',
      '│    └─Dropout (blocks.0.drop)  [2, 5, 4]                  --',
      '├─Linear (head)                 [2, 5, 1000]               (5,000)',
      '├─Linear (unused)               --                         9',
      '======================================================================',
      'Total params: 5,081',
      'Trainable params: 81',
      'Non-trainable params: 5,000',
      '======================================================================',
    ]);
  });

  it.each([[[1, 2]], [[3, 2]]])('leaves modes, hooks, gradients and random numbers as they were, input %j', (shape) => {
    const model = new Failing();
    model.inner.eval();
    const before = modes(model);
    let calls = 0;
    model.inner[0].registerForwardHook(() => {
      calls++;
    });
    const state = torch.getRngState();
    if (shape[0] > 1) expect(() => summary(model, shape)).toThrow('too many rows');
    else expect(summary(model, shape).totalParams).toBe(6);
    expect(modes(model)).toBe(before);
    expect(torch.getRngState().equal(state)).toBe(true);
    expect(torch.isGradEnabled()).toBe(true);
    expect([model, model.inner, model.inner[1]].some((each) => Object.hasOwn(each, '__call__'))).toBe(false);
    model(torch.ones(1, 2));
    expect(calls, 'the hook that was there is still there').toBe(2);
    expect(model.parameters().every(({ grad }) => grad === null)).toBe(true);
  });

  it('feeds zeros of the model’s own dtype, and running statistics do not move', () => {
    const model = new nn.Sequential(new nn.Linear(3, 2), new nn.BatchNorm1d(2)).double();
    summary(model, [4, 3]);
    expect(model[1].numBatchesTracked?.item()).toBe(0);
    expect(model[1].runningMean?.tolist()).toEqual([0, 0]);
  });

  it('holds no more memory, however often it runs', () => {
    const model = mlp();
    for (let i = 0; i < 1000; i++) summary(model, [64, 9]);
    // Twice the budget that memory begins with.
    expect(torch.memory.stats().live).toBeLessThan(16 << 20);
  });

  it('refuses what is no model, no shape, or too few dtypes', () => {
    const any = summary as (...args: unknown[]) => unknown;
    expect(() => any({}, [1])).toThrow(TypeError);
    expect(() => any(mlp(), 9)).toThrow('summary(): inputShape must be a shape, got 9');
    expect(() => any(mlp(), ['a'])).toThrow(TypeError);
    expect(() =>
      any(
        new Pair(),
        [
          [6, 3],
          [6, 2],
        ],
        { dtypes: [torch.float32] },
      ),
    ).toThrow(RangeError);
  });
});
