/** `torch.onnx.export` of models of a user's own: what they may do in forward, what varies, what stays, what is refused. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { agrees, open } from './runtime.ts';

const { nn } = torch;
const F = nn.functional;
type Tensor = torch.Tensor;

/** A module of one function. */
function model(forward: (...inputs: Tensor[]) => unknown): torch.nn.Module & ((...inputs: Tensor[]) => unknown) {
  return new (class Net extends nn.Module {
    override forward(...inputs: Tensor[]): unknown {
      return forward(...inputs);
    }
  })();
}

class Attention extends nn.Module {
  qkv = new nn.Linear(8, 24);
  out = new nn.Linear(8, 8);
  norm = new nn.LayerNorm(8);

  forward(x: Tensor): Tensor {
    const [batch, length] = x.shape as unknown as [number, number];
    const heads = (y: Tensor): Tensor => y.view(batch, length, 2, 4).transpose(1, 2);
    const [q, k, v] = this.qkv(this.norm(x)).chunk(3, -1).map(heads) as [Tensor, Tensor, Tensor];
    const scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(4));
    const mask = torch.ones(length, length, { dtype: torch.bool }).tril();
    const mixed = scores.maskedFill(mask.logicalNot(), -Infinity).softmax(-1).matmul(v);
    return x.add(this.out(mixed.transpose(1, 2).reshape(batch, length, 8)));
  }
}

class Language extends nn.Module {
  words = new nn.Embedding(20, 8);
  places = new nn.Embedding(32, 8);
  attention = new Attention();
  head = new nn.Linear(8, 20);

  constructor() {
    super();
    this.head.weight = this.words.weight;
  }

  forward(tokens: Tensor): { logits: Tensor; last: Tensor } {
    const at = torch.arange(tokens.size(1)).to(torch.int64);
    const hidden = this.attention(this.words(tokens).add(this.places(at)));
    return { logits: this.head(hidden), last: hidden.at(':', -1) };
  }
}

class Recurrent extends nn.Module {
  input = new nn.Linear(3, 4);
  hidden = new nn.Linear(4, 4, false);

  forward(x: Tensor): [Tensor, Tensor] {
    let h = torch.zeros(x.size(0), 4);
    const all: Tensor[] = [];
    for (let t = 0; t < x.size(1); t++) {
      h = this.input(x.at(':', t)).add(this.hidden(h)).tanh();
      all.push(h);
    }
    return [torch.stack(all, 1), h];
  }
}

const tokens = (...dims: number[]): Tensor => torch.randint(0, 20, dims);

describe('a model', () => {
  test('of layers', () =>
    agrees(
      new nn.Sequential(
        new nn.Linear(6, 8),
        new nn.BatchNorm1d(8),
        new nn.ReLU(true),
        new nn.Dropout(),
        new nn.Linear(8, 2),
      ),
      [torch.randn(4, 6)],
      { dynamicAxes: { input: [0] } },
      [[torch.randn(1, 6)], [torch.randn(9, 6)]],
    ));

  test('of attention, whose mask and shapes follow two sizes', () =>
    agrees(new Attention(), [torch.randn(2, 5, 8)], { dynamicAxes: { input: { 0: 'batch', 1: 'length' } } }, [
      [torch.randn(1, 3, 8)],
      [torch.randn(4, 11, 8)],
    ]));

  test('of tokens, with an embedding of places, a tied weight and named results', async () => {
    const net = new Language();
    await agrees(net, [tokens(2, 4)], { dynamicAxes: { input: { 0: 'batch', 1: 'length' } } }, [
      [tokens(1, 1)],
      [tokens(3, 9)],
    ]);
  });

  test('of a loop over time, whose state follows the batch', () =>
    agrees(new Recurrent(), [torch.randn(2, 3, 3)], { dynamicAxes: { input: { 0: 'batch' } } }, [
      [torch.randn(7, 3, 3)],
    ]));

  const CASES: Record<string, (...inputs: Tensor[]) => unknown> = {
    'with indices': (x) => [
      x.at(0),
      x.at(':', [1, null]),
      x.at([null, null, 2]),
      x.at('...', null, -1),
      x.at(':', torch.tensor([2n, 0n])),
      x.at(torch.tensor([1n, 0n]), torch.tensor([0n, 2n])),
      x.at(torch.tensor([true, false, true, false])),
    ],
    'with indices that it computes': (x) => x.at(x.argmax(0)),
    'with a mask that it computes': (x) => [x.at(x.gt(0)), x.at(x.sum(1).gt(0))],
    'that writes in place': (x) => {
      const y = x.mul(2);
      y.add_(1).mul_(x);
      return y.relu_().sub(1);
    },
    'that writes into views': (x) => {
      const y = x.mul(2);
      y.at(0).fill_(3);
      y.select(1, 1).mul_(2);
      y.T.at(2).add_(x.at(':', 0));
      const z = y.reshape(-1);
      z.setAt_([[0, 2]], 9);
      return [y, z];
    },
    'that reads views of what it wrote': (x) => {
      const y = x.clone();
      const [row, column] = [y.at(1), y.narrow(1, 0, 2)];
      y.mul_(3);
      return [row.add(1), column, y.t().add(row.at(0))];
    },
    'that writes its input': (x) => x.mul_(2).add(1),
    'that fills a tensor': (x) => {
      const all = torch.zeros(4, 3);
      for (let i = 0; i < 4; i++) all.setAt_([i], x.at(3 - i));
      all.setAt_([x.lt(0)], 0.5);
      return all;
    },
    'that changes shapes in place': (x) => x.clone().unsqueeze_(0).squeeze_(0).t_().transpose_(0, 1).add(1),
    'with arithmetic of dtypes': (x) => [
      x.gt(0).sum(),
      x.to(torch.int64).add(0.5),
      x.to(torch.int64).floorDivide(2),
      x.to(torch.int64).remainder(3),
      x.to(torch.float64).mul(x),
      x.gt(0).add(x.lt(1)),
    ],
    'with numbers before tensors': (x) => [torch.sub(1, x), torch.div(1, x.abs().add(1)), torch.pow(2, x)],
    'that gives its input, a constant, and one result twice': (x) => {
      const y = x.add(1);
      return [x, torch.ones(2), y, y];
    },
    'with einsum': (x) => [
      torch.einsum('ij,kj->ik', x, x),
      torch.einsum('ij->j', x),
      torch.einsum('ii->', x.matmul(x.T)),
    ],
    'with data and detach': (x) => x.data.mul(x.detach()),
    'with splits': (x) => [...x.split([1, 3]), ...x.chunk(2), ...x.unbind(1), ...torch.meshgrid(x.at(0), x.at(':', 0))],
    'with losses': (x) => F.crossEntropy(x, x.argmax(1), { labelSmoothing: 0.1, weight: torch.tensor([1, 2, 3]) }),
    'with a mean that is written out': (x) => x.sum(0).div(x.size(0)),
  };
  test.each(Object.entries(CASES))('%s', (_, forward) => agrees(model(forward), [torch.randn(4, 3)]));

  const VARYING: Record<string, (x: Tensor) => unknown> = {
    'a mean that is written out': (x) => x.sum(0).div(x.size(0)),
    'a variance': (x) => x.var(0),
    'sizes in shapes': (x) => x.view(x.size(0), 3, 1).expand(x.size(0), 3, 2).reshape(-1, 2),
    'sizes in slices': (x) => x.narrow(0, 1, x.size(0) - 1).add(x.at([null, x.size(0) - 1])),
    'tensors of its size': (x) => [torch.ones(x.size(0), 3).mul(x), torch.arange(x.size(0)).add(1), torch.onesLike(x)],
    'an order': (x) => [x.sort(0)[0], x.flip(0), x.roll(3, 0), x.cumsum(0)],
    'a copy beside': (x) => torch.cat([x, x.mul(2)]).view(2, x.size(0), 3),
    repeats: (x) => [x.repeat(2, 1), x.repeatInterleave(2, 0), x.unsqueeze(0).expand(2, -1, -1)],
    'a softmax over it': (x) => x.softmax(0),
    'writes in place, in a dimension of another': (x) => {
      const y = x
        .mul(1)
        .setAt_([':', 0], x.at(':', 2))
        .setAt_([[1, 3]], 5);
      return y.add(torch.zeros(x.size(0), 3).setAt_(['...', 1], 7));
    },
    'a part that it may not have': (x) => [torch.arange(x.size(0)).at([null, 3]), x.at([1, 3]).mul(2)],
    'a tensor of numbers': (x) => x.add(torch.tensor([x.size(0), 2, 3])),
  };
  test.each(Object.entries(VARYING))('whose first size varies: %s', (_, forward) =>
    agrees(model(forward as never), [torch.randn(4, 3)], { dynamicAxes: { input: { 0: 'n' } } }, [
      [torch.randn(2, 3)],
      [torch.randn(13, 3)],
    ]),
  );

  test('of several inputs, nested', async () => {
    class Net extends nn.Module {
      fc = new nn.Linear(3, 3);
      forward(pair: [Tensor, Tensor], more: { scale: Tensor }): { sum: Tensor; parts: Tensor[] } {
        const [a, b] = pair;
        return { sum: this.fc(a).add(b.mul(more.scale)), parts: [a.sub(b), more.scale] };
      }
    }
    const net = new Net();
    const [a, b, scale] = [torch.randn(2, 3), torch.randn(2, 3), torch.tensor(2)];
    const bytes = torch.onnx.export(net, [[a, b], { scale }], {
      inputNames: ['a', 'b', 'scale'],
      outputNames: ['sum', 'difference', 'same'],
    });
    const session = await open(bytes);
    expect(session.inputs).toEqual(['a', 'b', 'scale']);
    expect(session.outputs).toEqual(['sum', 'difference', 'same']);
    const found = await session.run({ a, b, scale });
    const { sum, parts } = net([a, b], { scale });
    for (const [i, x] of [sum, ...parts].entries()) expect(torch.allclose(found[i]!, x, 1e-5, 1e-5)).toBe(true);
    await session.release();
  });
});

describe('a file', () => {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

  test('has the names of the state dict, of parameters that are shared the first', () => {
    const bytes = text(
      torch.onnx.export(new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3)), [torch.ones(2, 2)]),
    );
    for (const name of ['0.weight', '0.bias', '1.weight', '1.bias', '1.running_mean', '1.running_var']) {
      expect(bytes).toContain(name);
    }
    const tied = text(torch.onnx.export(new Language(), [tokens(1, 2)]));
    expect(tied).toContain('words.weight');
    expect(tied).not.toContain('head.weight');
  });

  test('names the sizes that vary', () => {
    const bytes = text(
      torch.onnx.export(new Attention(), [torch.randn(2, 5, 8)], {
        dynamicAxes: { input: { 0: 'batch', 1: 'length' }, output: { 0: 'batch' } },
      }),
    );
    // Of the input and of the output.
    expect(bytes.split('batch').length).toBe(3);
    expect(bytes.split('length').length).toBe(3);
  });

  test('is written under a path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'torchlet-'));
    const path = join(folder, 'model.onnx');
    const net = new nn.Linear(2, 1);
    expect(torch.onnx.export(net, [torch.ones(1, 2)], path, { opset: 20 })).toBe(undefined);
    expect(new Uint8Array(readFileSync(path))).toEqual(torch.onnx.export(net, torch.ones(1, 2), { opsetVersion: 20 }));
    rmSync(folder, { recursive: true });
  });
});

describe('nothing changes', () => {
  test('in the model, the examples and the random stream', () => {
    const net = new nn.Sequential(new nn.Linear(2, 2), new nn.BatchNorm1d(2), new nn.ReLU(true), new nn.Dropout());
    net[1]!.training = false;
    const x = torch.randn(3, 2).requiresGrad_();
    const before = [net.stateDict(), x, torch.getRngState()].map((each) => JSON.stringify(each));
    torch.onnx.export(net, [x], { dynamicAxes: { input: [0] } });
    expect([net.stateDict(), x, torch.getRngState()].map((each) => JSON.stringify(each))).toEqual(before);
    expect(net.modules().map((each) => each.training)).toEqual([true, true, false, true, true]);
    expect(x.grad).toBe(null);
  });

  test('where it is refused', () => {
    const net = new (class extends nn.Module {
      fc = new nn.Linear(2, 2);
      seen = 0;
      constructor() {
        super();
        this.registerBuffer('count', torch.zeros(1));
      }
      forward(x: Tensor): Tensor {
        (this as unknown as { count: Tensor }).count.add_(1);
        return this.fc(x);
      }
    })();
    const before = JSON.stringify(net.stateDict());
    expect(() => torch.onnx.export(net, [torch.ones(1, 2)])).toThrow("export(): add_ writes 'count', and a file keeps");
    expect(JSON.stringify(net.stateDict())).toBe(before);
    expect(net.training).toBe(true);
    // Nobody listens any more.
    expect(net.fc(torch.ones(1, 2)).add(1).shape.join()).toBe('1,2');
  });
});

describe('what is refused, by name', () => {
  const x = torch.randn(4, 3);
  const outside = torch.zeros(3);
  const REFUSED: Record<string, [forward: (x: Tensor) => unknown, message: RegExp]> = {
    'a number that is read': [
      (a) => a.mul(a.sum().item()),
      /export\(\): mul has a constant that changes with the values/,
    ],
    'a tensor of numbers that are read': [
      (a) => a.add(torch.tensor(a.at(0).tolist<number[]>())),
      /tensor has a constant that changes with the values of the inputs/,
    ],
    'an operation that ONNX has not': [(a) => a.cumprod(0), /export\(\): cumprod cannot be exported: ONNX has nothing/],
    'random numbers': [(a) => a.add(torch.randn(3)), /export\(\): randn draws random numbers/],
    'dropout that is on': [(a) => F.dropout(a), /export\(\): dropout draws random numbers/],
    'a tensor of outside that is written': [(a) => outside.add_(a.at(0)), /add_ writes a tensor of outside/],
    'an async forward': [async (a) => a, /was given an async function/],
    'no tensor': [() => null, /forward gives no tensor/],
    'what is no tensor': [(a) => [a, 'x'], /what forward gives must be tensors/],
  };
  test.each(Object.entries(REFUSED))('%s', (_, [forward, message]) => {
    const state = torch.getRngState();
    expect(() => torch.onnx.export(model(forward), [x])).toThrow(message);
    expect(torch.getRngState().equal(state)).toBe(true);
    expect(outside.tolist()).toEqual([0, 0, 0]);
  });

  test('a way that the values choose', () => {
    const choosing = model((a) => (a!.max().item() > 1.9 ? a!.relu() : a!.tanh()));
    expect(() => torch.onnx.export(choosing, [torch.full([4, 3], 2.5)])).toThrow(
      /forward takes another way with the values/,
    );
  });

  const VARYING: Record<string, [forward: (x: Tensor) => unknown, message: RegExp]> = {
    'a loop over it': [
      (a) => a.unbind(0).reduce((s, row) => s.add(row)),
      /forward takes another way with the size of 'n'/,
    ],
    'a number that no sum of products gives': [
      (a) => a.mul(Math.sqrt(a.size(0))),
      /mul has a constant that changes with/,
    ],
    'a size that does not fit': [(a) => a.view(4, 3), /the model does not take 'n' of 5: /],
    'half of it': [
      (a) => a.narrow(0, 0, Math.floor(a.size(0) / 2)),
      /narrow has a constant that changes with the size/,
    ],
    'an option': [(a) => a.topk(Math.min(4, a.size(0) - 1), 0)[0], /constant that changes with the size of 'n'/],
  };
  test.each(Object.entries(VARYING))('of a size that varies: %s', (_, [forward, message]) => {
    const options = { dynamicAxes: { input: { 0: 'n' } } };
    expect(() => torch.onnx.export(model(forward as never), [x], options)).toThrow(message);
  });

  test('options that there are not', () => {
    const net = new nn.Linear(3, 2);
    const given =
      (...args: unknown[]) =>
      () =>
        (torch.onnx.export as (...args: unknown[]) => unknown)(...args);
    expect(given({}, [x])).toThrow(new TypeError('export(): model must be an nn.Module, got an object'));
    expect(given(net, 3)).toThrow(TypeError);
    expect(given(net, ['x'])).toThrow(TypeError);
    expect(given(net, [x], { opset: 16 })).toThrow('export(): opset must be 17, 18, 19, 20, got 16');
    expect(given(net, [x], { inputNames: ['a', 'b'] })).toThrow(RangeError);
    expect(given(net, [x], { outputNames: ['weight'] })).toThrow("'weight' is the name of two tensors");
    expect(given(net, [x], { dynamicAxes: { y: [0] } })).toThrow("dynamicAxes names 'y', and there are input, output");
    expect(given(net, [x], { dynamicAxes: { input: [2] } })).toThrow('names axis 2 of an example of shape [4,3]');
    expect(given(net, [x], { dynamicAxes: { input: 3 } })).toThrow(TypeError);
    expect(given(net, [x], { opsetVersion: 18, dynamicShapes: 1 })).toThrow("unexpected option 'dynamicShapes'");
  });
});
