/**
 * Builds the package. `node build.mjs core` compiles the kernels (kernels.mjs) and writes what follows from the operations
 * (registries.mjs), which is all that tests and examples need; `node build.mjs` goes on to dist/ (package.mjs).
 */
import { writeFileSync } from 'node:fs';
import { filesIn, writtenAt } from './files.mjs';
import { buildKernels } from './kernels.mjs';

process.chdir(import.meta.dirname ?? new URL('.', import.meta.url).pathname);

const REGISTRIES = ['src/ops/operations.generated.ts', 'test/golden/operations.generated.json'];

/** Writes what follows from the operations, if any file that says what they are is newer. */
async function writeRegistries() {
  const sources = filesIn('src/ops').filter((file) => !file.includes('.generated.') && file !== 'src/ops/index.ts');
  const said = [...sources, 'src/nn/functional.ts', 'test/golden/places.json', 'registries.mjs'];
  const newest = Math.max(...said.map(writtenAt));
  if (REGISTRIES.every((file) => writtenAt(file) >= newest)) return;
  const { registries } = await import('./registries.mjs');
  for (const [file, text] of await registries([...sources, 'src/nn/functional.ts'])) writeFileSync(file, text);
}

buildKernels();
await writeRegistries();
if (process.argv[2] !== 'core') await (await import('./package.mjs')).buildPackage();
