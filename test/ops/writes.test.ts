/**
 * Writes in place around every operation, against PyTorch's gradient or refusal: see golden/writes.py. The smallest call
 * of each operator; all calls are in writes.slow.test.ts.
 */
import { expect, test } from 'vitest';
import { differences, readRows } from './writes.ts';

const firsts = [...readRows()].map(([name, rows]) => [name, rows.slice(0, 1)] as const);

test.each(firsts)('%s', (_, rows) => {
  expect(rows.flatMap(differences)).toEqual([]);
});
