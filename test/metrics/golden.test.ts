/** Every metric is torchmetrics' by its definition, batch by batch and over all: see golden/metrics.py. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

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

const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as Case[];

const made = ({ shape, float, values }: Shown): torch.Tensor =>
  torch.tensor(values, { dtype: float ? torch.float32 : torch.int64 }).view(shape);

function near(actual: torch.Tensor, expected: Value): void {
  const values = [actual.flatten().tolist()].flat() as number[];
  const wanted = [expected].flat();
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) {
    if (value === null) expect(values[i]).toBeNaN();
    else expect(values[i]).toBeCloseTo(value, 5);
  }
}

test.each(golden.map((c, i) => [i, c.metric, JSON.stringify(c.options), c] as const))('%i %s %s', (_, name, __, c) => {
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
  expect([...new Set(golden.map(({ metric }) => metric as string))].sort()).toEqual(names.sort());
});
