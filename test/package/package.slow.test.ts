/** The package as npm would publish it: what is in it, what each way to load it gives, and its types. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAMILIES, ROOT } from '../structure/sources.ts';
import { describeAlone } from './alone.ts';
import { describeEntries, ENTRIES } from './entries.ts';
import { describeFixtures } from './fixtures.ts';
import { compile, coreHash, installPackage, output, program, type Trained, trainInNode } from './installed.ts';

let folder = '';
let inside = '';
let trained: Trained;
let hash = '';

beforeAll(() => {
  folder = installPackage();
  inside = join(folder, 'node_modules/torchlet');
  ({ hash, ...trained } = trainInNode(folder));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a program prints in a process of its own. */
function node(name: string, code: string, ...flags: string[]): string {
  return output(folder, process.execPath, ...flags, program(folder, name, code)).trim();
}

describe('contents', () => {
  test('holds what is built, the licence and the documents, and nothing of tests, sources or tools', () => {
    const files = (readdirSync(inside, { recursive: true }) as string[]).filter((file) => /\.\w+$/.test(file));
    const top = new Set(files.map((file) => file.split('/')[0]));
    const documents = ['README.md', 'FEATURES.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE'];
    // A folder an entry, for resolvers that know no `exports`.
    const stubs = Object.keys(ENTRIES).map((entry) => entry.split('/')[0]);
    expect([...top].filter((name) => !['dist', 'package.json', ...documents, ...stubs].includes(name))).toEqual([]);
    expect(documents.filter((name) => !existsSync(join(inside, name)))).toEqual([]);
    const kinds = new Set(files.map((file) => file.slice(file.indexOf('.', file.lastIndexOf('/')))));
    const known = [
      '.js',
      '.d.ts',
      '.cjs',
      '.min.js',
      '.edge.js',
      '.global.js',
      '.global.d.ts',
      '.wasm.d.ts',
      '.wasm',
      '.generated.js',
      '.generated.d.ts',
      '.json',
      '.md',
    ];
    expect([...kinds].filter((kind) => !known.includes(kind))).toEqual([]);
  });

  test('what its documents link to is in it, but for the examples and what only a contributor needs', () => {
    const repository = /^(examples|test)\/|^CONTRIBUTING\.md$/;
    for (const name of readdirSync(inside).filter((file) => file.endsWith('.md'))) {
      const text = readFileSync(join(inside, name), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link);
      const dead = links.filter((link) => !repository.test(link) && !existsSync(join(inside, link)));
      expect(dead, name).toEqual([]);
      if (name === 'README.md') expect(links).toContain('FEATURES.md');
    }
  });

  test('depends on nothing at run time', () => {
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['torchlet']);
    const { dependencies } = JSON.parse(readFileSync(join(inside, 'package.json'), 'utf8'));
    expect(dependencies).toBeUndefined();
  });

  test('files that hold everything are ASCII: one other character makes their text twice as large in memory', () => {
    for (const file of ['node/torchlet.js', 'torchlet.min.js', 'torchlet.cjs']) {
      expect(readFileSync(join(inside, 'dist', file), 'latin1'), file).toMatch(/^[\n -~]*$/);
    }
  });

  // What nobody imports costs nobody: the whole is reported, the ceilings are for what a program takes of it.
  test('says how large the whole library is, gzipped, JavaScript and core together', () => {
    const { length } = gzipSync(readFileSync(join(inside, 'dist/torchlet.min.js')), { level: 9 });
    expect(length).toBeGreaterThan(10_000);
    console.log(`torchlet.min.js: ${length} bytes gzipped`);
  });
});

describe('as others check packages', () => {
  const tool = (path: string, ...args: string[]): string =>
    output(folder, process.execPath, join(ROOT, 'node_modules', path), ...args);

  test('publint', () => {
    expect(tool('publint/src/cli.js', inside, '--strict', '--pack', 'false')).toContain('All good');
  });

  test('are the types wrong', () => {
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
    // Left out: what is no module, and the file for pages, which no resolver looks for.
    const without = [
      '--exclude-entrypoints',
      ...['core', ...FAMILIES].map((name) => `${name}.wasm`),
      'torchlet.min.js',
      'torchlet.global.js',
    ];
    expect(tool('@arethetypeswrong/cli/dist/index.js', join(folder, tarball), ...without)).toContain(
      'No problems found',
    );
  }, 60_000);
});

describe('in Node', () => {
  test('import trains, and the bytes it compiles are those of core.wasm', () => {
    const [[first, last], [labelFirst, labelLast]] = trained.losses;
    expect(last).toBeLessThan(first / 2);
    expect(labelLast).toBeLessThan(labelFirst / 2);
    expect(trained.correct).toBeGreaterThan(56);
    expect(hash).toBe(coreHash(folder));
  });

  const required = `
    const torch = require('torchlet');
    import('./suite.mjs').then(({ train }) => console.log(JSON.stringify(train(torch))));
  `;
  test('require trains to the same bits', () => {
    expect(JSON.parse(node('require.cjs', required))).toEqual(trained);
  });

  test('require does so where Node cannot require an ES module', () => {
    const flags = process.allowedNodeEnvironmentFlags.has('--experimental-require-module')
      ? ['--no-experimental-require-module']
      : [];
    const which = node('which.cjs', "console.log(require.resolve('torchlet'));", ...flags);
    expect(which).toMatch(/torchlet\.cjs$/);
    expect(JSON.parse(node('require.cjs', required, ...flags))).toEqual(trained);
  });

  test('each of the files that others load trains to the same bits', () => {
    for (const file of ['src/index.js', 'node/torchlet.js', 'torchlet.min.js']) {
      const code = `
        import * as torch from './node_modules/torchlet/dist/${file}';
        import { train } from './suite.mjs';
        console.log(JSON.stringify(train(torch)));
      `;
      expect(JSON.parse(node('file.mjs', code)), file).toEqual(trained);
    }
  });

  test('each has all names, those of namespaces too, frozen, and classes that know their own', () => {
    const code = `
      const { default: assert } = await import('node:assert/strict');
      const modules = await import('./node_modules/torchlet/dist/src/index.js');
      const isNamespace = (value) => value?.[Symbol.toStringTag] === 'Module';
      const isClass = (value) => typeof value === 'function' && /^class/.test(value);
      function compare(whole, part, path) {
        for (const [name, value] of Object.entries(part)) {
          if (isNamespace(value)) {
            assert.deepEqual(Object.keys(whole[name]).sort(), Object.keys(value).sort(), path + name);
            assert(Object.isFrozen(whole[name]), path + name);
            compare(whole[name], value, path + name + '.');
          } else if (isClass(value)) assert.equal(whole[name].name, value.name, path + name);
        }
      }
      for (const file of ['node/torchlet.js', 'torchlet.min.js', 'torchlet.cjs']) {
        const loaded = await import('./node_modules/torchlet/dist/' + file);
        // A CommonJS module is its own default.
        const isCommon = file.endsWith('.cjs');
        const whole = isCommon ? { ...loaded.default, default: loaded.default } : loaded;
        assert.deepEqual(Object.keys(whole).sort(), Object.keys(modules).sort(), file);
        compare(whole, isCommon ? { ...modules, default: null } : modules, file + ': ');
      }
    `;
    expect(() => node('names-inside.mjs', code)).not.toThrow();
  });

  test('import and require give one library, so a tensor of one is a tensor of the other', () => {
    const code = `
      const torch = require('torchlet');
      import('torchlet').then((imported) => console.log(imported.Tensor === torch.Tensor));
    `;
    const canRequire = (process.features as { require_module?: boolean }).require_module === true;
    expect(node('both.cjs', code)).toBe(String(canRequire));
  });

  test('core.wasm and package.json can be named', () => {
    const code = `
      console.log(import.meta.resolve('torchlet/core.wasm'), import.meta.resolve('torchlet/package.json'));
    `;
    expect(node('names.mjs', code)).toMatch(/dist\/core\.wasm .*torchlet\/package\.json$/);
  });
});

describe('bundled', () => {
  /** The files of the package that a bundle took something from. */
  async function bundled(code: string, conditions: string[] = []): Promise<{ text: string; inputs: string[] }> {
    const result = await build({
      stdin: { contents: code, resolveDir: folder },
      bundle: true,
      minify: true,
      format: 'esm',
      conditions,
      external: ['*.wasm', '*.wasm?module'],
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
    const [{ inputs }] = Object.values(result.metafile.outputs);
    const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    return { text: result.outputFiles[0].text, inputs: used.map(([name]) => name.replace(/^.*\/dist\//, '')) };
  }

  test('a program that makes a tensor leaves out the layers, the optimizers and the data', async () => {
    const { inputs, text } = await bundled(
      "import { tensor } from 'torchlet'; console.log(tensor([1, 2]).add(1).tolist().join());",
    );
    expect(inputs.filter((file) => /^src\/(nn|optim|data|metrics|io)\//.test(file))).toEqual([]);
    expect(node('shaken.mjs', text)).toBe('2,3');
  });

  test('a program that uses all of it trains to the same bits', async () => {
    const { text } = await bundled(
      "import * as torch from 'torchlet'; import { train } from './suite.mjs'; console.log(JSON.stringify(train(torch)));",
    );
    expect(JSON.parse(node('whole.mjs', text))).toEqual(trained);
  });

  test('workers and edge functions import the core and do not carry its bytes', async () => {
    const program = "import { tensor } from 'torchlet'; console.log(tensor(1).item());";
    for (const [condition, module] of [
      ['workerd', /from"[^"]*core\.wasm\?module"/],
      ['edge-light', /from"[^"]*core\.wasm\?module"/],
    ] as const) {
      const { text, inputs } = await bundled(program, [condition]);
      expect(text).toMatch(module);
      expect(inputs).not.toContain('src/wasm/inline.generated.js');
    }
  });
});

describe('types', () => {
  const source = `
    import * as torch from 'torchlet';
    import { nn, optim, tensor, type Tensor } from 'torchlet';
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
    const weight: Tensor = model[0].weight;
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    optimizer.step();
    for (const Kind of [optim.SGD, optim.AdamW]) new Kind(model.parameters(), { lr: 0.1 });
    const dataset = new torch.TensorDataset(tensor([[1, 2], [3, 4]]), tensor([0, 1]));
    const [train, rest] = torch.randomSplit(dataset, [1, 1]);
    const count = (loader: torch.DataLoader): number => [...loader].length;
    export const counts = [new torch.DataLoader(train), new torch.DataLoader(rest, 1, true)].map(count);
    const y: torch.Tensor = model(tensor([[1, 2]]));
    export const shape: readonly number[] = y.matmul(weight).shape;
    // @ts-expect-error A string is no tensor.
    y.add('1');
  `;
  const modes = [
    { name: 'a bundler', module: 'esnext', moduleResolution: 'bundler', file: 'main.ts' },
    { name: 'node16, ES module', module: 'node16', moduleResolution: 'node16', file: 'main.mts' },
    { name: 'node16, CommonJS', module: 'node16', moduleResolution: 'node16', file: 'main.cts' },
    { name: 'nodenext, ES module', module: 'nodenext', moduleResolution: 'nodenext', file: 'main.mts' },
    { name: 'nodenext, CommonJS', module: 'nodenext', moduleResolution: 'nodenext', file: 'main.cts' },
    { name: 'workerd', module: 'esnext', moduleResolution: 'bundler', customConditions: ['workerd'], file: 'main.ts' },
  ];

  test.each(modes)('a strict program compiles for $name', ({ name, file, ...options }) => {
    const checks = { noUncheckedIndexedAccess: true, skipDefaultLibCheck: true };
    expect(compile(join(folder, `types ${name}`), file, source, { ...options, ...checks })).toBe('');
  });
});

describeEntries(() => folder);
describeFixtures(() => folder);
describe('alone', () => {
  const doors = Object.keys(ENTRIES).filter((entry) => entry !== 'methods');
  describeAlone(
    () => folder,
    doors.map((entry) => `torchlet/${entry}`),
  );
});
