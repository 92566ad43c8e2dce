/** `torch.onnx`. */
export { exportModel as export } from './export.ts';
