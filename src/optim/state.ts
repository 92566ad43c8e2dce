/**
 * What optimizers remember of a parameter. Each class says once what that is (`Slots`); what is loaded, and what a user
 * assigned, is checked against it before anything is changed.
 */
import { expose, isAtHand, isGone } from '../memory/storage.ts';
import { fullRaw } from '../ops/create/copy.ts';
import { copyRaw } from '../ops/make.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { float32, float64 } from '../tensor/dtype.ts';
import { sameDims } from '../tensor/shape.ts';
import { pointerOf, Tensor, targetOf, tenure } from '../tensor/tensor.ts';

/** What an optimizer remembers of one parameter: tensors and numbers by name. */
export type ParamState = Record<string, Tensor | number | null>;

/** The tensors of a state, where they are known to be there. */
export type Moments = Record<string, Tensor>;

/** A number of the state: what it begins with, and whether it is whole. */
interface Count {
  readonly first: number;
  readonly whole: boolean;
}

/** Whether a group's options ask for a tensor, which has the shape and dtype of the parameter. */
type Wanted<O> = (group: O) => boolean;

/** All that a class remembers of a parameter, by name. */
export type Slots<O> = Readonly<Record<string, Count | Wanted<O>>>;

/** How many steps were made. */
export const STEP: Count = { first: 0, whole: true };

/** Of a tensor that every parameter has. */
export const ALWAYS = (): boolean => true;

/** A slot under the options of a group. */
export interface Need {
  readonly name: string;
  readonly count: Count | null;
  readonly wanted: boolean;
  readonly always: boolean;
}

/** The slots under the options of a group. */
export function needsOf(slots: Slots<never>, group: object): Need[] {
  return Object.entries(slots).map(([name, slot]) => {
    if (typeof slot !== 'function') return { name, count: slot, wanted: true, always: true };
    return { name, count: null, wanted: slot(group as never), always: slot === ALWAYS };
  });
}

function isCount(value: unknown, { whole }: Count): boolean {
  return whole ? Number.isSafeInteger(value) && (value as number) >= 0 : Number.isFinite(value);
}

function refuseCount(where: string, value: unknown, { whole }: Count): never {
  const what = whole ? 'a whole number of at least 0' : 'a finite number';
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw new Kind(`${where} must be ${what}, got ${describe(value)}`);
}

/** Throws unless x is a tensor that has elements. */
function checkAlive(where: string, x: unknown): asserts x is Tensor {
  if (!(x instanceof Tensor)) throw new TypeError(`${where} must be a tensor, got ${describe(x)}`);
  if (isGone(x.storage)) throw new Error(`${where} was disposed of: it has no elements any more`);
}

/** Whether x is a tensor that has elements, as many and of the same dtype as a parameter. */
const fits = (x: unknown, { dtype, dims }: Tensor): x is Tensor =>
  x instanceof Tensor && x.dtype === dtype && sameDims(x.dims, dims) && !isGone(x.storage);

/** Throws for what does not fit. Apart from `fits`: a step makes no text for what does. */
function refuse(what: string, x: unknown, parameter: Tensor): never {
  checkAlive(`step(): ${what}`, x);
  throw new TypeError(
    `step(): ${what} has shape ${x.shape} and dtype ${x.dtype}, but its parameter has shape ${parameter.shape} and ` +
      `dtype ${parameter.dtype}; make the optimizer after the model has its dtype`,
  );
}

/** Throws unless the kernels can compute with a parameter and its gradient; brings both in. */
export function checkParameter(parameter: unknown): void {
  checkAlive('step(): a parameter', parameter);
  const { dtype, dims, strides, gradient } = parameter;
  if (dtype !== float32 && dtype !== float64) {
    throw new TypeError(`step(): parameters must be float32 or float64, got one of ${dtype}`);
  }
  if (!parameter.dense && dims.some((size, d) => size > 1 && strides[d] === 0)) {
    throw new RangeError('step(): several elements of a parameter share one place in memory; clone() it before');
  }
  if (!fits(gradient, parameter)) refuse('the gradient', gradient, parameter);
  if (!isAtHand(parameter.storage)) targetOf(parameter);
  if (!isAtHand(gradient.storage)) pointerOf(gradient);
}

const tensorsOf = (needs: readonly Need[]): string[] =>
  needs.filter(({ wanted, count }) => wanted && count === null).map(({ name }) => name);

/** Whether a state has not begun. */
const isEmpty = (state: ParamState): boolean => Object.keys(state).length === 0;

/**
 * Throws unless the kernels can compute with a parameter's state; brings its tensors in. Returns the names of those that
 * are to be made, which are wanted or not row-major; null for none.
 */
export function checkState(parameter: Tensor, state: ParamState | undefined, needs: readonly Need[]): string[] | null {
  if (state === undefined) return tensorsOf(needs);
  if (typeof state !== 'object' || state === null) {
    throw new TypeError(`step(): the state of a parameter must be an object, got ${describe(state)}`);
  }
  const lacking: string[] = [];
  for (const { name, count, wanted, always } of needs) {
    const value = state[name];
    if (value === undefined || value === null) {
      if (always && isEmpty(state)) return tensorsOf(needs);
      if (always) throw new RangeError(`step(): '${name}' of the state is missing`);
      if (wanted) lacking.push(name);
    } else if (count === null) {
      if (!fits(value, parameter)) refuse(`'${name}' of the state`, value, parameter);
      if (!value.dense) lacking.push(name);
      else if (!isAtHand(value.storage)) targetOf(value);
    } else if (!isCount(value, count)) refuseCount(`step(): '${name}' of the state`, value, count);
  }
  return lacking.length === 0 ? null : lacking;
}

/** Counts a step; returns its number, from 1 on. */
export function next(state: ParamState): number {
  const step = (state.step as number) + 1;
  state.step = step;
  return step;
}

/** The numbers that a parameter's state begins with. */
function firstNumbers(needs: readonly Need[]): ParamState {
  const state: ParamState = {};
  for (const { name, count } of needs) if (count !== null) state[name] = count.first;
  return state;
}

/** The state of a parameter from a state dict, checked; its tensors are still those given. */
export function checkLoaded(where: string, given: unknown, parameter: Tensor, needs: readonly Need[]): ParamState {
  if (!isOptions(given)) throw new TypeError(`${where} must be an object, got ${describe(given)}`);
  const values = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  const loaded: ParamState = {};
  for (const [name, value] of values) {
    const need = needs.find((each) => each.name === name);
    const place = `${where}.${name}`;
    if (need === undefined) {
      throw new RangeError(`${place} is unexpected; the state has ${needs.map((each) => each.name).join(', ')}`);
    }
    if (need.count === null) {
      checkAlive(place, value);
      if (!sameDims(value.dims, parameter.dims)) {
        throw new RangeError(`${place} has shape ${value.shape}, but its parameter has shape ${parameter.shape}`);
      }
      loaded[name] = value;
    } else {
      // PyTorch's files have these as tensors without dimensions.
      if (value instanceof Tensor) checkAlive(place, value);
      const number: unknown = value instanceof Tensor && value.count === 1 ? value.item() : value;
      if (!isCount(number, need.count)) refuseCount(place, number, need.count);
      loaded[name] = number as number;
    }
  }
  // What began with all that its options asked for has it; a state of nothing has not begun.
  const missing = needs.find(({ name, wanted }) => wanted && !(name in loaded));
  if (missing && values.length > 0) throw new RangeError(`${where}.${missing.name} is missing`);
  return loaded;
}

/** Moves a tensor of the optimizer's state to where parameters live, for `operation`; no scope frees it. */
export function keep(x: Tensor, operation: string): void {
  tenure(x, operation);
  expose(x.storage);
}

/** All tensors of a list, kept; where one cannot be had, those before it are freed again. */
export function keepAll(makers: readonly (() => Tensor)[]): Tensor[] {
  const made: Tensor[] = [];
  try {
    for (const make of makers) {
      const x = make();
      made.push(x);
      keep(x, 'step');
    }
    return made;
  } catch (error) {
    for (const x of made) x.dispose();
    throw error;
  }
}

/** What makes a row-major copy of x in a parameter's dtype. */
export const copyFor =
  (parameter: Tensor, x: Tensor): (() => Tensor) =>
  () =>
    copyRaw(x, parameter.dtype);

/** The tensors that the state of a parameter has yet to get. */
export type Lacking = [parameter: Tensor, names: readonly string[], needs: readonly Need[]];

/** Makes the tensors that the states lack, all or none; returns the parameters that got one. */
export function begin(states: Map<Tensor, ParamState>, all: readonly Lacking[], fill: number): Set<Tensor> {
  // Once each, however often a group has the parameter.
  const lacking = [...new Map(all.map((each) => [each[0], each])).values()];
  const places = lacking.flatMap(([p, names]) => names.map((name) => [p, name] as const));
  const made = keepAll(
    places.map(([p, name]) => {
      const value = states.get(p)?.[name];
      return value instanceof Tensor ? copyFor(p, value) : () => fullRaw(p.dims, p.dtype, fill);
    }),
  );
  for (const [p, , needs] of lacking) if (isEmpty(states.get(p) ?? {})) states.set(p, firstNumbers(needs));
  const fresh = new Set<Tensor>();
  places.forEach(([p, name], i) => {
    const state = states.get(p) as ParamState;
    if (!state[name]) fresh.add(p);
    state[name] = made[i];
  });
  return fresh;
}
