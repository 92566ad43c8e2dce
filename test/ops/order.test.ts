/** The memory order of results: PyTorch's strides for operands of every memory order, see golden/order.py. */
import { expect, test } from 'vitest';
import type { Case } from '../opinfo/golden.ts';
import { orderCases, results } from './order-cases.ts';

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

const CHANNELS = 'images whose channels are innermost stay so: here the result is row-major';
const SIZE_ONE = 'the stride of a dimension of size 1, which reaches no element';

/** Where torchlet's strides are others: for which combinations, and why. Nothing else may differ, and these must. */
const KNOWN: Record<string, [combinations: string, reason: string]> = {
  cat: ['n', CHANNELS],
  isclose: ['f ft fr', SIZE_ONE],
  isfinite: ['f', SIZE_ONE],
  'nn.functional.pad': ['n', CHANNELS],
  round: ['f', SIZE_ONE],
  take_along_dim: [
    't r g e f u ct tc tr rt et te se es ft ue fr',
    'without dim PyTorch flattens by view and refuses what has other strides; the documentation promises the elements',
  ],
};

test("results have PyTorch's strides", () => {
  const wrong = new Map<string, Set<string>>();
  const shown: string[] = [];
  for (const { item, wanted } of orderCases()) {
    for (const [combination, want] of wanted) {
      const got = strides(item, combination);
      if (got === want) continue;
      wrong.set(item.o, (wrong.get(item.o) ?? new Set()).add(combination));
      if (!KNOWN[item.o]?.[0].split(' ').includes(combination)) {
        shown.push(`${item.o} ${combination}=${want}, here ${got} | ${JSON.stringify(item.a).slice(0, 200)}`);
      }
    }
  }
  const found = [...wrong].map(([name, combinations]) => [name, [...combinations].join(' ')] as const);
  expect(Object.fromEntries(found), shown.slice(0, 20).join('\n')).toEqual(
    Object.fromEntries(Object.entries(KNOWN).map(([name, [combinations]]) => [name, combinations])),
  );
});
