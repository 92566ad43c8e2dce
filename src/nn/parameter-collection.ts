/** Parameters held in a list or under names. */
import { describe, isOptions } from '../tensor/args.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkName } from './given.ts';
import { Module } from './module.ts';
import { position } from './ordered.ts';
import { Parameter } from './parameter.ts';

function asParameter(value: unknown, holder: string): Parameter {
  if (value instanceof Parameter) return value;
  if (value instanceof Tensor) return new Parameter(value);
  throw new TypeError(`${holder}: expected Parameters or Tensors, got ${describe(value)}`);
}

/** A line for each parameter, as PyTorch prints them. */
function printed(holder: string, entries: readonly [string, Parameter][], show: (x: Parameter) => string): string {
  if (entries.length === 0) return `${holder}()`;
  const lines = entries.map(
    ([key, x]) => `    (${key}): Parameter containing: [${show(x)} of size ${x.dims.join('x')}]`,
  );
  return `${holder}(\n${lines.join('\n')}\n)`;
}

/** How many parameters a ParameterList holds. Kept beside the members: an attribute that is a parameter is none of them. */
const SIZE = Symbol('size');

/** What a ParameterList does; its public type adds the typed indices. */
class ParameterListOf extends Module implements Iterable<Parameter> {
  declare private [SIZE]: number;

  /** @param values - Parameters, or tensors to make parameters of. */
  constructor(values: Iterable<Tensor> = []) {
    super();
    Object.defineProperty(this, SIZE, { value: 0, writable: true });
    this.extend(values);
  }

  private get list(): Parameter[] {
    return Array.from({ length: this.length }, (_, i) => (this as unknown as Record<number, Parameter>)[i]);
  }

  /** Number of parameters. */
  override get length(): number {
    return this[SIZE];
  }

  /** Parameter `index`; negative counts from the end. */
  at(index: number): Parameter {
    return (this as unknown as Record<number, Parameter>)[position(index, this.length)];
  }

  /** Adds a parameter at the end; returns the list. */
  append(value: Tensor): this {
    return this.extend([value]);
  }

  /** Adds parameters at the end; returns the list. */
  extend(values: Iterable<Tensor>): this {
    if (values instanceof Tensor || typeof values?.[Symbol.iterator] !== 'function') {
      throw new TypeError(`ParameterList.extend should be called with an iterable, but got ${describe(values)}`);
    }
    for (const parameter of [...values].map((value) => asParameter(value, 'ParameterList'))) {
      this.registerParameter(String(this.length), parameter);
      this[SIZE]++;
    }
    return this;
  }

  *[Symbol.iterator](): Iterator<Parameter> {
    yield* this.list;
  }

  override forward(..._args: never[]): never {
    throw new Error('ParameterList should not be called.');
  }

  override toString(): string {
    const entries = this.list.map((parameter, i): [string, Parameter] => [String(i), parameter]);
    return printed('ParameterList', entries, (x) => String(x.dtype));
  }
}
Object.defineProperty(ParameterListOf, 'name', { value: 'ParameterList' });

/** A ParameterList, indexable. */
export type ParameterList = ParameterListOf & { readonly [index: number]: Parameter };

/**
 * Parameters in a list, registered. Indexable, iterable, `length`.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const weights = new torch.nn.ParameterList([torch.ones(2, 3), torch.zeros(3)]);
 * console.log(weights.length, String(weights[0].shape)); // => 2 torch.Size([2, 3])
 * ```
 */
export const ParameterList = ParameterListOf as { new (values?: Iterable<Tensor>): ParameterList };

const TENSOR_NAMES: Readonly<Record<string, string>> = { float32: 'FloatTensor', float64: 'DoubleTensor' };

/** What a ParameterDict does; its public type adds the names. */
class ParameterDictOf extends Module implements Iterable<string> {
  /** @param values - Parameters, or tensors to make parameters of, by name. */
  constructor(values: Readonly<Record<string, Tensor>> = {}) {
    super();
    this.update(values);
  }

  /** Adds parameters, or replaces those of the same name. */
  update(values: Readonly<Record<string, Tensor>>): void {
    const given: unknown = values;
    if (!isOptions(given) && !(given instanceof ParameterDictOf)) {
      throw new TypeError(`ParameterDict.update should be called with tensors by name, but got ${describe(values)}`);
    }
    const entries = given instanceof ParameterDictOf ? given.items() : Object.entries(values);
    const added = entries.map(([name, value]) => {
      if (name in this && !Object.hasOwn(this, name)) throw new RangeError(`attribute '${name}' already exists`);
      checkName(name, 'ParameterDict');
      return [name, asParameter(value, 'ParameterDict')] as const;
    });
    for (const [name, parameter] of added) this.registerParameter(name, parameter);
  }

  /** The names, in order. */
  keys(): string[] {
    return this.items().map(([name]) => name);
  }

  /** The parameters, in order. */
  values(): Parameter[] {
    return this.items().map(([, parameter]) => parameter);
  }

  /** Names and parameters, in order. */
  items(): [string, Parameter][] {
    return Object.entries(this).filter((entry): entry is [string, Parameter] => entry[1] instanceof Parameter);
  }

  /** Whether there is a parameter of that name. */
  has(name: string): boolean {
    return (
      typeof name === 'string' &&
      Object.hasOwn(this, name) &&
      (this as unknown as Record<string, unknown>)[name] instanceof Parameter
    );
  }

  *[Symbol.iterator](): Iterator<string> {
    yield* this.keys();
  }

  override forward(..._args: never[]): never {
    throw new Error('ParameterDict should not be called.');
  }

  override toString(): string {
    return printed('ParameterDict', this.items(), ({ dtype }) => `torch.${TENSOR_NAMES[dtype.name] ?? dtype.name}`);
  }
}
Object.defineProperty(ParameterDictOf, 'name', { value: 'ParameterDict' });

/** A ParameterDict whose members are parameters. */
export type ParameterDict<K extends string = string> = ParameterDictOf & { [P in K]: Parameter };

/**
 * Parameters under names, registered: `dict.name` is the parameter.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const weights = new torch.nn.ParameterDict({ left: torch.ones(2), right: torch.zeros(3) });
 * console.log(weights.keys(), weights.left.requiresGrad); // => [ 'left', 'right' ] true
 * ```
 */
export const ParameterDict = ParameterDictOf as unknown as {
  new <K extends string>(values?: Readonly<Record<K, Tensor>>): ParameterDict<K>;
};
