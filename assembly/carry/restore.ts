/** For the package: puts a module together again from its text. See textOf() of build.mjs, which writes that. */
import { begin, BYTES, hasMore, LETTERS, moveFunction, moveRest, Restoring, setStart, Stream, TEXT_START } from './walk';

/** Where the text is to be written. */
export const TEXT: u32 = <u32>TEXT_START;

/**
 * Restores the module.
 *
 * @param module - Where it goes: behind the text.
 */
export function restore(module: usize): void {
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
  begin(module, letters);
  let start = from + 3 * Stream.Count;
  for (let stream = 0; stream < Stream.Count; stream++) {
    setStart(stream, start);
    let length: u32 = 0;
    for (let digit = 0; digit < 3; digit++) length = length * letters + load<u8>(LETTERS + load<u8>(from++));
    start += length;
  }
  setStart(Stream.Count, start);
  moveRest(Stream.Head);
  while (hasMore(Stream.Code)) moveFunction<Restoring>();
  moveRest(Stream.Tail);
}
