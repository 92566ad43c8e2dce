/** Parameter groups: what an optimizer takes, and the group as it keeps it. */
import { describe } from '../tensor/args.ts';
import { toSnake } from '../tensor/python.ts';
import { Tensor } from '../tensor/tensor.ts';
import { printed } from './options.ts';
import type { ParamState } from './state.ts';

/** What every optimizer takes. */
export interface BaseOptions {
  /** Learning rate. */
  lr: number;
  /** Accepted for the sake of pasted programs, as are `fused` and `capturable`: every step is one fused kernel. */
  foreach?: boolean | null;
  fused?: boolean | null;
  capturable?: boolean;
  /** Accepted where it is false: autograd does not follow a step. */
  differentiable?: false;
}

/** What learning-rate schedules write into a group. */
export interface GroupSchedule {
  /** The learning rate that a schedule starts from. */
  initialLr?: number;
  /** Highest and lowest learning rate of a cycle. */
  maxLr?: number;
  minLr?: number;
  /** Highest and lowest momentum of a cycle. */
  maxMomentum?: number;
  baseMomentum?: number;
}

/** A parameter group as the user gives it: the parameters, and options that differ from the optimizer's. */
export type GroupOptions<O> = Partial<O> &
  GroupSchedule & { params: Iterable<Tensor> | Iterable<[string, Tensor]> | Tensor };

/** A parameter group as the optimizer keeps it. */
export type ParamGroup<O> = O & GroupSchedule & { params: Tensor[] };

/** What an optimizer takes parameters as. */
export type Params<O> = Iterable<Tensor> | Iterable<GroupOptions<O>> | Iterable<[string, Tensor]>;

/** What an optimizer takes after the parameters: options by name, the first or all of them by position. */
export type OptionArgs<O, Positions extends unknown[]> =
  | [options?: Partial<O>]
  | [lr?: number, options?: Omit<Partial<O>, 'lr'>]
  | Positions;

/** The whole state, with parameters replaced by their positions. */
export interface OptimizerStateDict<O> {
  state: Record<string, ParamState>;
  paramGroups: (O & GroupSchedule & { params: number[] })[];
}

/** What a group may say besides the optimizer's options. */
export const SCHEDULED = ['initialLr', 'maxLr', 'minLr', 'maxMomentum', 'baseMomentum'];

/** The members of what was given as parameters. */
export function listOf(params: unknown): unknown[] {
  if (params instanceof Tensor || typeof params !== 'object' || params === null || !(Symbol.iterator in params)) {
    throw new TypeError(
      `params argument given to the optimizer should be an iterable of Tensors or dicts, but got ${describe(params)}; ` +
        'those of a model are model.parameters()',
    );
  }
  return [...(params as Iterable<unknown>)];
}

/** The options with lists of their own, so that no two groups share one. */
export function ownCopy<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]),
  ) as T;
}

/** A group as PyTorch prints it. */
export function printedGroup(group: object, i: number): string {
  const options = Object.entries(group)
    .filter(([key]) => key !== 'params')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `    ${toSnake(key)}: ${printed(value)}`);
  return [`Parameter Group ${i}`, ...options].join('\n');
}
