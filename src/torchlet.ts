/** Everything that `import * as torch from 'torchlet'` gives. */
import './engine/install.ts';
import './methods/index.ts';

export {
  type Collated,
  ConcatDataset,
  DataLoader,
  Dataset,
  type DatasetLike,
  defaultCollate,
  IterableDataset,
  type LoaderOptions,
  randomSplit,
  Subset,
  TensorDataset,
} from './data/index.ts';
export * as preprocessing from './data/preprocessing.ts';
export {
  getDummies,
  LabelEncoder,
  MinMaxScaler,
  OneHotEncoder,
  StandardScaler,
  trainTestSplit,
} from './data/preprocessing.ts';
export * as transforms from './data/transforms/index.ts';
export * as utils from './data/utils.ts';
export * as autograd from './engine/index.ts';
export * as hub from './io/hub.ts';
export {
  type Format,
  type LoadOptions,
  loadSafetensors,
  type SaveOptions,
  saveSafetensors,
  serialization,
} from './io/index.ts';
export { load, save } from './io/with-layers.ts';
export * as metrics from './metrics/index.ts';
export * as nn from './nn/index.ts';
export { type LayerInfo, type ModelStatistics, type OutputSize, type SummaryOptions, summary } from './nn/summary.ts';
export * as onnx from './onnx/index.ts';
export * from './ops/index.ts';
export * as optim from './optim/index.ts';
export * as search from './search/index.ts';
export { gridSearch, randomSearch } from './search/index.ts';
export * as testing from './testing/index.ts';
