/**
 * Parts and orders, sorting, scanning, writing by index, products, statistics and borders compute what PyTorch
 * computes, and refuse what PyTorch refuses: see golden/arranging.py.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Book, runGroup } from './machine.ts';

const book = JSON.parse(readFileSync(new URL('../golden/ops-arranging.json', import.meta.url), 'utf8')) as Book;

for (const group of book.groups) {
  test(group.name, () => {
    expect(group.want.length).toBeGreaterThan(0);
    const wrong = runGroup(book, group).flatMap((outcome) => outcome.wrong ?? []);
    expect(wrong.slice(0, 5), `${wrong.length} of ${group.want.length} differ`).toEqual([]);
  });
}
