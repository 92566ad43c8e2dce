/** Backward passes: what they refuse, in PyTorch's words; what they leave behind; how deep they go. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

type Tensor = torch.Tensor;

function leaf(values: torch.TensorData = [1, 2, 3]): Tensor {
  return torch.tensor(values, { requiresGrad: true });
}

describe('refusals', () => {
  test('a start that is no scalar', () => {
    expect(() => leaf().mul(2).backward()).toThrow(
      new RangeError(
        'grad can be implicitly created only for scalar outputs, got a tensor of shape [3]: reduce it with sum() or ' +
          'mean(), or give a gradient',
      ),
    );
  });

  test('nothing recorded', () => {
    const nothing = /^element 0 of tensors does not require grad and does not have a grad_fn/;
    expect(() => torch.ones(1).sum().backward()).toThrow(nothing);
    const x = leaf();
    expect(() => torch.noGrad(() => x.sum()).backward()).toThrow(nothing);
    expect(() => x.detach().sum().backward()).toThrow(nothing);
  });

  test('a second pass', () => {
    const loss = leaf().exp().sum();
    loss.backward();
    expect(() => loss.backward()).toThrow(
      /^Trying to backward through the graph a second time .* Specify \{ retainGraph: true \}/,
    );
  });

  test('a second pass over what the first one freed, from elsewhere', () => {
    const shared = leaf().exp();
    shared.sum().backward();
    expect(() => shared.mul(2).sum().backward()).toThrow(/^Trying to backward through the graph a second time/);
  });

  test('a write to what was saved', () => {
    const x = leaf();
    const y = x.exp();
    y.add_(1);
    expect(() => y.sum().backward()).toThrow(
      /by an inplace operation: \[torch\.float32 \[3\]\], saved by ExpBackward0, is at version 1; expected version 0/,
    );
    expect(x.grad).toBe(null);
  });

  test('a write to a leaf or a view of one', () => {
    const x = leaf();
    const refusal = /a leaf Variable that requires grad is being used in an in-place operation/;
    for (const write of [() => x.add_(1), () => x.zero_(), () => x.setAt_([0], 1), () => x.copy_(x.detach())]) {
      expect(write).toThrow(refusal);
    }
    expect(() => x.at(0).mul_(2)).toThrow(/a view of a leaf Variable that requires grad is being used in an in-place/);
    expect(x.tolist()).toEqual([1, 2, 3]);
    expect(x._version).toBe(0);
  });

  test('a write to what repeats', () => {
    expect(() => torch.zeros(1, 2).expand(3, 2).add_(1)).toThrow(
      /unsupported operation: more than one element of the written-to tensor refers to a single memory location/,
    );
  });

  test('gradients of the wrong kind', () => {
    const y = leaf().mul(2);
    expect(() => y.backward(torch.ones(2))).toThrow(
      'Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) and output[0] has a shape of torch.Size([3]).',
    );
    expect(() => y.backward(1 as never)).toThrow(new TypeError('gradients can be either Tensors or null, but got 1'));
    expect(() => y.backward({ retain: true } as never)).toThrow(/unexpected option 'retain'/);
  });

  test('inputs that are not in the graph', () => {
    const x = leaf();
    expect(() => torch.autograd.grad(x.sum(), torch.ones(3))).toThrow(
      'One of the differentiated Tensors does not require grad',
    );
    expect(() => torch.autograd.grad(x.sum(), leaf())).toThrow(
      /^The differentiated Tensor at index 0 appears to not have been used in the graph\./,
    );
  });

  test('flags that cannot be set', () => {
    expect(() => torch.zeros(2, { dtype: torch.int64 }).requiresGrad_()).toThrow(
      new TypeError('only Tensors of floating point dtype can require gradients, got torch.int64'),
    );
    const y = leaf().mul(2);
    expect(() => {
      y.requiresGrad = false;
    }).toThrow(/^you can only change requires_grad flags of leaf variables/);
    expect(() => torch.ones(1).retainGrad()).toThrow("can't retain_grad on Tensor that has requires_grad=False");
  });

  test('a gradient that does not fit its tensor', () => {
    const x = leaf();
    expect(() => {
      x.grad = torch.ones(2);
    }).toThrow(/^assigned grad has data of a different size/);
    expect(() => {
      x.grad = torch.ones(3, { dtype: torch.float64 });
    }).toThrow(/^assigned grad has data of a different type/);
    expect(x.grad).toBe(null);
  });
});

describe('after a pass that failed', () => {
  test('the next one starts from nothing', () => {
    const x = leaf();
    const a = x.mul(3);
    const b = a.exp();
    const broken = b.mul(2).sum();
    b.add_(1);
    expect(() => broken.backward()).toThrow(/modified by an inplace operation/);
    a.sum().backward();
    expect(x.grad?.tolist()).toEqual([3, 3, 3]);
  });

  test('recording goes on as before', () => {
    const y = leaf().exp();
    y.add_(1);
    expect(() => y.sum().backward()).toThrow();
    expect(torch.isGradEnabled()).toBe(true);
    expect(leaf().mul(2).requiresGrad).toBe(true);
  });
});

describe('gradients', () => {
  test('add up over passes and start anew from null', () => {
    const x = leaf();
    x.mul(2).sum().backward();
    x.mul(3).sum().backward();
    expect(x.grad?.tolist()).toEqual([5, 5, 5]);
    Object.assign(x, { grad: null });
    x.sum().backward();
    expect(x.grad?.tolist()).toEqual([1, 1, 1]);
  });

  test('are not one tensor for two leaves', () => {
    const [x, y] = [leaf(), leaf()];
    x.add(y).sum().backward();
    x.grad?.add_(1);
    expect(y.grad?.tolist()).toEqual([1, 1, 1]);
  });

  test('do not share memory with the gradient that was given', () => {
    const x = leaf();
    const start = torch.ones(3);
    x.add(0).backward(start);
    start.zero_();
    expect(x.grad?.tolist()).toEqual([1, 1, 1]);
  });

  test('go through a chain of 50,000 operations', () => {
    const x = torch.tensor(1, { requiresGrad: true });
    let y = x;
    for (let i = 0; i < 50000; i++) y = y.add(1);
    y.backward();
    expect(x.grad?.item()).toBe(1);
  });

  test('reach both sides of a shared part once', () => {
    const x = torch.tensor(2, { requiresGrad: true });
    let y = x;
    // Doubles 40 times: without accumulation before each step there would be 2^40 paths.
    for (let i = 0; i < 40; i++) y = y.add(y);
    y.backward();
    expect(x.grad?.item()).toBe(2 ** 40);
  });
});

describe('memory', () => {
  function growth(step: () => void): number {
    for (let i = 0; i < 50; i++) step();
    const before = torch.memory.stats().live;
    for (let i = 0; i < 2000; i++) step();
    return torch.memory.stats().live - before;
  }

  test('what a pass computes is freed by its end', () => {
    const x = torch.ones(64, 64, { requiresGrad: true });
    const loss = x.mul(2).exp().log().sum();
    const before = torch.memory.stats().live;
    loss.backward({ retainGraph: true });
    // The gradient is all that is new: 64 · 64 float32.
    expect(torch.memory.stats().live - before).toBeLessThanOrEqual(64 * 64 * 4 + 64);
    const after = torch.memory.stats().live;
    for (let i = 0; i < 20; i++) loss.backward({ retainGraph: true });
    expect(torch.memory.stats().live - after).toBeLessThanOrEqual(64);
  });

  test('a handle that the user holds stays right when the graph lets go of it', () => {
    const x = torch.ones(64, 64, { requiresGrad: true });
    const y = torch.softmax(x, 1);
    torch.logSoftmax(y, 1).sum().backward();
    expect(y.sum().item()).toBeCloseTo(64, 3);
  });

  test('also within tidy', () => {
    const x = torch.tensor([1, 2, 3], { requiresGrad: true });
    const [y, start] = torch.tidy(() => {
      const result = x.exp();
      result.sum().backward();
      const given = torch.tensor([1, 2, 3]);
      x.mul(x).backward(given);
      return [result.log(), given.mul(1)] as const;
    });
    expect([y.tolist(), start.tolist()]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test('operations that throw leave nothing', () => {
    const x = torch.ones(8, 8);
    const w = torch.ones(8, 8, { requiresGrad: true });
    const wrong = [
      () => x.add(torch.ones(3).sum(5)),
      () => x.matmul(w.detach().at([0, 3])),
      () => x.to(torch.float64).mm(x),
      () => torch.cat([x, w.at(0)]),
      () => x.at(9),
      () => x.gather(0, torch.tensor([[9]], { dtype: torch.int64 })),
      () => x.view(7),
      () => x.long().floorDivide(0),
      () => w.add_(1),
    ];
    const swallow = (operation: () => unknown): void => {
      expect(operation).toThrow();
    };
    const step = (): void =>
      torch.tidy(() => {
        wrong.forEach(swallow);
      });
    expect(growth(step)).toBe(0);
  });

  test('nested tidies free what is theirs', () => {
    const x = torch.ones(32, 32);
    const step = (): void => {
      const kept = torch.tidy(() => {
        const inner = torch.tidy(() => {
          x.mul(2).exp();
          return [x.add(1), x.sub(1)];
        });
        const [a, b] = inner as [Tensor, Tensor];
        return a.mul(b).sum();
      });
      expect(kept.item()).toBe(0);
      kept.dispose();
    };
    expect(growth(step)).toBe(0);
  });
});
