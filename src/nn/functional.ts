/** `torch.nn.functional`: layers and losses as functions. */

export {
  celu,
  celu_,
  elu,
  elu_,
  gelu,
  glu,
  mish,
  selu,
  selu_,
  silu,
  softmin,
  softplus,
  softsign,
  tanhshrink,
} from '../ops/elementwise/activation.ts';
export { relu_ } from '../ops/elementwise/in-place.generated.ts';
export {
  functionalRelu as relu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  hardtanh_,
  leakyRelu,
  leakyRelu_,
  prelu,
  relu6,
  softshrink,
  threshold,
  threshold_,
} from '../ops/elementwise/piecewise.ts';
export { logsigmoid, sigmoid, tanh } from '../ops/elementwise/unary.ts';
export { bilinear } from '../ops/linalg/bilinear.ts';
export { linear } from '../ops/linalg/matmul.ts';
export {
  type BinaryLossOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type LogitsLossOptions,
} from '../ops/loss/binary-loss.ts';
export { type ClassLossOptions, type CrossEntropyOptions, crossEntropy, nllLoss } from '../ops/loss/class-loss.ts';
export { type MultiMarginOptions, multilabelMarginLoss, multiMarginLoss } from '../ops/loss/class-margin-loss.ts';
export {
  type GaussianOptions,
  gaussianNllLoss,
  type PoissonOptions,
  poissonNllLoss,
} from '../ops/loss/likelihood-loss.ts';
export { type LossOptions, l1Loss, mseLoss, type Reduction } from '../ops/loss/loss.ts';
export {
  cosineEmbeddingLoss,
  type DistanceOptions,
  hingeEmbeddingLoss,
  type MarginOptions,
  marginRankingLoss,
  multilabelSoftMarginLoss,
  pairwiseDistance,
  softMarginLoss,
  type TripletOptions,
  tripletMarginLoss,
  type WeightedLossOptions,
} from '../ops/loss/margin-loss.ts';
export {
  type HuberLossOptions,
  huberLoss,
  type KlDivOptions,
  klDiv,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from '../ops/loss/regression-loss.ts';
export { alphaDropout, dropout, dropout1d } from '../ops/random/dropout.ts';
export { type RreluOp, rrelu } from '../ops/random/rrelu.ts';
export { type BatchNormOptions, batchNorm } from '../ops/reduce/batch-norm.ts';
export {
  cosineSimilarity,
  type LayerNormOptions,
  layerNorm,
  type NormalizeOptions,
  normalize,
} from '../ops/reduce/normalize.ts';
export { logSoftmax, softmax } from '../ops/reduce/softmax.ts';
export { type EmbeddingOptions, embedding } from '../ops/select/embedding.ts';
export { oneHot } from '../ops/select/one-hot.ts';
export { type PadMode, pad } from '../ops/view/pad.ts';
