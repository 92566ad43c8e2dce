/** Every operator in every form that opsets 9 to 23 have of it: torchlet and onnxruntime give the same. */
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { OPERATORS } from '../../src/onnx/operators.ts';
import { CASES, type Case } from './cases.ts';
import { type AttributeSpec, type GraphSpec, model, type TensorSpec } from './model.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'fatal';

const KINDS = {
  FLOAT: 'float32',
  DOUBLE: 'float64',
  INT64: 'int64',
  INT32: 'int32',
  UINT8: 'uint8',
  BOOL: 'bool',
} as const;

function typed({ type, values }: TensorSpec): Float32Array {
  const list = type === 'INT64' ? BigInt64Array.from(values, BigInt) : values.map(Number);
  const arrays = { FLOAT: Float32Array, DOUBLE: Float64Array, INT32: Int32Array, UINT8: Uint8Array, BOOL: Uint8Array };
  return (type === 'INT64' ? list : arrays[type as 'FLOAT'].from(list as number[])) as Float32Array;
}

/** The model of one node; its inputs are the model's, or, but for the first, constants of it. */
function specOf({ op, inputs, attributes, outputs }: Case, constant: boolean): GraphSpec {
  const given = inputs.map((spec, i) => ({ name: `in${i}`, spec }));
  const isInput = (i: number): boolean => !constant || i === 0;
  return {
    nodes: [
      {
        op,
        inputs: given.map(({ name, spec }) => (spec === null ? '' : name)),
        outputs: Array.from({ length: outputs }, (_, i) => `out${i}`),
        attributes: attributes as Record<string, AttributeSpec>,
      },
    ],
    constants: Object.fromEntries(
      given.flatMap(({ name, spec }, i) => (spec === null || isInput(i) ? [] : [[name, spec]])),
    ),
    inputs: given.flatMap(({ name, spec }, i) =>
      spec !== null && isInput(i) ? [{ name, type: spec.type, dims: spec.dims.map((_, d) => `${name}_${d}`) }] : [],
    ),
    outputs: Array.from({ length: outputs }, (_, i) => ({ name: `out${i}` })),
  };
}

interface Result {
  readonly dims: readonly number[];
  readonly type: string;
  readonly values: readonly number[];
}

async function theirs(bytes: Uint8Array, inputs: Record<string, TensorSpec>): Promise<Result[]> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
  try {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, spec]) => [
        name,
        new ort.Tensor(KINDS[spec.type as 'FLOAT'], typed(spec), [...spec.dims]),
      ]),
    );
    const results = await session.run(feeds);
    return session.outputNames.map((name) => {
      const { type, data, dims } = results[name];
      return { dims, type, values: Array.from(data as Float32Array, Number) };
    });
  } finally {
    await session.release();
  }
}

function ours(bytes: Uint8Array, inputs: Record<string, TensorSpec>): Result[] {
  const net = torch.onnx.load<torch.Tensor | torch.Tensor[]>(bytes);
  const tensors = Object.values(inputs).map((spec) =>
    torch.tensor(typed(spec), { dtype: torch[KINDS[spec.type as 'FLOAT']] }).reshape([...spec.dims]),
  );
  const made = net.forward(...tensors);
  return (Array.isArray(made) ? made : [made]).map((x) => ({
    dims: [...x.shape],
    type: x.dtype.name,
    values: Array.from(x.toTypedArray() as Float32Array, Number),
  }));
}

function agree(mine: Result[], wanted: Result[]): void {
  expect(mine.map(({ dims, type }) => ({ dims, type }))).toEqual(wanted.map(({ dims, type }) => ({ dims, type })));
  mine.forEach(({ values }, at) => {
    const bad = values.findIndex((value, i) => {
      const want = wanted[at].values[i];
      return !(
        Object.is(value, want) ||
        value === want ||
        Math.abs(value - want) <= 1e-5 * Math.max(1, Math.abs(want))
      );
    });
    expect(bad < 0 ? null : `output ${at}: ${values[bad]} instead of ${wanted[at].values[bad]} at ${bad}`).toBe(null);
  });
}

const title = ({ op, opset, attributes, inputs }: Case): string =>
  `${op}-${opset} ${JSON.stringify(attributes, (_, value) => (typeof value === 'bigint' ? String(value) : value))} of ${inputs.map((x) => (x === null ? '' : `${x.type}[${x.dims}]`)).join(' ')}`;

for (const each of CASES) {
  test(title(each), async () => {
    for (const constant of each.inputs.length > 1 ? [false, true] : [false]) {
      const spec = specOf(each, constant);
      const bytes = model(spec, each.opset);
      const inputs = Object.fromEntries(
        (spec.inputs ?? []).map(({ name }) => [name, each.inputs[Number(name.slice(2))] as TensorSpec]),
      );
      agree(ours(bytes, inputs), await theirs(bytes, inputs));
    }
  });
}

test('every operator has a case, but for branches', () => {
  const tested = new Set(CASES.map(({ op }) => op));
  expect(Object.keys(OPERATORS).filter((op) => !tested.has(op))).toEqual(['If']);
});
