/**
 * Lesson 3: activations. The functions between and after the layers: what they do to a number, how steep they are, and
 * how softmax makes probabilities of scores.
 *
 *     npm run course -- 03
 */
import * as Plot from '@observablehq/plot';
import * as torch from 'torchlet';
import { nn, type Tensor } from 'torchlet';
import { writePage } from '../lib/page.ts';

const { functional: F } = nn;

// 1. Sigmoid squeezes any number into 0 to 1: 1 / (1 + exp(-x)). Read as a probability, it answers a yes-or-no question.
const scores = torch.tensor([-4, -1, 0, 1, 4]);
console.log(torch.sigmoid(scores));
console.log(scores.neg().exp().add(1).reciprocal());

// As a layer it stands at the end of a network, and has nothing to learn.
const sigmoid = new nn.Sigmoid();
console.log(sigmoid, sigmoid(scores), sigmoid.parameters().length, 'parameters');

// 2. Softmax makes probabilities of a row of scores: exp(x) divided by the sum of exp(x). All are positive, each row
// sums to 1, and the largest score gets the most. dim says along which dimension the classes lie.
const animals = torch.tensor([
  [1, 2, 0.5],
  [1, 1, 1],
  [4, 1, -1],
]);
const softmax = new nn.Softmax({ dim: -1 });
const probabilities = softmax(animals);
console.log(probabilities);
console.log(animals.exp().div(animals.exp().sum(1, true)));
console.log(probabilities.sum(1), probabilities.argmax(1));

// Only differences between scores count: adding 100 to all changes nothing.
console.log(softmax(animals.add(100)));
// Twice the scores are surer of the same answer. For two classes softmax is the sigmoid of the difference.
console.log(softmax(animals.at(0).mul(2)));
console.log(softmax(torch.tensor([2, 0.5])), torch.sigmoid(torch.tensor(1.5)));

// 3. Between layers. ReLU cuts off what is negative, leaky ReLU keeps a little of it, tanh squeezes into -1 to 1.
const curves: Record<string, (x: Tensor) => Tensor> = {
  sigmoid: (x) => torch.sigmoid(x),
  tanh: (x) => torch.tanh(x),
  relu: (x) => torch.relu(x),
  leakyRelu: (x) => F.leakyRelu(x, { negativeSlope: 0.1 }),
  gelu: (x) => F.gelu(x),
};
const points = torch.tensor([-2, -1, 0, 1, 2]);
for (const [name, activation] of Object.entries(curves)) console.log(name, activation(points));

// 4. How steep they are decides how well a network learns: the gradient of every layer is multiplied by the slope of the
// activation behind it. Autograd knows the slopes (lesson 6): the sigmoid's is 1/4 at 0 and smaller everywhere else. Ten
// sigmoids in a row leave less than a millionth of a gradient; ReLU leaves all of it or nothing.
const slopes = (activation: (x: Tensor) => Tensor, at: Tensor): Tensor => {
  const x = at.clone().requiresGrad_();
  activation(x).sum().backward();
  return x.grad as Tensor;
};
for (const [name, activation] of Object.entries(curves)) console.log(name, slopes(activation, points));
console.log('ten sigmoids at best:', 0.25 ** 10);

// 5. What an activation is for: no straight line is low, high and low again. Two ReLUs make a bump of straight pieces.
const x = torch.linspace(0, 4, 9);
console.log(torch.relu(x).sub(torch.relu(x.sub(2)).mul(2)));

// Now draw all of it. tolist() turns a tensor into numbers that any plotting library takes.
const at = torch.linspace(-5, 5, 201);
const sampled = (of: (activation: (x: Tensor) => Tensor) => Tensor) =>
  Object.entries(curves).flatMap(([name, activation]) => {
    const values = of(activation).tolist<number[]>();
    return at.tolist<number[]>().map((x, i) => ({ name, x, y: values[i] }));
  });
const axes = [Plot.ruleX([0], { strokeOpacity: 0.4 }), Plot.ruleY([0], { strokeOpacity: 0.4 })];
// ReLU is drawn broad, for half of it lies under another curve.
const line = { x: 'x', y: 'y', stroke: 'name', strokeWidth: ({ name }: { name: string }) => (name === 'relu' ? 6 : 2) };
const color = { legend: true, domain: Object.keys(curves) };

const temperatures = torch.linspace(0, 4, 81);
const sharpness = temperatures.tolist<number[]>().flatMap((factor) => {
  const row = softmax(animals.at(0).mul(factor)).tolist<number[]>();
  return row.map((y, i) => ({ x: factor, y, name: `score ${animals.at(0, i).item()}` }));
});

const path = writePage(
  '03-activations.html',
  'Lesson 3: activations',
  'The functions that stand between the layers of a network, and at its end.',
  [
    {
      title: 'Values',
      text:
        'Sigmoid and tanh level off at both ends. The others let positive numbers pass and hold back negative ones, ' +
        'entirely (ReLU), for the most part (leaky ReLU with a slope of 0.1) or smoothly (GELU).',
      plot: {
        color,
        x: { label: 'x' },
        y: { label: 'activation(x)', domain: [-1.2, 3], grid: true },
        marks: [
          ...axes,
          Plot.lineY(
            sampled((f) => f(at)),
            { ...line, clip: true },
          ),
        ],
      },
    },
    {
      title: 'Slopes',
      text:
        'The derivatives, from autograd. Where a curve is near 0, hardly any gradient gets through: far from 0 for ' +
        'sigmoid and tanh, left of 0 for ReLU.',
      plot: {
        color,
        x: { label: 'x' },
        y: { label: 'derivative', grid: true },
        marks: [
          ...axes,
          Plot.lineY(
            sampled((f) => slopes(f, at)),
            line,
          ),
        ],
      },
    },
    {
      title: 'Softmax of three scores, times a factor',
      text:
        'With the factor 0 all classes are equally likely, with a large one the highest score takes everything. ' +
        'Factor 1, the dotted line, is softmax itself.',
      plot: {
        color: { legend: true },
        x: { label: 'factor' },
        y: { label: 'probability', domain: [0, 1], grid: true },
        marks: [
          Plot.ruleX([1], { strokeDasharray: '2,4' }),
          Plot.ruleY([0], { strokeOpacity: 0.4 }),
          Plot.lineY(sharpness, { x: 'x', y: 'y', stroke: 'name', strokeWidth: 2 }),
        ],
      },
    },
  ],
);
console.log(`drawn in ${path}`);
