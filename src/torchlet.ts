/** Everything that `import * as torch from 'torchlet'` gives. */
import './engine/backward.ts';
import { load as loadFile, save as saveFile } from './io/index.ts';
import './methods/index.ts';
import * as layers from './nn/index.ts';
import { known } from './nn/known.ts';
import { modulesOf } from './nn/whole.ts';

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
export {
  type Format,
  type LoadOptions,
  loadSafetensors,
  type SaveOptions,
  saveSafetensors,
  serialization,
} from './io/index.ts';
export * as metrics from './metrics/index.ts';
export * as nn from './nn/index.ts';
export { type LayerInfo, type ModelStatistics, type OutputSize, type SummaryOptions, summary } from './nn/summary.ts';
export * from './ops/index.ts';
export * as optim from './optim/index.ts';
export * as search from './search/index.ts';
export { gridSearch, randomSearch } from './search/index.ts';

/** Files of whole modules know every layer once a program has taken `load` or `save` from here. */
function withLayers<F>(io: F): F {
  known.modules ??= modulesOf(layers);
  return io;
}

/** `load` of `torchlet/io`, which knows every layer. */
export const load: typeof loadFile = withLayers(loadFile);
/** `save` of `torchlet/io`, which knows every layer. */
export const save: typeof saveFile = withLayers(saveFile);
