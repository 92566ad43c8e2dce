/** The package as a user gets it: packed by npm, installed from the tarball into an empty folder, with no network. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../structure/sources.ts';

/** What train() of test/runtimes/suite.mjs gives. */
export interface Trained {
  printed: string;
  losses: [first: number, last: number][];
  correct: number;
  lossBits: string[];
  predictionBits: string[];
  functionBits: string[];
}

/** Runs a program to its end; what it printed. If it fails, everything it said is in the error. */
export function output(folder: string, program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error ?? ''}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Packs the package, which builds it, and installs it; the folder, which also holds suite.mjs. */
export function installPackage(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'torchlet-')));
  output(ROOT, 'npm', 'pack', '--pack-destination', folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  output(folder, 'npm', 'install', '--offline', '--no-audit', '--no-fund', `./${tarball}`);
  copyFileSync(`${ROOT}test/runtimes/suite.mjs`, join(folder, 'suite.mjs'));
  return folder;
}

/** Writes a program beside the installed package; its path. */
export function program(folder: string, name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}

/** A program that prints what train() gives, and the hash of the bytes that WebAssembly compiled. */
export const TRAIN = `
import { createHash } from 'node:crypto';
let hash;
let most = 0;
WebAssembly.Module = class extends WebAssembly.Module {
  constructor(bytes) {
    super(bytes);
    // Before it what restores it is compiled, and after it families; both are smaller.
    if (bytes.length > most) hash = createHash('sha256').update(bytes).digest('hex');
    most = Math.max(most, bytes.length);
  }
};
const [torch, { train }] = await Promise.all([import('torchlet'), import('./suite.mjs')]);
console.log(JSON.stringify({ ...train(torch), hash }));
`;

/** What Node computes with the installed package. */
export function trainInNode(folder: string): Trained & { hash: string } {
  return JSON.parse(output(folder, process.execPath, program(folder, 'node.mjs', TRAIN)));
}

/** The SHA-256 of the core that the package ships as a file. */
export function coreHash(folder: string): string {
  return createHash('sha256')
    .update(readFileSync(join(folder, 'node_modules/torchlet/dist/core.wasm')))
    .digest('hex');
}

/** What the compiler says of a strict program in a folder of its own beside the installed package. */
export function compile(project: string, file: string, source: string, options: Record<string, unknown>): string {
  mkdirSync(project);
  writeFileSync(join(project, file), source);
  const strict = { target: 'es2022', lib: ['es2022', 'dom'], types: [], strict: true, noEmit: true };
  const compilerOptions = { ...strict, ...options };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  return output(project, process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'));
}
