/** Plain synchronous loops, as PyTorch's users write them, run in bounded memory and lose nothing. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn, optim } = torch;
const linear = (): number => torch.memory.stats().linear;

describe('a training loop without tidy or dispose', () => {
  it('runs 200,000 steps of 4-2-1 with linear memory flat, and every kept loss reads right', () => {
    // A step leaves so little behind that the usual budget would not be reached in 200,000.
    torch.memory.setBudget(1 << 20);
    torch.manualSeed(0);
    const model = new nn.Sequential(new nn.Linear(4, 2), new nn.Linear(2, 1));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.001, momentum: 0.9 });
    const criterion = new nn.MSELoss();
    const x = torch.randn(8, 4);
    const y = torch.randn(8, 1);
    const losses: torch.Tensor[] = [];
    const values = new Float64Array(200_000);
    let warm = 0;
    for (let step = 0; step < 200_000; step++) {
      optimizer.zeroGrad();
      const loss = criterion(model(x), y);
      loss.backward();
      optimizer.step();
      losses.push(loss);
      values[step] = loss.item() as number;
      if (step === 60_000) warm = linear();
    }
    expect(linear()).toBe(warm);
    expect(torch.memory.stats().evicted).toBeGreaterThan(0);
    const wrong = losses.filter((loss, step) => loss.item() !== values[step]);
    expect(wrong).toHaveLength(0);
    // Evicted tensors take part in operations again.
    expect(torch.stack(losses.slice(0, 100)).tolist()).toEqual([...values.subarray(0, 100)]);
  });

  it('runs 3,000 steps of 784-128-10 with batches of 64 with linear memory flat', () => {
    torch.manualSeed(1);
    const model = new nn.Sequential(new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
    const criterion = new nn.CrossEntropyLoss();
    const x = torch.randn(64, 784);
    const y = torch.randint(10, [64]);
    const losses: torch.Tensor[] = [];
    let warm = 0;
    for (let step = 0; step < 3_000; step++) {
      optimizer.zeroGrad();
      const loss = criterion(model(x), y);
      loss.backward();
      optimizer.step();
      losses.push(loss);
      if (step === 1_000) warm = linear();
    }
    expect(linear()).toBe(warm);
    expect(losses[0].item()).toBeGreaterThan(2);
    expect(losses[2_999].item()).toBeLessThan(0.1);
  });
});

describe('a loop that keeps some results for a while', () => {
  it('runs with linear memory flat, though it now and then reads an old one', () => {
    torch.memory.setBudget(2 << 20);
    torch.manualSeed(2);
    const x = torch.randn(200, 200);
    const row = torch.randn(200);
    const kept: [torch.Tensor, number][] = [];
    const step = (i: number): void => {
      const a = x.sub(row).div(row.abs().add(1));
      const b = a.exp().softmax(1).matmul(x);
      const c = torch.where(b.gt(0), b, a.t());
      kept.push([c, c.at(7, 7).item() as number]);
      while (kept.length > 20) kept.shift();
      if (i % 7 === 0) x.mul_(0.999);
      if (i % 5 === 0) expect(kept[0][0].at(7, 7).item()).toBe(kept[0][1]);
      if (i % 5 === 1) kept[0][0].sum();
    };
    for (let i = 0; i < 300; i++) step(i);
    const { linear, budget } = torch.memory.stats();
    for (let i = 300; i < 900; i++) step(i);
    expect(torch.memory.stats().linear).toBe(linear);
    expect(torch.memory.stats().budget).toBe(budget);
  });
});

describe('a model whose layers keep what they see', () => {
  it('finds it there, also in a Sequential with layers that keep nothing', () => {
    class Keeper extends nn.Module {
      seen: torch.Tensor | null = null;
      forward(x: torch.Tensor): torch.Tensor {
        this.seen = x;
        return x;
      }
    }
    class Traced extends nn.Linear {
      out: torch.Tensor | null = null;
      override forward(x: torch.Tensor): torch.Tensor {
        this.out = super.forward(x);
        return this.out;
      }
    }
    const keeper = new Keeper();
    const traced = new Traced(2, 2);
    const hooked = new nn.Linear(2, 2);
    const outputs: torch.Tensor[] = [];
    hooked.registerForwardHook((_module, _args, output) => {
      outputs.push(output as torch.Tensor);
    });
    const nested = new nn.Sequential(new nn.Linear(2, 2), keeper, new nn.ReLU());
    const model = new nn.Sequential(nested, traced, new nn.Tanh(), hooked, new nn.Sigmoid());
    const x = torch.ones(1, 2);
    model(x).sum().backward();
    for (let i = 0; i < 200; i++) model(x);
    expect(keeper.seen?.tolist()).toEqual(nested.at(0)(x).tolist());
    expect(traced.out?.tolist()).toEqual(traced.forward(nested(x)).tolist());
    expect(outputs[0].tolist()).toEqual(outputs[200].tolist());
  });
});

describe('models that are dropped', () => {
  it('leave nothing behind in a synchronous search over many, and the one that is kept still predicts', () => {
    let kept: { model: torch.nn.Linear; x: torch.Tensor; y: unknown } | null = null;
    for (let trial = 0; trial < 300; trial++) {
      const model = new nn.Linear(512, 512);
      const x = torch.ones(1, 512);
      if (trial === 3) kept = { model, x, y: model(x).tolist() };
    }
    // 300 models of 1 MiB were made; memory holds what the budgets allow.
    expect(torch.memory.stats().resident).toBeLessThan(100 << 20);
    expect(kept?.model(kept.x).tolist()).toEqual(kept?.y);
  });
});

describe('an evaluation loop that forgot noGrad', () => {
  it('is flat too', () => {
    torch.manualSeed(2);
    const model = new nn.Sequential(new nn.Linear(32, 64), new nn.Tanh(), new nn.Linear(64, 8));
    const x = torch.randn(16, 32);
    const expected = model(x).toTypedArray();
    const kept: torch.Tensor[] = [];
    let warm = 0;
    for (let step = 0; step < 40_000; step++) {
      const out = model(x);
      if (step % 400 === 0) kept.push(out);
      if (step === 10_000) warm = linear();
    }
    expect(linear()).toBe(warm);
    for (const out of kept) expect(out.toTypedArray()).toEqual(expected);
  });

  it('frees what dropped graphs had saved, large activations included', () => {
    const w = torch.ones(256, 256, { requiresGrad: true });
    const x = torch.ones(256, 256);
    let warm = 0;
    for (let step = 0; step < 600; step++) {
      x.mul(w).exp().sum();
      if (step === 200) warm = linear();
    }
    expect(linear()).toBe(warm);
  });
});

describe('what is provably dead', () => {
  it('is freed at once: a backward pass leaves nothing behind but the gradients', () => {
    const w = torch.ones(64, 1024, { requiresGrad: true });
    const step = (): void => {
      const loss = torch.tidy(() => w.mul(2).tanh().pow(2).mean());
      loss.backward();
      w.grad = null;
    };
    step();
    const before = torch.memory.stats().resident;
    for (let i = 0; i < 50; i++) step();
    expect(torch.memory.stats().resident - before).toBeLessThan(300_000);
  });

  it('is freed by composites: cross-entropy keeps its logits alive only until backward', () => {
    const logits = torch.zeros(512, 512, { requiresGrad: true });
    const target = torch.zeros(512, { dtype: torch.int64 });
    const loss = nn.functional.crossEntropy(logits, target);
    const held = torch.memory.stats().resident;
    loss.backward();
    // The saved log-probabilities (1 MiB) go; the gradient (1 MiB) comes; temporaries are gone.
    expect(torch.memory.stats().resident - held).toBeLessThan(100_000);
    logits.grad = null;
  });

  it('is not what a user still holds: gradients, detached copies, intermediate results', () => {
    const w = torch.tensor([1, 2, 3], { requiresGrad: true });
    const hidden = w.mul(2);
    const best = hidden.detach();
    hidden.pow(2).sum().backward();
    const { grad } = w;
    w.grad = null;
    for (let i = 0; i < 10_000; i++) torch.ones(1000).add(1);
    expect(grad?.tolist()).toEqual([8, 16, 24]);
    expect(hidden.tolist()).toEqual([2, 4, 6]);
    expect(best.add(1).tolist()).toEqual([3, 5, 7]);
  });
});
