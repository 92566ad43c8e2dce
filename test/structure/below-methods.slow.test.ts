/** No file below src/methods uses a method that only these install: without them, each function must work alone. */
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ROOT, shortPath } from './sources.ts';

const ABOVE = /^src\/(methods\/|entries\/methods|torchlet\.ts|index\.ts)/;
/** A file that uses one, so that the test can fail. */
const PROBE = join(ROOT, 'src/ops/probe.ts');
const TEXT =
  "import type { Tensor } from '../tensor/tensor.ts';\nexport const probe = (x: Tensor): Tensor => x.sum();\n";

test('the sources below src/methods are right to the compiler where no method is declared', () => {
  const read = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const config = ts.parseJsonConfigFileContent({ ...read.config, include: ['src'] }, ts.sys, ROOT);
  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => name === PROBE || fileExists(name);
  host.readFile = (name) => (name === PROBE ? TEXT : readFile(name));
  const roots = config.fileNames.filter((name) => !ABOVE.test(shortPath(name)));
  const program = ts.createProgram([...roots, PROBE], config.options, host);
  const files = program.getSourceFiles().map(({ fileName }) => shortPath(fileName));
  expect(files.filter((name) => ABOVE.test(name))).toEqual([]);
  expect(files.filter((name) => name.startsWith('src/')).length).toBeGreaterThan(150);
  const wrong = program.getSemanticDiagnostics().map(({ file, start, messageText }) => {
    const { line } = ts.getLineAndCharacterOfPosition(file as ts.SourceFile, start as number);
    return `${shortPath((file as ts.SourceFile).fileName)}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
  expect(wrong).toEqual(["src/ops/probe.ts:2 Property 'sum' does not exist on type 'Tensor'."]);
});
