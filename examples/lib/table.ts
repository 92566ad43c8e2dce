/** Tables and numbers for the terminal. */
import Table from 'cli-table3';

/** No lines but the one under the head: so seven classes fit into 80 columns. */
// biome-ignore format: a line for each side
const PLAIN = {
  top: '', 'top-left': '', 'top-mid': '', 'top-right': '',
  bottom: '', 'bottom-left': '', 'bottom-mid': '', 'bottom-right': '',
  left: '', middle: '', right: '', 'left-mid': '', mid: '─', 'mid-mid': '', 'right-mid': '',
};

/** Prints rows under a head: the first column to the left, the others, which hold numbers, to the right. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    chars: PLAIN,
    // No colours: the same text goes to terminals and to files.
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => row.map(String)));
  console.log(`\n${table.toString().replaceAll(/ +$/gm, '')}\n`);
}

/** 5.1 as $5.10. */
export const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

/** 0.914 as 91.4 %. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
