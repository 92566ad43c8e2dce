/**
 * Stopping in the middle of an epoch, saving model, optimizer, schedule and generators to a file, and going on in a new
 * process gives the bits of not stopping: for every optimizer and every schedule (the program is resumable.ts).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Result = Record<string, { losses: number[]; hash: string }>;

const folder = mkdtempSync(join(tmpdir(), 'resume-'));
const program = join(folder, 'resumable.mjs');
const run = (...args: string[]): Result =>
  JSON.parse(execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' })) as Result;

let whole: Result;
let stopped: Result;
let resumed: Result;

beforeAll(() => {
  buildSync({
    entryPoints: [join(import.meta.dirname, 'resumable.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
  });
  whole = run('whole');
  stopped = run('stop', folder);
  resumed = run('resume', folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const NAMES = [
  ['SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad', 'Adadelta', 'Adamax', 'NAdam', 'RAdam'],
  ['StepLR', 'MultiStepLR', 'ExponentialLR', 'LinearLR', 'ConstantLR', 'CosineAnnealingLR'],
  ['CosineAnnealingWarmRestarts', 'CyclicLR', 'OneCycleLR', 'LambdaLR', 'ReduceLROnPlateau', 'SequentialLR'],
].flat();

describe('a run that goes on in a new process', () => {
  it.each(NAMES)('%s: gives the losses and the final state of one that did not stop, to the bit', (name) => {
    expect(stopped[name].losses).toHaveLength(17);
    expect([...stopped[name].losses, ...resumed[name].losses]).toEqual(whole[name].losses);
    expect(resumed[name].hash).toBe(whole[name].hash);
  });

  it.each(['model', 'optimizer', 'scheduler', 'epoch', 'rng'])(
    'needs all that was saved: without %s it differs',
    (part) => {
      const { Adam } = run('resume', folder, part);
      expect(Adam.losses).toHaveLength(whole.Adam.losses.length - 17);
      expect(Adam.losses).not.toEqual(resumed.Adam.losses);
    },
  );
});
