/** `torch.nn`. */
export { LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh } from './activation.ts';
export { type Layer, Sequential } from './container.ts';
export { Dropout } from './dropout.ts';
export { Flatten } from './flatten.ts';
export * as functional from './functional.ts';
export * as init from './init.ts';
export { Identity, Linear, type LinearOptions } from './linear.ts';
export { BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss, NLLLoss } from './loss.ts';
export { IncompatibleKeys, Module, type StateDict } from './module.ts';
export { Parameter } from './parameter.ts';
