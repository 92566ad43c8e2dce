/** The methods of a tensor: arithmetic, functions of one number, comparisons. */
import * as arithmetic from '../ops/elementwise/arithmetic.ts';
import * as binary from '../ops/elementwise/binary.ts';
import * as clamping from '../ops/elementwise/clamp.ts';
import * as closeness from '../ops/elementwise/closeness.ts';
import * as compare from '../ops/elementwise/compare.ts';
import * as inPlace from '../ops/elementwise/in-place.ts';
import * as piecewise from '../ops/elementwise/piecewise.ts';
import * as special from '../ops/elementwise/special.ts';
import * as trigonometry from '../ops/elementwise/trigonometry.ts';
import * as unary from '../ops/elementwise/unary.ts';
import { install, type MethodsOf } from './install.ts';

const METHODS = {
  neg: unary.neg,
  neg_: inPlace.neg_,
  abs: unary.abs,
  abs_: inPlace.abs_,
  absolute: unary.abs,
  absolute_: inPlace.abs_,
  sign: unary.sign,
  sign_: inPlace.sign_,
  square: unary.square,
  square_: inPlace.square_,
  relu: unary.relu,
  relu_: inPlace.relu_,
  sqrt: unary.sqrt,
  sqrt_: inPlace.sqrt_,
  rsqrt: unary.rsqrt,
  rsqrt_: inPlace.rsqrt_,
  reciprocal: unary.reciprocal,
  reciprocal_: inPlace.reciprocal_,
  exp: unary.exp,
  exp_: inPlace.exp_,
  expm1: unary.expm1,
  expm1_: inPlace.expm1_,
  log: unary.log,
  log_: inPlace.log_,
  log1p: unary.log1p,
  log1p_: inPlace.log1p_,
  log2: unary.log2,
  log2_: inPlace.log2_,
  log10: unary.log10,
  log10_: inPlace.log10_,
  tanh: unary.tanh,
  tanh_: inPlace.tanh_,
  sigmoid: unary.sigmoid,
  sigmoid_: inPlace.sigmoid_,
  sin: unary.sin,
  sin_: inPlace.sin_,
  cos: unary.cos,
  cos_: inPlace.cos_,
  erf: unary.erf,
  erf_: inPlace.erf_,
  floor: unary.floor,
  floor_: inPlace.floor_,
  ceil: unary.ceil,
  ceil_: inPlace.ceil_,
  trunc: unary.trunc,
  trunc_: inPlace.trunc_,
  tan: trigonometry.tan,
  tan_: inPlace.tan_,
  asin: trigonometry.asin,
  asin_: inPlace.asin_,
  acos: trigonometry.acos,
  acos_: inPlace.acos_,
  atan: trigonometry.atan,
  atan_: inPlace.atan_,
  sinh: trigonometry.sinh,
  sinh_: inPlace.sinh_,
  cosh: trigonometry.cosh,
  cosh_: inPlace.cosh_,
  erfc: special.erfc,
  erfc_: inPlace.erfc_,
  mul: binary.mul,
  mul_: inPlace.mul_,
  multiply: binary.mul,
  multiply_: inPlace.mul_,
  pow: binary.pow,
  pow_: inPlace.pow_,
  remainder: binary.remainder,
  remainder_: inPlace.remainder_,
  floorDivide: binary.floorDivide,
  floorDivide_: inPlace.floorDivide_,
  clampMin: clamping.clampMin,
  clampMin_: inPlace.clampMin_,
  clampMax: clamping.clampMax,
  clampMax_: inPlace.clampMax_,
  xlogy: special.xlogy,
  xlogy_: inPlace.xlogy_,
  atan2_: inPlace.atan2_,
  hypot_: inPlace.hypot_,
  round: unary.round,
  round_: inPlace.round_,
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
  prelu: piecewise.prelu,
  atan2: trigonometry.atan2,
  hypot: trigonometry.hypot,
} as const;

type Elementwise = MethodsOf<
  typeof METHODS,
  typeof unary &
    typeof inPlace &
    typeof trigonometry &
    typeof special &
    typeof binary &
    typeof clamping &
    typeof arithmetic &
    typeof closeness &
    typeof compare &
    typeof piecewise
>;

declare module '../tensor/tensor.ts' {
  interface Tensor extends Elementwise {}
}

install(METHODS);
