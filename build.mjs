/**
 * Builds the package. `node build.mjs core` compiles the core and writes its bytes down as an importable string, which
 * is all that tests and examples need; `node build.mjs` goes on to dist/:
 *
 *     dist/src, dist/assembly   one ES module a source file and its types: what bundlers shake
 *     dist/torchlet.js          everything in one ES module, a statement a line: Node, Deno and Bun
 *     dist/torchlet.min.js      the same, minified: <script type="module">, CDNs
 *     dist/torchlet.cjs         the same for `require` where it cannot load an ES module
 *     dist/cjs                  the types once more, marked as CommonJS, as TypeScript demands
 *     dist/core.wasm            the core
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { minify } from 'terser';

process.chdir(import.meta.dirname ?? new URL('.', import.meta.url).pathname);

const CORE = 'build/core.wasm';
const DECODER = 'build/decode.wasm';
/** How the decoder is compiled: without a heap, in one page of memory. */
const SMALLEST = '--config none -O3z --noAssert --uncheckedBehavior always --runtime stub --initialMemory 1'.split(' ');
const INLINE = 'src/wasm/inline.generated.ts';

/** Runs a program of node_modules. */
const run = (program, ...args) =>
  execFileSync(process.execPath, [join('node_modules', program), ...args], { stdio: ['ignore', 'inherit', 'inherit'] });

/** The files below a folder. */
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const writtenAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/**
 * Writes bytes in printable ASCII that needs no escape in any JavaScript string or HTML: the most frequent bytes as one
 * letter, the others as two, the first of which is one of the two the alphabet begins with. A byte always begins a
 * letter, so gzip still finds what repeats: 33.2 KB of the package, where base64 takes 43.9 and the bytes alone 32.5.
 * What the text begins with says which characters are letters and which bytes are common; assembly/decode.ts reads it.
 */
function encode(bytes) {
  const characters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const alphabet = characters.filter((c) => !'\\\'"`$<'.includes(c));
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const values = [...counts.keys()];
  const common = new Set(values.toSorted((a, b) => counts[b] - counts[a] || a - b).slice(0, alphabet.length - 2));
  const code = [];
  values
    .filter((byte) => common.has(byte))
    .forEach((byte, i) => {
      code[byte] = alphabet[2 + i];
    });
  values
    .filter((byte) => !common.has(byte))
    .forEach((byte, i) => {
      code[byte] = alphabet[Math.floor(i / alphabet.length)] + alphabet[i % alphabet.length];
    });
  return [
    ...characters.map((c) => Number(alphabet.includes(c))),
    ...values.map((byte) => Number(common.has(byte))),
    ...Array.from(bytes, (byte) => code[byte]),
  ].join('');
}

function buildCore() {
  if (
    Math.min(writtenAt(CORE), writtenAt(DECODER)) <
    Math.max(...filesIn('assembly').map(writtenAt), writtenAt('asconfig.json'))
  ) {
    run('assemblyscript/bin/asc.js', '--target', 'release');
    run('assemblyscript/bin/asc.js', 'assembly/decode.ts', '--outFile', DECODER, ...SMALLEST);
  }
  if (writtenAt(INLINE) < Math.max(writtenAt(CORE), writtenAt('build.mjs'))) {
    const bytes = readFileSync(CORE);
    writeFileSync(
      INLINE,
      `/** build/core.wasm as text: see encode() of build.mjs, which wrote this, and inline.ts, which reads it. */
export const decoder: string =
  '${readFileSync(DECODER).toString('hex')}';
export const length: number = ${bytes.length};
export const text: string =
  '${encode(bytes)}';
`,
    );
  }
}

/**
 * esbuild defines a getter for each name of a namespace before the first module runs. Nothing that is exported changes,
 * so frozen objects made after the last module do as well: 1.2 ms less of the import.
 */
function freezeNamespaces(code) {
  const namespaces = new Map();
  const rest = code.replace(/^var (\w+) = \{\};\n__export\(\1, (\{\n[^}]*\})\);\n(?!module)/gm, (_, name, members) => {
    namespaces.set(name, `var ${name} = Object.freeze(${members.replaceAll(': () => ', ': ')});\n`);
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
  const end = rest.lastIndexOf('\nexport {') + 1 || rest.length;
  return rest.slice(0, end) + inOrder.join('') + rest.slice(end);
}

/**
 * A class that has its name needs no static field, whose initializer V8 compiles and calls for each class: 0.5 ms less.
 * Where esbuild had to rename the class, the field stays: the name would hide the other of that name.
 */
const nameClasses = (code) =>
  code.replace(/^var (\w+) = class( extends [^{\n]+)? \{\n {2}static name = "\1";\n/gm, 'var $1 = class $1$2 {\n');

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

async function buildPackage() {
  rmSync('dist', { recursive: true, force: true });
  run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
  copyFileSync(CORE, 'dist/core.wasm');

  const common = { bundle: true, target: 'es2022', legalComments: 'none', logLevel: 'warning', charset: 'ascii' };
  // The loader comes along, so the package depends on nothing.
  await build({
    ...common,
    entryPoints: ['@assemblyscript/loader'],
    format: 'esm',
    outfile: 'dist/src/wasm/loader.js',
  });
  const host = 'dist/src/wasm/core.js';
  writeFileSync(host, readFileSync(host, 'utf8').replace("'@assemblyscript/loader'", "'./loader.js'"));

  // Minifiers rename classes, and a model prints the names of its layers. A static block, which TypeScript makes of a
  // static field, keeps bundlers from dropping the class: 3 KB of an app that uses three layers.
  for (const file of filesIn('dist/src').filter((name) => name.endsWith('.js'))) {
    const named = readFileSync(file, 'utf8')
      .replace(/^((?:export )?class (\w+)[^{\n]*\{)$/gm, "$1\n    static name = '$2';")
      .replace(/static \{ this\.(\w+) = ([^;]*); \}/g, 'static $1 = $2;');
    writeFileSync(file, named);
  }

  const bundle = async (format) => {
    const { outputFiles } = await build({ ...common, write: false, entryPoints: ['dist/src/index.js'], format });
    return nameClasses(freezeNamespaces(outputFiles[0].text));
  };
  const whole = await bundle('esm');
  writeFileSync('dist/torchlet.js', await light(whole, { module: true }));
  // terser's output gzips 3 % smaller than esbuild's own, without comma sequences.
  const { code } = await minify(whole, {
    module: true,
    ecma: 2020,
    keep_classnames: true,
    compress: { passes: 2, sequences: false },
    format: { ascii_only: true },
  });
  writeFileSync('dist/torchlet.min.js', code);
  writeFileSync('dist/torchlet.cjs', await light(await bundle('cjs')));

  // tsc leaves .ts in the imports of its .d.ts files, which older compilers refuse.
  for (const file of filesIn('dist').filter((name) => name.endsWith('.d.ts'))) {
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(['"]\.[^'"\n]*)\.ts(['"])/g, '$1.js$2'));
  }
  mkdirSync('dist/cjs');
  writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
  for (const folder of ['src', 'assembly']) {
    cpSync(`dist/${folder}`, `dist/cjs/${folder}`, {
      recursive: true,
      filter: (from) => statSync(from).isDirectory() || from.endsWith('.d.ts'),
    });
  }
}

buildCore();
if (process.argv[2] !== 'core') await buildPackage();
