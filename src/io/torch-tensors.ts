/** Storages and tensors as PyTorch's files describe them. */

import { free } from '../memory/storage.ts';
import { Parameter } from '../nn/parameter.ts';
import { setRequiresGrad } from '../ops/create/create.ts';
import { Dict, Tuple } from '../tensor/python-values.ts';
import { stridedTensor, type Tensor } from '../tensor/tensor.ts';
import { damaged } from './header.ts';
import { badBoolean, readElements, reversed, type Stored, storedOf } from './stored.ts';

export const bad = (what: string): RangeError => damaged(what, 'PyTorch file');

/** PyTorch's storage classes, without `Storage`, and the dtypes that they hold. */
export const STORAGES: Readonly<Record<string, string>> = {
  Double: 'float64',
  Float: 'float32',
  Half: 'float16',
  BFloat16: 'bfloat16',
  Long: 'int64',
  Int: 'int32',
  Short: 'int16',
  Char: 'int8',
  Byte: 'uint8',
  Bool: 'bool',
  ComplexFloat: 'complex64',
  ComplexDouble: 'complex128',
  QInt8: 'qint8',
  QUInt8: 'quint8',
  QInt32: 'qint32',
};

/** Dtypes that a file may name, besides those of storage classes. */
const OTHERS = /^(uint(16|32|64)|float8_e\w+|float4_e\w+|complex32)$/;

/** A dtype by PyTorch's name. */
export class ElementType {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return Math.ceil(Number(/\d+/.exec(this.name)?.[0] ?? 8) / 8);
  }

  /** How its elements are stored; throws for one that torchlet has no dtype for. */
  stored(where: string): Stored {
    const code = this.name.toUpperCase().replace('FLOAT', 'F').replace('UINT', 'U').replace('INT', 'I');
    const stored = storedOf(code);
    if (stored?.dtype) return stored;
    throw new TypeError(`load(): ${where} is ${this.name}, which torchlet has no dtype for`);
  }
}

/** PyTorch's name of a file's dtype: of `F16`, `float16`. */
export const elementName = (code: string): string =>
  code
    .toLowerCase()
    .replace(/^(b?)f/, '$1float')
    .replace(/^(u?)i/, '$1int')
    .replace(/^u8/, 'uint8');

/** The dtype of that name, if PyTorch has it. */
export function elementType(name: string): ElementType | null {
  return OTHERS.test(name) || Object.values(STORAGES).includes(name) ? new ElementType(name) : null;
}

/** A class of storages: of elements of one dtype, or (null) of bytes. */
export class StorageType {
  readonly element: ElementType | null;
  constructor(element: ElementType | null) {
    this.element = element;
  }
}

/** A storage of a file; its bytes may be known only later. */
export class FileStorage {
  readonly key: string;
  readonly type: StorageType;
  /** Of elements, or of bytes. */
  readonly count: number;
  private own: Uint8Array | null = null;
  /** Its elements as tensors, one for each dtype that they are seen in. */
  readonly tensors = new Map<string, Tensor>();

  constructor(key: string, type: StorageType, count: number) {
    this.key = key;
    this.type = type;
    this.count = count;
  }

  /** How many elements of a dtype it has. */
  lengthIn({ itemsize }: ElementType): number {
    return this.type.element === null ? Math.floor(this.count / itemsize) : this.count;
  }

  get bytes(): Uint8Array {
    return this.own as Uint8Array;
  }

  set bytes(bytes: Uint8Array) {
    const needed = this.count * (this.type.element?.itemsize ?? 1);
    if (bytes.length !== needed) {
      throw bad(`storage ${JSON.stringify(this.key)} has ${bytes.length} bytes, expected ${needed}`);
    }
    this.own = bytes;
  }
}

/** A tensor of a file: elements of a storage. */
export class FileTensor {
  declare readonly storage: FileStorage;
  declare readonly element: ElementType;
  declare readonly offset: number;
  declare readonly dims: readonly number[];
  declare readonly strides: readonly number[];
  declare readonly requiresGrad: boolean;
  /** Whether it is an `nn.Parameter`. */
  declare readonly parameter: boolean;

  constructor(fields: FileTensor) {
    Object.assign(this, fields);
  }
}

/** PyTorch's limit of dimensions. */
const MOST_DIMS = 64;

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function sizesOf(value: unknown): readonly number[] {
  const items = value instanceof Tuple ? value.items : value;
  if (Array.isArray(items) && items.length <= MOST_DIMS && items.every(isSize)) return items;
  throw bad('a tensor has a shape, or strides, that are none');
}

/** What `_rebuild_tensor_v2` gives, checked but for its bytes. */
export function fileTensor(args: readonly unknown[], element?: unknown): FileTensor {
  const [storage, offset, size, stride, requiresGrad, , metadata] = args;
  if (!(storage instanceof FileStorage)) throw bad('a tensor has no storage');
  const of = element ?? storage.type.element;
  if (!(of instanceof ElementType)) throw bad('a tensor has no dtype');
  const dims = sizesOf(size);
  const strides = sizesOf(stride);
  if (!isSize(offset) || dims.length !== strides.length) throw bad('a tensor has an offset, or strides, that are none');
  const count = dims.reduce((n, dim) => n * dim, 1);
  const last = dims.reduce((n, dim, d) => n + (dim - 1) * strides[d], offset);
  const length = storage.lengthIn(of);
  if (!Number.isSafeInteger(count) || (count > 0 && last >= length)) {
    throw bad(`a tensor of shape [${dims.join(', ')}] reaches beyond the ${length} elements of its storage`);
  }
  if (metadata instanceof Dict && metadata.keys.length > 0) {
    throw new TypeError(`load(): a tensor is lazily ${metadata.keys.join(', ')}: resolve_neg() it before it is saved`);
  }
  return new FileTensor({
    storage,
    element: of,
    offset,
    dims,
    strides,
    requiresGrad: requiresGrad === true,
    parameter: false,
  });
}

/** Makes tensors of a file; `dispose` frees all that were made. */
export class Maker {
  private readonly made: Tensor[] = [];
  /** Whether elements have their first byte first. */
  littleEndian = true;

  tensor(file: FileTensor, where: string): Tensor {
    const { offset, dims, strides, requiresGrad, parameter, element } = file;
    const { storage, dtype } = this.elements(file, where);
    if (requiresGrad && !dtype.isFloatingPoint) throw bad(`${where} is ${element.name} and requires grad`);
    const x = stridedTensor(storage, offset, dims, strides, dtype);
    if (parameter) return new Parameter(x, requiresGrad);
    if (requiresGrad) setRequiresGrad(x, true);
    return x;
  }

  /** All elements of its storage. */
  private elements({ storage, element }: FileTensor, where: string): Tensor {
    const known = storage.tensors.get(element.name);
    if (known !== undefined) return known;
    const stored = element.stored(where);
    const count = storage.lengthIn(element);
    const bytes = storage.bytes.subarray(0, count * element.itemsize);
    if (element.name === 'bool') {
      const wrong = badBoolean(bytes);
      if (wrong !== null) throw bad(`${where} ${wrong}`);
    }
    const x = readElements(this.littleEndian ? bytes : reversed(bytes, element.itemsize), [count], stored);
    this.made.push(x);
    storage.tensors.set(element.name, x);
    return x;
  }

  dispose(): void {
    for (const { storage } of this.made) free(storage);
  }
}
