/**
 * The ceiling: multiplications and additions of f32x4 on registers alone, in a module written byte by byte. Chains of
 * `x *= c` stand beside chains of `y += d`: nothing can be hoisted, and as many chains run as V8 has registers, so the
 * processor's ports are full and its latencies hidden.
 */
const CHAINS = 6;
const LOCALS = 3;
const C = LOCALS + 2 * CHAINS;

const simd = (...opcode) => [0xfd, ...opcode];
const SPLAT = simd(0x13);
const ADD = simd(0xe4, 0x01);
const MUL = simd(0xe6, 0x01);
const EXTRACT = simd(0x1f, 0);
const get = (i) => [0x20, i];
const set = (i) => [0x21, i];
const each = (count, body) => Array.from({ length: count }, (_, i) => body(i)).flat();
const section = (id, content) => [id, ...size(content.length), ...content];

function size(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...size(value >> 7)];
}

/** (c: f32, d: f32, count: i32) → f32: `count` rounds of CHAINS products and CHAINS sums. */
function moduleBytes() {
  const F32 = 0x7d;
  const I32 = 0x7f;
  const V128 = 0x7b;
  const vectors = 2 * CHAINS + 2;
  // biome-ignore format: an instruction group a line
  const body = [
    1, vectors, V128,
    ...each(CHAINS, (i) => [...get(0), ...SPLAT, ...set(LOCALS + i), ...get(1), ...SPLAT, ...set(LOCALS + CHAINS + i)]),
    ...get(0), ...SPLAT, ...set(C), ...get(1), ...SPLAT, ...set(C + 1),
    0x03, 0x40,
    ...each(CHAINS, (i) => [
      ...get(LOCALS + i), ...get(C), ...MUL, ...set(LOCALS + i),
      ...get(LOCALS + CHAINS + i), ...get(C + 1), ...ADD, ...set(LOCALS + CHAINS + i),
    ]),
    ...get(2), 0x41, 1, 0x6b, 0x22, 2, 0x0d, 0, 0x0b,
    ...get(LOCALS), ...each(2 * CHAINS - 1, (i) => [...get(LOCALS + 1 + i), ...ADD]), ...EXTRACT,
    0x0b,
  ];
  // biome-ignore format: a section a line
  return new Uint8Array([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 3, F32, F32, I32, 1, F32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 4, ...Buffer.from('peak'), 0, 0]),
    ...section(10, [1, ...size(body.length), ...body]),
  ]);
}

export function make({ work }) {
  const { peak } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes())).exports;
  const rounds = Math.max(1, Math.round(work / (8 * CHAINS)));
  return {
    check: [],
    // One call for all iterations: a call must not count.
    run(count) {
      return peak(1, 0, rounds * count);
    },
  };
}
