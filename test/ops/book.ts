/** A golden file of programs as tests, one for each group. */
import { describe, expect, test } from 'vitest';
import { readGolden } from '../golden/read.ts';
import { type Book, runGroup } from './machine.ts';

/** Tests that every program of a golden file gives what PyTorch gave; gives the file. */
export function testBook<T>(file: string): Book & T {
  const book = readGolden<Book & T>(file);
  describe(file, () => {
    for (const group of book.groups) {
      test(group.name, () => {
        expect(group.want.length).toBeGreaterThan(0);
        const wrong = runGroup(book, group).flatMap((outcome) => outcome.wrong ?? []);
        expect(wrong.slice(0, 5), `${wrong.length} of ${group.want.length} differ`).toEqual([]);
      });
    }
  });
  return book;
}
