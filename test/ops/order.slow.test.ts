/** What an operator computes does not depend on the memory order of its operands, nor do gradients. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { type Case, plain, type Written } from '../opinfo/golden.ts';
import { orderCases, results } from './order-cases.ts';

/** What draws does so in memory order, and of what is empty nobody knows what it holds. */
const OTHERWISE = /dropout|bernoulli|multinomial|rand|normal$|empty|rrelu/;

/** The results and the gradients of a case, with its operands as they lie or as `given` makes them. */
function computed(item: Case, combination: string, given: (x: torch.Tensor) => torch.Tensor): torch.Tensor[] {
  const leaves: torch.Tensor[] = [];
  const make = (x: Written): torch.Tensor => {
    const leaf = plain(x);
    // The cases of order.py do not say which gradients are wanted: not every operator has one of its second tensor.
    const first = item.d === undefined && leaves.length === 0;
    if (x.g || (first && leaf.isFloatingPoint())) leaves.push(leaf.requiresGrad_());
    return leaf;
  };
  const outs = results(item, combination, make, given);
  const parts = outs
    .filter((out) => out.requiresGrad)
    .map((out) => {
      const weights = torch.arange(out.numel(), { dtype: torch.float64 }).cos().to(out.dtype);
      return out.reshape([-1]).mul(weights).sum().double();
    });
  if (parts.length > 0) torch.stack(parts).sum().backward();
  return [...outs, ...leaves.flatMap((leaf) => (leaf.grad ? [leaf.grad] : []))];
}

function differs(a: torch.Tensor, b: torch.Tensor): boolean {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return true;
  const tolerance = a.dtype === torch.float32 ? 1e-4 : 1e-9;
  return !torch.allclose(a.double(), b.double(), { rtol: tolerance, atol: tolerance, equalNan: true });
}

test('the same numbers and gradients from operands of every memory order', () => {
  const wrong: string[] = [];
  let compared = 0;
  for (const { item, wanted } of orderCases()) {
    if (OTHERWISE.test(item.o)) continue;
    for (const [combination, strides] of wanted) {
      if (strides === '!') continue;
      const one = computed(item, combination, (x) => x);
      const two = computed(item, combination, (x) => x.contiguous());
      compared++;
      if (one.length !== two.length || one.some((x, i) => differs(x, two[i] as torch.Tensor))) {
        wrong.push(`${item.o} ${combination} | ${JSON.stringify(item.a).slice(0, 200)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(10_000);
}, 300_000);
