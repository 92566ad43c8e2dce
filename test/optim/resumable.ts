/**
 * A training program that can stop and go on, run by test/optim/resume.slow.test.ts in processes of its own:
 * `whole` trains to the end, `stop FOLDER` trains STOP steps and saves, `resume FOLDER [PART]` loads and goes on (having
 * forgotten a part of what was saved, if one is named). Prints the losses and the bytes of the final state.
 *
 * It stops in the middle of an epoch. A loader's place in an epoch is no tensor: the program saves the state that the
 * loader's generator had when the epoch began, and passes over the batches that were seen.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as torch from '../../src/index.ts';

const { nn, optim } = torch;
const { lrScheduler } = optim;
const { DataLoader, TensorDataset } = torch.utils.data;

type AnyOptimizer = torch.optim.lrScheduler.AnyOptimizer;
type Scheduler = torch.optim.lrScheduler.LRScheduler | torch.optim.lrScheduler.ReduceLROnPlateau;

const [BATCHES, STOP, END] = [5, 17, 43];

/** What is saved when a run stops. */
interface Saved {
  step: number;
  epoch: torch.Tensor;
  rng: torch.Tensor;
  model: torch.nn.StateDict;
  optimizer: ReturnType<AnyOptimizer['stateDict']>;
  scheduler: torch.optim.lrScheduler.SchedulerState;
}

type MakeOptimizer = (groups: { params: torch.Tensor[]; weightDecay?: number }[]) => AnyOptimizer;
type MakeScheduler = (optimizer: AnyOptimizer) => Scheduler;

const optimizers: Record<string, MakeOptimizer> = {
  SGD: (groups) => new optim.SGD(groups, { lr: 0.05, momentum: 0.9, nesterov: true }),
  Adam: (groups) => new optim.Adam(groups, { lr: 0.02, amsgrad: true }),
  AdamW: (groups) => new optim.AdamW(groups, { lr: 0.02 }),
  RMSprop: (groups) => new optim.RMSprop(groups, { lr: 0.005, momentum: 0.5, centered: true }),
  Adagrad: (groups) => new optim.Adagrad(groups, { lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.2 }),
  Adadelta: (groups) => new optim.Adadelta(groups, { lr: 1, rho: 0.8 }),
  Adamax: (groups) => new optim.Adamax(groups, { lr: 0.02 }),
  NAdam: (groups) => new optim.NAdam(groups, { lr: 0.02, momentumDecay: 0.01 }),
  RAdam: (groups) => new optim.RAdam(groups, { lr: 0.05 }),
};

const warmUp = (optimizer: AnyOptimizer): torch.optim.lrScheduler.LRScheduler =>
  new lrScheduler.LinearLR(optimizer, 0.1, { totalIters: 9 });

const schedulers: Record<string, MakeScheduler> = {
  StepLR: (optimizer) => new lrScheduler.StepLR(optimizer, 7, 0.7),
  MultiStepLR: (optimizer) => new lrScheduler.MultiStepLR(optimizer, [5, 20, 30], 0.5),
  ExponentialLR: (optimizer) => new lrScheduler.ExponentialLR(optimizer, 0.97),
  LinearLR: (optimizer) => new lrScheduler.LinearLR(optimizer, 0.1, { totalIters: 30 }),
  ConstantLR: (optimizer) => new lrScheduler.ConstantLR(optimizer, 0.1, 25),
  CosineAnnealingLR: (optimizer) => new lrScheduler.CosineAnnealingLR(optimizer, END),
  CosineAnnealingWarmRestarts: (optimizer) => new lrScheduler.CosineAnnealingWarmRestarts(optimizer, 6, 2),
  CyclicLR: (optimizer) => new lrScheduler.CyclicLR(optimizer, 0.01, 0.1, { stepSizeUp: 6, mode: 'triangular2' }),
  OneCycleLR: (optimizer) => new lrScheduler.OneCycleLR(optimizer, 0.1, { totalSteps: END + 1 }),
  LambdaLR: (optimizer) => new lrScheduler.LambdaLR(optimizer, (step) => 1 / (1 + 0.1 * step)),
  ReduceLROnPlateau: (optimizer) =>
    new lrScheduler.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 2, cooldown: 1 }),
  SequentialLR: (optimizer) => {
    const schedulers = [warmUp(optimizer), new lrScheduler.CosineAnnealingLR(optimizer, 12)];
    return new lrScheduler.SequentialLR(optimizer, { schedulers, milestones: [9] });
  },
};

class Run {
  readonly model: torch.nn.Module & { forward(x: torch.Tensor): torch.Tensor };
  readonly optimizer: AnyOptimizer;
  readonly scheduler: Scheduler;
  private readonly generator = new torch.Generator().manualSeed(11);
  private readonly loader: Iterable<readonly torch.Tensor[]>;
  private epoch = this.generator.getState();
  private step = 0;

  constructor(makeOptimizer: MakeOptimizer, makeScheduler: MakeScheduler) {
    torch.manualSeed(4);
    const first = new nn.Linear(6, 16);
    const last = new nn.Linear(16, 1);
    this.model = new nn.Sequential(first, new nn.BatchNorm1d(16), new nn.Tanh(), new nn.Dropout(0.3), last);
    this.optimizer = makeOptimizer([{ params: first.parameters(), weightDecay: 0.01 }, { params: last.parameters() }]);
    this.scheduler = makeScheduler(this.optimizer);
    const data = new TensorDataset(torch.randn(8 * BATCHES, 6), torch.randn(8 * BATCHES, 1));
    this.loader = new DataLoader(data, { batchSize: 8, shuffle: true, generator: this.generator });
  }

  train(until: number): number[] {
    const losses: number[] = [];
    while (this.step < until) {
      this.epoch = this.generator.getState();
      let seen = this.step % BATCHES;
      for (const [x, y] of this.loader) {
        if (this.step === until) break;
        if (seen-- > 0) continue;
        this.optimizer.zeroGrad();
        const loss = nn.functional.mseLoss(this.model(x), y);
        loss.backward();
        this.optimizer.step();
        const value = loss.item() as number;
        if (this.scheduler instanceof lrScheduler.ReduceLROnPlateau) this.scheduler.step(value);
        else this.scheduler.step();
        losses.push(value);
        this.step++;
      }
    }
    return losses;
  }

  save(file: string): void {
    const saved: Saved = {
      step: this.step,
      epoch: this.epoch,
      rng: torch.getRngState(),
      model: this.model.stateDict(),
      optimizer: this.optimizer.stateDict(),
      scheduler: this.scheduler.stateDict(),
    };
    torch.save(saved, file);
  }

  load(file: string, forgotten?: string): void {
    const saved = torch.load<Saved>(file);
    this.step = saved.step;
    if (forgotten !== 'model') this.model.loadStateDict(saved.model);
    if (forgotten !== 'optimizer') this.optimizer.loadStateDict(saved.optimizer);
    if (forgotten !== 'scheduler') this.scheduler.loadStateDict(saved.scheduler);
    if (forgotten !== 'epoch') this.generator.setState(saved.epoch);
    if (forgotten !== 'rng') torch.setRngState(saved.rng);
  }

  /** A hash of every bit that the next step would depend on. */
  hash(): string {
    const state = [this.model.stateDict(), this.optimizer.stateDict(), this.scheduler.stateDict(), torch.getRngState()];
    return createHash('sha256').update(torch.save(state)).digest('hex');
  }
}

const cases: [name: string, MakeOptimizer, MakeScheduler][] = [
  ...Object.entries(optimizers).map(([name, make]) => [name, make, schedulers.StepLR] as const),
  ...Object.entries(schedulers).map(([name, make]) => [name, optimizers.SGD, make] as const),
].map((each) => [...each]);

const [mode, folder = '', forgotten] = process.argv.slice(2);
const found = cases.map(([name, makeOptimizer, makeScheduler]) => {
  const run = new Run(makeOptimizer, makeScheduler);
  const file = join(folder, `${name}.safetensors`);
  if (mode === 'resume') run.load(file, forgotten);
  const losses = run.train(mode === 'stop' ? STOP : END);
  if (mode === 'stop') run.save(file);
  return [name, { losses, hash: run.hash() }];
});
console.log(JSON.stringify(Object.fromEntries(found)));
