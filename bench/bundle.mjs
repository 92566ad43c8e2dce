/** torchlet's sources as one module each way: as it is, for the measurements, and minified, as a page loads it. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const root = join(here, '..');

/** The project's esbuild. */
export const esbuild = createRequire(join(root, 'package.json'))('esbuild');

/** Bundles src/index.ts into build/ and returns the file's name. */
export async function bundleTorchlet(minify) {
  const outfile = join(here, 'build', minify ? 'torchlet.min.mjs' : 'torchlet.mjs');
  await esbuild.build({
    entryPoints: [join(root, 'src/index.ts')],
    bundle: true,
    minify,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}
