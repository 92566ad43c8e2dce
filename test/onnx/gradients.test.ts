/** Gradients flow through every operator that has some: they are compared with finite differences. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { CASES, type Case } from './cases.ts';
import { model, type TensorSpec } from './model.ts';

const KINDS = { DOUBLE: 'float64', INT64: 'int64', INT32: 'int32', BOOL: 'bool' } as const;

/** Of equal calls of several opsets the newest; floats are doubles. */
const calls = new Map<string, Case>();
for (const each of CASES) {
  const inputs = each.inputs.map((spec) => (spec?.type === 'FLOAT' ? { ...spec, type: 'DOUBLE' as const } : spec));
  const key = JSON.stringify(
    [each.op, each.attributes, inputs.map((spec) => spec && [spec.type, spec.dims])],
    (_, value) => (typeof value === 'bigint' ? String(value) : value),
  );
  if (inputs.some((spec) => spec?.type === 'DOUBLE')) calls.set(key, { ...each, inputs });
}

/** Settings that are read as numbers, and what has a derivative that differences do not see. */
const CONSTANT: Readonly<Record<string, number>> = {
  BatchNormalization: 3,
  Clip: 1,
  Dropout: 1,
  Pad: 1,
  Pow: 1,
  Range: 0,
  Upsample: 1,
};
const WITHOUT = new Set([
  'Round',
  'OneHot',
  'IsInf',
  'IsNaN',
  'Hardmax',
  'EyeLike',
  'CastLike',
  'NonZero',
  'Shape',
  'Size',
  'Range',
]);

/** A call, its floats as inputs that require grad. */
function check({ op, opset, inputs, attributes, outputs }: Case): boolean | null {
  const named = inputs.map((spec, i) => ({ name: spec === null ? '' : `in${i}`, spec }));
  const free = named.filter(({ spec }, i) => spec?.type === 'DOUBLE' && i < (CONSTANT[op] ?? Infinity));
  const net = torch.onnx.load<torch.Tensor | torch.Tensor[]>(
    model(
      {
        nodes: [
          {
            op,
            inputs: named.map(({ name }) => name),
            outputs: Array.from({ length: outputs }, (_, i) => `out${i}`),
            attributes,
          },
        ],
        constants: Object.fromEntries(
          named.flatMap((each) => (each.spec === null || free.includes(each) ? [] : [[each.name, each.spec]])),
        ),
        inputs: free.map(({ name }) => ({ name, type: 'DOUBLE' })),
        outputs: Array.from({ length: outputs }, (_, i) => ({ name: `out${i}` })),
      },
      opset,
    ),
  );
  const given = free.map(({ spec }) => {
    const { type, values, dims } = spec as TensorSpec;
    const dtype = torch[KINDS[type as 'DOUBLE']];
    return torch
      .tensor(values.map(Number), { dtype })
      .reshape([...dims])
      .detach()
      .requiresGrad_();
  });
  const first = (...tensors: torch.Tensor[]): torch.Tensor => [net.forward(...tensors)].flat()[0];
  if (!first(...given).dtype.isFloatingPoint) return null;
  return torch.autograd.gradcheck(first, given, { eps: 1e-6, atol: 1e-5 });
}

const checked = new Set<string>();
for (const [key, call] of calls) {
  // Products at positions that repeat have no derivative in PyTorch either.
  if (WITHOUT.has(call.op) || key.includes('"mul"')) continue;
  test(key, () => {
    const found = check(call);
    if (found !== null) checked.add(call.op);
    expect(found).not.toBe(false);
  });
}

test('most operators were checked', () => {
  expect(checked.size).toBeGreaterThan(80);
});
