/** Datasets, samplers and the loader: `torch.utils.data`. */
export { type Collated, defaultCollate } from './collate.ts';
export {
  ConcatDataset,
  Dataset,
  type DatasetLike,
  type Rows,
  randomSplit,
  type SplitOptions,
  Subset,
  TensorDataset,
} from './dataset.ts';
export { type Batch, DataLoader, type LoaderOptions, type Readable } from './loader.ts';
export {
  BatchSampler,
  RandomSampler,
  type RandomSamplerOptions,
  type Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
  type WeightedSamplerOptions,
} from './sampler.ts';
export { type AsyncSource, IterableDataset, type StreamLike } from './stream.ts';
