/** What a search may try: for each option a distribution, a list, or one fixed value. */
import { type Generator, rand, randint } from '../ops/random/random.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { float64 } from '../tensor/dtype.ts';

/**
 * Values to draw from, and all of them where they can be listed: what `uniform`, `choice` and their like give.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.search.intUniform(1, 3).values, torch.search.uniform(0, 1).values); // => [ 1, 2, 3 ] null
 * ```
 */
export class Distribution<T> {
  /** Draws a value. @internal */
  readonly draw: (generator: Generator) => T;
  /** Every value, for a grid; null where there is no end of them. */
  readonly values: readonly T[] | null;

  /** @internal */
  constructor(draw: (generator: Generator) => T, values: readonly T[] | null = null) {
    this.draw = draw;
    this.values = values;
  }
}

/** Options by name. */
export type Space = Readonly<Record<string, unknown>>;

/** What an objective gets for a space: one value of each. */
export type Params<S extends Space> = {
  -readonly [K in keyof S]: S[K] extends Distribution<infer T> ? T : S[K] extends readonly (infer T)[] ? T : S[K];
};

/** A number from the generator: uniform on [0, 1), or whole and below `below`. */
export function drawNumber(generator: Generator, below?: number): number {
  const cell = below === undefined ? rand([], { dtype: float64, generator }) : randint(below, [], { generator });
  const value = cell.item();
  cell.dispose();
  return value;
}

function checkBounds(name: string, low: unknown, high: unknown, isValid: (bound: number) => boolean): void {
  for (const bound of [low, high]) {
    if (typeof bound !== 'number') throw new TypeError(`${name}(): bounds must be numbers, got ${describe(bound)}`);
    if (!isValid(bound)) throw new RangeError(`${name}(): ${bound} cannot be a bound`);
  }
  if ((low as number) > (high as number)) throw new RangeError(`${name}(): low=${low} is above high=${high}`);
}

/**
 * A number between two bounds, all equally probable: low + (high - low) · u, with u = rand([]) in float64.
 *
 * @throws RangeError for bounds that are not finite or not in order.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const space = { x: torch.search.uniform(-5, 5) };
 * const { best } = torch.randomSearch(({ x }) => (x - 2) ** 2, space, { nTrials: 200, seed: 0 });
 * console.log(Math.abs(best.params.x - 2) < 0.1); // => true
 * ```
 */
export function uniform(low: number, high: number): Distribution<number> {
  checkBounds('uniform', low, high, Number.isFinite);
  return new Distribution((generator) => low + (high - low) * drawNumber(generator));
}

/**
 * A positive number between two bounds, all orders of magnitude equally probable: for learning rates and penalties.
 * It is low · (high / low)ᵘ, with u = rand([]) in float64, and never outside the bounds.
 *
 * @throws RangeError for bounds that are not positive, finite and in order.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const space = { lr: torch.search.logUniform(1e-4, 1) };
 * const { trials } = torch.randomSearch(({ lr }) => lr, space, { nTrials: 100, seed: 1 });
 * const small = trials.filter(({ params }) => params.lr < 0.01);
 * console.log(small.length > 40 && small.length < 60); // => true
 * ```
 */
export function logUniform(low: number, high: number): Distribution<number> {
  checkBounds('logUniform', low, high, (bound) => bound > 0 && Number.isFinite(bound));
  return new Distribution((generator) => Math.min(high, Math.max(low, low * (high / low) ** drawNumber(generator))));
}

/**
 * A whole number from `low` to `high`, both included: low + randint(high - low + 1).
 *
 * @throws RangeError for bounds that are not whole or not in order.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const study = torch.gridSearch(({ n }) => (n - 3) ** 2, { n: torch.search.intUniform(1, 4) });
 * console.log(study.bestParams, study.trials.length); // => { n: 3 } 4
 * ```
 */
export function intUniform(low: number, high: number): Distribution<number> {
  checkBounds('intUniform', low, high, Number.isSafeInteger);
  const count = high - low + 1;
  const listed = count <= 1e6 ? Array.from({ length: count }, (_, i) => low + i) : null;
  return new Distribution((generator) => low + drawNumber(generator, count), listed);
}

/**
 * One of a list: values[randint(values.length)]. A list itself says the same.
 *
 * @throws RangeError for an empty list.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const space = { act: torch.search.choice(['relu', 'tanh']), depth: [1, 2] };
 * const study = torch.gridSearch(({ act, depth }) => depth + act.length, space);
 * console.log(study.trials.map(({ params }) => `${params.act} ${params.depth}`));
 * // => [ 'relu 1', 'relu 2', 'tanh 1', 'tanh 2' ]
 * ```
 */
export function choice<const T>(values: readonly T[]): Distribution<T> {
  if (!Array.isArray(values)) throw new TypeError(`choice(): expected a list, got ${describe(values)}`);
  if (values.length === 0) throw new RangeError('choice(): there is nothing to choose from');
  const listed = [...values] as T[];
  return new Distribution((generator) => listed[drawNumber(generator, listed.length)], listed);
}

/** The space with a distribution for every option. */
export function distributionsOf(name: string, space: unknown): [name: string, Distribution<unknown>][] {
  if (!isOptions(space)) throw new TypeError(`${name}(): space must be a plain object, got ${describe(space)}`);
  return Object.entries(space).map(([key, value]) => {
    if (value instanceof Distribution) return [key, value];
    return [key, choice(Array.isArray(value) ? (value as unknown[]) : [value])];
  });
}
