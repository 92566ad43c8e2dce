/** Losses with NaN and infinities at places that count for nothing, and losses of nothing: see golden/ignored.py. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { testBook } from './book.ts';

testBook('ops-ignored.json');

// PyTorch gives what stands in memory that nobody wrote, another number at each run.
test.each(['multiMarginLoss', 'multilabelMarginLoss'] as const)('the sum of nothing is 0: %s', (name) => {
  const x = torch.zeros([0, 3], { requiresGrad: true });
  const target = torch.zeros(name === 'multiMarginLoss' ? [0] : [0, 3], { dtype: torch.int64 });
  const loss = torch.nn.functional[name](x, target, { reduction: 'sum' });
  loss.backward();
  expect([loss.item(), x.grad?.tolist()]).toEqual([0, []]);
});
