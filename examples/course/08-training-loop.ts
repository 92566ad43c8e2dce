/**
 * Lesson 8: the training loop. A network learns what workers earn an hour; the same five lines run for every batch,
 * and the loss falls.
 *
 *     npm run course -- 08
 */
import * as Plot from '@observablehq/plot';
import * as torch from 'torchlet';
import { DataLoader, nn, optim, TensorDataset } from 'torchlet';
import { readCsv } from '../lib/csv.ts';
import { PALETTE, writePage } from '../lib/page.ts';

torch.manualSeed(8);

// 1. The data: 534 workers of the year 1985, five numbers of each, and the wage in dollars an hour.
const COLUMNS = ['education', 'experience', 'south', 'union', 'married'] as const;
type Worker = Record<(typeof COLUMNS)[number] | 'wage', number>;

const workers = readCsv<Worker>('examples/data/wages.csv');
const table = torch.tensor(workers.map((worker) => COLUMNS.map((column) => worker[column])));
// The targets are a column, [534, 1], because that is the shape of the network's output. With shape [534] the loss
// would broadcast: it would compare every prediction with every wage.
const y = torch.tensor(workers.map(({ wage }) => [wage]));
// Years of experience reach 55, union is 0 or 1: with mean 0 and standard deviation 1 all columns count alike.
const X = table.sub(table.mean(0)).div(table.std(0));
console.log(`X ${X.shape}, y ${y.shape}`);

// 2. The model, the loss, and the optimizer, which is told what it may change: the model's parameters.
const model = new nn.Sequential(new nn.Linear(5, 16), new nn.ReLU(), new nn.Linear(16, 1));
const criterion = new nn.MSELoss();
const optimizer = new optim.SGD(model.parameters(), { lr: 0.005 });

// 3. One step, slowly. Before it, the loss of the untrained model on all data.
const before = criterion(model(X), y);
console.log(`loss before the first step: ${before.item().toFixed(4)}`);
optimizer.zeroGrad(); //        forget the gradients of the step before
before.backward(); //           gradients of the loss with respect to every parameter
optimizer.step(); //            parameter -= lr * gradient
const after = criterion(model(X), y);
console.log(`loss after it:              ${after.item().toFixed(4)}`);

// 4. The loop. A step needs no more than a handful of the data to know where to go, and small steps are cheap: the
// loader gives batches of 32 in a new random order in every epoch, which is one walk through all data.
const loader = new DataLoader(new TensorDataset(X, y), { batchSize: 32, shuffle: true });
console.log(`${loader.length} batches make an epoch`);

const EPOCHS = 40;
const steps: { epoch: number; loss: number }[] = [];
const epochs: { epoch: number; loss: number }[] = [];
for (let epoch = 1; epoch <= EPOCHS; epoch++) {
  let sum = 0;
  for (const [inputs, targets] of loader) {
    const predictions = model(inputs); //                  1. forward pass
    const loss = criterion(predictions, targets); //       2. how wrong it was
    optimizer.zeroGrad(); //                               3. forget the old gradients
    loss.backward(); //                                    4. backward pass
    optimizer.step(); //                                   5. a step downhill
    // item() gives the number alone. The last batch is smaller, so each counts by its size.
    sum += loss.item() * inputs.size(0);
    steps.push({ epoch: (steps.length + 1) / loader.length, loss: loss.item() });
  }
  epochs.push({ epoch, loss: sum / workers.length });
  if (epoch === 1 || epoch % 5 === 0) console.log(`epoch ${epoch}: loss ${(sum / workers.length).toFixed(4)}`);
}

// 5. Is that good? Always guessing the mean wage costs the variance of the wages: a model must do better.
const baseline = y.var({ correction: 0 }).item();
console.log(`always guessing the mean, ${y.mean().item().toFixed(2)} dollars: loss ${baseline.toFixed(4)}`);

// 6. Predictions need no gradients. The loss is in squared dollars; its root is a typical miss in dollars.
const guesses = torch.noGrad(() => model(X));
const rmse = criterion(guesses, y).sqrt().item();
console.log(`typical miss: ${rmse.toFixed(2)} dollars; guessing the mean: ${Math.sqrt(baseline).toFixed(2)} dollars`);
for (const i of [0, 19, 300]) {
  const { education, experience, wage } = workers[i];
  const guess = guesses.at(i, 0).item().toFixed(2);
  console.log(`${education} years of school, ${experience} of work: earns ${wage.toFixed(2)}, predicted ${guess}`);
}

// What remains is not in these five columns, and no number of epochs will find it. Lesson 12 shows what longer training
// does.
const path = writePage(
  '08-training-loop.html',
  'Lesson 8: the loss falls',
  'A network of 16 hidden units learns wages. Mean squared error, in squared dollars.',
  [
    {
      title: 'Loss of each batch and mean of each epoch',
      text:
        'A batch is a sample of the data, so its loss jumps by luck: the peaks are batches with the one worker who ' +
        'earns 44.50 dollars. The mean over an epoch shows the way. Most is learnt in the first epochs.',
      plot: {
        x: { label: 'epoch', domain: [0, EPOCHS] },
        y: { label: 'mean squared error', grid: true },
        color: {
          legend: true,
          domain: ['a batch', 'mean of an epoch', 'always guessing the mean wage'],
          range: ['#8fb3d9', '#1f5fa8', PALETTE[1]],
        },
        marks: [
          Plot.lineY(steps, { x: 'epoch', y: 'loss', stroke: () => 'a batch', strokeWidth: 0.7 }),
          Plot.lineY(epochs, { x: 'epoch', y: 'loss', stroke: () => 'mean of an epoch', strokeWidth: 2 }),
          Plot.ruleY([baseline], { stroke: () => 'always guessing the mean wage', strokeDasharray: '6,4' }),
          Plot.ruleY([0]),
        ],
      },
    },
  ],
);
console.log(`drawn in ${path}`);
