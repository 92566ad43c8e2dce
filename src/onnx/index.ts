/** `torch.onnx`. */
export type { DynamicAxes } from './examples.ts';
export { type ExportOptions, exportModel as export } from './export.ts';
export { load, type ONNXModule, type OnnxInputs, type OnnxLoadOptions } from './load.ts';
