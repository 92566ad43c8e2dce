/**
 * The generator behind every random draw: at::CPUGeneratorImpl, that is mt19937 and one cached normal. After the same
 * `seedGenerator` it gives the 32-bit words that PyTorch's CPU generator gives after `manual_seed`.
 *
 * A generator is a block of generatorBytes() bytes, 8-byte aligned, that the host allocates, seeds and, to save or to
 * restore a state, copies:
 *
 *     0     u32 state[624]
 *     2496  i32 index, the next word of state to be tempered; 624 when all are used up, as after seeding
 *     2500  i32 1 when a normal is cached, otherwise 0
 *     2504  f64 the cached normal, of mean 0 and deviation 1
 *     2512  u64 seed, as given
 *
 * torch.get_rng_state() holds the same facts in another layout (5056 bytes, the words widened to u64), which is not
 * reproduced here: its `next` is index, or 0 just after seeding, and its `left` is 625 - index.
 */
const N: i32 = 624;
const M: i32 = 397;
const INDEX: usize = 4 * N;
const HAS_NORMAL: usize = INDEX + 4;
const NORMAL: usize = INDEX + 8;
const SEED: usize = INDEX + 16;
const BYTES: i32 = 4 * N + 24;

/** Size of a generator. */
export function generatorBytes(): i32 {
  return BYTES;
}

/** Starts the stream of the seed `hi * 2^32 + lo`. As in PyTorch the words depend on the low half alone. */
export function seedGenerator(gen: usize, lo: u32, hi: u32): void {
  let word = lo;
  store<u32>(gen, word);
  for (let i: u32 = 1; i < <u32>N; i++) {
    word = 1812433253 * (word ^ (word >> 30)) + i;
    store<u32>(gen + (i << 2), word);
  }
  store<i32>(gen, N, INDEX);
  store<i32>(gen, 0, HAS_NORMAL);
  store<f64>(gen, 0, NORMAL);
  store<u32>(gen, lo, SEED);
  store<u32>(gen, hi, SEED + 4);
}

/** Replaces word i by its successor, `next` and `far` being the words 1 and M places on. */
// @ts-ignore: decorator
@inline function twist(gen: usize, i: i32, next: i32, far: i32): void {
  const at = gen + (<usize>i << 2);
  const v = load<u32>(gen + (<usize>next << 2));
  const mixed = (load<u32>(at) & 0x80000000) | (v & 0x7fffffff);
  store<u32>(at, load<u32>(gen + (<usize>far << 2)) ^ (mixed >> 1) ^ ((0 - (v & 1)) & 0x9908b0df));
}

function nextState(gen: usize): void {
  for (let i = 0; i < N - M; i++) twist(gen, i, i + 1, i + M);
  for (let i = N - M; i < N - 1; i++) twist(gen, i, i + 1, i + M - N);
  twist(gen, N - 1, 0, M - 1);
}

/** The next 32 bits. */
export function random32(gen: usize): u32 {
  let index = load<i32>(gen, INDEX);
  if (index == N) {
    nextState(gen);
    index = 0;
  }
  store<i32>(gen, index + 1, INDEX);
  let y = load<u32>(gen + (<usize>index << 2));
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >> 18);
}

/** The next 64 bits: the first word drawn is the high one. */
export function random64(gen: usize): u64 {
  const hi = random32(gen);
  return (<u64>hi << 32) | random32(gen);
}

/** Uniform in [0, 1): the low 24 bits of one word. */
// @ts-ignore: decorator
@inline export function uniform32(gen: usize): f32 {
  return <f32>(random32(gen) & 0xffffff) * <f32>5.9604644775390625e-8;
}

/** Uniform in [0, 1): the low 53 bits of two words. */
// @ts-ignore: decorator
@inline export function uniform64(gen: usize): f64 {
  return <f64>(random64(gen) & 0x1fffffffffffff) * 1.1102230246251565e-16;
}

/** Normal of mean 0 and deviation 1 by Box-Muller, which gives two: the second is kept for the next call. */
export function normal64(gen: usize): f64 {
  if (load<i32>(gen, HAS_NORMAL)) {
    store<i32>(gen, 0, HAS_NORMAL);
    return load<f64>(gen, NORMAL);
  }
  const theta = 2 * NativeMath.PI * uniform64(gen);
  const radius = NativeMath.sqrt(-2 * NativeMath.log(1 - uniform64(gen)));
  store<i32>(gen, 1, HAS_NORMAL);
  store<f64>(gen, radius * NativeMath.sin(theta), NORMAL);
  return radius * NativeMath.cos(theta);
}
