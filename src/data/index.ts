/** Datasets, samplers and the loader: `torch.utils.data`. */
export { type Collated, defaultCollate } from './collate.ts';
export {
  Dataset,
  type DatasetLike,
  randomSplit,
  type Rows,
  type SplitOptions,
  Subset,
  TensorDataset,
} from './dataset.ts';
export { DataLoader, type LoaderOptions } from './loader.ts';
export {
  BatchSampler,
  RandomSampler,
  type RandomSamplerOptions,
  type Sampler,
  SequentialSampler,
  SubsetRandomSampler,
} from './sampler.ts';
