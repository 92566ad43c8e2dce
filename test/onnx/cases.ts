/** Calls of operators, in the forms that opsets have of them. */
import type { AttributeSpec, TensorSpec } from './model.ts';

/** One call. */
export interface Case {
  readonly op: string;
  readonly opset: number;
  readonly inputs: readonly (TensorSpec | null)[];
  readonly attributes: Readonly<Record<string, AttributeSpec>>;
  readonly outputs: number;
}

let state = 1;
/** Numbers that are drawn, the same at each run. */
const draw = (): number => {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};

const count = (dims: readonly number[]): number => dims.reduce((n, size) => n * size, 1);

/** float32 between -2 and 2, or between bounds. */
const x = (dims: readonly number[], low = -2, high = 2): TensorSpec => ({
  type: 'FLOAT',
  dims,
  values: Array.from({ length: count(dims) }, () => Math.fround(low + (high - low) * draw())),
});
const f = (values: readonly number[], dims: readonly number[] = [values.length]): TensorSpec => ({
  type: 'FLOAT',
  dims,
  values,
});
const d = (values: readonly number[], dims: readonly number[] = [values.length]): TensorSpec => ({
  type: 'DOUBLE',
  dims,
  values,
});
const l = (values: readonly (number | bigint)[], dims: readonly number[] = [values.length]): TensorSpec => ({
  type: 'INT64',
  dims,
  values,
});
const i = (values: readonly number[], dims: readonly number[] = [values.length]): TensorSpec => ({
  type: 'INT32',
  dims,
  values,
});
const b = (values: readonly number[], dims: readonly number[] = [values.length]): TensorSpec => ({
  type: 'BOOL',
  dims,
  values,
});

const cases: Case[] = [];
type Attributes = Readonly<Record<string, AttributeSpec>>;
const add = (
  op: string,
  opsets: number | readonly number[],
  inputs: readonly (TensorSpec | null)[],
  attributes: Attributes = {},
  outputs = 1,
): void => {
  for (const opset of typeof opsets === 'number' ? [opsets] : opsets) {
    cases.push({ op, opset, inputs, attributes, outputs });
  }
};
const ints = (...values: number[]): AttributeSpec => ({ ints: values });
const BIG = 2n ** 63n - 1n;

// Elementwise, of one tensor.
for (const op of ['Abs', 'Neg', 'Sign', 'Relu', 'Identity']) {
  add(op, [9, 14, 20], [x([2, 3])]);
  if (op !== 'Relu') add(op, 13, [l([-3, 0, 5])]);
}
for (const op of 'Ceil Floor Round Exp Erf Sigmoid Tanh Softplus Softsign Sin Cos Tan Atan Sinh Cosh Asinh'.split(
  ' ',
)) {
  add(op, op === 'Round' ? [11, 22] : [9, 13, 22], [x([3, 4], -3, 3)]);
}
add('Round', 11, [f([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])]);
for (const op of ['Asin', 'Acos', 'Atanh']) add(op, [9, 22], [x([3, 4], -0.95, 0.95)]);
for (const op of ['Log', 'Sqrt', 'Reciprocal']) add(op, [9, 13], [x([3, 4], 0.1, 4)]);
add('Acosh', [9, 22], [x([3, 4], 1.1, 4)]);
add('Not', 9, [b([1, 0, 1])]);
add('IsNaN', [9, 20], [f([Number.NaN, 1, Infinity])]);
for (const attributes of [{}, { detect_negative: { i: 0 } }, { detect_positive: { i: 0 } }] as Attributes[]) {
  add('IsInf', [10, 20], [f([Infinity, -Infinity, Number.NaN, 1])], attributes);
}
add('Elu', [9, 22], [x([2, 3])], { alpha: { f: 1.5 } });
add('Elu', 9, [x([2, 3])]);
add('Celu', 12, [x([2, 3])], { alpha: { f: 2 } });
add('Selu', [9, 22], [x([2, 3])]);
add('Selu', 9, [x([2, 3])], { alpha: { f: 2 }, gamma: { f: 3 } });
add('LeakyRelu', [9, 16], [x([2, 3])], { alpha: { f: 0.2 } });
add('LeakyRelu', 16, [x([2, 3])]);
add('PRelu', [9, 16], [x([2, 3, 2]), x([3, 1])]);
add('PRelu', 16, [x([2, 3]), x([1])]);
add('ThresholdedRelu', 10, [x([2, 3])], { alpha: { f: 0.5 } });
add('HardSigmoid', [9, 22], [x([2, 3], -5, 5)]);
add('HardSigmoid', 13, [x([2, 3], -5, 5)], { alpha: { f: 1 / 6 }, beta: { f: 0.5 } });
add('HardSwish', [14, 22], [x([2, 3], -5, 5)]);
add('Mish', 18, [x([2, 3])]);
add('Gelu', 20, [x([2, 3])]);
add('Gelu', 20, [x([2, 3])], { approximate: { s: 'tanh' } });
add('Shrink', 9, [x([2, 3])]);
add('Shrink', 9, [x([2, 3])], { lambd: { f: 1 }, bias: { f: 0.25 } });
for (const [low, high] of [
  [-1, 1],
  [undefined, 1],
  [-1, undefined],
]) {
  add('Clip', [9, 10], [x([2, 3])], {
    ...(low === undefined ? {} : { min: { f: low } }),
    ...(high === undefined ? {} : { max: { f: high } }),
  });
  const given = [low, high].map((value) => (value === undefined ? null : f([value], [])));
  add('Clip', [11, 12, 13], [x([2, 3]), ...given]);
}
add('Clip', 13, [x([2, 3])]);
add('Clip', 12, [l([-5, 0, 5]), l([-1], []), l([1], [])]);

// Casts.
add('Cast', [9, 13, 19, 21], [f([-1.7, 0, 2.9])], { to: { i: 7 } });
add('Cast', 13, [f([-1.7, 0, 2.9])], { to: { i: 6 } });
add('Cast', 13, [f([-1.7, 0, 2.9])], { to: { i: 9 } });
add('Cast', 13, [f([-1.7, 0, 2.9])], { to: { i: 11 } });
add('Cast', 13, [l([-1, 0, 2])], { to: { i: 1 } });
add('Cast', 13, [b([1, 0])], { to: { i: 1 } });
add('Cast', 13, [b([1, 0])], { to: { i: 7 } });
add('CastLike', [15, 19], [l([1, 2]), f([0])]);

// Elementwise, of several.
for (const op of ['Add', 'Sub', 'Mul', 'Div']) {
  add(op, [9, 14], [x([2, 3]), x([3], 0.5, 2)]);
  add(op, 14, [x([2, 1, 3]), x([4, 1], 0.5, 2)]);
  add(op, 14, [l([-7, 7, 8]), l([2, -2, 3])]);
  add(op, 14, [i([-7, 7, 8]), i([2, -2, 3])]);
  add(op, 14, [d([1.5, 2]), d([3, 4])]);
}
add('Pow', [9, 13, 15], [x([2, 3], 0.1, 3), x([3])]);
for (const exponent of [2, 3, 0.5, -1]) add('Pow', [12, 15], [x([2, 3], 0.1, 3), f([exponent], [])]);
add('Pow', 13, [x([2, 3]), l([2], [])]);
add('Pow', 13, [l([2, 3]), l([3], [])]);
add('Pow', 13, [x([1], 1, 2), f([2, 3])]);
add('Mod', [10, 13], [l([-7, 7, -8]), l([3, -3, 3])]);
add('Mod', 13, [l([-7, 7, -8]), l([3, -3, 3])], { fmod: { i: 1 } });
add('Mod', 13, [f([-7.5, 7.5]), f([2, -2])], { fmod: { i: 1 } });
for (const op of ['And', 'Or', 'Xor']) add(op, 9, [b([0, 0, 1, 1]), b([0, 1, 0, 1])]);
for (const op of ['Equal', 'Greater', 'Less']) {
  add(op, op === 'Equal' ? [11, 13] : [9, 13], [f([1, 2, 3]), f([1, 3, 2])]);
  add(op, [9, 13], [l([1, 2, 3]), l([2], [])]);
}
add('Equal', 13, [b([1, 0]), b([1, 1])]);
for (const op of ['GreaterOrEqual', 'LessOrEqual']) add(op, [12, 16], [f([1, 2, 3]), f([1, 3, 2])]);
for (const op of ['Max', 'Min', 'Mean', 'Sum']) {
  add(op, [9, 13], [x([2, 3]), x([3]), x([2, 1])]);
  add(op, 13, [x([2, 3])]);
}
for (const op of ['Max', 'Min']) add(op, 13, [l([1, 5]), l([3], [])]);
add('Where', [9, 16], [b([1, 0]), x([3, 2]), x([2])]);
add('Where', 16, [b([1, 0], [2, 1]), l([5], []), l([1, 2])]);

// Shapes.
add('Shape', [9, 13, 15], [x([2, 3, 4])]);
add('Shape', 15, [x([2, 3, 4])], { start: { i: 1 } });
add('Shape', [15, 19], [x([2, 3, 4])], { start: { i: -2 }, end: { i: -1 } });
add('Size', [9, 13], [x([2, 3, 4])]);
add('Reshape', [9, 13], [x([2, 3, 4]), l([0, -1])]);
add('Reshape', [14, 19, 21], [x([2, 0, 4]), l([4, 0])], { allowzero: { i: 1 } });
add('Reshape', 14, [l([1, 2, 3, 4]), l([2, -1])]);
for (const axis of [0, 1, 2, 3, -1]) add('Flatten', [11, 13], [x([2, 3, 4])], { axis: { i: axis } });
add('Flatten', 9, [x([2, 3, 4])]);
add('Flatten', 13, [x([4])], { axis: { i: 0 } });
add('Squeeze', [9, 11], [x([1, 3, 1])], { axes: ints(0) });
add('Squeeze', 11, [x([1, 3, 1])], { axes: ints(-1, 0) });
add('Squeeze', [13, 21], [x([1, 3, 1]), l([2])]);
add('Squeeze', 13, [x([1, 3, 1])]);
add('Unsqueeze', [9, 11], [x([3, 2])], { axes: ints(0, 2) });
add('Unsqueeze', [13, 21], [x([3, 2]), l([-1, 0])]);
add('Unsqueeze', 13, [x([3, 2]), l([3, 1])]);
add('Transpose', [9, 13], [x([2, 3, 4])]);
add('Transpose', 13, [x([2, 3, 4])], { perm: ints(1, 2, 0) });
add('Concat', [9, 13], [x([2, 1]), x([2, 3])], { axis: { i: 1 } });
add('Concat', 13, [l([1]), l([2, 3]), l([])], { axis: { i: -1 } });
add('Split', [9, 11], [x([4, 3])], {}, 2);
add('Split', 11, [x([5, 3])], { split: ints(1, 4), axis: { i: 0 } }, 2);
add('Split', 11, [x([2, 6])], { axis: { i: -1 } }, 3);
add('Split', [13, 18], [x([5, 3]), l([2, 3])], {}, 2);
add('Split', 13, [x([4, 3])], {}, 2);
add('Split', 18, [x([5, 3])], { num_outputs: { i: 2 } }, 2);
add('Split', 18, [x([7])], { num_outputs: { i: 3 } }, 3);
add('Slice', 9, [x([4, 5])], { starts: ints(1, 0), ends: ints(3, -1), axes: ints(0, 1) });
add('Slice', 9, [x([4, 5])], { starts: ints(1), ends: { ints: [BIG] } });
add('Slice', [10, 11, 13], [x([4, 5]), l([1, -3]), l([BIG, -1]), l([0, 1]), l([2, 1])]);
add('Slice', 13, [x([4, 5]), l([1]), l([3])]);
add('Slice', 13, [x([4, 5]), l([-1]), l([-(2n ** 63n)]), l([1]), l([-1])]);
add('Slice', 13, [x([4, 5]), l([BIG]), l([0]), l([1]), l([-2])]);
add('Slice', 13, [x([4, 5]), i([3, 0]), i([1, 4]), i([-1, -2]), i([-1, 3])]);
add('Slice', 13, [x([4, 5]), l([3]), l([2]), l([0])]);
add('Slice', 13, [x([4, 5]), l([0]), l([3]), l([0]), l([-1])]);
add('Expand', [9, 13], [x([3, 1]), l([2, 1, 4])]);
add('Expand', 13, [x([3, 4]), l([1])]);
add('Tile', [9, 13], [x([2, 3]), l([2, 1])]);
for (const mode of ['constant', 'reflect', 'edge']) {
  add('Pad', [9, 10], [x([3, 4])], { pads: ints(1, 0, 2, 2), mode: { s: mode } });
  add('Pad', [11, 13, 18], [x([3, 4]), l([1, 2, 0, 1])], { mode: { s: mode } });
  add('Pad', 18, [x([2, 3, 4]), l([1, 2]), null, l([-1])], { mode: { s: mode } });
}
add('Pad', 19, [x([3, 4]), l([1, 2, 0, 1])], { mode: { s: 'wrap' } });
add('Pad', 10, [x([3])], { pads: ints(1, 2), value: { f: 1.5 } });
add('Pad', [11, 19], [x([3, 4]), l([0, 1, -1, -1]), f([2.5], [])]);
add('Pad', 13, [l([1, 2]), l([1, 1]), l([7], [])]);
for (const upper of [0, 1]) {
  add('Trilu', 14, [x([2, 3, 4])], { upper: { i: upper } });
  add('Trilu', 14, [x([3, 4]), l([-1], [])], { upper: { i: upper } });
}
add('Range', 11, [f([1], []), f([2.2], []), f([0.3], [])]);
add('Range', 11, [l([5], []), l([-2], []), l([-2], [])]);
add('Range', 11, [l([5], []), l([5], []), l([1], [])]);
add('ConstantOfShape', [9, 20], [l([2, 3])]);
add('ConstantOfShape', 9, [l([2])], { value: { t: { type: 'INT64', dims: [1], values: [BIG] } } });
add('ConstantOfShape', 9, [l([])], { value: { t: { type: 'BOOL', dims: [1], values: [1] } } });
add('EyeLike', [9, 22], [x([2, 3])], { k: { i: 1 } });
add('EyeLike', 9, [l([0, 0, 0, 0], [2, 2])], { dtype: { i: 1 } });
add('DepthToSpace', 9, [x([1, 8, 2, 3])], { blocksize: { i: 2 } });
for (const mode of ['DCR', 'CRD'])
  add('DepthToSpace', [11, 13], [x([1, 8, 2, 3])], { blocksize: { i: 2 }, mode: { s: mode } });
add('SpaceToDepth', [9, 13], [x([1, 2, 4, 6])], { blocksize: { i: 2 } });
add('Upsample', 9, [x([1, 2, 2, 3]), f([1, 1, 2, 3])], { mode: { s: 'nearest' } });
add('Upsample', 9, [x([1, 2, 2, 3]), f([1, 1, 2, 2])], { mode: { s: 'linear' } });

// Positions.
add('Gather', [9, 11, 13], [x([4, 3]), l([0, 2, 3, 1], [2, 2])]);
add('Gather', 13, [x([4, 3]), l([-1, 0])], { axis: { i: 1 } });
add('Gather', 13, [x([4, 3]), l([-2], [])], { axis: { i: 1 } });
add('Gather', 13, [l([5, 6, 7]), i([1])]);
add('Gather', 13, [l([5, 6, 7]), l([1], [])]);
add('GatherElements', [11, 13], [x([3, 3]), l([0, -1, 2, 1], [2, 2])], { axis: { i: 1 } });
add('GatherND', [11, 12, 13], [x([3, 4, 2]), l([0, 1, 2, 3], [2, 2])]);
add('GatherND', 12, [x([2, 3, 2]), l([1, -1], [2, 1])], { batch_dims: { i: 1 } });
add('GatherND', 13, [x([2, 2]), l([0, 1, 1, 0], [2, 2])]);
add('Scatter', 9, [x([3, 3]), l([1, 0, 2, 0, 2, 1], [2, 3]), x([2, 3])]);
add('ScatterElements', [11, 13, 18], [x([3, 3]), l([1, -1, 0], [1, 3]), x([1, 3])], { axis: { i: 1 } });
for (const how of ['add', 'mul']) {
  add('ScatterElements', [16, 18], [x([3]), l([1, 1, 0]), x([3])], { reduction: { s: how } });
  add('ScatterND', [16, 18], [x([3, 2]), l([1, 1], [2, 1]), x([2, 2])], { reduction: { s: how } });
}
add('ScatterND', [11, 13, 18], [x([4, 2]), l([1, 3], [2, 1]), x([2, 2])]);
add('ScatterND', 13, [x([3, 2]), l([0, 1, -1, 0], [2, 2]), x([2])]);
add('OneHot', [9, 11], [l([0, 2, -1]), l([3], []), f([-1, 4])]);
add('OneHot', 11, [l([0, 2, 5, 1], [2, 2]), l([3], []), l([0, 1])], { axis: { i: 0 } });
add('NonZero', [9, 13], [f([1, 0, 0, 2], [2, 2])]);
add('Compress', [9, 11], [x([3, 2]), b([0, 1, 1])], { axis: { i: 0 } });
add('Compress', 11, [x([3, 2]), b([0, 1, 1, 0])]);

// Reductions.
const REDUCTIONS =
  'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare';
for (const op of REDUCTIONS.split(' ')) {
  const newest = op === 'ReduceSum' ? [13] : [18];
  const input = x([2, 3, 4], 0.2, 2);
  add(op, op === 'ReduceSum' ? [9, 11] : [9, 11, 13], [input], { axes: ints(1) });
  add(op, 11, [input], { axes: ints(-1, 0), keepdims: { i: 0 } });
  add(op, 11, [input], { keepdims: { i: 0 } });
  add(op, newest, [input, l([1])]);
  add(op, newest, [input, l([-1, 0])], { keepdims: { i: 0 } });
  add(op, newest, [input]);
  add(op, newest, [input, l([])], { noop_with_empty_axes: { i: 1 } });
  add(op, newest, [input, l([], [0])], { keepdims: { i: 0 } });
}
for (const op of ['ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceProd']) {
  add(op, 11, [i([1, 2, 3, 4], [2, 2])], { axes: ints(0) });
  add(op, 11, [l([1, 2, 3, 4], [2, 2])], { axes: ints(1), keepdims: { i: 0 } });
}
add('ReduceMax', 20, [b([0, 1, 0, 0], [2, 2]), l([1])]);
add('ReduceMean', 11, [i([1, 2, 4, 4], [2, 2])], { axes: ints(0) });
for (const op of ['ArgMax', 'ArgMin']) {
  add(op, [9, 11, 13], [x([3, 4])]);
  add(op, 13, [x([3, 4])], { axis: { i: -1 }, keepdims: { i: 0 } });
  add(op, 12, [f([1, 3, 3, 1, 0, 0], [2, 3])], { axis: { i: 1 }, select_last_index: { i: 1 } });
}
add('TopK', 9, [x([3, 5])], { k: { i: 2 } }, 2);
add('TopK', [10, 11], [x([3, 5]), l([2])], {}, 2);
add('TopK', 11, [x([3, 5]), l([2])], { axis: { i: 0 }, largest: { i: 0 } }, 2);
for (const attributes of [
  {},
  { exclusive: { i: 1 } },
  { reverse: { i: 1 } },
  { exclusive: { i: 1 }, reverse: { i: 1 } },
] as Attributes[]) {
  add('CumSum', [11, 14], [x([2, 3]), i([1], [])], attributes);
}
add('CumSum', 14, [i([1, 2, 3]), l([0], [])]);
for (const op of ['Softmax', 'LogSoftmax', 'Hardmax']) {
  add(op, [9, 11, 13], [x([2, 3, 4])]);
  for (const axis of [0, 1, 2]) add(op, [9, 13], [x([2, 3, 4])], { axis: { i: axis } });
  add(op, [11, 13], [x([2, 3])], { axis: { i: -1 } });
}
for (const p of [1, 2]) add('LpNormalization', [9, 22], [x([2, 3])], { p: { i: p }, axis: { i: 1 } });

// Layers.
for (const transA of [0, 1]) {
  for (const transB of [0, 1]) {
    const [a, w] = [x(transA ? [3, 2] : [2, 3]), x(transB ? [4, 3] : [3, 4])];
    const attributes = { transA: { i: transA }, transB: { i: transB } };
    add('Gemm', [9, 11, 13], [a, w, x([4])], attributes);
    add('Gemm', 13, [a, w], attributes);
    add('Gemm', 13, [a, w, x([2, 4])], { ...attributes, alpha: { f: 0.5 }, beta: { f: 2 } });
    add('Gemm', 13, [a, w, x([2, 1])], attributes);
    add('Gemm', 13, [a, w, x([1, 4])], attributes);
    add('Gemm', 13, [a, w, x([])], attributes);
  }
}
add('MatMul', [9, 13], [x([2, 3]), x([3, 4])]);
add('MatMul', 13, [x([2, 1, 2, 3]), x([4, 3, 2])]);
add('MatMul', 13, [x([3]), x([3, 2])]);
add('MatMul', 13, [x([2, 3]), x([3])]);
add('Einsum', 12, [x([2, 3]), x([3, 4])], { equation: { s: 'ij,jk->ik' } });
add('Einsum', 12, [x([2, 3, 4]), x([2, 5, 4])], { equation: { s: 'b i d , b j d -> b i j' } });
add('Einsum', 12, [x([2, 3, 3])], { equation: { s: '...ii->...i' } });
for (const dims of [
  [2, 3],
  [2, 3, 4],
  [2, 3, 2, 2],
]) {
  add('BatchNormalization', [9, 14, 15], [x(dims), x([3]), x([3]), x([3]), x([3], 0.5, 2)], { epsilon: { f: 1e-3 } });
}
add('LayerNormalization', 17, [x([2, 3, 4]), x([4]), x([4])]);
add('LayerNormalization', 17, [x([2, 3, 4]), x([4])], { epsilon: { f: 1e-2 } });
add('LayerNormalization', 17, [x([2, 3, 4]), x([3, 4]), x([3, 4])], { axis: { i: 1 } });
add('LayerNormalization', 17, [x([2, 3, 4]), x([4]), x([4])], {}, 3);
add('RMSNormalization', 23, [x([2, 3, 4]), x([4])]);
for (const op of ['GlobalAveragePool', 'GlobalMaxPool']) add(op, [9, 22], [x([2, 3, 4, 2])]);
add('GlobalAveragePool', 9, [x([2, 3, 4])]);
add('Dropout', [9, 10], [x([2, 3])], { ratio: { f: 0.3 } });
add('Dropout', [12, 13, 22], [x([2, 3]), f([0.3], [])]);
add('Dropout', 13, [x([2, 3]), f([0.3], []), b([0], [])]);
add('Dropout', 13, [x([2, 3])], {}, 2);

export const CASES: readonly Case[] = cases;
