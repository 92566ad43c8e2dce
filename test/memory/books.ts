/** The books of memory: what the lists of regions say must be what is counted, and what linear memory holds. */
import { expect } from 'vitest';
import * as torch from '../../src/index.ts';
import { supply } from '../../src/memory/blocks.ts';
import { type Pool, pools, type Region } from '../../src/memory/region.ts';
import { openChunks } from '../../src/memory/storage.ts';

/** Sizes of the blocks that were given out, by address. */
const given = new Map<number, number>();

/** Follows the blocks from here on; call it before the first tensor. */
export function followBlocks(): void {
  const { take, give } = supply;
  supply.take = (size) => {
    const block = take(size);
    if (block !== 0) given.set(block, size);
    return block;
  };
  supply.give = (block, size) => {
    expect(given.get(block), `the size of the block at ${block}`).toBe(size);
    given.delete(block);
    give(block, size);
  };
}

/** The regions of a pool, after checking that its list is one. */
function listOf(pool: Pool): Region[] {
  const { first, last, count } = pool as unknown as { first: Region | null; last: Region | null; count: number };
  const regions: Region[] = [];
  let before: Region | null = null;
  for (let region = first; region !== null; region = region.next) {
    expect(region.previous).toBe(before);
    expect(regions.length).toBeLessThan(count);
    expect(region.pool).toBe(pool);
    regions.push(region);
    before = region;
  }
  expect(last).toBe(before);
  expect(regions).toHaveLength(count);
  return regions;
}

/** Throws unless the books are right. */
export function checkBooks(): void {
  const chunks = openChunks();
  const listed = pools.map((pool) => [...listOf(pool), ...chunks.filter((chunk) => chunk.pool === pool)]);
  const all = listed.flat();
  expect(new Set(all).size, 'regions that are listed twice').toBe(all.length);
  for (const region of all) {
    expect(region.base).toBeGreaterThan(0);
    expect(region.copy).toBeNull();
    expect(Number.isInteger(region.live) && region.live >= 0 && region.live <= region.size).toBe(true);
    expect(Number.isInteger(region.top) && region.top >= 0 && region.top <= region.size).toBe(true);
  }
  const sum = (regions: readonly Region[], key: 'size' | 'live'): number =>
    regions.reduce((total, region) => total + region[key], 0);
  pools.forEach((pool, i) => {
    expect(pool.resident).toBe(sum(listed[i], 'size'));
  });
  const stats = torch.memory.stats();
  expect(stats.resident).toBe(sum(all, 'size'));
  expect(stats.live).toBe(sum(all, 'live'));
  const places = [...all].sort((a, b) => a.base - b.base);
  places.forEach((region, i) => {
    if (i > 0) expect(region.base).toBeGreaterThanOrEqual(places[i - 1].base + places[i - 1].size);
  });
  expect(new Map(places.map(({ base, size }) => [base, size]))).toEqual(new Map([...given].sort(([a], [b]) => a - b)));
}
