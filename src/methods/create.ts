/** The methods of a tensor: copies, conversions, new tensors like another. */
import * as copy from '../ops/create/copy.ts';
import * as legacy from '../ops/create/legacy.ts';
import * as fresh from '../ops/create/new.ts';
import { operation } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { install, type MethodsOf } from './install.ts';

/** The tensor in the other's dtype; itself if it has it. */
const typeAs = operation('typeAs(input: Tensor, other: Tensor)', (x, other): Tensor => copy.toDtype(x, other.dtype));

const METHODS = {
  clone: copy.clone,
  contiguous: copy.contiguous,
  to: copy.to,
  float: copy.float,
  double: copy.double,
  long: copy.long,
  int: copy.int,
  where: copy.whereSelf,
  numpy: legacy.numpy,
  type: legacy.type,
  byte: copy.byte,
  bool: copy.toBool,
  copy_: copy.copy_,
  fill_: copy.fill_,
  zero_: copy.zero_,
  newZeros: fresh.newZeros,
  newOnes: fresh.newOnes,
  newEmpty: fresh.newEmpty,
  newFull: fresh.newFull,
  newTensor: fresh.newTensor,
  typeAs,
} as const;

export type CreateMethods = MethodsOf<typeof METHODS, typeof copy & typeof legacy & typeof fresh>;

install(METHODS);
