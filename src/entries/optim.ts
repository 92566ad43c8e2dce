/** The entry `torchlet/optim`: optimizers and learning-rate schedules. */
import '../start/inlined.ts';
import '../engine/install.ts';

export * from '../optim/index.ts';
