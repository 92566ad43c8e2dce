/**
 * The elementwise operations of golden/special.py compute what PyTorch computes and refuse what it refuses; their
 * second derivatives are PyTorch's, and their float32 functions within 2 ULP.
 */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { ulpOf } from '../golden/ulp.ts';
import { testBook } from './book.ts';

type Second = [operation: string, args: (number | object)[], x: string, gradient: string, second: string];
type Exact = [operation: string, x: number[], values: string[]];

const book = testBook<{ second: Second[]; exact: Exact[] }>('special.json');

const numbers = (text: string): number[] =>
  text
    .slice(text.indexOf(':') + 1)
    .split(' ')
    .filter(Boolean)
    .map(Number);
const wave = (n: number, f: (i: number) => number): torch.Tensor =>
  torch.tensor(
    Array.from({ length: n }, (_, i) => f(i)),
    { dtype: torch.float64 },
  );

describe('second derivatives', () => {
  for (const [operation, args, text, first, second] of book.second) {
    test(`${operation} ${JSON.stringify(args)} at ${text}`, () => {
      const x = torch.tensor(numbers(text), { dtype: torch.float64, requiresGrad: true });
      const [place, name] = operation.split('.') as [string, string];
      const target = (place === 'F' ? torch.nn.functional : x) as unknown as Record<
        string,
        (...a: unknown[]) => torch.Tensor
      >;
      const y = place === 'F' ? target[name](x, ...args) : target[name](...args);
      const [g] = torch.autograd.grad(y.mul(wave(y.numel(), Math.cos)).sum(), [x], { createGraph: true });
      const slope = g?.tolist() as number[];
      for (const [i, want] of numbers(first).entries()) expect(slope[i]).toBeCloseTo(want, 7);
      const pulled = g?.mul(wave(x.numel(), (i) => Math.sin(i + 1))).sum() as torch.Tensor;
      const [gg] = pulled.requiresGrad ? torch.autograd.grad(pulled, [x], { allowUnused: true }) : [null];
      const got = (gg ?? torch.zerosLike(x)).tolist() as number[];
      for (const [i, want] of numbers(second).entries()) expect(got[i]).toBeCloseTo(want, 7);
    });
  }
});

const PAIRS = ['atan2', 'hypot', 'logaddexp'];

describe('accuracy', () => {
  for (const [name, values, wants] of book.exact) {
    test(name, () => {
      const apply = (dtype: torch.DType): number[] => {
        const x = torch.tensor(values, { dtype });
        const rolled = torch.cat([x.narrow(0, values.length - 7, 7), x.narrow(0, 0, values.length - 7)]);
        const operation = (torch as unknown as Record<string, (a: torch.Tensor, b?: torch.Tensor) => torch.Tensor>)[
          name
        ];
        return [...(PAIRS.includes(name) ? operation(x, rolled) : operation(x)).toTypedArray()].map(Number);
      };
      const [single, double] = [apply(torch.float32), apply(torch.float64)];
      wants.forEach((text, i) => {
        const want = text.endsWith('inf') ? Number(text.replace('inf', 'Infinity')) : Number(text);
        const near = Math.fround(want);
        const at = `${name}(${values[i]})`;
        if (Number.isFinite(near)) {
          expect(Math.abs((single[i] as number) - want), at).toBeLessThanOrEqual(2 * ulpOf(want));
          expect(Math.abs((double[i] as number) - want), at).toBeLessThanOrEqual(1e-13 * Math.abs(want) + 1e-300);
        } else expect(single[i], at).toBe(near);
      });
    });
  }
});

test('a comparison that is written over a tensor cuts the graph', () => {
  const x = torch.tensor([1, 2], { requiresGrad: true });
  const y = x.mul(2);
  y.lt_(3);
  y.sum().backward();
  expect([y.tolist(), x.grad?.tolist()]).toEqual([
    [1, 0],
    [0, 0],
  ]);
});

test("torch.special has SciPy's names", () => {
  const x = torch.tensor([-1, 0, 2]);
  expect(torch.special.expit(x).tolist()).toEqual(torch.sigmoid(x).tolist());
  expect(torch.special.erfc(x).tolist()).toEqual(torch.erfc(x).tolist());
});
