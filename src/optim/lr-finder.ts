/** Smith's learning-rate range test. */
import { enableGrad, noGrad } from '../autograd/mode.ts';
import { backward } from '../engine/backward.ts';
import { clone } from '../ops/create/copy.ts';
import { checkTensor } from '../ops/promote.ts';
import { detach } from '../ops/view/view.ts';
import { describe, isFunction } from '../tensor/args.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type BaseOptions, checkOptimizer, type Optimizer, type OptimizerStateDict } from './optimizer.ts';
import { pow } from './real.ts';

/** Options of `LRFinder.run`. */
export interface LRFinderOptions {
  /** The first learning rate; 1e-7 if not given. */
  startLr?: number;
  /** The last learning rate; 10 if not given. */
  endLr?: number;
  /** Batches to train on; 100 if not given. */
  numIter?: number;
  /** The part, in (0, 1], that a batch's loss has in the average that is recorded; 0.05 if not given. */
  smoothing?: number;
  /** Stops when the average is this many times the lowest; 5 if not given. */
  divergeThreshold?: number;
}

/** What `LRFinder.run` found. */
export interface LRFinderResult {
  /** The learning rates tried, growing by the same factor. */
  lrs: number[];
  /** The moving average of the loss at each. */
  losses: number[];
  /** The learning rate at which the average fell fastest, or null if it never fell. */
  suggestion: number | null;
}

/** What a finder needs of a model; an `nn.Module` of one input has it. */
interface Model {
  (input: Tensor): Tensor;
  readonly training: boolean;
  modules(): { training: boolean }[];
  train(): unknown;
  stateDict(): Record<string, Tensor>;
  loadStateDict(stateDict: Record<string, Tensor>): unknown;
}

const isModel = (x: unknown): x is Model =>
  isFunction(x) && ['modules', 'train', 'stateDict', 'loadStateDict'].every((name) => name in x);

/** Copies of a model's parameters and buffers and of an optimizer's state, and what puts them back. */
function snapshot(model: Model, optimizer: Optimizer<BaseOptions>): () => void {
  const copy = (x: Tensor): Tensor => noGrad(() => clone(detach(x)));
  const weights = Object.fromEntries(Object.entries(model.stateDict()).map(([name, x]) => [name, copy(x)]));
  const { state, paramGroups } = optimizer.stateDict();
  const saved: OptimizerStateDict<BaseOptions> = { state: {}, paramGroups };
  for (const [at, values] of Object.entries(state)) {
    const copies = Object.entries(values).map(([name, x]) => [name, x instanceof Tensor ? copy(x) : x]);
    saved.state[at] = Object.fromEntries(copies);
  }
  const modes = [...model.modules()].map((module) => [module, module.training] as const);
  const { stepped } = optimizer;
  return () => {
    model.loadStateDict(weights);
    optimizer.loadStateDict(saved);
    optimizer.stepped = stepped;
    optimizer.zeroGrad();
    for (const [module, training] of modes) module.training = training;
  };
}

/** Batches for ever: a new epoch when one ends. */
function* cycle(loader: Iterable<readonly Tensor[]>): Generator<readonly [Tensor, Tensor], never> {
  for (;;) {
    let batches = 0;
    for (const batch of loader) {
      const [input, target] = Array.isArray(batch) ? (batch as readonly Tensor[]) : [];
      if (!(input instanceof Tensor && target instanceof Tensor)) {
        throw new TypeError(`LRFinder: expected batches [input, target] of tensors, got ${describe(batch)}`);
      }
      batches++;
      yield [input, target];
    }
    if (batches === 0) throw new RangeError('LRFinder: the loader has no batches');
  }
}

/** Where the losses fall fastest from one learning rate to the next, by central differences. */
function steepest(losses: readonly number[]): number | null {
  let found: number | null = null;
  let lowest = 0;
  losses.forEach((_, i) => {
    const before = Math.max(0, i - 1);
    const after = Math.min(losses.length - 1, i + 1);
    const slope = (losses[after] - losses[before]) / Math.max(1, after - before);
    if (slope < lowest) {
      lowest = slope;
      found = i;
    }
  });
  return found;
}

/**
 * Finds a learning rate by trying: trains for some batches while the learning rate grows exponentially, records the
 * loss, and puts model and optimizer back as they were. A good learning rate is where the loss falls fastest, well
 * before it is lowest. Smith, Cyclical Learning Rates for Training Neural Networks.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const x = torch.randn(64, 3);
 * const y = x.sum(1, true);
 * const loader = new torch.DataLoader(new torch.TensorDataset(x, y), { batchSize: 16, shuffle: true });
 * const model = new torch.nn.Linear(3, 1);
 * const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.1 });
 * const finder = new torch.optim.LRFinder(model, optimizer, new torch.nn.MSELoss(), loader);
 * const { lrs, losses, suggestion } = finder.run({ startLr: 1e-4, endLr: 10, numIter: 50 });
 * console.log(lrs.length === losses.length); // => true
 * console.log(suggestion !== null && suggestion > 1e-3 && suggestion < 1); // => true
 * ```
 */
export class LRFinder {
  private readonly model: Model;
  private readonly optimizer: Optimizer<BaseOptions>;
  private readonly criterion: (output: Tensor, target: Tensor) => Tensor;
  private readonly loader: Iterable<readonly Tensor[]>;

  /**
   * @param model - Takes the input of a batch.
   * @param optimizer - Of the model's parameters.
   * @param criterion - The loss of the model's output and the target, a scalar.
   * @param loader - Batches `[input, target]`; begun anew as often as needed.
   * @throws TypeError for an argument of a wrong kind.
   */
  constructor(
    model: Model,
    optimizer: Optimizer<BaseOptions>,
    criterion: (output: Tensor, target: Tensor) => Tensor,
    loader: Iterable<readonly Tensor[]>,
  ) {
    if (!isModel(model)) throw new TypeError(`LRFinder(): model must be a Module, got ${describe(model)}`);
    checkOptimizer(optimizer);
    if (!isFunction(criterion)) {
      throw new TypeError(`LRFinder(): criterion must be a function, got ${describe(criterion)}`);
    }
    this.model = model;
    this.optimizer = optimizer;
    this.criterion = criterion;
    if (typeof loader?.[Symbol.iterator] !== 'function') {
      throw new TypeError(`LRFinder(): loader must be an iterable of batches, got ${describe(loader)}`);
    }
    this.loader = loader;
  }

  /**
   * Runs the test. Afterwards parameters, buffers, optimizer state, learning rates and modes are as they were, and
   * gradients are forgotten; the random generator has moved on.
   *
   * @param options - `startLr` (1e-7), `endLr` (10), `numIter` (100), `smoothing` (0.05), `divergeThreshold` (5).
   * @throws RangeError for learning rates that do not grow from above 0, fewer than 2 iterations, or another option out
   *   of range.
   */
  run(options: LRFinderOptions = {}): LRFinderResult {
    const { startLr, endLr, numIter, smoothing, divergeThreshold } = bindRecord(
      '(startLr: float = 1e-7, endLr: float = 10, numIter: int = 100, smoothing: float = 0.05, divergeThreshold: float = 5)',
      [options],
      'LRFinder.run',
    );
    if (!(startLr > 0 && endLr > startLr)) {
      throw new RangeError(`LRFinder.run(): expected 0 < startLr < endLr, got ${startLr} and ${endLr}`);
    }
    if (!(Number.isInteger(numIter) && numIter > 1)) {
      throw new RangeError(`LRFinder.run(): numIter should be larger than 1, got ${describe(numIter)}`);
    }
    if (!(smoothing > 0 && smoothing <= 1)) {
      throw new RangeError(`LRFinder.run(): smoothing must be in (0, 1], got ${describe(smoothing)}`);
    }
    if (!(divergeThreshold > 1)) {
      throw new RangeError(`LRFinder.run(): divergeThreshold must be more than 1, got ${describe(divergeThreshold)}`);
    }
    const restore = snapshot(this.model, this.optimizer);
    const lrs: number[] = [];
    const losses: number[] = [];
    try {
      this.model.train();
      const batches = cycle(this.loader);
      let lowest = Infinity;
      for (let i = 0; i < numIter; i++) {
        const lr = startLr * pow(endLr / startLr, i / (numIter - 1));
        const loss = this.trainOn(batches.next().value, lr);
        const average = i === 0 ? loss : smoothing * loss + (1 - smoothing) * losses[i - 1];
        if (!Number.isFinite(average)) break;
        lrs.push(lr);
        losses.push(average);
        lowest = Math.min(lowest, average);
        if (average > divergeThreshold * lowest) break;
      }
    } finally {
      restore();
    }
    const at = steepest(losses);
    return { lrs, losses, suggestion: at === null ? null : lrs[at] };
  }

  /** One step at a learning rate; returns the loss before it. */
  private trainOn([input, target]: readonly [Tensor, Tensor], lr: number): number {
    for (const group of this.optimizer.paramGroups) group.lr = lr;
    this.optimizer.zeroGrad();
    const loss = enableGrad(() => this.criterion(this.model(input), target));
    checkTensor(loss, 'LRFinder.run', 'the loss');
    backward(loss);
    this.optimizer.step();
    return loss.item() as number;
  }
}
