/** The nuclear norm's second derivative, and what it refuses; its values and gradients are in test/opinfo. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

const matrix = (...dims: number[]): torch.Tensor => {
  torch.manualSeed(dims.length);
  return torch.randn(...dims, { dtype: torch.float64, requiresGrad: true });
};

describe("norm('nuc')", () => {
  it.each([
    [
      [3, 3],
      [0, 1],
    ],
    [
      [4, 2],
      [0, 1],
    ],
    [
      [2, 4],
      [1, 0],
    ],
    [
      [2, 3, 4],
      [0, 2],
    ],
    [
      [2, 0, 4],
      [0, 2],
    ],
    [
      [3, 0],
      [0, 1],
    ],
  ])('of shape %j over %j is differentiable twice', (dims, over) => {
    const norm = (x: torch.Tensor): torch.Tensor => x.norm('nuc', over);
    expect(torch.autograd.gradcheck(norm, [matrix(...dims)])).toBe(true);
    expect(torch.autograd.gradgradcheck(norm, [matrix(...dims)])).toBe(true);
  });

  it('of a matrix without full rank is that of its parts', () => {
    const x = torch.tensor(
      [
        [1, 2],
        [2, 4],
        [0, 0],
      ],
      { dtype: torch.float64, requiresGrad: true },
    );
    const norm = x.norm('nuc');
    norm.backward();
    expect(norm.item()).toBeCloseTo(5, 12);
    expect(torch.allclose((x.grad as torch.Tensor).mul(5), x.detach())).toBe(true);
  });

  it('refuses what is no matrix', () => {
    expect(() => torch.ones(2).norm('nuc')).toThrow(RangeError);
    expect(() => torch.ones(2, 2, 2).norm('nuc')).toThrow('dim must be a 2-tuple. Got 0 1 2');
    expect(() => torch.full([2, 2], Number.NaN).norm('nuc')).toThrow('non-finite');
    expect(() => torch.ones(2, 2, { dtype: torch.int64 }).norm('nuc')).toThrow(TypeError);
    expect(() => torch.ones(2, 2, 2).norm('fro', [0, 1, 2])).toThrow(RangeError);
  });
});
