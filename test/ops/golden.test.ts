/** Every operation computes what PyTorch computes, and refuses what PyTorch refuses: see golden/ops.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Book, runGroup } from './machine.ts';

for (const file of ['elementwise', 'shapes', 'losses', 'autograd']) {
  const book = JSON.parse(readFileSync(new URL(`../golden/ops-${file}.json`, import.meta.url), 'utf8')) as Book;
  describe(file, () => {
    for (const group of book.groups) {
      test(group.name, () => {
        expect(group.want.length).toBeGreaterThan(0);
        const wrong = runGroup(book, group).flatMap((outcome) => outcome.wrong ?? []);
        expect(wrong.slice(0, 5), `${wrong.length} of ${group.want.length} differ`).toEqual([]);
      });
    }
  });
}
