/**
 * Every export of every entry as the only thing that a program imports, besides `tensor`, which makes its arguments: in
 * a bundle and a realm of its own, where nothing that another import would bring is there. It must give what it gives
 * where all of the package is loaded.
 */
import { basename, join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { program } from './installed.ts';

/** What programs share: argument lists to try, and a description of what comes back. */
const TOOLS = `
const matrix = (options) => tensor([[0.5, 0.25], [0.75, 0.125]], options);
const leaf = () => matrix({ requiresGrad: true });
const vector = () => tensor([0.5, 0.25, 0.75], { requiresGrad: true });
const labels = () => tensor([1n, 0n]);
const f = (x) => x;
const wide = () => tensor([[[[1, 2, 3], [4, 5, 6], [7, 8, 10]]]], { requiresGrad: true });
const dataset = [[1, 0], [2, 1], [3, 0], [4, 1]];
const one = tensor(1, { requiresGrad: true });
const HEADER = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
const FILE = Uint8Array.from([HEADER.length, 0, 0, 0, 0, 0, 0, 0, ...Array.from(HEADER, (c) => c.charCodeAt(0)), 0, 0, 128, 63]);

/** Each makes a list of arguments; what an export gets is the first that it takes. */
const LISTS = [
  () => [leaf()],
  () => [leaf(), matrix()],
  () => [vector()],
  () => [vector(), vector()],
  () => [leaf(), labels()],
  () => [leaf(), 1],
  () => [leaf(), 0, 1],
  () => [leaf(), [2, 2]],
  () => [leaf(), [4]],
  () => [leaf(), [1, 1]],
  () => [leaf(), matrix(), matrix()],
  () => [leaf(), matrix(), tensor([1, -1])],
  () => [leaf(), matrix(), matrix(), matrix()],
  () => [leaf(), tensor([true, false])],
  () => [leaf(), tensor([[true, false], [false, true]])],
  () => [leaf(), tensor([[true, false], [false, true]]), 2],
  () => [leaf(), tensor([[true, false], [false, true]]), matrix()],
  () => [tensor([[true, false], [false, true]]), leaf(), matrix()],
  () => [leaf(), 0, tensor([[0n, 1n], [1n, 0n]])],
  () => [leaf(), tensor([[0n, 1n], [1n, 0n]])],
  () => [leaf(), 0, tensor([[0n, 1n], [1n, 0n]]), matrix()],
  () => [leaf(), 0, tensor([1n, 0n])],
  () => [leaf(), 0, tensor([1n, 0n]), matrix()],
  () => [leaf(), 0, tensor([1n, 0n]), 2],
  () => [leaf(), 0, tensor([[0n, 1n], [1n, 0n]]), matrix(), 'sum'],
  () => [leaf(), tensor([1n, 2n]), matrix()],
  () => [matrix(), [tensor([1n]), tensor([0n])], tensor([2])],
  () => [leaf(), [1, 0]],
  () => [leaf(), [0], [1]],
  () => [leaf(), [2], 2],
  () => [leaf(), [2], [2]],
  () => [leaf(), [0, 1], 2],
  () => [leaf(), 0, 0, 1],
  () => [leaf(), 0, 1, 1],
  () => [leaf(), 0, [1, 1]],
  () => [leaf(), 0, 2, 1],
  () => [leaf(), 2, 2],
  () => [leaf(), 2, 0, 1],
  () => [leaf(), 2, 1, 0],
  () => [leaf(), [2, 2], [2, 1]],
  () => [leaf(), [2, 2], [2, 1], 0],
  () => [[leaf(), matrix()]],
  () => [[leaf(), matrix()], 0],
  () => [[vector()], 1],
  () => [tensor([1n, 2n, 2n])],
  () => [tensor([1n, 0n, 2n]), 3],
  () => [tensor([1n, 0n]), matrix()],
  () => [tensor([1n, 2n]), tensor([3n, 4n])],
  () => [tensor([[1, 2, 3], [4, 5, 6]]), labels()],
  () => [tensor([[[1, 2], [3, 4]]], { requiresGrad: true }), tensor([[[1, 0], [0, 1]]])],
  () => [tensor([[1, 2]]), tensor([[[1, 0], [0, 1]]]), tensor([[[1, 0], [0, 1]]])],
  () => [leaf(), tensor([[[1, 2], [3, 4]]]), tensor([[[1, 2], [3, 4]]])],
  () => [tensor([[[1, 2], [3, 4]]], { requiresGrad: true }), tensor([[[1, 2], [3, 4]]]), tensor([[[1, 2], [3, 4]]])],
  () => [leaf(), matrix(), tensor([[[1, 2], [3, 4]]])],
  () => [leaf(), tensor([1, 2]), tensor([1, 2])],
  () => [leaf(), tensor([0.5, 0.5]), tensor([0.5, 0.5])],
  () => [leaf(), tensor([0, 0]), tensor([1, 1]), null, null, true],
  () => [vector(), tensor([1, 2]), [1]],
  () => [leaf(), 0.1, 0.2],
  () => [leaf(), -1, 1],
  () => [leaf(), 1, 0, 1],
  () => ['ij,jk->ik', leaf(), matrix()],
  () => [wide()],
  () => [wide(), 2],
  () => [wide(), [1, 1]],
  () => [1],
  () => [2],
  () => [3, 2],
  () => [0, 3],
  () => [0, 10, 2],
  () => [[2, 2]],
  () => [[2, 2], 3],
  () => [[2], [1]],
  () => [3, [2]],
  () => [0, 3, [2]],
  () => [2, 2, 2],
  () => [2, 2, [1]],
  () => [2, [1]],
  () => [2, 2, 2, 2],
  () => [leaf(), tensor([0.5, 1]), 1],
  () => [[leaf()]],
  () => [[leaf()], 0.1],
  () => [[leaf()], { lr: 0.1 }],
  () => [f],
  () => [f, leaf()],
  () => [(x) => x, [tensor([1], { requiresGrad: true, dtype: tensor([0.5]).dtype })]],
  () => [leaf(), f],
  () => [leaf(), leaf(), f],
  () => [() => 1],
  () => [true],
  () => [true, f],
  () => ['float32'],
  () => ['a'],
  () => [tensor([1]).dtype],
  () => [tensor([1]).dtype, tensor([1n]).dtype],
  () => [[1, 2, 3]],
  () => [[1, 2, 3], 2],
  () => [[1, 2, 3], [0, 1]],
  () => [[1, 2, 3], 2, false],
  () => [[1, 2, 3], [1, 2, 3]],
  () => [[1, 0, 1], [1, 1, 1]],
  () => [[[1, 2], [3, 4]]],
  () => [[[1, 2], [3, 4]], [0, 1]],
  () => [[[1, 2], [3, 4], [5, 6], [7, 8]]],
  () => [dataset],
  () => [dataset, [2, 2]],
  () => [[dataset, dataset]],
  () => [[tensor([1]), tensor([2])]],
  () => [['b', 'a', 'b']],
  () => [[['b'], ['a'], ['b']]],
  () => [{ a: 1 }],
  () => [{ a: tensor([1]) }],
  () => [{ task: 'binary' }],
  () => [{ numClasses: 2 }],
  () => [2, {}],
  () => [{ numLabels: 2 }],
  () => [f, { a: [1, 2] }],
  () => [{ a: [1, 2] }],
  () => [f, {}, 2],
  () => [f, { a: { low: 0, high: 1 } }, 1],
  () => [new Uint8Array(8)],
  () => [new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 123, 125])],
  () => [{ children: () => [] }],
  () => [matrix()],
  () => [matrix(), 1, 2],
  () => [matrix(), matrix()],
  () => [vector(), tensor([0.5])],
  () => [matrix(), 1, [2, 1]],
  () => ['cpu'],
  () => [['a'], ['b']],
  () => [['a'], matrix()],
  () => [[], 'maximize', 1],
  () => [() => 1, { a: [1, 2] }],
  () => [() => 1, { a: [1, 2] }, { nTrials: 2 }],
  () => [one, [one]],
  () => [f, [tensor(new Float64Array([0.5]), { requiresGrad: true })]],
  () => [FILE],
  () => [{ a: matrix() }, { format: 'safetensors' }],
  () => [{ a: matrix() }],
  () => [tensor(new Uint8Array(5056))],
  () => [],
];

const isClass = (value) => typeof value === 'function' && /^class\\b/.test(Function.prototype.toString.call(value));

/** What a value is, in words that two realms agree on. */
function described(value, depth = 0) {
  if (value === null || typeof value !== 'object' && typeof value !== 'function') return String(value);
  if ('dims' in value && 'storage' in value) return String(value);
  if (typeof value === 'function') return value.name === '' || depth > 0 ? 'a function' : String(value);
  if (depth > 3) return '…';
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return '[' + Array.from(value, (each) => described(each, depth + 1)).join(', ') + ']';
  const own = Object.entries(value).filter(([key]) => !key.startsWith('_'));
  return value.constructor?.name + ' {' + own.map(([key, each]) => key + ': ' + described(each, depth + 1)).join(', ') + '}';
}

/** What an export gives for a list of arguments: a class is made, a layer called, an optimizer steps. */
function given(value, args) {
  if (!isClass(value)) return typeof value === 'function' ? described(value(...args)) : described(value);
  const made = Reflect.construct(value, args);
  if (typeof made.step === 'function' && args[0]?.[0]) {
    args[0][0].grad = matrix();
    made.step();
    return described(args[0][0]);
  }
  if (typeof made !== 'function') return described(made);
  for (const input of [[leaf()], [leaf(), matrix()], [leaf(), labels()], [wide()], [labels()], [vector()]]) {
    try {
      return String(made) + described(made(...input));
    } catch {}
  }
  return String(made);
}

/** What an export gives for a list, or, where it takes none, what it says to the first. */
function tried(value, at) {
  if (typeof value !== 'function') return described(value);
  if (at >= 0) return given(value, LISTS[at]());
  try {
    return given(value, LISTS[0]());
  } catch ({ name, message }) {
    return name + ': ' + message;
  }
}
`;

/** Finds the first list that an export takes, in a program that has everything. */
const SEARCH = (entries: readonly string[]): string => `
import 'torchlet';
import { tensor } from 'torchlet/tensor';
${entries.map((entry, i) => `import * as entry${i} from '${entry}';`).join('\n')}
${TOOLS}
const spaces = [${entries.map((_, i) => `entry${i}`).join(', ')}];
globalThis.names = () => spaces.map((space) => Object.keys(space));
globalThis.search = (i, name) => {
  const value = spaces[i][name];
  if (typeof value !== 'function') return { at: -1, kind: typeof value, drawn: false, result: described(value) };
  const at = LISTS.findIndex((list) => {
    try {
      given(value, list());
      return true;
    } catch {
      return false;
    }
  });
  const result = tried(value, at);
  const drawn = /^(initialSeed|getRngState)$/.test(name) || at >= 0 && [1, 2, 3, 4, 5].some(() => tried(value, at) !== result);
  return { at, kind: 'function', drawn, result };
};
`;

/** What takes what another import makes, or is there to be extended: it has to refuse what it gets in its own words. */
const REFUSING = [
  'torchlet/autograd Function',
  'torchlet/metrics Metric',
  'torchlet/metrics MetricCollection',
  'torchlet/onnx export',
  'torchlet/onnx load',
  'torchlet/optim LRFinder',
  'torchlet/optim Optimizer',
  'torchlet/tensor init',
  'torchlet/tensor setRngState',
];

interface Found {
  /** Which list; -1 for none. */
  at: number;
  kind: string;
  /** Whether another call, or the same in another realm, gives something else, as what draws does. */
  drawn: boolean;
  result: string;
}

interface Realm {
  names(): string[][];
  search(entry: number, name: string): Found;
  result: string;
}

/** Runs a script where nothing else has run. */
function inRealm(script: Script): Realm {
  const realm = createContext({ console: { log() {}, warn() {} }, performance, TextDecoder, TextEncoder });
  script.runInContext(realm);
  return realm as Realm;
}

async function bundled(folder: string, entryPoints: { in: string; out: string }[]): Promise<Map<string, Script>> {
  const outdir = join(folder, 'alone');
  const options = { absWorkingDir: folder, outdir, bundle: true, format: 'iife', write: false } as const;
  const { outputFiles } = await build({ entryPoints, ...options });
  return new Map(outputFiles.map(({ path, text }) => [basename(path, '.js'), new Script(text)]));
}

export function describeAlone(folder: () => string, entries: readonly string[]): void {
  test('each export works as the only import of a program', async () => {
    const entry = program(folder(), 'search.mjs', SEARCH(entries));
    const search = (await bundled(folder(), [{ in: entry, out: 'search' }])).get('search') as Script;
    const keys = inRealm(search)
      .names()
      .flatMap((names, i) => [...names].map((name) => [i, name] as const));
    // A realm serves several searches, but for what changes settings.
    let realm = inRealm(search);
    const found = keys.map(([i, name], k) => {
      const setting = /^(set|init|manualSeed|seed|memory)/.test(name);
      if (setting || k % 40 === 0) realm = inRealm(search);
      const result = realm.search(i, name);
      if (setting) realm = inRealm(search);
      return result;
    });
    expect(found.length).toBeGreaterThan(400);
    const untried = keys.filter((_, k) => found[k].kind === 'function' && found[k].at < 0);
    expect(untried.map(([i, name]) => `${entries[i]} ${name}`).sort()).toEqual(REFUSING.toSorted());

    const programs = keys.map(([i, name], k) => {
      const code = `
        import { ${name} as subject } from '${entries[i]}';
        import { tensor } from 'torchlet/tensor';
        ${TOOLS}
        globalThis.result = tried(subject, ${found[k].at});
      `;
      return { in: program(folder(), `alone-${k}.mjs`, code), out: String(k) };
    });
    const scripts = await bundled(folder(), programs);
    const wrong: string[] = [];
    for (const [k, { drawn, result }] of found.entries()) {
      const name = `${entries[keys[k][0]]} ${keys[k][1]}`;
      try {
        const own = inRealm(scripts.get(String(k)) as Script).result;
        if (drawn ? own.length === 0 : own !== result) wrong.push(`${name}: ${own} instead of ${result}`);
      } catch (error) {
        wrong.push(`${name}: ${error}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 300_000);
}
