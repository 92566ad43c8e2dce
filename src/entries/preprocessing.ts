/** The entry `torchlet/preprocessing`: scalers, encoders, splits. */
import '../start/inlined.ts';

export * from '../data/preprocessing.ts';
