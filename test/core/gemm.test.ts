/** The matrix product kernel against the definition: every dtype, transposes, broadcasts, gaps, edge sizes, bias. */
import { describe, expect, it } from 'vitest';
import { DTypeCode } from '../../assembly/codes.ts';
import { newCore } from './modules.ts';

const core = newCore();

type Value = number | bigint;

/** How a dtype is stored, drawn, multiplied and added; `tolerance` is relative to the sum of magnitudes. */
interface Kind {
  code: number;
  array: { new (buffer: ArrayBuffer, at: number, length: number): object; BYTES_PER_ELEMENT: number };
  draw(unit: number): Value;
  step(sum: Value, x: Value, y: Value): Value;
  tolerance: number;
}

const float = (sum: Value, x: Value, y: Value) => (sum as number) + (x as number) * (y as number);
const kinds: Record<string, Kind> = {
  float32: { code: DTypeCode.Float32, array: Float32Array, draw: (u) => 2 * u - 1, step: float, tolerance: 4e-7 },
  float64: { code: DTypeCode.Float64, array: Float64Array, draw: (u) => 2 * u - 1, step: float, tolerance: 1e-15 },
  int64: {
    code: DTypeCode.Int64,
    array: BigInt64Array,
    draw: (u) => BigInt(Math.floor((u - 0.5) * 2 ** 50)),
    step: (sum, x, y) => BigInt.asIntN(64, (sum as bigint) + (x as bigint) * (y as bigint)),
    tolerance: 0,
  },
  int32: {
    code: DTypeCode.Int32,
    array: Int32Array,
    draw: (u) => Math.floor((u - 0.5) * 2 ** 32),
    step: (sum, x, y) => ((sum as number) + Math.imul(x as number, y as number)) | 0,
    tolerance: 0,
  },
  uint8: {
    code: DTypeCode.UInt8,
    array: Uint8Array,
    draw: (u) => Math.floor(u * 256),
    step: (sum, x, y) => ((sum as number) + (x as number) * (y as number)) & 255,
    tolerance: 0,
  },
};

/** Row and column strides of a rows x cols operand. */
const layouts: ((rows: number, cols: number) => [number, number])[] = [
  (_, cols) => [cols, 1],
  (rows) => [1, rows],
  (_, cols) => [2 * cols + 1, 2],
  (rows) => [3, 3 * rows],
  () => [0, 1],
  () => [1, 0],
  () => [0, 0],
];
const transposes = layouts.slice(0, 2);

let seed = 1;
function random(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
}

/** Runs one product inside a C with `gap` spare columns; returns what is wrong with it, or an empty string. */
function check(
  kind: Kind,
  m: number,
  n: number,
  k: number,
  layoutA: (typeof layouts)[0],
  layoutB: (typeof layouts)[0],
  gap: number,
  biased: boolean,
): string {
  const [rsa, csa] = layoutA(m, k);
  const [rsb, csb] = layoutB(k, n);
  const ldc = n + gap;
  const extent = (rows: number, rs: number, cols: number, cs: number) =>
    rows && cols ? (rows - 1) * rs + (cols - 1) * cs + 1 : 0;
  const lengths = [extent(m, rsa, k, csa), extent(k, rsb, n, csb), m * ldc, n];
  const pointers = lengths.map((length) => core.allocate(Math.max(1, length) * kind.array.BYTES_PER_ELEMENT));
  const view = (w: number) => new kind.array(core.memory.buffer as ArrayBuffer, pointers[w]!, lengths[w]!) as Value[];
  const [a, b, before, bias] = lengths.map((_, w) => {
    const values = view(w);
    for (let i = 0; i < values.length; i++) values[i] = kind.draw(random());
    return Array.from(values);
  }) as [Value[], Value[], Value[], Value[]];
  core.gemm(
    kind.code,
    m,
    n,
    k,
    pointers[0]!,
    rsa,
    csa,
    pointers[1]!,
    rsb,
    csb,
    pointers[2]!,
    ldc,
    biased ? pointers[3]! : 0,
  );
  const c = view(2);
  const zero: Value = kind.code === DTypeCode.Int64 ? 0n : 0;
  let wrong = '';
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < ldc; j++) {
      const got = c[i * ldc + j]!;
      let want = j < n ? (biased ? bias[j]! : zero) : before[i * ldc + j]!;
      let magnitude = kind.tolerance ? Math.abs(want as number) : 0;
      for (let p = 0; j < n && p < k; p++) {
        const x = a[i * rsa + p * csa]!;
        const y = b[p * rsb + j * csb]!;
        want = kind.step(want, x, y);
        if (kind.tolerance) magnitude += Math.abs((x as number) * (y as number));
      }
      const error = j < n ? Math.abs(Number(got) - Number(want)) : Number.POSITIVE_INFINITY;
      if (got === want || error <= magnitude * kind.tolerance * k ** 0.5) continue;
      wrong = `${m}x${k}x${n}, strides ${rsa},${csa} and ${rsb},${csb}: c[${i},${j}] is ${got}, not ${want}`;
    }
  }
  for (const pointer of pointers) core.release(pointer);
  return wrong;
}

const draw = (bound: number) => Math.floor(random() * bound);

describe.each(Object.entries(kinds))('gemm %s', (_, kind) => {
  it('holds for each transpose at every edge of a tile', () => {
    const sizes = kind.tolerance ? [0, 1, 2, 3, 4, 5, 8, 9, 13] : [0, 1, 2, 5];
    for (const m of sizes)
      for (const n of sizes)
        for (const k of sizes)
          for (const layoutA of transposes)
            for (const layoutB of transposes)
              expect(check(kind, m, n, k, layoutA, layoutB, (m + k) % 2, n % 2 === 0)).toBe('');
  });

  it('takes broadcast and sliced operands', () => {
    for (let i = 0; i < 300; i++) {
      const [layoutA, layoutB] = [layouts[draw(layouts.length)]!, layouts[draw(layouts.length)]!];
      expect(check(kind, draw(21), draw(21), draw(21), layoutA, layoutB, draw(3), random() < 0.5)).toBe('');
    }
  });
});

describe.each(['float32', 'float64'])('gemm %s over several blocks', (name) => {
  const shapes = [
    [1, 37, 600],
    [5, 300, 17],
    [67, 9, 530],
    [70, 33, 65],
    [70, 40, 530],
    [140, 300, 70],
    [1, 70, 1025],
    [3, 90, 1030],
    [130, 1, 40],
  ];
  it.each(shapes)('%i x %i, k = %i', (m, n, k) => {
    for (const layoutA of transposes)
      for (const layoutB of transposes) expect(check(kinds[name]!, m!, n!, k!, layoutA, layoutB, 1, true)).toBe('');
  });
});

describe('gemm numerics', () => {
  it('keeps infinities and NaN where they belong', () => {
    const [a, b, c] = [7, 35, 5].map((n) => core.allocate(4 * n)) as [number, number, number];
    const view = (ptr: number, length: number) => new Float32Array(core.memory.buffer, ptr, length);
    view(a, 7).fill(1);
    view(b, 35).fill(1);
    view(b, 35).set([Number.POSITIVE_INFINITY, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, Number.NaN]);
    core.gemm(DTypeCode.Float32, 1, 5, 7, a, 7, 1, b, 1, 7, c, 5, 0);
    expect([...view(c, 5)]).toEqual([Number.POSITIVE_INFINITY, Number.NaN, 7, 7, 7]);
    for (const ptr of [a, b, c]) core.release(ptr);
  });

  it('gives an element the same bits whatever block it falls into', () => {
    const k = 1100;
    const sizes = [k * 12, k * 40, 40 * 12, 40 * 12];
    const [a, b, small, large] = sizes.map((n) => core.allocate(4 * n)) as number[];
    const view = (ptr: number, length: number) => new Float32Array(core.memory.buffer, ptr, length);
    for (const v of [view(a!, k * 12), view(b!, k * 40)]) for (let i = 0; i < v.length; i++) v[i] = random() - 0.5;
    core.gemm(DTypeCode.Float32, 12, 40, k, a!, k, 1, b!, 40, 1, large!, 40, 0);
    for (let j = 0; j < 40; j += 8) {
      core.gemm(DTypeCode.Float32, 4, 8, k, a!, k, 1, b! + 4 * j, 40, 1, small! + 4 * j, 40, 0);
    }
    expect([...view(small!, 160)]).toEqual([...view(large!, 160)]);
    for (const ptr of [a, b, small, large]) core.release(ptr!);
  });
});
