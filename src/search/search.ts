/** `gridSearch` and `randomSearch`: an objective tried with options from a space. */
import { unload } from '../memory/storage.ts';
import { defaultGenerator, Generator } from '../ops/random/random.ts';
import { describe, isFunction } from '../tensor/args.ts';
import { type BoundRecord, bindRecord } from '../tensor/signature.ts';
import { distributionsOf, drawNumber, type Params, type Space } from './space.ts';
import { Study } from './study.ts';
import { type Direction, type Pruner, Trial, type TrialRecord } from './trial.ts';

/** What `gridSearch` takes, named. */
export interface GridOptions<P = unknown> {
  /** Whether a smaller or a larger score is better; `'minimize'` if not given. */
  direction?: Direction;
  /** Where every draw comes from; if not given, from the default generator. */
  seed?: number | bigint | null;
  /** Stops hopeless trials, by what the objective reports; none if not given. */
  pruner?: Pruner | null;
  /** Called after every trial; giving `false` ends the search. */
  callback?: ((trial: TrialRecord<P>, study: Study<P>) => unknown) | null;
}

/** What `randomSearch` takes, named. */
export interface SearchOptions<P = unknown> extends GridOptions<P> {
  /** How many trials to make; 10 if not given. */
  nTrials?: number;
}

const GRID = "direction: str = 'minimize', seed: scalar? = null, pruner: any = null, callback: function? = null";

/** What a search gives an objective, and what it wants back. */
type Objective<P, R> = (params: P, trial: Trial<P>) => R;

/** Gives the options of a trial. */
type Draw = (generator: Generator) => Record<string, unknown>;

/** A search, one trial at a time: gives what the objective returned, takes the score that it stands for. */
function* steps(
  name: string,
  objective: unknown,
  params: readonly Draw[],
  options: BoundRecord<`(${typeof GRID})`>,
): Generator_<unknown, Study, unknown> {
  const { direction } = options;
  const pruner = options.pruner as Pruner | null;
  const callback = options.callback as ((record: TrialRecord, study: Study) => unknown) | null;
  if (!isFunction(objective)) {
    throw new TypeError(`${name}(): objective must be a function, got ${describe(objective)}`);
  }
  if (direction !== 'minimize' && direction !== 'maximize') {
    throw new RangeError(`${name}(): direction must be 'minimize' or 'maximize', got ${describe(direction)}`);
  }
  if (pruner !== null && typeof (pruner as Partial<Pruner>).prune !== 'function') {
    throw new TypeError(`${name}(): pruner must have a method prune, got ${describe(pruner)}`);
  }
  const generator = new Generator();
  generator.manualSeed((options.seed as number | bigint | null) ?? drawNumber(defaultGenerator(), 2 ** 32));
  const records: TrialRecord[] = [];
  const study = new Study(records, direction, params.length);
  for (const pick of params) {
    const drawn = pick(generator);
    const seed = drawNumber(generator, 2 ** 31);
    const hopeless: ConstructorParameters<typeof Trial>[3] = (reports) =>
      pruner?.prune(reports, records, direction) ?? false;
    const trial = new Trial<Record<string, unknown>>(records.length, drawn, seed, hopeless);
    const start = now();
    let score: unknown;
    try {
      score = yield (objective as Objective<unknown, unknown>)(trial.params, trial);
    } finally {
      // The trial's parameters and the optimizer's state are dead now, unless somebody keeps them.
      unload();
    }
    if (typeof score !== 'number') {
      throw new TypeError(
        `${name}(): the objective must give a number, got ${describe(score)} in trial ${trial.number}`,
      );
    }
    const { reports, pruned } = trial;
    const value = pruned ? reports[reports.length - 1][1] : score;
    const state = pruned ? 'pruned' : Number.isNaN(score) ? 'failed' : 'complete';
    const seconds = (now() - start) / 1000;
    const record: TrialRecord = { number: trial.number, params: { ...drawn }, value, state, reports, seed, seconds };
    records.push(record);
    if (callback?.(record, study) === false) break;
  }
  return study;
}

/** Milliseconds; worklets have no performance. */
const now = (): number => (typeof performance === 'object' ? performance.now() : Date.now());

/** JavaScript's generators, whose name a generator of random numbers has here. */
type Generator_<Y, R, N> = globalThis.Generator<Y, R, N>;

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

/** Runs a search at once, or, from the first promise on, as promises are kept. */
function run(search: Generator_<unknown, Study, unknown>): Study | Promise<Study> {
  let step = search.next();
  while (!step.done) {
    if (isPromise(step.value)) return resume(search, step.value);
    step = search.next(step.value);
  }
  return step.value;
}

async function resume(search: Generator_<unknown, Study, unknown>, first: PromiseLike<unknown>): Promise<Study> {
  let pending: unknown = first;
  for (;;) {
    let step: IteratorResult<unknown, Study>;
    try {
      step = search.next(await pending);
    } catch (error) {
      // Lets the search leave its trial in order; what the search itself threw comes through again.
      search.throw(error);
      throw error;
    }
    if (step.done) return step.value;
    pending = step.value;
  }
}

/**
 * Tries an objective with every combination of options, the last option changing fastest. The generator seeded with
 * `seed` draws nothing but `trial.seed` = randint(2**31), once for each trial.
 *
 * @param objective - Gets the options and the trial; gives a score, at once or as a promise.
 * @param space - For each option `choice`, `intUniform`, a list, or one value.
 * @returns The study; a promise of it where the objective gives promises.
 * @throws RangeError for a distribution without an end of values; TypeError for a score that is no number. What the
 *   objective throws ends the search.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.linspace(-1, 1, 20).unsqueeze(1);
 * const y = x.mul(3).add(1);
 * const study = torch.gridSearch(({ lr, momentum }, trial) => {
 *   torch.manualSeed(trial.seed);
 *   const model = new torch.nn.Linear(1, 1);
 *   const optimizer = new torch.optim.SGD(model.parameters(), { lr, momentum });
 *   let loss = torch.tensor(0);
 *   for (let step = 0; step < 20; step++) {
 *     optimizer.zeroGrad();
 *     loss = torch.nn.functional.mseLoss(model(x), y);
 *     loss.backward();
 *     optimizer.step();
 *   }
 *   return loss.item();
 * }, { lr: [0.001, 0.1], momentum: [0, 0.5] }, { seed: 0 });
 * console.log(study.bestParams); // => { lr: 0.1, momentum: 0.5 }
 * ```
 */
export function gridSearch<const S extends Space>(
  objective: Objective<Params<S>, number>,
  space: S,
  options?: GridOptions<Params<S>>,
): Study<Params<S>>;
export function gridSearch<const S extends Space>(
  objective: Objective<Params<S>, Promise<number>>,
  space: S,
  options?: GridOptions<Params<S>>,
): Promise<Study<Params<S>>>;
export function gridSearch(objective: unknown, space: unknown, options: unknown = {}): unknown {
  const given = bindRecord(`gridSearch(*, ${GRID})`, [options]);
  let grid: Record<string, unknown>[] = [{}];
  for (const [name, { values }] of distributionsOf('gridSearch', space)) {
    if (values === null) {
      throw new RangeError(`gridSearch(): ${name} has no end of values: give a list, or use randomSearch`);
    }
    grid = grid.flatMap((params) => values.map((value) => ({ ...params, [name]: value })));
  }
  const params = grid.map((each) => () => each);
  return run(steps('gridSearch', objective, params, given));
}

/**
 * Tries an objective with options drawn at random.
 *
 * All draws come from one generator, seeded with `seed`, in this order: for each trial its options in the order of the
 * space's keys, by the formulas that `uniform`, `logUniform`, `intUniform` and `choice` state (one value alone is a
 * choice of one, and draws too), then `trial.seed` = randint(2**31). With `torch.Generator().manual_seed(seed)` PyTorch
 * draws the same.
 *
 * @param objective - Gets the options and the trial; gives a score, at once or as a promise.
 * @param space - For each option `uniform`, `logUniform`, `intUniform`, `choice`, a list, or one value.
 * @returns The study; a promise of it where the objective gives promises.
 * @throws TypeError for a score that is no number. What the objective throws ends the search.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { choice, intUniform, logUniform } = torch.search;
 * const space = { lr: logUniform(1e-4, 1), hidden: intUniform(1, 64), act: choice(['relu', 'tanh']) };
 * const score = ({ lr, hidden }: { lr: number; hidden: number }) => Math.abs(Math.log10(lr) + 2) + hidden / 100;
 * const study = torch.randomSearch(score, space, {
 *   nTrials: 50,
 *   seed: 0,
 *   callback: ({ number }) => number < 29,
 * });
 * console.log(study.trials.length, study.bestValue < 0.5); // => 30 true
 * ```
 */
export function randomSearch<const S extends Space>(
  objective: Objective<Params<S>, number>,
  space: S,
  options?: SearchOptions<Params<S>>,
): Study<Params<S>>;
export function randomSearch<const S extends Space>(
  objective: Objective<Params<S>, Promise<number>>,
  space: S,
  options?: SearchOptions<Params<S>>,
): Promise<Study<Params<S>>>;
export function randomSearch(objective: unknown, space: unknown, options: unknown = {}): unknown {
  const { nTrials: count, ...given } = bindRecord(`randomSearch(*, nTrials: int = 10, ${GRID})`, [options]);
  if (count < 1) throw new RangeError(`randomSearch(): nTrials must be a positive whole number, got ${count}`);
  const distributions = distributionsOf('randomSearch', space);
  const draw = (generator: Generator): Record<string, unknown> =>
    Object.fromEntries(distributions.map(([name, distribution]) => [name, distribution.draw(generator)]));
  return run(steps('randomSearch', objective, new Array<Draw>(count).fill(draw), given));
}
