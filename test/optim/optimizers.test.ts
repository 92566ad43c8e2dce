/** Every optimizer makes PyTorch's steps, follows its loss curves, and resumes exactly. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { ulps } from '../golden/ulp.ts';
import { golden, makeOptimizer, Run } from './golden.ts';

type AnyOptimizer = torch.optim.lrScheduler.AnyOptimizer;

/** What a training run saves. */
interface Checkpoint {
  model: torch.nn.StateDict;
  optimizer: ReturnType<AnyOptimizer['stateDict']>;
  scheduler: torch.optim.lrScheduler.SchedulerState | null;
}

const label = ({ name, options }: { name: string; options: object }): string => `${name} ${JSON.stringify(options)}`;

describe('30 steps along random gradients', () => {
  it.each(golden.steps.map((steps) => [label(steps), steps] as const))('%s', (_, row) => {
    const { name, options, values } = row;
    for (const dtype of [torch.float32, torch.float64]) {
      torch.manualSeed(3);
      const w = torch.randn(7, 3, { dtype }).requiresGrad_();
      const optimizer = makeOptimizer(name, [w], options);
      for (let i = 0; i < 30; i++) {
        w.grad = torch.randn(7, 3, { dtype });
        optimizer.step();
      }
      const found = Array.from(w.detach().toTypedArray() as Float64Array);
      // The float32 kernels round as PyTorch's do, but for its square root, which errs by a bit in 0.3% of results:
      // 29 of these 32 runs are equal to those of the processor that made the rows. In float64 the sums are not fused: a
      // few ULP.
      const expected = dtype === torch.float32 ? values.float32 : values.float64;
      const bound = dtype === torch.float32 ? ulps(1, row, expected) : 1e-13 * Math.max(1, ...expected.map(Math.abs));
      found.forEach((x, i) => {
        expect(Math.abs(x - expected[i])).toBeLessThanOrEqual(bound);
      });
    }
  });
});

describe('loss curves', () => {
  it.each(golden.curves.map((curve) => [label(curve), curve] as const))('%s', (_, curve) => {
    const losses = new Run(curve).train(7);
    expect(losses).toHaveLength(35);
    const bound = ulps(16, curve, curve.losses);
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - curve.losses[step]), `step ${step}`).toBeLessThanOrEqual(bound);
    });
  });
});

describe('a strided parameter', () => {
  it.each(golden.steps.map((steps) => [label(steps), steps] as const))('%s', (_, { name, options }) => {
    const start = torch.randn(4, 5);
    const dense = start.clone().requiresGrad_();
    const strided = start.t().contiguous().t().requiresGrad_();
    expect(strided.isContiguous()).toBe(false);
    const optimizers = [dense, strided].map((w) => makeOptimizer(name, [w], options));
    for (let i = 0; i < 4; i++) {
      const g = torch.randn(4, 5);
      dense.grad = g.clone();
      strided.grad = i % 2 === 0 ? g.t().contiguous().t() : g;
      for (const optimizer of optimizers) optimizer.step();
    }
    expect(strided.tolist()).toEqual(dense.tolist());
  });
});

describe('resuming from saved bytes gives the bits of not stopping', () => {
  it.each(golden.curves.map((curve) => [label(curve), curve] as const))('%s', (_, curve) => {
    const whole = new Run(curve);
    whole.train(2);
    const bytes = torch.save({
      model: whole.model.stateDict(),
      optimizer: whole.optimizer.stateDict(),
      scheduler: whole.scheduler?.stateDict() ?? null,
    });
    const resumed = new Run(curve);
    const saved = torch.load(bytes) as Checkpoint;
    resumed.model.loadStateDict(saved.model);
    resumed.optimizer.loadStateDict(saved.optimizer);
    if (saved.scheduler !== null) resumed.scheduler?.loadStateDict(saved.scheduler);
    torch.manualSeed(8);
    const expected = whole.train(2);
    torch.manualSeed(8);
    expect(resumed.train(2)).toEqual(expected);
    const parameters = (run: Run): unknown => [...run.model.parameters()].map((p) => p.tolist());
    expect(parameters(resumed)).toEqual(parameters(whole));
  });
});

describe('what PyTorch refuses', () => {
  it.each(golden.messages.map((row) => [label(row), row] as const))('%s', (_, { name, options, message }) => {
    // Python writes -1 as -1 or -1.0, as it was given; JavaScript knows one number.
    const words = message.replace(/(\d)\.0$/, '$1');
    expect(() => makeOptimizer(name, [torch.zeros(1)], options)).toThrow(new RangeError(words));
  });
});
