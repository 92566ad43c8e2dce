/** Tensors: creation and operations as functions, dtypes, grad modes, random streams, memory. */
export {
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  type ModeGuard,
  noGrad,
  setGradEnabled,
} from '../autograd/mode.ts';
export * as memory from '../memory/index.ts';
export { cuda, device } from '../tensor/device.ts';
export {
  bool,
  DType,
  double,
  float,
  float32,
  float64,
  getDefaultDtype,
  int,
  int32,
  int64,
  long,
  setDefaultDtype,
  type TypedArray,
  uint8,
} from '../tensor/dtype.ts';
export { setPrintoptions } from '../tensor/format.ts';
export { tidy } from '../tensor/scope.ts';
export { Size } from '../tensor/shape.ts';
export type { NestedList } from '../tensor/tensor.ts';
export { init } from '../wasm/core.ts';
export { clone, where } from './create/copy.ts';
export {
  arange,
  type CreateOptions,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  zeros,
  zerosLike,
} from './create/create.ts';
export { asTensor, type TensorData, tensor } from './create/from-data.ts';
export {
  BoolTensor,
  ByteTensor,
  DoubleTensor,
  FloatTensor,
  fromNumpy,
  IntTensor,
  LongTensor,
  Tensor,
} from './create/legacy.ts';
export { celu, celu_, selu, selu_ } from './elementwise/activation.ts';
export {
  fmax,
  fmin,
  fmod,
  frac,
  frac_,
  lerp,
  logaddexp,
  positive,
  trueDivide,
} from './elementwise/arithmetic.ts';
export {
  add,
  div,
  div as divide,
  floorDivide,
  maximum,
  minimum,
  mul,
  mul as multiply,
  pow,
  remainder,
  sub,
  sub as subtract,
} from './elementwise/binary.ts';
export { clamp, clamp_, clampMax, clampMin, clip, nanToNum, nanToNum_ } from './elementwise/clamp.ts';
export { allclose, equal, isclose, isfinite, isinf, isnan, logicalNot } from './elementwise/closeness.ts';
export { eq, ge, gt, le, logicalAnd, logicalOr, logicalXor, lt, ne } from './elementwise/compare.ts';
export {
  abs_,
  acos_,
  asin_,
  atan_,
  ceil_,
  cos_,
  cosh_,
  erf_,
  erfc_,
  exp_,
  expm1_,
  floor_,
  log_,
  log1p_,
  log2_,
  log10_,
  neg_,
  reciprocal_,
  round_,
  rsqrt_,
  sigmoid_,
  sin_,
  sinh_,
  sqrt_,
  square_,
  tan_,
  tanh_,
  trunc_,
  xlogy_,
} from './elementwise/in-place.ts';
export { prelu, relu_, threshold, threshold_ } from './elementwise/piecewise.ts';
export * as special from './elementwise/special.ts';
export { erfc, xlogy } from './elementwise/special.ts';
export { acos, asin, atan, atan2, cosh, hypot, sinh, tan } from './elementwise/trigonometry.ts';
export {
  abs,
  abs as absolute,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  log2,
  log10,
  neg,
  reciprocal,
  relu,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tanh,
  trunc,
} from './elementwise/unary.ts';
export { einsum } from './linalg/einsum.ts';
export { addmm, baddbmm, cross, inner, outer, tensordot, trace } from './linalg/linalg.ts';
export { bmm, dot, matmul, mm, mv } from './linalg/matmul.ts';
export { dist, norm } from './linalg/norm.ts';
export { e, inf, isTensor, nan, numel, pi } from './names.ts';
export {
  bernoulli,
  Generator,
  getRngState,
  initialSeed,
  manualSeed,
  multinomial,
  normal,
  rand,
  randint,
  randintLike,
  randLike,
  randn,
  randnLike,
  randperm,
  setRngState,
} from './random/random.ts';
export { all, any, argmax, argmin, max, min } from './reduce/extremes.ts';
export { cosineSimilarity, layerNorm } from './reduce/normalize.ts';
export { mean, prod, sum } from './reduce/reduce.ts';
export { cumprod, cumsum, diff } from './reduce/scan.ts';
export { logSoftmax, softmax } from './reduce/softmax.ts';
export { amax, amin, aminmax, logsumexp, nansum, stdMean, varMean } from './reduce/statistics.ts';
export { std, var_ as var } from './reduce/variance.ts';
export { bincount, bucketize, histc, quantile, searchsorted } from './select/bins.ts';
export { gather, indexSelect, nonzero, scatter, scatterAdd } from './select/gather.ts';
export type { Index, Range } from './select/index.ts';
export { indexAdd, indexCopy, indexFill, maskedFill } from './select/index-write.ts';
export { argsort, kthvalue, median, mode, sort, topk } from './select/sort.ts';
export { countNonzero, maskedSelect, take, takeAlongDim } from './select/take.ts';
export { unique } from './select/unique.ts';
export { flip, repeatInterleave, roll, rot90, tile, tril, triu } from './view/arrange.ts';
export { cat, cat as concat, cat as concatenate, hstack, stack, vstack } from './view/join.ts';
export { broadcastTo, chunk, diag, diagonal, meshgrid, movedim, split, unbind, unflatten } from './view/shape.ts';
export { narrow, select } from './view/slice.ts';
export { detach, expand, flatten, permute, reshape, squeeze, t, transpose, unsqueeze } from './view/view.ts';
