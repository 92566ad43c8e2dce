/** torchlet through its public API, as its users write it; bundled from the sources by ../bundle.mjs. */
import * as torch from '../build/torchlet.mjs';
import { batchesOf, LEARNING_RATE, layersOf, numbers, sample } from '../data.mjs';

const { nn, optim } = torch;
const F = nn.functional;

const memory = () => torch.memory.stats().linear;

function modelOf(sizes) {
  const layers = layersOf(sizes).flatMap(({ fanIn, fanOut, weight, bias }, i) => {
    const linear = new nn.Linear(fanIn, fanOut);
    linear.loadStateDict({ weight: torch.tensor(weight).reshape(fanOut, fanIn), bias: torch.tensor(bias) });
    return i === sizes.length - 2 ? [linear] : [linear, new nn.ReLU()];
  });
  return new nn.Sequential(...layers);
}

function train(row, dispose) {
  const model = modelOf(row.sizes);
  const regression = row.sizes.at(-1) === 1;
  const criterion = regression ? new nn.MSELoss() : new nn.CrossEntropyLoss();
  const optimizer = new optim.SGD(model.parameters(), { lr: LEARNING_RATE });
  const batches = batchesOf(row).map(({ x, y }) => ({
    x: torch.tensor(x).reshape(row.batch, row.sizes[0]),
    y: regression ? torch.tensor(y).reshape(row.batch, 1) : torch.tensor(y, { dtype: torch.int64 }),
  }));

  function step({ x, y }) {
    optimizer.zeroGrad();
    const loss = criterion(model(x), y);
    loss.backward();
    optimizer.step();
    return loss.item();
  }

  function stepAndDispose({ x, y }) {
    optimizer.zeroGrad();
    const made = [];
    let h = x;
    for (const layer of model) {
      h = layer(h);
      made.push(h);
    }
    const loss = criterion(h, y);
    made.push(loss);
    loss.backward();
    optimizer.step();
    const value = loss.item();
    for (const each of made) each.dispose();
    return value;
  }

  const one = dispose ? stepAndDispose : step;
  const check = Array.from({ length: 6 }, (_, i) => one(batches[i % batches.length]));
  let total = 0;
  return {
    check,
    memory,
    run(count) {
      for (let i = 0; i < count; i++) total += one(batches[i % batches.length]);
      return total;
    },
  };
}

function predict({ sizes }) {
  const model = modelOf(sizes).eval();
  const x = torch.tensor(numbers(sizes[0], 7)).reshape(1, sizes[0]);
  const one = () => torch.noGrad(() => model(x)).toTypedArray();
  return {
    check: [...one()],
    memory,
    run(count) {
      for (let i = 0; i < count; i++) one();
    },
  };
}

/** What runs `one`; the result is left to torchlet, or disposed of at once. */
function repeat(one, dispose) {
  return {
    check: sample(one().toTypedArray()),
    memory,
    run(count) {
      for (let i = 0; i < count; i++) {
        const result = one();
        if (dispose) result.dispose();
      }
    },
  };
}

function matmul({ m, k, n, ta, tb }, contiguous, dispose) {
  const a = torch.tensor(numbers(m * k, 1)).reshape(ta ? [k, m] : [m, k]);
  const b = torch.tensor(numbers(k * n, 2)).reshape(tb ? [n, k] : [k, n]);
  if (contiguous) {
    const x = (ta ? a.t() : a).contiguous();
    const y = (tb ? b.t() : b).contiguous();
    return repeat(() => x.matmul(y), dispose);
  }
  return repeat(() => (ta ? a.t() : a).matmul(tb ? b.t() : b), dispose);
}

function map({ name, count }, dispose) {
  const x = torch.tensor(numbers(count, 3, 8));
  const y = torch.tensor(numbers(count, 4, 8));
  const rows = x.reshape(-1, 1000);
  const ones = {
    exp: () => x.exp(),
    tanh: () => x.tanh(),
    gelu: F.gelu && (() => F.gelu(x)),
    softmax: () => rows.softmax(-1),
    sum: () => x.sum(),
    add: () => x.add(y),
  };
  return ones[name] ? repeat(ones[name], dispose) : null;
}

export function make(row, variant) {
  const dispose = variant === 'disposed';
  if (row.kind === 'train') return train(row, dispose);
  if (row.kind === 'predict') return predict(row);
  return row.kind === 'matmul' ? matmul(row, variant === 'contiguous', dispose) : map(row, dispose);
}
