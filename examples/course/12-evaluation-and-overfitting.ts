/**
 * Lesson 12: evaluation. A network can learn its training data by heart; only data that it has not seen tell what it is
 * worth. Accuracy, train and eval mode, and two remedies: dropout and weight decay.
 *
 *     npm run course -- 12
 */
import * as Plot from '@observablehq/plot';
import * as torch from 'torchlet';
import { DataLoader, metrics, nn, optim, type Tensor, TensorDataset } from 'torchlet';
import { readCsv } from '../lib/csv.ts';
import { PALETTE, writePage } from '../lib/page.ts';

// 1. Does a worker earn more than the median? Eleven columns; names become one column each, 1 in their own.
const OCCUPATIONS = ['clerical', 'management', 'other', 'professional', 'sales', 'service'];
type Worker = Record<'education' | 'experience' | 'south' | 'union' | 'married' | 'wage', number> &
  Record<'gender' | 'occupation', string>;

const workers = readCsv<Worker>('examples/data/wages.csv');
const table = torch.tensor(
  workers.map(({ education, experience, south, union, married, gender, occupation }) => [
    ...[education, experience, south, union, married, Number(gender === 'female')],
    ...OCCUPATIONS.map((name) => Number(occupation === name)),
  ]),
);
const wages = torch.tensor(workers.map(({ wage }) => [wage]));
const labels = wages.gt(wages.median()).float();

// 2. Three parts. From the training part the network learns; with the validation part we choose between networks; the
// test part is looked at once, at the end. The means, too, come from the training part alone.
torch.manualSeed(2);
const order = torch.randperm(workers.length);
const [train, validation, test] = order.split([300, 117, 117]);
const X = table.sub(table.at(train).mean(0)).div(table.at(train).std(0));
console.log(`${train.numel()} train, ${validation.numel()} validate, ${test.numel()} test`);

// 3. Accuracy is the share of right answers, and the metric adds up over batches. It is given probabilities: scores
// before the sigmoid are taken too, but if all happen to lie between 0 and 1, nobody can tell that they are scores.
const accuracy = new metrics.Accuracy({ task: 'binary' });
accuracy.update(torch.tensor([0.8, 0.4, 0.6, 0.1]), torch.tensor([1, 0, 0, 0]));
console.log(`three of four are right: ${accuracy.compute()}`);
accuracy.update(torch.tensor([0.2, 0.9]), torch.tensor([1, 0]));
console.log(`three of six: ${accuracy.compute()}`);

// 4. Dropout behaves differently while training, when it sets half of its inputs to 0 and doubles the others, and while
// evaluating, when it does nothing. train() and eval() switch the module and all modules in it.
const dropout = new nn.Dropout(0.5);
console.log(dropout.train()(torch.ones(8)));
console.log(dropout.eval()(torch.ones(8)));

// noGrad is another thing: nothing is recorded for a backward pass, which saves time and memory.
const linear = new nn.Linear(12, 1);
console.log(linear(X).requiresGrad, torch.noGrad(() => linear(X)).requiresGrad);

// 5. Loss and accuracy on a part of the data: eval mode, and nothing recorded.
const criterion = new nn.BCEWithLogitsLoss();

function evaluate(net: nn.Sequential, part: Tensor): { loss: number; accuracy: number } {
  net.eval();
  const logits = torch.noGrad(() => net(X.at(part)));
  accuracy.reset();
  accuracy.update(logits.sigmoid(), labels.at(part));
  return { loss: criterion(logits, labels.at(part)).item(), accuracy: accuracy.compute().item() };
}

/** What an epoch came to. */
interface Epoch {
  name: string;
  epoch: number;
  part: 'training' | 'validation';
  loss: number;
  accuracy: number;
}

function trainNet(name: string, drop: number, weightDecay: number) {
  torch.manualSeed(2);
  const net = new nn.Sequential(
    new nn.Linear(12, 64),
    new nn.ReLU(),
    new nn.Dropout(drop),
    new nn.Linear(64, 64),
    new nn.ReLU(),
    new nn.Dropout(drop),
    new nn.Linear(64, 1),
  );
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.05, momentum: 0.9, weightDecay });
  const loader = new DataLoader(new TensorDataset(X.at(train), labels.at(train)), { batchSize: 32, shuffle: true });
  const history: Epoch[] = [];
  for (let epoch = 1; epoch <= 60; epoch++) {
    net.train(); // after evaluate() it would stay in eval mode
    for (const [inputs, targets] of loader) {
      optimizer.zeroGrad();
      criterion(net(inputs), targets).backward();
      optimizer.step();
    }
    const seen = evaluate(net, train);
    const unseen = evaluate(net, validation);
    history.push({ name, epoch, part: 'training', ...seen }, { name, epoch, part: 'validation', ...unseen });
    if (epoch === 1 || epoch % 20 === 0) {
      console.log(
        `${name}, epoch ${epoch}: training loss ${seen.loss.toFixed(4)}, accuracy ${seen.accuracy.toFixed(4)}; ` +
          `validation loss ${unseen.loss.toFixed(4)}, accuracy ${unseen.accuracy.toFixed(4)}`,
      );
    }
  }
  return { name, net, history };
}

// 6. Three networks with the same first weights. The plain one goes on learning its 300 workers, while it knows less
// and less about all others: it overfits. Dropout makes it hard to rely on single units; weight decay keeps weights
// small.
const runs = [trainNet('plain', 0, 0), trainNet('dropout 0.5', 0.5, 0), trainNet('weight decay 0.03', 0, 0.03)];

// 7. In which epoch was each best on data that it had not seen? Stopping there is the third remedy, early stopping.
const bests = runs.map(({ name, history }) => {
  const unseen = history.filter(({ part }) => part === 'validation');
  const best = unseen.reduce((a, b) => (b.loss < a.loss ? b : a));
  console.log(`${name}: lowest validation loss ${best.loss.toFixed(4)} in epoch ${best.epoch}`);
  return best;
});

// 8. We choose by the validation loss at the end, and only now look at the test part. The plain network is evaluated
// beside it, to see whether the choice was right.
const last = ({ history }: (typeof runs)[number]): number => history[history.length - 1].loss;
const chosen = runs.reduce((a, b) => (last(b) < last(a) ? b : a));
for (const { name, net } of [chosen, runs[0]]) {
  const { loss, accuracy } = evaluate(net, test);
  const mark = name === chosen.name ? 'chosen' : 'for comparison';
  console.log(`${mark}: ${name}, test loss ${loss.toFixed(4)}, accuracy ${accuracy.toFixed(4)}`);
}

const epochs = runs.flatMap(({ history }) => history);
const shared = {
  height: 320,
  fx: { label: null, domain: runs.map(({ name }) => name) },
  x: { label: 'epoch', ticks: 5 },
  color: { legend: true, domain: ['training', 'validation'], range: [PALETTE[0], PALETTE[1]] },
};
const lines = (y: 'loss' | 'accuracy') =>
  Plot.lineY(epochs, { fx: 'name', x: 'epoch', y, stroke: 'part', strokeWidth: 2 });

const path = writePage(
  '12-evaluation-and-overfitting.html',
  'Lesson 12: overfitting',
  'Three networks learn which of 300 workers earn more than the median; 117 others tell what they have understood.',
  [
    {
      title: 'Loss',
      text:
        'The plain network gets better and better on what it has seen and worse on what it has not. The dots are the ' +
        'lowest validation losses: with early stopping one would keep the networks of these epochs.',
      plot: {
        ...shared,
        y: { label: 'binary cross-entropy', grid: true },
        marks: [
          lines('loss'),
          Plot.dot(bests, { fx: 'name', x: 'epoch', y: 'loss', r: 5, fill: PALETTE[1], stroke: 'currentColor' }),
        ],
      },
    },
    {
      title: 'Accuracy',
      text: 'The share of right answers. Guessing gives one half.',
      plot: {
        ...shared,
        y: { label: 'accuracy', grid: true, domain: [0.4, 1] },
        marks: [Plot.ruleY([0.5], { stroke: '#8a94a3', strokeDasharray: '5,4' }), lines('accuracy')],
      },
    },
  ],
);
console.log(`drawn in ${path}`);
