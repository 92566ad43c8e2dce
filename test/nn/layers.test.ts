/** What collections, normalisation, embeddings and nn.utils do beside the numbers, and what they say when used wrongly. */
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn } = torch;
const F = nn.functional;

describe('collections', () => {
  it('ModuleList registers, indexes, changes', () => {
    const list = new nn.ModuleList([new nn.Linear(1, 1), new nn.ReLU()]);
    list.append(new nn.Tanh()).extend([new nn.Sigmoid()]);
    list.insert(1, new nn.Linear(1, 2));
    const names = (): string[] => [...list].map((module) => module.constructor.name);
    expect(names()).toEqual(['Linear', 'Linear', 'ReLU', 'Tanh', 'Sigmoid']);
    expect(list.namedParameters().map(([name]) => name)).toEqual(['0.weight', '0.bias', '1.weight', '1.bias']);
    expect(list.pop()).toBeInstanceOf(nn.Sigmoid);
    expect(list.pop(0)).toBeInstanceOf(nn.Linear);
    expect(names()).toEqual(['Linear', 'ReLU', 'Tanh']);
    expect([list.length, list.at(-1), list[0]]).toEqual([3, list[2], list.at(0)]);
    expect(() => list.at(3)).toThrow('index 3 is out of range');
    expect(() => list.extend([new nn.ReLU(), 1 as never])).toThrow('1 is not a Module subclass');
    expect(list.length).toBe(3);
    expect(() => (list as unknown as () => void)()).toThrow('missing the required "forward"');
  });

  it('ModuleDict registers by name, typed', () => {
    const dict = new nn.ModuleDict({ a: new nn.Linear(2, 3), b: new nn.ReLU() });
    expectTypeOf(dict.a.weight).toEqualTypeOf<torch.nn.Parameter>();
    expect([dict.keys(), dict.has('b'), dict.has('keys'), [...dict]]).toEqual([['a', 'b'], true, false, ['a', 'b']]);
    expect(dict.namedParameters().map(([name]) => name)).toEqual(['a.weight', 'a.bias']);
    expect(dict.pop('b')).toBeInstanceOf(nn.ReLU);
    expect(() => dict.pop('b')).toThrow('there is no module "b"');
    expect(() => dict.update({ keys: new nn.ReLU() })).toThrow("attribute 'keys' already exists");
    dict.clear();
    expect(dict.items()).toEqual([]);
  });

  it('parameters in lists and dictionaries are trained and saved', () => {
    class Net extends nn.Module {
      list = new nn.ParameterList([torch.ones(2), new nn.Parameter(torch.zeros(1))]);
      dict = new nn.ParameterDict({ scale: torch.ones(1) });
      forward(x: torch.Tensor): torch.Tensor {
        return this.list
          .at(0)
          .mul(x)
          .mul(this.dict.scale)
          .add(this.list[1] as torch.Tensor);
      }
    }
    const net = new Net();
    expect(Object.keys(net.stateDict())).toEqual(['list.0', 'list.1', 'dict.scale']);
    net(torch.ones(2)).sum().backward();
    expect(net.parameters().map((p) => p.grad?.tolist())).toEqual([[1, 1], [2], [2]]);
    expect(() => new nn.ParameterList([3 as never])).toThrow('ParameterList: expected Parameters or Tensors, got 3');
  });
});

describe('BatchNorm1d', () => {
  it('refuses a batch without variance before it changes anything', () => {
    const layer = new nn.BatchNorm1d(3);
    expect(() => layer(torch.ones(1, 3))).toThrow(
      'Expected more than 1 value per channel when training, got input size torch.Size([1, 3])',
    );
    expect(() => layer(torch.ones(2, 5))).toThrow('running_mean should contain 5 elements not 3');
    expect(() => layer(torch.ones(1, 3, 2, 2))).toThrow('expected 2D or 3D input (got 4D input)');
    expect([layer.numBatchesTracked?.item(), layer.runningMean?.tolist()]).toEqual([0, [0, 0, 0]]);
    expect(layer.eval()(torch.ones(1, 3)).shape).toEqual([1, 3]);
  });

  it('has PyTorch’s keys, converts, resets', () => {
    const layer = new nn.BatchNorm1d(2);
    layer(torch.randn(5, 2));
    expect(Object.keys(layer.stateDict())).toEqual([
      'weight',
      'bias',
      'running_mean',
      'running_var',
      'num_batches_tracked',
    ]);
    layer.double();
    expect([layer.runningVar?.dtype, layer.numBatchesTracked?.dtype]).toEqual([torch.float64, torch.int64]);
    layer.resetRunningStats();
    expect([layer.runningMean?.tolist(), layer.numBatchesTracked?.item()]).toEqual([[0, 0], 0]);
  });

  it('can be differentiated twice', () => {
    const x = torch.randn(4, 2, { dtype: torch.float64, requiresGrad: true });
    const w = torch.randn(2, { dtype: torch.float64, requiresGrad: true });
    const b = torch.randn(2, { dtype: torch.float64, requiresGrad: true });
    const run = (...args: torch.Tensor[]): torch.Tensor =>
      F.batchNorm(args[0] as torch.Tensor, null, null, args[1], args[2], true);
    expect(torch.autograd.gradcheck(run as never, [x, w, b])).toBe(true);
    expect(torch.autograd.gradgradcheck(run as never, [x, w, b])).toBe(true);
  });
});

describe('Embedding', () => {
  it('takes a table, frozen or not', () => {
    const table = torch.tensor([
      [1, 2],
      [3, 4],
    ]);
    const frozen = nn.Embedding.fromPretrained(table, { paddingIdx: 0 });
    expect([frozen.weight.requiresGrad, frozen.paddingIdx, String(frozen)]).toEqual([
      false,
      0,
      'Embedding(2, 2, padding_idx=0)',
    ]);
    const free = nn.Embedding.fromPretrained(table, false);
    free(torch.tensor([1, 1]))
      .sum()
      .backward();
    expect(free.weight.grad?.tolist()).toEqual([
      [0, 0],
      [2, 2],
    ]);
    expect(() => nn.Embedding.fromPretrained(torch.ones(2))).toThrow('expected to be 2-dimensional');
    expect(() => new nn.Embedding(3, 4, { paddingIdx: 3 })).toThrow('Padding_idx must be within num_embeddings');
    expect(() => free(torch.tensor([2]))).toThrow(RangeError);
  });
});

describe('losses refuse what does not fit, in PyTorch’s words', () => {
  const x = (...shape: number[]): torch.Tensor => torch.ones(shape);
  it.each<[string, () => unknown]>([
    [
      'margin_ranking_loss : All input tensors should have same dimension',
      () => F.marginRankingLoss(x(2, 3), x(2), x(2)),
    ],
    [
      '0D or 1D target tensor expected, multi-target not supported',
      () => F.cosineEmbeddingLoss(x(2, 3), x(2, 3), x(2, 2)),
    ],
    [
      '1D target tensor expects 2D input tensors, but found inputs with sizes',
      () => F.cosineEmbeddingLoss(x(3), x(3), x(2)),
    ],
    ['anchor 1D, positive 1D, and negative 2D inputs', () => F.tripletMarginLoss(x(3), x(3), x(2, 3))],
    ['margin must be greater than 0, got -1', () => F.tripletMarginLoss(x(3), x(3), x(3), { margin: -1 })],
    ['var is of incorrect size', () => F.gaussianNllLoss(x(3), x(3), x(2, 3))],
    ['var has negative entry/entries', () => F.gaussianNllLoss(x(3), x(3), x(3).neg())],
    ['Expected target size [2], but got [3]', () => F.multiMarginLoss(x(2, 3), x(3))],
    ['target out of range', () => F.multiMarginLoss(x(2, 3), x(2).mul(5))],
    ['only p == 1 and p == 2 supported', () => F.multiMarginLoss(x(2, 3), x(2), { p: 3 as 2 })],
    ['inconsistent weight size, expected 3 but got [2]', () => F.multiMarginLoss(x(2, 3), x(2), { weight: x(2) })],
    ['inconsistent target size: [2, 2] for input of size: [2, 3]', () => F.multilabelMarginLoss(x(2, 3), x(2, 2))],
    ["argument #2 'target' is out of range", () => F.multilabelMarginLoss(x(2, 3), x(2, 3).mul(7))],
    ['"foo" is not a valid value for reduction', () => F.poissonNllLoss(x(2), x(2), { reduction: 'foo' as 'sum' })],
    ['"foo" is not a valid value for reduction', () => new nn.TripletMarginLoss({ reduction: 'foo' as 'sum' })],
    ['input2 size does not match weight size: got 4 but expected 5', () => F.bilinear(x(2, 3), x(2, 4), x(2, 3, 5))],
    ['in1_features must be > 0, but got (in1_features=0)', () => new nn.Bilinear(0, 2, 3)],
    ['dropout1d: Expected 2D or 3D input, but received a 1D input', () => F.dropout1d(x(2))],
    ['Only tensors with 2 dimensions are supported', () => nn.init.eye_(x(3))],
    ['Only tensors with 3, 4, or 5 dimensions are supported', () => nn.init.dirac_(x(3, 2))],
    ['Only tensors with 2 or more dimensions are supported', () => nn.init.orthogonal_(x(3))],
    ["Unflatten(): argument 'unflattenedSize' must be a list of ints, not 5", () => new nn.Unflatten(1, 5 as never)],
  ])('%s', (message, run) => {
    expect(run).toThrow(message);
  });
});

describe('init', () => {
  it('makes large matrices orthogonal, float64 to the last digits', () => {
    const w = nn.init.orthogonal_(torch.empty(120, 80, { dtype: torch.float64 }), 2);
    const product = w.T.matmul(w).sub(torch.eye(80, { dtype: torch.float64 }).mul(4));
    expect(product.abs().max().item()).toBeLessThan(1e-14);
  });

  it('warns of a truncation far from the mean, and stays within', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const x = nn.init.truncNormal_(torch.empty(500), { mean: 5, a: 0, b: 2.5 });
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    expect([x.min().item() >= 0, x.max().item() <= 2.5]).toEqual([true, true]);
  });
});

describe('nn.utils', () => {
  it('clips values, tells what is not finite, and goes there and back between parameters and a vector', () => {
    const layer = new nn.Linear(2, 1);
    layer(torch.tensor([[100, -100]]))
      .sum()
      .backward();
    nn.utils.clipGradValue_(layer.parameters(), 10);
    expect(layer.weight.grad?.tolist()).toEqual([[10, -10]]);
    layer.weight.grad = torch.tensor([[Infinity, 1]]);
    const before = layer.weight.grad?.tolist();
    expect(() => nn.utils.clipGradNorm_(layer.parameters(), 1, { errorIfNonfinite: true })).toThrow(
      'The total norm of order 2 for gradients from `parameters` is non-finite',
    );
    expect(layer.weight.grad?.tolist()).toEqual(before);
    expect(nn.utils.clipGradNorm_([torch.ones(2)], 1).item()).toBe(0);
    const vector = nn.utils.parametersToVector(layer.parameters());
    nn.utils.vectorToParameters(vector.detach().mul(2), layer.parameters());
    expect(nn.utils.parametersToVector(layer.parameters()).tolist()).toEqual(vector.mul(2).tolist());
    expect(() => nn.utils.vectorToParameters(torch.ones(2), layer.parameters())).toThrow(
      'expected a vector of 3 elements',
    );
  });
});
