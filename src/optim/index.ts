/** `torch.optim`. */
export { type GroupOptions, Optimizer, type OptimizerStateDict, type ParamGroup, type ParamState } from './optimizer.ts';
export { SGD, type SGDOptions } from './sgd.ts';
