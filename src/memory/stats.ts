/** `torch.memory.stats()` and the budget. */
import { core } from '../wasm/core.ts';
import { LARGEST_BUDGET, nursery, pools, repeatable, tenured } from './region.ts';
import { openChunks } from './storage.ts';

/** What `torch.memory.stats()` returns, all in bytes. */
export interface MemoryStats {
  /** In linear memory now, temporaries and long-lived tensors together. */
  resident: number;
  /** Of these, what is not known to be dead. */
  live: number;
  /** Of these, parameters, buffers and optimizer state. */
  tenured: number;
  /** What temporaries may occupy before the oldest move out. */
  budget: number;
  /** Moved out of linear memory since the start, as copies or to be computed again. */
  evicted: number;
  /** Of these, moved back because they were used again. */
  returned: number;
  /** Size of linear memory. */
  linear: number;
}
/**
 * How much memory torchlet uses, in bytes.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.zeros(1000);
 * console.log(torch.memory.stats().resident > 0); // => true
 * ```
 */
export function stats(): MemoryStats {
  const total = (key: 'resident' | 'live' | 'evicted' | 'returned'): number =>
    pools.reduce((sum, pool) => sum + pool[key], 0);
  return {
    resident: total('resident'),
    live: openChunks().reduce((sum, { live }) => sum + live, total('live')),
    tenured: tenured.resident,
    budget: nursery.budget,
    evicted: total('evicted'),
    returned: total('returned'),
    linear: core.memory.buffer.byteLength,
  };
}
/**
 * Sets how many bytes of temporaries may stay in linear memory before the oldest move out. It starts at 8 MiB and
 * grows by itself when what moved out is used again.
 *
 * @throws TypeError for what is no number; RangeError for less than 1 MiB.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.memory.setBudget(32 * 2 ** 20);
 * console.log(torch.memory.stats().budget); // => 33554432
 * ```
 */
export function setBudget(bytes: number): void {
  if (typeof bytes !== 'number') throw new TypeError(`setBudget(): bytes must be a number, got ${typeof bytes}`);
  if (!(bytes >= 1 << 20)) throw new RangeError(`setBudget(): expected at least 1048576 bytes, got ${bytes}`);
  repeatable.budget = Math.min(LARGEST_BUDGET, bytes);
  nursery.budget = repeatable.budget;
  repeatable.makeRoom(0);
  nursery.makeRoom(0);
}
