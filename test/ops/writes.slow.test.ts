/** Writes in place around every operation, against PyTorch's gradient or refusal: see golden/writes.py. */
import { expect, test } from 'vitest';
import { differences, readRows } from './writes.ts';

test.each([...readRows()])('%s', (_, rows) => {
  expect(rows.flatMap(differences)).toEqual([]);
});
