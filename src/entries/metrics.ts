/** The entry `torchlet/metrics`: metrics. */
import '../start/inlined.ts';

export * from '../metrics/index.ts';
