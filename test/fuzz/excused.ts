/** Differences that are right: where PyTorch itself is wrong, or does not say. Each with its reason. */
import { Tensor } from '../../src/index.ts';
import type { Difference } from './compare.ts';
import { Machine } from './machine.ts';
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

/** Whether the step that differs writes a tensor and reads another one of the same elements. */
function readsWhatItWrites({ step }: Difference, program: Program): boolean {
  if (step === null || !/_$/.test(program[step].call)) return false;
  const machine = new Machine();
  for (const each of program.slice(0, step)) machine.run(each);
  const { args, named = {} } = program[step];
  const [target, ...read] = [...args, ...Object.values(named)].map((value) => machine.decode(value));
  return read.some((x) => x instanceof Tensor && target instanceof Tensor && x.storage === target.storage);
}

const EXCUSES: Excuse[] = [
  {
    reason: 'PyTorch refuses a write that reads what it writes, if it sees that; of strided tensors the order decides',
    holds: (difference, program) => difference.kind === 'values' && readsWhatItWrites(difference, program),
  },
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
