/** The entry `torchlet/nn/functional`: layers and losses as functions. */
import '../start/inlined.ts';

export * from '../nn/functional.ts';
