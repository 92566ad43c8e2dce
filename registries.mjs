/**
 * What follows from the operations of src/ops, written into files that nobody edits: the exports of `torch`, the tables of
 * methods, the in-place functions of rows, and the names for tests. An operation is an exported function with a signature.
 * It stands where PyTorch has its name (test/golden/places.json); a row that PyTorch has nowhere stands everywhere. What is
 * otherwise is said in `ELSEWHERE` and `BEYOND`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What PyTorch has there as another function than the one of this name: of `torch`, F's. */
const ELSEWHERE = {
  torch: `alphaDropout batchNorm bilinear binaryCrossEntropyWithLogits cosineEmbeddingLoss dropout embedding
    hingeEmbeddingLoss klDiv marginRankingLoss pairwiseDistance poissonNllLoss rrelu tripletMarginLoss`.split(/\s+/),
  // A gradient is an attribute here, and the handle counts its elements itself.
  Tensor: ['grad', 'numel'],
};
/** What stands where PyTorch has nothing of the name. */
const BEYOND = { torch: ['expand'], Tensor: ['at', 'bucketize', 'setAt_'] };
/** The files of src/methods, one for a folder of src/ops. */
const GROUPS = ['create', 'elementwise', 'linalg', 'random', 'reduce', 'select', 'view'];
/** Methods that are no operations of src/ops: transposes.ts, engine/install.ts. */
const OTHER_METHODS = ['T', 'mT', 'registerHook'];

const IN_PLACE = 'src/ops/elementwise/in-place.generated.ts';
const camel = (name) => name.replace(/(?<=[a-zA-Z0-9])_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const byName = ({ name: a }, { name: b }) => (a < b ? -1 : a > b ? 1 : 0);

function readPlaces() {
  const { torch, Tensor, F } = JSON.parse(readFileSync('test/golden/places.json', 'utf8'));
  return Object.fromEntries(
    Object.entries({ torch, Tensor, F }).map(([place, names]) => [place, new Set(names.map(camel))]),
  );
}

/** Runs the sources, with nothing for the files that are yet to be written. */
async function load(files) {
  const folder = mkdtempSync(join(tmpdir(), 'torchlet-'));
  const outfile = join(folder, 'operations.mjs');
  const absent = {
    name: 'generated files are empty',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.generated\.ts$/ }, ({ path }) => ({ path, namespace: 'absent' }));
      onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents: 'module.exports = {}', loader: 'js' }));
    },
  };
  try {
    await build({
      stdin: {
        contents: files.map((file, i) => `export * as file${i} from './${file}';`).join('\n'),
        resolveDir: process.cwd(),
      },
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile,
      plugins: [absent],
      logLevel: 'error',
    });
    const modules = await import(pathToFileURL(outfile).href);
    return files.map((_, i) => modules[`file${i}`]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether a file's own text makes `name`, and does not pass it on from another. */
function makes(text, name) {
  const own = text.replace(/^export (type )?\{[^}]*\} from .*$/gm, '');
  return new RegExp(`^export (const|function) ${name}\\b|^export \\{[^}]*\\b${name}\\b[^}]*\\};`, 'm').test(own);
}

/** Every exported operation: its name, the name in its file, its file, its row if it has one. */
async function operations(files) {
  const found = [];
  for (const [i, values] of (await load(files)).entries()) {
    const text = readFileSync(files[i], 'utf8');
    for (const [name, value] of Object.entries(values)) {
      if (typeof value !== 'function' || value.signature === undefined) continue;
      // Every name of functional.ts is F's, whoever made it.
      if (files[i].startsWith('src/ops/') && !makes(text, name)) continue;
      const own = value.signature.slice(0, value.signature.indexOf('('));
      const [, first = ''] = /\((\w+)/.exec(value.signature) ?? [];
      found.push({ name, local: name, own, first, file: files[i], row: value.row });
    }
  }
  return found.sort(byName);
}

/** Whether PyTorch has a name anywhere. */
const isKnown = (places, name) => Object.values(places).some((names) => names.has(name));

/** The operations that stand in a place, by their names there. */
function standing(all, place, places) {
  const names = new Map();
  const wanted = (name, row) => {
    if (BEYOND[place]?.includes(name)) return true;
    if (ELSEWHERE[place]?.includes(name)) return false;
    return places[place].has(name) || (row !== undefined && !isKnown(places, name));
  };
  // A method's first argument is the tensor itself.
  const fits = ({ first }) => place === 'torch' || ['input', 'self', 'tensor', 'tensor1'].includes(first);
  for (const each of all) {
    // An alias of what PyTorch has not is a helper.
    const known = each.name === each.own || isKnown(places, each.name);
    if (fits(each) && known && wanted(each.name, each.row)) {
      const other = names.get(each.name);
      if (other !== undefined)
        throw new Error(`${each.file} and ${other.file} both export an operation '${each.name}'`);
      names.set(each.name, each);
    }
  }
  // `var_` and `toBool` cannot have the names that they go by.
  for (const each of all) {
    if (fits(each) && each.name !== each.own && !names.has(each.own) && places[place].has(each.own)) {
      names.set(each.own, { ...each, name: each.own });
    }
  }
  return [...names.values()].sort(byName);
}

/** The in-place functions that follow from rows. */
function inPlaceOf(all, places) {
  const there = new Set(all.map(({ name }) => name));
  const forms = [];
  for (const each of all) {
    const name = `${each.name}_`;
    if (each.row?.backward === undefined || each.name.endsWith('_') || there.has(name)) continue;
    if (places.Tensor.has(name) || (each.name === each.own && !isKnown(places, each.name))) {
      const alias = each.name !== each.own;
      forms.push({ name, local: name, own: `${each.own}_`, of: each, alias, file: IN_PLACE, row: {}, first: 'input' });
    }
  }
  return forms.sort(byName);
}

const HEAD = '/** Written by `node build.mjs core` from the operations of src/ops: see registries.mjs. */\n';

/** `from` as `to` imports it. */
function pathTo(from, to) {
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

/** A name for a file's namespace. */
const spaceOf = (file) =>
  `${camel(basename(file).replace('.generated', '').replace('.ts', '').replaceAll('-', '_'))}Ops`;

function group(list, key) {
  const groups = new Map();
  for (const each of list) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * What else of the files of operations `torch` exports. It stands with them, since Turbopack (Next 16.4) loses the import of
 * a file of which two files re-export: a reference to a variable that there is not.
 */
const BESIDE = Object.entries({
  'src/ops/create/legacy.ts': [
    'BoolTensor',
    'ByteTensor',
    'DoubleTensor',
    'FloatTensor',
    'IntTensor',
    'LongTensor',
    'Tensor',
  ],
  'src/ops/random/random.ts': ['Generator', 'initialSeed', 'manualSeed', 'setRngState'],
}).flatMap(([file, names]) => names.map((name) => ({ name, local: name, file })));

function exportsText(list) {
  const lines = group([...BESIDE, ...list], ({ file }) => file).map(([file, each]) => {
    const names = each.map(({ name, local }) => (name === local ? name : `${local} as ${name}`));
    return `export { ${names.join(', ')} } from '${pathTo('src/ops/index.ts', file)}';`;
  });
  return `${HEAD}${lines.join('\n')}\n`;
}

function methodsText(list) {
  const files = group(list, ({ file }) => file).map(([file]) => file);
  const target = 'src/methods/index.ts';
  return `${HEAD}${files.map((file) => `import * as ${spaceOf(file)} from '${pathTo(target, file)}';`).join('\n')}

/** The methods, by their names. */
export const METHODS = {
${list.map(({ name, local, file }) => `  ${name}: ${spaceOf(file)}.${local},`).join('\n')}
} as const;

/** Where they stand with their docstrings. */
export type Sources = ${files.map((file) => `typeof ${spaceOf(file)}`).join(' & ')};
`;
}

function inPlaceText(list) {
  const made = list.filter(({ alias }) => !alias);
  const sources = group(made, ({ of }) => of.file).map(
    ([file, forms]) => `import { ${forms.map(({ of }) => of.local).join(', ')} } from '${pathTo(IN_PLACE, file)}';`,
  );
  const text = made.map(({ name, of }) => {
    const two = of.row.operands === 2;
    const type = two ? (of.row.second === 'other' ? 'BinaryOp' : `BinaryOp<'${of.row.second}'>`) : 'UnaryOp';
    return `/**
 * \`${of.name}\`, written into its ${two ? 'first operand' : 'input'}, which is returned.
 *
 * @throws TypeError when the result does not fit the input's dtype; Error for a leaf that requires grad.
 * @example
 * \`\`\`ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([0.5, 1]);
 * console.log(x.${name}(${two ? 'x' : ''}) === x); // => true
 * \`\`\`
 */
export const ${name}: ${type} = ${two ? 'inplaceBinary' : 'inplaceUnary'}(${of.local});`;
  });
  const aliases = list.filter(({ alias }) => alias).map(({ name, own }) => `export { ${own} as ${name} };`);
  return `${HEAD}import type { BinaryOp, UnaryOp } from '../define.ts';
import { inplaceBinary, inplaceUnary } from '../define-inplace.ts';
${sources.join('\n')}

${text.join('\n')}
${aliases.join('\n')}
`;
}

/** The files to write, as [path, text]. `sources` are the files of src/ops, and functional.ts of src/nn. */
export async function registries(sources) {
  const places = readPlaces();
  const found = await operations(sources);
  const all = found.filter(({ file }) => file.startsWith('src/ops/'));
  const forms = inPlaceOf(all, places);
  const every = [...all, ...forms].sort(byName);
  const [functions, methods] = ['torch', 'Tensor'].map((place) => standing(every, place, places));
  const groupOf = ({ file }) => file.split('/')[2];
  const strange = methods.find((each) => !GROUPS.includes(groupOf(each)));
  if (strange !== undefined) {
    throw new Error(
      `${strange.file} has the method '${strange.name}': methods stand in a folder of ${GROUPS.join(', ')}`,
    );
  }
  const methodNames = [...methods.map(({ name }) => name), ...OTHER_METHODS].sort();
  return [
    ['src/ops/operations.generated.ts', exportsText(functions)],
    [IN_PLACE, inPlaceText(forms)],
    ...GROUPS.map((name) => [
      `src/methods/${name}.generated.ts`,
      methodsText(methods.filter((each) => groupOf(each) === name)),
    ]),
    [
      'src/tensor/method-names.generated.ts',
      `${HEAD}export const methodNames: string =\n  '${methodNames.join(' ')}';\n`,
    ],
    [
      'test/golden/operations.generated.json',
      `${JSON.stringify(
        {
          torch: functions.map(({ name }) => name),
          Tensor: methodNames,
          F: found.filter(({ file }) => !file.startsWith('src/ops/')).map(({ name }) => name),
        },
        null,
        1,
      )}\n`,
    ],
  ];
}
