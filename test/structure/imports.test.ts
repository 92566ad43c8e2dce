/** The house stands as drawn: imports run one way, and nothing is in the sources that a browser or a CSP forbids. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { place, ROOT, readSources, shortPath, walk } from './sources.ts';

/** Folders from the bottom up; a file imports from its own folder and from those before it. */
const ORDER =
  'assembly wasm memory tensor autograd ops engine nn optim data metrics search io onnx testing methods start entries index'.split(
    ' ',
  );

/** Type-only imports that run upwards because two things must know each other, each with its reason. */
const KNOTS: Record<string, string> = {
  'src/tensor/tensor.ts → src/autograd/node.ts': 'a tensor holds the node that made it, a node the tensors it saved',
};

const { files } = readSources();

interface Edge {
  from: string;
  to: string;
  typeOnly: boolean;
  at: string;
}

/** The folder of src that a path belongs to; files directly in src come last. */
function floor(path: string): string {
  if (path.startsWith('assembly/')) return 'assembly';
  const [, folder, rest] = path.split('/');
  return rest === undefined ? 'index' : folder;
}

/** The module that a node names, and whether only types come from it. */
function imported(node: ts.Node): { name: string; typeOnly: boolean } | null {
  const text = (name: ts.Node | undefined): string | null => (name && ts.isStringLiteral(name) ? name.text : null);
  let name: string | null = null;
  let typeOnly = false;
  if (ts.isImportDeclaration(node)) {
    name = text(node.moduleSpecifier);
    const clause = node.importClause;
    const named = clause?.namedBindings;
    typeOnly =
      clause !== undefined &&
      (clause.phaseModifier === ts.SyntaxKind.TypeKeyword ||
        (clause.name === undefined &&
          named !== undefined &&
          ts.isNamedImports(named) &&
          named.elements.every((element) => element.isTypeOnly)));
  } else if (ts.isExportDeclaration(node)) {
    name = text(node.moduleSpecifier);
    const clause = node.exportClause;
    typeOnly =
      node.isTypeOnly ||
      (clause !== undefined && ts.isNamedExports(clause) && clause.elements.every((element) => element.isTypeOnly));
  } else if (ts.isModuleDeclaration(node)) {
    name = text(node.name);
    typeOnly = true;
  } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    name = text(node.argument.literal);
    typeOnly = true;
  } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    name = text(node.arguments[0]);
  }
  return name === null ? null : { name, typeOnly };
}

const nodes = files.flatMap((file) => [...walk(file)]);
const imports = nodes.flatMap((node) => {
  const found = imported(node);
  return found === null ? [] : [{ ...found, node }];
});
const edges: Edge[] = imports
  .filter(({ name }) => name.startsWith('.'))
  .map(({ name, typeOnly, node }) => {
    const from = node.getSourceFile().fileName;
    return { from: shortPath(from), to: shortPath(join(dirname(from), name)), typeOnly, at: place(node) };
  });

test('imports run one way: wasm → memory → tensor → autograd → ops → engine → nn → optim → data → metrics → search → io → onnx → methods', () => {
  expect(edges.length).toBeGreaterThan(50);
  const strangers = edges.flatMap(({ from, to }) => [from, to]).filter((path) => !ORDER.includes(floor(path)));
  expect(strangers.filter((path) => !path.includes('.wasm'))).toEqual([]);
  const upward = edges
    .filter(({ from, to }) => !to.includes('.wasm') && ORDER.indexOf(floor(to)) > ORDER.indexOf(floor(from)))
    .filter(({ from, to, typeOnly }) => !(typeOnly && `${from} → ${to}` in KNOTS));
  expect(upward.map(({ at, to, typeOnly }) => `${at} imports ${typeOnly ? 'types of ' : ''}${to}`)).toEqual([]);
});

test('every exception that the rule above allows is still needed', () => {
  const found = new Set(edges.map(({ from, to }) => `${from} → ${to}`));
  expect(Object.keys(KNOTS).filter((knot) => !found.has(knot))).toEqual([]);
});

test('nothing is imported from outside', () => {
  const outside = imports.filter(({ name }) => !name.startsWith('.') && !name.startsWith('*.wasm'));
  expect(outside.map(({ name, node }) => `${place(node)} imports ${name}`)).toEqual([]);
});

test('no eval, no new Function, no top-level await', () => {
  const called = (node: ts.Node): string =>
    ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression.getText() : '';
  const topLevel = (node: ts.Node): boolean => {
    for (let n = node.parent; n; n = n.parent) if (ts.isFunctionLike(n)) return false;
    return true;
  };
  const bad = nodes.filter(
    (node) =>
      ['eval', 'Function', 'globalThis.eval', 'globalThis.Function'].includes(called(node)) ||
      ((ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) && topLevel(node)),
  );
  expect(bad.map((node) => `${place(node)} ${node.getText().slice(0, 40)}`)).toEqual([]);
});

test('package.json says of the entries what package.mjs makes, and which files have effects', async () => {
  const { manifest } = (await import(join(ROOT, 'package.mjs'))) as { manifest(): Record<string, unknown> };
  const written = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  for (const [key, value] of Object.entries(manifest())) {
    expect(written[key], `'${key}' of package.json: \`node package.mjs\` writes it`).toEqual(value);
  }
});

test('of each file one list re-exports: Turbopack loses the import of a file of which two do', () => {
  const lists = ['src/torchlet.ts', 'src/ops/index.ts', 'src/ops/operations.generated.ts'];
  const from = files
    .filter(({ fileName }) => lists.includes(shortPath(fileName)))
    .flatMap((file) =>
      file.statements.flatMap((statement) => {
        if (!ts.isExportDeclaration(statement) || statement.isTypeOnly || !statement.moduleSpecifier) return [];
        // A namespace is a variable of its own.
        if (statement.exportClause && ts.isNamespaceExport(statement.exportClause)) return [];
        return [join(dirname(shortPath(file.fileName)), (statement.moduleSpecifier as ts.StringLiteral).text)];
      }),
    );
  expect(from.length).toBeGreaterThan(50);
  expect(from.filter((file, i) => from.indexOf(file) !== i)).toEqual([]);
});
