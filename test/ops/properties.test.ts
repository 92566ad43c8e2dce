/**
 * What holds for all shapes, views and values: broadcasting is the naive loop, a chain of views is its contiguous copy,
 * a write through a view changes the base where the view says, int64 is exact.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

type Dims = number[];

/** Shapes of rank 0 to 6, sizes 0 to 4. */
const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 6 });
const solid = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 });
const value = fc.constantFrom(0, -0, 1, -1.5, 3, 1e-40, -1e-40, 1e30, Infinity, -Infinity, Number.NaN, 0.1);

const count = (dims: Dims): number => dims.reduce((n, size) => n * size, 1);

/** Row-major indices of a shape, the naive way. */
function* indices(dims: Dims, at: number[] = []): Generator<number[]> {
  if (at.length === dims.length) {
    yield at;
    return;
  }
  for (let i = 0; i < dims[at.length]; i++) yield* indices(dims, [...at, i]);
}

/** The element of row-major `data` of shape `dims` at an index of a shape that `dims` broadcasts to. */
function read(data: ArrayLike<number>, dims: Dims, at: number[]): number {
  const own = at.slice(at.length - dims.length);
  return data[dims.reduce((n, size, d) => n * size + (size === 1 ? 0 : own[d]), 0)];
}

const flat = (x: torch.Tensor): number[] => [...(x.toTypedArray() as Float64Array)];

function filled(dims: Dims, pool: number[]): torch.Tensor {
  const data = Float64Array.from({ length: count(dims) }, (_, i) => pool[i % pool.length]);
  return torch.tensor(data).reshape(dims);
}

/** A shape, and another that broadcasts against it: some sizes 1, some leading ones left out. */
const pair = fc
  .tuple(shape, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), fc.nat(6))
  .map(([dims, ones, cut]) => {
    const other = dims.map((size, d) => (ones[d] ? 1 : size)).slice(Math.min(cut, dims.length));
    return [dims, other] as [Dims, Dims];
  });

describe('broadcasting', () => {
  const operations: [string, (a: number, b: number) => number][] = [
    ['add', (a, b) => a + b],
    ['sub', (a, b) => a - b],
    ['mul', (a, b) => a * b],
    ['div', (a, b) => a / b],
    ['maximum', (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b))],
  ];
  it.each(operations)('%s is the naive loop, for any shapes and values', (name, naive) => {
    fc.assert(
      fc.property(pair, fc.array(value, { minLength: 1, maxLength: 9 }), fc.boolean(), ([dims, other], pool, swap) => {
        const a = filled(dims, pool);
        const b = filled(other, [...pool].reverse());
        const [x, y] = swap ? [b, a] : [a, b];
        const out = (x as unknown as Record<string, (y: torch.Tensor) => torch.Tensor>)[name](y);
        expect([...out.shape]).toEqual(dims);
        const expected = [...indices(dims)].map((at) =>
          naive(read(flat(x), [...x.shape], at), read(flat(y), [...y.shape], at)),
        );
        expect(flat(out)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});

/** A step that takes a view; null where it does not apply. */
type Step = (x: torch.Tensor, pick: number) => torch.Tensor | null;

const steps: Step[] = [
  (x, pick) => (x.ndim > 1 ? x.transpose(pick % x.ndim, (pick * 7 + 1) % x.ndim) : null),
  (x) => (x.ndim > 1 ? x.permute(...[...x.shape.keys()].reverse()) : null),
  (x, pick) => x.unsqueeze(pick % (x.ndim + 1)),
  (x) => x.squeeze(),
  (x, pick) => (x.ndim > 0 && x.size(pick % x.ndim) > 0 ? x.select(pick % x.ndim, pick % x.size(pick % x.ndim)) : null),
  (x, pick) => (x.ndim > 0 ? x.at(...Array(pick % x.ndim).fill(':'), [pick % 2, null, 1 + (pick % 2)]) : null),
  (x, pick) => (x.ndim > 0 && x.size(-1) > 1 ? x.narrow(-1, pick % 2, x.size(-1) - 1) : null),
];
const path = fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(50)), { maxLength: 6 });

const walk = (x: torch.Tensor, chain: [number, number][]): torch.Tensor =>
  chain.reduce((view, [step, pick]) => (view.ndim < 6 ? (steps[step](view, pick) ?? view) : view), x);

describe('any chain of views', () => {
  it('equals its contiguous copy under every operation', () => {
    fc.assert(
      fc.property(shape, path, (dims, chain) => {
        const x = torch.arange(count(dims), { dtype: torch.float64 }).reshape(dims);
        const view = walk(x, chain);
        const copy = torch.tensor(Float64Array.from(flat(view))).reshape([...view.shape]);
        expect(flat(view.contiguous())).toEqual(flat(copy));
        expect(flat(view.mul(2).add(view))).toEqual(flat(copy.mul(2).add(copy)));
        expect(view.sum().item()).toBe(copy.sum().item());
        if (view.ndim > 0) expect(flat(view.sum(-1))).toEqual(flat(copy.sum(-1)));
        expect(flat(view.reshape(-1))).toEqual(flat(copy));
        expect(String(view)).toBe(String(copy));
      }),
      { numRuns: 300 },
    );
  });

  it('has the gradient of its copy: ones where it looks, zeros elsewhere', () => {
    fc.assert(
      fc.property(solid, path, (dims, chain) => {
        const x = torch.arange(count(dims), { dtype: torch.float64 }).reshape(dims);
        const seen = new Set(flat(walk(x, chain)));
        x.requiresGrad_();
        walk(x, chain).sum().backward();
        expect(flat(x.grad as torch.Tensor)).toEqual(flat(x.detach()).map((each) => (seen.has(each) ? 1 : 0)));
      }),
      { numRuns: 150 },
    );
  });
});

describe('writing through a view', () => {
  it('changes the base exactly where the view looks', () => {
    fc.assert(
      fc.property(solid, path, (dims, chain) => {
        const x = torch.arange(count(dims), { dtype: torch.float64 }).reshape(dims);
        const before = flat(x);
        const view = walk(x, chain);
        const seen = new Set(flat(view));
        view.add_(1000);
        expect(flat(x)).toEqual(before.map((each) => (seen.has(each) ? each + 1000 : each)));
      }),
      { numRuns: 200 },
    );
  });

  it('is recorded on the base: the gradient is doubled where it was doubled', () => {
    fc.assert(
      fc.property(solid, path, (dims, chain) => {
        const leaf = torch.arange(count(dims), { dtype: torch.float64 }).reshape(dims);
        const seen = new Set(flat(walk(leaf, chain)));
        leaf.requiresGrad_();
        const x = leaf.clone();
        walk(x, chain).mul_(2);
        x.sum().backward();
        expect(flat(leaf.grad as torch.Tensor)).toEqual(flat(leaf.detach()).map((each) => (seen.has(each) ? 2 : 1)));
      }),
      { numRuns: 150 },
    );
  });
});

describe('int64', () => {
  it('is exact in the core, and at the boundary a BigInt or an error, never a wrong number', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (a, b) => {
        const x = torch.tensor(BigInt64Array.of(a));
        const y = torch.tensor(BigInt64Array.of(b));
        const wrapped = (n: bigint): bigint => BigInt.asIntN(64, n);
        expect(x.add(y).toTypedArray()[0]).toBe(wrapped(a + b));
        expect(x.sub(y).toTypedArray()[0]).toBe(wrapped(a - b));
        expect(x.mul(y).toTypedArray()[0]).toBe(wrapped(a * b));
        expect(x.lt(y).item<boolean>()).toBe(a < b);
        const safe = a >= BigInt(Number.MIN_SAFE_INTEGER) && a <= BigInt(Number.MAX_SAFE_INTEGER);
        if (safe) expect(BigInt(x.item())).toBe(a);
        else expect(() => x.item()).toThrow(RangeError);
      }),
      { numRuns: 300 },
    );
  });
});

describe('nllLoss', () => {
  const { nllLoss } = torch.nn.functional;
  it.each(['mean', 'sum'] as const)(
    'reduced by %s is its own losses reduced, for a transposed matrix too',
    (reduction) => {
      const x = filled([3, 4], [0.5, -1.25, 2, -0.75, 3.5]).requiresGrad_();
      const classes = torch.tensor([2, 0, 1, 2], { dtype: torch.int64 });
      const loss = nllLoss(x.t(), classes, { reduction });
      const each = nllLoss(x.t(), classes, { reduction: 'none' });
      const same = reduction === 'mean' ? each.mean() : each.sum();
      expect(loss.item()).toBe(same.item());
      loss.backward();
      expect(torch.autograd.grad(same, x)[0].tolist()).toEqual(x.grad?.tolist());
    },
  );
});
