/** The sources as the TypeScript compiler reads them, for the tests of structure and of documentation. */
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

export const ROOT = new URL('../..', import.meta.url).pathname;

/** The families of kernels. */
export const FAMILIES = readdirSync(join(ROOT, 'assembly/families')).sort();

/** A path below the root, with slashes. */
export function shortPath(file: string): string {
  return relative(ROOT, file).split(sep).join('/');
}

/** Where a node stands, as an editor takes it. */
export function place(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${shortPath(file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** Every node of a tree. */
export function* walk(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  for (const child of children) yield* walk(child);
}

/** The files that tsconfig.json takes from src, with its options and these. */
export function readSources(options: ts.CompilerOptions = {}): {
  program: ts.Program;
  checker: ts.TypeChecker;
  files: ts.SourceFile[];
} {
  const read = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const config = ts.parseJsonConfigFileContent({ ...read.config, include: ['src'] }, ts.sys, ROOT);
  const program = ts.createProgram(config.fileNames, { ...config.options, ...options });
  const files = program.getSourceFiles().filter((file) => shortPath(file.fileName).startsWith('src/'));
  return { program, checker: program.getTypeChecker(), files };
}
