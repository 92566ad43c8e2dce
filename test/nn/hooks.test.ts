/** Hooks see what PyTorch's see, replace what they return, and are gone when removed. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn } = torch;

describe('tensor hooks', () => {
  it('see the gradient, of a leaf all of it at once, and replace it', () => {
    const x = torch.tensor([1, 2], { requiresGrad: true });
    const seen: unknown[] = [];
    x.registerHook((g) => void seen.push(g.tolist()));
    const handle = x.registerHook((g) => g.mul(10));
    x.mul(2).add(x).sum().backward();
    expect(seen).toEqual([[3, 3]]);
    expect(x.grad?.tolist()).toEqual([30, 30]);
    handle.remove();
    handle.remove();
    x.sum().backward();
    expect(x.grad?.tolist()).toEqual([31, 31]);
  });

  it('act in the middle of a graph, before what is captured or retained', () => {
    const x = torch.tensor([1, 2], { requiresGrad: true });
    const y = x.mul(3);
    y.registerHook((g) => g.neg());
    y.retainGrad();
    const [dy] = torch.autograd.grad(y.sum(), y, { retainGraph: true });
    const [dx] = torch.autograd.grad(y.sum(), x, { retainGraph: true });
    expect([dy?.tolist(), dx?.tolist()]).toEqual([
      [-1, -1],
      [-3, -3],
    ]);
    y.mul(2).sum().backward();
    expect([y.grad?.tolist(), x.grad?.tolist()]).toEqual([
      [-4, -4],
      [-6, -6],
    ]);
  });

  it('keep what they make and what they are given', () => {
    const x = torch.ones(300, { requiresGrad: true });
    const y = x.mul(2);
    const kept: torch.Tensor[] = [];
    y.registerHook((g) => {
      kept.push(g, g.add(1));
    });
    y.mul(3).sum().backward();
    for (let i = 0; i < 50; i++) torch.ones(300).mul(i);
    expect(kept.map((g) => [g.at(0).item(), g.at(299).item()])).toEqual([
      [3, 3],
      [4, 4],
    ]);
  });

  it('are refused where no gradient comes by, and when they return something else', () => {
    expect(() => torch.ones(2).registerHook((g) => g)).toThrow(
      "cannot register a hook on a tensor that doesn't require",
    );
    const x = torch.ones(2, { requiresGrad: true });
    const first = x.registerHook((g) => g.sum());
    expect(() => x.sum().backward()).toThrow("hook '(anonymous)' has changed the size of value");
    expect(x.grad).toBeNull();
    first.remove();
    x.registerHook((() => 3) as never);
    expect(() => x.sum().backward()).toThrow("hook '(anonymous)': expected a Tensor, got 3");
  });
});

describe('module hooks', () => {
  it('before and after forward see arguments and output, and replace them', () => {
    const layer = new nn.Linear(2, 2, false);
    nn.init.eye_(layer.weight);
    const seen: unknown[] = [];
    const before = layer.registerForwardPreHook((module, args) => {
      seen.push(module === layer, args.length);
      return [args[0].mul(2)];
    });
    const after = layer.registerForwardHook((_module, args, output) => {
      expectTypeOf(args).toEqualTypeOf<[input: torch.Tensor]>();
      seen.push(args[0].tolist());
      return output.add(1);
    });
    expect(layer(torch.tensor([[1, 2]])).tolist()).toEqual([[3, 5]]);
    expect(seen).toEqual([true, 1, [[2, 4]]]);
    before.remove();
    after.remove();
    expect(layer(torch.tensor([[1, 2]])).tolist()).toEqual([[1, 2]]);
    expect(Object.hasOwn(layer, '__call__')).toBe(false);
  });

  it('count as nothing of the module: no member, no state', () => {
    const model = new nn.Sequential(new nn.Linear(2, 1), new nn.ReLU());
    const text = String(model);
    const keys = Object.keys(model.stateDict());
    model.registerForwardHook(() => {});
    model[0].registerFullBackwardHook(() => {});
    expect([String(model), Object.keys(model.stateDict())]).toEqual([text, keys]);
  });

  it('on the way back see the gradients of inputs and outputs', () => {
    const layer = new nn.Linear(2, 1, false);
    layer.loadStateDict({ weight: torch.tensor([[3, 4]]) });
    const seen: unknown[] = [];
    const lists = (grads: torch.nn.ModuleGrads): unknown => grads.map((g) => g?.tolist() ?? null);
    const handle = layer.registerFullBackwardHook((module, gradInput, gradOutput) => {
      seen.push(module === layer, lists(gradInput), lists(gradOutput));
      return [(gradInput[0] as torch.Tensor).mul(10)];
    });
    const x = torch.tensor([[1, 1]], { requiresGrad: true });
    layer(x).mul(2).sum().backward();
    expect(seen).toEqual([true, [[[6, 8]]], [[[2]]]]);
    expect(x.grad?.tolist()).toEqual([[60, 80]]);
    // An input without gradient: the hook is called all the same, with null for it.
    seen.length = 0;
    handle.remove();
    layer.registerFullBackwardHook((_module, gradInput, gradOutput) => {
      seen.push(lists(gradInput), lists(gradOutput));
    });
    layer(torch.ones(1, 2)).sum().backward();
    expect(seen).toEqual([[null], [[[1]]]]);
  });

  it('on the way back may replace the gradient of the output first', () => {
    const layer = new nn.Linear(1, 1, false);
    layer.loadStateDict({ weight: torch.tensor([[2]]) });
    layer.registerFullBackwardPreHook((_module, gradOutput) => [(gradOutput[0] as torch.Tensor).mul(5)]);
    const x = torch.ones(1, 1, { requiresGrad: true });
    layer(x).sum().backward();
    expect([x.grad?.item(), layer.weight.grad?.item()]).toEqual([10, 5]);
    layer.registerFullBackwardHook(() => [null, null]);
    expect(() => layer(x).sum().backward()).toThrow(
      'Backward hook returned an invalid number of grad, got 2, but expected 1',
    );
  });

  it('are told from anything else', () => {
    expect(() => new nn.ReLU().registerForwardHook(3 as never)).toThrow('a hook must be a function, got 3');
  });
});
