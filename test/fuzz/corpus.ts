/**
 * What the fuzzer found and was mended: small programs with PyTorch's answers, one a line, in `corpus/*.json`.
 * `npm run fuzz -- --answer` asks PyTorch again; `--keep name` adds what is found to `corpus/name.json`.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observed, Program } from './program.ts';

/** A program, what differed in it when it was found, and what PyTorch does. */
export interface Row {
  was: string;
  program: Program;
  torch: Observed;
}

export const FOLDER = 'test/fuzz/corpus';

/** The files of the corpus, by name. */
export function corpora(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => join(FOLDER, file));
}

export function readCorpus(file: string): Row[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Row[]) : [];
}

export function writeCorpus(file: string, rows: readonly Row[]): void {
  writeFileSync(file, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
}

/** The program with its variables numbered from 0 on. */
export function renumbered(program: Program): Program {
  const numbers = new Map(program.map(({ out }, i) => [`"$${out}"`, `"$${i}"`]));
  const text = JSON.stringify(program.map((step, i) => ({ ...step, out: i })));
  return JSON.parse(text.replaceAll(/"\$\d+"/g, (name) => numbers.get(name) ?? name)) as Program;
}
