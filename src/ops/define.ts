/**
 * What makes an elementwise operation out of one row: its code in the core and its derivative. The function, promotion,
 * broadcasting and recording follow from the row; so do the in-place form (define-inplace.ts) and the method.
 */

import { AS_TENSOR, isTracked, type Node, notImplemented, record, records } from '../autograd/node.ts';
import { forTensor, inOperation, within } from '../memory/errors.ts';
import { allocate, free, type Storage, spare } from '../memory/storage.ts';
import { type Args, describe } from '../tensor/args.ts';
import { bool, type DType, getDefaultDtype, Kind, promote } from '../tensor/dtype.ts';
import { scope } from '../tensor/scope.ts';
import { broadcastDims, countOf, type Dims, sameDims } from '../tensor/shape.ts';
import { again } from '../tensor/signature.ts';
import { stridedTensor, Tensor, wrap } from '../tensor/tensor.ts';
import { arithmetic, comparison, launchBinary, launchCopy, launchUnary } from './launch.ts';
import { isRowMajor, keptStrides, resultStrides } from './order.ts';
import { held, isScalar, type Scalar, scalarType } from './scalar.ts';

/** An operation of one tensor. */
export type UnaryOp = (input: Tensor) => Tensor;

/** An operation of a tensor and of parameters named N, of the types P. */
export type NamedOp<N extends string, P extends readonly unknown[], R = Tensor> = (
  input: Tensor,
  ...args: Args<N, P>
) => R;

/** An operation of two tensors, or a tensor and a number, broadcast against each other; N is the second's name. */
export type BinaryOp<N extends string = 'other'> = (input: Operand, other: Operand | { [_ in N]: Operand }) => Tensor;

/** An operation of two tensors. */
export type TensorOp<N extends string = 'other'> = NamedOp<N, [other: Tensor]>;

/** What a binary operation takes. */
export type Operand = Tensor | Scalar;

/** What a derivative reads: flags for the first input, the second, and the output. */
export const A = 1;
export const B = 2;
export const OUT = 4;
const ALL = A | B | OUT;

/** `allocate`, with the operation and the tensor that did not fit named in the error. */
function claim(nbytes: number, dims: Dims, dtype: DType, operation: string): Storage {
  try {
    return allocate(nbytes);
  } catch (error) {
    throw noRoom(error, dims, dtype, operation);
  }
}

function noRoom(error: unknown, dims: Dims, dtype: DType, operation: string): unknown {
  const told = forTensor(error, dims, dtype);
  return operation === '' ? told : inOperation(told, operation);
}

/** A contiguous tensor of uninitialised elements; `operation` is named where there is no room for it. */
export function empty(dims: Dims, dtype: DType, operation = ''): Tensor {
  return wrap(claim(countOf(dims) * dtype.itemsize, dims, dtype, operation), dims, dtype);
}

/** What an operation makes of the elements of x, which is read next: `empty` in x's memory order; may share its arrays. */
export function emptyAs(x: Tensor, dtype: DType, operation = ''): Tensor {
  return isRowMajor(x) ? emptyTwin(x, dtype, operation) : emptyFor(x.dims, dtype, [x], operation);
}

/** `emptyAs` of row-major x. */
function emptyTwin(x: Tensor, dtype: DType, operation: string): Tensor {
  spare(x.storage);
  return new Tensor(claim(x.count * dtype.itemsize, x.dims, dtype, operation), 0, x.dims, x.strides, dtype, true);
}

/** `empty` of shape `dims` in the memory order of the operands of an elementwise operation, which are read next. */
export function emptyFor(dims: Dims, dtype: DType, operands: readonly (Tensor | number)[], operation = ''): Tensor {
  for (const x of operands) if (typeof x !== 'number') spare(x.storage);
  return emptyStrided(dims, resultStrides(dims, operands), dtype, operation);
}

/** `empty` with the shape and the memory order of x: PyTorch's preserve_format. */
export function emptyLike(x: Tensor, dtype: DType, operation = ''): Tensor {
  return isRowMajor(x) ? emptyTwin(x, dtype, operation) : emptyStrided(x.dims, keptStrides(x), dtype, operation);
}

/** `empty` with strides that fill a block; null for row-major ones. */
export function emptyStrided(dims: Dims, strides: Dims | null, dtype: DType, operation = ''): Tensor {
  if (strides === null) return empty(dims, dtype, operation);
  const storage = claim(countOf(dims) * dtype.itemsize, dims, dtype, operation);
  return stridedTensor(storage, 0, dims, strides, dtype);
}

/** x in `dtype` and in its memory order, without recording; x itself if it has the dtype already. */
export function castRaw(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : copyInto(emptyLike(x, dtype), x);
}

function copyInto(out: Tensor, x: Tensor): Tensor {
  launchCopy(out, x);
  return out;
}

/** A row-major copy of x, without recording. */
export function copyRaw(x: Tensor, dtype: DType = x.dtype): Tensor {
  return copyInto(empty(x.dims, dtype), x);
}

/** x row-major, without recording; x itself if it is so already. Freed by `freeCast`, as what `castRaw` makes. */
export function contiguousRaw(x: Tensor): Tensor {
  return x.dense ? x : copyRaw(x);
}

/** x, the caller's own, with these strides (null: row-major): x itself, or a copy in its place. Unrecorded. */
export function relaid(x: Tensor, strides: Dims | null): Tensor {
  if (strides === null ? x.dense : sameDims(x.strides, strides)) return x;
  const out = copyInto(emptyStrided(x.dims, strides, x.dtype), x);
  free(x.storage);
  return out;
}

/** `relaid` in the memory order of `like`, which has x's shape. */
export function inOrderOf(like: Tensor, x: Tensor): Tensor {
  return relaid(x, isRowMajor(like) ? null : keptStrides(like));
}

/** Frees what `castRaw` made, if it made anything. */
export function freeCast(cast: Tensor | number, original: Tensor | number | bigint): void {
  if (typeof cast !== 'number' && cast !== original) free(cast.storage);
}

/** Throws unless x is a tensor. */
export function checkTensor(x: unknown, operation: string, argument = 'input'): asserts x is Tensor {
  if (!(x instanceof Tensor)) throw noTensor(x, operation, argument);
}

const noTensor = (x: unknown, operation: string, argument: string): TypeError =>
  new TypeError(`${operation}(): argument '${argument}' must be Tensor, not ${describe(x)}`);

function higherOver(higher: DType | null, lower: DType | null): DType | null {
  if (higher === null) return lower;
  if (lower === null || higher.kind === Kind.Float) return higher;
  if (higher.kind === Kind.Bool || lower.kind === Kind.Float) return promote(higher, lower);
  return higher;
}

/** PyTorch's result type: tensors with dimensions before 0-dimensional ones before numbers. */
export function resultType(a: Operand, b: Operand, c: Operand = b): DType {
  if (c === b && a instanceof Tensor) {
    if (b instanceof Tensor ? a.dtype === b.dtype : a.dtype.kind === Kind.Float) return a.dtype;
  }
  const found: [DType | null, DType | null, DType | null] = [null, null, null];
  for (const x of [a, b, c]) {
    const rank = !(x instanceof Tensor) ? 2 : x.dims.length === 0 ? 1 : 0;
    const dtype = x instanceof Tensor ? x.dtype : scalarType(x);
    const before = found[rank] as DType | null;
    found[rank] = before === null ? dtype : promote(before, dtype);
  }
  return higherOver(found[0], higherOver(found[1], found[2])) as DType;
}

/** One derivative of a unary operation: what it reads (A, OUT) and the formula. */
export type UnaryGrad = readonly [reads: number, grad: (g: Tensor, x: Tensor, y: Tensor) => Tensor];

export interface UnaryRow {
  readonly name: string;
  readonly code: number;
  readonly backward: string;
  readonly reads: number;
  readonly vjp: (g: Tensor, saved: [Tensor, Tensor]) => readonly [Tensor];
  /** Integers become the default float first. */
  readonly floats: boolean;
  readonly copiesIntegers: boolean;
  readonly boolAs: DType;
  readonly rowMajor: boolean;
  readonly refuses: readonly DType[];
}

export const unaryRows = new Map<unknown, UnaryRow>();

function runUnary(row: UnaryRow, x: Tensor): Tensor {
  if (!(x instanceof Tensor)) return again((input: Tensor) => runUnary(row, input), `${row.name}(input: Tensor)`, [x]);
  const { dtype } = x;
  if (row.refuses.length > 0 && row.refuses.includes(dtype)) refuseDtype(row.name, dtype);
  if (row.copiesIntegers && dtype.kind !== Kind.Float) return copyInto(emptyAs(x, dtype, row.name), x);
  const working = unaryType(row, dtype);
  const source = castRaw(x, working);
  const out = row.rowMajor ? empty(source.dims, working, row.name) : emptyAs(source, working, row.name);
  launchUnary(row.code, out, source);
  freeCast(source, x);
  if (records(x)) {
    record(out, row.backward, [x], [row.reads & A ? x : null, row.reads & OUT ? out : null], row.vjp as never);
  }
  return out;
}

/** The dtype that a row computes x's dtype in. */
export function unaryType(row: UnaryRow, dtype: DType): DType {
  if (dtype.kind === Kind.Float) return dtype;
  if (row.floats) return getDefaultDtype();
  return dtype === bool ? row.boolAs : dtype;
}

export function refuseDtype(name: string, dtype: DType): never {
  throw new TypeError(`"${name}" not implemented for '${dtype.name}'`);
}

/** PyTorch's name of an operation's node: `exp` gives `ExpBackward0`. */
export function backwardName(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}Backward0`;
}

/** What a unary row may say besides its code and derivative. */
export interface UnaryOptions {
  /** Computes integers as integers (neg, abs); without it they become the default float. */
  keepsIntegers?: boolean;
  /** Integers come back as a copy (floor, round). */
  integersUnchanged?: boolean;
  /** What bool becomes where integers stay integers; bool itself by default. */
  boolAs?: DType;
  /** The result is row-major whatever the operand's memory order. */
  rowMajor?: boolean;
  refuses?: readonly DType[];
  backward?: string;
}

/** Makes the operation of one row. Without `grad` the derivative is zero everywhere. */
export function unary(name: string, code: number, grad: UnaryGrad | null, options: UnaryOptions = {}): UnaryOp {
  const [reads, formula] = grad ?? [0, (g: Tensor) => zerosOf(g.dims, g.dtype)];
  const row: UnaryRow = {
    name,
    code,
    backward: options.backward ?? backwardName(name),
    reads,
    vjp: (g, [x, y]) => [formula(g, x, y)],
    floats: !options.keepsIntegers,
    copiesIntegers: options.integersUnchanged ?? false,
    boolAs: options.boolAs ?? bool,
    rowMajor: options.rowMajor ?? false,
    refuses: options.refuses ?? [],
  };
  const signature = `${name}(input: Tensor)`;
  const operation = (input: Tensor, more?: unknown): Tensor => {
    if (more !== undefined && typeof more !== 'number') return again(operation, signature, [input, more]);
    try {
      return runUnary(row, input);
    } catch (error) {
      throw inOperation(error, name);
    }
  };
  Object.defineProperty(operation, 'name', { value: name });
  unaryRows.set(operation, row);
  return Object.assign(operation, { signature });
}

/** Zeros, contiguous. */
export function zerosOf(dims: Dims, dtype: DType): Tensor {
  const out = empty(dims, dtype);
  launchCopy(out, 0);
  return out;
}

/** One derivative of a binary operation: what it reads (A, B, OUT) and the formula. */
export type BinaryGrad = readonly [
  reads: number,
  grad: (g: Tensor, a: Tensor | number, b: Tensor | number, out: Tensor) => Tensor,
];

export interface BinaryRow {
  readonly name: string;
  readonly code: number;
  /** The code where the second operand is a number. */
  readonly numberCode: number;
  /** The node's name: for a tensor and a number, for two tensors, for a number and a tensor. */
  readonly backward: readonly [string, string, string];
  readonly grads: readonly [BinaryGrad | null, BinaryGrad | null];
  readonly vjp: (g: Tensor, saved: [Tensor | number, Tensor | number, Tensor], node: Node) => (Tensor | null)[];
  readonly floats: boolean;
  readonly refuses: readonly DType[];
  readonly check: BinaryOptions['check'];
  readonly numbers: boolean;
  readonly rowMajorOfNumber: boolean;
  /** What the second operand is called. */
  readonly second: string;
  readonly signature: string;
  readonly savesNumbers: boolean;
}

export const binaryRows = new Map<unknown, BinaryRow>();

export function workingType(row: BinaryRow, a: Tensor | number, b: Tensor | number): DType {
  const dtype = resultType(a, b);
  if (row.refuses.length > 0 && row.refuses.includes(dtype)) refuseDtype(row.name, dtype);
  if (row.check !== undefined) row.check(a, b, dtype);
  return row.floats && dtype.kind !== Kind.Float ? getDefaultDtype() : dtype;
}

export function nodeName({ backward }: BinaryRow, a: Tensor | number, b: Tensor | number): string {
  return backward[typeof a === 'number' ? 2 : typeof b === 'number' ? 0 : 1];
}

/** What to save for the derivatives by tracked operands. PyTorch saves an output that any derivative reads. */
export function savedFor(row: BinaryRow, a: Tensor | number, b: Tensor | number, out: Tensor): unknown[] {
  const [gradA, gradB] = row.grads;
  const reads =
    (gradA !== null && a instanceof Tensor ? gradA[0] & (isTracked(a) ? ALL : OUT) : 0) |
    (gradB !== null && b instanceof Tensor ? gradB[0] & (isTracked(b) ? ALL : OUT) : 0);
  const saved: unknown[] = [
    typeof a === 'number' || reads & A ? a : null,
    typeof b === 'number' || reads & B ? b : null,
    reads & OUT ? out : null,
  ];
  if (row.savesNumbers && (typeof a === 'number' || typeof b === 'number')) saved.push(AS_TENSOR);
  return saved;
}

export const dimsOf = (x: Tensor | number | bigint): Dims => (typeof x === 'object' ? x.dims : NO_DIMS);
const NO_DIMS: Dims = [];

/**
 * x as an operand beside `other`: of two that are no tensors one must become one, and so must a boolean, and a BigInt that
 * no number is.
 *
 * @throws RangeError for a BigInt that `other`, of integers, cannot hold, or int64.
 */
export function operandOf(x: unknown, other: unknown, name: string, argument?: string): Tensor | number {
  if (x instanceof Tensor || (typeof x === 'number' && other instanceof Tensor)) return x;
  if (!isScalar(x)) {
    checkTensor(x, name, argument);
    return x;
  }
  const value = held(scalarType(x), x);
  const beside = other instanceof Tensor ? other.dtype : null;
  if (typeof x === 'bigint' && beside !== null) {
    if (Number.isSafeInteger(Number(x)) || beside.kind === Kind.Float) return Number(x);
    held(beside, x);
  }
  const out = empty([], typeof x === 'boolean' && beside !== null ? beside : scalarType(x));
  launchCopy(out, value);
  return out;
}

/** `emptyFor` of two operands; quick where both are row-major. */
function emptyPair(dims: Dims, dtype: DType, x: Tensor | number, y: Tensor | number, operation: string): Tensor {
  if ((typeof x === 'number' || isRowMajor(x)) && (typeof y === 'number' || isRowMajor(y))) {
    if (typeof y !== 'number') spare(y.storage);
    if (typeof x !== 'number') {
      if (x.dims === dims) return emptyTwin(x, dtype, operation);
      spare(x.storage);
    }
    return empty(dims, dtype, operation);
  }
  return emptyFor(dims, dtype, [x, y], operation);
}

function runBinary(row: BinaryRow, a: Operand, b: Operand): Tensor {
  const tensorA = a instanceof Tensor;
  const tensorB = b instanceof Tensor;
  if ((!tensorA && (typeof a !== 'number' || !tensorB)) || (!tensorB && typeof b !== 'number')) {
    if (!((tensorA || isScalar(a)) && (tensorB || isScalar(b)))) {
      return again((x: Operand, y: Operand) => runBinary(row, x, y), row.signature, [a, b]);
    }
    if (!tensorA && !tensorB && !row.numbers) checkTensor(a, row.name);
    return scope(() => {
      const first = operandOf(a, b, row.name);
      return runBinary(row, first, typeof b === 'number' ? b : operandOf(b, first, row.name, row.second));
    });
  }
  const dtype = workingType(row, a, b);
  const dims = broadcastDims(dimsOf(a), dimsOf(b));
  const x = tensorA ? castRaw(a, dtype) : a;
  const y = tensorB ? castRaw(b, dtype) : b;
  const out = tensorA || !row.rowMajorOfNumber ? emptyPair(dims, dtype, x, y, row.name) : empty(dims, dtype, row.name);
  launchBinary(arithmetic, tensorB ? row.code : row.numberCode, dtype, out, x, y);
  freeCast(x, a);
  freeCast(y, b);
  if (tensorA ? records(a, b) : records(b as Tensor)) {
    record(out, nodeName(row, a, b), [a, b], savedFor(row, a, b, out) as never, row.vjp as never);
  }
  return out;
}

/** What a binary row may say besides its code and derivatives. */
export interface BinaryOptions {
  /** Integers become the default float first, as in a true division. */
  floats?: boolean;
  refuses?: readonly DType[];
  /** Throws for operands that the dtype they meet in cannot take. */
  check?: (a: Tensor | number, b: Tensor | number, dtype: DType) => void;
  /** The node's name, or its names: for a tensor and a number, for two tensors, for a number and a tensor. */
  backward?: string | readonly [string, string, string];
  /** There is no derivative: a gradient that arrives is refused. */
  undifferentiable?: boolean;
  /** Both operands may be numbers. */
  numbers?: boolean;
  /** What a number and a tensor give is row-major whatever the tensor's memory order. */
  rowMajorOfNumber?: boolean;
  /** PyTorch saves a number among the operands as a tensor. */
  savesNumbers?: boolean;
  /** What the second operand is called; `other` by default. */
  second?: string;
  /** The code where that is a number; by default the same. */
  numberCode?: number;
}

/** Makes the operation of one row, with the derivatives by its first and its second input. */
export function binary<N extends string = 'other'>(
  name: string,
  code: number,
  gradA: BinaryGrad | null,
  gradB: BinaryGrad | null,
  options: BinaryOptions = {},
): BinaryOp<N> {
  const second = options.second ?? 'other';
  const label = options.undifferentiable ? 'NotImplemented' : (options.backward ?? backwardName(name));
  const row: BinaryRow = {
    name,
    code,
    numberCode: options.numberCode ?? code,
    backward: typeof label === 'string' ? [label, label, label] : label,
    grads: [gradA, gradB],
    vjp: options.undifferentiable
      ? (notImplemented(name) as BinaryRow['vjp'])
      : (g, [a, b, out], node) => [
          gradA !== null && node.needs(0) ? gradA[1](g, a, b, out) : null,
          gradB !== null && node.needs(1) ? gradB[1](g, a, b, out) : null,
        ],
    floats: options.floats ?? false,
    refuses: options.refuses ?? [],
    check: options.check,
    numbers: options.numbers ?? false,
    rowMajorOfNumber: options.rowMajorOfNumber ?? false,
    second,
    signature: `${name}(input: operand, ${second}: operand)`,
    savesNumbers: options.savesNumbers ?? false,
  };
  const operation = (input: Operand, other: Operand, more?: unknown): Tensor => {
    if (typeof more === 'object') return again(operation, row.signature, [input, other, more]);
    try {
      return runBinary(row, input, other);
    } catch (error) {
      throw inOperation(error, name);
    }
  };
  Object.defineProperty(operation, 'name', { value: name });
  binaryRows.set(operation, row);
  return Object.assign(operation, { signature: row.signature }) as BinaryOp<N>;
}

/** A comparison of a tensor with one that broadcasts, or with a number. */
export type CompareOp = NamedOp<'other', [other: Operand]>;

/** Makes the comparison of one row: bool output, no derivative. Without `numbers`, both must be tensors. */
export function compare(name: string, code: number, numbers: false): TensorOp;
export function compare(name: string, code: number): CompareOp;
export function compare(name: string, code: number, numbers = true): CompareOp {
  const run = (a: Tensor, b: Tensor | number): Tensor => {
    const dtype = resultType(a, b);
    const dims = broadcastDims(dimsOf(a), dimsOf(b));
    const x = castRaw(a, dtype);
    const y = b instanceof Tensor ? castRaw(b, dtype) : b;
    const out = emptyPair(dims, bool, x, y, name);
    launchBinary(comparison, code, dtype, out, x, y);
    freeCast(x, a);
    freeCast(y, b);
    return out;
  };
  const signature = `${name}(input: Tensor, other: ${numbers ? 'operand' : 'Tensor'})`;
  const operation = (a: Tensor, b: Operand, more?: unknown): Tensor => {
    if (typeof more === 'object') return again(operation, signature, [a, b, more]);
    if (!(a instanceof Tensor && (b instanceof Tensor || (numbers && typeof b === 'number')))) {
      if (!(a instanceof Tensor && numbers && isScalar(b))) return again(operation, signature, [a, b]);
      return within(name, () => scope(() => operation(a, operandOf(b, a, name))));
    }
    try {
      return run(a, b);
    } catch (error) {
      throw inOperation(error, name);
    }
  };
  Object.defineProperty(operation, 'name', { value: name });
  return Object.assign(operation, { signature }) as CompareOp;
}
