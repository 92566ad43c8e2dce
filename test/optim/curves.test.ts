/** The same program with the same seed follows PyTorch's loss curve to float32 rounding (test/golden/nn.py). */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { ulps } from '../golden/ulp.ts';

const { nn, optim } = torch;
const { curves } = readGolden<{ curves: Record<string, { losses: number[]; ulp?: number }> }>('nn.json');

type Pair = [torch.Tensor, torch.Tensor];
type Criterion = (out: torch.Tensor, target: torch.Tensor) => torch.Tensor;
type Options = Partial<torch.optim.SGDOptions>;

function start(sizes: number[], act: () => torch.nn.Layer, seed: number, drop = 0): torch.nn.Sequential {
  torch.manualSeed(seed);
  const layers: torch.nn.Layer[] = [];
  for (let i = 0; i + 1 < sizes.length; i++) {
    layers.push(new nn.Linear(sizes[i], sizes[i + 1]));
    if (i + 2 < sizes.length) {
      layers.push(act());
      if (drop > 0) layers.push(new nn.Dropout(drop));
    }
  }
  return new nn.Sequential(...layers);
}

function run(
  model: torch.nn.Sequential,
  criterion: Criterion,
  options: Options,
  [x, y]: Pair,
  batchSize: number,
  epochs: number,
  groups?: torch.optim.GroupOptions<torch.optim.SGDOptions>[],
): number[] {
  const optimizer = new optim.SGD(groups ?? model.parameters(), options);
  const loader = new torch.utils.data.DataLoader(new torch.utils.data.TensorDataset(x, y), {
    batchSize,
    shuffle: true,
  });
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [xs, ys] of loader) {
      optimizer.zeroGrad();
      const loss = criterion(model(xs), ys);
      loss.backward();
      optimizer.step();
      losses.push(loss.item() as number);
    }
  }
  return losses;
}

const regression = (n: number, features: number): Pair => [torch.randn(n, features), torch.randn(n, 1)];

/** As test/golden/nn.py runs them. */
const programs: Record<string, () => number[]> = {
  plain: () => {
    const model = start([9, 64, 32, 16, 1], () => new nn.ReLU(), 0);
    return run(model, new nn.MSELoss(), { lr: 0.05 }, regression(50, 9), 8, 4);
  },
  momentum: () => {
    const model = start([6, 16, 1], () => new nn.Tanh(), 1);
    return run(model, new nn.L1Loss(), { lr: 0.02, momentum: 0.9 }, regression(40, 6), 8, 5);
  },
  dampening: () => {
    const model = start([6, 16, 1], () => new nn.Sigmoid(), 2);
    const options = { lr: 0.1, momentum: 0.8, dampening: 0.3, weightDecay: 0.01 };
    return run(model, new nn.MSELoss(), options, regression(40, 6), 16, 6);
  },
  nesterov: () => {
    const model = start([6, 16, 1], () => new nn.LeakyReLU(), 3);
    const criterion = new nn.MSELoss({ reduction: 'sum' });
    return run(model, criterion, { lr: 0.002, momentum: 0.9, nesterov: true }, regression(40, 6), 16, 6);
  },
  dropout: () => {
    const model = start([9, 32, 7], () => new nn.ReLU(), 4, 0.25);
    const data: Pair = [torch.randn(60, 9), torch.randint(0, 7, [60])];
    return run(model, new nn.CrossEntropyLoss(), { lr: 0.1, momentum: 0.9, weightDecay: 1e-3 }, data, 16, 5);
  },
  logits: () => {
    const model = start([5, 8, 1], () => new nn.ReLU(), 5);
    const data: Pair = [torch.randn(40, 5), torch.randint(0, 2, [40, 1]).float()];
    const criterion = new nn.BCEWithLogitsLoss({ posWeight: torch.tensor([2]) });
    return run(model, criterion, { lr: 0.2 }, data, 10, 6);
  },
  smoothing: () => {
    const model = start([9, 16, 4], () => new nn.ReLU(), 6);
    const data: Pair = [torch.randn(48, 9), torch.randint(0, 4, [48])];
    const criterion = new nn.CrossEntropyLoss({ weight: torch.tensor([1, 2, 0.5, 1.5]), labelSmoothing: 0.1 });
    return run(model, criterion, { lr: 0.1 }, data, 12, 4);
  },
  groups: () => {
    const model = start([6, 16, 1], () => new nn.ReLU(), 7);
    const groups = [{ params: model.at(0).parameters(), lr: 0.1 }, { params: model.at(2).parameters() }];
    return run(model, new nn.MSELoss(), { lr: 0.01, momentum: 0.5 }, regression(40, 6), 8, 4, groups);
  },
  frozen: () => {
    const model = start([6, 16, 1], () => new nn.ReLU(), 8);
    model.at(0).requiresGrad_(false);
    return run(model, new nn.MSELoss(), { lr: 0.1 }, regression(40, 6), 8, 4);
  },
  maximize: () => {
    const model = start([6, 16, 1], () => new nn.ReLU(), 9);
    return run(model, new nn.MSELoss(), { lr: 0.001, maximize: true }, regression(40, 6), 8, 3);
  },
};

describe('loss curves', () => {
  it('has a program for every golden curve', () => {
    expect(Object.keys(programs).sort()).toEqual(Object.keys(curves).sort());
  });

  it.each(Object.keys(programs))('%s', (name) => {
    const losses = programs[name]();
    const { losses: expected } = curves[name];
    expect(losses).toHaveLength(expected.length);
    const bound = ulps(16, curves[name], expected);
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - expected[step]), `step ${step}`).toBeLessThanOrEqual(bound);
    });
  });
});
