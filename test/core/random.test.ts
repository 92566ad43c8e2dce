/** The core's random draws are PyTorch's, after the same seed and in the same order: see golden/random_streams.py. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Draws } from '../../src/wasm/families/draws.generated.ts';
import { readGolden } from '../golden/read.ts';
import { familyOf, newCore } from './modules.ts';

type Draw = [
  program: number,
  op: string,
  dtype: string,
  n: number,
  args: (number | string)[],
  bits: string,
  sha: string,
];

const golden = readGolden<{ seeds: string[]; draws: Draw[] }>('random.json');
const core = newCore();
const draws = familyOf<Draws>('draws', core);

/** In the order of their codes. */
const DTYPES = ['float32', 'float64', 'int64', 'int32', 'uint8', 'bool'];
const BYTES = [4, 8, 8, 4, 1, 1];

const low32 = (x: bigint) => Number(BigInt.asIntN(32, x));
const high32 = (x: bigint) => Number(BigInt.asIntN(32, x >> 32n));

function seeded(seed: bigint): number {
  const gen = core.allocate(core.generatorBytes());
  core.seedGenerator(gen, low32(seed), high32(seed));
  return gen;
}

function randint(gen: number, dtype: number, n: number, out: number, low: bigint, range: bigint): void {
  core.randint(gen, dtype, n, out, low32(low), high32(low), low32(range), high32(range));
}

/** Draws into fresh memory between two guards, which must survive, and returns a copy of the elements' bytes. */
function run(gen: number, op: string, dtype: number, n: number, args: (number | string)[]): DataView {
  const bytes = n * (BYTES[dtype] as number);
  const probabilities = core.allocate(bytes);
  const block = core.allocate(bytes + 32);
  const out = block + 16;
  new Uint8Array(core.memory.buffer, block, bytes + 32).fill(0xa5);
  const [a, b] = args.map(Number) as [number, number];
  switch (op) {
    case 'uniform':
      core.uniform(gen, dtype, n, out, a, b);
      break;
    case 'normal':
      draws.normal(gen, dtype, n, out, a, b);
      break;
    case 'randint': {
      const [from, to] = args.map(BigInt) as [bigint, bigint];
      randint(gen, dtype, n, out, from, to - from);
      break;
    }
    case 'all64':
      randint(gen, dtype, n, out, 0n, 0n);
      break;
    case 'randomFull':
      core.randomFull(gen, dtype, n, out);
      break;
    case 'randperm':
      core.randperm(gen, n, out);
      break;
    case 'bernoulli':
      core.bernoulli(gen, dtype, n, out, a);
      break;
    case 'bernoulliTensor': {
      const p = new (dtype === 0 ? Float32Array : Float64Array)(core.memory.buffer, probabilities, n);
      p.forEach((_, i) => {
        p[i] = i / n;
      });
      draws.bernoulliTensor(gen, dtype, n, out, probabilities);
      break;
    }
    default:
      throw new Error(`unknown op ${op}`);
  }
  const whole = new Uint8Array(core.memory.buffer, block, bytes + 32);
  const guards = [...whole.subarray(0, 16), ...whole.subarray(bytes + 16)];
  expect(guards.every((byte) => byte === 0xa5)).toBe(true);
  const copy = whole.slice(16, bytes + 16);
  core.release(block);
  core.release(probabilities);
  return new DataView(copy.buffer);
}

/** Element i as the hexadecimal word in which the golden file gives it. */
function word(data: DataView, i: number, bytes: number): string {
  const value =
    bytes === 8 ? data.getBigUint64(i * 8, true) : bytes === 4 ? data.getUint32(i * 4, true) : data.getUint8(i);
  return value.toString(16).padStart(2 * bytes, '0');
}

/** The float64 that a hexadecimal word holds. */
function float64(hex: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
}

function check(gen: number, [, op, dtypeName, n, args, bits, sha]: Draw): void {
  const dtype = DTYPES.indexOf(dtypeName);
  const bytes = BYTES[dtype] as number;
  const data = run(gen, op, dtype, n, args);
  const near = sha === '';
  const expected = bits === '' ? [] : bits.split(' ');
  const step = near && n <= 17 ? 1 : 37;
  const actual = expected.map((_, i) => word(data, i * step, bytes));
  const what = `${op}(${args}) of ${n} ${dtypeName}`;
  if (near) {
    const mean = Math.abs(Number(args[0]));
    actual.forEach((hex, i) => {
      const wanted = float64(expected[i] as string);
      const error = Math.abs(float64(hex) - wanted) / (Math.abs(wanted) + mean);
      expect(error, `${what}, element ${i * step}`).toBeLessThanOrEqual(2 * Number.EPSILON);
    });
  } else {
    expect(actual, what).toEqual(expected);
    const digest = createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex');
    expect(digest.slice(0, sha.length), what).toBe(sha);
  }
}

describe(`draws as in PyTorch ${golden.made[0].torch}`, () => {
  golden.seeds.forEach((seed, i) => {
    const draws = golden.draws.filter(([program]) => program === i);
    test(`program ${i}, seed ${seed}, ${draws.length} draws from ${draws[0]?.[1]}`, () => {
      const gen = seeded(BigInt(seed));
      for (const draw of draws) check(gen, draw);
      core.release(gen);
    });
  });
});

describe('a generator', () => {
  const rand = (gen: number, n: number) => new Uint8Array(run(gen, 'uniform', 0, n, [0, 1]).buffer);
  const randn = (gen: number, n: number) => new Uint8Array(run(gen, 'normal', 0, n, [0, 1]).buffer);

  test('depends on the low 32 bits of its seed alone, and not on other generators', () => {
    const [a, b] = [seeded(5n), seeded(2n ** 32n + 5n)];
    rand(a, 3);
    rand(b, 3);
    expect(rand(a, 700)).toEqual(rand(b, 700));
  });

  test('forgets the cached normal when it is seeded again', () => {
    const gen = seeded(1n);
    const first = randn(gen, 1);
    core.seedGenerator(gen, 1, 0);
    expect(randn(gen, 1)).toEqual(first);
  });

  test('is copied, cached normal and all, by copying its block', () => {
    const gen = seeded(9n);
    randn(gen, 3);
    const bytes = core.generatorBytes();
    const state = new Uint8Array(core.memory.buffer, gen, bytes).slice();
    const expected = [randn(gen, 3), rand(gen, 700)];
    const other = core.allocate(bytes);
    new Uint8Array(core.memory.buffer, other, bytes).set(state);
    expect([randn(other, 3), rand(other, 700)]).toEqual(expected);
  });
});
