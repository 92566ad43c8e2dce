/** Writes in place around every operation, against PyTorch's gradient or refusal: see golden/writes.py. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { differences, type Row } from './writes.ts';

const { rows } = JSON.parse(readFileSync(new URL('../golden/writes.json', import.meta.url), 'utf8')) as { rows: Row[] };
const operators = new Map<string, Row[]>();
for (const row of rows) operators.set(row.o, [...(operators.get(row.o) ?? []), row]);

test.each([...operators])('%s', (_, rows) => {
  expect(rows.flatMap(differences)).toEqual([]);
});
