/**
 * Turns the text that the package carries its core as back into bytes: a module of its own, for the core cannot decode
 * itself. `encode()` of build.mjs writes the text and says how; src/wasm/inline.ts gives it to this module.
 */

/** Addresses: how many letters come before a character, the bytes in the order of their codes, and the text. */
const LETTERS: usize = 0;
const BYTES: usize = 128;
/** Where the text begins, and what is decoded. */
export const TEXT: i32 = 384;

/**
 * Decodes in place, which works since every byte takes one character at least.
 *
 * @param length - How many bytes to decode.
 */
export function decode(length: u32): void {
  let from: usize = TEXT;
  let letters: u32 = 0;
  for (let character: u32 = 32; character < 127; character++) {
    store<u8>(LETTERS + character, letters);
    letters += load<u8>(from++) & 1;
  }
  let common: usize = BYTES;
  let rare: usize = BYTES + letters - 2;
  for (let byte: u32 = 0; byte < 256; byte++) {
    if (load<u8>(from++) & 1) store<u8>(common++, byte);
    else store<u8>(rare++, byte);
  }
  for (let to: usize = TEXT, end: usize = TEXT + length; to < end; to++) {
    let code: u32 = load<u8>(LETTERS + load<u8>(from++));
    if (code < 2) code = letters * (code + 1) + load<u8>(LETTERS + load<u8>(from++));
    store<u8>(to, load<u8>(BYTES - 2 + code));
  }
}
