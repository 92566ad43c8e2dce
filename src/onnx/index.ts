/** `torch.onnx`. */
export type { DynamicAxes } from './examples.ts';
export { type ExportOptions, exportModel as export } from './export.ts';
