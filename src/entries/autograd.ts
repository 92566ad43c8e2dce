/** The entry `torchlet/autograd`: backward, gradients, gradient checks. */
import '../start/inlined.ts';
import '../engine/backward.ts';

export * from '../engine/index.ts';
