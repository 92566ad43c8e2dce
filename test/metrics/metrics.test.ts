/** What the metrics beside Accuracy refuse, their state between batches, and collections of them. */
import { describe, expect, test, vi } from 'vitest';
import * as torch from '../../src/index.ts';

const { metrics, tensor } = torch;

describe('MetricCollection', () => {
  const make = () =>
    new metrics.MetricCollection(
      { acc: new metrics.Accuracy({ task: 'multiclass', numClasses: 2 }), f1: new metrics.F1Score('binary') },
      { prefix: 'val/', postfix: '!' },
    );

  test('updates, computes and resets all, by name', () => {
    const both = make();
    const first = both(tensor([1, 0, 1]), tensor([1, 1, 1]));
    expect(Object.keys(first)).toEqual(['val/acc!', 'val/f1!']);
    expect(first['val/acc!'].item()).toBeCloseTo(2 / 3, 6);
    both.update(tensor([1]), tensor([1]));
    expect(both.compute()['val/acc!'].item()).toBe(0.75);
    expect(both.compute()['val/f1!'].item()).toBeCloseTo(6 / 7, 6);
    both.reset();
    expect(both.compute()['val/acc!'].item()).toBe(0);
  });

  test('has counted nothing where one metric refuses', () => {
    const both = make();
    both.update(tensor([1, 0]), tensor([1, 1]));
    const scores = torch.eye(2);
    expect(() => both.update(scores, tensor([0, 1]))).toThrow('expected to have the same shape');
    expect(both.metrics.acc.compute().item()).toBe(0.5);
  });

  test('refuses two of one name, and what is no metric', () => {
    const f1 = new metrics.F1Score('binary');
    expect(() => new metrics.MetricCollection([f1, f1])).toThrow('Encountered two metrics both named F1Score');
    expect(() => new metrics.MetricCollection({ f1: 3 as never })).toThrow('f1 is no metric but 3');
  });
});

describe('MeanMetric and SumMetric', () => {
  test('begin with nothing', () => {
    expect(new metrics.MeanMetric().compute().item()).toBeNaN();
    expect(new metrics.SumMetric().compute().item()).toBe(0);
  });

  test('leave NaN out with a warning, silently, replaced, or not at all', () => {
    const values = tensor([1, Number.NaN, 3]);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    expect(new metrics.MeanMetric()(values).item()).toBe(2);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    expect(new metrics.MeanMetric({ nanStrategy: 'ignore' })(values).item()).toBe(2);
    expect(new metrics.SumMetric(8)(values).item()).toBe(12);
    expect(new metrics.MeanMetric('ignore')(values, tensor([1, 1, Number.NaN])).item()).toBe(1);
    expect(() => new metrics.SumMetric('error').update(values)).toThrow('Encountered `nan` values');
    expect(() => new metrics.SumMetric('never' as never)).toThrow('Arg `nanStrategy`');
  });

  test('broadcast weights, and refuse those that do not fit', () => {
    const mean = new metrics.MeanMetric();
    mean.update(torch.ones(2, 3, { requiresGrad: true }), tensor([[2], [1]]));
    mean.update(4, tensor(3));
    expect(mean.compute().item()).toBeCloseTo(21 / 12, 6);
    expect(() => mean.update(torch.ones(2), torch.ones(3))).toThrow(RangeError);
    expect(() => mean.update('1' as never)).toThrow('expected a number or a Tensor, got "1"');
    expect(mean.compute().item()).toBeCloseTo(21 / 12, 6);
  });
});

describe('the classification metrics', () => {
  test('take their options by position too', () => {
    const f1 = new metrics.F1Score('multiclass', 0.5, 3, null, 'macro', 'global', 2, -1, 1);
    expect([f1.average, f1.topK, f1.ignoreIndex, f1.zeroDivision]).toEqual(['macro', 2, -1, 1]);
    const matrix = new metrics.ConfusionMatrix('multilabel', 0.25, null, 2, 'all');
    expect([matrix.threshold, matrix.numLabels, matrix.normalize]).toEqual([0.25, 2, 'all']);
    const auroc = new metrics.AUROC('multilabel', null, null, 2, 'micro', null, 3);
    expect([auroc.average, auroc.numLabels, auroc.ignoreIndex]).toEqual(['micro', 2, 3]);
  });

  test('a confusion matrix counts in int64', () => {
    const matrix = new metrics.ConfusionMatrix({ task: 'binary' });
    const value = matrix(tensor([0.9, 0.1, 0.8]), tensor([1, 1, 0]));
    expect([value.dtype, value.tolist()]).toEqual([
      torch.int64,
      [
        [0, 1],
        [1, 1],
      ],
    ]);
  });

  test('100,000 scores are ranked in one go', () => {
    const auroc = new metrics.AUROC({ task: 'binary' });
    torch.manualSeed(0);
    for (let i = 0; i < 100; i++) {
      const target = torch.randint(2, [1000]);
      auroc.update(torch.rand(1000).mul(0.5).add(target.mul(0.5)), target);
    }
    expect(auroc.compute().item()).toBe(1);
  });

  const binary = { task: 'binary' } as const;
  const cases: [string, () => unknown, string][] = [
    ['integer scores', () => new metrics.AUROC(binary)(tensor([0, 1]).long(), tensor([0, 1])), 'floating tensor'],
    [
      'maxFpr',
      () => new metrics.AUROC({ ...binary, maxFpr: 1.5 }),
      'Arguments `maxFpr` should be a float in range (0, 1], but got: 1.5',
    ],
    [
      'thresholds',
      () => new metrics.AUROC({ ...binary, thresholds: [0.5, 1.5] }),
      'to be an integer, or floats in the [0,1] range, but got a list of 2',
    ],
    [
      'a micro average of classes',
      () => new metrics.AUROC({ task: 'multiclass', numClasses: 3, average: 'micro' }),
      "to be one of 'macro', 'weighted', 'none', null, but got \"micro\"",
    ],
    [
      'class numbers to rank',
      () => new metrics.AveragePrecision({ task: 'multiclass', numClasses: 2 })(torch.rand(3), tensor([0, 1, 1])),
      'one more dimension than `target`, got [3] and [3]',
    ],
    [
      'another number of labels',
      () => new metrics.AUROC({ task: 'multilabel', numLabels: 3 })(torch.rand(2, 2), torch.zeros(2, 2)),
      'number of labels but got 2 and expected 3',
    ],
    ['an unknown norm', () => new metrics.ConfusionMatrix({ ...binary, normalize: 'rows' as never }), '`normalize`'],
    ['an unknown option', () => new metrics.Recall({ ...binary, beta: 2 } as never), "unexpected option 'beta'"],
    [
      'samplewise without samples of several',
      () => new metrics.Accuracy({ ...binary, multidimAverage: 'samplewise' })(tensor([1, 0]), tensor([1, 0])),
      'at least 2 dimensions',
    ],
    ['too many arguments', () => new metrics.Precision(...(new Array(10).fill('binary') as ['binary'])), 'at most 9'],
  ];
  test.each(cases)('refuse %s', (_, run, message) => expect(run).toThrow(message));
});

describe('the regression metrics', () => {
  test('refuse a batch without counting it', () => {
    const r2 = new metrics.R2Score();
    r2.update(tensor([1, 2]), tensor([1, 3]));
    const value = r2.compute().item();
    expect(() => r2.update(torch.ones(2, 2), torch.ones(2, 2))).toThrow('batches have 1 and 2 outputs');
    expect(() => r2.update(torch.ones(2), torch.ones(3))).toThrow('same shape');
    expect(r2.compute().item()).toBe(value);
  });

  const cases: [string, () => unknown, string][] = [
    ['one sample', () => new metrics.R2Score()(tensor([1]), tensor([1])), 'Needs at least two samples'],
    ['three dimensions', () => new metrics.R2Score()(torch.ones(1, 1, 1), torch.ones(1, 1, 1)), '1D or 2D'],
    ['an unknown average', () => new metrics.R2Score({ multioutput: 'mean' as never }), '`multioutput`'],
    ['a negative adjustment', () => new metrics.R2Score(-1), '`adjusted`'],
    ['another number of outputs', () => new metrics.MeanAbsoluteError(2)(torch.ones(3), torch.ones(3)), '(N, 2)'],
    [
      'squared: 1',
      () => new metrics.MeanSquaredError({ squared: 1 as never }),
      "argument 'squared' must be bool, not 1",
    ],
    ['no tensors', () => new metrics.MeanSquaredError()([1] as never, tensor([1])), '`preds` must be a Tensor'],
  ];
  test.each(cases)('refuse %s', (_, run, message) => expect(run).toThrow(message));
});
