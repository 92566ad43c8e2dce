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

/** Whether some step of the program, or a layer in it, is one of these. */
function has(program: Program, ...calls: readonly string[]): boolean {
  return program.some(({ call }) => calls.includes(call));
}

const NOT_FINITE = /NaN|Infinity/;

const EXCUSES: Excuse[] = [
  {
    reason: 'PyTorch lets an integer tensor require grad that a tracked float is written into, and then fails on it',
    holds: ({ kind, torch }) => kind === 'requiresGrad' && /^(int|uint|bool)/.test(torch),
  },
  {
    reason: 'JavaScript has no number for an int64 beyond 2^53; the README says so',
    holds: ({ kind, torchlet }) => kind === 'refused' && torchlet.includes('cannot be held by a number exactly'),
  },
  {
    reason: "PyTorch's selection works in place on a copy that repeats what an expanded tensor repeats",
    holds: (difference, program) =>
      ['values', 'number'].includes(difference.kind) &&
      ['.median', 'torch.median', '.nanmedian', 'torch.nanmedian', '.kthvalue', 'torch.kthvalue'].some((call) =>
        isOf(call, difference, program),
      ) &&
      has(program, '.expand', '.expandAs', 'torch.broadcastTo', '.broadcastTo'),
  },
  {
    reason:
      "the mean of a row with one infinity is infinite; PyTorch's std and mean in one take the infinity from itself",
    holds: (difference, program) =>
      ['torch.stdMean', 'torch.varMean'].some((call) => isOf(call, difference, program)) &&
      difference.kind === 'values' &&
      NOT_FINITE.test(difference.torchlet),
  },
  {
    reason: 'PyTorch multiplies float64 by 1/6 rounded to float32',
    holds: ({ kind, torchlet }, program) =>
      kind.endsWith('values') &&
      /float64/.test(torchlet) &&
      has(program, 'F.hardsigmoid', 'F.hardswish', 'nn.Hardsigmoid', 'nn.Hardswish'),
  },
  {
    reason:
      'PyTorch normalises by x·(w/σ) + (b - μ·(w/σ)), which is no number for an infinite w; (x - μ)/σ·w + b is one',
    holds: ({ kind, torchlet, torch }, program) =>
      kind.endsWith('values') &&
      NOT_FINITE.test(torchlet) &&
      NOT_FINITE.test(torch) &&
      has(program, 'F.batchNorm', 'nn.BatchNorm1d'),
  },
  {
    reason: "the slope of softMarginLoss is 1 at the far end, where PyTorch's exponential overflows and gives NaN",
    holds: ({ kind, torch }, program) =>
      kind.endsWith('values') && /NaN/.test(torch) && has(program, 'F.softMarginLoss', 'nn.SoftMarginLoss'),
  },
  {
    reason: 'PyTorch refuses a write that reads what it writes, if it sees that; of strided tensors the order decides',
    holds: (difference, program) => difference.kind === 'values' && readsWhatItWrites(difference, program),
  },
  {
    reason: "a state dict's counts are numbers here and do not change; PyTorch's are tensors, which later steps write",
    holds: (difference, program) => difference.kind === 'number' && isOf('.stateDict', difference, program),
  },
  {
    reason: 'PyTorch goes on in the tensors of the dict that was loaded, so that what was saved changes',
    holds: (difference, program) =>
      difference.kind === 'values' && isOf('.stateDict', difference, program) && has(program, '.loadStateDict'),
  },
  {
    reason: "PyTorch checks an optimizer's options where they are said for all groups, not for one",
    holds: ({ kind, call }) => kind === 'refused' && call.startsWith('optim.'),
  },
  {
    reason: 'JavaScript does not tell 1.0 from 1',
    holds: ({ kind, torchlet, torch }) =>
      kind === 'text' && torchlet.replace(/\.0\b/g, '') === torch.replace(/\.0\b/g, ''),
  },
  {
    reason:
      'PyTorch gives the gradient of a source that is longer than its index the shape of the index, and refuses it',
    holds: ({ kind, torch }) => kind === 'taken' && /returned an invalid gradient at index/.test(torch),
  },
  {
    reason: 'PyTorch orders slices by less and greater alone, which put NaN nowhere',
    holds: (difference, program) =>
      ['.unique', 'torch.unique'].some((call) => isOf(call, difference, program)) && /NaN/.test(difference.torch),
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
