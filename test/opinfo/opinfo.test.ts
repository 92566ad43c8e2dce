/**
 * torchlet against the samples on which PyTorch's own tests run every operator (golden/opinfo.py): values, dtypes,
 * shapes and gradients; as a function, as a method, in place; from contiguous, transposed and strided inputs. What
 * PyTorch refuses is refused. Exactly the failures of known.ts fail. VERBOSE=1 prints every operator.
 */
import { afterAll, expect, test } from 'vitest';
import { accepts, type Form, has, run } from './calls.ts';
import { type About, type Case, isWritten, type Layout, type Refused, read } from './golden.ts';
import { FAILURES, REFUSALS } from './known.ts';

/** What a case is worth: how many of how many. */
interface Score {
  passed: number;
  total: number;
  leftOut: number;
}

const about = read<About>('about');
const WHOLE = 'a Python float that is a whole number cannot be told from an int';
const scores = new Map<string, Score>();
const forms = new Map<string, { passed: number; total: number }>();
/** PyTorch's views refuse what is not contiguous. */
const CONTIGUOUS_ONLY = new Set(['view', 'view_as']);

/** The forms and layouts that a case is run in. */
function waysOf(item: Case): [Form, Layout][] {
  const ways: [Form, Layout][] = [['function', 'contiguous']];
  if (!CONTIGUOUS_ONLY.has(item.o)) ways.push(['function', 'transposed'], ['function', 'strided']);
  if (about.methods[item.o] && isWritten(item.a[0]) && has(item.o, 'method')) ways.push(['method', 'contiguous']);
  if (item.i && has(item.o, 'in place')) ways.push(['in place', 'contiguous']);
  return ways;
}

/** Why a case fails, or null: every way must pass. */
function failure(item: Case): string | null {
  let first: string | null = null;
  for (const [form, layout] of waysOf(item)) {
    const wrong = run(item, form, layout);
    const key = form === 'function' ? `${form}, ${layout}` : form;
    const score = forms.get(key) ?? { passed: 0, total: 0 };
    forms.set(key, { passed: score.passed + (wrong === null ? 1 : 0), total: score.total + 1 });
    if (wrong !== null) first ??= `${key}: ${wrong}`;
  }
  return first;
}

function shown(item: Case | Refused): string {
  return `${item.o} ${JSON.stringify(item.a).slice(0, 260)} ${JSON.stringify(item.k ?? {}).slice(0, 160)}`;
}

/** Adds a failure to its operator's. */
function note(failed: Record<string, string[]>, item: Case | Refused, wrong: string): void {
  failed[item.o] = [...(failed[item.o] ?? []), `${wrong} | ${shown(item)}`];
}

for (const group of ['unary', 'binary', 'reduction', 'functional', 'other']) {
  test(`${group}: what PyTorch answers`, () => {
    const failed: Record<string, string[]> = {};
    for (const item of read<Case[]>(group)) {
      const score = scores.get(item.o) ?? { passed: 0, total: 0, leftOut: 0 };
      scores.set(item.o, score);
      const wrong = failure(item);
      if (wrong !== null && item.w) {
        score.leftOut++;
        continue;
      }
      score.total++;
      if (wrong === null) score.passed++;
      else note(failed, item, wrong);
    }
    const known = Object.fromEntries(
      Object.entries(FAILURES)
        .filter(([name]) => scores.has(name) && name in failed)
        .map(([name, [n]]) => [name, n]),
    );
    const counts = Object.fromEntries(Object.entries(failed).map(([name, list]) => [name, list.length]));
    const unknown = Object.entries(failed).filter(([name, list]) => FAILURES[name]?.[0] !== list.length);
    expect(counts, unknown.map(([name, list]) => [name, ...list.slice(0, 3)].join('\n  ')).join('\n')).toEqual(known);
  }, 120_000);
}

test('every known failure still fails', () => {
  const stale = Object.entries(FAILURES).filter(([name]) => scores.get(name)?.total === scores.get(name)?.passed);
  expect(stale).toEqual([]);
});

test('what PyTorch refuses is refused with a TypeError or a RangeError', () => {
  const failed: Record<string, string[]> = {};
  const errors = read<Refused[]>('errors');
  for (const item of errors) {
    const wrong = accepts(item);
    if (wrong !== null) note(failed, item, wrong);
  }
  const count = Object.values(failed).flat().length;
  console.log(`refusals: ${errors.length - count} of ${errors.length} (left out: ${tally(about.errorsLeftOut)})`);
  const counts = Object.fromEntries(Object.entries(failed).map(([name, list]) => [name, list.length]));
  const known = Object.fromEntries(Object.entries(REFUSALS).map(([name, [n]]) => [name, n]));
  expect(counts, Object.values(failed).flat().join('\n')).toEqual(known);
});

test('an operator has the forms that PyTorch gives it', () => {
  const names = [...scores.keys()].sort();
  const inPlace = new Set(
    ['unary', 'binary', 'reduction', 'functional', 'other']
      .flatMap((group) => read<Case[]>(group))
      .filter((item) => item.i)
      .map((item) => item.o),
  );
  const missing = names.flatMap((name) => [
    ...(about.methods[name] && !has(name, 'method') ? [`${name} method`] : []),
    ...(inPlace.has(name) && !has(name, 'in place') ? [`${name} in place`] : []),
  ]);
  expect(missing).toEqual([]);
});

/** Reasons and their counts over all operators. */
function tally(reasons: Record<string, Record<string, number>>): string {
  const sums = new Map<string, number>();
  for (const counts of Object.values(reasons)) {
    for (const [reason, n] of Object.entries(counts)) sums.set(reason, (sums.get(reason) ?? 0) + n);
  }
  return [...sums].map(([reason, n]) => `${n} ${reason}`).join('; ');
}

afterAll(() => {
  const all = [...scores].sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = (key: keyof Score): number => all.reduce((total, [, score]) => total + score[key], 0);
  const lines = all
    .filter(([, { passed, total }]) => process.env.VERBOSE || passed < total)
    .map(
      ([name, { passed, total, leftOut }]) => `${name} ${passed}/${total}${leftOut ? ` (${leftOut} left out)` : ''}`,
    );
  const ways = [...forms].map(([way, { passed, total }]) => `${way} ${passed}/${total}`);
  console.log(
    [
      `PyTorch ${about.torch}'s operator database, ${all.length} operators:`,
      `${sum('passed')} of ${sum('total')} cases pass`,
      `ways: ${ways.join('; ')}`,
      `left out: ${sum('leftOut')} ${WHOLE}; ${tally(about.leftOut)}`,
      ...lines,
    ].join('\n'),
  );
});
