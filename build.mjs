/**
 * Builds the package: the core with asc, its bytes as an importable string, the ES modules with tsc, and the single
 * files (browser, CommonJS) with esbuild. `node build.mjs core` stops after the core, which is what tests need.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const run = (command, ...args) =>
  execFileSync(process.execPath, [join('node_modules', command), ...args], { stdio: ['ignore', 'inherit', 'inherit'] });

const CORE = 'build/core.wasm';
const INLINE = 'src/wasm/inline.generated.ts';

/** When the newest file below a folder was written. */
function newest(folder) {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}

function writtenAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function buildCore() {
  if (writtenAt(CORE) < Math.max(newest('assembly'), writtenAt('asconfig.json'))) {
    run('assemblyscript/bin/asc.js', '--target', 'release');
  }
  if (writtenAt(INLINE) < writtenAt(CORE)) {
    const base64 = readFileSync(CORE).toString('base64');
    writeFileSync(
      INLINE,
      `/** build/core.wasm in base64; written by build.mjs. */\nexport const base64: string =\n  '${base64}';\n`,
    );
  }
}

async function buildPackage() {
  rmSync('dist', { recursive: true, force: true });
  run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
  mkdirSync('dist', { recursive: true });
  copyFileSync(CORE, 'dist/core.wasm');
  const common = { bundle: true, target: 'es2022', legalComments: 'none', logLevel: 'warning' };
  // The loader comes along, so the package depends on nothing.
  await build({ ...common, entryPoints: ['@assemblyscript/loader'], format: 'esm', outfile: 'dist/src/wasm/loader.js' });
  for (const file of ['dist/src/wasm/core.js']) {
    writeFileSync(file, readFileSync(file, 'utf8').replace("'@assemblyscript/loader'", "'./loader.js'"));
  }
  await build({ ...common, entryPoints: ['dist/src/index.js'], format: 'esm', minify: true, outfile: 'dist/torchlet.min.js' });
  await build({ ...common, entryPoints: ['dist/src/index.js'], format: 'cjs', outfile: 'dist/torchlet.cjs', platform: 'neutral' });
}

buildCore();
if (process.argv[2] !== 'core') await buildPackage();
