/**
 * Finds the examples in docstrings and in README.md, and runs each in a world of its own: a fresh copy of the library
 * in a fresh context, so that no seed, default dtype or print option leaks from one into the next.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { format } from 'node:util';
import { createContext, Script } from 'node:vm';
import { buildSync, transformSync } from 'esbuild';
import ts from 'typescript';
import { ENTRIES } from '../package/entries.ts';
import { ROOT } from '../structure/sources.ts';

/** A program somebody may copy, with what it says it prints. */
export interface Example {
  /** Where it stands. */
  at: string;
  code: string;
  /** The lines after `// => `. */
  expected: string[];
}

/** An export of the library: the path by which a user reaches it, and where it is declared. */
export interface Exported {
  name: string;
  symbol: ts.Symbol;
  declaration: ts.Declaration;
}

/** The blocks between ```ts and ``` of a text. */
export function codeBlocks(text: string): string[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
}

export function toExample(at: string, code: string): Example {
  return { at, code, expected: [...code.matchAll(/\/\/ => ?(.*)$/gm)].map(([, line]) => line.trimEnd()) };
}

/** A declaration's docstring, without the comment's own signs. */
export function docstring(node: ts.Node): string {
  const text = node.getSourceFile().text;
  // Of `export const { a, b } = …` the docstring of the statement speaks for every name.
  const declared = ts.isBindingElement(node) ? node.parent.parent : node;
  const owner =
    ts.isVariableDeclaration(declared) || ts.isNamespaceExport(declared)
      ? declared.parent.kind === ts.SyntaxKind.VariableDeclarationList
        ? declared.parent.parent
        : declared.parent
      : node;
  const comment = (ts.getLeadingCommentRanges(text, owner.pos) ?? []).at(-1);
  const raw = comment === undefined ? '' : text.slice(comment.pos, comment.end);
  if (!raw.startsWith('/**')) return '';
  return raw
    .slice(3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

/** Everything a user can reach from the file: its exports, and those of the namespaces it exports, once each. */
export function reachable(checker: ts.TypeChecker, file: ts.SourceFile, prefix = 'torch'): Exported[] {
  const seen = new Set<ts.Symbol>();
  const visit = (module: ts.Symbol, path: string): Exported[] =>
    checker.getExportsOfModule(module).flatMap((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const name = `${path}.${exported.name}`;
      if (seen.has(symbol)) return [];
      seen.add(symbol);
      if (symbol.flags & ts.SymbolFlags.ValueModule) return visit(symbol, name);
      const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
      return declaration === undefined ? [] : [{ name, symbol, declaration }];
    });
  return visit(checker.getSymbolAtLocation(file) as ts.Symbol, prefix);
}

const library = buildSync({
  entryPoints: [`${ROOT}src/index.ts`],
  bundle: true,
  format: 'cjs',
  target: 'es2022',
  write: false,
  logLevel: 'silent',
});
const script = new Script(library.outputFiles[0].text, { filename: 'torchlet.cjs' });

/** What a program prints, line by line; it may import 'torchlet' and Node's own modules. */
export function run({ at, code }: Example): string[] {
  const lines: string[] = [];
  const log = (...values: unknown[]): void => {
    lines.push(...format(...values).split('\n'));
  };
  const requireNode = createRequire(import.meta.url);
  // What every host has beside JavaScript itself, and Node's process for file access.
  const context = createContext({
    console: { log },
    crypto,
    performance,
    process,
    setTimeout,
    structuredClone,
    TextDecoder,
    TextEncoder,
    URL,
  });
  const evaluate = (compiled: Script, load: (name: string) => unknown): unknown => {
    const module = { exports: {} as unknown };
    Object.assign(context, { module, exports: module.exports, require: load });
    compiled.runInContext(context);
    return module.exports;
  };
  const torch = evaluate(script, requireNode) as Record<string, unknown>;
  const { code: javascript } = transformSync(code, { loader: 'ts', format: 'cjs', target: 'es2022' });
  evaluate(new Script(`(() => {${javascript}\n})();`, { filename: at }), (name) =>
    name.startsWith('torchlet') ? entryOf(torch, name) : requireNode(name),
  );
  return lines.map((line) => line.trimEnd());
}

/** What an entry gives, as part of the whole; test/package compares the entries themselves with that. */
function entryOf(torch: Record<string, unknown>, name: string): unknown {
  const place = name === 'torchlet' ? null : ENTRIES[name.slice('torchlet/'.length)];
  if (place === undefined) throw new Error(`there is no entry '${name}'`);
  return place === null ? torch : place.split('.').reduce((part, key) => part[key] as typeof torch, torch);
}

/** The README's programs; none before it is written. */
export function readmeExamples(): Example[] {
  let text = '';
  try {
    text = readFileSync(`${ROOT}README.md`, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return codeBlocks(text).map((code, i) => toExample(`README.md, program ${i + 1}`, code));
}
