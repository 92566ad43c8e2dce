/** The entry `torchlet/tensor`: tensors: creation and operations as functions, the bare handle. */
import '../start/inlined.ts';

export * from '../ops/index.ts';
