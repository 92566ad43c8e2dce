/**
 * What PyTorch lets its callers name may be named here, in one trailing object: calls by position are repeated with all
 * arguments named, and with the first few by position and the rest named, and give the same. golden/signatures.py found
 * the names and the calls, and ran each both ways.
 */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { build, camel, type Json, plain } from '../opinfo/golden.ts';

interface Golden {
  /** The parameter names of every overload, by function. */
  names: Record<string, string[]>;
  /** Function, positions, named arguments, names of the positions (a method's without its self). */
  calls: [key: string, positions: Json[], named: Record<string, Json>, names: string[]][];
}
type Callable = (...args: unknown[]) => unknown;

const golden = readGolden<Golden>('signatures.json.gz');
const PLACES: Record<string, Record<string, unknown>> = {
  torch: torch as never,
  Tensor: torch.Tensor.prototype as never,
  F: torch.nn.functional as never,
};

/** The function of a key, the method's tensor as its first argument; undefined where there is none. */
function callable(key: string): Callable | undefined {
  const [place, name] = key.split('.') as [string, string];
  const found = camel(name) in PLACES[place] && (place === 'Tensor' || PLACES[place][camel(name)]);
  if (place === 'Tensor') {
    return found ? (self, ...args) => (self as Record<string, Callable>)[camel(name)](...args) : undefined;
  }
  return typeof found === 'function' ? (found as Callable) : undefined;
}

/** What a call gives, in a form that can be compared: dtype, shape and elements of every tensor. */
function outcome(call: () => unknown): unknown {
  torch.manualSeed(0);
  const plain = (value: unknown): unknown => {
    if (value instanceof torch.Tensor) return [String(value.dtype), [...value.shape], [...value.toTypedArray()]];
    if (typeof value === 'object' && value !== null && Symbol.iterator in value) return [...(value as [])].map(plain);
    return value;
  };
  return plain(call());
}

/** The arguments of a call, made anew: a call may write what it is given. */
function given([, positions, named]: Golden['calls'][number]): [args: unknown[], named: Record<string, unknown>] {
  const entries = Object.entries(named).map(([name, value]) => [camel(name), build(value, plain)]);
  return [positions.map((value) => build(value, plain)), Object.fromEntries(entries)];
}

/** The call with `kept` arguments by position and the rest in an object. */
function byName(call: Golden['calls'][number], kept: number): unknown[] {
  const [args, named] = given(call);
  const own = args.length - call[3].length;
  const pairs = call[3].map((name, i) => [camel(name), args[own + i]] as const).slice(kept - own);
  return [...args.slice(0, kept), { ...Object.fromEntries(pairs), ...named }];
}

/** Functions that PyTorch's samples and the generator's own calls do not reach by name. */
const UNCALLED: Record<string, string> = {
  'Tensor.backward': 'gives nothing; test/engine names its options',
  'Tensor.is_contiguous': 'the only parameter is a memory layout, of which there is one',
  'Tensor.register_hook': 'takes a function',
  'Tensor.to': "PyTorch's schemas do not say what it parses itself; test/ops names dtype, device and copy",
  'torch.einsum': "PyTorch's operands are varargs",
  'torch.load': 'reads a file; test/io',
  'torch.manual_seed': 'gives nothing that can be compared',
  'torch.meshgrid': "PyTorch's tensors are varargs, and indexing is given by name alone",
  'torch.save': 'writes a file; test/io',
  'torch.set_printoptions': 'gives nothing that can be compared',
};

const calls = golden.calls.filter(([key]) => callable(key));
const keys = [...new Set(calls.map(([key]) => key))].sort();

describe('refused before anything changes', () => {
  // What the handle itself gives looks at one argument at most.
  const handle = ['Tensor.item', 'Tensor.size', 'Tensor.stride'];
  test.each(keys.filter((key) => !handle.includes(key)))(
    '%s: a name that it does not have, and one that is given by position too',
    (key) => {
      const fn = callable(key) as Callable;
      const call = calls.find(([name]) => name === key) as Golden['calls'][number];
      const [args, named] = given(call);
      const before = outcome(() => args);
      expect(() => fn(...args, { ...named, nonsense: 1 })).toThrow(/got an unexpected option 'nonsense'/);
      const name = call[3][call[3].length - 1];
      if (name !== undefined && Object.keys(named).length === 0) {
        const twice = { ...named, [camel(name)]: args[args.length - 1] };
        expect(() => fn(...args, twice)).toThrow(/got multiple values for argument/);
      }
      expect(outcome(() => args)).toEqual(before);
    },
  );
});

test('every function with parameters is called by name, or it is known why not', () => {
  const all = Object.entries(golden.names).flatMap(([key, overloads]) => (overloads.some(Boolean) ? [key] : []));
  const without = all.filter((key) => callable(key) && !keys.includes(key)).sort();
  expect(without).toEqual(Object.keys(UNCALLED).sort());
});

test.each(keys)('%s', (key) => {
  const fn = callable(key) as Callable;
  for (const call of calls.filter(([name]) => name === key)) {
    const [positions, named] = given(call);
    const all = Object.keys(named).length > 0 ? [...positions, named] : positions;
    const want = outcome(() => fn(...all));
    for (let kept = positions.length - call[3].length; kept < positions.length; kept++) {
      const args = byName(call, kept);
      expect(
        outcome(() => fn(...args)),
        `${kept} by position of ${JSON.stringify(call)}`,
      ).toEqual(want);
    }
  }
});

test('the types know the names', () => {
  const x = torch.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const index = torch.tensor([[0, 1]], { dtype: torch.int64 });
  expect(x.transpose({ dim0: 0, dim1: 1 }).tolist()).toEqual(x.t().tolist());
  expect(x.transpose(0, { dim1: 1 }).tolist()).toEqual(x.t().tolist());
  expect(torch.add(x, { other: x, alpha: 2 }).tolist()).toEqual(x.mul({ other: 3 }).tolist());
  expect(x.pow({ exponent: 2 }).tolist()).toEqual(x.mul(x).tolist());
  expect(x.div({ other: 2, roundingMode: 'floor' }).tolist()).toEqual([
    [0, 1, 1],
    [2, 2, 3],
  ]);
  expect(x.gather({ dim: 1, index }).tolist()).toEqual([[1, 2]]);
  expect(x.scatter({ dim: 1, index, value: 0 }).tolist()).toEqual([
    [0, 0, 3],
    [4, 5, 6],
  ]);
  expect(x.maskedFill(x.gt({ other: 3 }), { value: 0 }).tolist()).toEqual([
    [1, 2, 3],
    [0, 0, 0],
  ]);
  expect(
    x
      .squeeze({ dim: [0, 1] })
      .unsqueeze({ dim: 0 })
      .reshape({ shape: [3, 2] })
      .permute({ dims: [1, 0] })
      .shape.join(),
  ).toBe('2,3');
  expect(torch.full({ size: [2], fillValue: 1, dtype: torch.float32 }).tolist()).toEqual([1, 1]);
  expect(torch.cat({ tensors: [x, x], dim: 1 }).shape.join()).toBe('2,6');
  expect(torch.matmul(x, { other: x.t() }).shape.join()).toBe('2,2');
  expect(torch.nn.functional.linear(x, { weight: x, bias: null }).shape.join()).toBe('2,2');
  // @ts-expect-error: no such name
  expect(() => x.unsqueeze({ dimension: 0 })).toThrow(
    "unsqueeze() got an unexpected option 'dimension'; it takes input, dim",
  );
  // @ts-expect-error: by position and by name
  expect(() => x.transpose(0, 1, { dim1: 1 })).toThrow("transpose() got multiple values for argument 'dim1'");
  // @ts-expect-error: without the second operand
  expect(() => x.add({ alpha: 2 })).toThrow("add(): argument 'other' must be Tensor or a number, not undefined");
  // @ts-expect-error: a comparison's input is a tensor
  expect(() => torch.eq(2, x)).toThrow("eq(): argument 'input' must be Tensor, not 2");
});
