/** What test/golden/optim.json holds, and how its options become torchlet's. */
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

const { nn, optim } = torch;

/** Options of any optimizer or schedule. */
export type Options = Record<string, unknown>;

/** A schedule: its class and its options, which may hold schedules. */
export type Spec = [name: string, options: Options];

/** Learning rates of the groups, then their momenta. */
type Row = [number[], number[]];

interface Golden {
  steps: { name: string; options: Options; values: { float32: number[]; float64: number[] }; ulp?: number }[];
  curves: { name: string; options: Options; groups?: Options[]; scheduler?: Spec; losses: number[]; ulp?: number }[];
  schedules: { optimizer: string; spec: Spec; rows: Row[] }[];
  jumps: { spec: Spec; rows: [number, number[]][] }[];
  plateaus: { options: Options; metrics: number[]; rows: number[][] }[];
  messages: { name: string; options: Options; message: string }[];
}

/** Numbers from PyTorch; test/golden/optim.py made them. */
export const golden = readGolden<Golden>('optim.json');

const FUNCTIONS: Record<string, (x: number) => number> = {
  power: (epoch) => 0.95 ** epoch,
  inverse: (epoch) => 1 / (1 + epoch),
  constant: () => 0.9,
  halving: (x) => 0.5 ** (x - 1),
};

function value(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(value);
  return typeof v === 'object' && v !== null ? FUNCTIONS[(v as { function: string }).function] : v;
}

type Scheduler = torch.optim.lrScheduler.LRScheduler;
type AnyOptimizer = torch.optim.lrScheduler.AnyOptimizer;

/** The schedule of a spec. */
export function makeScheduler([name, options]: Spec, optimizer: AnyOptimizer): Scheduler {
  const classes = optim.lrScheduler as unknown as Record<string, new (...args: unknown[]) => Scheduler>;
  const parts = (options.schedulers as Spec[] | undefined)?.map((spec) => makeScheduler(spec, optimizer));
  if (name === 'ChainedScheduler') return new classes[name](parts);
  const given = Object.fromEntries(Object.entries(options).map(([key, v]) => [key, value(v)]));
  return new classes[name](optimizer, parts ? { ...options, schedulers: parts } : given);
}

/** The optimizer of a name. */
export function makeOptimizer(name: string, params: unknown, options: Options): AnyOptimizer {
  const classes = optim as unknown as Record<string, new (...args: unknown[]) => AnyOptimizer>;
  return new classes[name](params, options);
}

/** The optimizer that the golden schedules are attached to. */
export function attach(kind: string): AnyOptimizer {
  const leaf = (): torch.Tensor => torch.zeros(1, { requiresGrad: true });
  const groups = [
    { params: [leaf()], lr: 0.1 },
    { params: [leaf()], lr: 0.02 },
  ];
  return makeOptimizer(kind, groups, kind === 'SGD' ? { momentum: 0.9 } : {});
}

/** Learning rates and momenta of an optimizer's groups. */
export function rowOf(optimizer: AnyOptimizer): Row {
  const groups = optimizer.paramGroups as unknown as { lr: number; momentum?: number; betas?: number[] }[];
  return [groups.map(({ lr }) => lr), groups.map(({ momentum, betas }) => momentum ?? (betas as number[])[0])];
}

/** The model and the loader of the golden loss curves. */
export class Run {
  readonly model: torch.nn.Sequential;
  readonly optimizer: AnyOptimizer;
  readonly scheduler: Scheduler | null;
  private readonly loader: Iterable<readonly torch.Tensor[]>;

  constructor(curve: { name: string; options: Options; groups?: Options[]; scheduler?: Spec }) {
    torch.manualSeed(0);
    this.model = new nn.Sequential(new nn.Linear(6, 16), new nn.Tanh(), new nn.Linear(16, 1));
    const [x, y] = [torch.randn(40, 6), torch.randn(40, 1)];
    const params =
      curve.groups?.map((group, i) => ({ params: this.model.at(2 * i).parameters(), ...group })) ??
      this.model.parameters();
    this.optimizer = makeOptimizer(curve.name, params, curve.options);
    this.scheduler = curve.scheduler ? makeScheduler(curve.scheduler, this.optimizer) : null;
    const { DataLoader, TensorDataset } = torch.utils.data;
    this.loader = new DataLoader(new TensorDataset(x, y), { batchSize: 8, shuffle: true });
  }

  /** Trains for some epochs; returns the losses. */
  train(epochs: number): number[] {
    const losses: number[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const [xs, ys] of this.loader) {
        this.optimizer.zeroGrad();
        const loss = nn.functional.mseLoss(this.model(xs), ys);
        loss.backward();
        this.optimizer.step();
        this.scheduler?.step();
        losses.push(loss.item() as number);
      }
    }
    return losses;
  }
}
