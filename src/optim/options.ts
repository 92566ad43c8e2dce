/** Options of optimizers: binding them, checking them, printing them; and what else all optimizers need. */
import { expose, tenure } from '../memory/storage.ts';
import { pythonBool, pythonNumber } from '../nn/given.ts';
import { bindArgs, describe } from '../tensor/args.ts';
import { float32, float64 } from '../tensor/dtype.ts';
import { sameDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Of PyTorch's options those that choose another way to the same numbers: taken for the sake of pasted programs. */
export const WAYS = ['foreach', 'fused', 'capturable', 'differentiable'];

/** Throws for a way that would give something else: a step through which one can differentiate. */
export function checkWay(name: string, way: string, value: unknown): void {
  if (way === 'differentiable' && value) throw new RangeError(`${name}(): differentiable must be false, got true`);
}

/** Options from arguments, positional in the order of `defaults` or named; TypeError for a wrong kind. */
export function bindOptions<O extends object>(name: string, defaults: O, args: readonly unknown[]): O {
  const names = Object.keys(defaults);
  const bound = bindArgs(name, [...names, ...WAYS], args);
  if (args.length > names.length && bound === args) {
    throw new TypeError(`${name}() takes at most ${names.length} options, got ${args.length}`);
  }
  WAYS.forEach((way, i) => {
    checkWay(name, way, bound[names.length + i]);
  });
  const options = Object.fromEntries(Object.entries(defaults).map(([key, value], i) => [key, bound[i] ?? value])) as O;
  checkKinds(name, options, defaults);
  return options;
}

/** Throws unless every option is of the kind of its default: a number, a boolean, a pair of numbers. */
export function checkKinds<O extends object>(name: string, options: O, defaults: O): void {
  for (const [key, standard] of Object.entries(defaults) as [keyof O & string, unknown][]) {
    const value: unknown = options[key];
    const right = Array.isArray(standard)
      ? Array.isArray(value) && value.length === standard.length && value.every((x) => typeof x === 'number')
      : typeof value === typeof standard;
    if (right) continue;
    const kind = Array.isArray(standard) ? `a list of ${standard.length} numbers` : `a ${typeof standard}`;
    throw new TypeError(`${name}(): ${key} must be ${kind}, got ${describe(value)}`);
  }
}

/**
 * Whether all options of a group are numbers, booleans and pairs of betas; where not, `checkKinds` has to be asked.
 * Every step looks: going through the group's own members costs 30 ns, asking for each default by its name costs 100.
 */
export function isPlain(group: object): boolean {
  for (const key in group) {
    const value = (group as Record<string, unknown>)[key];
    const kind = typeof value;
    if (kind === 'number' || kind === 'boolean' || key === 'params') continue;
    if (key !== 'betas' || !Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'number') return false;
    if (typeof value[1] !== 'number') return false;
  }
  return true;
}

/** Throws unless `value` is at least 0, in PyTorch's words. */
export function checkNotNegative(what: string, value: number): void {
  if (!(value >= 0)) throw new RangeError(`Invalid ${what}: ${describe(value)}`);
}

/** Options that most optimizers have. */
interface CommonOptions {
  lr: number;
  weightDecay?: number;
  eps?: number;
  betas?: readonly number[];
}

/** What most optimizers check. */
export function checkCommon(options: CommonOptions): void {
  checkNotNegative('learning rate', options.lr);
  checkNotNegative('epsilon value', options.eps ?? 0);
  options.betas?.forEach((beta, i) => {
    if (!(beta >= 0 && beta < 1)) throw new RangeError(`Invalid beta parameter at index ${i}: ${describe(beta)}`);
  });
  checkNotNegative('weight_decay value', options.weightDecay ?? 0);
}

/** Throws unless the kernels can compute with a parameter, its gradient and its state. */
export function checkStep(parameter: Tensor, gradient: Tensor, state: Record<string, unknown> | undefined): void {
  const { dtype, dims } = parameter;
  if (dtype !== float32 && dtype !== float64) {
    throw new TypeError(`step(): parameters must be float32 or float64, got one of ${dtype}`);
  }
  checkFits('the gradient', gradient, parameter);
  for (const name in state) {
    const value = state[name];
    if (value instanceof Tensor && (value.dtype !== dtype || !sameDims(value.dims, dims))) {
      checkFits(`'${name}' of the state`, value, parameter);
    }
  }
}

function checkFits(what: string, x: Tensor, parameter: Tensor): void {
  if (x.dtype === parameter.dtype && sameDims(x.dims, parameter.dims)) return;
  throw new TypeError(
    `step(): ${what} has shape ${x.shape} and dtype ${x.dtype}, but its parameter has shape ${parameter.shape} and ` +
      `dtype ${parameter.dtype}; make the optimizer after the model has its dtype`,
  );
}

/** Moves a tensor of the optimizer's state to where parameters live; no scope frees it. */
export function keep(x: Tensor): Tensor {
  tenure(x.storage);
  expose(x.storage);
  return x;
}

/** A value as Python prints it; a whole number as an int, which most of those that are whole are there. */
export function printed(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return pythonBool(value);
  if (Array.isArray(value)) return `(${value.map(printed).join(', ')})`;
  return typeof value === 'number' ? pythonNumber(value).replace(/\.0$/, '') : String(value);
}
