/** `torch.metrics`, with torchmetrics' names. */
export { Accuracy } from './accuracy.ts';
export { type Aggregated, type AggregationOptions, MeanMetric, type NanStrategy, SumMetric } from './aggregation.ts';
export type { AccuracyOptions, Average, ScoreOptions, Task, TaskOptions } from './classification.ts';
export { type CollectionOptions, MetricCollection, type Metrics } from './collection.ts';
export { ConfusionMatrix, type ConfusionOptions, type Normalize } from './confusion-matrix.ts';
export { type Batch, Metric } from './metric.ts';
export { F1Score, Precision, Recall } from './precision-recall.ts';
export { AUROC, type AUROCOptions, AveragePrecision, type RankingOptions } from './ranking.ts';
export {
  MeanAbsoluteError,
  MeanSquaredError,
  type MultiOutput,
  type R2Options,
  R2Score,
  type SquaredErrorOptions,
} from './regression.ts';
