/** What an ONNX file says, as plain descriptions: nothing is computed, and no tensor made. */
import { damaged } from '../io/header.ts';
import { Node, type Value } from './node.ts';
import {
  bytesIn,
  floatsIn,
  intIn,
  intsIn,
  type Message,
  messagesIn,
  readMessage,
  textIn,
  textsIn,
} from './protobuf.ts';
import {
  AttributeProto,
  AttributeType,
  Dimension,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetId,
  TensorShapeProto,
  TypeProto,
  TypeProtoTensor,
  ValueInfoProto,
} from './schema.ts';
import { type FileTensor, readTensor } from './stored-tensor.ts';

/** An input or output: a size, or the name of one that varies; null where the file does not say. */
export interface FileValue {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly (number | string | null)[] | null;
}

/** A graph, of a model or of a branch. */
export interface FileGraph {
  readonly nodes: readonly Node[];
  readonly constants: readonly FileTensor[];
  readonly inputs: readonly FileValue[];
  readonly outputs: readonly FileValue[];
}

/** How deep branches may stand in branches. */
const DEEPEST = 32;

const broken = (what: string): RangeError => damaged(what, 'ONNX file');

/** The graph of a model, and its opset. */
export function readModel(bytes: Uint8Array): FileGraph {
  const model = readMessage(bytes);
  const graphs = bytesIn(model, ModelProto.graph);
  if (graphs.length === 0) throw broken('it has no graph');
  const opsets = messagesIn(model, ModelProto.opsetImport);
  const own = opsets.find((each) => /^(ai\.onnx)?$/.test(textIn(each, OperatorSetId.domain)));
  if (own === undefined) throw broken('it does not say its opset');
  const opset = Number(intIn(own, OperatorSetId.version));
  if (opset < 9 || opset > 23) {
    throw new RangeError(`load(): the model is of opset ${opset}; torchlet reads 9 to 23: convert or export it anew`);
  }
  return readGraph(readMessage(graphs[0]), opset, 0);
}

function readGraph(graph: Message, opset: number, depth: number): FileGraph {
  if (depth > DEEPEST) throw broken(`its branches are more than ${DEEPEST} deep`);
  if (graph.has(GraphProto.sparseInitializer)) throw new TypeError('load(): the model has sparse initializers');
  return {
    nodes: messagesIn(graph, GraphProto.node).map((node) => readNode(node, opset, depth)),
    constants: messagesIn(graph, GraphProto.initializer).map(readTensor),
    inputs: messagesIn(graph, GraphProto.input).map(readValue),
    outputs: messagesIn(graph, GraphProto.output).map(readValue),
  };
}

function readValue(value: Message): FileValue {
  const name = textIn(value, ValueInfoProto.name);
  const [type] = messagesIn(value, ValueInfoProto.type).flatMap((each) => messagesIn(each, TypeProto.tensorType));
  if (type === undefined) return { name, type: 0, dims: null };
  const [shape] = messagesIn(type, TypeProtoTensor.shape);
  const dims = shape && messagesIn(shape, TensorShapeProto.dim);
  return {
    name,
    type: Number(intIn(type, TypeProtoTensor.elemType)),
    dims:
      dims?.map((dim) =>
        dim.has(Dimension.dimValue) ? Number(intIn(dim, Dimension.dimValue)) : textIn(dim, Dimension.dimParam) || null,
      ) ?? null,
  };
}

function readNode(node: Message, opset: number, depth: number): Node {
  const domain = textIn(node, NodeProto.domain);
  const type = textIn(node, NodeProto.opType);
  if (type === '') throw broken('a node has no operator');
  const attributes = messagesIn(node, NodeProto.attribute).map(
    (each) => [textIn(each, AttributeProto.name), readAttribute(each, opset, depth)] as const,
  );
  return new Node(
    /^(ai\.onnx)?$/.test(domain) ? type : `${domain}.${type}`,
    textIn(node, NodeProto.name),
    opset,
    textsIn(node, NodeProto.input),
    textsIn(node, NodeProto.output),
    new Map(attributes),
  );
}

/** By kind of attribute, which field has it: its number, or how it is read. */
const KINDS: Readonly<Record<number, [field: number, read: (from: Message, field: number) => Value]>> = {
  [AttributeType.FLOAT]: [AttributeProto.f, (from, field) => floatsIn(from, field)[0] ?? 0],
  [AttributeType.INT]: [AttributeProto.i, (from, field) => intIn(from, field)],
  [AttributeType.STRING]: [AttributeProto.s, textIn],
  [AttributeType.TENSOR]: [AttributeProto.t, (from, field) => messagesIn(from, field).map(readTensor)[0]],
  [AttributeType.FLOATS]: [AttributeProto.floats, floatsIn],
  [AttributeType.INTS]: [AttributeProto.ints, intsIn],
  [AttributeType.STRINGS]: [AttributeProto.strings, textsIn],
};

function readAttribute(attribute: Message, opset: number, depth: number): Value {
  // Files of the first versions do not say the kind: the field that is there does.
  const kind = Number(intIn(attribute, AttributeProto.type)) || kindOf(attribute);
  if (kind === AttributeType.GRAPH) {
    const [graph] = messagesIn(attribute, AttributeProto.g);
    return graph && readGraph(graph, opset, depth + 1);
  }
  const row = KINDS[kind];
  return row?.[1](attribute, row[0]);
}

function kindOf(attribute: Message): number {
  if (attribute.has(AttributeProto.g)) return AttributeType.GRAPH;
  return Number(Object.keys(KINDS).find((kind) => attribute.has(KINDS[Number(kind)][0])) ?? 0);
}
