/**
 * Builds the package. `node build.mjs core` compiles the core, writes its bytes down as an importable string, its exports
 * as an interface, and what follows from the operations (registries.mjs), which is all that tests and examples need;
 * `node build.mjs` goes on to dist/ (see package.mjs).
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
const CORE_TYPES = 'src/wasm/core.generated.ts';
const REGISTRIES = ['src/ops/operations.generated.ts', 'test/golden/operations.generated.json'];

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

/**
 * Writes the core's exports as an interface: what assembly/index.ts gives, under the names of parameters that its sources
 * have. Pointers and numbers only, so all are numbers.
 */
function writeCoreTypes() {
  const sources = filesIn('assembly');
  if (writtenAt(CORE_TYPES) >= Math.max(...sources.map(writtenAt), writtenAt('build.mjs'))) return;
  const lists = readFileSync('assembly/index.ts', 'utf8').matchAll(/^export (\*|\{[^}]*\}) from "\.\/([\w/-]+)";$/gm);
  const methods = [...lists].flatMap(([, names, file]) => {
    const text = readFileSync(`assembly/${file}.ts`, 'utf8');
    const functions = [...text.matchAll(/^export function (\w+)\(([^)]*)\): (\w+)/gm)];
    const wanted = names === '*' ? functions.map(([, name]) => name) : names.match(/\w+/g);
    return wanted.map((name) => {
      const found = functions.find(([, own]) => own === name);
      if (found === undefined) throw new Error(`assembly/${file}.ts: no \`export function ${name}(…): type\``);
      const parameters = [...found[2].matchAll(/(\w+): \w+/g)].map(([, parameter]) => `${parameter}: number`);
      return `  ${name}(${parameters.join(', ')}): ${found[3] === 'void' ? 'void' : 'number'};`;
    });
  });
  writeFileSync(
    CORE_TYPES,
    `/** Written by \`node build.mjs core\` from assembly/index.ts: see writeCoreTypes() there. */
/** The core's exports: pointers are byte addresses, strides are in elements, dtypes and ops are numbers of codes.ts. */
export interface Core {
  readonly memory: WebAssembly.Memory;
${methods.join('\n')}
}
`,
  );
}

/** Writes what follows from the operations, if any file that says what they are is newer. */
async function writeRegistries() {
  const sources = filesIn('src/ops').filter((file) => !file.includes('.generated.') && file !== 'src/ops/index.ts');
  const said = [...sources, 'src/nn/functional.ts', 'test/golden/places.json', 'registries.mjs'];
  const newest = Math.max(...said.map(writtenAt));
  if (REGISTRIES.every((file) => writtenAt(file) >= newest)) return;
  const { registries } = await import('./registries.mjs');
  for (const [file, text] of await registries([...sources, 'src/nn/functional.ts'])) writeFileSync(file, text);
}

buildCore();
writeCoreTypes();
await writeRegistries();
if (process.argv[2] !== 'core') await (await import('./package.mjs')).buildPackage();
