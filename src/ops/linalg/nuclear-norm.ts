/** The nuclear norm, the sum of a matrix's singular values, by one-sided Jacobi rotations in double precision. */
import { isGradEnabled } from '../../autograd/mode.ts';
import { record, records } from '../../autograd/node.ts';
import { countOf } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composite } from '../composite.ts';
import { toDtype, where } from '../create/copy.ts';
import { tensor } from '../create/from-data.ts';
import { add, div, mul, sub } from '../elementwise/binary.ts';
import { gt } from '../elementwise/compare.ts';
import { sum } from '../reduce/reduce.ts';
import { permute, reshape, transpose, unsqueeze } from '../view/view.ts';
import { matmul } from './matmul.ts';

const inner = (x: Float64Array, y: Float64Array): number => x.reduce((total, each, i) => total + each * y[i], 0);

/** Turns the rows x and y so that they are orthogonal; the same turn for the rows p and q. Whether they were not. */
function rotate(x: Float64Array, y: Float64Array, p: Float64Array, q: Float64Array): boolean {
  const [xx, yy, xy] = [inner(x, x), inner(y, y), inner(x, y)];
  if (Math.abs(xy) <= 1e-16 * Math.sqrt(xx * yy)) return false;
  const zeta = (yy - xx) / (2 * xy);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  for (const [a, b] of [
    [x, y],
    [p, q],
  ]) {
    a.forEach((each, i) => {
      a[i] = cosine * (each - tangent * b[i]);
      b[i] = cosine * (b[i] + tangent * each);
    });
  }
  return true;
}

/** Uᵀ, S and Vᵀ of every matrix of x, which is no higher than wide; vectors of singular values of 0 may be 0. */
function decompose(x: Tensor): [left: Tensor, values: Tensor, right: Tensor] {
  const [m, n] = x.dims.slice(-2) as [number, number];
  const data = Float64Array.from(x.toTypedArray() as Float64Array);
  if (!data.every(Number.isFinite)) {
    throw new RangeError('norm(): the singular values of a matrix with non-finite values do not exist');
  }
  const lead = x.dims.slice(0, -2);
  const count = countOf(lead);
  const [left, values] = [new Float64Array(count * m * m), new Float64Array(count * m)];
  for (let at = 0; at < count; at++) {
    const rows = Array.from({ length: m }, (_, i) => data.subarray((at * m + i) * n, (at * m + i + 1) * n));
    const turns = rows.map((_, i) => Float64Array.from(rows, (_row, j) => (i === j ? 1 : 0)));
    for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
      turned = false;
      for (let i = 1; i < m; i++) {
        for (let j = 0; j < i; j++) turned = rotate(rows[j], rows[i], turns[j], turns[i]) || turned;
      }
    }
    rows.forEach((row, i) => {
      const length = Math.sqrt(inner(row, row));
      values[at * m + i] = length;
      for (let j = 0; length > 0 && j < n; j++) row[j] /= length;
      left.set(turns[i], (at * m + i) * m);
    });
  }
  const shaped = (flat: Float64Array, ...dims: number[]): Tensor =>
    toDtype(reshape(tensor(flat), [...lead, ...dims]), x.dtype);
  return [shaped(left, m, m), shaped(values, m), shaped(data, m, n)];
}

/** U Vᵀ, the derivative of the nuclear norm, itself differentiable once. */
function polar(x: Tensor, left: Tensor, values: Tensor, right: Tensor): Tensor {
  return composite(
    'LinalgSvdBackward0',
    [x],
    () => matmul(transpose(left, -2, -1), right),
    () => [left, values, right],
    (g, [u, s, v]) => {
      if (isGradEnabled()) throw new Error("norm('nuc') has no third derivative here");
      const over = (y: Tensor): Tensor => where(gt(y, 0), div(1, y), 0);
      const across = matmul(u, g);
      const both = matmul(across, transpose(v, -2, -1));
      const column = unsqueeze(s, -1);
      // The turn within the rows' space, and what leads out of it.
      const turn = mul(sub(both, transpose(both, -2, -1)), over(add(column, unsqueeze(s, -2))));
      const out = mul(sub(across, matmul(both, v)), over(column));
      return [matmul(transpose(u, -2, -1), add(matmul(turn, v), out))];
    },
  );
}

/** The sums of the singular values of x's matrices, which lie in the two dimensions `dims`. */
export function nuclearNorm(input: Tensor, dims: readonly number[]): Tensor {
  const sides = [...dims].sort((a, b) => input.dims[a] - input.dims[b]);
  const x = permute(input, [...input.dims.keys()].filter((d) => !dims.includes(d)).concat(sides));
  const [left, values, right] = decompose(x);
  const out = sum(values, -1);
  if (records(x)) {
    // The derivative reads the factors; x leads to the second one.
    record(out, 'SumBackward1', [x], [left, values, right] as const, (g, [u, s, v]) => [
      mul(polar(x, u, s, v), unsqueeze(unsqueeze(g, -1), -1)),
    ]);
  }
  return out;
}
