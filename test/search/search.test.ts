/** Grid and random search: what is tried, in which order, what is stopped, and what stays behind. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

const { gridSearch, randomSearch } = torch;
const { choice, intUniform, logUniform, MedianPruner, SuccessiveHalvingPruner, uniform } = torch.search;

describe('gridSearch', () => {
  test('tries every combination once, the last option fastest', () => {
    const space = { a: [1, 2], b: choice(['x', 'y']), c: intUniform(0, 1), fixed: true };
    const seen: unknown[] = [];
    const study = gridSearch(({ a, b, c, fixed }, trial) => {
      seen.push([trial.number, a, b, c, fixed]);
      return a + c;
    }, space);
    expect(seen).toEqual([
      [0, 1, 'x', 0, true],
      [1, 1, 'x', 1, true],
      [2, 1, 'y', 0, true],
      [3, 1, 'y', 1, true],
      [4, 2, 'x', 0, true],
      [5, 2, 'x', 1, true],
      [6, 2, 'y', 0, true],
      [7, 2, 'y', 1, true],
    ]);
    expect([study.best.number, study.bestValue, study.nTrials]).toEqual([0, 1, 8]);
    expect(gridSearch(({ a, c }) => a + c, space, { direction: 'maximize' }).bestParams).toEqual({
      a: 2,
      b: 'x',
      c: 1,
      fixed: true,
    });
  });

  test('has types for what the space says', () => {
    const study = gridSearch(({ name, n }) => name.length * n, { name: choice(['relu', 'tanh']), n: [1, 2] });
    const { name, n } = study.bestParams;
    const known: 'relu' | 'tanh' = name;
    expect([known, n.toFixed(1)]).toEqual(['relu', '1.0']);
  });
});

describe('randomSearch', () => {
  const space = { lr: logUniform(1e-5, 1), width: intUniform(1, 4), drop: uniform(0.1, 0.5), act: ['relu', 'tanh'] };
  const params = (seed: number | null, nTrials = 40) =>
    randomSearch(({ lr }) => lr, space, { nTrials, seed }).trials.map((trial) => trial.params);

  test('draws from the whole of each distribution and from nowhere else', () => {
    const all = params(0, 2000);
    const logs = all.map(({ lr }) => Math.log10(lr));
    for (const decade of [-5, -4, -3, -2, -1]) {
      const share = logs.filter((log) => log >= decade && log < decade + 1).length / all.length;
      expect(Math.abs(share - 0.2)).toBeLessThan(0.04);
    }
    const mean = all.reduce((sum, { drop }) => sum + drop, 0) / all.length;
    expect(Math.abs(mean - 0.3)).toBeLessThan(0.01);
    expect(all.every(({ drop }) => drop >= 0.1 && drop < 0.5)).toBe(true);
    for (const width of [1, 2, 3, 4]) {
      expect(all.filter((each) => each.width === width).length).toBeGreaterThan(400);
    }
    expect(new Set(all.map(({ act }) => act))).toEqual(new Set(['relu', 'tanh']));
  });

  test('draws the same for the same seed, whatever the objective draws', () => {
    expect(params(7)).toEqual(params(7));
    expect(params(7)).not.toEqual(params(8));
    const busy = randomSearch(({ lr }) => lr + torch.rand(3).sum().item(), space, { nTrials: 40, seed: 7 });
    expect(busy.trials.map((trial) => trial.params)).toEqual(params(7));
    expect(params(7, 5)).toEqual(params(7).slice(0, 5));
    const seeds = (seed: number) => randomSearch((_, trial) => trial.seed, space, { seed }).trials.map((t) => t.value);
    expect([seeds(1), new Set(seeds(1)).size]).toEqual([seeds(1), 10]);
  });

  test('draws what PyTorch draws by the formulas of the documentation, in its order', () => {
    const mixed = {
      a: uniform(-1, 3),
      one: 7,
      b: logUniform(1e-3, 0.3),
      c: intUniform(2, 9),
      d: choice(['x', 'y', 'z']),
    };
    const { trials } = randomSearch(() => 0, mixed, { nTrials: 2, seed: 5 });
    // PyTorch 2.13: torch.Generator().manual_seed(5), then rand, randint(1), rand, randint(8), randint(3), randint(2**31).
    expect(trials.map(({ params, seed }) => [...Object.values(params), seed])).toEqual([
      [1.5680600265123763, 7, expect.closeTo(0.024307608699511433, 16), 8, 'y', 2097710088],
      [2.8139126047970993, 7, expect.closeTo(0.027226428405007722, 16), 8, 'x', 2108059852],
    ]);
  });

  test('without a seed follows the default generator', () => {
    torch.manualSeed(1);
    const first = params(null);
    expect(params(null)).not.toEqual(first);
    torch.manualSeed(1);
    expect(params(null)).toEqual(first);
  });
});

describe('an objective', () => {
  test('may give promises', async () => {
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    let running = 0;
    const study = await gridSearch(
      async ({ x }, trial) => {
        expect(running++).toBe(0);
        await wait(1);
        trial.report(x);
        running--;
        return x ** 2;
      },
      { x: [3, -1, 2] },
    );
    expect(study.trials.map(({ value }) => value)).toEqual([9, 1, 4]);
    expect(study.bestParams).toEqual({ x: -1 });
  });

  test('that throws ends the search, at once or over time', async () => {
    const fail = ({ x }: { x: number }): number => {
      if (x === 2) throw new Error(`no ${x}`);
      return x;
    };
    const seen: number[] = [];
    const callback = ({ number }: { number: number }) => seen.push(number);
    expect(() => gridSearch(fail, { x: [1, 2, 3] }, { callback })).toThrow('no 2');
    expect(seen).toEqual([0]);
    await expect(gridSearch(async (params) => fail(params), { x: [1, 2, 3] }, { callback })).rejects.toThrow('no 2');
    expect(seen).toEqual([0, 0]);
  });

  test('that gives NaN has failed and is never the best', () => {
    const study = gridSearch(({ x }) => (x === 0 ? Number.NaN : x), { x: [0, 2, 1] });
    expect(study.trials.map(({ state }) => state)).toEqual(['failed', 'complete', 'complete']);
    expect(study.bestValue).toBe(1);
    expect(() => gridSearch(() => Number.NaN, { x: [1] }).best).toThrow('No trials are completed yet.');
  });

  test('must give a number', async () => {
    expect(() => gridSearch((() => undefined) as never, { x: [1] })).toThrow(
      'gridSearch(): the objective must give a number, got undefined in trial 0',
    );
    await expect(gridSearch((async () => torch.tensor(1)) as never, { x: [1] })).rejects.toThrow(
      'got a tensor of shape',
    );
  });

  test('reports rising steps', () => {
    const reporting = (report: (trial: torch.search.Trial) => void) => () =>
      gridSearch(
        (_, trial) => {
          report(trial as never);
          return 0;
        },
        { x: 1 },
      );
    expect(reporting((trial) => trial.report(1, 1.5))).toThrow('step must be a whole number above -1, got 1.5');
    const twice = (trial: torch.search.Trial) => {
      for (const step of [3, 3]) trial.report(1, step);
    };
    expect(reporting(twice)).toThrow('above 3, got 3');
    expect(reporting((trial) => trial.report('1' as never))).toThrow('value must be a number, got "1"');
    const counting = (trial: torch.search.Trial) => {
      for (const value of [5, 6]) trial.report(value);
    };
    const [{ reports }] = reporting(counting)().trials;
    expect(reports).toEqual([
      [0, 5],
      [1, 6],
    ]);
  });
});

/** Reports its curve until told to stop. */
const follow =
  (curves: number[][], from = 0) =>
  ({ i }: { i: number }, trial: torch.search.Trial): number => {
    for (const [step, value] of curves[i].entries()) {
      trial.report(value, step + from);
      if (trial.shouldPrune()) return -1000;
    }
    return curves[i][curves[i].length - 1];
  };
const outcome = (study: torch.search.Study<{ i: number }>) =>
  study.trials.map(({ state, value, reports }) => [state, value, reports.length]);

describe('MedianPruner', () => {
  const curves = [
    [5, 4, 3],
    [5, 2, 1],
    [9, 9, 9],
    [5, 3.5, 3],
    [4, 3, 2],
  ];
  const space = { i: [0, 1, 2, 3, 4] };

  test('stops what is worse than the median at its step, which counts with its last report', () => {
    const pruner = new MedianPruner({ nStartupTrials: 2 });
    const study = gridSearch(follow(curves), space, { pruner });
    // Medians over the completed trials: 5, then of 4 and 2, then of 3 and 1.
    expect(outcome(study)).toEqual([
      ['complete', 3, 3],
      ['complete', 1, 3],
      ['pruned', 9, 1],
      ['pruned', 3.5, 2],
      ['complete', 2, 3],
    ]);
    expect(study.bestValue).toBe(1);
  });

  test('turns round for a score that shall be large', () => {
    const pruner = new MedianPruner({ nStartupTrials: 2 });
    const negative = curves.map((curve) => curve.map((value) => -value));
    const study = gridSearch(follow(negative), space, { pruner, direction: 'maximize' });
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'pruned', 'pruned', 'complete']);
    expect(study.bestValue).toBe(-1);
  });

  test('waits for trials, for steps, and looks at intervals', () => {
    const bad = Array.from({ length: 8 }, () => 9);
    const run = (options: ConstructorParameters<typeof MedianPruner>[0]) =>
      gridSearch(follow([[1, 1, 1, 1, 1, 1, 1, 1], bad]), { i: [0, 1] }, { pruner: new MedianPruner(options) })
        .trials[1].reports.length;
    expect(run({})).toBe(8);
    expect(run({ nStartupTrials: 1 })).toBe(1);
    expect(run({ nStartupTrials: 1, nWarmupSteps: 3 })).toBe(4);
    expect(run({ nStartupTrials: 0 })).toBe(1);
    const quiet = { prune: (reports: unknown) => pruned.push(reports) > 100 };
    const pruned: unknown[] = [];
    gridSearch(follow([bad]), { i: [0] }, { pruner: quiet });
    expect(pruned.length).toBe(8);
    const looks: number[] = [];
    const pruner = new MedianPruner({ nStartupTrials: 1, nWarmupSteps: 1, intervalSteps: 3 });
    const earlier = gridSearch(follow([[1, 1, 1, 1, 1, 1, 1, 1]]), { i: [0] }).trials;
    for (let n = 1; n <= 8; n++) {
      const reports = bad.slice(0, n).map((value, step) => [step, value] as const);
      if (pruner.prune(reports, earlier, 'minimize')) looks.push(n - 1);
    }
    expect(looks).toEqual([1, 4, 7]);
  });

  test('refuses what is no whole number', () => {
    expect(() => new MedianPruner({ intervalSteps: 0 })).toThrow(
      'intervalSteps must be a whole number, at least 1, got 0',
    );
    expect(() => new MedianPruner({ nWarmupSteps: 0.5 })).toThrow("argument 'nWarmupSteps' must be int, not 0.5");
  });
});

test('SuccessiveHalvingPruner lets the best of each rung go on', () => {
  const curve = (value: number) => Array.from({ length: 9 }, () => value);
  const curves = [5, 6, 4, 7, 3, 8, 2].map(curve);
  const pruner = new SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 3 });
  const study = gridSearch(follow(curves, 1), { i: [0, 1, 2, 3, 4, 5, 6] }, { pruner });
  expect(study.trials.map(({ reports }) => reports.length)).toEqual([9, 1, 9, 1, 9, 1, 9]);
  // At step 1 all is well; at step 3 the second trial is the worse of two.
  const late = [
    [1, 1, 1, 1],
    [0, 0, 5, 5],
  ];
  expect(gridSearch(follow(late, 1), { i: [0, 1] }, { pruner }).trials.map(({ reports }) => reports.length)).toEqual([
    4, 3,
  ]);
  expect(() => new SuccessiveHalvingPruner({ reductionFactor: 1 })).toThrow('reductionFactor must be');
});

describe('a study', () => {
  test('is a table, and a list of records', () => {
    const space = { lr: [0.5, 0.123456], layers: [[8, 8]] };
    const study = gridSearch(({ lr, layers }) => (lr === 0.5 ? Number.NaN : lr * layers.length), space);
    expect(study.table({ seconds: false }).split('\n')).toEqual([
      '  trial   value      lr  layers  state',
      '      0     NaN     0.5  [8,8]   failed',
      '*     1  0.2469  0.1235  [8,8]   complete',
    ]);
    expect(String(study).split('\n')[0]).toMatch(/state +seconds$/);
    const [, record] = study.records();
    expect(record).toMatchObject({ trial: 1, value: 0.246912, lr: 0.123456, state: 'complete' });
    expect(record.seconds).toBeGreaterThanOrEqual(0);
  });

  test('is told of by a callback, which can end it', () => {
    const told: string[] = [];
    const study = randomSearch(
      ({ x }) => x,
      { x: uniform(0, 1) },
      {
        nTrials: 100,
        seed: 0,
        callback: (trial, sofar) => {
          told.push(`${trial.number + 1} of ${sofar.nTrials}: ${sofar.best.value === trial.value}`);
          return told.length < 3;
        },
      },
    );
    expect(study.trials.length).toBe(3);
    expect(told[0]).toBe('1 of 100: true');
  });
});

describe('a search refuses', () => {
  const f = () => 0;
  const cases: [string, () => unknown, string][] = [
    ['a grid without end', () => gridSearch(f, { lr: uniform(0, 1) }), 'lr has no end of values: give a list'],
    ['no objective', () => gridSearch(3 as never, {}), 'objective must be a function, got 3'],
    ['no space', () => gridSearch(f, [1] as never), 'space must be a plain object, got a list of 1'],
    [
      'an unknown direction',
      () => gridSearch(f, {}, { direction: 'up' as never }),
      "'minimize' or 'maximize', got \"up\"",
    ],
    ['an unknown option', () => gridSearch(f, {}, { nTrials: 3 } as never), "unexpected option 'nTrials'"],
    ['no trials', () => randomSearch(f, {}, { nTrials: 0 }), 'nTrials must be a positive whole number, got 0'],
    ['what is no pruner', () => gridSearch(f, {}, { pruner: {} as never }), 'pruner must have a method prune'],
    [
      'what is no callback',
      () => gridSearch(f, {}, { callback: 1 as never }),
      "argument 'callback' must be a function or null, not 1",
    ],
    ['bounds out of order', () => uniform(2, 1), 'uniform(): low=2 is above high=1'],
    ['infinite bounds', () => uniform(0, Infinity), 'Infinity cannot be a bound'],
    ['a logarithm of 0', () => logUniform(0, 1), 'logUniform(): 0 cannot be a bound'],
    ['half an integer', () => intUniform(0, 1.5), 'intUniform(): 1.5 cannot be a bound'],
    ['nothing to choose from', () => choice([]), 'there is nothing to choose from'],
    ['an empty list', () => randomSearch(f, { x: [] }), 'there is nothing to choose from'],
  ];
  test.each(cases)('%s', (_, run, message) => expect(run).toThrow(message));
});

describe('memory', () => {
  const { nn, optim } = torch;
  const make = (hidden: number) =>
    new nn.Sequential(new nn.Linear(16, hidden), new nn.ReLU(), new nn.Linear(hidden, 1));
  type Model = ReturnType<typeof make>;
  const x = torch.randn(64, 16);
  const y = x.sum(1, true).tanh();

  /** Trains a small model; gives its loss. */
  function train(lr: number, hidden: number, keep?: (model: Model) => void): number {
    const model = make(hidden);
    const optimizer = new optim.SGD(model.parameters(), { lr, momentum: 0.9 });
    let loss = Number.NaN;
    for (const [bx, by] of new torch.DataLoader(new torch.TensorDataset(x, y), { batchSize: 16, shuffle: true })) {
      optimizer.zeroGrad();
      const error = nn.functional.mseLoss(model(bx), by);
      error.backward();
      optimizer.step();
      loss = error.item();
    }
    keep?.(model);
    return loss;
  }

  test('is flat over 200 trials that train models, and what is kept reads right', () => {
    const kept: Model[] = [];
    const outputs: number[][] = [];
    const after: { tenured: number; linear: number }[] = [];
    const space = { lr: logUniform(1e-3, 1e-1), hidden: choice([64, 128, 256]) };
    // What is dead but not known to be fills its budget first.
    randomSearch(({ lr, hidden }) => train(lr, hidden), space, { nTrials: 400, seed: 1 });
    const { linear } = torch.memory.stats();
    const study = randomSearch(
      ({ lr, hidden }, trial) =>
        train(lr, hidden, (model) => {
          if (trial.number % 40 !== 0) return;
          kept.push(model);
          outputs.push(model(x).flatten().tolist() as number[]);
        }),
      space,
      { nTrials: 200, seed: 0, callback: () => after.push(torch.memory.stats()) },
    );
    expect(study.trials.every(({ state }) => state === 'complete')).toBe(true);
    expect(after.map(({ tenured }) => tenured)).toEqual(after.map(() => 0));
    expect(after.map((stats) => stats.linear)).toEqual(after.map(() => linear));
    kept.forEach((model, i) => {
      expect(model(x).flatten().tolist()).toEqual(outputs[i]);
    });
  });

  test('is flat over trials that take time', async () => {
    const search = (nTrials: number) =>
      randomSearch(
        async ({ lr }) => {
          await null;
          return train(lr, 64);
        },
        { lr: uniform(0, 0.1) },
        { nTrials, seed: 1 },
      );
    await search(400);
    const { linear } = torch.memory.stats();
    await search(200);
    expect(torch.memory.stats().linear).toBe(linear);
  });
});
