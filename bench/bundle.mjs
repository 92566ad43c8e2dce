/** torchlet's sources as one module, for the measurements of speed. Size and startup are measured of the package. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const root = join(here, '..');

/** The project's esbuild. */
export const esbuild = createRequire(join(root, 'package.json'))('esbuild');

/** What a page loads of the package. */
export const PACKAGE = join(root, 'dist/torchlet.min.js');

/** Bundles src/index.ts into build/. */
export async function bundleTorchlet() {
  await esbuild.build({
    entryPoints: [join(root, 'src/index.ts')],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    outfile: join(here, 'build/torchlet.mjs'),
    logLevel: 'error',
  });
}
