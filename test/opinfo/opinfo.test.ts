/**
 * torchlet against the samples on which PyTorch's own tests run every operator (golden/opinfo.py): values, dtypes,
 * shapes and gradients; as a function, as a method, in place; from contiguous, transposed and strided inputs. What
 * PyTorch refuses is refused. Exactly the failures of known.ts fail. FEATURES.md has the counts of every operator;
 * VERBOSE=1 prints them.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { features, missingForms } from './features.ts';
import { FAILURES, REFUSALS, WITHOUT_FORM } from './known.ts';
import { about, fraction, GROUPS, reasons, runCases, runRefusals, type Score, sum, WAYS } from './score.ts';

const scores = new Map<string, Score>();

/** Fails unless exactly the known numbers of cases went wrong. */
function checkKnown(known: Record<string, [count: number, reason: string]>, pick: (score: Score) => string[]): void {
  const wrong = [...scores].map(([name, score]) => [name, pick(score)] as const).filter(([, list]) => list.length > 0);
  const unknown = wrong.filter(([name, list]) => known[name]?.[0] !== list.length);
  expect(
    Object.fromEntries(wrong.map(([name, list]) => [name, list.length])),
    unknown.map(([name, list]) => [name, ...list.slice(0, 3)].join('\n  ')).join('\n'),
  ).toEqual(Object.fromEntries(Object.entries(known).map(([name, [n]]) => [name, n])));
}

describe("PyTorch's operator database", () => {
  test.each(GROUPS)(
    '%s: the cases run',
    (group) => {
      const before = scores.size;
      runCases(group, scores);
      expect(scores.size).toBeGreaterThan(before);
    },
    120_000,
  );

  test('what PyTorch answers', () => checkKnown(FAILURES, ({ failures }) => failures));

  test('what PyTorch refuses is refused with a TypeError or a RangeError', () => {
    runRefusals(scores);
    checkKnown(REFUSALS, ({ accepted }) => accepted);
  });

  test('an operator has the forms that PyTorch gives it', () => {
    expect(missingForms()).toEqual(Object.keys(WITHOUT_FORM));
  });

  test('FEATURES.md is what the library has and what passes', async () => {
    await expect(features(scores)).toMatchFileSnapshot('../../FEATURES.md');
  });

  afterAll(() => {
    const all = [...scores].sort(([a], [b]) => (a < b ? -1 : 1));
    const cases = ({ dtypes }: Score) => sum(Object.values(dtypes));
    const list = all.map(([, score]) => score);
    const ways = WAYS.map((way) => `${way} ${fraction(sum(list.map((score) => score.ways[way])))}`);
    const lines = all
      .filter(([, score]) => process.env.VERBOSE || score.failures.length > 0)
      .map(([name, score]) => `${name} ${fraction(cases(score))}`);
    console.log(
      [
        `PyTorch ${about.made[0].torch}'s operator database, ${all.length} operators: ${fraction(sum(list.map(cases)))} cases`,
        `ways: ${ways.join('; ')}; with gradients ${fraction(sum(list.map(({ gradients }) => gradients)))}`,
        `refusals: ${fraction(sum(list.map(({ refusals }) => refusals)))}`,
        `left out: ${reasons(about.leftOut)}; of the refusals: ${reasons(about.errorsLeftOut)}`,
        ...lines,
      ].join('\n'),
    );
  });
});
