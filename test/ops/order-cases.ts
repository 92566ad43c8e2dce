/** The cases of golden/order.py. */
import { readFileSync } from 'node:fs';
import * as torch from '../../src/index.ts';
import { callable, positions } from '../opinfo/calls.ts';
import { type Case, plain, read, type Written } from '../opinfo/golden.ts';
import { laidOut } from './laid-out.ts';

/** A case of golden/order.py's own: its tensors are written without their values. */
function ownCase(text: string): Case {
  const element = (dtype: string, i: number) => ('bl'.includes(dtype) ? (i % 3) % 2 : ((i % 7) + 1) / 8);
  return JSON.parse(text, (_, value) => {
    if (value === null || !Array.isArray(value.s)) return value;
    const count = value.s.reduce((n: number, size: number) => n * size, 1);
    return { ...value, v: Array.from({ length: count }, (_, i) => element(value.t, i)) };
  });
}

/** The tensors among results. */
function tensors(value: unknown): torch.Tensor[] {
  if (value instanceof torch.Tensor) return [value];
  return typeof value === 'object' && value !== null && Symbol.iterator in value
    ? [...(value as Iterable<unknown>)].flatMap(tensors)
    : [];
}

/**
 * The results of a case for a combination of memory orders. `make` makes an argument; the operator gets what `given`
 * makes of it once it is laid out.
 */
export function results(
  item: Case,
  combination: string,
  make: (x: Written) => torch.Tensor = plain,
  given: (x: torch.Tensor) => torch.Tensor = (x) => x,
): torch.Tensor[] {
  let seen = 0;
  const args = positions(item, (x) => {
    const letter = combination[seen++ === 0 ? 0 : combination.length - 1];
    return given(laidOut(make(x), letter));
  });
  return tensors(callable(item.o, 'function')(...args));
}

/** A case, and what PyTorch's strides are for each combination of memory orders. */
export interface OrderCase {
  item: Case;
  wanted: [combination: string, strides: string][];
}

export function* orderCases(): Iterable<OrderCase> {
  const path = new URL('../golden/order.txt', import.meta.url);
  const opinfo = new Map<string, Case[]>();
  for (const line of readFileSync(path, 'utf8').trimEnd().split('\n').slice(1)) {
    const [group, at, name, ...wanted] = line.split(' ');
    if (group !== 'extra' && !opinfo.has(group)) opinfo.set(group, read<Case[]>(group));
    const item = group === 'extra' ? ownCase(at) : (opinfo.get(group) as Case[])[Number(at)];
    if (item.o !== name) throw new Error(`order.txt and opinfo differ: ${group} ${at} is ${item.o}, not ${name}`);
    yield { item, wanted: wanted.map((each) => each.split('=') as [string, string]) };
  }
}
