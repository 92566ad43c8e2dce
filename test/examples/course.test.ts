/**
 * The lessons of examples/course/: each prints what the same program prints in PyTorch, and draws what it promises.
 * The twins are test/golden/course/*.py, what they print stands in course.json.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readGolden } from '../golden/read.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const { printed: golden } = readGolden<{ printed: Record<string, string> }>('course.json');

/** The names in a folder of the files with an ending, without it. */
const namesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();

const lessons = namesIn('examples/course', '.ts');

/** What a program prints; rejects unless it exits with 0. */
async function run(program: string, ...args: string[]): Promise<string> {
  const { PATH, HOME } = process.env;
  return (await promisify(execFile)(program, args, { cwd: ROOT, env: { PATH, HOME } })).stdout;
}

/** The lines of a text without the white space that JavaScript and Python set differently: [ 1, 2 ] and [1, 2]. */
const linesOf = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .replace(/([[{]) /g, '$1')
        .replace(/ ([\]}])/g, '$1')
        .trimEnd(),
    );

/** Python's words for what JavaScript calls otherwise, where they stand alone. */
const WORDS: Record<string, string> = { true: 'True', false: 'False', null: 'None' };
const TOKEN = /(?<![\w.])[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?(?![\w])|\b(?:true|false|null)\b/gi;

/** Whether a printed number is PyTorch's: a whole one exactly, any other to four digits, or a unit of its last place. */
function isClose(printed: string, truth: string): boolean {
  if (/^[-+]?\d+$/.test(printed) && /^[-+]?\d+$/.test(truth)) return Number(printed) === Number(truth);
  const places = /\.(\d*)/.exec(truth)?.[1].length ?? 0;
  const unit = truth.includes('e') ? 0 : Math.max(1e-6, Math.min(1e-4, 10 ** -places));
  return Math.abs(Number(printed) - Number(truth)) <= 1e-4 * Math.abs(Number(truth)) + unit;
}

/** The lesson's text with PyTorch's numbers wherever its own are close: what then differs is wrong. */
function aligned(text: string, truth: string): string {
  const truthLines = linesOf(truth);
  return linesOf(text)
    .map((line, i) => {
      const theirs = [...(truthLines[i] ?? '').matchAll(TOKEN)].map(([token]) => token);
      let next = 0;
      return line.replace(TOKEN, (token) => {
        const their = theirs[next++];
        if (token in WORDS) return WORDS[token];
        return their !== undefined && isClose(token, their) ? their : token;
      });
    })
    .join('\n');
}

/** Asserts that every tag is closed, every attribute quoted and every & an entity; gives the names of the tags. */
function wellFormed(markup: string): string[] {
  const body = markup.replace(/^<!doctype html>/i, '').replace(/<style>[^<]*<\/style>/g, '');
  const names: string[] = [];
  const open: string[] = [];
  const tag = /<(?:\/([\w-]+)|([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?))>/g;
  for (const [, closed, opened, , empty] of body.matchAll(tag)) {
    if (closed !== undefined) expect(closed, `closes <${open.at(-1)}>`).toBe(open.pop());
    else {
      names.push(opened);
      if (empty === '') open.push(opened);
    }
  }
  expect(open, 'tags left open').toEqual([]);
  expect(body.replace(tag, ''), 'text between tags').not.toMatch(/[<>]/);
  expect(body).not.toMatch(/&(?!#?\w+;)/);
  return names;
}

test('every lesson has its twin, and PyTorch has run it', () => {
  expect(lessons).toHaveLength(new Set(lessons.map((lesson) => lesson.slice(0, 2))).size);
  expect(namesIn('test/golden/course', '.py').map((name) => name.replaceAll('_', '-'))).toEqual(lessons);
  expect(Object.keys(golden).sort()).toEqual(lessons);
  for (const lesson of lessons) expect(golden[lesson], `what ${lesson} prints in PyTorch`).not.toBe('');
});

test('README lists every lesson, in order', () => {
  const links = readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/\(examples\/course\/([\w-]+)\.ts\)/g);
  expect([...links].map(([, lesson]) => lesson)).toEqual(lessons);
});

test('npm run course -- 01 runs the first lesson', async () => {
  const text = await run('npm', 'run', '--silent', 'course', '--', '01');
  expect(text).toBe(await run('node', 'examples/run.mjs', 'course', '01'));
  await expect(run('node', 'examples/run.mjs', 'course', '99')).rejects.toThrow('no lesson begins with 99');
});

describe.each(lessons)('%s', (lesson) => {
  const truth = golden[lesson] ?? '';
  const pictures = [...new Set(truth.match(/examples\/out\/[\w./-]*\.(?:svg|html)\b/g))];

  test('prints what PyTorch prints', async () => {
    for (const picture of pictures) rmSync(join(ROOT, picture), { force: true });
    const text = await run('node', 'examples/run.mjs', 'course', lesson);
    expect(aligned(text, truth)).toBe(linesOf(truth).join('\n'));
    for (const picture of pictures) expect(existsSync(join(ROOT, picture)), `${picture} is written`).toBe(true);
  });

  test.each(pictures)('%s is whole, stands alone and shows something', (picture) => {
    const markup = readFileSync(join(ROOT, picture), 'utf8');
    const names = wellFormed(markup);
    expect(names.filter((name) => /^(path|rect|circle|line|image)$/.test(name)).length).toBeGreaterThan(10);
    expect(markup.match(/<svg [^>]*aria-label="[^"]+/g)?.length).toBeGreaterThan(0);
    expect(markup).not.toMatch(/NaN|undefined|Infinity/);
    expect(markup).not.toMatch(/<script|<link|<img|<iframe|@import|url\((?!#)|\ssrc=|\shref="[^#]/i);
    const addresses = markup.match(/https?:\/\/[^"'\s<)]*/g) ?? [];
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
  });
});
