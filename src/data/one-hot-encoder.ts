/** scikit-learn's `OneHotEncoder`: columns of labels to columns of 0 and 1, and back. */
import { double } from '../ops/create/copy.ts';
import { zeros } from '../ops/create/create.ts';
import { describe } from '../tensor/args.ts';
import { type DType, getDefaultDtype } from '../tensor/dtype.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkUniform, isLabel, type Label, showLabels, uniqueSorted } from './labels.ts';
import { notFitted } from './not-fitted.ts';
import { checkColumns, checkKeys, checkRows, tensorOf } from './table.ts';

/** What `OneHotEncoder` takes, named. */
export interface OneHotOptions {
  /** The labels of each column; `'auto'`, if not given, takes those that `fit` sees, sorted. */
  categories?: 'auto' | readonly (readonly Label[])[];
  /** `'first'` leaves out each column's first category, which is then all zeros; null if not given. */
  drop?: 'first' | null;
  /** What `transform` does with a label that it does not know: throws, or writes zeros; `'error'` if not given. */
  handleUnknown?: 'error' | 'ignore';
  /** Dtype of what `transform` gives; the default dtype if not given. */
  dtype?: DType;
}

/** What `OneHotEncoder.stateDict` gives. */
export interface OneHotEncoderState {
  categories: Label[][];
  drop: 'first' | null;
  handleUnknown: 'error' | 'ignore';
}

/** Rows of labels: lists of equal length, or a tensor of two dimensions. */
export type LabelRows = readonly (readonly Label[])[] | Tensor;

/** The columns of X, and how many rows there are. */
function columnsOf(X: LabelRows): { columns: Label[][]; rows: number } {
  const list: unknown = X instanceof Tensor ? X.tolist() : X;
  if (
    !Array.isArray(list) ||
    // A list may have holes, which `every` passes over.
    !Array.from(list).every(Array.isArray) ||
    (X instanceof Tensor && X.ndim !== 2)
  ) {
    throw new TypeError(
      `OneHotEncoder: X should be rows of labels (a list of lists, or a tensor of two dimensions), got ${describe(X)}`,
    );
  }
  const rows = list as Label[][];
  const width = rows.length === 0 ? 0 : rows[0].length;
  const columns = Array.from({ length: width }, () => new Array<Label>(rows.length));
  rows.forEach((row, i) => {
    if (row.length !== width) {
      throw new RangeError(`OneHotEncoder: row ${i} has ${row.length} labels, row 0 has ${width}`);
    }
    row.forEach((label, j) => {
      if (!isLabel(label)) {
        throw new TypeError(`OneHotEncoder: labels are strings or numbers, got ${describe(label)} in row ${i}`);
      }
      columns[j][i] = label;
    });
  });
  for (const [j, labels] of columns.entries()) checkUniform(labels, ` in column ${j}`);
  return { columns, rows: rows.length };
}

function checkCategories(categories: unknown): Label[][] {
  if (!Array.isArray(categories) || !categories.every((list) => Array.isArray(list) && list.every(isLabel))) {
    throw new TypeError(
      `OneHotEncoder: categories must be a list of labels for each column, got ${describe(categories)}`,
    );
  }
  (categories as Label[][]).forEach((list, j) => {
    checkUniform(list, ` in categories of column ${j}`);
    const sorted = uniqueSorted(list);
    if (sorted.length !== list.length) throw new RangeError(`OneHotEncoder: categories of column ${j} repeat a label`);
    if (typeof list[0] === 'number' && sorted.some((label, i) => !Object.is(label, list[i]))) {
      throw new RangeError('Unsorted categories are not supported for numerical categories');
    }
  });
  return (categories as Label[][]).map((list) => [...list]);
}

function checkDrop(drop: unknown): 'first' | null {
  if (drop !== null && drop !== 'first')
    throw new RangeError(`OneHotEncoder: drop must be 'first' or null, got ${describe(drop)}`);
  return drop;
}

function checkUnknown(how: unknown): 'error' | 'ignore' {
  if (how !== 'error' && how !== 'ignore') {
    throw new RangeError(`OneHotEncoder: handleUnknown must be 'error' or 'ignore', got ${describe(how)}`);
  }
  return how;
}

/**
 * Columns of labels to columns of 0 and 1, one for each category, and back.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const encoder = new torch.OneHotEncoder({ handleUnknown: 'ignore' });
 * encoder.fit([['red', 1], ['blue', 3], ['red', 2]]);
 * console.log(encoder.getFeatureNamesOut(['colour', 'size']).join(' '));
 * // => colour_blue colour_red size_1 size_2 size_3
 * const x = encoder.transform([['red', 3], ['green', 1]]);
 * console.log(x.tolist()); // => [ [ 0, 1, 0, 0, 1 ], [ 0, 0, 1, 0, 0 ] ]
 * console.log(encoder.inverseTransform(x)); // => [ [ 'red', 3 ], [ null, 1 ] ]
 * const copy = new torch.OneHotEncoder().loadStateDict(torch.load(torch.save(encoder.stateDict())));
 * console.log(copy.transform([['blue', 9]]).tolist()); // => [ [ 1, 0, 0, 0, 0 ] ]
 * ```
 */
export class OneHotEncoder {
  private readonly given: Label[][] | null;
  private readonly dtype: DType | null;
  private dropped: 'first' | null;
  private unknown: 'error' | 'ignore';
  private known: Label[][] | null = null;
  private places: Map<Label, number>[] = [];

  /** @throws RangeError for an unknown option value and for numerical categories that are not sorted. */
  constructor(options: OneHotOptions = {}) {
    const { categories, drop, handleUnknown, dtype } = bindRecord(
      "OneHotEncoder(*, categories: any = 'auto', drop: str? = null, handleUnknown: str = 'error', dtype: dtype? = null)",
      [options],
    );
    this.given = categories === 'auto' ? null : checkCategories(categories);
    this.dropped = checkDrop(drop);
    this.unknown = checkUnknown(handleUnknown);
    this.dtype = dtype;
  }

  /** The labels of each column. */
  get categories(): readonly (readonly Label[])[] {
    if (this.known === null) throw notFitted('OneHotEncoder');
    return this.known;
  }

  /** What is left out. */
  get drop(): 'first' | null {
    return this.dropped;
  }

  /** What `transform` does with a label that it does not know. */
  get handleUnknown(): 'error' | 'ignore' {
    return this.unknown;
  }

  /** Number of columns before encoding. */
  get nFeaturesIn(): number {
    return this.categories.length;
  }

  /**
   * Learns the labels of each column. Returns the encoder.
   *
   * @param X - Rows of labels.
   * @throws TypeError for columns of both strings and numbers; RangeError for no rows, and for labels that are not
   *   among the given categories.
   */
  fit(X: LabelRows): this {
    const { columns, rows } = columnsOf(X);
    checkRows({ rows, features: columns.length });
    const { given } = this;
    if (given === null) return this.remember(columns.map((labels) => uniqueSorted(labels)));
    if (given.length !== columns.length) {
      throw new RangeError(`Shape mismatch: categories are of ${given.length} columns, X has ${columns.length}.`);
    }
    if (this.unknown === 'error') {
      for (const [j, labels] of columns.entries()) checkKnown(labels, (label) => given[j].includes(label), j, 'fit');
    }
    return this.remember(given);
  }

  /** `fit`, then `transform`. */
  fitTransform(X: LabelRows): Tensor {
    return this.fit(X).transform(X);
  }

  /**
   * 1 in the column of each label's category, 0 elsewhere: [n, columns].
   *
   * @param X - Rows of labels.
   * @throws RangeError for another number of columns and, unless they are ignored, for unknown labels.
   */
  transform(X: LabelRows): Tensor {
    const { nFeaturesIn, places, unknown } = this;
    const { columns, rows } = columnsOf(X);
    const dtype = this.dtype ?? getDefaultDtype();
    const starts = this.starts();
    const width = starts[nFeaturesIn];
    if (rows === 0) return zeros([0, width], { dtype });
    checkColumns('OneHotEncoder', columns.length, nFeaturesIn);
    if (unknown === 'error') {
      for (const [j, labels] of columns.entries()) checkKnown(labels, (label) => places[j].has(label), j, 'transform');
    }
    const out = new Float64Array(rows * width);
    const skipped = this.dropped === null ? 0 : 1;
    columns.forEach((labels, j) => {
      labels.forEach((label, i) => {
        const place = (places[j].get(label) ?? -1) - skipped;
        if (place >= 0) out[i * width + starts[j] + place] = 1;
      });
    });
    return tensorOf('OneHotEncoder', out, [rows, width], dtype);
  }

  /**
   * The label that each group of columns stands for: its largest; null where all are 0 and no category was dropped.
   *
   * @param X - [n, columns], as `transform` gives.
   * @throws RangeError for another number of columns.
   */
  inverseTransform(X: Tensor): (Label | null)[][] {
    const { categories, dropped } = this;
    const starts = this.starts();
    const width = starts[categories.length];
    if (!(X instanceof Tensor) || X.ndim !== 2 || X.size(1) !== width) {
      throw new RangeError(`Shape of the passed X data is not correct. Expected ${width} columns, got ${describe(X)}.`);
    }
    const rows = double(X).tolist<number[][]>();
    return rows.map((row) =>
      categories.map((labels, j) => {
        const part = row.slice(starts[j], starts[j + 1]);
        const best = part.reduce((top, value, i) => (value > part[top] ? i : top), 0);
        const none = part.length === 0 || part.every((value) => value === 0);
        if (dropped === null) return none ? null : labels[best];
        return none ? labels[0] : labels[best + 1];
      }),
    );
  }

  /** Names of the columns that `transform` gives: the feature's name (`x0`, `x1` … if not given), `_`, the category. */
  getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    const { categories, dropped } = this;
    const names = inputFeatures ?? categories.map((_, j) => `x${j}`);
    if (names.length !== categories.length) {
      throw new RangeError(
        `inputFeatures should have length equal to number of features (${categories.length}), got ${names.length}`,
      );
    }
    return categories.flatMap((labels, j) =>
      labels.slice(dropped === null ? 0 : 1).map((label) => `${names[j]}_${label}`),
    );
  }

  /** What it learned and its options, for `torch.save`. */
  stateDict(): OneHotEncoderState {
    const categories = this.categories.map((labels) => [...labels]);
    return { categories, drop: this.dropped, handleUnknown: this.unknown };
  }

  /**
   * Takes over what `stateDict` gave, options included.
   *
   * @throws TypeError or RangeError when the state is not one: then nothing changes.
   */
  loadStateDict(state: OneHotEncoderState): this {
    checkKeys('OneHotEncoder', state, ['categories', 'drop', 'handleUnknown']);
    const { categories, drop, handleUnknown } = state;
    const known = checkCategories(categories);
    const [dropped, unknown] = [checkDrop(drop), checkUnknown(handleUnknown)];
    this.dropped = dropped;
    this.unknown = unknown;
    return this.remember(known);
  }

  private remember(known: Label[][]): this {
    this.known = known;
    this.places = known.map((labels) => new Map(labels.map((label, i) => [label, i])));
    return this;
  }

  /** Where each feature's columns begin, and where the last ends. */
  private starts(): number[] {
    const skipped = this.dropped === null ? 0 : 1;
    const starts = [0];
    for (const labels of this.categories) starts.push(starts[starts.length - 1] + labels.length - skipped);
    return starts;
  }
}

function checkKnown(labels: readonly Label[], known: (label: Label) => boolean, column: number, when: string): void {
  const unknown = labels.filter((label) => !known(label));
  if (unknown.length > 0) {
    throw new RangeError(
      `Found unknown categories ${showLabels(uniqueSorted(unknown))} in column ${column} during ${when}`,
    );
  }
}
