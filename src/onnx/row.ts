/** What a row of the tables of operators is, and what rows are made with. */
import { fromFlat } from '../ops/create/from-data.ts';
import { int64 } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Node } from './node.ts';

/** What a row may ask of the pass that it is computed in. */
export interface Pass {
  readonly training: boolean;
  /** What the branch of that name gives, a graph among the node's attributes. */
  branch(name: string): readonly Tensor[];
}

/** Computes the outputs of a node: all of them, or the first. An input that is left out is undefined. */
export type Compute = (inputs: readonly Tensor[], node: Node, pass: Pass) => Tensor | readonly Tensor[];

/** An operator: how many inputs it takes, and what it computes. */
export interface Operator {
  readonly least: number;
  readonly most: number;
  readonly compute: Compute;
  /** Throws for attributes with which it cannot be computed, before anything is. */
  readonly check?: (node: Node) => void;
}

/** By ONNX's names. */
export type Operators = Readonly<Record<string, Operator>>;

export const operator = (least: number, most: number, compute: Compute, check?: (node: Node) => void): Operator => ({
  least,
  most,
  compute,
  check,
});

/** Of one tensor. */
export const one = (compute: (x: Tensor, node: Node) => Tensor): Operator =>
  operator(1, 1, ([x], node) => compute(x, node));

/** The same without attributes: an operation of torchlet's, which takes nothing else. */
export const bare = (compute: (x: Tensor) => Tensor): Operator => operator(1, 1, ([x]) => compute(x));

/** Of two tensors. */
export const two = (compute: (a: Tensor, b: Tensor, node: Node) => Tensor): Operator =>
  operator(2, 2, ([a, b], node) => compute(a, b, node));

/** Throws what is the matter with a node. */
export function refuse(node: Node, what: string): never {
  throw new RangeError(`load(): ${node}: ${what}`);
}

/** Throws unless an attribute, or its default, is one of the texts. */
export const oneOf =
  (name: string, otherwise: string, ...texts: readonly string[]) =>
  (node: Node): void => {
    const given = node.text(name, otherwise);
    if (!texts.includes(given)) refuse(node, `${name} '${given}' is not among ${texts.join(', ')}`);
  };

const known = new WeakMap<Tensor, readonly number[]>();

/** The elements of a tensor of shapes, axes or positions. */
export function intsOf(x: Tensor): readonly number[] {
  return known.get(x) ?? Array.from(x.toTypedArray() as ArrayLike<number | bigint>, Number);
}

/** Notes that a tensor never changes, so that it is read once. */
export function noteConstant(x: Tensor): void {
  if (x.dims.length < 2 && x.count < 1024 && !x.dtype.isFloatingPoint) known.set(x, intsOf(x));
}

/** The only element of a tensor, exactly. */
export const scalarOf = (x: Tensor): number | bigint => (x.toTypedArray() as ArrayLike<number | bigint>)[0];

/** int64 numbers, as a tensor of one dimension. */
export const shapeTensor = (dims: readonly number[]): Tensor => fromFlat(dims, [dims.length], int64);

/** Axes, which an attribute gives in earlier opsets and an input in later ones; undefined where neither does. */
export const axesOf = (input: Tensor | undefined, node: Node): readonly number[] | undefined =>
  input === undefined ? node.ints('axes') : intsOf(input);
