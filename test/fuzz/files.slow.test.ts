/** A part of `npm run fuzz:files` that is the same each time. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('mutated files of each kind are refused with a reason, or come back as they are', () => {
  const args = ['test/fuzz/fuzz.mjs', 'files', '--seed', '1', '--count', '3000'];
  const printed = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(printed).toMatch(/\n0 findings\n$/);
  for (const kind of ['safetensors', 'torch', 'torch before 1.6', 'npy', 'npz', 'onnx']) {
    // Some of them are still whole.
    const [, refused, taken] = new RegExp(`\\n${kind}: (\\d+) refused, (\\d+) taken`).exec(printed) as RegExpExecArray;
    expect(Number(refused) + Number(taken)).toBe(3000);
    expect(Math.min(Number(refused), Number(taken))).toBeGreaterThan(0);
  }
}, 300_000);
