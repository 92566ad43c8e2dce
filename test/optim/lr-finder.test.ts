/** The range test finds where the loss falls, and leaves no trace. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn, optim } = torch;

function setUp() {
  torch.manualSeed(0);
  const x = torch.randn(64, 3);
  const loader = new torch.DataLoader(new torch.TensorDataset(x, x.sum(1, true)), { batchSize: 16 });
  const model = new nn.Sequential(new nn.Linear(3, 8), new nn.Tanh(), new nn.Linear(8, 1));
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
  return { x, loader, model, optimizer, finder: new optim.LRFinder(model, optimizer, new nn.MSELoss(), loader) };
}

describe('LRFinder', () => {
  it('tries learning rates that grow by the same factor', () => {
    const { finder } = setUp();
    const { lrs, losses } = finder.run({ startLr: 1e-5, endLr: 1e-2, numIter: 4, divergeThreshold: 1e9 });
    expect(losses).toHaveLength(4);
    for (const [i, lr] of [1e-5, 1e-4, 1e-3, 1e-2].entries()) expect(lrs[i]).toBeCloseTo(lr, 12);
  });

  it('records what training at these rates gives', () => {
    const { finder, model, loader } = setUp();
    const twin = setUp();
    torch.manualSeed(5);
    const { losses } = finder.run({ startLr: 1e-3, endLr: 1e-1, numIter: 6, smoothing: 1, divergeThreshold: 1e9 });
    torch.manualSeed(5);
    const expected: number[] = [];
    const batches = [...twin.loader, ...twin.loader];
    for (let i = 0; i < 6; i++) {
      twin.optimizer.paramGroups[0].lr = 1e-3 * 100 ** (i / 5);
      twin.optimizer.zeroGrad();
      const [x, y] = batches[i];
      const loss = nn.functional.mseLoss(twin.model(x), y);
      loss.backward();
      twin.optimizer.step();
      expected.push(loss.item() as number);
    }
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[i], 5);
    expect([loader.length, model.training]).toEqual([4, true]);
  });

  it('restores the model, the optimizer and the mode', () => {
    const { x, model, optimizer, finder } = setUp();
    model(x).sum().backward();
    optimizer.step();
    optimizer.zeroGrad();
    model.eval();
    const state = (): string =>
      JSON.stringify([
        Object.values(model.stateDict()).map((t) => t.tolist()),
        optimizer.paramGroups.map(({ lr }) => lr),
        [...optimizer.state.values()].map(({ step, expAvg }) => [step, (expAvg as torch.Tensor).tolist()]),
      ]);
    const before = state();
    finder.run({ numIter: 30 });
    expect(state()).toBe(before);
    expect([...model.modules()].map(({ training }) => training)).not.toContain(true);
    expect([...model.parameters()].map(({ grad }) => grad)).toEqual([null, null, null, null]);
  });

  it('forgets the state of an optimizer that had none', () => {
    const { optimizer, finder } = setUp();
    finder.run({ numIter: 5 });
    expect(optimizer.state.size).toBe(0);
  });

  it('stops when the loss explodes, and suggests a rate before that', () => {
    const { loader, model } = setUp();
    const optimizer = new optim.SGD(model.parameters());
    const { lrs, losses, suggestion } = new optim.LRFinder(model, optimizer, new nn.MSELoss(), loader).run({
      startLr: 1e-5,
      endLr: 1e5,
      numIter: 200,
      smoothing: 0.3,
    });
    expect(lrs.length).toBeLessThan(200);
    expect(losses.every(Number.isFinite)).toBe(true);
    const best = lrs[losses.indexOf(Math.min(...losses))];
    expect(suggestion).toBeGreaterThan(1e-3);
    expect(suggestion).toBeLessThanOrEqual(best);
  });

  it('suggests nothing where the loss never falls', () => {
    const { model, optimizer, loader } = setUp();
    const flat = (output: torch.Tensor): torch.Tensor => output.mul(0).sum();
    expect(new optim.LRFinder(model, optimizer, flat, loader).run({ numIter: 10 }).suggestion).toBeNull();
  });

  it('restores after an error too, and refuses bad options', () => {
    const { model, optimizer, finder, loader } = setUp();
    const before = JSON.stringify([...model.parameters()].map((p) => p.tolist()));
    let calls = 0;
    const failing = (output: torch.Tensor): torch.Tensor => {
      if (++calls === 3) throw new Error('no more');
      return output.sum();
    };
    expect(() => new optim.LRFinder(model, optimizer, failing, loader).run()).toThrow('no more');
    expect(JSON.stringify([...model.parameters()].map((p) => p.tolist()))).toBe(before);
    expect(optimizer.paramGroups[0].lr).toBe(0.02);
    expect(() => finder.run({ startLr: 1, endLr: 0.1 })).toThrow('expected 0 < startLr < endLr, got 1 and 0.1');
    expect(() => finder.run({ numIter: 1 })).toThrow('numIter should be larger than 1, got 1');
    expect(() => finder.run({ smoothing: 0 })).toThrow('smoothing must be in (0, 1], got 0');
    expect(() => new optim.LRFinder(model, optimizer, failing, []).run()).toThrow('the loader has no batches');
  });
});
