/**
 * Who owns linear memory. A tensor's elements live in a Storage; a Storage is a place in a Region (region.ts). Small
 * tensors are bump-allocated into regions that they share, so that one copy moves about a thousand of them out. What is
 * provably dead is freed at once (`free`).
 */
import { u8 } from '../wasm/heap.ts';
import { bringBack, claim, clock, dropRecipe, GONE, nursery, type Pool, Region, release, tenured } from './region.ts';

/** Tensors up to this many bytes share chunks. */
const SMALL = 2048;
/** The same for those in scopes, which die soon and are rarely copied. */
const SMALL_HIDDEN = 4096;
const CHUNK = 65536;
/** Scalars and the like keep apart, so that a kept loss retains 16 KB of other scalars and not 64 KB of activations. */
const TINY = 64;
const TINY_CHUNK = 16384;

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

let chunk: Region = GONE;
let tinyChunk: Region = GONE;
/** What torchlet's own code allocates inside scopes dies soon and together: apart from the rest, its chunk starts over
 * instead of being copied out. (Measured: a step of 9-64-32-16-1 takes 16 µs instead of 19.) */
let hiddenChunk: Region = GONE;

/** Bytes, in the chunks that are being filled, of storages not known to be dead. */
export function liveInChunks(): number {
  return chunk.live + tinyChunk.live + hiddenChunk.live;
}

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

function nextChunk(size: number, old: Region): Region {
  if (old !== GONE) {
    if (old.live === 0) {
      old.top = 0;
      return old;
    }
    nursery.append(old);
  }
  const region = new Region(size, nursery);
  region.shared = true;
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
  region.tick = clock.tick;
  return at;
}

/** A storage of `nbytes` uninitialised bytes in the nursery. */
export function allocate(nbytes: number): Storage {
  clock.tick++;
  let storage: Storage;
  const hidden = opened !== null;
  if (nbytes <= (hidden ? SMALL_HIDDEN : SMALL)) {
    const size = roomFor(nbytes);
    const region = chunkFor(size, hidden);
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
export function roomFor(nbytes: number): number {
  return Math.max(16, Math.ceil(nbytes / 16) * 16);
}

function ownRegion(nbytes: number, pool: Pool): Region {
  const size = roomFor(nbytes);
  const region = new Region(size, pool);
  region.live = size;
  claim(region);
  region.top = nbytes;
  region.tick = clock.tick;
  pool.append(region);
  return region;
}

/** The storage's address, brought back first if it was evicted. Valid until the next allocation. */
export function address(storage: Storage): number {
  const { region } = storage;
  region.tick = clock.tick;
  if (region.base === 0) bringBack(region);
  return region.base + storage.offset;
}

/** The storage's address, to write to: what is computed from its elements keeps those that it had. */
export function overwrite(storage: Storage): number {
  const at = address(storage);
  const { region } = storage;
  if (region.recipe !== null) dropRecipe(region);
  if (region.snapshot !== null) region.snapshot.detach();
  return at;
}

/** Whether a storage has a region of its own. */
export function isLarge(storage: Storage): boolean {
  return !storage.region.shared;
}

/** Keeps a storage where it is through the next allocation: the operation that allocates is going to read it. */
export function spare(storage: Storage): void {
  storage.region.tick = clock.tick + 1;
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
  if (region !== hiddenChunk) return;
  clock.tick++;
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
  const taken = region.snapshot?.inherit();
  storage.region = GONE;
  if (taken) return;
  leave(region, storage.offset, roomFor(storage.nbytes));
}

/** Gives back `size` bytes of a region, and the region if they were its last. */
function leave(region: Region, offset: number, size: number): void {
  region.live -= size;
  if (region === chunk || region === tinyChunk || region === hiddenChunk) {
    if (region.live === 0) region.top = 0;
    else if (offset + size === region.top) region.top = offset;
  } else if (region.live === 0) {
    if (region.base !== 0) {
      region.pool.remove(region);
      release(region);
    }
    region.copy = null;
    region.recipe = null;
  }
}

/** One internal holder fewer; frees the storage if that was the last and user code cannot have a handle. */
export function letGo(storage: Storage): void {
  if (--storage.holds === 0 && !storage.visible && !storage.lent) free(storage);
}

/** Moves a storage out of the nursery, into a region of its own: parameters and optimizer state live long. */
export function tenure(storage: Storage): void {
  if (storage.region.pool === tenured) return;
  clock.tick++;
  move(storage, tenured);
}

/** Moves a storage out of its chunk, into a region of its own. */
export function settle(storage: Storage): void {
  move(storage, nursery);
}

function move(storage: Storage, pool: Pool): void {
  const region = ownRegion(storage.nbytes, pool);
  const from = address(storage);
  u8().copyWithin(region.base, from, from + storage.nbytes);
  const gone = new Storage(storage.region, storage.offset, storage.nbytes);
  region.snapshot = gone.region.snapshot;
  gone.region.snapshot = null;
  storage.region = region;
  storage.offset = 0;
  free(gone);
}

/**
 * Moves what lives long out of linear memory, at the end of a piece of work after which most of it may be dead: the
 * dead goes with the collector, the rest comes back when it is used.
 */
export function unload(): void {
  clock.tick++;
  tenured.clear();
}
