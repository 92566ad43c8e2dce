/** The entry `torchlet/nn`: layers, losses and containers. */
import '../start/inlined.ts';

export * from '../nn/index.ts';
