/** The entry `torchlet/onnx`: ONNX files. */
import '../start/inlined.ts';

export * from '../onnx/index.ts';
