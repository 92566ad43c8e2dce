/** Tables for the terminal. */
import Table from 'cli-table3';

/** Prints rows under a head: the first column to the left, the others, which hold numbers, to the right. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const colAligns = head.map((_, column) => (column === 0 ? 'left' : 'right') as 'left' | 'right');
  // No colours: the same text goes to terminals and to files.
  const table = new Table({ head: [...head], colAligns, style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => row.map(String)));
  console.log(table.toString());
}

/** 5.1 as $5.10. */
export const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

/** 0.914 as 91.4 %. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
