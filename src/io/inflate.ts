/** Inflating what zip files hold deflated (RFC 1951), into as many bytes as the file says and not one more. */

/** A Huffman code: how many symbols have a code of each length, and the symbols in the order of their codes. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const LONGEST = 15;

/** The code whose symbols have codes of these lengths; null for lengths that are too many for a code. */
function codeOf(lengths: ArrayLike<number>): Code | null {
  const counts = new Uint16Array(LONGEST + 1);
  for (let i = 0; i < lengths.length; i++) counts[lengths[i]]++;
  let left = 1;
  for (let length = 1; length <= LONGEST; length++) {
    left = 2 * left - counts[length];
    if (left < 0) return null;
  }
  const next = new Uint16Array(LONGEST + 2);
  for (let length = 1; length <= LONGEST; length++) next[length + 1] = next[length] + counts[length];
  const symbols = new Uint16Array(lengths.length);
  for (let i = 0; i < lengths.length; i++) if (lengths[i] > 0) symbols[next[lengths[i]]++] = i;
  return { counts, symbols };
}

/** Where the code lengths stand in a block that brings its own code. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The first value of symbol i, where each group of `run` symbols has one extra bit more. */
function firsts(first: number, plain: number, run: number, count: number): [bases: number[], extra: number[]] {
  const extra = Array.from({ length: count }, (_, i) => Math.max(0, Math.floor((i - plain) / run) + 1));
  const bases: number[] = [];
  extra.reduce((base, bits) => {
    bases.push(base);
    return base + 2 ** bits;
  }, first);
  return [bases, extra];
}

/** The bytes that `packed` holds: exactly `size` of them, or null where it is damaged or holds another number. */
export function inflate(packed: Uint8Array, size: number): Uint8Array | null {
  // A byte holds 1032 at the most: what says more is refused before memory is taken for it.
  if (size > packed.length * 1032) return null;
  const out = new Uint8Array(size);
  const [lengthBases, lengthBits] = firsts(3, 8, 4, 28);
  const [distanceBases, distanceBits] = firsts(1, 4, 2, 30);
  lengthBases.push(258);
  lengthBits.push(0);
  let at = 0;
  let from = 0;
  let held = 0;
  let have = 0;
  let short = false;

  const bits = (count: number): number => {
    while (have < count) {
      if (from === packed.length) {
        short = true;
        return 0;
      }
      held |= packed[from++] << have;
      have += 8;
    }
    const value = held & ((1 << count) - 1);
    held >>>= count;
    have -= count;
    return value;
  };
  const symbol = ({ counts, symbols }: Code): number => {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST && !short; length++) {
      code |= bits(1);
      const count = counts[length];
      if (code - count < first) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return -1;
  };
  /** A block of literals and of copies of what came before. */
  const block = (literals: Code | null, distances: Code | null): boolean => {
    if (literals === null || distances === null) return false;
    for (;;) {
      const s = symbol(literals);
      if (s === 256) return true;
      if (s < 0 || s > 285) return false;
      if (s < 256) {
        if (at === size) return false;
        out[at++] = s;
        continue;
      }
      const length = lengthBases[s - 257] + bits(lengthBits[s - 257]);
      const d = symbol(distances);
      if (d < 0 || d > 29) return false;
      const distance = distanceBases[d] + bits(distanceBits[d]);
      if (short || distance > at || length > size - at) return false;
      for (const end = at + length; at < end; at++) out[at] = out[at - distance];
    }
  };
  const stored = (): boolean => {
    held = 0;
    have = 0;
    const length = packed[from] | (packed[from + 1] << 8);
    const check = packed[from + 2] | (packed[from + 3] << 8);
    from += 4;
    if (length !== (check ^ 0xffff) || length > size - at || length > packed.length - from) return false;
    out.set(packed.subarray(from, from + length), at);
    from += length;
    at += length;
    return true;
  };
  const fixed = (): boolean => {
    const lengths = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
    return block(codeOf(lengths), codeOf(new Uint8Array(30).fill(5)));
  };
  const dynamic = (): boolean => {
    const literals = bits(5) + 257;
    const total = literals + bits(5) + 1;
    const own = new Uint8Array(19);
    for (let i = 0, count = bits(4) + 4; i < count; i++) own[ORDER[i]] = bits(3);
    const code = codeOf(own);
    if (code === null) return false;
    const lengths: number[] = [];
    while (lengths.length < total) {
      const s = symbol(code);
      if (s < 0 || short) return false;
      if (s < 16) lengths.push(s);
      else {
        if (s === 16 && lengths.length === 0) return false;
        const value = s === 16 ? lengths[lengths.length - 1] : 0;
        const repeat = s === 16 ? 3 + bits(2) : s === 17 ? 3 + bits(3) : 11 + bits(7);
        for (let i = 0; i < repeat; i++) lengths.push(value);
      }
    }
    return lengths.length === total && block(codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals)));
  };

  for (let last = 0; last === 0; ) {
    last = bits(1);
    const kind = bits(2);
    const done = kind === 0 ? stored() : kind === 1 ? fixed() : kind === 2 && dynamic();
    if (!done || short) return null;
  }
  return at === size ? out : null;
}
