/** The entry `torchlet/optim`: optimizers and learning-rate schedules. */
import '../start/inlined.ts';
import '../engine/backward.ts';

export * from '../optim/index.ts';
