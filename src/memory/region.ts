/**
 * Linear memory by the block. JavaScript cannot say that a handle died until the event loop turns, so what is resident
 * is bounded instead: when a pool's budget is reached, the oldest idle region moves out, as a copy, or given away if it
 * can be computed again (recipe.ts). The next use brings it back. If every handle is dead, the collector frees the
 * copy, even inside a synchronous loop.
 *
 * A region used at the current tick never moves out: an operation allocates all it needs first (each allocation is a
 * tick), then takes addresses, then calls the kernel, so no address it holds can go stale.
 */
import { u8 } from '../wasm/heap.ts';
import { returnBlocks, supply } from './blocks.ts';
import { MemoryRefusal } from './errors.ts';
import type { Recipe, Snapshot } from './recipe.ts';

const FIRST_BUDGET = 8 << 20;
/** What stays in a second-level cache: results that a loop drops are written where the last were, which takes half the
 * time of somewhere else (65,536 floats added: 7 µs instead of 13). */
const FIRST_REPEATABLE = 1 << 20;
/** What takes up to so many times a copy is computed again without further ado. */
const CHEAP = 4;
export const LARGEST_BUDGET = 1 << 30;
/** The core's heap gives blocks of up to this many bytes. */
export const LARGEST_BLOCK = (1 << 30) - 64;

/** One block of the core's heap and what shares its fate. */
export class Region {
  /** Address in linear memory; 0 when it moved out or is gone. */
  base = 0;
  /** Whether it is a chunk of many storages. */
  shared = false;
  /** Where the bytes are while it is out, unless they are computed again. */
  copy: ArrayBuffer | null = null;
  /** How to compute the bytes of its one storage, where that is known and cheap. */
  recipe: Recipe | null = null;
  /** What its one storage holds, if a recipe reads it. */
  snapshot: Snapshot | null = null;
  /** Tick of the last use, and of the last time that `makeRoom` looked. */
  tick = 0;
  seen = 0;
  /** Bytes handed out, and of these, bytes of storages not known to be dead. */
  top = 0;
  live = 0;
  previous: Region | null = null;
  next: Region | null = null;
  readonly size: number;
  pool: Pool;

  constructor(size: number, pool: Pool) {
    this.size = size;
    this.pool = pool;
  }
}

/** Regions under one budget, oldest first. */
export class Pool {
  budget: number;
  resident = 0;
  /** Bytes that moved out and came back since the start. */
  evicted = 0;
  returned = 0;
  /**
   * Returned bytes, less a quarter of the evicted: more than the budget means that it is too small. Without the quarter
   * a loop that now and then reads something old would raise the budget for ever.
   */
  private regret = 0;
  private first: Region | null = null;
  private last: Region | null = null;
  private count = 0;

  constructor(budget: number) {
    this.budget = budget;
  }

  append(region: Region): void {
    region.seen = clock.tick;
    region.previous = this.last;
    region.next = null;
    if (this.last) this.last.next = region;
    else this.first = region;
    this.last = region;
    this.count++;
  }

  remove(region: Region): void {
    if (region.previous) region.previous.next = region.next;
    else if (this.first === region) this.first = region.next;
    else return;
    if (region.next) region.next.previous = region.previous;
    else this.last = region.previous;
    region.previous = null;
    region.next = null;
    this.count--;
  }

  /** Bytes of storages not known to be dead. */
  get live(): number {
    let sum = 0;
    for (let region = this.first; region; region = region.next) sum += region.live;
    return sum;
  }

  leaves(region: Region): void {
    this.evicted += region.top;
    this.regret = Math.max(0, this.regret - region.top / 4);
  }

  comesBack(region: Region): void {
    this.returned += region.top;
    this.regret += region.top;
    if (this.regret > this.budget) this.budget = Math.min(LARGEST_BUDGET, this.budget + region.size);
    this.append(region);
  }

  /**
   * Evicts regions, the oldest first, until `bytes` more fit or all are in use. What was used since last looked at gets
   * another turn, and so does what the last operation made or read, as long as there is anything else. What the host
   * has no room for stays: the budget is exceeded then.
   */
  makeRoom(bytes: number): void {
    const { tick } = clock;
    const enough = this.count;
    // Of copies the host is asked for the half of what it refused at the most: each refusal may cost it a collection.
    let most = Infinity;
    for (let looks = 3 * enough; looks > 0 && this.resident + bytes > this.budget; looks--) {
      const region = this.first;
      if (!region) return;
      const recent = looks > enough && (region.tick > region.seen || region.tick === tick - 1);
      const stays = recent || region.tick === tick;
      if (!stays && evict(region, most)) continue;
      if (!stays) most = Math.min(most, region.top / 2);
      this.remove(region);
      this.append(region);
      // The operation that wants the room has yet to use its inputs: a use within this tick counts.
      region.seen = tick - 1;
    }
  }

  /** Evicts all that is idle. */
  clear(): void {
    const { budget } = this;
    this.budget = 0;
    this.makeRoom(0);
    this.budget = budget;
  }
}

/** Counts allocations; see the head of this file. */
export const clock = { tick: 1 };
export const nursery = new Pool(FIRST_BUDGET);
/** Regions with a recipe. */
export const repeatable = new Pool(FIRST_REPEATABLE);
/** Long-lived regions. Their budget grows as the nursery's does; it bounds what models that were dropped leave behind. */
export const tenured = new Pool(8 * FIRST_BUDGET);
export const pools: readonly Pool[] = [repeatable, nursery, tenured];
/** Where the storage of a disposed tensor points. */
export const GONE = new Region(0, nursery);

function moveTo(region: Region, pool: Pool): void {
  region.pool.remove(region);
  region.pool.resident -= region.size;
  region.pool = pool;
  pool.resident += region.size;
  pool.append(region);
}

/** Makes `recipe` how the one storage of a new region is computed. */
export function setRecipe(region: Region, recipe: Recipe): void {
  if (region.pool === tenured) return;
  region.recipe = recipe;
  if (region.pool === nursery) moveTo(region, repeatable);
}

/** Forgets how a region in linear memory was computed. */
export function dropRecipe(region: Region): void {
  region.recipe = null;
  if (region.pool === repeatable) moveTo(region, nursery);
}

/** Bytes that moved out since anything came back. */
let quiet = 0;

/** Whether to compute again and not to copy: what is dear only if never needed, for a quarter of the copies saved. */
function isWorthIt({ price }: Recipe, { top }: Region): boolean {
  return price <= CHEAP || price * top <= quiet / 4;
}

/**
 * Moves a region out, or makes it one that is copied the next time. False, and nothing has changed, where that takes a
 * copy of more than `most` bytes, or one that the host refuses.
 */
function evict(region: Region, most: number): boolean {
  const { recipe, pool } = region;
  let copy: ArrayBuffer | null = null;
  if (recipe === null) {
    if (region.top > most) return false;
    try {
      copy = supply.copy(region.base, region.top);
    } catch {
      return false;
    }
  } else if (!isWorthIt(recipe, region) || !recipe.bind()) {
    dropRecipe(region);
    return true;
  }
  // From here on nothing can fail.
  pool.remove(region);
  region.copy = copy;
  if (region.snapshot !== null && !region.snapshot.bound) {
    region.snapshot.storage = null;
    region.snapshot = null;
  }
  quiet += region.top;
  pool.leaves(region);
  release(region);
  return true;
}

/** Gives a region's block back. */
export function release(region: Region): void {
  supply.give(region.base, region.size);
  region.base = 0;
  region.pool.resident -= region.size;
}

/** Gives a region a block, or throws and has changed nothing but what is where. */
export function claim(region: Region): void {
  const { size, pool } = region;
  if (size > LARGEST_BLOCK) {
    throw new MemoryRefusal(`out of memory: ${size} bytes are more than one tensor can have (${LARGEST_BLOCK})`);
  }
  // What is new may turn out to be repeatable: it takes the place of the last that was.
  if (pool === nursery) repeatable.makeRoom(size);
  pool.makeRoom(size);
  let base = supply.take(size);
  if (base === 0) {
    // The budget allows what the memory does not: give back everything idle, then try once more.
    for (const each of pools) each.clear();
    returnBlocks();
    base = supply.take(size);
    if (base === 0) {
      const used = pools.reduce((sum, each) => sum + each.resident, 0);
      throw new MemoryRefusal(`out of memory: cannot allocate ${size} bytes, ${used} bytes are in use`);
    }
  }
  region.base = base;
  pool.resident += size;
}

/** Brings a region back that moved out. */
export function bringBack(region: Region): void {
  if (region === GONE) throw new Error('this tensor was disposed of: it has no elements any more');
  const { copy, recipe, pool } = region;
  // Inputs first: they are in use then, so that claiming this region's place leaves them in theirs.
  const compute = copy === null ? (recipe as Recipe).prepare() : null;
  claim(region);
  if (compute !== null) compute(region.base);
  else u8().set(new Uint8Array(copy as ArrayBuffer), region.base);
  region.copy = null;
  quiet = 0;
  pool.comesBack(region);
  // What was wanted is copied the next time, and its inputs are not kept any longer.
  if (recipe !== null) dropRecipe(region);
}
