/** What is computed again instead of copied out is what it was, whatever happened to its inputs in between. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { pools } from '../../src/memory/region.ts';

const SIZE = 28;
const budgets = pools.map((pool) => pool.budget);
const give = (bytes: number): void => {
  for (const pool of pools) pool.budget = bytes;
};
/** Every idle region is out when this returns. */
const moveOut = (): void => {
  give(0);
  torch.empty(1000).dispose();
};
const returned = (): number => torch.memory.stats().returned;
const bits = (x: torch.Tensor): number[] => [...new Uint32Array((x.toTypedArray() as Float32Array).buffer)];

afterEach(() => {
  pools.forEach((pool, i) => {
    pool.budget = budgets[i];
  });
});

type Step = (tensors: torch.Tensor[], i: number, j: number) => void;

/** Each takes what it needs from `tensors` and may add to them. */
const STEPS: readonly Step[] = [
  (all, i) => all.push(all[i].tanh()),
  (all, i) => all.push(all[i].mul(0.5)),
  (all, i) => all.push(torch.pow(2, all[i])),
  (all, i, j) => all.push(all[i].add(all[j])),
  (all, i, j) => all.push(all[i].maximum(all[j].at(3, 4))),
  (all, i, j) => all.push(all[i].gt(all[j]).float()),
  (all, i, j) => all.push(all[i].matmul(all[j])),
  (all, i, j) => all.push(torch.nn.functional.linear(all[i], all[j], all[j].at(0))),
  (all, i) => all.push(all[i].softmax(1)),
  (all, i) => all.push(torch.nn.functional.gelu(all[i])),
  (all, i, j) => all.push(all[i].sub(all[j].at(1))),
  (all, i, j) => all.push(all[i].mul(all[j].sum())),
  (all, i) => all.push(all[i].t().sin().contiguous()),
  (all, i) => all.push(torch.pow(2, all[i].t())),
  (all, i, j) => all.push(torch.where(all[i].gt(0.25), all[j], all[j].t().at(2))),
  (all, i) => all.push(all[i].double().float().clone()),
  (all, i) => all.push(all[i].lerp(all[i].t(), 0.25)),
  (all, i) => all.push(all[i].t()),
  (all, i) => all.push(all[i].at([5, 20]).exp().repeat(2, 1).narrow(0, 0, SIZE)),
  // A view of what is written would be refused.
  (all, i, j) => all[i].add_(i !== j && all[i].storage === all[j].storage ? all[j].clone() : all[j]),
  (all, i) => all[i].mul_(0.75),
  (all, i) => all[i].tanh_(),
  (all, i) => all[i].at(2).fill_(0.25),
  (all, i) => all[i].t().setAt_([1], 0.125),
  (all, i) => all[i].copy_(all[i].clone().neg()),
  (all, i) => {
    if (all.length > 3) all.splice(i, 1)[0].data = torch.ones(SIZE, SIZE);
  },
  (all, i) => {
    if (all.length > 3) {
      const [gone] = all.splice(i, 1);
      // A view, or another handle of what is disposed of, would be lost with it.
      if (!all.some((each) => each.storage === gone.storage)) gone.dispose();
    }
  },
];

/** What tensors hold after a program, and what each step wrote. */
function run(program: readonly (readonly [number, number, number])[], budget: number): number[][] {
  give(budget);
  torch.manualSeed(7);
  const all = [torch.randn(SIZE, SIZE), torch.rand(SIZE, SIZE)];
  for (const [step, i, j] of program) {
    give(budget);
    STEPS[step](all, i % all.length, j % all.length);
  }
  give(budget);
  return all.map(bits);
}

describe('computing again', () => {
  beforeEach(() => {
    give(1 << 30);
  });

  it('changes no bit of any program of operations, in-place writes, views and disposals', () => {
    let again = 0;
    const step = fc.tuple(fc.nat({ max: STEPS.length - 1 }), fc.nat({ max: 50 }), fc.nat({ max: 50 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (program) => {
        const { evicted } = torch.memory.stats();
        const right = run(program, 1 << 30);
        expect(torch.memory.stats().evicted).toBe(evicted);
        const before = returned();
        expect(run(program, 0)).toEqual(right);
        again += returned() - before;
      }),
      { numRuns: 150 },
    );
    expect(again).toBeGreaterThan(1e6);
  });

  it('gives what the input held when it was computed, though the input was written, freed or moved out since', () => {
    const kept = torch.rand(1000);
    const now = kept.clone();
    const results = [kept.exp(), kept.add(1), kept.add(kept)];
    const right = [now.exp(), now.add(1), now.add(now)].map(bits);
    moveOut();
    kept.fill_(5);
    moveOut();
    expect(results.map(bits)).toEqual(right);
    moveOut();
    kept.dispose();
    expect(results.map(bits)).toEqual(right);
  });

  it('keeps an input that is disposed of before its results are read', () => {
    const x = torch.rand(1000);
    const right = bits(x.clone().sin());
    const y = x.sin();
    moveOut();
    x.dispose();
    moveOut();
    expect(bits(y)).toEqual(right);
    expect(() => x.add(1)).toThrow(/disposed/);
  });

  it('follows an input that becomes a parameter, and is trained', () => {
    const x = torch.rand(1000);
    const y = x.exp();
    const right = bits(y);
    moveOut();
    expect(y.storage.region.copy).toBeNull();
    const before = torch.memory.stats().resident;
    const weight = new torch.nn.Parameter(x);
    // One parameter and, brought back for it, nothing else.
    expect(torch.memory.stats().resident).toBe(before + 4000);
    torch.noGrad(() => weight.mul_(0));
    expect(bits(y)).toEqual(right);
  });

  it('keeps no input alive for the sake of a result that is here, and copies what was wanted again', () => {
    const x = torch.rand(1000);
    const y = x.exp();
    const right = bits(y);
    const { snapshot } = x.storage.region;
    expect(snapshot?.storage).toBe(x.storage);
    const [, nursery] = pools;
    nursery.budget = 0;
    torch.empty(1000).dispose();
    expect(x.storage.region.base).toBe(0);
    expect(y.storage.region.base).not.toBe(0);
    expect(snapshot?.storage).toBeNull();
    moveOut();
    expect(bits(y)).toEqual(right);
    const z = x.exp();
    moveOut();
    expect(z.storage.region.copy).toBeNull();
    expect(bits(z)).toEqual(right);
    moveOut();
    expect(z.storage.region.copy).not.toBeNull();
    expect(bits(z)).toEqual(right);
  });

  it('copies nothing while results are dropped, and keeps linear memory flat', () => {
    give(4 << 20);
    const x = torch.rand(100_000);
    for (let i = 0; i < 50; i++) x.tanh().mul(2);
    const { linear, returned: before } = torch.memory.stats();
    for (let i = 0; i < 500; i++) x.tanh().mul(2);
    expect(torch.memory.stats().linear).toBe(linear);
    expect(returned()).toBe(before);
  });

  it('needs one kernel for any link of a long chain', () => {
    give(4 << 20);
    let h = torch.rand(2000);
    const kept: [torch.Tensor, number[]][] = [];
    for (let i = 0; i < 3000; i++) {
      h = h.sin();
      if (i % 500 === 0) kept.push([h, bits(h)]);
    }
    moveOut();
    for (const [x, right] of kept) expect(bits(x)).toEqual(right);
  });

  it('copies what is dear to compute until so much moved out for good that it pays', () => {
    // A parameter stays when temporaries move out.
    const x = new torch.nn.Parameter(torch.rand(200, 200)).requiresGrad_(false);
    const product = (): torch.Tensor => {
      give(1 << 20);
      const y = x.matmul(x);
      moveOut();
      return y;
    };
    const first = product();
    expect(first.storage.region.copy).not.toBeNull();
    for (let i = 0; i < 100; i++) product();
    const last = product();
    expect(last.storage.region.copy).toBeNull();
    expect(bits(last)).toEqual(bits(first));
    // It was wanted after all, so the next is copied.
    expect(product().storage.region.copy).not.toBeNull();
  });

  it('leaves the scalars of the operation that asked as they are', () => {
    const x = torch.full([1000], 3, { dtype: torch.float32 });
    const y = x.mul(2);
    moveOut();
    expect(torch.pow(2, y).at(999).item()).toBe(64);
    moveOut();
    expect(y.add(0.5).at(0).item()).toBe(6.5);
  });

  it('is reduced along every dimension and in every order as if it had stayed', () => {
    const [a, b] = [torch.rand(9, 1, 11), torch.rand(1, 10, 11)];
    const wide = (): torch.Tensor => a.add(b);
    const reductions: ((x: torch.Tensor, dims: number[]) => torch.Tensor)[] = [
      (x, dims) => x.sum(dims),
      (x, dims) => x.mean(dims),
      (x, dims) => x.amax(dims),
      (x, dims) => x.var(dims),
      (x, dims) => x.norm(2, dims),
    ];
    for (const reduce of reductions) {
      for (const order of [
        [0, 1, 2],
        [2, 0, 1],
        [1, 0, 2],
      ]) {
        for (const dims of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
          const stays = wide();
          const right = bits(reduce(stays.permute(order), dims));
          const goes = wide();
          moveOut();
          expect(goes.storage.region.recipe).not.toBeNull();
          expect(goes.storage.region.base).toBe(0);
          expect(bits(reduce(goes.permute(order), dims))).toEqual(right);
        }
      }
    }
  });

  it('gives room to results that are used again and again', () => {
    give(1 << 20);
    const x = torch.rand(1 << 18);
    const step = (): number => {
      const [a, b, c] = [x.exp(), x.sin(), x.cos()];
      return a.add(b).add(c).sum().item();
    };
    for (let i = 0; i < 20; i++) step();
    const before = torch.memory.stats();
    for (let i = 0; i < 20; i++) step();
    const after = torch.memory.stats();
    expect(after.returned - before.returned).toBeLessThan((after.evicted - before.evicted) / 8);
  });
});
