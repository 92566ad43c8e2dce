/** Differences that are right: where PyTorch itself is wrong, or does not say. Each with its reason. */
import { float64, nn, Tensor } from '../../src/index.ts';
import type { Difference } from './compare.ts';
import { Machine } from './machine.ts';
import { type Program, readBy, type Value, variableOf } from './program.ts';

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

/** What a step of one of these calls, or of a layer of one of these classes, is about to be given. */
interface Call {
  args: unknown[];
  named: Record<string, unknown>;
}

/** Whether some step that calls one of these, or a layer of that name, is given what `test` says. */
function gives(program: Program, calls: readonly string[], test: (call: Call) => boolean): boolean {
  const machine = new Machine();
  return program.some((step) => {
    const { call, args, named = {} } = step;
    const layers = call === '()' ? layersOf(machine, args[0]) : [];
    const asked = calls.includes(call) || layers.some((layer) => calls.includes(`nn.${layer.constructor.name}`));
    const found = asked && [...readBy(step)].every((variable) => machine.variables.has(variable));
    const holds =
      found &&
      test({
        args: args.map((value) => machine.decode(value)),
        named: Object.fromEntries(Object.entries(named).map(([key, value]) => [key, machine.decode(value)])),
      });
    machine.run(step);
    return holds;
  });
}

/** A layer and all within it. */
function layersOf(machine: Machine, value: Value): nn.Module[] {
  const model = machine.variables.get(variableOf(value) ?? -1);
  return model instanceof nn.Module ? model.modules() : [];
}

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Whether a tensor has an element that is infinite or no number. */
const isWild = (x: unknown): boolean =>
  isTensor(x) && x.dtype.isFloatingPoint && !(x.toTypedArray() as Float32Array).every(Number.isFinite);

/** Whether several elements of a tensor are one in memory. */
const repeats = (x: unknown): boolean => isTensor(x) && x.stride().some((stride, d) => stride === 0 && x.shape[d] > 1);

/** Whether a difference is of gradients: of a pass, of what it gave, or of what is left. */
const isOfGradients = ({ kind, call }: Difference, program: Program): boolean =>
  kind === 'grad values' ||
  /^(autograd\.(grad|backward)|\.backward)$/.test(call) ||
  (kind === 'values' && (isOf('get', { kind, call } as Difference, program) || call.startsWith('end')));

const NOT_FINITE = /NaN|Infinity/;

const SELECTIONS = ['.median', 'torch.median', '.nanmedian', 'torch.nanmedian', '.kthvalue', 'torch.kthvalue'];
const HARD = ['F.hardsigmoid', 'F.hardswish', 'nn.Hardsigmoid', 'nn.Hardswish', 'F.hardsigmoid_', 'F.hardswish_'];
const SOFT_MARGIN = ['F.softMarginLoss', 'nn.SoftMarginLoss'];
const BATCH_NORM = ['F.batchNorm', 'nn.BatchNorm1d'];

const parametersOf = (x: unknown): Tensor[] => (x instanceof nn.Module ? x.parameters() : []);

/** Whether exp(-input · target) is beyond the dtype for some element. */
function overflows({ args }: Call): boolean {
  const [input, target] = args.filter(isTensor);
  if (input === undefined || target === undefined) return false;
  const most = input.dtype === float64 ? 709 : 88;
  return Number(input.detach().mul(target.detach()).neg().amax().item()) > most;
}

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
      SELECTIONS.some((call) => isOf(call, difference, program)) &&
      gives(program, SELECTIONS, ({ args }) => repeats(args[0])),
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
    holds: (difference, program) =>
      /float64/.test(difference.torchlet) &&
      (difference.apart ?? Infinity) < 2 ** -23 &&
      gives(program, HARD, ({ args }) => args.some((x) => isTensor(x) && x.dtype === float64)) &&
      (HARD.includes(difference.call) || difference.call === '()' || isOfGradients(difference, program)),
  },
  {
    reason:
      'PyTorch normalises by x·(w/σ) + (b - μ·(w/σ)), which is no number for an infinite w; (x - μ)/σ·w + b is one',
    holds: ({ kind, torchlet, torch }, program) =>
      kind.endsWith('values') &&
      NOT_FINITE.test(torchlet) &&
      /NaN/.test(torch) &&
      gives(program, BATCH_NORM, ({ args, named }) => [args[3], named.weight, ...parametersOf(args[0])].some(isWild)),
  },
  {
    reason: "the slope of softMarginLoss is 1 at the far end, where PyTorch's exponential overflows and gives NaN",
    holds: (difference, program) =>
      isOfGradients(difference, program) && /NaN/.test(difference.torch) && gives(program, SOFT_MARGIN, overflows),
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
    reason: 'PyTorch looks at Nesterov momentum and dampening where they are said for all groups, not for one',
    holds: ({ kind, call, torchlet }) =>
      kind === 'refused' && call === 'optim.SGD' && torchlet.includes('Nesterov momentum requires a momentum'),
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
    holds: ({ kind, call, torch }) => kind === 'taken' && call === '.step' && /^KeyError: '\w+_buffer'/.test(torch),
  },
  {
    reason: 'PyTorch may keep a view of what was handed to backward as a gradient, which then changes with it',
    holds: ({ kind, aliased }) => aliased === true && kind.endsWith('values'),
  },
];

/** Why a difference is none, or null. */
export function excuseOf(program: Program, difference: Difference): string | null {
  return EXCUSES.find(({ holds }) => holds(difference, program))?.reason ?? null;
}
