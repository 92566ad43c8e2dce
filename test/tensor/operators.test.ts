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
    expect(() => Reflect.construct(torch.Tensor, [[1, 2]])).toThrow('tensors are made by torch.tensor([…])');
    expect(() => torch.tensor([1], torch.int64 as never)).toThrow('options such as { dtype: torch.int64 }, got');
    expect(() => torch.eye('2' as never)).toThrow('eye(): sizes must be integers, got "2"');
    expect(() => torch.device('cuda')).toThrow('device(): there is no device "cuda", only "cpu"');
    expect(() => new torch.nn.Dropout('0.5' as never)).toThrow('Dropout(): p must be a number, got "0.5"');
  });

  it('that ask for a device find the one there is', () => {
    const device = torch.device(torch.cuda.isAvailable() ? 'cuda' : 'cpu');
    const layer = new torch.nn.Linear(1, 1).to(device).to({ device, dtype: torch.float64 });
    expect(layer.weight.dtype).toBe(torch.float64);
    expect(() => layer.to('cuda')).toThrow('nn.Module.to(): there is no device "cuda", only "cpu"');
  });
});
