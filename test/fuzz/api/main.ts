/**
 * `npm run fuzz:api -- [--seed S] [--count N]`: N hostile calls. They run in a child process, which writes down the seed
 * of each call before it makes it; a call that takes more than 5 s or ends the process is found, and the next child
 * goes on behind it.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { callOf, type Finding, tried } from './call.ts';
import { subjects } from './subjects.ts';

const PATIENCE = 5000;

const isChild = Boolean(process.env.TORCHLET_FUZZ_CHILD);
const folder = isChild ? '.' : mkdtempSync(join(tmpdir(), 'torchlet-fuzz-'));
if (!isChild) process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Report {
  seed: number;
  text: string;
  finding: Finding | { kind: 'hang' | 'death'; message: string } | null;
}

function child(): void {
  console.log = console.warn = console.error = () => {};
  const all = subjects();
  process.on('message', ({ from, count }: { from: number; count: number }) => {
    let at = 0;
    const next = (): void => {
      for (let batch = 0; batch < 20 && at < count; batch++, at++) {
        const call = callOf(from + at, all);
        process.send?.({ seed: from + at, text: call.text, finding: undefined });
        const finding = tried(call);
        process.send?.({ seed: from + at, text: call.text, finding });
      }
      // The channel is emptied between batches, and promises of the calls end.
      if (at < count) setImmediate(next);
      else process.disconnect();
    };
    next();
  });
}

/** Runs `count` calls from seed `from` in one child; gives the reports, the last of which may be of how it ended. */
function runChild(from: number, count: number): Promise<Report[]> {
  return new Promise((done) => {
    const reports: Report[] = [];
    let current: { seed: number; text: string } | null = null;
    let hung = false;
    const process_ = fork(resolve(process.argv[1]), ['--child'], {
      // What a call writes to a file of some name is no part of the project.
      cwd: folder,
      execArgv: ['--max-old-space-size=2048', ...process.execArgv],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, TORCHLET_FUZZ_CHILD: '1' },
    });
    const kill = (): void => {
      hung = true;
      process_.kill('SIGKILL');
    };
    let timer = setTimeout(kill, 60_000);
    process_.send({ from, count });
    process_.on('message', (message: Report) => {
      clearTimeout(timer);
      timer = setTimeout(kill, PATIENCE);
      if (message.finding === undefined) current = message;
      else {
        current = null;
        reports.push(message);
      }
    });
    process_.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (current !== null) {
        const kind = hung ? 'hang' : 'death';
        reports.push({ ...current, finding: { kind, message: hung ? 'over 5 s' : `exit ${code ?? signal}` } });
      }
      done(reports);
    });
  });
}

async function parent(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' } } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 30));
  const count = Number(values.count ?? 3000);
  console.log(`fuzz:api: seed ${seed}, ${count} calls`);
  const kinds = new Map<string, Report[]>();
  for (let at = 0; at < count; ) {
    const reports = await runChild(seed + at, Math.min(2000, count - at));
    if (reports.length === 0) throw new Error(`fuzz:api: no child began at seed ${seed + at}`);
    at += reports.length;
    for (const report of reports) {
      if (!report.finding) continue;
      const key = `${report.finding.kind}: ${report.finding.message.replace(/\d+/g, 'N').slice(0, 110)}`;
      kinds.set(key, [...(kinds.get(key) ?? []), report]);
    }
  }
  for (const [key, reports] of [...kinds].sort((a, b) => b[1].length - a[1].length)) {
    console.log(`\n${reports.length} × ${key}`);
    for (const { seed: own, text, finding } of reports.slice(0, 3))
      console.log(`  seed ${own}: ${text}\n    ${finding?.message}`);
  }
  const found = [...kinds.values()].flat();
  const internal = found.filter((report) => report.finding?.kind === 'internal').length;
  const others = found.length - internal;
  const allowed = Math.floor(count / 5000);
  console.log(`\n${count} calls: ${internal} end in an engine's error (${allowed} allowed), ${others} other findings`);
  process.exitCode = others === 0 && internal <= allowed ? 0 : 1;
}

if (isChild) child();
else await parent();
