/** Values that a call does not expect, and ordinary ones to stand beside them. */
import * as torch from '../../../src/index.ts';
import type { Random } from '../random.ts';

/** A list that contains itself. */
function circular(): unknown[] {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

function disposed(): torch.Tensor {
  const x = torch.ones(3);
  x.dispose();
  return x;
}

const thrower = (): object =>
  Object.defineProperty({}, 'dim', {
    enumerable: true,
    get() {
      throw new Error('a getter of the caller');
    },
  });

/** Wrong in most places: each with the name it has in a report. */
export const HOSTILE: readonly (readonly [name: string, make: () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['true', () => true],
  ['false', () => false],
  ["'float32'", () => 'float32'],
  ["'mean'", () => 'mean'],
  ["''", () => ''],
  ["'1'", () => '1'],
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['-Infinity', () => Number.NEGATIVE_INFINITY],
  ['-1', () => -1],
  ['-5', () => -5],
  ['0.5', () => 0.5],
  ['-0', () => -0],
  ['1e30', () => 1e30],
  ['2 ** 31', () => 2 ** 31],
  ['2 ** 32 + 1', () => 2 ** 32 + 1],
  ['2 ** 53', () => 2 ** 53],
  ['-(2 ** 31)', () => -(2 ** 31)],
  ['1000000000n', () => 1000000000n],
  ['2n ** 70n', () => 2n ** 70n],
  ['Symbol()', () => Symbol('odd')],
  ['() => 1', () => () => 1],
  ['async () => 1', () => async () => 1],
  ['class {}', () => class {}],
  ['{}', () => ({})],
  ['Object.create(null)', () => Object.create(null)],
  ['{ bogus: 1 }', () => ({ bogus: 1 })],
  ['{ dim: 7 }', () => ({ dim: 7 })],
  ["{ dtype: 'float32' }", () => ({ dtype: 'float32' })],
  ['{ get dim() { throw } }', thrower],
  ['[]', () => []],
  ['[undefined]', () => [undefined]],
  ['[1.5]', () => [1.5]],
  ['[-1]', () => [-1]],
  ['[2, 2]', () => [2, 2]],
  ['[NaN]', () => [Number.NaN]],
  ["['a']", () => ['a']],
  ['[null]', () => [null]],
  ['[2 ** 31]', () => [2 ** 31]],
  ['[2 ** 20, 2 ** 20]', () => [2 ** 20, 2 ** 20]],
  ['[[1], [2, 3]]', () => [[1], [2, 3]]],
  ['[,]', () => new Array(3)],
  ['circular list', circular],
  ['new Date()', () => new Date(0)],
  ['new Map()', () => new Map([['a', 1]])],
  ['new Set()', () => new Set([1])],
  ['Promise.resolve(1)', () => Promise.resolve(1)],
  ['new Float32Array(3)', () => new Float32Array(3)],
  ['new ArrayBuffer(8)', () => new ArrayBuffer(8)],
  ['new Uint8Array([1, 2])', () => new Uint8Array([1, 2])],
  ['new Proxy({}, {})', () => new Proxy({}, {})],
  ['torch.float32', () => torch.float32],
  ['torch.bool', () => torch.bool],
  ['torch.int64', () => torch.int64],
  ['torch.zeros(0)', () => torch.zeros(0)],
  ['torch.zeros(2, 0)', () => torch.zeros(2, 0)],
  ['torch.tensor(1.5)', () => torch.tensor(1.5)],
  ['torch.tensor(true)', () => torch.tensor(true)],
  ['int64 tensor', () => torch.tensor([0, 5, -7], { dtype: torch.int64 })],
  ['int64 tensor of huge values', () => torch.tensor([10n ** 15n, -1n])],
  ['uint8 tensor', () => torch.tensor([1, 2, 3], { dtype: torch.uint8 })],
  ['bool tensor', () => torch.tensor([true, false, true])],
  ['float64 tensor', () => torch.tensor([1.5, 2], { dtype: torch.float64 })],
  ['NaN tensor', () => torch.tensor([Number.NaN, 1, Number.POSITIVE_INFINITY])],
  ['tensor of rank 6', () => torch.ones(1, 2, 1, 2, 1, 2)],
  ['disposed tensor', disposed],
  ['2 ** 31 elements', () => torch.ones(1).expand(2 ** 31)],
  ['2 ** 31 rows', () => torch.ones(1, 2).expand(2 ** 31, 2)],
  [
    '2 ** 31 trues',
    () =>
      torch
        .ones(1)
        .bool()
        .expand(2 ** 31),
  ],
  ['2 ** 52 elements', () => torch.ones(1, 1).expand(2 ** 26, 2 ** 26)],
  ['expanded tensor', () => torch.ones(1).expand(4)],
  ['leaf', () => torch.ones(3, { requiresGrad: true })],
  ['computed', () => torch.ones(2, 2, { requiresGrad: true }).mul(2)],
  ['list of tensors', () => [torch.ones(2), torch.ones(3)]],
  ['list of disposed', () => [disposed()]],
  ['Linear', () => new torch.nn.Linear(2, 2)],
  ['Generator', () => new torch.Generator()],
];

/** What calls ordinarily take, by the kind that a signature names. */
const ORDINARY: Readonly<Record<string, readonly (() => unknown)[]>> = {
  Tensor: [
    () =>
      torch.tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    () => torch.tensor([1, -2, 3]),
    () =>
      torch.tensor(
        [
          [0.5, 0.25],
          [2, 1],
        ],
        { requiresGrad: true },
      ),
    () =>
      torch.tensor(
        [
          [1, 0],
          [0, 1],
        ],
        { dtype: torch.int64 },
      ),
    () => torch.tensor([true, false, true]),
    () => torch.ones(2, 3, 4),
    () => torch.tensor(2.5),
    () => torch.ones(2, 3).t(),
  ],
  Tensors: [() => [torch.ones(2, 2), torch.zeros(2, 2)]],
  int: [() => 0, () => 1, () => -1, () => 2],
  size: [() => 1, () => 2, () => 3],
  ints: [() => 0, () => [0, 1], () => 2],
  dims: [() => 0, () => [0], () => -1],
  list: [() => [2, 3], () => [0, 1], () => [1, 1]],
  floats: [() => [0.5, 0.9]],
  float: [() => 0.5, () => 1, () => 2, () => 0],
  scalar: [() => 1, () => 0.5, () => true],
  operand: [() => 2, () => torch.ones(3), () => true],
  real: [() => 2, () => torch.ones(3)],
  bool: [() => true, () => false],
  str: [() => 'none', () => 'linear', () => 'constant', () => 'ij'],
  reduction: [() => 'mean', () => 'sum', () => 'none'],
  dtype: [() => torch.float64, () => torch.int64, () => torch.float32],
  device: [() => 'cpu'],
  function: [() => (x: torch.Tensor) => x],
  generator: [() => torch.Generator && new torch.Generator()],
};
const ANYTHING = Object.values(ORDINARY).flat();

/** An ordinary value of a kind; of any where the kind is not told. */
export function ordinary(random: Random, kind: string | undefined): unknown {
  return random.one(ORDINARY[kind ?? ''] ?? ANYTHING)();
}
