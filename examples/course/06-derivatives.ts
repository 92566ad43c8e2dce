/**
 * Lesson 6: derivatives. What a gradient is, how backward() computes it, and how a step against it makes a loss smaller:
 * training, by hand.
 *
 *     npm run course -- 06
 */
import * as Plot from '@observablehq/plot';
import * as torch from 'torchlet';
import { nn, optim, type Tensor } from 'torchlet';
import { readCsv } from '../lib/csv.ts';
import { PALETTE, writePage } from '../lib/page.ts';

const { functional: F } = nn;

// 1. The derivative says how much f(x) changes with x. Measured: go a little to the right and to the left.
const f = (x: Tensor): Tensor => x.pow(3).div(3).sub(x);
const h = 0.01;
console.log(
  f(torch.tensor(2 + h))
    .sub(f(torch.tensor(2 - h)))
    .div(2 * h),
);

// Computed: a tensor with requiresGrad remembers what is done with it, and backward() goes the way back, with the rules
// of calculus. The derivative of x³/3 - x is x² - 1, so 3 at 2.
const x = torch.tensor(2, { requiresGrad: true });
const y = f(x);
console.log(y);
y.backward();
console.log(x.grad);

// With many inputs there is a derivative for each, and together they are the gradient: of a² b it is (2ab, a²).
const a = torch.tensor(3, { requiresGrad: true });
const b = torch.tensor(5, { requiresGrad: true });
a.pow(2).mul(b).backward();
console.log(a.grad, b.grad);

// Gradients are added to what is there, so before the next backward() they have to be set back. Forgetting that is a
// common mistake.
f(x).backward();
console.log(x.grad);
x.grad = null;
f(x).backward();
console.log(x.grad);

// 2. The gradient of a loss. What do 534 workers earn, by their years of school? Both columns with mean 0 and standard
// deviation 1. The model is a line through the origin with one weight: w x.
const workers = readCsv<{ education: number; wage: number }>('examples/data/wages.csv');
const standardise = (column: Tensor): Tensor => column.sub(column.mean()).div(column.std());
const school = standardise(torch.tensor(workers.map(({ education }) => [education])));
const wage = standardise(torch.tensor(workers.map((worker) => [worker.wage])));
console.log(school.shape, wage.shape);

const lossOf = (w: Tensor): Tensor => F.mseLoss(school.mul(w), wage);
const w = torch.tensor(-1, { requiresGrad: true });
const loss = lossOf(w);
loss.backward();
console.log(loss, w.grad);
// By hand: the mean of (w x - y)² has the derivative mean of 2 (w x - y) x.
console.log(school.mul(w).sub(wage).mul(school).mul(2).mean());

// 3. The manual update. The gradient points uphill, so a step against it goes down. lr, the learning rate, says how far.
// noGrad: the step is not part of the model, and is not to be remembered.
interface Step {
  step: number;
  w: number;
  loss: number;
}
function descend(start: number, lr: number, steps: number): Step[] {
  const w = torch.tensor(start, { requiresGrad: true });
  const way: Step[] = [];
  for (let step = 0; step <= steps; step++) {
    w.grad = null;
    const loss = lossOf(w);
    loss.backward();
    way.push({ step, w: w.item(), loss: loss.item() });
    torch.noGrad(() => w.sub_((w.grad as Tensor).mul(lr)));
  }
  return way;
}
const RATES = [0.1, 0.9, 1.05];
const ways = RATES.map((lr) => ({ lr, way: descend(-1, lr, 8) }));
for (const { lr, way } of ways) {
  console.log(`learning rate ${lr}`);
  for (const { step, w, loss } of way) console.log(`  step ${step}: w ${w.toFixed(4)}, loss ${loss.toFixed(4)}`);
}
// 0.1 comes down surely, 0.9 jumps from side to side and comes down too, 1.05 lands higher with every step.

// 4. The same for all parameters of a layer, which also has a bias. That is all that an optimizer does, in its
// simplest form: SGD, stochastic gradient descent.
torch.manualSeed(29);
const byHand = new nn.Linear(1, 1);
const byOptimizer = new nn.Linear(1, 1);
byOptimizer.loadStateDict(byHand.stateDict());
const optimizer = new optim.SGD(byOptimizer.parameters(), { lr: 0.1 });
const lines: { step: number; slope: number; intercept: number }[] = [];
for (let step = 0; step <= 20; step++) {
  lines.push({ step, slope: byHand.weight.item(), intercept: byHand.bias.item() });
  byHand.zeroGrad();
  F.mseLoss(byHand(school), wage).backward();
  torch.noGrad(() => {
    for (const parameter of byHand.parameters()) parameter.sub_((parameter.grad as Tensor).mul(0.1));
  });

  optimizer.zeroGrad();
  F.mseLoss(byOptimizer(school), wage).backward();
  optimizer.step();
}
console.log(byHand.weight, byHand.bias);
console.log('the same:', torch.allclose(byHand.weight, byOptimizer.weight));
// For one feature the best weight is known: the correlation of the two columns, up to n / (n - 1).
console.log(
  school
    .mul(wage)
    .sum()
    .div(workers.length - 1),
);

// Now draw it: tangents, the way down the loss, and the lines that the steps give.
const at = torch.linspace(-2.3, 2.3, 93);
const curve = at.tolist<number[]>().map((x) => ({ x, y: f(torch.tensor(x)).item() }));
const tangents = [-1.7, -1, 0, 1.5].map((point) => {
  const x = torch.tensor(point, { requiresGrad: true });
  const y = f(x);
  y.backward();
  return { x: point, y: y.item(), slope: (x.grad as Tensor).item() };
});
// Below a line that goes up, above one that goes down.
const label = (dy: number, filter: (tangent: (typeof tangents)[number]) => boolean): Plot.Markish =>
  Plot.text(tangents.filter(filter), {
    x: 'x',
    y: 'y',
    text: ({ slope }) => `slope ${slope.toFixed(2)}`,
    fill: 'currentColor',
    textAnchor: 'start',
    dx: 12,
    dy,
  });
const valley = torch
  .linspace(-1.3, 2.1, 69)
  .tolist<number[]>()
  .map((w) => ({
    w,
    loss: lossOf(torch.tensor(w)).item(),
  }));
const points = ways.flatMap(({ lr, way }) => way.map((step) => ({ ...step, rate: `learning rate ${lr}` })));
const data = torch
  .cat([school, wage], 1)
  .tolist<number[][]>()
  .map(([x, y]) => ({ x, y }));
const shown = [0, 1, 3, 20];
const fits = lines
  .filter(({ step }) => shown.includes(step))
  .flatMap(({ step, slope, intercept }) => [-4, 2].map((x) => ({ steps: step, x, y: slope * x + intercept })));

const path = writePage(
  '06-derivatives.html',
  'Lesson 6: derivatives',
  'Slopes, and what walking against them does to a loss.',
  [
    {
      title: 'A derivative is the slope of the tangent',
      text: 'The function x³/3 - x, and at four points the line that has the slope which backward() computes.',
      plot: {
        x: { label: 'x' },
        y: { label: 'f(x)', grid: true, domain: [-2, 2] },
        marks: [
          Plot.ruleX([0], { strokeOpacity: 0.4 }),
          Plot.ruleY([0], { strokeOpacity: 0.4 }),
          Plot.line(curve, { x: 'x', y: 'y', stroke: PALETTE[0], strokeWidth: 2.5, clip: true }),
          Plot.link(tangents, {
            x1: ({ x }) => x - 0.5,
            y1: ({ y, slope }) => y - 0.5 * slope,
            x2: ({ x }) => x + 0.5,
            y2: ({ y, slope }) => y + 0.5 * slope,
            stroke: PALETTE[1],
            strokeWidth: 2,
          }),
          Plot.dot(tangents, { x: 'x', y: 'y', r: 4.5, fill: PALETTE[1] }),
          label(14, ({ slope }) => slope >= 0),
          label(-14, ({ slope }) => slope < 0),
        ],
      },
    },
    {
      title: 'Eight steps down the loss, at three learning rates',
      text:
        'The curve is the loss over the weight. A small rate walks down on one side, a large one jumps across and still ' +
        'gets closer, and one that is too large climbs out: its steps leave the picture.',
      plot: {
        fx: { label: null },
        x: { label: 'w', domain: [-1.3, 2.1] },
        y: { label: 'loss', grid: true, domain: [0, 4] },
        marks: [
          Plot.frame({ strokeOpacity: 0.2 }),
          Plot.line(valley, { x: 'w', y: 'loss', stroke: PALETTE[0], strokeWidth: 2, clip: true }),
          Plot.line(points, { fx: 'rate', x: 'w', y: 'loss', stroke: PALETTE[1], strokeWidth: 1.2, clip: true }),
          Plot.dot(points, {
            fx: 'rate',
            x: 'w',
            y: 'loss',
            r: 4,
            fill: PALETTE[1],
            clip: true,
            title: ({ step }) => `step ${step}`,
          }),
        ],
      },
    },
    {
      title: 'The line that is learned',
      text: 'A dot is a worker. The steps turn the random line of the start into the one with the smallest loss.',
      plot: {
        color: { legend: true, type: 'categorical', domain: shown, tickFormat: (step: number) => `step ${step}` },
        x: { label: 'years of school, standardised' },
        y: { label: 'wage, standardised', grid: true, domain: [-3, 7] },
        marks: [
          Plot.dot(data, { x: 'x', y: 'y', r: 2.5, fill: 'currentColor', fillOpacity: 0.25 }),
          Plot.line(fits, { x: 'x', y: 'y', stroke: 'steps', strokeWidth: 2.5 }),
        ],
      },
    },
  ],
);
console.log(`drawn in ${path}`);
