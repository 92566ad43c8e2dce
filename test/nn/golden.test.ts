/** Layers, initialisation, printed forms and dropout give PyTorch's numbers and texts (test/golden/nn.py). */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { ulps } from '../golden/ulp.ts';

const { nn } = torch;

interface Golden {
  linear: { seed: number; in: number; out: number; weight: number[]; sum: number; bias: number[] }[];
  init: { name: string; args: number[]; kwargs: Record<string, string>; values: number[] }[];
  gains: [name: torch.nn.init.Nonlinearity, param: number | null, gain: number][];
  printed: Record<string, string> & { layers: string[]; stateKeys: string[] };
  dropout: Record<string, number[]>;
  rrelu: Record<string, number[]>;
  weighted: {
    name: string;
    reduction: torch.nn.functional.Reduction;
    loss: number[];
    grads: number[][];
    ulp?: number;
  }[];
}

const golden = readGolden<Golden>('nn.json');
const values = (x: torch.Tensor): number[] => [...(x.toTypedArray() as Float32Array)];
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The distance of two float32 numbers in units in the last place. */
function distance(a: number, b: number): number {
  const words = new Int32Array(new Float32Array([a, b]).buffer);
  const order = (w: number): number => (w < 0 ? -2147483648 - w : w);
  return Math.abs(order(words[0]) - order(words[1]));
}

describe('nn.Linear', () => {
  it.each(golden.linear)('starts from PyTorch’s numbers, seed $seed, $in to $out', (each) => {
    torch.manualSeed(each.seed);
    const layer = new nn.Linear(each.in, each.out);
    expect(values(layer.weight).slice(0, 40)).toEqual(each.weight);
    expect(values(layer.bias as torch.Tensor)).toEqual(each.bias);
    expect(layer.weight.double().sum().item()).toBeCloseTo(each.sum, 9);
  });
});

describe('nn.init', () => {
  it.each(golden.init)('$name $args $kwargs', ({ name, args, kwargs, values: expected }) => {
    torch.manualSeed(5);
    const x = torch.empty(5, 7);
    const fill = (nn.init as unknown as Record<string, (...args: unknown[]) => torch.Tensor>)[camel(name)];
    expect(fill(x, ...args, kwargs)).toBe(x);
    const worst = Math.max(...values(x).map((value, i) => distance(value, expected[i])));
    // Normal numbers go through log and cos, which PyTorch's own builds round differently.
    expect(worst).toBeLessThanOrEqual(name.includes('normal') ? 2 : 0);
  });

  it.each(golden.gains)('calculateGain(%s, %s)', (name, param, gain) => {
    expect(nn.init.calculateGain(name, param)).toBe(gain);
  });
});

class Net extends nn.Module {
  fc1 = new nn.Linear(4, 3);
  act = new nn.LeakyReLU(0.1);
  inner = new nn.Sequential(new nn.Linear(3, 2, false), new nn.Softmax(1));

  forward(x: torch.Tensor): torch.Tensor {
    return this.inner(this.act(this.fc1(x)));
  }
}

describe('printed forms', () => {
  const { printed } = golden;
  it('are PyTorch’s', () => {
    const sequential = new nn.Sequential(
      new nn.Linear(8, 4),
      new nn.ReLU(),
      new nn.Dropout(0.2),
      new nn.Linear(4, 1),
      new nn.Sigmoid(),
    );
    expect(String(new nn.Linear(8, 4))).toBe(printed.linear);
    expect(String(new nn.Linear(8, 4, { bias: false }))).toBe(printed.nobias);
    expect(String(sequential)).toBe(printed.sequential);
    expect(String(new nn.Sequential())).toBe(printed.empty);
    expect(String(new Net())).toBe(printed.net);
    expect(String(new nn.Parameter(torch.tensor([1.5, -2])))).toBe(printed.parameter);
    expect(Object.keys(new Net().stateDict())).toEqual(printed.stateKeys);
  });

  it('of every layer are PyTorch’s', () => {
    const layers = [
      new nn.ReLU(),
      new nn.ReLU({ inplace: true }),
      new nn.LeakyReLU(),
      new nn.LeakyReLU(1),
      new nn.Sigmoid(),
      new nn.Tanh(),
      new nn.Softmax({ dim: -1 }),
      new nn.Softmax(),
      new nn.LogSoftmax(1),
      new nn.Dropout(),
      new nn.Dropout({ p: 0.25, inplace: true }),
      new nn.Flatten(),
      new nn.Flatten(0, 1),
      new nn.Identity(),
      new nn.MSELoss(),
      new nn.CrossEntropyLoss(),
      new nn.BCELoss(),
      new nn.BCEWithLogitsLoss(),
      new nn.NLLLoss(),
      new nn.L1Loss(),
    ];
    expect(layers.map(String)).toEqual(printed.layers);
  });
});

describe('dropout', () => {
  it('draws PyTorch’s masks, and leaves the stream where PyTorch leaves it', () => {
    const { dropout } = nn.functional;
    torch.manualSeed(11);
    expect(values(dropout(torch.ones(37), 0.3))).toEqual(golden.dropout.a);
    expect(values(dropout(torch.ones(5), { p: 1 }))).toEqual(golden.dropout.b);
    expect(values(dropout(torch.ones(20, { dtype: torch.float64 }), 0.5))).toEqual(golden.dropout.c);
    expect(values(torch.rand(2))).toEqual(golden.dropout.after);
  });
});

describe('rrelu', () => {
  it('draws PyTorch’s slopes bit for bit, none for what does not bend', () => {
    const { rrelu } = nn.functional;
    torch.manualSeed(11);
    const signs = torch.tensor([-1, 1, -1]).repeat(20);
    expect(values(rrelu(signs, { training: true }))).toEqual(golden.rrelu.a);
    expect(values(rrelu(signs.double(), 0.5, 3, true))).toEqual(golden.rrelu.b);
    expect(values(torch.rand(2))).toEqual(golden.rrelu.after);
  });

  it('refuses bounds that cross or have no end', () => {
    const { rrelu } = nn.functional;
    expect(() => rrelu(torch.ones(1), 0.5, 0.1)).toThrow('Lower bound should be less than or equal to the upper bound');
    expect(() => rrelu(torch.ones(1), { upper: Infinity })).toThrow(RangeError);
    expect(() => rrelu(torch.tensor([1n]))).toThrow(TypeError);
  });
});

describe('losses with a factor for each element', () => {
  it.each(golden.weighted)('$name, $reduction', (row) => {
    const { name, reduction, loss, grads } = row;
    torch.manualSeed(7);
    const [input, target, weight] = [torch.randn(3, 4), torch.randn(3, 4), torch.rand(3, 4)].map((x) =>
      x.requiresGrad_(),
    );
    const F = nn.functional;
    const found = (name === 'mse_loss' ? F.mseLoss : F.l1Loss)(input, target, { reduction, weight });
    found.sum().backward();
    const all = [found.detach(), ...[input, target, weight].map(({ grad }) => grad as torch.Tensor)];
    [loss, ...grads].forEach((want, k) => {
      const bound = ulps(1, row, want);
      values(all[k]).forEach((value, i) => {
        expect(Math.abs(value - want[i])).toBeLessThanOrEqual(bound);
      });
    });
    expect(() => F.mseLoss(input, target, { weight: torch.ones(4) })).toThrow(
      'Weights and input must have the same size.',
    );
  });
});
