/**
 * Turning columns of a table into tensors and back, with scikit-learn's names. What they learned is plain (names,
 * numbers and tensors), so `torch.save` writes it beside a model.
 */
export { type Label, LabelEncoder, type LabelEncoderState } from './label-encoder.ts';
export { type ScalerOptions, StandardScaler, type StandardScalerState } from './standard-scaler.ts';
