/** Every metric is torchmetrics' by its definition, batch by batch and over all: see golden/metrics.py. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { ulps } from '../golden/ulp.ts';

interface Shown {
  shape: number[];
  float: boolean;
  values: number[];
}

type Value = number | null | (number | null)[];

interface Case {
  metric: 'Accuracy';
  options: { task: 'binary' };
  batches: [Shown, Shown][];
  each: Value[];
  all: Value;
}

const { cases } = readGolden<{ cases: Case[] }>('metrics.json');

const made = ({ shape, float, values }: Shown): torch.Tensor =>
  torch.tensor(values, { dtype: float ? torch.float32 : torch.int64 }).view(shape);

function near(actual: torch.Tensor, expected: Value): void {
  const values = [actual.flatten().tolist()].flat() as number[];
  const wanted = [expected].flat();
  expect(values.length).toBe(wanted.length);
  // The golden numbers are doubles, the metrics float32.
  const bound = ulps(16, {}, wanted.map(Number));
  for (const [i, value] of wanted.entries()) {
    if (value === null) expect(values[i]).toBeNaN();
    else expect(Math.abs(values[i] - value)).toBeLessThanOrEqual(bound);
  }
}

test.each(cases.map((c, i) => [i, c.metric, JSON.stringify(c.options), c] as const))('%i %s %s', (_, name, __, c) => {
  const Kind = torch.metrics[name];
  const called = new Kind(c.options);
  const updated = new Kind(c.options);
  c.batches.forEach(([preds, target], i) => {
    near(called(made(preds), made(target)), c.each[i]);
    updated.update(made(preds), made(target).float());
  });
  near(called.compute(), c.all);
  near(updated.compute(), c.all);
  called.reset();
  called.update(made(c.batches[0][0]), made(c.batches[0][1]));
  near(called.compute(), c.each[0]);
});

test('every metric has cases', () => {
  const names = Object.entries(torch.metrics)
    .filter(([, Kind]) => (Kind as { prototype?: unknown }).prototype instanceof torch.metrics.Metric)
    .map(([name]) => name);
  expect([...new Set(cases.map(({ metric }) => metric as string))].sort()).toEqual(names.sort());
});
