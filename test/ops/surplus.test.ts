/** What a call does not take is refused, not dropped: unknown options, dtypes by position, surplus tensors. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

type Callable = (...args: unknown[]) => unknown;

const { functional: F } = torch.nn;
const x = torch.tensor([
  [1, 2],
  [3, 4],
]);
const vector = torch.tensor([1, 2]);
const index = torch.tensor([0, 1], { dtype: torch.int64 });
const matrix = torch.tensor(
  [
    [0, 1],
    [1, 0],
  ],
  { dtype: torch.int64 },
);

/** Arguments of which most functions take some. */
const POOL = [x, matrix, vector, index, torch.ones(1, 2, 2), 0, 1, [0, 1], [2, 2], [x, x]];

/** Without parameters, or with what is no list of parameters. */
const EXEMPT = [
  'defaultCollate',
  'getDefaultDtype',
  'getRngState',
  'gridSearch',
  'init',
  'initialSeed',
  'isGradEnabled',
  'isInferenceModeEnabled',
  'isTensor',
  'load',
  'manualSeed',
  'randomSearch',
  'save',
  'setDefaultDtype',
  'setPrintoptions',
  'setGradEnabled',
];
const HANDLE = ['dim', 'numel', 'storageOffset', 'elementSize', 'isContiguous', 'isFloatingPoint', 'tolist'];
const WITHOUT = [...HANDLE, 'nelement', 'toTypedArray', 'dispose', 'toJSON', 'toString', 'constructor', 'cpu'];

/** Whether the call gives something. The arguments are copies, for it may write them; seven of them at most. */
function works(call: Callable, args: readonly unknown[]): boolean {
  try {
    call(...args.map((each) => (each instanceof torch.Tensor ? each.clone() : each)));
    return true;
  } catch {
    return false;
  }
}

/** The shortest lists of arguments that a function takes. */
function calls(call: Callable, longest: number): unknown[][] {
  const found: unknown[][] = [];
  let open: unknown[][] = [[]];
  for (let length = 0; length <= longest; length++) {
    const fails = open.filter((args) => !works(call, args));
    found.push(...open.filter((args) => !fails.includes(args)));
    open = fails.flatMap((args) => POOL.map((each) => [...args, each]));
  }
  return found;
}

/** The functions of a place by name. */
function functions(place: object, except: readonly string[]): [name: string, call: Callable][] {
  return Object.getOwnPropertyNames(place).flatMap((name): [string, Callable][] => {
    if (except.includes(name)) return [];
    const { value } = Object.getOwnPropertyDescriptor(place, name) as PropertyDescriptor;
    return typeof value === 'function' && !String(value).startsWith('class') ? [[name, value as Callable]] : [];
  });
}

const METHODS = functions(torch.Tensor.prototype, WITHOUT).map(([name]): [string, Callable] => [
  name,
  (...args) => (x.clone() as unknown as Record<string, Callable>)[name](...args),
]);

describe('an unknown option', () => {
  const all: [place: string, name: string, call: Callable, longest: number][] = [
    ...functions({ ...torch }, EXEMPT).map(([name, call]) => ['torch', name, call, 3] as const),
    ...functions({ ...F }, []).map(([name, call]) => ['F', name, call, 3] as const),
    ...functions({ ...torch.special }, []).map(([name, call]) => ['special', name, call, 3] as const),
    ...METHODS.map(([name, call]) => ['Tensor', name, call, 2] as const),
  ] as never;
  const reached = all.map(([place, name, call, longest]) => [`${place}.${name}`, call, calls(call, longest)] as const);

  test('most functions are reached', () => {
    expect(reached.filter(([, , lists]) => lists.length > 0).length).toBeGreaterThan(0.9 * all.length);
  });

  test('is refused by every function', () => {
    const silent = reached.flatMap(([name, call, lists]) => {
      const list = lists.find((args) => works(call, [...args, { bogus: 1 }]));
      return list === undefined ? [] : [`${name}(${list.map(String).join('; ')})`];
    });
    expect(silent).toEqual([]);
  });
});

/** As JavaScript would call it. */
const loose = torch as unknown as Record<string, Callable>;

describe('what PyTorch takes by name only', () => {
  const { float32, int64 } = torch;
  test.each<[string, () => unknown]>([
    ['arange', () => loose.arange(0, 3, 1, float32)],
    ['full', () => loose.full([2], 1, float32)],
    ['fullLike', () => loose.fullLike(x, 1, int64)],
    ['onesLike', () => loose.onesLike(x, int64)],
    ['randperm', () => loose.randperm(3, torch.int32)],
    ['eye', () => loose.eye(2, 2, int64)],
    ['linspace', () => loose.linspace(0, 1, 3, torch.float64)],
    ['randintLike', () => loose.randintLike(x, 0, 3, int64)],
    ['asTensor', () => loose.asTensor(x, int64)],
    ['randLike', () => loose.randLike(x, 'cpu')],
  ])('%s refuses a dtype or device by position', (name, call) => {
    expect(call).toThrow(`${name}(): takes options such as { dtype: … } by name, got`);
  });

  test('a sum refuses a dtype for keepdim', () => {
    expect(() => x.sum(0, int64 as never)).toThrow("argument 'keepdim' must be bool, not torch.int64");
  });

  test('alpha and a rounding mode beside a tensor', () => {
    expect(() => [x, x, x].reduce(torch.add as never)).toThrow("add(): 'alpha' is given by name, { alpha: … }, got 1");
    expect(() => x.div(x, 'floor' as never)).toThrow("div(): 'roundingMode' is given by name");
  });
});

test('a surplus tensor is refused, the index and the list of list.map() are not', () => {
  const calls: [string, ...unknown[]][] = [
    ['exp', x],
    ['exp_', x],
    ['mul', x, x],
    ['mul_', x, x],
    ['eq', x, x],
  ];
  calls.push(['matmul', x, x], ['float', torch.float32]);
  for (const [name, ...args] of calls) {
    const call = (x.clone() as unknown as Record<string, Callable>)[name];
    expect(() => call.apply(x.clone(), args), name).toThrow(`${name}() takes at most ${args.length} arguments, got`);
  }
  expect([vector, vector].map(torch.exp)[1].shape.join()).toBe('2');
  expect([x, x, x].reduce(torch.matmul as never).tolist()).toEqual(x.matmul(x).matmul(x).tolist());
});

test('axis and keepdims are dim and keepdim', () => {
  expect((loose.cat([x, x], { axis: 1 }) as torch.Tensor).shape.join()).toBe('2,4');
  expect((loose.sum(x, { axis: 1, keepdims: true }) as torch.Tensor).tolist()).toEqual([[3], [7]]);
  expect(() => loose.sum(x, { dim: 1, axis: 0 })).toThrow("sum() got multiple values for argument 'axis'");
  expect(() => loose.transpose(x, { axis: 1 })).toThrow("transpose() got an unexpected option 'axis'");
});

describe('a number that the dtype cannot hold', () => {
  // What real PyTorch refuses and what it wraps.
  test.each<[torch.TensorData, torch.DType]>([
    [[300], torch.uint8],
    [[-256], torch.uint8],
    [[3e9], torch.int32],
    [[Number.NaN], torch.int32],
    [[1e20], torch.int64],
    [[2n ** 63n], torch.int64],
    [[2n ** 70n], torch.int64],
  ])('%s as %s is refused', (data, dtype) => {
    const message = `value cannot be converted to type ${dtype.name} without overflow, got`;
    expect(() => torch.tensor(data, { dtype })).toThrow(message);
    expect(() => torch.asTensor(data, { dtype })).toThrow(message);
  });

  test('is no negative byte and no end of the range', () => {
    expect(torch.tensor([-1, -255], { dtype: torch.uint8 }).tolist()).toEqual([255, 1]);
    const ends = [2n ** 63n - 1n, -(2n ** 63n)];
    expect([...torch.tensor(ends).toTypedArray()]).toEqual(ends);
    expect(torch.tensor([1e300, 2n ** 70n]).tolist()).toEqual([Number.POSITIVE_INFINITY, 2 ** 70]);
  });
});

test('dropout of integers is refused before a number is drawn', () => {
  torch.manualSeed(0);
  const state = torch.getRngState().tolist();
  for (const drop of [F.dropout, F.dropout1d, F.alphaDropout]) {
    expect(() => drop(matrix, { training: true })).toThrow("result type float32 can't be cast");
  }
  expect(torch.getRngState().tolist()).toEqual(state);
  expect(F.dropout(matrix, 1).tolist()).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test('what is no number is described', () => {
  const odd = (data: unknown) => () => torch.tensor(data as torch.TensorData);
  expect(odd([vector, vector])).toThrow('got a tensor of shape [2] at [0]: torch.stack() joins tensors');
  expect(odd([{ a: 1 }])).toThrow('got an object');
  expect(odd((function* () {})())).toThrow('got an object');
  expect(() => x.sum('0' as never)).toThrow('sum(): argument \'dim\' must be int or a list of ints or null, not "0"');
});

test('the names of Python are answered with those of here', () => {
  const pasted = x as unknown as Record<string, Callable>;
  expect(() => pasted.retain_grad()).toThrow("a tensor has no 'retain_grad': names are camelCase here");
  expect(() => pasted.index_select(0, index)).toThrow("write 'indexSelect'");
  expect(() => pasted.register_hook()).toThrow("write 'registerHook'");
  expect(x.cpu()).toBe(x);
  expect([x.nelement(), torch.numel(x), torch.isTensor(x), torch.isTensor([1])]).toEqual([4, 4, true, false]);
  expect([torch.pi, torch.e, torch.inf, torch.nan]).toEqual([Math.PI, Math.E, Number.POSITIVE_INFINITY, Number.NaN]);
});

test('operations that PyTorch has under two names', () => {
  const { multiply, subtract, divide, absolute } = torch;
  expect([multiply, subtract, divide, absolute]).toEqual([torch.mul, torch.sub, torch.div, torch.abs]);
  const y = x.clone();
  expect([y.multiply_(3), y.subtract_(x), y.divide_(2), y.absolute_()].every((each) => each === y)).toBe(true);
  expect(y.tolist()).toEqual(x.tolist());
  expect(x.multiply(3).subtract(x).divide(2).absolute().tolist()).toEqual(x.tolist());
});
