/**
 * The elementwise operations of golden/elementwise2.py compute what PyTorch computes and refuse what it refuses; their
 * second derivatives are PyTorch's, and their float32 functions within 2 ULP.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { type Book, runGroup } from './machine.ts';

type Second = [operation: string, args: (number | object)[], x: string, gradient: string, second: string];

const path = new URL('../golden/elementwise2.json', import.meta.url);
const book = JSON.parse(readFileSync(path, 'utf8')) as Book & { second: Second[] };

describe('values and gradients', () => {
  for (const group of book.groups) {
    test(group.name, () => {
      expect(group.want.length).toBeGreaterThan(0);
      const wrong = runGroup(book, group).flatMap((outcome) => outcome.wrong ?? []);
      expect(wrong.slice(0, 5), `${wrong.length} of ${group.want.length} differ`).toEqual([]);
    });
  }
});

const numbers = (text: string): number[] => text.slice(text.indexOf(':') + 1).split(' ').filter(Boolean).map(Number);
const wave = (n: number, f: (i: number) => number): torch.Tensor =>
  torch.tensor(Array.from({ length: n }, (_, i) => f(i)), { dtype: torch.float64 });

describe('second derivatives', () => {
  for (const [operation, args, text, first, second] of book.second) {
    test(`${operation} ${JSON.stringify(args)} at ${text}`, () => {
      const x = torch.tensor(numbers(text), { dtype: torch.float64, requiresGrad: true });
      const [place, name] = operation.split('.') as [string, string];
      const target = (place === 'F' ? torch.nn.functional : x) as unknown as Record<string, (...a: unknown[]) => torch.Tensor>;
      const y = place === 'F' ? target[name](x, ...args) : target[name](...args);
      const [g] = torch.autograd.grad(y.mul(wave(y.numel(), Math.cos)).sum(), [x], { createGraph: true });
      numbers(first).forEach((want, i) => expect(g?.tolist()).toHaveProperty([i], expect.closeTo(want, 7)));
      const pulled = g?.mul(wave(x.numel(), (i) => Math.sin(i + 1))).sum() as torch.Tensor;
      const [gg] = pulled.requiresGrad ? torch.autograd.grad(pulled, [x], { allowUnused: true }) : [null];
      const got = (gg ?? torch.zerosLike(x)).tolist() as number[];
      numbers(second).forEach((want, i) => expect(got[i]).toBeCloseTo(want, 7));
    });
  }
});
