/** Index kernels move exactly the elements they name, in order, for every element size and dtype. */
import { describe, expect, test } from 'vitest';
import { DTypeCode } from '../../assembly/codes.ts';
import { newCore } from './modules.ts';

type Numbers = (...args: number[]) => number;
type Names =
  | 'allocate'
  | 'release'
  | 'checkIndices'
  | 'takeRows'
  | 'putRows'
  | 'addRows'
  | 'gather'
  | 'scatter'
  | 'scatterAdd'
  | 'nonzero'
  | 'oneHot';
type Core = { memory: WebAssembly.Memory } & Record<Names, Numbers>;

const core = newCore() as unknown as Core;

const ARRAYS = [Float32Array, Float64Array, BigInt64Array, Int32Array, Uint8Array, Uint8Array] as const;
type Values = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | Uint16Array;
const CODES = [0, 1, 2, 3, 4, 5];

let state = 3;
/** A whole number in [0, n), the same on every run. */
function below(n: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
}

function raw(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => below(256));
}

function indices(length: number, n: number): BigInt64Array {
  return BigInt64Array.from({ length }, () => BigInt(below(n)));
}

function put(array: Values): number {
  const ptr = core.allocate(Math.max(16, array.byteLength));
  memory(ptr, array.byteLength).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return ptr;
}

function memory(ptr: number, length: number): Uint8Array {
  return new Uint8Array(core.memory.buffer, ptr, length);
}

/** Hands the arrays to fn as pointers and returns what the first then holds. */
function through<T extends Values>(arrays: [T, ...Values[]], fn: (...pointers: number[]) => void): T {
  const pointers = arrays.map(put);
  fn(...pointers);
  const [first] = arrays;
  const result = core.memory.buffer.slice(pointers[0], pointers[0] + first.byteLength);
  for (const ptr of pointers) core.release(ptr);
  return new (first.constructor as new (buffer: ArrayBuffer) => T)(result);
}

/** Small whole numbers (0 or 1 for bool) of a dtype. */
function values(dtype: number, length: number): Values {
  const out = new ARRAYS[dtype](length);
  for (let i = 0; i < length; i++) {
    const x = below(dtype === DTypeCode.Bool ? 2 : 200);
    out[i] = (dtype === DTypeCode.Int64 ? BigInt(x) : x) as never;
  }
  return out;
}

/** a + b in the dtype of the array that takes it. */
function sum(dtype: number, a: number | bigint, b: number | bigint): never {
  return (dtype === DTypeCode.Bool ? Number(a) | Number(b) : (a as number) + (b as number)) as never;
}

describe('checkIndices', () => {
  const check = (xs: bigint[], size: number, wrap: number) => {
    let bad = 0;
    const after = through([BigInt64Array.from(xs)], (idx) => {
      bad = core.checkIndices(idx, xs.length, size, wrap);
    });
    return { bad, after: [...after] };
  };

  test('wraps negative indices in place', () => {
    expect(check([0n, -1n, 4n, -5n], 5, 1)).toEqual({ bad: -1, after: [0n, 4n, 4n, 0n] });
  });

  test('leaves indices alone without wrap', () => {
    expect(check([0n, 4n], 5, 0)).toEqual({ bad: -1, after: [0n, 4n] });
    expect(check([0n, -1n], 5, 0).bad).toBe(1);
  });

  test('finds the first bad one, far outside 32 bits too', () => {
    expect(check([0n, 5n, -9n], 5, 1).bad).toBe(1);
    expect(check([0n, 1n, -6n], 5, 1).bad).toBe(2);
    for (const far of [2n ** 32n, -(2n ** 32n), 2n ** 63n - 1n, -(2n ** 63n)]) {
      expect(check([0n, far], 5, 1).bad).toBe(1);
      expect(check([0n, far], 5, 0).bad).toBe(1);
    }
    expect(check([0n], 0, 1).bad).toBe(0);
    expect(check([], 0, 1).bad).toBe(-1);
  });
});

describe.each([1, 2, 3, 4, 7, 8, 12, 16, 37, 64, 256, 257, 1000])('rows of %i bytes', (width) => {
  const rows = 9;
  const n = 14;
  const picks = indices(n, rows);

  test('takeRows', () => {
    const src = raw(rows * width);
    const want = [...picks].flatMap((i) => [...src.subarray(Number(i) * width, (Number(i) + 1) * width)]);
    const got = through([new Uint8Array(n * width), src, picks], (out, from, idx) => {
      core.takeRows(out, from, idx, n, width);
    });
    expect([...got]).toEqual(want);
  });

  test.each([0, 1])('putRows with step %i, the last write wins', (step) => {
    const src = raw(n * width);
    const before = raw(rows * width);
    const want = before.slice();
    picks.forEach((row, i) => {
      want.set(src.subarray(i * step * width, (i * step + 1) * width), Number(row) * width);
    });
    const got = through([before, picks, src], (out, idx, from) => {
      core.putRows(out, idx, n, from, width, step);
    });
    expect(got).toEqual(want);
  });
});

test.each(CODES)('addRows of dtype %i counts every repetition', (dtype) => {
  for (const width of [1, 3, 4, 7, 33]) {
    const before = values(dtype, 5 * width);
    const src = values(dtype, 12 * width);
    const picks = indices(12, 5);
    const want = before.slice();
    picks.forEach((row, i) => {
      for (let j = 0; j < width; j++) {
        const at = Number(row) * width + j;
        want[at] = sum(dtype, want[at], src[i * width + j]);
      }
    });
    const got = through([before, picks, src], (out, idx, from) => {
      core.addRows(dtype, out, idx, 12, from, width);
    });
    expect(got).toEqual(want);
  }
});

type Block = [outer: number, n: number, inner: number, size: number];
const BLOCKS: Block[] = [
  [1, 5, 1, 3],
  [4, 1, 1, 10],
  [3, 4, 5, 2],
  [2, 7, 1, 7],
  [1, 3, 6, 4],
];

/** The flat place in the indexed operand of each index, in order. */
function places(idx: BigInt64Array, [, n, inner, size]: Block): number[] {
  return [...idx].map((x, at) => {
    const o = Math.floor(at / (n * inner));
    return (o * size + Number(x)) * inner + (at % inner);
  });
}

describe.each([0, 1, 2, 3])('elements of 1 << %i bytes', (shift) => {
  const type = [Uint8Array, Uint16Array, Float32Array, Float64Array][shift];
  const fill = (length: number): Values => type.from(Array.from({ length }, () => below(250)));

  test('gather', () => {
    for (const block of BLOCKS) {
      const [outer, n, inner, size] = block;
      const a = fill(outer * size * inner);
      const idx = indices(outer * n * inner, size);
      const got = through([new type(idx.length), a, idx], (out, from, at) => {
        core.gather(shift, out, from, at, outer, n, inner, size);
      });
      expect([...got]).toEqual(places(idx, block).map((p) => a[p]));
    }
  });

  test.each([0, 1])('scatter with step %i, the last write wins', (step) => {
    for (const block of BLOCKS) {
      const [outer, n, inner, size] = block;
      const before = fill(outer * size * inner);
      const idx = indices(outer * n * inner, size);
      const src = fill(idx.length);
      const want = before.slice();
      places(idx, block).forEach((p, i) => {
        want[p] = src[i * step];
      });
      const got = through([before, idx, src], (out, at, from) => {
        core.scatter(shift, out, at, from, outer, n, inner, size, step);
      });
      expect(got).toEqual(want);
    }
  });
});

test.each(CODES)('scatterAdd of dtype %i counts every repetition', (dtype) => {
  for (const block of BLOCKS) {
    const [outer, n, inner, size] = block;
    const before = values(dtype, outer * size * inner);
    const idx = indices(outer * n * inner, size);
    const src = values(dtype, idx.length);
    const want = before.slice();
    places(idx, block).forEach((p, i) => {
      want[p] = sum(dtype, want[p], src[i]);
    });
    const got = through([before, idx, src], (out, at, from) => {
      core.scatterAdd(dtype, out, at, from, outer, n, inner, size);
    });
    expect(got).toEqual(want);
  }
});

describe('nonzero', () => {
  const find = (dtype: number, a: Values) => {
    let count = 0;
    const found = through([new BigInt64Array(a.length), a], (out, from) => {
      count = core.nonzero(dtype, from, a.length, 0);
      expect(core.nonzero(dtype, from, a.length, out)).toBe(count);
    });
    return [...found.subarray(0, count)].map(Number);
  };

  test.each(CODES)('of dtype %i', (dtype) => {
    const a = new ARRAYS[dtype](40);
    for (let i = 0; i < a.length; i++) a[i] = (dtype === DTypeCode.Int64 ? BigInt(below(2)) : below(2)) as never;
    expect(find(dtype, a)).toEqual([...a.keys()].filter((i) => Boolean(a[i])));
  });

  test('counts NaN and subnormals, but not negative zero', () => {
    expect(find(DTypeCode.Float32, Float32Array.of(0, Number.NaN, -0, 1e-45, -Infinity))).toEqual([1, 3, 4]);
    expect(find(DTypeCode.Int64, BigInt64Array.of(0n, 2n ** 32n, -1n))).toEqual([1, 2]);
  });
});

test('oneHot overwrites what was there', () => {
  const dirty = new BigInt64Array(12).fill(9n);
  const got = through([dirty, BigInt64Array.of(2n, 0n, 3n)], (out, idx) => {
    core.oneHot(idx, 3, 4, out);
  });
  expect([...got].map(Number)).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
});
