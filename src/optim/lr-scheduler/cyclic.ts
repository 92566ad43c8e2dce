/** `CyclicLR`: up and down again, for as long as it runs. */
import { describe } from '../../tensor/args.ts';
import { bindRecord } from '../../tensor/signature.ts';
import { checkOptimizer } from '../optimizer.ts';
import { pow } from '../real.ts';
import { cycledMomenta, setMomentum } from './cycle.ts';
import { atLeast, checkFields, checkNumber, type Kinds, like, numbers, oneOf, perGroup } from './kinds.ts';
import { type AnyOptimizer, LRScheduler } from './scheduler.ts';

/** Options of CyclicLR. */
export interface CyclicLROptions {
  /** The lowest learning rate, or one for each group. */
  baseLr: number | readonly number[];
  /** The highest learning rate, or one for each group. */
  maxLr: number | readonly number[];
  /** Steps of the rising half; 2000 if not given. */
  stepSizeUp?: number;
  /** Steps of the falling half; as many as of the rising one if not given. */
  stepSizeDown?: number | null;
  /** `triangular`, `triangular2` (each cycle half as high) or `exp_range` (gamma^step as high). */
  mode?: 'triangular' | 'triangular2' | 'exp_range';
  /** Of `exp_range`; 1 if not given. */
  gamma?: number;
  /** A height in [0, 1] for a cycle (from 1 on) or a step, instead of mode. */
  scaleFn?: ((x: number) => number) | null;
  /** Whether scaleFn takes cycles or steps. */
  scaleMode?: 'cycle' | 'iterations';
  /** Whether the momentum falls where the learning rate rises; true if not given. */
  cycleMomentum?: boolean;
  /** The lowest momentum, or one for each group; 0.8 if not given. */
  baseMomentum?: number | readonly number[];
  /** The highest momentum, or one for each group; 0.9 if not given. */
  maxMomentum?: number | readonly number[];
  /** The last step done. */
  lastEpoch?: number;
}

const SIGNATURE =
  "(baseLr: numbers, maxLr: numbers, stepSizeUp: float = 2000, stepSizeDown: float? = null, mode: str = 'triangular', gamma: float = 1, scaleFn: function? = null, scaleMode: str = 'cycle', cycleMomentum: bool = true, baseMomentum: numbers = 0.8, maxMomentum: numbers = 0.9, lastEpoch: float = -1)";
const KINDS: Kinds = { gamma: checkNumber, scaleMode: oneOf('cycle', 'iterations') };
const MODES = ['triangular', 'triangular2', 'exp_range'];

/**
 * Moves the learning rate in straight lines between baseLr and maxLr, and the momentum against it; stepped after every
 * batch. Smith, Cyclical Learning Rates for Training Neural Networks.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 1, momentum: 0.9 });
 * const scheduler = new torch.optim.lrScheduler.CyclicLR(optimizer, { baseLr: 0.25, maxLr: 0.75, stepSizeUp: 2 });
 * const lrs = scheduler.getLastLr();
 * for (let step = 0; step < 4; step++) {
 *   optimizer.step();
 *   scheduler.step();
 *   lrs.push(...scheduler.getLastLr());
 * }
 * console.log(lrs); // => [ 0.25, 0.5, 0.75, 0.5, 0.25 ]
 * ```
 */
export class CyclicLR extends LRScheduler {
  /** The highest learning rate of each group. */
  declare readonly maxLrs: number[];
  /** Steps of a cycle. */
  declare readonly totalSize: number;
  /** The part of a cycle that rises. */
  declare readonly stepRatio: number;
  /** How the height of the cycles changes. */
  declare readonly mode: string;
  /** Of `exp_range`. */
  declare readonly gamma: number;
  /** Whether the height goes by cycles or steps. */
  declare readonly scaleMode: 'cycle' | 'iterations';
  /** The height of a cycle or a step, if it was given; not part of the state dict. */
  declare readonly scaleFn: ((x: number) => number) | null;
  /** Whether the momentum moves. */
  declare readonly cycleMomentum: boolean;
  /** The lowest momentum of each group. */
  declare readonly baseMomentums: number[];
  /** The highest momentum of each group. */
  declare readonly maxMomentums: number[];

  /**
   * @param optimizer - The optimizer.
   * @param baseLr - The lowest learning rate, or one for each group.
   * @param maxLr - The highest learning rate, or one for each group.
   * @param options - `stepSizeUp` (2000), `stepSizeDown` (as stepSizeUp), `mode` ('triangular'), `gamma` (1),
   *   `scaleFn`, `scaleMode` ('cycle'), `cycleMomentum` (true), `baseMomentum` (0.8), `maxMomentum` (0.9), `lastEpoch` (-1).
   * @throws RangeError for an unknown mode, or an optimizer without momentum if it is to be cycled.
   */
  constructor(optimizer: AnyOptimizer, options: CyclicLROptions);
  constructor(
    optimizer: AnyOptimizer,
    baseLr: number | readonly number[],
    maxLr: number | readonly number[],
    options?: Omit<CyclicLROptions, 'baseLr' | 'maxLr'>,
  );
  constructor(
    optimizer: AnyOptimizer,
    baseLr: number | readonly number[],
    maxLr: number | readonly number[],
    stepSizeUp: number,
    options?: Omit<CyclicLROptions, 'baseLr' | 'maxLr' | 'stepSizeUp'>,
  );
  constructor(optimizer: AnyOptimizer, ...args: unknown[]) {
    checkOptimizer(optimizer);
    const given = bindRecord(SIGNATURE, args, new.target.name);
    const { stepSizeUp, mode, gamma, scaleFn, cycleMomentum, lastEpoch } = given;
    const stepSizeDown = given.stepSizeDown ?? stepSizeUp;
    atLeast(0)('stepSizeUp', stepSizeUp);
    atLeast(0)('stepSizeDown', stepSizeDown);
    checkFields(KINDS, given);
    if (!MODES.includes(mode) && scaleFn === null) {
      throw new RangeError(`mode is invalid and scaleFn is null: expected ${MODES.join(', ')}, got ${describe(mode)}`);
    }
    const baseLrs = perGroup('baseLr', optimizer, given.baseLr);
    const maxLrs = perGroup('maxLr', optimizer, given.maxLr);
    const momenta = cycledMomenta(optimizer, given);
    if (lastEpoch === -1) {
      optimizer.paramGroups.forEach((group, i) => {
        group.lr = baseLrs[i];
      });
    }
    const byMode = mode === 'exp_range' ? 'iterations' : 'cycle';
    super(optimizer, lastEpoch, {
      maxLrs,
      totalSize: stepSizeUp + stepSizeDown,
      stepRatio: stepSizeUp / (stepSizeUp + stepSizeDown),
      mode,
      gamma,
      scaleMode: scaleFn === null ? byMode : given.scaleMode,
      scaleFn,
      cycleMomentum,
      ...momenta,
    });
    this.baseLrs = baseLrs;
  }

  protected override get kinds(): Kinds {
    const each = numbers(this.maxLrs.length, this.groups().length);
    const momenta = numbers(this.maxMomentums.length, this.cycleMomentum ? this.groups().length : 0);
    return {
      maxLrs: each,
      totalSize: atLeast(0),
      stepRatio: atLeast(0),
      mode: this.scaleFn === null ? oneOf(...MODES) : like(''),
      ...KINDS,
      scaleFn: oneOf(null),
      cycleMomentum: oneOf(this.cycleMomentum),
      baseMomentums: momenta,
      maxMomentums: momenta,
    };
  }

  private height(x: number): number {
    if (this.scaleFn !== null) {
      const height = this.scaleFn(x);
      checkNumber(`CyclicLR: scaleFn(${x})`, height);
      return height;
    }
    if (this.mode === 'triangular') return 1;
    return this.mode === 'triangular2' ? 1 / pow(2, x - 1) : pow(this.gamma, x);
  }

  override getLr(): number[] {
    const { lastEpoch, totalSize, stepRatio } = this;
    this.checkGroups(this.maxLrs.length);
    const cycle = Math.floor(1 + lastEpoch / totalSize);
    const x = 1 + lastEpoch / totalSize - cycle;
    const slope = x <= stepRatio ? x / stepRatio : (x - 1) / (stepRatio - 1);
    const height = this.height(this.scaleMode === 'cycle' ? cycle : lastEpoch);
    if (this.cycleMomentum) {
      this.groups().forEach((group, i) => {
        const max = this.maxMomentums[i];
        setMomentum(group, max - (max - this.baseMomentums[i]) * slope * height);
      });
    }
    return this.baseLrs.map((lr, i) => lr + (this.maxLrs[i] - lr) * slope * height);
  }
}
