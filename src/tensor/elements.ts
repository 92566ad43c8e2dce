/** Reading elements where they are, or into an array of JavaScript's; and how many can be read. */
import { fromHost, noBuffer } from '../memory/blocks.ts';
import { forTensor, MemoryRefusal } from '../memory/errors.ts';
import { address, bytesOf, isResident, readBytes } from '../memory/storage.ts';
import { viewAs } from '../wasm/heap.ts';
import type { TypedArray } from './dtype.ts';
import { type Dims, showDims } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** Lists and numbers that `tolist` makes at the most: V8 ends the process at arrays of twice as many. */
const LISTED = 1 << 26;

/** Throws where `tolist` would make too many. */
export function checkListed(dims: Dims): void {
  let n = 1;
  for (const size of dims) {
    n *= size;
    if (n > LISTED) {
      throw new RangeError(
        `tolist(): a tensor of shape ${showDims(dims)} has too many lists or numbers (more than ${LISTED}): take a part ` +
          'of it, or toTypedArray()',
      );
    }
  }
}

/** The elements, row-major, in an array of their own. */
export function copyOf(x: Tensor): TypedArray {
  const { dtype, count, storage, dims, strides } = x;
  if (count > COUNTED) checkCounted(x);
  if (x.dense) {
    if (isResident(storage)) {
      // A typed array's slice: up to 64 bytes take 0.03 µs, where a slice of the buffer takes 0.3.
      const from = (address(storage) >> dtype.shift) + x.offset;
      try {
        return viewAs(dtype.array).slice(from, from + count);
      } catch {
        throw noBuffer(count * dtype.itemsize);
      }
    }
    return new dtype.array(readBytes(storage, x.offset << dtype.shift, count << dtype.shift));
  }
  const out = fromHost(count * dtype.itemsize, () => new dtype.array(new ArrayBuffer(count * dtype.itemsize)));
  if (count === 0) return out;
  const source = elementsOf(x);
  let at = 0;
  const walk = (d: number, from: number): void => {
    if (d === dims.length) {
      out[at++] = source[from] as never;
      return;
    }
    for (let i = 0; i < dims[d]; i++) walk(d + 1, from + i * strides[d]);
  };
  walk(0, x.offset);
  return out;
}

/** What x's storage holds, where it is: no copy, and valid until the next allocation. */
export function elementsOf({ storage, dims, dtype }: Tensor): TypedArray {
  try {
    const [buffer, from] = bytesOf(storage);
    return new dtype.array(buffer, from, storage.nbytes >> dtype.shift);
  } catch (error) {
    throw forTensor(error, dims, dtype);
  }
}

/** Elements that a kernel counts at the most, and every stride fits 32 bits with them. */
export const COUNTED = 2 ** 31 - 1;

/** Throws for a tensor whose elements no kernel can count: only a view that repeats some has so many. */
export function checkCounted({ count, dims, dtype }: Tensor): void {
  if (count <= COUNTED) return;
  throw new MemoryRefusal(
    `the ${count} elements of a tensor of shape ${showDims(dims)} and dtype ${dtype} are more than can be read or written ` +
      `(${COUNTED}): take a part of it, or what it was expanded from`,
    'tensor',
  );
}
