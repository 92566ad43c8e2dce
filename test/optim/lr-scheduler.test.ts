/** Every schedule sets PyTorch's learning rates and momenta, in all groups, and resumes exactly. */
import { describe, expect, it, vi } from 'vitest';
import * as torch from '../../src/index.ts';
import { attach, golden, makeScheduler, rowOf, type Spec } from './golden.ts';

const { lrScheduler, SGD } = torch.optim;
const leaf = (): torch.Tensor => torch.zeros(1, { requiresGrad: true });

/** Equal to 12 digits. */
function close(found: readonly number[], expected: readonly number[], where: string): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((x, i) => {
    expect(Math.abs(x - expected[i]), where).toBeLessThanOrEqual(1e-12 * Math.abs(expected[i]));
  });
}

const label = ([name, options]: Spec): string => `${name} ${JSON.stringify(options)}`;
const schedules = golden.schedules.map((row) => [label(row.spec), row] as const);

describe('learning rates and momenta', () => {
  it.each(schedules)('%s', (_, { optimizer: kind, spec, rows }) => {
    const optimizer = attach(kind);
    const scheduler = makeScheduler(spec, optimizer);
    rows.forEach(([lrs, momenta], epoch) => {
      if (epoch > 0) {
        optimizer.step();
        scheduler.step();
      }
      const found = rowOf(optimizer);
      close(found[0], lrs, `lr of epoch ${epoch}`);
      close(found[1], momenta, `momentum of epoch ${epoch}`);
      expect(scheduler.getLastLr()).toEqual(found[0]);
    });
  });

  it.each(golden.jumps.map((row) => [label(row.spec), row] as const))('step(epoch) of %s', (_, { spec, rows }) => {
    const optimizer = attach('SGD');
    optimizer.step();
    const scheduler = makeScheduler(spec, optimizer);
    for (const [epoch, lrs] of rows) {
      scheduler.step(epoch);
      close(scheduler.getLastLr(), lrs, `epoch ${epoch}`);
    }
  });

  it.each(golden.plateaus)('ReduceLROnPlateau $options', ({ options, metrics, rows }) => {
    const scheduler = new lrScheduler.ReduceLROnPlateau(attach('SGD'), options);
    metrics.forEach((metric, epoch) => {
      scheduler.step(epoch % 2 === 0 ? metric : torch.tensor(metric, { dtype: torch.float64 }));
      close(scheduler.getLastLr(), rows[epoch], `epoch ${epoch}`);
    });
  });
});

describe('resuming from a state dict', () => {
  it.each(schedules)('%s', (_, { optimizer: kind, spec, rows }) => {
    const [first, second] = [attach(kind), attach(kind)];
    const before = makeScheduler(spec, first);
    for (let epoch = 0; epoch < 5; epoch++) {
      first.step();
      before.step();
    }
    const after = makeScheduler(spec, second);
    // Through text: nothing but plain values is in it.
    after.loadStateDict(JSON.parse(JSON.stringify(before.stateDict())));
    second.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())));
    second.stepped = true;
    for (let epoch = 6; epoch < rows.length; epoch++) {
      before.step();
      after.step();
      expect(rowOf(second)).toEqual(rowOf(first));
    }
    expect(after.lastEpoch).toBe(before.lastEpoch);
  });

  it('of ReduceLROnPlateau', () => {
    const { options, metrics } = golden.plateaus[1];
    const [first, second] = [attach('SGD'), attach('SGD')];
    const before = new lrScheduler.ReduceLROnPlateau(first, options);
    for (const metric of metrics.slice(0, 11)) before.step(metric);
    const after = new lrScheduler.ReduceLROnPlateau(second, options);
    after.loadStateDict(before.stateDict());
    second.loadStateDict(first.stateDict());
    for (const metric of metrics.slice(11)) {
      before.step(metric);
      after.step(metric);
      expect(rowOf(second)).toEqual(rowOf(first));
    }
  });

  it('refuses the state of another schedule, and changes nothing', () => {
    const scheduler = new lrScheduler.StepLR(attach('SGD'), 3);
    const other = new lrScheduler.ExponentialLR(attach('SGD'), 0.9);
    const before = scheduler.stateDict();
    expect(() => scheduler.loadStateDict(other.stateDict())).toThrow(
      new RangeError("StepLR.loadStateDict(): 'stepSize' is missing"),
    );
    expect(() => scheduler.loadStateDict(null as never)).toThrow(TypeError);
    expect(scheduler.stateDict()).toEqual(before);
  });

  it('continues from an optimizer and lastEpoch alone', () => {
    const optimizer = attach('SGD');
    const scheduler = new lrScheduler.ExponentialLR(optimizer, 0.5);
    for (let epoch = 0; epoch < 3; epoch++) {
      optimizer.step();
      scheduler.step();
    }
    const saved = optimizer.stateDict();
    const fresh = attach('SGD');
    expect(() => new lrScheduler.ExponentialLR(fresh, { gamma: 0.5, lastEpoch: 2 })).toThrow(
      "param 'initialLr' is not specified in paramGroups[0] when resuming scheduler with lastEpoch >= 0",
    );
    fresh.loadStateDict(saved);
    const resumed = new lrScheduler.ExponentialLR(fresh, { gamma: 0.5, lastEpoch: 2 });
    expect([resumed.lastEpoch, resumed.getLastLr()]).toEqual([3, scheduler.getLastLr()]);
  });
});

describe('calling', () => {
  it('takes arguments by position and by name', () => {
    const spec: Spec = ['LinearLR', { startFactor: 0.5, endFactor: 0.9, totalIters: 3 }];
    const named = makeScheduler(spec, attach('SGD'));
    const positional = new lrScheduler.LinearLR(attach('SGD'), 0.5, 0.9, 3);
    expect(positional.stateDict()).toEqual(named.stateDict());
    expect(new lrScheduler.StepLR(attach('SGD'), 3, { gamma: 0.5 }).gamma).toBe(0.5);
    expect(new lrScheduler.StepLR(attach('SGD'), 3).gamma).toBe(0.1);
  });

  it('warns when it goes before the optimizer, once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const optimizer = attach('SGD');
    const scheduler = new lrScheduler.ExponentialLR(optimizer, 0.9);
    scheduler.step();
    optimizer.step();
    scheduler.step();
    expect(warn.mock.calls.map(([text]) => String(text).slice(0, 45))).toEqual([
      'Detected call of `scheduler.step()` before `o',
    ]);
    const inOrder = new lrScheduler.ExponentialLR(attach('SGD'), 0.9);
    inOrder.optimizer.step();
    inOrder.step();
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it('gives lists that may be changed without harm', () => {
    const scheduler = new lrScheduler.ExponentialLR(attach('SGD'), 0.9);
    scheduler.getLastLr()[0] = 9;
    (scheduler.stateDict().baseLrs as number[])[0] = 9;
    expect([scheduler.getLastLr()[0], scheduler.baseLrs[0]]).toEqual([0.1, 0.1]);
  });

  it('refuses what PyTorch refuses', () => {
    const sgd = attach('SGD');
    const plain = new SGD([leaf()], { lr: 1 });
    const refused: [() => unknown, string][] = [
      [() => new lrScheduler.StepLR({} as never, 3), 'an object is not an Optimizer'],
      [() => new lrScheduler.StepLR(sgd, 0), 'Expected positive integer stepSize, but got 0'],
      [() => new lrScheduler.ConstantLR(sgd, 2), 'Constant multiplicative factor expected to be between 0 and 1.'],
      [
        () => new lrScheduler.LinearLR(sgd, 0),
        'Starting multiplicative factor expected to be greater than 0 and less or equal to 1.',
      ],
      [() => new lrScheduler.LinearLR(sgd, 1, 2), 'Ending multiplicative factor expected to be between 0 and 1.'],
      [() => new lrScheduler.LambdaLR(sgd, [() => 1]), 'Expected 2 lrLambdas, but got 1'],
      [() => new lrScheduler.CosineAnnealingWarmRestarts(sgd, 0), 'Expected positive integer T0, but got 0'],
      [() => new lrScheduler.CosineAnnealingWarmRestarts(sgd, 2, 0), 'Expected integer TMult >= 1, but got 0'],
      [
        () => new lrScheduler.CyclicLR(sgd, { baseLr: [0.1], maxLr: 1 }),
        'baseLr must have the same length as optimizer.paramGroups. baseLr has 1 values, paramGroups has 2.',
      ],
      [
        () => new lrScheduler.CyclicLR(sgd, { baseLr: 0.1, maxLr: 1, mode: 'square' as never }),
        'mode is invalid and scaleFn is null: expected triangular, triangular2, exp_range, got "square"',
      ],
      [
        () => new lrScheduler.OneCycleLR(new torch.optim.Adagrad([leaf()]), { maxLr: 1, totalSteps: 5 }),
        'optimizer must support momentum or beta1 with `cycleMomentum` option enabled',
      ],
      [
        () => new lrScheduler.OneCycleLR(sgd, { maxLr: 1 }),
        'You must define either totalSteps OR (epochs AND stepsPerEpoch)',
      ],
      [
        () => new lrScheduler.OneCycleLR(sgd, { maxLr: 1, totalSteps: 0 }),
        'Expected positive integer totalSteps, but got 0',
      ],
      [
        () => new lrScheduler.OneCycleLR(sgd, { maxLr: 1, totalSteps: 5, pctStart: 2 }),
        'Expected float between 0 and 1 pctStart, but got 2',
      ],
      [
        () => new lrScheduler.OneCycleLR(sgd, { maxLr: 1, totalSteps: 5, annealStrategy: 'sin' as never }),
        "annealStrategy must be one of 'cos' or 'linear', instead got \"sin\"",
      ],
      [() => new lrScheduler.ReduceLROnPlateau(sgd, { factor: 1 }), 'Factor should be < 1.0.'],
      [() => new lrScheduler.ReduceLROnPlateau(sgd, { mode: 'up' as never }), 'mode "up" is unknown!'],
      [() => new lrScheduler.ReduceLROnPlateau(sgd, { minLr: [1] }), 'expected 2 minLrs, got 1'],
      [
        () => new lrScheduler.SequentialLR(sgd, [new lrScheduler.StepLR(sgd, 2)], [3]),
        'Sequential Schedulers expects number of schedulers provided to be one more',
      ],
      [
        () => new lrScheduler.SequentialLR(sgd, [new lrScheduler.StepLR(plain, 2)], []),
        'SequentialLR expects all schedulers to belong to the same optimizer',
      ],
      [
        // @ts-expect-error Its step needs a metric.
        () => new lrScheduler.ChainedScheduler([new lrScheduler.ReduceLROnPlateau(sgd)]),
        'ChainedScheduler does not support `ReduceLROnPlateau` scheduler',
      ],
      [() => new lrScheduler.ChainedScheduler([]), 'ChainedScheduler expects at least one scheduler'],
      [
        () => new lrScheduler.StepLR(sgd, { stepSize: 2, step: 3 } as never),
        "StepLR() got an unexpected option 'step'; it takes stepSize, gamma, lastEpoch",
      ],
    ];
    for (const [make, message] of refused) expect(make, message).toThrow(message);
  });

  it('refuses what a function gives that is no number, before it reaches the weights', () => {
    const make = (): torch.optim.SGD => {
      const optimizer = new SGD([leaf()], { lr: 1, momentum: 0.9 });
      optimizer.step();
      return optimizer;
    };
    for (const value of [undefined, null, '0.5', Number.NaN, torch.ones(1)]) {
      const optimizer = make();
      const give = (): never => value as never;
      expect(() => new lrScheduler.LambdaLR(optimizer, give)).toThrow('LambdaLR: lrLambda(0) must be a number, got ');
      const scheduler = new lrScheduler.MultiplicativeLR(make(), give);
      expect(() => scheduler.step(1)).toThrow('MultiplicativeLR: lrLambda(1) must be a number, got ');
      expect(scheduler.getLastLr()).toEqual([1]);
      const cyclic = { baseLr: 0.1, maxLr: 1, scaleFn: give };
      expect(() => new lrScheduler.CyclicLR(make(), cyclic)).toThrow('CyclicLR: scaleFn(1) must be a number, got ');
      class Own extends lrScheduler.LRScheduler {
        override getLr(): number[] {
          return [give()];
        }
      }
      expect(() => new Own(make())).toThrow(TypeError);
      expect(optimizer.paramGroups[0].lr).toBe(1);
    }
  });

  it('needs the metric of a plateau', () => {
    const scheduler = new lrScheduler.ReduceLROnPlateau(new SGD([leaf()]));
    // @ts-expect-error No metric.
    expect(() => scheduler.step()).toThrow('ReduceLROnPlateau.step(): metrics must be a number, got undefined');
    scheduler.step(torch.tensor(2));
    expect(scheduler.best).toBe(2);
  });

  it('says so when a cycle is over, or groups came after', () => {
    const optimizer = new SGD([leaf()], { lr: 1, momentum: 0.9 });
    optimizer.step();
    const one = new lrScheduler.OneCycleLR(optimizer, { maxLr: 1, totalSteps: 2 });
    one.step();
    one.step();
    expect(() => one.step()).toThrow('Tried to step 3 times. The specified number of total steps is 2');
    const step = new lrScheduler.LambdaLR(optimizer, () => 1);
    optimizer.addParamGroup({ params: [leaf()] });
    expect(() => step.step()).toThrow('LambdaLR began with 1 parameter groups, but the optimizer has 2');
  });
});

describe('a group that was added after the schedule began', () => {
  const late = (make: (optimizer: torch.optim.SGD) => torch.optim.lrScheduler.LRScheduler): number[] => {
    const optimizer = new torch.optim.SGD([torch.zeros(1, { requiresGrad: true })], { lr: 0.1, momentum: 0.9 });
    const scheduler = make(optimizer);
    optimizer.step();
    scheduler.step();
    optimizer.addParamGroup({ params: [torch.zeros(1, { requiresGrad: true })], lr: 0.5 });
    try {
      scheduler.step();
    } finally {
      expect(optimizer.paramGroups[1].momentum).toBe(0.9);
    }
    return scheduler.getLastLr();
  };
  const { ExponentialLR, LambdaLR, CyclicLR, OneCycleLR } = torch.optim.lrScheduler;

  it('follows where the rule goes by the rate it has, as in PyTorch', () => {
    expect(late((optimizer) => new ExponentialLR(optimizer, 0.5))).toEqual([0.025, 0.25]);
  });

  it('is refused where the rule goes by the rate it began with, as in PyTorch, and its options stay as they are', () => {
    const message = 'began with 1 parameter groups, but the optimizer has 2';
    expect(() => late((optimizer) => new LambdaLR(optimizer, () => 0.5))).toThrow(message);
    expect(() => late((optimizer) => new CyclicLR(optimizer, 0.01, 0.1))).toThrow(message);
    expect(() => late((optimizer) => new OneCycleLR(optimizer, 0.1, 9))).toThrow(message);
  });
});
