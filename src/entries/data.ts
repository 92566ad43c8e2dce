/** The entry `torchlet/data`: datasets, loaders and samplers. */
import '../start/inlined.ts';

export * from '../data/index.ts';
