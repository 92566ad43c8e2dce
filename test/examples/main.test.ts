/** `npm start` does what it promises: the program of examples/, run as a person runs it, twice. */
import { exec } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { readGolden } from '../golden/read.ts';
import { ulps } from '../golden/ulp.ts';

const ROOT = join(import.meta.dirname, '..', '..');

interface Curves {
  /** Training and validation loss of each epoch. */
  history: [train: number, validation: number][];
  ulp?: number;
}

/** What PyTorch 2.13 gets for the same two programs: test/golden/examples.py. */
const { programs: golden } = readGolden<{
  programs: { zoo: Curves & { accuracy: number }; wages: Curves & { bestEpoch: number; rmse: number; mae: number } };
}>('examples.json');

/** Runs the program; rejects unless it exits with 0. */
async function start(): Promise<string> {
  // Only what a shell needs: npm and vitest leave much in the environment that a fresh terminal does not have.
  const { PATH, HOME } = process.env;
  const { stdout } = await promisify(exec)('npm start --silent', { cwd: ROOT, env: { PATH, HOME } });
  return stdout;
}

/** The numbers that a pattern captures, of its only match. */
function numbersIn(text: string, pattern: RegExp): number[] {
  const found = [...text.matchAll(new RegExp(pattern, 'gm'))];
  expect(found, `${pattern} stands once in the output`).toHaveLength(1);
  return found[0].slice(1).map(Number);
}

let first: string;
let second: string;
let report: string;

beforeAll(async () => {
  first = await start();
  report = readFileSync(join(ROOT, 'examples/out/report.html'), 'utf8');
  second = await start();
});

describe('npm start', () => {
  test('prints the same twice', () => {
    const timeless = (text: string): string => text.replace(/Done in .*/, '');
    expect(timeless(second)).toBe(timeless(first));
  });

  test('writes plain lines where the output is no terminal', () => {
    expect(first).not.toContain('\u001b');
    expect(first).not.toContain('\r');
  });

  test('tells at least nine of ten test animals, as many as PyTorch', () => {
    const [accuracy, baseline] = numbersIn(first, /test accuracy ([\d.]+) %; always guessing '\w+': ([\d.]+) %/);
    expect(accuracy).toBeGreaterThanOrEqual(90);
    expect(accuracy).toBeGreaterThan(baseline);
    expect(accuracy).toBeCloseTo(100 * golden.zoo.accuracy, 1);
  });

  test('names the classes in the confusion table, whose sum is the test part', () => {
    const [count] = numbersIn(first, /101 animals: \d+ train, \d+ validate, (\d+) test/);
    let sum = 0;
    for (const name of ['amphibian', 'bird', 'fish', 'insect', 'mammal', 'mollusc.et.al', 'reptile']) {
      const row = first.split('\n').find((line) => line.startsWith(` ${name.padEnd(13)} `)) ?? '';
      const cells = row.split(/ +/).slice(2);
      expect(cells, name).toHaveLength(7);
      for (const cell of cells) sum += cell === '·' ? 0 : Number(cell);
    }
    expect(sum).toBe(count);
  });

  test('misses the wages by less than the mean does, and by what PyTorch does', () => {
    const [rmse, mae] = numbersIn(first, /^ the model +\$([\d.]+) +\$([\d.]+)$/);
    const [meanRmse, meanMae] = numbersIn(first, /^ always guessing .* +\$([\d.]+) +\$([\d.]+)$/);
    expect(rmse).toBeLessThan(meanRmse);
    expect(mae).toBeLessThan(meanMae);
    // Cents are printed.
    const bound = 0.005 + ulps(64, golden.wages, [golden.wages.rmse]);
    expect(Math.abs(rmse - golden.wages.rmse)).toBeLessThanOrEqual(bound);
    expect(Math.abs(mae - golden.wages.mae)).toBeLessThanOrEqual(bound);
    const [epoch] = numbersIn(first, /kept the net of epoch (\d+),/);
    expect(epoch).toBe(golden.wages.bestEpoch);
  });

  test.each(['zoo', 'wages'] as const)('%s: follows the losses of the same program in PyTorch', (name) => {
    const { history } = golden[name];
    const line = new RegExp(
      `^${name} epoch +(\\d+)/${history.length}  train loss ([\\d.]+)  validation loss ([\\d.]+)$`,
      'gm',
    );
    const printed = [...first.matchAll(line)].map((match) => match.slice(1).map(Number));
    expect(printed.length).toBeGreaterThanOrEqual(10);
    expect(printed.at(-1)?.[0]).toBe(history.length);
    // Four decimals are printed.
    const bound = 0.5e-4 + ulps(64, golden[name], history.flat());
    for (const [epoch, train, validation] of printed) {
      const [trainThere, validationThere] = history[epoch - 1];
      expect(Math.abs(train - trainThere), `training loss of epoch ${epoch}`).toBeLessThanOrEqual(bound);
      expect(Math.abs(validation - validationThere), `validation loss of epoch ${epoch}`).toBeLessThanOrEqual(bound);
    }
  });

  test.each(['zoo', 'wages'])('%s: what was saved predicts the same after loading', (name) => {
    expect(first).toContain(`saved to examples/out/${name}.safetensors, loaded again: the same predictions`);
  });

  test('draws a report that stands alone', () => {
    expect(report.match(/<svg [^>]*aria-label=/g)).toHaveLength(4);
    expect(report).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\ssrc=|\shref=/i);
    const addresses = report.match(/https?:\/\/[^"'\s<)]*/g) ?? [];
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
  });

  test('draws every epoch and every test worker', () => {
    const circles = report.match(/<circle /g) ?? [];
    const [workers] = numbersIn(first, /534 workers: \d+ train, \d+ validate, (\d+) test/);
    expect(circles).toHaveLength(workers);
    const curves = [...report.matchAll(/<path [^>]*\bd="(M[^"]*)"/g)]
      .map(([, d]) => d.split('L').length)
      .filter((points) => points > 2);
    const epochs = [golden.zoo, golden.wages].map(({ history }) => history.length);
    expect(curves).toEqual([epochs[0], epochs[0], epochs[1], epochs[1]]);
  });
});
