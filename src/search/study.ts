/** What a search found: its trials, the best of them, and a table. */
import { bindRecord } from '../tensor/signature.ts';
import { checkTrials, type Direction, type TrialRecord } from './trial.ts';

/** A trial as one flat record: `console.table(study.records())`. */
export type FlatRecord = Record<string, unknown>;

/** A cell of the table. */
function show(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

/**
 * What a search found.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const study = torch.gridSearch(({ lr, hidden }) => lr * hidden, { lr: [0.1, 0.01], hidden: [8] });
 * console.log(study.bestParams, study.bestValue); // => { lr: 0.01, hidden: 8 } 0.08
 * console.log(study.table({ seconds: false }));
 * // =>   trial  value    lr  hidden  state
 * // =>       0    0.8   0.1       8  complete
 * // => *     1   0.08  0.01       8  complete
 * ```
 */
export class Study<P = Readonly<Record<string, unknown>>> {
  /** Every trial, in order. */
  readonly trials: readonly TrialRecord<P>[];
  /** Whether a smaller or a larger score is better. */
  readonly direction: Direction;
  /** How many trials were to be. */
  readonly nTrials: number;

  /** @internal */
  constructor(trials: readonly TrialRecord<P>[], direction: Direction, nTrials: number) {
    checkTrials('Study', trials);
    this.trials = trials;
    this.direction = direction;
    this.nTrials = nTrials;
  }

  /**
   * The completed trial with the best score; the first of equals.
   *
   * @throws Error when none is completed.
   */
  get best(): TrialRecord<P> {
    const sign = this.direction === 'minimize' ? 1 : -1;
    const complete = this.trials.filter(({ state }) => state === 'complete');
    if (complete.length === 0) throw new Error('No trials are completed yet.');
    return complete.reduce((top, trial) => (sign * trial.value < sign * top.value ? trial : top));
  }

  /** The options of the best trial. */
  get bestParams(): P {
    return this.best.params;
  }

  /** The score of the best trial. */
  get bestValue(): number {
    return this.best.value;
  }

  /** The trials as flat records: trial, value, the options, state, seconds. */
  records(): FlatRecord[] {
    return this.trials.map(({ number, value, params, state, seconds }) => ({
      trial: number,
      value,
      ...params,
      state,
      seconds,
    }));
  }

  /**
   * The trials as a table in plain text, the best marked by a star.
   *
   * @param options - `seconds: false` leaves out how long each took.
   */
  table(options: { seconds?: boolean } = {}): string {
    const { seconds } = bindRecord('table(*, seconds: bool = true)', [options]);
    const records = this.records();
    const names = Object.keys(records[0] ?? { trial: 0, value: 0, state: 0, seconds: 0 }).filter(
      (name) => name !== 'seconds' || seconds,
    );
    const rows = records.map((record) => names.map((name) => show(record[name])));
    const isNumber = names.map((name) => records.every((record) => typeof record[name] === 'number'));
    const widths = names.map((name, j) => Math.max(name.length, ...rows.map((row) => row[j].length)));
    const line = (cells: readonly string[], mark: string): string =>
      [mark, ...cells.map((cell, j) => (isNumber[j] ? cell.padStart(widths[j]) : cell.padEnd(widths[j])))]
        .join('  ')
        .trimEnd();
    const best = this.trials.some(({ state }) => state === 'complete') ? this.best.number : -1;
    const body = rows.map((row, i) => line(row, this.trials[i].number === best ? '*' : ' '));
    return [line(names, ' '), ...body].map((text) => text.replace(/^(.) /, '$1')).join('\n');
  }

  /** The table. */
  toString(): string {
    return this.table();
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.table();
  }
}
