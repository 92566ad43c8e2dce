/** Replays what the fuzzer found: PyTorch's answers stand beside the programs, so that no Python is needed. */
import { describe, expect, it } from 'vitest';
import { compare } from './compare.ts';
import { corpora, readCorpus } from './corpus.ts';
import { excuseOf } from './excused.ts';
import { runProgram } from './machine.ts';
import { printScript } from './print.ts';

describe.each(corpora())('%s', (file) => {
  const rows = readCorpus(file);

  it('holds programs', () => {
    expect(rows.length).toBeGreaterThan(0);
  });

  it('does what PyTorch does', () => {
    for (const { was, program, torch } of rows) {
      const found = compare(program, runProgram(program), torch);
      if (found === null || excuseOf(program, found) !== null) continue;
      expect.fail(`${was}: ${JSON.stringify(found, null, 2)}\n${printScript(program)}`);
    }
  });
});
