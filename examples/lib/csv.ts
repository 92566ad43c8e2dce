/** Reads a CSV file with a header line: one object a row, and what reads as a number is one. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** The rows of a file; `Row` names its columns. Throws where a row has more or fewer values than the header. */
export function readCsv<Row>(path: string): Row[] {
  return parse<Row>(readFileSync(path), { columns: true, cast: true });
}
