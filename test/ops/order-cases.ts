/** The cases of golden/order.py. */
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { callable, positions } from '../opinfo/calls.ts';
import { type Case, plain, read, type Written } from '../opinfo/golden.ts';
import { laidOut } from './laid-out.ts';

/** A case of golden/order.py's own: its tensors are written without their values. */
function ownCase(written: object): Case {
  const element = (dtype: string, i: number) => ('bl'.includes(dtype) ? (i % 3) % 2 : ((i % 7) + 1) / 8);
  return JSON.parse(JSON.stringify(written), (_, value) => {
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

/** Group, place in the group or the case itself, operator, strides for each combination. */
type Row = [group: string, at: number | object, name: string, wanted: string];

/** A case, and what PyTorch's strides are for each combination of memory orders. */
export interface OrderCase {
  item: Case;
  wanted: [combination: string, strides: string][];
}

export function* orderCases(): Iterable<OrderCase> {
  const opinfo = new Map<string, Case[]>();
  for (const [group, at, name, wanted] of readGolden<{ rows: Row[] }>('order.json').rows) {
    if (group !== 'extra' && !opinfo.has(group)) opinfo.set(group, read(group));
    const item = typeof at === 'number' ? (opinfo.get(group) as Case[])[at] : ownCase(at);
    if (item.o !== name) throw new Error(`order.json and opinfo differ: ${group} ${at} is ${item.o}, not ${name}`);
    yield { item, wanted: wanted.split(' ').map((each) => each.split('=') as [string, string]) };
  }
}
