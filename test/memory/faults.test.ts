/** Running out of memory anywhere loses nothing and spoils nothing: at some moments here, at all in faults.slow.test.ts. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followBlocks } from './books.ts';
import { FAULTS, run, runWhole } from './faults.ts';
import { moveEverything } from './moving.ts';
import { PARTS } from './workload.ts';

/** Moments at which each fault is tried. */
const TRIES = 2;

followBlocks();
let undo = (): void => {};
beforeAll(() => {
  undo = moveEverything();
});
afterAll(() => undo());

test.each(Object.entries(PARTS))('%s', (_, part) => {
  runWhole(part);
  const { moments, ends, results } = runWhole(part);
  FAULTS.forEach((fault, i) => {
    let failures = 0;
    for (let j = 0; j < TRIES; j++) {
      const moment = 1 + Math.floor(((j + i / FAULTS.length) * moments) / TRIES);
      const faulty = run(part, moment, fault, ends);
      expect(faulty.results, `${fault} at moment ${moment} of ${moments}`).toEqual(results);
      if (faulty.failed) failures++;
    }
    if (fault === 'everything') expect(failures).toBeGreaterThan(0);
  });
});
