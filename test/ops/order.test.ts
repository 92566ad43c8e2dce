/** The memory order of results: PyTorch's strides for operands of every memory order, see golden/order.py. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { callable, positions } from '../opinfo/calls.ts';
import { type Case, plain, read } from '../opinfo/golden.ts';
import { laidOut } from './laid-out.ts';

const lines = readFileSync(new URL('../golden/order.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1);

/** A case of golden/order.py's own: its tensors are written without their values. */
function ownCase(text: string): Case {
  const element = (dtype: string, i: number) => ('bl'.includes(dtype) ? (i % 3) % 2 : ((i % 7) + 1) / 8);
  return JSON.parse(text, (_, value) => {
    if (value === null || !Array.isArray(value.s)) return value;
    const count = value.s.reduce((n: number, size: number) => n * size, 1);
    return { ...value, v: Array.from({ length: count }, (_, i) => element(value.t, i)) };
  });
}

function tensors(value: unknown): torch.Tensor[] {
  if (value instanceof torch.Tensor) return [value];
  return typeof value === 'object' && value !== null && Symbol.iterator in value
    ? [...(value as Iterable<unknown>)].flatMap(tensors)
    : [];
}

/** The results of a case for a combination of memory orders. */
function results(item: Case, combination: string): torch.Tensor[] {
  let seen = 0;
  const args = positions(item, (x) => laidOut(plain(x), combination[seen++ === 0 ? 0 : combination.length - 1]));
  return tensors(callable(item.o, 'function')(...args));
}

/** The strides of a case's results as golden/order.py writes them. */
function strides(item: Case, combination: string): string {
  try {
    return results(item, combination)
      .map((x) => x.stride().join('.'))
      .join(';');
  } catch (error) {
    return error instanceof RangeError ? '!' : String(error);
  }
}

const LIKE_THE_FIRST = 'the dimensions that are not indexed keep their order: here the result is row-major';
const CHANNELS = 'images whose channels are innermost stay so: here the result is row-major';
const SIZE_ONE = 'the stride of a dimension of size 1, which reaches no element';

/** Where torchlet's strides are others: for which combinations, and why. Nothing else may differ, and these must. */
const KNOWN: Record<string, [combinations: string, reason: string]> = {
  __getitem__: ['t n g u tc tr nc te ue', LIKE_THE_FIRST],
  cat: ['n', CHANNELS],
  isclose: ['f ft fr', SIZE_ONE],
  isfinite: ['f', SIZE_ONE],
  'nn.functional.pad': ['n c t r s g e f u', `${CHANNELS}; ${SIZE_ONE}`],
  nonzero: ['c t r n s g e f u', 'PyTorch gives it column-major, so that its view(-1) is refused'],
  repeat_interleave: ['e f te se ue', SIZE_ONE],
  round: ['f', SIZE_ONE],
  take_along_dim: [
    't r g e f u ct tc tr rt et te se es ft ue fr',
    'without dim PyTorch flattens by view and refuses what has other strides; the documentation promises the elements',
  ],
};

test("results have PyTorch's strides", () => {
  const cases = new Map<string, Case[]>();
  const wrong = new Map<string, Set<string>>();
  const shown: string[] = [];
  for (const line of lines) {
    const [group, at, name, ...wanted] = line.split(' ');
    if (group !== 'extra' && !cases.has(group)) cases.set(group, read<Case[]>(group));
    const item = group === 'extra' ? ownCase(at) : (cases.get(group) as Case[])[Number(at)];
    expect(item.o).toBe(name);
    for (const each of wanted) {
      const [combination, want] = each.split('=');
      const got = strides(item, combination);
      if (got === want) continue;
      wrong.set(name, (wrong.get(name) ?? new Set()).add(combination));
      if (!KNOWN[name]?.[0].split(' ').includes(combination)) shown.push(`${group} ${at} ${name} ${each}, here ${got}`);
    }
  }
  const found = [...wrong].map(([name, combinations]) => [name, [...combinations].join(' ')] as const);
  expect(Object.fromEntries(found), shown.slice(0, 20).join('\n')).toEqual(
    Object.fromEntries(Object.entries(KNOWN).map(([name, [combinations]]) => [name, combinations])),
  );
});
