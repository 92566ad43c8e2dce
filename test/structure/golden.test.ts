/** Every golden file says who made it, under which of PyTorch's settings, and how far these are apart (golden/common.py). */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readGolden } from '../golden/read.ts';

const FOLDER = new URL('../golden/', import.meta.url);
const all = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/__pycache__|\.generated\./.test(`${entry.parentPath}/${entry.name}`))
  .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(FOLDER.pathname.length).replace(/^\/+/, ''));
const ending = (end: string): string[] => all.filter((name) => name.endsWith(end));
const files = [...ending('.json'), ...ending('.json.gz')];
const SETTINGS = ['default', 'avx2', 'avx512'].flatMap((each) => [each, `${each} MKL_CBWR=COMPATIBLE`]).sort();

/** What may end a row, or stand in it: its spread, and the place of who made it. */
interface Notes {
  ulp?: number;
  by?: number;
}

function notesOf(row: unknown): Notes {
  const last = Array.isArray(row) ? row.at(-1) : row;
  return typeof last === 'object' && last !== null && !Array.isArray(last) ? (last as Notes) : {};
}

test('there is nothing else', () => {
  const others = all.filter(
    (name) => !/\.(py|ts|json|json\.gz)$/.test(name) && !/^torch-(files\/|checkpoints\.pt$)/.test(name),
  );
  expect(others).toEqual(['sample.safetensors']);
  const { sample } = readGolden<{ sample: Record<string, string> }>('files.json');
  const bytes = readFileSync(new URL('sample.safetensors', FOLDER));
  expect(sample['sample.safetensors']).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('every script writes by common.py', () => {
  const scripts = ending('.py').filter((name) => !name.includes('/'));
  const texts = new Map(scripts.map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')]));
  const imported = (name: string): boolean =>
    [...texts.values()].some((text) => new RegExp(`^ *(import|from) ${name.slice(0, -3)}\\b`, 'm').test(text));
  for (const [name, text] of texts) {
    if (name === 'common.py') continue;
    expect(/^ *write(_files|_books)?\(/m.test(text) || imported(name), name).toBe(true);
    expect(text, name).not.toMatch(/json\.dump\(|\.write_text\(|open\([^)]*'w/);
  }
});

describe.each(files)('%s', (name) => {
  const { made, spread, ...sections } = readGolden<Record<string, object>>(name);

  test('names processor, settings and spread', () => {
    for (const each of made) {
      expect(each.torch).toMatch(/^2\.13\./);
      expect(each.processor).not.toBe('');
      if (each.runs !== undefined) expect([...each.runs, ...(each.without as string[])].sort()).toEqual(SETTINGS);
    }
    // What was made before this was noted has been measured since.
    const measured = made.flatMap(({ runs }) => runs ?? []);
    expect(measured).toEqual(expect.arrayContaining(['default', 'avx2 MKL_CBWR=COMPATIBLE']));
    expect(Object.keys(spread)).toEqual(Object.keys(sections));
    for (const [section, rows] of Object.entries(sections)) {
      expect(Number.isInteger(spread[section]) && (spread[section] as number) >= 0, section).toBe(true);
      for (const row of Object.values(rows)) {
        const { ulp = 0, by = 0 } = notesOf(row);
        expect(ulp, section).toBeLessThanOrEqual(spread[section] as number);
        expect(by).toBeLessThan(made.length);
      }
    }
  });

  test('has one row a line', () => {
    const bytes = readFileSync(new URL(name, FOLDER));
    const lines = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trimEnd().split('\n');
    const rows = [made, ...Object.values(sections)].map((each) => Math.max(1, Object.keys(each).length));
    // A line before the rows of each section and one behind them, and the spread.
    expect(lines.length).toBe(rows.reduce((sum, n) => sum + n + 2, 1));
  });
});
