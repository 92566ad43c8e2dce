/** SGD's interface: groups, options, state, and what it refuses. */
import { describe, expect, it, vi } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn, optim } = torch;
const leaf = (value = 1): torch.Tensor => torch.tensor([value], { requiresGrad: true });

describe('SGD', () => {
  it('leaves parameters without a gradient alone', () => {
    const [a, b] = [leaf(), leaf()];
    const optimizer = new optim.SGD([a, b], { lr: 0.5 });
    a.mul(3).sum().backward();
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([-0.5, 1]);
    optimizer.zeroGrad();
    expect(a.grad).toBeNull();
  });

  it('obeys a learning rate changed between steps', () => {
    const w = leaf();
    const optimizer = new optim.SGD([w], { lr: 0.1 });
    w.sum().backward();
    optimizer.paramGroups[0].lr = 0.25;
    optimizer.step();
    expect(w.item()).toBe(0.75);
  });

  it('takes a closure and returns its loss', () => {
    const w = leaf(2);
    const optimizer = new optim.SGD([w], { lr: 0.25 });
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const l = w.pow(2).sum();
      l.backward();
      return l;
    });
    expect([loss.item(), w.item()]).toEqual([4, 1]);
  });

  it('keeps gradients as zeros when told to', () => {
    const w = leaf();
    const optimizer = new optim.SGD([w], 0.1);
    w.mul(2).sum().backward();
    optimizer.zeroGrad(false);
    expect(w.grad?.tolist()).toEqual([0]);
  });

  it('resumes exactly from its state dict', () => {
    const train = (w: torch.Tensor, optimizer: torch.optim.SGD, steps: number): void => {
      for (let i = 0; i < steps; i++) {
        optimizer.zeroGrad();
        w.pow(2).sum().backward();
        optimizer.step();
      }
    };
    const options = { lr: 0.1, momentum: 0.9, weightDecay: 0.01 };
    const whole = leaf(3);
    train(whole, new optim.SGD([whole], options), 9);
    const first = leaf(3);
    const before = new optim.SGD([first], options);
    train(first, before, 4);
    const second = leaf();
    torch.noGrad(() => second.copy_(first));
    const after = new optim.SGD([second], { lr: 1 });
    after.loadStateDict(torch.load(torch.save(before.stateDict())));
    train(first, before, 2); // The state was read from a file: going on with the old one does not disturb the new one.
    train(second, after, 5);
    expect(second.item()).toBe(whole.item());
  });

  it('goes on in the tensors of the state dict that it loaded, of the same dtype', () => {
    const [w, other, double] = [leaf(1), leaf(1), torch.tensor([1], { dtype: torch.float64, requiresGrad: true })];
    const before = new optim.SGD([w], { lr: 0.1, momentum: 0.9 });
    w.grad = torch.ones(1);
    before.step();
    const saved = before.stateDict();
    for (const each of [other, double]) {
      const after = new optim.SGD([each], { lr: 0.1, momentum: 0.9 });
      after.loadStateDict(saved);
      each.grad = torch.onesLike(each);
      after.step();
    }
    expect(saved.state[0].momentumBuffer).toBe(before.state.get(w)?.momentumBuffer);
    expect(String(saved.state[0].momentumBuffer)).toBe('tensor([1.9000])');
  });

  it('changes a parameter that a group has twice twice, and warns', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const [w, other] = [leaf(1), leaf(3)];
    const optimizer = new optim.Adam([{ params: [w, w] }, { params: [other] }], { lr: 0.1 });
    expect(warn.mock.calls.join()).toContain('a parameter group with duplicate parameters');
    warn.mockRestore();
    for (let i = 0; i < 3; i++) {
      w.pow(2).sum().backward();
      other.pow(2).sum().backward();
      optimizer.step();
    }
    // PyTorch's.
    expect(w.item()).toBeCloseTo(0.40354, 5);
    expect(other.item()).toBeCloseTo(2.70722, 5);
    const saved = optimizer.stateDict();
    expect(Object.keys(saved.state)).toEqual(['1', '2']);
    expect(saved.paramGroups.map(({ params }) => params)).toEqual([[1, 1], [2]]);
    optimizer.loadStateDict(saved);
    optimizer.step();
    expect(w.item()).toBeCloseTo(0.20076, 5);
  });

  it('updates a parameter that is a strided view', () => {
    const base = torch.arange(6, { dtype: torch.float32 }).view(2, 3);
    const w = base.t().detach().requiresGrad_();
    w.sum().backward();
    new optim.SGD([w], { lr: 1, momentum: 0.5 }).step();
    expect(base.tolist()).toEqual([
      [-1, 0, 1],
      [2, 3, 4],
    ]);
  });

  it('refuses what PyTorch refuses', () => {
    expect(() => new optim.SGD([])).toThrow('optimizer got an empty parameter list');
    expect(() => new optim.SGD(new nn.ReLU().parameters())).toThrow('optimizer got an empty parameter list');
    expect(() => new optim.SGD(leaf() as never)).toThrow(
      'params argument given to the optimizer should be an iterable of Tensors or dicts, but got a tensor of shape [1]',
    );
    expect(() => new optim.SGD([leaf()], { lr: -1 })).toThrow('Invalid learning rate: -1');
    expect(() => new optim.SGD([leaf()], { momentum: -1 })).toThrow('Invalid momentum value: -1');
    expect(() => new optim.SGD([leaf()], { weightDecay: -1 })).toThrow('Invalid weight_decay value: -1');
    expect(() => new optim.SGD([leaf()], { nesterov: true })).toThrow(
      'Nesterov momentum requires a momentum and zero dampening',
    );
    expect(() => new optim.SGD([leaf().mul(2)])).toThrow("can't optimize a non-leaf Tensor");
    expect(() => new optim.SGD([leaf()], { learningRate: 1 } as never)).toThrow(
      "SGD() got an unexpected option 'learningRate'; it takes lr, momentum, dampening, weightDecay, nesterov, maximize",
    );
    const w = leaf();
    expect(() => new optim.SGD([{ params: [w] }, { params: [w] }])).toThrow(
      'some parameters appear in more than one parameter group',
    );
  });
});
