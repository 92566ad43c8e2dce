/** An ONNX model as bytes: protobuf, of the fields that schema.ts names. */
import { join } from '../io/join.ts';
import { encodeUtf8 } from '../io/utf8.ts';
import {
  AttributeProto,
  AttributeType,
  Dimension,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetId,
  TensorProto,
  TensorShapeProto,
  TypeProto,
  TypeProtoTensor,
  ValueInfoProto,
  Wire,
} from './schema.ts';

/** A constant, and what it is called. */
export interface Constant {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

/** A whole number, a `Real`, a text, or whole numbers. */
export type Attribute = number | Real | string | readonly number[];

/** An attribute that is a float to ONNX, whatever its value. */
export class Real {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export interface GraphNode {
  readonly op: string;
  /** Names; '' for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or output: a dimension is a size, or the name of one that varies. */
export interface ValueInfo {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly (number | string)[];
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly Constant[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** The first version of the format that has an opset. */
const IR_VERSION: Record<number, number> = { 17: 8, 18: 8, 19: 9, 20: 9 };

/** Pieces of a message, in order, with how many bytes they are. */
class Message {
  readonly parts: Uint8Array[] = [];
  length = 0;

  private add(part: Uint8Array): void {
    this.parts.push(part);
    this.length += part.length;
  }

  /** A whole number, negative ones as 64 bits. */
  private varint(value: number): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    this.add(Uint8Array.of(...bytes, Number(rest)));
  }

  int(field: number, value: number): this {
    this.varint((field << 3) | Wire.Varint);
    this.varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.varint((field << 3) | Wire.Fixed32);
    this.add(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  bytes(field: number, content: Uint8Array | string | Message): this {
    const part = typeof content === 'string' ? encodeUtf8(content) : content;
    this.varint((field << 3) | Wire.Bytes);
    this.varint(part.length);
    if (part instanceof Message) for (const each of part.parts) this.add(each);
    else this.add(part);
    return this;
  }

  each<T>(list: readonly T[], write: (to: this, item: T) => void): this {
    for (const item of list) write(this, item);
    return this;
  }

  toBytes(): Uint8Array {
    return join(this.parts);
  }
}

function attribute(name: string, value: Attribute): Message {
  const to = new Message().bytes(AttributeProto.name, name);
  if (typeof value === 'number') return to.int(AttributeProto.i, value).int(AttributeProto.type, AttributeType.INT);
  if (typeof value === 'string')
    return to.bytes(AttributeProto.s, value).int(AttributeProto.type, AttributeType.STRING);
  if (value instanceof Real)
    return to.float(AttributeProto.f, value.value).int(AttributeProto.type, AttributeType.FLOAT);
  return to
    .each(value, (list, item) => list.int(AttributeProto.ints, item))
    .int(AttributeProto.type, AttributeType.INTS);
}

const node = ({ op, inputs, outputs, attributes }: GraphNode, i: number): Message =>
  new Message()
    .each(inputs, (to, name) => to.bytes(NodeProto.input, name))
    .each(outputs, (to, name) => to.bytes(NodeProto.output, name))
    .bytes(NodeProto.name, `${op}_${i}`)
    .bytes(NodeProto.opType, op)
    .each(Object.entries(attributes), (to, [name, value]) => to.bytes(NodeProto.attribute, attribute(name, value)));

const constant = ({ name, type, dims, data }: Constant): Message =>
  new Message()
    .each(dims, (to, size) => to.int(TensorProto.dims, size))
    .int(TensorProto.dataType, type)
    .bytes(TensorProto.name, name)
    .bytes(TensorProto.rawData, data);

function valueInfo({ name, type, dims }: ValueInfo): Message {
  const shape = new Message().each(dims, (to, size) => {
    const dim = new Message();
    to.bytes(
      TensorShapeProto.dim,
      typeof size === 'number' ? dim.int(Dimension.dimValue, size) : dim.bytes(Dimension.dimParam, size),
    );
  });
  const tensor = new Message().int(TypeProtoTensor.elemType, type).bytes(TypeProtoTensor.shape, shape);
  return new Message()
    .bytes(ValueInfoProto.name, name)
    .bytes(ValueInfoProto.type, new Message().bytes(TypeProto.tensorType, tensor));
}

/** The bytes of a model. */
export function writeModel(graph: Graph, name: string, opset: number): Uint8Array {
  const content = new Message()
    .each([...graph.nodes.entries()], (to, [i, each]) => to.bytes(GraphProto.node, node(each, i)))
    .bytes(GraphProto.name, name)
    .each(graph.constants, (to, each) => to.bytes(GraphProto.initializer, constant(each)))
    .each(graph.inputs, (to, each) => to.bytes(GraphProto.input, valueInfo(each)))
    .each(graph.outputs, (to, each) => to.bytes(GraphProto.output, valueInfo(each)));
  return new Message()
    .int(ModelProto.irVersion, IR_VERSION[opset])
    .bytes(ModelProto.producerName, 'torchlet')
    .bytes(ModelProto.graph, content)
    .bytes(ModelProto.opsetImport, new Message().bytes(OperatorSetId.domain, '').int(OperatorSetId.version, opset))
    .toBytes();
}
