/**
 * Compiles the kernels: the core, and the families, each a module of its own over the core's memory. Of each there is its
 * bytes (build/), its bytes as an importable string, and its exports as an interface (src/wasm).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { filesIn, writtenAt } from './files.mjs';

/** What takes a module apart for its text, and what puts it together again. */
const SORT = 'build/sort.wasm';
const RESTORE = 'build/restore.wasm';
/** How these are compiled: without a heap, in one page of memory. */
const SMALLEST = '--config none -O3z --noAssert --uncheckedBehavior always --runtime stub --initialMemory 1'.split(' ');
/** Where the static data of the first family stands, and how much room each has; the core's begins behind (asconfig.json). */
const FAMILY_BASE = 8192;
const FAMILY_ROOM = 4096;

/** A family is a folder of assembly/families. */
export const FAMILIES = readdirSync(new URL('assembly/families', import.meta.url)).sort();

const wasmOf = (name) => `build/${name}.wasm`;
const CORE = wasmOf('core');
const baseOf = (place) => FAMILY_BASE + place * FAMILY_ROOM;
/** What is written for the sources. */
const written = () => [
  ...['inline', 'restorer', 'core'].map((name) => `src/wasm/${name}.generated.ts`),
  ...FAMILIES.map((name) => `src/wasm/families/${name}.generated.ts`),
  'src/start/families-edge.generated.ts',
];

/** Compiles a module; its text beside it is what test/structure/simd.test.ts reads. */
function compile(entry, file, ...options) {
  const outputs = ['--outFile', file, '--textFile', file.replace('.wasm', '.wat')];
  execFileSync(process.execPath, ['node_modules/assemblyscript/bin/asc.js', entry, ...outputs, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** A module's bytes, sorted by assembly/carry/sort.ts into streams of one kind each. */
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

const instantiate = (file, imports = {}) =>
  new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), imports).exports;

/**
 * A module as printable ASCII that needs no escape in any JavaScript string or HTML. Its bytes are sorted into streams,
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

/** Throws unless the text gives the module's bytes. */
function checkText(text, bytes, file) {
  const { memory, TEXT, restore } = instantiate(RESTORE);
  const module = TEXT.value + text.length;
  memory.grow(Math.ceil((module + bytes.length) / 65536));
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, TEXT.value));
  restore(module);
  if (Buffer.compare(new Uint8Array(memory.buffer, module, bytes.length), bytes) !== 0) {
    throw new Error(`${RESTORE} does not give ${file}: assembly/carry/walk.ts lacks an instruction that it has`);
  }
}

/** The exports of an index file, under the names of parameters that its sources have: pointers and numbers only. */
function methodsOf(folder) {
  const lists = readFileSync(`${folder}/index.ts`, 'utf8').matchAll(/^export (\*|\{[^}]*\}) from "\.\/([\w/-]+)";$/gm);
  const of = (file, names) => {
    const text = readFileSync(`${folder}/${file}.ts`, 'utf8');
    const functions = [...text.matchAll(/^export function (\w+)\(([^)]*)\): (\w+)/gm)];
    const wanted = names === '*' ? functions.map(([, name]) => name) : names.match(/\w+/g);
    return wanted.map((name) => {
      const found = functions.find(([, own]) => own === name);
      if (found === undefined) throw new Error(`${folder}/${file}.ts: no \`export function ${name}(…): type\``);
      const parameters = [...found[2].matchAll(/(\w+): \w+/g)].map(([, parameter]) => `${parameter}: number`);
      return `  ${name}(${parameters.join(', ')}): ${found[3] === 'void' ? 'void' : 'number'};`;
    });
  };
  return [...[...lists].flatMap(([, names, file]) => of(file, names)), ...of('index', '*')].join('\n');
}

/** What a module's files say of where they come from. */
const WRITTEN = '/** Written by `node build.mjs core`: see kernels.mjs. */';

/** A module's bytes as text, as constants. */
function constantsOf(file) {
  const bytes = readFileSync(file);
  const text = textOf(bytes);
  checkText(text, bytes, file);
  return { length: bytes.length, text };
}

function writeCore() {
  const { length, text } = constantsOf(CORE);
  writeFileSync(
    'src/wasm/inline.generated.ts',
    `${WRITTEN}
/** build/core.wasm as text: see textOf() of kernels.mjs, which wrote this, and restore.ts, which reads it. */
export const length: number = ${length};
export const text: string =
  '${text}';
`,
  );
  writeFileSync(
    'src/wasm/restorer.generated.ts',
    `${WRITTEN}
/** build/restore.wasm in hexadecimal. */
export const restorer: string =
  '${readFileSync(RESTORE).toString('hex')}';
`,
  );
  writeFileSync(
    'src/wasm/core.generated.ts',
    `${WRITTEN}
/** The core's exports: pointers are byte addresses, strides are in elements, dtypes and ops are numbers of codes.ts. */
export interface Core {
  readonly memory: WebAssembly.Memory;
${methodsOf('assembly')}
}

/** The families of kernels. */
export type Family = ${FAMILIES.map((name) => `'${name}'`).join(' | ')};
`,
  );
}

function writeFamily(name, from) {
  const { DATA_END } = instantiate(wasmOf(name), {
    env: { memory: new WebAssembly.Memory({ initial: 16, maximum: 32768 }) },
  });
  if (!(DATA_END?.value <= from + FAMILY_ROOM)) {
    throw new Error(
      `assembly/families/${name}: DATA_END is ${DATA_END?.value}, not below ${from + FAMILY_ROOM}, where the next begins`,
    );
  }
  const { length, text } = constantsOf(wasmOf(name));
  const type = `${name[0].toUpperCase()}${name.slice(1)}`;
  writeFileSync(
    `src/wasm/families/${name}.generated.ts`,
    `${WRITTEN}
import { family } from '../family.ts';

/** The exports of assembly/families/${name}. */
export interface ${type} {
${methodsOf(`assembly/families/${name}`)}
}

const text =
  '${text}';

/** Its kernels; instantiated when the first of them is called. */
export let ${name}: ${type} = family<${type}>('${name}', text, ${length}, (kernels) => {
  ${name} = kernels;
});
`,
  );
}

/** For runtimes that compile modules themselves: the families, imported in their spelling. */
function writeStart() {
  writeFileSync(
    'src/start/families-edge.generated.ts',
    `${WRITTEN}
import type { Family } from '../wasm/core.ts';
${FAMILIES.map((name) => `import ${name} from '../../${name}.wasm?module';`).join('\n')}

export const families: Readonly<Record<Family, WebAssembly.Module>> = { ${FAMILIES.join(', ')} };
`,
  );
}

/** Compiles what is older than its sources. */
export function buildKernels() {
  const newest = Math.max(...[...filesIn('assembly'), 'asconfig.json', 'kernels.mjs'].map(writtenAt));
  const modules = ['core', ...FAMILIES].map(wasmOf);
  if (Math.min(...[SORT, RESTORE, ...modules, ...written()].map(writtenAt)) >= newest) return;
  compile('assembly/index.ts', CORE, '--target', 'release');
  FAMILIES.forEach((name, i) => {
    compile(
      `assembly/families/${name}/index.ts`,
      wasmOf(name),
      '--target',
      'family',
      '--memoryBase',
      String(baseOf(i)),
    );
  });
  compile('assembly/carry/sort.ts', SORT, ...SMALLEST);
  compile('assembly/carry/restore.ts', RESTORE, ...SMALLEST);
  mkdirSync('src/wasm/families', { recursive: true });
  writeCore();
  for (const [i, name] of FAMILIES.entries()) writeFamily(name, baseOf(i));
  writeStart();
  for (const name of ['core', ...FAMILIES]) {
    const bytes = readFileSync(wasmOf(name));
    console.log(`${name}.wasm: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
  }
}
