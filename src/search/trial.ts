/** One try of a search: what the objective gets, and what is kept of it. */
import { describe } from '../tensor/args.ts';

/** Whether a smaller or a larger score is better. */
export type Direction = 'minimize' | 'maximize';

/** How a trial ended: with a score, stopped as hopeless, or with a score that is NaN. */
export type TrialState = 'complete' | 'pruned' | 'failed';

/** A score on the way: after which step, and what it was. */
export type Report = readonly [step: number, value: number];

/** What is kept of a trial. */
export interface TrialRecord<P = Readonly<Record<string, unknown>>> {
  /** Counts from 0. */
  readonly number: number;
  /** What was tried. */
  readonly params: P;
  /** The score; of a pruned trial the last one reported; NaN where there is none. */
  readonly value: number;
  readonly state: TrialState;
  /** The scores on the way. */
  readonly reports: readonly Report[];
  /** What `trial.seed` was. */
  readonly seed: number;
  /** How long it took. */
  readonly seconds: number;
}

/** Says whether a trial that has just reported is hopeless beside those before it. */
export interface Pruner {
  prune(reports: readonly Report[], earlier: readonly TrialRecord[], direction: Direction): boolean;
}

/** Throws unless these are what searches keep of trials. */
export function checkTrials(name: string, trials: unknown): void {
  const isTrial = (trial: unknown): boolean => Array.isArray((trial as Partial<TrialRecord> | null)?.reports);
  const found = Array.isArray(trials) ? trials.find((trial) => !isTrial(trial)) : trials;
  if (Array.isArray(trials) && trials.every(isTrial)) return;
  throw new TypeError(`${name}(): expected a list of trials, as a study has them, got ${describe(found)}`);
}

/** Throws unless these are reports, of which there is one. */
export function checkReports(name: string, reports: unknown): void {
  const isReport = (each: unknown): boolean => Array.isArray(each) && each.length === 2;
  if (Array.isArray(reports) && reports.length > 0 && reports.every(isReport)) return;
  throw new TypeError(`${name}(): expected a list of reports [step, value], got ${describe(reports)}`);
}

/**
 * What an objective gets beside the options: its number, a seed of its own, and a way to stop early.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const objective = ({ rate }: { rate: number }, trial: torch.search.Trial) => {
 *   let loss = 1;
 *   for (let epoch = 0; epoch < 10; epoch++) {
 *     loss *= 1 - rate;
 *     trial.report(loss, epoch);
 *     if (trial.shouldPrune()) return loss;
 *   }
 *   return loss;
 * };
 * const pruner = new torch.search.MedianPruner({ nStartupTrials: 2 });
 * const study = torch.gridSearch(objective, { rate: [0.5, 0.4, 0.1, 0.2, 0.6] }, { pruner });
 * console.log(study.trials.map(({ state, reports }) => `${state} ${reports.length}`));
 * // => [ 'complete 10', 'complete 10', 'pruned 1', 'pruned 1', 'complete 10' ]
 * ```
 */
export class Trial<P = Readonly<Record<string, unknown>>> {
  /** Counts from 0. */
  readonly number: number;
  /** What is tried. */
  readonly params: P;
  /** A whole number of its own, the same for the same seed of the search: for `torch.manualSeed(trial.seed)`. */
  readonly seed: number;
  /** The scores reported so far. @internal */
  readonly reports: Report[] = [];
  /** Whether `shouldPrune` has said yes. @internal */
  pruned = false;
  private readonly hopeless: (reports: readonly Report[]) => boolean;

  /** @internal */
  constructor(number: number, params: P, seed: number, hopeless: (reports: readonly Report[]) => boolean) {
    this.number = number;
    this.params = params;
    this.seed = seed;
    this.hopeless = hopeless;
  }

  /**
   * Tells a score on the way.
   *
   * @param value - What the objective would give if it stopped here.
   * @param step - A whole number that rises with every report, an epoch for instance; counts by itself if not given.
   * @throws TypeError for what is no number; RangeError for a step that does not rise.
   */
  report(value: number, step?: number): void {
    const last = this.reports.length === 0 ? -1 : this.reports[this.reports.length - 1][0];
    const at = step ?? last + 1;
    if (typeof value !== 'number') throw new TypeError(`report(): value must be a number, got ${describe(value)}`);
    if (!Number.isInteger(at) || at <= last) {
      throw new RangeError(`report(): step must be a whole number above ${last}, got ${describe(at)}`);
    }
    this.reports.push([at, value]);
  }

  /**
   * Whether the trial is hopeless by what it reported last: then return from the objective. The trial counts as pruned
   * whatever is returned.
   */
  shouldPrune(): boolean {
    this.pruned ||= this.reports.length > 0 && this.hopeless(this.reports);
    return this.pruned;
  }
}
