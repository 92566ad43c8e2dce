/** `torch.search`: finding options that work, by trying. */
export { type HalvingOptions, type MedianOptions, MedianPruner, SuccessiveHalvingPruner } from './pruner.ts';
export { type GridOptions, gridSearch, randomSearch, type SearchOptions } from './search.ts';
export { choice, Distribution, intUniform, logUniform, type Params, type Space, uniform } from './space.ts';
export { type FlatRecord, Study } from './study.ts';
export { type Direction, type Pruner, type Report, Trial, type TrialRecord, type TrialState } from './trial.ts';
