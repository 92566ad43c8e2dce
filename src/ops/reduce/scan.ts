/** Running sums and products along a dimension, and differences of neighbours. */

import { ReduceCode } from '../../../assembly/codes.ts';
import { record, records } from '../../autograd/node.ts';
import type { Aliased } from '../../tensor/args.ts';
import { bool, type DType, int64, Kind } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { showDims, wrapDim } from '../../tensor/shape.ts';
import { operation } from '../../tensor/signature.ts';
import { type Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { copy_, toDtype } from '../create/copy.ts';
import type { NamedOp } from '../define.ts';
import { add, div, mul, sub } from '../elementwise/binary.ts';
import { eq, logicalXor } from '../elementwise/compare.ts';
import { launchCopy } from '../launch.ts';
import { empty, emptyLike, zerosOf } from '../make.ts';
import { refuseDtype } from '../promote.ts';
import { splitAround } from '../select/gather.ts';
import { flip } from '../view/arrange.ts';
import { cat } from '../view/join.ts';
import { narrow } from '../view/slice.ts';
import { detach } from '../view/view.ts';
import { writeBack } from '../write-back.ts';
import { any } from './extremes.ts';
import { prod, sum, sumType } from './reduce.ts';

/** What a scan takes, named. */
export interface ScanOptions {
  dim: number;
  dtype?: DType;
}

/** A scan along a dimension. */
export type ScanOp = {
  (input: Tensor, dim: number, dtype?: DType): Tensor;
  (input: Tensor, options: Aliased<ScanOptions>): Tensor;
  (input: Tensor, dim: number, options: { dtype?: DType }): Tensor;
};

/** The scan itself, unrecorded, in a new tensor of `dtype`. */
export function scanRaw(code: ReduceCode, x: Tensor, d: number, dtype: DType): Tensor {
  const working = dtype.kind === Kind.Float ? dtype : int64;
  const out = empty(x.dims, working);
  if (out.count === 0) return out;
  launchCopy(out, x);
  const [outer, n, inner] = x.dims.length === 0 ? [1, 1, 1] : splitAround(x.dims, d);
  const address = targetOf(out);
  core.scan(code, working.code, address, address, outer, n, inner);
  return out;
}

type ScanGrad = (g: Tensor, x: Tensor, y: Tensor, d: number) => Tensor;

function scan(name: string, backward: string, code: ReduceCode, grad: ScanGrad, reads: boolean): ScanOp {
  return operation<ScanOp>(
    `${name}(input: Tensor, dim: int, dtype: dtype? = null)`,
    (input: Tensor, dim: number, dtype: DType | null) => {
      const d = wrapDim(dim, input.dims.length);
      const wanted = sumType(input, dtype);
      // PyTorch does not look at the dtype where there is nothing to add up.
      if (wanted === bool && input.dims.length > 0 && input.count > 0) refuseDtype(name, bool);
      return scope(() => {
        const source = toDtype(input, wanted);
        const out = toDtype(scanRaw(code, detach(source), d, wanted), wanted);
        if (records(input)) {
          const saved = (reads ? [source, out] : []) as [Tensor, Tensor];
          record(out, backward, [source], saved, (g, [x, y]) => [grad(g, x, y, d)]);
        }
        return out;
      });
    },
  );
}

/**
 * Sums of each element and all before it along `dim`.
 *
 * @param dtype - Dtype to sum in; integers and bool sum to int64 by default.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3]).cumsum(0)); // => tensor([1., 3., 6.])
 * ```
 */
export const cumsum: ScanOp = scan(
  'cumsum',
  'CumsumBackward0',
  ReduceCode.Sum,
  (g, _x, _y, d) => tailSums(g, d),
  false,
);

/**
 * Products of each element and all before it along `dim`.
 *
 * @param dtype - Dtype to multiply in; integers and bool give int64 by default.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 2, 3]).cumprod(0)); // => tensor([1., 2., 6.])
 * ```
 */
export const cumprod: ScanOp = scan('cumprod', 'CumprodBackward0', ReduceCode.Prod, productGrad, true);

/** Sums of each element and all after it. */
function tailSums(g: Tensor, d: number): Tensor {
  return flip(cumsum(flip(g, d), d), d);
}

/** dL/dx_k = Σ over i ≥ k of g_i · y_i / x_k; where a factor is 0, the product without it is multiplied out. */
function productGrad(g: Tensor, x: Tensor, y: Tensor, d: number): Tensor {
  if (x.count <= 1) return g;
  if (!any(eq(detach(x), 0)).item()) return div(tailSums(mul(g, y), d), x);
  const n = x.dims[d];
  const ones = add(mul(narrow(detach(x), d, 0, 1), 0), 1);
  const each = Array.from({ length: n }, (_, k) => {
    const before = k === 0 ? ones : prod(narrow(x, d, 0, k), d, true);
    const after = k === n - 1 ? ones : cat([ones, cumprod(narrow(x, d, k + 1, n - k - 1), d)], d);
    return sum(mul(narrow(g, d, k, n - k), mul(before, after)), d, true);
  });
  return cat(each, d);
}

/** `cumsum_` and `cumprod_`: a dtype may be named, if it is the tensor's own. */
type ScanInPlaceOp = NamedOp<'dim dtype', [dim: number, dtype?: DType]>;

function inPlace(name: string, operation: ScanOp): ScanInPlaceOp {
  const scanned = (self: Tensor, dim: number, dtype: DType | null): Tensor => {
    if (dtype !== null && dtype !== self.dtype) {
      throw new TypeError(
        `Bad in-place call: input tensor dtype ${self.dtype.name} and output tensor dtype ${dtype.name} should match`,
      );
    }
    return operation(self, dim, self.dtype);
  };
  return writeBack(`${name}(input: Tensor, dim: int, dtype: dtype? = null)`, scanned);
}

/** In-place `cumsum`, in the tensor's own dtype. */
export const cumsum_: ScanInPlaceOp = inPlace('cumsum_', cumsum);

/** In-place `cumprod`, in the tensor's own dtype. */
export const cumprod_: ScanInPlaceOp = inPlace('cumprod_', cumprod);

/**
 * x[i + 1] - x[i] along `dim`, n times; of bools, whether they differ.
 *
 * @param n - How often; default 1.
 * @param dim - Default -1.
 * @param prepend - Put before the input along dim.
 * @param append - Put after it.
 * @throws RangeError for a 0-dimensional tensor or a negative n.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.tensor([1, 4, 9]).diff(), torch.tensor([1, 4, 9]).diff(2)); // => tensor([3., 5.]) tensor([2.])
 * ```
 */
export const diff = operation(
  'diff(input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor? = null, append: Tensor? = null)',
  (input, n, dim, prepend, append): Tensor => {
    if (input.dims.length === 0) throw new RangeError('diff expects input to be at least one-dimensional');
    if (n < 0) throw new RangeError(`order must be non-negative but got ${n}`);
    const d = wrapDim(dim, input.dims.length);
    for (const end of [prepend, append]) {
      if (end !== null && end.dims.length !== input.dims.length) {
        throw new RangeError('diff expects prepend or append to be the same dimension as input');
      }
      if (end?.dims.some((size, i) => i !== d && size !== input.dims[i])) {
        throw new RangeError(
          'diff expects the shape of tensor to prepend or append to match that of input except along the differencing ' +
            `dimension; got ${showDims(end.dims)} and ${showDims(input.dims)}, differencing along dimension ${d}`,
        );
      }
    }
    return scope(() => {
      if (n === 0) return copy_(emptyLike(input, input.dtype, 'diff'), input);
      const list = [prepend, input, append].filter((x) => x !== null);
      let out = list.length > 1 ? cat(list, d) : input;
      for (let i = 0; i < n && out.dims[d] > 0; i++) {
        const rest = out.dims[d] - 1;
        const [high, low] = [narrow(out, d, 1, rest), narrow(out, d, 0, rest)];
        out = out.dtype === bool ? logicalXor(high, low) : sub(high, low);
      }
      return out.storage === input.storage ? zerosOf(out.dims, out.dtype) : out;
    });
  },
);
