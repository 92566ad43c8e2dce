/** A trace as the nodes of a graph: each call becomes what its row (rows.ts) says. */
import { type DType, float32, int64 } from '../tensor/dtype.ts';
import type { Dims } from '../tensor/shape.ts';
import { dataTypeOf } from './schema.ts';
import { type Call, refusal, type Trace, Value } from './trace.ts';
import type { Attribute, Constant, GraphNode } from './write.ts';

/** A node, and the operation that it is for. */
export interface Made extends GraphNode {
  readonly of: string;
}

/** A constant, and the call that computed it, if one did; `shape`: sizes that a Reshape takes. */
export interface Held extends Constant {
  readonly call: Call | null;
  readonly of: string;
  readonly shape: boolean;
}

/** A graph whose sizes are those of one trace. */
export interface Sized {
  readonly nodes: readonly Made[];
  readonly constants: readonly Held[];
  readonly outputs: readonly string[];
}

export type Scalar = number | boolean | bigint;
export type Operand = Value | Scalar;

/** What a row makes nodes with. */
export class Emitter {
  readonly opset: number;
  readonly nodes: Made[] = [];
  readonly constants: Held[] = [];
  /** Names of values that were computed. */
  private readonly names = new Map<Value, string>();
  private readonly taken: Set<string>;
  /** The operation that is being written. */
  private of_ = '';

  constructor(opset: number, taken: Iterable<string>) {
    this.opset = opset;
    this.taken = new Set(taken);
  }

  private fresh(stem: string): string {
    let name = `${stem}_${this.nodes.length + this.constants.length}`;
    while (this.taken.has(name)) name += '_';
    this.taken.add(name);
    return name;
  }

  /** A node of several outputs; their names. */
  ops(op: string, inputs: readonly string[], count: number, attributes: Record<string, Attribute> = {}): string[] {
    const outputs = Array.from({ length: count }, () => '').map((_, i) => this.fresh(count > 1 ? `${op}${i}` : op));
    this.nodes.push({ op, inputs, outputs, attributes, of: this.of_ });
    return outputs;
  }

  /** A node of one output; its name. */
  op(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    return this.ops(op, inputs, 1, attributes)[0];
  }

  private hold(dtype: DType, dims: Dims, data: ArrayBufferView, call: Call | null = null, shape = false): string {
    const name = this.fresh('constant');
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.constants.push({ name, type: dataTypeOf(dtype), dims, data: bytes, call, of: this.of_, shape });
    return name;
  }

  /** A list of whole numbers. */
  ints(list: readonly number[], shape = false): string {
    return this.hold(int64, [list.length], BigInt64Array.from(list, BigInt), null, shape);
  }

  /** A number, in a tensor of no dimensions. */
  scalar(x: Scalar, dtype: DType): string {
    const value = dtype === int64 ? BigInt(typeof x === 'number' ? Math.trunc(x) : x) : Number(x);
    return this.hold(dtype, [], new dtype.array(new ArrayBuffer(dtype.itemsize)).fill(value as never));
  }

  /** What an operand is called, in `dtype` if that is given. */
  of(x: Operand, dtype?: DType): string {
    if (!(x instanceof Value)) return this.scalar(x, dtype ?? float32);
    let name = x.name ?? this.names.get(x);
    if (name === undefined) {
      name = this.hold(x.dtype, x.dims, x.data as ArrayBufferView, x.call);
      this.names.set(x, name);
    }
    return this.cast(name, x.dtype, dtype ?? x.dtype);
  }

  cast(name: string, from: DType, to: DType): string {
    return from === to ? name : this.op('Cast', [name], { to: dataTypeOf(to) });
  }

  reshape(name: string, dims: Dims): string {
    // Otherwise ONNX reads a size of 0 as one that stays.
    return this.op('Reshape', [name, this.ints(dims, true)], dims.includes(0) ? { allowzero: 1 } : {});
  }

  /** Writes a call by its row. */
  call(call: Call, row: Row): void {
    this.of_ = call.name;
    const made = row(this, call.args as unknown as Args, call.outs[0], call.outs);
    const list = typeof made === 'string' ? [made] : made;
    for (const [i, value] of call.outs.entries()) this.names.set(value, list[i]);
  }
}

/** The arguments of all operations that have a row, by the names that signatures give them. */
export interface Args {
  readonly input: Value;
  readonly other: Operand;
  readonly exponent: Operand;
  readonly value: Operand;
  readonly min: Operand | null;
  readonly max: Operand | null;
  readonly src: Operand;
  readonly source: Operand;
  readonly end: Operand;
  readonly weight: Value;
  readonly tensor: Value;
  readonly vec: Value;
  readonly vec2: Value;
  readonly mat2: Value;
  readonly bias: Value | null;
  readonly runningMean: Value | null;
  readonly runningVar: Value | null;
  readonly target: Value;
  readonly index: Value;
  readonly indices: Value;
  readonly mask: Value;
  readonly condition: Value;
  readonly boundaries: Value;
  readonly sortedSequence: Value;
  readonly sorter: Value | null;
  readonly tensors: readonly Value[];
  readonly operands: readonly Value[];
  readonly equation: string;
  /** In which dtype two operands meet. */
  readonly joint: DType;
  readonly dim: number | readonly number[] | boolean | Value | null;
  readonly dims: readonly number[] | null;
  readonly shifts: number | readonly number[];
  readonly pad: readonly number[];
  readonly keepdim: boolean;
  readonly largest: boolean;
  readonly descending: boolean;
  readonly right: boolean;
  readonly side: string | null;
  readonly training: boolean;
  readonly unbiased: boolean | null;
  readonly asTuple: boolean;
  readonly returnInverse: boolean;
  readonly returnCounts: boolean;
  readonly mode: string;
  readonly approximate: string;
  readonly reduction: string;
  readonly reduce: string | null;
  readonly roundingMode: string | null | undefined;
  readonly correction: number | null;
  readonly decimals: number | null;
  readonly alpha: number | undefined;
  readonly beta: number;
  readonly threshold: number;
  readonly lambd: number;
  readonly negativeSlope: number;
  readonly lower: number;
  readonly upper: number;
  readonly minVal: number;
  readonly maxVal: number;
  readonly eps: number;
  readonly ignoreIndex: number;
  readonly numClasses: number;
  readonly labelSmoothing: number;
  readonly fillValue: Scalar;
  readonly start: number | Value;
  readonly step: number;
  readonly length: number;
  readonly k: number;
  readonly p: number;
  readonly repeats: number | Value;
  readonly diagonal: number;
  readonly normalizedShape: number | readonly number[];
}

/** What an operation becomes: the names of its results. */
export type Row = (g: Emitter, args: Args, out: Value, outs: readonly Value[]) => string | readonly string[];

/** The values of nested lists. */
export const valuesIn = (x: unknown): Value[] =>
  x instanceof Value ? [x] : Array.isArray(x) ? x.flatMap(valuesIn) : [];

/**
 * The graph of what outputs need. What depends on no input is a constant, unless its call is in `unfolded`; `taken` are
 * names that are given.
 */
export function emit(
  { calls, outputs }: Trace,
  rows: Readonly<Record<string, Row>>,
  unfolded: ReadonlySet<number>,
  opset: number,
  taken: Iterable<string>,
): Sized {
  const wanted = new Set(outputs);
  const needed: Call[] = [];
  for (let i = calls.length - 1; i >= 0; i--) {
    const call = calls[i];
    const computed = call.outs[0].data === null || unfolded.has(i);
    if (!computed || !call.outs.some((value) => wanted.has(value))) continue;
    for (const value of Object.values(call.args).flatMap(valuesIn)) wanted.add(value);
    needed.push(call);
  }
  const emitter = new Emitter(opset, taken);
  for (const call of needed.reverse()) {
    if (!Object.hasOwn(rows, call.name)) throw refusal(call.name, 'cannot be exported: ONNX has nothing for it');
    emitter.call(call, rows[call.name]);
  }
  return { nodes: emitter.nodes, constants: emitter.constants, outputs: outputs.map((value) => emitter.of(value)) };
}
