/**
 * The recipes of CONTRIBUTING.md, carried out as they stand there: their code blocks go into the files that they name, in
 * a copy of the tree, which is built and tested. So the document itself is what is tested, and what it costs to add
 * something: how many files are edited by hand.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './sources.ts';

/** One block of code, where it goes, and the words that say so. */
interface Edit {
  file: string;
  words: string;
  code: string;
}

/** The edits of the numbered list of a section: each item begins with a file and has blocks of code. */
function editsOf(heading: string): Edit[] {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const section = text.split(/^## /m).find((each) => each.startsWith(heading));
  if (section === undefined) throw new Error(`CONTRIBUTING.md has no section '${heading}'`);
  return section
    .split(/^\d\. /m)
    .slice(1)
    .flatMap((item) => {
      const [, file = ''] = /^`([^`]+)`/.exec(item) ?? [];
      const blocks = [...item.matchAll(/((?:(?!^ {3}```)[^\n]*\n)+?)\s*^ {3}```\w*\n([\s\S]*?)^ {3}```$/gm)];
      return blocks.map(([, words, code]) => ({ file, words, code: code.replace(/^ {3}/gm, '') }));
    });
}

/** A file's text with a block where the words say. */
function placed(old: string, { file, words, code }: Edit): string {
  const before = (place: string | RegExp): string => {
    const at = typeof place === 'string' ? old.indexOf(place) : old.search(place);
    if (at < 0) throw new Error(`CONTRIBUTING.md: ${file} has no ${place}`);
    const line = old.lastIndexOf('\n', at) + 1;
    return old.slice(0, line) + code + old.slice(line);
  };
  const [, member] = /last member of `enum (\w+)`/.exec(words) ?? [];
  if (member) {
    const end = old.indexOf('\n}', old.indexOf(`enum ${member} {`)) + 1;
    return old.slice(0, end) + code + old.slice(end);
  }
  const [, name] = /case before that of `([^`]+)`/.exec(words) ?? [];
  if (name) return before(`case ${name}:`);
  const [, anchor] = /before `([^`]+)`/.exec(words) ?? [];
  if (anchor) return before(anchor);
  const [, list] = /name in `(\w+)`/.exec(words) ?? [];
  if (list) return old.replace(new RegExp(`^${list} = [[{]\\n`, 'm'), (line) => line + code);
  return `${old}${old === '' ? '' : '\n'}${code}`;
}

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'torchlet-'));
  // What is installed or built is no part of it.
  const left = /\/(node_modules|\.git|dist|build|coverage|__pycache__)$|\.generated\./;
  cpSync(ROOT, folder, { recursive: true, filter: (from) => !left.test(from.replace(/\/$/, '')) });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program in the copy; all that it said, if it fails. */
function run(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect(status, `${args.join(' ')}\n${stdout.slice(-6000)}\n${stderr.slice(-3000)}`).toBe(0);
}

const RECIPES = [
  ['An elementwise operation', 4],
  ['A layer', 2],
  ['An optimizer', 4],
] as const;
/** The tests that say what else something new asks for, and that run its example. */
const TESTS = ['test/docs', 'test/structure', 'test/engine', 'test/nn/keeps-nothing', 'test/optim/kernels'];

test.each(RECIPES)('%s is added by editing %i files at the most', (heading, most) => {
  const names = new Set(editsOf(heading).map(({ file }) => file));
  expect(names.size).toBeGreaterThan(1);
  expect(names.size).toBeLessThanOrEqual(most);
});

test('all of them, as CONTRIBUTING.md has them, compile, their examples run, and the tests know them', () => {
  for (const edit of RECIPES.flatMap(([heading]) => editsOf(heading))) {
    const path = join(folder, edit.file);
    const old = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const text = placed(old, edit);
    expect(text, edit.file).not.toBe(old);
    writeFileSync(path, text);
  }
  run('build.mjs', 'core');
  run('node_modules/typescript/bin/tsc', '--noEmit', '-p', '.');
  run('node_modules/vitest/vitest.mjs', 'run', ...TESTS);
}, 400_000);
