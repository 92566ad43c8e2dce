/**
 * Lesson 7: loading data. From a CSV file to batches of tensors: features and targets, a dataset, a loader.
 *
 *     npm run course -- 07
 */
import * as torch from 'torchlet';
import { LabelEncoder, nn, type Tensor } from 'torchlet';
import { readCsv } from '../lib/csv.ts';

const { DataLoader, Dataset, randomSplit, TensorDataset } = torch.utils.data;
torch.manualSeed(7);

// 1. The file has a line for each of 101 animals: a name, sixteen numbers, and the class. readCsv gives an object each.
type Animal = Record<string, string | number>;
const animals = readCsv<Animal>('examples/data/zoo.csv');
console.log(animals.length, 'animals');
const columns = Object.keys(animals[0]);
console.log(columns.join(', '));
console.log(Object.values(animals[0]).join(' '));

// 2. The features are all columns but the name, which says nothing about the class of others, and the class itself.
const features = columns.slice(1, -1);
const X = torch.tensor(animals.map((animal) => features.map((name) => animal[name] as number)));
console.log(X.shape, X.dtype);
// Always look at the range of what you read. Legs go up to 8, all else is 0 or 1.
console.log(X.amin(0), X.amax(0));

// 3. The targets. A network knows no words, so each class gets a number, in alphabetical order.
const labels = new LabelEncoder();
const y = labels.fitTransform(animals.map((animal) => animal.type as string));
console.log(y.shape, y.dtype);
const counts = nn.functional.oneHot(y).sum(0);
for (const [i, name] of labels.classes.entries()) console.log(`${i} ${name}: ${counts.at(i).item()}`);
// Two of five are mammals: who always says 'mammal' is right that often, and no network should be worse.
console.log((counts.max().item() / animals.length).toFixed(4));

// 4. A dataset has a length, and gives an example for a number: the rows of all its tensors at that place.
const dataset = new TensorDataset(X, y);
console.log(dataset.length);
const [bass, label] = dataset.at(2);
console.log(animals[2].animal_name, bass, label, labels.classes[label.item()]);

// 5. Split it: a network is judged by examples that it was not trained on. The parts are drawn at random.
const [train, test] = randomSplit(dataset, [0.8, 0.2]);
console.log(train.length, test.length, test.indices.slice(0, 5).join(' '));

// 6. A loader makes batches, in a new order at every walk through: an epoch. Steps from a batch are cheaper than steps
// from all data, and the order must not teach anything.
const loader = new DataLoader(train, { batchSize: 16, shuffle: true });
console.log(loader.length, 'batches');
for (let epoch = 1; epoch <= 2; epoch++) {
  for (const [inputs, targets] of loader) console.log(`epoch ${epoch}: ${inputs.shape}`, targets);
}
// 81 is 5 times 16 and 1. Where a batch of one does harm, dropLast leaves it out.
console.log(new DataLoader(train, { batchSize: 16, dropLast: true }).length);

// What a loader gives goes right into a network. Here is the first batch alone.
const model = new nn.Sequential(new nn.Linear(features.length, 8), new nn.ReLU(), new nn.Linear(8, 7));
const [[inputs, targets]] = new DataLoader(test, { batchSize: 4 });
const scores = model(inputs);
console.log(scores.shape, nn.functional.crossEntropy(scores, targets).item());

// 7. A dataset of your own is a class with a length and an at(): here with the legs divided by 8, so that all features go
// from 0 to 1. The loader puts the examples together.
class Animals extends Dataset<[Tensor, Tensor]> {
  private readonly rows: Animal[];

  constructor(rows: Animal[]) {
    super();
    this.rows = rows;
  }

  override get length(): number {
    return this.rows.length;
  }

  override at(index: number): [Tensor, Tensor] {
    const animal = this.rows[index];
    const values = features.map((name) => Number(animal[name]) / (name === 'legs' ? 8 : 1));
    return [torch.tensor(values), labels.transform([animal.type as string]).at(0)];
  }
}

const own = new DataLoader(new Animals(animals), { batchSize: 50 });
for (const [inputs, targets] of own) {
  console.log(inputs.shape, targets.shape, inputs.max().item(), inputs.mean().item());
}
