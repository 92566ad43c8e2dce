/** Differences that are right: where PyTorch itself is wrong, or does not say. Each with its reason. */
import type { Difference } from './compare.ts';
import type { Program } from './program.ts';

interface Excuse {
  reason: string;
  holds(difference: Difference, program: Program): boolean;
}

const EXCUSES: Excuse[] = [];

/** Why a difference is none, or null. */
export function excuseOf(program: Program, difference: Difference): string | null {
  return EXCUSES.find(({ holds }) => holds(difference, program))?.reason ?? null;
}
