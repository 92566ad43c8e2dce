/** Every allocation and every eviction of a workload fails once: see faults.test.ts. */
import { describe, expect, test } from 'vitest';
import { sharing } from '../../src/memory/storage.ts';
import { followBlocks } from './books.ts';
import { FAULTS, run, runWhole } from './faults.ts';
import { moveEverything, withoutBudget } from './moving.ts';
import { PARTS } from './workload.ts';

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
    (_name, part) => {
      const undo = begin();
      try {
        runWhole(part);
        const { moments, ends, results } = runWhole(part);
        for (const fault of FAULTS) {
          for (let moment = 1; moment <= moments; moment++) {
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
