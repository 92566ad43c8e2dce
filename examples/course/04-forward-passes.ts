/**
 * Lesson 4: forward passes. One network in three forms, for three kinds of question: yes or no, which of several, and
 * how much. They differ in the size of the last layer and in what stands after it.
 *
 *     npm run course -- 04
 */
import * as torch from 'torchlet';
import { nn } from 'torchlet';

torch.manualSeed(6);

// Five animals, six features each: hair, eggs, milk, backbone, fins, legs. Lesson 7 reads such tables from files.
const NAMES = ['bear', 'crow', 'carp', 'ladybird', 'seal'];
const animals = torch.tensor([
  [1, 0, 1, 1, 0, 4],
  [0, 1, 0, 1, 0, 2],
  [0, 1, 0, 1, 1, 0],
  [0, 1, 0, 0, 0, 6],
  [1, 0, 1, 1, 1, 0],
]);
console.log(animals.shape);

// 1. Yes or no: is it a mammal? One output, and a sigmoid makes a probability of it.
const binary = new nn.Sequential(new nn.Linear(6, 4), new nn.ReLU(), new nn.Linear(4, 1), new nn.Sigmoid());
const probability = binary(animals);
console.log(probability);
// A row for each animal, a column for the one output. Above a threshold the answer is yes; 0.5 is the usual one.
console.log(probability.shape, probability.gt(0.5).squeeze(1));

// The network has not learned anything yet: its answers are as random as its weights. Training comes in lesson 8.

// 2. Which of several: mammal, bird, fish or insect? An output for each class; softmax makes each row sum to 1.
// A Sequential can be a layer of another.
const CLASSES = ['mammal', 'bird', 'fish', 'insect'];
const scorer = new nn.Sequential(new nn.Linear(6, 4), new nn.ReLU(), new nn.Linear(4, 4));
const multiclass = new nn.Sequential(scorer, new nn.Softmax({ dim: -1 }));
const probabilities = multiclass(animals);
console.log(probabilities);
console.log(probabilities.shape, probabilities.sum(1));

// The answer is the class with the highest probability. max along a dimension gives values and where they stand.
const { values, indices } = probabilities.max(1);
for (const [i, name] of NAMES.entries()) {
  const guess = CLASSES[indices.at(i).item()];
  console.log(`${name}: ${guess}, probability ${values.at(i).item().toFixed(4)}`);
}

// In training, sigmoid and softmax are left out: the losses of lesson 5 take the scores before them, the logits, and are
// more exact for it. The answer can be read from the logits as well, for both functions keep the order.
const logits = torch.noGrad(() => scorer(animals));
console.log(logits);
console.log('the same answers:', torch.equal(logits.argmax(1), indices));
console.log('the same probabilities:', torch.allclose(torch.softmax(logits, -1), probabilities));

// 3. How much: what does the animal weigh? A number of any size, so nothing stands after the last layer.
const regression = new nn.Sequential(new nn.Linear(6, 4), new nn.ReLU(), new nn.Linear(4, 1));
const weight = regression(animals);
console.log(weight);
console.log(weight.shape);

// A forward pass notes how each result came about, so that gradients can be computed: grad_fn is the last step of it.
// Whoever only wants answers does without, which saves time and memory.
console.log(weight.requiresGrad);
const answers = torch.noGrad(() => regression(animals));
console.log(answers.requiresGrad, torch.equal(answers, weight));

// One animal alone also is a batch, of one: at([0, 1]) keeps the dimension that at(0) would remove.
console.log(regression(animals.at([0, 1])).shape, regression(animals.at(0)).shape);
