/**
 * The states of optimizers and schedules as PyTorch has them: its keys and types, which `save` writes into PyTorch's files,
 * and the way back for what was loaded from one.
 */

import { tensor } from '../ops/create/from-data.ts';
import { isOptions } from '../tensor/args.ts';
import { isMap } from '../tensor/brands.ts';
import { toCamel, toSnake } from '../tensor/python.ts';
import { Dict, Float, PYTHON, Tuple } from '../tensor/python-values.ts';
import { Tensor } from '../tensor/tensor.ts';

/** An optimizer's state dict as PyTorch's files have it. */
export interface PythonStateDict {
  state: object;
  param_groups: readonly object[];
}

type Fields = Record<string, unknown>;

/** Gives a state what it is in Python; whoever copies it into another object leaves that behind. */
export function marked<T extends object>(state: T, python: (state: T) => unknown): T {
  Object.defineProperty(state, PYTHON, { value: () => python(state) });
  return state;
}

/** What is a float even where it is whole. */
const FLOATS =
  /^(lr|betas|eps|alpha|rho|momentum_decay|(initial|max|min)_lr|(base|max)_(lrs|momentums?)|_last_lr|gamma|(start_|end_)?factor|power|eta_min|total_size|step_ratio|threshold|best|end_step)$/;

/** Names that are not ours in snake_case, beside those that begin with T (`TMax`, `T_max`). */
const NAMES: readonly (readonly [ours: string, python: string])[] = [
  ['annealStrategy', '_anneal_func_type'],
  ['scaleFn', '_scale_fn_custom'],
];

const toPython = (name: string): string =>
  NAMES.find(([ours]) => ours === name)?.[1] ??
  (/^T[A-Z\di]/.test(name) ? `T_${name.slice(1).toLowerCase()}` : toSnake(name));

function fromPython(name: string): string {
  const found = NAMES.find(([, python]) => python === name);
  if (found !== undefined) return found[0];
  if (!name.startsWith('T_')) return toCamel(name);
  const rest = name.slice(2);
  return `T${rest.length === 1 ? rest : rest[0].toUpperCase() + rest.slice(1)}`;
}

/** A value under a name of Python's. */
function pythonOf(name: string, value: unknown): unknown {
  if (typeof value === 'number' && FLOATS.test(name)) return new Float(value);
  if (!Array.isArray(value)) return value;
  if (name === '_schedule_phases') {
    return value.map((phase: Fields) => {
      const entries = Object.entries(phase).map(([key, of]): [string, unknown] => [toPython(key), of]);
      return new Dict(entries.map(([key, of]) => [key, typeof of === 'string' ? toSnake(of) : pythonOf(key, of)]));
    });
  }
  const items = value.map((item: unknown) => pythonOf(name, item));
  return name === 'betas' ? new Tuple(items) : items;
}

/** Options by PyTorch's names, and what it has besides. */
const groupOf = (group: Fields, more: Fields): Dict =>
  new Dict([
    ...Object.entries(group).map(([key, value]): [string, unknown] => [toPython(key), pythonOf(toPython(key), value)]),
    ...Object.entries(more).filter(([key]) => !Object.hasOwn(group, key)),
  ]);

/** An optimizer's state in Python: positions as ints, counts of steps as tensors. */
export function optimizerInPython(
  name: string,
  { state, paramGroups }: { state: object; paramGroups: object[] },
): Dict {
  const more: Fields = { foreach: null, differentiable: false };
  if (/^(SGD|Adam|AdamW|Adagrad)$/.test(name)) more.fused = null;
  if (!/^(SGD|Adagrad)$/.test(name)) more.capturable = false;
  const states = Object.entries(state as Record<string, Fields>).map(([position, values]): [number, Dict] => {
    const entries = Object.entries(values).map(([key, value]): [string, unknown] => [
      toPython(key),
      typeof value === 'number' ? tensor(value) : value,
    ]);
    return [Number(position), new Dict(entries)];
  });
  return new Dict([
    ['state', new Dict(states)],
    ['param_groups', paramGroups.map((group) => groupOf(group as Fields, more))],
  ]);
}

/** What PyTorch's schedules have besides; the first two all that count their steps. */
const EXTRAS = ['_is_initial', '_get_lr_called_within_step', 'lr_lambdas', 'use_beta1', 'mode_worse', 'verbose'];

/** A schedule's state in Python. */
export function scheduleInPython(name: string, state: Fields, betas: boolean): Dict {
  const { baseLrs, _stepCount, ...others } = state;
  const counts = (baseLrs as number[]).length > 0;
  const dict = groupOf(counts ? state : others, {});
  if (Array.isArray(state.milestones)) {
    const found = new Map<number, number>();
    for (const at of state.milestones as number[]) found.set(at, (found.get(at) ?? 0) + 1);
    dict.set('milestones', new Dict(found, 'collections.Counter'));
  }
  if (counts) for (const extra of EXTRAS.slice(0, 2)) dict.set(extra, false);
  if (/^(Lambda|Multiplicative)LR$/.test(name))
    dict.set(
      'lr_lambdas',
      (baseLrs as number[]).map(() => null),
    );
  if (/Cycl(ic|e)LR$/.test(name)) dict.set('use_beta1', betas);
  if (name === 'CyclicLR') dict.set('_scale_fn_custom', null);
  if (state.mode === 'min' || state.mode === 'max') {
    if (name === 'ReduceLROnPlateau') dict.set('mode_worse', state.mode === 'min' ? Infinity : -Infinity);
  }
  return dict;
}

const entriesOf = (given: Fields, convert: (name: string) => string): [string, unknown][] =>
  Object.entries(given).map(([key, value]) => [convert(key), value]);

/** An optimizer's state dict of PyTorch's as ours; any other as it is. Options that older versions lack are `defaults`. */
export function optimizerFromPython<T>(given: T, defaults: object): T {
  if (!isOptions(given) || !Array.isArray(given.param_groups) || !isOptions(given.state)) return given;
  const paramGroups = (given.param_groups as unknown[]).map((group) => {
    if (!isOptions(group)) return group;
    const { param_names: _, ...options } = group;
    const entries = entriesOf(options, fromPython).map(([key, value]) => [
      key,
      value instanceof Tensor && value.count === 1 ? value.item() : value,
    ]);
    return { ...defaults, ...Object.fromEntries(entries) };
  });
  const states = Object.entries(given.state).map(([position, values]) => [
    position,
    isOptions(values) ? Object.fromEntries(entriesOf(values, fromPython)) : values,
  ]);
  return { state: Object.fromEntries(states), paramGroups } as T;
}

/** Milestones that a Counter of Python's has: each as often as it counts. */
function milestonesOf(counter: object): unknown {
  const entries = isMap(counter) ? ([...counter] as [unknown, number][]) : Object.entries(counter);
  const whole = entries.every(([, times]) => Number.isSafeInteger(times) && times > 0 && times < 2 ** 16);
  return whole
    ? entries.flatMap(([at, times]) => new Array<number>(times).fill(Number(at))).sort((a, b) => a - b)
    : counter;
}

/** A schedule's state dict of PyTorch's as ours; any other as it is. What PyTorch's does not have stays as `own` has it. */
export function scheduleFromPython(given: unknown, own: Fields): unknown {
  if (!isOptions(given) || !Object.keys(given).some((key) => key === 'last_epoch' || key === '_last_lr')) return given;
  const state: Fields = {};
  for (const key of ['baseLrs', '_stepCount', 'lastEpoch', 'scaleFn']) if (key in own) state[key] = own[key];
  for (const [key, value] of Object.entries(given)) {
    if (EXTRAS.includes(key) || (key === '_scale_fn_custom' && !('scaleFn' in own))) continue;
    const name = fromPython(key);
    if (name === 'milestones' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      state[name] = milestonesOf(value);
    } else if (name === '_schedulePhases' && Array.isArray(value)) {
      state[name] = value.map((phase: unknown) => {
        if (!isOptions(phase)) return phase;
        const entries = entriesOf(phase, fromPython);
        return Object.fromEntries(entries.map(([of, at]) => [of, typeof at === 'string' ? toCamel(at) : at]));
      });
    } else state[name] = value;
  }
  return state;
}
