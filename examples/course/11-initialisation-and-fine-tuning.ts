/**
 * Lesson 11: where a network begins. First weights that keep a signal alive; and weights that another task has trained,
 * saved, loaded, frozen and fine-tuned.
 *
 *     npm run course -- 11
 */
import * as Plot from '@observablehq/plot';
import * as torch from 'torchlet';
import { nn, optim, type Tensor } from 'torchlet';
import { outputPath } from '../lib/output.ts';
import { PALETTE, writePage } from '../lib/page.ts';

const { functional: F } = nn;

// 1. Eight layers of 100 ReLU units. Every layer multiplies the spread of its input by some factor: above 1 the signal
// explodes, below 1 it fades away, and so does the gradient on its way back. A good initialisation keeps it near 1.
const initialisations: Record<string, (weight: Tensor) => void> = {
  'normal, std 1': (weight) => nn.init.normal_(weight, { std: 1 }),
  'normal, std 0.01': (weight) => nn.init.normal_(weight, { std: 0.01 }),
  'nn.Linear as it comes': () => {},
  xavierNormal_: (weight) => nn.init.xavierNormal_(weight),
  kaimingNormal_: (weight) => nn.init.kaimingNormal_(weight, { nonlinearity: 'relu' }),
};

const spreads: { name: string; layer: number; spread: number }[] = [];
for (const [name, initialise] of Object.entries(initialisations)) {
  torch.manualSeed(11);
  const layers = Array.from({ length: 8 }, () => new nn.Linear(100, 100));
  const deep = new nn.Sequential(...layers.flatMap((layer) => [layer, new nn.ReLU()]));
  for (const layer of layers) {
    initialise(layer.weight);
    nn.init.zeros_(layer.bias);
  }
  // A hook is called whenever its module has computed something. Here it notes the standard deviation.
  const stds: number[] = [];
  for (const module of deep) {
    if (module instanceof nn.ReLU) {
      module.registerForwardHook((_module, _args, output) => {
        stds.push((output as Tensor).std().item());
      });
    }
  }
  deep(torch.randn(200, 100)).sum().backward();
  for (const [i, spread] of stds.entries()) spreads.push({ name, layer: i + 1, spread });
  const [first, last, gradient] = [stds[0], stds[7], layers[0].weight.grad?.std().item() ?? 0];
  console.log(
    `${name}: std after layer 1 ${first.toExponential(3)}, after layer 8 ${last.toExponential(3)}, ` +
      `of the first gradient ${gradient.toExponential(3)}`,
  );
}
// The factor that ReLU asks for: it lets half of the signal through, so the variance is doubled, the std times sqrt(2).
console.log(`gain for ReLU: ${nn.init.calculateGain('relu').toFixed(4)}`);

// 2. A network learns a sine from 128 points.
torch.manualSeed(3);
const x = torch.linspace(-3, 3, 128).unsqueeze(1);
const sine = x.mul(2).sin();

class Net extends nn.Module {
  body = new nn.Sequential(new nn.Linear(1, 32), new nn.Tanh(), new nn.Linear(32, 32), new nn.Tanh());
  head = new nn.Linear(32, 1);

  forward(x: Tensor): Tensor {
    return this.head(this.body(x));
  }
}

function train(
  net: Net,
  optimizer: optim.Optimizer,
  inputs: Tensor,
  targets: Tensor,
  steps: number,
  scheduler?: optim.lrScheduler.LRScheduler,
): number[] {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = F.mseLoss(net(inputs), targets);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    scheduler?.step();
    losses.push(loss.item());
  }
  return losses;
}

// The learning rate falls to 0 along half a cosine: large steps first, and none at the end that undo what was reached.
const teacher = new Net();
const adam = new optim.Adam(teacher.parameters(), { lr: 0.01 });
const falling = new optim.lrScheduler.CosineAnnealingLR(adam, { TMax: 500 });
const losses = train(teacher, adam, x, sine, 500, falling);
console.log(`the sine: loss ${losses[0].toFixed(4)} at first, ${losses[499].toFixed(4)} after 500 steps`);

// 3. What a network has learnt is its state dict: its tensors by name. This is what is saved.
console.log(Object.keys(teacher.stateDict()).join(', '));
const file = outputPath('11-sine.safetensors');
torch.save(teacher.stateDict(), file);
const student = new Net();
console.log(student.loadStateDict(torch.load(file)));
console.log(`the same predictions after loading: ${torch.equal(student(x), teacher(x))}`);

// For another head, only the body is taken over; strict: false says that missing names are no mistake.
const body = Object.fromEntries(Object.entries(teacher.stateDict()).filter(([name]) => name.startsWith('body.')));
console.log(new Net().loadStateDict(body, { strict: false }));

// 4. A new task, like the old one, but with six points to learn from: 0.6 sin(2x) + 0.2x + 0.3.
const task = sine.mul(0.6).add(x.mul(0.2)).add(0.3);
const few = torch.tensor([10, 32, 53, 75, 96, 118], { dtype: torch.int64 });
const [fewX, fewY] = [x.at(few), task.at(few)];

/** A network that starts with the weights of the file. */
function pretrained(): Net {
  const net = new Net();
  net.loadStateDict(torch.load(file));
  return net;
}

// From scratch: six points can be joined in many ways.
const scratch = new Net();
const scratchLosses = train(scratch, new optim.Adam(scratch.parameters(), { lr: 0.01 }), fewX, fewY, 200);

// Frozen: the body is kept as it is. Its parameters get no gradients, and the optimizer is given only what may change.
const frozen = pretrained();
frozen.body.requiresGrad_(false);
const trainable = frozen.parameters().filter((parameter) => parameter.requiresGrad);
const count = (parameters: nn.Parameter[]) => parameters.reduce((sum, parameter) => sum + parameter.numel(), 0);
console.log(`frozen: ${count(trainable)} of ${count(frozen.parameters())} parameters are trained`);
const frozenLosses = train(frozen, new optim.Adam(trainable, { lr: 0.01 }), fewX, fewY, 200);
const [before, after] = [teacher, frozen].map((net) => net.body[0].weight);
console.log(`the body is what it was: ${torch.equal(before, after)}; its gradient: ${after.grad}`);

// Fine-tuned: everything may change, the body twenty times more slowly. A parameter group has options of its own.
const tuned = pretrained();
const groups = new optim.Adam([{ params: tuned.body.parameters(), lr: 0.0005 }, { params: tuned.head.parameters() }], {
  lr: 0.01,
});
console.log(`learning rates of the groups: ${groups.paramGroups.map(({ lr }) => lr).join(', ')}`);
const tunedLosses = train(tuned, groups, fewX, fewY, 200);

// 5. All of them fit the six points. What counts are the points between.
const results = [
  { name: 'from scratch', net: scratch, losses: scratchLosses },
  { name: 'body frozen', net: frozen, losses: frozenLosses },
  { name: 'fine-tuned', net: tuned, losses: tunedLosses },
].map(({ name, net, losses }) => {
  const y = torch.noGrad(() => net(x));
  const between = F.mseLoss(y, task).item();
  console.log(`${name}: loss on the six points ${losses[199].toFixed(4)}, on all 128 ${between.toFixed(4)}`);
  return { name, y };
});

/** A tensor's numbers, for Plot. */
const numbers = (tensor: Tensor): number[] => tensor.flatten().tolist<number[]>();
const places = numbers(x);
const lines = [{ name: 'the task', y: task }, ...results].flatMap(({ name, y }) =>
  numbers(y).map((value, i) => ({ name, x: places[i], y: value })),
);
const known = numbers(fewY).map((y, i) => ({ x: numbers(fewX)[i], y }));

const path = writePage(
  '11-initialisation-and-fine-tuning.html',
  'Lesson 11: initialisation and fine-tuning',
  'Where a network begins decides whether a signal comes through, and how much data it needs.',
  [
    {
      title: 'Spread of the activations, layer by layer',
      text:
        'Eight layers of 100 ReLU units, standard deviation of what comes out of each, on a logarithmic scale. ' +
        "Kaiming's initialisation keeps it, Xavier's, which does not know of ReLU, halves the variance in every layer.",
      plot: {
        marginLeft: 70,
        x: { label: 'layer', ticks: 8, tickFormat: 'd' },
        y: { label: 'standard deviation', type: 'log', grid: true, ticks: 6, tickFormat: '.0e' },
        color: { legend: true, domain: Object.keys(initialisations), range: [...PALETTE] },
        marks: [
          Plot.lineY(spreads, { x: 'layer', y: 'spread', stroke: 'name', strokeWidth: 2.5 }),
          Plot.dot(spreads, { x: 'layer', y: 'spread', fill: 'name', r: 4 }),
        ],
      },
    },
    {
      title: 'A new task from six points',
      text:
        'The networks that begin with the weights of the sine know what lies between the points; the one from ' +
        'scratch joins them as it likes.',
      plot: {
        x: { label: 'x' },
        y: { label: 'y', grid: true },
        color: {
          legend: true,
          domain: ['the task', 'from scratch', 'body frozen', 'fine-tuned'],
          range: ['#b9c0ca', PALETTE[1], PALETTE[0], PALETTE[2]],
        },
        marks: [
          Plot.lineY(lines, {
            x: 'x',
            y: 'y',
            z: 'name',
            stroke: 'name',
            strokeWidth: (point: (typeof lines)[number]) => (point.name === 'the task' ? 7 : 2.5),
          }),
          Plot.dot(known, { x: 'x', y: 'y', r: 6, fill: 'currentColor' }),
        ],
      },
    },
  ],
);
console.log(`drawn in ${path}`);
