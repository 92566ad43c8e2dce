/**
 * One graph of several, which were traced with inputs of several sizes: what is the same in all of them stays, a constant
 * that changes is computed of the inputs' sizes, and everything else is refused.
 */
import type { DType } from '../tensor/dtype.ts';
import type { Held, Made, Sized } from './emit.ts';
import { DataType, dtypeOf } from './schema.ts';
import { type Call, refusal } from './trace.ts';
import type { Constant, GraphNode } from './write.ts';

/** An axis that varies: its name, where a file reads it, its size in each trace. */
export interface Axis {
  readonly name: string;
  readonly input: string;
  readonly axis: number;
  readonly sizes: readonly number[];
}

/** A sum of products of sizes. */
interface Expression {
  readonly terms: readonly (readonly [factor: number, axes: readonly Axis[]])[];
  readonly plus: number;
}

/** A constant whose call must be exported instead. */
export class Unfold {
  readonly call: Call;

  constructor(call: Call) {
    this.call = call;
  }
}

const amount = ({ terms, plus }: Expression, trace: number): number =>
  terms.reduce((sum, [factor, axes]) => sum + axes.reduce((n, { sizes }) => n * sizes[trace], factor), plus);

/**
 * How a whole number follows from sizes, or null: of traces in which first nothing, then each axis, then all axes are
 * another, each of these must agree.
 */
export function solve(values: readonly number[], axes: readonly Axis[]): Expression | null {
  const [first] = values;
  const moving = axes.filter((_, i) => values[i + 1] !== first);
  const slope = (each: Axis): number => {
    const i = axes.indexOf(each) + 1;
    return (values[i] - first) / (each.sizes[i] - each.sizes[0]);
  };
  const whole = moving.reduce((n, { sizes }) => n / sizes[0], first);
  const slopes = moving.map((each) => [slope(each), [each]] as const);
  const plus = slopes.reduce((rest, [factor, [{ sizes }]]) => rest - factor * sizes[0], first);
  const found = [
    { terms: [[whole, moving] as const], plus: 0 },
    { terms: slopes, plus },
  ].find(
    (each) =>
      [...each.terms.map(([factor]) => factor), each.plus].every(Number.isInteger) &&
      values.every((value, trace) => amount(each, trace) === value),
  );
  return found ?? null;
}

const numbers = ({ type, data }: Constant): number[] => {
  const { array } = dtypeOf(type) as DType;
  return Array.from(new array(data.slice().buffer) as unknown as ArrayLike<number | bigint>, Number);
};

const same = <T>(list: readonly T[], text: (each: T) => string): boolean =>
  list.every((each) => text(each) === text(list[0]));

/** Nodes and constants that compute what follows from sizes. */
class Sizes {
  readonly nodes: GraphNode[] = [];
  readonly constants: Constant[] = [];
  private readonly known = new Map<Axis, string>();
  private count = 0;

  private node(
    op: string,
    inputs: readonly string[],
    attributes: GraphNode['attributes'] = {},
    output = this.name(),
  ): string {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  private name(): string {
    return `size/${this.count++}`;
  }

  private ints(list: readonly number[]): string {
    const name = this.name();
    const data = new Uint8Array(BigInt64Array.from(list, BigInt).buffer);
    this.constants.push({ name, type: DataType.INT64, dims: [list.length], data });
    return name;
  }

  /** A vector of one number. */
  private one({ terms, plus }: Expression): string {
    const products = terms.map(([factor, axes]) => {
      const sizes = axes.map((each) => {
        const { input, axis: start } = each;
        const name = this.known.get(each) ?? this.node('Shape', [input], { start, end: start + 1 });
        this.known.set(each, name);
        return name;
      });
      return [...sizes, ...(factor === 1 ? [] : [this.ints([factor])])].reduce((a, b) => this.node('Mul', [a, b]));
    });
    return [...products, ...(plus === 0 ? [] : [this.ints([plus])])].reduce((a, b) => this.node('Add', [a, b]));
  }

  /** Computes a constant of these numbers. */
  write({ name, type, dims }: Constant, list: readonly (number | Expression)[]): void {
    const parts = list.map((each) => (typeof each === 'number' ? this.ints([each]) : this.one(each)));
    const vector = parts.length === 1 ? parts[0] : this.node('Concat', parts, { axis: 0 });
    this.node(
      'Cast',
      [dims.length === 1 ? vector : this.node('Reshape', [vector, this.ints(dims)])],
      { to: type },
      name,
    );
  }
}

/** What stands for constants that differ: numbers, and expressions where these do; null if there are none. */
function between(all: readonly Held[], axes: readonly Axis[]): (number | Expression)[] | null {
  if (!same(all, ({ dims }) => dims.join()) || axes.length === 0) return null;
  const lists = all.map(numbers);
  const found: (number | Expression)[] = [];
  for (let i = 0; i < lists[0].length; i++) {
    const values = lists.map((list) => list[i]);
    const solved = same(values, String) ? values[0] : solve(values, axes);
    if (solved === null) return null;
    found.push(solved);
  }
  return found;
}

const sameConstant = (a: Constant, b: Constant): boolean =>
  a.dims.join() === b.dims.join() && a.data.every((byte, i) => byte === b.data[i]);

const describeNode = ({ op, inputs, outputs }: Made): string => JSON.stringify([op, inputs, outputs]);

/**
 * The graph of all traces.
 *
 * @param why - What differed between them.
 * @throws Unfold for a constant that must be computed in the file; TypeError for what cannot be.
 */
export function merge(
  graphs: readonly Sized[],
  axes: readonly Axis[],
  why: string,
): { nodes: GraphNode[]; constants: Constant[] } {
  const [first] = graphs;
  if (!same(graphs, ({ nodes, outputs }) => nodes.map(describeNode).join() + outputs.join())) {
    const other = graphs.find(({ nodes }) => nodes.map(describeNode).join() !== first.nodes.map(describeNode).join());
    const at = first.nodes.findIndex(
      (node, i) => describeNode(node) !== (other?.nodes[i] && describeNode(other.nodes[i])),
    );
    throw refusal(
      'forward',
      `takes another way ${why}${at < 0 ? '' : ` from ${first.nodes[at].of} on`}: a file has one way`,
    );
  }
  first.nodes.forEach((node, i) => {
    if (same(graphs, ({ nodes }) => JSON.stringify(nodes[i].attributes))) return;
    throw refusal(node.of, `has an option that changes ${why}, and ONNX's ${node.op} takes a fixed one`);
  });
  const sizes = new Sizes();
  const constants: Constant[] = [];
  first.constants.forEach((held, i) => {
    const all = graphs.map((graph) => graph.constants[i]);
    if (all.every((each) => sameConstant(each, held))) {
      constants.push(held);
      return;
    }
    const list = between(all, axes);
    if (list === null) {
      const { call } = held;
      if (call !== null && axes.length > 0) throw new Unfold(call);
      throw refusal(call?.name ?? held.of, `has a constant that changes ${why}`);
    }
    const moving = list.filter((each) => typeof each !== 'number');
    if (held.shape && moving.length === 1 && list.every((each) => typeof each !== 'number' || each > 0)) {
      const shape = BigInt64Array.from(list, (each) => BigInt(typeof each === 'number' ? each : -1));
      constants.push({ ...held, data: new Uint8Array(shape.buffer) });
    } else sizes.write(held, list);
  });
  return { nodes: [...sizes.nodes, ...first.nodes], constants: [...sizes.constants, ...constants] };
}
