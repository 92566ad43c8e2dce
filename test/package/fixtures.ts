/** What programs weigh that use parts of the package, by three bundlers without configuration; each is run, too. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { rollup } from 'rollup';
import { minify } from 'terser';
import { describe, expect, test } from 'vitest';
import { output, program } from './installed.ts';

interface Fixture {
  code: string;
  /** What it prints. */
  prints: RegExp;
  /** Bytes, gzipped, that no bundler may pass. */
  ceiling: number;
  /** Folders and files of src that must not be in it, and words of messages that would tell. */
  without: RegExp;
  silent: readonly string[];
}

const TRAIN = `
manualSeed(0);
const model = new Sequential(new Linear(2, 8), new ReLU(), new Linear(8, 2));
const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const y = tensor([0n, 1n, 1n, 0n]);
const optimizer = new SGD(model.parameters(), { lr: 0.5, momentum: 0.9 });
const criterion = new CrossEntropyLoss();
let loss;
for (let epoch = 0; epoch < 60; epoch++) {
  for (const [inputs, labels] of new DataLoader(new TensorDataset(x, y), { batchSize: 2, shuffle: true })) {
    optimizer.zeroGrad();
    loss = criterion(model(inputs), labels);
    loss.backward();
    optimizer.step();
  }
}
console.log(loss.item());
`;

const FIXTURES: Record<string, Fixture> = {
  'predict with Linear, ReLU, Sequential and a safetensors file': {
    code: `
import { Linear, ReLU, Sequential } from 'torchlet/nn';
import { loadSafetensors } from 'torchlet/io';
import { tensor } from 'torchlet/tensor';
const model = new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2));
if (globalThis.file) model.loadStateDict(loadSafetensors(globalThis.file));
console.log(model(tensor([[1, 2, 3]])).tolist()[0].length);
`,
    prints: /^2$/,
    ceiling: 60_000,
    without: /^src\/(methods|optim|data|metrics|search|engine)\/|families|loss|embedding|convolution|sort/,
    silent: ['optimizer got an empty parameter list', 'mat1 and mat2 must', 'num_samples'],
  },
  'predict with the same and any file': {
    code: `
import { Linear, ReLU, Sequential } from 'torchlet/nn';
import { load } from 'torchlet/io';
import { tensor } from 'torchlet/tensor';
const model = new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2));
if (globalThis.file) model.loadStateDict(load(globalThis.file));
console.log(model(tensor([[1, 2, 3]])).tolist()[0].length);
`,
    prints: /^2$/,
    // 65,000 of `gzip -9` itself, of which Node's zlib makes 1 % more.
    ceiling: 65_500,
    without: /^src\/(methods|optim|data|metrics|search|engine)\/|families|loss|embedding|convolution|sort/,
    silent: ['optimizer got an empty parameter list', 'too many for a file'],
  },
  'train a Sequential by SGD through the entries': {
    code: `
import { CrossEntropyLoss, Linear, ReLU, Sequential } from 'torchlet/nn';
import { SGD } from 'torchlet/optim';
import { DataLoader, TensorDataset } from 'torchlet/data';
import { manualSeed, tensor } from 'torchlet/tensor';
${TRAIN}`,
    prints: /^\d\.\d+$/,
    ceiling: 75_000,
    without: /^src\/(methods|metrics|search|io)\/|families|lr-scheduler|adam|embedding|preprocessing/,
    silent: ['LRFinder', 'total_steps'],
  },
  'tensor, add, matmul': {
    code: `
import { add, matmul, tensor } from 'torchlet/tensor';
console.log(matmul(tensor([[1, 2]]), add(tensor([[1], [2]]), 1)).tolist()[0][0]);
`,
    prints: /^8$/,
    ceiling: 50_000,
    without: /^src\/(methods|nn|optim|data|metrics|search|io|engine)\/|families|random|loss/,
    silent: ['is not a Module subclass', 'seed'],
  },
  'train by named imports of torchlet, with its methods': {
    code: `
import { manualSeed, nn, optim, tensor, TensorDataset, DataLoader } from 'torchlet';
const { CrossEntropyLoss, Linear, ReLU, Sequential } = nn;
const { SGD } = optim;
${TRAIN}`,
    prints: /^\d\.\d+$/,
    ceiling: 148_000,
    without: /^src\/(metrics|search|io)\//,
    silent: [],
  },
};

interface Bundle {
  text: string;
  modules: string[];
}

const shorten = (file: string): string => file.replace(/^.*\/torchlet\/dist\//, '');

const BUNDLERS: Record<string, (entry: string, folder: string) => Promise<Bundle>> = {
  async esbuild(entry, folder) {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      absWorkingDir: folder,
      bundle: true,
      minify: true,
      format: 'esm',
      metafile: true,
      write: false,
    });
    const [{ inputs }] = Object.values(metafile.outputs);
    const modules = Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
    return { text: outputFiles[0].text, modules };
  },
  async rollup(entry) {
    const bundle = await rollup({ input: entry, plugins: [nodeResolve()] });
    const [chunk] = (await bundle.generate({ format: 'es' })).output;
    const { code = '' } = await minify(chunk.code, { module: true });
    return { text: code, modules: withText(chunk.modules) };
  },
  async rolldown(entry) {
    const bundle = await rolldown({ input: entry });
    const [chunk] = (await bundle.generate({ format: 'es', minify: true })).output;
    await bundle.close();
    return { text: chunk.code, modules: withText(chunk.modules) };
  },
};

const withText = (modules: Record<string, { renderedLength: number }>): string[] =>
  Object.entries(modules).flatMap(([file, { renderedLength }]) => (renderedLength > 0 ? [file] : []));

export function describeFixtures(folder: () => string): void {
  describe.each(Object.entries(FIXTURES))('%s', (name, { code, prints, ceiling, without, silent }) => {
    test.each(Object.keys(BUNDLERS))('%s', async (bundler) => {
      const file = name.replace(/\W+/g, '-');
      const { text, modules } = await BUNDLERS[bundler](program(folder(), `${file}.mjs`, code), folder());
      const { length } = gzipSync(text, { level: 9 });
      console.log(`${name}, ${bundler}: ${length} bytes gzipped, at most ${ceiling}`);
      const bundled = program(folder(), `${file}-${bundler}.mjs`, text);
      expect(output(folder(), process.execPath, bundled).trim()).toMatch(prints);
      expect(modules.map(shorten).filter((each) => without.test(each))).toEqual([]);
      expect(modules.some((each) => each.includes(join('tensor', 'tensor.js')))).toBe(true);
      for (const words of silent) expect(text).not.toContain(words);
      expect(length).toBeLessThanOrEqual(ceiling);
    });
  });
}
