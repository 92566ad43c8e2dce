/** Everything that `import * as torch from 'torchlet'` gives. */
import './ops/methods.ts';
import './engine/backward.ts';

export {
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  type ModeGuard,
  noGrad,
  setGradEnabled,
} from './autograd/mode.ts';
export {
  type Collated,
  ConcatDataset,
  DataLoader,
  Dataset,
  type DatasetLike,
  defaultCollate,
  IterableDataset,
  type LoaderOptions,
  randomSplit,
  Subset,
  TensorDataset,
} from './data/index.ts';
export * as preprocessing from './data/preprocessing.ts';
export {
  getDummies,
  LabelEncoder,
  MinMaxScaler,
  OneHotEncoder,
  StandardScaler,
  trainTestSplit,
} from './data/preprocessing.ts';
export * as transforms from './data/transforms/index.ts';
export * as utils from './data/utils.ts';
export * as autograd from './engine/index.ts';
export { type LoadOptions, load, save } from './io/index.ts';
export * as memory from './memory/index.ts';
export * as metrics from './metrics/index.ts';
export * as nn from './nn/index.ts';
export { type LayerInfo, type ModelStatistics, type OutputSize, type SummaryOptions, summary } from './nn/summary.ts';
export { clone, where } from './ops/create/copy.ts';
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
} from './ops/create/create.ts';
export { asTensor, type TensorData, tensor } from './ops/create/from-data.ts';
export {
  BoolTensor,
  ByteTensor,
  DoubleTensor,
  FloatTensor,
  fromNumpy,
  IntTensor,
  LongTensor,
  Tensor,
} from './ops/create/legacy.ts';
export { celu, celu_, selu, selu_ } from './ops/elementwise/activation.ts';
export {
  fmax,
  fmin,
  fmod,
  frac,
  lerp,
  logaddexp,
  positive,
  trueDivide,
} from './ops/elementwise/arithmetic.ts';
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
} from './ops/elementwise/binary.ts';
export { clamp, clampMax, clampMin, clip, nanToNum } from './ops/elementwise/clamp.ts';
export { allclose, equal, isclose, isfinite, isinf, isnan, logicalNot } from './ops/elementwise/closeness.ts';
export { eq, ge, gt, le, logicalAnd, logicalOr, logicalXor, lt, ne } from './ops/elementwise/compare.ts';
export { prelu, relu_, threshold, threshold_ } from './ops/elementwise/piecewise.ts';
export * as special from './ops/elementwise/special.ts';
export { erfc, xlogy } from './ops/elementwise/special.ts';
export { acos, asin, atan, atan2, cosh, hypot, sinh, tan } from './ops/elementwise/trigonometry.ts';
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
} from './ops/elementwise/unary.ts';
export * from './ops/inplace-functions.ts';
export { einsum } from './ops/linalg/einsum.ts';
export { addmm, baddbmm, cross, inner, outer, tensordot, trace } from './ops/linalg/linalg.ts';
export { bmm, dot, matmul, mm, mv } from './ops/linalg/matmul.ts';
export { dist, norm } from './ops/linalg/norm.ts';
export { e, inf, isTensor, nan, numel, pi } from './ops/names.ts';
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
} from './ops/random/random.ts';
export { all, any, argmax, argmin, max, min } from './ops/reduce/extremes.ts';
export { cosineSimilarity, layerNorm } from './ops/reduce/normalize.ts';
export { mean, prod, sum } from './ops/reduce/reduce.ts';
export { cumprod, cumsum, diff } from './ops/reduce/scan.ts';
export { logSoftmax, softmax } from './ops/reduce/softmax.ts';
export { amax, amin, aminmax, logsumexp, nansum, stdMean, varMean } from './ops/reduce/statistics.ts';
export { std, var_ as var } from './ops/reduce/variance.ts';
export { bincount, bucketize, histc, quantile, searchsorted } from './ops/select/bins.ts';
export { gather, indexSelect, nonzero, scatter, scatterAdd } from './ops/select/gather.ts';
export type { Index, Range } from './ops/select/index.ts';
export { indexAdd, indexCopy, indexFill, maskedFill } from './ops/select/index-write.ts';
export { argsort, kthvalue, median, mode, sort, topk } from './ops/select/sort.ts';
export { countNonzero, maskedSelect, take, takeAlongDim } from './ops/select/take.ts';
export { unique } from './ops/select/unique.ts';
export { flip, repeatInterleave, roll, rot90, tile, tril, triu } from './ops/view/arrange.ts';
export { cat, cat as concat, cat as concatenate, hstack, stack, vstack } from './ops/view/join.ts';
export { broadcastTo, chunk, diag, diagonal, meshgrid, movedim, split, unbind, unflatten } from './ops/view/shape.ts';
export { narrow, select } from './ops/view/slice.ts';
export { detach, expand, flatten, permute, reshape, squeeze, t, transpose, unsqueeze } from './ops/view/view.ts';
export * as optim from './optim/index.ts';
export * as search from './search/index.ts';
export { gridSearch, randomSearch } from './search/index.ts';
export { cuda, device } from './tensor/device.ts';
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
} from './tensor/dtype.ts';
export { setPrintoptions } from './tensor/format.ts';
export { tidy } from './tensor/scope.ts';
export { Size } from './tensor/shape.ts';
export type { NestedList } from './tensor/tensor.ts';
export { init } from './wasm/core.ts';
