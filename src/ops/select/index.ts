/** Indexing: `at` reads, `setAt_` writes. Numbers, ranges, null, '...' and ':' are views; tensors pick elements. */
import { makeNode, record, records } from '../../autograd/node.ts';
import { refuseMore } from '../../tensor/args.ts';
import { bool } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { broadcastDims, countOf, type Dims, inverse, sameDims, showDims } from '../../tensor/shape.ts';
import { pointerOf, Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { clone, contiguous, copy_, fullRaw, toDtype } from '../create/copy.ts';
import { checkTensor, type Operand } from '../define.ts';
import { add, mul } from '../elementwise/binary.ts';
import { unrecorded } from '../fused.ts';
import { beginInplace, finishInplace } from '../inplace.ts';
import { launchCopy } from '../launch.ts';
import { held, isScalar } from '../scalar.ts';
import { movedim } from '../view/shape.ts';
import { select, slice } from '../view/slice.ts';
import { detach, expand, permute, reshape, unsqueeze } from '../view/view.ts';
import { addRows, checkBounds, first, nonzero, notAnIndex, takeRows, wholeNumbers } from './gather.ts';

/** A range `[start, stop, step]`; null is an open end. Steps are positive, as in PyTorch. */
export type Range = readonly [start: number | null, stop?: number | null, step?: number | null];

/** One index: an integer, a range, null (a new axis), '...', ':', or a bool or integer tensor. */
export type Index = number | Range | null | '...' | ':' | Tensor | boolean;

/** A view for all indices that are not tensors, and where the tensors stand in it. */
interface Plan {
  view: Tensor;
  picks: { dim: number; index: Tensor }[];
  /** How many of the index tensors are masks and how many hold integers. */
  masks: number;
  lists: number;
}

/** The tensors among indices: saved as well, so that a write to one is noticed. */
const tensorsAmong = (indices: readonly Index[]): Tensor[] => indices.filter((index) => index instanceof Tensor);

/** Whether an index tensor is one bool: it stands for true or false. */
function isTruth(index: Tensor): boolean {
  return index.dtype === bool && index.dims.length === 0;
}

/** How many of x's dimensions an index uses up. */
function width(index: Index): number {
  if (index === null || index === '...' || typeof index === 'boolean') return 0;
  return index instanceof Tensor && index.dtype === bool ? index.dims.length : 1;
}

function takeRange(x: Tensor, dim: number, range: Range): Tensor {
  if (range.length > 3) throw notAnIndex(range);
  const [start = null, stop = null, step = null] = range;
  for (const value of [start, stop, step]) if (value !== null && !Number.isInteger(value)) throw notAnIndex(range);
  const size = x.dims[dim];
  const stride = step ?? 1;
  if (stride <= 0) throw new RangeError(`at(): slice step must be positive, got ${stride}; flip() reverses`);
  const clip = (value: number): number => Math.min(size, Math.max(0, value < 0 ? value + size : value));
  const from = start === null ? 0 : clip(start);
  const until = stop === null ? size : clip(stop);
  return slice(x, dim, from, Math.max(from, until), stride);
}

function plan(x: Tensor, indices: readonly Index[]): Plan {
  const used = indices.reduce<number>((n, index) => n + width(index), 0);
  const rank = x.dims.length;
  if (used > rank) throw new RangeError(`too many indices for tensor of dimension ${rank}`);
  if (indices.filter((index) => index === '...').length > 1) {
    throw new RangeError("at(): an index can only have a single ellipsis ('...')");
  }
  let view = x;
  let dim = 0;
  const picks: Plan['picks'] = [];
  let [masks, lists] = [0, 0];
  for (const index of indices) {
    if (typeof index === 'number') view = select(view, dim, index);
    else if (index === ':') dim++;
    else if (index === '...') dim += rank - used;
    else if (index === null) {
      view = unsqueeze(view, dim);
      dim++;
    } else if (typeof index === 'boolean' || (index instanceof Tensor && isTruth(index))) {
      view = slice(unsqueeze(view, dim), dim, 0, Number(typeof index === 'boolean' ? index : index.item()), 1);
      dim++;
    } else if (Array.isArray(index)) {
      view = takeRange(view, dim, index as unknown as Range);
      dim++;
    } else if (index instanceof Tensor) {
      if (index.dtype === bool) {
        const dims = view.dims.slice(dim, dim + index.dims.length);
        if (!sameDims(dims, index.dims)) {
          throw new RangeError(
            `The shape of the mask ${showDims(index.dims)} at index 0 does not match the shape of the indexed tensor ` +
              `${showDims(x.dims)} at index 0`,
          );
        }
        masks++;
        const found = nonzero(index);
        for (let d = 0; d < index.dims.length; d++) {
          picks.push({ dim: dim + d, index: contiguous(select(found, 1, d)) });
        }
        dim += index.dims.length;
      } else {
        lists++;
        picks.push({ dim, index: wholeNumbers(index, 'at', 'an index tensor') });
        dim++;
      }
    } else throw notAnIndex(index);
  }
  return { view, picks, masks, lists };
}

/**
 * For index tensors: the view with the picked dimensions first, one flat row number for each picked row, and where
 * the picked shape goes in the result (PyTorch: in their place if they stand together, otherwise first).
 */
function rowsOf(view: Tensor, picks: Plan['picks']): { order: number[]; rows: Tensor; shape: Dims; at: number } {
  const shape = picks.reduce<Dims>((dims, { index }) => broadcastDims(dims, index.dims), []);
  const dims = picks.map(({ dim }) => dim);
  const together = dims.every((d, i) => i === 0 || d === dims[i - 1] + 1);
  const rest = [...view.dims.keys()].filter((d) => !dims.includes(d));
  const rows = unrecorded(() => {
    let flat: Tensor | null = null;
    for (const { dim, index } of picks) {
      const size = view.dims[dim];
      const full = clone(expand(index, [...shape]));
      checkBounds(full, size, true, (bad) => `index ${bad} is out of bounds for dimension ${dim} with size ${size}`);
      flat = flat === null ? full : add(mul(flat, size), full);
    }
    return flat as Tensor;
  });
  return { order: [...dims, ...rest], rows, shape, at: together ? dims[0] : 0 };
}

/**
 * PyTorch's indexing, `x[…]`: `x.at(0)`, `x.at([1, 3])`, `x.at(':', -1)`, `x.at('...', null)`, `x.at(mask)`,
 * `x.at(rows, columns)`.
 *
 * @param indices - Integers, ranges `[start, stop, step]` with null for an open end, null for a new axis, `'...'`,
 *   `':'`, bool masks and integer tensors. Without tensors the result is a view.
 * @throws RangeError when an index is out of range or there are too many; TypeError for anything else.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.arange(6).view(2, 3);
 * console.log(x.at(1, [1, null]), x.at(':', 0), x.at(x.gt(3))); // => tensor([4, 5]) tensor([0, 3]) tensor([4, 5])
 * ```
 */
export function at(input: Tensor, ...indices: Index[]): Tensor {
  checkTensor(input, 'at');
  if (!indices.some((index) => index instanceof Tensor)) return plan(input, indices).view;
  return scope(() => {
    const { view, picks } = plan(input, indices);
    if (picks.length === 0) return clone(view);
    const { order, rows, shape, at: place } = rowsOf(view, picks);
    const moved = order.map((d) => view.dims[d]);
    const flat: Dims = [countOf(moved.slice(0, picks.length)), ...moved.slice(picks.length)];
    const out = unrecorded(() => contiguous(pickRows(detach(view), order, picks.length, rows, place)));
    if (records(view)) {
      record(out, 'IndexBackward0', [view], [rows, ...tensorsAmong(indices)] as [Tensor], (g, [where]) => {
        const summed = addRows(moveSpan(g, shape.length, place, 0), where, flat);
        return [permute(reshape(summed, moved), inverse(order))];
      });
    }
    return out;
  });
}

/**
 * Writes `value` where the indices say; returns the tensor. Gradients flow to `value` and to what was not written.
 *
 * @param indices - A list of what `at` takes.
 * @param value - A number, a boolean or a BigInt, or a tensor that broadcasts to the place.
 * @throws RangeError when it does not, or for a number that the dtype cannot hold.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.zeros(2, 2);
 * console.log(x.setAt_([0, ':'], 5).tolist()); // => [ [ 5, 5 ], [ 0, 0 ] ]
 * ```
 */
export function setAt_(self: Tensor, indices: readonly Index[] | Index, value: Operand, more?: never): Tensor {
  if (typeof more === 'object') refuseMore('setAt_', 'self indices value', [self, indices, value, more]);
  checkTensor(self, 'setAt_');
  if (!isScalar(value)) checkTensor(value, 'setAt_', 'value');
  const list = (Array.isArray(indices) ? indices : [indices]) as readonly Index[];
  return scope(() => write(self, list, value instanceof Tensor ? value : held(self.dtype, value)));
}

/** value without leading dimensions of size 1 that the place does not have. */
function trimmed(value: Tensor | number | bigint, rank: number): Tensor | number | bigint {
  if (typeof value !== 'object') return value;
  let extra = 0;
  while (value.dims.length - extra > rank && value.dims[extra] === 1) extra++;
  return extra === 0 ? value : reshape(value, value.dims.slice(extra));
}

function write(self: Tensor, list: readonly Index[], given: Tensor | number | bigint): Tensor {
  const { view, picks, masks, lists } = plan(self, list);
  if (picks.length === 0) {
    copy_(view, trimmed(given, view.dims.length));
    return self;
  }
  const { order, rows, shape, at: place } = rowsOf(view, picks);
  const tail = order.slice(picks.length).map((d) => view.dims[d]);
  const target: Dims = [...tail.slice(0, place), ...shape, ...tail.slice(place)];
  const value = trimmed(given, target.length);
  if (value instanceof Tensor && value.dtype !== self.dtype) {
    // PyTorch fills by one mask alone, and then takes the number out of the value.
    if (value.count === 1 && masks === 1 && lists === 0) held(self.dtype, first(value));
    else
      throw new TypeError(
        `Index put requires the source and destination dtypes match, got ${self.dtype.name} for the destination and ` +
          `${value.dtype.name} for the source.`,
      );
  }
  if (value instanceof Tensor) {
    const lead = target.length - value.dims.length;
    if (lead < 0 || value.dims.some((size, d) => size !== 1 && size !== target[lead + d])) {
      throw new RangeError(
        `shape mismatch: value tensor of shape ${showDims(value.dims)} cannot be broadcast to indexing result of ` +
          `shape ${showDims(target)}`,
      );
    }
  }
  const recording = beginInplace(view, 'setAt_', value);
  const back = (g: Tensor): Tensor => moveSpan(g, shape.length, place, 0);
  const node = recording
    ? makeNode(view, 'IndexPutBackward0', [view, value], [rows, ...tensorsAmong(list)] as [Tensor], (g, [where], n) => [
        n.needs(0) ? setRows(g, order, picks.length, where) : null,
        n.needs(1) ? pickRows(g, order, picks.length, where, place) : null,
      ])
    : null;
  writeRows(view, order, picks.length, rows, value, target, back);
  finishInplace(view, node);
  return self;
}

/** The rows of x whose first `picked` dimensions in `order` are one, where the indices stand in the result. */
function pickRows(x: Tensor, order: readonly number[], picked: number, rows: Tensor, place: number): Tensor {
  const moved = order.map((d) => x.dims[d]);
  const flat = reshape(permute(x, order), [countOf(moved.slice(0, picked)), ...moved.slice(picked)]);
  return moveSpan(takeRows(flat, rows, 'IndexBackward0'), rows.dims.length, 0, place);
}

/** g with zeros where rows were written. */
function setRows(g: Tensor, order: readonly number[], picked: number, rows: Tensor): Tensor {
  const out = clone(g);
  writeRows(out, order, picked, rows, 0, [], (x) => x);
  if (records(g)) record(out, 'IndexPutBackward0', [g], [rows], (gg, [where]) => [setRows(gg, order, picked, where)]);
  return out;
}

/** x with its dimensions from … from + n - 1 moved so that they start at `to`. */
function moveSpan(x: Tensor, n: number, from: number, to: number): Tensor {
  const span = Array.from({ length: n }, (_, i) => i);
  return from === to
    ? x
    : movedim(
        x,
        span.map((i) => i + from),
        span.map((i) => i + to),
      );
}

/** Writes rows of the view with the picked dimensions first: through a row-major copy, so that any strides will do. */
function writeRows(
  view: Tensor,
  order: readonly number[],
  picked: number,
  rows: Tensor,
  value: Tensor | number | bigint,
  target: Dims,
  back: (x: Tensor) => Tensor,
): void {
  if (rows.count === 0) return;
  unrecorded(() => {
    const moved = permute(detach(view), order);
    const whole = clone(moved);
    const size = countOf(whole.dims.slice(picked));
    const bytes = size << view.dtype.shift;
    const source =
      value instanceof Tensor
        ? clone(back(expand(toDtype(value, view.dtype), target)))
        : fullRaw(whole.dims.slice(picked), view.dtype, value);
    const po = targetOf(whole);
    const pi = pointerOf(rows);
    const ps = pointerOf(source);
    if (size > 0) core.putRows(po, pi, rows.count, ps, bytes, value instanceof Tensor ? 1 : 0);
    launchCopy(moved, whole);
    return whole;
  });
}
