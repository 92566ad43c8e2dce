/** Indexing, and what picks, writes or cuts: what PyTorch gives for the random expressions of golden/indexing.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differs, type Row } from './picking.ts';

describe('what PyTorch gives', () => {
  const lines = readFileSync(new URL('../golden/indexing.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map((line) => JSON.parse(line) as Row);
  it.each([...new Set(rows.map(([program]) => program))])('%s', (name) => {
    const own = rows.filter(([program]) => program === name);
    expect(own.flatMap((row) => differs(row) ?? []).slice(0, 5)).toEqual([]);
  });
});
