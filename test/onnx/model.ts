/** ONNX files by hand, of any opset and of every form that a reader may meet: what exporters write, and what is damaged. */
import {
  AttributeProto,
  AttributeType,
  DataType,
  Dimension,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetId,
  StringStringEntry,
  TensorProto,
  TensorShapeProto,
  TypeProto,
  TypeProtoTensor,
  ValueInfoProto,
  Wire,
} from '../../src/onnx/schema.ts';

export type Bytes = Uint8Array;

export const joined = (...parts: readonly Bytes[]): Bytes => new Uint8Array(Buffer.concat(parts));

export function varint(value: number | bigint): Bytes {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...bytes, Number(rest));
}

const tag = (field: number, wire: number): Bytes => varint((field << 3) | wire);
export const int = (field: number, value: number | bigint): Bytes => joined(tag(field, Wire.Varint), varint(value));
export const float = (field: number, value: number): Bytes =>
  joined(tag(field, Wire.Fixed32), new Uint8Array(Float32Array.of(value).buffer));
export const bytes = (field: number, content: Bytes | string): Bytes => {
  const part = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return joined(tag(field, Wire.Bytes), varint(part.length), part);
};
const many = <T>(list: readonly T[], write: (item: T) => Bytes): Bytes => joined(...list.map(write));

/** A tensor: its elements raw, in its field, one by one in its field, or in another file. */
export interface TensorSpec {
  readonly type: keyof typeof DataType;
  readonly dims: readonly number[];
  readonly values: readonly (number | bigint)[];
  readonly form?: 'raw' | 'packed' | 'each';
  readonly external?: Readonly<Record<string, string>>;
}

const ARRAYS = {
  FLOAT: Float32Array,
  DOUBLE: Float64Array,
  INT32: Int32Array,
  INT16: Int16Array,
  INT8: Int8Array,
  UINT16: Uint16Array,
  UINT8: Uint8Array,
  BOOL: Uint8Array,
  FLOAT16: Uint16Array,
  BFLOAT16: Uint16Array,
  UINT32: Uint32Array,
} as const;

/** The elements as a file has them raw. */
export function rawOf({ type, values }: TensorSpec): Bytes {
  if (type === 'INT64' || type === 'UINT64') return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return new Uint8Array(new ARRAYS[type as keyof typeof ARRAYS](values.map(Number)).buffer);
}

function elements(spec: TensorSpec): Bytes {
  const { type, values, form = 'raw' } = spec;
  if (form === 'raw') return bytes(TensorProto.rawData, rawOf(spec));
  const size = { FLOAT: 4, DOUBLE: 8 }[type as string];
  if (size !== undefined) {
    const field = type === 'FLOAT' ? TensorProto.floatData : TensorProto.doubleData;
    const raw = rawOf(spec);
    if (form === 'packed') return bytes(field, raw);
    const wire = size === 4 ? Wire.Fixed32 : Wire.Fixed64;
    return many([...values.keys()], (i) => joined(tag(field, wire), raw.subarray(size * i, size * (i + 1))));
  }
  const field = type === 'INT64' ? TensorProto.int64Data : TensorProto.int32Data;
  return form === 'packed' ? bytes(field, many(values, varint)) : many(values, (value) => int(field, value));
}

export function tensor(name: string, spec: TensorSpec): Bytes {
  const { type, dims, external } = spec;
  const head = joined(
    many(dims, (size) => int(TensorProto.dims, size)),
    int(TensorProto.dataType, DataType[type]),
    bytes(TensorProto.name, name),
  );
  if (external === undefined) return joined(head, elements(spec));
  const entries = many(Object.entries(external), ([key, value]) =>
    bytes(TensorProto.externalData, joined(bytes(StringStringEntry.key, key), bytes(StringStringEntry.value, value))),
  );
  return joined(head, entries, int(TensorProto.dataLocation, 1));
}

/** An attribute: `{ f }`, `{ i }`, `{ s }`, `{ t }`, `{ g }`, `{ floats }`, `{ ints }`. */
export type AttributeSpec =
  | { f: number }
  | { i: number | bigint }
  | { s: string }
  | { t: TensorSpec }
  | { g: GraphSpec }
  | { floats: readonly number[] }
  | { ints: readonly (number | bigint)[] };

function attribute(name: string, spec: AttributeSpec, typed: boolean): Bytes {
  const [kind, content]: [number, Bytes] =
    'f' in spec
      ? [AttributeType.FLOAT, float(AttributeProto.f, spec.f)]
      : 'i' in spec
        ? [AttributeType.INT, int(AttributeProto.i, spec.i)]
        : 's' in spec
          ? [AttributeType.STRING, bytes(AttributeProto.s, spec.s)]
          : 't' in spec
            ? [AttributeType.TENSOR, bytes(AttributeProto.t, tensor('', spec.t))]
            : 'g' in spec
              ? [AttributeType.GRAPH, bytes(AttributeProto.g, graph(spec.g))]
              : 'floats' in spec
                ? [AttributeType.FLOATS, many(spec.floats, (value) => float(AttributeProto.floats, value))]
                : [AttributeType.INTS, many(spec.ints, (value) => int(AttributeProto.ints, value))];
  return joined(bytes(AttributeProto.name, name), content, typed ? int(AttributeProto.type, kind) : new Uint8Array());
}

export interface NodeSpec {
  readonly op: string;
  readonly domain?: string;
  readonly name?: string;
  /** Names; '' for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
  /** Whether attributes say their kinds; files of the first versions do not. */
  readonly typed?: boolean;
}

export interface ValueSpec {
  readonly name: string;
  readonly type?: keyof typeof DataType;
  /** A size, or a name. Left out, the file does not say. */
  readonly dims?: readonly (number | string)[];
}

export interface GraphSpec {
  readonly nodes: readonly NodeSpec[];
  readonly constants?: Readonly<Record<string, TensorSpec>>;
  readonly inputs?: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
}

const node = ({ op, domain = '', name = '', inputs, outputs, attributes = {}, typed = true }: NodeSpec): Bytes =>
  joined(
    many(inputs, (each) => bytes(NodeProto.input, each)),
    many(outputs, (each) => bytes(NodeProto.output, each)),
    bytes(NodeProto.name, name),
    bytes(NodeProto.opType, op),
    bytes(NodeProto.domain, domain),
    many(Object.entries(attributes), ([key, spec]) => bytes(NodeProto.attribute, attribute(key, spec, typed))),
  );

function value({ name, type, dims }: ValueSpec): Bytes {
  if (type === undefined) return bytes(ValueInfoProto.name, name);
  const shape =
    dims &&
    many(dims, (size) =>
      bytes(
        TensorShapeProto.dim,
        typeof size === 'number' ? int(Dimension.dimValue, size) : bytes(Dimension.dimParam, size),
      ),
    );
  const content = joined(
    int(TypeProtoTensor.elemType, DataType[type]),
    shape === undefined ? new Uint8Array() : bytes(TypeProtoTensor.shape, shape),
  );
  return joined(bytes(ValueInfoProto.name, name), bytes(ValueInfoProto.type, bytes(TypeProto.tensorType, content)));
}

export const graph = ({ nodes, constants = {}, inputs = [], outputs }: GraphSpec): Bytes =>
  joined(
    many(nodes, (each) => bytes(GraphProto.node, node(each))),
    bytes(GraphProto.name, 'test'),
    many(Object.entries(constants), ([name, spec]) => bytes(GraphProto.initializer, tensor(name, spec))),
    many(inputs, (each) => bytes(GraphProto.input, value(each))),
    many(outputs, (each) => bytes(GraphProto.output, value(each))),
  );

/** The version of the format that came with an opset. */
const irOf = (opset: number): number =>
  opset < 10 ? 4 : opset < 12 ? 6 : opset < 15 ? 7 : opset < 19 ? 8 : opset < 21 ? 9 : 10;

/** A model's bytes. */
export const model = (spec: GraphSpec, opset: number, domains: readonly string[] = []): Bytes =>
  joined(
    int(ModelProto.irVersion, irOf(opset)),
    bytes(ModelProto.producerName, 'test'),
    bytes(ModelProto.graph, graph(spec)),
    ...['', ...domains].map((domain, i) =>
      bytes(
        ModelProto.opsetImport,
        joined(bytes(OperatorSetId.domain, domain), int(OperatorSetId.version, i === 0 ? opset : 1)),
      ),
    ),
  );
