/**
 * With the same seed and the same program, the loss after every step is PyTorch's to float32 rounding: for every loss with
 * its reductions, weights and options, and for every schedule (test/golden/curves.py; the optimizers' curves are in
 * optimizers.test.ts).
 */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { ulps } from '../golden/ulp.ts';
import { makeScheduler, type Options, type Spec } from './golden.ts';

const { nn, optim } = torch;
const { DataLoader, TensorDataset } = torch.utils.data;

interface Curve {
  task: string;
  /** Size of the network's output, and the layer behind it. */
  outputs: number;
  last: 'Sigmoid' | 'LogSoftmax' | null;
  loss: [name: string, options: Options];
  scheduler: Spec | null;
  lr: number;
  /** The largest difference of these losses from those of the same program in float64. */
  drift: number;
  losses: number[];
  ulp?: number;
}

type Criterion = (...args: torch.Tensor[]) => torch.Tensor;

const { curves } = readGolden<{ curves: Curve[] }>('curves.json');

const N = 40;
const inputs: Record<string, number> = { pairs: 2, ranks: 2, triplets: 3 };
const signs = (...shape: number[]): torch.Tensor => torch.randint(0, 2, shape).float().mul(2).sub(1);
const shares = (): torch.Tensor => torch.softmax(torch.randn(N, 4), 1);

/** The targets of the tasks, drawn as curves.py draws them. */
const targets: Record<string, () => torch.Tensor> = {
  numbers: () => torch.randn(N, 1),
  counts: () => torch.randint(0, 5, [N, 1]).float(),
  positive: () => torch.randint(1, 5, [N, 1]).float(),
  classes: () => torch.randint(0, 4, [N]),
  'log classes': () => torch.randint(0, 4, [N]),
  shares,
  'log of shares': shares,
  'log of log shares': () => torch.logSoftmax(torch.randn(N, 4), 1),
  labels: () => torch.randint(0, 2, [N, 2]).float(),
  probabilities: () => torch.randint(0, 2, [N, 2]).float(),
  signs: () => signs(N, 2),
  pairs: () => signs(N),
  ranks: () => signs(N, 1),
  triplets: () => torch.zeros(N),
};

function criterionOf([name, options]: Curve['loss']): Criterion {
  const given = Object.entries(options).map(([key, value]) => {
    const values = (value as { tensor?: number[] } | null)?.tensor;
    return [key, values ? torch.tensor(values) : value];
  });
  const classes = nn as unknown as Record<string, new (options: object) => Criterion>;
  return new classes[name](Object.fromEntries(given));
}

function train({ task, outputs, last, loss, scheduler, lr }: Curve): number[] {
  torch.manualSeed(0);
  const layers: torch.nn.Layer[] = [new nn.Linear(6, 16), new nn.Tanh(), new nn.Linear(16, outputs)];
  if (last !== null) layers.push(last === 'Sigmoid' ? new nn.Sigmoid() : new nn.LogSoftmax(1));
  const model = new nn.Sequential(...layers);
  const features = Array.from({ length: inputs[task] ?? 1 }, () => torch.randn(N, 6));
  const data = new TensorDataset(...features, targets[task]());
  const criterion = criterionOf(loss);
  const optimizer = new optim.SGD(model.parameters(), { lr, momentum: 0.5 });
  const schedule = scheduler === null ? null : makeScheduler(scheduler, optimizer);
  const losses: number[] = [];
  for (let epoch = 0; epoch < 7; epoch++) {
    for (const batch of new DataLoader(data, { batchSize: 8, shuffle: true })) {
      optimizer.zeroGrad();
      const outs = batch.slice(0, -1).map((x) => model(x));
      const found = criterion(...outs, ...(task === 'triplets' ? [] : batch.slice(-1))).mean();
      found.backward();
      optimizer.step();
      const value = found.item() as number;
      if (schedule instanceof optim.lrScheduler.ReduceLROnPlateau) schedule.step(value);
      else schedule?.step();
      losses.push(value);
    }
  }
  return losses;
}

describe('loss curves', () => {
  it.each(curves.map((curve) => [JSON.stringify(curve.scheduler ?? [...curve.loss, curve.task]), curve] as const))(
    '%s',
    (_, curve) => {
      const losses = train(curve);
      expect(losses).toHaveLength(35);
      const bound = ulps(16, curve, curve.losses);
      losses.forEach((loss, step) => {
        const want = curve.losses[step];
        expect(Math.abs(loss - want), `step ${step}: ${loss}, not ${want}`).toBeLessThanOrEqual(bound);
      });
    },
  );
});
