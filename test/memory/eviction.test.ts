/** Moving tensors out of linear memory and back is invisible; running out of memory is an error like any other. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

describe('eviction', () => {
  it('keeps every held tensor right while others come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.boolean()), { maxLength: 60 }), (plan) => {
        torch.memory.setBudget(1 << 20);
        const held: [torch.Tensor, number, number][] = [];
        plan.forEach(([size, keeps], i) => {
          const x = torch.full([size], i, { dtype: torch.float32 });
          if (keeps) held.push([x.add(1), i + 1, size]);
          // Uses old ones as operands, so that they come back while new ones push others out.
          const [old] = held;
          if (old) expect(old[0].sum().item()).toBe(old[1] * old[2]);
        });
        for (const [x, value, size] of held) {
          const data = x.toTypedArray() as Float32Array;
          expect(data.length).toBe(size);
          expect(data.every((each) => each === value)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never moves an operand of the operation in hand, however small the budget', () => {
    torch.memory.setBudget(1 << 20);
    const a = torch.full([600, 600], 2, { dtype: torch.float32 });
    const b = torch.full([600, 600], 3, { dtype: torch.float32 });
    const c = torch.full([600], 1, { dtype: torch.float32 });
    for (let i = 0; i < 20; i++) {
      const out = torch.nn.functional.linear(a, b, c);
      expect(out.min().item()).toBe(3601);
      expect(out.max().item()).toBe(3601);
    }
  });

  it('brings views and their base back as one', () => {
    torch.memory.setBudget(1 << 20);
    const base = torch.zeros(1000, 100);
    const row = base.at(7);
    for (let i = 0; i < 200; i++) torch.ones(100_000);
    row.fill_(5);
    for (let i = 0; i < 200; i++) torch.ones(100_000);
    expect(base.sum().item()).toBe(500);
  });
});

describe('running out of memory', () => {
  it('is a RangeError that names shape, dtype and bytes, and leaves everything as it was', () => {
    const x = torch.arange(5);
    const before = torch.memory.stats().resident;
    expect(() => torch.zeros(1_000_000_000)).toThrow(RangeError);
    expect(() => torch.zeros(50_000, 50_000)).toThrow(
      /^zeros\(\): out of memory: 10000000000 bytes.*shape \[50000, 50000\] and dtype torch\.float32$/,
    );
    const wide = torch.ones(1, 40_000);
    expect(() => wide.add(wide.t())).toThrow(/^add\(\): out of memory: 6400000000 bytes/);
    expect(() => torch.matmul(wide.t(), wide)).toThrow(/^mm\(\): out of memory: 6400000000 bytes/);
    wide.dispose();
    expect(torch.memory.stats().resident).toBe(before);
    expect(x.add(1).tolist()).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('dispose', () => {
  // Room enough that nothing is evicted while bytes are counted.
  beforeAll(() => torch.memory.setBudget(64 << 20));

  it('frees at once; a disposed tensor says so', () => {
    const before = torch.memory.stats().resident;
    const x = torch.zeros(500_000);
    const y = x.view(1000, 500);
    expect(torch.memory.stats().resident).toBe(before + 2_000_000);
    x.dispose();
    expect(torch.memory.stats().resident).toBe(before);
    expect(y.isDisposed).toBe(true);
    expect(() => y.add(1)).toThrow('this tensor was disposed of');
    expect(() => x.tolist()).toThrow('this tensor was disposed of');
    x.dispose();
  });

  it('works with tidy, which keeps what is returned, nested too', () => {
    const before = torch.memory.stats().resident;
    const { kept, list } = torch.tidy(() => {
      const a = torch.ones(200_000);
      return { kept: a.add(1), list: [a.mul(3)] };
    });
    expect(torch.memory.stats().resident).toBe(before + 1_600_000);
    expect(kept.at(0).item()).toBe(2);
    expect(list[0].at(0).item()).toBe(3);
    expect(() => torch.tidy(async () => torch.ones(1))).toThrow(TypeError);
  });
});
