/**
 * The handle: (storage, offset, shape, strides, dtype) plus what autograd needs to know. Operations are attached to
 * the prototype by `src/methods/`; here is only what reads the handle itself.
 */

import type { Node } from '../autograd/node.ts';
import { forTensor, inOperation, within } from '../memory/errors.ts';
import {
  address,
  free,
  isAtHand,
  isGone,
  isResident,
  letGo,
  tenure as moveOut,
  overwrite,
  readBytes,
  type Storage,
} from '../memory/storage.ts';
import { f32 } from '../wasm/heap.ts';
import { markKind } from './brands.ts';
import { bool, type DType, float32, int64, type OwnArray, type TypedArray } from './dtype.ts';
import { COUNTED, checkCounted, checkListed, copyOf, elementsOf } from './elements.ts';
import { format } from './format.ts';
import { contiguousStrides, countOf, type Dims, isContiguous, isNew, Size, showDims, wrapDim } from './shape.ts';
import { bindRecord } from './signature.ts';

/** Nested numbers or booleans, as `tolist` gives them. */
export type NestedList = number | boolean | NestedList[];

/** How a view came about: one of several that an operation gives at once, or while nothing was recorded. */
export const Made = { Freely: 0, AmongOthers: 1, Unrecorded: 2 } as const;
export type Made = (typeof Made)[keyof typeof Made];

/** A dimension by position or by name, from the front. */
function dimOf(name: string, dim: number | { dim: number }, rank: number): number {
  return wrapDim(typeof dim === 'number' ? dim : bindRecord('(dim: int)', [dim], name).dim, rank);
}

/**
 * An n-dimensional array that may remember how it was computed. Made by `tensor`, `zeros`, `randn` …, never by `new`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([[1, 2], [3, 4]]);
 * console.log(x.matmul(x).tolist()); // => [ [ 7, 10 ], [ 15, 22 ] ]
 * ```
 */
export class Tensor {
  /** The element type. */
  declare readonly dtype: DType;
  /** What `dtype` gives. @internal */
  readonly dtype_: DType;
  /** @internal */
  storage: Storage;
  /** Counts the writes that autograd knows of: the storage, but for `x.data` and its views. @internal */
  clock: { version: number };
  /** In elements, from the storage's start. @internal */
  readonly offset: number;
  /** @internal */
  readonly dims: Dims;
  /** @internal */
  readonly strides: Dims;
  /** Number of elements. @internal */
  readonly count: number;
  /** Whether the elements stand row-major without gaps. @internal */
  readonly dense: boolean;
  /** Whether it is dense, and yet the stride of a dimension of size 1 is not what a new tensor has there. @internal */
  odd = false;
  /** Whether autograd follows it: a leaf that requires grad, or the output of a recorded operation. @internal */
  tracked = false;
  /** What computed it. Read it through `nodeOf` (autograd/node.ts): a view's may be stale. @internal */
  node: Node | null = null;
  /** Which output of `node` it is. @internal */
  slot = 0;
  /** The accumulated gradient. @internal */
  gradient: Tensor | null = null;
  /** Whether a non-leaf keeps its gradient. @internal */
  retains = false;
  /** The tensor that this one is a view of. @internal */
  base: Tensor | null = null;
  /** Takes the same view of another tensor shaped like `base`. @internal */
  replay: ((base: Tensor) => Tensor) | null = null;
  /** If its shape was changed in place: from the first, which views start from, to this one, and back. @internal */
  moved: { to: (first: Tensor) => Tensor; from: (now: Tensor) => Tensor } | null = null;
  /** Version of the storage at which `node` was right, for views. @internal */
  seenVersion = 0;
  /** Why a write that is recorded may not reach a view: see `Made`. @internal */
  made: Made = Made.Freely;
  /** `shape`, once asked for. @internal */
  size_: Size | null = null;

  /** @internal */
  constructor(storage: Storage, offset: number, dims: Dims, strides: Dims, dtype: DType, dense: boolean) {
    if (typeof offset !== 'number' || dense === undefined) refuseNew();
    this.storage = storage;
    this.clock = storage;
    this.offset = offset;
    this.dims = dims;
    this.strides = strides;
    this.dtype_ = dtype;
    this.dense = dense;
    this.count = countOf(dims);
  }

  /** The sizes, read-only. Prints as `torch.Size([2, 3])`. */
  get shape(): Size {
    this.size_ ??= Size.freeze(this.dims);
    return this.size_;
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.dims.length;
  }

  /** Always `cpu`: there is one device, the WebAssembly core. */
  get device(): 'cpu' {
    return 'cpu';
  }

  /** Number of in-place writes so far, shared by all views of the same elements. */
  get _version(): number {
    if (this.storage.inference) throw new Error('Inference tensors do not track version counter.');
    return this.clock.version;
  }

  /** Number of dimensions, as `ndim`. */
  dim(): number {
    return this.dims.length;
  }

  /** Number of elements. */
  numel(): number {
    return this.count;
  }

  /** The shape, or the size of dimension `dim`, which may count from the end. */
  size(): Size;
  size(dim: number | { dim: number }): number;
  size(dim?: number | { dim: number }): Size | number {
    return dim === undefined ? this.shape : this.dims[dimOf('size', dim, this.dims.length)];
  }

  /** The strides in elements, or the stride of dimension `dim`. */
  stride(): number[];
  stride(dim: number | { dim: number }): number;
  stride(dim?: number | { dim: number }): number[] | number {
    return dim === undefined ? [...this.strides] : this.strides[dimOf('stride', dim, this.dims.length)];
  }

  /** Position of the first element in the storage, in elements. */
  storageOffset(): number {
    return this.offset;
  }

  /** Bytes of one element. */
  elementSize(): number {
    return this.dtype.itemsize;
  }

  /** Whether the elements stand row-major without gaps. */
  isContiguous(): boolean {
    return this.dense;
  }

  /** Whether the dtype is floating point. */
  isFloatingPoint(): boolean {
    return this.dtype.isFloatingPoint;
  }

  /**
   * The one element: a number, or a boolean for bool (`item<boolean>()` says so to the compiler).
   *
   * @throws RangeError when there is not exactly one element, or for an int64 that a number cannot hold exactly.
   */
  item<T extends number | boolean = number>(): T {
    if (this.count !== 1) {
      throw new RangeError(`a Tensor with ${this.count} elements cannot be converted to Scalar`);
    }
    // The usual case, a loss, without an ArrayBuffer for its four bytes: 0.1 µs instead of 1.
    if (this.dtype === float32 && isResident(this.storage)) return f32()[pointerOf(this) >> 2] as T;
    const data = new this.dtype.array(readBytes(this.storage, this.offset * this.dtype.itemsize, this.dtype.itemsize));
    return toPlain(data[0] as number | bigint, this.dtype) as T;
  }

  /**
   * Nested lists of numbers (booleans for bool); a number for a 0-dimensional tensor. `tolist<number[]>()` tells the
   * compiler which.
   *
   * @throws RangeError for an int64 that a number cannot hold exactly, which `toTypedArray()` gives as a BigInt, and for
   *   more lists and numbers than 2^26.
   */
  tolist<T extends NestedList = NestedList>(): T {
    const { dims, strides, dtype } = this;
    checkListed(dims);
    const elements = within('tolist', () => elementsOf(this));
    const nest = (d: number, from: number): NestedList => {
      if (d === dims.length) return toPlain(elements[from], dtype);
      const list = new Array<NestedList>(dims[d]);
      for (let i = 0; i < list.length; i++) list[i] = nest(d + 1, from + i * strides[d]);
      return list;
    };
    return nest(0, this.offset) as T;
  }

  /**
   * A row-major copy of the elements in the dtype's typed array: BigInt64Array for int64, Uint8Array for bool.
   * `toTypedArray<Float32Array>()` tells the compiler which.
   *
   * @throws RangeError where there is no room for it, or 2^31 elements and more.
   */
  toTypedArray(): OwnArray;
  toTypedArray<T extends TypedArray>(): T;
  toTypedArray(): TypedArray {
    try {
      return copyOf(this);
    } catch (error) {
      throw inOperation(forTensor(error, this.dims, this.dtype), 'toTypedArray');
    }
  }

  /**
   * Frees the elements now, for all views of them. Never needed: memory is bounded without it. Using a disposed tensor
   * throws.
   */
  dispose(): void {
    free(this.storage);
  }

  /** Whether `dispose` was called on it or on a view of it. */
  get isDisposed(): boolean {
    return isGone(this.storage);
  }

  /**
   * What JavaScript's operators see, since they cannot be overloaded: the one element of a one-element tensor, as
   * Python's `float(x)`, so that `loss < best` and `total += loss` hold numbers.
   *
   * @throws TypeError for any other number of elements, naming the way out.
   */
  [Symbol.toPrimitive](hint: string): string | number | boolean {
    if (hint === 'string') return this.toString();
    if (this.count === 1) return this.item<number | boolean>();
    throw new TypeError(
      `JavaScript's operators do not work on a tensor of shape [${this.dims.join(', ')}]: write x.add(y), x.sub(y), ` +
        'x.mul(y), x.div(y), x.eq(y), x.lt(y) and the like, or String(x) for its text',
    );
  }

  /** What `JSON.stringify` writes: the nested lists of `tolist()`. */
  toJSON(): NestedList {
    return this.tolist();
  }

  /** What PyTorch prints. */
  toString(): string {
    return format(this);
  }

  /** What browsers' consoles and test runners call it at first sight. */
  get [Symbol.toStringTag](): string {
    // The prototype is asked too.
    return Object.hasOwn(this, 'dims') ? `Tensor([${this.dims.join(', ')}], ${this.dtype.name})` : 'Tensor';
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return format(this);
  }
}

markKind(Tensor.prototype, 'tensor');

// `using x = …` where the engine has it; Node 20 and older browsers lack the symbol.
const disposeSymbol: symbol = (Symbol as { dispose?: symbol }).dispose ?? Symbol.for('Symbol.dispose');
Object.defineProperty(Tensor.prototype, disposeSymbol, {
  value(this: Tensor) {
    this.dispose();
  },
});

Object.defineProperty(Tensor.prototype, 'dtype', {
  get(this: Tensor) {
    return this.dtype_;
  },
  set() {
    throw new TypeError("attribute 'dtype' of a tensor is not writable: x.to(dtype) gives a converted copy");
  },
});

function refuseNew(): never {
  throw new TypeError('Tensor(): tensors are made by torch.tensor([…]), torch.empty(2, 3) and the like, not by new');
}

/** An element as a plain JavaScript value. */
function toPlain(value: number | bigint, dtype: DType): number | boolean {
  if (dtype === bool) return value !== 0;
  if (dtype === int64) {
    const n = Number(value);
    if (!Number.isSafeInteger(n)) {
      throw new RangeError(
        `the int64 value ${value} cannot be held by a number exactly; toTypedArray() gives BigInts, double() rounds`,
      );
    }
    return n;
  }
  return value as number;
}

/** Makes x another handle of what `value` holds. */
export function assignHandle(x: Tensor, value: Tensor): void {
  const { storage, offset, dims, strides, dtype, count, dense, odd } = value;
  Object.assign(x, { storage, offset, dims, strides, dtype_: dtype, count, dense, odd, size_: null });
}

/** Storages that are written by handles with a clock of their own. */
const uncounted = new WeakSet<Storage>();

/** Notes that not every write to a storage is counted by it. */
export function shareUncounted(storage: Storage): void {
  uncounted.add(storage);
}

/** Whether the storage's version tells whether x was written. */
export function isCounted(x: Tensor): boolean {
  return x.clock === x.storage && !uncounted.has(x.storage);
}

/** A contiguous tensor over all of `storage`. */
export function wrap(storage: Storage, dims: Dims, dtype: DType): Tensor {
  return new Tensor(storage, 0, dims, contiguousStrides(dims), dtype, true);
}

/** A tensor over elements of `storage`. */
export function stridedTensor(storage: Storage, offset: number, dims: Dims, strides: Dims, dtype: DType): Tensor {
  const x = new Tensor(storage, offset, dims, strides, dtype, isContiguous(dims, strides));
  if (x.dense) x.odd = !isNew(dims, strides);
  return x;
}

/** Another handle of the same storage, for elements that `of` has or that `checkReach` found there. */
export function alias(of: Tensor, offset: number, dims: Dims, strides: Dims): Tensor {
  const out = stridedTensor(of.storage, offset, dims, strides, of.dtype);
  if (of.clock !== of.storage) out.clock = of.clock;
  return out;
}

/**
 * Throws for elements beyond the storage of x. What a user's numbers lead to is checked by it; a transpose needs it not.
 * (Measured: a sixth of the time of `t()`.)
 */
export function checkReach(x: Tensor, offset: number, dims: Dims, strides: Dims): void {
  const { nbytes } = x.storage;
  let first = offset;
  let last = offset;
  for (let d = 0; d < dims.length; d++) {
    if (dims[d] === 0) return;
    const reach = (dims[d] - 1) * strides[d];
    if (reach < 0) first += reach;
    else last += reach;
  }
  if (first >= 0 && last * x.dtype.itemsize < nbytes && Number.isInteger(first + last)) return;
  throw new RangeError(
    `a view of shape ${showDims(dims)}, strides ${showDims(strides)} and offset ${offset} reaches beyond the ` +
      `${nbytes} bytes of what it would be a view of`,
  );
}

/** Makes x, a view of a tensor that nobody else has, a tensor of its own. */
export function own(x: Tensor): void {
  x.base = null;
  x.replay = null;
  x.made = Made.Freely;
}

/** Address of the first element, to read from; valid until the next allocation. */
export function pointerOf(x: Tensor): number {
  // What may fail is apart from what each kernel does for each operand.
  if (x.count > COUNTED || !isResident(x.storage)) prepare(x, address);
  return address(x.storage) + x.offset * x.dtype.itemsize;
}

function prepare(x: Tensor, use: (storage: Storage) => number): void {
  checkCounted(x);
  try {
    use(x.storage);
  } catch (error) {
    throw forTensor(error, x.dims, x.dtype);
  }
}

/** Address of the first element, for a kernel that writes there; valid until the next allocation. */
export function targetOf(x: Tensor): number {
  if (x.count > COUNTED || !isAtHand(x.storage)) prepare(x, overwrite);
  return overwrite(x.storage) + x.offset * x.dtype.itemsize;
}

/** Moves x's elements to where those of parameters are, for `operation`. */
export function tenure(x: Tensor, operation: string): void {
  try {
    moveOut(x.storage);
  } catch (error) {
    throw inOperation(forTensor(error, x.dims, x.dtype), operation);
  }
}

/** Drops a gradient that a leaf or an output held. */
export function dropGradient(x: Tensor): void {
  const held = x.gradient;
  x.gradient = null;
  if (held) letGo(held.storage);
}
