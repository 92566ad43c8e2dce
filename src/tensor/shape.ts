/** Shapes and strides as plain number arrays: broadcasting, contiguous strides, dimension arithmetic. */
import { describe } from './args.ts';

/** A shape as the kernels see it. */
export type Dims = readonly number[];

/**
 * A tensor's shape: a read-only array of its sizes that prints as PyTorch's `torch.Size([2, 3])`. Negative positions
 * count from the end.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { shape } = torch.zeros(2, 3);
 * console.log(String(shape), shape[0], shape[-1], shape.numel()); // => torch.Size([2, 3]) 2 3 6
 * ```
 */
export class Size extends Array<number> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** @throws TypeError for what is no list of whole numbers. */
  constructor(sizes: readonly number[] = []) {
    super();
    if (!Array.isArray(sizes) || !sizes.every(Number.isSafeInteger)) {
      throw new TypeError(`torch.Size(): takes a list of ints, got ${describe(sizes)}`);
    }
    for (let i = 0; i < sizes.length; i++) this[i] = sizes[i];
  }

  /** @internal */
  static freeze(dims: Dims): Size {
    return Object.freeze(new Size(dims)) as Size;
  }

  /** Number of elements of a tensor of this shape. */
  numel(): number {
    return countOf(this);
  }

  /** PyTorch's printed form. */
  override toString(): string {
    return `torch.Size([${this.join(', ')}])`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** PyTorch's limit of dimensions: `shape[-1]` is read on the prototype, since an array has no such element. */
const MOST_DIMS = 64;

// A function, since a loop at the top level makes V8 compile the whole package once more.
function countFromEnd(): void {
  for (let back = 1; back <= MOST_DIMS; back++) {
    Object.defineProperty(Size.prototype, -back, {
      get(this: Size): number {
        if (back <= this.length) return this[this.length - back];
        throw new RangeError(`shape[${-back}]: there are only ${this.length} dimensions`);
      },
    });
  }
}
countFromEnd();

/**
 * Number of elements.
 *
 * @throws RangeError for sizes that are no whole numbers from 0 on, and for more elements than a number counts exactly.
 */
export function countOf(dims: Dims): number {
  let n = 1;
  for (let i = 0; i < dims.length; i++) {
    const size = dims[i];
    if (size >>> 0 !== size) checkSize(dims, i);
    n *= size;
  }
  if (!(n <= Number.MAX_SAFE_INTEGER)) refuseCount(dims);
  return n;
}

function refuseCount(dims: Dims): never {
  throw new RangeError(`a tensor of shape ${showDims(dims)} has more elements than can be counted, 2^53 - 1`);
}

function checkSize(dims: Dims, at: number): void {
  if (Number.isSafeInteger(dims[at]) && dims[at] > 0) return;
  const sizes = Array.from(dims, String).join(', ');
  throw new RangeError(`size ${at} of shape [${sizes}] must be a whole number from 0 on, got ${String(dims[at])}`);
}

/** Row-major strides, in elements. */
export function contiguousStrides(dims: Dims): number[] {
  const strides = new Array<number>(dims.length);
  let step = 1;
  for (let d = dims.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= Math.max(dims[d], 1);
  }
  return strides;
}

/** Whether strides walk the elements row-major without gaps; dimensions of size 1 do not matter, and no elements do. */
export function isContiguous(dims: Dims, strides: Dims): boolean {
  let step = 1;
  for (let d = dims.length - 1; d >= 0; d--) {
    const size = dims[d];
    if (size === 0) return true;
    if (size !== 1) {
      if (strides[d] !== step) return dims.includes(0);
      step *= size;
    }
  }
  return true;
}

/** Whether strides are exactly those that `contiguousStrides` gives. */
export function isNew(dims: Dims, strides: Dims): boolean {
  let step = 1;
  for (let d = dims.length - 1; d >= 0; d--) {
    if (strides[d] !== step) return false;
    if (dims[d] > 1) step *= dims[d];
  }
  return true;
}

/** Whether two shapes are equal. */
export function sameDims(a: Dims, b: Dims): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The shape two operands broadcast to. Throws PyTorch's RuntimeError as a RangeError. */
export function broadcastDims(a: Dims, b: Dims): Dims {
  if (sameDims(a, b)) return a;
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const rank = Math.max(a.length, b.length);
  const dims = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const x = i <= a.length ? a[a.length - i] : 1;
    const y = i <= b.length ? b[b.length - i] : 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new RangeError(
        `The size of tensor a (${x}) must match the size of tensor b (${y}) at non-singleton dimension ${rank - i}`,
      );
    }
    dims[rank - i] = x === 1 ? y : x;
  }
  return dims;
}

/** Strides that read a tensor of `dims` and `strides` as if it had the shape `target`: 0 where it repeats. */
export function broadcastStrides(dims: Dims, strides: Dims, target: Dims): Dims {
  if (dims === target || sameDims(dims, target)) return strides;
  const out = new Array<number>(target.length).fill(0);
  const lead = target.length - dims.length;
  for (let d = 0; d < dims.length; d++) out[lead + d] = dims[d] === 1 ? 0 : strides[d];
  return out;
}

/** A dimension from 0 to rank - 1 for one that may count from the end. Throws PyTorch's IndexError as a RangeError. */
export function wrapDim(dim: number, rank: number): number {
  if (!Number.isInteger(dim))
    throw new TypeError(`dim must be an integer, got ${typeof dim === 'string' ? `'${dim}'` : String(dim)}`);
  const span = Math.max(rank, 1);
  if (dim < -span || dim >= span) {
    throw new RangeError(`Dimension out of range (expected to be in range of [${-span}, ${span - 1}], but got ${dim})`);
  }
  return dim < 0 ? dim + span : dim;
}

/** The shape with `size` along dimension d. */
export function withSize(dims: Dims, d: number, size: number): number[] {
  return dims.map((own, i) => (i === d ? size : own));
}

/** Sizes, or strides, without those of dimension d. */
export function without(dims: Dims, d: number): number[] {
  return dims.filter((_, i) => i !== d);
}

/** The order of dimensions that undoes another. */
export function inverse(order: Dims): number[] {
  const back = new Array<number>(order.length);
  order.forEach((d, i) => {
    back[d] = i;
  });
  return back;
}

/** PyTorch's brackets around a shape, for messages: `[2, 3]`. */
export function showDims(dims: Dims): string {
  return `[${dims.join(', ')}]`;
}
