/** Encoders, scalers, dummies and splits: scikit-learn's and pandas' definitions, and what they refuse. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

type Rows = (number | null)[][];

const golden = readGolden<{
  minMax: {
    range: [number, number];
    clip: boolean;
    x: Rows;
    later: Rows;
    z: Rows;
    back: Rows;
    scale: number[];
    min: number[];
  }[];
}>('data.json');

const { getDummies, MinMaxScaler, OneHotEncoder, trainTestSplit } = torch;
const nan = (rows: Rows) => rows.map((row) => row.map((value) => value ?? Number.NaN));
/** As a file would give it back. */
const saved = <T>(state: T): T => torch.load<T>(torch.save(state));

describe('MinMaxScaler', () => {
  test.each(golden.minMax)('to $range, clip $clip', (c) => {
    const scaler = new MinMaxScaler({ featureRange: c.range, clip: c.clip });
    const later = torch.tensor(nan(c.later), { dtype: torch.float64 });
    const copy = new MinMaxScaler().loadStateDict(saved(scaler.fit(nan(c.x)).stateDict()));
    for (const each of [scaler, copy]) {
      expect([each.featureRange, each.clip, each.nSamplesSeen]).toEqual([c.range, c.clip, c.x.length]);
      expect([each.scale.tolist(), each.min.tolist()]).toEqual([c.scale, c.min]);
      const z = each.transform(later);
      expect([z.dtype, z.tolist()]).toEqual([torch.float64, nan(c.z)]);
    }
    const raw = new MinMaxScaler({ featureRange: c.range }).fit(nan(c.x));
    const back = raw.inverseTransform(raw.transform(later)).tolist() as number[][];
    back.flat().forEach((value, i) => {
      const wanted = nan(c.back).flat()[i];
      if (Number.isNaN(wanted)) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(wanted, 12);
    });
    expect(scaler.transform(later.float()).dtype).toBe(torch.float32);
  });

  test("says what is wrong in scikit-learn's words", () => {
    const scaler = new MinMaxScaler();
    expect(() => scaler.transform([[1]])).toThrow('This MinMaxScaler instance is not fitted yet.');
    expect(() => scaler.scale).toThrow('not fitted yet');
    expect(() => new MinMaxScaler({ featureRange: [1, 1] })).toThrow(
      'must be smaller than maximum. Got featureRange (1, 1).',
    );
    expect(() => new MinMaxScaler({ range: [0, 1] } as never)).toThrow("unexpected option 'range'");
    expect(() => scaler.fit(torch.zeros(0, 2))).toThrow('0 sample(s)');
    scaler.fit([[1, 2]]);
    expect(() => scaler.transform([[1]])).toThrow('X has 1 features, but MinMaxScaler is expecting 2 features');
    const state = scaler.stateDict();
    expect(() => scaler.loadStateDict({ ...state, dataMax: torch.zeros(3) })).toThrow(
      'dataMax of a state has shape [3]',
    );
    expect(() => scaler.loadStateDict({ ...state, featureRange: [2, 1] })).toThrow(RangeError);
    expect(scaler.featureRange).toEqual([0, 1]);
  });
});

describe('OneHotEncoder', () => {
  const rows: (string | number)[][] = [
    ['red', 1],
    ['blue', 3],
    ['red', 2],
  ];

  test('writes a column for each category, sorted, and reads them back', () => {
    const encoder = new OneHotEncoder();
    const x = encoder.fitTransform(rows);
    expect(encoder.categories).toEqual([
      ['blue', 'red'],
      [1, 2, 3],
    ]);
    expect(x.dtype).toBe(torch.float32);
    expect(x.tolist()).toEqual([
      [0, 1, 1, 0, 0],
      [1, 0, 0, 0, 1],
      [0, 1, 0, 1, 0],
    ]);
    expect(encoder.inverseTransform(x)).toEqual(rows);
    expect(encoder.getFeatureNamesOut()).toEqual(['x0_blue', 'x0_red', 'x1_1', 'x1_2', 'x1_3']);
    const copy = new OneHotEncoder().loadStateDict(saved(encoder.stateDict()));
    expect(copy.transform(rows).tolist()).toEqual(x.tolist());
    expect(encoder.transform([]).tolist()).toEqual([]);
  });

  test('leaves the first category out', () => {
    const encoder = new OneHotEncoder({ drop: 'first', dtype: torch.int64 });
    const x = encoder.fitTransform(rows);
    expect([x.dtype, x.tolist()]).toEqual([
      torch.int64,
      [
        [1, 0, 0],
        [0, 0, 1],
        [1, 1, 0],
      ],
    ]);
    expect(encoder.inverseTransform(x)).toEqual(rows);
    expect(encoder.getFeatureNamesOut(['c', 's'])).toEqual(['c_red', 's_2', 's_3']);
    expect(new OneHotEncoder().loadStateDict(saved(encoder.stateDict())).drop).toBe('first');
  });

  test('refuses or ignores what it does not know', () => {
    const strict = new OneHotEncoder().fit(rows);
    expect(() => strict.transform([['green', 1]])).toThrow(
      "Found unknown categories ['green'] in column 0 during transform",
    );
    const lenient = new OneHotEncoder({ handleUnknown: 'ignore' }).fit(rows);
    const x = lenient.transform([['green', 2]]);
    expect([x.tolist(), lenient.inverseTransform(x)]).toEqual([[[0, 0, 0, 1, 0]], [[null, 2]]]);
  });

  test('takes categories in the order given', () => {
    const encoder = new OneHotEncoder({ categories: [['s', 'm', 'l']] });
    expect(encoder.fitTransform([['l'], ['s']]).tolist()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(() => encoder.fit([['xl']])).toThrow("unknown categories ['xl'] in column 0 during fit");
    expect(() => encoder.fit([['s', 's']])).toThrow('categories are of 1 columns, X has 2');
  });

  test('reads a tensor', () => {
    const x = torch.tensor([[3], [1], [3]], { dtype: torch.int64 });
    expect(new OneHotEncoder().fitTransform(x).tolist()).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
  });

  const fitted = () => new OneHotEncoder().fit(rows);
  const cases: [string, () => unknown, string][] = [
    [
      'transforming before fitting',
      () => new OneHotEncoder().transform(rows),
      'OneHotEncoder instance is not fitted yet',
    ],
    ['a flat list', () => fitted().transform(['red'] as never), 'X should be rows of labels'],
    ['ragged rows', () => fitted().transform([['red', 1], ['red']]), 'row 1 has 1 labels, row 0 has 2'],
    ['other columns', () => fitted().transform([['red']]), 'X has 1 features, but OneHotEncoder is expecting 2'],
    ['mixed columns', () => fitted().fit([['a'], [1]]), 'uniformly strings or numbers'],
    ['null', () => fitted().fit([[null as never]]), 'got null in row 0'],
    ['nothing', () => fitted().fit([]), '0 sample(s)'],
    ['an unknown drop', () => new OneHotEncoder({ drop: 'last' as never }), "drop must be 'first' or null"],
    ['unsorted numbers', () => new OneHotEncoder({ categories: [[2, 1]] }), 'Unsorted categories are not supported'],
    ['repeated categories', () => new OneHotEncoder({ categories: [['a', 'a']] }), 'of column 0 repeat a label'],
    ['another width', () => fitted().inverseTransform(torch.zeros(1, 3)), 'Expected 5 columns, got'],
    ['a state that is none', () => fitted().loadStateDict({} as never), 'categories must be a list of labels'],
    ['other names', () => fitted().getFeatureNamesOut(['c']), 'number of features (2), got 1'],
  ];
  test.each(cases)('refuses %s', (_, run, message) => expect(run).toThrow(message));
});

describe('getDummies', () => {
  const records = [
    { age: 4, kind: 'cat', wild: false },
    { age: 9, kind: 'ant', wild: true },
    { age: null, kind: 'cat', wild: false },
  ];

  test('keeps numbers, encodes names, from records as from columns', () => {
    const columns = { age: [4, 9, null], kind: ['cat', 'ant', 'cat'], wild: [false, true, false] };
    for (const data of [records, columns]) {
      const dummies = getDummies(data);
      expect(dummies.columns).toEqual(['age', 'wild', 'kind_ant', 'kind_cat']);
      expect(dummies.values.tolist()).toEqual([
        [4, 0, 0, 1],
        [9, 1, 1, 0],
        [Number.NaN, 0, 0, 1],
      ]);
    }
  });

  test('names columns as pandas does', () => {
    const table = { a: ['x', 'y'], b: ['z', 'z'], n: [1, 2] };
    const names = (options: Parameters<typeof getDummies>[1]) => getDummies(table, options).columns;
    expect(names({ prefix: 'p', prefixSep: '.' })).toEqual(['n', 'p.x', 'p.y', 'p.z']);
    expect(names({ prefix: ['q', 'r'] })).toEqual(['n', 'q_x', 'q_y', 'r_z']);
    expect(names({ prefix: { a: 'q' } })).toEqual(['n', 'q_x', 'q_y', 'b_z']);
    expect(names({ dropFirst: true })).toEqual(['n', 'a_y']);
  });

  test('takes a list alone, missing cells left at zero or named', () => {
    const list = ['b', null, 'a'];
    expect(getDummies(list).columns).toEqual(['a', 'b']);
    expect(getDummies(list, { dtype: torch.bool }).values.tolist()).toEqual([
      [false, true],
      [false, false],
      [true, false],
    ]);
    expect(getDummies(list, { dummyNa: true, prefix: 'k' }).columns).toEqual(['k_a', 'k_b', 'k_nan']);
    expect(getDummies([10, 9, 10]).columns).toEqual(['9', '10']);
  });

  test('fits later rows into the columns of training', () => {
    const train = getDummies(records);
    const { columns } = saved({ columns: [...train.columns] });
    const later = getDummies([{ age: 1, kind: 'dog', wild: true }]).reindex(columns);
    expect([later.columns, later.values.tolist()]).toEqual([train.columns, [[1, 1, 0, 0]]]);
  });

  test('refuses what is no table', () => {
    expect(() => getDummies({ a: [1], b: [1, 2] })).toThrow('All arrays must be of the same length, got 1, 2');
    expect(() => getDummies(3 as never)).toThrow('data must be records, lists by column name, or a list, got 3');
    expect(() => getDummies(records, { columns: ['name'] })).toThrow('None of "name" is a column');
    expect(() => getDummies(records, { columns: ['age'] })).toThrow('column \'kind\' holds the string "cat"');
    expect(() => getDummies(records, { prefix: ['a', 'b'] })).toThrow("Length of 'prefix' (2) did not match");
  });
});

describe('trainTestSplit', () => {
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const seeded = (seed = 0) => ({ generator: new torch.Generator().manualSeed(seed) });
  const sizes: [object, number, number][] = [
    [{}, 7, 3],
    [{ testSize: 0.2 }, 8, 2],
    [{ testSize: 4 }, 6, 4],
    [{ trainSize: 0.55 }, 5, 5],
    [{ trainSize: 3, testSize: 2 }, 3, 2],
    [{ trainSize: 0.33, testSize: 0.33 }, 3, 4],
  ];

  test.each(sizes)('%o of 10 are %i and %i', (options, train, test) => {
    const parts = trainTestSplit(range(10), { ...options, ...seeded() });
    expect(parts.map(({ length }) => length)).toEqual([train, test]);
    expect(new Set(parts.flat()).size).toBe(train + test);
  });

  test('splits all alike, and the same after the same seed', () => {
    const x = torch.arange(20).view(10, 2);
    const words = range(10).map(String);
    const [xTrain, xTest, wordsTrain, wordsTest, train, test] = trainTestSplit(x, words, range(10), seeded(4));
    expect([...train, ...test]).not.toEqual(range(10));
    expect(xTrain.tolist()).toEqual(train.map((i) => [2 * i, 2 * i + 1]));
    expect(xTest.tolist()).toEqual(test.map((i) => [2 * i, 2 * i + 1]));
    expect([wordsTrain, wordsTest]).toEqual([train.map(String), test.map(String)]);
    expect(trainTestSplit(range(10), seeded(4))).toEqual([train, test]);
    expect(trainTestSplit(range(10), { randomState: 4 })).toEqual([train, test]);
    expect(() => trainTestSplit(range(10), { randomState: 4, ...seeded(4) })).toThrow('exclude each other');
    expect(trainTestSplit(range(10), seeded(5))).not.toEqual([train, test]);
  });

  test('draws from the default generator, one permutation', () => {
    torch.manualSeed(3);
    const [, test] = trainTestSplit(range(6), { testSize: 2 });
    const next = torch.rand(1).item();
    torch.manualSeed(3);
    expect(test).toEqual((torch.randperm(6).tolist() as number[]).slice(0, 2));
    expect(torch.rand(1).item()).toBe(next);
  });

  test('keeps the order if told to', () => {
    expect(trainTestSplit(range(5), { shuffle: false, testSize: 2 })).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  test('keeps the shares of labels', () => {
    const y = range(100).map((i) => (i < 60 ? 'a' : i < 90 ? 'b' : 'c'));
    for (const labels of [y, torch.tensor(y.map((label) => label.charCodeAt(0)))]) {
      const [train, test] = trainTestSplit(y, { stratify: labels, testSize: 0.2, ...seeded() });
      const count = (part: string[], label: string) => part.filter((each) => each === label).length;
      expect(['a', 'b', 'c'].map((label) => count(train, label))).toEqual([48, 24, 8]);
      expect(['a', 'b', 'c'].map((label) => count(test, label))).toEqual([12, 6, 2]);
      expect(train.slice(0, 48).every((label) => label === 'a')).toBe(false);
    }
    const odd = ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c'];
    const [train, test] = trainTestSplit(odd, { stratify: odd, testSize: 4, ...seeded() });
    expect([train.length, test.length, new Set(test).size]).toEqual([5, 4, 3]);
  });

  const cases: [string, () => unknown, string][] = [
    ['nothing', () => trainTestSplit({} as never), 'At least one array required as input'],
    ['other lengths', () => trainTestSplit([1, 2], [1]), 'inconsistent numbers of samples: [2, 1]'],
    ['what has no rows', () => trainTestSplit(torch.tensor(1)), 'expected lists and tensors with rows'],
    ['more than there is', () => trainTestSplit([1, 2], { testSize: 2 }), 'smaller than the number of samples 2'],
    ['a fraction of 1.5', () => trainTestSplit([1, 2], { testSize: 1.5 }), 'testSize=1.5 should be either'],
    ['too much together', () => trainTestSplit(range(10), { testSize: 6, trainSize: 5 }), 'testSize = 11, should be'],
    ['an empty part', () => trainTestSplit([1], { testSize: 0.5 }), 'the resulting train set will be empty'],
    [
      'a label that occurs once',
      () => trainTestSplit(range(4), { stratify: ['a', 'a', 'a', 'b'] }),
      'The least populated class in y has only 1 member',
    ],
    [
      'parts smaller than the number of labels',
      () => trainTestSplit(range(6), { stratify: [1, 1, 2, 2, 3, 3], testSize: 2 }),
      'The testSize = 2 should be greater or equal to the number of classes = 3',
    ],
    [
      'shares in order',
      () => trainTestSplit(range(4), { stratify: [1, 1, 2, 2], shuffle: false }),
      'not implemented for shuffle=false',
    ],
    ['labels that do not fit', () => trainTestSplit(range(4), { stratify: [1, 1] }), 'samples: [4, 2]'],
    ['an unknown option', () => trainTestSplit([1, 2], { seed: 1 } as never), "unexpected option 'seed'"],
    [
      'what is no generator',
      () => trainTestSplit([1, 2], { generator: 1 as never }),
      'must be a torch.Generator or null, not 1',
    ],
  ];
  test.each(cases)('refuses %s', (_, run, message) => expect(run).toThrow(message));
});

test('a LabelEncoder knows the kind of its labels', () => {
  const encoder: torch.LabelEncoder<string> = new torch.LabelEncoder();
  const upper = encoder.fit(['b', 'a']).classes.map((label) => label.toUpperCase());
  expect([upper, encoder.inverseTransform([1])[0].length]).toEqual([['A', 'B'], 1]);
  expect(new torch.LabelEncoder<number>().fit([2, 1]).classes.map((label) => label * 2)).toEqual([2, 4]);
  const copy = new torch.LabelEncoder<string>().loadStateDict(saved(encoder.stateDict()));
  expect(copy.transform(['b']).tolist()).toEqual([1]);
});
