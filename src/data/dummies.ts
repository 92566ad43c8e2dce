/** pandas' `get_dummies`: a table with columns of names to a table of numbers. */
import { double } from '../ops/create/copy.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { type DType, getDefaultDtype } from '../tensor/dtype.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { uniqueSorted } from './labels.ts';
import { tensorOf } from './table.ts';

/** A cell of a table; null, undefined and NaN are missing. */
export type Cell = string | number | boolean | null | undefined;

/** A table: records, lists by column name, or one column alone. */
export type DummiesData =
  | readonly Readonly<Record<string, Cell>>[]
  | Readonly<Record<string, readonly Cell[]>>
  | readonly Cell[];

/** What `getDummies` takes, named. */
export interface DummiesOptions {
  /** Begins the new columns' names: one for all, a list, or by column; the column's own name if not given. */
  prefix?: string | readonly string[] | Readonly<Record<string, string>> | null;
  /** Stands between prefix and category; `'_'` if not given. */
  prefixSep?: string;
  /** Whether missing cells get a column of their own; false if not given: they are all zeros. */
  dummyNa?: boolean;
  /** Which columns to encode; those that hold strings if not given. */
  columns?: readonly string[] | null;
  /** Whether each column's first category is left out; false if not given. */
  dropFirst?: boolean;
  /** Dtype of the values; the default dtype if not given. */
  dtype?: DType;
}

type Column = readonly [name: string, cells: readonly Cell[]];

const isMissing = (cell: Cell): boolean => cell === null || cell === undefined || Number.isNaN(cell);

/**
 * A table of numbers: what `getDummies` gives.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const dummies = torch.getDummies({ size: [3, 1], colour: ['red', null] });
 * console.log(dummies.columns, dummies.values.tolist()); // => [ 'size', 'colour_red' ] [ [ 3, 1 ], [ 1, 0 ] ]
 * ```
 */
export class Dummies {
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** [rows, columns]. */
  readonly values: Tensor;

  /** @internal */
  constructor(columns: readonly string[], values: Tensor) {
    bindRecord('Dummies(columns: strs, values: Tensor)', [columns, values]);
    this.columns = columns;
    this.values = values;
  }

  /**
   * The same rows under other columns, pandas' `reindex(columns, fill_value=0)`: a column that is not there is 0, one
   * that is not named is left out. So a row that comes later gets the columns of training, which `torch.save` keeps.
   */
  reindex(columns: readonly string[]): Dummies {
    bindRecord('reindex(columns: strs)', [columns]);
    const { dtype } = this.values;
    const rows = double(this.values).tolist<number[][]>();
    const from = columns.map((name) => this.columns.indexOf(name));
    return new Dummies(
      [...columns],
      table(
        'reindex',
        rows.map((row) => from.map((j) => row[j] ?? 0)),
        columns.length,
        dtype,
      ),
    );
  }
}

function table(name: string, rows: readonly number[][], width: number, dtype: DType): Tensor {
  return tensorOf(name, Float64Array.from(rows.flat()), [rows.length, width], dtype);
}

function columnsOf(data: unknown): Column[] {
  if (Array.isArray(data)) {
    if (!data.some(isOptions)) return [['', data as Cell[]]];
    const records = data as Record<string, Cell>[];
    const names = new Set(records.flatMap((record) => Object.keys(record)));
    return [...names].map((name) => [name, records.map((record) => record[name])]);
  }
  if (!isOptions(data) || !Object.values(data).every(Array.isArray)) {
    throw new TypeError(`getDummies(): data must be records, lists by column name, or a list, got ${describe(data)}`);
  }
  const columns = Object.entries(data as Record<string, Cell[]>);
  const lengths = columns.map(([, cells]) => cells.length);
  if (lengths.some((length) => length !== lengths[0])) {
    throw new RangeError(`All arrays must be of the same length, got ${lengths.join(', ')}`);
  }
  return columns;
}

function numeric([name, cells]: Column): number[] {
  return cells.map((cell) => {
    if (isMissing(cell)) return NaN;
    if (typeof cell === 'string') {
      throw new TypeError(`getDummies(): column '${name}' holds the string ${describe(cell)}: name it in columns`);
    }
    return Number(cell);
  });
}

function prefixes(encoded: readonly Column[], prefix: unknown): string[] {
  if (prefix === undefined || prefix === null) return encoded.map(([name]) => name);
  if (typeof prefix === 'string') return encoded.map(() => prefix);
  const list = isOptions(prefix) ? encoded.map(([name]) => prefix[name] ?? name) : prefix;
  if (!Array.isArray(list))
    throw new TypeError(`getDummies(): prefix must be a string, a list or an object, got ${describe(prefix)}`);
  if (list.length !== encoded.length) {
    throw new RangeError(
      `Length of 'prefix' (${list.length}) did not match the length of the columns being encoded (${encoded.length}).`,
    );
  }
  return list.map(String);
}

/**
 * A table with columns of names to a table of numbers: each column of strings becomes one column of 0 and 1 for each of
 * its categories, sorted; the others come first, as they are.
 *
 * @param data - Records, lists by column name, or one list.
 * @returns `columns`, the names, and `values`, a tensor [rows, columns].
 * @throws TypeError for what is no table; RangeError for columns of different length or that do not exist.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const rows = [{ age: 4, kind: 'cat' }, { age: 9, kind: 'ant' }];
 * const { columns, values } = torch.getDummies(rows);
 * console.log(columns, values.tolist()); // => [ 'age', 'kind_ant', 'kind_cat' ] [ [ 4, 0, 1 ], [ 9, 1, 0 ] ]
 * const later = torch.getDummies([{ age: 1, kind: 'cat' }]).reindex(columns);
 * console.log(later.values.tolist()); // => [ [ 1, 0, 1 ] ]
 * console.log(torch.getDummies(['b', 'a', 'c'], { dropFirst: true }).columns); // => [ 'b', 'c' ]
 * ```
 */
export function getDummies(data: DummiesData, options: DummiesOptions = {}): Dummies {
  const {
    prefix,
    prefixSep: sep,
    dummyNa,
    columns: wanted,
    dropFirst,
    dtype,
  } = bindRecord(
    "getDummies(*, prefix: any = null, prefixSep: str = '_', dummyNa: bool = false, columns: strs? = null, dropFirst: bool = false, dtype: dtype? = null)",
    [options],
  );
  const all = columnsOf(data);
  const alone = all.length === 1 && all[0][0] === '' && Array.isArray(data);
  const absent = (wanted ?? []).filter((name) => !all.some(([known]) => known === name));
  if (absent.length > 0) throw new RangeError(`getDummies(): None of ${describe(absent[0])} is a column`);
  const isEncoded = ([name, cells]: Column): boolean =>
    alone || (wanted ? wanted.includes(name) : cells.some((cell) => typeof cell === 'string'));
  const encoded = all.filter(isEncoded);
  const kept = all.filter((column) => !isEncoded(column));
  const begin = prefixes(encoded, prefix);
  const out: [name: string, values: number[]][] = kept.map((column) => [column[0], numeric(column)]);
  encoded.forEach(([, cells], j) => {
    const present = cells.filter((cell) => !isMissing(cell)) as (string | number | boolean)[];
    const named = (category: string): string => (begin[j] === '' ? category : `${begin[j]}${sep}${category}`);
    const found: [name: string, values: number[]][] = uniqueSorted(present as string[]).map((category) => [
      named(String(category)),
      cells.map((cell) => Number(cell === category)),
    ]);
    if (dummyNa) found.push([named('nan'), cells.map((cell) => Number(isMissing(cell)))]);
    out.push(...found.slice(dropFirst ? 1 : 0));
  });
  const count = all.length === 0 ? 0 : all[0][1].length;
  const rows = Array.from({ length: count }, (_, i) => out.map(([, values]) => values[i]));
  return new Dummies(
    out.map(([name]) => name),
    table('getDummies', rows, out.length, dtype ?? getDefaultDtype()),
  );
}
