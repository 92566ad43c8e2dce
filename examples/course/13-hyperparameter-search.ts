/**
 * Lesson 13: hyperparameter search. Learning rate, size, activation: what no gradient tells, one has to try. On a grid
 * or at random, with hopeless trials stopped early.
 *
 *     npm run course -- 13
 */
import * as Plot from '@observablehq/plot';
import * as torch from 'torchlet';
import { DataLoader, LabelEncoder, nn, optim, search, type Tensor, TensorDataset } from 'torchlet';
import { readCsv } from '../lib/csv.ts';
import { PALETTE, writePage } from '../lib/page.ts';

// 1. The zoo: 101 animals, 16 features, 7 classes, in three parts.
type Animal = { animal_name: string; type: string } & Record<string, number | string>;
const animals = readCsv<Animal>('examples/data/zoo.csv');
const names = Object.keys(animals[0]).filter((name) => name !== 'animal_name' && name !== 'type');
const table = torch.tensor(animals.map((animal) => names.map((name) => Number(animal[name]))));
const labels = new LabelEncoder().fitTransform(animals.map(({ type }) => type));

torch.manualSeed(13);
const [train, validation, test] = torch.randperm(animals.length).split([51, 25, 25]);
const X = table.div(table.amax(0));
const dataset = new TensorDataset(X.at(train), labels.at(train));
const criterion = new nn.CrossEntropyLoss();

// 2. What a trial does: it trains a network with the given options and returns the loss on the validation part. A trial
// has a seed of its own. After every epoch it reports where it is, and asks whether it is worth going on.
interface Options {
  lr: number;
  hidden: number;
  activation: 'ReLU' | 'Tanh';
}

const EPOCHS = 20;

function trainNet({ lr, hidden, activation }: Options, trial?: search.Trial<Options>): nn.Sequential {
  const net = new nn.Sequential(new nn.Linear(16, hidden), new nn[activation](), new nn.Linear(hidden, 7));
  const optimizer = new optim.SGD(net.parameters(), { lr, momentum: 0.9 });
  const loader = new DataLoader(dataset, { batchSize: 16, shuffle: true });
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    for (const [inputs, targets] of loader) {
      optimizer.zeroGrad();
      criterion(net(inputs), targets).backward();
      optimizer.step();
    }
    trial?.report(lossOn(net, validation), epoch);
    if (trial?.shouldPrune()) break;
  }
  return net;
}

function lossOn(net: nn.Sequential, part: Tensor): number {
  return torch.noGrad(() => criterion(net(X.at(part)), labels.at(part))).item();
}

function objective(options: Options, trial: search.Trial<Options>): number {
  torch.manualSeed(trial.seed);
  return lossOn(trainNet(options, trial), validation);
}

// 3. The grid: every learning rate with every size. Nine trials, but only three different learning rates are tried.
const grid = torch.gridSearch(
  objective,
  { lr: [0.003, 0.03, 0.3], hidden: [2, 8, 32], activation: ['ReLU'] },
  { seed: 0 },
);
console.log(grid.table({ seconds: false }));
console.log(`best of the grid: lr ${grid.bestParams.lr}, hidden ${grid.bestParams.hidden}`);

// 4. At random: every trial has a learning rate of its own, so the one option that matters most is tried more often.
// Learning rates are drawn by order of magnitude, low * (high / low)^u with u uniform on [0, 1). The pruner stops a
// trial whose best loss is worse than the median that earlier trials had after as many epochs.
const space = {
  lr: search.logUniform(0.001, 0.3),
  hidden: search.intUniform(2, 32),
  activation: search.choice(['ReLU', 'Tanh']),
};
const random = torch.randomSearch(objective, space, {
  nTrials: 20,
  seed: 0,
  pruner: new search.MedianPruner({ nStartupTrials: 4, nWarmupSteps: 5 }),
  callback: ({ number, params, value, state, reports }) => {
    const { lr, hidden, activation } = params;
    console.log(
      `trial ${number}: lr ${lr.toFixed(4)}, hidden ${hidden}, ${activation}: ` +
        `loss ${value.toFixed(4)}, ${state} after ${reports.length} epochs`,
    );
  },
});
const { lr, hidden, activation } = random.bestParams;
console.log(`best at random: lr ${lr.toFixed(4)}, hidden ${hidden}, ${activation}`);
const spent = random.trials.reduce((sum, { reports }) => sum + reports.length, 0);
console.log(`${spent} epochs instead of ${random.trials.length * EPOCHS}`);

// 5. The best of all is trained once more, from other first weights, and meets the test part for the first time. Its
// validation loss is flattering: it was the lowest of many.
const best = grid.bestValue < random.bestValue ? grid.best : random.best;
torch.manualSeed(1);
const net = trainNet(best.params);
const right = torch.noGrad(() => net(X.at(test)).argmax(1).eq(labels.at(test)).float().mean());
console.log(`validation loss when it was found ${best.value.toFixed(4)}`);
console.log(`test loss ${lossOn(net, test).toFixed(4)}, test accuracy ${right.item().toFixed(4)}`);

const trials = [
  ...grid.trials.map(({ params, value, state }) => ({ ...params, value, state, how: 'grid' })),
  ...random.trials.map(({ params, value, state }) => ({ ...params, value, state, how: 'random' })),
];
const curves = random.trials.flatMap(({ number, state, reports }) =>
  reports.map(([epoch, loss]) => ({ number, state, epoch, loss })),
);
const states = {
  legend: true,
  domain: ['complete', 'pruned'],
  range: [PALETTE[0], PALETTE[1]],
};

const path = writePage(
  '13-hyperparameter-search.html',
  'Lesson 13: hyperparameter search',
  'Networks that learn the classes of 51 animals, tried with many options; 25 others tell which are good.',
  [
    {
      title: 'What was tried, and what came of it',
      text:
        'A dot is a trial, its colour the validation loss at its end; crosses were stopped early. The grid knows ' +
        'three learning rates, the random search twenty.',
      plot: {
        height: 360,
        grid: true,
        fx: { label: null },
        x: { label: 'learning rate', type: 'log', domain: [0.001, 0.4], ticks: 3, tickFormat: '~g' },
        y: { label: 'hidden units', domain: [0, 34] },
        color: {
          type: 'threshold',
          domain: [0.1, 0.2, 0.5, 1],
          range: ['#1d4f91', '#4a90d0', '#58b09c', '#e0a13a', '#d2504b'],
          legend: true,
          label: 'validation loss',
        },
        marks: [
          Plot.dot(
            trials.filter(({ state }) => state === 'complete'),
            { fx: 'how', x: 'lr', y: 'hidden', r: 8, fill: 'value' },
          ),
          Plot.dot(
            trials.filter(({ state }) => state === 'pruned'),
            { fx: 'how', x: 'lr', y: 'hidden', r: 6, symbol: 'times', stroke: 'value', strokeWidth: 3 },
          ),
        ],
      },
    },
    {
      title: 'The trials of the random search, epoch by epoch',
      text:
        'The first four trials are always completed. A later one is stopped when it lies above the median of the ' +
        'earlier. The learning rate 0.25 jumps about: the best of all in epoch 18, it is among the worst from 19 on.',
      plot: {
        x: { label: 'epoch', domain: [1, EPOCHS] },
        y: { label: 'validation loss', type: 'log', grid: true, ticks: 4, tickFormat: '~g' },
        color: states,
        marks: [
          Plot.lineY(curves, { x: 'epoch', y: 'loss', z: 'number', stroke: 'state', strokeWidth: 2 }),
          Plot.dot(curves, Plot.selectLast({ x: 'epoch', y: 'loss', z: 'number', fill: 'state', r: 4 })),
        ],
      },
    },
  ],
);
console.log(`drawn in ${path}`);
