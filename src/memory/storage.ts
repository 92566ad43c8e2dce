/**
 * Who owns linear memory. A tensor's elements live in a Storage; a Storage is a place in a Region (region.ts). Small
 * tensors are bump-allocated into regions that they share, so that one copy moves about a thousand of them out. What is
 * provably dead is freed at once (`free`).
 */
import { u8 } from '../wasm/heap.ts';
import { fromHost, supply } from './blocks.ts';
import { MemoryRefusal } from './errors.ts';
import {
  bringBack,
  claim,
  clock,
  dropRecipe,
  GONE,
  LARGEST_BLOCK,
  nursery,
  type Pool,
  Region,
  release,
  tenured,
} from './region.ts';

/**
 * Which tensors share chunks, and how large these are, in bytes. Scalars and the like keep apart (`tiny`), so that a kept
 * loss retains 16 KB of other scalars and not 64 KB of activations; what is in scopes dies soon and is rarely copied
 * (`hidden`). Tests make all of it smaller, so that a chunk is soon full, or each tensor has a region of its own.
 */
export const sharing = { small: 2048, hidden: 4096, chunk: 65536, tiny: 64, tinyChunk: 16384 };

/** Whether what is allocated now belongs to inference mode (autograd/mode.ts). */
let inferring = false;

/** Lets what is allocated from now on belong to inference mode, or not. */
export function setInferring(mode: boolean): void {
  inferring = mode;
}

/**
 * A place in a region, shared by all views of one tensor. Its fields are declared and written by the constructor: with
 * initialisers V8 calls a function of its own for them.
 */
export class Storage {
  /** Bumped by every in-place write; autograd compares it with what it saved. */
  declare version: number;
  /** Whether it was allocated in inference mode: it may then neither be written outside of it nor be saved. */
  declare readonly inference: boolean;
  /** Internal holders: saved by a node, pending as a gradient, a leaf's `.grad`. */
  declare holds: number;
  /** Whether user code may hold a handle; such a storage is never freed behind its back. */
  declare visible: boolean;
  /** Whether user code may hold a handle until its `tidy` ends. */
  declare lent: boolean;
  declare region: Region;
  declare offset: number;
  declare readonly nbytes: number;

  constructor(region: Region, offset: number, nbytes: number) {
    this.version = 0;
    this.inference = inferring;
    this.holds = 0;
    this.visible = true;
    this.lent = false;
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

/** The chunks that are being filled, which are in no list of their pool. */
export function openChunks(): readonly Region[] {
  return [chunk, tinyChunk, hiddenChunk].filter((region) => region !== GONE);
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
  }
  const region = new Region(size, nursery);
  region.shared = true;
  claim(region);
  // Only now: without a new chunk the old one stays what is filled.
  if (old !== GONE) nursery.append(old);
  return region;
}

/** The chunk that the next `size` bytes go to, with room for them. */
function chunkFor(size: number, hidden: boolean): Region {
  if (hidden) {
    if (hiddenChunk.top + size > hiddenChunk.size) hiddenChunk = nextChunk(sharing.chunk, hiddenChunk);
    return hiddenChunk;
  }
  if (size <= sharing.tiny) {
    if (tinyChunk.top + size > tinyChunk.size) tinyChunk = nextChunk(sharing.tinyChunk, tinyChunk);
    return tinyChunk;
  }
  if (chunk.top + size > chunk.size) chunk = nextChunk(sharing.chunk, chunk);
  return chunk;
}

/** Takes `size` bytes of a chunk; returns where they begin. */
function bump(region: Region, size: number): number {
  const at = region.top;
  region.top += size;
  region.live += size;
  region.tick = clock.tick;
  return at;
}

/**
 * A storage of `nbytes` uninitialised bytes in the nursery.
 *
 * @throws MemoryRefusal when there is no room, and for what is no number of bytes: it would spoil all counts for ever.
 */
export function allocate(nbytes: number): Storage {
  if (nbytes >>> 0 !== nbytes) refuseBytes(nbytes);
  clock.tick++;
  let storage: Storage;
  const hidden = opened !== null;
  if (nbytes <= (hidden ? sharing.hidden : sharing.small)) {
    const size = roomFor(nbytes);
    const region = chunkFor(size, hidden);
    storage = new Storage(region, bump(region, size), nbytes);
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

function refuseBytes(nbytes: number): never {
  if (Number.isInteger(nbytes) && nbytes > 0) {
    throw new MemoryRefusal(`out of memory: ${nbytes} bytes are more than one tensor can have (${LARGEST_BLOCK})`);
  }
  throw new MemoryRefusal(`${String(nbytes)} is no number of bytes`);
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

/** Whether the storage can be written where it is without anything that might fail. */
export function isAtHand({ region }: Storage): boolean {
  return region.base !== 0 && region.snapshot === null;
}

/** A copy of `nbytes` bytes from `offset` on, read without bringing an evicted region back. */
export function readBytes(storage: Storage, offset: number, nbytes: number): ArrayBuffer {
  const [buffer, from] = bytesOf(storage);
  const start = from + offset;
  return fromHost(nbytes, () =>
    buffer === u8().buffer ? supply.copy(start, nbytes) : buffer.slice(start, start + nbytes),
  );
}

/**
 * The buffer that holds a storage's bytes, and where they begin; valid until the next allocation. A region that moved
 * out as a copy is not brought back for it.
 */
export function bytesOf(storage: Storage): [buffer: ArrayBuffer, from: number] {
  const { copy } = storage.region;
  if (copy !== null) return [copy, storage.offset];
  const from = address(storage);
  return [u8().buffer, from];
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
  let to: Region;
  try {
    to = chunkFor(size, false);
  } catch (error) {
    // It may stay: the hidden chunk starts over a little later then.
    if (error instanceof MemoryRefusal) return;
    throw error;
  }
  storage.region = to;
  storage.offset = bump(to, size);
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

/** Moves a storage out of its chunk, into a region of its own. False, and nothing has changed, without room for it. */
export function settle(storage: Storage): boolean {
  try {
    move(storage, nursery);
    return true;
  } catch (error) {
    if (error instanceof MemoryRefusal) return false;
    throw error;
  }
}

function move(storage: Storage, pool: Pool): void {
  // Brought back first: what is in use now stays while the new region is claimed.
  address(storage);
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
