/** When a trial is hopeless, with Optuna's names and rules. */
import { bindRecord } from '../tensor/signature.ts';
import { checkReports, checkTrials, type Direction, type Pruner, type Report, type TrialRecord } from './trial.ts';

function checkLeast(name: string, value: number, least: number): number {
  if (value < least) throw new RangeError(`${name} must be a whole number, at least ${least}, got ${value}`);
  return value;
}

/** What `MedianPruner` takes, named. */
export interface MedianOptions {
  /** Trials that must have been completed before any is stopped; 5 if not given. */
  nStartupTrials?: number;
  /** Steps during which no trial is stopped; 0 if not given. */
  nWarmupSteps?: number;
  /** How many steps lie between two looks; 1 if not given. */
  intervalSteps?: number;
}

/**
 * Stops a trial whose best score so far is worse than the median of the completed trials' scores at the same step.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const pruner = new torch.search.MedianPruner({ nStartupTrials: 1, nWarmupSteps: 2 });
 * const study = torch.gridSearch(({ x }, trial) => {
 *   for (let step = 0; step < 5 && !trial.shouldPrune(); step++) trial.report(x, step);
 *   return x;
 * }, { x: [1, 2, 0] }, { pruner });
 * console.log(study.trials.map(({ reports }) => reports.length)); // => [ 5, 3, 5 ]
 * ```
 */
export class MedianPruner implements Pruner {
  /** Trials that must have been completed before any is stopped. */
  readonly nStartupTrials: number;
  /** Steps during which no trial is stopped. */
  readonly nWarmupSteps: number;
  /** How many steps lie between two looks. */
  readonly intervalSteps: number;

  /** @throws RangeError for what is no whole number. */
  constructor(options: MedianOptions = {}) {
    const given = bindRecord(
      'MedianPruner(*, nStartupTrials: int = 5, nWarmupSteps: int = 0, intervalSteps: int = 1)',
      [options],
    );
    this.nStartupTrials = checkLeast('nStartupTrials', given.nStartupTrials, 0);
    this.nWarmupSteps = checkLeast('nWarmupSteps', given.nWarmupSteps, 0);
    this.intervalSteps = checkLeast('intervalSteps', given.intervalSteps, 1);
  }

  /** Whether the trial that has just reported is hopeless. */
  prune(reports: readonly Report[], earlier: readonly TrialRecord[], direction: Direction): boolean {
    checkReports('prune', reports);
    checkTrials('prune', earlier);
    const { nStartupTrials, nWarmupSteps, intervalSteps } = this;
    const complete = earlier.filter(({ state }) => state === 'complete');
    const [step] = reports[reports.length - 1];
    if (complete.length === 0 || complete.length < nStartupTrials || step < nWarmupSteps) return false;
    const look = Math.floor((step - nWarmupSteps) / intervalSteps) * intervalSteps + nWarmupSteps;
    if (reports.length > 1 && reports[reports.length - 2][0] >= look) return false;
    const values = reports.map(([, value]) => value).filter((value) => !Number.isNaN(value));
    if (values.length === 0) return true;
    const others = complete
      .flatMap((trial) => trial.reports.filter(([at]) => at === step).map(([, value]) => value))
      .filter((value) => !Number.isNaN(value))
      .sort((a, b) => a - b);
    if (others.length === 0) return false;
    const middle = (others.length - 1) / 2;
    const median = (others[Math.floor(middle)] + others[Math.ceil(middle)]) / 2;
    return direction === 'minimize' ? Math.min(...values) > median : Math.max(...values) < median;
  }
}

/** What `SuccessiveHalvingPruner` takes, named. */
export interface HalvingOptions {
  /** Step of the first rung; 1 if not given. */
  minResource?: number;
  /** Each rung has this many times the steps of the one before, and one in so many goes on; 4 if not given. */
  reductionFactor?: number;
}

/**
 * Asynchronous successive halving: at steps m, m·f, m·f² … only the best 1 / f of the trials that came so far go on.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const pruner = new torch.search.SuccessiveHalvingPruner({ reductionFactor: 2 });
 * const study = torch.gridSearch(({ x }, trial) => {
 *   for (let step = 1; step <= 8 && !trial.shouldPrune(); step++) trial.report(x, step);
 *   return x;
 * }, { x: [3, 4, 2, 5, 1] }, { pruner });
 * console.log(study.trials.map(({ reports }) => reports.length)); // => [ 8, 1, 8, 1, 8 ]
 * ```
 */
export class SuccessiveHalvingPruner implements Pruner {
  /** Step of the first rung. */
  readonly minResource: number;
  /** How many times the steps each rung has, and one in how many goes on. */
  readonly reductionFactor: number;

  /** @throws RangeError for what is no whole number. */
  constructor(options: HalvingOptions = {}) {
    const given = bindRecord('SuccessiveHalvingPruner(*, minResource: int = 1, reductionFactor: int = 4)', [options]);
    this.minResource = checkLeast('minResource', given.minResource, 1);
    this.reductionFactor = checkLeast('reductionFactor', given.reductionFactor, 2);
  }

  /** Whether the trial that has just reported is hopeless. */
  prune(reports: readonly Report[], earlier: readonly TrialRecord[], direction: Direction): boolean {
    checkReports('prune', reports);
    checkTrials('prune', earlier);
    const { minResource, reductionFactor } = this;
    const [step, value] = reports[reports.length - 1];
    const before = reports.length > 1 ? reports[reports.length - 2][0] : -1;
    const better = (a: number, b: number): number => (direction === 'minimize' ? a - b : b - a);
    for (let rung = minResource; rung <= step; rung *= reductionFactor) {
      if (rung <= before) continue;
      if (Number.isNaN(value)) return true;
      const rivals = earlier.flatMap((trial) => trial.reports.find(([at]) => at >= rung)?.[1] ?? []);
      const ranks = [...rivals, value].filter((each) => !Number.isNaN(each)).sort(better);
      const last = Math.max(0, Math.floor((rivals.length + 1) / reductionFactor) - 1);
      if (better(value, ranks[Math.min(last, ranks.length - 1)]) > 0) return true;
    }
    return false;
  }
}
