/** `torch.optim`. */
export { Adadelta, type AdadeltaOptions } from './adadelta.ts';
export { Adagrad, type AdagradOptions } from './adagrad.ts';
export { Adam, type AdamOptions, AdamW, type AdamWOptions } from './adam.ts';
export { Adamax, type AdamaxOptions } from './adamax.ts';
export { LRFinder, type LRFinderOptions, type LRFinderResult } from './lr-finder.ts';
export * as lrScheduler from './lr-scheduler/index.ts';
export { NAdam, type NAdamOptions } from './nadam.ts';
export {
  type BaseOptions,
  type GroupOptions,
  type GroupSchedule,
  Optimizer,
  type OptimizerStateDict,
  type OptionArgs,
  type ParamGroup,
  type ParamState,
  type Params,
} from './optimizer.ts';
export { RAdam, type RAdamOptions } from './radam.ts';
export { RMSprop, type RMSpropOptions } from './rmsprop.ts';
export { SGD, type SGDOptions } from './sgd.ts';
