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
/** What takes the core apart for its text, and what puts it together again. */
const SORT = 'build/sort.wasm';
const RESTORE = 'build/restore.wasm';
/** How these are compiled: without a heap, in one page of memory. */
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

/** The core's bytes, sorted by assembly/carry/sort.ts into streams of one kind each. */
function streamsOf(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const CODE = 10;
  for (let id = bytes[at++], size = number(); id !== CODE; id = bytes[at++], size = number()) at += size;
  const functions = number();
  const { memory, COUNT, sort, lengthOf } = instantiate(SORT);
  const module = memory.buffer.byteLength;
  memory.grow(Math.ceil(((COUNT.value + 1) * bytes.length) / 65536));
  new Uint8Array(memory.buffer, module).set(bytes);
  const streams = module + bytes.length;
  sort(module, at, functions, bytes.length, streams);
  return Array.from(
    { length: COUNT.value },
    (_, i) => new Uint8Array(memory.buffer, streams + i * bytes.length, lengthOf(i)),
  );
}

const instantiate = (file) => new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file))).exports;

/**
 * The core as printable ASCII that needs no escape in any JavaScript string or HTML. Its bytes are sorted into streams,
 * of which the most frequent bytes are one letter, the others two, the first of which is one of the two the alphabet
 * begins with. A byte always begins a letter, so gzip still finds what repeats. What the text begins with says which
 * characters are letters, which bytes are common, and how many letters each stream has; assembly/carry/restore.ts reads it.
 */
function textOf(bytes) {
  const characters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const alphabet = characters.filter((c) => !'\\\'"`$<'.includes(c));
  const counts = new Array(256).fill(0);
  const streams = streamsOf(bytes);
  for (const stream of streams) for (const byte of stream) counts[byte]++;
  const values = [...counts.keys()];
  const common = new Set(values.toSorted((a, b) => counts[b] - counts[a] || a - b).slice(0, alphabet.length - 2));
  const two = (n) => alphabet[Math.floor(n / alphabet.length)] + alphabet[n % alphabet.length];
  const three = (n) => alphabet[Math.floor(n / alphabet.length ** 2)] + two(n % alphabet.length ** 2);
  const code = [];
  values
    .filter((byte) => common.has(byte))
    .forEach((byte, i) => {
      code[byte] = alphabet[2 + i];
    });
  values
    .filter((byte) => !common.has(byte))
    .forEach((byte, i) => {
      code[byte] = two(i);
    });
  const texts = streams.map((stream) => Array.from(stream, (byte) => code[byte]).join(''));
  return [
    ...characters.map((c) => Number(alphabet.includes(c))),
    ...values.map((byte) => Number(common.has(byte))),
    ...texts.map((text) => three(text.length)),
    ...texts,
  ].join('');
}

/** Throws unless the text gives the core's bytes. */
function checkText(text, bytes) {
  const { memory, TEXT, restore } = instantiate(RESTORE);
  const module = TEXT.value + text.length;
  memory.grow(Math.ceil((module + bytes.length) / 65536));
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, TEXT.value));
  restore(module);
  if (Buffer.compare(new Uint8Array(memory.buffer, module, bytes.length), bytes) !== 0) {
    throw new Error(`${RESTORE} does not give ${CORE}: assembly/carry/walk.ts lacks an instruction that the core has`);
  }
}

function buildCore() {
  if (
    Math.min(...[CORE, SORT, RESTORE].map(writtenAt)) <
    Math.max(...filesIn('assembly').map(writtenAt), writtenAt('asconfig.json'))
  ) {
    run('assemblyscript/bin/asc.js', '--target', 'release');
    run('assemblyscript/bin/asc.js', 'assembly/carry/sort.ts', '--outFile', SORT, ...SMALLEST);
    run('assemblyscript/bin/asc.js', 'assembly/carry/restore.ts', '--outFile', RESTORE, ...SMALLEST);
  }
  if (writtenAt(INLINE) < Math.max(writtenAt(CORE), writtenAt('build.mjs'))) {
    const bytes = readFileSync(CORE);
    const text = textOf(bytes);
    checkText(text, bytes);
    writeFileSync(
      INLINE,
      `/** build/core.wasm as text: see textOf() of build.mjs, which wrote this, and inline.ts, which reads it. */
export const restorer: string =
  '${readFileSync(RESTORE).toString('hex')}';
export const length: number = ${bytes.length};
export const text: string =
  '${text}';
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
