/**
 * Runs the programs of this folder, which are TypeScript that imports 'torchlet' as a user of the package does.
 *
 *     node examples/run.mjs main         the two models on real data (npm start)
 *     node examples/run.mjs course       all lessons of the course, in order (npm run course)
 *     node examples/run.mjs course 03    those whose names begin so (npm run course -- 03)
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

process.chdir(join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..'));
// Errors then name the line of the TypeScript file.
process.setSourceMapsEnabled(true);

/** Makes JavaScript of a program, with the torchlet of src/, and runs it. */
async function run(program) {
  const outfile = `build/examples/${program}.mjs`;
  await build({
    entryPoints: [`examples/${program}.ts`],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    alias: { torchlet: './src/index.ts' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  await import(pathToFileURL(outfile).href);
}

const [what, ...prefixes] = process.argv.slice(2);
if (what === 'main' && prefixes.length === 0) await run('main');
else if (what === 'course') {
  const lessons = readdirSync('examples/course')
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  const wanted = lessons.filter((lesson) => prefixes.length === 0 || prefixes.some((name) => lesson.startsWith(name)));
  if (wanted.length === 0)
    throw new RangeError(`no lesson begins with ${prefixes.join(' or ')}: ${lessons.join(', ')}`);
  for (const [i, lesson] of wanted.entries()) {
    if (wanted.length > 1) console.log(`${i === 0 ? '' : '\n'}━━ ${lesson} ━━`);
    await run(`course/${lesson}`);
  }
} else throw new RangeError(`expected 'main' or 'course' and lessons, got '${process.argv.slice(2).join(' ')}'`);
