/**
 * The short way of a loader: where the samples are rows of tensors, a batch is one gather per tensor, and an epoch's
 * order is an int64 tensor of which each batch reads a part. (Measured for 32 rows of 16: 4 µs; row by row, 110.)
 */

import { swapGradMode } from '../autograd/mode.ts';
import { records } from '../autograd/node.ts';
import { letGo } from '../memory/storage.ts';
import { cloneRowMajor, contiguous } from '../ops/create/copy.ts';
import { fromTypedArray } from '../ops/create/from-data.ts';
import { castRaw } from '../ops/make.ts';
import { checkBounds, takeRows } from '../ops/select/gather.ts';
import { cat } from '../ops/view/join.ts';
import { int64 } from '../tensor/dtype.ts';
import type { Dims } from '../tensor/shape.ts';
import { alias, checkReach, isCounted, Tensor } from '../tensor/tensor.ts';
import { type DatasetLike, lengthOf, Subset, TensorDataset } from './dataset.ts';
import { keep } from './sampler.ts';

/** A batch: the rows of the one tensor, or a list with those of each tensor. */
export type RowBatch = Tensor | Tensor[];

/** The tensors under a dataset, and which of their rows are its samples (null: all, in order). */
interface RowSource {
  readonly tensors: readonly Tensor[];
  readonly index: Tensor | null;
  readonly length: number;
  /** Whether a sample is a row itself and not a list of rows. */
  readonly bare: boolean;
}

/**
 * Whether samples are rows: of a tensor, a TensorDataset, a Subset of one; not where a subclass reads anew, nor where
 * autograd follows the tensors, and so the batches.
 */
export function hasRows(dataset: DatasetLike<unknown>): boolean {
  if (dataset instanceof Tensor) return !records(dataset);
  if ((dataset as { getitems?: unknown }).getitems !== undefined) return false;
  if (dataset instanceof TensorDataset) {
    return dataset.at === TensorDataset.prototype.at && !(dataset.tensors as readonly Tensor[]).some((x) => records(x));
  }
  return dataset instanceof Subset && dataset.at === Subset.prototype.at && hasRows(dataset.dataset);
}

/** Some of x's elements; a dataset's tensor may have got fewer since. */
function piece(x: Tensor, offset: number, dims: Dims, strides: Dims): Tensor {
  checkReach(x, offset, dims, strides);
  return alias(x, offset, dims, strides);
}

/** Indices as an int64 tensor of one dimension. */
function indexTensor(indices: readonly number[]): Tensor {
  // By way of float64, whose typed array takes numbers: a BigInt each would cost ten times as much.
  const doubles = fromTypedArray(Float64Array.from(indices), [indices.length]);
  const index = castRaw(doubles, int64);
  doubles.dispose();
  return index;
}

/** Checks indices that may count from the end of `size` and makes them count from the start, in place. */
function wrapIndices(index: Tensor, size: number): Tensor {
  checkBounds(index, size, true, (bad) => `index ${bad} is out of bounds for dimension 0 with size ${size}`);
  return index;
}

function sourceOf(dataset: DatasetLike<unknown>): RowSource {
  if (dataset instanceof Tensor) return { tensors: [dataset], index: null, length: dataset.dims[0], bare: true };
  if (dataset instanceof TensorDataset) {
    return { tensors: dataset.tensors as readonly Tensor[], index: null, length: dataset.length, bare: false };
  }
  const { dataset: whole, indices, length } = dataset as Subset;
  const { tensors, index, bare } = sourceOf(whole);
  const own = wrapIndices(indexTensor(indices), lengthOf(whole));
  if (index === null) return { tensors, index: keep(own), length, bare };
  const composed = takeRows(index, own, 'IndexBackward0');
  own.dispose();
  letGo(index.storage);
  return { tensors, index: keep(composed), length, bare };
}

/** Reads one epoch's batches from a dataset whose samples are rows. */
export class RowReader {
  private readonly source: RowSource;
  /** Row-major copies of the tensors that are not, with the versions they were made of. */
  private readonly copies: ({ rows: Tensor; version: number } | null)[];
  private block: Tensor | null = null;
  private at = 0;

  constructor(dataset: DatasetLike<unknown>) {
    this.source = sourceOf(dataset);
    this.copies = this.source.tensors.map(() => null);
  }

  /** Up to `size` samples in the dataset's order; null at the end or, with `whole`, where fewer remain. */
  nextInOrder(size: number, whole: boolean): RowBatch | null {
    const { source, at } = this;
    const count = Math.min(size, source.length - at);
    if (count === 0 || (whole && count < size)) return null;
    this.at += count;
    const { index } = source;
    if (index !== null) return this.gather(piece(index, at, [count], [1]));
    return this.each((x) => {
      const start = x.offset + at * x.strides[0];
      return cloneRowMajor(piece(x, start, [count, ...x.dims.slice(1)], x.strides));
    });
  }

  /** Up to `size` samples in the order of index blocks, which are taken when needed and let go of when used up. */
  nextFrom(blocks: Iterator<Tensor>, size: number, whole: boolean): RowBatch | null {
    const parts: Tensor[] = [];
    const spent: Tensor[] = [];
    let missing = size;
    while (missing > 0) {
      if (this.block === null || this.at === this.block.count) {
        if (this.block !== null) spent.push(this.block);
        this.block = null;
        const { done, value } = blocks.next();
        if (done) break;
        this.block = value;
        this.at = 0;
      } else {
        const count = Math.min(missing, this.block.count - this.at);
        parts.push(piece(this.block, this.at, [count], [1]));
        this.at += count;
        missing -= count;
      }
    }
    let batch: RowBatch | null = null;
    if (parts.length > 0 && !(whole && missing > 0)) {
      const picked = parts.length === 1 ? parts[0] : cat(parts);
      batch = this.pick(picked);
      if (parts.length > 1) picked.dispose();
    }
    for (const block of spent) letGo(block.storage);
    return batch;
  }

  /** The samples at these places, which may count from the end. */
  take(places: readonly number[]): RowBatch {
    const index = wrapIndices(indexTensor(places), this.source.length);
    const batch = this.pick(index);
    index.dispose();
    return batch;
  }

  /** Frees what the epoch needed. */
  close(): void {
    if (this.block !== null) letGo(this.block.storage);
    this.block = null;
    const { index } = this.source;
    if (index !== null && index.storage.holds > 0) letGo(index.storage);
    for (const copy of this.copies) if (copy !== null) letGo(copy.rows.storage);
    this.copies.fill(null);
  }

  private pick(places: Tensor): RowBatch {
    const { index } = this.source;
    if (index === null) return this.gather(places);
    const rows = takeRows(index, places, 'IndexBackward0');
    const batch = this.gather(rows);
    rows.dispose();
    return batch;
  }

  private gather(rows: Tensor): RowBatch {
    return this.each((x, i) => takeRows(this.rowMajor(x, i), rows, 'IndexBackward0'));
  }

  /** Tensor i with its rows in one piece each: a copy is made once an epoch, not once a batch. */
  private rowMajor(x: Tensor, i: number): Tensor {
    if (x.dense) return x;
    const { version } = x.storage;
    const before = this.copies[i];
    if (before?.version === version && isCounted(x)) return before.rows;
    if (before) letGo(before.rows.storage);
    const rows = keep(contiguous(x));
    this.copies[i] = { rows, version };
    return rows;
  }

  private each(read: (x: Tensor, i: number) => Tensor): RowBatch {
    const { tensors, bare } = this.source;
    const before = swapGradMode(false);
    try {
      return bare ? read(tensors[0], 0) : tensors.map(read);
    } finally {
      swapGradMode(before);
    }
  }
}
