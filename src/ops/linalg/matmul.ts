/** Products of matrices and vectors, all on one kernel (gemm.ts). */

import { isGradEnabled } from '../../autograd/mode.ts';
import { by, record, records, type Vjp } from '../../autograd/node.ts';
import { within } from '../../memory/errors.ts';
import { spare } from '../../memory/storage.ts';
import { bool } from '../../tensor/dtype.ts';
import { broadcastDims, contiguousStrides, countOf, type Dims, sameDims, showDims } from '../../tensor/shape.ts';
import { again, signed } from '../../tensor/signature.ts';
import { tell } from '../../tensor/tell.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { mul } from '../elementwise/binary.ts';
import { contiguousRaw, empty, freeCast } from '../make.ts';
import { type PairOp, quickPair } from '../quick.ts';
import { detach, expand, reshape, t, transpose, unsqueeze } from '../view/view.ts';
import { gemm, gemmEach } from './gemm.ts';

function checkPair(name: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype) {
    throw new TypeError(
      `${name}(): expected both tensors to have the same dtype, but got: ${a.dtype.name} != ${b.dtype.name}`,
    );
  }
  if (a.dtype === bool) throw new TypeError(`"${name}" not implemented for 'bool'`);
}

function checkInner(a: Tensor, b: Tensor): void {
  const [m, k] = a.dims;
  const [k2, n] = b.dims;
  if (k !== k2) throw new RangeError(`mat1 and mat2 shapes cannot be multiplied (${m}x${k} and ${k2}x${n})`);
}

/** Of two factors, the gradient of each reads the other. */
const FACTORS = [by(1), by(0)];

/** aᵀ · b: the gradient of a weight. No view of a is made where none is recorded, which is every step of training. */
function transposedProduct(a: Tensor, b: Tensor): Tensor {
  if (isGradEnabled()) return mm(t(a), b);
  const out = empty([a.dims[1], b.dims[1]], a.dtype, 'mm');
  const flipped = reinterpret(a, [a.dims[1], a.dims[0]], [a.strides[1], a.strides[0]]);
  gemm('mm', out, flipped, b, b.strides[0], b.strides[1], null);
  return out;
}

/**
 * The product of two matrices.
 *
 * @param input - [n, k].
 * @param mat2 - [k, m], of the same dtype.
 * @returns [n, m].
 * @throws RangeError when the inner sizes differ or one is no matrix.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([[1, 2], [3, 4]]);
 * console.log(torch.mm(x, x).tolist()); // => [ [ 7, 10 ], [ 15, 22 ] ]
 * ```
 */
export const mm: PairOp<'mat2'> = quickPair('mm', 'mat2', (input, mat2) => {
  checkPair('mm', input, mat2);
  if (input.dims.length !== 2 || mat2.dims.length !== 2) {
    const which = input.dims.length !== 2 ? 'self' : 'mat2';
    throw new RangeError(`${which} must be a matrix`);
  }
  checkInner(input, mat2);
  spare(input.storage);
  spare(mat2.storage);
  const out = empty([input.dims[0], mat2.dims[1]], input.dtype, 'mm');
  gemm('mm', out, input, mat2, mat2.strides[0], mat2.strides[1], null);
  if (records(input, mat2)) {
    const grads: Vjp<[Tensor, Tensor]> = (g, [a, b], node) => [
      node.needs(0) ? mm(g, t(b)) : null,
      node.needs(1) ? transposedProduct(a, g) : null,
    ];
    record(out, 'MmBackward0', [input, mat2], [input, mat2], grads, FACTORS);
  }
  return out;
});

/**
 * A matrix times a vector.
 *
 * @param input - [n, m].
 * @param vec - [m].
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.mv(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 1]))); // => tensor([3., 7.])
 * ```
 */
export const mv: PairOp<'vec'> = quickPair('mv', 'vec', (input, vec) => {
  checkPair('mv', input, vec);
  const [n, m] = input.dims;
  if (input.dims.length !== 2 || vec.dims.length !== 1) {
    throw new RangeError(
      `vector + matrix @ vector expected, got ${input.dims.length}, ${vec.dims.length}: mv() takes a matrix and a vector`,
    );
  }
  if (vec.dims[0] !== m) throw new RangeError(`size mismatch, got input (${n}), mat (${n}x${m}), vec (${vec.dims[0]})`);
  const out = empty([n], input.dtype, 'mv');
  gemm('mv', reinterpret(out, [n, 1]), input, vec, vec.strides[0], 1, null);
  if (records(input, vec)) {
    const grads: Vjp<[Tensor, Tensor]> = (g, [a, v], node) => [
      node.needs(0) ? mul(unsqueeze(g, 1), v) : null,
      node.needs(1) ? mv(t(a), g) : null,
    ];
    record(out, 'MvBackward0', [input, vec], [input, vec], grads, FACTORS);
  }
  return out;
});

/** x's elements under another shape, unrecorded. */
function reinterpret(x: Tensor, dims: Dims, strides: Dims = [1, 1], dense = false): Tensor {
  return new Tensor(x.storage, x.offset, dims, strides, x.dtype, dense);
}

/**
 * The inner product of two vectors.
 *
 * @throws RangeError unless both have one dimension and the same length.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.dot(torch.tensor([1, 2]), torch.tensor([3, 4]))); // => tensor(11.)
 * ```
 */
export const dot: PairOp<'tensor'> = quickPair('dot', 'tensor', (input, tensor) => {
  checkPair('dot', input, tensor);
  if (input.dims.length !== 1 || tensor.dims.length !== 1) {
    throw new RangeError(`1D tensors expected, but got ${input.dims.length}D and ${tensor.dims.length}D tensors`);
  }
  if (input.count !== tensor.count) {
    throw new RangeError(
      `inconsistent tensor size, expected tensor ${showDims(input.dims)} and src ${showDims(tensor.dims)} to have the ` +
        `same number of elements, but got ${input.count} and ${tensor.count} elements respectively`,
    );
  }
  const out = empty([], input.dtype, 'dot');
  const n = input.count;
  const row = reinterpret(input, [1, n], [0, input.strides[0]]);
  gemm('dot', reinterpret(out, [1, 1]), row, tensor, tensor.strides[0], 1, null);
  if (records(input, tensor)) {
    const grads: Vjp<[Tensor, Tensor]> = (g, [a, b], node) => [
      node.needs(0) ? mul(g, b) : null,
      node.needs(1) ? mul(g, a) : null,
    ];
    record(out, 'DotBackward0', [input, tensor], [input, tensor], grads, FACTORS);
  }
  return out;
});

/** Batches of products over equal or broadcast leading dimensions: [..., n, k] · [..., k, m]. */
function batched(name: string, a: Tensor, b: Tensor): Tensor {
  const batch = broadcastDims(a.dims.slice(0, -2), b.dims.slice(0, -2));
  const [n, k] = a.dims.slice(-2);
  const [k2, m] = b.dims.slice(-2);
  if (k !== k2) throw new RangeError(`mat1 and mat2 shapes cannot be multiplied (${n}x${k} and ${k2}x${m})`);
  const out = empty([...batch, n, m], a.dtype, 'matmul');
  if (out.count > 0)
    within('matmul', () => {
      gemmEach(out, expand(detach(a), [...batch, n, k]), expand(detach(b), [...batch, k, m]), batch);
    });
  if (records(a, b)) {
    const grads: Vjp<[Tensor, Tensor]> = (g, [x, y], node) => [
      node.needs(0) ? batched(name, g, transpose(y, -2, -1)) : null,
      node.needs(1) ? batched(name, transpose(x, -2, -1), g) : null,
    ];
    record(out, name, [a, b], [a, b], grads, FACTORS);
  }
  return out;
}

/**
 * Products of two batches of matrices.
 *
 * @param input - [b, n, k].
 * @param mat2 - [b, k, m].
 * @returns [b, n, m].
 * @throws RangeError when the sizes do not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(String(torch.bmm(torch.ones(5, 2, 3), torch.ones(5, 3, 4)).shape)); // => torch.Size([5, 2, 4])
 * ```
 */
export const bmm: PairOp<'mat2'> = quickPair('bmm', 'mat2', (input, mat2) => {
  checkPair('bmm', input, mat2);
  if (input.dims.length !== 3 || mat2.dims.length !== 3) {
    throw new RangeError(`batch${input.dims.length !== 3 ? 1 : 2} must be a 3D tensor`);
  }
  const [b, , k] = input.dims;
  if (mat2.dims[0] !== b || mat2.dims[1] !== k) {
    throw new RangeError(
      `Expected size for first two dimensions of batch2 tensor to be: [${b}, ${k}] but got: [${mat2.dims[0]}, ${mat2.dims[1]}].`,
    );
  }
  return batched('BmmBackward0', input, mat2);
});

/**
 * PyTorch's `@`: vectors, matrices, and batches of matrices whose leading dimensions broadcast.
 *
 * @throws RangeError for a 0-dimensional tensor or inner sizes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const w = torch.ones(3, 2);
 * console.log(torch.ones(3).matmul(w)); // => tensor([3., 3.])
 * ```
 */
export const matmul: PairOp<'other'> = quickPair('matmul', 'other', (input, other) => {
  checkPair('matmul', input, other);
  const a = input.dims.length;
  const b = other.dims.length;
  if (a === 0 || b === 0) {
    throw new RangeError(`both arguments to matmul need to be at least 1D, but they are ${a}D and ${b}D`);
  }
  if (a === 2 && b === 2) return mm(input, other);
  if (a === 1 && b === 1) return dot(input, other);
  if (a === 2 && b === 1) return mv(input, other);
  if (a === 1) {
    const row = unsqueeze(input, 0);
    const product = b === 2 ? mm(row, other) : batched('BmmBackward0', row, other);
    const name = b === 2 ? 'SqueezeBackward4' : 'UnsafeViewBackward0';
    return renamed(product, [...other.dims.slice(0, -2), other.dims[b - 1]], name);
  }
  if (b === 1) {
    return renamed(batched('BmmBackward0', input, unsqueeze(other, 1)), input.dims.slice(0, -1), 'UnsafeViewBackward0');
  }
  if (b === 2) {
    // One product instead of a batch: the matrix on the right is the same for all.
    const { dims } = input;
    const rows = reshape(input, [countOf(dims.slice(0, -1)), dims[a - 1]]);
    return renamed(mm(rows, other), [...dims.slice(0, -1), other.dims[1]], 'UnsafeViewBackward0');
  }
  return batched('UnsafeViewBackward0', input, other);
});

/** A fresh product under another shape, under the name that PyTorch's node has there. */
function renamed(product: Tensor, dims: Dims, name: string): Tensor {
  const { dims: before } = product;
  const out = reinterpret(product, dims, contiguousStrides(dims), true);
  if (records(product)) record(out, name, [product], null, (g) => [reshape(g, before)]);
  return out;
}

/** `linear`. */
export type LinearOp = {
  (input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor;
  (input: Tensor, weight: Tensor, options: { bias?: Tensor | null }): Tensor;
  (input: Tensor, options: { weight: Tensor; bias?: Tensor | null }): Tensor;
};

/**
 * input · weightᵀ + bias, what `nn.Linear` computes.
 *
 * @param input - [..., inFeatures].
 * @param weight - [outFeatures, inFeatures].
 * @param bias - [outFeatures], or null.
 * @returns [..., outFeatures].
 * @throws RangeError when the sizes do not fit; TypeError for dtypes that differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const y = torch.nn.functional.linear(torch.tensor([[1, 2]]), torch.tensor([[3, 4]]), torch.tensor([5]));
 * console.log(y.tolist()); // => [ [ 16 ] ]
 * ```
 */
export const linear: LinearOp = signed(
  'linear(input: Tensor, weight: Tensor, bias: Tensor? = null)',
  (input: Tensor, weight: Tensor, bias: Tensor | null = null, more?: unknown): Tensor => {
    const fits = input instanceof Tensor && weight instanceof Tensor && (bias === null || bias instanceof Tensor);
    return tell !== null || !fits || typeof more === 'object'
      ? again(linear, [input, weight, bias ?? undefined, more])
      : linearOf(input, weight, bias);
  },
) as unknown as LinearOp;

function linearOf(input: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  checkPair('linear', input, weight);
  const rank = input.dims.length;
  if (weight.dims.length !== 2) {
    throw new RangeError(
      `linear(): weight must be a matrix [outFeatures, inFeatures], got shape ${showDims(weight.dims)}`,
    );
  }
  if (rank !== 2) {
    if (rank === 0)
      throw new RangeError('linear(): input must have at least one dimension, got a 0-dimensional tensor');
    const { dims } = input;
    const flat = reshape(input, [countOf(dims.slice(0, -1)), dims[rank - 1]]);
    const name = bias !== null ? 'ViewBackward0' : rank === 1 ? 'SqueezeBackward4' : 'UnsafeViewBackward0';
    return renamed(linearOf(flat, weight, bias), [...dims.slice(0, -1), weight.dims[0]], name);
  }
  const [m, k] = input.dims;
  const [n, k2] = weight.dims;
  if (k !== k2) throw new RangeError(`mat1 and mat2 shapes cannot be multiplied (${m}x${k} and ${k2}x${n})`);
  let row: Tensor | null = null;
  if (bias !== null) {
    if (!sameDims(bias.dims, [n])) {
      throw new RangeError(`linear(): bias must have shape [${n}], got ${showDims(bias.dims)}`);
    }
    if (bias.dtype !== input.dtype) {
      throw new TypeError(`linear(): bias must have dtype ${input.dtype.name}, got ${bias.dtype.name}`);
    }
    row = contiguousRaw(bias);
  }
  spare(input.storage);
  const out = empty([m, n], input.dtype, 'linear');
  gemm('linear', out, input, weight, weight.strides[1], weight.strides[0], row);
  if (row !== null && row !== bias) freeCast(row, bias as Tensor);
  if (records(input, weight, bias)) {
    const saved = [records(weight) ? input : null, records(input) ? weight : null] as [Tensor, Tensor];
    record(out, bias === null ? 'MmBackward0' : 'AddmmBackward0', [input, weight, bias], saved, (g, [x, w], node) => [
      node.needs(0) ? mm(g, w) : null,
      node.needs(1) ? transposedProduct(g, x) : null,
      // The engine sums the rows.
      g,
    ]);
  }
  return out;
}
