/** Tensors: creation and operations as functions, dtypes, grad modes, random streams, memory. */
export {
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  type ModeGuard,
  noGrad,
  setGradEnabled,
} from '../autograd/mode.ts';
export * as memory from '../memory/index.ts';
export { cuda, device } from '../tensor/device.ts';
export {
  bool,
  DType,
  double,
  float,
  float32,
  float64,
  getDefaultDtype,
  int,
  int32,
  int64,
  long,
  setDefaultDtype,
  type TypedArray,
  uint8,
} from '../tensor/dtype.ts';
export { setPrintoptions } from '../tensor/format.ts';
export { tidy } from '../tensor/scope.ts';
export { Size } from '../tensor/shape.ts';
export type { NestedList } from '../tensor/tensor.ts';
export { init } from '../wasm/core.ts';
export type { CreateOptions } from './create/create.ts';
export type { TensorData } from './create/from-data.ts';
export * as special from './elementwise/special.ts';
export { e, inf, isTensor, nan, pi } from './names.ts';
export * from './operations.generated.ts';
export type { Index, Range } from './select/index.ts';
