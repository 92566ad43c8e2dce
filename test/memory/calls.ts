/** Every call there is: operators, functions, methods, layers, losses, metrics, and what else takes tensors. */
import * as torch from '../../src/index.ts';
import { grouped, readGolden } from '../golden/read.ts';
import { callable, has, positions } from '../opinfo/calls.ts';
import { camel, plain, read, type Written } from '../opinfo/golden.ts';

export type Callable = (...args: unknown[]) => unknown;

/** A call, and the arguments that it is made with, anew each time. */
export interface Call {
  name: string;
  call: Callable;
  args: () => unknown[];
}

/** The tensors among arguments, in lists and options too. */
export function tensorsIn(value: unknown): torch.Tensor[] {
  if (value instanceof torch.Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.values(value).flatMap(tensorsIn);
  }
  return [];
}

/** `value` with each tensor replaced by what `other` makes of it. */
export function replace(value: unknown, other: (x: torch.Tensor) => torch.Tensor): unknown {
  if (value instanceof torch.Tensor) return other(value);
  if (Array.isArray(value)) return value.map((each) => replace(each, other));
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replace(each, other)]));
  }
  return value;
}

const made = (x: Written): torch.Tensor => plain(x).requiresGrad_(x.g === 1);

/** Operators of PyTorch's database as functions, methods and in place; two cases of each way to call them. */
export function* operators(): Iterable<Call> {
  const seen = new Map<string, number>();
  for (const group of ['unary', 'binary', 'reduction', 'functional', 'other']) {
    for (const item of read(group)) {
      for (const form of ['function', 'method', 'in place'] as const) {
        const key = `${item.o} ${form} ${item.a.length} ${Object.keys(item.k ?? {})}`;
        const count = seen.get(key) ?? 0;
        if (count >= 2 || !has(item.o, form)) continue;
        seen.set(key, count + 1);
        const call = form === 'in place' ? inPlace(item.o) : callable(item.o, form);
        if (call) yield { name: `${item.o} (${form})`, call, args: () => positions(item, made) };
      }
    }
  }
}

/** The in-place form itself: `callable`'s copies what it writes first. */
function inPlace(name: string): Callable | null {
  const method = `${camel(name.replace('nn.functional.', ''))}_`;
  if (!(method in torch.Tensor.prototype)) return null;
  // A leaf is not written when it requires grad; what is computed from it is.
  return (x, ...args) => {
    const self = (x as torch.Tensor).requiresGrad ? torch.mul(x as torch.Tensor, 1) : x;
    return (self as unknown as Record<string, Callable>)[method](...args);
  };
}

const X = [
  [1, 2],
  [3, 4],
];
/** Of such arguments most functions take some. */
const POOL: (() => unknown)[] = [
  () => torch.tensor(X),
  () => torch.tensor([0, 1], { dtype: torch.int64 }),
  () => 1,
  () => [torch.tensor(X), torch.tensor(X)],
  () => [2, 2],
  () => torch.tensor([true, false]),
];
/** Not about tensors. */
const EXEMPT = 'init load manualSeed setDefaultDtype setPrintoptions gridSearch randomSearch constructor'.split(' ');

function functionsOf(place: object): [name: string, call: Callable][] {
  return Object.getOwnPropertyNames(place).flatMap((name): [string, Callable][] => {
    const { value } = Object.getOwnPropertyDescriptor(place, name) as PropertyDescriptor;
    const plain = typeof value === 'function' && !String(value).startsWith('class') && !EXEMPT.includes(name);
    return plain ? [[name, value as Callable]] : [];
  });
}

function works(call: Callable, args: () => unknown[]): boolean {
  try {
    call(...args());
    return true;
  } catch {
    return false;
  }
}

/** Every function and method there is, with the shortest lists of arguments that it takes. */
export function* functions(): Iterable<Call> {
  const methods = functionsOf(torch.Tensor.prototype).map(([name]): [string, Callable] => [
    `Tensor.${name}`,
    (x, ...args) => (x as Record<string, Callable>)[name](...args),
  ]);
  const iterator: Callable = (x) => [...(x as torch.Tensor)];
  const places = [torch, torch.nn.functional, torch.special, torch.nn.init, torch.nn.utils, torch.autograd];
  const all = [...places.flatMap((place) => functionsOf({ ...place })), ...methods, ['iterator', iterator] as const];
  for (const [name, call] of all) {
    let open: (() => unknown)[][] = [[]];
    for (let length = 1, found = 0; length <= 3 && found === 0; length++) {
      open = open.flatMap((before) => POOL.map((each) => [...before, each]));
      for (const list of open) {
        const args = (): unknown[] => list.map((each) => each());
        if (found >= 3 || tensorsIn(args()).length === 0 || !works(call, args)) continue;
        found++;
        yield { name, call, args };
      }
    }
  }
}

/** Layers and losses, as PyTorch's module database calls them. */
export function* modules(): Iterable<Call> {
  type Value = { t: string } | number | string | boolean | null | Value[];
  interface Golden {
    cases: { m: string; c: Record<string, Value>; x: Value[] }[];
  }
  const golden = readGolden<Golden>('modules.json');
  const value = (given: Value): unknown => {
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== 'object' || given === null) return given;
    const [kind, shape] = given.t.split(':')[0].split(' ');
    const dtype = kind === 'i' ? torch.int64 : kind === 'd' ? torch.float64 : torch.float32;
    return torch.ones(shape === '' ? [] : shape.split(',').map(Number), { dtype });
  };
  const classes = torch.nn as unknown as Record<string, new (options: unknown) => Callable & torch.nn.Module>;
  for (const [name, cases] of grouped(golden.cases, ({ m }) => m)) {
    for (const { c, x } of cases.slice(0, 3)) {
      const options = (): object =>
        Object.fromEntries(Object.entries(c).map(([key, each]) => [camel(key), value(each)]));
      yield { name: `new nn.${name}`, call: (given) => new classes[name](given), args: () => [options()] };
      for (const mode of [true, false]) {
        const call: Callable = (layer, ...inputs) => (layer as Callable)(...inputs);
        yield { name: `nn.${name}`, call, args: () => [new classes[name](options()).train(mode), ...x.map(value)] };
      }
    }
  }
}

/** Every metric, for its first batch. */
export function* metrics(): Iterable<Call> {
  interface Shown {
    shape: number[];
    float: boolean;
  }
  interface Golden {
    cases: { metric: string; options: object; batches: [Shown, Shown][] }[];
  }
  const { cases } = readGolden<Golden>('metrics.json');
  const made = ({ shape, float }: Shown): torch.Tensor =>
    torch.zeros(shape, { dtype: float ? torch.float32 : torch.int64 });
  const classes = torch.metrics as unknown as Record<string, new (options: object) => torch.metrics.Metric & Callable>;
  const seen = new Map<string, number>();
  for (const { metric, options, batches } of cases) {
    const count = seen.get(metric) ?? 0;
    seen.set(metric, count + 1);
    if (count < 6) {
      const call: Callable = (...args) => new classes[metric](options)(...args);
      yield { name: `metrics.${metric}`, call, args: () => batches[0].map(made) };
    }
  }
}

/** What else takes tensors. */
export function* others(): Iterable<Call> {
  const { nn, optim, preprocessing, utils } = torch;
  const { data } = utils;
  const list: [string, (x: torch.Tensor) => unknown][] = [
    [
      'TensorDataset and its first items',
      (x) => [new data.TensorDataset(x).at(0), first(new data.DataLoader(new data.TensorDataset(x), { batchSize: 2 }))],
    ],
    ['RandomSampler', (x) => [...new data.RandomSampler(new data.TensorDataset(x))]],
    ['shuffled DataLoader', (x) => [...new data.DataLoader(new data.TensorDataset(x), { shuffle: true })]],
    ['randomSplit', (x) => data.randomSplit(new data.TensorDataset(x), [0.5, 0.5])],
    ['StandardScaler', (x) => new preprocessing.StandardScaler().fitTransform(x)],
    ['MinMaxScaler', (x) => new preprocessing.MinMaxScaler().fitTransform(x)],
    ['OneHotEncoder', (x) => new preprocessing.OneHotEncoder().fitTransform(x)],
    ['LabelEncoder', (x) => new preprocessing.LabelEncoder().fitTransform(x)],
    ['trainTestSplit', (x) => preprocessing.trainTestSplit(x)],
    ['save', (x) => torch.save({ x })],
    ['nn.Parameter', (x) => new nn.Parameter(x).add(1)],
    ['loadStateDict', (x) => new nn.LayerNorm(x.shape, { bias: false }).loadStateDict({ weight: x })],
    [
      'loadStateDict of an optimizer',
      (x) => {
        const optimizer = new optim.Adam([withGrad(x.clone())]);
        optimizer.step();
        optimizer.loadStateDict(optimizer.stateDict());
      },
    ],
    ['backward', (x) => x.clone().requiresGrad_().sum().backward()],
    ['backward of the leaf', (x) => x.detach().requiresGrad_().sum().backward()],
    ['backward with its gradient', (x) => torch.ones(1, { requiresGrad: true }).expand(x.shape).backward(x)],
    ['console', (x) => String(x)],
    ['JSON', (x) => JSON.stringify(x)],
    ['clipGradNorm_ of gradients', (x) => nn.utils.clipGradNorm_([withGrad(x)], 1)],
    ['grad', (x) => torch.autograd.grad(x.detach().requiresGrad_().mul(2), [x])],
  ];
  for (const name of ['SGD', 'Adam', 'AdamW', 'Adamax', 'NAdam', 'RAdam', 'RMSprop', 'Adagrad', 'Adadelta'] as const) {
    list.push([`optim.${name}`, (x) => new optim[name]([withGrad(x)], { lr: 0.1 }).step()]);
  }
  const likes = [() => torch.tensor(X), () => torch.tensor([0, 1], { dtype: torch.int64 })];
  for (const [name, call] of list) {
    for (const like of likes) yield { name, call: call as Callable, args: () => [like()] };
  }
}

/** The first that an iterable gives. */
function first<T>(list: Iterable<T>): T | undefined {
  for (const each of list) return each;
}

/** A leaf of which the gradient is x too. */
function withGrad(x: torch.Tensor): torch.Tensor {
  const leaf = x.detach().requiresGrad_();
  leaf.grad = x;
  return leaf;
}
