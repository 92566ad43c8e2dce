/** Tensors print as in PyTorch, character for character: see golden/printing.py. */
import { afterEach, describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { fromBytes } from '../../src/ops/create/from-data.ts';
import {
  bool,
  DTYPES,
  type DType,
  float32,
  float64,
  int64,
  setDefaultDtype,
  type TypedArray,
} from '../../src/tensor/dtype.ts';
import { format, formatParameter, type PrintOptions, setPrintoptions } from '../../src/tensor/format.ts';
import { exponential, fixed } from '../../src/tensor/number-format.ts';
import { countOf } from '../../src/tensor/shape.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { readGolden } from '../golden/read.ts';

interface Case {
  dtype: string;
  shape: number[];
  values: string | [times: number, modulo: number, over: number, plus: number];
  gradFn?: string;
  requiresGrad?: boolean;
  parameter?: boolean;
  options?: Omit<PrintOptions, 'threshold'> & { threshold?: number | 'inf' };
  defaultDtype?: string;
  text: string;
}

const golden = readGolden<{ cases: Case[] }>('printing.json');

afterEach(() => {
  setPrintoptions({ profile: 'default' });
  setDefaultDtype(float32);
});

function dtypeNamed(name: string): DType {
  const dtype = DTYPES.find((d) => d.name === name);
  if (!dtype) throw new Error(`no dtype ${name}`);
  return dtype;
}

function elements({ values, shape }: Case, dtype: DType): TypedArray {
  const count = countOf(shape);
  const data = new dtype.array(new ArrayBuffer(count * dtype.itemsize));
  const words = typeof values === 'string' ? values.split(' ') : [];
  for (let i = 0; i < count; i++) {
    if (typeof values === 'string') {
      const word = words[i] as string;
      const value = dtype === int64 ? BigInt(word) : Number(word.replace('inf', 'Infinity'));
      data[i] = value as never;
    } else {
      const [times, modulo, over, plus] = values;
      const value = ((i * times) % modulo) / over + plus;
      data[i] = (dtype === int64 ? BigInt(value) : value) as never;
    }
  }
  return data;
}

/** A tensor that says of itself what a case says of its gradient. */
function stub(dims: number[], dtype: DType, data: TypedArray, tracked: Partial<Case> = {}): Tensor {
  const x = fromBytes(new Uint8Array(data.buffer), dims, dtype);
  return Object.defineProperties(x, {
    requiresGrad: { value: tracked.requiresGrad ?? tracked.gradFn !== undefined },
    gradFn: { value: tracked.gradFn === undefined ? null : { name: tracked.gradFn } },
  });
}

describe(`prints as PyTorch ${golden.made[0].torch}`, () => {
  golden.cases.forEach((entry, i) => {
    const { dtype: name, shape, options, defaultDtype, parameter, text } = entry;
    test(`case ${i}: ${name} of shape [${shape}]${options ? ` with ${JSON.stringify(options)}` : ''}`, () => {
      const dtype = dtypeNamed(name);
      if (defaultDtype) setDefaultDtype(dtypeNamed(defaultDtype));
      if (options) {
        const { threshold, ...others } = options;
        setPrintoptions({ ...others, threshold: threshold === 'inf' ? Number.POSITIVE_INFINITY : threshold });
      }
      const x = stub(shape, dtype, elements(entry, dtype), entry);
      expect((parameter ? formatParameter : format)(x)).toBe(text);
    });
  });
});

describe('a summary', () => {
  // PyTorch's own text of each.
  test.each<[string, () => Tensor, string]>([
    ['2^31', () => torch.ones(1).expand(2 ** 31), 'tensor([1., 1., 1.,  ..., 1., 1., 1.])'],
    [
      '[2^50, 2]',
      () => torch.tensor([1.5, 2]).expand(2 ** 50, 2),
      `tensor([${['', '', '', '...', '', '', ''].map((dots) => dots || '[1.5000, 2.0000]').join(',\n        ')}])`,
    ],
    [
      'a transposed view of [2^40, 4, 3]',
      () =>
        torch
          .arange(12)
          .view(3, 4)
          .t()
          .expand(2 ** 40, 4, 3),
      `tensor([${['', '', '', '...', '', '', '']
        .map((dots) => dots || '[[ 0,  4,  8],\n         [ 1,  5,  9],\n         [ 2,  6, 10],\n         [ 3,  7, 11]]')
        .join(',\n\n        ')}])`,
    ],
  ])('reads only the elements that it shows: of %s', (_, make, text) => {
    expect(String(make())).toBe(text);
  });

  test('copies nothing, wherever the elements are', () => {
    const x = torch.arange(1e6).view(1000, 1000).t();
    const text = String(x);
    const before = torch.memory.stats();
    expect(String(x.expand(2 ** 30, 1000, 1000).at(5))).toBe(text);
    expect(torch.memory.stats()).toEqual(before);
  });
});

describe('setPrintoptions', () => {
  const x = stub([2], float64, Float64Array.of(0.123456, 2));

  test('keeps what is left out, except sciMode', () => {
    setPrintoptions({ precision: 2, sciMode: true });
    expect(format(x)).toBe('tensor([1.23e-01, 2.00e+00], dtype=torch.float64)');
    setPrintoptions({ linewidth: 70 });
    expect(format(x)).toBe('tensor([0.12, 2.00], dtype=torch.float64)');
    setPrintoptions();
    expect(format(x)).toBe('tensor([0.12, 2.00], dtype=torch.float64)');
  });

  test('refuses what cannot be used and then changes nothing', () => {
    const before = format(x);
    const wrong: [unknown, ErrorConstructor, RegExp][] = [
      [{ edgeitems: 1, precision: 101 }, RangeError, /precision must be an integer from 0 to 100, got 101/],
      [{ precision: 1, edgeitems: -1 }, RangeError, /edgeitems must be an integer from 0 on, got -1/],
      [{ precision: 1, linewidth: 2.5 }, TypeError, /argument 'linewidth' must be int or null, not 2.5/],
      [{ precision: 1, threshold: Number.NaN }, RangeError, /threshold must be a number from 0 to Infinity, got NaN/],
      [{ precision: 1, profile: 'long' }, RangeError, /profile must be 'default', 'short' or 'full', got "long"/],
      [{ precision: 1, sci_mode: true }, TypeError, /unexpected option 'sci_mode'; it takes precision, .*, sciMode/],
    ];
    for (const [options, kind, message] of wrong) {
      const attempt = () => setPrintoptions(options as PrintOptions);
      expect(attempt).toThrow(kind);
      expect(attempt).toThrow(message);
    }
    expect(format(x)).toBe(before);
  });
});

describe("Python's float formatting", () => {
  test('fixed', () => {
    const cases: [number, number, string][] = [
      [0.5, 0, '0'],
      [1.5, 0, '2'],
      [-2.5, 0, '-2'],
      [0.03125, 4, '0.0312'],
      [0.09375, 4, '0.0938'],
      [1.00005, 4, '1.0001'],
      [-0, 4, '-0.0000'],
      [-1e-9, 4, '-0.0000'],
      [1e21, 0, '1000000000000000000000'],
      [-1.5e22, 2, '-15000000000000000000000.00'],
      [0.1, 30, '0.100000000000000005551115123126'],
      [Number.NaN, 4, 'nan'],
      [Number.NEGATIVE_INFINITY, 4, '-inf'],
    ];
    for (const [value, digits, text] of cases) expect(fixed(value, digits), text).toBe(text);
  });

  test('exponential', () => {
    const cases: [number, number, string][] = [
      [0, 4, '0.0000e+00'],
      [-0, 4, '-0.0000e+00'],
      [1, 4, '1.0000e+00'],
      [100005, 4, '1.0000e+05'],
      [100015, 4, '1.0002e+05'],
      [1000050000, 4, '1.0000e+09'],
      [99999.5, 4, '1.0000e+05'],
      [0.15625, 3, '1.562e-01'],
      [9.5, 0, '1e+01'],
      [2.5, 0, '2e+00'],
      [25, 0, '2e+01'],
      [5e-324, 4, '4.9407e-324'],
      [1.7976931348623157e308, 1, '1.8e+308'],
      [Number.POSITIVE_INFINITY, 4, 'inf'],
    ];
    for (const [value, digits, text] of cases) expect(exponential(value, digits), text).toBe(text);
  });

  test('a bool is True or False', () => {
    expect(format(stub([2], bool, Uint8Array.of(1, 0)))).toBe('tensor([ True, False])');
  });
});
