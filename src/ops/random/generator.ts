/**
 * Generators: a stream of random numbers each. The state is a block of the core's (see assembly/mt19937.ts) that lives
 * where temporaries live: it moves when it is evicted, so its address is asked for at every draw, and what a dropped
 * generator leaves behind goes with the collector. (Measured: a million generators, made and dropped, leave linear
 * memory at the 16 MB of ten thousand.)
 */

import { within } from '../../memory/errors.ts';
import { describe } from '../../tensor/args.ts';
import { uint8 } from '../../tensor/dtype.ts';
import { operation } from '../../tensor/signature.ts';
import { pointerOf, Tensor } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { u8 } from '../../wasm/heap.ts';
import { fromTypedArray } from '../create/from-data.ts';
import { empty } from '../make.ts';

/** The seed that PyTorch gives a new Generator. */
const DEFAULT_SEED = 67280421310721n;

/** Words of mt19937. */
const WORDS = 624;

/** Where things stand in the core's block. */
const INDEX = 4 * WORDS;
const HAS_NORMAL = INDEX + 4;
const NORMAL = INDEX + 8;
const SEED = INDEX + 16;

/** The same in PyTorch's state, whose words are 64 bits wide; `LEFT` counts from 1. */
const STATE = { bytes: 5056, left: 8, seeded: 12, next: 16, words: 24, normal: 5024, hasNormal: 5040 };

/** A 64-bit integer as two 32-bit words. */
export function words(value: bigint): [low: number, high: number] {
  const unsigned = BigInt.asUintN(64, value);
  return [Number(unsigned & 0xffffffffn) | 0, Number(unsigned >> 32n) | 0];
}

/**
 * A stream of random numbers of its own.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const generator = new torch.Generator().manualSeed(0);
 * console.log(torch.rand(2, { generator })); // => tensor([0.4963, 0.7682])
 * const state = generator.getState();
 * const next = torch.rand(2, { generator });
 * generator.setState(state);
 * console.log(torch.rand(2, { generator }).equal(next)); // => true
 * ```
 */
export class Generator {
  private state: Tensor | null = null;
  private start: bigint = DEFAULT_SEED;

  /** Restarts the stream: PyTorch's numbers for the same seed. Returns the generator. */
  manualSeed(seed: number | bigint): this {
    if (typeof seed !== 'bigint' && !Number.isSafeInteger(seed)) {
      throw new TypeError(`manualSeed(): expected a whole number or a BigInt, got ${describe(seed)}`);
    }
    const wide = BigInt(seed);
    if (wide < -(2n ** 63n) || wide >= 2n ** 64n) {
      throw new RangeError(`manualSeed(): Overflow when unpacking long, ${wide} does not fit 64 bits`);
    }
    core.seedGenerator(
      within('manualSeed', () => pointerOf(this.block())),
      ...words(wide),
    );
    this.start = BigInt.asUintN(64, wide);
    return this;
  }

  /** Restarts the stream from the host's entropy; returns the seed. */
  seed(): bigint {
    // Math.random and not crypto: the first use of that costs 3 ms in Node, and a seed is no secret.
    const [low, high] = [0, 1].map(() => BigInt(Math.floor(Math.random() * 2 ** 32)));
    return this.manualSeed((high << 32n) | low).start;
  }

  /** The seed the stream was started with. */
  initialSeed(): bigint {
    return this.start;
  }

  /**
   * Where the stream stands: uint8 [5056], byte for byte what PyTorch's `get_state()` gives, so that `torch.save`
   * keeps it and either library goes on where the other stopped.
   */
  getState(): Tensor {
    if (this.state === null) this.manualSeed(this.start);
    const own = new DataView(this.block().toTypedArray().buffer);
    const out = new DataView(new ArrayBuffer(STATE.bytes));
    const index = own.getInt32(INDEX, true);
    out.setBigUint64(0, this.start, true);
    out.setInt32(STATE.left, WORDS + 1 - index, true);
    out.setInt32(STATE.seeded, 1, true);
    // Nothing drawn yet: the first word is still what the seed made it.
    const fresh = index === WORDS && own.getUint32(0, true) === own.getUint32(SEED, true);
    out.setInt32(STATE.next, fresh ? 0 : index, true);
    for (let i = 0; i < WORDS; i++) out.setUint32(STATE.words + 8 * i, own.getUint32(4 * i, true), true);
    if (own.getInt32(HAS_NORMAL, true) === 1) {
      out.setFloat64(STATE.normal, own.getFloat64(NORMAL, true), true);
      out.setInt32(STATE.hasNormal, 1, true);
    }
    return within('getState', () => fromTypedArray(new Uint8Array(out.buffer), [STATE.bytes]));
  }

  /**
   * Goes on from what `getState`, here or in PyTorch, gave. Returns the generator.
   *
   * @throws TypeError for anything but a uint8 tensor, RangeError for one that is no state: then nothing changes.
   */
  setState(newState: Tensor): this {
    if (!(newState instanceof Tensor) || newState.dtype !== uint8) {
      throw new TypeError(`setState(): RNG state must be a torch.uint8 tensor, got ${describe(newState)}`);
    }
    if (newState.isDisposed) throw new Error('setState(): the state was disposed of: it has no elements any more');
    if (newState.count !== STATE.bytes) {
      throw new RangeError(
        `Expected a CPUGeneratorImplState of size ${STATE.bytes} but found the input RNG state size to be ` +
          `${newState.count}`,
      );
    }
    const given = new DataView(newState.toTypedArray().buffer);
    const left = given.getInt32(STATE.left, true);
    const next = given.getBigUint64(STATE.next, true);
    // The next word is that after those drawn, or none was drawn and the next draw makes them anew.
    const fits = left >= 1 && left <= WORDS && (next === BigInt(WORDS + 1 - left) || (left === 1 && next === 0n));
    if (given.getInt32(STATE.seeded, true) !== 1 || !fits) throw new RangeError('Invalid mt19937 state');
    const own = new DataView(new ArrayBuffer(core.generatorBytes()));
    for (let i = 0; i < WORDS; i++) own.setUint32(4 * i, given.getUint32(STATE.words + 8 * i, true), true);
    own.setInt32(INDEX, WORDS + 1 - left, true);
    const hasNormal = given.getInt32(STATE.hasNormal, true) !== 0;
    own.setInt32(HAS_NORMAL, Number(hasNormal), true);
    if (hasNormal) own.setFloat64(NORMAL, given.getFloat64(STATE.normal, true), true);
    const start = given.getBigUint64(0, true);
    own.setBigUint64(SEED, start, true);
    const at = within('setState', () => pointerOf(this.block()));
    u8().set(new Uint8Array(own.buffer), at);
    this.start = start;
    return this;
  }

  /** Address of the state in the core, seeded on first use; valid until the next allocation. @internal */
  address(): number {
    if (this.state === null) this.manualSeed(this.start);
    return pointerOf(this.block());
  }

  /** The state's bytes. Made inside an operation they must outlive the operation's scope: `visible`. */
  private block(): Tensor {
    if (this.state === null) {
      this.state = empty([core.generatorBytes()], uint8);
      this.state.storage.visible = true;
    }
    return this.state;
  }
}

let ownGenerator: Generator | null = null;

/** The generator that everything draws from where no other is named; seeded by the host unless by `manualSeed`. */
export function defaultGenerator(): Generator {
  // Workers forbid entropy on import: made on use.
  if (ownGenerator === null) {
    const made = new Generator();
    made.seed();
    ownGenerator = made;
  }
  return ownGenerator;
}

/**
 * Restarts the default generator: from here on the same program draws PyTorch's numbers for that seed.
 *
 * @param seed - A whole number or a BigInt of up to 64 bits.
 * @returns The default generator.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * console.log(torch.rand(3)); // => tensor([0.4963, 0.7682, 0.0885])
 * ```
 */
export function manualSeed(seed: number | bigint): Generator {
  ownGenerator ??= new Generator();
  return ownGenerator.manualSeed(seed);
}

/**
 * The seed of the default generator.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(7);
 * console.log(torch.initialSeed()); // => 7n
 * ```
 */
export function initialSeed(): bigint {
  return defaultGenerator().initialSeed();
}

/**
 * Where the default generator stands: uint8 [5056], PyTorch's layout.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const state = torch.getRngState();
 * const x = torch.rand(2);
 * torch.setRngState(state);
 * console.log(torch.rand(2).equal(x)); // => true
 * ```
 */
export const getRngState = operation('getRngState()', (): Tensor => defaultGenerator().getState());

/**
 * Lets the default generator go on from a state.
 *
 * @throws TypeError or RangeError for what is no state: then nothing changes.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.setRngState(new torch.Generator().manualSeed(0).getState());
 * console.log(torch.rand(2)); // => tensor([0.4963, 0.7682])
 * ```
 */
export function setRngState(newState: Tensor): void {
  ownGenerator ??= new Generator();
  ownGenerator.setState(newState);
}

/** The generator option, checked and seeded, so that `address` allocates no more; the default one if none is named. */
export function generatorOption(name: string, generator: unknown): Generator {
  const given = generator ?? defaultGenerator();
  if (!(given instanceof Generator)) {
    throw new TypeError(`${name}(): argument 'generator' must be a torch.Generator, not ${describe(given)}`);
  }
  given.address();
  return given;
}

declare module '../../tensor/kinds.ts' {
  interface KindTypes {
    generator: Generator;
  }
}
