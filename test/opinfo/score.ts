/** How torchlet does on PyTorch's operator database: per operator, how many pass of how many. */

import { readGolden } from '../golden/read.ts';
import { accepts, type Form, has, run } from './calls.ts';
import { type Case, isWritten, type Layout, type Operators, type Refused, read } from './golden.ts';

/** How many of how many. */
export interface Tally {
  passed: number;
  total: number;
}

/** What one operator reaches. A case passes when it does in every way that it is run in. */
export interface Score {
  /** Cases by the dtype that they are sampled for: d, f, l, b. */
  dtypes: Record<string, Tally>;
  /** Of them, those that have gradients. */
  gradients: Tally;
  /** Runs by form and layout. */
  ways: Record<string, Tally>;
  refusals: Tally;
  /** Cases whose result a Python float that is a whole number decides. */
  undecided: number;
  /** What went wrong, and with which case. */
  failures: string[];
  accepted: string[];
}

export const GROUPS = ['unary', 'binary', 'reduction', 'functional', 'other'] as const;
export const WAYS = ['function', 'transposed', 'strided', 'method', 'in place', 'in place view'] as const;
export const about = readGolden<Operators>('opinfo/about.json.gz');

/** PyTorch's views refuse what is not contiguous. */
const CONTIGUOUS_ONLY = new Set(['view', 'view_as']);

/** The ways a case is run in. */
function waysOf(item: Case): [(typeof WAYS)[number], Form, Layout][] {
  const ways: [(typeof WAYS)[number], Form, Layout][] = [['function', 'function', 'contiguous']];
  if (!CONTIGUOUS_ONLY.has(item.o)) {
    ways.push(['transposed', 'function', 'transposed'], ['strided', 'function', 'strided']);
  }
  if (about.methods[item.o] && isWritten(item.a[0]) && has(item.o, 'method')) {
    ways.push(['method', 'method', 'contiguous']);
  }
  if (item.i && has(item.o, 'in place')) {
    ways.push(['in place', 'in place', 'contiguous'], ['in place view', 'in place view', 'contiguous']);
  }
  return ways;
}

function shown(item: Case | Refused): string {
  return `${item.o} ${JSON.stringify(item.a).slice(0, 260)} ${JSON.stringify(item.k ?? {}).slice(0, 160)}`;
}

function count(tally: Tally, passes: boolean): void {
  tally.total++;
  if (passes) tally.passed++;
}

const none = (): Tally => ({ passed: 0, total: 0 });

function scoreOf(scores: Map<string, Score>, name: string): Score {
  const score = scores.get(name) ?? {
    dtypes: Object.fromEntries(['d', 'f', 'l', 'b'].map((dtype) => [dtype, none()])),
    gradients: none(),
    ways: Object.fromEntries(WAYS.map((way) => [way, none()])),
    refusals: none(),
    undecided: 0,
    failures: [],
    accepted: [],
  };
  scores.set(name, score);
  return score;
}

/** Runs the cases of one file and adds what they give to the operators' scores. */
export function runCases(group: (typeof GROUPS)[number], scores: Map<string, Score>): void {
  for (const item of read(group)) {
    const score = scoreOf(scores, item.o);
    const results = waysOf(item).map(([way, ...how]) => [way, run(item, ...how)] as const);
    const wrong = results.find(([, each]) => each !== null);
    if (wrong && item.w) {
      score.undecided++;
      continue;
    }
    for (const [way, each] of results) count(score.ways[way], each === null);
    count(score.dtypes[item.d], !wrong);
    if (item.g) count(score.gradients, !wrong);
    if (wrong) score.failures.push(`${wrong[0]}: ${wrong[1]} | ${shown(item)}`);
  }
}

/** Runs what PyTorch refuses. */
export function runRefusals(scores: Map<string, Score>): void {
  for (const item of read<Refused>('errors')) {
    const score = scoreOf(scores, item.o);
    const wrong = accepts(item);
    count(score.refusals, wrong === null);
    if (wrong !== null) score.accepted.push(`${wrong} | ${shown(item)}`);
  }
}

export function sum(tallies: Iterable<Tally>): Tally {
  const total = none();
  for (const { passed, total: all } of tallies) {
    total.passed += passed;
    total.total += all;
  }
  return total;
}
/** `3/4`, and nothing where there is nothing to pass. */
export const fraction = ({ passed, total }: Tally): string => (total === 0 ? '' : `${passed}/${total}`);

/** Reasons and their counts over all operators. */
export function reasons(counted: Record<string, Record<string, number>>): string {
  const sums = new Map<string, number>();
  for (const counts of Object.values(counted)) {
    for (const [reason, n] of Object.entries(counts)) sums.set(reason, (sums.get(reason) ?? 0) + n);
  }
  return [...sums].map(([reason, n]) => `${n} ${reason}`).join('; ');
}
