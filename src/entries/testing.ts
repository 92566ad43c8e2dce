/** The entry `torchlet/testing`: comparing tensors in tests. */
import '../start/inlined.ts';

export * from '../testing/index.ts';
