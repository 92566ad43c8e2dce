/**
 * `vitest run` runs what needs Node alone; `--mode slow` what of that takes long (`*.slow.test.ts`), `--mode moving` all
 * in moving mode (test/memory/moving.ts), `--mode browser` and `--mode runtimes` those folders. Tests import the source,
 * also where they say 'torchlet'; test/package, test/browser and test/runtimes pack and install it.
 */
import { defineConfig } from 'vitest/config';

/** Not in moving mode: what counts the bytes that stay and go, or sets budgets; what runs no source; what reads sources. */
const NOT_MOVING = [
  'test/memory/**',
  'test/onnx/load.test.ts',
  'test/testing/**',
  'test/{core,docs,examples,package,structure}/**',
];

const SUITES: Record<string, { include: string[]; exclude: string[]; setupFiles?: string[] }> = {
  test: { include: ['test/**/*.test.ts'], exclude: ['test/browser/**', 'test/runtimes/**', '**/*.slow.test.ts'] },
  slow: { include: ['test/**/*.slow.test.ts'], exclude: ['**/node_modules/**'] },
  moving: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/runtimes/**', '**/*.slow.test.ts', ...NOT_MOVING],
    setupFiles: ['test/memory/moving-setup.ts'],
  },
  browser: { include: ['test/browser/**/*.test.ts'], exclude: [] },
  runtimes: { include: ['test/runtimes/**/*.test.ts'], exclude: ['**/node_modules/**'] },
};

export default defineConfig(({ mode }) => ({
  resolve: { alias: { torchlet: new URL('src/index.ts', import.meta.url).pathname } },
  test: {
    ...SUITES[mode],
    globalSetup: 'test/build-core.ts',
    passWithNoTests: false,
    // One worker less than processors is the default: on two, half as fast (measured: 342 s, 190 s).
    maxWorkers: '100%',
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
}));
