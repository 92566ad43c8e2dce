/** The in-place forms of elementwise operations, from the same rows. */

import { makeNode, type Node } from '../autograd/node.ts';
import { inOperation } from '../memory/errors.ts';
import { free } from '../memory/storage.ts';
import { Kind } from '../tensor/dtype.ts';
import { scope } from '../tensor/scope.ts';
import { broadcastDims, sameDims } from '../tensor/shape.ts';
import { again, signed } from '../tensor/signature.ts';
import { tell } from '../tensor/tell.ts';
import { Tensor } from '../tensor/tensor.ts';
import { clone } from './create/copy.ts';
import {
  type BinaryOp,
  type BinaryRow,
  type HasRow,
  nodeName,
  Reads,
  savedFor,
  type UnaryOp,
  type UnaryRow,
  unaryType,
  workingType,
} from './define.ts';
import { beginInplace, checkFits, checkResult, finishInplace, saveOutput } from './inplace.ts';
import { launchBinary, launchCopy, launchUnary } from './launch.ts';
import { castRaw, copyRaw, empty, freeCast } from './make.ts';
import { dimsOf, type Operand, operandOf, refuseDtype } from './promote.ts';
import { isScalar } from './scalar.ts';

/** The in-place form of an operation that `unary` made: `relu_`. */
export function inplaceUnary(operation: object): UnaryOp {
  const { row } = operation as HasRow<UnaryRow>;
  const name = `${row.name}_`;
  const write = signed(`${name}(input: Tensor)`, (self: Tensor, more?: unknown): Tensor => {
    const alone = more === undefined || typeof more === 'number';
    if (tell !== null || !alone || !(self instanceof Tensor)) return again(write, [self, more]);
    try {
      return writeUnary(row, name, self);
    } catch (error) {
      throw inOperation(error, name);
    }
  });
  return Object.assign(write, { row: { operands: 1 } as const });
}

function writeUnary(row: UnaryRow, name: string, self: Tensor): Tensor {
  if (row.refuses.includes(self.dtype)) refuseDtype(row.name, self.dtype);
  if (row.copiesIntegers && self.dtype.kind !== Kind.Float) return self;
  checkResult(unaryType(row, self.dtype), self.dtype);
  const recording = beginInplace(self, name);
  // The derivative may read the input as it was: a copy of it.
  const node = recording
    ? makeNode(self, row.backward, [self], [row.reads & Reads.A ? keepAside(self) : null, null], row.vjp as never)
    : null;
  launchUnary(row.kernel, row.code, self, self);
  finishInplace(self, node);
  if (node && row.reads & Reads.OUT) saveOutput(node, self, 1);
  return self;
}

/** The in-place form of an operation that `binary` made, or that has its row: `add_`. */
export function inplaceBinary<N extends string>(operation: object): BinaryOp<N> {
  const { row } = operation as HasRow<BinaryRow>;
  const name = `${row.name}_`;
  const text = `${name}(input: Tensor, ${row.second}: operand)`;
  const write = signed(text, (self: Operand, other: Operand, more?: unknown): Tensor => {
    if (tell !== null || !(self instanceof Tensor) || typeof more === 'object')
      return again(write, [self, other, more]);
    if (!(other instanceof Tensor) && !isScalar(other)) return again(write, [self, other]);
    try {
      return writeBinary(row, name, self, other);
    } catch (error) {
      throw inOperation(error, name);
    }
  });
  return Object.assign(write as unknown as BinaryOp<N>, { row: { operands: 2 } as const });
}

function writeBinary(row: BinaryRow, name: string, self: Tensor, other: Operand): Tensor {
  if (typeof other === 'boolean' || typeof other === 'bigint') {
    scope(() => {
      writeBinary(row, name, self, operandOf(other, self, name));
      return [];
    });
    return self;
  }
  const dtype = workingType(row, self, other);
  checkResult(dtype, self.dtype);
  checkFits(self.dims, broadcastDims(self.dims, dimsOf(other)));
  const recording = beginInplace(self, name, other);
  let node: Node | null = null;
  if (recording) {
    const saved = savedFor(row, self, other, self);
    if (saved[0] !== null) saved[0] = keepAside(self);
    node = makeNode(self, nodeName(row, self, other), [self, other], saved as never, row.vjp as never);
  }
  const y = other instanceof Tensor ? (overlaps(self, other) ? copyRaw(other, dtype) : castRaw(other, dtype)) : other;
  const code = typeof y === 'number' ? row.numberCode : row.code;
  if (dtype === self.dtype) launchBinary(row.kernel, code, dtype, self, self, y);
  else {
    const x = castRaw(self, dtype);
    const out = empty(self.dims, dtype);
    launchBinary(row.kernel, code, dtype, out, x, y);
    launchCopy(self, out);
    free(x.storage);
    free(out.storage);
  }
  freeCast(y, other);
  finishInplace(self, node);
  if (node && (node.saved as unknown[])[2] === self) (node.versions as number[])[2] = self.clock.version;
  return self;
}

/** Whether writing `self` would change what is still to be read of `other`. */
function overlaps(self: Tensor, other: Tensor): boolean {
  if (self.storage !== other.storage) return false;
  return !(self.offset === other.offset && sameDims(self.dims, other.dims) && sameDims(self.strides, other.strides));
}

/** A copy of what an in-place operation is about to overwrite, for its node alone; recorded, for second derivatives. */
function keepAside(x: Tensor): Tensor {
  const copy = clone(x);
  copy.storage.visible = false;
  return copy;
}
