/**
 * Lesson 5: losses and one-hot. A loss is one number that says how wrong the answers are; training makes it small. Each
 * kind of question has its own.
 *
 *     npm run course -- 05
 */
import * as Plot from '@observablehq/plot';
import * as torch from 'torchlet';
import { nn, type Tensor } from 'torchlet';
import { writePage } from '../lib/page.ts';

const { functional: F } = nn;

// 1. One-hot: a class as a row with a 1 at its place and 0 elsewhere, in the shape of the network's output.
const classes = torch.tensor([0, 2, 1], { dtype: torch.int64 });
const oneHot = F.oneHot(classes, { numClasses: 3 });
console.log(oneHot);
// Without numClasses it is the largest class there plus one: too few where the last class does not occur.
console.log(F.oneHot(torch.tensor([0, 1], { dtype: torch.int64 })));
// argmax is the way back.
console.log(oneHot.argmax(1));

// 2. Which of several: cross-entropy, from the scores (logits) of three examples and their true classes. The first
// example is right and fairly sure, the second undecided, the third sure and wrong.
const logits = torch.tensor([
  [2, 0, -1],
  [0.5, 0.5, 0.5],
  [4, -1, 0],
]);
const criterion = new nn.CrossEntropyLoss();
console.log(criterion(logits, classes));

// By hand: softmax, then minus the logarithm of the probability of the true class. 0 if that was 1, and without limit
// as it goes to 0: being sure and wrong costs most.
const probabilities = torch.softmax(logits, 1);
const ofTruth = probabilities.mul(oneHot).sum(1);
console.log(ofTruth);
console.log(ofTruth.log().neg(), ofTruth.log().neg().mean());
// Guessing at random among three classes costs log 3: a loss above that is worse than not knowing.
console.log(Math.log(3));

// reduction says what becomes of the losses of the examples: their mean, their sum, or none.
console.log(new nn.CrossEntropyLoss({ reduction: 'none' })(logits, classes));
console.log(new nn.CrossEntropyLoss({ reduction: 'sum' })(logits, classes).item());
// A weight for each class makes a rare one count more: the mean then is a weighted one.
console.log(new nn.CrossEntropyLoss({ weight: torch.tensor([1, 1, 5]) })(logits, classes));
// The target may also be a probability for each class: one-hot as floats gives the same as the class itself.
console.log(criterion(logits, oneHot.float()));

// The loss wants logits, not probabilities: with softmax before it no error is raised, only the loss is a wrong one.
console.log(criterion(probabilities, classes));

// 3. Yes or no: binary cross-entropy. The target is 1 or 0, as a float and in the shape of the output.
const score = torch.tensor([[2], [-1], [0.5]]);
const truth = torch.tensor([[1], [0], [0]]);
console.log(new nn.BCELoss()(torch.sigmoid(score), truth));
// The same from the logit. It is the one to use: for a logit of 120 sigmoid is 1 in 32 bits, and log(1 - 1) has no value,
// so BCELoss stops at 100.
console.log(new nn.BCEWithLogitsLoss()(score, truth));
const far = torch.tensor([[120]]);
const no = torch.zeros(1, 1);
console.log(new nn.BCELoss()(torch.sigmoid(far), no).item(), new nn.BCEWithLogitsLoss()(far, no).item());

// 4. How much: mean squared error. A miss of 4 counts as much as sixteen misses of 1. The absolute error counts misses
// as they are, and smooth L1 squares the small ones only.
const predictions = torch.tensor([[2.5], [0], [7]]);
const targets = torch.tensor([[3], [-0.5], [3]]);
console.log(new nn.MSELoss()(predictions, targets), predictions.sub(targets).pow(2).mean());
console.log(new nn.L1Loss()(predictions, targets), new nn.SmoothL1Loss()(predictions, targets));

// Shapes must be the same. [3, 1] minus [3] broadcasts to [3, 3], every prediction against every target, and a network
// then learns nothing but the mean. MSELoss warns; look at your shapes.
const row = targets.squeeze(1);
console.log(predictions.sub(row).shape, predictions.sub(row).pow(2).mean());

// 5. A loss is a tensor, and knows how it came about: in lesson 6 backward() goes back from it to the weights.
torch.manualSeed(5);
const model = new nn.Linear(4, 3);
const loss = criterion(model(torch.randn(3, 4)), classes);
console.log(loss);

// Now draw the losses, as functions of what the network says.
const sampled = (at: Tensor, losses: Record<string, (x: Tensor) => Tensor>) =>
  Object.entries(losses).flatMap(([name, loss]) => {
    const values = loss(at).tolist<number[]>();
    return at.tolist<number[]>().map((x, i) => ({ name, x, loss: values[i] }));
  });
const each = { reduction: 'none' } as const;
const curves = { x: 'x', y: 'loss', stroke: 'name', strokeWidth: 2.5, clip: true } as const;

const path = writePage('05-losses-and-one-hot.html', 'Lesson 5: losses', 'What an answer costs, by how wrong it is.', [
  {
    title: 'Yes or no: the loss over the score',
    text:
      'A score that is far on the right side costs nothing. On the wrong side the loss grows in proportion to the ' +
      'score: being twice as sure and wrong costs twice as much. At 0 both answers cost log 2, which is 0.69.',
    plot: {
      color: { legend: true },
      x: { label: 'score (logit)' },
      y: { label: 'binary cross-entropy', grid: true, domain: [0, 5] },
      marks: [
        Plot.ruleX([0], { strokeOpacity: 0.4 }),
        Plot.ruleY([0], { strokeOpacity: 0.4 }),
        Plot.lineY(
          sampled(torch.linspace(-5, 5, 101), {
            'the truth is yes': (x) => F.binaryCrossEntropyWithLogits(x, torch.onesLike(x), each),
            'the truth is no': (x) => F.binaryCrossEntropyWithLogits(x, torch.zerosLike(x), each),
          }),
          curves,
        ),
      ],
    },
  },
  {
    title: 'How much: the loss over the miss',
    text:
      'Squares make large misses dear and small ones cheap. The absolute error is as steep everywhere. Smooth L1 is ' +
      'half the square up to 1 and a straight line beyond, so that a few wild examples do not rule.',
    plot: {
      color: { legend: true },
      x: { label: 'prediction minus target' },
      y: { label: 'loss', grid: true, domain: [0, 5] },
      marks: [
        Plot.ruleX([0], { strokeOpacity: 0.4 }),
        Plot.ruleY([0], { strokeOpacity: 0.4 }),
        Plot.lineY(
          sampled(torch.linspace(-3, 3, 121), {
            'squared error': (x) => F.mseLoss(x, torch.zerosLike(x), each),
            'absolute error': (x) => F.l1Loss(x, torch.zerosLike(x), each),
            'smooth L1': (x) => F.smoothL1Loss(x, torch.zerosLike(x), each),
          }),
          curves,
        ),
      ],
    },
  },
]);
console.log(`drawn in ${path}`);
