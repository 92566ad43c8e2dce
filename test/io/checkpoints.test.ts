/** A run that PyTorch began goes on here, and its state goes back as PyTorch wrote it: test/golden/torch_checkpoints.py. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

const { nn, optim } = torch;
const { lrScheduler: S } = optim;
const read = (name: string): Buffer => readFileSync(new URL(`../golden/${name}`, import.meta.url));

type Made = [name: string, options: Record<string, unknown>];
interface Checkpoint {
  model: torch.nn.StateDict;
  optimizer: { state: object; param_groups: object[] };
  scheduler?: Record<string, unknown>;
}

const golden = readGolden<{
  data: { x: number[][]; y: number[][] };
  runs: { optimizer: Made; schedule: Made | null; next: [loss: number, lr: number][] }[];
}>('torch-checkpoints.json');
const checkpoints = torch.load<Checkpoint[]>(read('torch-checkpoints.pt'));

beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

const camel = (name: string): string =>
  name
    .replace(/^T_(.)/, (_, letter: string) => `T${letter.toUpperCase()}`)
    .replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const named = (options: object): object =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [camel(key), value]));

type Schedule = torch.optim.lrScheduler.LRScheduler;

interface Run {
  model: torch.nn.Linear;
  optimizer: torch.optim.SGD;
  schedule: Schedule | null;
}

function make([name, options]: Made, schedule: Made | null): Run {
  const model = new nn.Linear(3, 1);
  const Optimizer = optim[name as 'SGD'];
  const optimizer = new Optimizer(model.parameters(), named(options));
  const both = (): Schedule[] => [new S.StepLR(optimizer, 2), new S.ExponentialLR(optimizer, 0.9)];
  if (schedule === null) return { model, optimizer, schedule };
  const [kind, given] = schedule;
  if (kind === 'SequentialLR') return { model, optimizer, schedule: new S.SequentialLR(optimizer, both(), [5]) };
  if (kind === 'ChainedScheduler') return { model, optimizer, schedule: new S.ChainedScheduler(both(), optimizer) };
  const Kind = S[kind as 'StepLR'];
  const argument = /^(Lambda|Multiplicative)/.test(kind) ? () => 0.9 : named(given);
  return { model, optimizer, schedule: new Kind(optimizer, argument as never) };
}

const x = torch.tensor(golden.data.x);
const y = torch.tensor(golden.data.y);

function run({ model, optimizer, schedule }: Run): [number, number][] {
  return Array.from({ length: 4 }, () => {
    optimizer.zeroGrad();
    const loss = nn.functional.mseLoss(model(x), y);
    loss.backward();
    optimizer.step();
    if (schedule instanceof S.ReduceLROnPlateau) schedule.step(loss.item());
    else schedule?.step();
    return [loss.item(), optimizer.paramGroups[0].lr];
  });
}

function take({ model, optimizer, schedule }: Run, checkpoint: Checkpoint): void {
  model.loadStateDict(checkpoint.model);
  optimizer.loadStateDict(checkpoint.optimizer);
  if (schedule !== null && checkpoint.scheduler) schedule.loadStateDict(checkpoint.scheduler);
}

const statesOf = ({ model, optimizer, schedule }: Run): object => ({
  model: model.stateDict(),
  optimizer: optimizer.stateDict(),
  ...(schedule && { deep: [{ scheduler: schedule.stateDict() }] }),
});

/** Values with tensors as what they hold, members in the order of their names. */
function plain(value: unknown): unknown {
  if (value instanceof torch.Tensor) return [value.dtype.name, value.tolist()];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([key, each]) => [key, plain(each)]),
  );
}

const cases = golden.runs.map((each, i) => ({
  ...each,
  i,
  title: [each.optimizer[0], each.schedule?.[0] ?? ''].join(' '),
}));

describe.each(cases)('$title $i', ({ optimizer, schedule, next, i }) => {
  const fresh = (): Checkpoint => torch.load<Checkpoint[]>(read('torch-checkpoints.pt'))[i];

  test('goes on with the same losses and learning rates', () => {
    const made = make(optimizer, schedule);
    take(made, fresh());
    const seen = run(made);
    // Measured: up to 1.8e-7.
    next.forEach(([loss, lr], step) => {
      expect(seen[step][0]).toBeCloseTo(loss, 6);
      expect(seen[step][1]).toBeCloseTo(lr, 10);
    });
  });

  test('goes back as PyTorch wrote it, and a file of its own goes on the same', () => {
    const made = make(optimizer, schedule);
    take(made, fresh());
    const bytes = torch.save(statesOf(made), { format: 'pt' });
    const { model, optimizer: state, deep } = torch.load<Checkpoint & { deep?: [{ scheduler: object }] }>(bytes);
    const scheduler = deep?.[0].scheduler as Checkpoint['scheduler'];
    const { epoch: _, ...expected } = plain(checkpoints[i]) as Record<string, unknown>;
    // A chain's place is that of its members in PyTorch.
    const { last_epoch: own, ...chain } = (scheduler ?? {}) as Record<string, unknown>;
    const told = schedule?.[0] === 'ChainedScheduler' ? chain : scheduler;
    expect(plain({ model, optimizer: state, ...(told && { scheduler: told }) })).toEqual(expected);
    const again = make(optimizer, schedule);
    take(again, { model, optimizer: state, scheduler });
    expect(run(again)).toEqual(run(made));
  });
});

test('a state that was copied by hand, and one in a safetensors file, keep their own keys', () => {
  const { optimizer } = make(['Adam', {}], null);
  const copied = torch.load<{ o: object }>(torch.save({ o: { ...optimizer.stateDict() } }, { format: 'pt' }));
  expect(Object.keys(copied.o)).toEqual(['state', 'paramGroups']);
  const tree = torch.load<{ o: object }>(torch.save({ o: optimizer.stateDict() }));
  expect(Object.keys(tree.o)).toEqual(['state', 'paramGroups']);
});

describe("a state of PyTorch's is checked as strictly", () => {
  const adam = (): Run => make(['Adam', {}], null);
  const good = (): Checkpoint['optimizer'] =>
    torch.load<Checkpoint['optimizer']>(torch.save(adam().optimizer.stateDict(), { format: 'pt' }));

  test.each<[string, (state: Record<string, never>) => unknown, string]>([
    ['no groups', (s) => ({ ...s, param_groups: [] }), 'different number of parameter groups'],
    [
      'an option there is not',
      (s) => ({ ...s, param_groups: [{ ...(s.param_groups[0] as object), odd_one: 1 }] }),
      "'oddOne'",
    ],
    ['a negative rate', (s) => ({ ...s, param_groups: [{ ...(s.param_groups[0] as object), eps: -1 }] }), 'eps'],
    ['a group that is none', (s) => ({ ...s, param_groups: [5] }), 'must be an object'],
    ['a position there is not', (s) => ({ ...s, state: { 9: {} } }), 'no group has a parameter 9'],
    ['a state that is none', (s) => ({ ...s, state: { 0: 7 } }), 'must be an object'],
  ])('%s', (_, spoil, message) => {
    const { optimizer } = adam();
    const before = plain(optimizer.stateDict());
    expect(() => optimizer.loadStateDict(spoil(good() as never) as never)).toThrow(message);
    expect(plain(optimizer.stateDict())).toEqual(before);
  });

  test('options that an older PyTorch did not write are the defaults', () => {
    const { optimizer } = adam();
    const [{ decoupled_weight_decay: _, maximize: __, ...group }] = good().param_groups as Record<string, unknown>[];
    optimizer.loadStateDict({
      state: {},
      param_groups: [{ ...group, lr: torch.tensor(0.5), param_names: ['a', 'b'] }],
    });
    expect(optimizer.paramGroups[0]).toMatchObject({ lr: 0.5, maximize: false, decoupledWeightDecay: false });
  });

  test('schedules', () => {
    const { optimizer } = make(['SGD', { lr: 0.1 }], null);
    const schedule = new S.MultiStepLR(optimizer, [1, 2]);
    const state = torch.load<Record<string, unknown>>(torch.save(schedule.stateDict(), { format: 'pt' }));
    expect(() => schedule.loadStateDict({ ...state, extra: 1 })).toThrow("'extra' is unexpected");
    expect(() => schedule.loadStateDict({ ...state, milestones: { 1: 1e9 } })).toThrow('milestones');
    expect(() => schedule.loadStateDict({ ...state, last_epoch: 'x' })).toThrow('lastEpoch');
    const { gamma: _, ...without } = state;
    expect(() => schedule.loadStateDict(without)).toThrow("'gamma' is missing");
    schedule.loadStateDict({ ...state, milestones: { 3: 2 }, verbose: false });
    expect(schedule.stateDict().milestones).toEqual([3, 3]);
  });
});
