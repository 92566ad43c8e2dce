/** For build.mjs: takes a module apart. */
import { begin, moveBytes, moveFunction, position, setStart, Sorting, Stream, streamLength } from './walk';

/** How many streams there are. */
export const COUNT: u32 = Stream.Count;

/**
 * Sorts a module.
 *
 * @param module - Where it lies.
 * @param head - How many bytes come before its first function.
 * @param functions - How many functions it has.
 * @param size - How many bytes it has.
 * @param streams - Where the streams go: each gets as many bytes as the module has.
 */
export function sort(module: usize, head: u32, functions: u32, size: u32, streams: usize): void {
  begin(module);
  for (let stream: u32 = 0; stream < COUNT; stream++) setStart(stream, streams + stream * size);
  moveBytes<Sorting>(Stream.Head, head);
  while (functions--) moveFunction<Sorting>();
  moveBytes<Sorting>(Stream.Tail, <u32>(module + size - position()));
}

/** How many bytes of a stream there are. */
export function lengthOf(stream: u32): u32 {
  return streamLength(stream);
}
