/**
 * Every call there is runs out of memory at each of its allocations in turn, and then has changed nothing: some of the
 * calls here, all in op-faults.slow.test.ts.
 */
import { expect, test } from 'vitest';
import { scanFaults } from './op-faults.ts';

test('a call that runs out of memory says so and has changed nothing', () => {
  const { calls, found } = scanFaults(173);
  expect(found).toEqual([]);
  expect(calls).toBeGreaterThan(2000);
});
