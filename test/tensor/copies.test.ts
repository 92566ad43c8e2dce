/** What another copy of torchlet made is refused, and said to be just that: two versions, or two files, in one program. */
import { build } from 'esbuild';
import * as torch from 'torchlet';
import { expect, test } from 'vitest';
import { ROOT } from '../structure/sources.ts';

const {
  outputFiles: [{ text }],
} = await build({
  stdin: { contents: "export * from './src/index.ts';", resolveDir: ROOT },
  bundle: true,
  format: 'iife',
  globalName: 'torchlet',
  target: 'es2022',
  write: false,
});
const theirs = new Function(`${text}; return torchlet;`)() as typeof torch;

const COPY = /of another copy of torchlet/;

test.each<[string, string, () => unknown]>([
  ['a tensor as an operand', 'tensor', () => torch.ones(2).add(theirs.ones(2))],
  ['a tensor as an input', 'tensor', () => torch.relu(theirs.ones(2))],
  ['a tensor in a list', 'tensor', () => torch.cat([torch.ones(2), theirs.ones(2)])],
  ['a tensor as data', 'tensor', () => torch.tensor(theirs.ones(2) as never)],
  ['a tensor as an index', 'tensor', () => torch.ones(2).at(theirs.tensor([0n]) as never)],
  ['an input of a layer', 'tensor', () => new torch.nn.Linear(2, 1)(theirs.ones(1, 2))],
  [
    'a parameter of an optimizer',
    'parameter',
    () => new torch.optim.SGD(new theirs.nn.Linear(1, 1).parameters(), { lr: 1 }),
  ],
  ['a dtype', 'dtype', () => torch.zeros(2, { dtype: theirs.float64 })],
  ['a dtype to convert to', 'dtype', () => torch.zeros(2).to(theirs.float64)],
  ['a dtype of a model', 'dtype', () => new torch.nn.Linear(1, 1).to(theirs.float64)],
  ['a layer in a Sequential', 'module', () => new torch.nn.Sequential(new theirs.nn.ReLU() as never)],
  ['a layer in a list', 'module', () => new torch.nn.ModuleList([new theirs.nn.ReLU() as never])],
  ['a module that is registered', 'module', () => new torch.nn.Sequential().addModule('a', new theirs.nn.ReLU())],
  ['a model that is summarized', 'module', () => torch.summary(new theirs.nn.Linear(2, 1), [1, 2])],
  [
    'an optimizer of a schedule',
    'optimizer',
    () => new torch.optim.lrScheduler.StepLR(new theirs.optim.SGD([theirs.ones(1)], { lr: 1 }), 1),
  ],
  ['a tensor of a data set', 'tensor', () => new torch.TensorDataset(theirs.ones(2, 2))],
  ['a tensor that is saved', 'tensor', () => torch.save({ a: theirs.ones(1) })],
  ['a tensor that is saved for PyTorch', 'tensor', () => torch.save({ a: theirs.ones(1) }, { format: 'pt' })],
  ['a loss', 'tensor', () => torch.autograd.grad(theirs.ones(1), torch.ones(1, { requiresGrad: true }))],
])('%s', (_, kind, use) => {
  expect(use).toThrow(TypeError);
  expect(use).toThrow(COPY);
  expect(use).toThrow(new RegExp(`\\b${kind} of another copy`));
});

test.each([
  ['a layer', () => new theirs.nn.Linear(1, 1)],
  ['a parameter', () => new theirs.nn.Parameter(theirs.ones(1))],
  ['a tensor', () => theirs.ones(1)],
])('%s as a field of a module is not passed over in silence', (_, make) => {
  class Net extends torch.nn.Module {
    fc = make();
    forward(x: torch.Tensor): torch.Tensor {
      return x;
    }
  }
  const net = new Net();
  expect(() => net.parameters()).toThrow(COPY);
  expect(() => net.stateDict()).toThrow(COPY);
  expect(() => new torch.nn.Sequential(net).parameters()).toThrow(COPY);
});

test('a tensor in a state dict is refused with the others that do not fit', () => {
  const state = { weight: theirs.ones(1, 1), bias: theirs.ones(1) };
  expect(() => new torch.nn.Linear(1, 1).loadStateDict(state as never)).toThrow(COPY);
});

test('what is of this copy is not said to be of another', () => {
  expect(() => torch.zeros(torch.float32 as never)).toThrow(/^(?!.*another copy)/);
  expect(() => new torch.nn.Linear(torch.ones(1) as never, 1)).toThrow(/^(?!.*another copy)/);
});
