/** A golden file of programs as tests, one for each group. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Book, runGroup } from './machine.ts';

/** Tests that every program of golden/ops-<name>.json gives what PyTorch gave. */
export function testBook(name: string): void {
  const book = JSON.parse(readFileSync(new URL(`../golden/ops-${name}.json`, import.meta.url), 'utf8')) as Book;
  describe(name, () => {
    for (const group of book.groups) {
      test(group.name, () => {
        expect(group.want.length).toBeGreaterThan(0);
        const wrong = runGroup(book, group).flatMap((outcome) => outcome.wrong ?? []);
        expect(wrong.slice(0, 5), `${wrong.length} of ${group.want.length} differ`).toEqual([]);
      });
    }
  });
}
