/**
 * What both ways of ONNX share: the numbers of onnx.proto's fields, protobuf's wire types, and the codes of element types
 * and of kinds of attributes. Each message is an object of its fields' numbers.
 */
import { bool, type DType, float32, float64, int32, int64, uint8 } from '../tensor/dtype.ts';

/** How a field's content is written: its tag is `number << 3 | wire`. */
export const Wire = { Varint: 0, Fixed64: 1, Bytes: 2, Fixed32: 5 } as const;

export const ModelProto = { irVersion: 1, producerName: 2, producerVersion: 3, graph: 7, opsetImport: 8 } as const;
export const OperatorSetId = { domain: 1, version: 2 } as const;
export const GraphProto = {
  node: 1,
  name: 2,
  initializer: 5,
  input: 11,
  output: 12,
  valueInfo: 13,
  sparseInitializer: 15,
} as const;
export const NodeProto = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
export const AttributeProto = {
  name: 1,
  f: 2,
  i: 3,
  s: 4,
  t: 5,
  g: 6,
  floats: 7,
  ints: 8,
  strings: 9,
  tensors: 10,
  graphs: 11,
  type: 20,
} as const;
export const TensorProto = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  int32Data: 5,
  stringData: 6,
  int64Data: 7,
  name: 8,
  rawData: 9,
  doubleData: 10,
  uint64Data: 11,
  externalData: 13,
  dataLocation: 14,
} as const;
/** Of external data, key by key. */
export const StringStringEntry = { key: 1, value: 2 } as const;
export const ValueInfoProto = { name: 1, type: 2 } as const;
export const TypeProto = { tensorType: 1 } as const;
export const TypeProtoTensor = { elemType: 1, shape: 2 } as const;
export const TensorShapeProto = { dim: 1 } as const;
export const Dimension = { dimValue: 1, dimParam: 2 } as const;

/** Codes of element types. */
export const DataType = {
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  STRING: 8,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  UINT32: 12,
  UINT64: 13,
  BFLOAT16: 16,
} as const;

/** Codes of kinds of attributes. */
export const AttributeType = {
  FLOAT: 1,
  INT: 2,
  STRING: 3,
  TENSOR: 4,
  GRAPH: 5,
  FLOATS: 6,
  INTS: 7,
  STRINGS: 8,
} as const;

/** The element types that torchlet computes in, with their codes. */
const DTYPES: readonly (readonly [dtype: DType, code: number])[] = [
  [float32, DataType.FLOAT],
  [float64, DataType.DOUBLE],
  [int64, DataType.INT64],
  [int32, DataType.INT32],
  [uint8, DataType.UINT8],
  [bool, DataType.BOOL],
];

/** ONNX's code of a dtype. */
export function dataTypeOf(dtype: DType): number {
  return (DTYPES.find(([each]) => each === dtype) as (typeof DTYPES)[number])[1];
}

/** The dtype of a code of ONNX, if torchlet computes in it. */
export function dtypeOf(code: number): DType | undefined {
  return DTYPES.find(([, each]) => each === code)?.[0];
}
