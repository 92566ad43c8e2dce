/** `torch.metrics`, with torchmetrics' names. */
export { Accuracy, type AccuracyOptions, type Average, type Task } from './accuracy.ts';
export { Metric } from './metric.ts';
