/** What JavaScript's own operators do with tensors: a number for one element, an error that helps for any other. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

describe('JavaScript’s operators', () => {
  it('see a one-element tensor as its number', () => {
    const loss = torch.tensor([3]);
    const best = torch.tensor(5);
    expect((loss as unknown as number) < (best as unknown as number)).toBe(true);
    expect(0 + (loss as unknown as number)).toBe(3);
    expect(Math.max(loss as unknown as number, best as unknown as number)).toBe(5);
    expect(`${loss}`).toBe('tensor([3.])');
  });

  it('throw for any other, and say what to write', () => {
    const x = torch.ones(2);
    expect(() => (x as unknown as number) * 2).toThrow(/shape \[2\]: write x\.add\(y\)/);
    expect(() => (x as unknown as number) - 1).toThrow(TypeError);
    expect(`${x}`).toBe('tensor([1., 1.])');
  });

  it('JSON.stringify writes the nested lists', () => {
    expect(JSON.stringify({ x: torch.tensor([[1, 2]]) })).toBe('{"x":[[1,2]]}');
  });
});

describe('names and forms from Python', () => {
  it('that would silently do nothing throw', () => {
    const w = torch.ones(1) as torch.Tensor & { requires_grad?: boolean };
    expect(() => {
      w.requires_grad = true;
    }).toThrow("a tensor has no 'requires_grad': names are camelCase here, write 'requiresGrad'");
    expect(() => Reflect.construct(torch.ones(1).constructor, [[1, 2]])).toThrow('are made by torch.tensor([…])');
    expect(() => torch.tensor([1], torch.int64 as never)).toThrow('options such as { dtype: … } by name, got');
    expect(() => torch.eye('2' as never)).toThrow('eye(): argument \'n\' must be int, not "2"');
    expect(() => torch.device('cuda')).toThrow('device(): there is no device "cuda", only "cpu"');
    expect(() => new torch.nn.Dropout('0.5' as never)).toThrow('Dropout(): argument \'p\' must be a number, not "0.5"');
  });

  it('such as x[0] throw and name at() and setAt_()', () => {
    const x = torch.ones(2, 2) as torch.Tensor & { [index: number]: unknown };
    expect(() => x[0]).toThrow(new TypeError('a tensor has no [0]: write x.at(0)'));
    expect(() => x[-1]).toThrow('write x.at(-1)');
    expect(() => {
      x[1] = 5;
    }).toThrow('write x.setAt_([1], value)');
    expect(Object.keys(torch.ones(1))).not.toContain('0');
  });

  it('a dtype cannot be assigned', () => {
    const x = torch.ones(2);
    expect(() => Reflect.set(x, 'dtype', torch.int64)).toThrow("attribute 'dtype' of a tensor is not writable");
    expect(x.tolist()).toEqual([1, 1]);
    x.data = torch.tensor([1, 2], { dtype: torch.float64 });
    expect(x.dtype).toBe(torch.float64);
  });

  it('of a module’s methods and sizes throw, and leave such members to a user’s class', () => {
    const layer = new torch.nn.Linear(3, 2) as unknown as Record<string, unknown>;
    expect(() => layer.zero_grad).toThrow("a module has no 'zero_grad': names are camelCase here, write 'zeroGrad'");
    expect(() => layer.state_dict).toThrow("write 'stateDict'");
    expect(() => layer.out_features).toThrow("write 'outFeatures'");
    layer.state_dict = 1;
    expect(layer.state_dict).toBe(1);
  });

  it('that ask for a device find the one there is', () => {
    const device = torch.device(torch.cuda.isAvailable() ? 'cuda' : 'cpu');
    const layer = new torch.nn.Linear(1, 1).to(device).to({ device, dtype: torch.float64 });
    expect(layer.weight.dtype).toBe(torch.float64);
    expect(() => layer.to('cuda')).toThrow('nn.Module.to(): there is no device "cuda", only "cpu"');
  });
});
