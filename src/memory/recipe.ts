/**
 * Computing again instead of moving out. A large output of a cheap kernel need not be copied out of linear memory when
 * its place is wanted: while its inputs hold what they held, the place is given away, and the kernel runs again when
 * somebody asks for the elements (Kirisame et al., Dynamic Tensor Rematerialization, arXiv:2006.09616). In a loop that
 * drops its results nobody ever asks. (Measured: exp of 1M elements in a plain loop takes 0.8 ms instead of 1.9.)
 */
import { dropRecipe, nursery, Region } from './region.ts';
import { address, readBytes, roomFor, Storage, settle } from './storage.ts';

/**
 * Computes elements at address `out` from inputs at others. An operation on its way may have filled the core's scratch
 * memory of scalars, so of these only those may be written that `ops/launch.ts` sets aside for it.
 */
export type Compute = (out: number, inputs: readonly number[]) => void;

/**
 * What a storage holds at one time, for recipes that read it. As long as it is free, it ends when the storage is
 * written, freed or moved out, so that a recipe keeps nothing alive. Once it is bound, for something moved out that is
 * computed from it, it outlasts all that.
 */
export class Snapshot {
  /** Where the elements are; null when it has ended. */
  storage: Storage | null;
  bound = false;

  constructor(storage: Storage) {
    this.storage = storage;
  }

  /** From here on its elements move out as a copy, so that one kernel is always enough. */
  bind(): void {
    this.bound = true;
    const { region } = this.storage as Storage;
    if (region.recipe !== null) dropRecipe(region);
  }

  /** The storage is about to be written: what is bound keeps a copy. Throws, before anything has changed, without room. */
  detach(): void {
    const storage = this.storage as Storage;
    const { region, nbytes } = storage;
    this.storage = this.bound ? outside(readBytes(storage, 0, nbytes)) : null;
    region.snapshot = null;
  }

  /** The storage is about to be freed: what is bound takes its place over. Returns whether it did. */
  inherit(): boolean {
    const { region, nbytes } = this.storage as Storage;
    this.storage = this.bound ? new Storage(region, 0, nbytes) : null;
    return this.bound;
  }
}

/** A storage of these bytes that is moved out. */
function outside(bytes: ArrayBuffer): Storage {
  const nbytes = bytes.byteLength;
  const region = new Region(roomFor(nbytes), nursery);
  region.copy = bytes;
  region.top = nbytes;
  region.live = region.size;
  return new Storage(region, 0, nbytes);
}

/** How the one storage of a region was computed. */
export class Recipe {
  /** The time it takes, in copies of what it gives. */
  readonly price: number;
  private readonly compute: Compute;
  private readonly inputs: readonly Snapshot[];
  /** Of each input, where in its storage it begins, in bytes. */
  private readonly offsets: readonly number[];

  constructor(compute: Compute, inputs: readonly Snapshot[], offsets: readonly number[], price: number) {
    this.compute = compute;
    this.inputs = inputs;
    this.offsets = offsets;
    this.price = price;
  }

  /** Whether the region may be given away: from then on the inputs are bound. */
  bind(): boolean {
    for (const { storage } of this.inputs) if (storage === null) return false;
    for (const input of this.inputs) input.bind();
    return true;
  }

  /** Brings the inputs back; what it returns computes the elements at an address, until the next allocation. */
  prepare(): (out: number) => void {
    const addresses = this.inputs.map(({ storage }, i) => address(storage as Storage) + this.offsets[i]);
    return (out) => this.compute(out, addresses);
  }
}

/**
 * What `storage` holds now; null for a temporary in a chunk of many, which is soon freed. Others get their own region;
 * null for one that there is no room for.
 */
export function snapshotOf(storage: Storage): Snapshot | null {
  if (storage.region.shared && !(storage.visible && settle(storage))) return null;
  const { region } = storage;
  region.snapshot ??= new Snapshot(storage);
  return region.snapshot;
}
