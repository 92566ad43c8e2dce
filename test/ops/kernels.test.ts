/** Powers, ranges, spreads and selections have PyTorch's bits: see golden/kernels.py. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { unpackTensor } from '../golden/packed.ts';
import { readGolden } from '../golden/read.ts';

type Name = 'float32' | 'float64' | 'int64' | 'int32' | 'uint8';
type Values = number | string;
interface Book {
  powerInputs: Record<Name, string>;
  powers: [Name, exponent: number, form: 'number' | 'tensor', ulps: number, y: string][];
  powerGradients: [Name, Values, Values, number, y: string, base: string | null, exponent: string | null][];
  ranges: ['arange' | 'linspace', [number, number, number], Name, number, digest: string][];
  spreads: [Name, string, number[], 'var' | 'std', number | number[] | null, number, theirs: string, exact: string][];
  selections: [
    number,
    number,
    number,
    Name,
    'topk' | 'kthvalue' | 'median',
    number[],
    values: string,
    indices: string,
  ][];
}
const book = readGolden<Book>('kernels.json');

/** Numbers of a small generator, the same as in kernels.py. */
function noise(n: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state;
  });
}

const remainder = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus;

const same = (a: torch.Tensor, b: torch.Tensor): boolean => {
  const [x, y] = [[...a.toTypedArray()], [...b.toTypedArray()]];
  return a.dtype === b.dtype && x.length === y.length && x.every((value, i) => Object.is(value, y[i]));
};

/** How many values of the dtype lie between a and b at most; NaN and infinities must agree. */
function ulps(a: torch.Tensor, b: torch.Tensor): number {
  const places = (x: torch.Tensor): bigint[] =>
    x.dtype === torch.float32
      ? [...new Int32Array((x.toTypedArray() as Float32Array).buffer)].map((n) => BigInt(n < 0 ? -(n & 0x7fffffff) : n))
      : [...new BigInt64Array((x.toTypedArray() as Float64Array).buffer)].map((n) =>
          n < 0n ? -(n & 0x7fffffffffffffffn) : n,
        );
  const [x, y] = [[...a.toTypedArray()].map(Number), [...b.toTypedArray()].map(Number)];
  const [p, q] = [places(a), places(b)];
  const far = x.map((value, i) => {
    if (Object.is(value, y[i])) return 0;
    if (!Number.isFinite(value) || !Number.isFinite(y[i])) return Number.POSITIVE_INFINITY;
    return Math.abs(Number(p[i] - q[i]));
  });
  return Math.max(0, ...far);
}

/** As in kernels.py, of the elements' bytes. */
function digest(x: torch.Tensor): string {
  const array = x.toTypedArray();
  for (let i = 0; i < array.length; i++) if (Number.isNaN(array[i])) array[i] = Number.NaN;
  return createHash('md5')
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest('hex')
    .slice(0, 12);
}

describe('pow', () => {
  test.each([...new Set(book.powers.map(([name, exponent, form]) => `${name} ${exponent} ${form}`))])('%s', (title) => {
    for (const [name, exponent, form, allowed, want] of book.powers) {
      if (`${name} ${exponent} ${form}` !== title) continue;
      const dtype = torch[name];
      const x = unpackTensor(book.powerInputs[name], dtype);
      const e = form === 'number' ? exponent : torch.tensor(exponent, { dtype });
      const forms = [x.pow(e), x.clone().pow_(e), torch.stack([x, x], 1).at(':', 0).pow(e)];
      for (const y of forms) {
        if (allowed === 0) expect(same(y, unpackTensor(want, dtype))).toBe(true);
        else expect(ulps(y, unpackTensor(want, dtype))).toBeLessThanOrEqual(allowed);
      }
    }
  });

  test('gradients by the base and by the exponent, with the signs of zeros', () => {
    const wrong: string[] = [];
    for (const [name, base, exponent, g, ...wanted] of book.powerGradients) {
      const dtype = torch[name];
      const numbers = (text: string): number[] =>
        text.split(' ').map((word) => Number(word.replace('inf', 'Infinity').replace('nan', 'NaN')));
      const made = [base, exponent].map((value) =>
        typeof value === 'string' ? torch.tensor(numbers(value), { dtype, requiresGrad: true }) : value,
      );
      const y = torch.pow(made[0] as torch.Tensor, made[1]);
      y.backward(torch.fullLike(y, g));
      const found = [y, ...made.map((x) => (x instanceof torch.Tensor ? x.grad : null))];
      for (const [i, x] of found.entries()) {
        const want = wanted[i];
        const off = x === null || want === null ? x !== want : ulps(x, unpackTensor(want, dtype)) > 2;
        if (off) wrong.push(`${name} ${base} ** ${exponent}, ${g}: ${i} ${x}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('ranges', () => {
  test.each(['arange', 'linspace'] as const)('%s', (each) => {
    const wrong: string[] = [];
    for (const [operation, args, name, count, want] of book.ranges) {
      if (operation !== each) continue;
      const y = torch[operation](...args, { dtype: torch[name] });
      if (y.numel() !== count || digest(y) !== want) wrong.push(`${operation} ${args} ${name}`);
    }
    expect(wrong).toEqual([]);
  });

  test('more numbers than there is memory for are refused without computing them', { timeout: 5_000 }, () => {
    for (const make of [
      () => torch.arange(2 ** 31),
      () => torch.arange(1e300),
      () => torch.arange(0, 2 ** 32, { dtype: torch.uint8 }),
      () => torch.arange(0, 1, 1e-300),
      () => torch.linspace(0, 1, 2 ** 31),
      () => torch.linspace(0, 1, 2 ** 32, { dtype: torch.uint8 }),
    ]) {
      expect(make).toThrow(RangeError);
    }
  });
});

describe('spreads', () => {
  const cloud = noise(240, 3).map((value) => value / 2 ** 31);
  const kinds: Record<string, (v: number, i: number) => number> = {
    unit: (v) => v,
    '1e20': (v) => v * 1e20,
    '1e-20': (v) => v * 1e-20,
    '3e38': (v) => v * 3e38,
    offset: (v) => 1e4 + v,
    far: (v) => 1e7 + Math.floor(v * 20),
    equal: () => 0.1,
    outlier: (v, i) => (i % 40 === 0 ? 3e7 : v),
    whole: (v) => Math.floor(v * 9),
    '1e150': (v) => v * 1e150,
    farther: (v) => 1e9 + v,
    '1e-150': (v) => v * 1e-150,
  };
  test.each(Object.keys(kinds))('%s', (kind) => {
    const wrong: string[] = [];
    for (const [name, input, shape, operation, dim, correction, theirs, exact] of book.spreads) {
      if (input !== kind) continue;
      const dtype = torch[name];
      const x = torch.tensor(cloud.map(kinds[kind]), { dtype }).view(shape);
      const truth = unpackTensor(exact, dtype);
      // float64 has no wider dtype to add up in: its last places depend on the order.
      const limit = Math.max(dtype === torch.float32 ? 1 : 4, ulps(unpackTensor(theirs, dtype), truth));
      const pair = operation === 'var' ? torch.varMean : torch.stdMean;
      // Stepped and transposed, the walk is another.
      const transposed = x.dims.length === 2 ? x.t().contiguous().t() : x;
      const stepped = torch.stack([x, x.neg()], -1).select(-1, 0);
      for (const y of [x, transposed, stepped].flatMap((each) => [
        each[operation]({ dim, correction }),
        each[operation]({ dim, correction, keepdim: true }),
        pair(each, { dim, correction })[0],
      ])) {
        const off = ulps(y.flatten(), truth.flatten());
        if (off > limit) wrong.push(`${name} [${shape}] ${operation} ${dim} ${correction}: ${off} ULP of ${limit}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

// PyTorch gives nan (layerNorm) and 0 (batchNorm) for 1e20, where the variance leaves float32; of its kernels the sums are
// float64 in batchNorm alone. Nothing in the result leaves float32, so here it is what float64 gives.
test.each([
  ['1e20', 1e20, 0],
  ['1e-15', 1e-15, 0],
  ['an offset', 1, 1000],
])('layerNorm and batchNorm of %s', (_, scale, offset) => {
  const F = torch.nn.functional;
  const x = torch.tensor(noise(240, 3).map((value) => (value / 2 ** 31) * scale + offset)).view(6, 40);
  const norms = [
    (y: torch.Tensor) => F.layerNorm(y, [40], { eps: 0 }),
    (y: torch.Tensor) => F.batchNorm(y, null, null, { training: true, eps: 0 }),
  ];
  for (const norm of norms) {
    const [y, want] = [norm(x), norm(x.double())];
    expect(y.sub(want).abs().max().item()).toBeLessThan(offset === 0 ? 1e-6 : 1e-4);
  }
});

describe('selections', () => {
  test.each(['topk', 'kthvalue', 'median'] as const)('%s: the same of equals, NaN last', (operation) => {
    const wrong: string[] = [];
    for (const [n, modulus, nans, name, each, args, values, indices] of book.selections) {
      if (each !== operation) continue;
      const dtype = torch[name];
      let numbers = noise(n, n + modulus).map((value) => remainder(value, modulus));
      if (modulus <= 100 && name !== 'uint8') numbers = numbers.map((value) => value - Math.floor(modulus / 2));
      if (name === 'uint8') numbers = numbers.map((value) => remainder(value, 256));
      if (nans > 0) numbers = numbers.map((value) => (remainder(value, nans) === 0 ? Number.NaN : value));
      const x = torch.tensor(numbers, { dtype });
      const run = (input: torch.Tensor): [torch.Tensor, torch.Tensor] =>
        (input[operation] as unknown as (...a: number[]) => [torch.Tensor, torch.Tensor])(...args);
      const row = run(x);
      // A column of a matrix is found as a row is.
      const columns = run(torch.stack([x, x.flip(0)], 1));
      const column = columns.map((y) => y.select(-1, 0));
      for (const [v, i] of [row, column]) {
        if (digest(v) !== values || digest(i) !== indices) wrong.push(`${n} ${modulus} ${nans} ${name} ${args}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
