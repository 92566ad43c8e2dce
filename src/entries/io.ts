/** The entry `torchlet/io`: files of tensors. */
import '../start/inlined.ts';

export * from '../io/index.ts';
