/**
 * What makes an elementwise operation out of one row: its code in the core and its derivative. The function, promotion,
 * broadcasting and recording follow from the row; so do the in-place form (define-inplace.ts) and the method.
 */

import { AS_TENSOR, isTracked, type Node, notImplemented, record, records } from '../autograd/node.ts';
import { inOperation, within } from '../memory/errors.ts';
import type { Args } from '../tensor/args.ts';
import { bool, type DType, getDefaultDtype, Kind } from '../tensor/dtype.ts';
import { scope } from '../tensor/scope.ts';
import { broadcastDims } from '../tensor/shape.ts';
import { again, signed } from '../tensor/signature.ts';
import { tell } from '../tensor/tell.ts';
import { Tensor } from '../tensor/tensor.ts';
import {
  arithmetic,
  type BinaryKernel,
  comparison,
  launchBinary,
  launchCopy,
  launchUnary,
  mapping,
  type UnaryKernel,
} from './launch.ts';
import { castRaw, empty, emptyAs, emptyPair, freeCast, zerosOf } from './make.ts';
import { checkTensor, dimsOf, type Operand, operandOf, refuseDtype, resultType } from './promote.ts';
import { isScalar } from './scalar.ts';

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

/** What a derivative reads: flags. A constant that is imported would keep its rows in what esbuild bundles. */
// biome-ignore lint/suspicious/noConstEnum: the package is compiled as one program, so that tsc writes the numbers
export const enum Reads {
  /** The first input. */
  A = 1,
  /** The second. */
  B = 2,
  /** The output. */
  OUT = 4,
}
const ALL = Reads.A | Reads.B | Reads.OUT;

/** One derivative of a unary operation: what it reads (A, OUT) and the formula. */
export type UnaryGrad = readonly [reads: number, grad: (g: Tensor, x: Tensor, y: Tensor) => Tensor];

/** What every row says: how many operands its operation takes. */
export interface Row {
  readonly operands: 1 | 2;
}

/** An operation that is made of a row. */
export interface HasRow<R extends Row = Row> {
  readonly row: R;
}

export interface UnaryRow extends Row {
  readonly name: string;
  readonly kernel: UnaryKernel;
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

function runUnary(row: UnaryRow, x: Tensor): Tensor {
  const { dtype } = x;
  if (row.refuses.length > 0 && row.refuses.includes(dtype)) refuseDtype(row.name, dtype);
  if (row.copiesIntegers && dtype.kind !== Kind.Float) {
    const copy = emptyAs(x, dtype, row.name);
    launchCopy(copy, x);
    return copy;
  }
  const working = unaryType(row, dtype);
  const source = castRaw(x, working);
  const out = row.rowMajor ? empty(source.dims, working, row.name) : emptyAs(source, working, row.name);
  launchUnary(row.kernel, row.code, out, source);
  freeCast(source, x);
  if (records(x)) {
    record(
      out,
      row.backward,
      [x],
      [row.reads & Reads.A ? x : null, row.reads & Reads.OUT ? out : null],
      row.vjp as never,
    );
  }
  return out;
}

/** The dtype that a row computes x's dtype in. */
export function unaryType(row: UnaryRow, dtype: DType): DType {
  if (dtype.kind === Kind.Float) return dtype;
  if (row.floats) return getDefaultDtype();
  return dtype === bool ? row.boolAs : dtype;
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
  /** What computes it; the core's by default. */
  kernel?: UnaryKernel;
}

/** Makes the operation of one row. Without `grad` the derivative is zero everywhere. */
export function unary(
  name: string,
  code: number,
  grad: UnaryGrad | null,
  options: UnaryOptions = {},
): UnaryOp & HasRow<UnaryRow> {
  const [reads, formula] = grad ?? [0, (g: Tensor) => zerosOf(g.dims, g.dtype)];
  const row: UnaryRow = {
    operands: 1,
    name,
    kernel: options.kernel ?? mapping,
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
  const operation = signed(`${name}(input: Tensor)`, (input: Tensor, more?: unknown): Tensor => {
    const alone = more === undefined || typeof more === 'number';
    if (tell !== null || !alone || !(input instanceof Tensor)) return again(operation, [input, more]);
    try {
      return runUnary(row, input);
    } catch (error) {
      throw inOperation(error, name);
    }
  });
  return Object.assign(operation, { row });
}

/** One derivative of a binary operation: what it reads (A, B, OUT) and the formula. */
export type BinaryGrad = readonly [
  reads: number,
  grad: (g: Tensor, a: Tensor | number, b: Tensor | number, out: Tensor) => Tensor,
];

export interface BinaryRow extends Row {
  readonly name: string;
  readonly kernel: BinaryKernel;
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
    (gradA !== null && a instanceof Tensor ? gradA[0] & (isTracked(a) ? ALL : Reads.OUT) : 0) |
    (gradB !== null && b instanceof Tensor ? gradB[0] & (isTracked(b) ? ALL : Reads.OUT) : 0);
  const saved: unknown[] = [
    typeof a === 'number' || reads & Reads.A ? a : null,
    typeof b === 'number' || reads & Reads.B ? b : null,
    reads & Reads.OUT ? out : null,
  ];
  if (row.savesNumbers && (typeof a === 'number' || typeof b === 'number')) saved.push(AS_TENSOR);
  return saved;
}

function runBinary(row: BinaryRow, a: Operand, b: Operand): Tensor {
  const tensorA = a instanceof Tensor;
  const tensorB = b instanceof Tensor;
  if ((!tensorA && (typeof a !== 'number' || !tensorB)) || (!tensorB && typeof b !== 'number')) {
    if (!((tensorA || isScalar(a)) && (tensorB || isScalar(b)))) {
      return again((x: Operand, y: Operand) => runBinary(row, x, y), [a, b], row.signature);
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
  launchBinary(row.kernel, tensorB ? row.code : row.numberCode, dtype, out, x, y);
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
  /** What computes it; the core's by default. */
  kernel?: BinaryKernel;
}

/** Makes the operation of one row, with the derivatives by its first and its second input. */
export function binary<N extends string = 'other'>(
  name: string,
  code: number,
  gradA: BinaryGrad | null,
  gradB: BinaryGrad | null,
  options: BinaryOptions = {},
): BinaryOp<N> & HasRow<BinaryRow> {
  const second = options.second ?? 'other';
  const label = options.undifferentiable ? 'NotImplemented' : (options.backward ?? backwardName(name));
  const row: BinaryRow = {
    operands: 2,
    name,
    kernel: options.kernel ?? arithmetic,
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
  const operation = signed(row.signature, (input: Operand, other: Operand, more?: unknown): Tensor => {
    if (tell !== null || typeof more === 'object') return again(operation, [input, other, more]);
    try {
      return runBinary(row, input, other);
    } catch (error) {
      throw inOperation(error, name);
    }
  });
  return Object.assign(operation as unknown as BinaryOp<N>, { row });
}

/** A comparison of a tensor with one that broadcasts, or with a number. */
export type CompareOp = NamedOp<'other', [other: Operand]>;

/** Makes the comparison of one row: bool output, no derivative. Without `numbers`, both must be tensors. */
export function compare(name: string, code: number, numbers: false): TensorOp & HasRow;
export function compare(name: string, code: number): CompareOp & HasRow;
export function compare(name: string, code: number, numbers = true): CompareOp & HasRow {
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
  const text = `${name}(input: Tensor, other: ${numbers ? 'operand' : 'Tensor'})`;
  const operation = signed(text, (a: Tensor, b: Operand, more?: unknown): Tensor => {
    if (tell !== null || typeof more === 'object') return again(operation, [a, b, more]);
    if (!(a instanceof Tensor && (b instanceof Tensor || (numbers && typeof b === 'number')))) {
      if (!(a instanceof Tensor && numbers && isScalar(b))) return again(operation, [a, b]);
      return within(name, () => scope(() => operation(a, operandOf(b, a, name))));
    }
    try {
      return run(a, b);
    } catch (error) {
      throw inOperation(error, name);
    }
  });
  return Object.assign(operation as unknown as CompareOp, { row: { operands: 2 } as const });
}
