/** The entry `torchlet`: everything, with PyTorch's methods on the tensor. */
import './start/inlined.ts';
import * as torch from './torchlet.ts';

export * from './torchlet.ts';
export { torch as default };
