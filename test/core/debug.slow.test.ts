/** The debug target: by @assemblyscript/loader, an assertion that fails says in which file and line, in words. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantiateSync } from '@assemblyscript/loader';
import { expect, test } from 'vitest';
import { ROOT } from '../structure/sources.ts';

test('an assertion of the debug core says file, line and words', () => {
  const folder = mkdtempSync(join(tmpdir(), 'torchlet-debug-'));
  try {
    const wasm = join(folder, 'core.wasm');
    const asc = join(ROOT, 'node_modules/assemblyscript/bin/asc.js');
    const output = ['--outFile', wasm, '--textFile', join(folder, 'core.wat')];
    execFileSync(process.execPath, [asc, 'assembly/index.ts', '--target', 'debug', ...output], { cwd: ROOT });
    const { exports } = instantiateSync(readFileSync(wasm), {});
    const { allocate, release } = exports as unknown as { allocate(bytes: number): number; release(at: number): void };
    const block = allocate(64);
    expect(() => release(block + 1)).toThrow(
      /release\(\): not a block of allocate\(\) at assembly\/memory\.ts:\d+:\d+/,
    );
    expect(() => release(block)).not.toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
