/**
 * The package, dist/:
 *
 *     dist/src, dist/assembly   one ES module a source file and its types: what bundlers shake. Each entry has a
 *                               brother, `nn.edge.js`, that differs in where the core comes from
 *     dist/node                 the entries for Node, Deno and Bun, a statement a line, and the chunks that they share
 *     dist/torchlet.min.js      everything in one ES module, minified: <script type="module">, CDNs
 *     dist/torchlet.global.js   the same as a classic script that sets globalThis.torch: file://, importScripts
 *     dist/torchlet.cjs         everything for `require` where it cannot load an ES module
 *     dist/cjs                  the other entries for `require`, parts of torchlet.cjs; the types once more, marked as
 *                               CommonJS, as TypeScript demands
 *     dist/core.wasm, …         the core, and the families of kernels beside it
 *     nn/, optim/ …             a folder an entry for resolvers that know no `exports`
 *
 * `node package.mjs` writes what package.json says of the entries.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';
import ts from 'typescript';
import { filesIn } from './files.mjs';
import { FAMILIES } from './kernels.mjs';

/** The entries besides `torchlet` itself, and where that has what they give; null: under the same names. */
export const ENTRIES = {
  nn: 'nn',
  'nn/functional': 'nn.functional',
  optim: 'optim',
  data: 'utils.data',
  metrics: 'metrics',
  preprocessing: 'preprocessing',
  autograd: 'autograd',
  search: 'search',
  io: null,
  onnx: 'onnx',
  testing: 'testing',
  tensor: null,
  methods: null,
};

/** Everything in one file, for a page without a bundler. */
const ONE_FILE = 'torchlet.min.js';
/** The same for what loads no module. */
const CLASSIC = 'torchlet.global';

/** Where an entry stands in src and dist/src, without extension. */
const fileOf = (entry) => (entry === '' ? 'index' : `entries/${entry.replace('/', '-')}`);
/** What it is called among the files for Node. */
const nodeName = (entry) => (entry === '' ? 'torchlet' : entry.replace('/', '-'));

/** What `exports` of package.json says of an entry. */
function conditions(entry) {
  const file = fileOf(entry);
  const types = `./dist/src/${file}.d.ts`;
  const esm = { types, default: `./dist/node/${nodeName(entry)}.js` };
  const common = entry === '' ? './dist/torchlet.cjs' : `./dist/cjs/src/${file}.js`;
  const cjs = { types: `./dist/cjs/src/${file}.d.ts`, default: common };
  return {
    workerd: { types, default: `./dist/src/${file}.edge.js` },
    'edge-light': { types, default: `./dist/src/${file}.edge.js` },
    node: { 'module-sync': esm, import: esm, require: cjs },
    import: { types, default: `./dist/src/${file}.js` },
    require: cjs,
    default: `./dist/src/${file}.js`,
  };
}

/** Files that do something when they are imported: the entries, and what they and others import for its effect. */
function withEffects() {
  const found = new Set(['src/torchlet.ts']);
  for (const file of filesIn('src')) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/^import '(\..*\.ts)';/gm)) {
      found.add(file);
      found.add(join(dirname(file), path));
    }
  }
  const sources = [...found].sort();
  const built = sources.flatMap((file) => {
    const js = `dist/${file.replace(/\.ts$/, '.js')}`;
    return /^src\/(entries\/|index)/.test(file) ? [js, edgeOf(js)] : [js];
  });
  return [
    ...sources,
    ...built,
    'dist/node/*.js',
    'dist/torchlet.cjs',
    'dist/torchlet.min.js',
    `dist/${CLASSIC}.js`,
  ].map((file) => `./${file}`);
}

/** The brother of an entry's file that takes the core as a module. */
const edgeOf = (file) => file.replace(/\.js$/, '.edge.js');

/** What package.json says of the entries. */
export function manifest() {
  const exports = { '.': conditions('') };
  for (const entry of Object.keys(ENTRIES)) exports[`./${entry}`] = conditions(entry);
  return {
    sideEffects: withEffects(),
    exports: {
      ...exports,
      [`./${ONE_FILE}`]: { types: './dist/src/index.d.ts', default: `./dist/${ONE_FILE}` },
      [`./${CLASSIC}.js`]: { types: `./dist/${CLASSIC}.d.ts`, default: `./dist/${CLASSIC}.js` },
      ...Object.fromEntries(
        ['core', ...FAMILIES].map((name) => [
          `./${name}.wasm`,
          { types: './dist/core.wasm.d.ts', default: `./dist/${name}.wasm` },
        ]),
      ),
      './package.json': './package.json',
    },
  };
}

/**
 * Marks what makes a module's constants and a class's fields as free of effects: every call, and every template. Bundlers do
 * not see it by themselves; what nobody uses is dropped. (esbuild has no use for a mark at the function, across modules.)
 */
function markPure(code) {
  const file = ts.createSourceFile('module.js', code, ts.ScriptTarget.ES2022, true);
  const places = new Map();
  const visit = (node) => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isClassLike(node)) {
      for (const { types } of node.heritageClauses ?? []) for (const { expression } of types) visit(expression);
      for (const member of node.members) {
        if (
          ts.isPropertyDeclaration(member) &&
          member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
        ) {
          if (member.initializer) visit(member.initializer);
        }
      }
      return;
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node))
      places.set(node.getStart(), { end: node.getStart(), text: '' });
    if (ts.isTemplateExpression(node)) {
      places.set(node.getStart(), { end: node.getEnd(), text: concatenation(node) });
      return;
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { initializer } of statement.declarationList.declarations) if (initializer) visit(initializer);
    } else if (ts.isClassDeclaration(statement)) visit(statement);
  }
  let marked = code;
  for (const [place, { end, text }] of [...places].sort(([a], [b]) => b - a)) {
    marked = `${marked.slice(0, place)}/* @__PURE__ */ ${text}${marked.slice(end)}`;
  }
  return marked;
}

/** A template as a call, which can be marked: a template might call its values' toString(), so esbuild keeps it. */
function concatenation({ head, templateSpans }) {
  const parts = templateSpans.flatMap(({ expression, literal }) => [
    expression.getText(),
    JSON.stringify(literal.text),
  ]);
  return `${JSON.stringify(head.text)}.concat(${parts.join(', ')})`;
}

/**
 * esbuild defines a getter for each name of a namespace before the first module runs. Nothing that is exported changes,
 * so frozen objects made after the last module do as well: 1.2 ms less of the import. Names that they lack are hinted at.
 */
function freezeNamespaces(code) {
  const namespaces = new Map();
  const rest = code.replace(/^var (\w+) = \{\};\n__export\(\1, (\{\n[^}]*\})\);\n(?!module)/gm, (_, name, members) => {
    namespaces.set(name, `var ${name} = withHints(${members.replaceAll(': () => ', ': ')});\n`);
    return '';
  });
  // What is made of a namespace comes after it.
  const later = [];
  const others = rest.replace(/^var \w+ = (\/\* @__PURE__ \*\/ )?withHints\(\w+\);\n/gm, (line) => {
    later.push(line);
    return '';
  });
  const inOrder = [];
  const add = (name) => {
    const text = namespaces.get(name);
    if (!namespaces.delete(name)) return;
    for (const [, inner] of text.matchAll(/: (\w+)/g)) add(inner);
    inOrder.push(text);
  };
  for (const name of [...namespaces.keys()]) add(name);
  const end = others.lastIndexOf('\nexport {') + 1 || others.length;
  return others.slice(0, end) + inOrder.join('') + later.join('') + others.slice(end);
}

/**
 * Whoever imports the default of a CommonJS module gets the module itself, unless it says that it was an ES module; so
 * `require('torchlet')` needs no `default`, which types could say only as `export =`.
 */
const withoutDefault = (code) =>
  code
    .replace('__copyProps(__defProp({}, "__esModule", { value: true }), mod)', '__copyProps({}, mod)')
    .replace(/^ {2}default: \(\) => \w+,\n/m, '');

/**
 * A class that has its name needs no static field, whose initializer V8 compiles and calls for each class: 0.5 ms less.
 * Not in the files for Node: whoever bundles and minifies these renames classes.
 * Where esbuild had to rename the class, the field stays: the name would hide the other of that name.
 */
const nameClasses = (code) =>
  code.replace(
    /^var (\w+) = class( extends (?:(?!^var )[\s\S])+?)? \{\n {2}static name = "\1";\n/gm,
    'var $1 = class $1$2 {\n',
  );

/**
 * A statement a line, without comments and with the names of functions and classes, so that a stack trace can be read;
 * what is local gets a short name. V8 reads it 5 ms faster than as it was written. Everything is ASCII, since one other
 * character makes the text twice as large in memory.
 */
async function light(source, options) {
  const { code } = await minify(source, {
    ...options,
    compress: false,
    mangle: { toplevel: false, module: false, keep_fnames: true, keep_classnames: true },
    format: { ascii_only: true, semicolons: false, comments: false },
  });
  return code;
}

/** Gives each class of a module its name as a static field. */
function nameFields(code) {
  const file = ts.createSourceFile('module.js', code, ts.ScriptTarget.ES2022, true);
  let named = code;
  for (const statement of file.statements.toReversed()) {
    if (!ts.isClassDeclaration(statement) || statement.name === undefined) continue;
    const { pos } = statement.members;
    named = `${named.slice(0, pos)}\n    static name = '${statement.name.text}';${named.slice(pos)}`;
  }
  return named;
}

/** Gives the default export hints. Not in the source: there it is a namespace, which has types too. */
function hintDefault(file) {
  const code = readFileSync(file, 'utf8');
  const plain = 'export { torch as default };';
  if (!code.includes(plain)) throw new Error(`${file} has no ${plain}`);
  const hinted = `import { withHints } from './tensor/hints.js';
const hinted = /* @__PURE__ */ withHints(torch);
export { hinted as default };`;
  writeFileSync(file, code.replace(plain, hinted));
}

/** The modules that bundlers shake. */
function buildModules() {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  for (const file of filesIn('dist/src').filter((name) => name.endsWith('.js'))) {
    // Minifiers rename classes, and a model prints the names of its layers. A static block, which TypeScript makes of a
    // static field, keeps bundlers from dropping the class: 3 KB of an app that uses three layers.
    const named = nameFields(readFileSync(file, 'utf8')).replace(
      /static \{ this\.(\w+) = ([^;]*); \}/g,
      'static $1 = $2;',
    );
    writeFileSync(file, markPure(named));
  }
  hintDefault('dist/src/index.js');
  for (const file of ['', ...Object.keys(ENTRIES)].map((entry) => `dist/src/${fileOf(entry)}.js`)) {
    const code = readFileSync(file, 'utf8');
    writeFileSync(edgeOf(file), code.replace('start/inlined.js', 'start/edge.js'));
  }
  // tsc leaves .ts in the imports of its .d.ts files, which older compilers refuse.
  for (const file of filesIn('dist').filter((name) => name.endsWith('.d.ts'))) {
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(['"]\.[^'"\n]*)\.ts(['"])/g, '$1.js$2'));
  }
}

const COMMON = {
  bundle: true,
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
  charset: 'ascii',
  write: false,
};

/**
 * Puts what has no effect when it is imported into one chunk, by having every entry import all of it. V8 reads a variable
 * of another module anew each time: in 27 chunks a step of 9-64-32-16-1 took 1.2 to 1.4 times as long as in one.
 */
const together = {
  name: 'together',
  setup({ onLoad }) {
    const all = readFileSync('dist/src/torchlet.js', 'utf8').matchAll(/^export .* from "\.\/(.*)";$/gm);
    const company = [...new Set(Array.from(all, ([, file]) => `import '${resolve('dist/src', file)}';\n`))].join('');
    onLoad({ filter: /[\\/]dist[\\/]src[\\/](index|entries[\\/][\w-]+)\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8') + company,
    }));
  },
};

/** The entries for Node and the chunks that they share, and everything in one file. */
async function buildBundles() {
  const entryPoints = Object.fromEntries(
    ['', ...Object.keys(ENTRIES)].map((entry) => [nodeName(entry), `dist/src/${fileOf(entry)}.js`]),
  );
  const split = await build({
    ...COMMON,
    entryPoints,
    format: 'esm',
    splitting: true,
    outdir: 'dist/node',
    plugins: [together],
    // Or what an entry imports for company alone would be dropped.
    ignoreAnnotations: true,
  });
  mkdirSync('dist/node');
  for (const { path, text } of split.outputFiles) {
    writeFileSync(path, await light(freezeNamespaces(text), { module: true }));
  }
  const bundle = async (format, entry = { entryPoints: ['dist/src/index.js'] }) => {
    const { outputFiles } = await build({ ...COMMON, ...entry, format });
    const { text } = outputFiles[0];
    return format === 'cjs' ? freezeNamespaces(withoutDefault(text)) : nameClasses(freezeNamespaces(text));
  };
  // terser's output gzips 3 % smaller than esbuild's own, without comma sequences.
  const smallest = async (source, module) => {
    const { code } = await minify(source, {
      module,
      ecma: 2020,
      keep_classnames: true,
      compress: { passes: 2, sequences: false },
      format: { ascii_only: true },
    });
    return code;
  };
  writeFileSync(`dist/${ONE_FILE}`, await smallest(await bundle('esm'), true));
  const contents = "export { default } from './src/index.js';";
  const whole = await bundle('esm', { stdin: { contents, resolveDir: 'dist' } });
  const classic = whole.replace(/export \{\s*(\w+) as default\s*\};\s*$/, 'globalThis.torch = $1;');
  writeFileSync(`dist/${CLASSIC}.js`, `(()=>{"use strict";${await smallest(classic, true)}})();\n`);
  writeFileSync(
    `dist/${CLASSIC}.d.ts`,
    `import * as everything from './src/index.js';\ndeclare global {\n  var torch: typeof everything;\n}\n`,
  );
  writeFileSync(
    'dist/core.wasm.d.ts',
    '/** The core, as runtimes give it that compile modules. */\ndeclare const module: WebAssembly.Module;\nexport default module;\n',
  );
  writeFileSync('dist/torchlet.cjs', await light(await bundle('cjs')));
}

/** The entries for `require`: parts of torchlet.cjs, so that there is one of everything. */
async function buildCommon() {
  mkdirSync('dist/cjs');
  writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
  for (const folder of ['src', 'assembly']) {
    cpSync(`dist/${folder}`, `dist/cjs/${folder}`, {
      recursive: true,
      filter: (from) => statSync(from).isDirectory() || from.endsWith('.d.ts'),
    });
  }
  const types = 'dist/cjs/src/index.d.ts';
  writeFileSync(types, readFileSync(types, 'utf8').replace('export { torch as default };\n', ''));
  for (const [entry, place] of Object.entries(ENTRIES)) {
    const names = Object.keys(await import(pathToFileURL(`dist/node/${nodeName(entry)}.js`).href));
    const whole = "require('../../../torchlet.cjs')";
    const code =
      place === null
        ? [
            `const torch = ${whole};`,
            ...names.filter((name) => name !== 'default').map((name) => `exports.${name} = torch.${name};`),
          ]
        : [`module.exports = ${whole}.${place};`];
    writeFileSync(`dist/cjs/src/${fileOf(entry)}.js`, `${code.join('\n')}\n`);
  }
}

/** A folder an entry, for resolvers that know no `exports`. */
function buildStubs() {
  for (const entry of Object.keys(ENTRIES)) {
    const up = relative(entry, '.');
    rmSync(entry, { recursive: true, force: true });
    mkdirSync(entry, { recursive: true });
    const main = `${up}/dist/cjs/src/${fileOf(entry)}.js`;
    const stub = { main, module: `${up}/dist/src/${fileOf(entry)}.js`, types: `${up}/dist/src/${fileOf(entry)}.d.ts` };
    writeFileSync(join(entry, 'package.json'), `${JSON.stringify({ ...stub, sideEffects: true }, null, 2)}\n`);
  }
}

export async function buildPackage() {
  rmSync('dist', { recursive: true, force: true });
  buildModules();
  for (const name of ['core', ...FAMILIES]) copyFileSync(`build/${name}.wasm`, `dist/${name}.wasm`);
  await buildBundles();
  await buildCommon();
  buildStubs();
}

if (process.argv[1]?.endsWith('package.mjs')) {
  const written = JSON.parse(readFileSync('package.json', 'utf8'));
  writeFileSync('package.json', `${JSON.stringify({ ...written, ...manifest() }, null, 2)}\n`);
}
