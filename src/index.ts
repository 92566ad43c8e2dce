/** The entry `torchlet`: everything, with PyTorch's methods on the tensor. */
import './start/inlined.ts';

export * from './torchlet.ts';
