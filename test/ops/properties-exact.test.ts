/**
 * Special values and exactness: what IEEE 754 says of nan, infinities, -0 and subnormals holds in both float dtypes and
 * through any view; int64 is exact to the last bit in whatever computes with it; reductions are the naive loop.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

type Dims = number[];
type Binary = (a: bigint, b: bigint) => bigint | boolean;

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 6 });
const special = fc.constantFrom(
  ...[0, -0, 1, -1, 2.5, -2.5, 0.5, -0.5, 1e-40, -1e-40, 1e-45, 5e-324, 2 ** -126, 3.4e38, 1.7e308, 1e16],
  ...[Infinity, -Infinity, Number.NaN],
);
const pool = fc.array(special, { minLength: 1, maxLength: 11 });
const big = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt(-5n, 5n),
  fc.bigInt(2n ** 53n - 3n, 2n ** 53n + 3n),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 62n + 1n),
);
const bigs = fc.array(big, { minLength: 1, maxLength: 12 });
const count = (dims: Dims): number => dims.reduce((n, size) => n * size, 1);
const flat = (x: torch.Tensor): number[] => [...(x.toTypedArray() as Float64Array)];
const exact = (x: torch.Tensor): bigint[] => [...(x.toTypedArray() as BigInt64Array)];
const int64 = (values: bigint[]): torch.Tensor => torch.tensor(BigInt64Array.from(values));
const wrapped = (value: bigint): bigint => BigInt.asIntN(64, value);

/** The pool's values over a shape, as float64 or rounded to float32, given through one of three layouts. */
function given(dims: Dims, values: number[], dtype: torch.DType, layout: number): torch.Tensor {
  const list = Array.from({ length: count(dims) }, (_, i) => values[i % values.length]);
  const data = dtype === torch.float32 ? Float32Array.from(list) : Float64Array.from(list);
  const row = torch.tensor(data).reshape(dims);
  if (layout === 0 || dims.length === 0) return row;
  if (layout === 1) return row.permute([...dims.keys()].reverse());
  const wide = torch.stack([row, row], -1).flatten(-2);
  return wide.at('...', [1, null, 2]);
}

describe('special values', () => {
  const roundEven = (a: number): number => (Math.abs(a % 1) === 0.5 ? 2 * Math.round(a / 2) : Math.round(a));
  const signed = (value: number, like: number): number => (value === 0 && Object.is(like, -0) ? -0 : value);
  const unary: [string, (a: number) => number][] = [
    ['neg', (a) => -a],
    ['abs', Math.abs],
    ['floor', Math.floor],
    ['ceil', Math.ceil],
    ['trunc', Math.trunc],
    ['round', (a) => (Number.isFinite(a) && a !== 0 ? signed(roundEven(a), a < 0 ? -0 : 0) : a)],
    ['sqrt', Math.sqrt],
    ['square', (a) => a * a],
    ['reciprocal', (a) => 1 / a],
    ['sign', (a) => (a > 0 ? 1 : a < 0 ? -1 : 0)],
  ];
  it.each(unary)('%s is the naive function, in both dtypes, through any view', (name, naive) => {
    fc.assert(
      fc.property(shape, pool, fc.boolean(), fc.nat(2), (dims, values, narrow, layout) => {
        const x = given(dims, values, narrow ? torch.float32 : torch.float64, layout);
        const out = (x as unknown as Record<string, () => torch.Tensor>)[name]();
        expect([...out.shape]).toEqual([...x.shape]);
        expect(flat(out)).toEqual(flat(x).map((each) => (narrow ? Math.fround(naive(each)) : naive(each))));
      }),
      { numRuns: 120 },
    );
  });

  const tests: [string, (a: number) => boolean][] = [
    ['isnan', Number.isNaN],
    ['isfinite', Number.isFinite],
    ['isinf', (a) => Math.abs(a) === Infinity],
    ['bool', (a) => a !== 0],
  ];
  it.each(tests)('%s tells them apart', (name, naive) => {
    fc.assert(
      fc.property(shape, pool, fc.boolean(), fc.nat(2), (dims, values, narrow, layout) => {
        const x = given(dims, values, narrow ? torch.float32 : torch.float64, layout);
        const out = (x as unknown as Record<string, () => torch.Tensor>)[name]();
        expect(flat(out)).toEqual(flat(x).map((each) => Number(naive(each))));
      }),
      { numRuns: 80 },
    );
  });

  it('the way through text, typed arrays, copies and float64 loses nothing', () => {
    fc.assert(
      fc.property(shape, pool, fc.boolean(), fc.nat(2), (dims, values, narrow, layout) => {
        const x = given(dims, values, narrow ? torch.float32 : torch.float64, layout);
        expect(flat(x.clone())).toEqual(flat(x));
        expect(flat(x.double())).toEqual(flat(x));
        expect(flat(x.double().to(x.dtype))).toEqual(flat(x));
        expect(flat(torch.tensor(x.tolist() as torch.TensorData, { dtype: x.dtype }))).toEqual(flat(x));
      }),
      { numRuns: 80 },
    );
  });
});

describe('reductions', () => {
  /** The naive reduction of row-major data over one dimension. */
  function along(data: number[], dims: Dims, dim: number, combine: (a: number, b: number) => number, start: number) {
    const inner = count(dims.slice(dim + 1));
    const out = new Array<number>(count(dims.slice(0, dim)) * inner).fill(start);
    data.forEach((value, i) => {
      const at = Math.floor(i / (inner * dims[dim])) * inner + (i % inner);
      out[at] = combine(out[at], value);
    });
    return out;
  }
  const max = (a: number, b: number): number => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b));
  const reductions: [string, (a: number, b: number) => number, number][] = [
    ['sum', (a, b) => a + b, 0],
    ['prod', (a, b) => a * b, 1],
    ['amax', max, -Infinity],
    ['amin', (a, b) => -max(-a, -b), Infinity],
  ];
  it.each(reductions)('%s over a dimension is the naive loop, zero sizes and nan included', (name, combine, start) => {
    const whole = fc.constantFrom(0, 1, -1, 2, -2, 3, Infinity, -Infinity, Number.NaN);
    fc.assert(
      fc.property(
        shape,
        fc.array(whole, { minLength: 1, maxLength: 9 }),
        fc.nat(2),
        fc.nat(5),
        (dims, values, l, d) => {
          const x = given(dims, values, torch.float64, l);
          fc.pre(x.ndim > 0);
          const dim = d % x.ndim;
          const call = (): torch.Tensor => (x as unknown as Record<string, (d: number) => torch.Tensor>)[name](dim);
          if (name.startsWith('am') && x.size(dim) === 0) {
            expect(call).toThrow(RangeError);
            return;
          }
          expect(flat(call())).toEqual(along(flat(x), [...x.shape], dim, combine, start));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('int64 beyond 2^53', () => {
  const floorDivide = (a: bigint, b: bigint): bigint => a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n);
  const operations: [string, Binary][] = [
    ['maximum', (a, b) => (a > b ? a : b)],
    ['minimum', (a, b) => (a < b ? a : b)],
    ['eq', (a, b) => a === b],
    ['ne', (a, b) => a !== b],
    ['le', (a, b) => a <= b],
    ['gt', (a, b) => a > b],
    ['ge', (a, b) => a >= b],
    ['floorDivide', floorDivide],
    ['remainder', (a, b) => a - floorDivide(a, b) * b],
    ['fmod', (a, b) => a % b],
  ];
  it.each(operations)('%s is exact', (name, naive) => {
    fc.assert(
      fc.property(bigs, big, (values, other) => {
        const divides = /Divide|remainder|fmod/.test(name);
        fc.pre(!divides || other !== 0n);
        const out = (int64(values) as unknown as Record<string, (y: torch.Tensor) => torch.Tensor>)[name](
          int64([other]),
        );
        const wanted = values.map((each) => naive(each, other));
        if (out.dtype === torch.bool) expect(flat(out)).toEqual(wanted.map(Number));
        else expect(exact(out)).toEqual(wanted.map((each) => wrapped(each as bigint)));
      }),
      { numRuns: 150 },
    );
  });

  it('sums, products, orders and picks are exact', () => {
    const less = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
    fc.assert(
      fc.property(bigs, (values) => {
        const x = int64(values);
        const sorted = [...values].sort(less);
        const sum = values.reduce((a, b) => a + b);
        expect(exact(x.sum())).toEqual([wrapped(sum)]);
        expect(exact(x.cumsum(0)).at(-1)).toBe(wrapped(sum));
        expect(exact(x.prod())).toEqual([wrapped(values.reduce((a, b) => a * b))]);
        expect(exact(x.max())).toEqual([sorted.at(-1)]);
        expect(exact(x.amin())).toEqual([sorted[0]]);
        expect(exact(x.sort().values)).toEqual(sorted);
        expect(exact(x.at(x.argmax()))).toEqual([sorted.at(-1)]);
        expect(exact(x.topk(1).values)).toEqual([sorted.at(-1)]);
        expect(exact(x.median())).toEqual([sorted[(values.length - 1) >> 1]]);
        expect(exact(torch.unique(x) as torch.Tensor)).toEqual([...new Set(sorted)]);
        expect(exact(x.flip(0).clone())).toEqual([...values].reverse());
        expect(exact(torch.where(x.gt(0), x, x.neg()))).toEqual(
          values.map((each) => wrapped(each < 0n ? -each : each)),
        );
        expect(exact(torch.cat([x, x.abs()])).slice(0, values.length)).toEqual(values);
        expect(flat(x.double())).toEqual(values.map(Number));
      }),
      { numRuns: 150 },
    );
  });

  it('is text and BigInts to the last digit, and a number only where that is exact', () => {
    fc.assert(
      fc.property(big, (value) => {
        const x = int64([value]);
        expect(String(x)).toBe(`tensor([${value}])`);
        const safe = Number.isSafeInteger(Number(value));
        if (safe) expect(x.tolist()).toEqual([Number(value)]);
        else expect(() => x.tolist()).toThrow(RangeError);
        expect(exact(torch.tensor([value] as unknown as torch.TensorData))).toEqual([value]);
        // A number is a double: it goes in as the integer that it is, or not at all.
        const number = Number(value);
        if (BigInt(number) < 2n ** 63n)
          expect(exact(torch.full([1], number, { dtype: torch.int64 }))).toEqual([BigInt(number)]);
        else expect(() => torch.full([1], number, { dtype: torch.int64 })).toThrow(RangeError);
      }),
      { numRuns: 200 },
    );
  });
});

describe('writing in place through a view', () => {
  const writes: [string, (x: torch.Tensor) => torch.Tensor, (a: number) => number][] = [
    ['add_', (x) => x.add_(1000), (a) => a + 1000],
    ['mul_ by itself', (x) => x.mul_(x), (a) => a * a],
    ['neg_', (x) => x.neg_(), (a) => -a],
    ['fill_', (x) => x.fill_(7), () => 7],
    ['copy_', (x) => x.copy_(x.add(3)), (a) => a + 3],
    ['where a mask says', (x) => x.maskedFill_(x.gt(5), -1), (a) => (a > 5 ? -1 : a)],
    ['round_', (x) => x.div_(4).round_().mul_(4), (a) => 4 * Math.floor(a / 4 + 0.5 - (a % 8 === 2 ? 1 : 0))],
  ];
  it.each(writes)(
    '%s changes the base there and nowhere else, for ranks 0 to 6 and zero sizes',
    (_name, write, naive) => {
      const step = fc.tuple(fc.nat(3), fc.nat(50));
      fc.assert(
        fc.property(shape, fc.array(step, { maxLength: 5 }), (dims, steps) => {
          const x = torch.arange(count(dims), { dtype: torch.float64 }).reshape(dims);
          const before = flat(x);
          let view = x;
          for (const [kind, pick] of steps) {
            if (view.ndim === 0) break;
            const dim = pick % view.ndim;
            if (kind === 0) view = view.transpose(dim, -1);
            else if (kind === 1 && view.size(dim) > 0) view = view.narrow(dim, pick % view.size(dim), 1);
            else if (kind === 2) view = view.at(...Array<':'>(dim).fill(':'), [pick % 2, null, 2]);
            else view = view.unsqueeze(dim).squeeze(dim);
          }
          const seen = new Set(flat(view));
          expect(write(view)).toBe(view);
          expect(flat(x)).toEqual(before.map((each) => (seen.has(each) ? naive(each) : each)));
        }),
        { numRuns: 120 },
      );
    },
  );

  it('a shape changed in place leaves the elements and the older views where they were', () => {
    fc.assert(
      fc.property(shape, fc.array(fc.tuple(fc.nat(3), fc.nat(50)), { maxLength: 6 }), (dims, steps) => {
        const x = torch.arange(count(dims), { dtype: torch.float64 }).reshape(dims);
        let twin = x.clone();
        const older = x.reshape(-1);
        for (const [kind, pick] of steps) {
          const dim = pick % (x.ndim + 1);
          if (kind === 0 && x.ndim > 0 && x.ndim < 6) [twin] = [twin.unsqueeze(dim), x.unsqueeze_(dim)];
          if (kind === 1) [twin] = [twin.squeeze(), x.squeeze_()];
          if (kind === 2 && x.ndim > 0) [twin] = [twin.transpose(dim % x.ndim, 0), x.transpose_(dim % x.ndim, 0)];
          if (kind === 3 && x.ndim <= 2) [twin] = [twin.t(), x.t_()];
        }
        expect([...x.shape]).toEqual([...twin.shape]);
        expect(flat(x)).toEqual(flat(twin));
        x.add_(0.5);
        expect(flat(older)).toEqual(Array.from({ length: count(dims) }, (_, i) => i + 0.5));
      }),
      { numRuns: 200 },
    );
  });
});
