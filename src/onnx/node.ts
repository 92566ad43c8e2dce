/** A node of a graph: an operator's name, what it reads and gives, and its attributes. */
import type { FileGraph } from './read.ts';
import type { FileTensor } from './stored-tensor.ts';

/** What an attribute may be. */
export type Value =
  | number
  | bigint
  | string
  | readonly (number | bigint)[]
  | readonly string[]
  | FileTensor
  | FileGraph
  | undefined;

const isInt = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isInteger(value);
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';
const isInts = (value: unknown): value is readonly (number | bigint)[] => Array.isArray(value) && value.every(isInt);
const isFloats = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isNumber);
const isTensor = (value: unknown): value is FileTensor => typeof value === 'object' && 'content' in (value as object);
const isGraph = (value: unknown): value is FileGraph => typeof value === 'object' && 'nodes' in (value as object);

export class Node {
  /** With its domain, unless that is ONNX's own. */
  readonly op: string;
  readonly name: string;
  readonly opset: number;
  /** Names; '' for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  private readonly attributes: ReadonlyMap<string, Value>;

  constructor(
    op: string,
    name: string,
    opset: number,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: ReadonlyMap<string, Value>,
  ) {
    this.op = op;
    this.name = name;
    this.opset = opset;
    this.inputs = inputs;
    this.outputs = outputs;
    this.attributes = attributes;
  }

  /** How messages name it. */
  toString(): string {
    return this.name === '' ? this.op : `${this.op} '${this.name}'`;
  }

  has(name: string): boolean {
    return this.attributes.get(name) !== undefined;
  }

  private get<T>(name: string, what: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.attributes.get(name);
    if (value === undefined || is(value)) return value;
    throw new TypeError(`load(): the attribute ${name} of ${this} must be ${what}`);
  }

  int(name: string, otherwise: number): number {
    return Number(this.get(name, 'an int', isInt) ?? otherwise);
  }

  float(name: string, otherwise: number): number {
    return this.get(name, 'a float', isNumber) ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    return this.get(name, 'a string', isText) ?? otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    return this.bigs(name)?.map(Number);
  }

  /** Whole numbers, BigInts where they are beyond 2^53; one of them, where the attribute is one. */
  bigs(name: string): readonly (number | bigint)[] | undefined {
    const value = this.attributes.get(name);
    return isInt(value) ? [value] : this.get(name, 'ints', isInts);
  }

  floats(name: string): readonly number[] | undefined {
    const value = this.attributes.get(name);
    return isNumber(value) ? [value] : this.get(name, 'floats', isFloats);
  }

  tensor(name: string): FileTensor | undefined {
    return this.get(name, 'a tensor', isTensor);
  }

  graph(name: string): FileGraph | undefined {
    return this.get(name, 'a graph', isGraph);
  }

  /** All graphs among its attributes. */
  graphs(): FileGraph[] {
    return [...this.attributes.values()].filter((value) => value !== undefined && isGraph(value)) as FileGraph[];
  }
}
