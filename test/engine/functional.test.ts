/** `torch.autograd.functional`, against what PyTorch gives for the same programs (test/golden/functions.py). */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { answer, near } from './answers.ts';

const golden = readGolden<{ functional: [string, unknown][] }>('functions.json');
const { jacobian, hessian, vjp, jvp, hvp, vhp } = torch.autograd.functional;
const f64 = (values: unknown) => torch.tensor(values as number[], { dtype: torch.float64 });

const A = f64([
  [0.5, -1, 2],
  [1.5, 0.25, -0.75],
]);
const B = f64([1, -2, 0.5]);
const V = f64([0.5, 2, -1]);
type T = torch.Tensor;
const one = (b: T) =>
  b
    .pow(3)
    .sum()
    .add(torch.mul(b.select(0, 0), b.select(0, 1)));
const pair = (a: T, b: T) => [a.mul(b).sin().sum(1), b.exp()];
const scalar = (a: T, b: T) => a.mul(b).pow(3).sum().add(b.pow(2).prod());
const bent = (b: T) => b.exp().mul(b.sum());
const second = (_a: T, b: T) => b.mul(2);
const constant = () => torch.ones(2, { dtype: torch.float64 });

const PROGRAMS: Record<string, () => unknown> = {
  jacobian: () => jacobian(bent, B),
  'jacobian of two': () => jacobian(pair, [A, B]),
  'jacobian of one in two': () => jacobian(scalar, [A, B]),
  'jacobian, unused': () => jacobian(second, [A, B]),
  'jacobian, unused, strict': () => jacobian(second, [A, B], { strict: true }),
  'jacobian of a constant': () => jacobian(constant, B),
  'jacobian of a constant, strict': () => jacobian(constant, B, { strict: true }),
  'jacobian of a number': () => jacobian(() => 3 as never, B),
  hessian: () => hessian(one, B),
  'hessian of two': () => hessian(scalar, [A, B]),
  'hessian, linear': () => hessian((b) => b.sum(), B),
  'hessian of several': () => hessian((b) => b.mul(2), B),
  vjp: () => vjp(bent, B, V),
  'vjp, no v': () => vjp(one, B),
  'vjp, v missing': () => vjp((b) => b.mul(2), B),
  'vjp, v of another shape': () => vjp((b) => b.mul(2), B, A),
  'vjp of two': () => vjp(pair, [A, B], [f64([1, 2]), V]),
  jvp: () => jvp(bent, B, V),
  'jvp of two': () => jvp(pair, [A, B], [A.mul(2), V]),
  'jvp, unused': () => jvp(second, [A, B], [A, V]),
  hvp: () => hvp(one, B, V),
  'hvp of two': () => hvp(scalar, [A, B], [A.mul(2), V]),
  vhp: () => vhp(one, B, V),
  'vhp of two': () => vhp(scalar, [A, B], [A.mul(2), V]),
  'vhp, linear': () => vhp((b) => b.sum(), B, V),
};

test('there is a program for each row', () => {
  expect(golden.functional.map(([name]) => name)).toEqual(Object.keys(PROGRAMS));
});

test.each(golden.functional)('%s', (name, want) => {
  near(answer(PROGRAMS[name]), want);
});

test('with createGraph a derivative can be differentiated again', () => {
  const x = f64([1, 2]).requiresGrad_();
  jacobian((y) => y.pow(3), x, { createGraph: true })
    .sum()
    .backward();
  expect(x.grad?.tolist()).toEqual([6, 12]);
});

test('works where nothing is recorded, and leaves no gradient behind', () => {
  const x = f64([1, 2]).requiresGrad_();
  const found = torch.noGrad(() => jacobian((y) => y.pow(2), x));
  expect([found.tolist(), found.requiresGrad, x.grad]).toEqual([
    [
      [2, 0],
      [0, 4],
    ],
    false,
    null,
  ]);
});

test('refuses what is no function', () => {
  expect(() => jacobian(3 as never, B)).toThrow(TypeError);
});
