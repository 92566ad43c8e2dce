/** softmax, log_softmax and their derivatives agree with float64 arithmetic over rows and columns of any length. */
import { describe, expect, test } from 'vitest';
import { DTypeCode } from '../../assembly/codes.ts';
import { newCore } from './modules.ts';

const core = newCore();

type Shape = [outer: number, n: number, inner: number];
const SHAPES: Shape[] = [
  [1, 1, 1],
  [5, 2, 1],
  [3, 3, 1],
  [4, 4, 1],
  [7, 10, 1],
  [2, 64, 1],
  [2, 67, 1],
  [1, 1000, 1],
  [1, 5003, 1],
  [2, 3, 2],
  [2, 10, 4],
  [3, 7, 9],
  [1, 300, 5],
];

let state = 7;
/** Uniform in [-1, 1), the same on every run. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
}

const arrayOf = (dtype: number) => (dtype === DTypeCode.Float64 ? Float64Array : Float32Array);

/** Calls the kernel with the operands and a guard band behind the result, which must stay untouched. */
function call(dtype: number, operands: number[][], [outer, n, inner]: Shape, isLog: number): number[] {
  const type = arrayOf(dtype);
  const length = outer * n * inner;
  const pointers = [new Array<number>(length).fill(0), ...operands].map((xs) => {
    const ptr = core.allocate((length + 8) * type.BYTES_PER_ELEMENT);
    new type(core.memory.buffer, ptr, length).set(xs);
    return ptr;
  });
  const [out, a, y] = pointers;
  const guard = () => new type(core.memory.buffer, out, length + 8).subarray(length);
  guard().fill(77);
  if (operands.length === 1) core.softmax(isLog, dtype, out, a, outer, n, inner);
  else core.softmaxBackward(isLog, dtype, out, a, y, outer, n, inner);
  expect([...guard()]).toEqual(new Array(8).fill(77));
  const result = [...new type(core.memory.buffer, out, length)];
  for (const ptr of pointers) core.release(ptr);
  return result;
}

/** Applies fn to each column along the middle dimension. */
function along(operands: number[][], [outer, n, inner]: Shape, fn: (...columns: number[][]) => number[]): number[] {
  const out = new Array<number>(outer * n * inner);
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < inner; k++) {
      const places = Array.from({ length: n }, (_, i) => (o * n + i) * inner + k);
      const column = fn(...operands.map((xs) => places.map((p) => xs[p])));
      for (let i = 0; i < n; i++) out[places[i]] = column[i];
    }
  }
  return out;
}

function reference(xs: number[], isLog: number): number[] {
  const top = Math.max(...xs);
  const total = xs.reduce((sum, x) => sum + Math.exp(x - top), 0);
  return xs.map((x) => (isLog ? x - top - Math.log(total) : Math.exp(x - top) / total));
}

function expectClose(got: number[], want: number[], relative: number, absolute: number, where: string): void {
  for (let i = 0; i < want.length; i++) {
    const error = Math.abs(got[i] - want[i]);
    expect(error, `${where} [${i}]`).toBeLessThanOrEqual(relative * Math.abs(want[i]) + absolute);
  }
}

describe.each([DTypeCode.Float32, DTypeCode.Float64])('dtype %i', (dtype) => {
  const epsilon = dtype === DTypeCode.Float64 ? 2 ** -52 : 2 ** -23;

  test.each([0, 1])('forward, log %i', (isLog) => {
    for (const shape of SHAPES) {
      for (const [scale, offset] of [
        [4, 0],
        [40, 1000],
        [200, -3e4],
      ]) {
        const length = shape[0] * shape[1] * shape[2];
        const a = [...arrayOf(dtype).from(Array.from({ length }, () => random() * scale + offset))];
        const want = along([a], shape, (xs) => reference(xs, isLog));
        expectClose(call(dtype, [a], shape, isLog), want, 8 * epsilon, isLog ? 4 * epsilon : 2 ** -148, `${shape}`);
      }
    }
  });

  test.each([0, 1])('backward, log %i', (isLog) => {
    for (const shape of SHAPES) {
      const length = shape[0] * shape[1] * shape[2];
      const a = Array.from({ length }, () => random() * 4);
      const y = [...arrayOf(dtype).from(along([a], shape, (xs) => reference(xs, isLog)))];
      const g = [...arrayOf(dtype).from(Array.from({ length }, random))];
      const want = along([g, y], shape, (gs, ys) => {
        const sum = gs.reduce((s, x, i) => s + (isLog ? x : x * ys[i]), 0);
        return gs.map((x, i) => (isLog ? x - Math.exp(ys[i]) * sum : ys[i] * (x - sum)));
      });
      expectClose(call(dtype, [g, y], shape, isLog), want, 8 * epsilon, 8 * epsilon, `${shape}`);
    }
  });

  test('a row of a million adds up to one', () => {
    const shape: Shape = [1, 1e6, 1];
    const y = call(dtype, [[...arrayOf(dtype).from(Array.from({ length: 1e6 }, random))]], shape, 0);
    // In float64 what is left is the rounding of this very addition.
    expect(Math.abs(y.reduce((sum, x) => sum + x, 0) - 1)).toBeLessThan(Math.max(epsilon, 1e-12));
  });

  test.each([0, 1])('NaN and infinities as in PyTorch, log %i', (isLog) => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    for (const inner of [1, 3, 4]) {
      for (const n of [3, 4, 9]) {
        const row = (fill: number, ...first: number[]) => first.concat(new Array<number>(n - first.length).fill(fill));
        const shape: Shape = [1, n, inner];
        const run = (xs: number[]) => call(dtype, [xs.flatMap((x) => new Array<number>(inner).fill(x))], shape, isLog);
        for (const bad of [row(-inf), row(0, 1, nan), row(nan), row(1, inf), row(-inf, 0, 1, nan)]) {
          expect(run(bad).every(Number.isNaN), `${bad}`).toBe(true);
        }
        const masked = run(row(-inf, 2));
        expect(masked[0]).toBe(isLog ? 0 : 1);
        expect(masked.slice(inner).every((x) => x === (isLog ? -inf : 0))).toBe(true);
      }
    }
  });
});

test('rows do not know of each other, and the result may take the place of the operand', () => {
  const [outer, n] = [5, 43];
  const rows = Array.from({ length: outer }, (_, o) => Array.from({ length: n }, () => random() * 10 ** (o - 1)));
  rows[1][7] = Number.NaN;
  rows[3].fill(Number.NEGATIVE_INFINITY, 5, 30);
  for (const isLog of [0, 1]) {
    const apart = rows.flatMap((row) => call(DTypeCode.Float32, [row], [1, n, 1], isLog));
    expect(call(DTypeCode.Float32, [rows.flat()], [outer, n, 1], isLog)).toEqual(apart);
    const at = core.allocate(4 * outer * n);
    const inPlace = new Float32Array(core.memory.buffer, at, outer * n);
    inPlace.set(rows.flat());
    core.softmax(isLog, DTypeCode.Float32, at, at, outer, n, 1);
    expect([...inPlace]).toEqual(apart);
    core.release(at);
  }
});
