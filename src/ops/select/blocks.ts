/**
 * Picking by index tensors. What they pick lies in memory as blocks of neighbouring elements (a whole row where rows are
 * picked, one element where nothing better can be said), whose numbers follow from the tensor's strides: so nothing but
 * what is picked is read or written, in whatever order the tensor lies.
 */
import { record, records } from '../../autograd/node.ts';
import { int64 } from '../../tensor/dtype.ts';
import { broadcastDims, contiguousStrides, countOf, type Dims, showDims } from '../../tensor/shape.ts';
import { pointerOf, Tensor, targetOf } from '../../tensor/tensor.ts';
import { core } from '../../wasm/core.ts';
import { contiguous, fullRaw } from '../create/copy.ts';
import { arange } from '../create/create.ts';
import { fromFlat } from '../create/from-data.ts';
import { add, mul } from '../elementwise/binary.ts';
import { contiguousRaw, copyRaw, empty, relaid, zerosOf } from '../make.ts';
import { blockOrder, stridesUnder } from '../order.ts';
import { select } from '../view/slice.ts';
import { detach, expand, reshape } from '../view/view.ts';
import { checkBounds, nonzero, wholeNumbers, within } from './gather.ts';

/** An index that picks along the dimensions from `dim` on: integers, a mask of one dimension or more, or a boolean. */
export interface Pick {
  readonly dim: number;
  readonly index: Tensor | boolean;
}

/** The numbers of the picked blocks, int64 in the order of the result, and how many elements a block has. */
export interface Blocks {
  readonly rows: Tensor;
  readonly block: number;
}

/** What index tensors pick: the result's shape, and the blocks in a tensor of any strides. */
export interface Found {
  readonly dims: Dims;
  /** The index tensors: saved, so that a write to one is noticed. */
  readonly indices: readonly Tensor[];
  in(strides: Dims): Blocks;
  /** The strides of what is picked of a tensor of such strides, in PyTorch's order; null for row-major ones. */
  picked(strides: Dims): Dims | null;
}

interface Positions {
  readonly dim: number;
  /** int64, row-major. */
  index: Tensor;
  /** The same as it was given, in its own memory order. */
  readonly given: Tensor;
}

function positionsOf({ dim, index }: Pick): Positions[] {
  if (typeof index === 'boolean') {
    const numbers = fromFlat(index ? [0] : [], [Number(index)], int64);
    return [{ dim, index: numbers, given: numbers }];
  }
  if (index.dtype.itemsize > 1) return [{ dim, index: wholeNumbers(index, 'at', 'an index tensor'), given: index }];
  const found = nonzero(index);
  return index.dims.map((_, d) => {
    const column = contiguousRaw(select(found, 1, d));
    return { dim: dim + d, index: column, given: column };
  });
}

/** The shape that index tensors broadcast to. */
function shapeOf(all: readonly Positions[]): Dims {
  try {
    return all.reduce<Dims>((dims, { index }) => broadcastDims(dims, index.dims), []);
  } catch {
    const shapes = all.map(({ index }) => showDims(index.dims)).join(', ');
    throw new RangeError(`shape mismatch: indexing tensors could not be broadcast together with shapes ${shapes}`);
  }
}

/** The index within 0 … size - 1: itself, or a copy in which what counts from the end is rewritten. */
function inBounds({ dim, index }: Positions, size: number): Tensor {
  if (within(index, size)) return index;
  const own = copyRaw(index);
  checkBounds(own, size, true, (bad) => `index ${bad} is out of bounds for dimension ${dim} with size ${size}`);
  return own;
}

/**
 * Looks up what index tensors pick in a tensor of shape `dims`. The shape they broadcast to stands in their place if
 * they are neighbours, otherwise first.
 *
 * @throws RangeError for a position out of range and for index tensors that do not broadcast.
 */
export function findBlocks(dims: Dims, picks: readonly Pick[]): Found {
  const all = picks.flatMap(positionsOf);
  const shape = shapeOf(all);
  const together = all.every(({ dim }, i) => i === 0 || dim === all[i - 1].dim + 1);
  const place = together ? all[0].dim : 0;
  const rest = [...dims.keys()].filter((d) => !all.some(({ dim }) => dim === d));
  const sizes = rest.map((d) => dims[d]);
  const result = [...sizes.slice(0, place), ...shape, ...sizes.slice(place)];
  const count = countOf(result);
  for (const each of all) {
    const size = dims[each.dim];
    if (size === 0 && countOf(shape) > 0) {
      throw new RangeError(`index is out of bounds for dimension ${each.dim} with size 0`);
    }
    if (count > 0) each.index = inBounds(each, size);
  }
  return {
    dims: result,
    picked(strides) {
      // What is picked of stands still along the indices' dimensions.
      const steps = rest.map((d) => strides[d]);
      const still = shape.map(() => 0);
      const indexed = all.map(({ given }) => {
        const own = stridesUnder(given, shape);
        return result.map((_, d) => (d < place || d >= place + shape.length ? 0 : own[d - place]));
      });
      return blockOrder(result, [[...steps.slice(0, place), ...still, ...steps.slice(place)], ...indexed]);
    },
    indices: picks.flatMap(({ index }) => (index instanceof Tensor ? [index] : [])),
    in(strides) {
      // The most dimensions at the end that lie together, as long as all others step by whole blocks.
      const wholly = (size: number, until: number): boolean =>
        all.every(({ dim }) => dims[dim] === 1 || strides[dim] % size === 0) &&
        rest.every((d, i) => i >= until || dims[d] === 1 || strides[d] % size === 0);
      let inner = rest.length;
      let block = 1;
      for (let d = rest.length - 1, size = 1; d >= place; d--) {
        if (sizes[d] !== 1 && strides[rest[d]] !== size) break;
        size *= sizes[d];
        if (size > 0 && wholly(size, d)) [inner, block] = [d, size];
      }
      // Each dimension that is no part of a block adds its own steps, and `after` dimensions come behind it.
      const terms = all.map(({ dim, index }) => {
        return { steps: index, stride: dims[dim] > 1 ? strides[dim] : 0, after: inner - place };
      });
      for (let d = 0; d < inner; d++) {
        if (sizes[d] === 1) continue;
        const after = d < place ? shape.length + inner - 1 - d : inner - 1 - d;
        terms.push({ steps: arange(sizes[d], { dtype: int64 }), stride: strides[rest[d]], after });
      }
      const placed = terms.map(({ steps: own, stride, after }) => {
        const scaled = stride === block ? own : mul(own, stride / block);
        return after === 0 ? scaled : reshape(scaled, [...own.dims, ...new Array<number>(after).fill(1)]);
      });
      const rows = placed.reduce((a, b) => add(a, b));
      return { rows: contiguousRaw(rows), block };
    },
  };
}

/** What `found` picks of x: a row-major copy, recorded. */
export function takeBlocks(x: Tensor, found: Found): Tensor {
  const here = found.in(x.strides);
  const inRowMajor = (): Blocks => (x.dense ? here : found.in(contiguousStrides(x.dims)));
  return pick(x, here, found.dims, inRowMajor, found.indices, found.picked(x.strides));
}

/** The blocks `here` of x, in the order of `strides`; `inRowMajor` says where they are in a row-major tensor. */
function pick(
  x: Tensor,
  here: Blocks,
  dims: Dims,
  inRowMajor: () => Blocks,
  indices: readonly Tensor[] = [],
  strides: Dims | null = null,
): Tensor {
  const taken = empty(dims, x.dtype, 'at');
  if (taken.count > 0) {
    core.takeRows(targetOf(taken), pointerOf(x), pointerOf(here.rows), here.rows.count, here.block << x.dtype.shift);
  }
  const out = relaid(taken, strides);
  if (records(x)) {
    const { dims: whole } = x;
    const { rows, block } = inRowMajor();
    const saved = [rows, ...indices] as [Tensor];
    record(out, 'IndexBackward0', [x], saved, (g, [at]) => [addBlocks(g, { rows: at, block }, whole)]);
  }
  return out;
}

/** Zeros of shape `dims` with g added in the blocks. */
function addBlocks(g: Tensor, { rows, block }: Blocks, dims: Dims): Tensor {
  const out = zerosOf(dims, g.dtype);
  const source = contiguousRaw(g);
  if (g.count > 0) {
    core.addRows(g.dtype.code, targetOf(out), pointerOf(rows), rows.count, pointerOf(source), block);
  }
  if (records(g)) {
    const { dims: shape } = g;
    record(out, 'IndexPutBackward0', [g], [rows], (gg, [at]) => [takeRowMajor(gg, { rows: at, block }, shape)]);
  }
  return out;
}

/** The blocks of x, whatever its strides, that they are in a row-major tensor. */
export function takeRowMajor(x: Tensor, blocks: Blocks, dims: Dims): Tensor {
  return pick(contiguous(x), blocks, dims, () => blocks);
}

/** A copy of g with zeros in the blocks. */
export function clearBlocks(g: Tensor, blocks: Blocks): Tensor {
  const out = copyRaw(g);
  writeBlocks(out, blocks, fullRaw([blocks.block], g.dtype, 0), true);
  if (records(g)) {
    const { rows, block } = blocks;
    record(out, 'IndexPutBackward0', [g], [rows], (gg, [at]) => [clearBlocks(gg, { rows: at, block })]);
  }
  return out;
}

/** Writes a value of x's dtype, broadcast to the shape that was found, into what was found of x; not recorded. */
export function putBlocks(x: Tensor, found: Found, value: Tensor | number | bigint): void {
  const blocks = found.in(x.strides);
  if (!(value instanceof Tensor) || value.count === 1)
    writeBlocks(x, blocks, fullRaw([blocks.block], x.dtype, value), true);
  else writeBlocks(x, blocks, contiguousRaw(expand(detach(value), found.dims)), false);
}

/** Writes the blocks in turn, or always the one that `source` is. */
function writeBlocks(x: Tensor, { rows, block }: Blocks, source: Tensor, repeated: boolean): void {
  if (rows.count === 0 || block === 0) return;
  const bytes = block << x.dtype.shift;
  core.putRows(targetOf(x), pointerOf(rows), rows.count, pointerOf(source), bytes, Number(!repeated));
}
