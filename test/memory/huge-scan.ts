/** Runs huge.ts in a worker, which is ended, and begun anew after it, when a call does not return. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build, type Plugin } from 'esbuild';

/** How long a call may take on a machine that others use too, in milliseconds. */
const PATIENCE = 20_000;

/** One file, since a worker does not read TypeScript; in it every source knows its own place. */
async function bundle(outfile: string): Promise<void> {
  const places: Plugin = {
    name: 'places',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path)));
        return { contents, loader: 'ts' };
      });
    },
  };
  const { pathname } = new URL('huge.ts', import.meta.url);
  await build({ entryPoints: [pathname], bundle: true, platform: 'node', format: 'esm', outfile, plugins: [places] });
}

/** Makes every `stride`-th call; returns what was wrong, and how many calls there are. */
export async function scan(stride: number): Promise<{ findings: string[]; calls: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'torchlet-'));
  const program = join(folder, 'huge.mjs');
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const findings: string[] = [];
  let calls = 0;

  /** Runs from a call on; resolves to the one to go on from, or to null at the end. */
  const runFrom = (start: number): Promise<number | null> =>
    new Promise((resolve) => {
      const worker = new Worker(program, { workerData: { progress, start, stride } });
      let last = -1;
      let since = Date.now();
      const end = (next: number | null): void => {
        clearInterval(timer);
        void worker.terminate().then(() => resolve(next));
      };
      const timer = setInterval(() => {
        if (progress[0] !== last) {
          last = progress[0];
          since = Date.now();
        } else if (Date.now() - since > PATIENCE) end(last);
      }, 500);
      worker.on('message', (message: { calls: number } | { call: string; what: string }) => {
        if ('call' in message) findings.push(`${message.call}: ${message.what}`);
        else {
          ({ calls } = message);
          end(null);
        }
      });
      worker.on('error', (error) => {
        findings.push(`call ${progress[0]} ended the worker: ${error.message}`);
        // One that ends before its first call would do so again.
        end(progress[0] > start ? progress[0] : null);
      });
    });

  try {
    await bundle(program);
    for (let start: number | null = 0; start !== null; ) start = await runFrom(start);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { findings, calls };
}
