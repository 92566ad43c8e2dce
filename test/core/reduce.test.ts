/** Reductions over any layout agree with a naive walk in float64 or BigInt; extremes treat ties and NaN as PyTorch. */
import { describe, expect, test } from 'vitest';
import { ArgCode, DESCRIPTOR, DTypeCode, MAX_RANK, ReduceCode } from '../../assembly/codes.ts';
import { newCore } from './modules.ts';

const core = newCore();

const ARRAYS = [Float32Array, Float64Array, BigInt64Array, Int32Array, Uint8Array, Uint8Array] as const;
type Values = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;
type Value = number | bigint;

const NAMES = ['float32', 'float64', 'int64', 'int32', 'uint8', 'bool'];
const CODES = NAMES.map((_, code) => code);
const FLOATS: number[] = [DTypeCode.Float32, DTypeCode.Float64];
const OPS = { Sum: ReduceCode.Sum, Prod: ReduceCode.Prod, Max: ReduceCode.Max, Min: ReduceCode.Min };

let state = 1;
/** Uniform in [0, 1), the same on every run. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
const below = (n: number) => Math.floor(random() * n);

function values(dtype: number, n: number): Values {
  const out = new ARRAYS[dtype](n);
  for (let i = 0; i < n; i++) {
    if (dtype === DTypeCode.Bool) out[i] = below(2);
    else if (dtype === DTypeCode.Int64) out[i] = BigInt(below(2000) - 1000) * 2n ** BigInt(below(50));
    else if (dtype <= DTypeCode.Float64) out[i] = (random() * 0.2 + 0.9) * (below(2) ? 1 : -1);
    else out[i] = dtype === DTypeCode.UInt8 ? below(256) : below(2 ** 32) - 2 ** 31;
  }
  return out;
}

function put(array: Values): number {
  const ptr = core.allocate(Math.max(16, array.byteLength));
  new Uint8Array(core.memory.buffer, ptr, array.byteLength).set(
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  );
  return ptr;
}

function describeLayout(sizes: number[], strides: number[]): void {
  const words = new Int32Array(core.memory.buffer, DESCRIPTOR, 1 + 5 * MAX_RANK);
  words[0] = sizes.length;
  words.set(sizes, 1);
  words.set(strides, 1 + 2 * MAX_RANK);
}

/** Runs one kernel over the layout and returns its outputs. */
function call(arg: boolean, op: number, dtype: number, a: Values, sizes: number[], strides: number[], kept: number) {
  const n = sizes.slice(0, kept).reduce((x, y) => x * y, 1);
  const type = arg ? BigInt64Array : ARRAYS[dtype];
  const from = put(a);
  const out = core.allocate(Math.max(16, n * type.BYTES_PER_ELEMENT));
  describeLayout(sizes, strides);
  (arg ? core.argReduce : core.reduce)(op, dtype, out, from, kept);
  const result = new type(core.memory.buffer.slice(out, out + n * type.BYTES_PER_ELEMENT));
  core.release(from);
  core.release(out);
  return result;
}

/** The elements that each output sees, in order. */
function* groups(a: Values, sizes: number[], strides: number[], kept: number): Generator<Value[]> {
  function* offsets(first: number, last: number, base: number): Generator<number> {
    if (first === last) yield base;
    else for (let i = 0; i < sizes[first]; i++) yield* offsets(first + 1, last, base + i * strides[first]);
  }
  for (const base of offsets(0, kept, 0)) yield [...offsets(kept, sizes.length, base)].map((i) => a[i]);
}

function expected(op: number, dtype: number, xs: Value[]): Value {
  if (op >= ReduceCode.Max) {
    const better = (x: Value, y: Value) => (op === ReduceCode.Max ? x > y : x < y);
    return xs.reduce((best, x) => (better(x, best) ? x : best));
  }
  const sum = op === ReduceCode.Sum;
  if (dtype <= DTypeCode.Float64) return (xs as number[]).reduce((x, y) => (sum ? x + y : x * y), sum ? 0 : 1);
  if (dtype === DTypeCode.Bool) return Number(sum ? xs.some(Boolean) : xs.every(Boolean));
  const exact = xs.map(BigInt).reduce((x, y) => (sum ? x + y : x * y), sum ? 0n : 1n);
  if (dtype === DTypeCode.Int64) return BigInt.asIntN(64, exact);
  return Number(dtype === DTypeCode.Int32 ? BigInt.asIntN(32, exact) : BigInt.asUintN(8, exact));
}

function check(op: number, dtype: number, a: Values, sizes: number[], strides: number[], kept: number): void {
  const got = call(false, op, dtype, a, sizes, strides, kept);
  const where = `op ${op} of ${NAMES[dtype]} [${sizes}] strides [${strides}] kept ${kept}`;
  let i = 0;
  for (const xs of groups(a, sizes, strides, kept)) {
    const want = expected(op, dtype, xs);
    const value = got[i++];
    if (dtype > DTypeCode.Float64 || op >= ReduceCode.Max) {
      expect(value, where).toBe(want);
      continue;
    }
    const epsilon = dtype === DTypeCode.Float32 ? 2 ** -24 : 2 ** -53;
    const scale =
      op === ReduceCode.Sum
        ? 16 * xs.reduce<number>((x, y) => x + Math.abs(y as number), 0)
        : 4 * xs.length * Math.abs(want as number);
    expect(Math.abs((value as number) - (want as number)), where).toBeLessThanOrEqual(epsilon * scale);
  }
  expect(i).toBe(got.length);
}

/** Strides of a contiguous tensor whose dimensions were permuted by `order` (order[i] = place of dimension i). */
function permuted(sizes: number[], order: number[]): { strides: number[]; count: number } {
  const strides = new Array<number>(sizes.length);
  let count = 1;
  for (let place = sizes.length - 1; place >= 0; place--) {
    const d = order.indexOf(place);
    strides[d] = count;
    count *= sizes[d];
  }
  return { strides, count };
}

const PLAIN: [sizes: number[], kept: number][] = [
  [[1], 0],
  [[1], 1],
  [[7], 0],
  [[64], 0],
  [[5001], 0],
  [[4, 16], 1],
  [[100, 3], 1],
  [[33, 130], 1],
  [[3, 5, 7], 2],
  [[2, 3, 4, 5], 2],
  [[6, 1], 1],
  [[9, 2, 40], 1],
];

describe.each(Object.entries(OPS))('%s', (_, op) => {
  test.each(CODES)('of dtype %i along rows', (dtype) => {
    for (const [sizes, kept] of PLAIN) {
      const { strides, count } = permuted(
        sizes,
        sizes.map((_, d) => d),
      );
      check(op, dtype, values(dtype, count), sizes, strides, kept);
    }
  });

  test.each(CODES)('of dtype %i down columns', (dtype) => {
    for (const [rows, width] of [
      [4, 16],
      [1, 9],
      [16, 4],
      [17, 21],
      [40, 2],
      [35, 600],
      [3, 1027],
      [200, 1],
    ]) {
      check(op, dtype, values(dtype, rows * width), [width, rows], [1, width], 1);
    }
    check(op, dtype, values(dtype, 3 * 5 * 4 * 22), [3, 22, 5, 4], [5 * 4 * 22, 1, 4 * 22, 22], 2);
    check(op, dtype, values(dtype, 3 * 5 * 4 * 22), [5, 22, 3, 4], [4 * 22, 1, 5 * 4 * 22, 22], 2);
  });

  test.each(CODES)('of dtype %i over random permutations', (dtype) => {
    for (let trial = 0; trial < 60; trial++) {
      const sizes = Array.from({ length: 1 + below(5) }, () => 1 + below(6));
      const order = sizes.map((_, d) => d).sort(() => random() - 0.5);
      const { strides, count } = permuted(sizes, order);
      check(op, dtype, values(dtype, count), sizes, strides, below(sizes.length + 1));
    }
  });
});

test('an expanded operand (stride 0) counts once per repetition', () => {
  check(ReduceCode.Sum, DTypeCode.Float32, values(DTypeCode.Float32, 5), [5, 9], [1, 0], 1);
  check(ReduceCode.Sum, DTypeCode.Float32, values(DTypeCode.Float32, 9), [5, 9], [0, 1], 1);
});

test('a float32 sum of a million values is good to float32', () => {
  for (const value of [0.1, 0.3, 0.7, 0.9, 1 / 3]) {
    const a = new Float32Array(1e6).fill(value);
    const exact = Math.fround(value) * 1e6;
    const [total] = call(false, ReduceCode.Sum, DTypeCode.Float32, a, [1e6], [1], 0) as Float32Array;
    expect(Math.abs(total / exact - 1)).toBeLessThan(4e-7);
    const down = call(false, ReduceCode.Sum, DTypeCode.Float32, a, [10, 1e5], [1, 10], 1) as Float32Array;
    for (const column of down) expect(Math.abs(column / (exact / 10) - 1)).toBeLessThan(4e-7);
  }
  const a = new Float32Array(1e6).map(random);
  const [total] = call(false, ReduceCode.Sum, DTypeCode.Float32, a, [1e6], [1], 0) as Float32Array;
  expect(Math.abs(total / a.reduce((x, y) => x + y, 0) - 1)).toBeLessThan(1e-7);
});

describe.each(FLOATS)('NaN and infinities in dtype %i', (dtype) => {
  test('NaN anywhere becomes the result of every operation', () => {
    for (const n of [3, 16, 37]) {
      for (let at = 0; at < n; at++) {
        const a = values(dtype, n);
        a[at] = Number.NaN as never;
        for (const op of Object.values(OPS)) {
          expect(call(false, op, dtype, a, [n], [1], 0)[0]).toBeNaN();
          const column = new ARRAYS[dtype](4 * n);
          for (let i = 0; i < n; i++) column.fill(a[i] as never, 4 * i, 4 * i + 4);
          for (const value of call(false, op, dtype, column, [4, n], [1, 4], 1)) expect(value).toBeNaN();
        }
      }
    }
  });

  test('a row of infinities keeps its sign', () => {
    const low = new ARRAYS[dtype](21).fill(-Infinity as never);
    expect(call(false, ReduceCode.Max, dtype, low, [21], [1], 0)[0]).toBe(-Infinity);
    expect(call(true, ArgCode.Max, dtype, low, [21], [1], 0)[0]).toBe(0n);
  });

  test('argmax and argmin find the first NaN', () => {
    const a = values(dtype, 5);
    [1, 9, Number.NaN, -9, Number.NaN].forEach((x, i) => {
      a[i] = x as never;
    });
    expect(call(true, ArgCode.Max, dtype, a, [5], [1], 0)[0]).toBe(2n);
    expect(call(true, ArgCode.Min, dtype, a, [5], [1], 0)[0]).toBe(2n);
  });
});

test.each(CODES)('argmax and argmin of dtype %i take the first of equals, in any layout', (dtype) => {
  for (let trial = 0; trial < 80; trial++) {
    const sizes = Array.from({ length: 1 + below(3) }, () => 1 + below(5));
    sizes.push(1 + below(40));
    const order = sizes.map((_, d) => d).sort(() => random() - 0.5);
    const { strides, count } = permuted(sizes, order);
    const a = new ARRAYS[dtype](count);
    const convert = (x: number) => (dtype === DTypeCode.Int64 ? BigInt(x) : x) as never;
    for (let i = 0; i < count; i++) a[i] = convert(below(dtype === DTypeCode.Bool ? 2 : 4));
    const kept = sizes.length - 1;
    const most = [...call(true, ArgCode.Max, dtype, a, sizes, strides, kept)].map(Number);
    const least = [...call(true, ArgCode.Min, dtype, a, sizes, strides, kept)].map(Number);
    const rows = [...groups(a, sizes, strides, kept)];
    expect(most).toEqual(rows.map((xs) => xs.indexOf(expected(ReduceCode.Max, dtype, xs))));
    expect(least).toEqual(rows.map((xs) => xs.indexOf(expected(ReduceCode.Min, dtype, xs))));
  }
});
