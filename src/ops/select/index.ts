/** Indexing: `at` reads, `setAt_` writes. Numbers, ranges, null, '...' and ':' are views; tensors pick elements. */

import { makeNode, type Node } from '../../autograd/node.ts';
import { describe } from '../../tensor/args.ts';
import { bool, int64, uint8 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { contiguousStrides, type Dims, sameDims, showDims } from '../../tensor/shape.ts';
import { operation, overloaded } from '../../tensor/signature.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { copy_, fill_, toDtype } from '../create/copy.ts';
import { beginOverlapping, checkApart, finishInplace } from '../inplace.ts';
import { isRowMajor } from '../order.ts';
import { checkTensor } from '../promote.ts';
import { held } from '../scalar.ts';
import { select, slice } from '../view/slice.ts';
import { detach, expand, reshape, unsqueeze } from '../view/view.ts';
import { aliasOf } from '../view/view-of.ts';
import { clearBlocks, findBlocks, type Pick, putBlocks, takeBlocks, takeRowMajor } from './blocks.ts';
import { first, rowsAt, within } from './gather.ts';

/** An end of a range: an integer, a tensor of one, or null for an open end. */
type End = number | bigint | Tensor | null;

/** A range `[start, stop, step]`; null is an open end. Steps are positive, as in PyTorch. */
export type Range = readonly [start: End, stop?: End, step?: End];

/** One index: an integer, a range, null (a new axis), '...', ':', or a bool or integer tensor. */
export type Index = number | bigint | Range | null | '...' | ':' | Tensor | boolean;

/** A view for all indices that pick nothing, and where those that do stand in it. */
interface Plan {
  view: Tensor;
  picks: Pick[];
}

/** Whether a tensor is a mask: uint8 is one in PyTorch too. */
const isMask = (index: Tensor): boolean => index.dtype === bool || index.dtype === uint8;

/** How many of x's dimensions an index uses up. */
function width(index: Index): number {
  if (index === null || index === '...' || typeof index === 'boolean') return 0;
  return index instanceof Tensor && isMask(index) ? index.dims.length : 1;
}

function notAnIndex(value: unknown): TypeError {
  const list = Array.isArray(value) ? '; a list of positions is torch.tensor([…], { dtype: torch.int64 })' : '';
  return new TypeError(
    "at(): an index is an integer, a range [start, stop, step], null, '...', ':', a boolean, or a bool or int64 " +
      `tensor, got ${describe(value)}${list}`,
  );
}

/** The integer that a 0-dimensional tensor holds: a float's too if it is whole. */
function integerOf(index: Tensor): number {
  const value = Number(index.item<number | boolean>());
  if (index.dtype === bool || !Number.isInteger(value)) {
    throw new TypeError(`at(): a tensor used as an index must hold integers, got ${value} of ${index.dtype}`);
  }
  return value;
}

function endOf(end: unknown, range: Range): number | null {
  if (end instanceof Tensor && end.count === 1) return integerOf(end);
  if (typeof end === 'bigint') return Number(end);
  if (end !== null && !Number.isInteger(end)) throw notAnIndex(range);
  return end as number | null;
}

/** A range of dimension `dim`; x itself if it is all of it, unless it is the only index. */
function takeRange(x: Tensor, dim: number, range: Range, alone: boolean): Tensor {
  const given: readonly unknown[] = range;
  if (given.length === 0 || given.length > 3) throw notAnIndex(range);
  const start = endOf(range[0] ?? null, range);
  const stop = endOf(range[1] ?? null, range);
  const step = endOf(range[2] ?? null, range) ?? 1;
  const size = x.dims[dim];
  if (step <= 0) throw new RangeError(`at(): slice step must be positive, got ${step}; flip() reverses`);
  if (!alone && !start && (stop === null || stop >= size) && step === 1) return x;
  const clip = (value: number): number => Math.min(size, Math.max(0, value < 0 ? value + size : value));
  const from = start === null ? 0 : clip(start);
  const until = stop === null ? size : clip(stop);
  return slice(x, dim, from, Math.max(from, until), step);
}

function plan(x: Tensor, indices: readonly Index[]): Plan {
  const used = indices.reduce<number>((n, index) => n + width(index), 0);
  const rank = x.dims.length;
  const tooMany = (): RangeError => new RangeError(`too many indices for tensor of dimension ${rank}`);
  if (used > rank) throw tooMany();
  const alone = indices.length === 1;
  let view = x;
  let dim = 0;
  const picks: Pick[] = [];
  for (const index of indices) {
    // After a second ellipsis, which takes dimensions that are gone.
    if (dim + width(index) > view.dims.length) throw tooMany();
    if (index === '...') dim += rank - used;
    else if (typeof index === 'bigint' || Number.isInteger(index)) view = select(view, dim, Number(index));
    else if (index === ':') view = takeRange(view, dim++, OPEN, alone);
    else if (index === null) view = unsqueeze(view, dim++);
    else if (typeof index === 'boolean') {
      view = unsqueeze(view, dim);
      picks.push({ dim: dim++, index });
    } else if (Array.isArray(index)) view = takeRange(view, dim++, index as unknown as Range, alone);
    else if (!(index instanceof Tensor)) throw notAnIndex(index);
    else if (index.dims.length > 0) {
      if (isMask(index)) checkMask(view, dim, index);
      picks.push({ dim, index });
      dim += width(index);
    } else if (isMask(index)) {
      view = unsqueeze(view, dim);
      picks.push({ dim: dim++, index: Boolean(index.item<number | boolean>()) });
    } else view = select(view, dim, integerOf(index));
  }
  return { view, picks };
}

const OPEN: Range = [null];

function checkMask(view: Tensor, dim: number, mask: Tensor): void {
  const dims = view.dims.slice(dim, dim + mask.dims.length);
  if (!sameDims(dims, mask.dims)) {
    throw new RangeError(
      `The shape of the mask ${showDims(mask.dims)} at index ${dim} does not match the shape of the indexed tensor ` +
        `${showDims(view.dims)} at index ${dim}`,
    );
  }
}

/**
 * PyTorch's indexing, `x[…]`: `x.at(0)`, `x.at([1, 3])`, `x.at(':', -1)`, `x.at('...', null)`, `x.at(mask)`,
 * `x.at(rows, columns)`.
 *
 * @param indices - Integers, ranges `[start, stop, step]` with null for an open end, null for a new axis, `'...'`,
 *   `':'`; these, and 0-dimensional integer tensors, which count as integers, give a view. Integer tensors, bool masks
 *   (uint8 is one too) and true or false pick, and give a copy; several broadcast against each other.
 * @throws RangeError when an index is out of range or there are too many; TypeError for anything else.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.arange(6).view(2, 3);
 * console.log(x.at(1, [1, null]), x.at(':', 0), x.at(x.gt(3))); // => tensor([4, 5]) tensor([0, 3]) tensor([4, 5])
 * ```
 */
export const at: (input: Tensor, ...indices: Index[]) => Tensor = overloaded(
  'at(input: Tensor, indices: any)',
  ([input, ...indices]: readonly [Tensor, ...Index[]]): [Tensor, readonly Index[]] => {
    checkTensor(input, 'at');
    return [input, indices];
  },
  (input, indices) => {
    const { view, picks } = plan(input, indices);
    if (picks.length === 0) return view === input ? aliasOf(input) : view;
    if (picks.length === 1 && picksRows(view, picks[0]))
      return rowsAt(view, picks[0].index as Tensor, 'IndexBackward0');
    return scope(() => takeBlocks(view, findBlocks(view.dims, picks)));
  },
);

/** Whether one index tensor picks whole rows that lie in order: then they are taken as an embedding takes its own. */
function picksRows(x: Tensor, { dim, index }: Pick): boolean {
  if (dim !== 0 || !(index instanceof Tensor) || index.dtype !== int64 || index.count === 0 || x.count === 0)
    return false;
  return isRowMajor(x) && isRowMajor(index) && within(index, x.dims[0]);
}

/**
 * Writes `value` where the indices say; returns the tensor. Gradients flow to `value` and to what was not written.
 *
 * @param indices - A list of what `at` takes, or one index that is no list.
 * @param value - A number, a boolean, a BigInt, or a tensor that broadcasts to the place. Where tensors are among the
 *   indices its dtype must be that of the tensor, except for one element at a mask.
 * @throws RangeError when it does not fit, or the dtype cannot hold it; TypeError for anything else.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.zeros(2, 2);
 * console.log(x.setAt_([0, ':'], 5).tolist()); // => [ [ 5, 5 ], [ 0, 0 ] ]
 * ```
 */
export const setAt_ = operation(
  'setAt_(self: Tensor, indices: any, value: operand)',
  (self, indices, value): Tensor => {
    const list = (Array.isArray(indices) ? indices : [indices]) as readonly Index[];
    return scope(() => write(self, list, value instanceof Tensor ? value : held(self.dtype, value)));
  },
);

/** value without leading dimensions of size 1: the place may have fewer. */
function trimmed<T>(value: T): T | Tensor {
  if (!(value instanceof Tensor) || value.dims[0] !== 1) return value;
  const other = value.dims.findIndex((size) => size !== 1);
  return reshape(value, other < 0 ? [] : value.dims.slice(other));
}

function write(self: Tensor, list: readonly Index[], given: Tensor | number | bigint): Tensor {
  const { view, picks } = plan(self, list);
  if (picks.length === 0) {
    const fits = !(given instanceof Tensor) || sameDims(given.dims, view.dims);
    // PyTorch fills with what has no dimensions, which may be an element of what is filled.
    if (fits) copy_(view, given);
    else if (given.dims.length === 0) fill_(view, given);
    else copy_(view, expand(trimmed(given) as Tensor, view.dims));
    return self;
  }
  const found = findBlocks(view.dims, picks);
  const value = trimmed(given);
  const [{ index }] = picks;
  const mask = picks.length === 1 && index instanceof Tensor && isMask(index) ? index : null;
  if (mask?.dtype === uint8 && (!(value instanceof Tensor) || value.count === 1)) {
    throw new TypeError('setAt_(): one value is written at boolean masks only, got a mask with dtype torch.uint8');
  }
  if (value instanceof Tensor) checkValue(value, view, picks, mask !== null, found.dims);
  const recording = beginOverlapping(view, 'setAt_', value);
  let node: Node | null = null;
  if (recording) {
    const { rows, block } = found.in(contiguousStrides(view.dims));
    node = makeNode(view, 'IndexPutBackward0', [view, value], [rows, ...found.indices] as [Tensor], (g, [at], n) => [
      n.needs(0) ? clearBlocks(g, { rows: at, block }) : null,
      n.needs(1) ? takeRowMajor(g, { rows: at, block }, found.dims) : null,
    ]);
  }
  putBlocks(view, found, value instanceof Tensor ? toDtype(detach(value), view.dtype) : value);
  finishInplace(view, node);
  return self;
}

/** Throws unless a tensor may be written where index tensors, or one mask alone, pick. */
function checkValue(value: Tensor, view: Tensor, picks: readonly Pick[], masked: boolean, dims: Dims): void {
  if (value.count === 1 && masked) {
    // PyTorch fills: the one element may be of any dtype.
    held(view.dtype, first(value));
  } else if (value.dtype !== view.dtype) {
    throw new TypeError(
      `Index put requires the source and destination dtypes match, got ${view.dtype.name} for the destination and ` +
        `${value.dtype.name} for the source.`,
    );
  }
  const lead = dims.length - value.dims.length;
  if (lead < 0 || value.dims.some((size, d) => size !== 1 && size !== dims[lead + d])) {
    throw new RangeError(
      `shape mismatch: value tensor of shape ${showDims(value.dims)} cannot be broadcast to indexing result of ` +
        `shape ${showDims(dims)}`,
    );
  }
  if (value.count === 1 && masked) return;
  for (const other of [value, ...picks.map((pick) => pick.index)]) {
    if (other instanceof Tensor) checkApart(view, other, 'setAt_');
  }
}
