/** The tensor allocator: AssemblyScript's TLSF heap (16-byte aligned, coalescing, grows by doubling). */

/**
 * Allocates `bytes` bytes, 16-byte aligned, uninitialised. Traps, with nothing changed, when the memory cannot
 * grow that far; the host turns the trap into a RangeError after it has evicted what it can.
 */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes);
}

/** Returns a block from `allocate`. */
export function release(ptr: usize): void {
  assert((ptr & 15) == 0, 'release(): not a block of allocate()');
  heap.free(ptr);
}
