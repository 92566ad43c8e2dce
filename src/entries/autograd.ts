/** The entry `torchlet/autograd`: backward, gradients, gradient checks. */
import '../start/inlined.ts';
import '../engine/install.ts';

export * from '../engine/index.ts';
