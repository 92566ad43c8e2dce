/**
 * Moving mode: each tensor has a region of its own, and every allocation moves everything idle out of linear memory, and
 * writes over where it was. What holds an address for too long reads rubbish then, always and not now and then.
 */
import { supply } from '../../src/memory/blocks.ts';
import { pools } from '../../src/memory/region.ts';
import { sharing } from '../../src/memory/storage.ts';
import { u8 } from '../../src/wasm/heap.ts';

/** Every budget is 0 and stays so. Returns what undoes it. */
export function withoutBudget(): () => void {
  const before = pools.map(({ budget }) => budget);
  for (const pool of pools) Object.defineProperty(pool, 'budget', { get: () => 0, set: () => {}, configurable: true });
  return () => {
    pools.forEach((pool, i) => {
      Object.defineProperty(pool, 'budget', { value: before[i], writable: true, configurable: true, enumerable: true });
    });
  };
}

/** Switches moving mode on. Returns what switches it off. */
export function moveEverything(): () => void {
  const budgets = withoutBudget();
  const { small, hidden } = sharing;
  const { give } = supply;
  Object.assign(sharing, { small: -1, hidden: -1 });
  supply.give = (block, size) => {
    u8().fill(0xab, block, block + size);
    give(block, size);
  };
  return () => {
    supply.give = give;
    Object.assign(sharing, { small, hidden });
    budgets();
  };
}
