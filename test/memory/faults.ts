/** Running a workload in which one allocation, or one eviction, fails. */
import { expect } from 'vitest';
import * as torch from '../../src/index.ts';
import { supply } from '../../src/memory/blocks.ts';
import { clock, pools } from '../../src/memory/region.ts';
import { address, allocate, free, openChunks, openScope, sharing } from '../../src/memory/storage.ts';
import { checkBooks } from './books.ts';
import type { Runner } from './workload.ts';

/**
 * What fails at the chosen moment: linear memory has no block until all that is idle moved out, or none at all; the host
 * has no ArrayBuffer; or neither has anything until the operation failed.
 */
export type Fault = 'block' | 'no block' | 'copy' | 'everything';
export const FAULTS: readonly Fault[] = ['block', 'no block', 'copy', 'everything'];

const bits = (x: torch.Tensor): string => Buffer.from(x.toTypedArray().buffer).toString('latin1');

/** What one run did. */
export interface Run {
  /** How many blocks and copies were asked for, in all and when each unit ended. */
  moments: number;
  ends: number[];
  /** What came of it. */
  results: string[];
  /** Whether an operation failed. */
  failed: boolean;
}

/** Opens a chunk for what is of `nbytes` bytes, if that shares one. */
function openAnew(nbytes: number): void {
  const before = openChunks();
  let piece = allocate(nbytes);
  while (before.includes(piece.region)) piece = allocate(nbytes);
  free(piece);
}

/**
 * Brings memory to where each run begins, or moments would not be the same ones: what earlier runs left is moved out,
 * chunks are empty, and something came back last.
 */
function startOver(): void {
  const outer = openScope([]);
  openAnew(16);
  openScope(outer);
  openAnew(16);
  openAnew(sharing.tiny + 16);
  const last = allocate(sharing.chunk);
  clock.tick++;
  for (const pool of pools) pool.clear();
  clock.tick++;
  address(last);
  free(last);
}

/** Runs a part of the workload from the same start, without a fault. */
export function runWhole(part: (runner: Runner) => torch.Tensor[]): Run {
  return run(part, 0, 'block', []);
}

/**
 * Runs a part of the workload from the same start; at `moment`, counted from 1, something fails. `ends` are those of a
 * whole run: they tell from which unit on to look at what is held.
 */
export function run(
  part: (runner: Runner) => torch.Tensor[],
  moment: number,
  fault: Fault,
  ends: readonly number[],
): Run {
  const { take, copy } = supply;
  let moments = 0;
  let failing = 0;
  let failed = false;
  let watching = false;
  const strikes = (kind: 'block' | 'copy'): boolean => {
    if (!watching) return false;
    moments++;
    if (moments === moment) {
      if (fault === 'everything') failing = Infinity;
      else if ((fault === 'copy') === (kind === 'copy')) failing = fault === 'no block' ? 2 : 1;
    }
    // 'no block' lasts until the second time that a block is asked for.
    if (failing === 0 || (fault !== 'everything' && (fault === 'copy') !== (kind === 'copy'))) return false;
    failing--;
    return true;
  };
  supply.take = (size) => (strikes('block') ? 0 : take(size));
  supply.copy = (from, nbytes) => {
    if (strikes('copy')) throw new RangeError('Array buffer allocation failed');
    return copy(from, nbytes);
  };
  const kept: torch.Tensor[] = [];
  /** Looks at all that is held, without a fault and without being counted. */
  const aside = <T>(look: () => T): T => {
    watching = false;
    try {
      return look();
    } finally {
      watching = true;
    }
  };
  const own: number[] = [];
  const attempt = <T>(unit: () => T, whole: boolean): T => {
    const matters = !failed && ends[own.length] >= moment;
    const [held, stream] = matters ? aside(() => [kept.map(bits), bits(torch.getRngState())]) : [[], ''];
    try {
      const result = unit();
      own.push(moments);
      return result;
    } catch (error) {
      expect(failed, String(error)).toBe(false);
      expect(matters, 'the fault came when it was expected').toBe(true);
      failed = true;
      failing = 0;
      expect(error).toBeInstanceOf(RangeError);
      expect((error as Error).message).toMatch(/^\w+\(\): out of memory: .*\d+ bytes.* for a tensor of shape \[.*\]/);
      aside(() => {
        checkBooks();
        kept.forEach((x, i) => {
          if (!x.isDisposed) expect(bits(x) === held[i], `held tensor ${i}, after ${error}`).toBe(true);
        });
        if (whole) expect(bits(torch.getRngState()) === stream, 'the random stream').toBe(true);
        else torch.setRngState(torch.tensor(Uint8Array.from(stream, (each) => each.charCodeAt(0))));
      });
      const result = unit();
      own.push(moments);
      return result;
    }
  };
  torch.manualSeed(0);
  startOver();
  watching = true;
  try {
    const runner: Runner = {
      op: (unit) => attempt(unit, true),
      redo: (unit) => attempt(unit, false),
      keep: (x) => {
        kept.push(x);
        return x;
      },
    };
    const out = part(runner);
    watching = false;
    const results = out.map(bits);
    checkBooks();
    return { moments, ends: own, results, failed };
  } finally {
    Object.assign(supply, { take, copy });
  }
}
