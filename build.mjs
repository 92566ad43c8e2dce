/**
 * Builds the package. `node build.mjs core` compiles the core, writes its bytes down as an importable string, and the
 * names of the methods as another, which is all that tests and examples need; `node build.mjs` goes on to dist/ (see
 * package.mjs).
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

process.chdir(import.meta.dirname ?? new URL('.', import.meta.url).pathname);

const CORE = 'build/core.wasm';
const DECODER = 'build/decode.wasm';
/** How the decoder is compiled: without a heap, in one page of memory. */
const SMALLEST = '--config none -O3z --noAssert --uncheckedBehavior always --runtime stub --initialMemory 1'.split(' ');
const INLINE = 'src/wasm/inline.generated.ts';
const METHODS = 'src/methods';
const METHOD_NAMES = 'src/tensor/method-names.generated.ts';

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

/** The keys of the tables in src/methods, for the handle that has them not yet (src/tensor/missing.ts). */
function writeMethodNames() {
  const tables = filesIn(METHODS);
  if (writtenAt(METHOD_NAMES) >= Math.max(...tables.map(writtenAt), writtenAt('build.mjs'))) return;
  const names = tables
    .map((file) => /^const METHODS = \{\n([\s\S]*?)^\} as const;/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '')
    .flatMap((table) => [...table.matchAll(/^ {2}(\w+)[:,]/gm)].map(([, name]) => name));
  writeFileSync(
    METHOD_NAMES,
    `/** What torchlet/methods installs: see writeMethodNames() of build.mjs. */
export const methodNames: string =
  '${[...names, 'T', 'mT', 'registerHook'].sort().join(' ')}';
`,
  );
}

buildCore();
writeMethodNames();
if (process.argv[2] !== 'core') await (await import('./package.mjs')).buildPackage();
