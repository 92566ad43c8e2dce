/**
 * The core's bytes sorted into streams of one kind each (opcodes, numbers of locals, offsets, constants …), and back.
 * gzip finds more in such streams than in a module, where they alternate: 25.7 KB instead of 29.6. The same walk over a
 * module goes both ways, so that the format is described once: sort.ts for build.mjs, restore.ts for the package.
 */

/** The streams in the order in which they stand in the text, the one of two thousand tried that gzip likes best. */
export const enum Stream {
  Locals,
  Int64,
  Head,
  Align,
  Int32,
  Lane,
  Vector,
  Global,
  Branch,
  Float32,
  Float64,
  Tail,
  Code,
  Call,
  Block,
  Offset,
  Local,
  Count,
}

/** Directions: types, since only these are known when a generic function is compiled. */
export class Sorting {}
export class Restoring {}

/** Addresses: what the letters of the text mean, where each stream began and how far it is, and the text. */
export const LETTERS: usize = 0;
export const BYTES: usize = 128;
const STARTS: usize = 384;
const POSITIONS: usize = STARTS + 4 * (Stream.Count + 1);
export const TEXT_START: usize = 640;

/** How many letters there are; the first two begin a code of two. */
let letters: u32 = 0;
/** Where the module is read or written. */
let at: usize = 0;

export function begin(module: usize, letterCount: u32 = 0): void {
  at = module;
  letters = letterCount;
}

/** How far the module was read. */
export function position(): usize {
  return at;
}

/** Says where a stream begins; the one after the last begins where that ends. */
export function setStart(stream: u32, address: usize): void {
  store<u32>(STARTS + 4 * stream, <u32>address);
  store<u32>(POSITIONS + 4 * stream, <u32>address);
}

/** How many bytes were moved to a stream. */
export function streamLength(stream: u32): u32 {
  return load<u32>(POSITIONS + 4 * stream) - load<u32>(STARTS + 4 * stream);
}

/** Moves a byte between the module and a stream, and returns it. In the text, a byte takes one letter or two. */
function move<Way>(stream: u32): u32 {
  const position: usize = load<u32>(POSITIONS + 4 * stream);
  let next = position + 1;
  let byte: u32;
  if (idof<Way>() == idof<Sorting>()) {
    byte = load<u8>(at++);
    store<u8>(position, byte);
  } else {
    let code: u32 = load<u8>(LETTERS + load<u8>(position));
    if (code < 2) code = letters * (code + 1) + load<u8>(LETTERS + load<u8>(next++));
    byte = load<u8>(BYTES - 2 + code);
    store<u8>(at++, byte);
  }
  store<u32>(POSITIONS + 4 * stream, next);
  return byte;
}

/** Moves a number of variable length, and returns its last byte: the number, where it is below 128. */
function moveNumber<Way>(stream: u32): u32 {
  let byte: u32;
  do byte = move<Way>(stream);
  while (byte & 128);
  return byte;
}

/** Moves bytes. */
export function moveBytes<Way>(stream: u32, count: u32): void {
  while (count--) move<Way>(stream);
}

/** Whether a stream of the text has more to give. */
export function hasMore(stream: u32): bool {
  return load<u32>(POSITIONS + 4 * stream) < load<u32>(STARTS + 4 * (stream + 1));
}

/** Moves what is left of a stream. */
export function moveRest(stream: u32): void {
  while (hasMore(stream)) move<Restoring>(stream);
}

/** Moves an address as loads and stores have it. */
function moveMemory<Way>(): void {
  moveNumber<Way>(Stream.Align);
  moveNumber<Way>(Stream.Offset);
}

/** Moves the body of a function, whose size does not stand in the text, since its end is known by its nesting. */
export function moveFunction<Way>(): void {
  const start = at;
  if (idof<Way>() == idof<Sorting>()) while (load<u8>(at++) & 128);
  else at += 2;
  for (let groups = move<Way>(Stream.Locals); groups; groups--) {
    moveNumber<Way>(Stream.Locals);
    move<Way>(Stream.Locals);
  }
  let depth: u32 = 1;
  while (depth) {
    const opcode = move<Way>(Stream.Code);
    // Arithmetic, half of all instructions, has no operands: asked first, it skips a dozen comparisons.
    if (opcode - 0x45 < 0xfc - 0x45) continue;
    if (opcode - 0x20 <= 2) moveNumber<Way>(Stream.Local);
    else if (opcode == 0x0b) depth--;
    else if (opcode - 0x02 <= 2) {
      moveNumber<Way>(Stream.Block);
      depth++;
    } else if (opcode - 0x0c <= 1) moveNumber<Way>(Stream.Branch);
    else if (opcode == 0x0e) for (let i = moveNumber<Way>(Stream.Branch) + 1; i; i--) moveNumber<Way>(Stream.Branch);
    else if (opcode - 0x10 <= 1) {
      moveNumber<Way>(Stream.Call);
      if (opcode == 0x11) move<Way>(Stream.Call);
    }
    else if (opcode - 0x23 <= 1) moveNumber<Way>(Stream.Global);
    else if (opcode - 0x28 <= 0x3e - 0x28) moveMemory<Way>();
    else if (opcode - 0x3f <= 1) move<Way>(Stream.Align);
    else if (opcode == 0x41) moveNumber<Way>(Stream.Int32);
    else if (opcode == 0x42) moveNumber<Way>(Stream.Int64);
    else if (opcode == 0x43) moveBytes<Way>(Stream.Float32, 4);
    else if (opcode == 0x44) moveBytes<Way>(Stream.Float64, 8);
    else if (opcode == 0xfc) moveBulk<Way>();
    else if (opcode == 0xfd) moveVector<Way>();
  }
  if (idof<Way>() == idof<Restoring>()) writeSize(start);
}

/** memory.init, memory.copy and memory.fill, the only one with one operand. */
function moveBulk<Way>(): void {
  if (move<Way>(Stream.Code) != 11) move<Way>(Stream.Global);
  move<Way>(Stream.Global);
}

/** What follows the prefix of the vector instructions. */
function moveVector<Way>(): void {
  const opcode = move<Way>(Stream.Code);
  if (opcode & 128) moveNumber<Way>(Stream.Code);
  else if (opcode <= 11 || opcode - 92 <= 1) moveMemory<Way>();
  else if (opcode - 12 <= 1) moveBytes<Way>(Stream.Vector, 16);
  else if (opcode - 21 <= 34 - 21) move<Way>(Stream.Lane);
  else if (opcode - 84 <= 91 - 84) {
    moveMemory<Way>();
    move<Way>(Stream.Lane);
  }
}

/** Writes the size before what was written from two bytes after `start` on, as short as it can be. */
function writeSize(start: usize): void {
  const size = <u32>(at - start - 2);
  if (size < 128) {
    memory.copy(start + 1, start + 2, size);
    store<u8>(start, size);
    at--;
  } else {
    store<u8>(start, size | 128);
    store<u8>(start + 1, size >> 7);
  }
}
