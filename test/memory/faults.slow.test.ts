/**
 * Allocations and evictions of a workload fail, one a run, from its beginning to its end: see faults.test.ts. All of them
 * take half an hour; each time these are others, and what is printed says which.
 */
import { describe, expect, test } from 'vitest';
import { sharing } from '../../src/memory/storage.ts';
import { followBlocks } from './books.ts';
import { FAULTS, run, runWhole } from './faults.ts';
import { moveEverything, withoutBudget } from './moving.ts';
import { PARTS } from './workload.ts';

/** Moments at the most at which each fault comes in each part. */
const TRIES = 40;

followBlocks();

/** Chunks that are soon full, and no budget: what shares chunks moves too. */
function smallChunks(): () => void {
  const before = { ...sharing };
  const budgets = withoutBudget();
  Object.assign(sharing, { small: 128, hidden: 256, chunk: 256, tiny: 32, tinyChunk: 64 });
  return () => {
    budgets();
    Object.assign(sharing, before);
  };
}

describe.each([
  ['a region for each tensor', moveEverything],
  ['small chunks', smallChunks],
] as const)('with %s', (_, begin) => {
  test.each(Object.entries(PARTS))(
    '%s',
    (name, part) => {
      const undo = begin();
      try {
        runWhole(part);
        const { moments, ends, results } = runWhole(part);
        const stride = Math.ceil(moments / TRIES);
        for (const fault of FAULTS) {
          const first = 1 + Math.floor(Math.random() * stride);
          console.log(`${name}, ${fault}: every ${stride}th of ${moments} moments from ${first} on`);
          for (let moment = first; moment <= moments; moment += stride) {
            const faulty = run(part, moment, fault, ends);
            expect(faulty.results, `${fault} at moment ${moment} of ${moments}`).toEqual(results);
          }
        }
      } finally {
        undo();
      }
    },
    600_000,
  );
});
