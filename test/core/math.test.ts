/**
 * The unary kernels, called on the bare core: float32 functions are within 2 ULP of the exact value over all of
 * float32, float64 functions within a few, the limits are IEEE's, and a value never depends on its position or its
 * neighbours.
 * The references are float64 and not ours.
 */
import { describe, expect, it } from 'vitest';
import { DTypeCode, MoreUnaryCode, UnaryCode } from '../../assembly/codes.ts';
import type { More } from '../../src/wasm/families/more.generated.ts';
import { familyOf, newCore } from './modules.ts';

const core = newCore();
const more = familyOf<More>('more', core);

type Floats = Float32Array | Float64Array;

/** A kernel, but for the code of its operation. */
type Kernel = (dtype: number, n: number, out: number, so: number, a: number, sa: number) => void;
const inCore =
  (op: UnaryCode): Kernel =>
  (...rest) =>
    core.unary(op, ...rest);
const inMore =
  (op: MoreUnaryCode): Kernel =>
  (...rest) =>
    more.moreUnary(op, ...rest);

/** op over x, read and written with the given strides. */
function apply<T extends Floats>(op: Kernel, x: T, strideIn = 1, strideOut = 1): T {
  const single = x instanceof Float32Array;
  const View = single ? Float32Array : Float64Array;
  const a = core.allocate(x.byteLength * strideIn);
  const out = core.allocate(x.byteLength * strideOut);
  const source = new View(core.memory.buffer, a, x.length * strideIn);
  for (let i = 0; i < x.length; i++) source[i * strideIn] = x[i] as number;
  op(single ? DTypeCode.Float32 : DTypeCode.Float64, x.length, out, strideOut, a, strideIn);
  const written = new View(core.memory.buffer, out, x.length * strideOut);
  const result = new View(x.length).map((_, i) => written[i * strideOut] as number);
  core.release(a);
  core.release(out);
  return result as T;
}

/** erf by its Taylor series, and by the continued fraction of erfc where that cancels. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (x === 0) return x;
  if (!(a < 6.5)) return Number.isNaN(a) ? a : Math.sign(x);
  if (a < 2.5) {
    let sum = 0;
    let term = x;
    for (let n = 0; n < 80; n++) {
      sum += term / (2 * n + 1);
      term *= (-x * x) / (n + 1);
    }
    return (sum * 2) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
}

const small = (x: number) => Math.exp(-Math.abs(x));

const FUNCTIONS: [name: string, op: Kernel, reference: (x: number) => number][] = [
  ['exp', inCore(UnaryCode.Exp), Math.exp],
  ['expm1', inMore(MoreUnaryCode.Expm1), Math.expm1],
  ['log', inCore(UnaryCode.Log), Math.log],
  ['log1p', inMore(MoreUnaryCode.Log1p), Math.log1p],
  ['log2', inMore(MoreUnaryCode.Log2), Math.log2],
  ['log10', inMore(MoreUnaryCode.Log10), Math.log10],
  ['tanh', inCore(UnaryCode.Tanh), Math.tanh],
  ['sigmoid', inCore(UnaryCode.Sigmoid), (x) => (x >= 0 ? 1 / (1 + small(x)) : small(x) / (1 + small(x)))],
  ['sin', inMore(MoreUnaryCode.Sin), Math.sin],
  ['cos', inMore(MoreUnaryCode.Cos), Math.cos],
  ['erf', inMore(MoreUnaryCode.Erf), erf],
  ['logSigmoid', inMore(MoreUnaryCode.LogSigmoid), (x) => Math.min(x, 0) - Math.log1p(small(x))],
  ['softplus', inMore(MoreUnaryCode.Softplus), (x) => (x > 20 ? x : Math.max(x, 0) + Math.log1p(small(x)))],
  ['sqrt', inCore(UnaryCode.Sqrt), Math.sqrt],
  ['rsqrt', inCore(UnaryCode.Rsqrt), (x) => 1 / Math.sqrt(x)],
  ['reciprocal', inCore(UnaryCode.Reciprocal), (x) => 1 / x],
];

/** Where a function changes its form, overflows or vanishes; 40 neighbours on either side are taken along. */
const CRITICAL = [
  0,
  1.17549435e-38,
  1e-5,
  0.25,
  0.3465736,
  0.549,
  0.707,
  0.84375,
  1,
  1.25,
  1.4142135,
  1.5707963,
  2,
  3.1415927,
  3.95,
  4,
  9.01,
  16.6,
  20,
  87.33,
  88.37626,
  88.72284,
  103.97208,
  1e5,
  1.34217728e8,
  1e30,
  2 ** 127,
  Infinity,
];

/** Every 65,003rd bit pattern of float32, and the neighbours of the critical points. */
function float32Sample(): Float32Array {
  const bits: number[] = [];
  for (let b = 0; b < 2 ** 32; b += 65_003) bits.push(b);
  const at = new Float32Array(1);
  for (const x of CRITICAL) {
    for (const signed of [x, -x]) {
      at[0] = signed;
      const center = new Uint32Array(at.buffer)[0] as number;
      for (let k = -40; k <= 40; k++) bits.push((center + k) >>> 0);
    }
  }
  return new Float32Array(Uint32Array.from(bits).buffer);
}

/** |actual - exact| in units of the last place of float32 at exact; overflow counts as 2^128. */
function ulps(actual: number, exact: number): number {
  const bound = (x: number) => Math.max(-(2 ** 128), Math.min(2 ** 128, x));
  const e = bound(exact);
  if (Object.is(actual, e) || (Number.isNaN(actual) && Number.isNaN(e))) return 0;
  // A zero has its sign, too.
  if (e === 0 && actual === 0) return Infinity;
  const exponent = Math.max(-126, Math.min(127, Math.floor(Math.log2(Math.abs(e)))));
  const difference = Math.abs(bound(actual) - e);
  return Number.isNaN(difference) ? Infinity : difference / 2 ** (exponent - 23);
}

describe('float32', () => {
  const sample = float32Sample();

  it.each(FUNCTIONS)('%s is within 2 ULP', (_, op, reference) => {
    const result = apply(op, sample);
    let worst = 0;
    let where = 0;
    for (let i = 0; i < sample.length; i++) {
      const error = ulps(result[i] as number, reference(sample[i] as number));
      if (error > worst) {
        worst = error;
        where = sample[i] as number;
      }
    }
    expect(worst, `at ${where}`).toBeLessThanOrEqual(2);
  });

  it('exp and erf are within 1 ULP', () => {
    for (const [, op, reference] of FUNCTIONS.filter(([name]) => name === 'exp' || name === 'erf')) {
      const errors = apply(op, sample).map((y, i) => ulps(y, reference(sample[i] as number)));
      expect(Math.max(...errors)).toBeLessThanOrEqual(1);
    }
  });

  it.each(FUNCTIONS)('%s of any NaN is NaN, beside any number', (_, op) => {
    const bits = [0x7f800001, 0x7fc00000, 0x7fffffff, 0xff800001, 0xffc12345, 0xffffffff, 0x7fc00155];
    const x = new Float32Array(Uint32Array.from(bits.flatMap((each) => [each, 0x3f000000])).buffer);
    expect(
      apply(op, x)
        .filter((_, i) => i % 2 === 0)
        .every(Number.isNaN),
    ).toBe(true);
  });

  it.each(FUNCTIONS)('%s gives the same bits at every position and stride', (_, op) => {
    const x = Float32Array.from([1e-40, -0.3, 0.7, 2.5, 90, -100, 3e8, NaN, -0, Infinity, -Infinity, 17.25, -1]);
    const whole = apply(op, x);
    for (let i = 0; i < x.length; i++) expect(apply(op, x.slice(i, i + 1))[0]).toBe(whole[i]);
    expect(apply(op, x, 3, 2)).toEqual(whole);
    expect(apply(op, x, 1, 2)).toEqual(whole);
  });
});

describe('float64', () => {
  it.each(FUNCTIONS)('%s follows the reference', (_, op, reference) => {
    const x = Float64Array.from({ length: 4001 }, (_, i) => (i - 2000) / 97);
    const result = apply(op, x);
    const wrong = Array.from(x).filter((value, i) => {
      const exact = reference(value);
      const actual = result[i] as number;
      if (!Number.isFinite(exact)) return !Object.is(actual, exact);
      return !(Math.abs(actual - exact) <= 4e-15 * Math.abs(exact) + 1e-16);
    });
    expect(wrong).toEqual([]);
  });

  it('sin and cos keep their sign between 2^20 pi/2 and 2^22', () => {
    const x = Float64Array.from({ length: 1000 }, (_, i) => 1_600_000 + i * 2600.371);
    const sine = apply(inMore(MoreUnaryCode.Sin), x);
    const cosine = apply(inMore(MoreUnaryCode.Cos), x);
    for (let i = 0; i < x.length; i++) {
      expect(sine[i]).toBeCloseTo(Math.sin(x[i] as number), 14);
      expect(cosine[i]).toBeCloseTo(Math.cos(x[i] as number), 14);
    }
  });
});

describe('operations that PyTorch defines at the edges', () => {
  const x = Float32Array.from([NaN, -0, 0, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, Infinity, -Infinity]);

  it.each<[string, Kernel, number[]]>([
    ['sign', inCore(UnaryCode.Sign), [0, 0, 0, -1, -1, -1, 1, 1, 1, 1, -1]],
    ['relu', inCore(UnaryCode.Relu), [NaN, -0, 0, 0, 0, 0, 0.5, 1.5, 2.5, Infinity, 0]],
    ['round', inCore(UnaryCode.Round), [NaN, -0, 0, -2, -2, -0, 0, 2, 2, Infinity, -Infinity]],
    ['trunc', inCore(UnaryCode.Trunc), [NaN, -0, 0, -2, -1, -0, 0, 1, 2, Infinity, -Infinity]],
    ['floor', inCore(UnaryCode.Floor), [NaN, -0, 0, -3, -2, -1, 0, 1, 2, Infinity, -Infinity]],
    ['ceil', inCore(UnaryCode.Ceil), [NaN, -0, 0, -2, -1, -0, 1, 2, 3, Infinity, -Infinity]],
    ['abs', inCore(UnaryCode.Abs), [NaN, 0, 0, 2.5, 1.5, 0.5, 0.5, 1.5, 2.5, Infinity, Infinity]],
    ['neg', inCore(UnaryCode.Neg), [NaN, 0, -0, 2.5, 1.5, 0.5, -0.5, -1.5, -2.5, -Infinity, Infinity]],
    ['square', inCore(UnaryCode.Square), [NaN, 0, 0, 6.25, 2.25, 0.25, 0.25, 2.25, 6.25, Infinity, Infinity]],
  ])('%s', (_, op, expected) => {
    expect(Array.from(apply(op, x))).toEqual(expected);
    expect(Array.from(apply(op, Float64Array.from(x)))).toEqual(expected);
  });
});

describe('integers wrap as in PyTorch', () => {
  const OPS = [
    inCore(UnaryCode.Neg),
    inCore(UnaryCode.Abs),
    inCore(UnaryCode.Sign),
    inCore(UnaryCode.Square),
    inCore(UnaryCode.Relu),
  ];
  const lowest = -(2n ** 63n);

  it.each([
    {
      name: 'int64',
      dtype: DTypeCode.Int64,
      x: BigInt64Array.from([lowest, -5n, 0n, 7n, 8589934593n]),
      expected: [
        [lowest, 5n, 0n, -7n, -8589934593n],
        [lowest, 5n, 0n, 7n, 8589934593n],
        [-1n, -1n, 0n, 1n, 1n],
        [0n, 25n, 0n, 49n, 17179869185n],
        [0n, 0n, 0n, 7n, 8589934593n],
      ],
    },
    {
      name: 'int32',
      dtype: DTypeCode.Int32,
      x: Int32Array.from([-2147483648, -5, 0, 7, 65537]),
      expected: [
        [-2147483648, 5, 0, -7, -65537],
        [-2147483648, 5, 0, 7, 65537],
        [-1, -1, 0, 1, 1],
        [0, 25, 0, 49, 131073],
        [0, 0, 0, 7, 65537],
      ],
    },
    {
      name: 'uint8',
      dtype: DTypeCode.UInt8,
      x: Uint8Array.from([0, 1, 17, 200, 255]),
      expected: [
        [0, 255, 239, 56, 1],
        [0, 1, 17, 200, 255],
        [0, 1, 1, 1, 1],
        [0, 1, 33, 64, 1],
        [0, 1, 17, 200, 255],
      ],
    },
  ])('$name', ({ dtype, x, expected }) => {
    const pointer = core.allocate(x.byteLength);
    const bytesOfX = new Uint8Array(x.buffer);
    for (const [i, op] of OPS.entries()) {
      const view = new Uint8Array(core.memory.buffer, pointer, x.byteLength);
      view.set(bytesOfX);
      op(dtype, x.length, pointer, 1, pointer, 1);
      const result = view.slice().buffer;
      const typed = { [DTypeCode.Int64]: BigInt64Array, [DTypeCode.Int32]: Int32Array }[dtype as number] ?? Uint8Array;
      expect(Array.from<number | bigint>(new typed(result))).toEqual(expected[i]);
    }
    core.release(pointer);
  });
});
