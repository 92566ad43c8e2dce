/**
 * Another realm's values are the same values. torchlet runs in a bare vm context, which has nothing but the language, and
 * is given what that realm makes and what another one makes, for everything that takes a built-in: both must do the same.
 */
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { ROOT } from '../structure/sources.ts';

const {
  outputFiles: [{ text }],
} = await build({
  stdin: { contents: "export * from './src/index.ts'; export { core } from './src/wasm/core.ts';", resolveDir: ROOT },
  bundle: true,
  format: 'iife',
  globalName: 'torchlet',
  target: 'es2022',
  write: false,
});

/** A realm with nothing but the language and WebAssembly: no console, TextDecoder, TextEncoder, URL, performance. */
const realm = createContext({});
runInContext(text, realm);

type Make = (torch: unknown) => unknown;
/** What makes a value of the package's own realm, and of the test's. */
const own = (code: string): Make => runInContext(`(torch) => (${code})`, realm);
// biome-ignore lint/security/noGlobalEval: the same code in this realm
const other = (code: string): Make => globalThis.eval(`(torch) => (${code})`);

const torch: unknown = runInContext('torchlet', realm);

/** What a place does with a value, as text: what it gives, or how it refuses. */
function outcome(place: string, value: unknown): string {
  runInContext(
    'globalThis.show = (x) => JSON.stringify(x, (_, v) => typeof v === "bigint" ? String(v) : v) + String(x)',
    realm,
  );
  const use = runInContext(`(torch, v) => { ${SETUP}; return show(${place}) }`, realm);
  try {
    return use(torch, value);
  } catch (error) {
    return String(error);
  }
}

const SETUP = `
  torch.manualSeed(0);
  const { nn, optim } = torch;
  const x = torch.arange(6).reshape(2, 3).float();
  const w = torch.ones(2, { requiresGrad: true });
  const sgd = new optim.SGD([w], { lr: 0.5, momentum: 0.9 });
  const adam = new optim.Adam([w]);
  const multi = new optim.lrScheduler.MultiStepLR(sgd, [1, 2]);
  const bytesOf = (file) => Array.from(file).join();
`;

const KINDS = 'Int8 Uint8 Uint8Clamped Int16 Uint16 Int32 Uint32 Float32 Float64'.split(' ');
const ARRAYS = [
  ...KINDS.map((kind) => `new ${kind}Array([1, 2])`),
  'new BigInt64Array([1n, 2n])',
  'new BigUint64Array([1n, 2n])',
];
const LISTS = ['[1, 2]', '[true, false]', '[1n, 2n]'];
const FILE = `torch.save({ a: torch.ones(2) })`;
const AWAITED = ['Promise.resolve(1)', '{ then() {} }', '{ arrayBuffer() {} }', '[1, 2]', '{ data: [1] }'];

/** Expressions over `v`, and what v is. */
const PLACES: [place: string, values: string[]][] = [
  [
    'torch.tensor(v)',
    [
      ...ARRAYS,
      ...LISTS,
      '[[1, 2], [3, 4]]',
      'new DataView(new ArrayBuffer(4))',
      'new ArrayBuffer(4)',
      'new Set([1])',
      'new Map()',
      'new Date(0)',
      '/a/',
      'new Error("e")',
      '(() => 1)',
      'class A {}',
      'async () => 1',
    ],
  ],
  ['torch.tensor([v, v])', [...ARRAYS, ...LISTS]],
  ['torch.tensor(v, { dtype: torch.int64 })', [...ARRAYS, ...LISTS]],
  ['torch.asTensor(v)', [...ARRAYS, ...LISTS]],
  ['torch.fromNumpy(v)', [...ARRAYS, ...LISTS]],
  ['torch.Tensor(v)', [...ARRAYS, ...LISTS, '{ size: [2, 0] }']],
  [
    'torch.zeros(2, v)',
    ['{ dtype: torch.float64 }', 'Object.create(null)', '{ dtpe: 1 }', 'new (class { dtype = torch.float64 })()'],
  ],
  ['torch.zeros(v)', ['[2, 3]', '{ size: [2, 3] }', 'new Int32Array([2, 3])']],
  ['x.sum(v)', ['{ dim: 0 }', '{ axis: 1, keepdims: true }', '[0, 1]', '{ dtype: torch.float64 }']],
  ['x.at(v)', ['[0, 1]', '[null, null, 2]', 'null']],
  ['(x.setAt_(v, 7), x)', ['[0, [0, 2]]']],
  ['x.reshape(v)', ['[3, 2]', '{ shape: [3, 2] }']],
  ['nn.functional.pad(x, v)', ['[1, 1]']],
  ['torch.cat(v)', ['[torch.ones(1), torch.ones(1)]', 'new Set([torch.ones(1)])']],
  ['torch.einsum("ij->i", v)', ['[torch.ones(1, 2)]']],
  ['String(new nn.Linear(v))', ['{ inFeatures: 3, outFeatures: 2 }']],
  [
    'String(new nn.Sequential(v))',
    ['{ a: new torch.nn.ReLU() }', '[new torch.nn.ReLU()]', 'class A {}', 'new Map([["a", new torch.nn.ReLU()]])'],
  ],
  ['String(new nn.ModuleList(v))', ['[new torch.nn.ReLU()]', 'new Set([new torch.nn.ReLU()])']],
  ['String(new nn.ModuleDict(v))', ['{ a: new torch.nn.ReLU() }', 'new Map([["a", new torch.nn.ReLU()]])']],
  ['String(new nn.ParameterDict(v))', ['{ a: torch.ones(1) }', 'new Map([["a", torch.ones(1)]])']],
  [
    'String(new nn.Linear(1, 1).loadStateDict(v))',
    [
      '{ weight: torch.ones(1, 1), bias: torch.ones(1) }',
      ...AWAITED,
      'new Map()',
      'new Uint8Array(2)',
      'new ArrayBuffer(2)',
    ],
  ],
  ['String(new nn.Linear(1, 1).loadStateDict({}, v))', ['{ strict: false }']],
  [
    'String(new optim.SGD(v, { lr: 1 }))',
    [
      '[torch.ones(1)]',
      '[{ params: [torch.ones(1)], lr: 2 }]',
      '[["name", torch.ones(1)]]',
      'new Set([torch.ones(1)])',
    ],
  ],
  ['String(new optim.Adam([w], v))', ['{ lr: 1, betas: [0.5, 0.5] }', '{ lrr: 1 }']],
  [
    '(sgd.loadStateDict(v), String(sgd))',
    [
      '{ state: {}, paramGroups: [{ lr: 3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false, params: [0] }] }',
      'Promise.resolve({})',
      'new Map()',
    ],
  ],
  [
    '(multi.loadStateDict(v), multi.stateDict())',
    [
      '{ milestones: [5], gamma: 0.1, lastEpoch: 0, _stepCount: 1, baseLrs: [0.5], _lastLr: [0.5] }',
      '{ milestones: new Map([[5, 2]]), gamma: 0.1, base_lrs: [0.5], last_epoch: 0, _step_count: 1, _last_lr: [0.5] }',
    ],
  ],
  ['new optim.lrScheduler.LambdaLR(sgd, v).getLastLr()', ['[() => 0.5]', '() => 0.5', 'class A {}']],
  ['torch.noGrad(v)', ['() => 1', 'async () => 1', '() => Promise.resolve(1)', 'class A {}']],
  [
    'torch.tidy(v)',
    ['() => [torch.ones(1)]', '() => ({ a: torch.ones(1) })', 'async () => 1', '() => Promise.resolve(1)'],
  ],
  [
    'torch.load(v)',
    [
      FILE,
      `${FILE}.buffer`,
      `new DataView(${FILE}.buffer)`,
      ...AWAITED,
      'new Map()',
      'new Uint8Array([60, 104, 116, 109, 108, 62, 0, 0, 0])',
    ],
  ],
  [
    'torch.load(v).a',
    [
      `new Uint8Array(${FILE})`,
      `new Uint8Array(${FILE}).buffer`,
      `new Float32Array(new Uint8Array([...${FILE}, 0, 0, 0].slice(0, ${'4 * Math.ceil('}${FILE}.length / 4))).buffer)`,
    ],
  ],
  ['torch.loadSafetensors(v).a', [`new Uint8Array(${FILE})`, `new Uint8Array(${FILE}).buffer`]],
  ['bytesOf(torch.save(v))', ['{ a: [1, { b: "é" }, null, 2n] }', 'new Map()', 'new Date(0)', '() => 1']],
  [
    'bytesOf(torch.save(v, { format: "pt" }))',
    ['{ a: [1, { b: "é" }, null, 2n] }', 'new Map([[1, 2]])', 'new Uint8Array([1, 2])', 'new Date(0)', '() => 1'],
  ],
  [
    '[...new torch.DataLoader(v, { batchSize: 2 })].map(String)',
    [
      '[1, 2, 3]',
      '[[1, 2], [3, 4]]',
      '[{ a: 1 }, { a: 2 }]',
      'new Float32Array([1, 2, 3])',
      '[new Float32Array([1]), new Float32Array([2])]',
      'new Set([1, 2])',
      '(function* () { yield 1 })()',
      '{ length: 2, at: (i) => i }',
    ],
  ],
  [
    '[...new torch.DataLoader([1, 2], v)].map(String)',
    ['{ batchSize: 1, collateFn: (b) => b }', '{ sampler: [1, 0] }', '{ batchSampler: [[1], [0]] }'],
  ],
  ['new torch.preprocessing.LabelEncoder().fitTransform(v)', ['["a", "b"]', 'new Int32Array([2, 1])']],
  ['torch.getDummies(v)', ['["a", "b"]', '{ a: ["x", "y"] }']],
  ['String(torch.trainTestSplit([1, 2, 3, 4], v))', ['{ testSize: 0.5, shuffle: false }']],
  [
    'new torch.metrics.MetricCollection(v).compute',
    ['{ a: new torch.metrics.MeanMetric() }', '[new torch.metrics.MeanMetric()]'],
  ],
  ['torch.gridSearch(v, ({ a }) => a).bestParams', ['{ a: [1, 2] }']],
  ['torch.serialization.addSafeGlobals(v)', ['[class A {}]', '[[class A {}, "m.A"]]', '[1]']],
  ['torch.summary(new nn.Linear(3, 1), v)', ['[2, 3]', '[[2, 3]]', '{ inputShape: [2, 3] }']],
  ['torch.setPrintoptions(v)', ['{ precision: 4 }']],
  ['String(torch.autograd.grad(w.sum(), v))', ['[w]', '{}']],
];

test.each(PLACES.flatMap(([place, values]) => values.map((value) => [place, value])))(
  '%s of another realm’s %s',
  (place, value) => {
    const setup = value.includes('[w]') ? `((w) => ${value})(torch.ones(2, { requiresGrad: true }))` : value;
    const expected = outcome(place, own(setup)(torch));
    expect(outcome(place, other(setup)(torch))).toBe(expected);
  },
);

test('a schedule whose function throws says where, whichever realm the error is of', () => {
  const load = runInContext(
    `(torch, fail) => {
      const sgd = new torch.optim.SGD([torch.ones(1)], { lr: 1 });
      const schedule = new torch.optim.lrScheduler.StepLR(sgd, 2);
      Object.defineProperty(fail.state, 'stepSize', { get: fail, enumerable: true });
      schedule.loadStateDict(fail.state);
    }`,
    realm,
  );
  const state = { gamma: 0.1, lastEpoch: 0, _stepCount: 1, baseLrs: [1], _lastLr: [1] };
  expect(() =>
    load(
      torch,
      Object.assign(() => 'two', { state }),
    ),
  ).toThrow(/StepLR.loadStateDict\(\): .*"two"/);
});

test('the compiled core is a module in any realm', () => {
  // It is instantiated already: what matters is that it is not taken for bytes.
  const init = runInContext('torchlet.init', realm) as (source: unknown) => void;
  expect(() => init(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])))).toThrow(
    'instantiated already',
  );
});

test('the import wrote nothing but its own name into the realm', () => {
  const bare = Object.getOwnPropertyNames(runInContext('globalThis', createContext({})));
  const names = Object.getOwnPropertyNames(runInContext('globalThis', realm));
  expect(names.filter((name) => !bare.includes(name))).toEqual(['torchlet', 'show']);
});
