/**
 * Turning columns of a table into tensors and back, with scikit-learn's and pandas' names. What they learned is plain
 * (names, numbers and tensors), so `torch.save` writes it beside a model.
 */
export { type Cell, Dummies, type DummiesData, type DummiesOptions, getDummies } from './dummies.ts';
export { LabelEncoder, type LabelEncoderState } from './label-encoder.ts';
export type { Label } from './labels.ts';
export { type MinMaxOptions, MinMaxScaler, type MinMaxScalerState } from './min-max-scaler.ts';
export { type LabelRows, OneHotEncoder, type OneHotEncoderState, type OneHotOptions } from './one-hot-encoder.ts';
export { type Part, type Splittable, type TrainTestOptions, trainTestSplit } from './split.ts';
export { type ScalerOptions, StandardScaler, type StandardScalerState } from './standard-scaler.ts';
