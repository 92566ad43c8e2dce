/** What `autograd.grad` gives among hooks and retained gradients. The numbers are PyTorch's. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

function graph() {
  const x = torch.tensor([1, 2], { requiresGrad: true });
  const y = x.mul(2);
  y.registerHook((g) => g.mul(10));
  y.retainGrad();
  return { x, y, z: y.mul(3).sum() };
}

describe('autograd.grad', () => {
  test('gives what a hook made of the gradient where the pass ends', () => {
    const { y, z } = graph();
    expect(torch.autograd.grad(z, [y])[0].tolist()).toEqual([30, 30]);
    expect(y.grad?.tolist()).toEqual([30, 30]);
  });

  test('gives what arrived where the pass goes on', () => {
    const { x, y, z } = graph();
    expect(torch.autograd.grad(z, [x, y]).map((g) => g.tolist())).toEqual([
      [60, 60],
      [3, 3],
    ]);
    expect(y.grad?.tolist()).toEqual([30, 30]);
  });

  test('a retained gradient that was taken stays what it was', () => {
    const { y, z } = graph();
    z.backward({ retainGraph: true });
    const before = y.grad;
    z.backward();
    expect([before?.tolist(), y.grad?.tolist()]).toEqual([
      [30, 30],
      [60, 60],
    ]);
  });

  test('does not run the node of what it is asked for', () => {
    const x = torch.tensor([1, 2], { requiresGrad: true });
    const y = x.exp();
    torch.autograd.grad(y, [y], torch.ones(2));
    torch.noGrad(() => y.zero_());
    expect(torch.autograd.grad(y, y, torch.ones(2))[0].tolist()).toEqual([1, 1]);
  });

  test('leaves of a used graph hold nothing that a module may not write', () => {
    const layer = new torch.nn.BatchNorm1d(2);
    const [a, b] = [torch.randn([4, 2]), torch.randn([4, 2])].map((x) => layer(x.requiresGrad_()).sum());
    expect(() => a.add(b).backward()).not.toThrow();
  });
});
