/** What a page loads of each library: JavaScript bundled and minified, and its wasm, each through gzip. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { esbuild, PACKAGE } from './bundle.mjs';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const folderOf = (name) => dirname(createRequire(import.meta.url).resolve(name));
const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

async function bundled(contents) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    outdir: 'out',
    logLevel: 'error',
  });
  return outputFiles.reduce((total, file) => total + gzipped(file.contents), 0);
}

/** Bytes by library: `{ name, js, wasm }`. torchlet's JavaScript carries its wasm. */
export async function packageSizes() {
  const tfjs = join(folderOf('@tensorflow/tfjs-backend-wasm'), 'tfjs-backend-wasm-simd.wasm');
  const ort = join(folderOf('onnxruntime-web'), 'ort-wasm-simd-threaded.wasm');
  return [
    { name: 'torchlet', js: gzipped(readFileSync(PACKAGE)), wasm: 0 },
    { name: 'jax', js: await bundled("export * from '@jax-js/jax'"), wasm: 0 },
    {
      name: 'tfjs',
      js: await bundled("export * from '@tensorflow/tfjs-core'; export * from '@tensorflow/tfjs-backend-wasm'"),
      wasm: gzipped(readFileSync(tfjs)),
    },
    { name: 'ort', js: await bundled("export * from 'onnxruntime-web/wasm'"), wasm: gzipped(readFileSync(ort)) },
  ];
}
