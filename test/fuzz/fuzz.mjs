/** `fuzz.mjs programs | api | files …`: makes JavaScript of that fuzzer, with the torchlet of src/, and runs it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { hiddenMembers } from './hidden.mjs';

process.chdir(join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..'));
process.setSourceMapsEnabled(true);
const ENTRIES = { programs: 'test/fuzz/programs.ts', api: 'test/fuzz/api/main.ts', files: 'test/fuzz/files.ts' };
const [name] = process.argv.splice(2, 1);
const outfile = `build/fuzz/${name}.mjs`;
await build({
  entryPoints: [ENTRIES[name]],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  sourcemap: 'inline',
  define: { HIDDEN: name === 'api' ? JSON.stringify(hiddenMembers()) : '[]' },
  logLevel: 'warning',
});
// A child process is made of this file again.
process.argv[1] = outfile;
await import(pathToFileURL(outfile).href);
