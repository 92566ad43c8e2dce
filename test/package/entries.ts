/** The entries of the installed package: one instance of everything, whichever door it comes by. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../structure/sources.ts';
import { compile, output, program } from './installed.ts';

/** The entries besides `torchlet`, and where that has what they give; null: under the same names. */
export const { ENTRIES } = (await import(join(ROOT, 'package.mjs'))) as { ENTRIES: Record<string, string | null> };

/** Compares each thing that an entry gives with what `torchlet` has in that place; prints how many there were. */
const COMPARE = `
  function compare(torch, entries) {
    const counts = {};
    for (const [entry, place, door] of entries) {
      const whole = place === null ? torch : place.split('.').reduce((part, name) => part[name], torch);
      const names = Object.keys(door).filter((name) => name !== 'default' && name !== 'module.exports');
      for (const name of names) if (!Object.is(door[name], whole[name])) throw new Error(entry + ' has another ' + name);
      if (place !== null) for (const name of Object.keys(whole)) if (!(name in door)) throw new Error(entry + ' lacks ' + name);
      counts[entry] = names.length;
    }
    return counts;
  }
`;

export function describeEntries(folder: () => string): void {
  const node = (name: string, code: string, ...flags: string[]): string =>
    output(folder(), process.execPath, ...flags, program(folder(), name, code)).trim();

  describe('entries', () => {
    const list = Object.entries(ENTRIES);
    const most = (counts: Record<string, number>): void => {
      expect(Object.keys(counts)).toEqual(Object.keys(ENTRIES));
      for (const entry of Object.keys(ENTRIES))
        if (entry !== 'methods') expect(counts[entry], entry).toBeGreaterThan(0);
    };

    test('import: what they give is what torchlet has', () => {
      const doors = list.map(
        ([entry, place]) => `['${entry}', ${JSON.stringify(place)}, await import('torchlet/${entry}')]`,
      );
      const code = `${COMPARE}
        const torch = await import('torchlet');
        console.log(JSON.stringify(compare(torch, [${doors.join(', ')}])), torch.default.nn === torch.nn);`;
      const [counts, isDefault] = node('entries.mjs', code).split(' ');
      most(JSON.parse(counts));
      expect(isDefault).toBe('true');
    });

    test('require: what they give is what torchlet has, where Node can require ES modules and where not', () => {
      const doors = list.map(
        ([entry, place]) => `['${entry}', ${JSON.stringify(place)}, require('torchlet/${entry}')]`,
      );
      const code = `${COMPARE}
        console.log(JSON.stringify(compare(require('torchlet'), [${doors.join(', ')}])));`;
      most(JSON.parse(node('entries.cjs', code)));
      if (process.allowedNodeEnvironmentFlags.has('--no-experimental-require-module')) {
        most(JSON.parse(node('entries.cjs', code, '--no-experimental-require-module')));
      }
    });

    test('the bare handle says what to import, and then has it', () => {
      const code = `
        import { tensor } from 'torchlet/tensor';
        const x = tensor([1, 2]).requiresGrad_();
        const said = [];
        const ask = (name) => { try { said.push(typeof x[name]); } catch (error) { said.push(error.message); } };
        ask('sum'); ask('backward'); ask('then');
        const [row] = [...x];
        said.push(String(x), x.size(0), row.item(), x.shape.join());
        await import('torchlet/optim'); ask('backward'); ask('sum');
        await import('torchlet/methods'); ask('sum');
        console.log(JSON.stringify(said));
      `;
      expect(JSON.parse(node('handle.mjs', code))).toEqual([
        expect.stringMatching(/^this tensor has no 'sum' yet: import 'torchlet\/methods'/),
        expect.stringMatching(/^this tensor has no 'backward' yet: import 'torchlet\/autograd', 'torchlet\/optim'/),
        'undefined',
        'tensor([1., 2.], requires_grad=True)',
        2,
        1,
        '2',
        'function',
        expect.stringMatching(/^this tensor has no 'sum' yet/),
        'function',
      ]);
    });

    test.each(list.map(([entry]) => entry))(
      'torchlet/%s takes the core as a module in workers and edge functions',
      async (entry) => {
        for (const [condition, module] of [
          ['workerd', /from"[^"]*core\.wasm\?module"/],
          ['edge-light', /from"[^"]*core\.wasm\?module"/],
        ] as const) {
          const { outputFiles, metafile } = await build({
            stdin: { contents: `export * from 'torchlet/${entry}';`, resolveDir: folder() },
            bundle: true,
            minify: true,
            format: 'esm',
            conditions: [condition],
            external: ['*.wasm', '*.wasm?module'],
            metafile: true,
            write: false,
          });
          expect(outputFiles[0].text).toMatch(module);
          expect(Object.keys(metafile.inputs).filter((file) => file.includes('inline'))).toEqual([]);
        }
      },
    );

    test('rows are taken by a number without methods, and what needs them says so', () => {
      const code = (first: string): string => `${first}
        import { TensorDataset } from 'torchlet/data';
        import { tensor } from 'torchlet/tensor';
        const dataset = new TensorDataset(tensor([[1, 2], [3, 4], [5, 6]]));
        console.log(JSON.stringify(dataset.at(-1)[0].tolist()));
        try {
          console.log(JSON.stringify(dataset.at([0, 2])[0].tolist()));
        } catch (error) {
          console.log(error.message);
        }`;
      const print = (name: string, first: string): string[] =>
        output(folder(), process.execPath, program(folder(), name, code(first)))
          .trim()
          .split('\n');
      const [last, refused] = print('rows-bare.mjs', '');
      expect(last).toBe('[5,6]');
      expect(refused).toMatch(/index must be a whole number.*import 'torchlet\/methods'/);
      expect(print('rows.mjs', "import 'torchlet/methods';")).toEqual(['[5,6]', '[[1,2],[3,4]]']);
    });

    const bare = `
      import { Linear, Sequential } from 'torchlet/nn';
      import { relu } from 'torchlet/nn/functional';
      import { SGD } from 'torchlet/optim';
      import { DataLoader, TensorDataset } from 'torchlet/data';
      import { loadSafetensors } from 'torchlet/io';
      import { add, tensor, type Tensor } from 'torchlet/tensor';
      const model = new Sequential(new Linear(2, 1));
      const x: Tensor = add(tensor([[1, 2]]), 1);
      relu(model(x)).backward();
      export const used = [SGD, DataLoader, TensorDataset, loadSafetensors, x.item(), x.requiresGrad, x.shape];
    `;
    const wrong = `${bare}
      // @ts-expect-error No import has installed it.
      x.sum();
    `;
    const right = `import 'torchlet/methods';${bare}
      x.sum().add(1);
    `;
    const modes = [
      { name: 'a bundler', module: 'esnext', moduleResolution: 'bundler', file: 'main.ts' },
      { name: 'nodenext, ES module', module: 'nodenext', moduleResolution: 'nodenext', file: 'main.mts' },
      { name: 'node16, CommonJS', module: 'node16', moduleResolution: 'node16', file: 'main.cts' },
      { name: 'node10', module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0', file: 'main.ts' },
    ];
    test.each(
      modes.flatMap((mode) => [
        { ...mode, with: 'with methods' },
        { ...mode, with: 'without methods' },
      ]),
    )('a strict program compiles for $name $with', ({ name, file, with: kind, ...options }) => {
      const source = kind === 'with methods' ? right : wrong;
      expect(compile(join(folder(), `entries ${name} ${kind}`), file, source, options)).toBe('');
    });
  });
}
