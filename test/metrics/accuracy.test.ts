/** Accuracy: its options, and what it refuses. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

const { Accuracy, AUROC, ConfusionMatrix, F1Score } = torch.metrics;

describe('Accuracy', () => {
  const scores = torch.tensor([
    [0.9, 0.1],
    [0.2, 0.8],
  ]);

  test('takes its options by position too', () => {
    const accuracy = new Accuracy('multiclass', 0.5, 2, null, 'none', 'global', 1, -1);
    expect(accuracy(scores, torch.tensor([0, -1])).tolist()).toEqual([1, 0]);
    expect(new Accuracy('binary').threshold).toBe(0.5);
    expect([accuracy.average, new Accuracy('multilabel', { numLabels: 2 }).average]).toEqual(['none', 'micro']);
  });

  test('follows no gradients and reads any strides', () => {
    const accuracy = new Accuracy({ task: 'multiclass', numClasses: 2 });
    const value = accuracy(scores.clone().requiresGrad_().t(), torch.tensor([0, 1]));
    expect([value.item(), value.requiresGrad]).toEqual([1, false]);
    const logits = torch.tensor([-2, 3], { requiresGrad: true });
    expect(new Accuracy({ task: 'binary' })(logits, torch.tensor([0, 1])).item()).toBe(1);
  });

  test('takes logits that all lie within [0, 1] for probabilities, as torchmetrics does, unless sigmoid goes first', () => {
    const [logits, yes] = [torch.tensor([0.3, 0.4]), torch.tensor([1, 1])];
    expect(new Accuracy({ task: 'binary' })(logits, yes).item()).toBe(0);
    expect(new Accuracy({ task: 'binary' })(logits.sigmoid(), yes).item()).toBe(1);
  });

  test('any of several metrics can be made in one place', () => {
    const both = [Accuracy, F1Score].map((Kind) => new Kind({ task: 'multiclass', numClasses: 3 }).numClasses);
    for (const Kind of [Accuracy, F1Score]) both.push(new Kind('multiclass', { numClasses: 4 }).numClasses);
    expect(both).toEqual([3, 3, 4, 4]);
  });

  test('is 0 before the first batch', () => {
    expect(new Accuracy({ task: 'binary' }).compute().item()).toBe(0);
  });

  test('leaves nothing of a batch that it refuses', () => {
    const accuracy = new Accuracy({ task: 'multiclass', numClasses: 2 });
    accuracy.update(scores, torch.tensor([0, 0]));
    expect(() => accuracy.update(scores, torch.tensor([0, 2]))).toThrow(RangeError);
    expect(accuracy.compute().item()).toBe(0.5);
  });

  test('is an instance of its class', () => {
    const accuracy = new Accuracy({ task: 'binary' });
    expect(accuracy).toBeInstanceOf(Accuracy);
    expect(accuracy).toBeInstanceOf(torch.metrics.Metric);
  });
});

describe('Accuracy refuses', () => {
  const two = () => new Accuracy({ task: 'multiclass', numClasses: 2 });
  const labels = torch.tensor([0, 1]);
  const cases: [string, () => unknown, string][] = [
    [
      'an unknown task',
      () => new Accuracy({ task: 'regression' } as never),
      "expected one of 'binary', 'multiclass', 'multilabel', but got \"regression\"",
    ],
    [
      'a missing numClasses',
      // @ts-expect-error numClasses is missing.
      () => new Accuracy({ task: 'multiclass' }),
      '`numClasses` is expected to be a whole number but null was passed',
    ],
    // @ts-expect-error numLabels is missing.
    ['a missing numLabels', () => new Accuracy({ task: 'multilabel' }), '`numLabels` is expected to be'],
    // @ts-expect-error numClasses is missing.
    ['a missing numClasses behind the task', () => new Accuracy('multiclass'), '`numClasses` is expected to be'],
    // @ts-expect-error numClasses is missing.
    ['one of F1Score', () => new F1Score('multiclass', { topK: 1 }), '`numClasses` is expected to be'],
    // @ts-expect-error numClasses is missing.
    ['one of ConfusionMatrix', () => new ConfusionMatrix({ task: 'multiclass' }), '`numClasses` is expected to be'],
    // @ts-expect-error numLabels is missing.
    ['one of AUROC', () => new AUROC('multilabel', { average: 'none' }), '`numLabels` is expected to be'],
    [
      'a single class',
      () => new Accuracy({ task: 'multiclass', numClasses: 1 }),
      'an integer larger than 1, but got 1',
    ],
    [
      'a topK above numClasses',
      () => new Accuracy({ task: 'multiclass', numClasses: 2, topK: 3 }),
      'smaller or equal to `numClasses` but got 3 and 2',
    ],
    [
      'an unknown average',
      () => new Accuracy({ task: 'binary', average: 'mean' } as never),
      'Expected argument `average` to be one of',
    ],
    ['a threshold of 2', () => new Accuracy({ task: 'binary', threshold: 2 }), 'in the [0,1] range, but got 2'],
    ['an unknown option', () => new Accuracy({ task: 'binary', classes: 2 } as never), "unexpected option 'classes'"],
    ['no tensor', () => two()([0, 1] as never, labels), '`preds` must be a Tensor, got a list of 2'],
    [
      'other lengths',
      () => two()(torch.tensor([0]), labels),
      'should have the same shape, got `preds` with shape=[1] and `target` with shape=[2]',
    ],
    ['other ranks', () => two()(torch.zeros(2, 2, 2), labels.at(0)), '`target` should be (N, ...)'],
    [
      'another number of scores',
      () => two()(torch.zeros(2, 3), labels),
      'should be equal to number of classes, 2, got 3',
    ],
    ['another number of rows', () => two()(torch.zeros(3, 2), labels), 'got [3, 2] and [2]'],
    [
      'integer scores',
      () => two()(torch.zeros(2, 2).long(), labels),
      '`preds` should be a float tensor, got torch.int64',
    ],
    [
      'a target out of range',
      () => two()(labels, torch.tensor([0, 2])),
      'Detected the value 2 in `target` at position 1, but expected only values from 0 to 1.',
    ],
    ['a negative prediction', () => two()(torch.tensor([-1, 0]), labels), 'Detected the value -1 in `preds`'],
    [
      'a fractional target',
      () => two()(labels, torch.tensor([0, 0.5])),
      '`target` must hold whole numbers (class labels), got 0.5 at position 1',
    ],
    [
      'binary shapes that differ',
      () => new Accuracy({ task: 'binary' })(torch.zeros(3), torch.zeros(2)),
      'expected to have the same shape, but got [3] and [2]',
    ],
    [
      'a binary target of 2',
      () => new Accuracy({ task: 'binary' })(torch.zeros(1), torch.tensor([2])),
      'expected only values from 0 to 1',
    ],
    [
      'another number of labels',
      () => new Accuracy({ task: 'multilabel', numLabels: 3 })(torch.zeros(2, 2), torch.zeros(2, 2)),
      'number of labels but got 2 and expected 3',
    ],
    [
      'topK of class numbers',
      () => new Accuracy({ task: 'multiclass', numClasses: 3, topK: 2 })(labels, labels),
      'topK > 1 needs `preds` to be scores',
    ],
  ];
  test.each(cases)('%s', (_, run, message) => expect(run).toThrow(message));
});
