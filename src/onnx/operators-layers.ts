/** Operators that are layers: products with weights, normalisation, pools, and branches. */
import { clone, to } from '../ops/create/copy.ts';
import { ones } from '../ops/create/create.ts';
import { add, mul, sub } from '../ops/elementwise/binary.ts';
import { ne } from '../ops/elementwise/compare.ts';
import { rsqrt, square } from '../ops/elementwise/unary.ts';
import { einsum } from '../ops/linalg/einsum.ts';
import { linear, matmul } from '../ops/linalg/matmul.ts';
import { dropout } from '../ops/random/dropout.ts';
import { batchNorm } from '../ops/reduce/batch-norm.ts';
import { layerNorm } from '../ops/reduce/normalize.ts';
import { mean } from '../ops/reduce/reduce.ts';
import { amax } from '../ops/reduce/statistics.ts';
import { expand, reshape, t } from '../ops/view/view.ts';
import { bool } from '../tensor/dtype.ts';
import { wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Node } from './node.ts';
import { type Compute, type Operator, type Operators, one, operator, scalarOf, two } from './row.ts';

/** alpha · A · B + beta · C: a linear layer, where it is one. */
const gemm: Compute = ([given, weight, bias], node) => {
  const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)];
  const a = node.int('transA', 0) ? t(given) : given;
  const transposed = node.int('transB', 0);
  const wide =
    bias === undefined || (bias.count === weight.dims[transposed ? 0 : 1] && bias.dims.at(-1) === bias.count);
  if (alpha === 1 && beta === 1 && wide && a.dims.length === 2 && weight.dims.length === 2) {
    const row = bias === undefined ? null : bias.dims.length === 1 ? bias : reshape(bias, [bias.count]);
    return linear(a, transposed ? weight : t(weight), row);
  }
  const product = matmul(a, transposed ? t(weight) : weight);
  const scaled = alpha === 1 ? product : mul(product, alpha);
  return bias === undefined || beta === 0 ? scaled : add(scaled, beta === 1 ? bias : mul(bias, beta));
};

/** The batch's own statistics while the module trains, or where the file says so; then the new running ones come too. */
const batchNormalization: Compute = ([x, scale, bias, average, variance], node, { training }) => {
  const [eps, share] = [node.float('epsilon', 1e-5), 1 - node.float('momentum', 0.9)];
  if (node.outputs.length === 1) return batchNorm(x, average, variance, scale, bias, training, share, eps);
  const running = [clone(average), clone(variance)];
  const y = batchNorm(x, running[0], running[1], scale, bias, true, share, eps);
  return [y, ...running, ...running];
};

/** The dimensions from an axis on. */
const from = (x: Tensor, node: Node): number[] => {
  const axis = wrapDim(node.int('axis', -1), x.dims.length);
  return x.dims.map((_, d) => d).slice(axis);
};

const layerNormalization: Compute = ([x, scale, bias], node) => {
  const dims = from(x, node);
  const shape = dims.map((d) => x.dims[d]);
  const eps = node.float('epsilon', 1e-5);
  const shaped = (w: Tensor | undefined): Tensor | null =>
    w === undefined ? null : w.dims.length === shape.length && w.count === scale.count ? w : expand(w, shape);
  const y = layerNorm(x, shape, shaped(scale), shaped(bias), eps);
  if (node.outputs.length === 1) return y;
  const middle = mean(x, dims, true);
  return [y, middle, rsqrt(add(mean(square(sub(x, middle)), dims, true), eps))];
};

const drop: Compute = ([x, ratio, mode], node, { training }) => {
  const p = ratio === undefined ? node.float('ratio', 0.5) : Number(scalarOf(ratio));
  const active = training || (mode !== undefined && scalarOf(mode) !== 0);
  if (node.outputs.length === 1) return active ? dropout(x, p) : x;
  const mask = dropout(ones(x.dims, { dtype: x.dtype }), p, active);
  return [active ? mul(x, mask) : x, active ? ne(mask, 0) : to(mask, bool)];
};

/** Over everything but the batch and the channels. */
const pool = (reduce: (x: Tensor, dims: readonly number[], keep: boolean) => Tensor): Operator =>
  one((x) => reduce(x, x.dims.map((_, d) => d).slice(2), true));

export const LAYERS: Operators = {
  BatchNormalization: operator(5, 5, batchNormalization),
  Dropout: operator(1, 3, drop),
  Einsum: operator(1, Infinity, (inputs, node) => einsum(node.text('equation', ''), ...inputs)),
  Gemm: operator(2, 3, gemm),
  GlobalAveragePool: pool((x, dims, keep) => mean(x, dims, keep)),
  GlobalMaxPool: pool((x, dims, keep) => amax(x, dims, keep)),
  If: operator(1, 1, ([condition], _, pass) => pass.branch(scalarOf(condition) ? 'then_branch' : 'else_branch')),
  LayerNormalization: operator(2, 3, layerNormalization),
  MatMul: two((a, b) => matmul(a, b)),
  RMSNormalization: operator(2, 2, ([x, scale], node) => {
    const squares = mean(square(x), from(x, node), true);
    return mul(mul(x, rsqrt(add(squares, node.float('epsilon', 1e-5)))), scale);
  }),
};
