/**
 * Who owns linear memory. A tensor's elements live in a Storage; a Storage is a place in a Region; a Region is one
 * block of the core's heap, or, when evicted, an ArrayBuffer that only the region refers to.
 *
 * JavaScript cannot say that a handle died until the event loop turns, so the resident set is bounded instead: small
 * tensors are bump-allocated into chunks, and when the nursery's budget is reached the oldest idle region is copied out
 * (one copy for about a thousand small tensors). The next use brings it back. If every handle is dead, the collector
 * frees the copy, even inside a synchronous loop. What is provably dead is freed at once (`free`).
 *
 * A region used at the current tick is never evicted: an operation allocates all it needs first (each allocation is a
 * tick), then takes addresses, then calls the kernel, so no address it holds can go stale.
 */
import { core } from '../wasm/core.ts';
import { u8 } from '../wasm/heap.ts';

/** Tensors up to this many bytes share chunks. */
const SMALL = 4096;
const CHUNK = 65536;
/** Scalars and the like keep apart, so that a kept loss retains 16 KB of other scalars and not 64 KB of activations. */
const TINY = 64;
const TINY_CHUNK = 16384;
const FIRST_BUDGET = 8 << 20;
export const LARGEST_BUDGET = 1 << 30;
/** The core's heap gives blocks of up to this many bytes. */
const LARGEST_BLOCK = (1 << 30) - 64;

/** One block of the core's heap and what shares its fate. */
export class Region {
  /** Address in linear memory; 0 when evicted or gone. */
  base = 0;
  /** Where the bytes are while evicted. */
  copy: ArrayBuffer | null = null;
  /** Tick of the last use, and of the last time that eviction looked. */
  tick = 0;
  seen = 0;
  /** Bytes handed out, and of these, bytes of storages not known to be dead. */
  top = 0;
  live = 0;
  previous: Region | null = null;
  next: Region | null = null;
  readonly size: number;
  readonly pool: Pool;

  constructor(size: number, pool: Pool) {
    this.size = size;
    this.pool = pool;
  }
}

/** A place in a region, shared by all views of one tensor. */
export class Storage {
  /** Bumped by every in-place write; autograd compares it with what it saved. */
  version = 0;
  /** Internal holders: saved by a node, pending as a gradient, a leaf's `.grad`. */
  holds = 0;
  /** Whether user code may hold a handle; such a storage is never freed behind its back. */
  visible = true;
  /** Whether user code may hold a handle until its `tidy` ends. */
  lent = false;
  region: Region;
  offset: number;
  readonly nbytes: number;

  constructor(region: Region, offset: number, nbytes: number) {
    this.region = region;
    this.offset = offset;
    this.nbytes = nbytes;
  }
}

/** Regions under one budget, oldest first. */
class Pool {
  budget: number;
  resident = 0;
  evicted = 0;
  returned = 0;
  private first: Region | null = null;
  private last: Region | null = null;
  private count = 0;

  constructor(budget: number) {
    this.budget = budget;
  }

  append(region: Region): void {
    region.seen = tick;
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

  /** Evicts the oldest regions that were not used since last looked at, until `bytes` more fit or all are in use. */
  makeRoom(bytes: number): void {
    for (let looks = 2 * this.count; looks > 0 && this.resident + bytes > this.budget; looks--) {
      const region = this.first;
      if (!region) return;
      this.remove(region);
      if (region.tick > region.seen || region.tick === tick) this.append(region);
      else evict(region);
    }
  }
}

/** Counts allocations; see the head of this file. */
let tick = 1;
/** Bytes in linear memory of storages not known to be dead. */
export let live = 0;
export const nursery = new Pool(FIRST_BUDGET);
/** Long-lived regions. Their budget grows as the nursery's does; it bounds what models that were dropped leave behind. */
export const tenured = new Pool(8 * FIRST_BUDGET);
/** Where the storage of a disposed tensor points. */
const GONE = new Region(0, nursery);
let chunk: Region = GONE;
let tinyChunk: Region = GONE;
/** What torchlet's own code allocates inside scopes dies soon and together: apart from the rest, its chunk starts over
 * instead of being copied out. (Measured: a step of 9-64-32-16-1 takes 16 µs instead of 19.) */
let hiddenChunk: Region = GONE;

/** What an open scope (scope.ts) allocated; `users` marks that of `tidy`, in which user code runs and sees handles. */
export interface Scope extends Array<Storage> {
  users?: boolean;
}

/** The innermost open scope; null outside of any. */
let opened: Scope | null = null;

/** Makes `list` the scope that new storages belong to; returns the one before. */
export function openScope(list: Scope | null): Scope | null {
  const outer = opened;
  opened = list;
  return outer;
}

function evict(region: Region): void {
  region.copy = u8().buffer.slice(region.base, region.base + region.top);
  core.release(region.base);
  region.base = 0;
  region.pool.resident -= region.size;
  region.pool.evicted += region.top;
  live -= region.live;
}

/** Raised when linear memory cannot grow; an operation adds its name and shape. */
export class OutOfMemory extends RangeError {}

function claim(region: Region): void {
  const { size, pool } = region;
  if (size > LARGEST_BLOCK) {
    throw new OutOfMemory(`out of memory: ${size} bytes are more than one tensor can have (${LARGEST_BLOCK})`);
  }
  if (pool.resident + size > pool.budget) pool.makeRoom(size);
  let base = grab(size);
  if (base === 0) {
    // The budget allows what the memory does not: give back everything idle, then try once more.
    for (const each of [nursery, tenured]) {
      const { budget } = each;
      each.budget = 0;
      each.makeRoom(size);
      each.budget = budget;
    }
    base = grab(size);
    if (base === 0) {
      throw new OutOfMemory(
        `out of memory: cannot allocate ${size} bytes, ${nursery.resident + tenured.resident} bytes are in use`,
      );
    }
  }
  region.base = base;
  pool.resident += size;
}

/** `core.allocate`, with 0 for the trap that says the memory cannot grow. */
function grab(size: number): number {
  try {
    return core.allocate(size) >>> 0;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return 0;
    throw error;
  }
}

function bringBack(region: Region): void {
  if (region === GONE) throw new Error('this tensor was disposed of: it has no elements any more');
  const { copy, pool } = region;
  claim(region);
  u8().set(new Uint8Array(copy as ArrayBuffer), region.base);
  region.copy = null;
  live += region.live;
  pool.returned += region.top;
  // What is used again was evicted too early: give it room.
  if (pool.returned > pool.budget) pool.budget = Math.min(LARGEST_BUDGET, pool.budget + region.size);
  pool.append(region);
}

function nextChunk(size: number, old: Region): Region {
  if (old !== GONE) {
    if (old.live === 0) {
      old.top = 0;
      return old;
    }
    nursery.append(old);
  }
  const region = new Region(size, nursery);
  claim(region);
  return region;
}

/** The chunk that the next `size` bytes go to, with room for them. */
function chunkFor(size: number, hidden: boolean): Region {
  if (hidden) {
    if (hiddenChunk.top + size > hiddenChunk.size) hiddenChunk = nextChunk(CHUNK, hiddenChunk);
    return hiddenChunk;
  }
  if (size <= TINY) {
    if (tinyChunk.top + size > tinyChunk.size) tinyChunk = nextChunk(TINY_CHUNK, tinyChunk);
    return tinyChunk;
  }
  if (chunk.top + size > chunk.size) chunk = nextChunk(CHUNK, chunk);
  return chunk;
}

/** Takes `size` bytes of a chunk; returns where they begin. */
function take(region: Region, size: number): number {
  const at = region.top;
  region.top += size;
  region.live += size;
  live += size;
  region.tick = tick;
  return at;
}

/** A storage of `nbytes` uninitialised bytes in the nursery. */
export function allocate(nbytes: number): Storage {
  tick++;
  let storage: Storage;
  if (nbytes <= SMALL) {
    const size = roomFor(nbytes);
    const region = chunkFor(size, opened !== null);
    storage = new Storage(region, take(region, size), nbytes);
  } else {
    storage = new Storage(ownRegion(nbytes, nursery), 0, nbytes);
  }
  if (opened !== null) {
    storage.visible = false;
    storage.lent = opened.users === true;
    opened.push(storage);
  }
  return storage;
}

/** Bytes that a storage takes up: whole 16-byte units, at least one. */
function roomFor(nbytes: number): number {
  return Math.max(16, Math.ceil(nbytes / 16) * 16);
}

function ownRegion(nbytes: number, pool: Pool): Region {
  const size = roomFor(nbytes);
  const region = new Region(size, pool);
  claim(region);
  region.top = nbytes;
  region.live = size;
  live += size;
  region.tick = tick;
  pool.append(region);
  return region;
}

/** The storage's address, brought back first if it was evicted. Valid until the next allocation. */
export function address(storage: Storage): number {
  const { region } = storage;
  region.tick = tick;
  if (region.base === 0) bringBack(region);
  return region.base + storage.offset;
}

/** Whether the storage was freed. */
export function isGone(storage: Storage): boolean {
  return storage.region === GONE;
}

/** Whether the storage is in linear memory now. */
export function isResident(storage: Storage): boolean {
  return storage.region.base !== 0;
}

/** A copy of `nbytes` bytes from `offset` on, read without bringing an evicted region back. */
export function readBytes(storage: Storage, offset: number, nbytes: number): ArrayBuffer {
  const { region } = storage;
  const from = storage.offset + offset;
  if (region.copy) return region.copy.slice(from, from + nbytes);
  const base = address(storage) + offset;
  return u8().buffer.slice(base, base + nbytes);
}

/**
 * Gives a storage to the user: from here on it may be held and is not freed behind their back. A small one moves out of
 * the hidden chunk, which can then start over once the rest is dead.
 */
export function expose(storage: Storage): void {
  storage.visible = true;
  const { region, offset, nbytes } = storage;
  if (region !== hiddenChunk || nbytes > SMALL) return;
  tick++;
  const size = roomFor(nbytes);
  const to = chunkFor(size, false);
  storage.region = to;
  storage.offset = take(to, size);
  u8().copyWithin(to.base + storage.offset, region.base + offset, region.base + offset + nbytes);
  leave(region, offset, size);
}

/** Frees a storage that no one can use again. Freeing twice does nothing. */
export function free(storage: Storage): void {
  const { region } = storage;
  if (region === GONE) return;
  storage.region = GONE;
  leave(region, storage.offset, roomFor(storage.nbytes));
}

/** Gives back `size` bytes of a region, and the region if they were its last. */
function leave(region: Region, offset: number, size: number): void {
  region.live -= size;
  if (region.base !== 0) live -= size;
  if (region === chunk || region === tinyChunk || region === hiddenChunk) {
    if (region.live === 0) region.top = 0;
    else if (offset + size === region.top) region.top = offset;
  } else if (region.live === 0) {
    if (region.base !== 0) {
      region.pool.remove(region);
      core.release(region.base);
      region.base = 0;
      region.pool.resident -= region.size;
    }
    region.copy = null;
  }
}

/** One internal holder fewer; frees the storage if that was the last and user code cannot have a handle. */
export function letGo(storage: Storage): void {
  if (--storage.holds === 0 && !storage.visible && !storage.lent) free(storage);
}

/** Moves a storage out of the nursery, into a region of its own: parameters and optimizer state live long. */
export function tenure(storage: Storage): void {
  if (storage.region.pool === tenured) return;
  tick++;
  const region = ownRegion(storage.nbytes, tenured);
  const from = address(storage);
  u8().copyWithin(region.base, from, from + storage.nbytes);
  const gone = new Storage(storage.region, storage.offset, storage.nbytes);
  storage.region = region;
  storage.offset = 0;
  free(gone);
}

/**
 * Moves what lives long out of linear memory, at the end of a piece of work after which most of it may be dead: the
 * dead goes with the collector, the rest comes back when it is used.
 */
export function unload(): void {
  tick++;
  const { budget } = tenured;
  tenured.budget = 0;
  tenured.makeRoom(0);
  tenured.budget = budget;
}
