/** Operations whose kernels are of the family `more`, which is instantiated with the first of them that is called. */

import type { MoreBinaryCode, MoreUnaryCode } from '../../../assembly/codes.ts';
import { more } from '../../wasm/families/more.generated.ts';
import {
  type BinaryGrad,
  type BinaryOp,
  type BinaryOptions,
  type BinaryRow,
  binary,
  type HasRow,
  type UnaryGrad,
  type UnaryOp,
  type UnaryOptions,
  type UnaryRow,
  unary,
} from '../define.ts';
import type { BinaryKernel, UnaryKernel } from '../launch.ts';

const ofOne: UnaryKernel = {
  flat: (op, dtype, n, out, so, a, sa) => more.moreUnary(op, dtype, n, out, so, a, sa),
  nd: (op, dtype, out, a) => more.moreUnaryNd(op, dtype, out, a),
};

const ofTwo: BinaryKernel = {
  flat: (op, dtype, n, out, so, a, sa, b, sb) => more.moreBinary(op, dtype, n, out, so, a, sa, b, sb),
  nd: (op, dtype, out, a, b) => more.moreBinaryNd(op, dtype, out, a, b),
};

/** As `unary`, of a kernel of the family. */
export function moreUnary(
  name: string,
  code: MoreUnaryCode,
  grad: UnaryGrad | null,
  options: UnaryOptions = {},
): UnaryOp & HasRow<UnaryRow> {
  return unary(name, code, grad, { ...options, kernel: ofOne });
}

/** As `binary`, of a kernel of the family. */
export function moreBinary<N extends string = 'other'>(
  name: string,
  code: MoreBinaryCode,
  gradA: BinaryGrad | null,
  gradB: BinaryGrad | null,
  options: BinaryOptions = {},
): BinaryOp<N> & HasRow<BinaryRow> {
  return binary(name, code, gradA, gradB, { ...options, kernel: ofTwo });
}
