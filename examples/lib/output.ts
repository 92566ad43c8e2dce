/** Where the examples write: examples/out/, which is not under version control. */
import { mkdirSync } from 'node:fs';

/** The path of a file there; the folder is made. */
export function outputPath(file: string): string {
  mkdirSync('examples/out', { recursive: true });
  return `examples/out/${file}`;
}
