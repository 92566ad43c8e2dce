/** Differences that are right: where PyTorch itself is wrong, or does not say. Each with its reason. */
import type { Difference } from './compare.ts';
import type { Program } from './program.ts';

interface Excuse {
  reason: string;
  holds(difference: Difference, program: Program): boolean;
}

/** Whether a difference is of what a call gave, or of what that became at the end. */
function isOf(call: string, { call: at, step }: Difference, program: Program): boolean {
  const variable = step === null ? Number(at.match(/\$(\d+)/)?.[1]) : null;
  return at === call || program.some((each) => each.out === variable && each.call === call);
}

const EXCUSES: Excuse[] = [
  {
    reason: "a state dict's counts are numbers here and do not change; PyTorch's are tensors, which later steps write",
    holds: (difference, program) => difference.kind === 'number' && isOf('.stateDict', difference, program),
  },
  {
    reason: 'PyTorch looks for a buffer that it made only if there was momentum at the first step',
    holds: ({ kind, torch }) => kind === 'taken' && torch.startsWith('KeyError'),
  },
];

/** Why a difference is none, or null. */
export function excuseOf(program: Program, difference: Difference): string | null {
  return EXCUSES.find(({ holds }) => holds(difference, program))?.reason ?? null;
}
