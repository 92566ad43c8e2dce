/** What an editor shows of a tensor's methods: the docstrings of the functions that they come from. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'src/editor.ts');
const CALLS = ['sum(0)', 'add(1)', 'matmul(x)', 'view(6)', 'softmax(0)', 'relu()', 'at(0)', 'reshape(6)', 'add_(1)'];

it('shows the docstring of a method that is called', () => {
  const text = `import * as torch from './index.ts';\nconst x = torch.ones(2, 3);\nx.${CALLS.join(';\nx.')};\n`;
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const read = (file: string): string | undefined =>
    file === PROGRAM ? text : existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => true,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [PROGRAM],
    getScriptVersion: () => '1',
    getScriptSnapshot: (file) => {
      const content = read(file);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (file) => read(file) !== undefined,
    readFile: read,
  });
  for (const call of CALLS) {
    const info = service.getQuickInfoAtPosition(PROGRAM, text.indexOf(`x.${call}`) + 2);
    expect(ts.displayPartsToString(info?.documentation), call).toMatch(/^\S.{5,}/);
    // A parameter that is there to refuse what follows is nothing to a reader.
    expect(ts.displayPartsToString(info?.displayParts), call).not.toMatch(/\bnever\b|\bmore\b/);
  }
});
