/** A list that was given stays the caller's: what was made by it does not change when the caller writes it. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

const x = torch.arange(6).reshape(1, 2, 3).float();

/** Calls with a list, which is then written. */
const MADE: [name: string, list: number[], make: (list: number[]) => torch.Tensor][] = [
  ['zeros', [2, 3], (list) => torch.zeros(list)],
  ['zeros, named', [2, 3], (size) => torch.zeros({ size })],
  ['ones with options', [2, 3], (list) => torch.ones(list, { dtype: torch.int64 })],
  ['empty', [2, 3], (list) => torch.empty(list)],
  ['full', [2, 3], (list) => torch.full(list, 1.5)],
  ['rand', [2, 3], (list) => torch.rand(list)],
  ['randn with options', [2, 3], (list) => torch.randn(list, { requiresGrad: true })],
  ['randint', [2, 3], (list) => torch.randint(9, list)],
  ['newZeros', [2, 3], (list) => x.newZeros(list)],
  ['newFull', [2, 3], (list) => x.newFull(list, 1)],
  ['view', [3, 2], (list) => x.view(list)],
  ['reshape', [3, 2], (list) => x.reshape(list)],
  ['reshape, named', [3, 2], (shape) => x.reshape({ shape })],
  ['expand', [4, 2, 3], (list) => x.expand(list)],
  ['broadcastTo', [4, 2, 3], (list) => x.broadcastTo(list)],
  ['permute', [2, 0, 1], (list) => x.permute(list)],
  ['repeat', [2, 1, 1], (list) => x.repeat(list)],
  ['tile', [2, 1, 1], (list) => x.tile(list)],
  ['unflatten', [3, 1], (list) => x.unflatten(2, list)],
];

test.each(MADE)('%s keeps its shape', (_name, given, make) => {
  const list = [...given];
  const out = make(list);
  const before = [...out.shape];
  list[0] = 7;
  list.push(5);
  expect([...out.shape]).toEqual(before);
  expect(out.clone().shape.numel()).toBe(before.reduce((n, size) => n * size, 1));
});

/** Calls whose derivative goes back along the list. */
const DERIVED: [name: string, list: number[], make: (x: torch.Tensor, list: number[]) => torch.Tensor][] = [
  ['flip', [2], (each, list) => each.flip(list)],
  ['permute', [2, 0, 1], (each, list) => each.permute(list)],
  ['squeeze', [0], (each, list) => each.squeeze(list)],
  ['sum', [2], (each, list) => each.sum(list)],
  ['mean', [2], (each, list) => each.mean(list)],
  ['logsumexp', [2], (each, list) => each.logsumexp(list)],
  ['amax', [2], (each, list) => each.amax(list)],
  ['repeat', [2, 1, 1], (each, list) => each.repeat(list)],
  ['roll', [1], (each, list) => each.roll(list, [2])],
];

describe('the gradient goes back by the list that was given', () => {
  test.each(DERIVED)('%s', (_name, given, make) => {
    const [kept, written] = [true, false].map((keep) => {
      const leaf = x.detach().clone().requiresGrad_();
      const list = [...given];
      const out = make(leaf, list);
      if (!keep) list.fill(1);
      out.mul(torch.arange(out.numel()).reshape(out.shape)).sum().backward();
      return leaf.grad?.tolist();
    });
    expect(kept).not.toBeUndefined();
    expect(written).toEqual(kept);
  });
});
