/** `assertClose` says what PyTorch says; the equality tester lets `toEqual` compare tensors. */
import * as torch from 'torchlet';
import { describe, expect, test } from 'vitest';
import { areTensorsEqual, assertClose } from '../../src/testing/index.ts';
import { readGolden } from '../golden/read.ts';

interface Case {
  actual: unknown;
  expected: unknown;
  options: Record<string, unknown>;
  says: string | null;
}

const { cases } = readGolden<{ cases: Case[] }>('testing.json');

const SPELLED: Record<string, number> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };

/** A value as the golden script spelled it. */
function made(value: unknown): unknown {
  if (typeof value === 'string') return SPELLED[value];
  if (Array.isArray(value)) return value.map(made);
  if (typeof value !== 'object' || value === null) return value;
  if (!('dtype' in value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, made(each)]));
  const { data, dtype, transposed } = value as { data: unknown; dtype: 'float32'; transposed: boolean };
  const x = torch.tensor(made(data) as number[], { dtype: torch[dtype] });
  return transposed ? x.t().contiguous().t() : x;
}

const camel = (options: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()), value]),
  );

describe("PyTorch's cases", () => {
  test.each(cases.map((row, i) => [i, row] as const))('%i', (_, { actual, expected, options, says }) => {
    let said: string | null = null;
    try {
      assertClose(made(actual), made(expected), camel(options));
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toBe(says);
  });
});

test('what fails is an AssertionError, and what cannot be compared a TypeError', () => {
  const fails = (): void => assertClose(torch.ones(2), torch.zeros(2));
  expect(fails).toThrow(expect.objectContaining({ name: 'AssertionError' }));
  expect(() => assertClose(torch.ones(2), [1, 1])).toThrow(TypeError);
  expect(() => assertClose(1, torch.ones(1))).toThrow(TypeError);
  expect(() => assertClose(torch.ones(2), torch.ones(2), { rtoll: 1 } as never)).toThrow("unexpected option 'rtoll'");
  expect(() => assertClose(torch.ones(1), torch.zeros(1), { msg: (text) => `own: ${text}` })).toThrow(
    /^own: Tensor-likes/,
  );
});

test('a tensor that requires grad can be compared, and nothing of it is kept', () => {
  const x = torch.ones(2, { requiresGrad: true });
  const before = torch.memory.stats();
  for (let i = 0; i < 3; i++) assertClose(x.mul(1), torch.ones(2));
  expect(x.grad).toBeNull();
  expect(torch.memory.stats().evicted).toBe(before.evicted);
});

describe('toEqual', () => {
  test('without the tester says what to do', () => {
    expect(() => expect(torch.ones(2)).toEqual(torch.ones(2))).toThrow(/addEqualityTesters\(\[areTensorsEqual\]\)/);
  });

  test('with the tester compares shape, dtype and elements, wherever tensors stand', () => {
    expect.addEqualityTesters([areTensorsEqual]);
    const { ones, tensor, int64 } = torch;
    expect(ones(2, 2)).toEqual(ones(2, 2));
    expect({ a: [ones(2)] }).toEqual({ a: [ones(2)] });
    expect(tensor([Number.NaN])).toEqual(tensor([Number.NaN]));
    expect(ones(2, 2).t()).toStrictEqual(ones(2, 2));
    expect(new torch.nn.Linear(1, 1, false).stateDict()).not.toEqual({ weight: ones(1, 1).mul(7) });
    for (const other of [ones(3), ones(1, 2), ones(2).mul(2), tensor([1n, 1n]), ones(2, { dtype: int64 }), [1, 1], 1]) {
      expect(ones(2)).not.toEqual(other);
    }
    expect(1).toEqual(1);
  });
});

test('a console that knows nothing of tensors shows shape and dtype', () => {
  expect(Object.prototype.toString.call(torch.ones(2, 3))).toBe('[object Tensor([2, 3], float32)]');
  expect(Object.prototype.toString.call(torch.Tensor.prototype)).toBe('[object Tensor]');
});
