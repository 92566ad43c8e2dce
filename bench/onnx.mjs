/**
 * Writes the few ONNX models that onnxruntime-web is measured with: protobuf by hand, numbers of the fields as in
 * onnx.proto (ModelProto, GraphProto, NodeProto, TensorProto, ValueInfoProto).
 */

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

const number = (field, value) => Buffer.from([...varint(field << 3), ...varint(value)]);

function bytes(field, value) {
  const content = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
}

const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

const FLOAT = 1;

/** A named float32 constant. */
const constant = ({ name, dims, data }) =>
  message(
    5,
    ...dims.map((size) => number(1, size)),
    number(2, FLOAT),
    bytes(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );

/** An input or output: its name and shape. */
function value(field, { name, dims }) {
  const shape = message(2, ...dims.map((size) => message(1, number(1, size))));
  return message(field, bytes(1, name), message(2, message(1, number(1, FLOAT), shape)));
}

const INTEGER = 2;

const node = ({ op, inputs, output, attributes = {} }) =>
  message(
    1,
    ...inputs.map((name) => bytes(1, name)),
    bytes(2, output),
    bytes(4, op),
    ...Object.entries(attributes).map(([name, each]) =>
      message(5, bytes(1, name), number(3, each), number(20, INTEGER)),
    ),
  );

/**
 * The bytes of a model of float32 tensors. Nodes are `{ op, inputs, output, attributes }` with whole-number attributes;
 * constants `{ name, dims, data }`; inputs and the output `{ name, dims }`.
 */
export function onnxModel({ nodes, constants = [], inputs, output }) {
  const graph = message(
    7,
    ...nodes.map(node),
    bytes(2, 'bench'),
    ...constants.map(constant),
    ...inputs.map((each) => value(11, each)),
    value(12, output),
  );
  return Buffer.concat([number(1, 9), graph, message(8, bytes(1, ''), number(2, 20))]);
}
