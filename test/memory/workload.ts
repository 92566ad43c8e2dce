/** Training of many kinds, in small units that can be tried again after running out of memory. */
import * as torch from '../../src/index.ts';

const { nn, optim } = torch;
const { data } = torch.utils;

/** What a workload is run with. */
export interface Runner {
  /** Does one thing, which changes all of it or nothing. */
  op<T>(unit: () => T): T;
  /** Does several, of which some may be done when one fails: but for gradients it may be done again. */
  redo<T>(unit: () => T): T;
  /** Says that a tensor must hold what it holds, whatever fails. */
  keep<T extends torch.Tensor>(x: T): T;
}

const OPTIMIZERS: Record<string, (params: torch.nn.Parameter[]) => torch.optim.Optimizer> = {
  SGD: (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 }),
  Adam: (p) => new optim.Adam(p, { lr: 0.1, amsgrad: true }),
  AdamW: (p) => new optim.AdamW(p, { lr: 0.1 }),
  Adamax: (p) => new optim.Adamax(p, { lr: 0.1 }),
  NAdam: (p) => new optim.NAdam(p, { lr: 0.1 }),
  RAdam: (p) => new optim.RAdam(p, { lr: 0.1 }),
  RMSprop: (p) => new optim.RMSprop(p, { lr: 0.1, momentum: 0.5, centered: true }),
  Adagrad: (p) => new optim.Adagrad(p, { lr: 0.1 }),
  Adadelta: (p) => new optim.Adadelta(p, { lr: 0.1 }),
};

/** Parameters, batch norm and dropout; two steps with each optimizer. */
function training({ op, redo, keep }: Runner, name: string): torch.Tensor[] {
  const model = redo(() => {
    torch.manualSeed(1);
    return new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.Dropout(0.2), new nn.Linear(4, 2));
  });
  const parameters = model.parameters().map(keep);
  const optimizer = redo(() => OPTIMIZERS[name](parameters));
  const x = keep(op(() => torch.randn(6, 3)));
  const y = keep(op(() => torch.tensor([0, 1, 1, 0, 1, 0], { dtype: torch.int64 })));
  const losses: torch.Tensor[] = [];
  for (let step = 0; step < 2; step++) {
    const buffers = redo(() => model.buffers().map((each) => each.clone()));
    const loss = redo(() => {
      // What the batch norm has seen before it failed.
      for (const [i, each] of model.buffers().entries()) each.copy_(buffers[i]);
      optimizer.zeroGrad();
      const out = nn.functional.crossEntropy(model(x), y);
      out.backward();
      return out;
    });
    losses.push(keep(loss.detach()));
    op(() => optimizer.step());
  }
  return [...losses, ...parameters, ...model.buffers()];
}

/** Views, writes through them, promotion, broadcasting, indexing. */
function viewing({ op, keep }: Runner): torch.Tensor[] {
  const base = keep(op(() => torch.arange(24, { dtype: torch.float32 }).view(4, 6)));
  const part = op(() => base.t().at([1, 4]));
  op(() => part.mul_(2));
  op(() => base.at(1).add_(base.at(0)));
  op(() => base.setAt_([2, ':'], 5));
  op(() => base.setAt_([torch.tensor([0, 3], { dtype: torch.int64 }), 1], torch.tensor([7, 8])));
  const mixed = keep(op(() => base.add(torch.tensor([1, 2, 3, 4, 5, 6], { dtype: torch.int64 })).div(torch.tensor(3))));
  const sums = keep(op(() => mixed.sum(0)));
  const sorted = op(() => mixed.sort(1, true));
  keep(sorted.values);
  const joined = keep(op(() => torch.cat([base, mixed.double()], 1)));
  const picked = keep(op(() => joined.at(joined.gt(6))));
  const where = keep(op(() => torch.where(base.gt(5), base, torch.tensor(-1))));
  const product = keep(op(() => nn.functional.softmax(base.matmul(mixed.t()), 1)));
  const noise = keep(op(() => torch.randn(5, 5)));
  op(() => noise.uniform_(0, 2));
  const text = op(() => String(joined));
  const list = op(() => picked.tolist<number[]>());
  const told = op(() => torch.tensor([text.length, ...list]));
  return [base, mixed, sums, sorted.values, sorted.indices, where, product, noise, told];
}

/** Results that can be computed again, whose inputs are written, freed and moved. */
function repeating({ op, redo, keep }: Runner): torch.Tensor[] {
  const x = keep(op(() => torch.rand(20, 20)));
  const y = keep(op(() => x.exp()));
  const z = keep(op(() => y.add(x)));
  op(() => x.mul_(0.5));
  const s = keep(op(() => z.sigmoid()));
  op(() => z.at(3).fill_(0.25));
  const w = op(() => s.matmul(y).tanh());
  const gone = op(() => w.sin());
  op(() => w.dispose());
  const v = redo(() => torch.tidy(() => gone.mul(2).add(s.mul(s).sum())));
  op(() => gone.dispose());
  return [x, y, z, s, keep(v)];
}

/** Second derivatives, gradients that are kept, hooks. */
function differentiating({ redo, op, keep }: Runner): torch.Tensor[] {
  const w = keep(op(() => torch.tensor([0.5, -1, 2], { requiresGrad: true })));
  const out = redo(() => {
    w.grad = null;
    const loss = w.pow(3).mul(w.exp()).sum();
    const [g] = torch.autograd.grad(loss, w, { createGraph: true });
    g.pow(2).sum().backward();
    return [g.detach(), (w.grad as torch.Tensor | null)?.clone() as torch.Tensor];
  });
  return out.map(keep);
}

/** A shuffled loader, metrics, saving and loading. */
function feeding({ redo, op, keep }: Runner): torch.Tensor[] {
  const x = keep(op(() => torch.randn(10, 3)));
  const y = keep(op(() => torch.arange(10)));
  const batches = redo(() => {
    torch.manualSeed(4);
    const loader = new data.DataLoader(new data.TensorDataset(x, y), { batchSize: 4, shuffle: true });
    return [...loader].flat() as torch.Tensor[];
  });
  batches.forEach(keep);
  const accuracy = redo(() => new torch.metrics.Accuracy({ task: 'multiclass', numClasses: 3 }));
  const target = keep(op(() => y.remainder(3)));
  op(() => accuracy.update(x, target));
  const score = keep(op(() => accuracy.compute()));
  const bytes = redo(() => torch.save({ x, y }));
  const loaded = redo(() => torch.load(bytes) as { x: torch.Tensor; y: torch.Tensor });
  const layer = redo(() => new nn.Linear(3, 10));
  const { weight } = layer;
  keep(weight);
  op(() => layer.loadStateDict({ weight: x, bias: y.float() }));
  return [...batches, score, loaded.x, loaded.y, weight];
}

/** Each part of the workload by its name: a list of tensors is what comes of it. */
export const PARTS: Record<string, (runner: Runner) => torch.Tensor[]> = {
  ...Object.fromEntries(Object.keys(OPTIMIZERS).map((name) => [name, (runner: Runner) => training(runner, name)])),
  viewing,
  repeating,
  differentiating,
  feeding,
};
