/** Making tensors from data: what PyTorch makes of the random data of golden/creation.py, and what is JavaScript's own. */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

type Json = string | number | boolean | Json[];
const DTYPES: Record<string, torch.DType> = {
  f32: torch.float32,
  f64: torch.float64,
  i64: torch.int64,
  i32: torch.int32,
  u8: torch.uint8,
  b: torch.bool,
};
const NAMES = new Map(Object.entries(DTYPES).map(([name, dtype]) => [dtype, name]));
type Maker = (data: unknown, options?: { dtype: torch.DType }) => torch.Tensor;
const MAKERS = torch as unknown as Record<string, Maker>;
const ARRAYS = globalThis as unknown as Record<string, { from(values: unknown[]): torch.TensorData }>;

function value(data: Json): unknown {
  if (Array.isArray(data)) return data.map(value);
  if (typeof data !== 'string') return data;
  if (data.startsWith('#')) {
    const [head, numbers] = data.slice(1).split(':') as [string, string];
    const [dtype, shape] = head.split(' ') as [string, string];
    const flat = torch.tensor(numbers.split(' ').filter(Boolean).map(Number), { dtype: DTYPES[dtype] });
    return flat.reshape(shape.split(',').filter(Boolean).map(Number));
  }
  if (!data.startsWith('@')) return BigInt(data.slice(0, -1));
  const [name, ...numbers] = data.slice(1).split(' ') as [string, ...string[]];
  return (ARRAYS[name] as (typeof ARRAYS)[string]).from(
    numbers.map((text) => (name.startsWith('Big') ? BigInt(text) : Number(text))),
  );
}

function made(maker: string, data: Json, dtype: string | null): string {
  try {
    const x = (MAKERS[maker] as Maker)(
      value(data),
      ...(dtype === null ? [] : [{ dtype: DTYPES[dtype] as torch.DType }]),
    );
    return `${NAMES.get(x.dtype)} ${x.shape.join(',')}: ${[...x.toTypedArray()].join(' ')}`.trimEnd();
  } catch (error) {
    return error instanceof TypeError || error instanceof RangeError ? '!' : String(error);
  }
}

it('is what PyTorch makes', () => {
  const { rows } = readGolden<{ rows: [maker: string, Json, dtype: string | null, want: string][] }>('creation.json');
  const wrong = rows.flatMap((row) => {
    const [maker, data, dtype, want] = row;
    const numbers = want.replace(/(-?\d+(\.\d+)?(e[+-]?\d+)?)(?= |$)/g, (text) =>
      /[.e]/.test(text) ? String(Number(text)) : text,
    );
    const got = made(maker, data, dtype);
    return got === numbers ? [] : [`${JSON.stringify(row)}\n here: ${got}`];
  });
  expect(rows.length).toBeGreaterThan(100);
  expect(wrong.slice(0, 8), `${wrong.length} of ${rows.length}`).toEqual([]);
});

const of = (data: unknown, options?: { dtype: torch.DType }): torch.Tensor =>
  torch.tensor(data as torch.TensorData, options);

describe('what JavaScript has and Python has not', () => {
  it.each([
    ['Int8Array', torch.int32],
    ['Int16Array', torch.int32],
    ['Uint16Array', torch.int32],
    ['Uint32Array', torch.int64],
    ['BigUint64Array', torch.int64],
    ['Uint8ClampedArray', torch.uint8],
  ])('a %s becomes %s', (name, dtype) => {
    const array = (ARRAYS[name] as (typeof ARRAYS)[string]).from(name.startsWith('Big') ? [1n, 2n] : [1, 2]);
    expect([of(array).tolist(), of(array).dtype]).toEqual([[1, 2], dtype]);
    expect([of([array]).tolist(), of([array]).dtype]).toEqual([[[1, 2]], dtype]);
    expect(of(array, { dtype: torch.float64 }).dtype).toBe(torch.float64);
    expect(torch.fromNumpy(array as Float32Array).tolist()).toEqual([1, 2]);
  });

  it('the extremes of their ranges are exact', () => {
    expect(of(Uint32Array.of(2 ** 32 - 1)).tolist()).toEqual([2 ** 32 - 1]);
    expect(of(Int8Array.of(-128, 127)).tolist()).toEqual([-128, 127]);
    expect(() => of(BigUint64Array.of(2n ** 63n))).toThrow(RangeError);
    expect(of(Buffer.from([1, 255])).dtype).toBe(torch.uint8);
    expect(of(new Float32Array([0, 1, 2, 3]).subarray(1, 3)).tolist()).toEqual([1, 2]);
  });

  it('lists and typed arrays of another realm are the same', () => {
    const [list, array] = runInNewContext('[[[1, 2], [true, 4n]], new Float64Array([1, 2])]') as unknown[];
    expect(of(list).tolist()).toEqual([
      [1, 2],
      [1, 4],
    ]);
    expect(of(array).dtype).toBe(torch.float64);
  });

  const two = torch.ones(2);
  const circle: unknown[] = [];
  circle.push(circle);
  const shared = Array.from({ length: 40 }).reduce<unknown>((list) => [list, list], 1);
  const deep = Array.from({ length: 10_000 }).reduce<unknown>((list) => [list], 1);
  const refusals: [string, () => unknown, typeof RangeError | typeof TypeError, string][] = [
    ['a list in a circle', () => of(circle), RangeError, 'too many dimensions'],
    ['lists 10,000 deep', () => of(deep), RangeError, 'more than 128 deep'],
    [
      'a circle beside a number',
      () => of([1, circle]),
      RangeError,
      'expected a number at dim 1 (got a list of 1): ragged at [1]',
    ],
    [
      '2^40 elements by sharing',
      () => of(shared),
      RangeError,
      '1099511627776 elements of a list do not fit into memory',
    ],
    ['a sparse list', () => of(new Array(3)), TypeError, 'got undefined at [0]'],
    ['a hole', () => of([[1, 2], Object.assign(new Array(2), { 0: 3 })]), TypeError, 'got undefined at [1, 1]'],
    ['a sparse list of 2^32 - 1', () => of(new Array(2 ** 32 - 1)), RangeError, 'do not fit'],
    ['an object with a length', () => of([{ length: 1e9 }]), TypeError, 'got an object at [0]'],
    [
      'a ragged list',
      () =>
        of([
          [[1], [2]],
          [[3], [4, 5]],
        ]),
      RangeError,
      'at dim 2 (got 2): ragged at [1, 1]',
    ],
    ['a Set', () => of(new Set([1])), TypeError, '[...it] makes a list'],
    ['an ArrayBuffer', () => of(new ArrayBuffer(8)), TypeError, 'new Float32Array(buffer) says what its bytes are'],
    ['a DataView', () => of(new DataView(new ArrayBuffer(8))), TypeError, 'new Float32Array(buffer)'],
    ['text', () => of('12'), TypeError, 'got "12"'],
    ['text in a list', () => of([1, '2']), TypeError, 'got "2" at [1]'],
    ['null in a list', () => of([1, null]), TypeError, 'got null at [1]'],
    ['a tensor of several elements in a list', () => of([two]), TypeError, 'torch.stack() joins tensors'],
    ['nothing', () => of(undefined), TypeError, "argument 'data' must be data, not undefined"],
    [
      'an unknown option',
      () => torch.asTensor([1], { requiresGrad: true } as never),
      TypeError,
      "option 'requiresGrad'",
    ],
    [
      'a dtype as text',
      () => of([1], { dtype: 'int64' as never }),
      TypeError,
      'must be a torch dtype or null, not "int64"',
    ],
    ['a number for fromNumpy', () => torch.fromNumpy(5 as never), TypeError, 'a typed array or nested lists, got 5'],
  ];
  it.each(refusals)('%s is refused', (_, call, kind, message) => {
    const before = torch.memory.stats().live;
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
    expect(torch.memory.stats().live).toBe(before);
  });

  it('a getter that throws is heard, and nothing is left behind', () => {
    const list = [1, 2];
    Object.defineProperty(list, 1, {
      get() {
        throw new Error('not today');
      },
    });
    const before = torch.memory.stats().live;
    expect(() => of(list)).toThrow('not today');
    expect(() => of([[1, 2], list])).toThrow('not today');
    expect(torch.memory.stats().live).toBe(before);
  });

  it('an element that is another thing when it is read again does no harm', () => {
    const turns: unknown[] = [1, 'text', 1, {}];
    const list = [0];
    Object.defineProperty(list, 0, { get: () => turns.shift() });
    expect(() => of(list)).toThrow('got an object at [0]');
    expect(() => of(list)).toThrow('got undefined at [0]');
  });

  it('int64 elements within lists stay exact', () => {
    const big = 2n ** 53n + 1n;
    expect(of([torch.tensor(big), 1n]).toTypedArray()).toEqual(BigInt64Array.of(big, 1n));
    expect(of([Number.NaN], { dtype: torch.bool }).tolist()).toEqual([true]);
  });

  it('asTensor shares a tensor of the dtype, converts under autograd, and copies what is no tensor', () => {
    const x = torch.tensor([1, 2], { requiresGrad: true });
    expect(torch.asTensor(x)).toBe(x);
    expect(torch.asTensor(x, { dtype: torch.float32 })).toBe(x);
    expect(torch.asTensor(x, { dtype: torch.float64 }).gradFn?.name).toBe('ToCopyBackward0');
    const data = Float32Array.of(1, 2);
    const y = torch.asTensor(data);
    data[0] = 9;
    expect(y.tolist()).toEqual([1, 2]);
  });
});

describe("PyTorch's older names", () => {
  it('torch.Tensor takes sizes, data or a tensor, with new or without', () => {
    expect(
      [torch.Tensor(2, 3), new torch.Tensor(2, 3), torch.Tensor({ size: [2, 3] })].map((x) => [...x.shape]),
    ).toEqual([
      [2, 3],
      [2, 3],
      [2, 3],
    ]);
    expect(
      [torch.Tensor([2, 3]), new torch.Tensor([2, 3]), torch.Tensor({ data: [2, 3] })].map((x) => x.tolist()),
    ).toEqual([
      [2, 3],
      [2, 3],
      [2, 3],
    ]);
    expect([...torch.Tensor(torch.ones(4, 5).shape).shape]).toEqual([4, 5]);
    expect([...torch.Tensor().shape]).toEqual([0]);
    expect([...torch.Tensor(3, { device: 'cpu' } as never).shape]).toEqual([3]);
    const x = torch.ones(2, { requiresGrad: true });
    const y = torch.Tensor(x);
    expect([y === x, y.gradFn?.name, y.storage === x.storage]).toEqual([false, 'AliasBackward0', true]);
  });

  it('what is neither is refused', () => {
    const odd = torch.Tensor as unknown as (...args: unknown[]) => torch.Tensor;
    expect(() => odd(2.5)).toThrow(TypeError);
    expect(() => odd(true)).toThrow(TypeError);
    expect(() => odd(null)).toThrow(TypeError);
    expect(() => odd([1], [2])).toThrow('expected sizes, a tensor or one list of data, got a list of 1, a list of 1');
    expect(() => odd(2, -1)).toThrow(RangeError);
    expect(() => odd('abc')).toThrow(TypeError);
    expect(() => odd(2, { dtype: torch.int64 })).toThrow("unexpected option 'dtype'");
    expect(() => torch.LongTensor(torch.ones(2))).toThrow('expected a tensor of torch.int64, got torch.float32');
    expect(() => torch.ByteTensor([300])).toThrow(RangeError);
  });

  it('classes of a dtype make it and are asked for it', () => {
    expect(torch.LongTensor([1, 2]).dtype).toBe(torch.int64);
    expect(new torch.BoolTensor(2).dtype).toBe(torch.bool);
    const x = torch.ones(2);
    expect([x instanceof torch.Tensor, x instanceof torch.FloatTensor, x instanceof torch.LongTensor]).toEqual([
      true,
      true,
      false,
    ]);
    expect([{} instanceof torch.FloatTensor, new torch.nn.Parameter(x) instanceof torch.Tensor]).toEqual([false, true]);
  });

  it('type() names the class and converts', () => {
    const x = torch.ones(2);
    const dtypes = [torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool];
    const names = ['Float', 'Double', 'Long', 'Int', 'Byte', 'Bool'].map((name) => `torch.${name}Tensor`);
    expect(dtypes.map((dtype) => x.to(dtype).type())).toEqual(names);
    expect(names.map((name) => x.type(name).dtype)).toEqual(dtypes);
    expect(dtypes.map((dtype) => x.type(dtype).dtype)).toEqual(dtypes);
    expect([x.type(torch.LongTensor).dtype, x.type({ dtype: torch.int32 }).dtype]).toEqual([torch.int64, torch.int32]);
    expect(x.type(torch.float32)).toBe(x);
    expect(() => x.type('float64')).toThrow(RangeError);
    expect(() => x.type(3 as never)).toThrow(TypeError);
  });

  it('numpy() gives a typed array that is a copy, and refuses what requires grad', () => {
    const x = torch.tensor([[1, 2]]);
    const array = x.numpy();
    expect(array).toEqual(Float32Array.of(1, 2));
    array[0] = 9;
    expect(x.tolist()).toEqual([[1, 2]]);
    const w = torch.ones(1, { requiresGrad: true });
    expect(() => w.numpy()).toThrow("Can't call numpy() on Tensor that requires grad");
    expect([w.numpy(true), w.numpy({ force: true }), w.detach().numpy()]).toEqual(
      new Array(3).fill(Float32Array.of(1)),
    );
  });
});
