/**
 * Lesson 9: ReLU and leaky ReLU. What their derivatives are, how a ReLU unit dies, and why a leaky one does not.
 *
 *     npm run course -- 09
 */
import * as Plot from '@observablehq/plot';
import * as torch from 'torchlet';
import { nn, optim, type Tensor } from 'torchlet';
import { PALETTE, writePage } from '../lib/page.ts';

const { functional: F } = nn;
const SLOPE = 0.1;

// 1. relu(x) = max(0, x). leakyRelu(x) = x where x > 0, and slope * x elsewhere. Their derivatives are 1 on the right;
// on the left ReLU's is 0 and the leaky one's is the slope.
const points = [-2, -1, -0.5, 0.5, 2];
for (const [name, f] of [
  ['relu', (x: Tensor) => F.relu(x)],
  ['leakyRelu', (x: Tensor) => F.leakyRelu(x, SLOPE)],
] as const) {
  const x = torch.tensor(points, { requiresGrad: true });
  const y = f(x);
  y.sum().backward();
  console.log(`${name}: values      ${y.detach()}`);
  console.log(`${name}: derivatives ${x.grad}`);
}

// 2. A unit that is dead: its bias is so low that w x + b is negative for all data. ReLU gives 0 for everything, and
// its derivative is 0 everywhere: no gradient reaches w and b, so no step changes them. A leaky unit lets a tenth pass.
const x = torch.linspace(-2, 2, 64).unsqueeze(1);
const ones = torch.ones(64, 1);
for (const activation of [new nn.ReLU(), new nn.LeakyReLU(SLOPE)]) {
  const unit = new nn.Linear(1, 1);
  nn.init.constant_(unit.weight, 1);
  const { bias } = unit;
  nn.init.constant_(bias, -5);
  const optimizer = new optim.SGD(unit.parameters(), { lr: 0.5 });
  const lossOf = () => F.mseLoss(activation(unit(x)), ones);
  optimizer.zeroGrad();
  lossOf().backward();
  console.log(`${activation}: gradient of the bias ${bias.grad?.item().toFixed(4)}`);
  for (let step = 0; step < 200; step++) {
    optimizer.zeroGrad();
    lossOf().backward();
    optimizer.step();
  }
  console.log(`  after 200 steps: bias ${bias.item().toFixed(4)}, loss ${lossOf().item().toFixed(4)}`);
}

// 3. A whole network that begins badly: all biases at -0.5. It is to learn a sine. After every step we count the units
// that are negative for all data: those are dead if they are ReLUs, and merely slow if they are leaky.
const target = x.mul(2).sin();

class Net extends nn.Module {
  first = new nn.Linear(1, 16);
  second = new nn.Linear(16, 16);
  last = new nn.Linear(16, 1);
  activation: nn.ReLU | nn.LeakyReLU;
  /** Units whose input was negative for the whole of the last batch. */
  negative = 0;

  constructor(activation: nn.ReLU | nn.LeakyReLU) {
    super();
    this.activation = activation;
    for (const layer of [this.first, this.second]) nn.init.constant_(layer.bias, -0.5);
  }

  forward(x: Tensor): Tensor {
    const a = this.first(x);
    const b = this.second(this.activation(a));
    this.negative = [a, b].reduce((sum, z) => sum + z.le(0).all(0).sum().item(), 0);
    return this.last(this.activation(b));
  }
}

interface Step {
  name: string;
  step: number;
  loss: number;
  negative: number;
}

function train(name: string, activation: nn.ReLU | nn.LeakyReLU): { history: Step[]; net: Net } {
  torch.manualSeed(9);
  const net = new Net(activation);
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.05, momentum: 0.9 });
  const history: Step[] = [];
  for (let step = 0; step <= 400; step++) {
    const loss = F.mseLoss(net(x), target);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    history.push({ name, step, loss: loss.item(), negative: net.negative });
    if (step % 100 === 0) {
      console.log(`${name} step ${step}: loss ${loss.item().toFixed(4)}, ${net.negative} of 32 units negative`);
    }
  }
  return { history, net };
}

const runs = [train('ReLU', new nn.ReLU()), train('LeakyReLU', new nn.LeakyReLU(SLOPE))];

// 4. How many parameters of the first network can still learn? Those whose gradient is not 0.
for (const { history, net } of runs) {
  const gradients = net.parameters().map((parameter) => parameter.grad as Tensor);
  const moving = gradients.reduce((sum, gradient) => sum + gradient.ne(0).sum().item(), 0);
  const all = gradients.reduce((sum, gradient) => sum + gradient.numel(), 0);
  console.log(`${history[0].name}: ${moving} of ${all} parameters have a gradient`);
}

/** A tensor's numbers, for Plot. */
const numbers = (tensor: Tensor): number[] => tensor.flatten().tolist<number[]>();

const functions = [
  { name: 'ReLU', f: (x: Tensor) => F.relu(x) },
  { name: 'LeakyReLU', f: (x: Tensor) => F.leakyRelu(x, SLOPE) },
].flatMap(({ name, f }) => {
  const input = torch.tensor([-2, -1e-6, 1e-6, 2], { requiresGrad: true });
  const output = f(input);
  output.sum().backward();
  return Object.entries({ 'f(x)': output, 'derivative of f(x)': input.grad as Tensor }).flatMap(([what, y]) =>
    numbers(y).map((value, i) => ({ name, what, x: input.at(i).item(), value })),
  );
});
const fits = [
  ...numbers(x).map((at, i) => ({ name: 'the sine to learn', x: at, y: target.at(i, 0).item() })),
  ...runs.flatMap(({ history, net }) => {
    const y = torch.noGrad(() => net(x));
    return numbers(x).map((at, i) => ({ name: history[0].name, x: at, y: y.at(i, 0).item() }));
  }),
];
const steps = runs.flatMap(({ history }) => history);
const color = { legend: true, domain: ['ReLU', 'LeakyReLU'], range: [PALETTE[1], PALETTE[0]] };

const path = writePage(
  '09-relu-and-leaky-relu.html',
  'Lesson 9: ReLU and leaky ReLU',
  'A ReLU unit that is negative for all data gets no gradient and cannot come back. A leaky one can.',
  [
    {
      title: 'The functions and their derivatives',
      text: `On the right of 0 they are the same. On the left the derivative of ReLU is 0, the leaky one's ${SLOPE}.`,
      plot: {
        height: 280,
        fx: { label: null, domain: ['f(x)', 'derivative of f(x)'] },
        x: { label: 'x' },
        y: { label: 'value', grid: true },
        color,
        marks: [Plot.lineY(functions, { x: 'x', y: 'value', fx: 'what', stroke: 'name', strokeWidth: 2.5 })],
      },
    },
    {
      title: 'Loss while the two networks learn a sine',
      text: 'Both begin with the same weights and with all biases at -0.5. The loss has a logarithmic scale.',
      plot: {
        height: 260,
        x: { label: 'step' },
        y: { label: 'mean squared error', type: 'log', grid: true, ticks: 4, tickFormat: '~g' },
        color,
        marks: [Plot.lineY(steps, { x: 'step', y: 'loss', stroke: 'name', strokeWidth: 2.5 })],
      },
    },
    {
      title: 'Units that are negative for all data, of 32',
      text: 'A ReLU that is counted here is dead: no gradient reaches it. A leaky unit learns on and can come back.',
      plot: {
        height: 260,
        x: { label: 'step' },
        y: { label: 'units', grid: true, domain: [0, 32] },
        color,
        marks: [Plot.ruleY([0]), Plot.lineY(steps, { x: 'step', y: 'negative', stroke: 'name', strokeWidth: 2.5 })],
      },
    },
    {
      title: 'What they learnt',
      text: 'With few living units a ReLU network has few places where its line can bend.',
      plot: {
        height: 260,
        x: { label: 'x' },
        y: { label: 'y', grid: true },
        color: {
          legend: true,
          domain: ['the sine to learn', 'ReLU', 'LeakyReLU'],
          range: ['#b9c0ca', PALETTE[1], PALETTE[0]],
        },
        marks: [
          Plot.lineY(fits, {
            x: 'x',
            y: 'y',
            stroke: 'name',
            strokeWidth: (point: (typeof fits)[number]) => (point.name === 'the sine to learn' ? 7 : 2.5),
            z: 'name',
          }),
        ],
      },
    },
  ],
);
console.log(`drawn in ${path}`);
