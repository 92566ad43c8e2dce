/** `torch.nn`. */
export { LeakyReLU, LogSoftmax, ReLU, RReLU, Sigmoid, Softmax, Softmax2d, Softmin, Tanh } from './activation.ts';
export { BatchNorm1d, type BatchNormOptions } from './batch-norm.ts';
export { Bilinear, type BilinearOptions } from './bilinear.ts';
export { ModuleDict, ModuleList } from './collection.ts';
export { type Layer, Sequential } from './container.ts';
export { CosineSimilarity, PairwiseDistance } from './distance.ts';
export { AlphaDropout, Dropout, Dropout1d } from './dropout.ts';
export { Embedding, type EmbeddingArgs, type EmbeddingLookup } from './embedding.ts';
export { Flatten, Unflatten } from './flatten.ts';
export * as functional from './functional.ts';
export type { BackwardHook, BackwardPreHook, ForwardHook, ForwardPreHook, ModuleGrads } from './hooks.ts';
export * as init from './init.ts';
export { LayerNorm, type LayerNormArgs } from './layer-norm.ts';
export { Identity, Linear, type LinearOptions } from './linear.ts';
export { BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss, NLLLoss } from './loss.ts';
export {
  CosineEmbeddingLoss,
  HingeEmbeddingLoss,
  MarginRankingLoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
  MultiMarginLoss,
  SoftMarginLoss,
  TripletMarginLoss,
} from './margin-loss.ts';
export { Module } from './module.ts';
export { Parameter } from './parameter.ts';
export { ParameterDict, ParameterList } from './parameter-collection.ts';
export {
  CELU,
  ELU,
  GELU,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  Mish,
  ReLU6,
  SELU,
  SiLU,
  Threshold,
} from './rectifier.ts';
export { GaussianNLLLoss, HuberLoss, KLDivLoss, PoissonNLLLoss, SmoothL1Loss } from './regression-loss.ts';
export { GLU, Hardshrink, LogSigmoid, PReLU, Softplus, Softshrink, Softsign, Tanhshrink } from './squash.ts';
export { IncompatibleKeys, type StateDict } from './state-dict.ts';
export * as utils from './utils.ts';
