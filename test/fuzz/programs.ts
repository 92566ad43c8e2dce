/**
 * `npm run fuzz`: random programs in PyTorch and in torchlet.
 *
 *     PYTHON=/path/to/python npm run fuzz -- --seed 7 --count 1000 --themes views,autograd
 *
 * Prints what differs, made small, as a snippet in both languages, each kind once; and how many programs differ. Ends
 * with 1 when more than --allow do. `--keep name` adds what is found to the corpus; `--answer` asks PyTorch again about
 * all of it.
 */
import { parseArgs } from 'node:util';
import { compare, type Difference } from './compare.ts';
import { corpora, FOLDER, type Row, readCorpus, renumbered, writeCorpus } from './corpus.ts';
import { excuseOf } from './excused.ts';
import { runProgram } from './machine.ts';
import { type Given, Oracle } from './oracle.ts';
import { printPython, printScript } from './print.ts';
import { isTensorSeen, type Observed, type Program, type Seen } from './program.ts';
import { shrink } from './shrink.ts';
import { THEMES, write } from './themes.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    count: { type: 'string', default: '1000' },
    themes: { type: 'string', default: Object.keys(THEMES).join() },
    allow: { type: 'string', default: '0' },
    every: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    keep: { type: 'string' },
    answer: { type: 'boolean', default: false },
  },
});
const seed = Number(options.seed);
const count = Number(options.count);
const themes = options.themes.split(',');
for (const theme of themes) {
  if (!(theme in THEMES)) throw new RangeError(`no theme is called '${theme}': ${Object.keys(THEMES).join(', ')}`);
}

/** The bits of torchlet's floats, step by step. */
function givenOf({ steps }: Observed): Given {
  const given: Given = {};
  const walk = (seen: Seen, into: string[]): void => {
    if (isTensorSeen(seen)) into.push(seen.dtype.startsWith('float') ? seen.data : '');
    else if ('list' in seen) for (const each of seen.list) walk(each, into);
  };
  for (const [i, outcome] of steps.entries()) {
    if (!('seen' in outcome)) continue;
    const data: string[] = [];
    walk(outcome.seen, data);
    if (data.some(Boolean)) given[i] = data;
  }
  return given;
}

const oracle = new Oracle(process.env.PYTHON ?? 'python3', 'test/fuzz');

/** Calls that PyTorch may refuse in their middle, when some gradients or running statistics are already written. */
const IN_THE_MIDDLE = ['.backward', 'autograd.backward', 'autograd.grad', '()', '.step', 'F.batchNorm', '.bernoulli_'];

/** What PyTorch may refuse when it has drawn already, so that whatever is drawn later differs. */
const DRAWS = /dropout|rrelu/i;

/** What PyTorch finds out when it has already written. */
const HALF_DONE = /Inplace update to inference tensor|ZeroDivisionError|optimizer must support momentum/;

async function differenceOf(program: Program): Promise<Difference | null> {
  const torchlet = runProgram(program);
  const given = givenOf(torchlet);
  const torch = await oracle.run(program, given);
  const failed = (i: number): boolean => 'error' in torchlet.steps[i] && 'error' in torch.steps[i];
  const half = (i: number): boolean => HALF_DONE.test((torch.steps[i] as { error: string }).error);
  const stays = program.filter(
    ({ call }, i) => !(failed(i) && (IN_THE_MIDDLE.includes(call) || DRAWS.test(call) || half(i))),
  );
  if (stays.length < program.length) return differenceOf(stays);
  let found = compare(program, torchlet, torch);
  if (found?.kind.endsWith('values')) found = compare(program, torchlet, torch, await oracle.run(program, given, true));
  return found && excuseOf(program, found) === null ? found : null;
}

/** What a difference is one of. */
const kindOf = ({ call, kind }: Difference): string => `${call.replace(/^end of .*/, 'end')}: ${kind}`;

function report(kind: string, small: Program, last: Difference): void {
  const at = last.step === null ? 'at the end' : `at v${small[last.step].out}`;
  console.log(`\n── ${kind}, ${at}\n   torchlet: ${last.torchlet}\n   PyTorch:  ${last.torch}`);
  console.log(`${printScript(small)}\n# Python\n${printPython(small)}`);
}

/** Runs programs; the kinds of differences found, and how often. */
async function fuzz(): Promise<void> {
  const found = new Map<string, number>();
  const kept: Row[] = [];
  let [differing, succeeded, steps] = [0, 0, 0];
  console.log(`seed ${seed}, ${count} programs, themes ${themes.join(', ')}`);
  for (let i = 0; i < count; i++) {
    const theme = themes[i % themes.length];
    const { program, outcomes } = write(seed * 100_003 + i, theme);
    steps += program.length;
    succeeded += outcomes.filter((outcome) => 'seen' in outcome).length;
    const first = await differenceOf(program);
    if (first === null) continue;
    differing++;
    const kind = kindOf(first);
    found.set(kind, (found.get(kind) ?? 0) + 1);
    if (options.quiet || (found.get(kind) !== 1 && !options.every)) continue;
    const alike = async (candidate: Program): Promise<Difference | null> => {
      const difference = await differenceOf(candidate);
      return difference !== null && kindOf(difference) === kind ? difference : null;
    };
    const small = renumbered(await shrink(program, async (candidate) => (await alike(candidate)) !== null));
    report(`${kind} (program ${i}, ${theme})`, small, (await alike(small)) ?? first);
    kept.push({ was: kind, program: small, torch: await oracle.run(small) });
  }
  if (options.keep) {
    const file = `${FOLDER}/${options.keep}.json`;
    writeCorpus(file, [...readCorpus(file), ...kept]);
  }
  const share = ((100 * succeeded) / steps).toFixed(1);
  console.log(`\n${differing} of ${count} programs differ; ${share} % of ${steps} steps succeed`);
  for (const [kind, times] of [...found].sort((a, b) => b[1] - a[1]))
    console.log(`${String(times).padStart(5)}  ${kind}`);
  process.exitCode = differing > Number(options.allow) ? 1 : 0;
}

/** Asks PyTorch again about all of the corpus. */
async function answer(): Promise<void> {
  for (const file of corpora()) {
    const rows: Row[] = [];
    for (const { was, program } of readCorpus(file)) rows.push({ was, program, torch: await oracle.run(program) });
    writeCorpus(file, rows);
  }
}

await (options.answer ? answer() : fuzz());
oracle.close();
