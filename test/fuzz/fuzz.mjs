/** Makes JavaScript of main.ts, with the torchlet of src/, and runs it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

process.chdir(join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..'));
process.setSourceMapsEnabled(true);
const outfile = 'build/fuzz/main.mjs';
await build({
  entryPoints: ['test/fuzz/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  sourcemap: 'inline',
  logLevel: 'warning',
});
await import(pathToFileURL(outfile).href);
