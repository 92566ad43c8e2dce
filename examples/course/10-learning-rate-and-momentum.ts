/**
 * Lesson 10: learning rate and momentum. Gradient descent on functions with more than one minimum: where it ends
 * depends on how long its steps are and on whether it carries speed.
 *
 *     npm run course -- 10
 */
import * as Plot from '@observablehq/plot';
import * as torch from 'torchlet';
import { optim, type Tensor } from 'torchlet';
import { PALETTE, writePage } from '../lib/page.ts';

// 1. A function with two minima: f(w) = 0.05 w^4 - 0.6 w^2 + 0.4 w. The one at 2.26 is a trap, that at -2.60 is lower.
const f = (w: Tensor): Tensor => w.pow(4).mul(0.05).sub(w.pow(2).mul(0.6)).add(w.mul(0.4));

const at = torch.tensor([4, 2.2618, -2.6017], { requiresGrad: true });
const values = f(at);
values.sum().backward();
console.log(`f(4), f(2.2618), f(-2.6017) = ${values.detach()}`);
console.log(`where is the derivative 0?    ${at.grad?.abs().lt(0.001)}`);

// 2. Momentum: the step does not follow the gradient, but a velocity that remembers the earlier gradients.
//        velocity = momentum * velocity + gradient
//        w        = w - lr * velocity
// By hand, and with the optimizer:
const byHand = torch.tensor(4, { requiresGrad: true });
const byOptimizer = torch.tensor(4, { requiresGrad: true });
const sgd = new optim.SGD([byOptimizer], { lr: 0.1, momentum: 0.9 });
let velocity = torch.tensor(0);
for (let step = 1; step <= 3; step++) {
  const [gradient] = torch.autograd.grad(f(byHand), [byHand]);
  velocity = velocity.mul(0.9).add(gradient as Tensor);
  torch.noGrad(() => byHand.sub_(velocity.mul(0.1)));

  sgd.zeroGrad();
  f(byOptimizer).backward();
  sgd.step();
  console.log(`step ${step}: by hand ${byHand.item().toFixed(4)}, SGD ${byOptimizer.item().toFixed(4)}`);
}

// 3. Every learning rate with every momentum, always from w = 4, 150 steps.
interface Run {
  lr: number;
  momentum: number;
  path: { step: number; w: number; loss: number }[];
}

function descend(lr: number, momentum: number): Run {
  const w = torch.tensor(4, { requiresGrad: true });
  const optimizer = new optim.SGD([w], { lr, momentum });
  const path = [{ step: 0, w: w.item(), loss: f(w).item() }];
  for (let step = 1; step <= 150; step++) {
    optimizer.zeroGrad();
    f(w).backward();
    optimizer.step();
    path.push({ step, w: w.item(), loss: f(w).item() });
  }
  return { lr, momentum, path };
}

/** Where a run ended, in words. */
function outcome({ path }: Run): string {
  const { w, loss } = path[path.length - 1];
  if (!Number.isFinite(w)) return 'diverged: every step overshoots by more than the one before';
  return `w = ${w.toFixed(3)}, f(w) = ${loss.toFixed(3)}, the ${w < 0 ? 'lower' : 'higher'} minimum`;
}

const runs = [0.01, 0.1, 0.5, 1.2].flatMap((lr) => [0, 0.5, 0.9].map((momentum) => descend(lr, momentum)));
for (const run of runs) console.log(`lr ${run.lr}, momentum ${run.momentum}: ${outcome(run)}`);

// 4. Two parameters: the six-hump camel, a function with six minima. The two lowest are -1.0316, at (0.090, -0.713) and
// (-0.090, 0.713). Every run starts at (1.9, 1), above the highest of the six, where f is 2.104.
//        g(x, y) = (4 - 2.1 x^2 + x^4 / 3) x^2 + x y + (4 y^2 - 4) y^2
function camel(point: Tensor): Tensor {
  const [x, y] = point;
  const humps = x.pow(4).div(3).sub(x.pow(2).mul(2.1)).add(4).mul(x.pow(2));
  return humps.add(x.mul(y)).add(y.pow(2).mul(4).sub(4).mul(y.pow(2)));
}

interface Place {
  name: string;
  x: number;
  y: number;
}

function walk(lr: number, momentum: number): Place[] {
  const name = `lr ${lr}, momentum ${momentum}`;
  const point = torch.tensor([1.9, 1], { requiresGrad: true });
  const optimizer = new optim.SGD([point], { lr, momentum });
  const places: Place[] = [];
  const note = () => places.push({ name, x: point.at(0).item(), y: point.at(1).item() });
  note();
  for (let step = 1; step <= 200; step++) {
    optimizer.zeroGrad();
    camel(point).backward();
    optimizer.step();
    note();
  }
  const { x, y } = places[places.length - 1];
  console.log(`camel, ${name}: ends at (${x.toFixed(3)}, ${y.toFixed(3)}), g = ${camel(point).item().toFixed(4)}`);
  return places;
}

const WALKS = [
  [0.005, 0],
  [0.05, 0],
  [0.005, 0.9],
  [0.01, 0.9],
] as const;
const walks = WALKS.map(([lr, momentum]) => walk(lr, momentum));

// The pictures. The values of the functions are torchlet's too: one call for a whole curve.
const curveAt = torch.linspace(-4.6, 4.6, 185);
const curveValues = f(curveAt);
const curve = Array.from({ length: curveAt.numel() }, (_, i) => ({
  w: curveAt.at(i).item(),
  loss: curveValues.at(i).item(),
}));
const drawn = runs.filter(({ lr, momentum }) => lr < 1 && momentum !== 0.5);
const named = drawn.map(({ lr, momentum, path }) => {
  const facet = { lr: `lr ${lr}`, momentum: `momentum ${momentum}` };
  return path.map((place, i) => ({ ...facet, ...place, from: path[Math.max(0, i - 1)] }));
});
type Drawn = (typeof named)[number][number];
const facet = { fx: 'momentum', fy: 'lr' } as const;

const path = writePage(
  '10-learning-rate-and-momentum.html',
  'Lesson 10: learning rate and momentum',
  'Paths of SGD on functions with more than one minimum: long steps and speed lead out of the one that comes first.',
  [
    {
      title: 'Paths on f(w)',
      text:
        'A ring is w after a step, the full dot is where the run ended after 150. Short steps fall into the first ' +
        'minimum. Speed carries a run over the hill at 0.35, and so does one very long step.',
      plot: {
        height: 640,
        marginRight: 64,
        x: { label: 'w', domain: [-4.6, 4.6] },
        y: { label: 'f(w)', grid: true, domain: [-4, 12] },
        fx: { label: null },
        fy: { label: null },
        marks: [
          Plot.frame({ stroke: '#8a94a3', strokeOpacity: 0.4 }),
          Plot.lineY(curve, { x: 'w', y: 'loss', stroke: '#8a94a3', strokeWidth: 1.5 }),
          Plot.link(named.flat(), {
            ...facet,
            x1: (d: Drawn) => d.from.w,
            y1: (d: Drawn) => d.from.loss,
            x2: 'w',
            y2: 'loss',
            stroke: PALETTE[0],
            strokeOpacity: 0.4,
          }),
          Plot.dot(named.flat(), { ...facet, x: 'w', y: 'loss', r: 3, stroke: PALETTE[0], strokeWidth: 1.2 }),
          Plot.dot(
            named.map((run) => run[run.length - 1]),
            { ...facet, x: 'w', y: 'loss', r: 6, fill: PALETTE[1] },
          ),
        ],
      },
    },
    {
      title: 'Paths on the six-hump camel',
      text:
        'Lines of equal height; the crosses are the two lowest minima, full dots the ends of the runs. Without ' +
        'momentum a run stays in the basin where it began, with long steps as with short ones.',
      plot: {
        height: 560,
        x: { label: 'x', domain: [-2.2, 2.2] },
        y: { label: 'y', domain: [-1.3, 1.3] },
        color: { legend: true, domain: walks.map(([{ name }]) => name), range: [...PALETTE] },
        marks: [
          Plot.contour({
            x1: -2.2,
            x2: 2.2,
            y1: -1.3,
            y2: 1.3,
            fill: null,
            stroke: '#8a94a3',
            strokeOpacity: 0.5,
            value: (x: number, y: number) =>
              (4 - 2.1 * x ** 2 + x ** 4 / 3) * x ** 2 + x * y + (4 * y ** 2 - 4) * y ** 2,
            thresholds: [-1, -0.8, -0.5, -0.2, 0, 0.5, 1, 1.5, 2, 2.2, 2.5, 3, 3.5, 4, 5, 6, 8],
          }),
          Plot.dot(
            [
              [0.0898, -0.7126],
              [-0.0898, 0.7126],
            ],
            { symbol: 'times', r: 7, stroke: 'currentColor', strokeWidth: 2 },
          ),
          Plot.line(walks.flat(), { x: 'x', y: 'y', z: 'name', stroke: 'name', strokeWidth: 1.5 }),
          Plot.dot(walks.flat(), { x: 'x', y: 'y', stroke: 'name', r: 2 }),
          Plot.dot(
            walks.map((walk) => walk[walk.length - 1]),
            { x: 'x', y: 'y', fill: 'name', r: 6 },
          ),
        ],
      },
    },
  ],
);
console.log(`drawn in ${path}`);
