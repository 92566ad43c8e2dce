/**
 * Puts the operations on the tensor: every operation becomes a method whose first argument is the tensor itself, and
 * every in-place form gets its trailing underscore. Types and docstrings follow from the functions.
 */
import { inOperation } from '../memory/errors.ts';
import { refuseSnakeCase } from '../tensor/python.ts';
import type { Described, SignedMethod } from '../tensor/signature.ts';
import { operation } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type Accessors, accessors } from './accessors.ts';
import * as copy from './create/copy.ts';
import { setRequiresGrad } from './create/create.ts';
import * as legacy from './create/legacy.ts';
import * as fresh from './create/new.ts';
import {
  type BinaryOp,
  binaryRows,
  checkTensor,
  type Operand,
  type TensorOp,
  type UnaryOp,
  unaryRows,
} from './define.ts';
import { inplaceBinary, inplaceUnary } from './define-inplace.ts';
import * as arithmetic from './elementwise/arithmetic.ts';
import * as binary from './elementwise/binary.ts';
import * as clamping from './elementwise/clamp.ts';
import * as closeness from './elementwise/closeness.ts';
import * as compare from './elementwise/compare.ts';
import * as piecewise from './elementwise/piecewise.ts';
import * as special from './elementwise/special.ts';
import * as trigonometry from './elementwise/trigonometry.ts';
import * as unary from './elementwise/unary.ts';
import * as linalg from './linalg/linalg.ts';
import * as matmul from './linalg/matmul.ts';
import * as norms from './linalg/norm.ts';
import * as names from './names.ts';
import * as random from './random/random.ts';
import * as extremes from './reduce/extremes.ts';
import * as reduce from './reduce/reduce.ts';
import * as scan from './reduce/scan.ts';
import * as softmax from './reduce/softmax.ts';
import * as statistics from './reduce/statistics.ts';
import * as variance from './reduce/variance.ts';
import * as bins from './select/bins.ts';
import * as gather from './select/gather.ts';
import * as indexing from './select/index.ts';
import * as indexWrite from './select/index-write.ts';
import * as sorting from './select/sort.ts';
import * as picking from './select/take.ts';
import * as uniques from './select/unique.ts';
import * as arrange from './view/arrange.ts';
import * as shape from './view/shape.ts';
import * as slice from './view/slice.ts';
import * as view from './view/view.ts';
import * as viewInPlace from './view/view-in-place.ts';
import { inPlaceOf, writeBack } from './write-back.ts';

/** Unary operations with an in-place form. */
const UNARY_IN_PLACE = {
  neg: unary.neg,
  abs: unary.abs,
  absolute: unary.abs,
  sign: unary.sign,
  square: unary.square,
  relu: unary.relu,
  sqrt: unary.sqrt,
  rsqrt: unary.rsqrt,
  reciprocal: unary.reciprocal,
  exp: unary.exp,
  expm1: unary.expm1,
  log: unary.log,
  log1p: unary.log1p,
  log2: unary.log2,
  log10: unary.log10,
  tanh: unary.tanh,
  sigmoid: unary.sigmoid,
  sin: unary.sin,
  cos: unary.cos,
  erf: unary.erf,
  floor: unary.floor,
  ceil: unary.ceil,
  trunc: unary.trunc,
  tan: trigonometry.tan,
  asin: trigonometry.asin,
  acos: trigonometry.acos,
  atan: trigonometry.atan,
  sinh: trigonometry.sinh,
  cosh: trigonometry.cosh,
  erfc: special.erfc,
};

/** Binary operations with an in-place form; `add_`, `sub_` and `div_` take options and stand in binary.ts. */
const BINARY_IN_PLACE = {
  mul: binary.mul,
  multiply: binary.mul,
  pow: binary.pow,
  remainder: binary.remainder,
  floorDivide: binary.floorDivide,
  clampMin: clamping.clampMin,
  clampMax: clamping.clampMax,
  xlogy: special.xlogy,
  atan2: trigonometry.atan2Row,
  hypot: trigonometry.hypotRow,
};

/** A method that takes another tensor as its example. */
function as(name: string, body: (x: Tensor, other: Tensor) => Tensor): TensorOp {
  return operation<TensorOp>(`${name}(input: Tensor, other: Tensor)`, (x: Tensor, other: Tensor) => {
    checkTensor(other, name, 'other');
    return body(x, other);
  });
}

/** The tensor in the other's dtype; itself if it has it. */
const typeAs: TensorOp = as('typeAs', (x, other) => copy.toDtype(x, other.dtype));
/** The elements under the other tensor's shape. */
const viewAs: TensorOp = as('viewAs', (x, other) => view.view(x, other.dims));
/** Broadcast to the other tensor's shape, without a copy. */
const expandAs: TensorOp = as('expandAs', (x, other) => view.expand(x, other.dims));
/** Sets `requiresGrad`; returns the tensor. */
const requiresGrad_ = operation('requiresGrad_(input: Tensor, requiresGrad: bool = true)', (x, value): Tensor => {
  setRequiresGrad(x, value);
  return x;
});

/** In-place `round`. */
const round_: unary.RoundOp = writeBack(inPlaceOf('round_', unary.round), unary.round);

const METHODS = {
  ...UNARY_IN_PLACE,
  ...BINARY_IN_PLACE,
  round: unary.round,
  round_,
  add: binary.add,
  add_: binary.add_,
  sub: binary.sub,
  sub_: binary.sub_,
  subtract: binary.sub,
  subtract_: binary.sub_,
  div: binary.div,
  div_: binary.div_,
  divide: binary.div,
  divide_: binary.div_,
  maximum: binary.maximum,
  minimum: binary.minimum,
  fmod: arithmetic.fmod,
  fmod_: arithmetic.fmod_,
  frac: arithmetic.frac,
  frac_: arithmetic.frac_,
  fmax: arithmetic.fmax,
  fmin: arithmetic.fmin,
  logaddexp: arithmetic.logaddexp,
  lerp: arithmetic.lerp,
  lerp_: arithmetic.lerp_,
  trueDivide: arithmetic.trueDivide,
  trueDivide_: arithmetic.trueDivide_,
  positive: arithmetic.positive,
  clamp: clamping.clamp,
  clamp_: clamping.clamp_,
  clip: clamping.clip,
  clip_: clamping.clamp_,
  nanToNum: clamping.nanToNum,
  nanToNum_: clamping.nanToNum_,
  isnan: closeness.isnan,
  isinf: closeness.isinf,
  isfinite: closeness.isfinite,
  logicalNot: closeness.logicalNot,
  logicalNot_: closeness.logicalNot_,
  isclose: closeness.isclose,
  allclose: closeness.allclose,
  equal: closeness.equal,
  eq_: closeness.eq_,
  ne_: closeness.ne_,
  lt_: closeness.lt_,
  le_: closeness.le_,
  gt_: closeness.gt_,
  ge_: closeness.ge_,
  logicalAnd_: closeness.logicalAnd_,
  logicalOr_: closeness.logicalOr_,
  logicalXor_: closeness.logicalXor_,
  eq: compare.eq,
  ne: compare.ne,
  lt: compare.lt,
  le: compare.le,
  gt: compare.gt,
  ge: compare.ge,
  logicalAnd: compare.logicalAnd,
  logicalOr: compare.logicalOr,
  logicalXor: compare.logicalXor,
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
  prelu: piecewise.prelu,
  atan2: trigonometry.atan2,
  hypot: trigonometry.hypot,
  reshape: view.reshape,
  view: view.view,
  t: view.t,
  transpose: view.transpose,
  permute: view.permute,
  squeeze: view.squeeze,
  unsqueeze: view.unsqueeze,
  expand: view.expand,
  flatten: view.flatten,
  t_: viewInPlace.t_,
  transpose_: viewInPlace.transpose_,
  squeeze_: viewInPlace.squeeze_,
  unsqueeze_: viewInPlace.unsqueeze_,
  narrow: slice.narrow,
  select: slice.select,
  detach: view.detach,
  sum: reduce.sum,
  mean: reduce.mean,
  prod: reduce.prod,
  max: extremes.max,
  min: extremes.min,
  argmax: extremes.argmax,
  argmin: extremes.argmin,
  any: extremes.any,
  all: extremes.all,
  var: variance.var_,
  std: variance.std,
  mm: matmul.mm,
  mv: matmul.mv,
  dot: matmul.dot,
  bmm: matmul.bmm,
  matmul: matmul.matmul,
  softmax: softmax.softmax,
  logSoftmax: softmax.logSoftmax,
  gather: gather.gather,
  scatter: gather.scatter,
  scatter_: gather.scatter_,
  scatterAdd: gather.scatterAdd,
  indexSelect: gather.indexSelect,
  nonzero: gather.nonzero,
  at: indexing.at,
  setAt_: indexing.setAt_,
  uniform_: random.uniform_,
  normal_: random.normal_,
  bernoulli_: random.bernoulli_,
  random_: random.random_,
  exponential_: random.exponential_,
  geometric_: random.geometric_,
  logNormal_: random.logNormal_,
  cauchy_: random.cauchy_,
  bernoulli: random.bernoulli,
  multinomial: random.multinomial,
  broadcastTo: shape.broadcastTo,
  chunk: shape.chunk,
  split: shape.split,
  unbind: shape.unbind,
  unflatten: shape.unflatten,
  movedim: shape.movedim,
  diagonal: shape.diagonal,
  diag: shape.diag,
  flip: arrange.flip,
  roll: arrange.roll,
  rot90: arrange.rot90,
  repeat: arrange.repeat,
  tile: arrange.tile,
  repeatInterleave: arrange.repeatInterleave,
  tril: arrange.tril,
  triu: arrange.triu,
  tril_: arrange.tril_,
  triu_: arrange.triu_,
  take: picking.take,
  takeAlongDim: picking.takeAlongDim,
  maskedSelect: picking.maskedSelect,
  countNonzero: picking.countNonzero,
  newZeros: fresh.newZeros,
  newOnes: fresh.newOnes,
  newEmpty: fresh.newEmpty,
  newFull: fresh.newFull,
  newTensor: fresh.newTensor,
  indexAdd: indexWrite.indexAdd,
  indexAdd_: indexWrite.indexAdd_,
  indexCopy: indexWrite.indexCopy,
  indexCopy_: indexWrite.indexCopy_,
  indexFill: indexWrite.indexFill,
  indexFill_: indexWrite.indexFill_,
  maskedFill: indexWrite.maskedFill,
  maskedFill_: indexWrite.maskedFill_,
  scatterAdd_: indexWrite.scatterAdd_,
  cumsum: scan.cumsum,
  cumsum_: scan.cumsum_,
  cumprod: scan.cumprod,
  cumprod_: scan.cumprod_,
  diff: scan.diff,
  sort: sorting.sort,
  argsort: sorting.argsort,
  topk: sorting.topk,
  kthvalue: sorting.kthvalue,
  median: sorting.median,
  mode: sorting.mode,
  quantile: bins.quantile,
  histc: bins.histc,
  bucketize: bins.bucketize,
  bincount: bins.bincount,
  unique: uniques.unique,
  amax: statistics.amax,
  amin: statistics.amin,
  aminmax: statistics.aminmax,
  logsumexp: statistics.logsumexp,
  nansum: statistics.nansum,
  addmm: linalg.addmm,
  addmm_: linalg.addmm_,
  baddbmm: linalg.baddbmm,
  baddbmm_: linalg.baddbmm_,
  outer: linalg.outer,
  inner: linalg.inner,
  cross: linalg.cross,
  trace: linalg.trace,
  norm: norms.norm,
  dist: norms.dist,
  cpu: names.cpu,
  nelement: names.numel,
  typeAs,
  viewAs,
  expandAs,
  requiresGrad_,
} as const;

/**
 * An operation without its first argument. Overloads that give the same become one signature, for an editor shows the
 * docstring of a method only if it has one.
 */
export type MethodOf<F> = F extends Described
  ? SignedMethod<F>
  : F extends {
        (input: Tensor, ...args: infer A1): infer R1;
        (input: Tensor, ...args: infer A2): infer R2;
        (input: Tensor, ...args: infer A3): infer R3;
        (input: Tensor, ...args: infer A4): infer R4;
      }
    ? [R1, R2, R3, R4] extends [R4, R1, R2, R3]
      ? (...args: A1 | A2 | A3 | A4) => R4
      : { (...args: A1): R1; (...args: A2): R2; (...args: A3): R3; (...args: A4): R4 }
    : never;

/** Where the operations stand with their docstrings, which a type mapped over these keeps if it is generic. */
type Operations = typeof names &
  typeof copy &
  Pick<typeof legacy, 'numpy' | 'type'> &
  typeof fresh &
  typeof arithmetic &
  typeof binary &
  typeof clamping &
  typeof closeness &
  typeof compare &
  typeof piecewise &
  typeof special &
  typeof trigonometry &
  typeof unary &
  typeof linalg &
  typeof matmul &
  typeof norms &
  typeof random &
  typeof extremes &
  typeof reduce &
  typeof scan &
  typeof softmax &
  typeof statistics &
  typeof variance &
  typeof bins &
  typeof gather &
  typeof indexing &
  typeof indexWrite &
  typeof sorting &
  typeof picking &
  typeof uniques &
  typeof arrange &
  typeof shape &
  typeof slice &
  typeof view &
  typeof viewInPlace;
type MethodsOf<T, K extends keyof T> = { readonly [P in K]: MethodOf<T[P]> };
type Methods = MethodsOf<Operations, keyof typeof METHODS & keyof Operations> &
  Omit<MethodsOf<typeof METHODS, keyof typeof METHODS>, keyof Operations>;
type UnaryInPlace = { readonly [K in keyof typeof UNARY_IN_PLACE as `${K}_`]: () => Tensor };
type BinaryInPlace = {
  readonly [K in keyof typeof BINARY_IN_PLACE as `${K}_`]: MethodOf<(typeof BINARY_IN_PLACE)[K]>;
};

declare module '../tensor/tensor.ts' {
  interface Tensor extends Methods, UnaryInPlace, BinaryInPlace, Accessors {}
}

type Operation = (input: Tensor, ...args: unknown[]) => unknown;

/** Whether an operation names itself in what memory refuses. */
const namesItself = (operation: unknown): boolean => 'signature' in (operation as object);

function define(name: string, value: unknown): void {
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}

// A function, since a loop at the top level makes V8 compile the whole package once more: 0.8 ms of its import.
function defineMethods(): void {
  for (const [name, operation] of Object.entries(METHODS)) {
    const call = operation as Operation;
    // The frequent ones, which take an operand at the most: without a list of arguments, and they name themselves.
    if (unaryRows.has(operation)) {
      define(name, function (this: Tensor, more?: unknown) {
        return call(this, more);
      });
    } else if (binaryRows.has(operation)) {
      define(name, function (this: Tensor, other: unknown, more?: unknown) {
        return call(this, other, more);
      });
    } else if (namesItself(operation)) {
      define(name, function (this: Tensor, ...args: unknown[]) {
        return call(this, ...args);
      });
    } else {
      define(name, function (this: Tensor, ...args: unknown[]) {
        try {
          return call(this, ...args);
        } catch (error) {
          throw inOperation(error, name);
        }
      });
    }
  }
  for (const [name, operation] of Object.entries(UNARY_IN_PLACE)) {
    const write = inplaceUnary(operation as UnaryOp);
    define(`${name}_`, function (this: Tensor, more?: never) {
      try {
        return write(this, more);
      } catch (error) {
        throw inOperation(error, `${name}_`);
      }
    });
  }
  for (const [name, operation] of Object.entries(BINARY_IN_PLACE)) {
    const write = inplaceBinary(operation as BinaryOp);
    define(`${name}_`, function (this: Tensor, other: Operand, more?: never) {
      try {
        return write(this, other, more);
      } catch (error) {
        throw inOperation(error, `${name}_`);
      }
    });
  }
}

defineMethods();
Object.defineProperties(Tensor.prototype, accessors);

// Reading or setting requires_grad would silently do nothing; others would say 'not a function'.
refuseSnakeCase(Tensor.prototype, 'tensor', [...Object.getOwnPropertyNames(Tensor.prototype), 'registerHook'], true);
