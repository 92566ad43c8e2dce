/** `torch.optim.lrScheduler`: learning-rate schedules. */
export { ChainedScheduler, type ChainedSchedulerOptions, SequentialLR, type SequentialLROptions } from './combined.ts';
export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './cosine.ts';
export { CyclicLR, type CyclicLROptions } from './cyclic.ts';
export {
  ExponentialLR,
  type ExponentialLROptions,
  MultiStepLR,
  type MultiStepLROptions,
  StepLR,
  type StepLROptions,
} from './decay.ts';
export { LambdaLR, type LambdaLROptions, type LrLambda, MultiplicativeLR } from './lambda.ts';
export { OneCycleLR, type OneCycleLROptions } from './one-cycle.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './plateau.ts';
export {
  ConstantLR,
  type ConstantLROptions,
  LinearLR,
  type LinearLROptions,
  PolynomialLR,
  type PolynomialLROptions,
} from './ramp.ts';
export { type AnyOptimizer, LRScheduler, type SchedulerState } from './scheduler.ts';
